"""
Build the embedded gazetteer from GeoNames, airportsdata and Natural Earth.

    python tools/build_gazetteer.py SOURCE_FOLDER src/asreported/data/gazetteer.sqlite

SOURCE_FOLDER holds, as they were published or reduced to the columns used here (see `read_*` below):
geonames_cities500.tsv.xz, geonames_admin1CodesASCII.txt, geonames_admin2Codes.txt.xz, geonames_countryInfo.txt
(GeoNames, geonames.org, CC BY 4.0), airports_airportsdata.csv.xz (airportsdata, MIT), naturalearth/ (public domain).
tools/points.tsv gives points where these have none, or a misleading one.

The result is one SQLite file that is read as it lies. Same input and same SQLite: same bytes. What is left out:
names in scripts other than Latin, names that only fold to one already kept, airfields without a place in news
(private strips, heliports). Ids are GeoNames ids; rows without one have negative ids, which mean nothing outside.
"""

from __future__ import annotations

import csv
import io
import json
import lzma
import math
import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from asreported.resolve.gazetteer_rows import bones, keep_names, loose_keys, plain, spread
from asreported.resolve.place_names import fold, loose_key

SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, level TEXT, country TEXT, admin1 TEXT,
                    lat INTEGER, lon INTEGER, population INTEGER, seat INTEGER, radius INTEGER, names TEXT);
CREATE TABLE name (loose TEXT, place INTEGER, PRIMARY KEY (loose, place)) WITHOUT ROWID;
CREATE TABLE skeleton (country TEXT, bones TEXT, place INTEGER, PRIMARY KEY (country, bones, place)) WITHOUT ROWID;
CREATE TABLE part (area TEXT, bearing INTEGER, lat INTEGER, lon INTEGER, radius INTEGER,
                   PRIMARY KEY (area, bearing)) WITHOUT ROWID;
CREATE TABLE border (one TEXT, other TEXT, points TEXT, PRIMARY KEY (one, other)) WITHOUT ROWID;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
SCALE = 10_000  # degrees are kept as integers of 1/10000, about 11 m
CREDIT = "Place data from GeoNames (geonames.org), CC BY 4.0. Made with Natural Earth. Airports: airportsdata, MIT."
MILITARY = re.compile(r"\b(?:air ?base|air force|army|military|afb|naval|air field|airfield|barracks)\b", re.IGNORECASE)
MANY_STRIPS = frozenset(["US", "CA", "AU", "BR", "MX", "AR", "GB", "ZA", "PG", "DE", "FR"])
BEARINGS = tuple(range(0, 360, 45))


class Place(NamedTuple):
    id: int
    name: str
    level: str
    country: str
    admin1: str
    lat: float
    lon: float
    population: int
    seat: int  # 3 capital of a country, 2 of an admin 1, 1 of an admin 2, 0 none known
    radius: int
    names: tuple[str, ...]


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    capitals, countries = read_countries(source)
    admin1, admin2 = read_admin1(source), read_admin2(source)
    towns = list(read_towns(source, capitals, admin1, admin2))
    rows = [
        *countries,
        *place_admin1(source, admin1, towns),
        *towns,
        *place_admin2(admin2, admin1, towns),
        *read_airports(source, towns, admin1),
        *read_features(source),
    ]
    points = read_points()
    rows = [r._replace(id=r.id or -n, **points.get(r.id, {})) for n, r in enumerate(rows, start=1)]
    write(target, rows, [*country_parts(source), *admin1_parts(towns)], read_borders(source))
    print(f"{target}: {len(rows)} places, {target.stat().st_size / 1e6:.1f} MB")


def read_points() -> dict[int, dict[str, float]]:
    """Latitude and longitude by GeoNames id, from tools/points.tsv."""
    lines = (Path(__file__).parent / "points.tsv").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith(("#", "id\t")))
    return {int(gid): {"lat": float(lat), "lon": float(lon)} for gid, lat, lon in rows}


# ---- GeoNames ----------------------------------------------------------------------------


