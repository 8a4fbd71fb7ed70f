"""The map's answers: which claims stand where, how exactly, over which days; towns and places that are searched for."""

from __future__ import annotations

import time

import pytest
from starlette.testclient import TestClient

from asreported.desk.mapped import SHAPES, count_days, map_claims
from asreported.desk.towns import find_places, towns_within
from asreported.ledger import Ledger
from asreported.ledger.query import Query


def test_every_claim_is_on_the_map_once(client: TestClient, ledger: Ledger) -> None:
    answer = client.get("/api/map").json()
    claims = answer["claims"]
    assert answer["total"] == len(claims["id"]) == ledger.claims(Query()).total
    assert {len(column) for column in claims.values()} == {answer["total"]}
    assert not answer["more"]
    keys = {f"{answer['reports'][report]}:{id}" for report, id in zip(claims["report"], claims["id"], strict=True)}
    assert len(keys) == answer["total"]


def test_columns_say_what_the_claims_say(ledger: Ledger) -> None:
    mapped = map_claims(ledger, Query(limit=1000))
    kepts = {kept.key: kept for kept in ledger.claims(Query(limit=1000)).kept}
    for i, id in enumerate(mapped.claims.id):
        kept = kepts[f"{mapped.reports[mapped.claims.report[i]]}:{id}"]
        where = kept.claim.where
        assert mapped.kinds[mapped.claims.kind[i]] == kept.claim.kind
        assert mapped.statuses[mapped.claims.status[i]] == kept.claim.status
        assert mapped.reviews[mapped.claims.review[i]] == kept.review
        place = mapped.places[mapped.claims.place[i]] if mapped.claims.place[i] >= 0 else None
        if where is None:
            assert place is None
        else:
            assert place is not None
            assert (place.name, place.precision, place.country) == (where.name, where.precision, where.country)


def test_only_what_is_known_as_a_point_is_drawn_as_one(ledger: Ledger) -> None:
    for place in map_claims(ledger, Query()).places:
        assert (place.shape == "point") == (place.precision in ("exact", "near")), place
        if place.shape in ("area", "line"):
            assert place.radius_km and place.radius_km > 0, place
        if place.shape == "country":
            assert place.country and place.radius_km is None, place


def test_every_precision_has_a_shape() -> None:
    assert {"exact", "near", "adm2", "adm1", "region", "part", "border", "line", "sea", "country"} == SHAPES.keys()


def test_the_radius_is_that_of_the_claim(ledger: Ledger) -> None:
    mapped = map_claims(ledger, Query())
    radii = {
        (where.name, where.precision, where.lat): where.radius_km
        for kept in ledger.claims(Query(limit=1000)).kept
        if (where := kept.claim.where) and where.radius_km
    }
    found = [place for place in mapped.places if place.shape == "area"]
    assert found
    for place in found:
        assert place.radius_km == pytest.approx(radii[(place.name, place.precision, place.lat)], abs=1)


def test_a_filter_narrows_the_map(client: TestClient, ledger: Ledger) -> None:
    answer = client.get("/api/map?kind=killing&place=Mosul").json()
    assert answer["total"] == ledger.claims(Query(kinds=("killing",), places=("Mosul",))).total > 0
    assert {answer["kinds"][kind] for kind in answer["claims"]["kind"]} == {"killing"}


def test_days_narrow_the_map(client: TestClient) -> None:
    whole, part = client.get("/api/map").json(), client.get("/api/map?since=2017-07-01&until=2017-07-31").json()
    assert 0 < part["total"] < whole["total"]


def test_the_largest_figure_of_people_is_told(ledger: Ledger) -> None:
    mapped = map_claims(ledger, Query())
    assert mapped.people
    kepts = {kept.key: kept for kept in ledger.claims(Query(limit=1000)).kept}
    for i, (low, high) in mapped.people.items():
        figures = kepts[f"{mapped.reports[mapped.claims.report[i]]}:{mapped.claims.id[i]}"].claim.figures
        assert (low, high) in {(figure.low, figure.high) for figure in figures if figure.unit == "people"}


def test_a_wrong_filter_is_told(client: TestClient) -> None:
    assert client.get("/api/map?kind=murder").status_code == 400
    assert client.get("/api/timeline?since=yesterday").status_code == 400
    assert client.get("/map?status=maybe").status_code == 400


# ---- days --------------------------------------------------------------------------------


def test_the_timeline_counts_every_claim(client: TestClient, ledger: Ledger) -> None:
    answer = client.get("/api/timeline").json()
    assert answer["total"] == ledger.claims(Query()).total
    assert sum(number for _, number, _ in answer["days"]) + answer["without_day"] == answer["total"]
    assert all(actual <= number for _, number, actual in answer["days"])
    assert answer["days"] == sorted(answer["days"])


def test_the_timeline_shows_days_that_are_not_chosen_too(client: TestClient) -> None:
    assert client.get("/api/timeline?since=2017-07-01&until=2017-07-31").json() == client.get("/api/timeline").json()


