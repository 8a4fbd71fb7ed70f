"""
Where the claims of an export come from: the claims of a ledger that a query finds, or readings in hand.

Both give the same: claims one by one, the claims of each incident together, and the figure series; and to formats that
want them the texts, the decisions, what was read before people corrected it, and the bytes of the reports.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple, Protocol

import msgspec

from ..compare.incidents import Comparison, compare_figures
from ..comparisons import read_figures
from ..ledger.by_hand import added_claim, read_by
from ..ledger.decisions import REVIEWS, Decision, fold
from ..ledger.find import find_numbers
from ..ledger.incidents import claims_of, incidents_of, reports_of, unlinked_beside
from ..ledger.originals import Original
from ..ledger.query import Query
from ..ledger.readers import reader_name
from ..ledger.rows import report_key
from ..ledger.store import Ledger
from ..records import Claim, Kept, Reading, ReportHead
from .told import Group, Told

AT_ONCE = 500
"""Claims that are in memory at a time."""
MOST_OF_ONE = 20_000
"""Claims of one incident at most."""
MOST_FIGURES = 1_000_000


class Capture(NamedTuple):
    """The bytes that a report was taken from, and its place in them."""

    original: Original
    origin: str | None
    locator: str
    extractor: str | None


class Made(NamedTuple):
    """Which model and version read a report last, and when (ISO 8601, UTC)."""

    reader: str
    read_at: str | None
    by_hand: frozenset[str] = frozenset()
    """The ids of the claims that people added."""


class Source(Protocol):
    """What formats are made from."""

    @property
    def name(self) -> str:
        """What the claims are of, for people; it holds no path."""
        ...

    def told(self) -> Iterator[Told]:
        """The claims, in a fixed order."""
        ...

    def groups(self) -> Iterator[Group]:
        """
        Of each incident that one of the claims is of all claims, those that the query left out too: a toll is not to
        be lost because an air strike was asked for. Only states of review narrow within an incident.
        """
        ...

    def reports(self) -> Iterator[Group]:
        """The claims of each report, in the order of their triggers; `id` is the report's key."""
        ...

    def comparisons(self) -> Iterable[Comparison]:
        """The figure series of the claims."""
        ...

    def text(self, report: str) -> str:
        """The text of the report of this key: what offsets count in."""
        ...

    def as_read(self, key: str) -> Claim:
        """The claim without what people corrected."""
        ...

    def decisions(self, key: str) -> Sequence[Decision]:
        """What people decided on the claim, first to last."""
        ...

    def made(self, report: str) -> Made:
        """Who read the report last."""
        ...

    def captures(self, report: str) -> Sequence[Capture]:
        """Where the report was taken from; none where its bytes were not kept."""
        ...

    def open(self, sha256: str) -> BinaryIO:
        """The kept bytes of this hash."""
        ...


