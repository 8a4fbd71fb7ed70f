"""
The newest claims about an actor, a place, a source or a publisher: counted, and fewer of them read in full.

What actors.py, places.py and sources.py share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from starlette.requests import Request

from ..compare.situation import LATELY_DAYS, NEARBY_KM, STALE_DAYS, Situation
from ..ledger.asking import parse_day
from ..ledger.facets import count_facets
from ..ledger.newest import find_newest
from ..ledger.query import Query
from ..ledger.store import Ledger
from ..records import Kept
from ..situations import Choice, read_situation
from .filters import FilterError

MOST = 10_000
"""Claims that are counted, the newest."""
MOST_READ = 1_000
"""Claims that are read in full, the newest."""
MONTHS = 24


class About(NamedTuple):
    """The newest claims of a query."""

    numbers: list[int]
    more: bool
    kepts: list[Kept]
    months: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]

    @property
    def counted(self) -> str:
        """Over how many claims it is counted, in words."""
        number = f"{len(self.numbers):,}"
        return f"the newest {number} claims" if self.more else f"{number} claim{'' if len(self.numbers) == 1 else 's'}"

    @property
    def read(self) -> str:
        """Over how many claims is counted what only reading them tells."""
        if len(self.kepts) == len(self.numbers):
            return self.counted
        return f"the newest {len(self.kepts):,} claims"


def read_about(ledger: Ledger, query: Query) -> About:
    """The newest claims that `query` finds."""
    found = find_newest(ledger, query, MOST)
    facet = count_facets(ledger.database, found.numbers, ["month"])[0]
    months = tuple((month, number) for month, number in facet.counts if month != "none")[-MONTHS:]
    return About(found.numbers, found.more, ledger.kept(found.numbers[:MOST_READ]), months, found.notes)


def asked_day(request: Request) -> dt.date | None:
    """The day that the address asks about. Raises: FilterError."""
    given = request.query_params.get("on", "").strip()
    try:
        return parse_day(given, last=True) if given else None
    except ValueError as err:
        raise FilterError(str(err)) from err


def newest_day(kepts: Sequence[Kept]) -> dt.date | None:
    """The day of the newest report among the claims."""
    days = (kept.report.published or "" for kept in kepts)
    newest = max((day for day in days if day[:4].isdecimal()), default="")
    try:
        return parse_day(newest[:10], last=True) if newest else None
    except ValueError:
        return None


def situation_on(ledger: Ledger, choice: Choice, on: dt.date) -> Situation:
    """What is reported to hold on a day, as `asreported situation` tells it."""
    since = on - dt.timedelta(min(LATELY_DAYS, on.toordinal() - 1))
    return read_situation(ledger, choice, on, since=since, stale_days=STALE_DAYS, nearby_km=NEARBY_KM)
