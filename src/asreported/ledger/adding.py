"""
Inputs added one by one: what is known is recognised before it is read, and each report is kept as soon as it is read.

`read` is the flow of pipeline.py, given from outside. It yields in the order of what it takes, so that the place where
a report came from can wait in line for its reading.
"""

from __future__ import annotations

import collections
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..ingest.origins import split_origin
from ..ingest.streams import Mark
from ..records import Reading, Refusal, Report
from .by_hand import read_by
from .codec import escape, unescape
from .database import Database
from .keeping import ADDED, Added, capture_of, keep_capture, keep_original_row, take_up
from .originals import Original
from .rows import now, report_key
from .store import Ledger

Read = Callable[[Iterable[Report | Refusal]], Iterator[Reading | Refusal]]
STDIN = "-"


class Outcome(NamedTuple):
    """What became of one input, in the order in which that was known."""

    origin: str | None
    result: Added | Refusal
    size: int = 0
    """Bytes of the text, about as many as were read of the input."""


class _Waiting(NamedTuple):
    report: Report
    key: str
    original: Original
    locator: str


def add_inputs(
    ledger: Ledger, inputs: Iterable[Report | Refusal], read: Read, *, reader: str,
    kept: Mapping[str, Original] | None = None, opened: Mapping[str, Mark] | None = None,
) -> Iterator[Outcome]:  # fmt: skip
    """
    Add the reports of `inputs` whose latest reading is not by `reader`, each in its own transaction.

    What `reader` read before another did is taken up again without being read. `kept` is for what is no file here
    (standard input, what was sent to the desk): origin → its bytes as they were kept; `opened` has the mark of each
    file as it was when it was opened, which `read_inputs` fills. Stopped at any point, it goes on where it was when it
    is run again. Raises: LedgerError, and what `read` raises.
    """
    waiting: collections.deque[_Waiting] = collections.deque()
    done: collections.deque[Outcome] = collections.deque()
    in_hand: dict[str, list[_Waiting]] = {}
    files = _Files(ledger, kept or {}, {} if opened is None else opened)  # which is filled as we go

    def examine() -> Iterator[_Waiting | Outcome]:
        """Each input either done with, or to be read."""
        for item in inputs:
            if isinstance(item, Refusal):
                yield Outcome(item.origin, item)
                continue
            place = files.place(item)
            if isinstance(place, Refusal):
                yield Outcome(item.origin, place)
                continue
            entry = _Waiting(item, report_key(item), *place)
            if entry.key in in_hand:  # twice in these inputs: the second is known when the first is kept
                in_hand[entry.key].append(entry)
            elif is_read(ledger.database, entry.key, reader):
                yield _keep_known(ledger, entry)
            elif _take_up(ledger, entry.key, reader):
                yield _keep_known(ledger, entry, "reread")
            else:
                in_hand[entry.key] = []
                yield entry

    def unread(first: _Waiting) -> Iterator[Report]:
        for item in itertools.chain([first], examined):
            if isinstance(item, Outcome):
                done.append(item)
            else:
                waiting.append(item)
                yield item.report

    examined = examine()
    for item in examined:  # where all is known the model is not even loaded
        if isinstance(item, _Waiting):
            break
        yield item
    else:
        return
    readings = read(unread(item))
    try:
        for reading in readings:
            while done:
                yield done.popleft()
            entry = waiting.popleft()
            again = in_hand.pop(entry.key)
            if isinstance(reading, Refusal):
                yield Outcome(reading.origin, reading)
                for other in again:  # each input is named, so that none seems to be kept
                    yield Outcome(other.report.origin, _refused(reading, other.report))
                continue
            added = ledger.add(reading, entry.original, locator=entry.locator, reader=reader)
            yield Outcome(entry.report.origin, added, len(entry.report.text))
            for other in again:
                yield _keep_known(ledger, other)
    finally:
        if isinstance(readings, Generator):
            readings.close()  # ends the processes that read
    yield from done


def reread(ledger: Ledger, read: Read, *, reader: str) -> Iterator[Outcome]:
    """
    Read again all reports of the ledger whose latest reading is by another reader, each in its own transaction.

    What `reader` read before another did is taken up again first, without being read. Raises: LedgerError, and what
    `read` raises.
    """
    waiting: collections.deque[_Waiting] = collections.deque()
    outdated_sql = (
        "SELECT r.n, r.key FROM reports r WHERE r.n > ? AND NOT EXISTS (SELECT 1 FROM readings g WHERE g.n = "
        "(SELECT max(l.n) FROM readings l WHERE l.report_n = r.n) AND (g.reader = ? OR substr(g.reader, 1, ?) = ?)) "
        "ORDER BY r.n"
    )
    by_hand = f"{escape(reader)}{ADDED}"
    current = (0, escape(reader), len(by_hand), by_hand)
    for report_n, key in ledger.database.each(outdated_sql, current):
        if _take_up(ledger, key, reader):
            added = Added(outcome="reread", report_key=key, claims=0)
            report, _, _ = ledger.fetcher.report(report_n)
            yield Outcome(report.origin, added, len(report.text))

    def outdated() -> Iterator[Report]:
        for report_n, _ in ledger.database.each(outdated_sql, current):
            report, original, locator = ledger.fetcher.report(report_n)
            waiting.append(_Waiting(report, report_key(report), original, locator))
            yield report

    for item in read(outdated()):
        entry = waiting.popleft()
        if isinstance(item, Refusal):
            yield Outcome(item.origin, item)
        else:
            added = ledger.add(item, entry.original, locator=entry.locator, reader=reader)
            yield Outcome(entry.report.origin, added, len(entry.report.text))


