"""
Make a gazetteer of the user's own from GeoNames dumps, for `Imported` to read; `import_writer` writes it.

The dumps are streamed into a temporary folder beside the target, which appears in one step when it is whole: an import
that fails or is stopped leaves what was there.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from asreported.errors import GazetteerError
from asreported.records import Record

from .gazetteer import countries
from .geonames import Tell
from .import_writer import ImportWriter
from .imported import Info


class Result(Record, frozen=True, kw_only=True):
    """What an import made and what it left out: lines that did not fit, the first of them, and ids that came again."""

    info: Info
    faults: int
    first_faults: tuple[str, ...]
    duplicates: int


def import_geonames(
    dumps: Sequence[Path],
    target: Path,
    *,
    alternates: Path | None = None,
    codes: Sequence[Path] = (),
    within: frozenset[str] = frozenset(),
    tell: Tell = lambda name, done, whole: None,
) -> Result:
    """
    Writes `target` from the `dumps`, replacing what is there; places of the countries `within` only, if it names any.

    Raises: GazetteerError, where a file cannot be used, nothing is left to import, or the disk is full.
    """
    if unknown := sorted(within - set(countries())):
        raise GazetteerError(f"no country has the code {', '.join(unknown)}: give ISO 3166-1 codes, such as IQ,SY")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent))
    except OSError as err:
        raise GazetteerError(f"{target}: cannot be written ({err.strerror}); give another place with --out") from err
    try:
        with ImportWriter(folder / target.name, within) as work:
            if alternates is not None:
                work.stage_alternates(alternates, tell)
            for dump in dumps:
                work.add_dump(dump, tell)
            for file in codes:
                work.add_units(file, tell)
            files = [p.name for p in (*dumps, *([alternates] if alternates else []), *codes)]
            info, faults = work.finish(files, tell), work.faults
        _replace(folder / target.name, target)
        return Result(info=info, faults=faults.count, first_faults=tuple(faults.first), duplicates=work.duplicates)
    except (sqlite3.Error, OSError) as err:
        raise GazetteerError(f"{target}: {_explain(err, target.parent)}") from err
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_gazetteer(path: Path) -> bool:
    """Removes an imported gazetteer, and what a killed import left beside it; whether there was anything."""
    left = sorted(path.parent.glob(f".{path.name}.*.part")) if path.parent.is_dir() else []
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    found = path.is_file()
    path.unlink(missing_ok=True)
    return found or bool(left)


def _replace(made: Path, target: Path) -> None:
    with made.open("rb+") as file:
        os.fsync(file.fileno())
    made.replace(target)


def _explain(err: sqlite3.Error | OSError, folder: Path) -> str:
    codes = (getattr(err, "errno", None), getattr(err, "sqlite_errorcode", None))
    if errno.ENOSPC not in codes and sqlite3.SQLITE_FULL not in codes:
        return f"could not be written ({err}); what was there is unchanged"
    free = shutil.disk_usage(folder).free / 1e6
    return (
        f"the disk is full ({free:,.0f} MB are free here); make room, name fewer --countries, or give another place "
        "with --out; what was there is unchanged"
    )
