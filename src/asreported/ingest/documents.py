"""
Bytes of a known kind to reports: which reader takes what. The readers of formats that strangers make are imported when
they are needed, and run in the process of child.py.
"""

from __future__ import annotations

import codecs
import functools
import importlib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from ..records import Refusal, Report
from .checks import refuse_binary, refuse_by_magic, refuse_empty, refuse_kind, refuse_large
from .confine import trusted
from .decode import decode
from .limits import DEFAULT, Limits
from .origins import depth_of
from .parts import begin
from .text import read_text_file
from .zips import open_zip

ONE_REPORT = frozenset({"html", "pdf", "docx"})
"""Kinds of which a file is one report."""

WHOLE = ONE_REPORT | {"mail", "feed", "ris", "csl"}
"""Kinds that are read as one piece of at most `limits.file` bytes; the others are read as they come."""

READERS = {
    "html": "html",
    "pdf": "pdf",
    "docx": "docx",
    "mail": "mail",
    "mbox": "mail",
    "feed": "feed",
    "csv": "table",
    "tsv": "table",
    "ris": "references",
    "csl": "references",
    "warc": "warc",
    "wacz": "warc",
    "zip": "zips",
}
"""The module that reads each kind."""

LIBRARIES = {
    "html": ("trafilatura",),
    "pdf": ("pypdf",),
    "docx": ("docx",),
    "mail": ("lxml.html",),
    "mbox": ("lxml.html",),
    "feed": ("feedparser", "lxml.etree"),
    "warc": ("fastwarc.warc",),
    "wacz": ("fastwarc.warc",),
}
"""What the readers import when it is needed."""

DEEPEST = 2
"""Parts in which a container is opened: a mail attached to a mail of a mailbox is, one attached to that is not."""


def read_document(
    raw: bytes, kind: str, *, id: str, origin: str, limits: Limits = DEFAULT
) -> Iterator[Report | Refusal]:
    """
    The reports of one document of the kind `text`, `html`, `pdf`, `docx`, `mail` or `feed`: what containers hold.

        >>> [report.text for report in read_document(b"Twelve died.", "text", id="a", origin="a.mbox:1.1")]
        ['Twelve died.']
    """
    limit, of = (limits.page, "page") if kind == "html" else (limits.file, "file")
    prepare(kind)
    if len(raw) > limit:
        yield refuse_large(origin, limit, "bytes", of)
    elif not raw.removeprefix(codecs.BOM_UTF8).strip():
        yield refuse_empty(origin)
    elif kind == "text":
        yield _read_text(raw, id=id, origin=origin, limits=limits)
    elif refusal := begin(origin):
        yield refusal
    elif kind in ONE_REPORT:
        yield _read_one(raw, kind, id=id, origin=origin, limits=limits)
    elif depth_of(origin) > DEEPEST:
        message = "It is nested too deeply (a mail in a mail in a mail, say); take it out and read it as a file."
        yield Refusal(origin=origin, reason="too-large", message=message)
    elif kind == "mail":
        from .mail import read_mail

        yield from read_mail(raw, id=id, origin=origin, limits=limits)
    elif kind == "feed":
        from .feed import read_feed

        yield from read_feed(raw, name=id, origin=origin, limits=limits)
    else:
        yield refuse_kind(origin)


def _read_text(raw: bytes, *, id: str, origin: str, limits: Limits) -> Report | Refusal:
    if refusal := refuse_binary(raw, origin):
        return refusal
    text, notes = decode(raw)
    return read_text_file(text, id=id, origin=origin, notes=notes, limits=limits)


def _read_one(raw: bytes, kind: str, *, id: str, origin: str, limits: Limits) -> Report | Refusal:
    if kind == "html":
        from .html import read_html

        return refuse_binary(raw, origin) or read_html(raw, id=id, origin=origin, limits=limits)
    if kind == "pdf":
        from .pdf import read_pdf

        return read_pdf(raw, id=id, origin=origin, limits=limits)
    from .docx import read_docx

    return read_docx(raw, id=id, origin=origin, limits=limits)


@functools.cache
def prepare(kind: str) -> None:
    """Import what reads `kind`: that takes up to a second, which is not the document's fault."""
    with trusted():
        for name in (*LIBRARIES.get(kind, ()), f"{__package__}.{READERS.get(kind, 'text')}"):
            importlib.import_module(name)


# ---- files -------------------------------------------------------------------------------


def read_parts(
    stream: BinaryIO,
    kind: str,
    *,
    name: str,
    origin: str,
    limits: Limits,
    columns: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[Report | Refusal]:
    """The reports of a file of any kind; `folder` is where files lie that a list of references may name."""
    if kind in ("ris", "csl"):
        from .references import read_csl, read_ris

        read = read_ris if kind == "ris" else read_csl
        yield from read(stream.read(), name=name, origin=origin, limits=limits, folder=folder)
    elif kind in WHOLE:
        yield from read_document(stream.read(), kind, id=name, origin=origin, limits=limits)
    elif kind in ("csv", "tsv"):
        from .table import read_table

        delimiter = "\t" if kind == "tsv" else None
        yield from read_table(stream, name=name, origin=origin, limits=limits, columns=columns, delimiter=delimiter)
    elif kind == "mbox":
        from .mail import read_mbox

        yield from read_mbox(stream, name=name, origin=origin, limits=limits)
    elif kind == "warc":
        from .warc import read_warc

        yield from read_warc(stream, name=name, origin=origin, limits=limits)
    elif kind == "wacz":
        from .warc import read_wacz

        yield from read_wacz(stream, name=name, origin=origin, limits=limits)
    else:
        yield from _read_zip(stream, name=name, origin=origin, limits=limits)


def _read_zip(stream: BinaryIO, *, name: str, origin: str, limits: Limits) -> Iterator[Report | Refusal]:
    """A zip whose name does not say what it is: its members do."""
    archive = open_zip(stream, origin=origin, limits=limits)
    if isinstance(archive, Refusal):
        yield archive
        return
    kind = _kind_of_zip(archive)
    stream.seek(0)
    if kind == "wacz":
        yield from read_parts(stream, "wacz", name=name, origin=origin, limits=limits)
    elif kind == "docx":
        yield from read_document(stream.read(limits.file + 1), "docx", id=name, origin=origin, limits=limits)
    else:
        yield refuse_by_magic(b"PK\x03\x04", origin) or refuse_kind(origin)


def _kind_of_zip(archive: zipfile.ZipFile) -> str | None:
    names = set(archive.namelist())
    if "word/document.xml" in names:
        return "docx"
    return "wacz" if "datapackage.json" in names and any(name.startswith("archive/") for name in names) else None
