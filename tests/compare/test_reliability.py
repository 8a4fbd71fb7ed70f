"""Measures of agreement: against worked examples by those who proposed them, another program, and what always holds."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.compare.reliability import (
    Overlap,
    Pair,
    Resampling,
    Unit,
    measure_agreement,
    measure_alpha,
    measure_f1,
    measure_kappa,
)

FEW_DRAWS = 60


def kappa_of(first: str, second: str) -> float | None:
    pairs = [Pair(n, a, b) for n, (a, b) in enumerate(zip(first, second, strict=True))]
    return measure_kappa(pairs, Resampling(max(1, len(pairs)), resamples=FEW_DRAWS)).value


def alpha_of(*coders: str) -> float | None:
    """Each coder's values as letters, `.` where there is none."""
    units = [Unit(n, tuple(v for v in values if v != ".")) for n, values in enumerate(zip(*coders, strict=True))]
    return measure_alpha(units, Resampling(len(units), resamples=FEW_DRAWS)).value


# ---- worked examples ---------------------------------------------------------------------


def test_kappa_of_cohens_example() -> None:
    # Cohen (1960), table of 200 subjects in three categories: observed 0.70, expected 0.41.
    table = {"aa": 88, "ab": 14, "ac": 18, "ba": 10, "bb": 40, "bc": 10, "ca": 2, "cb": 6, "cc": 12}
    first, second = ("".join(pair[k] * n for pair, n in table.items()) for k in (0, 1))
    assert kappa_of(first, second) == pytest.approx((0.70 - 0.41) / (1 - 0.41))


def test_kappa_of_two_by_two() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed 0.7, expected 0.5 · 0.6 + 0.5 · 0.4.
    assert kappa_of("y" * 25 + "n" * 25, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15) == pytest.approx(0.4)


def test_alpha_of_krippendorffs_binary_example() -> None:
    assert alpha_of("0100000010", "1110010000") == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_krippendorffs_nominal_example() -> None:
    assert alpha_of("aabbdcccedda", "babbbccceddd") == pytest.approx(0.692, abs=5e-4)


def test_alpha_of_krippendorffs_example_with_missing_values() -> None:
    coders = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    assert alpha_of(*coders) == pytest.approx(0.743, abs=5e-4)


def test_f1_of_a_worked_example() -> None:
    # 3 of 4 and 3 of 5 spans are the same, and 1 of 1 and 1 of 2: 2 · 4 / (9 + 3).
    overlaps = [Overlap(0, 3, 4, 5), Overlap(1, 1, 1, 2)]
    assert measure_f1(overlaps, Resampling(2, resamples=FEW_DRAWS)).value == pytest.approx(8 / 12)


# ---- where there is no value -------------------------------------------------------------


def test_one_value_only_is_told_and_is_no_number() -> None:
    pairs, units = [Pair(n, "a", "a") for n in range(40)], [Unit(n, ("a", "a")) for n in range(40)]
    resampling = Resampling(40, resamples=FEW_DRAWS)
    for found in (measure_kappa(pairs, resampling), measure_alpha(units, resampling)):
        assert found.value is None and found.low is None
        assert found.why is not None and found.why.startswith("not defined")
    assert measure_agreement(pairs, resampling).value == 1


def test_nothing_to_compare() -> None:
    resampling = Resampling(1)
    found = (measure_agreement([], resampling), measure_kappa([], resampling), measure_alpha([], resampling))
    assert all(one.value is None and one.why == "nothing to compare" for one in found)
    assert measure_alpha([Unit(0, ("a",))], resampling).why == "nothing to compare"
    assert measure_f1([Overlap(0, 0, 0, 0)], resampling).value is None


def test_one_report_gives_no_interval() -> None:
    found = measure_kappa([Pair(0, a, b) for a, b in zip("aabb", "abbb", strict=True)], Resampling(1))
    assert found.value == pytest.approx(0.5)
    assert (found.low, found.high) == (None, None) and found.why == "no interval: all claims are of one report"


def test_full_agreement_gives_no_interval_rather_than_one_of_no_width() -> None:
    found = measure_kappa([Pair(n, "ab"[n % 2], "ab"[n % 2]) for n in range(40)], Resampling(40))
    assert found.value == 1
    assert found.low is None and found.why is not None and found.why.startswith("no interval")


# ---- intervals ---------------------------------------------------------------------------


def pairs_of(reports: int, size: int, seed: int) -> list[Pair]:
    """Reports of `size` claims, in which coders agree on all or on nothing."""
    drawn = np.random.default_rng(seed).random((reports, 2))
    return [
        Pair(n, "ab"[int(value > 0.5)], "ab"[int((value > 0.5) != (agree > 0.8))])
        for n, (agree, value) in enumerate(drawn)
        for _ in range(size)
    ]


def test_the_same_codings_give_the_same_interval() -> None:
    pairs = pairs_of(40, 3, 1)
    found = measure_kappa(pairs, Resampling(40))
    assert found == measure_kappa(list(reversed(pairs)), Resampling(40))
    assert found.low is not None and found.high is not None and found.value is not None
    assert found.low < found.value < found.high


