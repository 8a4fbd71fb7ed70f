"""The page of agreement, its CSV and its JSON: that they tell what was decided, to any names."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from starlette.testclient import TestClient

from asreported.compare.coders import Confusion
from asreported.compare.reliability import Measure
from asreported.desk.agreement import split_confusion, tell_measure
from asreported.desk.codings import Log
from asreported.ledger import Ledger

A, B = "A. First", "B. Second"


@pytest.fixture
def keys(ledger: Ledger) -> list[str]:
    numbers = [n for (n,) in ledger.database.rows("SELECT n FROM claims WHERE current = 1 ORDER BY n")]
    return [kept.key for kept in ledger.kept(numbers)]


def both(
    ledger: Ledger, key: str, first: str = "accept", second: str = "accept", who: str = B, **corrections: Any
) -> None:
    ledger.decide(key, first, who=A)
    value = {"review": second, **({"corrections": corrections} if corrections else {})}
    ledger.decide(key, "opinion", value=value, who=who)


def table(client: TestClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/agreement.csv{query}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


def measures(client: TestClient, query: str = "") -> dict[str, dict[str, str]]:
    return {row["attribute"]: row for row in table(client, query)}


def test_without_second_opinions_the_page_says_what_to_do(client: TestClient, ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(keys[0], "accept", who=A)
    page = client.get("/agreement")
    assert page.status_code == 200 and 'href="/second"' in page.text and "by two people yet" in page.text
    assert measures(client)["kind"]["agreement_note"] == "nothing to compare"


def test_what_was_decided_is_counted(client: TestClient, ledger: Ledger, keys: list[str]) -> None:
    for n, key in enumerate(keys[:40]):
        both(ledger, key, second="reject" if n % 4 == 0 else "accept")
    both(ledger, keys[40], second="correct", status="denied")
    found = measures(client)
    assert (found["is_claim"]["claims"], float(found["is_claim"]["agreement"])) == (
        "41",
        pytest.approx(31 / 41, abs=1e-6),
    )
    assert (found["status"]["claims"], float(found["status"]["agreement"])) == ("31", pytest.approx(30 / 31, abs=1e-6))
    assert found["is_claim"]["kappa"] == "0.0"  # one of the two accepted everything: no more than chance
    assert float(found["is_claim"]["agreement_low"]) < 31 / 41 < float(found["is_claim"]["agreement_high"])
    assert found["words of trigger"]["exact_f1"] == "1.0"
    page = client.get("/agreement").text
    assert "<b>41 claims</b>" in page and "Fewer than 30" not in page and "76 %" in page
    review = {(row["first"], row["second"]): row["claims"] for row in table(client, "?of=review")}
    assert review == {("accepted", "accepted"): "30", ("accepted", "rejected"): "10", ("accepted", "corrected"): "1"}


def test_one_class_only_is_told_in_words(client: TestClient, ledger: Ledger, keys: list[str]) -> None:
    for key in keys[:3]:
        both(ledger, key)
    found = client.get("/api/agreement").json()["agreement"]["attributes"][0]
    assert found["name"] == "is_claim" and found["kappa"]["value"] is None and found["alpha"]["value"] is None
    page = client.get("/agreement").text
    assert "not defined: both gave one and the same value only" in page and "nan" not in page.lower().replace(
        "banan", ""
    )
    assert "Fewer than 30 claims" in page


def test_by_kind_pair_and_period(client: TestClient, ledger: Ledger, keys: list[str]) -> None:
    kind = ledger.kept([ledger.fetcher.number(keys[0])])[0].claim.kind
    for n, key in enumerate(keys[:20]):
        both(ledger, key, who=B if n % 2 else "C. Third")
    of_kind = sum(ledger.kept([ledger.fetcher.number(key)])[0].claim.kind == kind for key in keys[:20])

    def count(query: str) -> int:
        return int(client.get(f"/api/agreement{query}").json()["agreement"]["claims"])

    assert count("") == 20
    assert count(f"?kind={kind}") == of_kind
    assert count(f"?a={A}&b={B}") == count(f"?a={B}&b={A}") == 10
    assert count(f"?a={B}&b=C. Third") == 0
    assert count(f"?a={A}") == 20
    assert count("?until=2020") == 0
    assert count("?since=2020-01-01") == 20


@pytest.mark.parametrize("wrong", ["kind=war", "since=x", f"a={A}&b={A}", "a=" + "x" * 200])
def test_what_makes_no_sense_is_told(client: TestClient, wrong: str) -> None:
    for address in ("/agreement", "/api/agreement", "/agreement.csv"):
        assert client.get(f"{address}?{wrong}").status_code == 400
    assert client.get("/agreement.csv?of=x").status_code == 400


def test_the_codings_can_be_counted_anew(client: TestClient, ledger: Ledger, keys: list[str]) -> None:
    both(ledger, keys[0], second="reject")
    both(ledger, keys[1], second="correct", status="denied")
    rows = table(client, "?of=values")
    told = [(row["claim"], row["coder"], row["first"], row["review"], row["status"]) for row in rows]
    status = {key: ledger.kept([ledger.fetcher.number(key)])[0].claim.status for key in keys[:2]}
    assert sorted(told) == sorted(
        [
            (keys[0], A, "1", "accepted", status[keys[0]]),
            (keys[0], B, "0", "rejected", ""),
            (keys[1], A, "1", "accepted", status[keys[1]]),
            (keys[1], B, "0", "corrected", "denied"),
        ]
    )


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "@x", "+1", "-1", "<b>x</b>", 'a,b"c', "‮x"])
def test_hostile_names(client: TestClient, ledger: Ledger, keys: list[str], name: str) -> None:
    both(ledger, keys[0], who=name)
    page = client.get("/agreement", params={"a": A, "b": name})
    assert page.status_code == 200 and "<b>x</b>" not in page.text and "‮" not in page.text
    coder = table(client, "?of=values")[1]["coder"]
    assert coder == (f"'{name}" if name[0] in "=@+-" else name)


def test_what_is_kept_in_memory_follows_the_log(ledger: Ledger, keys: list[str], folder: Any) -> None:
    log = Log()
    assert log.cases(ledger) == {} and log.doubles(ledger) == []
    both(ledger, keys[0])
    assert [one.case.key for one in log.doubles(ledger)] == [keys[0]]
    said = ledger.decide(keys[1], "accept", who=A)
    ledger.decide(keys[1], "opinion", value={"review": "reject"}, who=B)
    assert {one.case.key: one.differs for one in log.doubles(ledger)} == {keys[0]: False, keys[1]: True}
    ledger.decide(keys[1], "undo", value=said.n, who=A)
    assert {one.case.key: one.coded.first is None for one in log.doubles(ledger)} == {keys[0]: False, keys[1]: True}
    assert log.cases(ledger) == Log().cases(ledger)


def test_pairs_of_claims_are_no_coding(client: TestClient, ledger: Ledger, keys: list[str]) -> None:
    ledger.decide(f"{keys[0]} {keys[1]}", "same", who=A)
    assert client.get("/api/agreement").json()["agreement"]["claims"] == 0
    assert client.get("/second?percent=100").status_code == 200


def test_of_a_table_only_what_is_confused_is_drawn() -> None:
    table = Confusion(name="kind", labels=("aid", "clash", "killing"), counts=((2, 0, 0), (0, 3, 1), (0, 0, 4)))
    drawn, alike = split_confusion(table)
    assert (drawn.labels, drawn.counts, alike) == (("clash", "killing"), ((3, 1), (0, 4)), [("aid", 2)])


def test_measures_in_words() -> None:
    assert tell_measure(Measure(value=-0.1, low=-0.3, high=0.1)) == "-0.10 (-0.30 to 0.10)"
    assert tell_measure(Measure(value=0.755, low=0.6, high=0.9), percent=True) == "76 % (60 % to 90 %)"
    assert tell_measure(Measure(value=None, why="nothing to compare")) == "not defined"
