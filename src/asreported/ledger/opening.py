"""
A ledger found, made or brought up to date when it is opened.
"""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

from ..errors import LedgerError
from .copies import algorithm
from .database import FILE, Database, is_url, read_schema
from .migrate import VERSION, migrate, read_version
from .originals import FOLDER, sync_folder
from .rows import now
from .words import create_words


def prepare(where: str | Path, *, create: bool = False) -> Database:
    """
    A connection to the ledger at `where`, of this version.

    Raises: LedgerError where there is none and `create` is not given, where it is of a newer version, or no ledger.
    """
    if not is_url(where):
        where = Path(where)
        if create:
            _make_folder(where)
        elif not (where / FILE).is_file():
            raise LedgerError(f"{where}: there is no ledger here; `asreported add PATH --ledger {where}` makes one")
    database = Database(where)
    try:
        version = read_version(database)
        if version is None:
            if not create and is_url(where):
                raise LedgerError(
                    f"{database.name}: there is no ledger here; `asreported add PATH --ledger URL` makes one"
                )
            make_tables(database)
        elif version != VERSION:
            migrate(database, version)
    except BaseException:
        database.close()
        raise
    return database


def is_ledger(where: str | Path) -> bool:
    """Whether a ledger is at `where` already. Raises: LedgerError where a database cannot be asked."""
    if not is_url(where):
        return (Path(where) / FILE).is_file()
    database = Database(where)
    try:
        return read_version(database) is not None
    finally:
        database.close()


def make_tables(database: Database) -> None:
    """All tables of an empty database, in one transaction; another process may have been faster."""
    with database.write():
        if read_version(database) is not None:
            return
        if database.dialect == "sqlite" and database.rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise LedgerError(f"{database.name}: {FILE} is the database of another program; name another folder")
        database.run_script(read_schema())
        create_words(database)
        for key, value in (
            ("schema_version", str(VERSION)),
            ("ledger_id", str(uuid.uuid4())),
            ("made_at", now()),
            ("signatures", algorithm()),
        ):
            database.execute("INSERT INTO meta VALUES (?, ?)", (key, value))


def _make_folder(folder: Path) -> None:
    """The folder (0700) and an empty file of the database (0600), which SQLite's own files then follow."""
    file = folder / FILE
    if file.is_file():
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others = [entry.name for entry in folder.iterdir() if entry.name not in (FILE, FOLDER)]
        if others:
            raise LedgerError(f"{folder}: the folder holds other files ({others[0]!r}); name a new one for the ledger")
        with contextlib.suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder)
        sync_folder(folder.parent)
    except OSError as err:
        raise LedgerError(
            f"{folder}: the ledger could not be made ({err.strerror or err}); choose another place"
        ) from err
