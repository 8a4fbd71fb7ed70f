"""
What a name given to a search stands for in this ledger: actors, places, sources and publishers that occur in it.

A name is compared without case and accents. Where it stands for several, all are searched for, and the answer says
which; where it stands for none, the answer says that too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..records import Record
from .codec import escape, unescape
from .index import fold_name

if TYPE_CHECKING:
    from .database import Database

MOST_TOLD = 8
"""Of the readings of one name, so many are told one by one."""


class Places(Record, frozen=True, kw_only=True):
    """What names of places stand for."""

    ids: tuple[int, ...] = ()
    unlisted: tuple[tuple[str, str | None], ...] = ()
    """Name and country of places that have no number."""
    provinces: tuple[tuple[str, str], ...] = ()
    """Country and name of the unit of the first level."""
    countries: tuple[str, ...] = ()


# ---- actors ------------------------------------------------------------------------------


def name_actors(db: Database, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids of the actors that `names` (ids, or names of any spelling that the tables know) stand for, and notes."""
    ids: dict[str, None] = {}
    notes: list[str] = []
    for name in names:
        found = _find_actors(db, name)
        ids |= dict.fromkeys(id for id, _ in found)
        if found and found[0][0] == escape(name):
            continue
        told = [f"{unescape(called)} ({unescape(id)})" for id, called in found]
        notes.append(_tell("actor", name, told))
    return tuple(ids), tuple(notes)


def _find_actors(db: Database, name: str) -> list[tuple[str, str]]:
    sql = "SELECT id, name FROM actors WHERE"
    exact = db.rows(f"{sql} id = ?", (escape(name),))
    if exact:
        return [(id, called) for id, called in exact]
    ids = list(_possible_ids(name))
    marks = ", ".join("?" * len(ids))
    # lower() of SQLite knows ASCII alone, but who bears a name that no table has is found by its folded id.
    params = [*ids, escape(name)]
    found = db.rows(f"{sql} id IN ({marks}) OR lower(name) = lower(?) ORDER BY id", params)
    return [(id, called) for id, called in found]


def _possible_ids(name: str) -> Iterator[str]:
    """The ids that the tables of actors have for `name`, in any case: "daesh", "ISIS", "fsa"."""
    from ..resolve.actor_tables import actor_index
    from ..resolve.names import fold, split_words

    name = name[4:] if name.lower().startswith("the ") else name
    yield escape(f"name:{fold(name)}")
    for spelled in dict.fromkeys((name, name.upper(), name.title(), name.capitalize())):
        for actor in actor_index().match(split_words(spelled)):
            yield escape(actor.id)


# ---- places ------------------------------------------------------------------------------


def name_places(db: Database, names: Iterable[str]) -> tuple[Places, tuple[str, ...]]:
    """
    The places, provinces and countries of the ledger that `names` stand for, and notes.

    A number is the id of a place. A province or country stands for all claims placed in it.
    """
    given = list(names)
    ids: dict[int, None] = {}
    unlisted: dict[tuple[str, str | None], None] = {}
    provinces: dict[tuple[str, str], None] = {}
    countries: dict[str, None] = {}
    notes = []
    known = _PlaceNames(db) if any(not _is_number(name) for name in given) else None
    for name in given:
        if known is None or _is_number(name):
            ids[int(name)] = None
            continue
        told: list[str] = []
        for code in known.countries(name):
            countries[code] = None
            told.append(f"the country {code}")
        for code, province in known.provinces(name):
            provinces[code, province] = None
            told.append(f"all of {unescape(province)}, {code}")
        for place, id, country, admin1 in known.places(name):
            if id is None:
                unlisted[place, country] = None
            else:
                ids[id] = None
            where = ", ".join(unescape(part) for part in (place, admin1, country) if part)
            told.append(where if id is None else f"{where} ({id})")
        notes.append(_tell("place", name, told))
    places = Places(ids=tuple(ids), unlisted=tuple(unlisted), provinces=tuple(provinces), countries=tuple(countries))
    return places, tuple(notes)


