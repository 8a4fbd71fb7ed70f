"""
The process that parses what strangers made: started by parsing.py as `python -m asreported.ingest.child`.

It speaks frames.py over its standard input and output, one file at a time, and ends when its input is closed.
"""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path
from typing import BinaryIO, cast

from ..records import Refusal, Report
from .confine import armed, confine, limit_time, peak_memory
from .documents import prepare, read_parts
from .frames import Ask, Begun, Data, Done, Failed, Read, Ready, Refused, Want, read_question, write_frame
from .parts import listen

PIECE = 1 << 20
"""Bytes of a large file that are asked for at once."""
IMPORTING = 60.0
"""Seconds of computing in which what reads a kind must have been imported."""


def main() -> None:
    """Answer until there are no more questions."""
    questions, answers = _pipes()
    confine()
    with contextlib.suppress(OSError):  # the program ended
        while (ask := read_question(questions)) is not None:
            if isinstance(ask, Ask):
                _answer(ask, questions, answers)
    os._exit(0)  # nothing is worth the time of an orderly end


def _pipes() -> tuple[BinaryIO, BinaryIO]:
    """The pipes for ourselves; what a library prints goes nowhere."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    return cast(BinaryIO, questions), cast(BinaryIO, answers)


class _Announcing:
    """Tells the program what is begun, and passes over what it was told of."""

    def __init__(self, ask: Ask, answers: BinaryIO) -> None:
        self.known = ask.known
        self.until = ask.until
        self.seconds = ask.limits.seconds
        self.answers = answers
        self.last: str | None = None

    def begin(self, origin: str) -> Refusal | None:
        if origin == self.until:
            self.until = None
        if origin in self.known:
            return self.known[origin]
        if self.until is not None:
            return Refusal(origin=origin, reason="crashed", message="Passed over.")  # seen by nobody
        if origin != self.last:
            self.last = origin
            limit_time(self.seconds)
            write_frame(self.answers, Begun(origin))
        return None


def _answer(ask: Ask, questions: BinaryIO, answers: BinaryIO) -> None:
    announcing = _Announcing(ask, answers)
    try:
        limit_time(IMPORTING)
        prepare(ask.kind)
        write_frame(answers, Ready())
        limit_time(ask.limits.seconds)
        stream = cast(BinaryIO, io.BytesIO(ask.raw) if ask.raw is not None else _remote(ask, questions, answers))
        folder = Path(os.fsdecode(ask.folder)) if ask.folder is not None else None
        listen(announcing.begin)
        with armed():
            for item in read_parts(
                stream,
                ask.kind,
                name=ask.name,
                origin=ask.origin,
                limits=ask.limits,
                columns=ask.columns,
                folder=folder,
            ):
                if announcing.until is None:
                    write_frame(answers, Read(item) if isinstance(item, Report) else Refused(item))
                limit_time(ask.limits.seconds)
    except _Gone as err:
        raise OSError from err
    # Whatever a reader lets out: the program is told, and the next file is read.
    except Exception as err:
        write_frame(answers, Failed(type(err).__name__))
    else:
        write_frame(answers, Done(peak_memory(), announcing.until is not None))
    finally:
        listen(None)


# ---- bytes that are sent when they are wanted --------------------------------------------


class _Gone(BaseException):
    """Raised where the program is gone while bytes are wanted of it; no reader may take that for a damaged file."""


class _Remote(io.RawIOBase):
    """A file of which the program holds the bytes."""

    def __init__(self, ask: Ask, questions: BinaryIO, answers: BinaryIO) -> None:
        self._seconds = ask.limits.seconds
        self._questions = questions
        self._answers = answers
        self._at = 0
        self._furthest = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = 0 if whence == io.SEEK_SET else self._at if whence == io.SEEK_CUR else self._want(-1, 0).size
        if start + offset < 0:
            raise OSError("there is nothing before the beginning")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        piece = self._want(self._at, min(len(view), PIECE)).raw
        view[: len(piece)] = piece
        self._at += len(piece)
        if self._at > self._furthest:  # reading on is progress; reading the same again and again is not
            self._furthest = self._at
            limit_time(self._seconds)
        return len(piece)

    def _want(self, at: int, size: int) -> Data:
        try:
            write_frame(self._answers, Want(at, size))
            data = read_question(self._questions)
        except OSError as err:
            raise _Gone from err
        if not isinstance(data, Data):
            raise _Gone
        return data


def _remote(ask: Ask, questions: BinaryIO, answers: BinaryIO) -> io.BufferedReader:
    return io.BufferedReader(_Remote(ask, questions, answers), PIECE)


if __name__ == "__main__":
    main()
