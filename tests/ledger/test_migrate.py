"""An older ledger is brought up to date, after a backup; a newer one is refused."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from asreported.errors import LedgerError
from asreported.ledger import Item, Ledger, open_ledger
from asreported.ledger.dump import dump
from asreported.ledger.migrate import VERSION, migrate
from asreported.ledger.verify import verify
from durability import make_version_0
from made_readings import make_readings, original_of

READINGS = make_readings(6, seed=51, claims=4)


def fill(ledger: Ledger) -> list[str]:
    ledger.add_many([Item(r, original_of(r), "1") for r in READINGS], reader="model 1")
    ledger.decide(ledger.kept([1])[0].key, "accept", who="A")
    return list(dump(ledger))


def test_a_ledger_of_version_0_is_brought_up_to_date(ledger: Ledger) -> None:
    before = fill(ledger)
    kept = ledger.kept([1, 2, 3])
    make_version_0(ledger.database)
    with open_ledger(ledger.database.where) as again:
        assert again.database.rows("SELECT value FROM meta WHERE key = 'schema_version'") == [(str(VERSION),)]
        assert list(dump(again)) == before
        assert again.kept([1, 2, 3]) == kept
        assert not list(verify(again))
        again.add(make_readings(1, seed=3)[0], b"x")


def test_the_backup_before_is_the_ledger_as_it_was(folder_ledger: Ledger, tmp_path: Path) -> None:
    fill(folder_ledger)
    make_version_0(folder_ledger.database)
    folder_ledger.close()
    root = Path(str(folder_ledger.database.where))
    with open_ledger(root):
        pass
    backup = root / f"ledger.sqlite.before-{VERSION}.backup"
    assert backup.stat().st_mode & 0o777 == 0o600
    shutil.copytree(root / "originals", tmp_path / "old" / "originals")
    shutil.copy(backup, tmp_path / "old" / "ledger.sqlite")
    with sqlite3.connect(backup) as old:
        assert old.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == ("0",)
    old.close()
    with open_ledger(tmp_path / "old") as again:
        assert not list(verify(again))


def test_an_earlier_backup_is_not_replaced(folder_ledger: Ledger) -> None:
    fill(folder_ledger)
    make_version_0(folder_ledger.database)
    folder_ledger.close()
    root = Path(str(folder_ledger.database.where))
    first = root / f"ledger.sqlite.before-{VERSION}.backup"
    first.write_bytes(b"of an upgrade before")
    with open_ledger(root):
        pass
    assert first.read_bytes() == b"of an upgrade before"
    with sqlite3.connect(root / f"ledger.sqlite.before-{VERSION}-2.backup") as old:
        assert old.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == ("0",)
    old.close()


def test_who_comes_second_makes_no_backup(folder_ledger: Ledger) -> None:
    """Two programs see the old version, one of them upgrades: the other must not keep the new one as the old."""
    fill(folder_ledger)
    migrate(folder_ledger.database, 0)
    assert not list(Path(str(folder_ledger.database.where)).glob("*.backup"))


def test_the_backup_is_made_under_the_lock(folder_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    import asreported.ledger.migrate as module

    fill(folder_ledger)
    make_version_0(folder_ledger.database)
    real, locked = module.back_up_file, []

    def back_up_file(folder: Path, name: str) -> Path:
        locked.append(folder_ledger.database.in_write)
        return real(folder, name)

    monkeypatch.setattr(module, "back_up_file", back_up_file)
    migrate(folder_ledger.database, 0)
    assert locked == [True]
    assert not list(verify(folder_ledger))


def test_a_newer_ledger_is_refused_and_left_alone(where: Callable[[], str]) -> None:
    place = where()
    with open_ledger(place, create=True) as ledger, ledger.database.write():
        ledger.database.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(LedgerError, match=r"version 99.*install a newer asreported"):
        open_ledger(place)
    if Path(place).is_dir():
        assert not list(Path(place).glob("*.backup"))


def test_a_migration_that_fails_leaves_the_old_ledger(folder_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from asreported.ledger import migrate

    fill(folder_ledger)
    make_version_0(folder_ledger.database)
    rows = folder_ledger.database.rows("SELECT * FROM reports ORDER BY n")
    real = migrate.read_migration
    monkeypatch.setattr(migrate, "read_migration", lambda number: real(number) + "; CREATE TABLE meta (x TEXT);")
    with pytest.raises(LedgerError, match="already exists"):
        open_ledger(folder_ledger.database.where)
    assert folder_ledger.database.rows("SELECT * FROM reports ORDER BY n") == rows
    assert folder_ledger.database.rows("SELECT value FROM meta WHERE key = 'schema_version'") == [("0",)]


def test_every_version_has_its_migration() -> None:
    from asreported.ledger.migrate import read_migration

    assert all(read_migration(number).strip() for number in range(1, VERSION + 1))
