"""
Read the files that GeoNames publishes, line by line: dumps of places, alternate names, codes of admin units.

Tab-separated, no header, no quoting, UTF-8; as `.txt` or in the `.zip` of the same name. A line that does not fit is
counted in `Faults` and left out; a file of which no line fits is refused. Memory does not grow with the file, nor with
the length of a line. Source: the readme at download.geonames.org/export/dump.
"""

from __future__ import annotations

import contextlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from asreported.errors import GazetteerError
from asreported.records import Record

LONGEST_LINE = 1 << 17  # the longest in the dumps are about 12,000 bytes
LARGEST_ID = 100_000_000  # GeoNames is at 13.7 million
TRIED = 20  # lines without a good one before a file is refused
NAMED = 5
TELL_EVERY = 20_000
COLUMNS = {
    19: "a dump of places (allCountries.zip, IQ.zip)",
    10: "alternate names: give it with --alternate-names",
    8: "alternate names of the old form, which lack the years: take alternateNamesV2.zip",
    4: "codes of admin units: give it with --admin-codes",
}
LANGUAGES = frozenset(
    "en fr es pt tr ku kmr az so om ha sw ig yo ff rn rw ln ht id ms tl".split()  # noqa: SIM905 - one a line hides it
)
"""Languages whose Latin-script names come to stand in English reports, beside names of no language."""

Tell = Callable[[str, int, int], None]
"""Called now and then with the name of the file, the bytes read and the bytes in all."""


class Faults(msgspec.Struct):
    """How many lines did not fit, and the first few of them."""

    count: int = 0
    first: list[str] = []

    def add(self, where: str, reason: str) -> None:
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(f"{where}: {reason}")


class Row(Record, frozen=True, kw_only=True):
    """A line of a dump. `admin1` and `admin2` are codes within the country and the admin 1 unit, "" for none."""

    id: int
    name: str
    others: list[str]
    lat: float
    lon: float
    code: str
    country: str
    admin1: str
    admin2: str
    population: int
    modified: str


class Alternate(Record, frozen=True, kw_only=True):
    """A line of alternateNamesV2 that may help: `usual` is the name that English prefers."""

    id: int
    name: str
    usual: bool
    english: bool


class Unit(Record, frozen=True, kw_only=True):
    """A line of admin1CodesASCII or admin2Codes: "IQ.15", or "IQ.15.1553"."""

    id: int
    code: str
    name: str


def read_rows(path: Path, faults: Faults, tell: Tell, wanted: Callable[[list[str]], bool]) -> Iterator[Row]:
    """
    The places of a dump whose cells are `wanted`.

    Raises: GazetteerError, where the file is missing, broken or no dump.
    """
    for where, cells in _read_cells(path, 19, faults, tell):
        if not wanted(cells):
            continue
        row = _row(cells)
        if isinstance(row, str):
            faults.add(where, row)
        else:
            yield row


def read_alternates(path: Path, faults: Faults, tell: Tell) -> Iterator[Alternate]:
    """
    Names in languages of use, without links, postal codes, airport codes and colloquial names.

    Raises: GazetteerError, as `read_rows`.
    """
    for where, cells in _read_cells(path, 10, faults, tell):
        language = cells[2]
        if language not in LANGUAGES and language and not language.endswith("-Latn"):
            continue
        if cells[6] == "1" or not cells[3]:
            continue
        id = _id(cells[1])
        if id is None:
            faults.add(where, f"{cells[1]!r} is no GeoNames id")
            continue
        english = language == "en"
        yield Alternate(id=id, name=cells[3], usual=english and cells[4] == "1", english=english)


def read_units(path: Path, faults: Faults, tell: Tell) -> Iterator[Unit]:
    """
    The admin units of admin1CodesASCII.txt or admin2Codes.txt.

    Raises: GazetteerError, as `read_rows`.
    """
    for where, cells in _read_cells(path, 4, faults, tell):
        id = _id(cells[3])
        if id is None or cells[0].count(".") not in (1, 2) or not cells[1]:
            faults.add(where, "no code, name and id of an admin unit")
        else:
            yield Unit(id=id, code=cells[0], name=cells[1])


# ---- cells -------------------------------------------------------------------------------


