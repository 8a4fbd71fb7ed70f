"""A reading goes in whole, once, and comes out as it was."""

from __future__ import annotations

import random
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.errors import LedgerError
from asreported.ledger import Item, Ledger, open_ledger
from asreported.ledger.dump import dump
from asreported.ledger.verify import verify
from asreported.records import Reading, make_report
from made_readings import make_readings, named, original_of, other_reading

READINGS = make_readings(12, seed=5)


def add_all(ledger: Ledger, readings: list[Reading], reader: str = "model 1") -> list[str]:
    items = [Item(reading, original_of(reading), "1") for reading in readings]
    return [added.outcome for added in ledger.add_many(items, reader=reader)]


def test_claims_come_out_as_they_went_in(ledger: Ledger) -> None:
    add_all(ledger, READINGS)
    expected = [(r, c) for r in READINGS for c in r.claims]
    kept = ledger.kept(range(1, len(expected) + 1))
    assert [k.claim for k in kept] == [claim for _, claim in expected]
    assert [(k.report.title, k.report.publisher, k.report.published) for k in kept] == [
        (r.report.title, r.report.publisher, r.report.published) for r, _ in expected
    ]
    assert {k.review for k in kept} == {"unreviewed"}


def test_text_comes_out_as_it_went_in(ledger: Ledger) -> None:
    for reading in READINGS:
        added = ledger.add(reading, original_of(reading))
        assert ledger.text(added.report_key) == reading.report.text
        assert ledger.head(added.report_key).text_sha256 == reading.report.sha256


def test_kept_keeps_the_order_asked_for(ledger: Ledger) -> None:
    add_all(ledger, READINGS)
    assert [k.key for k in ledger.kept([3, 1, 2, 1])] == [ledger.kept([n])[0].key for n in (3, 1, 2, 1)]
    with pytest.raises(LedgerError, match="no claim number 99999"):
        ledger.kept([1, 99999])


def test_adding_three_times_adds_nothing(ledger: Ledger) -> None:
    first = add_all(ledger, READINGS)
    before = list(dump(ledger))
    assert set(first) <= {"new", "copy"}
    assert add_all(ledger, READINGS) == add_all(ledger, READINGS) == ["known"] * len(READINGS)
    assert list(dump(ledger)) == before


def test_the_same_text_in_another_paper_is_another_report(ledger: Ledger) -> None:
    reading = READINGS[0]
    other = msgspec.structs.replace(reading, report=msgspec.structs.replace(reading.report, publisher="Other Paper"))
    keys = {ledger.add(r, b"x", locator=str(i)).report_key for i, r in enumerate((reading, other))}
    assert len(keys) == 2


def test_a_report_found_in_two_files_is_one_with_two_captures(ledger: Ledger) -> None:
    assert ledger.add(READINGS[0], b"one", reader="a").outcome == "new"
    assert ledger.add(READINGS[0], b"two", reader="a").outcome == "known"
    assert ledger.database.rows("SELECT count(*) FROM captures") == [(2,)]
    assert ledger.database.rows("SELECT count(*) FROM reports") == [(1,)]


def test_another_extractors_text_of_the_same_bytes_is_tied_by_the_original(ledger: Ledger) -> None:
    first = READINGS[0].report
    second = make_report(id=first.id, title=first.title, body="Shorter.", extractor="other 2", origin=first.origin)
    keys = [ledger.add(r, b"<html>").report_key for r in (READINGS[0], Reading(report=second, claims=()))]
    rows = ledger.database.rows(
        "SELECT r.key, c.extractor FROM captures c JOIN reports r ON r.n = c.report_n "
        "WHERE c.original_sha256 IN (SELECT sha256 FROM originals) ORDER BY r.n"
    )
    assert rows == [(keys[0], "jsonl"), (keys[1], "other 2")]


def test_a_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    add_all(ledger, READINGS[:3])
    before = list(dump(ledger))

    def items() -> object:
        yield Item(READINGS[4], original_of(READINGS[4]), "1")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        ledger.add_many(items())  # type: ignore[arg-type]
    assert list(dump(ledger)) == before
    assert set(add_all(ledger, READINGS)[3:]) <= {"new", "copy"}
    assert not [f for f in verify(ledger) if not f.note]


def test_bytes_of_a_report_are_kept(ledger: Ledger) -> None:
    original = bytes(range(256)) * 5000
    ledger.add(READINGS[0], original)
    ((sha, size),) = ledger.database.rows("SELECT sha256, bytes FROM originals")
    assert b"".join(ledger.originals.pieces(sha)) == original
    assert size == len(original)
    with ledger.originals.open(sha) as stream:
        assert stream.read() == original


def test_no_bytes_at_all_are_kept_too(ledger: Ledger) -> None:
    ledger.add(READINGS[0], b"")
    ((sha, size),) = ledger.database.rows("SELECT sha256, bytes FROM originals")
    assert (size, b"".join(ledger.originals.pieces(sha))) == (0, b"")


HARD = st.text(st.one_of(st.sampled_from("\0\ud800\udfff\ufdd0é🛑\r\u202e'\";?%"), st.characters()), max_size=20)


