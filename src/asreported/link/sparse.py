"""
Rows of a few elements each, compared pair by pair: sets, and weighted terms.

All sums are of whole numbers and therefore exact: what a pair comes to does not depend on the other pairs that are
compared with it, nor on the order in which a processor adds.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .words import Terms

Indices = NDArray[np.int64]
Floats = NDArray[np.float32]
BITS = 64
WEIGHT = 10_000
"""Weights of terms have four digits."""
LEFT_AT_ONCE = 64
PAIRS_AT_ONCE = 8_192


class Sets:
    """Rows of strings; with `others` the left row of a pair is of `rows` and the right one of `others`."""

    def __init__(self, rows: Sequence[Sequence[str]], others: Sequence[Sequence[str]] | None = None) -> None:
        codes: dict[str, int] = {}
        self.left = _Coded(rows, codes)
        self.right = self.left if others is None else _Coded(others, codes)
        self.size = self.left.size

    def shared(self, a: Indices, b: Indices) -> NDArray[np.bool_]:
        """Whether the two rows of each pair have an element in common. Shapes: a, b, result (P,)."""
        left, right = self.left, self.right
        # Most pairs share no bit, which is quickly seen; what shares one may still share no element.
        found: NDArray[np.bool_] = (left.bits[a] & right.bits[b]) != 0
        maybe = np.flatnonzero(found)
        i, j = a[maybe], b[maybe]
        counts = left.size[i] * right.size[j]
        pair = np.repeat(np.arange(len(maybe)), counts)
        k = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
        width = right.size[j][pair]
        equal = left.codes[left.start[i][pair] + k // width] == right.codes[right.start[j][pair] + k % width]
        found[maybe] = np.bincount(pair[equal], minlength=len(maybe)) > 0
        return found


class _Coded:
    """Rows as numbers, one after the other, and each as 64 bits."""

    def __init__(self, rows: Sequence[Sequence[str]], known: dict[str, int]) -> None:
        distinct = [dict.fromkeys(row) for row in rows]
        self.size = np.array([len(row) for row in distinct], np.int64)
        self.start = np.cumsum(self.size) - self.size
        self.codes = np.array([known.setdefault(key, len(known)) for row in distinct for key in row], np.int64)
        self.bits = np.zeros(len(rows), np.uint64)
        owner = np.repeat(np.arange(len(rows)), self.size)
        np.bitwise_or.at(self.bits, owner, np.uint64(1) << (self.codes % BITS).astype(np.uint64))


class WeighedTerms:
    """Rows of terms with weights of four digits."""

    def __init__(self, rows: Sequence[Terms]) -> None:
        lengths = np.array([len(row) for row in rows], np.int64)
        self.width = int(lengths.max(initial=1)) or 1
        flat = itertools.chain.from_iterable(itertools.chain.from_iterable(rows))
        table = np.fromiter(flat, np.float64).reshape(-1, 2)
        known, codes = np.unique(table[:, 0], return_inverse=True)
        owner = np.repeat(np.arange(len(rows)), lengths)
        column = np.arange(len(codes)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        # Two terms of a row may have one hash; the first of them counts, so that a pair is the same either way round.
        once = np.ones(len(codes), np.bool_)
        once[1:] = (codes[1:] != codes[:-1]) | (owner[1:] != owner[:-1])
        self.terms = len(known)
        self.codes = np.full((len(rows), self.width), self.terms, np.int64)  # one more than there are stands for none
        self.codes[owner[once], column[once]] = codes[once]
        self.weights = np.zeros((len(rows), self.width))
        self.weights[owner[once], column[once]] = np.round(table[once, 1] * WEIGHT)

    def unweighed(self) -> WeighedTerms:
        """The same rows, all weights 1: their products count the terms in common."""
        twin = copy.copy(self)
        twin.weights = np.where(self.codes < self.terms, float(WEIGHT), 0.0)
        return twin

    def dot(self, a: Indices, b: Indices) -> Floats:
        """The product of the rows of each pair. Shapes: a, b, result (P,)."""
        order = np.argsort(a, kind="stable")
        left, right = a[order], b[order]
        totals = np.zeros(len(a))
        start = 0
        while start < len(left):
            # As many pairs as have few left rows: their terms are the columns of a small dense table.
            end = min(len(left), start + PAIRS_AT_ONCE)
            rows = np.unique(left[start:end])
            if len(rows) > LEFT_AT_ONCE:
                rows = rows[:LEFT_AT_ONCE]
                end = start + int(np.searchsorted(left[start:end], rows[-1], "right"))
            totals[order[start:end]] = self._products(rows, left[start:end], right[start:end])
            start = end
        return (totals / WEIGHT**2).astype(np.float32)

    def _products(self, rows: Indices, left: Indices, right: Indices) -> NDArray[np.float64]:
        codes = self.codes[rows]
        columns = np.unique(codes)
        column_of = np.full(self.terms + 1, len(columns), np.int32)
        column_of[columns] = np.arange(len(columns))
        column_of[self.terms] = len(columns)
        table = np.zeros((len(rows), len(columns) + 1))
        np.put_along_axis(table, column_of[codes], self.weights[rows], 1)
        table[:, len(columns)] = 0
        used, places = np.unique(right, return_inverse=True)
        wanted = column_of[self.codes[used]][places]  # (P, width)
        found = np.take(table, np.searchsorted(rows, left)[:, None] * table.shape[1] + wanted)
        product: NDArray[np.float64] = np.einsum("pk,pk->p", found, self.weights[right])
        return product
