"""A backup holds one moment; a dump carries everything over, on either database."""

from __future__ import annotations

import random
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from linked import MATCHER, fortnight

from asreported.errors import LedgerError
from asreported.ledger import Item, Ledger, open_ledger
from asreported.ledger.backup import back_up
from asreported.ledger.dump import dump, load
from asreported.ledger.linking import link_new
from asreported.ledger.links import Link, append_links
from asreported.ledger.verify import verify
from made_readings import make_readings, original_of, other_reading

READINGS = make_readings(10, seed=31, claims=4)


def fill(ledger: Ledger) -> None:
    ledger.add_many([Item(r, original_of(r), "1") for r in READINGS], reader="model 1")
    rng = random.Random(1)
    ledger.add_many([Item(other_reading(r, rng), original_of(r), "1") for r in READINGS[:4]], reader="model 2")
    ledger.decide(ledger.kept([1])[0].key, "correct", value={"status": "denied"}, who="A\0", why="é")
    ledger.decide(ledger.kept([2])[0].key, "accept", who="B")
    with ledger.database.write():
        append_links(ledger.database, [Link(1, "i1", "m", "t"), Link(1, "i2", "m", "t")])
        ledger.database.execute("UPDATE claims SET incident = 'i2' WHERE n = 1")


def test_a_backup_is_a_ledger_of_its_own(folder_ledger: Ledger, tmp_path: Path) -> None:
    fill(folder_ledger)
    result = back_up(folder_ledger, tmp_path / "safe")
    assert result == (10, 0)
    with open_ledger(tmp_path / "safe") as copy:
        assert list(dump(copy)) == list(dump(folder_ledger))
        assert not list(verify(copy))
    for path in (tmp_path / "safe").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_second_backup_copies_what_is_new(folder_ledger: Ledger, tmp_path: Path) -> None:
    fill(folder_ledger)
    back_up(folder_ledger, tmp_path / "safe")
    with open_ledger(tmp_path / "safe"):  # somebody reads the backup meanwhile
        (more,) = make_readings(1, seed=99)
        folder_ledger.add(more, b"more")
        assert back_up(folder_ledger, tmp_path / "safe") == (1, 10)
    with open_ledger(tmp_path / "safe") as copy:
        assert list(dump(copy)) == list(dump(folder_ledger))
        assert not list(verify(copy))


