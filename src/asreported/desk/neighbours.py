"""
Which incidents may be the same as one, what people decided on pairs of it, and whether the links show that yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..compare.gist import Gist
from ..ledger.codec import escape, unescape
from ..ledger.decisions import Decision
from ..ledger.store import Ledger
from .overview import gists

DAYS = 3
"""So many days before and after."""
MOST = 8
_NEAR_SQL = (
    "SELECT incident, count(DISTINCT report_n) FROM claims WHERE {} AND found_day BETWEEN ? AND ? AND current = 1 "
    "AND incident IS NOT NULL AND incident <> ? GROUP BY incident ORDER BY 2 DESC, count(*) DESC, 1 LIMIT ?"
)


class Neighbour(NamedTuple):
    """Another incident at the same place within days."""

    id: str
    gist: Gist
    reports: int


def find_neighbours(ledger: Ledger, id: str, gist: Gist) -> list[Neighbour]:
    """The incidents of which most is told at the place of `gist` within a few days of its day."""
    where, day = gist.where, gist.day
    if where is None or day is None:
        return []
    listed = where.gazetteer_id is not None
    place = where.gazetteer_id if listed else escape(where.name)
    days = (day.toordinal() - DAYS, day.toordinal() + DAYS)
    sql = _NEAR_SQL.format("place_id = ?" if listed else "place = ? AND place_id IS NULL")
    rows = [(unescape(other), n) for other, n in ledger.database.rows(sql, (place, *days, escape(id), MOST))]
    named = gists(ledger, [other for other, _ in rows])
    return [Neighbour(other, named[other], reports) for other, reports in rows if other in named]


def pair_decisions(ledger: Ledger, keys: set[str]) -> list[Decision]:
    """The decisions on pairs of which one is among `keys` (of claims and incidents), in their order."""
    sql = "SELECT DISTINCT target FROM decisions WHERE action IN ('same', 'different')"
    targets = [unescape(target) for (target,) in ledger.database.rows(sql)]
    of = [target for target in targets if keys.intersection(target.split(" "))]
    return sorted((decision for target in of for decision in ledger.history(target)), key=lambda one: one.n)


def is_pending(ledger: Ledger, history: Sequence[Decision]) -> bool:
    """Whether any of the decisions came after the last linking."""
    row = ledger.database.one("SELECT value FROM meta WHERE key = 'linked_decisions'")
    linked = int(row[0]) if row else 0
    return any(decision.n > linked for decision in history)
