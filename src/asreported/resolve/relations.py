"""
Read how a mention relates to the place it names: "80 miles south of X", "western X", "near the border with Y".

A relation keeps the anchor as it is and moves the point, with a radius that says how unsure it is. Meanings chosen:
a distance with a bearing is a point with 15 % of the distance as radius; without one it is the anchor with the distance
as radius. "northern X" of a country or province is the middle of its northern third, of a town a point half its radius
away. "near", "outside", "around" are the anchor with 15 to 25 km, or its own radius where that is more. "off X" lies
in the waters of data/places_coasts.tsv.
"""

from __future__ import annotations

import functools
import math
import re
from typing import Literal

from asreported.records import Record

from .gazetteer import Gazetteer, Place, point_distance, read_tsv

Kind = Literal["distance", "part", "near", "border", "between", "coast"]
NEAR_KM, FAR_KM = 15, 25
"""How far "near" reaches from a village, and from a great city."""
OFF_KM = 30
"""How far out a ship is that is off a town."""
KM = {"km": 1.0, "kilometre": 1.0, "kilometer": 1.0, "kms": 1.0, "mile": 1.609, "mi": 1.609, "metre": 0.001,
      "meter": 0.001, "m": 0.001, "yard": 0.0009, "league": 4.8}  # fmt: skip
NUMBERS = {"half a": 0.5, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
           "eight": 8, "nine": 9, "ten": 10, "a dozen": 12, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30,
           "forty": 40,
           "fifty": 50, "sixty": 60, "eighty": 80, "a hundred": 100}  # fmt: skip
BEARINGS = {"north": 0, "northeast": 45, "east": 90, "southeast": 135, "south": 180, "southwest": 225, "west": 270,
            "northwest": 315}  # fmt: skip

COMPASS = r"(?:(?:north|south)[ -]?(?:east|west)|north|south|east|west)"
DISTANCE = re.compile(
    r"\b(\d{1,4}(?:[.,]\d{1,3})?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + r")[ -]?"
    r"(" + "|".join(sorted(KM, key=len, reverse=True)) + r")s?\b(?: \([^()]{1,30}\))?"
    rf"(?:,? (?:to the )?({COMPASS})(?:ern)?)?(?: (?:of|from|outside|away|off|inside|down|up)\b)?",
    re.IGNORECASE,
)
BEARING_OF = re.compile(rf"\b(?:to the )?({COMPASS})(?: |-)?(?:of|from)\b", re.IGNORECASE)
SIDE_OF = re.compile(rf"(?<!\bto )\bthe (?:far |extreme |deep )?({COMPASS}) of(?: the)?$", re.IGNORECASE)
""" "in the north of X" lies in X, "to the north of X" and "north of X" do not."""
PART = re.compile(
    rf"\b({COMPASS})(?:ern(?:most)?)?\b(?![ -]?(?:of|from)\b)|\b(cent(?:re|er)|central|heart|middle|downtown)\b",
    re.IGNORECASE,
)
NEAR = re.compile(
    r"\b(?:near|nearby|outside|around|outskirts|vicinity|close to|closer to|next to|beside|surrounding|surroundings|"
    r"countryside|hinterland|suburbs of|edge of|environs|not far from|beyond|adjacent to|gates of|"
    r"(?:few|several|some|many) (?:km|kilomet(?:re|er)s|miles|metres|meters))\b",
    re.IGNORECASE,
)
AROUND = re.compile(
    r"(?:['’]s? )?(?:(?:[\w-]+ )?(?:outskirts?|vicinity|countryside|surroundings|environs|hinterland|suburbs|edges?)\b"
    r"|area\b(?! of))"
)
"""What makes the land around a town of its name: "Aleppo's southern outskirts"; not "Palmyra near Homs"."""
BORDER = re.compile(
    r"\b(?:border|borders|frontier|bordering|borderlands?|boundary|ceasefire line)\b"
    r"(?! (?:town|city|village|crossing|post|gate|point|guard|province|state|district))",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"\bbetween\b|\broad from\b|\bhighway from\b|\blink(?:s|ing)\b", re.IGNORECASE)
COAST = re.compile(r"\boff (?:the )?(?:\w+ ){0,3}coast\b|\boff (?:the )?shores?\b|\boff$", re.IGNORECASE)


class Relation(Record, frozen=True, kw_only=True):
    """How a mention relates to its anchor; `bearing` in degrees from north, None for the centre or where unsaid."""

    kind: Kind
    bearing: int | None = None
    distance_km: float | None = None


class Point(Record, frozen=True, kw_only=True):
    """Where a relation leads: a point, its radius and the precision of output."""

    lat: float | None
    lon: float | None
    radius_km: float | None
    precision: str
    rule: str


PRECISION = {
    "country": "country", "adm1": "adm1", "adm2": "adm2", "region": "region", "sea": "sea", "lake": "sea",
    "river": "line", "line": "line", "feature": "region", "mountain": "region", "disputed": "region",
}  # fmt: skip


