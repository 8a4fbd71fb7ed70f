"""Which claim comes next, in which order, for whom."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from serving import enter
from starlette.testclient import TestClient

from asreported.comparisons import read_incident
from asreported.desk import queue_orders
from asreported.desk.queue_orders import ORDERS, line_up
from asreported.desk.queues import Queues
from asreported.desk.state import Desk
from asreported.ledger import Ledger
from asreported.ledger.query import Query

SESSION = "session-one"
UNREVIEWED = Query(reviews=("unreviewed",))


def take(client: TestClient, filter: str = "", session: str = SESSION, **more: Any) -> Any:
    answer = client.post("/api/queue/next", json={"filter": filter, "session": session, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def first(client: TestClient, *args: Any, **more: Any) -> str:
    return str(take(client, *args, **more)["items"][0]["key"])


def accept(client: TestClient, key: str, expected: int = 0) -> int:
    answer = client.post(f"/api/claims/{key}/decisions", json={"action": "accept", "expected": expected})
    assert answer.status_code == 201
    return int(answer.json()["decision"]["n"])


def test_the_first_claims_are_those_of_the_first_report_in_the_order_of_its_text(
    client: TestClient, ledger: Ledger
) -> None:
    keys = [item["key"] for item in take(client, count=5)["items"]]
    assert keys == [kept.key for kept in ledger.kept([1, 2, 3, 4, 5])]


def test_the_whole_queue_is_walked_once_and_then_is_empty(client: TestClient, ledger: Ledger) -> None:
    total, seen = ledger.claims(Query(limit=0, kinds=("killing",))).total, []
    turn = take(client, "kind=killing", count=1)
    assert turn["left"] == total
    while turn["items"]:
        key = turn["items"][0]["key"]
        accept(client, key)
        seen.append(key)
        turn = take(client, "kind=killing", count=1, decided=[key])
    assert len(seen) == len(set(seen)) == total
    assert (turn["left"], turn["more"]) == (0, False)


def test_skipped_claims_come_again_at_the_end(client: TestClient) -> None:
    skipped = first(client, "kind=killing")
    turn = take(client, "kind=killing", skipped=[skipped])
    while not turn["again"]:
        key = turn["items"][0]["key"]
        assert key != skipped
        accept(client, key)
        turn = take(client, "kind=killing", decided=[key])
    assert [item["key"] for item in turn["items"]] == [skipped]
    assert turn["left"] == 1


def test_two_people_get_different_claims_as_long_as_there_are(client: TestClient, desk: Desk) -> None:
    mine = take(client, "kind=killing", count=2)
    theirs = take(enter(desk, "B. Second"), "kind=killing", session="session-two", count=2)
    assert not {item["key"] for item in mine["items"]} & {item["key"] for item in theirs["items"]}
    assert not theirs["shared"]


def test_what_others_look_at_is_given_where_nothing_else_is_left(
    client: TestClient, desk: Desk, ledger: Ledger
) -> None:
    counts = Counter(kept.claim.kind for kept in ledger.claims(Query(limit=1000)).kept)
    kind = next(kind for kind, count in counts.items() if count <= 5)
    key = first(client, f"kind={kind}", count=5)
    other = take(enter(desk, "B. Second"), f"kind={kind}", session="session-two")
    assert other["shared"]
    assert other["items"][0]["key"] == key


def test_decisions_of_others_are_seen_at_once(client: TestClient, desk: Desk, ledger: Ledger) -> None:
    key = first(client)
    left = take(client)["left"]
    ledger.decide(key, "reject", who="somebody at the command line")
    assert first(client) != key
    assert take(client)["left"] == left - 1


def test_an_undone_claim_is_in_the_queue_again(client: TestClient) -> None:
    key = first(client)
    n = accept(client, key)
    assert first(client, decided=[key]) != key
    client.post(f"/api/claims/{key}/decisions", json={"action": "undo", "value": n, "expected": 1})
    assert first(client, back=[key]) == key


def test_a_queue_of_decided_claims_gives_each_once(client: TestClient) -> None:
    keys = [item["key"] for item in take(client, count=2)["items"]]
    for key in keys:
        accept(client, key)
    turn = take(client, "review=accepted", count=1)
    assert turn["items"][0]["key"] == keys[0]
    accept(client, keys[0], 1)
    assert first(client, "review=accepted", decided=[keys[0]]) == keys[1]


# ---- orders ------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
def test_every_order_has_all_claims_once(ledger: Ledger, order: str) -> None:
    numbers = line_up(ledger, UNREVIEWED, order).numbers
    assert len(numbers) == len(set(numbers)) == ledger.claims(Query(limit=0)).total


def test_the_most_uncertain_comes_first(ledger: Ledger) -> None:
    sure = [kept.claim.confidence for kept in ledger.kept(line_up(ledger, UNREVIEWED, "uncertain").numbers)]
    assert sure == sorted(sure)


def test_the_largest_figure_comes_first(ledger: Ledger) -> None:
    kepts = ledger.kept(line_up(ledger, UNREVIEWED, "largest").numbers)
    tops = [
        max((f.low if f.high is None else f.high or 0 for f in kept.claim.figures if f.unit == "people"
             and (f.low, f.high) != (None, None)), default=-1.0)
        for kept in kepts
    ]  # fmt: skip
    assert tops == sorted(tops, reverse=True)
    assert tops[0] > 100_000


def test_contested_claims_come_first(ledger: Ledger) -> None:
    kepts = ledger.kept(line_up(ledger, UNREVIEWED, "disagree").numbers)
    stated: set[str] = set()
    for incident in {kept.incident for kept in kepts if kept.incident}:
        for one in read_incident(ledger, incident).contradictions:
            stated |= {statement.key for statement in one.statements}
    flags = [kept.key in stated for kept in kepts]
    assert stated
    assert flags == sorted(flags, reverse=True)


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_walked_is_in_the_same_order_as_what_is_sorted(
    ledger: Ledger, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = line_up(ledger, UNREVIEWED, order).numbers
    monkeypatch.setattr(queue_orders, "FEW", 3)
    many = line_up(ledger, UNREVIEWED, order).numbers
    if order == "disagree":  # incidents of as many claims may follow each other otherwise
        assert set(many) == set(few)
    else:
        assert many == few


def test_a_line_that_is_used_up_is_opened_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_orders, "MOST", 3)
    queues, seen = Queues(), []
    turn = queues.turn(ledger, UNREVIEWED, "imported", SESSION, count=1)
    assert turn.more
    for _ in range(8):
        seen.append(turn.tickets[0].n)
        ledger.decide(turn.tickets[0].key, "accept", who="P")
        turn = queues.turn(ledger, UNREVIEWED, "imported", SESSION, count=1)
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8]


# ---- the page ----------------------------------------------------------------------------


def test_the_filter_that_was_used_is_taken_up_again(client: TestClient) -> None:
    assert client.get("/queue", follow_redirects=False).status_code == 200
    key = first(client, "kind=killing&order=newest")
    assert client.get("/queue", follow_redirects=False).status_code == 200  # nothing was decided yet
    accept(client, key)
    take(client, "kind=killing&order=newest", decided=[key])
    answer = client.get("/queue", follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/queue?kind=killing&review=unreviewed&order=newest"
    assert client.get("/queue?order=imported", follow_redirects=False).status_code == 200


def test_an_item_is_the_claim_in_its_text(client: TestClient) -> None:
    key = first(client)
    text = client.get("/queue/item", params={"claim": key}).text
    assert f'data-key="{key}"' in text
    assert 'data-version="0"' in text
    assert 'class="reading"' in text
    assert client.get("/queue/item", params={"claim": key + "x"}).status_code == 404
    assert client.get("/queue/item").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": "kind=feast", "session": SESSION},
        {"filter": "order=best", "session": SESSION},
        {"filter": "", "session": "x"},
        {"filter": "", "session": SESSION, "count": 0},
        {"filter": "", "session": SESSION, "decided": ["x"] * 501},
    ],
)
def test_what_cannot_be_asked_for_is_refused(client: TestClient, body: dict[str, Any]) -> None:
    assert client.post("/api/queue/next", json=body).status_code == 400


def test_a_page_with_an_unknown_order_says_so(client: TestClient) -> None:
    assert client.get("/queue?order=best").status_code == 400
