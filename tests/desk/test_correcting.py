"""Words that a person marked, read by the rules; and claims that were missed."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from asreported.desk.correcting import Marked, MarkedRole, MarkedSource, resolve_marked
from asreported.ledger import Ledger
from asreported.ledger.query import Query
from asreported.records import Claim, Offsets, make_report

REPORT = make_report(
    id="a",
    title="",
    published="2017-04-28",
    publisher="Sample Wire",
    body="At least 12 civilians were killed in Raqqa on Thursday, the Observatory said. Others say many died.",
)


def at(words: str) -> Offsets:
    start = REPORT.text.index(words)
    return Offsets(start=start, end=start + len(words))


def role(name: str, words: str) -> MarkedRole:
    return MarkedRole(role=name, start=at(words).start, end=at(words).end)


def marked(*roles: MarkedRole, sources: tuple[MarkedSource, ...] = ()) -> Marked:
    return Marked(kind="killing", status="actual", trigger=at("killed"), roles=roles, sources=sources)


def test_a_number_is_read_with_its_open_side() -> None:
    claim = resolve_marked(REPORT, (), marked(role("target", "civilians"), role("figure", "At least 12")))
    (figure,) = claim.figures
    assert (figure.low, figure.high, figure.qualifier, figure.of) == (12, None, "at least", "target")


def test_place_day_and_source_are_read_by_the_rules_of_reading() -> None:
    source = MarkedSource(who=at("the Observatory"), cue=at("said"))
    claim = resolve_marked(REPORT, (), marked(role("place", "Raqqa"), role("time", "on Thursday"), sources=(source,)))
    assert claim.where is not None
    assert (claim.where.name, claim.where.country) == ("Raqqa", "SY")
    assert claim.when is not None
    assert (str(claim.when.start), claim.when.rule) == ("2017-04-27", "weekday")
    assert claim.sources[0].cue is not None
    assert claim.evidence.text == "At least 12 civilians were killed in Raqqa on Thursday, the Observatory said."


def test_an_anonymous_source_needs_no_words() -> None:
    claim = resolve_marked(REPORT, (), marked(sources=(MarkedSource(cue=at("said")),)))
    assert claim.sources[0].anonymous


def marked_of(claim: Claim) -> dict[str, Any]:
    """What the editor sends for a claim as it is."""

    def span(one: Any) -> dict[str, int] | None:
        return None if one is None or one.start is None else {"start": one.start, "end": one.end}

    return {
        "kind": claim.kind,
        "status": claim.status,
        "trigger": span(claim.trigger),
        "roles": [{"role": one.role, "start": one.start, "end": one.end} for one in claim.roles],
        "sources": [{"who": span(one), "cue": span(one.cue)} for one in claim.sources],
    }


def test_the_words_of_a_claim_come_to_the_values_that_it_was_read_with(client: TestClient, ledger: Ledger) -> None:
    same = all_ = 0
    for kept in ledger.claims(Query(limit=60)).kept:
        answer = client.post(f"/api/reports/{kept.report.key}/resolve", json=marked_of(kept.claim))
        assert answer.status_code == 200
        claim = answer.json()["claim"]
        whole = client.get(f"/api/claims/{kept.key}").json()["as_read"]
        assert claim["figures"] == whole["figures"]
        assert claim["when"] == whole["when"]
        assert claim["evidence"] == whole["evidence"]
        same += (claim["where"] or {}).get("gazetteer_id") == (whole["where"] or {}).get("gazetteer_id")
        all_ += 1
    # The model finds more toponyms than the claims have as roles, and the place of a few claims hangs on these.
    assert same / all_ > 0.9


def test_resolving_saves_nothing(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(limit=1)).kept[0]
    before = ledger.log_head(), ledger.claims(Query(limit=0)).total
    client.post(f"/api/reports/{kept.report.key}/resolve", json=marked_of(kept.claim))
    assert (ledger.log_head(), ledger.claims(Query(limit=0)).total) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "feast"},
        {"status": "maybe"},
        {"trigger": {"start": 5, "end": 5}},
        {"trigger": {"start": -1, "end": 5}},
        {"trigger": {"start": 0, "end": 10**9}},
        {"trigger": None},
        {"roles": [{"role": "hero", "start": 0, "end": 3}]},
        {"roles": [{"role": "actor", "start": 3, "end": 0}]},
        {"roles": [{"role": "actor", "start": 0, "end": 3}] * 61},
        {"sources": [{"who": {"start": 0, "end": 10**7}}]},
        {"more": 1},
    ],
)
def test_words_that_are_none_of_the_text_are_refused(client: TestClient, ledger: Ledger, wrong: dict[str, Any]) -> None:
    kept = ledger.claims(Query(limit=1)).kept[0]
    for address in ("resolve", "claims"):
        answer = client.post(f"/api/reports/{kept.report.key}/{address}", json=marked_of(kept.claim) | wrong)
        assert answer.status_code == 400, wrong


def test_a_report_that_is_not_there_is_not_found(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(limit=1)).kept[0]
    assert client.post(f"/api/reports/{'0' * 24}/resolve", json=marked_of(kept.claim)).status_code == 404


def test_a_missed_claim_is_added_and_accepted_by_who_marked_it(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(limit=1)).kept[0]
    report, text = kept.report.key, ledger.text(kept.report.key)
    taken = {(one["claim"]["trigger"]["start"]) for one in client.get(f"/api/reports/{report}").json()["claims"]}
    start = next(n for n in range(len(text)) if text[n].isalpha() and n not in taken)
    missed = {"kind": "protest", "status": "actual", "trigger": {"start": start, "end": start + 4}, "why": "overlooked"}
    answer = client.post(f"/api/reports/{report}/claims", json=missed | {"changes": {"status": "planned"}})
    assert answer.status_code == 201, answer.text
    key = answer.json()["kept"]["key"]
    added = ledger.kept([ledger.fetcher.number(key)])[0]
    assert (added.claim.kind, added.claim.status, added.review) == ("protest", "planned", "accepted")
    assert added.claim.trigger.text == text[start : start + 4]
    (decision,) = ledger.history(key)
    assert (decision.action, decision.who, decision.why) == ("accept", "A. Reader", "overlooked")
    assert (
        client.post(f"/api/reports/{report}/claims", json=missed | {"changes": {"status": "planned"}}).status_code
        == 400
    )


def test_a_missed_claim_keeps_no_change_that_does_not_fit(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(limit=1)).kept[0]
    missed = {"kind": "protest", "status": "actual", "trigger": {"start": 0, "end": 4}, "changes": {"id": "mine"}}
    assert client.post(f"/api/reports/{kept.report.key}/claims", json=missed).status_code == 400
