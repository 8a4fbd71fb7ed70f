"""
How far a long run is, on standard error: share, reports a second, time left, refused.

Nobody knows how many reports a folder of JSON lines holds, so the share is one of bytes: files done count whole, the
file at hand by the text read from it so far.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from ..records import Reading, Refusal

MANY_BYTES = 1_000_000
_LINE_RE = re.compile(r":\d+\Z")


def file_sizes(paths: Iterable[str]) -> dict[str, int]:
    """The files that `paths` name, folders walked, each with its size; what cannot be looked at is left out."""
    return {str(path): _size(path) for name in paths if name != "-" for path in _files(Path(name))}


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


class Position:
    """
    How many bytes of the inputs are done, as reports come by in the order of the inputs.

        >>> position = Position({"a.txt": 10, "b.jsonl": 100})
        >>> position.step("a.txt", 4), position.step("b.jsonl:1", 30), position.step("b.jsonl:2", 30)
        (4, 40, 70)
    """

    def __init__(self, sizes: dict[str, int]) -> None:
        self.sizes = sizes
        self.finished = 0
        self.file: str | None = None
        self.within = 0

    def step(self, origin: str | None, read: int) -> int:
        file = origin if origin in self.sizes else _LINE_RE.sub("", origin or "")
        if file != self.file:
            self.finished += self.sizes.get(self.file or "", 0)
            self.file, self.within = file, 0
        self.within = min(self.sizes.get(file, 0), self.within + read)
        return self.finished + self.within


def track(items: Iterable[Reading | Refusal], paths: list[str], stream: TextIO) -> Iterator[Reading | Refusal]:
    """`items` unchanged, with a bar on `stream` while they come; no bar for a single small file."""
    sizes = file_sizes(paths)
    total = sum(sizes.values())
    if len(sizes) < 2 and total < MANY_BYTES and "-" not in paths:
        yield from items
        return
    position, reports, refused = Position(sizes), 0, 0
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        console=Console(file=stream, highlight=False, markup=False),
        transient=True,
    ) as bar:
        task = bar.add_task("reading", total=None if "-" in paths else total, rate="")
        for item in items:
            reports += isinstance(item, Reading)
            refused += isinstance(item, Refusal)
            done = position.step(*_origin(item))
            seconds = bar.tasks[0].elapsed or 0
            rate = f"{reports:,} reports" + (f", {reports / seconds:.1f} a second" if seconds > 1 else "")
            bar.update(task, completed=done, rate=rate + (f", {refused:,} refused" if refused else ""))
            yield item


def _origin(item: Reading | Refusal) -> tuple[str | None, int]:
    if isinstance(item, Reading):
        return item.report.origin, len(item.report.text.encode("utf-8", "surrogatepass"))
    return item.origin, 0
