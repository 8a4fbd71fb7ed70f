"""
A process beside the desk that reads reports and links them, so that the desk answers meanwhile.

Reading takes most of a second of one core and keeps Python's lock for a good part of it; in a thread of the desk every
decision would wait for that. The process holds the model, does one thing at a time, and ends when the pipe to the desk
is closed, however the desk came to its end.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import AsreportedError, WorkerError
from ..records import Reading, Report

if TYPE_CHECKING:
    from ..ledger.linking import Linked

NICE = 5
"""Behind the desk itself where both want a core."""
PAUSE = 0.12
"""Seconds between two steps of linking: whoever waits to write asks SQLite again after a tenth of one."""
CLOSING = 5.0
ENDED = "the process that reads was ended, perhaps for want of memory; give the file again"

Heard = Callable[[str, int, int], None]


class ReadingProcess:
    """Started with the first thing that is asked of it, and anew after it was ended by something else."""

    def __init__(self, where: str | Path) -> None:
        """`where` is the ledger to link."""
        self._where = str(where)
        self._talk = threading.Lock()  # one question at a time
        self._send = threading.Lock()
        self._process: multiprocessing.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._linking = False
        self._closed = False

    def read(self, report: Report, imported: Path | None) -> Reading:
        """
        `report` read, fit for linking; a linking that is under way is left for later.

        Raises: WorkerError where it cannot be, and what reading it raised.
        """
        if self._linking:
            self._put(("stop",))
        with self._talk:
            reading = self._ask(("read", report, imported))
        assert isinstance(reading, Reading)
        return reading

    def link(self, heard: Heard) -> Linked | None:
        """Link what is new in the ledger; None where a reading was wanted before that was done. Raises: WorkerError."""
        with self._talk:
            self._linking = True
            try:
                linked: Linked | None = self._ask(("link", self._where), heard)
            finally:
                self._linking = False
        return linked

    def close(self) -> None:
        """Ends the process; what it was doing is left undone, which harms nothing."""
        self._closed = True
        process, pipe = self._process, self._pipe
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
        if process is not None:
            process.join(0.2)
            if process.is_alive():
                process.terminate()
            process.join(CLOSING)

    def _ask(self, question: tuple[Any, ...], heard: Heard | None = None) -> Any:
        self._start()
        self._put(question)
        while True:
            try:
                assert self._pipe is not None
                what, *values = self._pipe.recv()
            except (EOFError, OSError, TypeError) as err:  # TypeError: closed by another thread while it was read from
                self._forget()
                raise WorkerError("the desk is ending" if self._closed else ENDED) from err
            if what == "done":
                return values[0]
            if what == "failed":
                raise WorkerError(values[0])
            if heard:
                heard(*values)

    def _put(self, message: tuple[Any, ...]) -> None:
        with self._send, contextlib.suppress(OSError):  # that it ended is seen where the answer is waited for
            if self._pipe is not None:
                self._pipe.send(message)

    def _start(self) -> None:
        if self._closed:
            raise WorkerError("the desk is ending")
        if self._process is not None and self._process.is_alive():
            return
        context = multiprocessing.get_context("spawn")  # nothing of the desk's threads and files goes along
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=work, args=(theirs,), daemon=True, name="asreported reading")
        self._process.start()
        theirs.close()  # only the process holds that end now, and only the desk this one

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            if self._pipe is not None:
                self._pipe.close()
        if self._process is not None:
            self._process.join(CLOSING)
        self._process = self._pipe = None


# ---- in the process ----------------------------------------------------------------------


def work(pipe: Connection) -> None:
    """Answer what comes until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the desk, which then closes the pipe
    with contextlib.suppress(AttributeError, OSError):
        os.nice(NICE)
    with contextlib.suppress(EOFError, OSError):
        while True:
            what, *values = pipe.recv()
            if what == "read":
                _answer(pipe, lambda values=values: _read(*values))  # type: ignore[misc]
            elif what == "link":
                _answer(pipe, lambda values=values: _link(pipe, *values))  # type: ignore[misc]
            # A "stop" that comes after the linking was done means nothing.


def _answer(pipe: Connection, do: Callable[[], Any]) -> None:
    try:
        result = do()
    except AsreportedError as err:
        pipe.send(("failed", str(err)))
    except (EOFError, BrokenPipeError):
        raise
    except Exception as err:  # a report on which our code fails must not keep the others from being read
        pipe.send(("failed", f"reading failed ({type(err).__name__}); this is a fault of asreported, please report it"))
    else:
        pipe.send(("done", result))


def _read(report: Report, imported: Path | None) -> Reading:
    from ..pipeline import read_report

    return read_report(report, *_models(imported), vectors=True)


def _models(imported: Path | None) -> tuple[Any, Any]:
    from ..annotate.engine import load_engine
    from ..resolve.gazetteer import load_gazetteer

    if imported not in _LOADED:
        _LOADED[imported] = (load_engine(1), load_gazetteer(imported))
    return _LOADED[imported]


_LOADED: dict[Path | None, tuple[Any, Any]] = {}


class _Stopped(Exception):
    """Raised between two steps of linking when the desk wants something else."""


def _link(pipe: Connection, where: str) -> Linked | None:
    from ..ledger.linking import link_new
    from ..ledger.store import open_ledger

    def progress(what: str, done: int, whole: int) -> None:
        pipe.send(("heard", what, done, whole))
        time.sleep(PAUSE)
        if pipe.poll():
            raise _Stopped

    with open_ledger(where) as ledger:
        try:
            return link_new(ledger, progress=progress)
        except _Stopped:
            return None
