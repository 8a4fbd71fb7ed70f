"""
Claims of a report → accounts: which of them tell of one incident.

Pairs of claims are compared and clustered. What follows an attack (an arrest, a trial, a release) is then counted to
the attack of the same report that it goes with best, if it goes with any: "two men were charged with the killing" tells
of the killing. The claims of many reports are compared in one go, as comparing is a matter of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..records import Claim
from .accounts import Account, Context, account_of
from .clusters import cluster
from .matching import LEAST, Matcher, Network, load_matcher, match
from .pairs import Indices

PAIRS_AT_ONCE = 50_000
MOST_CLAIMS = 500
"""As many as a report of 20,000 words holds."""
Chances = NDArray[np.float64]
DIGITS = 6
"""Chances are rounded, so that the order in which a processor adds does not decide between equals."""
Grouped = list[tuple[Account, tuple[int, ...]]]

AFTERMATH = frozenset(("detention", "justice", "release", "threat"))
VIOLENCE = frozenset(
    ("attack", "killing", "injury", "bombing", "airstrike", "shelling", "abduction", "chemical-attack", "clash")
)
AFTERMATH_LEAST = 0.04
"""The least mean chance at which an aftermath is counted to an attack; tried on reports of shootings and of one war."""


class Told(NamedTuple):
    """The claims of one report; `same` and `different` are pairs of their positions, as people decided."""

    context: Context
    claims: Sequence[Claim]
    vectors: Sequence[bytes]
    """Aligned with the claims, b"" where one is not known."""
    same: Sequence[tuple[int, int]] = ()
    different: Sequence[tuple[int, int]] = ()


def group_claims(
    context: Context, claims: Sequence[Claim], vectors: Sequence[bytes], matcher: Matcher | None = None
) -> Grouped:
    """The accounts of one report, each with the positions of its claims, in the order of their first claims."""
    return group_reports([Told(context, claims, vectors)], matcher or load_matcher())[0]


def group_reports(reports: Sequence[Told], matcher: Matcher) -> list[Grouped]:
    """
    The accounts of each report, each with the positions of its claims, in the order of their first claims.

    A report of more than `MOST_CLAIMS` is grouped stretch by stretch, as its pairs grow with the square of its claims.
    """
    starts = [range(0, max(1, len(told.claims)), MOST_CLAIMS) for told in reports]
    pieces = [_stretch(told, start) for told, own in zip(reports, starts, strict=True) for start in own]
    grouped = iter(_group_pieces(pieces, matcher))
    return [
        [(account, tuple(start + n for n in places)) for start in own for account, places in next(grouped)]
        for own in starts
    ]


def _stretch(told: Told, start: int) -> Told:
    if len(told.claims) <= MOST_CLAIMS:
        return told
    end = start + MOST_CLAIMS

    def inside(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(a - start, b - start) for a, b in pairs if start <= min(a, b) and max(a, b) < end]

    claims, vectors = told.claims[start:end], told.vectors[start:end]
    return Told(told.context, claims, vectors, inside(told.same), inside(told.different))


def _group_pieces(reports: Sequence[Told], matcher: Matcher) -> list[Grouped]:
    if not reports:
        return []
    single: list[Account] = []
    first, second = [], []
    for told in reports:
        a, b = np.triu_indices(len(told.claims), 1)
        first.append(a + len(single))
        second.append(b + len(single))
        single += [account_of(told.context, [c], [v]) for c, v in zip(told.claims, told.vectors, strict=True)]
    chances = match_at_length(matcher.within, single, np.concatenate(first), np.concatenate(second), DIGITS)
    found: list[Grouped] = []
    at = start = 0
    for told, pairs in zip(reports, first, strict=True):
        own = single[start : start + len(told.claims)]
        found.append(_accounts(told, chances[at : at + len(pairs)], own, matcher.within_threshold))
        at, start = at + len(pairs), start + len(told.claims)
    return found


def match_at_length(network: Network, accounts: Sequence[Account], a: Indices, b: Indices, digits: int) -> Chances:
    """
    `match` over pairs of any number, rounded; the pairs ordered by `a` touch few accounts at a time.

    Shapes: a, b, result (P,).
    """
    parts: list[Chances] = [np.zeros(0)]
    for k in range(0, len(a), PAIRS_AT_ONCE):
        used, places = np.unique(np.stack([a[k : k + PAIRS_AT_ONCE], b[k : k + PAIRS_AT_ONCE]]), return_inverse=True)
        one, other = places.reshape(2, -1)
        parts.append(match(network, [accounts[n] for n in used], one, other).astype(np.float64))
    return np.round(np.concatenate(parts), digits).astype(np.float64)


def _accounts(told: Told, chances: Chances, single: Sequence[Account], threshold: float) -> Grouped:
    count = len(told.claims)
    names = [f"{n:06d}" for n in range(count)]
    a, b = np.triu_indices(count, 1)
    kept = chances >= LEAST
    edges = [
        (names[i], names[j], p)
        for i, j, p in zip(a[kept].tolist(), b[kept].tolist(), chances[kept].tolist(), strict=True)
    ]
    same = [(names[i], names[j]) for i, j in told.same]
    different = [(names[i], names[j]) for i, j in told.different]
    clusters = cluster(dict.fromkeys(names, 1), edges, threshold, same=same, different=different)
    table = np.zeros((count, count))
    table[a, b] = table[b, a] = chances
    apart = {*told.different, *((j, i) for i, j in told.different)}
    groups = _with_aftermath([[int(name) for name in names] for names in clusters], told.claims, table, apart)
    return [(_account(told, single, places), tuple(places)) for places in groups]


def _with_aftermath(
    groups: list[list[int]], claims: Sequence[Claim], table: Chances, apart: set[tuple[int, int]]
) -> list[list[int]]:
    """The groups, those of an aftermath joined to the attack that they go with best. Shapes: table (N, N)."""
    kinds = [{claims[n].kind for n in group} for group in groups]
    attacks = [k for k, found in enumerate(kinds) if found & VIOLENCE]
    joined = [list(group) for group in groups]
    for k, found in enumerate(kinds):
        if not found <= AFTERMATH:
            continue
        free = [t for t in attacks if not any((i, j) in apart for i in groups[k] for j in groups[t])]
        best = max(free, key=lambda t: (_mean(table, groups[k], groups[t]), -t), default=None)
        if best is not None and _mean(table, groups[k], groups[best]) >= AFTERMATH_LEAST:
            joined[best] += joined[k]
            joined[k] = []
    return sorted(sorted(group) for group in joined if group)


def _mean(table: Chances, one: Sequence[int], other: Sequence[int]) -> float:
    return float(table[np.ix_(one, other)].mean())


def _account(told: Told, single: Sequence[Account], places: Sequence[int]) -> Account:
    if len(places) == 1:
        return single[places[0]]
    return account_of(told.context, [told.claims[n] for n in places], [told.vectors[n] for n in places])
