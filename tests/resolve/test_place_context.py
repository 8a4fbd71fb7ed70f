"""Tests of resolve/place_context.py: countries are counted however many words their names have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.records import make_report
from asreported.resolve.gazetteer import country_words
from asreported.resolve.place_context import named_countries


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Syria's army left the United Arab Emirates.", {"SY": 1.0, "AE": 1.0}),
        ("Envoys of South Sudan, Sudan and the U.S. met.", {"SS": 1.0, "SD": 1.0, "US": 1.0}),
        ("The syrian talks went on.", {}),
    ],
)
def test_names_of_countries_are_counted(body: str, expected: dict[str, float]) -> None:
    assert named_countries(make_report(id="a", title="", body=body)) == expected


@given(st.sampled_from([w for w in sorted(country_words()) if w[0].isupper() and w.count(" ") < 4 and "(" not in w]))
def test_every_name_of_a_country_is_found_in_a_sentence(name: str) -> None:
    code, demonym = country_words()[name]
    found = named_countries(make_report(id="a", title="", body=f"then {name} was named"))
    assert found == {code: 1 / 3 if demonym else 1.0}
