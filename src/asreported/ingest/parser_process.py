"""
The processes that parse for this one: started when they are needed, used again, ended with this one.

One takes one file at a time. Where several files are read at once (two threads, or one read while another is half
read) each has its own; idle ones are kept for the next.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import subprocess
import sys
import threading
from typing import BinaryIO, cast

from .frames import Answer, Question, read_answer, write_frame

AHEAD = 8
"""Answers that are taken from the pipe before they are asked for."""
MOST_IDLE = 2
CLOSING = 2.0
"""Seconds in which a process whose input was closed may end by itself."""
MODULE = "asreported.ingest.child"


class Ended(Exception):
    """Raised where the process is no more: the message says how it ended."""


class TooSlow(Exception):
    """Raised where the process did not answer in time."""


class ParserProcess:
    """A process of child.py, and a thread that takes what it says: the pipes of Windows cannot be waited for."""

    def __init__(self) -> None:
        """Raises: OSError where it cannot be started."""
        self._process = subprocess.Popen(  # noqa: S603 (our own module)
            [_python(), "-P", "-W", "ignore", "-m", MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._answers: queue.Queue[Answer | None] = queue.Queue(AHEAD)
        self._stopped = False
        _all.add(self)
        self._thread = threading.Thread(target=self._listen, daemon=True, name="asreported parsing")
        self._thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, question: Question) -> None:
        """Raises: Ended."""
        try:
            write_frame(cast(BinaryIO, self._process.stdin), question)
        except OSError as err:
            raise Ended(self._how()) from err

    def answer(self, seconds: float) -> Answer:
        """The next answer. Raises: TooSlow, Ended."""
        try:
            answer = self._answers.get(timeout=seconds)
        except queue.Empty:
            raise TooSlow from None
        if answer is None:
            raise Ended(self._how())
        return answer

    def kill(self) -> None:
        """End it at once."""
        self._stopped = True
        self._process.kill()
        _all.discard(self)
        self._forget()

    def end_with_us(self) -> None:
        """End it at the end of the program: a thread that waits for what it says is no more, and is not waited for."""
        self._stopped = True
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Let it end, or end it where it does not."""
        self._stopped = True
        with contextlib.suppress(OSError):
            cast(BinaryIO, self._process.stdin).close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(CLOSING)
        self.kill()

    def abandon(self) -> None:
        """Close our copies of the pipes, in a process that was forked: the other one goes on with them."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                cast(BinaryIO, pipe).close()
        self._process.returncode = 0  # not ours to wait for

    def _listen(self) -> None:
        """In a thread: take answers until there are no more; one that is none ends the process."""
        answer: Answer | None
        while True:
            try:
                answer = read_answer(cast(BinaryIO, self._process.stdout))
            except (OSError, ValueError):  # closed, or what came is no answer
                answer = None
            while not self._stopped:
                with contextlib.suppress(queue.Full):
                    self._answers.put(answer, timeout=0.5)
                    break
            if answer is None or self._stopped:
                return

    def _forget(self) -> None:
        self._process.wait()
        with contextlib.suppress(queue.Empty):
            while True:
                self._answers.get_nowait()
        self._thread.join(CLOSING)
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                cast(BinaryIO, pipe).close()

    def _how(self) -> str:
        """How it ended: by which signal, or with which exit code."""
        try:
            code = self._process.wait(CLOSING)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        if code >= 0:
            return f"exit code {code}"
        import signal

        return next((str(known.name) for known in signal.Signals if known == -code), f"signal {-code}")


def _python() -> str:
    """The interpreter for other processes: a program that embeds Python sets it for multiprocessing."""
    from multiprocessing import spawn

    return str(os.fsdecode(spawn.get_executable() or "python"))


def _environment() -> dict[str, str]:
    """
    Ours, so that the process imports the same modules; the folder in which we are run is not one to import from.

    The threads of numerical libraries would take memory and do nothing.
    """
    paths = [path for path in sys.path if path and os.path.isabs(path)]  # noqa: PTH117 (an entry need not be a path)
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


# ---- those that are idle -----------------------------------------------------------------

_idle: list[ParserProcess] = []
_all: set[ParserProcess] = set()
"""Those that were started and not ended, whoever uses them."""
_lock = threading.Lock()
_is_over = False


def take_process() -> ParserProcess:
    """An idle process, or a new one. Raises: OSError where it cannot be started."""
    if _is_over:
        raise OSError("the program is ending")
    while True:
        with _lock:
            process = _idle.pop() if _idle else None
        if process is None:
            return ParserProcess()
        if process.is_alive():
            return process
        process.kill()


def give_back(process: ParserProcess) -> None:
    """Keep a process that has answered all that it was asked."""
    with _lock:
        if len(_idle) < MOST_IDLE:
            _idle.append(process)
            return
    process.close()


def close_processes() -> None:
    """End those that are idle; the next file starts a new one."""
    while True:
        with _lock:
            if not _idle:
                return
            process = _idle.pop()
        process.close()


def _forked() -> None:
    """In a process that was forked from this one: its pipes lead to processes of the other."""
    global _lock
    _lock = threading.Lock()
    for process in _idle:
        process.abandon()
    _idle.clear()
    _all.clear()


def _end() -> None:
    """At the end of the program: those that parse still are not waited for."""
    global _is_over
    _is_over = True
    close_processes()
    for process in tuple(_all):
        process.end_with_us()


atexit.register(_end)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
