"""
An import told file by file: what was taken, what is a duplicate of what, what was refused and why.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from ..ingest.origins import split_origin
from ..ledger.imported import Item
from .cells import cell
from .words import safe_line

MOST_ITEMS = 300
"""Duplicates and refusals of one file that are remembered; of an archive there may be any number."""


class FileTally:
    """The reports of one file counted, the first of them told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: Counter[str] = Counter()
        self.claims = 0
        self.reasons: Counter[str] = Counter()
        self.duplicates: list[Item] = []
        self.refused: list[Item] = []

    def add(self, item: Item) -> None:
        """Count `item`."""
        self.counts[item.outcome] += 1
        self.claims += item.claims
        if item.outcome == "refused":
            self.reasons[item.reason or "unread"] += 1
            self.refused[MOST_ITEMS:] = [] if len(self.refused) >= MOST_ITEMS else [item]
        elif item.outcome in ("copy", "known") and len(self.duplicates) < MOST_ITEMS:
            self.duplicates.append(item)

    @property
    def is_plain(self) -> bool:
        """Whether all of it was taken, none of it a duplicate."""
        return not (self.counts["copy"] or self.counts["known"] or self.counts["refused"])

    def __str__(self) -> str:
        """
        One line for people.

            >>> tally = FileTally("raids.csv")
            >>> tally.add(Item(origin="raids.csv:1", outcome="new", report="a", claims=3))
            >>> tally.add(Item(origin="raids.csv:2", outcome="known", report="b", known_from="old/raids.csv:9"))
            >>> tally.add(Item.refused("raids.csv:3", "empty", "There is no text."))
            >>> str(tally)
            'raids.csv: 1 taken, 3 claims; 1 duplicate of old/raids.csv:9; 1 refused: empty'
        """
        taken = self.counts["new"] + self.counts["reread"] + self.counts["copy"]
        parts = [f"{taken:,} taken, {self.claims:,} claim{'' if self.claims == 1 else 's'}"] if taken else []
        for outcome, words in (("copy", "nearly the same as"), ("known", "duplicate of")):
            if count := self.counts[outcome]:
                first = next((item for item in self.duplicates if item.outcome == outcome), None)
                parts.append(f"{count:,} {words} {_like(first)}" + (" and others" if count > 1 else ""))
        if self.reasons:
            reasons = ", ".join(
                f"{why} {n:,}" if len(self.reasons) > 1 else why for why, n in sorted(self.reasons.items())
            )
            parts.append(f"{self.counts['refused']:,} refused: {reasons}")
        return f"{self.name}: {'; '.join(parts) or 'no report'}"


def _like(item: Item | None) -> str:
    if item is None:
        return "another"
    return item.known_from or item.copy_title or item.copy_of or item.title or "another"


class ImportReport:
    """All files of one import, in the order in which they came."""

    def __init__(self) -> None:
        self.files: dict[str, FileTally] = {}

    def add(self, item: Item) -> None:
        name = item.origin if item.outcome == "refused" and item.reason == "not-found" else split_origin(item.origin)[0]
        self.files.setdefault(name, FileTally(name)).add(item)

    def lines(self, most: int) -> Iterator[str]:
        """A line a file; of more than `most` files those with duplicates or refusals first, the others counted."""
        files = list(self.files.values())
        if len(files) > most:
            files = [file for file in files if not file.is_plain][:most]
        yield from map(str, files)
        if (others := len(self.files) - len(files)) > 0:
            yield f"and {others:,} other file{'' if others == 1 else 's'} (--report FILE tells of each)"


COLUMNS = ("file", "part", "outcome", "report", "title", "claims", "duplicate_of", "reason", "message")


BEGINNINGS = (",".join(COLUMNS).encode(), b'{"file":')


def may_write(path: Path) -> bool:
    """Whether nothing but an earlier report would be lost by writing one to `path`."""
    if not path.is_file():
        return True
    with path.open("rb") as stream:
        head = stream.read(max(map(len, BEGINNINGS)))
    return not head or head.startswith(BEGINNINGS)


class ReportFile:
    """
    The report written item by item: CSV, or JSON lines.

    In CSV, which people look at, controls in names and titles stand as visible characters; JSON has them as they are.
    """

    def __init__(self, out: BinaryIO, *, jsonl: bool) -> None:
        self._out = out
        self._jsonl = jsonl
        if not jsonl:
            self._write_row(dict.fromkeys(COLUMNS, ""), head=True)

    def add(self, item: Item) -> None:
        """Write what became of one report."""
        file, part = split_origin(item.origin)
        values = {
            "file": file, "part": part, "outcome": item.outcome, "report": item.report or "", "title": item.title,
            "claims": item.claims, "duplicate_of": item.known_from or item.copy_of or "", "reason": item.reason or "",
            "message": item.message,
        }  # fmt: skip
        if self._jsonl:
            self._out.write(msgspec.json.encode(values) + b"\n")
        else:
            self._write_row(values)

    def _write_row(self, values: dict[str, object], *, head: bool = False) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerow(COLUMNS if head else [_cell(values[name]) for name in COLUMNS])
        self._out.write(text.getvalue().encode("utf-8", "backslashreplace"))


def _cell(value: object) -> Any:
    return cell(safe_line(value) if isinstance(value, str) else value)
