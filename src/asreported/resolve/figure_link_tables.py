"""
The table behind figure_parts.py, figure_changes.py and figure_rates.py: data/figure_links.toml, phrases as tuples.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ..codebook import load_table


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    origin: str


class _Part(_Words, frozen=True, forbid_unknown_fields=True):
    back: bool = False


class _Naming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verbs: tuple[str, ...]
    origin: str


class ChangeVerb(_Words, frozen=True, forbid_unknown_fields=True):
    """Words of change with the direction they say; with `object` what is changed may follow them."""

    direction: str | None = None
    object: bool = False


class _Total(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    verbs: tuple[str, ...]
    nouns: tuple[str, ...]
    after: tuple[str, ...]
    before: tuple[str, ...]
    origin: str


class _Additional(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    before: tuple[str, ...]
    after: tuple[str, ...]
    besides: tuple[str, ...]
    origin: str


class _LinkWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    part: tuple[_Part, ...]
    naming: tuple[_Naming, ...]
    group: tuple[_Words, ...]
    change: tuple[ChangeVerb, ...]
    unsure: tuple[_Words, ...]
    counts: tuple[_Words, ...]
    total: tuple[_Total, ...]
    additional: tuple[_Additional, ...]
    compared: tuple[_Words, ...]
    period: tuple[_Words, ...]
    adverbs: dict[str, str]


Phrase = tuple[str, ...]


class LinkTables(NamedTuple):
    """data/figure_links.toml as the rules want it: phrases are tuples of words, `parts` says whether they look back."""

    parts: dict[Phrase, bool]
    naming: frozenset[str]
    groups: tuple[frozenset[str], ...]
    changes: dict[str, ChangeVerb]
    unsure: frozenset[str]
    counts: frozenset[str]
    total_verbs: frozenset[str]
    total_nouns: frozenset[str]
    total_after: frozenset[Phrase]
    total_before: frozenset[Phrase]
    more_before: frozenset[Phrase]
    more_after: frozenset[str]
    besides: frozenset[Phrase]
    compared: frozenset[Phrase]
    periods: frozenset[str]
    adverbs: dict[str, str]


@functools.cache
def link_tables() -> LinkTables:
    """The tables of data/figure_links.toml, read once."""
    rows = load_table("figure_links.toml", _LinkWords)

    def phrases(words: Sequence[str]) -> frozenset[Phrase]:
        return frozenset(tuple(w.split()) for w in words)

    def words(of: Sequence[_Words]) -> frozenset[str]:
        return frozenset(word for row in of for word in row.words)

    return LinkTables(
        parts={tuple(w.split()): row.back for row in rows.part for w in row.words},
        naming=frozenset(verb for row in rows.naming for verb in row.verbs),
        groups=tuple(frozenset(row.words) for row in rows.group),
        changes={word: row for row in rows.change for word in row.words},
        unsure=words(rows.unsure),
        counts=words(rows.counts),
        total_verbs=frozenset(v for row in rows.total for v in row.verbs),
        total_nouns=frozenset(n for row in rows.total for n in row.nouns),
        total_after=phrases([w for row in rows.total for w in row.after]),
        total_before=phrases([w for row in rows.total for w in row.before]),
        more_before=phrases([w for row in rows.additional for w in row.before]),
        more_after=frozenset(w for row in rows.additional for w in row.after),
        besides=phrases([w for row in rows.additional for w in row.besides]),
        compared=phrases([w for row in rows.compared for w in row.words]),
        periods=words(rows.period),
        adverbs=rows.adverbs,
    )