def test_claims_of_one_report_are_not_taken_for_independent() -> None:
    # Ten claims a report that all go the same way tell no more than one of them.
    one, ten = (measure_agreement(pairs_of(60, size, 2), Resampling(60)) for size in (1, 10))
    assert (one.value, one.low, one.high) == pytest.approx((ten.value, ten.low, ten.high))
    apart = [Pair(n, p.first, p.second) for n, p in enumerate(pairs_of(60, 10, 2))]
    narrow = measure_agreement(apart, Resampling(600))
    assert narrow.high - narrow.low < 0.5 * (ten.high - ten.low)  # type: ignore[operator]


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    # 80 of 100 reports agree in truth; of 100 samples of 80 reports, 95 in 100 intervals should hold that.
    held = 0
    for seed in range(100):
        found = measure_agreement(pairs_of(80, 2, seed), Resampling(80, resamples=300))
        held += found.low is not None and found.high is not None and found.low <= 0.8 <= found.high
    assert 0.88 <= held / 100 <= 1


def test_weights_count_as_many_draws_as_there_are_reports() -> None:
    blocks = list(Resampling(7, resamples=1100).weights())
    assert [block.shape for block in blocks] == [(7, 500), (7, 500), (7, 100)]
    assert all((block.sum(axis=0) == 7).all() for block in blocks)


def test_the_estimate_of_a_draw_is_that_of_the_drawn_reports() -> None:
    """Weighted counts give what the measure gives on the reports written out as often as they were drawn."""
    rng = np.random.default_rng(5)
    pairs = [Pair(int(r), str(a), str(b)) for r, a, b in zip(*rng.integers([[6], [4], [4]], size=(3, 60)), strict=True)]
    units = [Unit(pair.report, (pair.first, pair.second)) for pair in pairs]
    resampling = Resampling(6, resamples=200)
    draws = np.concatenate([block.T for block in resampling.weights()])
    for codings, take in ((pairs, measure_kappa), (units, measure_alpha)):
        values = []
        for draw in draws:
            written = [one for one in codings for _ in range(int(draw[one.report]))]
            values.append(take(written, Resampling(6, resamples=1)).value)  # type: ignore[arg-type]
        low, high = np.percentile([value for value in values if value is not None], [2.5, 97.5])
        found = take(codings, resampling)  # type: ignore[arg-type]
        assert (found.low, found.high) == pytest.approx((low, high))


# ---- what always holds -------------------------------------------------------------------

letters = st.sampled_from("abc")
both = st.lists(st.tuples(letters, letters), min_size=1, max_size=30)


@given(both)
def test_kappa_is_that_of_scikit_learn(values: list[tuple[str, str]]) -> None:
    from sklearn.metrics import cohen_kappa_score

    first, second = ("".join(pair[k] for pair in values) for k in (0, 1))
    found = kappa_of(first, second)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = cohen_kappa_score(list(first), list(second))
    assert (found is None and math.isnan(expected)) or found == pytest.approx(expected, abs=1e-9)


@given(both)
def test_kappa_does_not_care_who_is_first(values: list[tuple[str, str]]) -> None:
    first, second = ("".join(pair[k] for pair in values) for k in (0, 1))
    a, b = kappa_of(first, second), kappa_of(second, first)
    assert a == b or a == pytest.approx(b)


@settings(max_examples=60)
@given(st.lists(st.lists(letters, max_size=4), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_alpha_follows_its_definition_and_no_order(values: list[list[str]], random: object) -> None:
    resampling = Resampling(len(values), resamples=FEW_DRAWS)
    found = measure_alpha([Unit(n, tuple(unit)) for n, unit in enumerate(values)], resampling)
    expected = _alpha_by_coincidences(values)
    assert (found.value is None and expected is None) or found.value == pytest.approx(expected)
    mixed = [list(unit) for unit in values]
    for unit in mixed:
        random.shuffle(unit)  # type: ignore[attr-defined]
    assert measure_alpha([Unit(n, tuple(unit)) for n, unit in enumerate(mixed)], resampling) == found


def _alpha_by_coincidences(values: list[list[str]]) -> float | None:
    """Step by step as Krippendorff (2011) has it: the matrix of coincidences, its margins, α."""
    names = "abc"
    matrix = {(c, k): 0.0 for c in names for k in names}
    for unit in values:
        for i, c in enumerate(unit):
            for j, k in enumerate(unit):
                if i != j:
                    matrix[c, k] += 1 / (len(unit) - 1)
    margins = {c: sum(matrix[c, k] for k in names) for c in names}
    n = sum(margins.values())
    expected = sum(margins[c] * margins[k] for c in names for k in names if c != k)
    if not expected:
        return None
    return 1 - (n - 1) * sum(matrix[c, k] for c in names for k in names if c != k) / expected


@given(both)
def test_values_lie_where_they_can(values: list[tuple[str, str]]) -> None:
    resampling = Resampling(len(values), resamples=FEW_DRAWS)
    pairs = [Pair(n, *pair) for n, pair in enumerate(values)]
    for found in (measure_agreement(pairs, resampling), measure_kappa(pairs, resampling)):
        for value in (found.value, found.low, found.high):
            assert value is None or -1 <= value <= 1
        assert (found.low is None) == (found.high is None)
        assert found.value is not None or found.why
