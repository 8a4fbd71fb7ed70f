"""
How well clusters fit: B³ and pairs.

Source: Bagga and Baldwin (1998), "Entity-based cross-document coreferencing using the vector space model".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from typing import NamedTuple


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float


def b_cubed(gold: Mapping[Hashable, str], pred: Mapping[Hashable, str]) -> Score:
    """
    B³ over the items of `gold`; an item that `pred` lacks has no recall, and does not count for precision.

        >>> b_cubed({1: "a", 2: "a", 3: "b"}, {1: "x", 2: "x", 3: "x"}).precision
        0.5555555555555556
        >>> b_cubed({1: "a", 2: "a"}, {1: "x"}).recall
        0.25
    """
    right, wrong = _members(gold), _members({k: v for k, v in pred.items() if k in gold})
    precision = recall = 0.0
    for item, label in gold.items():
        if item not in pred:
            continue
        common = len(right[label] & wrong[pred[item]])
        precision += common / len(wrong[pred[item]])
        recall += common / len(right[label])
    found = sum(item in pred for item in gold)
    return _score(precision / found if found else 0.0, recall / len(gold) if gold else 0.0)


def pairwise(gold: Mapping[Hashable, str], pred: Mapping[Hashable, str]) -> Score:
    """
    Of the pairs of items that `pred` joins, how many the gold joins, and the other way round.

        >>> pairwise({1: "a", 2: "a", 3: "b"}, {1: "x", 2: "x", 3: "x"})
        Score(precision=0.3333333333333333, recall=1.0, f1=0.5)
    """
    both = _pairs(Counter((gold[k], pred[k]) for k in gold if k in pred))
    joined, right = _pairs(Counter(pred[k] for k in gold if k in pred)), _pairs(Counter(gold.values()))
    return _score(both / joined if joined else 1.0, both / right if right else 1.0)


def _pairs(counts: Counter[Hashable]) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


def _members(labels: Mapping[Hashable, str]) -> dict[str, set[Hashable]]:
    members: dict[str, set[Hashable]] = defaultdict(set)
    for item, label in labels.items():
        members[label].add(item)
    return members


def _score(precision: float, recall: float) -> Score:
    total = precision + recall
    return Score(precision, recall, 2 * precision * recall / total if total else 0.0)
