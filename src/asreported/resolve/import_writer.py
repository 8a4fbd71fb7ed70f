"""
Write the file that `Imported` reads: each row of GeoNames as a new place, or as what it adds to one of the package.

Which features become places, and of which level, is data/geonames_features.tsv.
"""

from __future__ import annotations

import datetime
import functools
import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from asreported.errors import GazetteerError

from .gazetteer import SCALE, embedded_path, read_tsv
from .gazetteer_rows import bones, keep_names, loose_keys, plain_unit, spread
from .geonames import LARGEST_ID, Faults, Row, Tell, Unit, read_alternates, read_rows, read_units
from .imported import FORMAT, SCHEMA, Info
from .place_names import fold

CREDIT = "Place data from GeoNames (geonames.org), CC BY 4.0."
BATCH = 20_000
STAGED = """
CREATE TABLE work.alternate (id INTEGER, usual INTEGER, english INTEGER, name TEXT);
CREATE TABLE work.name (country TEXT, loose TEXT, size INTEGER, place INTEGER);
CREATE TABLE work.skeleton (country TEXT, bones TEXT, size INTEGER, place INTEGER);
CREATE TABLE work.alias (loose TEXT, place INTEGER);
"""
"""Keys wait here to be written in their order: a table of millions that is filled at random takes hours."""
SORTED = {"name": "1, 2, 3, 4", "skeleton": "1, 2, 3, 4", "alias": "1, 2"}


class Feature(NamedTuple):
    """What a feature code becomes; a radius of 0 grows with the population."""

    level: str
    radius_km: int
    seat: int


class Names(NamedTuple):
    """The names of a place in alternateNamesV2: the one that English prefers, and the others, English ones first."""

    usual: str | None
    others: list[str]


@functools.cache
def features() -> dict[str, Feature]:
    """By GeoNames feature code what it becomes."""
    rows = read_tsv("geonames_features.tsv")
    return {r["code"]: Feature(r["level"], int(r["radius_km"]), int(r["seat"])) for r in rows}


