"""A claim that a person adds is kept, stays through other readings, and is refused where it does not fit."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from asreported.errors import LedgerError, UnknownError
from asreported.ledger import Ledger
from asreported.ledger.adding import add_inputs
from asreported.ledger.dump import dump
from asreported.ledger.linking import link_new
from asreported.ledger.rebuild import rebuild
from asreported.ledger.verify import verify
from asreported.records import Claim
from made_readings import make_readings, original_of

READING = make_readings(3, seed=11)[1]


@pytest.fixture
def report(ledger: Ledger) -> str:
    vectors = tuple(bytes([7]) * 96 for _ in READING.claims)
    reading = msgspec.structs.replace(READING, vectors=vectors)
    return ledger.add(reading, original_of(READING), reader="model 1").report_key


def missed(id: str = "0123456789abcdef", **changes: Any) -> Claim:
    first = READING.claims[0]
    return msgspec.structs.replace(first, id=id, kind="protest", **changes)


def current(ledger: Ledger) -> dict[str, str]:
    rows = ledger.database.rows("SELECT n FROM claims WHERE current = 1 ORDER BY n")
    return {kept.claim.id: kept.review for kept in ledger.kept([n for (n,) in rows])}


def test_it_is_there_with_the_others_and_accepted(ledger: Ledger, report: str) -> None:
    key = ledger.add_claim(report, missed(), who="A. Reader", why="the last sentence", vector=bytes([9]) * 96)
    assert current(ledger) == {claim.id: "unreviewed" for claim in READING.claims} | {missed().id: "accepted"}
    (decision,) = ledger.history(key)
    assert (decision.action, decision.who, decision.why) == ("accept", "A. Reader", "the last sentence")
    assert not list(verify(ledger))
    (vectors,) = ledger.database.one("SELECT vectors FROM readings ORDER BY n DESC LIMIT 1") or (b"",)
    assert bytes(vectors) == bytes([7]) * 96 * len(READING.claims) + bytes([9]) * 96


def test_a_second_one_keeps_the_first(ledger: Ledger, report: str) -> None:
    ledger.add_claim(report, missed(), who="A")
    ledger.add_claim(report, missed("fedcba9876543210", status="denied"), who="B")
    assert len(current(ledger)) == len(READING.claims) + 2
    assert not list(verify(ledger))


def test_it_stays_when_another_model_reads_the_report(ledger: Ledger, report: str) -> None:
    ledger.add_claim(report, missed(), who="A")
    ledger.add(READING, original_of(READING), reader="model 2")
    assert current(ledger)[missed().id] == "accepted"


def test_the_report_counts_as_read_by_the_model_of_the_others(ledger: Ledger, report: str, tmp_path: Any) -> None:
    ledger.add_claim(report, missed(), who="A")
    assert ledger.add(READING, original_of(READING), reader="model 1").outcome == "known"
    file = tmp_path / "report.txt"
    file.write_bytes(original_of(READING))
    told = msgspec.structs.replace(READING.report, origin=str(file), extractor="text")
    assert [o.result.outcome for o in add_inputs(ledger, [told], lambda items: iter(()), reader="model 1")] == ["known"]  # type: ignore[union-attr]


def test_it_is_linked_made_again_and_dumped_like_any_other(ledger: Ledger, report: str) -> None:
    ledger.add_claim(report, missed(), who="A")
    link_new(ledger)
    before = list(dump(ledger))
    rebuild(ledger.database)
    link_new(ledger)
    assert list(dump(ledger)) == before
    assert not list(verify(ledger))


def test_what_does_not_fit_is_refused_and_nothing_is_written(ledger: Ledger, report: str) -> None:
    ledger.add_claim(report, missed(), who="A")
    before = list(dump(ledger))
    wrong = msgspec.structs.replace(
        missed("aa"), trigger=msgspec.structs.replace(missed().trigger, start=0, end=len(missed().trigger.text))
    )
    for claim, error in ((missed(), LedgerError), (missed("bb", status="certain"), LedgerError), (wrong, LedgerError)):
        with pytest.raises(error):
            ledger.add_claim(report, claim, who="A")
    with pytest.raises(UnknownError):
        ledger.add_claim("0" * 24, missed("cc"), who="A")
    with pytest.raises(LedgerError, match="needs the name"):
        ledger.add_claim(report, missed("dd"), who=" ")
    assert list(dump(ledger)) == before
