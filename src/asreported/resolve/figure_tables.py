"""
The tables behind resolve/figures.py: qualifiers, vague figures and units, with phrases as tuples of tokens.
"""

from __future__ import annotations

import functools
from typing import NamedTuple, TypeVar

import msgspec

from ..codebook import load_table
from .numerals import Token, tokenize

T = TypeVar("T")
Number = int | float
LONGEST_PHRASE = 5


class Qualifier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: str
    effect: str
    origin: str
    side: str = "before"
    outside: bool = False
    not_after: tuple[str, ...] = ()
    bare: bool = False
    after_trigger: bool = False


class Connector(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: str
    origin: str
    needs: str | None = None
    hedge: bool = False


class Qualifiers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    qualifier: tuple[Qualifier, ...]
    connector: tuple[Connector, ...]


class Vague(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: str
    low: Number
    origin: str
    high: Number | None = None
    alone: bool = True


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    words: tuple[str, ...]
    origin: str


class Denominator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    parts: int
    words: tuple[str, ...]
    origin: str


class VagueFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    vague: tuple[Vague, ...]
    multiplier: tuple[Vague, ...]
    zero: tuple[Words, ...]
    fraction: tuple[Words, ...]
    part: tuple[Words, ...]
    amount: tuple[Words, ...]
    denominator: tuple[Denominator, ...]


class Nouns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    nouns: tuple[str, ...]


class Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    unit: tuple[Nouns, ...]
    ending: tuple[Nouns, ...]
    determiners: tuple[str, ...]
    passed_over: tuple[str, ...]
    stops: tuple[str, ...]
    pounds: tuple[str, ...]


Phrase = tuple[str, ...]


class Tables(NamedTuple):
    """The tables as the rules below want them: phrases are tuples of tokens."""

    before: dict[Phrase, Qualifier]
    after: dict[Phrase, Qualifier]
    connectors: dict[Phrase, Connector]
    vague: dict[Phrase, Vague]
    multipliers: dict[Phrase, Vague]
    zero: dict[Phrase, str]
    fractions: frozenset[str]
    parts: frozenset[str]
    amounts: frozenset[str]
    denominators: dict[str, int]
    units: dict[str, str]
    endings: tuple[tuple[str, str], ...]
    determiners: frozenset[str]
    passed_over: frozenset[str]
    stops: frozenset[str]
    pounds: frozenset[str]
    openers: frozenset[str]
    """First words of all phrases above, so that at other words none is looked for."""


@functools.cache
def tables() -> Tables:
    """The tables of data/, read once."""
    qualifiers = load_table("qualifiers.toml", Qualifiers)
    vague = load_table("vague_figures.toml", VagueFigures)
    units = load_table("units.toml", Units)
    by_noun: dict[str, str] = {}
    for row in units.unit:
        for noun in row.nouns:
            by_noun.setdefault(noun, row.key)
    rows = Tables(
        before={_phrase(q.words): q for q in qualifiers.qualifier if q.side == "before"},
        after={_phrase(q.words): q for q in qualifiers.qualifier if q.side == "after"},
        connectors={_phrase(c.words): c for c in qualifiers.connector},
        vague={_phrase(v.words): v for v in vague.vague},
        multipliers={_phrase(v.words): v for v in vague.multiplier},
        zero={_phrase(words): words for row in vague.zero for words in row.words},
        fractions=frozenset(word for row in vague.fraction for word in row.words),
        parts=frozenset(word for row in vague.part for word in row.words),
        amounts=frozenset(word for row in vague.amount for word in row.words),
        denominators={word: row.parts for row in vague.denominator for word in row.words},
        units=by_noun,
        endings=tuple((ending, row.key) for row in units.ending for ending in row.nouns),
        determiners=frozenset(units.determiners),
        passed_over=frozenset(units.passed_over),
        stops=frozenset(units.stops),
        pounds=frozenset(units.pounds),
        openers=frozenset(),
    )
    phrases = (rows.before, rows.after, rows.connectors, rows.vague, rows.multipliers, rows.zero)
    return rows._replace(openers=frozenset(phrase[0] for table in phrases for phrase in table))


def _phrase(words: str) -> Phrase:
    return tuple(token.text for token in tokenize(words))


def match_phrase(table: dict[Phrase, T], tokens: list[Token], start: int) -> tuple[T, int] | None:
    """
    The row of a table of `tables()` whose words begin at token `start`, the longest first, and the index after them.

        >>> row, end = match_phrase(tables().before, tokenize("no fewer than 7"), 0)
        >>> row.effect, end
        ('at-least', 3)
    """
    if start >= len(tokens) or tokens[start].text not in tables().openers:
        return None
    words = tuple([token.text for token in tokens[start : start + LONGEST_PHRASE]])
    for length in range(len(words), 0, -1):
        row = table.get(words[:length])
        if row is not None:
            return row, start + length
    return None


def unit_of_noun(noun: str) -> str | None:
    """
    The unit that `noun` counts in, singular or plural; None where the table does not know it.

        >>> unit_of_noun("lorries"), unit_of_noun("rockets"), unit_of_noun("Chadians".lower()), unit_of_noun("ideas")
        ('vehicles', 'weapons', 'people', None)
    """
    rows = tables()
    for form in (noun, noun.removesuffix("s"), noun.removesuffix("es")):
        if form in rows.units:
            return rows.units[form]
    return next((key for ending, key in rows.endings if noun.endswith(ending) and len(noun) > len(ending)), None)
