"""
The numbers of the claims that fulfil all conditions, in order, found without looking at more than is needed.

SQLite is led by hand, since it keeps no statistics that would tell it which of several filters keeps little:
- narrow: some condition is fulfilled by few claims. These are looked at one by one.
- ordered: one filter for one value, whose claims lie in an index in the order of their days.
- walk: all else goes along `claims_found` in the order of the days, with the columns that are in that index; what
  other tables tell is made a set of numbers first. A walk ends when the page is full and `STEPS` have gone into
  counting on: so a search for what is common takes no longer in a ledger that is ten times as large.
PostgreSQL has statistics, and is given the whole as one statement.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .conditions import Condition

if TYPE_CHECKING:
    from .database import Database

FEW = 20_000
"""Up to so many claims are always looked at one by one."""

MANY = 100_000
"""Up to so many are, where a walk would find little; as far is counted."""

UNKNOWN = 0.5
"""The share of claims that a condition is taken to leave, where more than `MANY` fulfil it."""

COMMON = 2_000
"""A walk is worth its while where there may be so many claims to be found."""

STEPS = 2_000_000
"""Of SQLite's machine, for counting on behind the page: a tenth of a second. In steps, so that an answer is the same
on a slow machine and on a busy one."""

ORDER = {
    "newest": "c.found_day DESC NULLS LAST, c.n DESC",
    "oldest": "c.found_day ASC NULLS LAST, c.n ASC",
}
CURRENT = "c.current = 1"

Match = tuple[int | None, int]
"""`found_day` and number of a claim."""


class Matches(NamedTuple):
    """The first numbers of claims that were found; `whole`: counting did not end before the most that was asked for."""

    numbers: list[int]
    whole: bool


class Matcher:
    """Finds claims by conditions; what it learnt about one condition serves the next search in the same snapshot."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._counts: dict[Condition, tuple[int, int]] = {}
        """How many claims fulfil it, and how far was counted."""

    def find(
        self, conditions: Sequence[Condition], order: str, most: int, *, enough: int | None = None,
        earlier: bool = False,
    ) -> Matches:  # fmt: skip
        """
        The first `most` numbers of claims that fulfil `conditions`, in `order`; without `earlier` current ones.

        Where it would take long to find so many, as many as it takes not long to find, and at least `enough`.
        """
        bare = () if earlier else (CURRENT,)
        if self.db.dialect != "sqlite":
            return Matches(_ask(self.db, conditions, bare, order, most), True)
        enough = most if enough is None else enough
        if len(conditions) == 1 and conditions[0].ordered:
            found, whole = self._ordered(conditions[0], bare, order, most), True
        elif (driver := self._driver(conditions)) is not None:
            found, whole = self._narrow(driver, conditions, bare, order, most), True
        else:
            found, whole = self._walk(conditions, bare, order, most, enough)
        return Matches([n for _, n in found[:most]], whole)

    # ---- which way -----------------------------------------------------------------------

    def _driver(self, conditions: Sequence[Condition]) -> Condition | None:
        """The condition whose claims are to be looked at one by one; None where a walk is better."""
        wanted = [one for one in conditions if not one.inverted and not one.bounded]
        if not wanted:
            return None
        least = min(wanted, key=lambda one: self._count(one, FEW))
        if self._count(least, FEW) <= FEW:
            return least
        counts = sorted((self._count(one, MANY), i) for i, one in enumerate(wanted))
        number, first = counts[0]
        if number > MANY:
            return None
        (claims,) = self.db.one("SELECT max(n) FROM claims") or (0,)
        shares = [count / claims if count <= MANY else UNKNOWN for count, _ in counts[1:]]
        shares += [UNKNOWN] * (len(conditions) - len(wanted))
        return wanted[first] if number * math.prod(shares) < COMMON else None

    def _count(self, condition: Condition, most: int) -> int:
        """
        How many claims fulfil `condition` by itself, as far as `most` or farther; what `rows` has twice counts twice.
        """
        number, counted_to = self._counts.get(condition, (0, -1))
        if number > counted_to and counted_to < most:
            sql = f"SELECT count(*) FROM (SELECT 1 FROM ({condition.rows}) AS r LIMIT {most + 1:d}) AS t"
            (number,) = self.db.one(sql, condition.params) or (0,)
            self._counts[condition] = number, most
        return number

    # ---- the ways ------------------------------------------------------------------------

    def _narrow(
        self, driver: Condition, conditions: Sequence[Condition], bare: tuple[str, ...], order: str, most: int
    ) -> list[Match]:
        if not self._count(driver, 0):
            return []
        tests, params = _tests([one for one in conditions if one is not driver], bare)
        # Without NOT INDEXED SQLite may prefer the index of a broad filter to the few numbers.
        sql = (
            f"SELECT c.found_day, c.n FROM claims AS c NOT INDEXED WHERE c.n IN ({driver.rows}){tests} "
            f"ORDER BY {ORDER[order]} LIMIT {most:d}"
        )
        return self.db.rows(sql, [*driver.params, *params])

    def _ordered(self, condition: Condition, bare: tuple[str, ...], order: str, most: int) -> list[Match]:
        test = condition.rows.partition(" WHERE ")[2]
        tests = "".join(f" AND {one}" for one in bare)
        sql = (
            f"SELECT c.found_day, c.n FROM claims AS c INDEXED BY {condition.ordered} WHERE {test}{tests} "
            f"ORDER BY {ORDER[order]} LIMIT {most:d}"
        )
        return self.db.rows(sql, condition.params)

    def _walk(
        self, conditions: Sequence[Condition], bare: tuple[str, ...], order: str, most: int, enough: int
    ) -> tuple[list[Match], bool]:
        """
        Along the days; where a period is asked for along two indexes at once, one of the claims that hold for longer.
        """
        checks = [one for one in conditions if one.walked]
        sets = [one for one in conditions if not one.walked]
        sets.sort(key=lambda one: self._counts.get(one, (MANY, 0))[0])
        period = next((one for one in checks if one.wide), None)
        walks, params = [], []
        for index in ("claims_found", "claims_wide") if period else ("claims_found",):
            short = index == "claims_found"
            tests, values = _tests([_part(one, short) for one in checks], bare)
            walks.append(f"SELECT c.found_day, c.n FROM claims AS c INDEXED BY {index} WHERE 1 = 1{tests}")
            params += values
        tests, values = _tests([one._replace(check="") for one in sets], ())
        by = ORDER[order] if len(walks) == 1 else ORDER[order].replace("c.found_day", "1").replace("c.n", "2")
        # The inner limit keeps SQLite from asking for the sets within each of the two, where it would make them twice.
        sql = (
            f"SELECT found_day, n FROM ({' UNION ALL '.join(walks)} ORDER BY {by} LIMIT -1) AS c "
            f"WHERE 1 = 1{tests} LIMIT {most:d}"
        )
        return self.db.first_rows(sql, [*params, *values], enough, STEPS)


