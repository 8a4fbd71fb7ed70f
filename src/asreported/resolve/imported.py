"""
What `asreported gazetteer import` made, opened for reading: places beside those that come with the package.

Ids are GeoNames' in both. The package's file is asked first, so a place that both have is one place, and what is here
for it is only added: names, the codes of its admin 2 unit, a point where the package has none. New places are found
within a country, never across the world: every hamlet has the name of a town somewhere.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec

from asreported.errors import GazetteerError
from asreported.records import Record

FORMAT = "places-1"
MOST_PLACES = 20
NEXT_STEP = "import it again, or remove it with `asreported gazetteer remove`"

SCHEMA = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT, level TEXT, country TEXT, admin1 TEXT, lat INTEGER, lon INTEGER,
                    population INTEGER, seat INTEGER, radius INTEGER, names TEXT, admin2 TEXT);
CREATE TABLE name (country TEXT, loose TEXT, size INTEGER, place INTEGER,
                   PRIMARY KEY (country, loose, size, place)) WITHOUT ROWID;
CREATE TABLE skeleton (country TEXT, bones TEXT, size INTEGER, place INTEGER,
                       PRIMARY KEY (country, bones, size, place)) WITHOUT ROWID;
CREATE TABLE added (id INTEGER PRIMARY KEY, lat INTEGER, lon INTEGER, seat INTEGER, names TEXT, admin2 TEXT);
CREATE TABLE alias (loose TEXT, place INTEGER, PRIMARY KEY (loose, place)) WITHOUT ROWID;
CREATE TABLE unit (code TEXT PRIMARY KEY, place INTEGER) WITHOUT ROWID;
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""
"""`size` is minus the population, so that the largest of a name come first. Points are in 1/10000 degrees."""


class Info(Record, frozen=True, kw_only=True):
    """What an imported gazetteer holds. `places` are new, `known` those of the package; by ISO code in `countries`."""

    files: tuple[str, ...]
    imported: str
    newest: str
    """The last day on which GeoNames changed one of its places, or ""."""
    places: int
    known: int
    names_added: int
    countries: dict[str, int]
    credit: str


class Added(Record, frozen=True, kw_only=True):
    """What the import adds to a place of the package."""

    lat: int | None
    lon: int | None
    seat: int
    names: tuple[str, ...]
    admin2: str


PlaceRow = tuple[str, str, str, str, int | None, int | None, int, int, int, str]
"""name, level, country, admin 1 code, lat, lon, population, seat, radius, names: as in the package's file."""


class Imported:
    """An imported gazetteer; safe to keep for the life of the program, also while the file is replaced."""

    def __init__(self, path: Path) -> None:
        """
        Opens the file at `path`.

        Raises: GazetteerError, where it is missing, broken or of another format.
        """
        if not path.is_file():
            raise GazetteerError(f"imported gazetteer {path}: there is no such file; make it with `gazetteer import`")
        self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        try:
            about = dict(self._db.execute("SELECT key, value FROM about").fetchall())
            found = about.get("format")
            if found != FORMAT:
                raise GazetteerError(f"imported gazetteer {path}: format {found!r}, expected {FORMAT!r}; {NEXT_STEP}")
            self.info = msgspec.json.decode(about["info"], type=Info)
        except (sqlite3.DatabaseError, KeyError, msgspec.DecodeError) as err:
            self._db.close()
            raise GazetteerError(f"imported gazetteer {path}: is none, or broken ({err}); {NEXT_STEP}") from err
        except GazetteerError:
            self._db.close()
            raise
        self.path = path

    def named(self, loose: str, country: str) -> list[int]:
        """Ids of the new places of that loose key in a country, largest first."""
        query = "SELECT place FROM name WHERE country = ? AND loose = ? LIMIT ?"
        return [i for (i,) in self._db.execute(query, (country, loose, MOST_PLACES))]

    def with_bones(self, bones: str, country: str) -> list[int]:
        """Ids of the new places of that consonant skeleton in a country, largest first."""
        query = "SELECT place FROM skeleton WHERE country = ? AND bones = ? LIMIT ?"
        return [i for (i,) in self._db.execute(query, (country, bones, MOST_PLACES))]

    def also_named(self, loose: str) -> list[int]:
        """Ids of the package's places that have an added name of that loose key."""
        query = "SELECT place FROM alias WHERE loose = ? LIMIT ?"
        return [i for (i,) in self._db.execute(query, (loose, MOST_PLACES))]

    def row(self, id: int) -> PlaceRow | None:
        """A new place as the package's file would hold it."""
        row: PlaceRow | None = self._db.execute(
            "SELECT name, level, country, admin1, lat, lon, population, seat, radius, names FROM place WHERE id = ?",
            (id,),
        ).fetchone()
        return row

    def admin2(self, id: int) -> str:
        """The code of the admin 2 unit that a new place lies in, or is: "IQ.15.1553"; "" for none."""
        row = self._db.execute("SELECT admin2 FROM place WHERE id = ?", (id,)).fetchone()
        return str(row[0]) if row else ""

    def added(self, id: int) -> Added | None:
        """What is added to a place of the package."""
        query = "SELECT lat, lon, seat, names, admin2 FROM added WHERE id = ?"
        row = self._db.execute(query, (id,)).fetchone()
        if row is None:
            return None
        lat, lon, seat, names, admin2 = row
        return Added(lat=lat, lon=lon, seat=seat, names=tuple(n for n in names.split("|") if n), admin2=admin2)

    def unit(self, code: str) -> int | None:
        """The id of an admin unit by its code, "IQ.15", where the package may lack it."""
        row = self._db.execute("SELECT place FROM unit WHERE code = ?", (code,)).fetchone()
        return int(row[0]) if row else None