class LedgerSource:
    """The claims of `ledger` that `query` finds, whatever its limit."""

    def __init__(self, ledger: Ledger, query: Query | None = None) -> None:
        self.ledger = ledger
        query = query or Query(order="oldest")
        order = "newest" if query.order == "relevance" else query.order  # what is ranked is the best matches alone
        self.query = msgspec.structs.replace(query, order=order, offset=0)
        self._numbers: list[int] | None = None

    @property
    def name(self) -> str:
        row = self.ledger.database.one("SELECT value FROM meta WHERE key = 'ledger_id'")
        return f"ledger {row[0]}" if row else "a ledger"

    @property
    def numbers(self) -> list[int]:
        if self._numbers is None:
            self._numbers = find_numbers(self.ledger, self.query)
        return self._numbers

    def told(self) -> Iterator[Told]:
        for start in range(0, len(self.numbers), AT_ONCE):
            yield from self._tell(self.numbers[start : start + AT_ONCE])

    def groups(self) -> Iterator[Group]:
        database = self.ledger.database
        ids = sorted(incidents_of(database, self.numbers))
        for start in range(0, len(ids), AT_ONCE // 10):
            some = ids[start : start + AT_ONCE // 10]
            yield from group_told(self._reviewed(self._tell(claims_of(database, some, most=MOST_OF_ONE))))
        found = set(self.numbers)
        for numbers in unlinked_beside(database, self.numbers):
            told = self._tell(numbers)
            asked = {one.key for n, one in zip(numbers, told, strict=True) if n in found}
            groups = group_told(self._reviewed(told))
            yield from (group for group in groups if any(one.key in asked for one in group.told))

    def reports(self) -> Iterator[Group]:
        by_report = reports_of(self.ledger.database, self.numbers)
        for start in range(0, len(by_report), AT_ONCE // 10):
            some = by_report[start : start + AT_ONCE // 10]
            yield from by_reports(self._tell([n for numbers in some for n in numbers]))

    def comparisons(self) -> Iterable[Comparison]:
        return read_figures(self.ledger, self.query, most=MOST_FIGURES).comparisons

    def text(self, report: str) -> str:
        return self.ledger.text(report)

    def as_read(self, key: str) -> Claim:
        return self.ledger.as_read(key)

    def decisions(self, key: str) -> Sequence[Decision]:
        return self.ledger.history(key)

    def made(self, report: str) -> Made:
        readers = self.ledger.fetcher.readers(report)
        # A reading by hand holds one claim of a person and what a model had read before.
        reader, read_at = next((one for one in reversed(readers) if added_claim(one[0]) is None), readers[-1])
        added = (added_claim(name) for name, _ in readers)
        return Made(read_by(reader), read_at, frozenset(claim for claim in added if claim))

    def captures(self, report: str) -> Sequence[Capture]:
        return [Capture(*row) for row in self.ledger.fetcher.captures(report)]

    def open(self, sha256: str) -> BinaryIO:
        return self.ledger.originals.open(sha256)

    def _reviewed(self, told: list[Told]) -> list[Told]:
        """Those in the states of review that are asked for, the one filter that narrows within an incident, too."""
        reviews = self.query.reviews
        return [one for one in told if one.kept.review in reviews] if reviews else told

    def _tell(self, numbers: Sequence[int]) -> list[Told]:
        return [self._told(kept) for kept in self.ledger.kept(numbers)]

    def _told(self, kept: Kept) -> Told:
        if kept.review == "unreviewed":
            return Told(kept=kept)
        last = last_review(self.ledger.history(kept.key))
        return Told(kept=kept, reviewed_by=last.who if last else None, reviewed_at=last.decided_at if last else None)


class ReadingsSource:
    """
    The claims of readings that are in no ledger: nobody decided on them, and incidents are those within a report.

    Of a report that was read twice the last reading counts, as in a ledger.
    """

    name = "readings"

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = {report_key(reading.report): reading for reading in readings}

    def told(self) -> Iterator[Told]:
        for key, reading in self._readings.items():
            head = _head(key, reading)
            for claim in reading.claims:
                yield Told(kept=Kept(key=f"{key}:{claim.id}", report=head, claim=claim))

    def groups(self) -> Iterator[Group]:
        return group_told(self.told())

    def reports(self) -> Iterator[Group]:
        return by_reports(self.told())

    def comparisons(self) -> Iterable[Comparison]:
        """As of a ledger, of claims that tell a number or deny: with others, places may be told apart otherwise."""
        return compare_figures(told.kept for told in self.told() if _bears_on_figures(told.claim))

    def text(self, report: str) -> str:
        return self._readings[report].report.text

    def as_read(self, key: str) -> Claim:
        report, _, id = key.partition(":")
        return next(claim for claim in self._readings[report].claims if claim.id == id)

    def decisions(self, key: str) -> Sequence[Decision]:
        return ()

    def made(self, report: str) -> Made:
        return self._made

    @functools.cached_property
    def _made(self) -> Made:
        return Made(reader_name(), None)

    def captures(self, report: str) -> Sequence[Capture]:
        return ()

    def open(self, sha256: str) -> BinaryIO:
        raise KeyError(sha256)


def as_source(claims: Source | Ledger | Iterable[Reading], query: Query | None = None) -> Source:
    """What formats are made from, of a ledger (narrowed by `query`) or of readings. Raises: ValueError."""
    if isinstance(claims, Ledger):
        return LedgerSource(claims, query)
    if query is not None:
        raise ValueError("a query narrows the claims of a ledger; choose among readings before")
    return ReadingsSource(claims) if isinstance(claims, Iterable) else claims


def last_review(history: Sequence[Decision]) -> Decision | None:
    """The decision that the review of a claim comes from: the last that was not undone, None where there is none."""
    standing = set(fold(history).standing)
    return next((d for d in reversed(history) if d.n in standing and d.action in REVIEWS), None)


def group_told(told: Iterable[Told]) -> Iterator[Group]:
    """
    The claims by incident, in the order of the incidents' ids; claims in their order within.

    Those that are linked to no incident stand by the label within their report, and without one alone.
    """
    groups: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        alone = f"{one.report.key}:{one.claim.incident or one.claim.id}"
        groups[one.kept.incident or alone].append(one)
    for id in sorted(groups):
        members = sorted(
            groups[id],
            key=lambda one: (one.report.published or "9999", one.report.key, one.claim.trigger.start, one.key),
        )
        yield Group(id, tuple(members))


def by_reports(told: Iterable[Told]) -> Iterator[Group]:
    """The claims by report, the reports in the order in which they come."""
    groups: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        groups[one.report.key].append(one)
    for key, members in groups.items():
        yield Group(key, tuple(sorted(members, key=lambda one: (one.claim.trigger.start, one.claim.id))))


def _bears_on_figures(claim: Claim) -> bool:
    if not claim.figures:
        return claim.status == "denied"
    return any(figure.low is not None or figure.high is not None for figure in claim.figures)


def _head(key: str, reading: Reading) -> ReportHead:
    report = reading.report
    return ReportHead(
        key=key,
        id=report.id,
        title=report.title,
        publisher=report.publisher,
        published=report.published,
        url=report.url,
        text_sha256=report.sha256,
        chain=key,
    )