@functools.lru_cache(maxsize=2048)  # a report has its mentions again and again
def parse_relation(before: str, after: str = "") -> Relation | None:
    """
    The relation in the words before (and after) an anchor's name; None where there is none.

        >>> parse_relation("some 80 miles south of")
        Relation(kind='distance', bearing=180, distance_km=128.7)
        >>> parse_relation("the northwestern part of")
        Relation(kind='part', bearing=315, distance_km=None)
        >>> parse_relation("in the town of") is None
        True
    """
    before, after = before[-200:], after[:60]
    distance = DISTANCE.search(before)
    if distance and (distance[3] or re.search(r"\b(?:of|from|outside|away|off)\b", before[distance.end(2) :])):
        bearing = _bearing(distance[3]) if distance[3] else _bearing_of(before)
        return Relation(kind="distance", bearing=bearing, distance_km=round(_number(distance[1]) * _km(distance[2]), 1))
    if BORDER.search(before) or BORDER.match(after):
        return Relation(kind="border")
    if BETWEEN.search(before):
        return Relation(kind="between")
    if COAST.search(before) or (re.match(r"(?:['’]s )?coast\b", after) and "off" in before.split()):
        return Relation(kind="coast")
    side = SIDE_OF.search(before)
    if side:
        return Relation(kind="part", bearing=_bearing(side[1]))
    bearing_of = BEARING_OF.search(before)
    if bearing_of:
        return Relation(kind="near", bearing=_bearing(bearing_of[1]))
    if AROUND.match(after) and not PART.search(before):
        return Relation(kind="near")
    part = PART.search(before) or PART.match(after)
    if part:
        return Relation(kind="part", bearing=_bearing(part[1]) if part[1] else None)
    return Relation(kind="near") if NEAR.search(before) else None


def relate(
    relation: Relation | None, anchor: Place, gazetteer: Gazetteer, *, second: Place | None = None,
    others: tuple[Place, ...] = (),
) -> Point:  # fmt: skip
    """
    The point of `anchor` seen through `relation`; `second` is the other end of "between", `others` are the
    report's other places, which choose the stretch of a border.
    """
    if anchor.lat is None or anchor.lon is None:
        return Point(lat=None, lon=None, radius_km=None, precision=precision_of(anchor), rule="no point")
    if relation is None:
        return Point(
            lat=anchor.lat, lon=anchor.lon, radius_km=anchor.radius_km, precision=precision_of(anchor), rule="named"
        )
    match relation.kind:
        case "distance":
            return _at_distance(relation, anchor)
        case "part":
            return _part(relation, anchor, gazetteer)
        case "border":
            return _at_border(anchor, second, others, gazetteer)
        case "between":
            return _between(anchor, second)
        case "coast":
            return _off_coast(anchor)
        case "near":
            return _near(relation, anchor)


def precision_of(place: Place) -> str:
    """The precision of a place named as it is: `exact` for towns and sites."""
    return PRECISION.get(place.level, "exact")


def moved(lat: float, lon: float, bearing: int, km: float) -> tuple[float, float]:
    """
    The point `km` away towards `bearing`, by the sphere.

        >>> moved(36.34, 43.13, 180, 128.7)
        (35.1826, 43.13)
    """
    angle, arc = math.radians(bearing), km / 6371
    one = math.radians(lat)
    other = math.asin(math.sin(one) * math.cos(arc) + math.cos(one) * math.sin(arc) * math.cos(angle))
    east = math.atan2(math.sin(angle) * math.sin(arc) * math.cos(one), math.cos(arc) - math.sin(one) * math.sin(other))
    return round(math.degrees(other), 4), round((lon + math.degrees(east) + 540) % 360 - 180, 4)


def _at_distance(relation: Relation, anchor: Place) -> Point:
    km = relation.distance_km or 0.0
    if relation.bearing is None:
        return _point(anchor, max(km, anchor.radius_km), "near", f"within {km:g} km")
    lat, lon = moved(anchor.lat or 0, anchor.lon or 0, relation.bearing, km)
    radius = round(max(1, km * 0.15), 1)
    return Point(lat=lat, lon=lon, radius_km=radius, precision="near", rule=f"{km:g} km at {relation.bearing} degrees")


def _near(relation: Relation, anchor: Place) -> Point:
    if anchor.level in ("country", "region"):
        return _point(anchor, anchor.radius_km, precision_of(anchor), "named")
    radius = max(min(FAR_KM, max(NEAR_KM, 2 * anchor.radius_km)), anchor.radius_km)
    if relation.bearing is None:
        return _point(anchor, radius, "near", "near")
    lat, lon = moved(anchor.lat or 0, anchor.lon or 0, relation.bearing, radius)
    return Point(lat=lat, lon=lon, radius_km=radius, precision="near", rule=f"near, at {relation.bearing} degrees")