def _row(cells: list[str]) -> Row | str:
    """The place in 19 cells, or what is wrong with them."""
    id = _id(cells[0])
    if id is None:
        return f"{cells[0][:20]!r} is no GeoNames id"
    if not cells[1]:
        return "the name is empty"
    try:
        lat, lon = float(cells[4]), float(cells[5])
    except ValueError:
        return f"{cells[4][:20]!r}, {cells[5][:20]!r} is no point"
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # also refuses "nan"
        return f"{cells[4][:20]!r}, {cells[5][:20]!r} is no point on earth"
    population = cells[14] or "0"
    if not (population.isascii() and population.isdigit() and len(population) < 12):
        return f"{population[:20]!r} is no population"
    # A vertical bar, which a few names hold, parts the names in our files.
    names = [" ".join(n.split()) for n in f"{cells[2]},{cells[3]}".replace("|", " ").split(",")]
    return Row(
        id=id,
        name=" ".join(cells[1].replace("|", " ").split()),
        others=names,
        lat=lat,
        lon=lon,
        code=cells[7],
        country=cells[8],
        admin1=cells[10] if cells[10] != "00" else "",
        admin2=cells[11],
        population=int(population),
        modified=cells[18],
    )


def _id(cell: str) -> int | None:
    number = int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else 0
    return number if 0 < number <= LARGEST_ID else None


def _read_cells(path: Path, columns: int, faults: Faults, tell: Tell) -> Iterator[tuple[str, list[str]]]:
    """The cells of every line that has as many as it should, with the name of the file and line."""
    good, told, first = 0, 0, ""
    with _open(path) as (file, size):
        for n, line in _read_lines(path, file):
            if n - told >= TELL_EVERY:
                told = n
                tell(path.name, file.tell(), size)
            cells, reason = _cells(line, columns)
            if cells is not None:
                good += 1
                yield f"{path.name} line {n}", cells
            elif line != b"":
                first = first or reason
                faults.add(f"{path.name} line {n}", reason)
                if not good and faults.count >= TRIED:
                    break
        tell(path.name, size, size)
    if not good:
        _refuse(path, columns, first)


def _cells(line: bytes | None, columns: int) -> tuple[list[str] | None, str]:
    if line is None:
        return None, f"longer than {LONGEST_LINE:,} bytes"
    try:
        cells = line.decode("utf-8").split("\t")
    except UnicodeDecodeError:
        return None, "not UTF-8"
    if len(cells) != columns:
        return None, f"{len(cells)} columns, expected {columns}"
    return cells, ""


def _refuse(path: Path, columns: int, first: str) -> None:
    """Says what the file seems to be instead."""
    number = first.split(" ", 1)[0]
    other = COLUMNS.get(int(number)) if number.isdigit() and int(number) != columns else None
    what = f"it seems to hold {other}" if other else f"its first line: {first}" if first else "it is empty"
    raise GazetteerError(
        f"{path}: is not {COLUMNS[columns].split(':')[0]} of GeoNames ({what}); "
        "see https://download.geonames.org/export/dump/ for what there is"
    )


# ---- files -------------------------------------------------------------------------------


@contextlib.contextmanager
def _open(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    """The text of `path`, or of the one member of a zip that holds it, with its size in bytes."""
    try:
        if not zipfile.is_zipfile(path):
            if path.is_file() and path.suffix.lower() == ".zip":
                raise zipfile.BadZipFile("it has no directory at its end")
            with path.open("rb") as file:
                yield file, path.stat().st_size
            return
        with zipfile.ZipFile(path) as archive:
            member = _member(path, archive.infolist())
            with archive.open(member) as file:
                yield file, member.file_size
    except (zipfile.BadZipFile, zlib.error, EOFError) as err:
        raise GazetteerError(f"{path}: the zip is cut short or broken ({err}); download it again") from err
    except (RuntimeError, NotImplementedError) as err:  # a password, or a method that Python lacks
        raise GazetteerError(f"{path}: the zip cannot be unpacked ({err}); unpack it and give the .txt") from err
    except FileNotFoundError as err:
        raise GazetteerError(
            f"{path}: there is no such file; download it from https://download.geonames.org/export/dump/"
        ) from err
    except (IsADirectoryError, PermissionError) as err:
        raise GazetteerError(f"{path}: cannot be read ({err.strerror})") from err


def _member(path: Path, members: Iterable[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    texts = [m for m in members if m.filename.lower().endswith(".txt") and "readme" not in m.filename.lower()]
    same = [m for m in texts if Path(m.filename).stem.lower() == path.stem.lower()]
    found = same or [m for m in texts if Path(m.filename).stem != "iso-languagecodes"]
    if len(found) != 1:
        names = ", ".join(m.filename for m in texts[:5]) or "none"
        raise GazetteerError(
            f"{path}: expected one text {path.stem}.txt in it, found {names}; unpack it and give the .txt that you mean"
        )
    return found[0]


def _read_lines(path: Path, file: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of every line, without its end; None for one that is too long."""
    n = 0
    while line := file.readline(LONGEST_LINE):
        n += 1
        if len(line) < LONGEST_LINE or line.endswith(b"\n"):
            yield n, line.rstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf" if n == 1 else b"")
            continue
        while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
            pass
        yield n, None
