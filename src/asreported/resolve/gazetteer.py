"""
The places that can be looked up: GeoNames and others as built by tools/build_gazetteer.py, and our own tables.

The built file (data/gazetteer.sqlite) is read as it lies; the tables (data/countries.toml, data/places_*.toml) are read
when a gazetteer is opened and go first: they give the usual English names, and what the built file lacks. Place data
from GeoNames (geonames.org), CC BY 4.0; made with Natural Earth.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import math
import sqlite3
from collections.abc import Iterable
from pathlib import Path

import msgspec

from asreported.codebook import load_table
from asreported.errors import ModelError, TableError
from asreported.records import Record

from .imported import Imported
from .place_names import contracted, fold, loose_key, news_spelling, skeleton, without_articles

SCALE = 10_000  # degrees are kept as integers of 1/10000
FORMAT = "1"
LONGEST_NAME = 80
MOST_ROWS = 120
"""The most places of the built gazetteer that are looked at for one name, the largest first."""
OTHER_NAME = 0.99
"""The best fit of a place that we name ourselves by a name that only GeoNames has for it."""
BEARINGS = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")


class Place(Record, frozen=True, kw_only=True):
    """
    One place: a point with its radius, level and names.

    `id` is the GeoNames id, negative where GeoNames has none. `level` is country, adm1, adm2, place, airport, region,
    sea, lake, river, mountain, feature, disputed, crossing, line or site. `admin1` is the
    plain name of the unit, `code` GeoNames' code of it ("IQ.15").
    """

    id: int
    name: str
    level: str
    country: str | None
    code: str = ""
    admin1: str | None = None
    lat: float | None = None
    lon: float | None = None
    population: int = 0
    seat: int = 0
    radius_km: int = 0
    names: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    """All countries of a region that has several, or of both sides of a crossing."""
    own: bool = False
    within: str | None = None
    """The town that a neighbourhood or site belongs to, by name."""
    admin2: str = ""
    """The code of the admin 2 unit that it lies in or is, "IQ.15.1553"; known only from an imported gazetteer."""
    imported: bool = False
    """Whether the user's own gazetteer gave it."""


class Match(Record, frozen=True, kw_only=True):
    """A place that a name could mean; `fit` is 1 as written, 0.8 in another spelling, up to 0.5 by consonants."""

    place: Place
    fit: float


class Country(Record, frozen=True, kw_only=True):
    """A row of data/countries.toml."""

    iso2: str
    name: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]
    point: tuple[float, float] | None = None
    """Latitude and longitude, degrees; None: that of its GeoNames row."""


class _Countries(msgspec.Struct, frozen=True):
    country: tuple[Country, ...]


class _States(msgspec.Struct, frozen=True):
    state: dict[str, str]


@functools.cache
def countries() -> dict[str, Country]:
    """
    Countries by ISO code.

        >>> countries()["SY"].demonyms
        ('Syrian',)
    """
    return {c.iso2: c for c in load_table("countries.toml", _Countries).country}


@functools.cache
def country_words() -> dict[str, tuple[str, bool]]:
    """
    Every name and demonym of a country, as written, with its code and whether it is a demonym.

        >>> country_words()["Syrians"], country_words()["U.S."]
        (('SY', True), ('US', False))
    """
    words: dict[str, tuple[str, bool]] = {}
    for c in countries().values():
        for name in (c.name, *c.aliases):
            words.setdefault(name.removeprefix("the ").removeprefix("The "), (c.iso2, False))
        for demonym in c.demonyms:
            plural = demonym if demonym.endswith(("s", "sh", "ch", "ese", "men")) else demonym + "s"
            for form in (demonym, plural):
                words.setdefault(form, (c.iso2, True))
    return words


@functools.cache
def state_codes() -> dict[str, str]:
    """
    GeoNames' codes of the states of the United States, Canada and Australia and of the parts of the United Kingdom, by
    abbreviation and name.

        >>> state_codes()["Calif."], state_codes()["Queensland"]
        ('US.CA', 'AU.04')
    """
    return load_table("places_states.toml", _States).state