def _part(relation: Relation, anchor: Place, gazetteer: Gazetteer) -> Point:
    if relation.bearing is None:
        return _point(anchor, max(1, anchor.radius_km / 2), "part", "centre")
    if anchor.level in ("country", "adm1"):
        part = gazetteer.part(anchor, relation.bearing)
        if part:
            return Point(lat=part[0], lon=part[1], radius_km=part[2], precision="part", rule="part by bearing")
    lat, lon = moved(anchor.lat or 0, anchor.lon or 0, relation.bearing, anchor.radius_km / 2)
    return Point(lat=lat, lon=lon, radius_km=max(1, anchor.radius_km / 2), precision="part", rule="part by bearing")


def _at_border(anchor: Place, second: Place | None, others: tuple[Place, ...], gazetteer: Gazetteer) -> Point:
    """The border point nearest to the report's other places, else its middle."""
    if anchor.country is None:
        return _near(Relation(kind="near"), anchor)
    beyond = second.country if second and second.country != anchor.country else None
    points = gazetteer.border(anchor.country, beyond)
    if not points:
        return _near(Relation(kind="near"), anchor)
    towns = [p for p in (anchor, *others) if p.lat is not None and p.lon is not None and p.level != "country"]
    if not towns:
        # The stretches of a border come in no order: its middle is the point of it nearest to the mean of all.
        lat, lon = _nearest(points, (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)))
        return Point(lat=lat, lon=lon, radius_km=round(len(points) * 10), precision="border", rule="border, its middle")
    lat, lon = min(
        points, key=lambda p: (min(point_distance(p[0], p[1], t.lat or 0, t.lon or 0) for t in towns[:20]), p)
    )
    return Point(lat=lat, lon=lon, radius_km=30, precision="border", rule="border, nearest to the report's places")


def _nearest(points: tuple[tuple[float, float], ...], to: tuple[float, float]) -> tuple[float, float]:
    return min(points, key=lambda p: (point_distance(p[0], p[1], *to), p))


def _off_coast(anchor: Place) -> Point:
    """For a country the first of its waters, for a place the point so far out towards the nearest of them."""
    waters = _waters().get(anchor.country or "", ())
    if not waters:
        return _point(anchor, max(50, anchor.radius_km / 2), "sea", "off the coast")
    if anchor.level == "country":
        lat, lon, radius = waters[0]
        return Point(lat=lat, lon=lon, radius_km=radius, precision="sea", rule="off the coast")
    here = (anchor.lat or 0, anchor.lon or 0)
    lat, lon = _nearest(tuple((w[0], w[1]) for w in waters), here)
    km = point_distance(*here, lat, lon)
    if anchor.level == "place" and km > OFF_KM:
        lat, lon = moved(*here, _bearing_to(here, (lat, lon)), OFF_KM)
    return Point(lat=lat, lon=lon, radius_km=OFF_KM, precision="sea", rule="off the coast")


@functools.cache
def _waters() -> dict[str, tuple[tuple[float, float, int], ...]]:
    """The points of data/places_coasts.tsv by country, each with its reach in km."""
    waters: dict[str, list[tuple[float, float, int]]] = {}
    for row in read_tsv("places_coasts.tsv"):
        water = (float(row["lat"]), float(row["lon"]), int(row["radius_km"]))
        waters.setdefault(row["country"], []).append(water)
    return {country: tuple(points) for country, points in waters.items()}


def _bearing_to(here: tuple[float, float], there: tuple[float, float]) -> int:
    """Degrees from north, on the plane, which does for 500 km."""
    east = (there[1] - here[1]) * math.cos(math.radians(here[0]))
    return round(math.degrees(math.atan2(east, there[0] - here[0]))) % 360


def _between(anchor: Place, second: Place | None) -> Point:
    if second is None or second.lat is None or second.lon is None:
        return _near(Relation(kind="near"), anchor)
    km = point_distance(anchor.lat or 0, anchor.lon or 0, second.lat, second.lon)
    lat, lon = ((anchor.lat or 0) + second.lat) / 2, ((anchor.lon or 0) + second.lon) / 2
    return Point(lat=round(lat, 4), lon=round(lon, 4), radius_km=round(km / 2, 1), precision="line", rule="between")


def _point(anchor: Place, radius: float, precision: str, rule: str) -> Point:
    return Point(lat=anchor.lat, lon=anchor.lon, radius_km=round(radius, 1), precision=precision, rule=rule)


def _bearing(words: str) -> int:
    key = re.sub(r"[ -]", "", words.lower())
    return BEARINGS[key]


def _bearing_of(before: str) -> int | None:
    found = BEARING_OF.search(before)
    return _bearing(found[1]) if found else None


def _number(words: str) -> float:
    if words.lower() in NUMBERS:
        return NUMBERS[words.lower()]
    return float(words.replace(",", "") if re.fullmatch(r"\d+,\d{3}", words) else words.replace(",", "."))


def _km(unit: str) -> float:
    return KM[unit.lower()]
