from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from asreported.link.words import rarity, stem, stems, weigh


def test_a_name_tells_more_than_a_common_word() -> None:
    assert rarity(stem("Rashidin")) > rarity(stem("hospital")) > rarity(stem("the"))


def test_inflected_words_are_one_term() -> None:
    assert stems("raided raids raiding") == ["raid"] * 3


def test_common_words_are_left_out_first() -> None:
    assert len(weigh(["the of and Sarmin"], 1)) == 1
    assert weigh(["the of and Sarmin"], 1)[0][0] == weigh(["Sarmin"], 1)[0][0]


@given(st.text(), st.integers(1, 40))
def test_weights_are_a_vector_of_length_one(text: str, most: int) -> None:
    terms = weigh([text], most)
    assert len(terms) <= most
    assert not terms or math.isclose(sum(w * w for _, w in terms), 1, abs_tol=0.01)
    assert list(terms) == sorted(terms)


@given(st.text())
def test_no_text_breaks_the_stems(text: str) -> None:
    assert all(isinstance(s, str) for s in stems(text))
