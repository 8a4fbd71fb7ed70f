"""
Readings written as they come, in one of four formats, to a stream or to a file that appears only when it is whole.

Cards, tables and lines of JSON are written report by report; the page needs all reports before its first line.
"""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from ..records import Reading, Refusal

SUFFIXES = {".html": "html", ".htm": "html", ".jsonl": "jsonl", ".ndjson": "jsonl", ".txt": "cards"}
"""The format that the end of a file's name asks for."""

Items = Iterable[Reading | Refusal]


def write_items(items: Items, out: TextIO, format: str) -> None:
    """Write `items` to `out` in `format`, one of `WRITERS`."""
    WRITERS[format](items, out)


def write_jsonl(items: Items, out: TextIO) -> None:
    """One line a report, flushed at once, so that the next program can start."""
    from .jsonl import encode_reading

    for reading in _readings(items):
        out.write(encode_reading(reading))
        out.flush()


def write_cards(items: Items, out: TextIO) -> None:
    from .cards import legend, print_cards
    from .terminal import open_console

    console, any_claim = open_console(out), False
    for reading in _readings(items):
        print_cards(reading, console)
        any_claim = any_claim or bool(reading.claims)
    if any_claim and console.color_system:
        console.print(legend())


def write_table(items: Items, out: TextIO) -> None:
    from .cards import print_lines
    from .table import head_line, table_lines
    from .terminal import open_console, table_width

    console = open_console(out)
    width = table_width(console)
    print_lines([head_line(width)], console)
    for reading in _readings(items):
        if reading.claims:
            print_lines(table_lines(reading, width), console)


def write_page(items: Items, out: TextIO) -> None:
    from .page import render_page

    readings: list[Reading] = []
    refusals: list[Refusal] = []
    for item in items:
        if isinstance(item, Reading):
            readings.append(item)
        else:
            refusals.append(item)
    out.write(render_page(readings, refusals))
    out.flush()


def write_demo(items: Items, out: TextIO) -> None:
    """The cards of the first report, a table over all, and what to try next."""
    readings = list(_readings(items))
    write_cards(readings[:1], out)
    out.write("\nAll sample reports, one line a claim:\n\n")
    write_table(readings, out)
    out.write("\nThe same as a page to read and filter: asreported demo -o demo.html\n")
    out.write("Your own reports: asreported read PATH...\n")
    out.flush()


WRITERS: dict[str, Callable[[Items, TextIO], None]] = {
    "cards": write_cards,
    "table": write_table,
    "jsonl": write_jsonl,
    "html": write_page,
    "demo": write_demo,
}


def _readings(items: Items) -> Iterator[Reading]:
    return (item for item in items if isinstance(item, Reading))


@contextlib.contextmanager
def open_output(path: Path) -> Iterator[TextIO]:
    """As `open_bytes`, for text. Raises: OSError."""
    with open_bytes(path) as out:
        text = io.TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", newline="\n")
        yield text
        text.flush()
        text.detach()


@contextlib.contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """
    A stream whose content becomes the file `path` when all went well, and vanishes when not.

    A link is followed; an existing file keeps its mode; what is no plain file (a pipe, /dev/null) is written straight.
    Raises: OSError, where the folder is missing or may not be written.
    """
    if path.exists() and not path.is_file():  # before links are followed: what /dev/stdout leads to may have no path
        with path.open("wb") as out:
            yield out
        return
    path = path.resolve()
    # Hidden and without a known suffix, so that a run which reads this very folder passes it by.
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.", suffix=".part")
    except OSError as err:  # named after the folder: the passing file is not what the caller asked for
        raise OSError(err.errno, err.strerror, str(path.parent)) from err
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        part.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """The mask of the process, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def find_clash(out: Path, inputs: Iterable[Path]) -> Path | None:
    """
    The input that writing `out` would destroy: the file itself, or a folder in which `out` already lies.

    A file that does not exist yet clashes with nothing.
    """
    if not out.is_file():
        return None
    resolved = out.resolve()
    for path in inputs:
        with contextlib.suppress(OSError):
            if path.samefile(resolved) or (path.is_dir() and path.resolve() in resolved.parents):
                return path
    return None