@given(title=HARD, publisher=HARD, body=HARD, id=HARD)
def test_any_characters_survive(title: str, publisher: str, body: str, id: str) -> None:
    report = make_report(id=id, title=title, body=body, publisher=publisher, url=f"x{body}", published="2020")
    global _shared
    if _shared is None:
        import tempfile

        _shared = open_ledger(Path(tempfile.mkdtemp()) / "ledger", create=True)
    key = _shared.add(Reading(report=report, claims=()), body.encode("utf-8", "surrogatepass")).report_key
    head = _shared.head(key)
    assert (head.title, head.publisher, head.url) == (report.title, report.publisher, report.url)
    assert _shared.text(key) == report.text
    assert not [f for f in verify(_shared) if key in f.what]


_shared: Ledger | None = None


def test_lone_surrogates_and_nuls_survive_on_both_databases(ledger: Ledger) -> None:
    report = make_report(id="a\0b", title="T\0\ud800", body="x\0 \udfff shelled y\ufdd0", publisher="P\0\ufdd0")
    at = report.text.index("shelled")
    bare = READINGS[0].claims[0]
    claim = msgspec.structs.replace(
        bare, trigger=report.span(at, at + 7), evidence=report.span(0, len(report.text)),
        roles=(), figures=(), sources=(), when=None, where=None,
    )  # fmt: skip
    reading = Reading(report=report, claims=(msgspec.structs.replace(claim, id="c\0\ud800"),))
    key = ledger.add(reading, b"bytes").report_key
    (kept,) = ledger.kept([1])
    assert kept.claim == reading.claims[0]
    assert (kept.report.title, kept.report.publisher, kept.report.id) == (report.title, report.publisher, "a\0b")
    assert ledger.text(key) == report.text
    assert not list(verify(ledger))


# ---- reading again -----------------------------------------------------------------------


def test_reading_again_keeps_the_rows_of_claims_that_stay(ledger: Ledger) -> None:
    add_all(ledger, READINGS, "model 1")
    numbers = {k.key: n for n, k in enumerate(ledger.kept(range(1, 1 + sum(len(r.claims) for r in READINGS))), 1)}
    rng = random.Random(3)
    again = [other_reading(reading, rng) for reading in READINGS]
    assert add_all(ledger, again, "model 2") == ["reread"] * len(READINGS)
    wanted = {claim.id for reading in again for claim in reading.claims}
    rows = ledger.database.rows("SELECT n, id, current FROM claims ORDER BY n")
    assert {id for _, id, current in rows if current} == wanted
    assert {id for _, id, current in rows if not current} == {
        claim.id for reading in READINGS for claim in reading.claims
    } - wanted
    for n, kept in zip([row[0] for row in rows], ledger.kept([row[0] for row in rows]), strict=True):
        assert numbers.get(kept.key, n) == n
    assert not list(verify(ledger))


def test_gone_claims_stay_visible_where_somebody_decided(ledger: Ledger) -> None:
    reading = READINGS[0]
    ledger.add(reading, b"x", reader="model 1")
    keys = [k.key for k in ledger.kept(range(1, len(reading.claims) + 1))]
    for key, action in zip(keys, ("accept", "reject", "unsure"), strict=False):
        ledger.decide(key, action, who="A")
    ledger.add(msgspec.structs.replace(reading, claims=()), b"x", reader="model 2")
    current = [row[0] for row in ledger.database.rows("SELECT current FROM claims ORDER BY n")]
    assert current[:3] == [1, 0, 1]
    assert not any(current[3:])
    assert ledger.kept([1])[0].review == "accepted"
    ledger.decide(keys[0], "undo", who="A")
    assert ledger.database.rows("SELECT current, review FROM claims WHERE n = 1") == [(0, "unreviewed")]
    assert not list(verify(ledger))


def test_a_claim_that_comes_back_has_its_decisions(ledger: Ledger) -> None:
    reading = READINGS[0]
    ledger.add(reading, b"x", reader="model 1")
    key = ledger.kept([1])[0].key
    ledger.decide(key, "correct", value={"status": "denied"}, who="A")
    ledger.add(msgspec.structs.replace(reading, claims=()), b"x", reader="model 2")
    ledger.add(reading, b"x", reader="model 3")
    (kept,) = ledger.kept([1])
    assert (kept.review, kept.claim.status) == ("corrected", "denied")
    assert ledger.database.rows("SELECT status, current FROM claims WHERE n = 1") == [("denied", 1)]
    assert not list(verify(ledger))


def test_two_claims_of_one_id_have_one_row(ledger: Ledger) -> None:
    claim = READINGS[0].claims[0]
    report = READINGS[0].report
    ledger.add(Reading(report=report, claims=named(report, [claim, claim])), b"x")
    assert ledger.database.rows("SELECT count(*) FROM claims") == [(1,)]
    assert not list(verify(ledger))


