"""Decisions on one claim through the desk: what is kept, what is refused, what the history tells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from serving import enter
from starlette.testclient import TestClient

from asreported.desk.state import Desk
from asreported.ledger import Ledger
from asreported.ledger.query import Query


@pytest.fixture
def key(ledger: Ledger) -> str:
    """A claim with a figure."""
    return next(kept.key for kept in ledger.claims(Query(kinds=("killing",), limit=50)).kept if kept.claim.figures)


def post(client: TestClient, key: str, expected: int, action: str, **more: Any) -> Any:
    return client.post(f"/api/claims/{key}/decisions", json={"action": action, "expected": expected, **more})


@pytest.mark.parametrize(
    ("action", "review"),
    [("accept", "accepted"), ("reject", "rejected"), ("unsure", "unsure"), ("comment", "unreviewed")],
)
def test_each_action_is_kept_with_who_and_why(
    client: TestClient, ledger: Ledger, key: str, action: str, review: str
) -> None:
    answer = post(client, key, 0, action, why="as the text says")
    assert answer.status_code == 201
    assert answer.json()["state"]["review"] == answer.json()["kept"]["review"] == review
    (decision,) = ledger.history(key)
    assert (decision.action, decision.who, decision.why) == (action, "A. Reader", "as the text says")
    assert answer.json()["decision"]["n"] == decision.n


def test_who_decides_is_the_name_that_the_browser_gives(desk: Desk, ledger: Ledger, key: str) -> None:
    post(enter(desk, "B. Second"), key, 0, "accept")
    assert ledger.history(key)[0].who == "B. Second"


def test_a_correction_changes_the_claim_and_leaves_what_was_read(client: TestClient, ledger: Ledger, key: str) -> None:
    before = ledger.kept([ledger.fetcher.number(key)])[0].claim
    answer = post(client, key, 0, "correct", value={"status": "denied"}).json()
    assert answer["kept"]["claim"]["status"] == "denied"
    shown = client.get(f"/api/claims/{key}").json()
    assert shown["as_read"]["status"] == before.status
    assert shown["kept"]["claim"]["status"] == "denied"
    assert shown["state"]["corrections"] == {"status": "denied"}


def test_undo_takes_back_the_decision_that_is_named(client: TestClient, ledger: Ledger, key: str) -> None:
    number = ledger.fetcher.number(key)
    before = ledger.kept([number])[0]
    first = post(client, key, 0, "correct", value={"kind": "injury"}).json()["decision"]["n"]
    post(client, key, 1, "reject")
    answer = post(client, key, 2, "undo", value=first)
    assert answer.status_code == 201
    assert answer.json()["state"]["review"] == "rejected"
    assert answer.json()["kept"]["claim"]["kind"] == before.claim.kind
    post(client, key, 3, "undo")
    assert ledger.kept([number])[0] == before
    assert [decision.action for decision in ledger.history(key)] == ["correct", "reject", "undo", "undo"]


def test_a_stale_decision_is_refused_with_both(client: TestClient, desk: Desk, ledger: Ledger, key: str) -> None:
    post(enter(desk, "B. Second"), key, 0, "accept", why="plain")
    answer = post(client, key, 0, "reject", why="no")
    assert answer.status_code == 409
    found, yours = answer.json()["found"], answer.json()["yours"]
    assert (found["state"]["review"], found["history"][0]["who"], found["kept"]["key"]) == (
        "accepted",
        "B. Second",
        key,
    )
    assert (yours["action"], yours["why"], yours["expected"]) == ("reject", "no", 0)
    assert len(ledger.history(key)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"action": "accept"},
        {"action": "same", "expected": 0},
        {"action": "accept", "expected": -1},
        {"action": "accept", "expected": 0, "more": 1},
        {"action": "accept", "expected": 0, "value": {"status": "denied"}},
        {"action": "accept", "expected": 0, "why": "x" * 4001},
        {"action": "correct", "expected": 0},
        {"action": "correct", "expected": 0, "value": {"id": "other"}},
        {"action": "correct", "expected": 0, "value": {"kind": "feast"}},
        {"action": "correct", "expected": 0, "value": {"trigger": {"start": 0, "end": 3, "text": "no!"}}},
        {"action": "undo", "expected": 0, "value": 99},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_kept(
    client: TestClient, ledger: Ledger, key: str, body: dict[str, Any]
) -> None:
    answer = client.post(f"/api/claims/{key}/decisions", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert ledger.history(key) == []


def test_a_number_whose_bounds_are_turned_round_is_refused_by_name(
    client: TestClient, ledger: Ledger, key: str
) -> None:
    figures = client.get(f"/api/claims/{key}").json()["kept"]["claim"]["figures"]
    figures[0] |= {"low": 9, "high": 3}
    answer = post(client, key, 0, "correct", value={"figures": figures})
    assert answer.status_code == 400
    assert "$.figures" in answer.json()["error"]


@pytest.mark.parametrize("path", ["/api/claims/{}", "/claims/{}/history", "/claims/{}/corrections"])
def test_a_claim_that_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path.format("0" * 24 + ":nothing")).status_code == 404
    assert post(client, "nothing", 0, "accept").status_code == 404


def test_the_history_tells_all_with_values_before_and_after(client: TestClient, key: str) -> None:
    post(client, key, 0, "comment", why="see <b>page 2</b>")
    n = post(client, key, 1, "correct", value={"status": "denied"}).json()["decision"]["n"]
    post(client, key, 2, "undo", value=n)
    text = client.get(f"/claims/{key}/history").text
    assert "see &lt;b&gt;page 2&lt;/b&gt;" in text
    assert "unreviewed → <b>corrected</b>" in text
    assert "actual" in text
    assert "denied" in text
    assert text.count('class="undone"') == 1
    assert "undone by" in text
    assert f"takes back no. {n}" in text


def test_the_corrections_show_what_was_read(client: TestClient, key: str) -> None:
    assert "read:" not in client.get(f"/claims/{key}/corrections").text
    post(client, key, 0, "correct", value={"status": "denied"})
    text = client.get(f"/claims/{key}/corrections").text
    assert "read:" in text
    assert "denied" in text


def test_of_decisions_at_once_on_one_claim_one_is_kept(desk: Desk, ledger: Ledger, key: str) -> None:
    people = [enter(desk, f"P{n}") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda person: post(person, key, 0, "accept").status_code, people))
    assert sorted(answers) == [201, *[409] * 5]
    assert len(ledger.history(key)) == 1


def test_looking_changes_nothing(client: TestClient, ledger: Ledger, key: str) -> None:
    before = ledger.log_head()
    for path in (f"/api/claims/{key}", f"/claims/{key}/history", f"/claims/{key}/corrections"):
        assert client.get(path).status_code == 200
    assert ledger.log_head() == before


def test_what_is_nested_too_deeply_is_refused_and_nothing_breaks(client: TestClient, ledger: Ledger, key: str) -> None:
    deep = b'{"action": "correct", "expected": 0, "value": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    answer = client.post(f"/api/claims/{key}/decisions", content=deep)
    assert answer.status_code == 400
    assert ledger.history(key) == []
