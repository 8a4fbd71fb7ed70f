"""
What the program and the process that parses for it say to each other: frames of four bytes of length and msgpack.

The program asks for one file at a time. The process announces each document before it parses it, answers with its
reports, and wants the bytes of large files as it comes to them, so that it opens no files itself.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Protocol

import msgspec

from ..records import Refusal, Report
from .limits import Limits

LENGTH = struct.Struct("<I")
LARGEST = 200_000_000
"""Bytes of a frame: a report of the longest text is far smaller."""


class Ask(msgspec.Struct, tag="ask", frozen=True, kw_only=True):
    """Parse one file. `known` are documents in it that are passed over, `until` the one where what is new begins."""

    kind: str
    name: str
    origin: str
    limits: Limits
    columns: dict[str, str] | None
    folder: bytes | None
    raw: bytes | None
    """The file; None where it is wanted piece by piece."""
    known: dict[str, Refusal]
    until: str | None


class Data(msgspec.Struct, tag="data", frozen=True):
    """A piece of the file, or its size."""

    raw: bytes
    size: int = -1


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """What reads this kind has been imported; the time of the document begins."""


class Begun(msgspec.Struct, tag="begun", frozen=True):
    """This document is about to be parsed."""

    origin: str


class Want(msgspec.Struct, tag="want", frozen=True):
    """Send `size` bytes of the file from `at`; the size of the file where `at` is -1."""

    at: int
    size: int


class Read(msgspec.Struct, tag="read", frozen=True):
    report: Report


class Refused(msgspec.Struct, tag="refused", frozen=True):
    refusal: Refusal


class Done(msgspec.Struct, tag="done", frozen=True):
    """The file is at its end. `peak` is the most memory that the process ever held, in bytes; 0 where nobody counts."""

    peak: int
    passing: bool
    """Whether the document at which what is new begins never came."""


class Failed(msgspec.Struct, tag="failed", frozen=True):
    """The reader raised what it should not have: the name of the error."""

    problem: str


Question = Ask | Data
Answer = Ready | Begun | Want | Read | Refused | Done | Failed

_ENCODER = msgspec.msgpack.Encoder()
_QUESTIONS = msgspec.msgpack.Decoder(Question)
_ANSWERS = msgspec.msgpack.Decoder(Answer)


class Writer(Protocol):
    def write(self, raw: bytes, /) -> int | None: ...


def write_frame(stream: Writer, frame: Question | Answer) -> None:
    """Write one frame whole. Raises: OSError; UnicodeEncodeError where a text holds what UTF-8 cannot."""
    raw = _ENCODER.encode(frame)
    rest = memoryview(LENGTH.pack(len(raw)) + raw)
    while rest:  # a raw pipe takes as much as it has room for
        rest = rest[stream.write(rest) or 0 :]  # type: ignore[arg-type]


def read_question(stream: BinaryIO) -> Question | None:
    """The next question; None at the end of the stream."""
    raw = _read_frame(stream)
    return None if raw is None else _QUESTIONS.decode(raw)


def read_answer(stream: BinaryIO) -> Answer | None:
    """The next answer; None at the end. Raises: ValueError where it is none."""
    raw = _read_frame(stream)
    return None if raw is None else _ANSWERS.decode(raw)


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = _read_exactly(stream, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LARGEST:
        raise ValueError("a frame is too long")
    return _read_exactly(stream, length)


def _read_exactly(stream: BinaryIO, size: int) -> bytes | None:
    pieces = []
    while size > 0:
        piece = stream.read(min(size, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        size -= len(piece)
    return b"".join(pieces)