def test_a_reader_that_is_gone_back_to_holds_again(ledger: Ledger) -> None:
    """Readings A, B, A: the claims of A are shown, and those that B alone had are not."""
    reading, shorter = READINGS[0], msgspec.structs.replace(READINGS[0], claims=READINGS[0].claims[1:])
    steps = ((reading, "A"), (shorter, "B"), (shorter, "B"), (reading, "A"), (reading, "A"))
    outcomes = [ledger.add(made, b"x", reader=name).outcome for made, name in steps]
    assert outcomes == ["new", "reread", "known", "reread", "known"]
    assert ledger.database.rows("SELECT reader FROM readings ORDER BY n") == [("A",), ("B",), ("A",)]
    assert ledger.database.rows("SELECT count(*) FROM claims WHERE current = 1") == [(len(reading.claims),)]
    assert not list(verify(ledger))


@pytest.mark.parametrize("published", ["2017-04-28T10:00", "28 April 2017", "2017-02-30", "2017-13", "", "17"])
def test_a_report_of_no_day_is_refused(ledger: Ledger, published: str) -> None:
    report = msgspec.structs.replace(READINGS[0].report, published=published)
    with pytest.raises(LedgerError, match="is no day of publication; give YYYY-MM-DD"):
        ledger.add(msgspec.structs.replace(READINGS[0], report=report), b"x")
    assert ledger.database.rows("SELECT count(*) FROM reports") == [(0,)]
    assert ledger.add(READINGS[0], b"x").outcome == "new"


def test_a_correction_keeps_a_publisher_of_hard_characters(ledger: Ledger) -> None:
    report = msgspec.structs.replace(READINGS[0].report, publisher="Paper \0 \ud800")
    ledger.add(msgspec.structs.replace(READINGS[0], report=report, claims=named(report, READINGS[0].claims)), b"x")
    before = ledger.database.rows("SELECT publisher FROM claims WHERE n = 1")
    ledger.decide(ledger.kept([1])[0].key, "correct", value={"status": "denied"}, who="A")
    assert ledger.database.rows("SELECT publisher FROM claims WHERE n = 1") == before
    assert not list(verify(ledger))


# ---- where -------------------------------------------------------------------------------


def test_files_are_for_their_owner_alone(folder_ledger: Ledger) -> None:
    add_all(folder_ledger, READINGS)
    root = Path(str(folder_ledger.database.where))
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    for path in root.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_no_ledger_is_made_where_none_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is no ledger here"):
        open_ledger(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_folder_of_other_files_is_no_place_for_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    with pytest.raises(LedgerError, match="holds other files"):
        open_ledger(tmp_path, create=True)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(tmp_path / "ledger.sqlite") as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(LedgerError, match="another program"):
        open_ledger(tmp_path, create=True)
    (tmp_path / "junk").mkdir()
    (tmp_path / "junk" / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(LedgerError, match="damaged or no ledger"):
        open_ledger(tmp_path / "junk")


def test_two_ledgers_made_at_one_place_are_one(where) -> None:  # type: ignore[no-untyped-def]
    place = where()
    with open_ledger(place, create=True) as first, open_ledger(place, create=True) as second:
        first.add(READINGS[0], b"x")
        assert second.head(first.fetcher.head(first.kept([1])[0].report.key).key).title == READINGS[0].report.title
        assert second.add(READINGS[0], b"x").outcome == "known"


def test_a_reader_of_the_database_cannot_write(ledger: Ledger) -> None:
    add_all(ledger, READINGS[:2])
    reader = ledger.database.read_only(seconds=5)
    assert reader.rows("SELECT count(*) FROM reports") == [(2,)]
    with pytest.raises(LedgerError):
        reader.execute("DELETE FROM reports")
    with pytest.raises(LedgerError, match="reading only"), reader.write():
        pass


def test_a_statement_that_takes_too_long_is_ended(ledger: Ledger) -> None:
    reader = ledger.database.read_only(seconds=0.2)
    endless = "WITH RECURSIVE t (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t"
    with pytest.raises(LedgerError):
        reader.rows(endless)
    assert reader.rows("SELECT 1") == [(1,)]


def test_writers_wait_for_one_another(where) -> None:  # type: ignore[no-untyped-def]
    """Two connections decide at once: no decision is lost, none is chained to the same one as another."""
    import threading

    place = where()
    with open_ledger(place, create=True) as ledger:
        ledger.add(READINGS[0], b"x")
        key = ledger.kept([1])[0].key
        problems: list[BaseException] = []

        def work() -> None:
            try:
                with open_ledger(place) as own:
                    for _ in range(15):
                        own.decide(key, "comment", who=threading.current_thread().name)
            except BaseException as err:
                problems.append(err)

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not problems
        assert [d.n for d in ledger.history(key)] == list(range(1, 46))
        assert not list(verify(ledger))


def test_a_large_original_is_not_held_in_memory(ledger: Ledger) -> None:
    import io
    import tracemalloc

    class Long(io.RawIOBase):
        left = 60 << 20

        def read(self, size: int = -1) -> bytes:
            piece = min(size, self.left)
            self.left -= piece
            return bytes(piece)

    tracemalloc.start()
    with ledger.database.write():
        original = ledger.originals.keep(Long())  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert original.bytes == 60 << 20
    assert peak < 40 << 20
    assert sum(map(len, ledger.originals.pieces(original.sha256))) == 60 << 20
