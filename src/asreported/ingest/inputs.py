"""
Files, folders, standard input and bytes to `Report`s, in the order in which they are given, one at a time.

A folder is read recursively in the order of names; its hidden files and what is neither text, HTML nor JSONL are no
reports. Documents in it that a person would expect to be read (PDF, Word, ...) are named in one refusal at its end.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import msgspec

from ..records import Refusal, Report
from .checks import refuse_binary, refuse_by_magic, refuse_empty, refuse_large
from .decode import decode
from .html import read_html
from .jsonl import read_jsonl
from .limits import DEFAULT, Limits
from .text import read_text_file

KINDS = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
"""What is read in a folder, and as what. A file that is named outright may have any extension."""

DOCUMENTS = frozenset(
    {
        ".pdf",
        ".doc",
        ".docx",
        ".odt",
        ".rtf",
        ".epub",
        ".eml",
        ".mht",
        ".mhtml",
        ".csv",
        ".tsv",
        ".xlsx",
        ".xml",
        ".rss",
        ".warc",
        ".wacz",
    }
    | {".zip", ".gz", ".xz", ".bz2", ".7z", ".rar", ".tar", ".zst"}
)
"""Files that may hold reports but are not read: to leave them out silently would look as if they had been."""

STDIN = "-"
HEAD = 4096
PAGE_RE = re.compile(rb"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
MARKUP_RE = re.compile(
    rb"<(?:\?xml[^>]{0,200}>\s{0,20}<(?:!doctype\s+)?html|head|body|article|main|section|div|p|h1)\b", re.IGNORECASE
)
OBJECT_RE = re.compile(rb'\{\s{0,100}"')


def read_inputs(
    paths: Sequence[str | Path], *, stdin: bytes | BinaryIO | None = None, limits: Limits = DEFAULT
) -> Iterator[Report | Refusal]:
    """
    The reports of `paths` (files, folders, `-` for standard input), each read when it is asked for.

    Nothing raises: what cannot be read is a `Refusal` with its reason, and the rest goes on. Reports with
    the same id keep it, and all but the first say so in their notes. `stdin` stands in for standard input, which is
    read as it comes where it is JSONL.

        >>> [result.reason for result in read_inputs(["no such file.txt"])]
        ['not-found']
    """
    first_origins: dict[str, str] = {}
    for path in paths:
        for result in _read_path(path, stdin, limits):
            yield _noted(result, first_origins) if isinstance(result, Report) else result


def ingest_bytes(
    raw: bytes, *, name: str, kind: str | None = None, limits: Limits = DEFAULT
) -> Iterator[Report | Refusal]:
    """
    The reports in `raw`; `kind` (text, html, jsonl) is told by `name` or the content where it is not given.

        >>> [report.id for report in ingest_bytes(b"Twelve people died.", name="raid.txt")]
        ['raid']
    """
    if kind not in (None, *KINDS.values()):
        raise ValueError(f"kind {kind!r} is not one of text, html, jsonl")
    yield from _read_stream(io.BytesIO(raw), name, kind, limits)


def _noted(report: Report, first_origins: dict[str, str]) -> Report:
    """`report`, with a note where its id was given before in this run."""
    origin = report.origin or report.id
    first = first_origins.setdefault(report.id, origin)
    if first == origin:
        return report
    note = f"the id {report.id!r} is also that of {first}"
    return msgspec.structs.replace(report, notes=(*report.notes, note))


def _read_path(path: str | Path, stdin: bytes | BinaryIO | None, limits: Limits) -> Iterator[Report | Refusal]:
    origin = str(path)
    if origin == STDIN:
        source = io.BytesIO(stdin) if isinstance(stdin, bytes) else stdin or sys.stdin.buffer
        yield from _read_stream(source, STDIN, None, limits)
        return
    try:
        is_folder, is_there = Path(path).is_dir(), Path(path).exists()
    except OSError:  # a name too long for the file system
        is_folder = is_there = False
    if is_folder:
        yield from _read_folder(Path(path), limits)
    elif is_there:
        yield from _read_file(Path(path), limits)
    else:
        yield _not_found(origin)


def _not_found(origin: str) -> Refusal:
    if re.match(r"https?://", origin):
        message = "Addresses are not fetched. Save the page as an HTML file and read that."
    else:
        problem = "There is no such file or folder; expected a path, or - for standard input"
        message = f"{problem}. Check the spelling, and quote names with spaces."
    return Refusal(origin=origin, reason="not-found", message=message)


def _read_file(path: Path, limits: Limits) -> Iterator[Report | Refusal]:
    try:
        with path.open("rb") as stream:
            yield from _read_stream(stream, str(path), None, limits)
    except OSError as err:
        yield _unreadable(str(path), err)


def _unreadable(origin: str, err: OSError) -> Refusal:
    message = f"It could not be opened ({err.strerror or err}). Check that you may read it, and try again."
    return Refusal(origin=origin, reason="unreadable", message=message)


def _read_folder(folder: Path, limits: Limits) -> Iterator[Report | Refusal]:
    """The reports in `folder`; at its end what was left out, or that there was nothing."""
    left_out: Counter[str] = Counter()
    found = False
    for item in _walk(folder):
        if isinstance(item, Refusal):
            yield item
        elif item.suffix.lower() in KINDS:
            found = True
            yield from _read_file(item, limits)
        else:
            left_out[item.suffix.lower() or "without extension"] += 1
    documents = {suffix: count for suffix, count in left_out.items() if suffix in DOCUMENTS}
    if not found:
        holds = f"It holds {_listed(left_out)}." if left_out else "It is empty."
        problem = f"No report in this folder; expected files named {', '.join(KINDS)}"
        message = f"{problem}. {holds} Name other files outright to read them."
        yield Refusal(origin=str(folder), reason="no-reports", message=message)
    elif documents:
        problem = f"Not read in this folder: {_listed(documents)}; expected {', '.join(KINDS)}"
        message = f"{problem}. Save them as text, HTML or JSONL."
        yield Refusal(origin=str(folder), reason="left-out", message=message)


def _listed(counts: Counter[str] | dict[str, int]) -> str:
    shown = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{count} {suffix}" for suffix, count in shown[:8])
    return f"{listed} and others" if len(shown) > 8 else listed


def _walk(folder: Path) -> Iterator[Path | Refusal]:
    """Visible files below `folder` in the order of names; links to folders are not followed, so it ends."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as err:
        yield _unreadable(str(folder), err)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry)
        elif entry.is_file():
            yield entry


