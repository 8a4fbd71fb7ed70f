"""
Builds src/asreported/desk/static/basemap.json, the map that the desk draws claims on, out of Natural Earth.

    python tools/build_basemap.py NATURAL_EARTH_FOLDER src/asreported/desk/static/basemap.json

The folder holds GeoJSON files of Natural Earth, packed with xz: countries, lakes and rivers at 1:50m, land borders and
disputed areas at 1:10m. Origin and licence: Natural Earth (naturalearthdata.com), public domain.

A border is kept once, as an arc that the polygons on both sides share, so that simplifying leaves no gaps between them.
Arcs are lists of whole numbers: the first point, then the steps from each point to the next, in 1/`scale` degrees. Ids
of countries are GeoNames': what Natural Earth shows as a country of its own but GeoNames counts to another
(Somaliland, Northern Cyprus) keeps its shape and name, and has that country's id, as has Crimea.
"""

from __future__ import annotations

import itertools
import json
import lzma
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

SCALE = 400
"""Steps to a degree: 280 m at the equator, less than the 1:50m data is exact."""
TOLERANCE = 0.02
"""Degrees that a simplified line may be off."""
NEAR = 0.2
"""Degrees within which a border of the 1:50m data is taken to be that of the 1:10m data."""
LEAST_AREA = 0.02
"""Square degrees of a disputed area that is outlined; on smaller ones there would be nothing to see."""
MOST_RANK = 6

CODES = {"FRA": "FR", "NOR": "NO", "KOS": "XK", "CYN": "CY", "CNM": "CY", "SOL": "SO", "ATC": "AU", "IOA": "AU"}
"""Natural Earth's code → GeoNames', where Natural Earth leaves the ISO code out."""
MOVED = {("RUS", (34.2, 45.3)): ("UKR", "UA")}
"""A polygon of a country, by a point in it, that is counted to another one: Crimea, which GeoNames has under UA."""
DISPUTED = ("Disputed", "Indefinite", "Line of control", "Indeterminant")
NO_AREA = ("Admin-0 overlay", "Admin-0 lease")

Point = tuple[int, int]
Line = list[Point]


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    countries = list(read_countries(source))
    arcs, made = make_topology(countries)
    content = {
        "scale": SCALE,
        "credit": "Natural Earth",
        "arcs": [pack(arc) for arc in arcs],
        "countries": made,
        **lines_of(arcs, made, disputed_points(source)),
        "rivers": [
            {"rank": rank, "lines": [pack(line) for line in lines]}
            for rank, lines in sorted(by_rank(source, "ne_50m_rivers_lake_centerlines.geojson.xz").items())
        ],
        "lakes": [
            {"rank": rank, "lines": [pack(line) for line in lines]}
            for rank, lines in sorted(by_rank(source, "ne_50m_lakes.geojson.xz").items())
        ],
        "areas": list(disputed_areas(source)),
    }
    target.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), "utf-8")
    print(f"{target}: {len(made)} countries, {len(arcs)} arcs, {target.stat().st_size / 1e3:.0f} kB")


# ---- reading -----------------------------------------------------------------------------


