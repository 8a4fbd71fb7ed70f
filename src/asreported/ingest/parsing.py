"""
Documents that strangers made, parsed in another process, so that a broken or hostile one costs its own report and no
other: one that takes too long or takes its parser along is refused, and the file goes on behind it.

Which document that was is known because each is announced before it is parsed. The file is then read again from its
beginning by a new process, which passes over what was answered before and over that document.
"""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from ..records import Refusal, Report
from .confine import LIMITS_TIME, OVER_TIME
from .documents import ONE_REPORT
from .frames import Ask, Begun, Data, Done, Failed, Read, Ready, Refused, Want
from .limits import Limits
from .parser_process import Ended, ParserProcess, TooSlow, give_back, take_process

STARTING = 60.0
"""Seconds in which a process must have started and imported what reads a kind."""
PATIENCE = 3 if LIMITS_TIME else 1
"""Seconds on the clock for each that a document may be computed on, where the process itself counts those."""
MOST_LOST = 20
"""Documents of one file that may be too slow or crash; with one more the rest of it is refused."""
MOST_KEPT = 400_000_000
"""Bytes that an idle process may have held at most; one that held more is ended."""
IN_MEMORY = 20_000_000
"""Bytes of standard input that are kept in memory; more goes to a file without a name."""
REST = "What comes after it in this file was not read."


