"""
The claims that wait for a decision, in the order that a person wants: numbers of claims, never all of them.

A filter that keeps few claims is asked for these, and they are sorted here. Where it keeps many, the claims are walked
in the order that is wanted, and those that come first are taken.
"""

# SQL is put together from conditions of our own; every value is bound.
# ruff: noqa: S608

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..compare.incidents import compare_incident
from ..ledger.conditions import Condition, write_conditions
from ..ledger.matching import Matcher
from ..ledger.query import Query

if TYPE_CHECKING:
    from ..ledger.database import Database
    from ..ledger.store import Ledger

ORDERS = {
    "imported": "as imported, report by report",
    "newest": "newest first",
    "oldest": "oldest first",
    "uncertain": "most uncertain first",
    "disagree": "sources disagree first",
    "largest": "largest figure first",
}
"""Order → what people read."""

MOST = 5_000
"""Claims that are lined up at once; the next ones when they are used up."""
FEW = 20_000
"""Up to so many claims of a filter are all looked at."""
SECONDS = 30.0
UNIT = "people"
"""Of which the largest figures are, where the filter names no unit: those of different units cannot be compared."""

PAGE = 500
"""Incidents that are looked for at once."""
MOST_TOLD = 2_000
"""Claims of one incident that are compared at most."""
ENOUGH = 100
"""Claims of contested incidents that are looked for at once; comparing is slow."""
PATIENCE = 1.5
"""Seconds after which as many as were found will do."""


class Rest(NamedTuple):
    """Incidents that are yet to be compared: these, and those whose id comes `after` one, where more are to be read."""

    incidents: tuple[str, ...] = ()
    after: str | None = None


class Lined(NamedTuple):
    """Numbers of claims in order; `more`: others may follow, and with `rest` what is left to be compared for them."""

    numbers: list[int]
    more: bool
    rest: Rest | None = None


def line_up(ledger: Ledger, query: Query, order: str) -> Lined:
    """The first claims that `query` asks for, in `order`. Raises: LedgerError."""
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        conditions = write_conditions(db, query).conditions
        if order in ("newest", "oldest"):
            found = Matcher(db).find(conditions, order, MOST + 1, enough=MOST + 1, earlier=query.earlier)
            return _cut(found.numbers, not found.whole)
        few = Matcher(db).find(conditions, "newest", FEW + 1, enough=1, earlier=query.earlier)
        numbers = few.numbers if few.whole and len(few.numbers) <= FEW else None
        match order:
            case "uncertain":
                return _uncertain(db, query, conditions, numbers)
            case "largest":
                return _largest(ledger, query, conditions, numbers)
            case "disagree":
                rest = Rest(after="") if numbers is None else Rest(tuple(_incidents_of(db, numbers)))
                return compare_more(ledger, query, rest)
        return _cut(sorted(numbers), False) if numbers is not None else _whole(db, query, conditions)


def _cut(numbers: list[int], more: bool) -> Lined:
    return Lined(numbers[:MOST], more or len(numbers) > MOST)


def _whole(db: Database, query: Query, conditions: Sequence[Condition], most: int = MOST + 1) -> Lined:
    """As they were added, which is report by report."""
    tests, params = _tests(query, conditions)
    sql = f"SELECT c.n FROM claims AS c{_plainly(db)} WHERE {tests} ORDER BY c.n LIMIT {most:d}"
    return _cut([n for (n,) in db.rows(sql, params)], False)


def _uncertain(db: Database, query: Query, conditions: Sequence[Condition], few: list[int] | None) -> Lined:
    if few is not None:
        sure = _values(db, "SELECT n, confidence FROM claims WHERE n IN ({})", few)
        return _cut(sorted(few, key=lambda n: (sure.get(n, 0.0), n)), False)
    tests, params = _tests(query, conditions)
    sql = f"SELECT c.n FROM claims AS c{_plainly(db)} WHERE {tests} ORDER BY c.confidence, c.n LIMIT {MOST + 1:d}"
    return _cut([n for (n,) in db.rows(sql, params)], False)


def _largest(ledger: Ledger, query: Query, conditions: Sequence[Condition], few: list[int] | None) -> Lined:
    """By the upper bound, where that is open by the lower one; then the claims without such a figure."""
    db = ledger.database.read_only(SECONDS)
    unit = query.unit or UNIT
    top = (
        "SELECT claim_n, max(coalesce(high, low)) FROM claim_figures WHERE unit = ? AND coalesce(high, low) IS NOT NULL"
    )
    if few is not None:
        tops = _values(db, f"{top} AND claim_n IN ({{}}) GROUP BY claim_n", few, unit)
        return _cut(sorted(few, key=lambda n: (n not in tops, -tops.get(n, 0.0), n)), False)
    tests, params = _tests(query, conditions)
    sql = (
        f"SELECT f.claim_n FROM ({top.replace('max(coalesce(high, low))', 'max(coalesce(high, low)) AS top')} "
        f"GROUP BY claim_n) AS f JOIN claims AS c ON c.n = f.claim_n WHERE {tests} "
        f"ORDER BY f.top DESC, f.claim_n LIMIT {MOST + 1:d}"
    )
    numbers = [n for (n,) in db.rows(sql, [unit, *params])]
    if len(numbers) <= MOST:
        return others_last(ledger, query, numbers)
    return _cut(numbers, False)


