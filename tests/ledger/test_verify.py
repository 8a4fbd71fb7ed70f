"""Whatever is damaged, lost, changed or taken out is found, and named with what to do."""

from __future__ import annotations

import random
import shutil
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from linked import MATCHER, all_kept, fortnight, linked

from asreported.errors import LedgerError
from asreported.ledger import Item, Ledger, open_ledger
from asreported.ledger.codec import pack, unpack
from asreported.ledger.database import Database
from asreported.ledger.dump import dump
from asreported.ledger.linking import DERIVED, link_new
from asreported.ledger.links import Link, append_links
from asreported.ledger.rebuild import LINKED, rebuild
from asreported.ledger.verify import Finding, verify
from made_readings import make_readings, original_of, other_reading

READINGS = [
    msgspec.structs.replace(r, vectors=tuple(bytes([k]) * 96 for k in range(len(r.claims))))
    for r in make_readings(8, seed=21, claims=4)
]


def fill(ledger: Ledger, *, link: bool = True) -> None:
    ledger.add_many([Item(r, original_of(r), "1") for r in READINGS], reader="model 1")
    rng = random.Random(1)
    ledger.add_many([Item(other_reading(r, rng), original_of(r), "1") for r in READINGS[:4]], reader="model 2")
    for n, action in enumerate(("accept", "reject", "unsure", "comment", "accept", "undo"), 1):
        ledger.decide(ledger.kept([1 if action == "undo" else n])[0].key, action, who="A", why="why")
    if link:
        link_new(ledger, matcher=MATCHER)


def problems(ledger: Ledger) -> list[Finding]:
    return [finding for finding in verify(ledger) if not finding.note]


def test_a_sound_ledger_has_no_finding(ledger: Ledger) -> None:
    fill(ledger)
    assert list(verify(ledger)) == []


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "ledger"
    with open_ledger(folder, create=True) as ledger:
        fill(ledger)
    return folder


@pytest.fixture
def copy(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "copy")
    return tmp_path / "copy"


def found_after(folder: Path, *statements: str) -> list[Finding]:
    """The problems after somebody changed the database by hand."""
    with sqlite3.connect(folder / "ledger.sqlite") as hand:
        for statement in statements:
            assert hand.execute(statement).rowcount
    hand.close()
    with open_ledger(folder) as ledger:
        return problems(ledger)


