"""
Tests that ask for `where` run on SQLite, and on PostgreSQL too where $ASREPORTED_TEST_POSTGRES is the URL of a server.

With PostgreSQL every ledger has a schema of its own, which is removed after the test.
"""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from asreported.ledger import Ledger, open_ledger

POSTGRES = os.environ.get("ASREPORTED_TEST_POSTGRES")
Where = Callable[[], str]


@pytest.fixture(autouse=True)
def unflushed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is flushed to the disk but where that is what is tested: on a busy disk it is most of the time."""
    if request.module.__name__ != "test_durability":
        monkeypatch.setattr("asreported.ledger.connecting.SYNCHRONOUS", "OFF")
        monkeypatch.setattr(os, "fsync", lambda handle: None)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.skipif(not POSTGRES, reason="no server"))]
)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """A function that names a new place for a ledger each time."""
    if request.param == "sqlite":
        numbers = itertools.count(1)
        yield lambda: str(tmp_path / f"ledger{next(numbers)}")
        return
    import psycopg

    schemas: list[str] = []
    with psycopg.connect(str(POSTGRES), autocommit=True) as server:

        def make() -> str:
            schemas.append(f"test_{uuid.uuid4().hex}")
            server.execute(f"CREATE SCHEMA {schemas[-1]}")
            option = quote(f"-csearch_path={schemas[-1]} -csynchronous_commit=off", safe="")
            return f"{POSTGRES}{'&' if '?' in str(POSTGRES) else '?'}options={option}"

        yield make
        for schema in schemas:
            server.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def ledger(where: Where) -> Iterator[Ledger]:
    with open_ledger(where(), create=True) as opened:
        yield opened


@pytest.fixture
def folder_ledger(tmp_path: Path) -> Iterator[Ledger]:
    """For what only a folder has: files."""
    with open_ledger(tmp_path / "ledger", create=True) as opened:
        yield opened
