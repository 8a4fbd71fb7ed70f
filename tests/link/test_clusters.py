from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.link.clusters import cluster, components

KEYS = "abcdefgh"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, int], list[tuple[str, str, float]]]:
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, min_size=1))
    pairs = [(a, b) for n, a in enumerate(keys) for b in keys[n + 1 :]]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    chances = st.sampled_from([0.1, 0.25, 0.4, 0.5, 0.75, 0.9])
    return {k: draw(st.integers(1, 5)) for k in keys}, [(a, b, draw(chances)) for a, b in chosen]


@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_items_and_edges_does_not_matter(graph: tuple, shuffle: random.Random) -> None:
    sizes, edges = graph
    items, turned = list(sizes.items()), [(b, a, p) for a, b, p in edges]
    shuffle.shuffle(items)
    shuffle.shuffle(turned)
    assert cluster(dict(items), turned, 0.4) == cluster(sizes, edges, 0.4)


@given(graphs())
def test_clusters_lie_within_the_parts_that_strong_edges_connect(graph: tuple) -> None:
    sizes, edges = graph
    parts = [set(part) for part in components(sizes, edges, 0.4)]
    for members in cluster(sizes, edges, 0.4):
        assert any(set(members) <= part for part in parts)


@given(graphs())
def test_every_item_is_in_one_cluster(graph: tuple) -> None:
    sizes, edges = graph
    assert sorted(key for members in cluster(sizes, edges, 0.4) for key in members) == sorted(sizes)


def test_a_part_clusters_alone_as_it_does_among_others() -> None:
    edges = [("a", "b", 0.9), ("b", "c", 0.5), ("d", "e", 0.8), ("c", "d", 0.2)]
    sizes = dict.fromkeys("abcde", 1)
    alone = [cluster(dict.fromkeys(part, 1), edges, 0.4) for part in components(sizes, edges, 0.4)]
    assert sorted(c for clusters in alone for c in clusters) == cluster(sizes, edges, 0.4)


def test_a_pair_that_was_not_compared_counts_as_none() -> None:
    assert cluster(dict.fromkeys("abc", 1), [("a", "b", 0.9), ("b", "c", 0.7)], 0.4) == [["a", "b"], ["c"]]


def test_large_accounts_weigh_more() -> None:
    edges = [("a", "b", 0.9), ("b", "c", 0.7)]
    assert cluster({"a": 1, "b": 3, "c": 1}, edges, 0.4) == [["a", "b", "c"]]


def test_people_decide() -> None:
    sizes, edges = dict.fromkeys("abc", 1), [("a", "b", 0.9)]
    assert cluster(sizes, edges, 0.4, different=[("a", "b")]) == [["a"], ["b"], ["c"]]
    assert cluster(sizes, [], 0.4, same=[("c", "a")]) == [["a", "c"], ["b"]]


def test_apart_holds_for_all_that_joined_since() -> None:
    edges = [("a", "b", 0.9), ("b", "c", 0.8), ("a", "c", 0.8)]
    assert cluster(dict.fromkeys("abc", 1), edges, 0.4, different=[("a", "c")]) == [["a", "b"], ["c"]]


@pytest.mark.parametrize("pair", [("a", "x"), ("x", "y"), ("a", "a")])
def test_decisions_on_what_is_not_here_change_nothing(pair: tuple[str, str]) -> None:
    sizes = dict.fromkeys("ab", 1)
    assert cluster(sizes, [], 0.4, same=[pair], different=[pair]) == [["a"], ["b"]]
