"""
Whether a claim is about the place asked for, something near it, or is known only to its country or province.

A place includes its districts and sites and what lies within its radius. A claim that is known only to a province or
a country is not at each of its towns: its point is the middle of an area, and says nothing of distance.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from ..records import Record, Where
from ..resolve.gazetteer import BEARINGS, point_distance

AREAS = ("country", "adm1", "adm2")
"""Levels at which a place is an area with a name, and not a point with a radius."""

COARSE = frozenset(("adm1", "country", "region", "border", "line", "sea"))
"""Precisions of which the point is no place where anything happened."""

WIDE_KM = 15.0
"""A part of more than this radius is one of a province or country ("northern Syria"), not of a town."""

LEAST_RADIUS_KM = 2.0
"""A village's radius in the gazetteer may be 0 or 1; its fields and its outskirts are a village's too."""


class PlaceAsked(Record, frozen=True, kw_only=True):
    """The place whose situation is asked for, as the gazetteer has it."""

    id: int | None
    name: str
    level: str
    country: str | None
    country_name: str | None
    admin1: str | None
    lat: float | None
    lon: float | None
    radius_km: float

    @property
    def is_area(self) -> bool:
        return self.level in AREAS


class Position(NamedTuple):
    """How a claim lies to the place asked for; `km` from its middle, where both have a point that means something."""

    relation: Literal["at", "near", "around", "elsewhere"]
    """`around`: known only to the country or province that the place asked for lies in."""
    km: float | None = None
    bearing: str | None = None


class Area(NamedTuple):
    """Where a claim is known to have happened, if no closer: `level` is country, adm1 or another precision."""

    level: str
    name: str


def find_area(where: Where) -> Area | None:
    """The area that the place of a claim is or is a part of; None where it is a point with a radius."""
    if where.precision == "part" and (where.radius_km or 0.0) > WIDE_KM:
        country = where.name == (where.country_name or "")
        return Area("country" if country else "adm1", where.name)
    if where.precision not in COARSE:
        return None
    names = {"adm1": where.admin1, "country": where.country_name}
    return Area(where.precision, names.get(where.precision) or where.name)


def locate(where: Where | None, asked: PlaceAsked, nearby_km: float) -> Position:
    """
    How a claim's place lies to the place asked for, and how far from it.

        >>> mosul = PlaceAsked(id=1, name="Mosul", level="place", country="IQ", country_name="Iraq", admin1="Nineveh",
        ...                    lat=36.335, lon=43.1189, radius_km=12)
        >>> def at(name, lat, lon, precision="exact", id=None):
        ...     return Where(name=name, admin1=None, country="IQ", country_name="Iraq", lat=lat, lon=lon,
        ...                  gazetteer_id=id, precision=precision, text=name, span=None, rule="")
        >>> locate(at("Mosul airport", 36.306, 43.147), mosul, 100).relation
        'at'
        >>> near = locate(at("Hatra", 35.573, 42.734, "adm2", 2), mosul, 100)
        >>> near.relation, round(near.km), near.bearing
        ('near', 92, 'south')
        >>> locate(at("Iraq", 33.0, 43.7, "country"), mosul, 1000)
        Position(relation='around', km=None, bearing=None)
    """
    if where is None:
        return Position("elsewhere")
    km, bearing = _way(asked, where)
    within = km is not None and km <= max(asked.radius_km, LEAST_RADIUS_KM)
    if _is_part(where, asked):
        # "80 miles south of Mosul" is told by Mosul's name and lies far from it.
        beside = where.precision == "near" and not asked.is_area and not within
        return Position("near" if beside else "at", km, bearing)
    area = find_area(where)
    if area is not None:
        known = {"country": asked.country_name, "adm1": asked.admin1}.get(area.level)
        shares = asked.country is not None and where.country == asked.country and area.name == known
        return Position("around" if shares else "elsewhere")
    if km is None:
        return Position("elsewhere")
    # The point of a district may be that of its province, so a district is not in a town for lying on it.
    if within and not asked.is_area and where.precision != "adm2":
        return Position("at", km, bearing)
    beyond = max(0.0, km - asked.radius_km) if asked.is_area else km
    return Position("near" if beyond <= nearby_km else "elsewhere", km, bearing)


def _is_part(where: Where, asked: PlaceAsked) -> bool:
    """Whether the names say that it is the place or lies in it."""
    if where.gazetteer_id is not None and where.gazetteer_id == asked.id:
        return True
    if asked.level == "country":
        return where.country == asked.country
    if asked.country is None or where.country != asked.country:
        return False
    if asked.level == "adm1":
        return where.admin1 == asked.name
    same_unit = asked.admin1 is None or where.admin1 == asked.admin1
    if not same_unit or find_area(where) is not None:
        return False
    # The district of a town's name ("the province of Hatra"), and a site of which the reader knows only the town.
    return where.name == asked.name or (where.gazetteer_id is None and asked.name in where.alternates)


def _way(asked: PlaceAsked, where: Where) -> tuple[float | None, str | None]:
    """How far it is from the middle of the place asked for, and towards which wind."""
    if find_area(where) is not None or where.lat is None or where.lon is None or asked.lat is None or asked.lon is None:
        return None, None
    km = point_distance(asked.lat, asked.lon, where.lat, where.lon)
    if km < 1:
        return km, None
    north, south = math.radians(where.lat), math.radians(asked.lat)
    east = math.radians(where.lon - asked.lon)
    x = math.sin(east) * math.cos(north)
    y = math.cos(south) * math.sin(north) - math.sin(south) * math.cos(north) * math.cos(east)
    return km, BEARINGS[round(math.degrees(math.atan2(x, y)) / 45) % 8]