def test_many_claims_are_counted_along_the_index_alike(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    for query in (Query(), Query(kinds=("killing",)), Query(words="Mosul"), Query(words="-Mosul", places=("Iraq",))):
        few = count_days(ledger, query)
        with monkeypatch.context() as patch:
            patch.setattr("asreported.desk.mapped.MOST", 0)
            assert count_days(ledger, query) == few


def test_more_claims_than_the_map_takes_are_said(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asreported.desk.mapped.MOST", 10)
    mapped = map_claims(ledger, Query())
    assert mapped.more and mapped.total == 10
    newest = map_claims(ledger, Query()).claims.day
    assert newest == sorted(newest, key=lambda day: -(day or 0))


# ---- the page ----------------------------------------------------------------------------


def test_the_page_keeps_days_apart_from_the_filter(client: TestClient) -> None:
    page = client.get("/map?kind=killing&since=2017-07-01&until=2017-07").text
    assert 'data-filter="kind=killing"' in page
    assert 'data-since="2017-07-01"' in page and 'data-until="2017-07"' in page
    assert "/export?format=geojson&amp;kind=killing&amp;since=2017-07-01&amp;until=2017-07" in page


def test_a_hostile_filter_stays_text(client: TestClient) -> None:
    page = client.get("/map", params={"q": "\"'><script>alert(1)</script>"}).text
    assert "<script>alert" not in page and "'><" not in page


def test_claims_of_a_place_are_told(client: TestClient) -> None:
    answer = client.get("/api/map").json()
    keys = [f"{answer['reports'][answer['claims']['report'][i]]}:{answer['claims']['id'][i]}" for i in range(3)]
    told = client.get("/map/claims", params=[("claim", key) for key in keys])
    assert told.status_code == 200
    for key in keys:
        report, claim = key.split(":")
        assert f"/reports/{report}?claim={claim}" in told.text


def test_claims_that_are_not_there_are_an_answer(client: TestClient) -> None:
    assert client.get("/map/claims").status_code == 400
    assert client.get("/map/claims?claim=none:none").status_code in (400, 404)
    assert client.get("/map/claims?" + "&".join(["claim=a:b"] * 26)).status_code == 400


# ---- places and towns --------------------------------------------------------------------


def test_a_place_is_found_within_another(client: TestClient) -> None:
    places = client.get("/api/places", params={"q": "Hama, Syria"}).json()["places"]
    assert places and {place["country"] for place in places} == {"SY"}
    assert {"id", "name", "admin1", "country", "country_name", "lat", "lon", "radius_km", "level", "population"} == set(
        places[0]
    )


def test_the_best_place_comes_first() -> None:
    assert find_places("Mosul")[0].country == "IQ"
    assert find_places("Paris")[0].country == "FR"
    assert find_places("Washington, D.C.")[0].country == "US"
    assert find_places("Syria")[0].level == "country"
    assert len(find_places("San Juan")) <= 20


@pytest.mark.parametrize(
    "text", ["", "Zzyzzxq", ",", ", ,", "Hama, Nowhereland", "x" * 150, "\x00", "'; DROP TABLE place"]
)
def test_a_name_that_no_place_has_finds_none(client: TestClient, text: str) -> None:
    answered = client.get("/api/places", params={"q": text})
    assert answered.status_code == 200 and answered.json() == {"places": []}


def test_a_long_name_is_refused(client: TestClient) -> None:
    assert client.get("/api/places", params={"q": "x" * 201}).status_code == 400


def test_the_largest_towns_of_a_rectangle(client: TestClient) -> None:
    towns = client.get("/api/towns?bbox=35,32,42,38&limit=30").json()["towns"]
    assert 5 < len(towns) <= 30
    assert all(35 <= town["lon"] <= 42 and 32 <= town["lat"] <= 38 for town in towns)
    assert [town["population"] for town in towns] == sorted((town["population"] for town in towns), reverse=True)
    assert {"Aleppo", "Hama"} <= {town["name"] for town in towns}


def test_towns_across_the_antimeridian() -> None:
    towns = towns_within(170, -60, -170, 60, 10)
    assert towns and all(town["lon"] >= 170 or town["lon"] <= -170 for town in towns)


def test_towns_are_quick() -> None:
    towns_within(-180, -90, 180, 90, 10)
    start = time.perf_counter()
    for west in range(0, 100, 10):
        towns_within(west, 0, west + 20, 30, 90)
    assert (time.perf_counter() - start) / 10 < 0.05


@pytest.mark.parametrize("bbox", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "0,0,0,inf", "0,0,200,0", "1,2,3,4,5"])
def test_a_wrong_rectangle_is_told(client: TestClient, bbox: str) -> None:
    assert client.get("/api/towns", params={"bbox": bbox}).status_code == 400


def test_an_empty_rectangle_has_no_towns(client: TestClient) -> None:
    assert client.get("/api/towns?bbox=0,0,0,0").json() == {"towns": []}
    assert client.get("/api/towns?bbox=0,0,1,1&limit=x").status_code == 400
