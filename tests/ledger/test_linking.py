"""Incidents are a function of claims and decisions, in whatever order and in however many steps they came."""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable

import msgspec
import pytest
from linked import MATCHER, all_kept, fortnight, linked, linked_at_once

from asreported.cli_link import add_link_command, run_link
from asreported.ledger import Item, Ledger, open_ledger
from asreported.ledger.decisions import pair_target
from asreported.ledger.linking import link_new
from asreported.link.accounts import context_of
from asreported.link.grouping import Told, group_reports
from asreported.link.incidents import group_claims
from asreported.records import Reading
from made_readings import original_of, other_reading

CAP = 6
"""So small that many blocks get full."""
Where = Callable[[], str]


def add(ledger: Ledger, readings: list[Reading], reader: str = "model 1") -> None:
    ledger.add_many([Item(r, original_of(r)) for r in readings], reader=reader)


def link(ledger: Ledger, cap: int = CAP, again: bool = False):  # type: ignore[no-untyped-def]
    return link_new(ledger, matcher=MATCHER, cap=cap, again=again)


def tables(ledger: Ledger) -> dict[str, list[tuple[object, ...]]]:
    """What linking keeps, told by keys instead of row numbers."""
    key = dict(ledger.database.rows("SELECT n, key FROM accounts"))
    rows = ledger.database.rows
    return {
        "accounts": sorted(rows("SELECT key, size, told FROM accounts")),
        "blocks": sorted((b, key[n]) for b, n in rows("SELECT block, account_n FROM blocks")),
        "full": sorted(rows("SELECT block, size FROM full_blocks")),
        "edges": sorted((*sorted((key[a], key[b])), p) for a, b, p in rows("SELECT a, b, probability FROM edges")),
        "touched": rows("SELECT account_n FROM touched"),
    }


READINGS = fortnight(24, seed=3)


@pytest.mark.parametrize("cap", [CAP, 400])
def test_linking_once_is_what_all_at_once_gives(ledger: Ledger, cap: int) -> None:
    add(ledger, READINGS)
    done = link(ledger, cap)
    assert linked(ledger) == linked_at_once(ledger, MATCHER, cap)
    sizes = sorted(len(incident) for incident in linked(ledger))
    assert sizes[0] == 1
    assert sizes[-1] > 3  # else there is nothing that order could change
    assert done.reports == len(READINGS)
    assert (ledger.database.one("SELECT count(*) FROM full_blocks") or (0,))[0] > 0 or cap == 400


def test_linking_twice_changes_nothing(ledger: Ledger) -> None:
    add(ledger, READINGS)
    link(ledger)
    before = (tables(ledger), ledger.database.rows("SELECT * FROM links"))
    done = link(ledger)
    assert (done.reports, done.pairs, done.changed) == (0, 0, 0)
    assert (tables(ledger), ledger.database.rows("SELECT * FROM links")) == before


@pytest.mark.parametrize("seed", range(4))
def test_order_and_steps_do_not_matter(where: Where, seed: int) -> None:
    """Added in another order, linked after every few, read again in between: the same tables, the same incidents."""
    rng = random.Random(seed)
    second = {r.report.id: other_reading(r, random.Random(r.report.id)) for r in READINGS[::3]}
    with open_ledger(where(), create=True) as ledger:
        add(ledger, READINGS)
        add(ledger, list(second.values()), "model 2")
        link(ledger)
        expected, kept = linked(ledger), tables(ledger)
        assert expected == linked_at_once(ledger, MATCHER, CAP)
    steps = [(r, "model 1") for r in READINGS]
    rng.shuffle(steps)
    for reading in second.values():
        first = next(k for k, (r, _) in enumerate(steps) if r.report.id == reading.report.id)
        steps.insert(rng.randint(first + 1, len(steps)), (reading, "model 2"))
    with open_ledger(where(), create=True) as ledger:
        for reading, reader in steps:
            add(ledger, [reading], reader)
            if rng.random() < 0.4:
                link(ledger)
        link(ledger)
        assert linked(ledger) == expected
        assert tables(ledger) == kept


@pytest.mark.parametrize("seed", range(4))
def test_decisions_hold_whenever_they_were_made(where: Where, seed: int) -> None:
    """Decisions of all kinds, some undone, at any time: the incidents are those that they come to in the end."""
    rng = random.Random(100 + seed)
    with open_ledger(where(), create=True) as ledger:
        decided: list[str] = []
        for reading in rng.sample(READINGS, len(READINGS)):
            add(ledger, [reading])
            if rng.random() < 0.5:
                link(ledger)
            for _ in range(rng.randrange(3)):
                decide_something(ledger, rng, decided)
        link(ledger)
        assert linked(ledger) == linked_at_once(ledger, MATCHER, CAP)
        kept = tables(ledger)
        link(ledger, again=True)
        assert linked(ledger) == linked_at_once(ledger, MATCHER, CAP)
        assert tables(ledger) == kept


