"""Names as they are compared: folding, words and their places, acronyms, persons."""

import itertools
import time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from asreported.resolve.names import acronyms, fold, same_person, split_words

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jabhat al-Nusra", "jabhat an-Nusra"),
        ("Da'esh", "Da’esh"),
        ("Erdoğan", "Erdogan"),
        ("Yıldırım", "Yildirim"),
        ("Al Qaeda", "al-Qaeda"),
        ("U.S.", "US"),
        ("People’s Protection Units", "Peoples Protection Units"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Ahrar", "Ansar"), ("M23", "M24"), ("Iran", "Iraq")])
def test_other_names_keep_other_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_name_in_brackets_that_is_no_acronym_defines_nothing() -> None:
    assert acronyms("Fighters of the front (Paris) and the army (1998) met.") == {}


def test_an_acronym_may_pass_over_small_words() -> None:
    text = "the Union for the Defence of Ligo (UDL) said"
    start, end = acronyms(text)["UDL"]
    assert text[start:end] == "Union for the Defence of Ligo"


def test_the_first_definition_counts() -> None:
    text = "Upper River Union (URU). Under Rail Unit (URU)."
    start, end = acronyms(text)["URU"]
    assert text[start:end] == "Upper River Union"


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("Dorrian", "John Dorrian", True),
        ("John Dorrian", "Dorrian", True),
        ("J. Dorrian", "John Dorrian", True),
        ("Mary Dorrian", "John Dorrian", False),
        ("", "John Dorrian", False),
        ("…", "…", False),
    ],
)
def test_the_shorter_name_stands_in_the_longer(name: str, other: str, same: bool) -> None:
    assert same_person(name, other) is same


@given(st.text())
@CALM
def test_words_are_verbatim_and_in_order(text: str) -> None:
    words = split_words(text)
    assert all(text[w.start : w.end] == w.text and w.key for w in words)
    assert all(a.end <= b.start for a, b in itertools.pairwise(words))


@given(st.text())
@example("𝓐")
@CALM
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("unit", ["A.", "(AB) ", "al-", "'a", "Aa ", "İ", "a'b'"])
def test_long_texts_take_no_second(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    begin = time.process_time()
    split_words(text)
    acronyms(text)
    assert time.process_time() - begin < 3.0
