import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.records import Annotation, Event, Mention, make_report
from asreported.resolve.gazetteer import load_gazetteer, point_distance
from asreported.resolve.places import resolve_places
from asreported.resolve.relations import Relation, moved, parse_relation, relate

TABLE = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases/places/relations.jsonl").read_text("utf-8").splitlines()
]
"""Every kind of relation, its point worked out by hand from the coordinates of its towns; the sentences are made up."""
CASES = [
    ("80 miles south of", "distance", 180, 128.7),
    ("some 300km north-west of", "distance", 315, 300.0),
    ("10 km (6 miles) outside", "distance", None, 10.0),
    ("about 1,500 metres from", "distance", None, 1.5),
    ("two kilometres to the east of", "distance", 90, 2.0),
    ("the northwestern part of", "part", 315, None),
    ("southern", "part", 180, None),
    ("in the centre of", "part", None, None),
    ("north of", "near", 0, None),
    ("near", "near", None, None),
    ("on the outskirts of", "near", None, None),
    ("between", "between", None, None),
    ("near the border with", "border", None, None),
    ("off the coast of", "coast", None, None),
]


@pytest.mark.parametrize(("before", "kind", "bearing", "km"), CASES, ids=[c[0] for c in CASES])
def test_words_before_a_name_give_a_relation(before: str, kind: str, bearing: int | None, km: float | None) -> None:
    assert parse_relation(before) == Relation(kind=kind, bearing=bearing, distance_km=km)


@pytest.mark.parametrize("before", ["", "in the town of", "the province of", "10 men from", "5 km", "Norther"])
def test_other_words_give_none(before: str) -> None:
    assert parse_relation(before) is None


def place(name: str, country: str, level: str = "place"):
    return next(
        m.place for m in load_gazetteer().look_up(name) if m.place.country == country and m.place.level == level
    )


def test_a_distance_with_a_bearing_moves_the_point() -> None:
    mosul = place("Mosul", "IQ")
    point = relate(Relation(kind="distance", bearing=180, distance_km=100), mosul, load_gazetteer())
    assert point.lat < mosul.lat
    assert abs(point_distance(point.lat, point.lon, mosul.lat, mosul.lon) - 100) < 1
    assert (point.radius_km, point.precision) == (15.0, "near")


def test_a_distance_without_a_bearing_is_a_ring() -> None:
    mosul = place("Mosul", "IQ")
    point = relate(Relation(kind="distance", distance_km=40), mosul, load_gazetteer())
    assert (point.lat, point.lon, point.radius_km) == (mosul.lat, mosul.lon, 40)


def test_between_is_the_middle() -> None:
    one, other = place("Mosul", "IQ"), place("Erbil", "IQ")
    point = relate(Relation(kind="between"), one, load_gazetteer(), second=other)
    assert point.precision == "line"
    assert one.lon < point.lon < other.lon


def test_a_border_is_taken_where_the_report_is() -> None:
    gazetteer = load_gazetteer()
    syria, turkey = gazetteer.country("SY"), gazetteer.country("TR")
    kobani = place("Kobani", "SY")
    point = relate(Relation(kind="border"), syria, gazetteer, second=turkey, others=(kobani,))
    assert point.precision == "border"
    assert point_distance(point.lat, point.lon, kobani.lat, kobani.lon) < 40


def test_a_place_as_it_is_keeps_its_point() -> None:
    mosul = place("Mosul", "IQ")
    point = relate(None, mosul, load_gazetteer())
    assert (point.lat, point.lon, point.precision) == (mosul.lat, mosul.lon, "exact")


@given(st.text(max_size=300), st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_reading(before: str, after: str) -> None:
    relation = parse_relation(before, after)
    assert relation is None or relation.bearing is None or 0 <= relation.bearing < 360


@given(st.floats(-60, 60), st.floats(-179, 179), st.integers(0, 359), st.floats(1, 500))
@settings(max_examples=100, deadline=None)
def test_moving_goes_as_far_as_asked(lat: float, lon: float, bearing: int, km: float) -> None:
    there = moved(lat, lon, bearing, km)
    assert abs(point_distance(lat, lon, *there) - km) < 0.1
    assert -180 <= there[1] <= 180


@pytest.mark.parametrize("case", TABLE, ids=[c["row"] for c in TABLE])
def test_a_relation_gives_point_radius_and_precision(case: dict[str, Any]) -> None:
    report = make_report(id="x", title="", body=case["text"])
    events = []
    for text in (case[key] for key in ("before", "mention") if key in case):
        start = report.text.rindex(text)
        place = Mention(role="place", span=report.span(start, start + len(text)))
        sentence = report.span(report.text.rfind(". ", 0, start) + 1, len(report.text))
        trigger = report.span(sentence.start, sentence.start + 1)
        events.append(
            Event(kind="clash", status="actual", trigger=trigger, sentence=sentence, roles=(place,), sources=())
        )
    where = resolve_places(report, Annotation(sentences=(), toponyms=(), events=tuple(events)), load_gazetteer())[-1]
    expected = case["expected"]
    assert where is not None
    same = {key: expected[key] for key in ("name", "admin1", "country", "precision") if key in expected}
    assert {key: getattr(where, key) for key in same} == same
    if "km" in expected:
        assert point_distance(expected["lat"], expected["lon"], where.lat, where.lon) <= expected["km"]
    if "radius" in expected:
        assert expected["radius"][0] <= where.radius_km <= expected["radius"][1]
