"""What another reader made of a report is listed claim by claim."""

from __future__ import annotations

import msgspec
import pytest

from asreported.errors import LedgerError
from asreported.ledger import Ledger
from asreported.ledger.changes import compare, list_changes
from asreported.records import Claim
from made_readings import make_readings, named, original_of

READING = next(r for r in make_readings(20, seed=61) if len(r.claims) >= 4)


def changed(claim: Claim, **fields: object) -> Claim:
    return named(READING.report, [msgspec.structs.replace(claim, **fields)])[0]


def test_overlapping_triggers_are_one_claim_told_otherwise() -> None:
    first, second, third, *_ = READING.claims
    new = (changed(first, status="attempted", where=None), second)
    added, gone, altered = compare((first, second, third), new)
    assert (added, gone) == ((), (third,))
    assert [(pair.old, pair.new, pair.fields) for pair in altered] == [(first, new[0], ("status", "where"))]


def test_of_two_that_overlap_the_one_of_the_same_kind_is_meant() -> None:
    first = READING.claims[0]
    other_kind, same_kind = changed(first, kind="protest"), changed(first, status="attempted")
    added, gone, altered = compare((first,), (other_kind, same_kind))
    assert (added, gone, altered[0].new) == ((other_kind,), (), same_kind)


def test_labels_alone_are_no_change() -> None:
    again = tuple(msgspec.structs.replace(c, confidence=0.123, incident="Z") for c in READING.claims)
    assert compare(READING.claims, again) == ((), (), ())


def test_changes_are_against_the_reading_asked_for(ledger: Ledger) -> None:
    first, *rest = READING.claims
    for reader, claims in (("m1", (first, *rest)), ("m2", tuple(rest)), ("m3", (first, *rest[1:]))):
        ledger.add(msgspec.structs.replace(READING, claims=claims), original_of(READING), reader=reader)
    (last,) = list_changes(ledger)
    assert (last.old_reader, last.new_reader, last.added, last.gone) == ("m2", "m3", (first,), (rest[0],))
    (since,) = list_changes(ledger, "m1")
    assert (since.old_reader, since.added, since.gone, since.altered) == ("m1", (), (rest[0],), ())
    assert list(list_changes(ledger, "m3")) == []


def test_changes_against_nobody_name_the_readers(ledger: Ledger) -> None:
    for reader in ("m1", "m2"):
        ledger.add(READING, b"x", reader=reader)
    with pytest.raises(LedgerError, match=r"nothing was read by 'nobody'; the readers are: m1; m2"):
        list(list_changes(ledger, "nobody"))


def test_reports_read_once_or_alike_are_left_out(ledger: Ledger) -> None:
    other = make_readings(2, seed=62)[1]
    ledger.add(other, b"x", reader="m1")
    ledger.add(READING, b"y", reader="m1")
    ledger.add(READING, b"y", reader="m2")
    assert list(list_changes(ledger)) == []
