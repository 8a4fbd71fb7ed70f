"""
The filters of a query as conditions that SQL can answer, each with the numbers of the claims that fulfil it.

A `Condition` is either told by the columns of a claim's own row (`check`), or by rows of other tables and indexes
alone. All values are bound; names of tables and columns stand here and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .codec import escape
from .index import MONTH, OPEN, YEAR
from .naming import Places, name_actors, name_places, name_publishers, name_sources
from .near import Near, find_near, near_check, near_rows
from .query import Query
from .words import MATCH, Term, parse_terms, write_terms

if TYPE_CHECKING:
    from .database import Database

Params = tuple[Any, ...]


class Condition(NamedTuple):
    """One filter. `rows` selects the numbers of all claims that fulfil it, some of them more than once."""

    filter: str
    """The field of `Query` that asks for it."""
    rows: str
    params: Params
    check: str = ""
    """The same as a condition on the columns of `claims AS c`; empty where it cannot be told from these."""
    checked: Params = ()
    walked: bool = False
    """Whether these columns all stand in the index `claims_found`."""
    ordered: str = ""
    """The index in which the claims of the one value that is asked for lie in the order of their days."""
    inverted: bool = False
    """Fulfilled by all claims but `rows`."""
    bounded: bool = False
    """A walk by it goes no farther than from one day to another."""
    short: str = ""
    """Of a period: `check` for claims that last at most a month, with their days."""
    shorter: Params = ()
    wide: Condition | None = None
    """Of a period: the condition that a claim lasts longer and overlaps it."""


class Conditions(NamedTuple):
    """All filters of a query, and how its names were understood."""

    conditions: tuple[Condition, ...]
    notes: tuple[str, ...]


COLUMNS = {
    "kinds": "kind",
    "statuses": "status",
    "reviews": "review",
    "source_types": "source_type",
    "sources": "source",
    "publishers": "publisher",
    "incidents": "incident",
}
WALKED = ("kinds", "statuses", "reviews", "source_types", "sources", "publishers")
"""Those of an index with found_day behind it, which all stand in `claims_found` too."""


def write_conditions(db: Database, query: Query) -> Conditions:
    """What `query` asks of a claim. Raises: LedgerError."""
    found: list[Condition] = []
    notes: list[str] = []
    if query.words is not None and query.words.strip():
        terms = parse_terms(query.words)
        found.append(_words(db, terms))
        if not terms:
            notes.append(f"“{query.words}” holds no letter and no digit, so no words to look for")
    for field in ("kinds", "statuses", "reviews", "source_types", "incidents"):
        if values := getattr(query, field):
            found.append(_column(field, [escape(value) for value in values]))
    for field, name in (("sources", name_sources), ("publishers", name_publishers)):
        if values := getattr(query, field):
            keys, told = name(db, values)
            found.append(_column(field, keys))
            notes += told
    if query.actors:
        ids, told = name_actors(db, query.actors)
        found.append(_actors(ids))
        notes += told
    if query.places:
        places, told = name_places(db, query.places)
        found.append(_places(places))
        notes += told
    if query.near:
        found.append(_near(find_near(db, *query.near), None if query.coarse else False))
    if query.since or query.until:
        found.append(_period(query.since, query.until, query.dated_only))
    elif query.dated_only:
        rows = "SELECT n FROM claims WHERE breadth < 3"
        found.append(Condition("dated_only", rows, (), "c.breadth < 3", walked=True))
    if query.low is not None or query.high is not None or query.unit:
        found.append(_figures(query.low, query.high, query.unit))
    return Conditions(tuple(found), tuple(notes))


def _words(db: Database, terms: Sequence[Term]) -> Condition:
    if not terms:
        return _nothing("words")
    inverted = all(term.absent for term in terms)
    if inverted:  # FTS5 has no query of what is absent alone
        terms = [Term(text=term.text, prefix=term.prefix) for term in terms]
    asked = (write_terms(db.dialect, terms, "OR" if inverted else "AND"),)
    return Condition("words", MATCH[db.dialect], asked, inverted=inverted)


def _column(field: str, values: Iterable[str]) -> Condition:
    values, name = tuple(values), COLUMNS[field]
    marks = ", ".join("?" * len(values)) or "NULL"
    rows = f"SELECT n FROM claims WHERE {name} IN ({marks})"
    check = f"c.{name} IN ({marks})"
    ordered = f"claims_{name}" if len(values) == 1 and field in WALKED else ""
    if len(values) == 1:
        rows, check = rows.replace("IN (?)", "= ?"), check.replace("IN (?)", "= ?")
    return Condition(field, rows, values, check, values, field in WALKED, ordered=ordered)


def _actors(ids: Sequence[str]) -> Condition:
    marks = ", ".join("?" * len(ids)) or "NULL"
    rows = f"SELECT claim_n FROM claim_actors WHERE actor_id IN ({marks})"
    return Condition("actors", rows, tuple(ids))


def _places(places: Places) -> Condition:
    if places.countries and not (places.ids or places.unlisted or places.provinces):
        return _countries(places.countries)
    tests: list[tuple[str, tuple[Any, ...]]] = []
    for first in range(0, len(places.ids), 400):
        some = places.ids[first : first + 400]
        tests.append((f"{{c}}place_id IN ({', '.join('?' * len(some))})", some))
    for name, country in places.unlisted:
        same = "{c}country IS NULL" if country is None else "{c}country = ?"
        values = (name,) if country is None else (name, country)
        tests.append((f"{{c}}place = ? AND {{c}}place_id IS NULL AND {same}", values))
    tests += [("{c}country = ? AND {c}admin1 = ?", unit) for unit in places.provinces]
    if places.countries:
        tests.append((f"{{c}}country IN ({', '.join('?' * len(places.countries))})", places.countries))
    if not tests:
        return _nothing("places")
    if len(places.ids) == 1 == len(tests):
        return Condition("places", "SELECT n FROM claims WHERE place_id = ?", places.ids, "c.place_id = ?", places.ids,
                         walked=True, ordered="claims_place")  # fmt: skip
    rows = " UNION ALL ".join(f"SELECT n FROM claims WHERE {test.format(c='')}" for test, _ in tests)
    check = "(" + " OR ".join(test.format(c="c.") for test, _ in tests) + ")"
    params = tuple(value for _, values in tests for value in values)
    return Condition("places", rows, params, check, params, walked=not places.unlisted)


def _nothing(field: str) -> Condition:
    return Condition(field, "SELECT n FROM claims WHERE 1 = 0", (), "1 = 0", walked=True)


def _countries(codes: tuple[str, ...]) -> Condition:
    listed = f"country IN ({', '.join('?' * len(codes))})"
    return Condition("places", f"SELECT n FROM claims WHERE {listed}", codes, f"c.{listed}", codes, walked=True)


def _near(near: Near, coarse: bool | None) -> Condition:
    rows, params = near_rows(near, coarse)
    check, checked = near_check(near, coarse)
    return Condition("near", rows, tuple(params), check, tuple(checked), walked=bool(check))


def only_earlier(db: Database) -> Condition:
    """Claims that only an older reading of their report had."""
    by = " INDEXED BY claims_earlier" if db.dialect == "sqlite" else ""
    return Condition("earlier", f"SELECT n FROM claims{by} WHERE current = 0", (), "c.current = 0", walked=True)


def only_coarse(db: Database, query: Query) -> Condition:
    """Claims within the radius that are known only to a province, country or region."""
    assert query.near is not None
    return _near(find_near(db, *query.near), True)


def not_dated(since: dt.date | None, until: dt.date | None) -> Condition:
    """Undated claims of reports published between the two days."""
    first, last = since.toordinal() if since else 0, until.toordinal() if until else OPEN
    if not since and not until:
        return Condition("undated", "SELECT n FROM claims WHERE breadth = 3", (), "c.breadth = 3", walked=True)
    rows = "SELECT n FROM claims WHERE found_day BETWEEN ? AND ? AND +breadth = 3"
    check = "c.found_day BETWEEN ? AND ? AND c.breadth = 3"
    return Condition("undated", rows, (first, last), check, (first, last), walked=True, bounded=True)


def _period(since: dt.date | None, until: dt.date | None, dated_only: bool) -> Condition:
    """
    Days that overlap. Of claims of at most a month or a year it is known how long before `since` they may begin, and
    how long after `until` they may end, so that each breadth is one stretch of an index.
    """
    first, last = since.toordinal() if since else 0, until.toordinal() if until else OPEN
    rows = "SELECT n FROM claims WHERE breadth = ? AND day_from BETWEEN ? AND ? AND day_to >= ?"
    stretches = [(breadth, first - days, last, first) for breadth, days in ((0, MONTH), (1, YEAR), (2, OPEN))]
    longer = "c.breadth IN (1, 2) AND c.day_from <= ? AND c.day_to >= ?"
    long = [value for stretch in stretches[1:] for value in stretch]
    wide = Condition("period", f"{rows} UNION ALL {rows}", tuple(long), longer, (last, first), walked=True)
    parts, params = [rows] * 3, [value for stretch in stretches for value in stretch]
    check, checked = "c.day_from <= ? AND c.day_to >= ?", [last, first]
    if not dated_only:
        # A sign keeps SQLite off the index of breadths, where all undated claims lie side by side.
        parts.append("SELECT n FROM claims WHERE found_day BETWEEN ? AND ? AND +breadth = 3")
        params += [first, last]
        check = f"({check} OR c.breadth = 3 AND c.found_day BETWEEN ? AND ?)"
        checked += [first, last]
    return Condition(
        "period",
        " UNION ALL ".join(parts),
        tuple(params),
        check,
        tuple(checked),
        walked=True,
        bounded=True,
        short=f"c.found_day BETWEEN ? AND ? AND c.breadth NOT IN (1, 2) AND {check}",
        shorter=(first, last + MONTH, *checked),
        wide=wide,
    )


def _figures(low: float | None, high: float | None, unit: str | None) -> Condition:
    """A figure that names no number ("many") overlaps no range."""
    tests: list[str] = []
    params: list[Any] = []
    if unit:
        tests.append("unit = ?")
        params.append(escape(unit))
    if low is not None or high is not None:
        tests.append("(low IS NOT NULL OR high IS NOT NULL)")
    if high is not None:
        tests.append("(low IS NULL OR low <= ?)")
        params.append(high)
    if low is not None:
        tests.append("(high IS NULL OR high >= ?)")
        params.append(low)
    test = " AND ".join(tests)
    return Condition("figures", f"SELECT claim_n FROM claim_figures WHERE {test}", tuple(params))