BY_HAND = {
    "a title": "UPDATE reports SET title = title || '!' WHERE n = 2",
    "a day of publication": "UPDATE reports SET published = '2001-01-01' WHERE n = 3",
    "an id": "UPDATE reports SET id = 'other' WHERE n = 2",
    "a language": "UPDATE reports SET language = 'fr' WHERE n = 2",
    "a time of adding": "UPDATE reports SET added_at = '2001' WHERE n = 2",
    "a capture": "UPDATE captures SET locator = '2' WHERE report_n = 2",
    "a lost capture": "DELETE FROM captures WHERE report_n = 2",
    "a lost text": "DELETE FROM texts WHERE sha256 = (SELECT text_sha256 FROM reports WHERE n = 1)",
    "an exchanged text": "UPDATE texts SET text = (SELECT text FROM texts LIMIT 1)",
    "a lost reading": "DELETE FROM readings WHERE n = 8",
    "an exchanged reading": "UPDATE readings SET claims = (SELECT claims FROM readings LIMIT 1), sha256 = "
    "(SELECT sha256 FROM readings LIMIT 1), claim_count = (SELECT claim_count FROM readings LIMIT 1) WHERE n = 8",
    "a count of claims": "UPDATE readings SET claim_count = claim_count + 1 WHERE n = 8",
    "a reader": "UPDATE readings SET reader = 'model 9' WHERE n = 8",
    "a time of reading": "UPDATE readings SET read_at = '2001' WHERE n = 8",
    "a vector": "UPDATE readings SET vectors = (SELECT vectors FROM readings WHERE n = 1) WHERE n = 8",
    "lost vectors": "UPDATE readings SET vectors = NULL WHERE n = 8",
    "how alike two copies are": "UPDATE copies SET similarity = 0.61",
    "a lost pair of copies": "DELETE FROM copies",
    "a pair of copies": "INSERT INTO copies SELECT 1, max(n), 0.9, '' FROM reports",
    "a link's incident": "UPDATE links SET incident = 'i000000000000' WHERE n = 2",
    "a link's matcher": "UPDATE links SET matcher = 'm' WHERE n = 2",
    "a link's time": "UPDATE links SET linked_at = '2001' WHERE n = 2",
    "a lost link": "DELETE FROM links WHERE n = 2",
    "a lost last link": "DELETE FROM links WHERE n = (SELECT max(n) FROM links)",
    "an incident in the index": "UPDATE claims SET incident = 'i000000000000' WHERE n = 3",
    "no incident in the index": "UPDATE claims SET incident = NULL WHERE incident IS NOT NULL",
    "a claim of an account, as if current": "UPDATE account_claims SET claim_n = 999 WHERE claim_n = "
    "(SELECT min(claim_n) FROM account_claims)",
    "a lost report": "DELETE FROM reports WHERE n = 5",
    "a review": "UPDATE claims SET review = 'accepted' WHERE n = 2",
    "a claim of before made current": "UPDATE claims SET current = 1 - current WHERE n = 8",
    "a status in the index": "UPDATE claims SET status = 'x' WHERE n = 3",
    "a day in the index": "UPDATE claims SET day_from = 5 WHERE n = (SELECT min(n) FROM claims WHERE breadth < 3)",
    "a claim lost from the index": "DELETE FROM claims WHERE n = 3",
    "an actor lost from the index": "DELETE FROM claim_actors WHERE claim_n = 3",
    "a figure in the index": "UPDATE claim_figures SET high = 7777 WHERE claim_n = 3",
    "a chain": "UPDATE chains SET chain_n = 1 WHERE report_n = 8",
    "a decision's action": "UPDATE decisions SET action = 'accept' WHERE n = 2",
    "a decision's name": "UPDATE decisions SET who = 'B' WHERE n = 4",
    "a lost decision": "DELETE FROM decisions WHERE n = 3",
    "a lost first decision": "DELETE FROM decisions WHERE n = 1",
}


@pytest.mark.parametrize("what", BY_HAND)
def test_what_was_changed_by_hand_is_found(copy: Path, what: str) -> None:
    found = found_after(copy, BY_HAND[what])
    assert found
    assert all(finding.advice for finding in found)


def test_a_decision_hashed_anew_is_found_by_the_next(copy: Path) -> None:
    from asreported.ledger.decisions import chain_hash, read_log

    with open_ledger(copy) as ledger, ledger.database.write():
        ledger.database.execute("UPDATE decisions SET why = 'other' WHERE n = 3")
        changed = list(read_log(ledger.database))[2]
        ledger.database.execute("UPDATE decisions SET sha256 = ? WHERE n = 3", (chain_hash(changed),))
    with open_ledger(copy) as ledger:
        assert [f.what for f in problems(ledger)] == ["decision 4"]


def test_decisions_in_another_order_are_found(copy: Path) -> None:
    swap = ("UPDATE decisions SET n = 99 WHERE n = 3", "UPDATE decisions SET n = 3 WHERE n = 4",
            "UPDATE decisions SET n = 4 WHERE n = 99")  # fmt: skip
    assert {f.what for f in found_after(copy, *swap)} >= {"decision 3", "decision 4"}


def test_a_lost_last_decision_is_found_by_the_review_or_by_the_head(copy: Path) -> None:
    with open_ledger(copy) as ledger:
        head = ledger.log_head()
    found = found_after(copy, "DELETE FROM decisions WHERE n = 6")
    with open_ledger(copy) as ledger:
        assert ledger.log_head() != head
    assert [f.what.partition(" ")[0] for f in found] == ["claim"]


