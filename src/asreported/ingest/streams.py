"""
One stream of bytes to `Report`s: what kind it is, what can be refused without parsing it, and who reads it.

Plain text and JSONL are read here; whatever else is parsed in another process (parsing.py).
"""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ..records import Refusal, Report
from .checks import refuse_binary, refuse_by_magic, refuse_empty, refuse_kind, refuse_large
from .decode import decode
from .documents import READERS, WHOLE
from .jsonl import read_jsonl
from .kinds import HEAD, KINDS, kind_of_file, suffix_of
from .limits import Limits
from .parsing import parse
from .text import read_text_file

STDIN = "-"
PARSED = frozenset(READERS)
PACKED = frozenset({"docx", "zip", "warc", "wacz"})
"""Kinds whose files may begin like archives: an encrypted DOCX looks like an old office document."""

Results = Iterator[Report | Refusal]


class Mark(NamedTuple):
    """What changes when a file is written to."""

    size: int
    modified_ns: int
    inode: int

    @classmethod
    def of(cls, stat: os.stat_result) -> Mark:
        return cls(stat.st_size, stat.st_mtime_ns, stat.st_ino)


class How(NamedTuple):
    """How everything in one run is read."""

    limits: Limits
    columns: Mapping[str, str] | None
    stdin: bytes | BinaryIO | None = None
    folder: Path | None = None
    """Where the file lies that is being read; None where there is none, only bytes and a name that somebody gave."""
    opened: dict[str, Mark] | None = None
    """Takes the mark of each file as it was when it was opened to be read."""


def read_stream(source: BinaryIO, origin: str, kind: str | None, how: How) -> Results:
    """The reports of one stream: line by line where it is JSONL, else at once up to the limit."""
    stream = source if isinstance(source, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, source))
    head = stream.peek(HEAD)[:HEAD]
    suffix = suffix_of(origin)
    name = "stdin" if origin == STDIN else Path(origin).name[: -len(suffix) or None] or origin or "report"
    kind = kind or kind_of_file(head, suffix)
    if kind == "text" and suffix not in KINDS and how.columns is not None:  # whoever names columns gives a table
        kind = "csv"
    if kind in PARSED:
        yield from _read_elsewhere(stream, kind, name, origin, how)
    elif kind == "jsonl" and refuse_by_magic(head, origin) is None:
        yield from read_jsonl(stream, name=name, origin=origin, limits=how.limits)
    else:
        yield _read_text(stream, kind, name, origin, how.limits)


def _read_text(stream: BinaryIO, kind: str, name: str, origin: str, limits: Limits) -> Report | Refusal:
    raw = stream.read(limits.file + 1)
    if refusal := _refuse(raw, "text", origin, limits):
        return refusal
    if kind == "other":
        return refuse_kind(origin)
    text, notes = decode(raw)
    return read_text_file(text, id=name, origin=origin, notes=notes, limits=limits)


def _read_elsewhere(stream: io.BufferedReader, kind: str, name: str, origin: str, how: How) -> Results:
    """Parsed in another process; what can be told of the bytes as they are is refused here."""
    source: bytes | BinaryIO = stream
    if kind in WHOLE:
        source = stream.read((how.limits.page if kind == "html" else how.limits.file) + 1)
        refusal = _refuse(source, kind, origin, how.limits)
    else:
        head = stream.peek(HEAD)[:HEAD]
        refusal = refuse_by_magic(head, origin) if kind not in PACKED else None
        refusal = refusal if head else refuse_empty(origin)
    if refusal:
        yield refusal
        return
    folder = how.folder if kind in ("ris", "csl") else None
    yield from parse(source, kind, name=name, origin=origin, limits=how.limits, columns=how.columns, folder=folder)


def _refuse(raw: bytes, kind: str, origin: str, limits: Limits) -> Refusal | None:
    """Why bytes are not a document of `kind`, as far as that can be told without parsing them."""
    limit, of = (limits.page, "page") if kind == "html" else (limits.file, "file")
    if len(raw) > limit:
        return refuse_large(origin, limit, "bytes", of)
    if not raw.removeprefix(codecs.BOM_UTF8).strip():
        return refuse_empty(origin)
    if kind in ("text", "html"):
        return refuse_binary(raw, origin)
    return refuse_by_magic(raw, origin) if kind not in ("pdf", *PACKED) else None