def features(source: Path, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Properties and geometry of each feature of a file."""
    with lzma.open(source / name) as packed:
        for feature in json.load(packed)["features"]:
            yield feature["properties"], feature["geometry"]


def polygons_of(geometry: dict[str, Any]) -> list[list[Any]]:
    return geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]


def read_countries(source: Path) -> Iterator[dict[str, Any]]:
    """Countries with their polygons as rings of whole numbers; a polygon that is `MOVED` goes to the other country."""
    found = {}
    for properties, geometry in features(source, "ne_50m_admin_0_countries.geojson.xz"):
        code, iso = properties["ADM0_A3"], properties["ISO_A2"] or "-99"
        found[code] = {
            "id": CODES.get(code, iso) if iso == "-99" else iso,
            "name": properties["ADMIN"] if code in ("KOS", "PSX") else properties["NAME"],
            "people": int(properties["POP_EST"] or 0),
            "polygons": polygons_of(geometry),
        }
        if found[code]["id"] == "-99":
            found[code]["id"] = ""
    for (code, point), (other, _) in MOVED.items():
        moved = [p for p in found[code]["polygons"] if contains(p[0], point)]
        found[code]["polygons"] = [p for p in found[code]["polygons"] if not contains(p[0], point)]
        found[other]["polygons"] += moved
    for country in found.values():
        country["label"] = [round(degrees, 2) for degrees in middle(country["polygons"])]
        rings = [[whole(ring) for ring in polygon] for polygon in country["polygons"]]
        country["polygons"] = [[r for r in polygon if len(r) > 2] for polygon in rings if len(polygon[0]) > 2]
        yield country


def whole(ring: Iterable[Sequence[float]]) -> Line:
    """A ring in whole numbers, without its repeated last point and without points that fall together."""
    points: Line = []
    for x, y in ring:
        point = (round(x * SCALE), round(y * SCALE))
        if not points or points[-1] != point:
            points.append(point)
    return points[:-1] if len(points) > 1 and points[0] == points[-1] else points


def contains(ring: Sequence[Sequence[float]], point: tuple[float, float]) -> bool:
    """Whether the point lies in the ring, by the even-odd rule."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def middle(polygons: list[list[Any]]) -> tuple[float, float]:
    """Where a country's name stands: the point of a grid that is farthest within its largest polygon."""
    ring = np.array(max((p[0] for p in polygons), key=area), float)
    xs = np.linspace(ring[:, 0].min(), ring[:, 0].max(), 42)[1:-1]
    ys = np.linspace(ring[:, 1].min(), ring[:, 1].max(), 42)[1:-1]
    best, where = -1.0, (float(ring[:, 0].mean()), float(ring[:, 1].mean()))
    for y in ys:
        narrow = math.cos(math.radians(y))
        for x in xs[inside(ring, xs, y)]:
            # Names are wide and low, so nearness above and below weighs less.
            off = float(np.hypot((ring[:, 0] - x) * narrow, (ring[:, 1] - y) * 1.6).min())
            if off > best:
                best, where = off, (float(x), float(y))
    return where


def inside(ring: Any, xs: Any, y: float) -> Any:
    """Which of the points `xs` of one parallel lie in the ring."""
    (x1, y1), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
    crossing = (y1 > y) != (y2 > y)
    at = x1[crossing] + (y - y1[crossing]) * (x2 - x1)[crossing] / (y2 - y1)[crossing]
    return (xs[:, None] < at).sum(axis=1) % 2 == 1


def area(ring: Sequence[Sequence[float]]) -> float:
    x, y = np.array(ring, float)[:, :2].T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


# ---- shared borders ----------------------------------------------------------------------


def make_topology(countries: list[dict[str, Any]]) -> tuple[list[Line], list[dict[str, Any]]]:
    """
    All arcs, simplified, and the countries with rings as lists of arcs.

    Arc i walked backwards is ~i, as in TopoJSON.
    """
    rings = [ring for country in countries for polygon in country["polygons"] for ring in polygon]
    junctions = find_junctions(rings)
    numbers: dict[tuple[Point, ...], int] = {}
    arcs: list[Line] = []

    def number(arc: Line) -> int:
        if (n := numbers.get(tuple(arc))) is not None:
            return n
        if (n := numbers.get(tuple(reversed(arc)))) is not None:
            return ~n
        numbers[tuple(arc)] = len(arcs)
        arcs.append(simplify(arc))
        return len(arcs) - 1

    made = []
    for country in countries:
        shapes = [[[number(arc) for arc in cut(r, junctions)] for r in polygon] for polygon in country["polygons"]]
        made.append({**country, "polygons": shapes})
    return arcs, made


def find_junctions(rings: list[Line]) -> set[Point]:
    """Points at which borders part: their neighbours are not the same in all rings that they belong to."""
    neighbours: dict[Point, frozenset[Point]] = {}
    junctions: set[Point] = set()
    for ring in rings:
        for before, point, after in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True):
            beside = frozenset((before, after))
            if neighbours.setdefault(point, beside) != beside:
                junctions.add(point)
    return junctions


def cut(ring: Line, junctions: set[Point]) -> Iterator[Line]:
    """The arcs of a ring; one without junctions is an arc that starts and ends at its first point in their order."""
    starts = [i for i, point in enumerate(ring) if point in junctions] or [ring.index(min(ring))]
    turned = ring[starts[0] :] + ring[: starts[0] + 1]
    arc: Line = [turned[0]]
    for point in turned[1:]:
        arc.append(point)
        if point in junctions or point == turned[0]:
            yield arc
            arc = [point]


def simplify(line: Line) -> Line:
    """Douglas and Peucker's line; a closed one keeps at least four points."""
    if len(line) < 4:
        return line
    keep = {0, len(line) - 1}
    points = np.array(line, float)
    if line[0] == line[-1]:
        far = int(np.hypot(*(points - points[0]).T).argmax())
        keep.add(far)
        spans = [(0, far), (far, len(line) - 1)]
    else:
        spans = [(0, len(line) - 1)]
    ring = line[0] == line[-1]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        off = distances(points[first + 1 : last], points[first], points[last])
        worst = int(off.argmax())
        if off[worst] > TOLERANCE * SCALE or (ring and len(keep) < 4):
            keep.add(first + 1 + worst)
            spans += [(first, first + 1 + worst), (first + 1 + worst, last)]
    return [line[i] for i in sorted(keep)]


