"""
Figures and incidents of a ledger, fetched and compared: what `asreported figures` and `asreported incident` show.

A place is asked for with its parts and sites: what lies within reach of the town's point is fetched too, since "the
Old City" bears another name than Mosul. At a place all figures are fetched whomever they count, for "militants" join
the one named group only where all that are counted there are seen; then those that were not asked for are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from .compare.incidents import Comparison, Incident, compare_figures, compare_incident
from .errors import LedgerError
from .ledger.codec import escape, unescape
from .ledger.naming import name_actors
from .ledger.newest import find_newest
from .ledger.query import Query
from .ledger.store import Ledger
from .ledger.within import exact_places
from .records import Kept

MOST = 50_000
"""Claims that are compared at most, the newest: what is beyond them is said."""
MOST_TOWNS = 5
"""Towns of one name whose surroundings are fetched."""
LEAST_KM = 5.0
MOST_INCIDENTS = 500
"""Incidents whose denials are fetched."""


class Figures(NamedTuple):
    """The series found, and what there is to know about the choice."""

    comparisons: tuple[Comparison, ...]
    notes: tuple[str, ...]


def read_figures(ledger: Ledger, query: Query, actor: str | None = None, *, most: int = MOST) -> Figures:
    """
    The figure series of the claims that `query` asks for, of those that count `actor` or whose claims name it.

    Of more than `most` claims the newest, which is said. Raises: LedgerError.
    """
    ids, called = _ids_of(ledger, actor)
    places, told = exact_places(ledger.database, query.places)
    query = msgspec.structs.replace(query, places=places)
    counted = msgspec.structs.replace(query, low=query.low or 0, actors=_actors(query, actor))
    wanted, notes = _fetch(ledger, counted, most)
    around = _around(ledger, query, wanted, most) if query.places else []
    denials = _denials(ledger, wanted, most)
    asked = {kept.key for kept in wanted}
    claims = {kept.key for kept in wanted if any(r.entity and r.entity.id in ids for r in kept.claim.roles)}
    compared = compare_figures([*wanted, *around, *denials])
    if not wanted:
        notes = (*notes, *ledger.claims(msgspec.structs.replace(query, limit=0)).notes)
    notes = (*called, *told, *notes)
    return Figures(
        comparisons=tuple(
            one
            for one in compared
            if any(point.key in asked for point in one.series.points)
            and (query.unit is None or one.series.question.unit == query.unit)
            and (actor is None or _is_of(one, ids, claims))
        ),
        notes=notes,
    )


def read_incident(ledger: Ledger, id: str) -> Incident:
    """
    The incident `id`, or that of the claim `id`, compared; of either the beginning will do if nothing else begins so.

    Raises: LedgerError, where the ledger has neither, the beginning is of several, or the claim is of no incident.
    """
    id = id.strip()
    found = _find_incident(ledger, id)
    if found is None:
        key = ledger.fetcher.find_key(id)
        found = ledger.kept([ledger.fetcher.number(key)])[0].incident
        if found is None:
            raise LedgerError(f"the claim {key!r} is linked to no incident; `asreported find` shows those that are")
    return compare_incident(found, _fetch(ledger, Query(incidents=(found,)), MOST)[0])


def _find_incident(ledger: Ledger, typed: str) -> str | None:
    """The incident that is called so, or the only one that begins so. Raises: LedgerError, where several do."""
    sql = "SELECT DISTINCT incident FROM claims WHERE current = 1 AND"
    asked = escape(typed)
    if not asked or ledger.database.one(f"{sql} incident = ? LIMIT 1", (asked,)):
        return typed or None
    rows = ledger.database.rows(f"{sql} substr(incident, 1, ?) = ? ORDER BY incident LIMIT 5", (len(asked), asked))
    if len(rows) > 1:
        some = ", ".join(unescape(incident) for (incident,) in rows[:4])
        raise LedgerError(f"{typed!r} may be several incidents ({some} …); give more of the id")
    return unescape(rows[0][0]) if rows else None


def _fetch(ledger: Ledger, query: Query, most: int) -> tuple[list[Kept], tuple[str, ...]]:
    found = find_newest(ledger, query, most)
    notes = (f"only the newest {most:,} claims with a figure are compared: narrow the choice",) if found.more else ()
    return ledger.kept(found.numbers), notes


def _ids_of(ledger: Ledger, actor: str | None) -> tuple[frozenset[str], tuple[str, ...]]:
    """The ids that the name `actor` stands for, as everywhere in the ledger, and how it was understood."""
    ids, notes = name_actors(ledger.database, [actor]) if actor else ((), ())
    return frozenset(map(unescape, ids)), notes


def _actors(query: Query, actor: str | None) -> tuple[str, ...]:
    return (actor,) if actor and not (query.places or query.incidents) else ()


def _around(ledger: Ledger, query: Query, wanted: Sequence[Kept], most: int) -> list[Kept]:
    """Figures within the radius of the towns that were asked for, whatever their places are called."""
    towns = {
        where.gazetteer_id: (where.lat, where.lon, max(where.radius_km or 0, LEAST_KM))
        for kept in wanted
        if (where := kept.claim.where) and where.gazetteer_id and where.precision == "exact"
        and where.lat is not None and where.lon is not None
    }  # fmt: skip
    if len(towns) > MOST_TOWNS:
        return []
    near = (msgspec.structs.replace(query, places=(), near=point, low=0) for point in towns.values())
    return [kept for one in near for kept in _fetch(ledger, one, most)[0]]


def _denials(ledger: Ledger, wanted: Iterable[Kept], most: int) -> list[Kept]:
    """Denied claims of the incidents, which have no figure and were not fetched with them."""
    incidents = sorted({kept.incident for kept in wanted if kept.incident})[:MOST_INCIDENTS]
    return _fetch(ledger, Query(incidents=tuple(incidents), statuses=("denied",)), most)[0] if incidents else []


def _is_of(comparison: Comparison, ids: frozenset[str], claims: set[str]) -> bool:
    whose = comparison.series.question.whose.split("/")[0]
    return whose in ids or any(point.key in claims for point in comparison.series.points)