def test_one_flipped_bit_in_any_stored_object_is_found(copy: Path) -> None:
    """Promise E2, a tenth of it: 50 flips in originals, texts, readings and decisions."""
    rng = random.Random(77)
    with open_ledger(copy) as ledger:
        originals = sorted(p for p in ledger.originals.files())
        for _ in range(20):
            path = rng.choice(originals)
            content = path.read_bytes()
            path.chmod(0o600)
            path.write_bytes(flipped(content, rng))
            assert any(path.name in f.what for f in problems(ledger))
            path.write_bytes(content)
        for table, column, key in (("texts", "text", "sha256"), ("readings", "claims", "n")):
            rows = ledger.database.rows(f"SELECT {key}, {column} FROM {table}")
            for _ in range(15):
                n, content = rng.choice(rows)
                ledger.database.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (flipped(content, rng), n))
                ledger.fetcher.forget()
                assert problems(ledger)
                ledger.database.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (content, n))
        ledger.fetcher.forget()
        assert problems(ledger) == []


def test_every_single_bit_of_a_packed_text_counts() -> None:
    content = pack(b"Government forces shelled the town, a doctor said. " * 3)
    for at in range(len(content)):
        for bit in range(8):
            changed = content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
            with pytest.raises(zlib.error):
                unpack(changed)


def flipped(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]


def test_a_quote_that_does_not_stand_in_the_text_is_found(folder_ledger: Ledger) -> None:
    claim = READINGS[0].claims[0]
    wrong = msgspec.structs.replace(claim.trigger, text="X" * len(claim.trigger.text))
    claims = (msgspec.structs.replace(claim, trigger=wrong),)
    folder_ledger.add(msgspec.structs.replace(READINGS[0], claims=claims), b"x")
    (finding,) = problems(folder_ledger)
    assert "quotes words that do not stand" in str(finding)


def test_lost_and_foreign_originals(copy: Path) -> None:
    with open_ledger(copy) as ledger:
        lost = next(iter(ledger.originals.files()))
        lost.unlink()
        (copy / "originals" / ".abc.part").write_bytes(b"x")
        (copy / "originals" / ("f" * 64)).write_bytes(b"x")
        found = list(verify(ledger))
    assert [f.note for f in found] == [False, True, True]
    assert lost.name in found[0].what


def test_damage_to_the_file_itself_is_found(copy: Path) -> None:
    path = copy / "ledger.sqlite"
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4096] = bytes(4096)
    path.write_bytes(bytes(content))
    try:
        with open_ledger(copy) as ledger:
            assert problems(ledger)
    except LedgerError as err:
        assert "damaged" in str(err)


def test_a_claim_that_lost_its_row_gets_a_number_of_its_own(folder_ledger: Ledger) -> None:
    """Without links, where nothing but the rows themselves says which numbers were given."""
    folder_ledger.add_many([Item(r, original_of(r), "1") for r in READINGS[:4]], reader="model 1")
    rows = "SELECT n, report_n, id FROM claims WHERE n <> 3 ORDER BY n"
    before = folder_ledger.database.rows(rows)
    with folder_ledger.database.write():
        folder_ledger.database.execute("DELETE FROM claims WHERE n = 3")
    assert problems(folder_ledger)
    rebuild(folder_ledger.database)
    after = folder_ledger.database.rows(rows)
    assert after[:-1] == before
    assert after[-1][0] == before[-1][0] + 1
    assert problems(folder_ledger) == []


def test_a_claim_that_lost_its_row_is_linked_again(ledger: Ledger) -> None:
    readings = fortnight(12, seed=3)
    ledger.add_many([Item(r, original_of(r), "1") for r in readings], reader="model 1")
    link_new(ledger, matcher=MATCHER)
    expected = linked(ledger)
    lost = next(k for k in all_kept(ledger) if k.incident)
    with ledger.database.write():
        ledger.database.execute("DELETE FROM claims WHERE n = ?", (ledger.fetcher.number(lost.key),))
    assert problems(ledger)
    rebuild(ledger.database)
    assert problems(ledger) == []
    link_new(ledger, matcher=MATCHER)
    assert linked(ledger) == expected
    assert problems(ledger) == []


