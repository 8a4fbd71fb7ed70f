"""
Connections to SQLite and to PostgreSQL as the ledger wants them, and what their errors mean for people.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import LedgerError

BUSY_SECONDS = 60
CACHE = 128 << 20
"""Bytes of the file that a connection of SQLite's keeps in memory at most; one that writes keeps twice as many."""

SYNCHRONOUS = "FULL"
"""SQLite flushes each commit to the disk before it says that it is kept."""

# ---- SQLite ------------------------------------------------------------------------------

ADVICE = (
    ("disk is full", "the disk is full; free some space and run the command again, nothing half-written is left"),
    ("readonly", "it may not be written; check the rights of the folder and its files"),
    ("locked", f"another program has been writing to it for {BUSY_SECONDS} seconds; wait for that and try again"),
    ("malformed", "the file is damaged; restore a backup (`asreported ledger verify` says what is broken)"),
    ("not a database", "the file is damaged or no ledger; restore a backup"),
    ("disk I/O error", "the disk could not be read or written; check it, and run the command again"),
    ("unable to open", "the file could not be opened; check that it is there and may be read"),
    ("interrupted", "the search took too long and was ended; narrow it"),
)


def tell_sqlite(err: sqlite3.Error) -> str:
    """
    What went wrong and what to do.

        >>> tell_sqlite(sqlite3.OperationalError("database or disk is full"))
        'the disk is full; free some space and run the command again, nothing half-written is left'
    """
    text = str(err)
    return next((advice for words, advice in ADVICE if words in text), text)


def open_sqlite(file: Path, read_only: bool) -> sqlite3.Connection:
    mode = "ro" if read_only else "rw"
    try:
        connection = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        connection.execute("PRAGMA foreign_keys = ON")
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
            connection.execute(f"PRAGMA journal_size_limit = {64 << 20}")
            # Adding touches some thirty trees: what is written again and again goes to the file only now and then.
            connection.execute(f"PRAGMA wal_autocheckpoint = {(48 << 20) // 4096}")
        connection.execute(f"PRAGMA cache_size = -{(CACHE if read_only else 2 * CACHE) >> 10}")
        connection.execute("PRAGMA temp_store = MEMORY")
    except sqlite3.Error as err:
        raise LedgerError(f"{file.parent}: {tell_sqlite(err)}") from err
    return connection


# ---- PostgreSQL --------------------------------------------------------------------------


def open_postgresql(url: str, name: str, read_only: bool, seconds: float | None) -> tuple[Any, type[Exception]]:
    try:
        import psycopg
    except ModuleNotFoundError as err:
        raise LedgerError("a ledger in PostgreSQL needs psycopg: pip install 'asreported[postgres]'") from err
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
        connection.execute(f"SET lock_timeout TO '{BUSY_SECONDS}s'")
        connection.execute("SET client_min_messages TO warning")
        if read_only:
            connection.execute("SET default_transaction_read_only TO on")
        if seconds is not None:
            connection.execute(f"SET statement_timeout TO {int(seconds * 1000)}")
    except psycopg.Error as err:
        raise LedgerError(f"{name}: {' '.join(str(err).split())}; check the address and the password") from err
    return connection, psycopg.Error


def without_password(url: str) -> str:
    """
    `url` as it may be shown.

        >>> without_password("postgresql://me:secret@host:5432/ledger?options=x")
        'postgresql://me@host:5432/ledger'
    """
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    shown = f"{user.partition(':')[0]}@{host}" if user else host
    return f"{parts.scheme}://{shown}{parts.path}"
