"""The patterns of data/timex_rules.toml, with the names of months, weekdays and feasts filled in."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

import msgspec

from ...codebook import load_table
from ..calendar_dates import holidays
from ..date_words import MONTHS, WEEKDAYS


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str
    pattern: str
    examples: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pieces: dict[str, str]
    rule: tuple[_Row, ...]
    shared: tuple[_Row, ...]


class Rule(NamedTuple):
    """One pattern with the kind of expression that it finds, and examples that it reads whole."""

    kind: str
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


_BOUNDED = r"(?=[\w'’])(?<![\w$£€¥#.])(?<!\d,)(?<!\w-)(?:{})(?!\w)"
"""No expression begins inside a word, a number, a price or after a hyphen."""
_PIECE = re.compile(r"\{([a-z_]+)\}")


@functools.cache
def rules() -> tuple[Rule, ...]:
    """What stands alone as an expression; where two match the same text, the earlier counts."""
    return tuple(
        Rule(row.kind, re.compile(_BOUNDED.format(_filled(row.pattern)), re.IGNORECASE), row.examples)
        for row in _table().rule
    )


@functools.cache
def shared_rules() -> tuple[Rule, ...]:
    """What shares its month or century with the expression beside it: groups `span`, `lead` and `rest`."""
    return tuple(Rule(row.kind, re.compile(_filled(row.pattern), re.IGNORECASE), ()) for row in _table().shared)


@functools.cache
def month_pattern() -> re.Pattern[str]:
    """A month by its name, in the letter case of names."""
    return re.compile(r"\b" + _filled("{month}"))


@functools.cache
def _table() -> _Table:
    return load_table("timex_rules.toml", _Table)


@functools.cache
def _pieces() -> dict[str, str]:
    feasts = sorted((re.escape(name).replace(r"\ ", "[- ]") for name in holidays()), key=len, reverse=True)
    return {
        "months": _both_cases([m.capitalize() for m in MONTHS]),
        "short_months": _both_cases([*(m[:3].capitalize() for m in MONTHS if m != "may"), "Sept"]),
        "weekdays": _both_cases([w.capitalize() for w in WEEKDAYS]),
        "short_weekdays": _both_cases([*(w[:3].capitalize() for w in WEEKDAYS), "Tues", "Thurs", "Thur"]),
        "feasts": "|".join(feasts),
        **_table().pieces,
    }


def _both_cases(names: list[str]) -> str:
    """Names as written or in capitals: "may", "march" and "sun" are words."""
    return "|".join([*names, *(name.upper() for name in names)])


def _filled(pattern: str) -> str:
    joined = "".join(line.strip() for line in pattern.split("\n")) if "\n" in pattern else pattern
    return _PIECE.sub(lambda match: _filled(_pieces()[match[1]]), joined)
