"""
The places of wars, in sentences made up for it: tests/cases/places/conflict.jsonl.

Nothing that the sentences tell has happened. Ids are GeoNames ids, found by coordinates and admin 1 unit; points of
relations were worked out by hand from the towns' coordinates, each with the kilometres that it may be off.
"""

import itertools
import json
import re
import string
import time
from pathlib import Path
from typing import Any

import pytest

from asreported.records import Annotation, Event, Mention, Report, Where, make_report
from asreported.resolve.gazetteer import load_gazetteer, point_distance
from asreported.resolve.place_names import fold
from asreported.resolve.places import resolve_places

FILE = Path(__file__).parents[1] / "cases/places/conflict.jsonl"
CASES = [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
FLOOR = 0.95
UNSEEN = Path(__file__).parents[1] / "cases/places/fresh.jsonl"
"""Its first line says how many were exact when they were first read."""


def attack(report: Report, text: str) -> Event:
    """An event in the sentence that has `text`, with that place; the last one, as "there" also stands in "there"."""
    start = report.text.rindex(text)
    span = report.span(start, start + len(text))
    sentence = report.span(report.text.rfind(". ", 0, start) + 1, len(report.text))
    trigger = report.span(sentence.start, sentence.start + 1)
    place = Mention(role="place", span=span)
    return Event(kind="attack", status="actual", trigger=trigger, sentence=sentence, roles=(place,), sources=())


def resolve(case: dict[str, Any]) -> Where | None:
    report = make_report(id="x", title="", body=case["text"])
    events = tuple(attack(report, case[key]) for key in ("before", "mention") if key in case)
    return resolve_places(report, Annotation(sentences=(), toponyms=(), events=events), load_gazetteer())[-1]


def faults(expected: dict[str, Any], where: Where | None) -> list[str]:
    """What is wrong with `where`; empty where it is exact."""
    if where is None:
        return ["none"]
    found = []
    if fold(expected["name"]) not in {fold(n) for n in (where.name, *where.alternates)}:
        found.append(f"name {where.name}")
    if expected["id"] is not None and where.gazetteer_id != expected["id"]:
        found.append(f"id {where.gazetteer_id}")
    found += [f"{k} {getattr(where, k)}" for k in ("country", "precision") if getattr(where, k) != expected[k]]
    if "km" in expected:
        there = where.lat is not None and where.lon is not None
        km = point_distance(expected["lat"], expected["lon"], where.lat or 0, where.lon or 0) if there else None
        if km is None or km > expected["km"]:
            found.append(f"point {where.lat} {where.lon} ({km and round(km)} km)")
    return found


def test_the_places_of_wars_are_found() -> None:
    assert len(CASES) >= 200
    missed = [(c["mention"], c["text"], wrong) for c in CASES if (wrong := faults(c["expected"], resolve(c)))]
    for mention, text, wrong in missed:
        print(f"{mention!r} in {text!r}: {'; '.join(wrong)}")
    exact = 1 - len(missed) / len(CASES)
    print(f"{exact:.3f} of {len(CASES)} exact")
    assert exact >= FLOOR


def test_places_first_read_unseen() -> None:
    _, *cases = (json.loads(line) for line in UNSEEN.read_text("utf-8").splitlines())
    assert len(cases) == 144
    missed = [(c["mention"], wrong) for c in cases if (wrong := faults(c["expected"], resolve(c)))]
    assert len(missed) <= 2, missed


@pytest.mark.parametrize(
    ("text", "mention", "name", "precision"),
    [
        ("A Syrian mayor met guns near the Israeli border.", "near the Israeli border", "Syria", "border"),
        ("Israeli mayors met near the Israeli border.", "near the Israeli border", "Israel", "border"),
        ("Tanks left the Bağlar district of Diyarbakır.", "the Bağlar district of Diyarbakır", "Bağlar", "adm2"),
        ("Turkish tanks left the Diyarbakır town of Lice.", "the Diyarbakır town of Lice", "Lice", "exact"),
        ("Yemeni pirates boarded a tanker off Mukalla.", "Mukalla", "Mukalla", "sea"),
        ("Yemeni soldiers sealed off Mukalla.", "Mukalla", "Mukalla", "exact"),
        ("Yemeni sailors fought. Soldiers sealed off Mukalla.", "Mukalla", "Mukalla", "exact"),
    ],
)  # fmt: skip
def test_edges_districts_and_waters(text: str, mention: str, name: str, precision: str) -> None:
    where = resolve({"text": text, "mention": mention})
    assert where is not None
    assert (fold(where.name), where.precision) == (fold(name), precision)


def test_a_wrong_place_is_noticed() -> None:
    expected = CASES[0]["expected"]
    where = resolve(CASES[0])
    assert faults(expected, where) == []
    assert faults(expected, None) == ["none"]
    assert faults({**expected, "id": 1}, where) == [f"id {expected['id']}"]
    assert faults({**expected, "country": "IQ", "precision": "near"}, where) == ["country SY", "precision exact"]
    assert faults({**expected, "name": "Mosul"}, where) == ["name Deir ez-Zor"]
    assert faults({**expected, "lat": 30.0}, where)[0].startswith("point")


def test_a_town_keeps_its_province_among_the_other_candidates() -> None:
    where = resolve({"text": "Syrian engineers mined Deir ez-Zor.", "mention": "Deir ez-Zor"})
    assert where is not None
    assert where.gazetteer_id == 170794
    assert 170792 in {c.id for c in where.candidates}
    assert len(where.candidates) <= 3
    assert where.gazetteer_id not in {c.id for c in where.candidates}


def test_the_town_of_an_unlisted_site_is_its_last_alternate() -> None:
    where = resolve(
        {"text": "Syrian nurses hid in the Zeddoforn hospital in Raqqa.", "mention": "the Zeddoforn hospital in Raqqa"}
    )
    assert where is not None
    assert (where.name, where.alternates, where.precision) == ("Zeddoforn hospital", ("Zeddoforn", "Raqqa"), "part")
    assert where.gazetteer_id is None


@pytest.mark.parametrize(
    ("text", "mention", "country"),
    [
        ("Guerrillas dug in on Paris hill, the army of El Salvador said.", "Paris hill", "SV"),
        ("Nigerian troops burned the Moscow forest.", "the Moscow forest", "NG"),
        ("Syrian medics slept in the Rosales clinic.", "the Rosales clinic", "SY"),
    ],
)
def test_a_site_called_like_a_great_city_is_of_the_country_reported_on(text: str, mention: str, country: str) -> None:
    where = resolve({"text": text, "mention": mention})
    assert where is not None
    assert where.country == country


def test_initials_that_no_list_has_name_no_place() -> None:
    assert resolve({"text": "They were held by the QRCS.", "mention": "the QRCS"}) is None


@pytest.mark.parametrize("sentence", ["Rebels in Syria hit {}. ", "The {} road burned. ", "{}, "])
def test_a_long_report_full_of_names_takes_little_time(sentence: str) -> None:
    names = (
        f"{a}{b}{c}ar"
        for a in ("Ba", "Ko", "Mi", "Ta", "Zu")
        for b in string.ascii_lowercase
        for c in string.ascii_lowercase
    )
    text = "".join(sentence.format(name) for name in itertools.islice(itertools.cycle(names), 100_000 // len(sentence)))
    report = make_report(id="x", title="", body=text[:100_000])
    spans = [report.span(m.start(), m.end()) for m in re.finditer(r"[BKMTZ][a-z]{4,}ar", report.text)]
    events = tuple(
        Event(
            kind="attack",
            status="actual",
            trigger=span,
            sentence=span,
            roles=(Mention(role="place", span=span),),
            sources=(),
        )
        for span in spans
    )
    began = time.process_time()
    resolve_places(report, Annotation(sentences=(), toponyms=(), events=events), load_gazetteer())
    assert time.process_time() - began < 2  # half of it on a machine that does nothing else
