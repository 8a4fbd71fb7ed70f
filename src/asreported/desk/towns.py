"""
What the maps ask the gazetteer: which towns to name where somebody looks, which places a name could mean.

Towns come from the embedded gazetteer, kept in memory by size, since a map asks for the largest few of a rectangle
again and again. A search for a place looks into the gazetteer that the user imported too.
"""

from __future__ import annotations

import functools
import sqlite3
from typing import Any, NamedTuple

import numpy as np

from ..ledger.within import lies_in, split_within
from ..pipeline import choose_gazetteer
from ..records import Record
from ..resolve.gazetteer import SCALE, Gazetteer, Place, countries, embedded_path, load_gazetteer

MOST_FOUND = 20
MOST_TOWNS = 200
APART = 40
"""So many towns fit above one another in a rectangle."""
SMALLEST = 500
"""People of a town that a map names."""


class FoundPlace(Record, frozen=True, kw_only=True):
    """A place that a name could mean, as a person chooses among them."""

    id: int
    """As claims have it in `gazetteer_id`; negative where GeoNames has none."""
    name: str
    admin1: str | None
    country: str | None
    country_name: str | None
    lat: float | None
    lon: float | None
    radius_km: int
    level: str
    population: int


def gazetteer() -> Gazetteer:
    """The one that reports are read with: the embedded one and what the user imported."""
    return load_gazetteer(choose_gazetteer("user"))


def find_places(text: str) -> list[FoundPlace]:
    """
    The places that `text` could mean, best first, at most `MOST_FOUND`; "Hama, Syria" is a Hama that lies there.

        >>> [(place.name, place.country) for place in find_places("Raqqa, Syria")][:1]
        [('Raqqa', 'SY')]
    """
    name, within = split_within(text)
    found = {match.place.id: match.place for match in _look_up(name)}
    if within:
        found = {id: place for id, place in found.items() if _lies_in(place, within)}
    if not found and within:  # the name may have its own comma
        found = {match.place.id: match.place for match in gazetteer().look_up(text)}
    return [describe(place) for place in list(found.values())[:MOST_FOUND]]


def _look_up(name: str) -> list[Any]:
    known = gazetteer()
    found = list(known.look_up(name))
    if known.has_imported:
        found += known.look_up_imported(name, tuple(sorted(countries())))
    # Of places that the name fits alike the larger one is likelier to be meant.
    return sorted(found, key=lambda match: (-match.fit, match.place.level != "country", -match.place.population))


def _lies_in(place: Place, within: tuple[str, ...]) -> bool:
    return any(lies_in(within, code, place.admin1, place.within) for code in (place.country, *place.countries))


def describe(place: Place) -> FoundPlace:
    """What a person needs to know of a place to choose it."""
    row = countries().get(place.country or "")
    return FoundPlace(
        id=place.id,
        name=place.name,
        admin1=place.admin1,
        country=place.country,
        country_name=row.name if row else None,
        lat=place.lat,
        lon=place.lon,
        radius_km=place.radius_km,
        level=place.level,
        population=place.population,
    )


# ---- towns to be named on a map ----------------------------------------------------------


class Towns(NamedTuple):
    """All towns, the largest first."""

    lats: Any
    lons: Any
    people: Any
    ids: list[int]
    seats: list[int]


@functools.cache
def all_towns() -> Towns:
    """Read once, which takes about a second."""
    db = sqlite3.connect(f"{embedded_path().absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        rows = db.execute(
            "SELECT lat, lon, population, id, seat FROM place WHERE level = 'place' AND population >= ? "
            "AND lat IS NOT NULL ORDER BY population DESC, id",
            (SMALLEST,),
        ).fetchall()
    finally:
        db.close()
    lats, lons, people, ids, seats = zip(*rows, strict=True)
    return Towns(
        lats=np.array(lats, np.int32),
        lons=np.array(lons, np.int32),
        people=np.array(people, np.int32),
        ids=list(ids),
        seats=list(seats),
    )


def towns_within(west: float, south: float, east: float, north: float, limit: int) -> list[dict[str, Any]]:
    """
    The largest towns of a rectangle in degrees; one that crosses the antimeridian has its west east of its east.

    Of towns that would stand on each other's names only the largest is given: districts of a city are towns too.
    """
    towns = all_towns()
    inside = (towns.lats >= south * SCALE) & (towns.lats <= north * SCALE)
    if west <= east:
        inside &= (towns.lons >= west * SCALE) & (towns.lons <= east * SCALE)
    else:
        inside &= (towns.lons >= west * SCALE) | (towns.lons <= east * SCALE)
    apart = (north - south) * SCALE / APART
    taken: set[tuple[int, int]] = set()
    found: list[dict[str, Any]] = []
    for i in np.flatnonzero(inside)[: limit * 20].tolist():
        lat, lon = int(towns.lats[i]), int(towns.lons[i])
        cell = (int(lat / apart), int(lon / apart)) if apart > 0 else (lat, lon)
        if cell in taken:
            continue
        taken |= {(cell[0] + y, cell[1] + x) for y in (-1, 0, 1) for x in (-1, 0, 1)}
        # As news has it: Hama, where GeoNames has Ḩamāh.
        name = load_gazetteer().place(towns.ids[i]).name
        found.append({"name": name, "lat": lat / SCALE, "lon": lon / SCALE, "population": int(towns.people[i]),
                      "seat": towns.seats[i]})  # fmt: skip
        if len(found) == limit:
            break
    return found


def radius_of(id: int) -> int | None:
    """Kilometres that the place of that id reaches from its point; None where the gazetteer has it no more."""
    try:
        return gazetteer().place(id).radius_km or None
    except TypeError:  # of an imported gazetteer that was taken away
        return None
