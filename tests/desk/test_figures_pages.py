"""The figures page and its JSON over the sample reports."""

import json
import re
from pathlib import Path

import pytest
from serving import enter
from starlette.testclient import TestClient

from asreported.desk.guard import Access
from asreported.desk.state import Desk
from asreported.ledger import Ledger, open_ledger
from made_kepts import IS, figure, kept, place, reading, source


def test_the_strength_of_a_group_at_a_place_is_one_series_with_every_interval(client: TestClient) -> None:
    page = client.get("/figures?place=Mosul&kind=strength").text
    assert "strength: <bdi>" in page or "strength: Islamic State, in Mosul" in page
    for words in ("“3,000 to 5,000”", "“up to 8,000”", "“5,000 to 7,000”"):
        assert words in page
    assert "possible: counts for nothing" in page
    assert "2 independent chains" in page


def test_a_contested_toll_says_so_with_the_rule(client: TestClient) -> None:
    page = client.get("/figures?place=al-Jadida&kind=killing&order=contested").text
    assert 'class="label contested"' in page
    assert "have no number in common" in page
    first = page.index('class="label ')
    assert page[first:].startswith('class="label contested"')


def test_a_figure_leads_to_its_claim_in_the_reader(client: TestClient) -> None:
    page = client.get("/figures?place=Mosul&kind=strength").text
    links = re.findall(r'href="(/reports/[0-9a-f]{24}\?claim=[^"]+)"', page)
    assert links
    assert client.get(links[0]).status_code == 200


def test_the_killed_of_several_incidents_are_added_up_with_what_is_left_out(client: TestClient) -> None:
    page = client.get("/figures?kind=killing").text
    running = page[page.index('id="running"') :]
    assert "Killed, added up" in running
    assert "each once" in running and "No mean is taken" in running
    assert "without a number" in running


def test_without_a_filter_it_asks_to_narrow_and_adds_nothing_up(client: TestClient) -> None:
    page = client.get("/figures").text
    assert "Narrow the choice" in page
    assert 'id="running"' not in page


def test_nothing_found_says_what_to_do(client: TestClient) -> None:
    page = client.get("/figures?place=Bakhmut&kind=displacement").text
    assert "No figures were found for this filter" in page
    assert "see all figures" in page


def test_json_has_the_series_of_the_command(client: TestClient) -> None:
    answer = client.get("/api/figures?place=Mosul&kind=strength")
    assert answer.headers["content-type"] == "application/json"
    told = json.loads(answer.content)
    first = told["series"][0]
    assert first["title"] == "strength: Islamic State, in Mosul, Nineveh, Iraq"
    assert first["agreement"]["label"] in {"contested", "not compared", "sources agree"}
    assert {point["key"].count(":") for point in first["points"]} == {1}


@pytest.mark.parametrize("query", ["kind=nothing", "since=tomorrow", "number=x..y", "page=0", "since=2018&until=2017"])
def test_what_makes_no_sense_is_told_and_is_no_failure(client: TestClient, query: str) -> None:
    assert client.get(f"/figures?{query}").status_code == 400
    assert client.get(f"/api/figures?{query}").status_code == 400


def test_an_unknown_unit_or_actor_finds_nothing(client: TestClient) -> None:
    assert "no actor of this ledger is called" in client.get("/figures?actor=Nobody+At+All").text
    assert client.get("/figures?unit=unicorns").status_code == 200


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202egnol"


def test_hostile_words_are_text(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger", create=True) as ledger:
        _fill(ledger)
    desk = Desk(tmp_path / "ledger", Access(8724), who="A. Reader")
    client = enter(desk)
    for path in ("/figures", "/figures?kind=killing", "/incidents", "/actors", "/places", "/sources", "/publishers"):
        page = client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "\u202e" not in page.text
    told = client.get("/api/figures").json()
    assert told["series"][0]["points"][0]["sources"] == [HOSTILE]
    desk.close()


def _fill(ledger: Ledger) -> None:
    for day, number in (("2017-04-01", 10), ("2017-04-02", 12), ("2017-04-20", 90)):
        claim = kept(
            "killing", trigger="killed", who=[IS, HOSTILE], whom=[HOSTILE], words=[HOSTILE], published=day,
            where=place(HOSTILE, gazetteer_id=None), by=[source(HOSTILE)], publisher=HOSTILE, title=HOSTILE,
            figures=[figure(f"{number} {HOSTILE}", number, number, of="target")], quotation=f"{number} {HOSTILE} {day}",
        )  # fmt: skip
        read = reading(claim)
        ledger.add(read, read.report.text.encode())
