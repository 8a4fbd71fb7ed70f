"""Text in one case gets the case that news writes, and keeps its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.resolve.recasing import recase, usual_forms

USUAL = [
    "Syrian rebels shelled Aleppo on Friday.",
    "Col Kurt Ash told us that US troops would leave.",
    "The UK and the UN condemned Assad's army.",
    "IS fighters burned the mill. The town is empty, said a nurse who fled.",
    "The WHO sent medicine to Port Sudan on 12 May.",
    "They may march on Baghdad in March.",
    "US-backed forces hold Deir ez-Zor.",
    "Soldiers didn't enter the village.",
    "The Quiet River Union (QRU) met in Kabul. The QRU left.",
]


@pytest.mark.parametrize("text", USUAL)
def test_capitals_become_usual_case(text: str) -> None:
    assert recase(text.upper()) == text


@pytest.mark.parametrize("text", USUAL)
def test_small_letters_become_usual_case(text: str) -> None:
    # An acronym that is explained in brackets, and all else, is told without capitals.
    assert recase(text.lower()) == text


def test_unknown_word_is_a_name() -> None:
    assert recase("GUNMEN LEFT QAZHBOR") == "Gunmen left Qazhbor"


def test_number_does_not_begin_a_sentence() -> None:
    assert recase("BLAST IN KABUL\n\n3 DEAD") == "Blast in Kabul\n\n3 dead"


def test_words_seen_in_the_report_win() -> None:
    forms = usual_forms("Guards of the Ember Column fled. The guards left.")
    assert recase("GUARDS OF THE EMBER COLUMN", forms=forms) == "Guards of the Ember Column"


@given(st.text())
def test_length_is_kept_for_any_text(text: str) -> None:
    assert len(recase(text)) == len(text)


def test_letters_without_a_partner_stay() -> None:
    assert recase("STRAßE İZMIR ŉ") and len(recase("ŉ ß İ ǰ ﬁ")) == len("ŉ ß İ ǰ ﬁ")
