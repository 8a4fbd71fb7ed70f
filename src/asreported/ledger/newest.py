"""
The newest claims that a query finds, never more than asked for, and what they have in common: for pages that compare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .codec import unescape, unescape_some
from .conditions import write_conditions
from .facets import AT_ONCE, SPEAKERS
from .find import SECONDS
from .matching import Matcher

if TYPE_CHECKING:
    from .database import Database
    from .query import Query
    from .store import Ledger

T = TypeVar("T")
COLUMNS = {"source": "source", "publisher": "publisher", "kind": "kind"}


class Newest(NamedTuple):
    """Row numbers, newest first; whether there are more claims; and how names were understood."""

    numbers: list[int]
    more: bool
    notes: tuple[str, ...]


def find_newest(ledger: Ledger, query: Query, most: int) -> Newest:
    """
    The numbers of the newest `most` claims that `query` finds, whatever its limit and order: for `Ledger.kept`.

    Raises: LedgerError.
    """
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        conditions, notes = write_conditions(db, query)
        found = Matcher(db).find(conditions, "newest", most + 1, enough=most + 1, earlier=query.earlier)
    return Newest(found.numbers[:most], len(found.numbers) > most, notes)


class Count(NamedTuple):
    """How many of some claims have a value, and what it is called."""

    value: str
    label: str
    claims: int


class Named(NamedTuple):
    """An actor, and in how many claims he plays which role."""

    id: str
    name: str
    type: str | None
    roles: dict[str, int]


def count_actors(db: Database, numbers: Sequence[int]) -> list[Named]:
    """The actors that the claims `numbers` name, most first."""
    roles: dict[str, Counter[str]] = defaultdict(Counter)
    by = " INDEXED BY claim_actors_claim" if db.dialect == "sqlite" else ""
    for some in _parts(numbers):
        sql = f"SELECT actor_id, role, count(*) FROM claim_actors{by} WHERE claim_n IN ({_marks(some)}) GROUP BY 1, 2"
        for id, role, count in db.rows(sql, some):
            roles[id][role] += count
    names: dict[str, tuple[str, str | None]] = {}
    for some_ids in _parts(list(roles)):
        sql = f"SELECT id, name, type FROM actors WHERE id IN ({_marks(some_ids)})"
        names |= {id: (name, type) for id, name, type in db.rows(sql, some_ids)}
    ranked = sorted(roles, key=lambda id: (-sum(roles[id].values()), id))
    called = {id: names.get(id, (id, None)) for id in ranked}
    return [Named(unescape(i), unescape(called[i][0]), unescape_some(called[i][1]), dict(roles[i])) for i in ranked]


def count_places(db: Database, numbers: Sequence[int]) -> list[Count]:
    """The places of the claims `numbers`, most first; the value is the id in the gazetteer, else the name."""
    places: Counter[tuple[int | None, str, str | None, str | None]] = Counter()
    for some in _parts(numbers):
        sql = (
            "SELECT place_id, place, admin1, country, count(*) FROM claims WHERE place IS NOT NULL "
            f"AND n IN ({_marks(some)}) GROUP BY 1, 2, 3, 4"
        )
        for id, place, admin1, country, count in db.rows(sql, some):
            places[id, unescape(place), unescape_some(admin1), unescape_some(country)] += count
    ranked = sorted(places.items(), key=lambda item: (-item[1], str(item[0])))
    found = []
    for (id, *names), count in ranked:
        label = ", ".join(dict.fromkeys(name for name in names if name))
        found.append(Count(str(id) if id is not None else label, label, count))
    return found


def count_column(db: Database, numbers: Sequence[int], column: str) -> list[Count]:
    """The values of a column of `COLUMNS` of the claims `numbers`, most first; those without one are not counted."""
    name = COLUMNS[column]
    counts: Counter[str] = Counter()
    for some in _parts(numbers):
        sql = f"SELECT {name}, count(*) FROM claims WHERE {name} IS NOT NULL AND n IN ({_marks(some)}) GROUP BY 1"
        for value, count in db.rows(sql, some):
            counts[unescape(value)] += count
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Count(value, SPEAKERS.get(value, value) if column == "source" else value, n) for value, n in ranked]


def _parts(values: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), AT_ONCE):
        yield list(values[start : start + AT_ONCE])


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