def test_numbers_that_accounts_speak_of_are_not_given_to_others(ledger: Ledger) -> None:
    with ledger.database.write():
        ledger.database.execute("INSERT INTO account_claims VALUES (70, 1)")
    ledger.add(READINGS[0], b"x")
    assert ledger.database.rows("SELECT min(n) FROM claims") == [(71,)]


def test_rebuild_throws_away_what_linking_derives() -> None:
    assert LINKED == DERIVED


def test_decisions_that_wait_for_the_next_linking_are_no_damage(copy: Path) -> None:
    with open_ledger(copy) as ledger:
        one = next(k for k in all_kept(ledger) if k.incident and k.review == "unreviewed")
        ledger.decide(one.key, "reject", who="A")
        assert problems(ledger) == []
        link_new(ledger, matcher=MATCHER)
        assert problems(ledger) == []


def test_no_table_is_held_in_memory_as_a_whole(folder_ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that grows with the ledger is asked for at once: neither by verify nor by the canonical dump."""
    readings = make_readings(560, seed=8, claims=1)
    folder_ledger.add_many([Item(r, original_of(r), "1") for r in readings], reader="model 1")
    numbers = [n for (n,) in folder_ledger.database.rows("SELECT n FROM claims ORDER BY n")]
    keys = [kept.key for kept in folder_ledger.kept(numbers)]
    with folder_ledger.database.write():
        append_links(folder_ledger.database, [Link(n, f"i{n:012d}", "m", "t") for n in numbers])
        for n, key in zip(numbers, keys, strict=True):
            folder_ledger.database.execute("UPDATE claims SET incident = ? WHERE n = ?", (f"i{n:012d}", n))
            folder_ledger.decide(key, "accept", who="A")
    real, most = Database.rows, [0]

    def rows(database: Database, sql: str, params: Sequence[object] = ()) -> list[tuple[object, ...]]:
        found = real(database, sql, params)
        most[0] = max(most[0], len(found))
        return found

    monkeypatch.setattr(Database, "rows", rows)
    assert problems(folder_ledger) == []
    assert len(list(dump(folder_ledger))) > 4 * len(readings)
    rebuild(folder_ledger.database)
    assert most[0] <= 500 < len(readings)


@pytest.mark.parametrize("what", [name for name in BY_HAND if "index" in name or "current" in name or "review" in name])
def test_rebuild_mends_what_is_derived(copy: Path, what: str) -> None:
    assert found_after(copy, BY_HAND[what])
    with open_ledger(copy) as ledger:
        rebuild(ledger.database)
        assert problems(ledger) == []


def test_rebuild_of_a_sound_ledger_changes_nothing(ledger: Ledger) -> None:
    fill(ledger)
    tables = ("claims", "actors", "claim_actors", "claim_figures", "signatures", "chains", "copies")
    before = {table: sorted(map(str, ledger.database.rows(f"SELECT * FROM {table}"))) for table in tables}
    rebuild(ledger.database)
    assert {table: sorted(map(str, ledger.database.rows(f"SELECT * FROM {table}"))) for table in tables} == before
    assert list(verify(ledger)) == []


def test_a_lost_index_is_made_again_with_the_same_numbers(ledger: Ledger) -> None:
    """Where they were not linked: else the links of each number are for the claim that had it, and for no other."""
    fill(ledger, link=False)
    before = ledger.database.rows("SELECT n, report_n, id, current, review FROM claims ORDER BY n")
    with ledger.database.write():
        ledger.database.execute("DELETE FROM claims")
    rebuild(ledger.database)
    assert ledger.database.rows("SELECT n, report_n, id, current, review FROM claims ORDER BY n") == before
    assert list(verify(ledger)) == []
