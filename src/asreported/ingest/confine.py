"""
What the process that parses may not do, in case that a document makes a parser do it: limits of the operating system,
where it has them, and refusals of Python's own calls.

This is a second defence. Code that runs in the process by way of a broken C library is not bound by Python's audit
hook; the limits bind it, but for what a sandbox of the operating system would.
"""

from __future__ import annotations

import contextlib
import math
import os
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows has none
    resource = None  # type: ignore[assignment]

MOST_MEMORY = 900_000_000
"""Bytes of data. Together with what the libraries map this stays below 1 GB of memory really held."""
MOST_FILES = 128
LIMITS_TIME = hasattr(resource, "RLIMIT_CPU")
OVER_TIME = "SIGXCPU"
"""How the process ends when a document has used up its seconds."""

REFUSED = (
    "socket.bind",
    "socket.connect",
    "socket.getaddrinfo",
    "socket.gethostby",
    "socket.getnameinfo",
    "socket.sendmsg",
    "socket.sendto",
    "subprocess.",
    "os.chmod",
    "os.chown",
    "os.exec",
    "os.fork",
    "os.kill",
    "os.link",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.setxattr",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.system",
    "os.truncate",
    "os.utime",
    "pty.",
    "shutil.",
    "tempfile.",
    "urllib.Request",
    "webbrowser.",
)
"""Beginnings of audit events that no parser has reason for."""
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_armed = False


def confine() -> None:
    """Put the limits on this process for good, and the hook that `armed` turns on."""
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program, which then closes the pipe
    for name, most in (("RLIMIT_CORE", 0), ("RLIMIT_DATA", MOST_MEMORY), ("RLIMIT_NOFILE", MOST_FILES)):
        _limit(name, most, hard=True)
    sys.addaudithook(_refuse)


@contextlib.contextmanager
def armed() -> Iterator[None]:
    """While a document is parsed: nothing is written, started or connected to."""
    _arm(True)
    try:
        yield
    finally:
        _arm(False)


@contextlib.contextmanager
def trusted() -> Iterator[None]:
    """
    While a library of ours is loaded in the midst of that: Python writes its byte code, py3langid unpacks its model.

    Does nothing in a process that is not confined.
    """
    if not _armed:
        yield
        return
    _arm(False)
    try:
        yield
    finally:
        _arm(True)


def _arm(armed: bool) -> None:
    global _armed
    _armed = armed
    _limit("RLIMIT_FSIZE", 0 if armed else None)


def limit_time(seconds: float) -> None:
    """
    Let this process compute so much longer, and then end, also where the program that waits for it is gone.

    Seconds of computing, not of the clock: what one document may take is not less where the machine is busy.
    """
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit("RLIMIT_CPU", math.ceil(used.ru_utime + used.ru_stime + seconds))


def peak_memory() -> int:
    """The most bytes that this process held; 0 where that is not known."""
    if resource is None:
        return 0
    # Linux hands ru_maxrss on to what a process starts: the parser of a large program would look as large as that.
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _limit(name: str, most: int | None, *, hard: bool = False) -> None:
    """Set one limit as far as this system has it and lets it be set."""
    which = getattr(resource, name, None)
    if resource is None or which is None:
        return
    with contextlib.suppress(OSError, ValueError):
        _, allowed = resource.getrlimit(which)
        bounded = allowed != resource.RLIM_INFINITY and (most is None or most > allowed)
        value = allowed if bounded or most is None else most
        resource.setrlimit(which, (value, value if hard else allowed))


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if not _armed:
        return
    if event == "open":
        _, mode, flags = args
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & WRITING):
            raise PermissionError("no file is written while a document is parsed")
    elif event.startswith(REFUSED):
        raise PermissionError(f"{event} is not allowed while a document is parsed")