def decide_something(ledger: Ledger, rng: random.Random, decided: list[str]) -> None:
    kept = all_kept(ledger, "current = 1")
    one = rng.choice(kept)
    near = [k for k in kept if k.report.key == one.report.key] if rng.random() < 0.4 else kept
    other = rng.choice(near)
    if decided and rng.random() < 0.25:
        target = rng.choice(decided)
        if ledger.state(target).standing:
            ledger.decide(target, "undo", who="A")
        return
    action = rng.choice(["same", "different", "different", "reject", "accept", "correct"])
    if action in ("same", "different"):
        names = [k.incident if k.incident and rng.random() < 0.3 else k.key for k in (one, other)]
        if names[0] == names[1]:
            return
        target = pair_target(*names)
    else:
        target = one.key
    value = {"status": rng.choice(["generic", "actual", "denied"])} if action == "correct" else None
    ledger.decide(target, action, value=value, who="A")
    decided.append(target)


def test_same_and_different_are_obeyed_and_can_be_undone(ledger: Ledger) -> None:
    add(ledger, READINGS)
    link(ledger)
    before = linked(ledger)
    large = sorted(max(before, key=len))
    apart = pair_target(large[0], large[-1])
    small = [sorted(i)[0] for i in sorted(before, key=sorted) if large[0] not in i][:2]
    joined = pair_target(*small)
    ledger.decide(apart, "different", who="A")
    ledger.decide(joined, "same", who="A")
    link(ledger)
    incident = {k.key: k.incident for k in all_kept(ledger)}
    assert incident[large[0]] != incident[large[-1]]
    assert incident[small[0]] == incident[small[1]]
    for target in (apart, joined):
        ledger.decide(target, "undo", who="A")
    link(ledger)
    assert linked(ledger) == before


def test_different_divides_claims_of_one_report(ledger: Ledger) -> None:
    add(ledger, READINGS)
    link(ledger)
    rows = ledger.database.rows("SELECT account_n FROM account_claims GROUP BY account_n HAVING count(*) > 1")
    numbers = [n for (n,) in ledger.database.rows("SELECT claim_n FROM account_claims WHERE account_n = ?", rows[0])]
    a, b = ledger.kept(numbers[:2])
    ledger.decide(pair_target(a.key, b.key), "different", who="A")
    link(ledger)
    a, b = ledger.kept(numbers[:2])
    assert a.incident != b.incident


def test_decision_on_incidents_outlives_their_growth(ledger: Ledger) -> None:
    """It is one on the claims after which they are named, whatever they are called later."""
    add(ledger, READINGS[:8])
    link(ledger)
    first, second = sorted(linked(ledger), key=lambda i: min(i))[:2]
    names = {k.key: str(k.incident) for k in all_kept(ledger) if k.incident}
    ledger.decide(pair_target(names[min(first)], names[min(second)]), "same", who="A")
    add(ledger, READINGS[8:])
    link(ledger)
    names = {k.key: str(k.incident) for k in all_kept(ledger) if k.incident}
    assert names[min(first)] == names[min(second)]


def test_rejected_and_generic_claims_are_in_no_incident(ledger: Ledger) -> None:
    add(ledger, READINGS)
    link(ledger)
    one = next(k for k in all_kept(ledger) if k.incident)
    ledger.decide(one.key, "reject", who="A")
    link(ledger)
    number = ledger.fetcher.number(one.key)
    assert ledger.kept([number])[0].incident is None
    rows = ledger.database.rows("SELECT incident FROM links WHERE claim_n = ? ORDER BY n", (number,))
    assert [row[0] for row in rows] == [one.incident, ""]
    alone = ledger.database.rows(
        "SELECT c.status, c.incident FROM claims c JOIN account_claims x ON x.claim_n = c.n "
        "JOIN accounts a ON a.n = x.account_n WHERE a.told = 0"
    )
    assert alone
    assert set(alone) == {("generic", None)}
    ledger.decide(one.key, "undo", who="A")
    link(ledger)
    assert ledger.kept([number])[0].incident == one.incident


def test_links_has_a_row_for_each_change_and_no_other(ledger: Ledger) -> None:
    for k in range(0, len(READINGS), 6):
        add(ledger, READINGS[k : k + 6])
        link(ledger)
    rows = ledger.database.rows("SELECT claim_n, incident FROM links ORDER BY n")
    last: dict[int, str] = {}
    for number, incident in rows:
        assert last.get(number, "") != incident
        last[number] = incident
    claims = dict(ledger.database.rows("SELECT n, coalesce(incident, '') FROM claims"))
    assert {n: i for n, i in claims.items() if i} == {n: i for n, i in last.items() if i}


