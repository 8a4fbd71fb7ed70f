"""Tests of resolve/actor_tables.py: the index of aliases finds what a search of all lengths would find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.resolve.actor_lookup import Actor, ActorIndex, Hit
from asreported.resolve.actor_tables import actor_index, title_lengths, titles
from asreported.resolve.names import split_words

WORDS = (
    *("the", "of", "us", "is", "US", "U.S.", "IS", "Isis", "Isil", "Isil's", "Isils", "Islamic", "State", "States"),
    *("Iraq", "Iraqs", "and", "al-Sham", "Free", "Syrian", "Army", "army", "LeT", "let", "Hayat", "Tahrir", "United"),
)
LONGEST = 12


def search_all_lengths(index: ActorIndex, text: str) -> list[Hit]:
    words, hits, i = split_words(text), [], 0
    while i < len(words):
        found = [Hit(i, i + n, a) for n in range(LONGEST, 0, -1) if (a := index.match(words[i : i + n]))]
        found = [h for h in found if h.last <= len(words)]
        hits += found[:1]
        i = found[0].last if found else i + 1
    return hits


@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_the_index_passes_over_no_alias(text: str) -> None:
    assert actor_index().find(split_words(text)) == search_all_lengths(actor_index(), text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("Kol fled", True), ("Kols men fled", True), ("Kol's men fled", True), ("Kolss fled", False), ("Zos fled", False)],
)
def test_a_possessive_is_found_with_and_without_its_apostrophe(text: str, found: bool) -> None:
    rows = [Actor(id=name.lower(), name=name, type="militia") for name in ("Kol", "Zo")]
    assert bool(ActorIndex(rows).find(split_words(text))) is found


def test_no_words_are_no_alias() -> None:
    assert actor_index().match([]) == ()


def test_every_title_is_noted_by_its_first_word_and_length() -> None:
    for title in titles():
        words = title.split(" ")
        assert len(words) in title_lengths()[words[0]]
    assert all(list(lengths) == sorted(lengths, reverse=True) for lengths in title_lengths().values())
