"""What is searched for, and what was found: the records of a search."""

from __future__ import annotations

import datetime as dt

from ..records import Kept, Record

ORDERS = ("newest", "oldest", "relevance")
FACETS = ("kind", "status", "review", "actor", "place", "country", "source", "source_type", "publisher", "month")
MOST = 10_000
"""Matches are counted, and facets counted over them, up to this many."""

MOST_LEFT_OUT = 1_000
"""As far is counted what a choice of the query leaves out."""

LONGEST_RADIUS = 2_000


class Query(Record, frozen=True, kw_only=True):
    """
    What a claim must be to be found. Every filter that is given must hold; of the values of one filter any does.

    Raises: ValueError where a value makes no sense.
    """

    words: str | None = None
    """All of them must occur: words, "phrases", prefix*, -absent (ledger/words.py)."""
    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    """Ids, or names that the ledger or the table of actors knows."""
    places: tuple[str, ...] = ()
    """Names of places, provinces or countries that occur, or ids of places."""
    sources: tuple[str, ...] = ()
    """Names of who is quoted; `?` is anyone unnamed, an empty name the publisher itself."""
    source_types: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    near: tuple[float, float, float] | None = None
    """Latitude, longitude and radius in kilometres."""
    coarse: bool = False
    """With `near`: take in claims known only to a province, country or region, whose point stands for all of it."""
    since: dt.date | None = None
    until: dt.date | None = None
    """First and last day: what a claim says must overlap them; an undated claim counts by its day of publication."""
    dated_only: bool = False
    low: float | None = None
    high: float | None = None
    """Some figure of the claim overlaps `low` to `high`; None is an open side, in the figure too."""
    unit: str | None = None
    earlier: bool = False
    """Take in claims that only an older reading of their report had."""
    order: str = "newest"
    limit: int = 50
    offset: int = 0
    facets: tuple[str, ...] = ()
    """What to count the matches by: names of `FACETS`."""

    def __post_init__(self) -> None:
        wrong = next(filter(None, self._faults()), None)
        if wrong:
            raise ValueError(wrong)

    def _faults(self) -> tuple[str | None, ...]:
        unknown = [name for name in self.facets if name not in FACETS]
        return (
            None if self.order in ORDERS else f"order {self.order!r} is not one of {', '.join(ORDERS)}",
            f"facet {unknown[0]!r} is not one of {', '.join(FACETS)}" if unknown else None,
            "limit and offset count from 0" if self.limit < 0 or self.offset < 0 else None,
            self._fault_of_near(),
            f"the first day {self.since} is after the last one, {self.until}"
            if self.since and self.until and self.since > self.until
            else None,
            f"the lowest number {self.low:g} is above the highest, {self.high:g}"
            if self.low is not None and self.high is not None and self.low > self.high
            else None,
            "a number that is no number was asked for" if _nan(self.low) or _nan(self.high) else None,
        )

    def _fault_of_near(self) -> str | None:
        if self.near is None:
            return None
        lat, lon, km = self.near
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            return f"{lat:g},{lon:g} is no point: latitude is -90 to 90, longitude -180 to 180"
        return None if 0 <= km <= LONGEST_RADIUS else f"a radius of {km:g} km is not within 0 to {LONGEST_RADIUS:,}"


class Facet(Record, frozen=True, kw_only=True):
    """How many of the matches have which value."""

    name: str
    counts: tuple[tuple[str, int], ...]
    """The most frequent values; of actors the id."""
    labels: tuple[str, ...]
    """What to show for them, in the same order."""
    others: int = 0
    """How many further values there are."""


class Found(Record, frozen=True, kw_only=True):
    """The answer to a `Query`: one page of claims, and what there is to know about the rest."""

    total: int
    """How many claims match, or where there are `more`, how many were counted."""
    more: bool
    """
    Counting ended before all were found: at `MOST`, or earlier where going on would take long (ledger/matching.py).
    """
    kept: tuple[Kept, ...]
    left_out: dict[str, int]
    """
    How many claims a choice of the query's kept out that match else: `coarse`, `undated`, `earlier`.
    """
    at_least: tuple[str, ...] = ()
    """Those of `left_out` of which there may be more: counting ended at `MOST_LEFT_OUT`, or earlier."""
    notes: tuple[str, ...] = ()
    """How names were understood, which names nothing is called by, what was ranked."""
    facets: tuple[Facet, ...] = ()


def _nan(value: float | None) -> bool:
    return value is not None and value != value