class ImportWriter:
    """One import at work: the file to be at `path`, and the staged keys beside it."""

    def __init__(self, path: Path, within: frozenset[str]) -> None:
        self.within = within
        self.faults = Faults()
        self.seen = bytearray(LARGEST_ID // 8 + 1)  # a bit for each id
        self.duplicates = self.places = self.known = self.names_added = 0
        self.newest = ""
        self.has_alternates = False
        self.by_country: Counter[str] = Counter()
        self.buffers: dict[str, list[tuple[Any, ...]]] = {}
        self.db = sqlite3.connect(path, isolation_level=None)
        self.package = sqlite3.connect(f"{embedded_path().absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        # Nobody reads the file before it is whole, so that no journal is needed.
        self.db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536;" + SCHEMA)
        self.db.execute("ATTACH ? AS work", (str(path.with_name("work.sqlite")),))
        self.db.executescript("PRAGMA work.journal_mode=OFF; PRAGMA work.synchronous=OFF;" + STAGED)
        self.db.execute("BEGIN")

    def __enter__(self) -> ImportWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.close()
        self.package.close()

    # ---- reading -------------------------------------------------------------------------

    def stage_alternates(self, path: Path, tell: Tell) -> None:
        for a in read_alternates(path, self.faults, tell):
            self._put("work.alternate", (a.id, a.usual, a.english, a.name))
        self._flush()
        self.db.execute("CREATE INDEX work.alternates ON alternate (id)")
        self.has_alternates = True

    def add_dump(self, path: Path, tell: Tell) -> None:
        for row in read_rows(path, self.faults, tell, self._is_wanted):
            if not self._is_first(row.id):
                self.duplicates += 1
                continue
            self.newest = max(self.newest, row.modified)
            if (known := self._in_package(row.id)) is not None:
                self._add_to_known(row, known)
            elif features()[row.code].level != "country":  # the package has all; others are parts or gone
                self._add_place(row)

    def add_units(self, path: Path, tell: Tell) -> None:
        """Units that no dump held: their names, and the codes of the package's own."""
        for unit in read_units(path, self.faults, tell):
            country, admin1 = unit.code.split(".")[:2]
            if (self.within and country not in self.within) or not self._is_first(unit.id):
                continue
            if self._in_package(unit.id) is not None:
                if unit.code.count(".") == 2:
                    self._put("main.added", (unit.id, None, None, 0, "", unit.code))
                continue
            self._add_unit(unit, country, admin1)

    def _is_wanted(self, cells: list[str]) -> bool:
        country = cells[8]
        return cells[7] in features() and len(country) == 2 and (not self.within or country in self.within)

    def _is_first(self, id: int) -> bool:
        byte, bit = id >> 3, 1 << (id & 7)
        first = not self.seen[byte] & bit
        self.seen[byte] |= bit
        return first

    def _in_package(self, id: int) -> tuple[Any, ...] | None:
        query = "SELECT level, lat, seat, name, names FROM place WHERE id = ?"
        row: tuple[Any, ...] | None = self.package.execute(query, (id,)).fetchone()
        return row

    # ---- writing -------------------------------------------------------------------------

    def _add_to_known(self, row: Row, known: tuple[Any, ...]) -> None:
        level, lat, seat, name, names = known
        self.known += 1
        self.by_country[row.country] += 1
        here = {fold(n) for n in (name, *names.split("|"))}
        alternates = self._alternates(row.id)
        usual = [alternates.usual] if alternates.usual else []
        kept = keep_names(row.name, [*usual, *alternates.others, *row.others])
        new = [n for n in kept if fold(n) not in here]
        more_seat = features()[row.code].seat if features()[row.code].seat > seat and level == "place" else 0
        point = (round(row.lat * SCALE), round(row.lon * SCALE)) if lat is None else (None, None)
        admin2 = _admin2(row)
        if new or more_seat or lat is None or admin2:
            self._put("main.added", (row.id, *point, more_seat, "|".join(new), admin2))
        self.names_added += len(new)
        for key in loose_keys(new):
            self._put("work.alias", (key, row.id))

    def _add_place(self, row: Row) -> None:
        feature = features()[row.code]
        alternates = self._alternates(row.id)
        others = [row.name, *alternates.others, *row.others]
        name = alternates.usual or next((n for n in others if fold(n)), row.name)  # some have no Latin name first
        names = keep_names(name, others)
        if feature.level in ("adm1", "adm2"):
            short = plain_unit(name)
            names = (name, short, *(n for n in names[1:] if n != short))
        keys = loose_keys(names)
        if not keys:  # a name in another script
            return
        self.places += 1
        self.by_country[row.country] += 1
        radius = feature.radius_km or spread(row.population)
        point = (round(row.lat * SCALE), round(row.lon * SCALE))
        self._put_place(row.id, name, feature.level, row.country, row.admin1, point, row.population, feature.seat,
                        radius, names, _admin2(row), keys)  # fmt: skip
        if row.code == "ADM1" and row.admin1:
            self._put("main.unit", (f"{row.country}.{row.admin1}", row.id))

    def _add_unit(self, unit: Unit, country: str, admin1: str) -> None:
        names = (unit.name, plain_unit(unit.name))
        if not (keys := loose_keys(names)):
            return
        level = ("adm1", "adm2")[unit.code.count(".") - 1]
        self.places += 1
        self.by_country[country] += 1
        admin2 = unit.code if level == "adm2" else ""
        radius = features()[level.upper()].radius_km
        self._put_place(unit.id, unit.name, level, country, admin1, (None, None), 0, 0, radius, names, admin2, keys)
        if level == "adm1":
            self._put("main.unit", (unit.code, unit.id))

    def _put_place(
        self, id: int, name: str, level: str, country: str, admin1: str, point: tuple[int | None, int | None],
        population: int, seat: int, radius: int, names: tuple[str, ...], admin2: str, keys: Iterable[str],
    ) -> None:  # fmt: skip
        others = "|".join(names[1:])
        self._put("main.place", (id, name, level, country, admin1, *point, population, seat, radius, others, admin2))
        for key in keys:
            self._put("work.name", (country, key, -population, id))
        for key in bones(names, level, country):
            self._put("work.skeleton", (country, key, -population, id))

    def _alternates(self, id: int) -> Names:
        if not self.has_alternates:
            return Names(None, [])
        query = "SELECT usual, name FROM work.alternate WHERE id = ? ORDER BY usual DESC, english DESC, rowid"
        rows = self.db.execute(query, (id,)).fetchall()
        usual = next((name for is_usual, name in rows if is_usual and loose_keys([name])), None)
        return Names(usual, [name for _, name in rows])

    def _put(self, table: str, row: tuple[Any, ...]) -> None:
        rows = self.buffers.setdefault(table, [])
        rows.append(row)
        if len(rows) >= BATCH:
            self._write(table, rows)

    def _write(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            marks = ",".join("?" * len(rows[0]))
            self.db.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own tables
            rows.clear()

    def _flush(self) -> None:
        for table, rows in self.buffers.items():
            self._write(table, rows)

    def finish(self, files: list[str], tell: Tell) -> Info:
        """Sorts the keys into place and says what the file holds."""
        if not self.places + self.known:
            where = f" of {', '.join(sorted(self.within))}" if self.within else ""
            raise GazetteerError(
                f"{', '.join(files)}: no place{where} is in it that would be kept; nothing was changed"
            )
        self._flush()
        for n, (table, order) in enumerate(SORTED.items()):
            tell("index", n, len(SORTED))
            self.db.execute(f"INSERT INTO main.{table} SELECT DISTINCT * FROM work.{table} ORDER BY {order}")  # noqa: S608
        tell("index", len(SORTED), len(SORTED))
        info = Info(
            files=tuple(files),
            imported=datetime.datetime.now(datetime.UTC).date().isoformat(),
            newest=self.newest,
            places=self.places,
            known=self.known,
            names_added=self.names_added,
            countries=dict(sorted(self.by_country.items())),
            credit=CREDIT,
        )
        about = [("format", FORMAT), ("info", msgspec.json.encode(info).decode())]
        self.db.executemany("INSERT INTO main.about VALUES (?,?)", about)
        self.db.execute("COMMIT")
        return info


def _admin2(row: Row) -> str:
    """The code of the admin 2 unit of a place; smaller units have none, or they would seem to hold all of theirs."""
    if not (row.admin1 and row.admin2) or row.code in ("ADM1", "ADM3", "ADM4", "ADMD"):
        return ""
    return f"{row.country}.{row.admin1}.{row.admin2}"
