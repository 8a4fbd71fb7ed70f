"""Decisions add up, are taken back exactly, are never lost among others, and cannot be changed unseen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from asreported.errors import ConflictError, LedgerError
from asreported.ledger import Ledger, open_ledger, pair_target
from asreported.ledger.decisions import FIRST, chain_hash, fold, opinions
from asreported.ledger.dump import dump
from asreported.ledger.links import Link, append_links
from asreported.ledger.rebuild import rebuild
from asreported.ledger.verify import verify
from made_readings import make_readings, original_of

READING = make_readings(3, seed=11)[1]


@pytest.fixture
def keys(ledger: Ledger) -> Iterator[list[str]]:
    ledger.add(READING, original_of(READING), reader="model 1")
    yield [kept.key for kept in ledger.kept(range(1, len(READING.claims) + 1))]


def review(ledger: Ledger, n: int = 1) -> str:
    return ledger.kept([n])[0].review


def test_each_action_is_shown_as_its_review(ledger: Ledger, keys: list[str]) -> None:
    for action, shown in (("accept", "accepted"), ("reject", "rejected"), ("unsure", "unsure")):
        ledger.decide(keys[0], action, who="A", why="because")
        assert review(ledger) == shown
    ledger.decide(keys[0], "comment", who="B", why="look again")
    assert review(ledger) == "unsure"
    assert [d.action for d in ledger.history(keys[0])] == ["accept", "reject", "unsure", "comment"]
    assert review(ledger, 2) == "unreviewed"


def test_an_opinion_is_kept_and_changes_nothing(ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "correct", value={"kind": "bombing"}, who="A")
    seen = ledger.kept([1])
    ledger.decide(keys[0], "opinion", value={"review": "reject"}, who="B")
    changed = {"review": "correct", "corrections": {"status": "denied"}}
    ledger.decide(keys[0], "opinion", value=changed, who="B", why="“denied” stands there")
    ledger.decide(keys[0], "opinion", value={"review": "unsure"}, who="C")
    assert ledger.kept([1]) == seen
    told = [(o.who, o.review, o.corrections) for o in opinions(ledger.history(keys[0]))]
    assert told == [("B", "corrected", {"status": "denied"}), ("C", "unsure", {})]


def test_undo_takes_back_no_opinion_unless_it_is_named(ledger: Ledger, keys: list[str]) -> None:
    first = ledger.decide(keys[0], "accept", who="A")
    said = ledger.decide(keys[0], "opinion", value={"review": "reject"}, who="B")
    assert ledger.decide(keys[0], "undo", who="A").value == first.n
    with pytest.raises(LedgerError, match="no decision to undo"):
        ledger.decide(keys[0], "undo", who="A")
    ledger.decide(keys[0], "undo", value=said.n, who="B")
    assert opinions(ledger.history(keys[0])) == ()
    assert review(ledger) == "unreviewed"


def test_trigger_and_evidence_are_corrected_where_they_quote_the_text(ledger: Ledger, keys: list[str]) -> None:
    claim = ledger.kept([1])[0].claim
    start = claim.evidence.start
    shorter = {"start": start, "end": start + 5, "text": claim.evidence.text[:5]}
    ledger.decide(keys[0], "correct", value={"trigger": shorter}, who="A")
    assert ledger.kept([1])[0].claim.trigger.text == claim.evidence.text[:5]
    with pytest.raises(LedgerError, match="not what stands"):
        ledger.decide(keys[0], "correct", value={"trigger": shorter | {"text": "XXXXX"}}, who="A")


def test_the_log_is_a_chain_without_gaps(ledger: Ledger, keys: list[str]) -> None:
    made = [ledger.decide(key, "accept", who="A") for key in keys]
    assert [d.n for d in made] == list(range(1, len(keys) + 1))
    assert [d.previous for d in made] == [FIRST, *(d.sha256 for d in made[:-1])]
    assert all(chain_hash(d) == d.sha256 for d in made)
    assert ledger.log_head() == (len(keys), made[-1].sha256)


def test_a_correction_is_what_is_found_and_shown(ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "correct", value={"status": "denied", "where": None}, who="A")
    ledger.decide(keys[0], "correct", value={"kind": "bombing"}, who="B")
    (kept,) = ledger.kept([1])
    assert (kept.review, kept.claim.status, kept.claim.kind, kept.claim.where) == (
        "corrected",
        "denied",
        "bombing",
        None,
    )
    assert ledger.database.rows("SELECT status, kind, place, lat FROM claims WHERE n = 1") == [
        ("denied", "bombing", None, None)
    ]
    ledger.decide(keys[0], "accept", who="C")
    assert (review(ledger), ledger.kept([1])[0].claim.kind) == ("accepted", "bombing")
    assert not list(verify(ledger))
    before = ledger.database.rows("SELECT * FROM claims ORDER BY n")
    rebuild(ledger.database)
    assert ledger.database.rows("SELECT * FROM claims ORDER BY n") == before


def test_undo_gives_the_read_values_back(ledger: Ledger, keys: list[str]) -> None:
    before = ledger.database.rows("SELECT * FROM claims ORDER BY n"), ledger.kept([1])
    ledger.decide(keys[0], "correct", value={"figures": [], "roles": []}, who="A")
    assert ledger.database.rows("SELECT count(*) FROM claim_actors WHERE claim_n = 1") == [(0,)]
    undone = ledger.decide(keys[0], "undo", who="A")
    assert undone.value == 1
    assert (ledger.database.rows("SELECT * FROM claims ORDER BY n"), ledger.kept([1])) == before
    assert not list(verify(ledger))


def test_an_earlier_decision_can_be_undone_by_its_number(ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "accept", who="A")
    ledger.decide(keys[0], "comment", who="A", why="x")
    ledger.decide(keys[0], "undo", value=1, who="A")
    assert review(ledger) == "unreviewed"
    assert ledger.state(keys[0]).standing == (2,)
    with pytest.raises(LedgerError, match="none of those that stand"):
        ledger.decide(keys[0], "undo", value=1, who="A")


def test_a_stale_view_is_a_conflict_that_names_both(ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "accept", who="Anna", expected=0)
    before = list(dump(ledger))
    with pytest.raises(ConflictError, match="Anna chose accept") as caught:
        ledger.decide(keys[0], "reject", who="Ben", expected=0)
    assert "0 decisions" in str(caught.value)
    assert "(reject)" in str(caught.value)
    assert list(dump(ledger)) == before
    ledger.decide(keys[0], "reject", who="Ben", expected=1)
    ledger.decide(keys[1], "reject", who="Ben", expected=0)


@pytest.mark.parametrize(
    ("action", "value", "message"),
    [
        ("approve", None, "no action"),
        ("correct", None, "new values"),
        ("correct", {}, "new values"),
        ("correct", {"id": "x"}, "cannot be corrected"),
        ("correct", {"evidence": None}, "does not fit"),
        ("correct", {"confidence": 1.0}, "cannot be corrected"),
        ("opinion", None, "needs a review"),
        ("opinion", {"review": "same"}, "needs a review"),
        ("opinion", {"review": "accept", "seen": True}, "needs a review"),
        ("opinion", {"review": "correct"}, "only there"),
        ("opinion", {"review": "reject", "corrections": {"status": "denied"}}, "only there"),
        ("opinion", {"review": "correct", "corrections": {"status": "certain"}}, "not in the codebook"),
        ("correct", {"status": "certain"}, "not in the codebook"),
        ("correct", {"kind": "war"}, "not in the codebook"),
        ("correct", {"kind": 5}, "does not fit"),
        ("correct", {"when": {"start": "2020-02-30"}}, "does not fit"),
        ("correct", {"roles": [{"role": "actor", "start": 0, "end": 5, "text": "XXXXX"}]}, "not what stands"),
        ("accept", {"status": "denied"}, "takes no value"),
        ("undo", None, "no decision to undo"),
        ("same", None, "pairs"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(
    ledger: Ledger, keys: list[str], action: str, value: Any, message: str
) -> None:
    with pytest.raises(LedgerError, match=message):
        ledger.decide(keys[0], action, value=value, who="A")
    assert ledger.log_head() == (0, FIRST)


def test_a_decision_needs_a_claim_and_a_name(ledger: Ledger, keys: list[str]) -> None:
    with pytest.raises(LedgerError, match="no claim"):
        ledger.decide("nothing:here", "accept", who="A")
    with pytest.raises(LedgerError, match="name of who"):
        ledger.decide(keys[0], "accept", who="  ")


def test_pairs_are_constraints_until_they_are_undone(ledger: Ledger, keys: list[str]) -> None:
    pair = pair_target(keys[1], keys[0])
    assert pair == pair_target(keys[0], keys[1])
    ledger.decide(pair, "same", who="A")
    with ledger.database.write():
        append_links(ledger.database, [Link(1, "i1", "m", "t"), Link(1, "i2", "m", "t"), Link(1, "", "m", "t")])
    ledger.decide(pair_target("i1", "i2"), "different", who="A")
    first, second = sorted(keys[:2])
    assert set(ledger.constraints()) == {(first, second, "same"), ("i1", "i2", "different")}
    ledger.decide(pair, "different", who="B")
    assert (first, second, "different") in ledger.constraints()
    ledger.decide(pair, "undo", who="B")
    ledger.decide(pair, "undo", who="B")
    assert [c[2] for c in ledger.constraints()] == ["different"]
    with pytest.raises(LedgerError, match="no pair"):
        pair_target(keys[0], keys[0])
    with pytest.raises(LedgerError, match="pairs"):
        ledger.decide(pair, "accept", who="A")
    assert not list(verify(ledger))


def test_a_decision_on_a_pair_that_is_not_there_is_refused(ledger: Ledger, keys: list[str]) -> None:
    """It could never be removed, and would do nothing."""
    report = keys[0].partition(":")[0]
    for other, message in (("bar", "no incident"), ("i0123456789ab", "no incident"), (f"{report}:bar", "no claim"),
                           ("x:bar", "no claim"), ("a b", "no pair"), (keys[0], "no pair")):  # fmt: skip
        for action in ("same", "different", "comment"):
            with pytest.raises(LedgerError, match=message):
                ledger.decide(f"{keys[0]} {other}", action, who="A")
    assert ledger.log_head() == (0, FIRST)


def test_a_pair_is_the_same_in_either_order(ledger: Ledger, keys: list[str]) -> None:
    for target in (f"{keys[0]} {keys[1]}", f"{keys[1]} {keys[0]}"):
        ledger.decide(target, "same", who="A")
    assert ledger.state(pair_target(*keys[:2])).version == 2


def test_a_key_is_found_by_its_beginning(ledger: Ledger, keys: list[str]) -> None:
    report, _, claim = keys[0].partition(":")
    assert ledger.fetcher.find_key(keys[0]) == keys[0]
    assert ledger.fetcher.find_key(claim[:12]) == keys[0]
    assert ledger.fetcher.find_key(f"{report[:4]}:{claim[:12]}") == keys[0]
    for typed in ("", ":", "zz", "%", "_" * 16, f"zz:{claim}"):
        with pytest.raises(LedgerError, match="there is no claim"):
            ledger.fetcher.find_key(typed)


def test_words_of_any_kind_survive_in_a_decision(ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "comment", who="a\0b\ud800", why="\ufdd0 ' \" بلدة")
    (decision,) = ledger.history(keys[0])
    assert (decision.who, decision.why) == ("a\0b\ud800", "\ufdd0 ' \" بلدة")
    assert not list(verify(ledger))


# ---- any sequence (promise D5) -----------------------------------------------------------

CORRECTIONS: tuple[dict[str, Any], ...] = (
    {"status": "denied"},
    {"status": "possible", "where": None},
    {"kind": "bombing"},
    {"when": {"start": "2020-01-02", "end": None, "text": "later", "span": None, "basis": "context", "rule": "person"}},
    {"figures": [], "sources": []},
)


class AnySequence(RuleBasedStateMachine):
    """
    Decisions and undos in any order: an undo shows what was shown before the decision that it takes back.
    """

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.ledger: Ledger = open_ledger(Path(self.folder.name) / "ledger", create=True)
        self.ledger.add(READING, original_of(READING), reader="model 1")
        self.keys = [kept.key for kept in self.ledger.kept([1, 2])]
        self.shown: dict[str, list[object]] = {key: [self.look(key)] for key in self.keys}
        self.length = 0
        self.first_rows: list[object] = []

    def look(self, key: str) -> object:
        """All that can be seen of a claim: its row, actors, figures, and the claim itself."""
        n = self.ledger.fetcher.number(key)
        tables = (("claims", "n"), ("claim_actors", "claim_n"), ("claim_figures", "claim_n"))
        rows = [sorted(self.ledger.database.rows(f"SELECT * FROM {t} WHERE {c} = ?", (n,))) for t, c in tables]
        return rows, self.ledger.kept([n])

    @rule(which=st.integers(0, 1), action=st.sampled_from(("accept", "reject", "unsure", "comment")))
    def decide(self, which: int, action: str) -> None:
        self.ledger.decide(self.keys[which], action, who="A", why=action)
        self.shown[self.keys[which]].append(self.look(self.keys[which]))

    @rule(which=st.integers(0, 1), value=st.sampled_from(CORRECTIONS))
    def correct(self, which: int, value: dict[str, Any]) -> None:
        self.ledger.decide(self.keys[which], "correct", value=value, who="A")
        self.shown[self.keys[which]].append(self.look(self.keys[which]))

    @rule(which=st.integers(0, 1))
    def undo(self, which: int) -> None:
        key = self.keys[which]
        if len(self.shown[key]) == 1:
            with pytest.raises(LedgerError, match="no decision to undo"):
                self.ledger.decide(key, "undo", who="B")
            return
        self.ledger.decide(key, "undo", who="B")
        self.shown[key].pop()
        assert self.look(key) == self.shown[key][-1]

    @precondition(lambda self: hasattr(self, "ledger") and self.ledger.log_head()[0])
    @rule()
    def reopen(self) -> None:
        self.ledger.close()
        self.ledger = open_ledger(Path(self.folder.name) / "ledger")
        for key in self.keys:
            assert self.look(key) == self.shown[key][-1]

    @invariant()
    def history_only_grows(self) -> None:
        if not hasattr(self, "ledger"):
            return
        rows = self.ledger.database.rows("SELECT * FROM decisions ORDER BY n")
        assert rows[: len(self.first_rows)] == self.first_rows
        self.first_rows = list(rows)
        for key in self.keys:
            assert fold(self.ledger.history(key)).version == len(self.ledger.history(key))

    def teardown(self) -> None:
        if hasattr(self, "ledger"):
            assert not list(verify(self.ledger))
            self.ledger.close()
            self.folder.cleanup()


AnySequence.TestCase.settings = settings(max_examples=20, stateful_step_count=30)
TestAnySequence = AnySequence.TestCase
