"""Tests of resolve/place_context.py: the countries and states that a report names, and what its names mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.records import make_report
from asreported.resolve.gazetteer import country_words, load_gazetteer
from asreported.resolve.place_context import Context, Reading
from asreported.resolve.place_units import country_of_domain, named_units, weights_of


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Syria's army left the United Arab Emirates.", {"SY": 1.0, "AE": 1.0}),
        ("Envoys of South Sudan, Sudan and the U.S. met.", {"SS": 1.0, "SD": 1.0, "US": 1.0}),
        ("The syrian talks went on.", {}),
    ],
)
def test_names_of_countries_are_counted(body: str, expected: dict[str, float]) -> None:
    assert weights_of(named_units(make_report(id="a", title="", body=body))) == expected


@given(st.sampled_from([w for w in sorted(country_words()) if w[0].isupper() and w.count(" ") < 4 and "(" not in w]))
def test_every_name_of_a_country_is_found_in_a_sentence(name: str) -> None:
    code, demonym = country_words()[name]
    found = weights_of(named_units(make_report(id="a", title="", body=f"then {name} was named")))
    assert found == {code: 1 / 3 if demonym else 1.0}


def units(body: str) -> list[tuple[str, str]]:
    return [(u.country, u.code) for u in named_units(make_report(id="a", title="", body=body))]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A storm hit Kentucky and Queensland.", [("US", "US.KY"), ("AU", "AU.04")]),
        ("He lives in Paris, Ky., near the river.", [("US", "US.KY")]),
        ("Miss. Wash. OR is no state here.", []),
        ("Georgia and Alabama share a river.", [("US", "US.GA"), ("US", "US.AL")]),
        ("Georgia called up Georgian reservists.", [("GE", ""), ("GE", "")]),
        ("Georgia said nothing.", []),
        ("Chad Miller met Michael Jordan.", []),
        ("Troops entered Chad from Sudan.", [("TD", ""), ("SD", "")]),
    ],
)
def test_states_and_countries_are_told_from_other_words(body: str, expected: list[tuple[str, str]]) -> None:
    assert units(body) == expected


def test_a_unit_behind_a_name_is_known_by_place_and_by_name() -> None:
    report = make_report(id="a", title="", body="Fire in Paris, Texas. Rain in Gao (Mali). Iraq, Syria.")
    context = Context(load_gazetteer(), report)
    behind = context.unit_behind(report.text.index("Paris") + 5)
    assert behind is not None
    assert behind.code == "US.TX"
    assert [u.country for u in context.told["gao"]] == ["ML"]
    assert context.unit_behind(4) is None


@pytest.mark.parametrize(
    ("address", "expected"),
    [("www.example.ca/news", "CA"), ("example.co.uk", "GB"), ("Example News", None), ("example.tv", None), ("", None)],
)
def test_an_address_tells_its_country(address: str, expected: str | None) -> None:
    assert country_of_domain(address) == expected


def test_a_unit_that_is_told_again_and_again_is_kept_once() -> None:
    """Seven thousand times "Paris, Texas" took a minute to rank."""
    context = Context(load_gazetteer(), make_report(id="a", title="", body="Paris, Texas. " * 300))
    assert [u.code for u in context.told["paris"]] == ["US.TX"]


def test_readings_of_a_name_in_several_mentions_count_once() -> None:
    context = Context(load_gazetteer(), make_report(id="a", title="", body="Nothing."))
    mosul = load_gazetteer().look_up("Mosul")[0].place
    hatra = load_gazetteer().look_up("Hatra")[0].place
    context.learn([], [Reading("mosul", mosul, 1.0)] * 3 + [Reading("hatra", hatra, 1.0)])
    assert context.learnt.share("IQ", "kirkuk") == 1.0
    assert context.learnt.share("IQ", "mosul") == 1.0
    near, km = context.learnt.closeness([mosul], "mosul")
    assert 60 < km[0] < 150  # to Hatra, not to itself
    assert near[0] < 1


@given(st.text(max_size=200))
def test_no_text_breaks_the_search_for_units(text: str) -> None:
    report = make_report(id="a", title="", body=text)
    for unit in named_units(report):
        assert 0 <= unit.start < unit.end <= len(report.text)