@pytest.mark.parametrize("stop", [1, 2, 3, 5])
def test_a_stopped_linking_goes_on(where: Where, stop: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asreported.ledger.linking.CLAIMS_AT_ONCE", 20)
    monkeypatch.setattr("asreported.ledger.linking.TOUCHED_AT_ONCE", 5)
    with open_ledger(where(), create=True) as whole:
        add(whole, READINGS)
        link(whole)
        expected = linked(whole)
    place = where()
    with open_ledger(place, create=True) as ledger:
        add(ledger, READINGS)
        calls = iter(range(100))

        def tell(what: str, done: int, all: int) -> None:
            if next(calls) == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            link_new(ledger, matcher=MATCHER, cap=CAP, progress=tell)
    with open_ledger(place) as ledger:
        done = link(ledger)
        assert done.reports < len(READINGS)
        assert linked(ledger) == expected


def test_a_failure_within_a_step_leaves_nothing_of_it(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    add(ledger, READINGS[:6])
    link(ledger)
    before = tables(ledger)
    add(ledger, READINGS[6:])

    def fail(*_: object) -> None:
        raise RuntimeError("stopped")

    with monkeypatch.context() as patch:
        patch.setattr("asreported.ledger.linked_graph.Graph.unlink", fail)
        with pytest.raises(RuntimeError):
            link(ledger)
    assert tables(ledger) == before
    link(ledger)
    assert linked(ledger) == linked_at_once(ledger, MATCHER, CAP)


def test_another_matcher_links_everything_anew(ledger: Ledger) -> None:
    add(ledger, READINGS)
    link(ledger)
    other = MATCHER._replace(version="test 2", across_threshold=0.9)
    done = link_new(ledger, matcher=other, cap=CAP)
    assert done.reports == len(READINGS)
    assert linked(ledger) == linked_at_once(ledger, other, CAP)


def test_rebuild_keeps_the_incidents(ledger: Ledger) -> None:
    from asreported.ledger.rebuild import rebuild

    add(ledger, READINGS)
    link(ledger)
    before = linked(ledger)
    rebuild(ledger.database)
    assert linked(ledger) == before
    assert link(ledger).changed == 0
    assert linked(ledger) == before


def test_accounts_come_out_of_the_database_as_they_went_in(ledger: Ledger) -> None:
    from asreported.ledger.linked_accounts import AccountStore
    from asreported.ledger.verdicts import Verdicts

    add(ledger, READINGS)
    store = AccountStore(ledger)
    with ledger.database.write():
        made = store.make([n for (n,) in ledger.database.rows("SELECT n FROM reports")], MATCHER, Verdicts([], [], 0))
    assert len(made) > 20
    assert AccountStore(ledger).load(m.n for m in made) == {m.n: m.account for m in made}


def test_the_command_links_what_is_new_and_says_so(
    where: Where, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    add_link_command(parser.add_subparsers())
    monkeypatch.setattr("asreported.ledger.linking.load_matcher", lambda: MATCHER)
    place = where()
    with open_ledger(place, create=True) as ledger:
        add(ledger, READINGS)
    assert run_link(parser.parse_args(["link", "--ledger", place])) == 0
    assert capsys.readouterr().out.startswith(f"{len(READINGS)} reports linked: ")
    assert run_link(parser.parse_args(["link", "--ledger", place])) == 0
    assert capsys.readouterr().out.startswith("0 reports linked: 0 claims are in another incident than before")
    assert run_link(parser.parse_args(["link", "--ledger", place, "--again"])) == 0
    again = capsys.readouterr().out
    assert again.startswith(f"{len(READINGS)} reports linked: 0 claims are in another incident than before")
    with open_ledger(place) as ledger:
        assert linked(ledger) == linked_at_once(ledger, MATCHER, 400)


def test_grouping_many_reports_is_grouping_each() -> None:
    told = []
    for reading in READINGS:
        report = reading.report
        context = context_of(report.id, report.id, report.published, report.publisher, report.title, report.text)
        told.append(Told(context, reading.claims, reading.vectors))
    expected = [group_claims(t.context, t.claims, t.vectors, MATCHER) for t in told]
    assert group_reports(told, MATCHER) == expected
    assert any(len(places) > 1 for groups in expected for _, places in groups)


def test_what_a_text_may_hold_can_be_linked(ledger: Ledger) -> None:
    """Lone surrogates and NULs, which neither msgpack nor every database takes."""
    reading = READINGS[0]
    report = msgspec.structs.replace(reading.report, publisher="Paper \ud800 \0", title="A \udfff")
    add(ledger, [msgspec.structs.replace(reading, report=report), READINGS[1]])
    link(ledger)
    assert linked(ledger) == linked_at_once(ledger, MATCHER, CAP)
