"""Less than a tenth of benchmarks/durability.py: nothing acknowledged is lost, whatever is killed or full."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

import durability

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes as POSIX does")


@pytest.fixture
def rng() -> random.Random:
    return random.Random(20)


def test_acknowledged_writes_survive_kills(tmp_path: Path, rng: random.Random) -> None:
    counts = durability.measure_kills(tmp_path, rng, kills=18)
    assert counts["acknowledged"] > 100
    assert durability.holds("D1", counts), counts


def test_a_killed_import_goes_on_and_ends_alike(tmp_path: Path, rng: random.Random) -> None:
    counts = durability.measure_import(tmp_path, rng, documents=150, kills=5)
    assert durability.holds("D2", counts), counts


def test_a_full_disk_is_told_and_does_no_harm(tmp_path: Path) -> None:
    counts = durability.measure_full_disk(tmp_path, writes=20)
    assert counts["failed"] > 5
    assert durability.holds("D4", counts), counts


def test_a_killed_upgrade_leaves_old_or_new(tmp_path: Path, rng: random.Random) -> None:
    counts = durability.measure_upgrade(tmp_path, rng, kills=3, documents=40)
    assert counts["old"] + counts["new"] == 3
    assert durability.holds("D6", counts), counts


def test_backups_while_others_write_hold(tmp_path: Path, rng: random.Random) -> None:
    counts = durability.measure_backups(tmp_path, rng, backups=5)
    assert durability.holds("D7", counts), counts


def test_a_commit_is_flushed_before_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database at each commit, and the bytes of the original before the rows that speak of them."""
    import os

    from asreported.ledger import open_ledger
    from made_readings import make_readings

    flushed: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{handle}").readlink()) if sys.platform == "linux" else "")
        real(handle)

    with open_ledger(tmp_path / "ledger", create=True) as ledger:
        assert ledger.database.rows("PRAGMA synchronous") == [(2,)]
        assert ledger.database.rows("PRAGMA journal_mode") == [("wal",)]
        monkeypatch.setattr(os, "fsync", fsync)
        ledger.add(make_readings(1)[0], b"bytes")
        ((sha, _),) = ledger.database.rows("SELECT sha256, bytes FROM originals")
    assert len(flushed) >= 2
    if sys.platform == "linux":
        assert any(name.endswith(".part") for name in flushed)
        assert str(tmp_path / "ledger" / "originals" / sha[:2]) in flushed


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("D1", {"lost": 1, "acknowledged": 9, "faults": []}),
        ("D1", {"lost": 0, "acknowledged": 0, "faults": []}),
        ("D2", {"same_dump": False, "read_again": 0, "faults": []}),
        ("D2", {"same_dump": True, "read_again": 1, "faults": []}),
        ("D4", {"unclear": ["x"], "failed": 9, "faults": []}),
        ("D6", {"mixed": 1, "faults": []}),
        ("D7", {"grew": True, "faults": ["x"]}),
    ],
)
def test_a_broken_promise_is_told(name: str, counts: dict[str, object]) -> None:
    assert not durability.holds(name, counts)