def _read_stream(source: BinaryIO, origin: str, kind: str | None, limits: Limits) -> Iterator[Report | Refusal]:
    """The reports of one stream: line by line where it is JSONL, else at once up to the limit."""
    stream = source if isinstance(source, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, source))
    path = Path(origin)
    head = stream.peek(HEAD)[:HEAD]
    name = "stdin" if origin == STDIN else path.name.removesuffix(path.suffix) or origin or "report"
    kind = kind or _kind(head, path.suffix.lower())
    if kind == "jsonl" and refuse_by_magic(head, origin) is None:
        yield from read_jsonl(stream, name=name, origin=origin, limits=limits)
        return
    limit, of = (limits.page, "page") if kind == "html" else (limits.file, "file")
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        yield refuse_large(origin, limit, "bytes", of)
    elif not raw.removeprefix(codecs.BOM_UTF8).strip():
        yield refuse_empty(origin)
    elif refusal := refuse_binary(raw, origin):
        yield refusal
    elif kind == "html":
        yield read_html(raw, id=name, origin=origin, limits=limits)
    else:
        text, notes = decode(raw)
        yield read_text_file(text, id=name, origin=origin, notes=notes, limits=limits)


def _kind(head: bytes, suffix: str) -> str:
    """What the input is: by its extension, else by its first characters; a page stays a page when named `.txt`."""
    start = head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    named = KINDS.get(suffix)
    if named == "text":
        return "html" if PAGE_RE.match(start) else "text"
    if named:
        return named
    if OBJECT_RE.match(start):
        return "jsonl"
    return "html" if PAGE_RE.match(start) or MARKUP_RE.match(start) else "text"