def _part(condition: Condition, short: bool) -> Condition:
    """Of a period the part that one index is for, else all of the condition."""
    if condition.wide is None:
        return condition
    return condition._replace(check=condition.short, checked=condition.shorter) if short else condition.wide


def _ask(db: Database, conditions: Sequence[Condition], bare: tuple[str, ...], order: str, most: int) -> list[int]:
    tests, params = _tests(conditions, bare, "c.n")
    sql = f"SELECT c.n FROM claims AS c WHERE 1 = 1{tests} ORDER BY {ORDER[order]} LIMIT {most:d}"
    return [n for (n,) in db.rows(sql, params)]


def _tests(conditions: Iterable[Condition], bare: tuple[str, ...], number: str = "+c.n") -> tuple[str, list[Any]]:
    """
    Conditions to be added to a WHERE: on the claim's own columns, else on its number.

    The sign keeps SQLite from going through the numbers of such a condition, instead of asking for each of its own.
    """
    tests = list(bare)
    params: list[Any] = []
    for condition in conditions:
        if condition.check:
            tests.append(condition.check)
            params += condition.checked
        else:
            tests.append(f"{number} {'NOT IN' if condition.inverted else 'IN'} ({condition.rows})")
            params += condition.params
    return "".join(f" AND {test}" for test in tests), params