def parse(
    source: bytes | BinaryIO,
    kind: str,
    *,
    name: str,
    origin: str,
    limits: Limits,
    columns: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[Report | Refusal]:
    """
    The reports of a file of `kind` (documents.READERS, or `zip`), parsed elsewhere and yielded as they come.

    `source` is the file, or a stream that is read as it is needed and must stay open meanwhile.
    """
    # Names of files may hold bytes that are no letters; what is sent must be Unicode.
    sent = origin.encode("utf-8", "replace").decode()
    ask = Ask(
        kind=kind,
        name=name.encode("utf-8", "replace").decode(),
        origin=sent,
        limits=limits,
        columns=dict(columns) if columns is not None else None,
        folder=os.fsencode(folder) if folder is not None else None,
        raw=source if isinstance(source, bytes) else None,
        known={},
        until=None,
    )
    with _Bytes(source) as content:
        for item in _parse(ask, content):
            yield item if sent == origin else _under(item, sent, origin)


def _under(item: Report | Refusal, sent: str, origin: str) -> Report | Refusal:
    """`item` with the name of the file as it is."""
    if item.origin is None or not item.origin.startswith(sent):
        return item
    return msgspec.structs.replace(item, origin=origin + item.origin[len(sent) :])


def _parse(ask: Ask, content: _Bytes) -> Iterator[Report | Refusal]:
    known: dict[str, Refusal] = {}
    while True:
        try:
            process = take_process()
        except OSError as err:
            yield _not_started(ask.origin, str(err.strerror or err))
            return
        answers = _Conversation(process, ask, content)
        try:
            yield from answers.results()
        finally:
            answers.end()
        if (lost := answers.lost) is None:
            if answers.passing and ask.until is not None:  # read again, it came to its end another way
                yield _with_rest(known[ask.until])
            return
        if ask.kind in ONE_REPORT or lost.origin in known or not answers.begun or len(known) >= MOST_LOST:
            yield lost if ask.kind in ONE_REPORT else _with_rest(lost)
            return
        known[lost.origin] = lost
        ask = msgspec.structs.replace(ask, known=dict(known), until=lost.origin)


def _with_rest(refusal: Refusal) -> Refusal:
    return msgspec.structs.replace(refusal, message=f"{refusal.message} {REST}")


class _Conversation:
    """One file with one process: its results, then `lost`, the refusal of the document at which it ended, if it did."""

    def __init__(self, process: ParserProcess, ask: Ask, content: _Bytes) -> None:
        self.process = process
        self.ask = ask
        self.content = content
        self.lost: Refusal | None = None
        self.begun: str | None = None
        """The document that was announced and has no result yet."""
        self.passing = False
        self._left = STARTING
        self._furthest = -1
        self._done = self._ready = False

    def results(self) -> Iterator[Report | Refusal]:
        try:
            self.process.send(self.ask)
            while not self._done:
                match self._answer():
                    case Read(item) | Refused(item):
                        self._advance()
                        if self.ask.kind in ONE_REPORT:  # done with, also where nobody asks for more
                            self._finish(self._answer())
                            yield item
                            return
                        yield item
                    case Begun(origin):
                        self._advance()
                        self.begun = origin
                    case Want(at, size):
                        self._serve(at, size)
                    case Ready():
                        self._ready = True
                        self._advance()
                    case Done() as done:
                        self._finish(done)
                        return
                    case Failed(problem):
                        self.lost = self._ended(f"{problem} in its parser")
                        return
        except TooSlow:
            self.lost = _too_slow(self._where(), self.ask.limits.seconds)
        except Ended as err:
            self.lost = self._ended(str(err))
        except _Unreadable as err:
            yield Refusal(origin=self.ask.origin, reason="unreadable", message=f"It could not be read further ({err}).")

    def end(self) -> None:
        """Keep the process for the next file where it is done with this one, else end it."""
        if self._done:
            give_back(self.process)
        else:
            self.process.kill()

    def _answer(self) -> object:
        """The next answer; only time that the process takes is counted, not what is done with its results meanwhile."""
        start = time.monotonic()
        answer = self.process.answer(max(self._left, 0.01))
        self._left -= time.monotonic() - start
        return answer

    def _finish(self, answer: object) -> None:
        if isinstance(answer, Done):
            self._done = answer.peak < MOST_KEPT
            self.passing = answer.passing

    def _advance(self) -> None:
        self.begun = None
        self._left = PATIENCE * self.ask.limits.seconds

    def _serve(self, at: int, size: int) -> None:
        # Reading on is progress; reading the same again and again is not.
        if at > self._furthest:
            self._furthest = at
            self._left = PATIENCE * self.ask.limits.seconds
        self.process.send(Data(b"", self.content.size()) if at < 0 else Data(self.content.read(at, size)))

    def _ended(self, how: str) -> Refusal:
        if how == OVER_TIME:
            return _too_slow(self._where(), self.ask.limits.seconds)
        return _crashed(self._where(), how) if self._ready else _not_started(self.ask.origin, how)

    def _where(self) -> str:
        return self.begun or self.ask.origin


class _Unreadable(Exception):
    """Raised where the bytes of a file cannot be read on: the message says why."""


class _Bytes:
    """The bytes of a file by their place; of a stream that cannot be read twice what has come is kept."""

    def __init__(self, source: bytes | BinaryIO) -> None:
        self._source = cast(BinaryIO, io.BytesIO(source)) if isinstance(source, bytes) else source
        self._kept: BinaryIO | None = None
        self._came = self._start = 0
        if self._source.seekable():
            self._start = self._source.tell()
        else:
            self._kept = cast(BinaryIO, tempfile.SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 (by __exit__)

    def __enter__(self) -> _Bytes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._kept is not None:
            self._kept.close()

    def size(self) -> int:
        """Raises: _Unreadable."""
        with _told():
            if self._kept is None:
                return self._source.seek(0, io.SEEK_END) - self._start
            while self._take():
                pass
            return self._came

    def read(self, at: int, size: int) -> bytes:
        """At most `size` bytes from `at`. Raises: _Unreadable."""
        with _told():
            if self._kept is None:
                self._source.seek(self._start + at)
                return self._source.read(size)
            while self._came < at + size and self._take():
                pass
            self._kept.seek(at)
            return self._kept.read(size)

    def _take(self) -> bool:
        """Keep what comes next; False at the end."""
        assert self._kept is not None
        piece = self._source.read(1 << 20)
        self._kept.seek(self._came)
        self._kept.write(piece)
        self._came += len(piece)
        return bool(piece)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as err:
        raise _Unreadable(getattr(err, "strerror", None) or str(err)) from err


# ---- refusals ----------------------------------------------------------------------------


def _too_slow(origin: str, seconds: float) -> Refusal:
    problem = f"Parsing it took longer than {seconds:g} seconds and was ended; expected a document of ordinary make"
    return Refusal(origin=origin, reason="too-slow", message=f"{problem}. Save its text as plain text and read that.")


def _crashed(origin: str, how: str) -> Refusal:
    problem = f"Its parser was ended by it ({how}), perhaps for want of memory; expected a document of ordinary make"
    return Refusal(origin=origin, reason="crashed", message=f"{problem}. Save its text as plain text and read that.")


def _not_started(origin: str, why: str) -> Refusal:
    problem = f"The process that parses documents could not be started ({why})"
    message = (
        f"{problem}; see what `python -m asreported.ingest.child` says. Plain text and JSONL can be read meanwhile."
    )
    return Refusal(origin=origin, reason="crashed", message=message)
