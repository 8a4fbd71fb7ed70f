from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b_cubed import b_cubed, pairwise
from linking import tf_idf

LABELS = st.dictionaries(st.integers(0, 20), st.sampled_from("abc"), min_size=1)


@given(LABELS)
def test_what_is_right_is_perfect(gold: dict[int, str]) -> None:
    renamed = {key: label * 2 for key, label in gold.items()}
    assert b_cubed(gold, renamed).f1 == pytest.approx(1)
    assert pairwise(gold, renamed).precision == 1


@given(LABELS, st.sampled_from("abc"))
def test_all_in_one_has_full_recall(gold: dict[int, str], label: str) -> None:
    found = b_cubed(gold, dict.fromkeys(gold, label))
    assert found.recall == pytest.approx(1)
    assert found.precision <= 1


@given(LABELS)
def test_all_apart_has_full_precision(gold: dict[int, str]) -> None:
    assert b_cubed(gold, {key: str(key) for key in gold}).precision == pytest.approx(1)


def test_what_was_not_found_costs_recall_alone() -> None:
    gold = {1: "a", 2: "a", 3: "b"}
    found = b_cubed(gold, {1: "x", 2: "x"})
    assert found.precision == 1
    assert found.recall == pytest.approx(2 / 3)


def test_the_worked_example_of_bagga_and_baldwin() -> None:
    """Their figure 1, second response: 12 mentions, two clusters of five joined."""
    gold = dict.fromkeys(range(5), "a") | {5: "b", 6: "b"} | dict.fromkeys(range(7, 12), "c")
    pred = {key: "x" if label != "b" else "y" for key, label in gold.items()}
    found = b_cubed(gold, pred)
    assert (found.precision, found.recall) == (pytest.approx(7 / 12), pytest.approx(1))


def test_plain_tf_idf_parts_texts_without_common_words() -> None:
    pytest.importorskip("sklearn")
    texts = ["a bomb hit a market in Sarmin", "Sarmin market bomb", "envoys met in Geneva", "Geneva talks of envoys"]
    score, _ = tf_idf(texts, ["raid", "raid", "talks", "talks"])
    assert score.f1 == 1