class _PlaceNames:
    """The names of places that occur, each looked at once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._names: dict[str, list[str]] | None = None
        self._units: list[tuple[str, str]] | None = None

    def countries(self, name: str) -> list[str]:
        from ..resolve.gazetteer import countries

        key = fold_name(name).removeprefix("the ")
        codes = [
            row.iso2
            for row in countries().values()
            if name.upper() == row.iso2
            or any(fold_name(n).removeprefix("the ") == key for n in (row.name, *row.aliases))
        ]
        return [code for code in codes if self.db.one("SELECT 1 FROM claims WHERE country = ? LIMIT 1", (code,))]

    def provinces(self, name: str) -> list[tuple[str, str]]:
        if self._units is None:
            self._units = [(code, unit) for code in skip(self.db, "country") for unit in skip(self.db, "admin1", code)]
        key = fold_name(name)
        return [(code, unit) for code, unit in self._units if fold_name(unescape(unit)) == key]

    def places(self, name: str) -> list[tuple[str, int | None, str | None, str | None]]:
        if self._names is None:
            self._names = {}
            for place in skip(self.db, "place"):
                self._names.setdefault(fold_name(unescape(place)), []).append(place)
        found: list[tuple[str, int | None, str | None, str | None]] = []
        for place in self._names.get(fold_name(name), ()):
            sql = "SELECT DISTINCT place, place_id, country, admin1 FROM claims WHERE place = ?"
            found += [(p, id, country, admin1) for p, id, country, admin1 in self.db.rows(sql, (place,))]
        # A country or province placed by its name is told as such already.
        return sorted(found, key=lambda row: tuple(str(part) for part in row))


def _is_number(name: str) -> bool:
    return name.removeprefix("-").isdecimal() and name.isascii()


# ---- sources and publishers --------------------------------------------------------------


def name_sources(db: Database, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    The keys of the sources that `names` stand for, and notes. `?` is anyone unnamed, "" the publisher itself.

    "Col John Dorrian" is John Dorrian: titles in front are left off where nobody is called so in full.
    """
    from ..resolve.actor_tables import titles

    keys, notes = [], []
    for name in names:
        key = name if name in ("", "?") else escape(fold_name(name))
        words = key.split()
        while words and not _occurs(db, "source", " ".join(words)) and words[0] in titles():
            words.pop(0)
        found = " ".join(words) if words and _occurs(db, "source", " ".join(words)) else key
        keys.append(found)
        if not _occurs(db, "source", found):
            notes.append(_tell("source", name, []))
        elif found != key:
            notes.append(_tell("source", name, [unescape(found)]))
    return tuple(dict.fromkeys(keys)), tuple(notes)


def name_publishers(db: Database, names: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The publishers as they are written that `names` stand for in any spelling, and notes."""
    publishers: dict[str, None] = {}
    notes = []
    for name in names:
        exact = escape(name)
        found = [exact] if _occurs(db, "publisher", exact) else []
        if not found:
            key = fold_name(name)
            found = [written for written in skip(db, "publisher") if fold_name(unescape(written)) == key]
            notes.append(_tell("publisher", name, [unescape(written) for written in found]))
        publishers |= dict.fromkeys(found)
    return tuple(publishers), tuple(notes)


def _occurs(db: Database, column: str, value: str) -> bool:
    return db.one(f"SELECT 1 FROM claims WHERE {COLUMNS[column]} = ? LIMIT 1", (value,)) is not None


# ---- what occurs -------------------------------------------------------------------------

COLUMNS = {"country": "country", "admin1": "admin1", "place": "place", "source": "source", "publisher": "publisher"}


def skip(db: Database, column: str, country: str | None = None) -> list[str]:
    """
    The distinct values of `column` (`admin1` within `country`), from one to the next along the index.

    Neither database does this for DISTINCT by itself: both would read a million entries to find a thousand names.
    """
    name = COLUMNS[column]
    within, params = ("country = ? AND ", [country]) if column == "admin1" else ("", [])
    sql = (
        f"WITH RECURSIVE seen (value) AS (SELECT min({name}) FROM claims WHERE {within}{name} IS NOT NULL "
        f"UNION ALL SELECT (SELECT min({name}) FROM claims WHERE {within}{name} > seen.value) FROM seen "
        "WHERE seen.value IS NOT NULL) SELECT value FROM seen WHERE value IS NOT NULL"
    )
    return [value for (value,) in db.rows(sql, params * 2)]


def _tell(what: str, name: str, found: list[str]) -> str:
    if not found:
        return f"no {what} of this ledger is called “{name}”"
    if len(found) > MOST_TOLD:
        found = [*found[:MOST_TOLD], f"and {len(found) - MOST_TOLD} more"]
    return f"{what} “{name}”: {'; '.join(found)}"