def test_a_backup_does_not_go_over_other_files(folder_ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    for target in (tmp_path / "photos", tmp_path / "photos" / "a.jpg", Path(str(folder_ledger.database.where))):
        with pytest.raises(LedgerError, match="name a"):
            back_up(folder_ledger, target)
    assert (tmp_path / "photos" / "a.jpg").read_bytes() == b"x"


def test_another_ledger_is_not_taken_for_a_backup(folder_ledger: Ledger, tmp_path: Path) -> None:
    fill(folder_ledger)
    with open_ledger(tmp_path / "other", create=True) as other:
        other.add(READINGS[0], b"x", reader="m")
        before = list(dump(other, whole=True))
    with pytest.raises(LedgerError, match="another ledger is here"):
        back_up(folder_ledger, tmp_path / "other")
    with open_ledger(tmp_path / "other") as other:
        assert list(dump(other, whole=True)) == before


@pytest.mark.parametrize("what", ["reports", "readings", "captures", "decisions"])
def test_a_copy_that_people_worked_in_is_not_replaced(folder_ledger: Ledger, tmp_path: Path, what: str) -> None:
    fill(folder_ledger)
    back_up(folder_ledger, tmp_path / "safe")
    with open_ledger(tmp_path / "safe") as copy:
        if what == "reports":
            copy.add(make_readings(1, seed=99)[0], b"more", reader="m")
        elif what == "readings":
            copy.add(READINGS[0], original_of(READINGS[0]), locator="1", reader="model 3")
        elif what == "captures":
            copy.add(READINGS[5], b"elsewhere", reader="model 1")
        else:
            copy.decide(copy.kept([3])[0].key, "accept", who="C")
        before = list(dump(copy, whole=True))
        # Whatever the ledger itself went on to: a decision of the same number is not the same decision.
        folder_ledger.decide(folder_ledger.kept([4])[0].key, "reject", who="A")
        with pytest.raises(LedgerError, match=f"holds {what} that the ledger does not have"):
            back_up(folder_ledger, tmp_path / "safe")
    with open_ledger(tmp_path / "safe") as copy:
        assert list(dump(copy, whole=True)) == before


def test_a_ledger_is_not_backed_up_into_its_own_folder(folder_ledger: Ledger) -> None:
    root = Path(str(folder_ledger.database.where))
    for target in (root, root / "backup", root / "originals" / ".." / "backup"):
        with pytest.raises(LedgerError, match="into itself"):
            back_up(folder_ledger, target)
    assert not (root / "backup").exists()


def test_postgresql_is_backed_up_by_its_own_program(ledger: Ledger, tmp_path: Path) -> None:
    if ledger.database.dialect == "postgresql":
        with pytest.raises(LedgerError, match="pg_dump"):
            back_up(ledger, tmp_path / "safe")


def test_a_whole_dump_loaded_gives_the_same_ledger(ledger: Ledger, where: Callable[[], str]) -> None:
    fill(ledger)
    lines = list(dump(ledger, whole=True))
    with open_ledger(where(), create=True) as other:
        assert load(other, lines) == len(lines)
        assert list(dump(other, whole=True)) == lines
        assert list(dump(other)) == list(dump(ledger))
        count = ledger.database.rows("SELECT count(*) FROM claims")[0][0]
        assert {k.key: k for k in other.kept(range(1, count + 1))} == {
            k.key: k for k in ledger.kept(range(1, count + 1))
        }
        assert not list(verify(other))


def test_a_dump_that_was_cut_or_changed_is_refused_whole(ledger: Ledger, where: Callable[[], str]) -> None:
    fill(ledger)
    lines = list(dump(ledger, whole=True))
    with open_ledger(where(), create=True) as other:
        for broken in (["{}\n"], ["x\n"], [*lines[:5], '{"report": {}}\n'], list(dump(ledger)), lines[1:], lines[:-1]):
            with pytest.raises(LedgerError):
                load(other, broken)
            assert other.database.rows("SELECT count(*) FROM reports") == [(0,)]


def test_the_canonical_dump_does_not_depend_on_order_or_time(where: Callable[[], str]) -> None:
    dumps = []
    for order in (READINGS, READINGS[::-1]):
        with open_ledger(where(), create=True) as ledger:
            for reading in order:
                ledger.add(reading, original_of(reading), reader="m")
            dumps.append(list(dump(ledger)))
    assert dumps[0] == dumps[1]


def test_the_canonical_dump_does_not_depend_on_when_claims_were_linked(where: Callable[[], str]) -> None:
    dumps = []
    for seed in range(3):
        rng, readings = random.Random(seed), fortnight(16, seed=5)
        rng.shuffle(readings)
        with open_ledger(where(), create=True) as ledger:
            for reading in readings:
                ledger.add(reading, original_of(reading), reader="m")
                if seed and rng.random() < 0.4:
                    link_new(ledger, matcher=MATCHER)
            link_new(ledger, matcher=MATCHER)
            dumps.append(list(dump(ledger)))
    assert any('"link"' in line for line in dumps[0])
    assert dumps[0] == dumps[1] == dumps[2]


def test_the_canonical_dump_says_which_reading_holds(where: Callable[[], str]) -> None:
    dumps = []
    for readers in ("ab", "aba"):
        with open_ledger(where(), create=True) as ledger:
            for reader in readers:
                claims = READINGS[0].claims[:1] if reader == "b" else READINGS[0].claims
                ledger.add(msgspec.structs.replace(READINGS[0], claims=claims), b"x", reader=reader)
            dumps.append(list(dump(ledger)))
    assert len(dumps[0]) == len(dumps[1])
    assert dumps[0] != dumps[1]


def test_ten_thousand_claims_go_out_and_in_again_unchanged(tmp_path: Path) -> None:
    """Promise D7, on a tenth of the claims."""
    readings = make_readings(125, seed=41)
    assert sum(len(r.claims) for r in readings) > 950
    with open_ledger(tmp_path / "a", create=True) as first, open_ledger(tmp_path / "b", create=True) as second:
        first.add_many([Item(r, original_of(r), "1") for r in readings], reader="m")
        load(second, dump(first, whole=True))
        assert list(dump(second, whole=True)) == list(dump(first, whole=True))
        numbers = [row[0] for row in first.database.rows("SELECT n FROM claims ORDER BY n")]
        assert first.kept(numbers) == second.kept(numbers)