def _values(db: Database, sql: str, numbers: Sequence[int], *before: Any) -> dict[int, float]:
    """Number of a claim → value, for `sql` with the numbers in place of `{}`."""
    found: dict[int, float] = {}
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        rows = db.rows(sql.format(", ".join("?" * len(some))), [*before, *some])
        found |= {n: float(value or 0) for n, value in rows}
    return found


# ---- where sources disagree --------------------------------------------------------------


def _incidents_of(db: Database, numbers: Sequence[int]) -> list[str]:
    """The incidents of these claims, those of most of them first."""
    counts: Counter[str] = Counter()
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT incident FROM claims WHERE incident IS NOT NULL AND n IN ({marks})"
        counts.update(incident for (incident,) in db.rows(sql, some))
    return [incident for incident, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def _told_often(db: Database, after: str) -> list[str]:
    """The next incidents of which more than one voice may tell, those of most claims first."""
    sql = (
        "SELECT c.incident, count(*) FROM claims AS c LEFT JOIN chains AS k ON k.report_n = c.report_n "
        "WHERE c.incident > ? AND c.current = 1 AND c.review <> 'rejected' GROUP BY c.incident HAVING count(*) > 1 AND "
        "(min(c.source) <> max(c.source) OR "
        "min(coalesce(k.chain_n, c.report_n)) <> max(coalesce(k.chain_n, c.report_n))) "
        f"ORDER BY c.incident LIMIT {PAGE:d}"
    )
    return [incident for incident, _ in sorted(db.rows(sql, (after,)), key=lambda row: (-row[1], row[0]))]


def compare_more(ledger: Ledger, query: Query, rest: Rest, patience: float = PATIENCE) -> Lined:
    """
    Claims whose incident holds a contradiction between independent chains, incident by incident; then all others.

    Compared until there are `ENOUGH`, or `patience`, in seconds, is over.
    """
    db = ledger.database.read_only(SECONDS)
    tests, params = _tests(query, write_conditions(db, query).conditions)
    sql = f"SELECT c.n FROM claims AS c WHERE c.incident = ? AND {tests} ORDER BY c.n LIMIT {MOST_TOLD:d}"
    end = time.monotonic() + patience
    found: dict[int, None] = {}
    incidents, after = list(rest.incidents), rest.after
    while len(found) < ENOUGH and time.monotonic() < end:
        if not incidents and after is not None:
            incidents = _told_often(db, after)
            after = max(incidents, default=None)
        if not incidents:
            return others_last(ledger, query, list(found))
        incident = incidents.pop(0)
        if due := [n for (n,) in db.rows(sql, [incident, *params])]:
            stated = _contradicting(ledger, incident)
            found |= {n: None for n, kept in zip(due, ledger.kept(due), strict=True) if kept.key in stated}
    return Lined(list(found), True, Rest(tuple(incidents), after))


def others_last(ledger: Ledger, query: Query, numbers: list[int]) -> Lined:
    """`numbers`, and behind them the other claims that `query` asks for."""
    db = ledger.database.read_only(SECONDS)
    others = _whole(db, query, write_conditions(db, query).conditions)
    first = set(numbers)
    return Lined([*numbers, *(n for n in others.numbers if n not in first)], others.more)


def _contradicting(ledger: Ledger, incident: str) -> set[str]:
    """Keys of the claims of an incident that contradict each other."""
    sql = f"SELECT n FROM claims WHERE incident = ? AND current = 1 ORDER BY n LIMIT {MOST_TOLD:d}"
    told = ledger.kept([n for (n,) in ledger.database.rows(sql, (incident,))])
    return {statement.key for one in compare_incident(incident, told).contradictions for statement in one.statements}


# ---- in SQL ------------------------------------------------------------------------------


def _tests(query: Query, conditions: Iterable[Condition]) -> tuple[str, list[Any]]:
    """What `query` asks of a claim `c`, as one condition."""
    tests = [] if query.earlier else ["c.current = 1"]
    params: list[Any] = []
    for condition in conditions:
        if condition.check:
            tests.append(condition.check)
            params += condition.checked
        else:
            tests.append(f"c.n {'NOT IN' if condition.inverted else 'IN'} ({condition.rows})")
            params += condition.params
    return " AND ".join(tests) or "1 = 1", params


def _plainly(db: Database) -> str:
    """SQLite would prefer the index of a broad filter to the order that the rows lie in."""
    return " NOT INDEXED" if db.dialect == "sqlite" else ""
