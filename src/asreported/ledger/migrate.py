"""
An older ledger brought up to date: a backup first (of a folder; PostgreSQL's are made by pg_dump), then the numbered
files of migrations/, in one transaction.

`migrations/0001.sql` leads from version 0 to version 1. Where its first line says `-- rebuild`, what is derived is made
again from the facts, in the same transaction: whatever ends the program, the ledger is of the old version or the new.
"""

from __future__ import annotations

import importlib.resources
import itertools
import os
import sqlite3
from pathlib import Path

from ..errors import LedgerError
from .database import FILE, Database
from .originals import sync_folder
from .rows import REPORT_COLUMNS, row_hash

VERSION = 1


def read_version(database: Database) -> int | None:
    """The version of the schema; None where there are no tables of a ledger yet."""
    if not database.has_table("meta"):
        return None
    row = database.one("SELECT value FROM meta WHERE key = 'schema_version'")
    if row is None or not str(row[0]).isdecimal():
        raise LedgerError(f"{database.name}: the version of the ledger cannot be read; restore a backup")
    return int(row[0])


def migrate(database: Database, version: int) -> None:
    """
    Bring the ledger from `version` to `VERSION`, unless another process was faster.

    The backup is made under the lock, of the very state that the migration begins with.

    Raises: LedgerError where it is of a newer version, or where something fails; it is unchanged then.
    """
    _refuse_newer(database, version)
    with database.write():
        version = read_version(database) or 0
        _refuse_newer(database, version)
        if version == VERSION:
            return
        if database.dialect == "sqlite":
            folder = Path(str(database.where))
            back_up_file(folder, free_name(folder, f"{FILE}.before-{VERSION}"))
        rebuild = False
        for number in range(version + 1, VERSION + 1):
            script = read_migration(number)
            rebuild = rebuild or script.startswith("-- rebuild")
            database.run_script(script)
        if rebuild:
            from .rebuild import rebuild_rows

            hash_rows(database)
            rebuild_rows(database)
        database.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(VERSION),))


def _refuse_newer(database: Database, version: int) -> None:
    if version > VERSION:
        what = f"{database.name}: the ledger is of version {version}, and this asreported knows versions to {VERSION}"
        raise LedgerError(f"{what}; install a newer asreported (`pip install -U asreported`)")


def free_name(folder: Path, name: str) -> str:
    """`name.backup`, or `name-2.backup` and so on where there are such: a backup may be all that is left of a state."""
    names = (f"{name}{f'-{k}' if k > 1 else ''}.backup" for k in itertools.count(1))
    return next(whole for whole in names if not (folder / whole).exists())


def hash_rows(database: Database) -> None:
    """The hashes of the rows of reports and captures that have none yet."""
    columns = REPORT_COLUMNS.removesuffix(", row_sha256")
    for n, *row in database.rows(f"SELECT n, {columns} FROM reports WHERE row_sha256 = ''"):
        database.execute("UPDATE reports SET row_sha256 = ? WHERE n = ?", (row_hash(tuple(row)), n))
    rows = database.rows(
        "SELECT r.n, r.key, c.original_sha256, c.locator, c.origin, c.extractor, c.notes, c.added_at FROM captures c "
        "JOIN reports r ON r.n = c.report_n WHERE c.row_sha256 = ''"
    )
    for n, key, *rest in rows:
        database.execute(
            "UPDATE captures SET row_sha256 = ? WHERE report_n = ? AND original_sha256 = ? AND locator = ?",
            (row_hash((key, *rest)), n, rest[0], rest[1]),
        )


def read_migration(number: int) -> str:
    return importlib.resources.files("asreported.ledger").joinpath("migrations", f"{number:04}.sql").read_text("utf-8")


def back_up_file(folder: Path, name: str) -> Path:
    """
    A copy of the database file beside it, whole when it appears under `name`, which is free.

    Raises: LedgerError.
    """
    part, whole = folder / f".{name}.part", folder / name
    try:
        part.unlink(missing_ok=True)
        copy_database(folder / FILE, part)
        part.replace(whole)
        sync_folder(folder)
    except (OSError, sqlite3.Error) as err:
        raise LedgerError(
            f"{whole}: the backup failed ({err}); nothing was changed. Free some space, try again"
        ) from err
    finally:
        part.unlink(missing_ok=True)
    return whole


def copy_database(source: Path, target: Path) -> None:
    """
    The database as it is at one moment, whoever writes meanwhile; flushed to the disk.

    Raises: sqlite3.Error, OSError.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    reading = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=60)
    writing = sqlite3.connect(target)
    try:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode = DELETE")
    finally:
        writing.close()
        reading.close()
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