def read_countries(source: Path) -> tuple[dict[str, str], list[Place]]:
    """Capital of every country; the countries as places, at the middle of their largest polygon."""
    centres = {code: largest_ring_centre(rings) for code, rings in country_rings(source).items()}
    capitals, places = {}, []
    for line in (source / "geonames_countryInfo.txt").read_text("utf-8").splitlines():
        if line.startswith(("#", "ISO\t")) or not line:
            continue
        cells = line.split("\t")
        code, name, capital, area, population, gid = (cells[i].strip() for i in (0, 4, 5, 6, 7, 16))
        if code in ("CS", "AN"):  # Serbia and Montenegro, Netherlands Antilles: no more
            continue
        capitals[code] = capital
        lat, lon = centres.get(code, (math.nan, math.nan))
        radius = round(math.sqrt(float(area or 0) / math.pi))
        places.append(Place(int(gid), name, "country", code, "", lat, lon, int(population or 0), 0, radius, (name,)))
    return capitals, places


def read_admin1(source: Path) -> dict[str, tuple[int, str]]:
    lines = (source / "geonames_admin1CodesASCII.txt").read_text("utf-8").splitlines()
    return {code: (int(gid), name) for code, name, _, gid in (line.split("\t") for line in lines if line)}


def read_admin2(source: Path) -> list[tuple[str, str, int]]:
    text = lzma.decompress((source / "geonames_admin2Codes.txt.xz").read_bytes()).decode()
    rows = (line.split("\t") for line in text.split("\n") if line)
    return [(".".join(code.split(".")[:2]), name, int(gid)) for code, name, _, gid in rows]