def foresee(ledger: Ledger | None, inputs: Iterable[Report | Refusal], reader: str) -> Iterator[Outcome]:
    """What `add_inputs` would do, nothing read by the model and nothing written; copies are told as new."""
    seen: set[str] = set()
    for item in inputs:
        if isinstance(item, Refusal):
            yield Outcome(item.origin, item)
            continue
        key = report_key(item)
        known = key in seen or (ledger is not None and is_read(ledger.database, key, reader))
        old = ledger is not None and ledger.database.one("SELECT 1 FROM reports WHERE key = ?", (key,)) is not None
        seen.add(key)
        yield Outcome(
            item.origin, Added(outcome="known" if known else "reread" if old else "new", report_key=key, claims=0)
        )


def is_read(database: Database, key: str, reader: str) -> bool:
    """Whether the latest reading of the report is by this reader, or builds on one of it."""
    sql = "SELECT g.reader FROM reports r JOIN readings g ON g.report_n = r.n WHERE r.key = ? ORDER BY g.n DESC LIMIT 1"
    row = database.one(sql, (key,))
    return row is not None and read_by(unescape(row[0])) == reader


def _take_up(ledger: Ledger, key: str, reader: str) -> bool:
    """Whether an earlier reading by `reader` was made the latest again."""
    sql = "SELECT 1 FROM reports r JOIN readings g ON g.report_n = r.n WHERE r.key = ? AND g.reader = ?"
    if ledger.database.one(sql, (key, escape(reader))) is None:
        return False
    try:
        with ledger.database.write():
            return is_read(ledger.database, key, reader) or take_up(ledger.database, key, reader)
    except BaseException:
        ledger.fetcher.forget()
        raise


def _refused(refusal: Refusal, report: Report) -> Refusal:
    """The refusal of one report told of another input that has the same."""
    return refusal if report.origin is None else msgspec.structs.replace(refusal, origin=report.origin)


def _keep_known(ledger: Ledger, entry: _Waiting, outcome: str = "known") -> Outcome:
    """A known report, perhaps from another file: that it was found there too is kept."""
    database, capture = ledger.database, capture_of(entry.report, entry.original, entry.locator)
    there = "SELECT count(*) FROM captures c WHERE c.report_n = r.n AND c.original_sha256 = ? AND c.locator = ?"
    sql = f"SELECT r.n, ({there}) FROM reports r WHERE r.key = ?"
    row = database.one(sql, (entry.original.sha256, escape(entry.locator), entry.key))
    if row and not row[1]:
        with database.write():
            added_at = now()
            keep_original_row(database, entry.original, added_at)
            keep_capture(database, row[0], entry.key, capture, added_at)
    added = Added(outcome=outcome, report_key=entry.key, claims=0)
    return Outcome(entry.report.origin, added, len(entry.report.text))


class _Files:
    """Keeps the bytes of each file when its first report comes by."""

    def __init__(self, ledger: Ledger, kept: Mapping[str, Original], opened: Mapping[str, Mark]) -> None:
        self.ledger = ledger
        self.kept = kept
        self.opened = opened
        self.name: str | None = None
        self.original: Original | None = None
        self.mark: Mark | None = None

    def place(self, report: Report) -> tuple[Original, str] | Refusal:
        """The kept bytes from which `report` was read, and its place in them."""
        name, locator = report.origin or "", ""
        if name not in self.kept:
            name, locator = split_origin(name)
        if (known := self.kept.get(name)) is not None:
            return known, locator
        if name == STDIN:
            raise ValueError("standard input was not kept")
        try:
            mark = Mark.of(Path(name).stat())
            if name != self.name or self.original is None:
                self.original = self._keep(Path(name))
                self.name, self.mark = name, mark
            if {mark, Mark.of(Path(name).stat()), self.opened.get(name, mark)} != {self.mark}:
                # Its bytes are kept as they were; what is read from it now may not be in them.
                message = "The file was changed while it was read. Add it again when it is complete."
                return Refusal(origin=report.origin or name, reason="unreadable", message=message)
        except OSError as err:
            message = f"Its bytes could not be kept ({err.strerror or err}). Check the file, and add it again."
            return Refusal(origin=report.origin or name, reason="unreadable", message=message)
        return self.original, locator

    def _keep(self, path: Path) -> Original:
        with path.open("rb") as stream:
            if self.ledger.database.dialect == "sqlite":
                return self.ledger.originals.keep(stream)
            with self.ledger.database.write():
                return self.ledger.originals.keep(stream)
