"""
Measures of how far coders agree beyond chance, each with an interval that takes reports, not claims, for independent.

Whoever misreads a report misreads several of its claims, so the intervals come from resampling whole reports
(a cluster bootstrap). All measures are computed from counts for each report, weighted by how often it was drawn: the
estimate itself is the case in which each was drawn once.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..records import Record

RESAMPLES = 2_000
SEED = 1960
"""Of the resampling: the same codings give the same intervals."""
LEVEL = 95
FEW = 30
"""Below so many claims a measure says little, whatever its interval."""
_BLOCK = 500
"""Resamples at once, which bounds the memory."""

MANY = 20
"""A value that more than one of so many reports has is summed over all of them at once."""

Numbers = NDArray[np.float64]
Weights = NDArray[np.float32] | NDArray[np.float64]
"""How often each report was drawn. Of draws in half the room, which is exact for the whole numbers that are counted."""


class Measure(Record, frozen=True, kw_only=True):
    """A measure and its interval; where either is None, `why` says why."""

    value: float | None
    low: float | None = None
    high: float | None = None
    why: str | None = None


class Pair(NamedTuple):
    """What two coders made of one thing, and the number of its report."""

    report: int
    first: str
    second: str


class Unit(NamedTuple):
    """What any number of coders made of one thing; their order does not matter."""

    report: int
    values: tuple[str, ...]


class Overlap(NamedTuple):
    """How many spans two coders marked, and how many of them are the same."""

    report: int
    same: int
    first: int
    second: int


class Resampling:
    """Draws of `reports` reports with replacement, the same ones for all measures of one table."""

    def __init__(self, reports: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        self.reports = reports
        self._resamples = resamples
        self._seed = seed

    def weights(self) -> Iterator[Weights]:
        """
        How often each report was drawn, a block of draws at a time.

        Shapes: (reports, at most 500)
        """
        yield from self._drawn

    @functools.cached_property
    def _drawn(self) -> list[NDArray[np.float32]]:
        generator, blocks = np.random.default_rng(self._seed), []
        for start in range(0, self._resamples, _BLOCK):
            size = min(_BLOCK, self._resamples - start)
            draws = generator.integers(self.reports, size=(self.reports, size)) * size + np.arange(size)
            counts = np.bincount(draws.ravel(), minlength=self.reports * size)
            blocks.append(counts.reshape(self.reports, size).astype(np.float32))
        return blocks

    def measure(self, among: Iterable[int], of: Callable[[Weights], Numbers], undefined: str) -> Measure:
        """
        The measure that `of` gives for weights of the reports, NaN where it is not defined.

        `among` are the reports that it is taken from; `undefined` says why there is no value where there is none.
        """
        found = set(among)
        if not found:
            return Measure(value=None, why="nothing to compare")
        value = float(of(np.ones((self.reports, 1)))[0])
        if np.isnan(value):
            return Measure(value=None, why=undefined)
        if len(found) < 2:
            return Measure(value=value, why="no interval: all claims are of one report")
        with np.errstate(invalid="ignore", divide="ignore"):
            drawn = np.concatenate([of(weights) for weights in self.weights()])
        drawn = drawn[~np.isnan(drawn)]
        if len(drawn) < self._resamples / 2:
            return Measure(value=value, why="no interval: in most resamples the measure is not defined")
        low, high = np.percentile(drawn, [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
        if low == high:  # all alike, or all unlike: draws from that cannot differ, however few they are
            return Measure(value=value, why="no interval: it is the same in every resample")
        return Measure(value=value, low=float(low), high=float(high))


# ---- measures ----------------------------------------------------------------------------


def measure_agreement(pairs: Sequence[Pair], resampling: Resampling) -> Measure:
    """The share of pairs with the same value."""
    total = _sum_by_report(resampling, ((pair.report, 1) for pair in pairs))
    same = _sum_by_report(resampling, ((pair.report, pair.first == pair.second) for pair in pairs))
    return resampling.measure(
        (p.report for p in pairs), lambda w: _ratio(_dot(same, w), _dot(total, w)), "nothing to compare"
    )


def measure_kappa(pairs: Sequence[Pair], resampling: Resampling) -> Measure:
    """
    Cohen's κ of two coders: (observed − expected) / (1 − expected) agreement.

    Expected is what coders would agree on who give each value as often as these two do, but to claims at random. Where
    both gave one and the same value to everything, 1 is expected, and κ is not defined.

    Source: Cohen (1960), "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20.
    """
    total = _sum_by_report(resampling, ((pair.report, 1) for pair in pairs))
    same = _sum_by_report(resampling, ((pair.report, pair.first == pair.second) for pair in pairs))
    by_chance = _Products(
        [(pair.report, pair.first, 1, 0) for pair in pairs] + [(pair.report, pair.second, 0, 1) for pair in pairs],
        resampling.reports,
    )

    def kappa(weights: Weights) -> Numbers:
        n, chance = _dot(total, weights), by_chance.of(weights)
        return _ratio(_dot(same, weights) * n - chance, n * n - chance)

    return resampling.measure((p.report for p in pairs), kappa, "not defined: both gave one and the same value only")


def measure_alpha(units: Iterable[Unit], resampling: Resampling) -> Measure:
    """
    Krippendorff's α of any number of coders for nominal values: 1 − observed / expected disagreement.

    A unit with one value only says nothing of agreement and is left out. Where all values are one, no disagreement is
    expected, and α is not defined.

    Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", sections C and D (nominal data).
    """
    paired = [unit for unit in units if len(unit.values) > 1]
    total = _sum_by_report(resampling, ((unit.report, len(unit.values)) for unit in paired))
    unlike = _sum_by_report(resampling, ((unit.report, _disagreement(unit.values)) for unit in paired))
    squares = _Products([(unit.report, value, 1, 1) for unit in paired for value in unit.values], resampling.reports)

    def alpha(weights: Weights) -> Numbers:
        n = _dot(total, weights)
        return 1 - _ratio((n - 1) * _dot(unlike, weights), n * n - squares.of(weights))

    return resampling.measure((u.report for u in paired), alpha, "not defined: all coders gave one and the same value")


def measure_f1(overlaps: Sequence[Overlap], resampling: Resampling) -> Measure:
    """
    Twice the spans that both marked, divided by the spans that each marked: 1 where all are the same.

    It is the same whichever of the two is taken for the one to be matched (Hripcsak and Rothschild 2005).
    """
    same = _sum_by_report(resampling, ((overlap.report, 2 * overlap.same) for overlap in overlaps))
    marked = _sum_by_report(resampling, ((overlap.report, overlap.first + overlap.second) for overlap in overlaps))
    among = (overlap.report for overlap in overlaps if overlap.first + overlap.second)
    return resampling.measure(among, lambda w: _ratio(_dot(same, w), _dot(marked, w)), "neither marked a span")


def _disagreement(values: Sequence[str]) -> float:
    """The pairs of unlike values of a unit, in both orders, each worth 1 / (values − 1)."""
    alike = sum(values.count(value) for value in values)
    return (len(values) ** 2 - alike) / (len(values) - 1)


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    return np.divide(above, below, out=np.full_like(below, np.nan), where=below != 0)


def _dot(of_reports: Numbers, weights: Weights) -> Numbers:
    """Shapes: (…, reports), (reports, draws) → (…, draws)"""
    if weights.dtype == np.float32:
        return np.asarray(of_reports.astype(np.float32) @ weights, dtype=np.float64)
    return np.asarray(of_reports @ weights, dtype=np.float64)


def _sum_by_report(resampling: Resampling, counted: Iterable[tuple[int, float]]) -> Numbers:
    sums = np.zeros(resampling.reports)
    for report, number in counted:
        sums[report] += number
    return sums


class _Products:
    """
    For values k with counts a and b in each report: Σ over k of (Σ a) · (Σ b), the reports weighted.

    Most names of actors and places occur in one report alone, whose part is its weight squared; only values of several
    reports are gone through one by one, those of many reports without picking them out first.
    """

    def __init__(self, counted: Iterable[tuple[int, str, int, int]], reports: int) -> None:
        counts: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        for report, value, a, b in counted:
            cell = counts[value][report]
            cell[0] += a
            cell[1] += b
        self._alone = np.zeros(reports)
        self._shared: list[tuple[NDArray[np.intp], Numbers]] = []
        many: list[Numbers] = []
        for value in sorted(counts):  # the order of summing is that of the values, not of the codings
            of_reports = counts[value]
            rows = sorted(of_reports)
            both = np.array([of_reports[row] for row in rows], dtype=np.float64).T
            if len(rows) == 1:
                self._alone[rows[0]] += both[0, 0] * both[1, 0]
            elif len(rows) > reports / MANY:
                whole = np.zeros((2, reports))
                whole[:, rows] = both
                many.append(whole)
            else:
                self._shared.append((np.array(rows), both))
        self._many = np.array(many).reshape(-1, reports)  # counts a and b of a value after each other

    def of(self, weights: Weights) -> Numbers:
        """Shapes: weights (reports, draws) → (draws,)"""
        total = _dot(self._alone, weights * weights) if self._alone.any() else np.zeros(weights.shape[1])
        sums = _dot(self._many, weights)
        total += (sums[::2] * sums[1::2]).sum(axis=0)
        for rows, both in self._shared:
            first, second = _dot(both, weights[rows])
            total += first * second
        return total