def read_towns(
    source: Path, capitals: dict[str, str], admin1: dict[str, tuple[int, str]], admin2: list[tuple[str, str, int]]
) -> Iterator[Place]:
    seats1 = {(code, loose_key(plain(name))) for code, (_, name) in admin1.items()}
    seats2 = {(code, loose_key(plain(name))) for code, name, _ in admin2}
    with lzma.open(source / "geonames_cities500.tsv.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if cells[0] == "geonameid":
                continue
            gid, name, lat, lon, country, adm1, population, _, others = ([*cells, ""])[:9]
            code = f"{country}.{adm1}"
            names = keep_names(name, others.split("|"))
            keys = {loose_key(n) for n in names}
            seat = 1 if any((code, k) in seats2 for k in keys) else 0
            seat = 2 if any((code, k) in seats1 for k in keys) else seat
            if capitals.get(country) and int(population or 0) > 20_000 and loose_key(capitals[country]) in keys:
                seat = 3
            size = int(population or 0)
            yield Place(int(gid), name, "place", country, adm1, float(lat), float(lon), size, seat, spread(size), names)


def place_admin1(source: Path, admin1: dict[str, tuple[int, str]], towns: list[Place]) -> Iterator[Place]:
    """
    Admin 1 units at the middle of the box around their towns, else at Natural Earth's label point of the same name.

    Natural Earth labels every island of a unit, and the mean of the towns lies where most people live.
    """
    members = by_admin1(towns)
    labels = {}
    for row in csv.DictReader(io.StringIO((source / "naturalearth/admin1_label_points.tsv").read_text("utf-8")),
                              delimiter="\t"):  # fmt: skip
        labels.setdefault((row["iso_a2"], loose_key(row["name"])), (float(row["latitude"]), float(row["longitude"])))
    for code, (gid, name) in admin1.items():
        country, adm1 = code.split(".", 1)
        towns_here = members.get(code, [])
        lat, lon = middle(towns_here) or labels.get((country, loose_key(plain(name)))) or (math.nan, math.nan)
        size = sum(t.population for t in towns_here)
        radius = round(np.percentile([distance(lat, lon, t.lat, t.lon) for t in towns_here], 90)) if towns_here else 50
        names = tuple(dict.fromkeys((name, plain(name))))
        yield Place(gid, name, "adm1", country, adm1, lat, lon, size, 0, max(5, int(radius)), names)


def place_admin2(
    admin2: list[tuple[str, str, int]], admin1: dict[str, tuple[int, str]], towns: list[Place]
) -> Iterator[Place]:
    """Admin 2 units at the town of the same name, else unplaced: NaN stands for "the point of its admin 1"."""
    seats: dict[tuple[str, str], Place] = {}
    for town in sorted(towns, key=lambda t: (-t.population, t.id)):
        for name in town.names:
            seats.setdefault((f"{town.country}.{town.admin1}", loose_key(name)), town)
    for code, name, gid in admin2:
        country, adm1 = code.split(".", 1)
        seat = seats.get((code, loose_key(plain(name))))
        lat, lon = (seat.lat, seat.lon) if seat else (math.nan, math.nan)
        names = tuple(dict.fromkeys((name, plain(name))))
        yield Place(gid, name, "adm2", country, adm1, lat, lon, 0, 0, 25 if seat else 60, names)


def by_admin1(towns: list[Place]) -> dict[str, list[Place]]:
    members = defaultdict(list)
    for town in towns:
        members[f"{town.country}.{town.admin1}"].append(town)
    return members


def middle(towns: list[Place]) -> tuple[float, float] | None:
    """The middle of the box that holds all towns but the outermost 2 % on each side, some of which are misplaced."""
    if not towns:
        return None
    lats, lons = np.array([t.lat for t in towns]), np.array([t.lon for t in towns])
    if lons.max() - lons.min() > 180:  # both sides of the date line
        lons = np.where(lons < 0, lons + 360, lons)
    lat, lon = (float(np.percentile(x, [2, 98]).mean()) for x in (lats, lons))
    return lat, lon - 360 if lon > 180 else lon


# ---- airports and features -----------------------------------------------------------------


def read_airports(source: Path, towns: list[Place], admin1: dict[str, tuple[int, str]]) -> Iterator[Place]:
    """Airports and air bases; strips of countries that have thousands only where an airline or an army uses them."""
    keys1 = {(c.split(".", 1)[0], loose_key(plain(n))): c.split(".", 1)[1] for c, (_, n) in admin1.items()}
    nearest = Nearest(towns)
    with lzma.open(source / "airports_airportsdata.csv.xz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            name, country = row["name"].strip(), row["country"]
            lat, lon = float(row["lat"]), float(row["lon"])
            used = row["iata"] or MILITARY.search(name)
            if len(fold(name)) < 4 or (country in MANY_STRIPS and not used):
                continue
            names = [name]
            short = re.sub(r" (?:International|Regional|Domestic|Municipal|Army|Military)\b", "", name)
            names += [short, re.sub(r" (?:Air ?Base|Airport|Airfield|Air Field|Air Station)$", " airport", short)]
            if row["city"]:
                names.append(f"{row['city']} airport")
            adm1 = keys1.get((country, loose_key(plain(row["subd"]))), "") or nearest.admin1(country, lat, lon)
            kept = keep_names(name, names[1:])
            yield Place(0, name, "airport", country, adm1, lat, lon, 1 if row["iata"] else 0, 0, 3, kept)


class Nearest:
    """The admin 1 of the town nearest to a point, within a country."""

    def __init__(self, towns: list[Place]) -> None:
        self.towns = defaultdict(list)
        for town in towns:
            self.towns[town.country].append(town)
        self.points = {c: np.array([(t.lat, t.lon) for t in ts]) for c, ts in self.towns.items()}

    def admin1(self, country: str, lat: float, lon: float) -> str:
        if country not in self.points:
            return ""
        delta = (self.points[country] - (lat, lon)) * (1, math.cos(math.radians(lat)))
        return self.towns[country][int((delta**2).sum(1).argmin())].admin1


FEATURE_LEVELS = {"river": "river", "lake": "lake", "marine": "sea", "disputed": "disputed",
                  "elevation": "mountain", "region_point": "feature"}  # fmt: skip


def read_features(source: Path) -> Iterator[Place]:
    text = (source / "naturalearth/features_10m.tsv").read_bytes().decode().replace("\r", " ")
    seen: set[tuple[str, str]] = set()
    head, *lines = text.split("\n")
    for line in filter(None, lines):
        row = dict(zip(head.split("\t"), line.split("\t"), strict=True))
        name, kind = row["name"].strip(), row["kind"]
        if not name or len(fold(name)) < 3:
            continue
        level = FEATURE_LEVELS.get(kind, "feature")
        if kind == "region" and row["featurecla"] == "Continent":
            level = "region"
        name = name.title() if name.isupper() else name
        if level in ("river", "sea") and (name, level) in seen:  # a river comes in stretches; the first stands for it
            continue
        seen.add((name, level))
        corners = [float(row[k] or 0) for k in ("min_lat", "min_lon", "max_lat", "max_lon")]
        radius = min(3000, max(5, round(distance(*corners) / 2)))
        names = [name]
        if kind == "river" and "iver" not in name:
            names.append(f"{name} River")
        others = [a for a in row["alternate_names"].split("|") if a and level != "disputed"]
        kept = keep_names(name, names[1:] + others)
        rank = max(0, 10 - round(float(row["scalerank"] or 10)))
        yield Place(0, name, level, "", "", float(row["latitude"]), float(row["longitude"]), rank, 0, radius, kept)


# ---- geometry ------------------------------------------------------------------------------


def features(source: Path, name: str) -> list[dict[str, Any]]:
    with lzma.open(source / "naturalearth" / name, "rt", encoding="utf-8") as file:
        found: list[dict[str, Any]] = json.load(file)["features"]
    return found


def country_code(properties: dict[str, Any]) -> str:
    """ISO code of a Natural Earth country; the columns are -99 for France, Norway and a few others."""
    for key in ("ISO_A2", "ISO_A2_EH"):
        if properties.get(key) and properties[key] != "-99":
            return str(properties[key])
    return {"France": "FR", "Norway": "NO", "Kosovo": "XK"}.get(properties["NAME"], "")


def country_rings(source: Path) -> dict[str, list[Any]]:
    rings: dict[str, list[Any]] = defaultdict(list)
    for feature in features(source, "ne_50m_admin_0_countries.geojson.xz"):
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        rings[country_code(feature["properties"])] += [np.array(p[0], float) for p in polygons]
    rings.pop("", None)
    return rings


def largest_ring_centre(rings: list[Any]) -> tuple[float, float]:
    points = inside_points(max(rings, key=ring_area))
    return float(points[:, 0].mean()), float(points[:, 1].mean())


def ring_area(ring: Any) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def inside_points(ring: Any, steps: int = 40) -> Any:
    """Points (lat, lon) of a grid that lie in the ring, by the even-odd rule; the ring's own points if none does."""
    xs = np.linspace(ring[:, 0].min(), ring[:, 0].max(), steps)
    ys = np.linspace(ring[:, 1].min(), ring[:, 1].max(), steps)
    gx, gy = (g.ravel() for g in np.meshgrid(xs, ys))
    inside = np.zeros(gx.shape, bool)
    for (x1, y1), (x2, y2) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        if y1 != y2:
            inside ^= ((y1 > gy) != (y2 > gy)) & (gx < (x2 - x1) * (gy - y1) / (y2 - y1) + x1)
    points = np.stack([gy[inside], gx[inside]], 1)
    return points if len(points) else ring[:, ::-1]


def country_parts(source: Path) -> Iterator[tuple[str, int, float, float, int]]:
    """ "northern Syria": the middle of the northern third of the largest polygon, and so for each bearing."""
    for code, rings in sorted(country_rings(source).items()):
        yield from parts(code, inside_points(max(rings, key=ring_area)))


def admin1_parts(towns: list[Place]) -> Iterator[tuple[str, int, float, float, int]]:
    """The same for admin 1 units, whose outline is not at hand: from their towns."""
    for code, members in sorted(by_admin1(towns).items()):
        if len(members) >= 6:
            yield from parts(code, np.array([(t.lat, t.lon) for t in members]))


def parts(area: str, points: Any) -> Iterator[tuple[str, int, float, float, int]]:
    shrink = math.cos(math.radians(float(points[:, 0].mean())))
    for bearing in BEARINGS:
        angle = math.radians(bearing)
        along = points[:, 0] * math.cos(angle) + points[:, 1] * shrink * math.sin(angle)
        third = points[along >= along.min() + (along.max() - along.min()) * 2 / 3]
        lat, lon = third.mean(0)
        radius = max(distance(lat, lon, a, b) for a, b in third)
        yield area, bearing, float(lat), float(lon), max(5, round(radius * 0.8))


def read_borders(source: Path) -> list[tuple[str, str, str]]:
    """Every land boundary as points about 20 km apart, for "near the Syrian border" and "between Iraq and Syria"."""
    codes = {}
    for feature in features(source, "ne_50m_admin_0_countries.geojson.xz"):
        codes[feature["properties"]["ADM0_A3"]] = country_code(feature["properties"])
    lines: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for feature in features(source, "ne_10m_admin_0_boundary_lines_land.geojson.xz"):
        one, other = (codes.get(feature["properties"][k] or "", "") for k in ("adm0_a3_l", "adm0_a3_r"))
        geometry = feature["geometry"]
        if not (one and other) or one == other or geometry is None:
            continue
        runs = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        for run in runs:
            lines[min(one, other), max(one, other)] += sampled(run)
    return [(*pair, " ".join(f"{a:.2f},{b:.2f}" for a, b in points)) for pair, points in sorted(lines.items())]


def sampled(run: list[list[float]], step_km: float = 20) -> list[tuple[float, float]]:
    kept: list[tuple[float, float]] = []
    for lon, lat in run:
        if not kept or distance(*kept[-1], lat, lon) >= step_km:
            kept.append((lat, lon))
    return kept


def distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Kilometres between two points, on a sphere."""
    p1, p2 = math.radians(lat1), math.radians(lat2)
    h = math.sin((p2 - p1) / 2) ** 2 + math.cos(p1) * math.cos(p2) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(min(1, math.sqrt(h)))


# ---- the file ------------------------------------------------------------------------------


def write(target: Path, rows: list[Place], area_parts: list[Any], borders: list[Any]) -> None:
    target.unlink(missing_ok=True)
    with sqlite3.connect(target) as db:
        db.executescript("PRAGMA page_size=4096; PRAGMA journal_mode=OFF;" + SCHEMA)
        db.executemany("INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?)", sorted(map(place_row, rows)))
        db.executemany("INSERT INTO name VALUES (?,?)", sorted({k for r in rows for k in name_keys(r)}))
        db.executemany("INSERT INTO skeleton VALUES (?,?,?)", sorted({k for r in rows for k in skeleton_keys(r)}))
        db.executemany("INSERT INTO part VALUES (?,?,?,?,?)",
                       [(a, b, whole(lat), whole(lon), r) for a, b, lat, lon, r in area_parts])  # fmt: skip
        db.executemany("INSERT INTO border VALUES (?,?,?)", borders)
        db.executemany("INSERT INTO about VALUES (?,?)", [("credit", CREDIT), ("format", "1")])
    db = sqlite3.connect(target)
    db.execute("VACUUM")
    db.close()
    with target.open("r+b") as file:  # the change counter and the version of SQLite that wrote it, which say nothing
        for at in (24, 92, 96):
            file.seek(at)
            file.write(b"\0\0\0\1" if at != 96 else b"\0\x2d\xc6\xc0")


def whole(degrees: float) -> int | None:
    return None if math.isnan(degrees) else round(degrees * SCALE)


def place_row(p: Place) -> tuple[Any, ...]:
    others = "|".join(p.names[1:]) if p.names else ""
    return (
        p.id,
        p.name,
        p.level,
        p.country,
        p.admin1,
        whole(p.lat),
        whole(p.lon),
        p.population,
        p.seat,
        p.radius,
        others,
    )


def name_keys(p: Place) -> set[tuple[str, int]]:
    """
    The loose key of each name. After a sign that no key holds, an admin 1 unit is also found by its code ("#IQ.15")
    and a capital by its country ("#IQ").
    """
    keys = {(key, p.id) for key in loose_keys(p.names)}
    if p.level == "adm1":
        keys.add((f"#{p.country}.{p.admin1}", p.id))
    if p.level == "place" and p.seat == 3:
        keys.add((f"#{p.country}", p.id))
    return keys


def skeleton_keys(p: Place) -> set[tuple[str, str, int]]:
    return {(p.country, s, p.id) for s in bones(p.names, p.level, p.country)}


if __name__ == "__main__":
    main()
