"""
Pairs of accounts → features: in what two accounts agree, differ or are silent.

Everything is a matrix over pairs, so that a block of hundreds of accounts is compared in one go. No feature depends on
the order of a pair, nor on anything but the two accounts.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..codebook import kinds
from .accounts import Account, Count
from .sparse import Sets, WeighedTerms

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

FEATURES = (
    "same_report",
    "same_chain",
    "same_kind",
    "kind_affinity",
    "both_asserted",
    "one_asserted",
    "both_dated",
    "one_dated",
    "days_overlap",
    "days_gap",
    "days_union",
    "published_gap",
    "published_known",
    "both_placed",
    "one_placed",
    "same_place",
    "same_admin1",
    "same_country",
    "other_country",
    "distance",
    "roughness",
    "rougher",
    "point_clash",
    "actors_shared",
    "actors_differ",
    "targets_shared",
    "targets_differ",
    "roles_crossed",
    "generic_shared",
    "parties_silent",
    "counts_equal",
    "counts_overlap",
    "counts_disjoint",
    "counts_size",
    "words",
    "title_words",
    "report_words",
    "words_shared",
    "report_words_shared",
    "shared_sentence",
    "near",
    "sentence_gap",
    "both_first",
    "same_trigger",
    "size",
    "same_publisher",
)

EARTH_KM = 6371.0
UNKNOWN_KM = 500.0
PAIRS_AT_ONCE = 200_000


def compare(accounts: Sequence[Account], a: Indices, b: Indices) -> Floats:
    """
    The features of the pairs `accounts[a[k]]`, `accounts[b[k]]`.

    Shapes: a, b (P,); result (P, len(FEATURES)).
    """
    table = _Table(accounts)
    parts = [
        table.features(a[k : k + PAIRS_AT_ONCE], b[k : k + PAIRS_AT_ONCE]) for k in range(0, len(a), PAIRS_AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, len(FEATURES)), np.float32)


class _Table:
    """The accounts as columns."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        self.accounts = accounts
        self.report = _codes(x.context.report for x in accounts)
        contexts = [accounts[n] for n in np.unique(self.report, return_index=True)[1]]
        self.chain = _codes(x.context.chain for x in accounts)
        self.publisher = _codes(x.context.publisher for x in accounts)
        self.published = np.array([x.context.published or 0 for x in accounts], np.int64)
        self.asserted = np.array([x.asserted > 0.5 for x in accounts])
        profiles: dict[tuple[str, ...], int] = {}
        self.profile = np.array([profiles.setdefault(x.kinds, len(profiles)) for x in accounts], np.int64)
        shares = _kind_shares(list(profiles))
        self.kinds_shared = (shares @ shares.T).astype(np.float32)
        self.affinity = (shares @ _affinities() @ shares.T).astype(np.float32)
        self.dated = np.array([x.days is not None for x in accounts])
        self.days = np.array([x.days or (0, 0) for x in accounts], np.int64).reshape(-1, 2)
        self.placed = np.array([bool(x.points) for x in accounts])
        best = [x.points[0] if x.points else None for x in accounts]
        self.lat = np.radians([np.nan if p is None or p.lat is None else p.lat for p in best])
        self.lon = np.radians([np.nan if p is None or p.lon is None else p.lon for p in best])
        self.country = _codes((p.country if p else None) for p in best)
        self.admin1 = _codes((f"{p.country}/{p.admin1}" if p and p.admin1 else None) for p in best)
        self.rough = np.array([0 if p is None else _ROUGH.get(p.precision, 1) for p in best], np.float32)
        self.places = Sets([[str(p.id or p.name) for p in x.points] for x in accounts])
        self.actors = Sets([x.actors for x in accounts])
        self.targets = Sets([x.targets for x in accounts])
        self.crossed = Sets(
            [[*(f"a{i}" for i in x.actors), *(f"t{i}" for i in x.targets)] for x in accounts],
            [[*(f"t{i}" for i in x.actors), *(f"a{i}" for i in x.targets)] for x in accounts],
        )
        self.generic = Sets([x.generic for x in accounts])
        self.sentences = Sets([[f"{x.context.report}/{s}" for s in x.sentences] for x in accounts])
        self.triggers = Sets([x.triggers for x in accounts])
        self.words = WeighedTerms([x.terms for x in accounts])
        self.title = WeighedTerms([x.context.title for x in contexts])
        self.text = WeighedTerms([x.context.terms for x in contexts])
        self.terms, self.text_terms = self.words.unweighed(), self.text.unweighed()
        self.counted = Sets([[f"{n.kind}/{n.unit}" for n in x.counts] for x in accounts])
        distinct: dict[tuple[Count, ...], int] = {}
        self.counts = np.array([distinct.setdefault(x.counts, len(distinct)) for x in accounts], np.int64)
        self.distinct_counts = list(distinct)
        self.first = np.array([x.first for x in accounts], np.float32)
        self.last = np.array([x.last for x in accounts], np.float32)
        self.size = np.array([len(x.kinds) for x in accounts], np.float32)

    def features(self, a: Indices, b: Indices) -> Floats:
        same_report = self.report[a] == self.report[b]
        days_overlap, days_gap, days_union = self._days(a, b)
        distance = self._distance(a, b)
        both_placed = self.placed[a] & self.placed[b]
        same_country = (self.country[a] == self.country[b]) & (self.country[a] >= 0)
        other_country = (self.country[a] != self.country[b]) & (self.country[a] >= 0) & (self.country[b] >= 0)
        same_place = self.places.shared(a, b)
        rough, rougher = np.minimum(self.rough[a], self.rough[b]), np.maximum(self.rough[a], self.rough[b])
        actors, targets = self.actors.shared(a, b), self.targets.shared(a, b)
        counts = self._counts(a, b)
        gap = np.maximum(0, np.maximum(self.first[a], self.first[b]) - np.minimum(self.last[a], self.last[b]))
        known = (self.published[a] > 0) & (self.published[b] > 0)
        columns = (
            same_report,
            self.chain[a] == self.chain[b],
            self.kinds_shared[self.profile[a], self.profile[b]],
            self.affinity[self.profile[a], self.profile[b]],
            self.asserted[a] & self.asserted[b],
            self.asserted[a] != self.asserted[b],
            self.dated[a] & self.dated[b],
            self.dated[a] != self.dated[b],
            days_overlap,
            days_gap,
            days_union,
            np.where(known, np.log1p(np.abs(self.published[a] - self.published[b])), 0),
            known,
            both_placed,
            self.placed[a] != self.placed[b],
            same_place,
            (self.admin1[a] == self.admin1[b]) & (self.admin1[a] >= 0),
            same_country,
            other_country,
            np.where(both_placed, distance, np.log1p(UNKNOWN_KM)),
            np.where(both_placed, rough, 0),
            np.where(both_placed, rougher, 0),
            both_placed & ~same_place & (rougher == 0),
            actors,
            ~actors & (self.actors.size[a] > 0) & (self.actors.size[b] > 0),
            targets,
            ~targets & (self.targets.size[a] > 0) & (self.targets.size[b] > 0),
            self.crossed.shared(a, b),
            self.generic.shared(a, b),
            (self.actors.size[a] + self.targets.size[a] == 0) | (self.actors.size[b] + self.targets.size[b] == 0),
            counts[:, 0],
            counts[:, 1],
            counts[:, 2],
            counts[:, 3],
            self.words.dot(a, b),
            self._of_reports(self.title, a, b),
            self._of_reports(self.text, a, b),
            np.log1p(self.terms.dot(a, b)),
            np.log1p(self._of_reports(self.text_terms, a, b)),
            self.sentences.shared(a, b),
            np.where(same_report, np.exp(-gap / 300), 0),
            np.where(same_report, np.log1p(gap), 0),
            (self.first[a] < 500) & (self.first[b] < 500),
            self.triggers.shared(a, b),
            np.log(self.size[a] * self.size[b]),
            self.publisher[a] == self.publisher[b],
        )
        return np.stack([np.asarray(c, np.float32) for c in columns], axis=1)  # (P, F)

    def _days(self, a: Indices, b: Indices) -> tuple[Floats, Floats, Floats]:
        """Share of the shorter interval that overlaps, log of the gap and of the longer interval in days; 0 undated."""
        both = self.dated[a] & self.dated[b]
        start = np.maximum(self.days[a, 0], self.days[b, 0])
        end = np.minimum(self.days[a, 1], self.days[b, 1])
        lengths = [self.days[i, 1] - self.days[i, 0] + 1 for i in (a, b)]
        overlap = np.clip(end - start + 1, 0, None) / np.maximum(1, np.minimum(*lengths))
        gap = np.log1p(np.clip(start - end, 0, None))
        longest = np.log(np.minimum(np.maximum(*lengths), 10_000).clip(1))
        return _where(both, overlap), _where(both, gap), _where(both, longest)

    def _distance(self, a: Indices, b: Indices) -> Floats:
        """Log of the great-circle distance between the best points, in km; half the world's where one has none."""
        lat1, lat2, lon1, lon2 = self.lat[a], self.lat[b], self.lon[a], self.lon[b]
        h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
        km = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1)))
        distance: Floats = np.log1p(np.nan_to_num(km, nan=UNKNOWN_KM)).astype(np.float32)
        return distance

    def _counts(self, a: Indices, b: Indices) -> Floats:
        """What `_counts` finds for each pair, zeros where they have none of one kind and unit. Shapes: (P, 4)."""
        found = np.zeros((len(a), 4), np.float32)
        seen: dict[tuple[int, int], tuple[float, float, float, float]] = {}
        alike = np.flatnonzero(self.counted.shared(a, b))  # a figure of the same kind and unit
        for k, i, j in zip(alike.tolist(), self.counts[a[alike]].tolist(), self.counts[b[alike]].tolist(), strict=True):
            if (i, j) not in seen:
                seen[i, j] = _counts(self.distinct_counts[i], self.distinct_counts[j])
            found[k] = seen[i, j]
        return found

    def _of_reports(self, terms: WeighedTerms, a: Indices, b: Indices) -> Floats:
        """The product of the terms of both reports, 0 for those of one. Shapes: (P,)."""
        one, other = self.report[a], self.report[b]
        found = np.zeros(len(a), np.float32)
        apart = np.flatnonzero(one != other)
        width = int(self.report.max(initial=0)) + 1
        each, places = np.unique(one[apart] * width + other[apart], return_inverse=True)
        found[apart] = terms.dot(each // width, each % width)[places]
        return found


_ROUGH = {
    "exact": 0.0,
    "part": 0.0,
    "near": 0.0,
    "line": 1.0,
    "border": 1.0,
    "adm2": 1.0,
    "adm1": 2.0,
    "sea": 2.0,
    "region": 3.0,
    "country": 3.0,
}

FAMILIES = (
    {"airstrike", "shelling", "bombing", "chemical-attack", "attack", "killing", "injury", "destruction"},
    {"clash", "advance", "withdrawal", "killing", "injury", "attack", "siege"},
    {"talks", "agreement"},
    {"abduction", "detention", "release", "justice"},
    {"displacement", "aid", "siege"},
    {"abuse", "killing", "attack"},
    {"movement", "support", "strength"},
    {"threat", "declaration"},
    {"control", "advance", "withdrawal"},
)
"""Kinds that tell of one incident together."""


@functools.cache
def _affinities() -> NDArray[np.float64]:
    keys = [k.key for k in kinds()]
    return np.array([[1.0 if a == b else 0.5 * any(a in f and b in f for f in FAMILIES) for b in keys] for a in keys])


def _kind_shares(profiles: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    """The share of each kind in each tuple of kinds. Shapes: (N, 28), rows sum to 1."""
    keys = {k.key: n for n, k in enumerate(kinds())}
    shares = np.zeros((len(profiles), len(keys)))
    for n, profile in enumerate(profiles):
        for kind in profile:
            shares[n, keys[kind]] += 1 / len(profile)
    return shares


def _counts(one: Sequence[Count], other: Sequence[Count]) -> tuple[float, float, float, float]:
    """Whether a figure of the same kind and unit is equal, overlaps, none does; log of the largest equal figure."""
    equal = overlap = seen = 0
    size = 0.0
    for x in one:
        for y in other:
            if x.kind != y.kind or x.unit != y.unit:
                continue
            seen = 1
            if (x.low, x.high) == (y.low, y.high):
                equal = 1
                size = max(size, float(np.log1p(min(x.low, 1e6))))
            elif x.low <= y.high and y.low <= x.high:
                overlap = 1
    return equal, overlap, float(seen and not equal and not overlap), size


def _where(mask: NDArray[np.bool_], values: NDArray[Any]) -> Floats:
    return np.where(mask, values, 0).astype(np.float32)


def _codes(values: Iterable[str | None]) -> Indices:
    """A number for each value, -1 for none."""
    known: dict[str, int] = {}
    return np.array([-1 if v is None else known.setdefault(v, len(known)) for v in values], np.int64)
