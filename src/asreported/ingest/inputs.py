"""
Files, folders, standard input and bytes to `Report`s, in the order in which they are given, one at a time.

A folder is read recursively in the order of names, lists of references before the files that they may name; its hidden
files and what is of no kind that is read are no reports. Documents in it that a person would expect to be read (old
Word files, archives, ...) are named in one refusal at its end.
"""

from __future__ import annotations

import io
import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from ..records import Refusal, Report
from .ahead import Task, read_ahead
from .documents import WHOLE
from .kinds import DOCUMENTS, HEAD, KINDS, MANY_THINGS, kind_of_file, suffix_of
from .limits import DEFAULT, Limits
from .origins import split_origin
from .streams import STDIN, How, Mark, Results, read_stream

REFERENCES = frozenset({".ris", ".json"})
"""Lists of references: the files that they name are reports with what the list says of them, and read once."""


def read_inputs(
    paths: Sequence[str | Path],
    *,
    stdin: bytes | BinaryIO | None = None,
    limits: Limits = DEFAULT,
    columns: Mapping[str, str] | None = None,
    opened: dict[str, Mark] | None = None,
) -> Results:
    """
    The reports of `paths` (files, folders, `-` for standard input), each read when it is asked for.

    Nothing raises: what cannot be read is a `Refusal` with its reason, and the rest goes on. Reports with
    the same id keep it, and all but the first say so in their notes. `stdin` stands in for standard input, which is
    read as it comes where it is JSONL or an archive. `columns` says which column of a table holds what. `opened` takes
    the mark of each file as it was when it was opened, by which whoever keeps its bytes knows that they are those.

        >>> [result.reason for result in read_inputs(["no such file.txt"])]
        ['not-found']
    """
    how = How(limits, columns, stdin, opened=opened)
    first_origins: dict[str, str] = {}
    for result in read_ahead(task for path in paths for task in _tasks(path, how)):
        yield _noted(result, first_origins) if isinstance(result, Report) else result


def ingest_bytes(
    raw: bytes,
    *,
    name: str,
    kind: str | None = None,
    limits: Limits = DEFAULT,
    columns: Mapping[str, str] | None = None,
) -> Results:
    """
    The reports in `raw`; its `kind` (text, jsonl, html, pdf, docx, mail, mbox, feed, csv, tsv, ris, csl, warc, wacz) is
    told by its content or by `name` where it is not given.

        >>> [report.id for report in ingest_bytes(b"Twelve people died.", name="raid.txt")]
        ['raid']
    """
    if kind not in (None, *KINDS.values()):
        raise ValueError(f"kind {kind!r} is not one of {', '.join(dict.fromkeys(KINDS.values()))}")
    yield from read_stream(io.BytesIO(raw), name, kind, How(limits, columns))


def _noted(report: Report, first_origins: dict[str, str]) -> Report:
    """`report`, with a note where its id was given before in this run."""
    origin = report.origin or report.id
    first = first_origins.setdefault(report.id, origin)
    if first == origin:
        return report
    note = f"the id {report.id!r} is also that of {first}"
    return msgspec.structs.replace(report, notes=(*report.notes, note))


def _tasks(path: str | Path, how: How) -> Iterator[Task]:
    """What there is to read at `path`."""
    origin = str(path)
    if origin == STDIN:
        source = io.BytesIO(how.stdin) if isinstance(how.stdin, bytes) else how.stdin or sys.stdin.buffer
        yield Task(lambda: read_stream(source, STDIN, None, how))
        return
    try:
        is_folder, is_there = Path(path).is_dir(), Path(path).exists()
    except (OSError, ValueError):  # a name too long for the file system, or that holds NUL
        is_folder = is_there = False
    if is_folder:
        yield from _folder_tasks(Path(path), how)
    elif is_there:
        yield _file_task(Path(path), how)
    else:
        yield _told(_not_found(origin))


def _told(refusal: Refusal) -> Task:
    return Task(lambda: [refusal])


def _file_task(path: Path, how: How) -> Task:
    kind = KINDS.get(suffix_of(path.name))
    return Task(lambda: _read_file(path, how), ahead=kind in WHOLE and suffix_of(path.name) not in REFERENCES)


