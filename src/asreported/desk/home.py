"""
The first page: what the ledger holds in a few numbers, and its reports, the newest published first.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..ledger.store import Ledger
from ..records import Record, ReportHead
from .about import read_heads
from .filters import PAGE, read_filter
from .pages import desk_of, render
from .shelf import Shelf
from .state import Desk

FIELDS = ("q", "since", "until", "page")


class Overview(Record, frozen=True, kw_only=True):
    """How much there is."""

    reports: int
    chains: int
    """Reports, near-copies of one another counted once."""
    claims: int
    reviewed: int


class Listed(Record, frozen=True, kw_only=True):
    """A report in the list."""

    report: ReportHead
    claims: int
    reviewed: int
    copies: int
    """Other reports of its chain of near-copies."""


class Counts:
    """What a desk keeps so as not to count anew what did not change."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self._lock = threading.Lock()
        self._known: tuple[Any, Overview] | None = None

    def overview(self, ledger: Ledger) -> Overview:
        """Counted anew after reports, readings or decisions were added."""
        database = ledger.database
        version = database.one(
            "SELECT (SELECT max(n) FROM reports), (SELECT max(n) FROM readings), (SELECT max(n) FROM decisions)"
        )
        with self._lock:
            known = self._known
        if known and known[0] == version:
            return known[1]
        found = count_overview(ledger)
        with self._lock:
            self._known = version, found
        return found


def count_overview(ledger: Ledger) -> Overview:
    """In 10 ms for a million claims: each number is the length of an index, or of a small part of one."""

    def number(sql: str) -> int:
        return int((ledger.database.one(sql) or (0,))[0] or 0)

    return Overview(
        reports=number("SELECT count(*) FROM reports"),
        chains=number("SELECT count(DISTINCT chain_n) FROM chains"),
        claims=number("SELECT count(*) FROM claims") - number("SELECT count(*) FROM claims WHERE current = 0"),
        reviewed=number("SELECT count(*) FROM claims WHERE current = 1 AND review < 'unreviewed'")
        + number("SELECT count(*) FROM claims WHERE current = 1 AND review > 'unreviewed'"),
    )


_counts: WeakKeyDictionary[Desk, Counts] = WeakKeyDictionary()
_lock = threading.Lock()


def counts_of(desk: Desk) -> Counts:
    with _lock:
        return _counts.setdefault(desk, Counts())


def list_reports(ledger: Ledger, numbers: Sequence[int]) -> list[Listed]:
    """The reports with these row numbers, in their order."""
    if not numbers:
        return []
    marks = ", ".join("?" * len(numbers))
    counting = "SELECT report_n, count(*), sum(CASE WHEN review = 'unreviewed' THEN 0 ELSE 1 END) FROM claims"
    where = f"WHERE report_n IN ({marks})"
    counted = ledger.database.rows(f"{counting} {where} AND current = 1 GROUP BY report_n", numbers)
    others = "(SELECT count(*) FROM chains m WHERE m.chain_n = o.chain_n) - 1"
    chains = ledger.database.rows(f"SELECT o.report_n, {others} FROM chains o {where}", numbers)  # noqa: S608
    claims = {n: (int(all), int(some)) for n, all, some in counted}
    copies: dict[int, int] = dict(chains)
    heads = read_heads(ledger.database, numbers)
    return [
        Listed(
            report=heads[n], claims=claims.get(n, (0, 0))[0], reviewed=claims.get(n, (0, 0))[1], copies=copies.get(n, 0)
        )
        for n in numbers
        if n in heads
    ]


def home(request: Request) -> Response:
    """The reports; `q` are words of title or publisher, `since` and `until` days of publication."""
    given = {name: request.query_params[name] for name in FIELDS if name in request.query_params}
    filter, counts = read_filter(given), counts_of(desk_of(request))
    query = filter.query
    with desk_of(request).ledgers.reading() as ledger:
        overview = counts.overview(ledger)
        found = counts.shelf.find(
            ledger.database,
            words=query.words or "",
            since=query.since.toordinal() if query.since else None,
            until=query.until.toordinal() if query.until else None,
        )
        listed = list_reports(ledger, found[query.offset : query.offset + PAGE])
    return render(
        request, "home.html", view="home", overview=overview, total=len(found), listed=listed, filter=filter, size=PAGE
    )


ROUTES: list[Route] = [Route("/", home)]
