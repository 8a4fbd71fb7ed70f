"""
A copy of a ledger in another folder, taken while others write: the database as it is at one moment, and its originals.

It takes the place of an earlier copy of the same ledger alone, and only where that holds nothing of its own: never of
another ledger, nor of a copy in which people went on working.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from ..errors import LedgerError
from .database import FILE
from .migrate import copy_database
from .originals import FOLDER, UNFINISHED, sync_folder
from .store import Ledger


class BackedUp(NamedTuple):
    """How many originals were copied now, and how many an earlier backup had already."""

    copied: int
    there: int


def back_up(ledger: Ledger, target: Path, tell: Callable[[int, int], None] = lambda done, whole: None) -> BackedUp:
    """
    Make the folder `target` a ledger with all that is kept at this moment.

    An earlier backup in it is brought up to date.

    The new database takes the place of the old one when all its originals are there, so that a backup that is stopped
    leaves the earlier one. Raises: LedgerError, also where `target` holds what this ledger does not.
    """
    if ledger.database.dialect == "postgresql":
        raise LedgerError(f"{ledger.database.name}: PostgreSQL makes backups itself: pg_dump --format=custom")
    source = Path(str(ledger.database.where))
    if target.resolve().is_relative_to(source.resolve()):
        raise LedgerError(f"{target}: a ledger cannot be backed up into itself; name another folder")
    if target.exists() and (not target.is_dir() or (any(target.iterdir()) and not _is_backup(target))):
        raise LedgerError(f"{target}: there is something else here; name a new folder, or that of an earlier backup")
    try:
        _refuse_other(source, target)
        return _back_up(ledger, source, target, tell)
    except (OSError, sqlite3.Error) as err:
        what = f"{target}: the backup failed ({err})"
        raise LedgerError(f"{what}; free some space or choose another disk, and run the command again") from err


def _is_backup(folder: Path) -> bool:
    return (folder / FILE).is_file() or all(p.name == FOLDER or p.name.endswith(UNFINISHED) for p in folder.iterdir())


OWN = {
    "reports": "SELECT 1 FROM there.reports t WHERE NOT EXISTS (SELECT 1 FROM main.reports o WHERE o.key = t.key)",
    "readings": "SELECT 1 FROM there.readings t JOIN there.reports r ON r.n = t.report_n WHERE NOT EXISTS (SELECT 1 "
    "FROM main.reports o JOIN main.readings g ON g.report_n = o.n "
    "WHERE o.key = r.key AND g.reader = t.reader AND g.sha256 = t.sha256 AND g.read_at = t.read_at)",
    "captures": "SELECT 1 FROM there.captures t JOIN there.reports r ON r.n = t.report_n WHERE NOT EXISTS (SELECT 1 "
    "FROM main.reports o JOIN main.captures c ON c.report_n = o.n "
    "WHERE o.key = r.key AND c.original_sha256 = t.original_sha256 AND c.locator = t.locator)",
    "decisions": "SELECT 1 FROM there.decisions t WHERE NOT EXISTS (SELECT 1 FROM main.decisions o "
    "WHERE o.n = t.n AND o.sha256 = t.sha256)",
}
"""What finds a fact in the folder named as `there` that the ledger does not have."""


def _refuse_other(source: Path, target: Path) -> None:
    """Raises: LedgerError where the ledger in `target`, if there is one, is no earlier state of that in `source`."""
    if not (target / FILE).is_file():
        return
    with contextlib.closing(sqlite3.connect(_read_only(source / FILE), uri=True, timeout=60)) as database:
        try:
            database.execute("ATTACH ? AS there", (_read_only(target / FILE),))
            ids = [database.execute(f"SELECT value FROM {name}.meta WHERE key = 'ledger_id'").fetchone()
                   for name in ("main", "there")]  # fmt: skip
            own = [what for what, sql in OWN.items() if ids[0] == ids[1] and database.execute(sql).fetchone()]
        except sqlite3.DatabaseError as err:
            what = f"{target}: what is here cannot be read as an earlier backup ({err})"
            raise LedgerError(f"{what}; name a new folder") from err
    if ids[0] != ids[1]:
        raise LedgerError(f"{target}: another ledger is here, which would be lost; name a new folder")
    if own:
        what = f"{target}: the copy of the ledger that is here holds {own[0]} that the ledger does not have"
        raise LedgerError(f"{what}, which would be lost; name a new folder")


def _read_only(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro"


def _back_up(ledger: Ledger, source: Path, target: Path, tell: Callable[[int, int], None]) -> BackedUp:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    (target / FOLDER).mkdir(mode=0o700, exist_ok=True)
    part = target / f".{FILE}{UNFINISHED}"
    part.unlink(missing_ok=True)
    try:
        copy_database(source / FILE, part)
        wanted = _originals_in(part)
        copied = 0
        for done, sha in enumerate(wanted):
            copied += _copy_original(ledger, sha, target)
            tell(done + 1, len(wanted))
        _refuse_other(source, target)  # somebody may have worked in it meanwhile
        for extra in (f"{FILE}-wal", f"{FILE}-shm"):  # of a program that opened the earlier backup
            (target / extra).unlink(missing_ok=True)
        part.replace(target / FILE)
        sync_folder(target)
    finally:
        part.unlink(missing_ok=True)
    return BackedUp(copied, len(wanted) - copied)


def _originals_in(file: Path) -> list[str]:
    connection = sqlite3.connect(_read_only(file), uri=True)
    try:
        return [row[0] for row in connection.execute("SELECT sha256 FROM originals ORDER BY sha256")]
    finally:
        connection.close()


def _copy_original(ledger: Ledger, sha: str, target: Path) -> bool:
    source = ledger.originals.path(sha)
    assert source is not None
    copy = target / FOLDER / sha[:2] / sha
    if copy.is_file() and copy.stat().st_size == source.stat().st_size:
        return False
    copy.parent.mkdir(mode=0o700, exist_ok=True)
    part = copy.parent / f".{sha}{UNFINISHED}"
    try:
        with source.open("rb") as reading, part.open("wb") as writing:
            part.chmod(0o600)
            shutil.copyfileobj(reading, writing, 1 << 20)
            writing.flush()
            os.fsync(writing.fileno())
        part.replace(copy)
        sync_folder(copy.parent)
    finally:
        part.unlink(missing_ok=True)
    return True