def _not_found(origin: str) -> Refusal:
    if re.match(r"https?://", origin):
        message = "Addresses are not fetched. Save the page as an HTML file and read that."
    else:
        problem = "There is no such file or folder; expected a path, or - for standard input"
        message = f"{problem}. Check the spelling, and quote names with spaces."
    return Refusal(origin=origin, reason="not-found", message=message)


def _read_file(path: Path, how: How) -> Results:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            yield _refuse_pipe(str(path))
            return
        with path.open("rb") as stream:
            if how.opened is not None:
                how.opened[str(path)] = Mark.of(os.fstat(stream.fileno()))
            yield from read_stream(stream, str(path), None, how._replace(folder=path.parent))
    except OSError as err:
        yield _unreadable(str(path), err)


def _refuse_pipe(origin: str) -> Refusal:
    """Of a pipe or a device: it may never begin or end, and what is read from it cannot be read again to be kept."""
    problem = "It is a pipe or a device; expected a file"
    message = f"{problem}. Give what comes from it as standard input, with - as the path (`asreported add - < PIPE`)."
    return Refusal(origin=origin, reason="unreadable", message=message)


def _unreadable(origin: str, err: OSError) -> Refusal:
    message = f"It could not be opened ({err.strerror or err}). Check that you may read it, and try again."
    return Refusal(origin=origin, reason="unreadable", message=message)


def _folder_tasks(folder: Path, how: How) -> Iterator[Task]:
    """What there is to read in `folder`; at its end what was left out, or that there was nothing."""
    left_out: Counter[str] = Counter()
    named: set[str] = set()
    found = False
    for item in _walk(folder):
        if isinstance(item, Refusal):
            yield _told(item)
        elif _is_read(item):
            found = True
            if suffix_of(item.name) in REFERENCES:
                yield Task(lambda item=item: _read_references(item, how, named))  # type: ignore[misc]
            elif str(item) not in named:
                yield _file_task(item, how)
        else:
            left_out[_told_suffix(item)] += 1
    documents = {told: count for told, count in left_out.items() if told.split(" ")[0] in DOCUMENTS}
    if not found:
        yield _told(_no_reports(folder, left_out))
    elif documents:
        problem = f"Not read in this folder: {_listed(documents)}; expected {', '.join(KINDS)}"
        message = f"{problem}. Save or unpack them as one of these."
        yield _told(Refusal(origin=str(folder), reason="left-out", message=message))


def _told_suffix(path: Path) -> str:
    """What is said of a file that is not read."""
    suffix = path.suffix.lower()
    return f"{suffix} that is no feed" if suffix == ".xml" else suffix or "without extension"


def _no_reports(folder: Path, left_out: Counter[str]) -> Refusal:
    holds = f"It holds {_listed(left_out)}." if left_out else "It is empty."
    problem = f"No report in this folder; expected files named {', '.join(KINDS)}"
    message = f"{problem}. {holds} Name other files outright to read them."
    return Refusal(origin=str(folder), reason="no-reports", message=message)


def _is_read(path: Path) -> bool:
    """Whether a file in a folder is read: by its name, or by what it holds where the name says little."""
    suffix = suffix_of(path.name)
    if suffix and suffix not in MANY_THINGS:
        return suffix in KINDS
    try:
        with path.open("rb") as stream:
            kind = kind_of_file(stream.read(HEAD), suffix)
        # Mail programs give their mailboxes no extension; of plain text without one most is no report.
        return kind not in ("other", "jsonl") if suffix else kind not in ("text", "other", "jsonl", "zip")
    except OSError:
        return True  # why it cannot be opened is said where it is read


def _read_references(path: Path, how: How, named: set[str]) -> Results:
    """The reports of a list of references; the files that it names are added to `named`."""
    for result in _read_file(path, how):
        origin = result.origin or ""
        if split_origin(origin)[0] != str(path):
            named.add(origin)
        yield result


def _listed(counts: Counter[str] | dict[str, int]) -> str:
    shown = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{count} {suffix}" for suffix, count in shown[:8])
    return f"{listed} and others" if len(shown) > 8 else listed


def _walk(folder: Path) -> Iterator[Path | Refusal]:
    """Visible files below `folder` in the order of names; links to folders are not followed, so it ends."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (suffix_of(entry.name) not in REFERENCES, entry.name))
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


__all__ = ["DOCUMENTS", "KINDS", "ingest_bytes", "read_inputs", "split_origin"]
