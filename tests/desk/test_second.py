"""Second opinions: that they are blind, which claims are asked for, and how disagreements are settled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from serving import enter
from starlette.testclient import TestClient

from asreported.desk.codings import SHARES, case_of, is_sampled, rank_of
from asreported.desk.state import Desk
from asreported.ledger import Ledger
from asreported.ledger.decisions import opinions

ALL = "/second?percent=100"


@pytest.fixture
def keys(ledger: Ledger) -> list[str]:
    numbers = [n for (n,) in ledger.database.rows("SELECT n FROM claims WHERE current = 1 ORDER BY n")]
    return [kept.key for kept in ledger.kept(numbers)]


@pytest.fixture
def second(desk: Desk) -> Iterator[TestClient]:
    yield enter(desk, "B. Second")


def give(client: TestClient, key: str, review: str = "accept", **more: Any) -> Any:
    return client.post(f"/api/second/{key}", json={"review": review, **more})


def next_key(client: TestClient, address: str = ALL) -> str | None:
    found = client.get(f"/api{address}").json()["next"]
    return found and found["key"]


# ---- blind -------------------------------------------------------------------------------


def test_the_page_is_the_same_whatever_was_decided_first(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    """Not one byte tells what the first decision was, how many there were, by whom, or why."""
    key = keys[3]
    claim = ledger.kept([ledger.fetcher.number(key)])[0].claim
    first = ledger.decide(key, "accept", who="A. First")
    addresses = (ALL, f"/api{ALL}", f"/api/second/{key}", f"{ALL}&kind={claim.kind}&status={claim.status}")
    seen = [second.get(address).text for address in addresses]
    assert key.split(":")[1] in seen[0] and json.loads(seen[1])["next"]["key"] == key
    for action, value in (
        ("reject", None),
        ("unsure", None),
        ("correct", {"kind": "aid", "status": "denied", "where": None, "roles": []}),
        ("correct", {"trigger": {**msgspec.to_builtins(claim.evidence)}}),
        ("comment", None),
        ("accept", None),
    ):
        ledger.decide(key, action, value=value, who="A. First", why="because of Zz9-Plural")
        assert [second.get(address).text for address in addresses] == seen, action
    ledger.decide(key, "undo", value=first.n, who="Someone Else")
    ledger.decide(key, "opinion", value={"review": "reject"}, who="C. Third")
    told = "".join(second.get(f"{address}{'&' if '?' in address else '?'}again=1").text for address in addresses)
    for trace in ("A. First", "C. Third", "Someone Else", "Zz9", first.sha256):
        assert trace not in told


def test_other_decisions_of_the_report_are_not_told_either(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    report = keys[0].split(":")[0]
    same = [key for key in keys if key.startswith(report)]
    ledger.decide(same[0], "accept", who="A. First")
    before = second.get(ALL).text
    for key in same[1:]:
        ledger.decide(key, "reject", who="B. Second", why="Zz9")  # so that they are not asked for
    after = second.get(ALL).text
    assert "Zz9" not in after and before == after


def test_a_filter_does_not_give_a_correction_away(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    key = keys[0]
    read = ledger.kept([ledger.fetcher.number(key)])[0].claim.kind
    other = "aid" if read != "aid" else "clash"
    ledger.decide(key, "correct", value={"kind": other}, who="A. First")
    assert next_key(second, f"{ALL}&kind={other}") is None
    assert next_key(second, f"{ALL}&kind={read}") == key


def test_filters_by_what_decisions_change_are_left_alone(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    ledger.decide(keys[0], "reject", who="A. First")
    assert next_key(second, f"{ALL}&review=accepted&actor=nobody") == keys[0]


def test_giving_an_opinion_tells_nothing(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    ledger.decide(keys[0], "reject", who="A. First", why="Zz9")
    answer = give(second, keys[0])
    assert answer.status_code == 201 and set(answer.json()) == {"key", "n"}


# ---- the sample --------------------------------------------------------------------------


def test_the_sample_is_nested_and_about_as_large_as_it_says() -> None:
    ranks = [rank_of(f"{n:024x}:c{n}") for n in range(20_000)]
    samples = {share: {rank for rank in ranks if is_sampled(rank, share)} for share in SHARES}
    assert samples[5] < samples[10] < samples[20] < samples[100] == set(ranks)
    assert all(abs(len(samples[share]) / len(ranks) - share / 100) < 0.01 for share in SHARES)


def test_everybody_gets_the_same_sample_in_the_same_order(desk: Desk, ledger: Ledger, keys: list[str]) -> None:
    for key in keys:
        ledger.decide(key, "accept", who="A. First")
    wanted = sorted((key for key in keys if is_sampled(rank_of(key), 20)), key=rank_of)
    for name in ("B. Second", "C. Third"):
        client, got = enter(desk, name), []
        while key := next_key(client, "/second?percent=20&again=1"):
            got.append(key)
            assert give(client, key).status_code == 201
        assert got == wanted
    assert 0 < len(wanted) < len(keys)


def test_the_first_coder_and_who_saw_it_are_not_asked(desk: Desk, ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    ledger.decide(keys[0], "comment", who="C. Third", why="look again")
    undone = ledger.decide(keys[0], "reject", who="D. Fourth")
    ledger.decide(keys[0], "undo", value=undone.n, who="D. Fourth")
    for name in ("A. First", "C. Third", "D. Fourth"):
        client = enter(desk, name)
        assert next_key(client) is None
        assert give(client, keys[0]).status_code == 409
    assert next_key(enter(desk, "B. Second")) == keys[0]


def test_progress_and_skipping(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    for key in keys[:5]:
        ledger.decide(key, "accept", who="A. First")
    order = sorted(keys[:5], key=rank_of)
    assert '<b class="num">0</b> of <b class="num">5</b> of the sample' in second.get(ALL).text
    after = f"{ALL}&after={rank_of(order[0])}"
    assert next_key(second, after) == order[1]
    assert "1 claim skipped" in second.get(after).text
    for key in order[1:]:
        give(second, key)
    assert next_key(second, after) == order[0]  # what was skipped comes again
    found = second.get(f"/api{ALL}").json()
    assert (found["done"], found["total"]) == (4, 5)
    give(second, order[0])
    assert "You are through with this sample" in second.get(ALL).text


def test_a_third_opinion_is_asked_for_on_request(desk: Desk, ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    give(enter(desk, "B. Second"), keys[0])
    third = enter(desk, "C. Third")
    assert next_key(third) is None
    assert next_key(third, f"{ALL}&again=1") == keys[0]


def test_filters_by_report(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    for key in keys:
        ledger.decide(key, "accept", who="A. First")
    head = ledger.head(keys[0].split(":")[0])
    own = {key for key in keys if ledger.head(key.split(":")[0]).publisher == head.publisher}
    found = second.get(f"/api{ALL}", params={"percent": "100", "publisher": head.publisher}).json()
    assert found["total"] == len(own) < len(keys)
    period = {key for key in keys if (ledger.head(key.split(":")[0]).published or "") > "2017-05-31"}
    assert second.get(f"/api{ALL}&since=2017-06-01").json()["total"] == len(period)


@pytest.mark.parametrize(
    "wrong", ["percent=7", "kind=war", "status=x", "since=2017", "until=2017-02-30", "publisher=" + "x" * 400]
)
def test_what_makes_no_sense_is_told(second: TestClient, wrong: str) -> None:
    assert second.get(f"/second?{wrong}").status_code == 400


# ---- giving and taking back --------------------------------------------------------------


def test_an_opinion_is_kept_and_leaves_the_claim_alone(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    number = ledger.fetcher.number(keys[0])
    before = ledger.kept([number])
    assert give(second, keys[0], "correct", corrections={"status": "denied"}, why="“denied” it says").status_code == 201
    assert ledger.kept([number]) == before
    (one,) = opinions(ledger.history(keys[0]))
    assert (one.who, one.review, one.corrections, one.why) == (
        "B. Second",
        "corrected",
        {"status": "denied"},
        "“denied” it says",
    )


def test_a_second_press_is_refused(ledger: Ledger, keys: list[str], second: TestClient) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    assert [give(second, keys[0]).status_code for _ in range(2)] == [201, 409]
    assert len(opinions(ledger.history(keys[0]))) == 1


def test_ones_own_opinion_is_taken_back_and_no_others(
    desk: Desk, ledger: Ledger, keys: list[str], second: TestClient
) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    n = give(second, keys[0], "reject").json()["n"]
    assert enter(desk, "C. Third").post(f"/api/second/{keys[0]}/undo", json={"n": n}).status_code == 404
    assert enter(desk, "A. First").post(f"/api/second/{keys[0]}/undo", json={"n": n - 1}).status_code == 404
    assert second.post(f"/api/second/{keys[0]}/undo", json={"n": n}).status_code == 201
    assert second.post(f"/api/second/{keys[0]}/undo", json={"n": n}).status_code == 404
    assert opinions(ledger.history(keys[0])) == ()
    assert next_key(second) == keys[0]
    assert ledger.state(keys[0]).review == "accepted"


@pytest.mark.parametrize(
    "body",
    [{}, {"review": "same"}, {"review": "correct"}, {"review": "accept", "corrections": {"status": "denied"}},
     {"review": "correct", "corrections": {"status": "certain"}}, {"review": "accept", "why": 5},
     {"review": "accept", "who": "X"}],
)  # fmt: skip
def test_what_does_not_fit_is_refused(
    ledger: Ledger, keys: list[str], second: TestClient, body: dict[str, Any]
) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    assert second.post(f"/api/second/{keys[0]}", json=body).status_code == 400
    assert len(ledger.history(keys[0])) == 1


def test_there_is_no_opinion_on_what_nobody_decided_or_what_is_not_there(keys: list[str], second: TestClient) -> None:
    assert give(second, keys[0]).status_code == 409
    assert give(second, f"{'0' * 24}:c").status_code == 404
    assert second.get(f"/api/second/{'0' * 24}:c").status_code == 404


# ---- what a history comes to -------------------------------------------------------------


def test_who_was_first_and_what_settled_it(ledger: Ledger, keys: list[str]) -> None:
    key = keys[0]
    ledger.decide(key, "correct", value={"kind": "aid"}, who="A")
    ledger.decide(key, "correct", value={"status": "denied"}, who="A")
    said = ledger.decide(key, "opinion", value={"review": "reject"}, who="B")
    case = case_of(key, ledger.history(key))
    assert case.first is not None and case.outcome is None
    assert (case.first.who, case.first.review, case.first.corrections) == (
        "A",
        "corrected",
        {"kind": "aid", "status": "denied"},
    )
    settled = ledger.decide(key, "reject", who="C", why="adjudicated: B is right")
    case = case_of(key, ledger.history(key))
    assert case.outcome is not None and (case.outcome.who, case.outcome.review) == ("C", "rejected")
    assert case.first is not None and case.first.who == "A"
    ledger.decide(key, "undo", value=settled.n, who="C")
    assert case_of(key, ledger.history(key)).outcome is None
    ledger.decide(key, "undo", value=said.n, who="B")
    case = case_of(key, ledger.history(key))
    assert case.opinions == () and case.outcome is None and case.first is not None


# ---- adjudication ------------------------------------------------------------------------


def disputes(client: TestClient, state: str = "open") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/api/adjudications?state={state}").json()["disputes"]
    return found


def settle(client: TestClient, dispute: dict[str, Any], **body: Any) -> Any:
    key = dispute["kept"]["key"]
    return client.post(f"/api/adjudications/{key}", json={"expected": dispute["version"], **body})


def test_only_what_differs_is_listed(ledger: Ledger, keys: list[str], client: TestClient, second: TestClient) -> None:
    for key in keys[:3]:
        ledger.decide(key, "accept", who="A. First")
    give(second, keys[0])
    give(second, keys[1], "reject", why="no such thing")
    give(second, keys[2], "correct", corrections={"status": "denied"})
    found = disputes(client)
    assert {one["kept"]["key"] for one in found} == {keys[1], keys[2]}
    by = {one["kept"]["key"]: one for one in found}
    assert [side["who"] for side in by[keys[1]]["sides"]] == ["A. First", "B. Second"]
    assert [line["name"] for line in by[keys[2]]["lines"] if line["differs"]] == ["review", "status"]
    page = client.get("/adjudicate").text
    assert "no such thing" in page and "coders: accepted" in page and "reviewers: opinions differ" in page


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(
    ("first", "opinion"),
    [
        (("accept", None), {"review": "reject"}),
        (("correct", {"status": "denied", "roles": []}), {"review": "accept"}),
        (("correct", {"status": "denied"}), {"review": "correct", "corrections": {"kind": "aid"}}),
        (("reject", None), {"review": "correct", "corrections": {"figures": []}}),
        (("unsure", None), {"review": "accept"}),
    ],
)
def test_taking_a_side_makes_the_claim_what_that_side_said(
    ledger: Ledger, keys: list[str], client: TestClient, second: TestClient, first: Any, opinion: Any, side: int
) -> None:
    key = keys[0]
    ledger.decide(key, first[0], value=first[1], who="A. First")
    assert second.post(f"/api/second/{key}", json=opinion).status_code == 201
    (dispute,) = disputes(client)
    answer = settle(client, dispute, take=dispute["sides"][side]["n"], why="the text says so")
    assert answer.status_code == 201, answer.text
    assert disputes(client) == []
    (settled,) = disputes(client, "settled")
    assert settled["chosen"] == dispute["sides"][side]["who"]
    last = ledger.history(key)[-1]
    assert (last.who, last.why) == ("A. Reader", "adjudicated: the text says so")
    assert ledger.state(key).review == dispute["sides"][side]["review"] == answer.json()["kept"]["review"]
    page = client.get("/adjudicate?state=settled").text
    assert "Settled by" in page and "adjudicated: the text says so" in page and "reviewers: settled" in page


def test_a_third_way_settles_too_and_undoing_it_opens_it_again(
    ledger: Ledger, keys: list[str], client: TestClient, second: TestClient
) -> None:
    key = keys[0]
    ledger.decide(key, "accept", who="A. First")
    give(second, key, "correct", corrections={"status": "denied"})
    (dispute,) = disputes(client)
    assert settle(client, dispute, review="reject").status_code == 201
    (settled,) = disputes(client, "settled")
    assert settled["chosen"] is None and settled["outcome"]["review"] == "rejected"
    ledger.decide(key, "undo", who="A. Reader")
    assert [one["kept"]["key"] for one in disputes(client)] == [key]


def test_a_settled_claim_is_asked_for_no_more(desk: Desk, ledger: Ledger, keys: list[str], client: TestClient) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    give(enter(desk, "B. Second"), keys[0], "reject")
    settle(client, disputes(client)[0], review="accept")
    third = enter(desk, "C. Third")
    assert next_key(third, f"{ALL}&again=1") is None
    assert give(third, keys[0]).status_code == 409


def test_who_is_late_writes_nothing(ledger: Ledger, keys: list[str], client: TestClient, second: TestClient) -> None:
    ledger.decide(keys[0], "accept", who="A. First")
    give(second, keys[0], "reject")
    (dispute,) = disputes(client)
    ledger.decide(keys[0], "comment", who="C. Third", why="wait")
    assert settle(client, dispute, review="reject").status_code == 409
    (dispute,) = disputes(client)
    assert settle(client, dispute, take=999).status_code == 409
    assert settle(client, dispute).status_code == settle(client, dispute, take=1, review="reject").status_code == 400
    assert len(ledger.history(keys[0])) == 3


def test_several_decisions_are_one_transaction(
    ledger: Ledger, keys: list[str], client: TestClient, second: TestClient
) -> None:
    ledger.decide(keys[0], "correct", value={"status": "denied"}, who="A. First")
    give(second, keys[0])
    (dispute,) = disputes(client)
    assert settle(client, dispute, take=dispute["sides"][1]["n"]).status_code == 201
    assert [one.action for one in ledger.history(keys[0])[2:]] == ["correct", "accept"]
    assert ledger.kept([ledger.fetcher.number(keys[0])])[0].review == "accepted"


@pytest.mark.parametrize("wrong", ["state=x", "kind=war", "page=0", "page=x"])
def test_addresses_of_disagreements_that_make_no_sense(client: TestClient, wrong: str) -> None:
    assert client.get(f"/adjudicate?{wrong}").status_code == 400


HOSTILE = "<img src=x onerror=alert(1)>‮\"'&lt;"


def test_hostile_names_and_reasons_are_text(desk: Desk, ledger: Ledger, keys: list[str], client: TestClient) -> None:
    ledger.decide(keys[0], "accept", who=HOSTILE, why=HOSTILE)
    ledger.decide(keys[0], "opinion", value={"review": "reject"}, who=f"{HOSTILE}2", why="\ud800")
    for address in ("/adjudicate", "/agreement", "/second?percent=100&publisher=%3Cimg%20src=x%3E"):
        page = client.get(address)
        assert page.status_code == 200 and "<img" not in page.text and "‮" not in page.text
    assert settle(client, disputes(client)[0], review="accept", why=HOSTILE).status_code == 201
    assert "<img" not in client.get("/adjudicate?state=settled").text


# ---- in a browser ------------------------------------------------------------------------


def test_the_whole_way_by_keyboard(ledger: Ledger, keys: list[str], page: Any) -> None:
    for key in keys[:4]:
        ledger.decide(key, "accept", who="B. Other")
    page.goto(f"{page.base}{ALL}")
    for key in ("a", "s", "r"):
        at = page.locator(".second").get_attribute("data-key")
        page.wait_for_load_state()  # a key that is pressed before the script is there is lost
        page.keyboard.press(key)
        page.wait_for_function("at => document.querySelector('.second')?.dataset.key !== at", arg=at)
    page.wait_for_load_state()
    page.keyboard.press("c")
    page.keyboard.type("not sure what “remain” means")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    page.get_by_text("3 of 4 of the sample").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("z")
    page.get_by_text("2 of 4 of the sample").wait_for()
    given = [one for key in keys[:4] for one in opinions(ledger.history(key))]
    assert sorted(one.review for one in given) == ["accepted", "rejected"]
    page.goto(f"{page.base}/adjudicate")
    page.locator(".settle input").first.fill("the second paragraph")
    page.locator("h1").click()
    page.keyboard.press("2")
    page.get_by_text("Nothing is open").wait_for()
    rejected = next(key for key in keys[:4] if any(one.review == "rejected" for one in opinions(ledger.history(key))))
    assert ledger.state(rejected).review == "rejected"
    assert ledger.history(rejected)[-1].why == "adjudicated: the second paragraph"


def test_an_opinion_that_corrects_is_made_with_the_editor(ledger: Ledger, keys: list[str], page: Any) -> None:
    ledger.decide(keys[0], "correct", value={"kind": "aid"}, who="B. Other")
    page.goto(f"{page.base}{ALL}")
    page.keyboard.press("e")
    page.locator(".editor[aria-busy=false]").wait_for()
    assert page.locator("#edit-kind").input_value() != "aid"
    page.locator("#edit-status").select_option("denied")
    page.get_by_role("button", name="Save correction").click()
    page.get_by_text("1 of 1 of the sample").wait_for()
    (one,) = opinions(ledger.history(keys[0]))
    assert (one.review, one.corrections) == ("corrected", {"status": "denied"})
    assert ledger.state(keys[0]).corrections == {"kind": "aid"}
