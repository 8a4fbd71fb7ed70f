"""
Chances of pairs → clusters: average linkage on a sparse graph, with what people decided as constraints.

The two clusters whose pairs have the highest mean chance are joined until none reaches the threshold; a pair that was
never compared counts as 0. Since a mean cannot exceed its largest member, clusters never reach across parts of the
graph that no edge of at least the threshold connects (`components`), which is why a new report disturbs its own part
only. The result is a function of the set: items are known by their keys, and ties go to the smaller keys. Source:
Sokal and Michener (1958), unweighted pair group method with arithmetic mean.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str, float]


def cluster(
    sizes: Mapping[str, int],
    edges: Iterable[Edge],
    threshold: float,
    *,
    same: Iterable[tuple[str, str]] = (),
    different: Iterable[tuple[str, str]] = (),
) -> list[list[str]]:
    """
    The clusters of the items of `sizes`, each sorted, in the order of their smallest keys.

    `sizes` is how many claims an item has: pairs weigh by the product. Pairs of `same` are together whatever their
    chance; clusters that hold a pair of `different` are never joined, unless `same` has joined them already.

        >>> cluster({"a": 1, "b": 1, "c": 1}, [("a", "b", 0.9), ("b", "c", 0.5), ("a", "c", 0.1)], 0.4)
        [['a', 'b'], ['c']]
        >>> cluster({"a": 1, "b": 1}, [("a", "b", 0.9)], 0.4, different=[("b", "a")])
        [['a'], ['b']]
    """
    merging = _Merging(sizes, edges, different)
    for one, other in sorted(tuple(sorted(pair)) for pair in same):
        merging.join(one, other)
    return merging.run(threshold)


def components(items: Iterable[str], edges: Iterable[Edge], threshold: float) -> list[list[str]]:
    """
    The parts of the graph that edges of at least `threshold` connect, each sorted.

        >>> components("abc", [("a", "b", 0.9), ("b", "c", 0.1)], 0.5)
        [['a', 'b'], ['c']]
    """
    parent = {item: item for item in items}

    def root(item: str) -> str:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for a, b, chance in edges:
        if chance >= threshold and a in parent and b in parent:
            one, other = sorted((root(a), root(b)))
            parent[other] = one
    parts: dict[str, list[str]] = defaultdict(list)
    for item in sorted(parent):
        parts[root(item)].append(item)
    return [parts[key] for key in sorted(parts)]


class _Merging:
    """The state of one clustering: a cluster is named by its smallest key."""

    def __init__(self, sizes: Mapping[str, int], edges: Iterable[Edge], different: Iterable[tuple[str, str]]) -> None:
        self.members = {key: [key] for key in sizes}
        self.weight = {key: float(n) for key, n in sizes.items()}
        self.name = {key: key for key in sizes}
        self.sums: dict[str, dict[str, float]] = {key: {} for key in sizes}
        for a, b, chance in edges:
            if a != b and a in sizes and b in sizes:
                self.sums[a][b] = self.sums[b][a] = chance * sizes[a] * sizes[b]
        self.apart: dict[str, set[str]] = {key: set() for key in sizes}
        for a, b in different:
            if a != b and a in sizes and b in sizes:
                self.apart[a].add(b)
                self.apart[b].add(a)

    def mean(self, a: str, b: str) -> float:
        return self.sums[a][b] / (self.weight[a] * self.weight[b])

    def join(self, one: str, other: str) -> str | None:
        """Joins the clusters of two items; the name of the new one, None where they are one already or unknown."""
        if one not in self.name or other not in self.name:
            return None
        a, b = sorted((self.name[one], self.name[other]))
        if a == b:
            return None
        for key in self.members[b]:
            self.name[key] = a
        self.members[a] += self.members.pop(b)
        self.weight[a] += self.weight.pop(b)
        for key, total in self.sums.pop(b).items():
            del self.sums[key][b]
            if key != a:
                self.sums[a][key] = self.sums[key][a] = self.sums[a].get(key, 0.0) + total
        for key in self.apart.pop(b):
            self.apart[key].discard(b)
            if key != a:
                self.apart[key].add(a)
                self.apart[a].add(key)
        return a

    def run(self, threshold: float) -> list[list[str]]:
        heap = [
            (-mean, a, b)
            for a in self.sums
            for b in self.sums[a]
            if a < b
            for mean in [self.mean(a, b)]
            if mean >= threshold
        ]
        heapq.heapify(heap)
        while heap:
            chance, a, b = heapq.heappop(heap)
            stale = a not in self.sums or b not in self.sums[a] or -chance != self.mean(a, b)
            if stale or b in self.apart[a]:
                continue
            joined = self.join(a, b)
            assert joined is not None
            for key in self.sums[joined]:
                mean = self.mean(joined, key)
                if mean >= threshold:
                    heapq.heappush(heap, (-mean, min(joined, key), max(joined, key)))
        return [sorted(self.members[key]) for key in sorted(self.members)]


def labels_of(clusters: Sequence[Sequence[str]]) -> dict[str, int]:
    """The number of the cluster of each item."""
    return {key: n for n, cluster in enumerate(clusters) for key in cluster}