class Gazetteer:
    """The built file and the tables, opened for reading; safe to keep for the life of the program."""

    def __init__(self, path: Path | None = None, imported: Imported | None = None) -> None:
        """
        Opens the embedded file, or the one at `path`; places that the user imported are looked up too.

        Raises: ModelError, where the file is missing or of another format.
        """
        path = path or embedded_path()
        self._imported = imported
        if not path.is_file():
            raise ModelError(f"gazetteer {path}: there is no such file; build it with tools/build_gazetteer.py")
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            found = self._db.execute("SELECT value FROM about WHERE key = 'format'").fetchone()
        except sqlite3.DatabaseError as err:
            raise ModelError(f"gazetteer {path}: is no gazetteer ({err}); build it again") from err
        if found != (FORMAT,):
            raise ModelError(f"gazetteer {path}: format {found!r}, expected {FORMAT!r}; build it again")
        self._admin1 = {row["code"]: row for row in read_tsv("places_admin1.tsv")}
        self._rows = [row for table in OWN_TABLES for row in read_tsv(table)]
        self._renamed = {int(row["id"]): row for row in self._rows if row["id"] and not row["lat"]}
        self._placed = {int(row["id"]): row for row in self._rows if row["id"] and row["lat"]}
        self._by_code = self._country_ids()

    # ---- looking up ----------------------------------------------------------------------

    @functools.lru_cache(maxsize=2048)  # noqa: B019 - names come again in a report, and in the next one
    def look_up(self, name: str) -> tuple[Match, ...]:
        """The places that `name` could mean, best fit first; () where there is none or the name is too long."""
        return _best_first(self._look_up(name)) if 1 < len(name) <= LONGEST_NAME else ()

    def look_up_bones(self, name: str, within: Iterable[str]) -> tuple[Match, ...]:
        """
        The places in the countries `within` whose consonants are those of `name`: the last resort.

        A fit of 0.5, less for each letter by which the loose keys differ.
        """
        bones = skeleton(name) if len(name) <= LONGEST_NAME else ""
        found: list[Match] = []
        for country in sorted(set(within)) if len(bones) >= 3 else ():
            rows = self._db.execute(
                "SELECT place FROM skeleton WHERE country = ? AND bones = ? LIMIT 20", (country, bones)
            )
            found += [Match(place=self.place(i), fit=_bone_fit(name, self.place(i))) for (i,) in rows.fetchall()]
        return _best_first(m for m in found if m.fit > 0.3)

    @property
    def has_imported(self) -> bool:
        """Whether an imported gazetteer is looked into too."""
        return self._imported is not None

    @functools.lru_cache(maxsize=2048)  # noqa: B019
    def look_up_imported(self, name: str, within: tuple[str, ...]) -> tuple[Match, ...]:
        """The imported places in the countries `within` that `name` could mean, best fit first."""
        if self._imported is None or not 1 < len(name) <= LONGEST_NAME or not (key := loose_key(name)):
            return ()
        ids = dict.fromkeys(i for country in within for i in self._imported.named(key, country))
        return _best_first(Match(place=p, fit=_fit(name, p)) for p in map(self._place, ids) if p.imported)

    def look_up_imported_bones(self, name: str, within: tuple[str, ...]) -> tuple[Match, ...]:
        """As `look_up_bones`, of imported places."""
        bones = skeleton(name) if self._imported and len(name) <= LONGEST_NAME else ""
        if self._imported is None or not bones:
            return ()
        ids = dict.fromkeys(i for country in within for i in self._imported.with_bones(bones, country))
        return _best_first(Match(place=p, fit=_bone_fit(name, p)) for p in map(self._place, ids) if p.imported)

    def place(self, id: int) -> Place:
        """The place of that id, as the built file has it with our names."""
        return self._place(id)

    def country(self, code: str) -> Place | None:
        """The country of that ISO code, as a place."""
        return self._place(self._by_code[code]) if code in self._by_code else None

    def capital(self, code: str) -> Place | None:
        """The capital of the country of that ISO code."""
        row = self._db.execute("SELECT place FROM name WHERE loose = ? ORDER BY place", (f"#{code}",)).fetchone()
        return self._place(row[0]) if row else None

    def state(self, abbreviation: str) -> tuple[Match, ...]:
        """The state, province or part (of the United Kingdom) that is written so: "Calif.", "B.C.", "N.Y."."""
        forms = (abbreviation, abbreviation.rstrip("."), f"{abbreviation}.")
        code = next((state_codes()[f] for f in forms if f in state_codes()), None)
        unit = self.admin1(code) if code else None
        return (Match(place=unit, fit=1.0),) if unit else ()

    def admin1(self, code: str) -> Place | None:
        """The admin 1 unit of a code such as "IQ.15"."""
        row = self._db.execute("SELECT place FROM name WHERE loose = ?", (f"#{code}",)).fetchone()
        if row is None and self._imported and (id := self._imported.unit(code)) is not None:
            return self._place(id)
        return self._place(row[0]) if row else None

    # ---- geometry ------------------------------------------------------------------------

    def part(self, place: Place, bearing: int) -> tuple[float, float, int] | None:
        """The middle and radius of the third of a country or admin 1 unit towards `bearing` (0 north, 90 east)."""
        area = place.country if place.level == "country" else place.code
        row = self._db.execute(
            "SELECT lat, lon, radius FROM part WHERE area = ? AND bearing = ?", (area, bearing % 360 // 45 * 45)
        ).fetchone()
        return (row[0] / SCALE, row[1] / SCALE, row[2]) if row else None

    def border(self, one: str, other: str | None = None) -> tuple[tuple[float, float], ...]:
        """Points along the land border of two countries, or along all land borders of one."""
        if other is None:
            rows = self._db.execute("SELECT points FROM border WHERE one = ? OR other = ?", (one, one)).fetchall()
        else:
            pair = (min(one, other), max(one, other))
            rows = self._db.execute("SELECT points FROM border WHERE one = ? AND other = ?", pair).fetchall()
        points = " ".join(r[0] for r in rows).split()
        return tuple((float(a), float(b)) for a, b in (p.split(",") for p in points))

    def _country_ids(self) -> dict[str, int]:
        """GeoNames ids by ISO code, found by the countries' names: the file has no index by level."""
        keys = sorted({loose_key(c.name) for c in countries().values()})
        query = (
            "SELECT p.country, p.id FROM json_each(?) k CROSS JOIN name n ON n.loose = k.value"
            " CROSS JOIN place p ON p.id = n.place WHERE p.level = 'country'"
        )
        rows = self._db.execute(query, (json.dumps(keys),)).fetchall()
        return {code: id for code, id in rows if code in countries()}

    # ---- reading -------------------------------------------------------------------------

    def _look_up(self, name: str) -> list[Match]:
        key = loose_key(name)
        if not key:
            return []
        found = [Match(place=p, fit=_fit(name, p)) for p in map(self._own_or_built, self._own.get(key, ()))]
        known = {m.place.id for m in found}
        rows = self._db.execute(
            "SELECT p.id FROM name n JOIN place p ON p.id = n.place WHERE n.loose = ?"
            " ORDER BY p.population DESC, p.id LIMIT ?",
            (key, MOST_ROWS),
        ).fetchall()
        if self._imported:
            rows += [(i,) for i in self._imported.also_named(key) if (i,) not in rows]
        built = [self._place(i) for (i,) in rows if i not in known]
        # A place that we name ourselves is less likely to be meant by a name that only GeoNames has for it (Aleppo was
        # once Berea).
        return found + [Match(place=p, fit=min(_fit(name, p), OTHER_NAME if p.own else 1.0)) for p in built]

    @functools.lru_cache(maxsize=20_000)  # noqa: B019 - a gazetteer lives as long as the program
    def _place(self, id: int) -> Place:
        if id in self._placed:
            return _own_place(id, self._placed[id])
        row = self._db.execute(
            "SELECT name, level, country, admin1, lat, lon, population, seat, radius, names FROM place WHERE id = ?",
            (id,),
        ).fetchone()
        added = self._imported.added(id) if self._imported else None
        is_new = row is None and self._imported is not None
        if is_new and self._imported:
            row = self._imported.row(id)
        name, level, country, unit, lat, lon, population, seat, radius, names = row
        code = f"{country}.{unit}" if unit else ""
        admin1 = self._admin1_name(code)
        name, others = self._usual_names(id, level, country, code, name, [n for n in names.split("|") if n])
        if added is not None:
            others += added.names
            seat = max(seat, added.seat)
            lat, lon = (lat, lon) if added.lat is None else (added.lat, added.lon)
        if lat is None and level == "adm2" and (unit_place := self.admin1(code)) and unit_place.lat is not None:
            lat, lon = round(unit_place.lat * SCALE), round((unit_place.lon or 0) * SCALE)
        if level == "country" and country in countries() and (point := countries()[country].point):
            lat, lon = (round(degrees * SCALE) for degrees in point)
        return Place(
            id=id,
            name=name,
            level=level,
            country=country or None,
            code=code,
            admin1=admin1,
            lat=None if lat is None else lat / SCALE,
            lon=None if lon is None else lon / SCALE,
            population=population,
            seat=seat,
            radius_km=radius,
            names=tuple(dict.fromkeys(n for n in others if n != name)),
            countries=(country,) if country else (),
            own=id in self._renamed or (level == "adm1" and code in self._admin1),
            admin2=added.admin2 if added else self._imported.admin2(id) if is_new and self._imported else "",
            imported=is_new,
        )

    def _usual_names(
        self, id: int, level: str, country: str, code: str, name: str, others: list[str]
    ) -> tuple[str, list[str]]:
        """The name in English news and all others, ours first."""
        if id in self._renamed:
            row = self._renamed[id]
            return row["name"], [*_split(row["aliases"]), name, *others]
        if level == "adm1":
            ours = self._admin1.get(code)
            usual = ours["name"] if ours else (others[0] if others else name)
            full = f"{usual} {ADMIN1_WORDS.get(country, 'Province')}"
            return usual, [*(_split(ours["aliases"]) if ours else ()), full, name, *others]
        if level == "adm2" and others:  # the built file has the plain name second
            return others[0], [name, *others[1:]]
        if level == "country" and country in countries():
            return name, list(countries()[country].aliases)
        plain = news_spelling(name)
        short = [plain[:-1]] if plain.endswith("ah") else []  # "Darat Izza" for "Darat Izzah"
        return plain, [*short, name, *others]

    @functools.lru_cache(maxsize=4096)  # noqa: B019
    def _admin1_name(self, code: str) -> str | None:
        if code in self._admin1:
            return self._admin1[code]["name"]
        row = self._db.execute(
            "SELECT p.name, p.names FROM name n JOIN place p ON p.id = n.place WHERE n.loose = ?", (f"#{code}",)
        ).fetchone()
        if row is None and self._imported and (id := self._imported.unit(code)) is not None:
            row = (unit := self._imported.row(id)) and (unit[0], unit[9])
        return (row[1].split("|")[0] or str(row[0])) if row else None

    @functools.cached_property
    def _own(self) -> dict[str, list[int]]:
        """
        By loose key what our tables name: numbers of own rows, counted from 1 down from zero, or ids of the built file.

        Made at the first look-up, so that opening stays quick.
        """
        own: dict[str, dict[int, None]] = {}
        named = [(self._by_code[c.iso2], (c.name, *c.aliases)) for c in countries().values() if c.iso2 in self._by_code]
        for code, row in self._admin1.items():
            found = self._db.execute("SELECT place FROM name WHERE loose = ?", (f"#{code}",)).fetchone()
            named += [(found[0], (row["name"], *_split(row["aliases"])))] if found else []
        for n, row in enumerate(self._rows):
            named.append((int(row["id"] or OWN_IDS - n), (row["name"], *_split(row["aliases"]))))
        for id, names in named:
            for name in names:
                own.setdefault(loose_key(name), {})[id] = None
        return {key: list(ids) for key, ids in own.items()}

    def _own_or_built(self, id: int) -> Place:
        return self._place(id) if id > OWN_IDS else _own_place(id, self._rows[OWN_IDS - id])


def read_tsv(table: str) -> list[dict[str, str]]:
    """
    The rows of data/`table`: tab-separated, comments after #, the first other line names the columns.

    Raises: TableError, where a row has more or fewer cells than there are columns.
    """
    text = importlib.resources.files("asreported").joinpath("data", table).read_text("utf-8")
    lines = [(n, x) for n, x in enumerate(text.split("\n"), start=1) if x and not x.startswith("#")]
    head = lines[0][1].split("\t")
    for n, line in lines:
        if line.count("\t") != len(head) - 1:
            raise TableError(f"{table} line {n}: {line.count(chr(9)) + 1} cells, expected {len(head)}; correct the row")
    return [dict(zip(head, line.split("\t"), strict=True)) for _, line in lines[1:]]


def _own_place(id: int, row: dict[str, str]) -> Place:
    """A row of our tables that has a point, as a place."""
    return Place(
        id=id,
        name=row["name"],
        level=row["level"],
        country=row["country"] or None,
        admin1=row["admin1"] or None,
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        radius_km=int(row["radius_km"]),
        names=_split(row["aliases"]),
        countries=tuple(row["countries"].split()) or ((row["country"],) if row["country"] else ()),
        own=True,
        within=row["within"] or None,
    )


def _split(cell: str) -> tuple[str, ...]:
    return tuple(x for x in (y.strip() for y in cell.split(",")) if x)


ADMIN1_WORDS = {
    **dict.fromkeys(("UA", "RU", "BY", "KZ", "UZ", "KG"), "Oblast"),
    **dict.fromkeys(("SY", "IQ", "YE", "EG", "JO", "LB", "TN", "OM", "KW", "BH"), "Governorate"),
    **dict.fromkeys(("US", "IN", "NG", "MX", "BR", "AU", "SD", "SS", "SO", "VE", "MY", "MM", "DE"), "State"),
    **dict.fromkeys(("CO", "SV", "HN", "GT", "PE", "HT", "BO", "PY", "UY", "NI"), "Department"),
    **dict.fromkeys(("ET", "ML", "BF", "NE", "TD", "CM", "GH", "IT", "FR", "PH", "TZ"), "Region"),
}
"""What an admin 1 unit is called in English, for its full name; "Province" elsewhere."""
OWN_IDS = -1_000_000
"""Own rows without a GeoNames id count down from here; the built file's own negative ids stay above."""


def embedded_path() -> Path:
    """The file that comes with the package."""
    return Path(str(importlib.resources.files("asreported").joinpath("data", "gazetteer.sqlite")))


def load_gazetteer(imported: Path | None = None) -> Gazetteer:
    """
    The embedded gazetteer, with the one imported to `imported` if it is given; opened once.

    Raises: GazetteerError, where that one is missing or broken.
    """
    return _load(imported)


@functools.cache
def _load(imported: Path | None) -> Gazetteer:
    return Gazetteer(imported=Imported(imported) if imported else None)


OWN_TABLES = ("places_regions.tsv", "places_crossings.tsv", "places_conflict.tsv", "places_common.tsv")


def distance_km(one: Place, other: Place) -> float | None:
    """Kilometres between two places on a sphere; None where one has no point."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return None
    return point_distance(one.lat, one.lon, other.lat, other.lon)


def point_distance(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """
    Kilometres between two points on a sphere.

        >>> round(point_distance(36.335, 43.119, 33.341, 44.401))  # Mosul to Baghdad
        353
    """
    one, other = math.radians(lat1), math.radians(lat2)
    east = math.sin(math.radians(lon2 - lon1) / 2) ** 2
    h = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * east
    return 2 * 6371 * math.asin(min(1.0, math.sqrt(h)))


def _fit(name: str, place: Place) -> float:
    """How well the name fits the place's names: as written 1, without article .97, joined .93, another spelling .8."""
    folded = fold(name)
    bare, short, joined = without_articles(folded), contracted(folded), folded.replace(" ", "")
    best = 0.8
    for other in (place.name, *place.names):
        key = fold(other)
        if key == folded:
            return 1.0
        if without_articles(key) == bare or contracted(key) == short:
            best = max(best, 0.97)
        elif key.replace(" ", "") == joined:
            best = max(best, 0.93)
    return best


def _bone_fit(name: str, place: Place) -> float:
    """0.5 less 0.05 for each vowel that differs in number, over the closest of the place's names."""
    key = loose_key(name)
    others = [loose_key(n) for n in (place.name, *place.names) if skeleton(n) == skeleton(name)]
    return 0.5 - 0.05 * min((abs(len(o) - len(key)) + (o[:1] != key[:1]) * 2 for o in others), default=9)


def _best_first(matches: Iterable[Match]) -> tuple[Match, ...]:
    return tuple(sorted(matches, key=lambda m: (-m.fit, -m.place.population, m.place.id)))