def distances(points: Any, start: Any, end: Any) -> Any:
    """Of points from a stretch of line; degrees of longitude count as those of latitude."""
    along = end - start
    length = float(along @ along)
    if not length:
        return np.hypot(*(points - start).T)
    share = np.clip((points - start) @ along / length, 0, 1)
    return np.hypot(*(points - start - share[:, None] * along).T)


def pack(line: Line) -> list[int]:
    """The first point, then the steps."""
    flat = [*line[0]]
    for (x1, y1), (x2, y2) in itertools.pairwise(line):
        flat += [x2 - x1, y2 - y1]
    return flat


# ---- lines -------------------------------------------------------------------------------


def lines_of(arcs: list[Line], countries: list[dict[str, Any]], points: dict[bool, Any]) -> dict[str, Any]:
    """Borders and disputed borders, each as the number of an arc, or packed where it is a part of one."""
    sides: dict[int, set[int]] = defaultdict(set)
    for i, country in enumerate(countries):
        for arc in (arc for polygon in country["polygons"] for ring in polygon for arc in ring):
            sides[arc if arc >= 0 else ~arc].add(i)
    borders: list[Any] = []
    disputed: list[Any] = []
    for n, arc in enumerate(arcs):
        if len(sides[n]) < 2:
            continue  # a coast, which is drawn as the edge of the land
        same = len({countries[i]["id"] for i in sides[n]}) < 2
        for is_disputed, line in by_kind(arc, points):
            (disputed if is_disputed or same else borders).append(n if line == arc else pack(line))
    return {"borders": borders, "disputed": disputed}


def by_kind(arc: Line, points: dict[bool, Any]) -> Iterator[tuple[bool, Line]]:
    """A border in pieces that are disputed or not, by the nearest line of the 1:10m data."""
    kinds = []
    for (x1, y1), (x2, y2) in itertools.pairwise(arc):
        centre = np.array([(x1 + x2) / 2, (y1 + y2) / 2]) / SCALE
        off = {kind: float(np.hypot(*(some - centre).T).min()) for kind, some in points.items()}
        kinds.append(off[True] < min(NEAR, off[False]))
    first = 0
    for i in range(1, len(kinds) + 1):
        if i == len(kinds) or kinds[i] != kinds[first]:
            yield kinds[first], arc[first : i + 1]
            first = i


def disputed_points(source: Path) -> dict[bool, Any]:
    """Points along the land borders, in degrees: of those that are disputed, and of the others."""
    found: dict[bool, list[Any]] = {True: [], False: []}
    for properties, geometry in features(source, "ne_10m_admin_0_boundary_lines_land.geojson.xz"):
        lines = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        for line in lines:
            found[properties["featurecla"].startswith(DISPUTED)].append(dense(np.array(line, float)[:, :2]))
    return {kind: np.concatenate(some) for kind, some in found.items()}


def dense(line: Any, step: float = 0.05) -> Any:
    """The points of a line and points between them."""
    parts = [line]
    for start, end in itertools.pairwise(line):
        if (count := int(np.hypot(*(end - start)) / step)) > 0:
            parts.append(start + (end - start) * np.linspace(0, 1, count + 1, endpoint=False)[1:, None])
    return np.concatenate(parts)


def by_rank(source: Path, name: str) -> dict[int, list[Line]]:
    """Rivers or the outlines of lakes by how important they are, 0 the most."""
    found: dict[int, list[Line]] = defaultdict(list)
    for properties, geometry in features(source, name):
        if geometry is None:
            continue
        coordinates = geometry["coordinates"]
        lines = {"LineString": [coordinates], "Polygon": coordinates[:1]}.get(geometry["type"])
        if lines is None:
            lines = [line[0] for line in coordinates] if geometry["type"] == "MultiPolygon" else coordinates
        for line in lines:
            points = [(round(x * SCALE), round(y * SCALE)) for x, y, *_ in line]
            found[min(int(properties["scalerank"]), MOST_RANK)].append(simplify(points))
    return found


def disputed_areas(source: Path) -> Iterator[dict[str, Any]]:
    """Outlines of areas that several claim, with the note that says who."""
    for properties, geometry in features(source, "ne_10m_admin_0_disputed_areas.geojson.xz"):
        if properties["featurecla"] in NO_AREA or properties["BRK_NAME"] == "Belize":
            continue
        rings = [p[0] for p in polygons_of(geometry) if area(p[0]) > LEAST_AREA]
        lines = [simplify([*(w := whole(ring)), w[0]]) for ring in rings]
        if lines:
            yield {"name": properties["BRK_NAME"], "lines": [pack(line) for line in lines]}


if __name__ == "__main__":
    main()
