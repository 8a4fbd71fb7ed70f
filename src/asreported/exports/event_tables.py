"""
The tables behind the event formats, typed: data/event_types.toml (kinds, words, ACLED's and PLOVER's types) and
data/event_countries.tsv (regions and numbers of countries).
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import msgspec

from ..codebook import kinds, load_table
from ..errors import TableError
from ..records import Claim, Figure, Record
from ..resolve.gazetteer import read_tsv
from ..resolve.names import fold

SHOWING = ("means", "target", "place", "destination")
"""Roles whose words tell how something was done and to whom."""


class KindRow(Record, frozen=True, kw_only=True):
    """What a kind is where its claim tells nothing finer; data/event_types.toml says what the keys mean."""

    acled: str
    plover: str
    modes: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    cameo: str


class Vague(Record, frozen=True, kw_only=True):
    """A number of ACLED's for words that tell none."""

    count: int
    words: frozenset[str]


class PloverType(Record, frozen=True, kw_only=True):
    quad: int
    score: float | None = None
    recipient: bool = False
    modes: tuple[str, ...] = ()


class EventTypes(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"scores": "mode-scores"}
):
    acled: tuple[tuple[str, str, str], ...]
    """Event, sub-event and disorder type, the highest first."""
    kind: dict[str, KindRow]
    words: dict[str, tuple[str, ...]]
    vague: tuple[Vague, ...]
    plover: dict[str, PloverType]
    scores: dict[str, float]


class CountryRow(NamedTuple):
    """What the schemes call the country of an event; None where they have no number or region for it."""

    acled_region: str | None
    ucdp_region: str | None
    gw: int | None
    """The number in the list of states of Gleditsch and Ward."""


@functools.cache
def event_types() -> EventTypes:
    """
    The table of types. Raises: TableError, where a kind of the codebook has no row.

        >>> len(event_types().acled), event_types().kind["shelling"].acled
        (25, 'Shelling/artillery/missile attack')
    """
    table = load_table("event_types.toml", EventTypes)
    missing = [kind.key for kind in kinds() if kind.key not in table.kind]
    if missing:
        raise TableError(f"event_types.toml: kind {missing[0]!r} has no row [kind.{missing[0]}]; add it")
    return table


@functools.cache
def sub_events() -> dict[str, tuple[int, str, str]]:
    """
    ACLED's sub-event types with their rank (0 is the highest), event type and disorder type.

    "Attack" and "Other" stand once in the codebook's table, so that the name of a sub-event tells its event type.
    """
    return {sub: (rank, event, disorder) for rank, (event, sub, disorder) in enumerate(event_types().acled)}


@functools.cache
def country_rows() -> dict[str, CountryRow]:
    """
    By ISO 3166-1 alpha-2 code.

        >>> country_rows()["IQ"]
        CountryRow(acled_region='Middle East', ucdp_region='Middle East', gw=645)
    """
    return {
        row["iso2"]: CountryRow(
            row["acled_region"] or None, row["ucdp_region"] or None, int(row["gw"]) if row["gw"] else None
        )
        for row in read_tsv("event_countries.tsv")
    }


def no_country() -> CountryRow:
    return CountryRow(None, None, None)


def tells(text: str, *names: str) -> bool:
    """
    Whether a word of `text` begins as one of the word lists `names` has it; a blank at the end wants the whole word.

        >>> tells("a suicide bomber", "suicide"), tells("famine", "explosives"), tells("a land mine", "explosives")
        (True, False, True)
    """
    padded = f" {fold(text)} "
    return any(f" {word}" in padded for name in names for word in _folded(name))


@functools.cache
def _folded(name: str) -> tuple[str, ...]:
    words = event_types().words[name]
    return tuple(fold(word) + (" " if word.endswith(" ") else "") for word in words)


def trigger_of(claim: Claim) -> str:
    return claim.trigger.text


def words_of(claim: Claim, *roles: str) -> str:
    """The trigger of a claim and the words of some of its roles, for `tells`."""
    return " | ".join([claim.trigger.text, *(role.text for role in claim.roles if role.role in (roles or SHOWING))])


def vague_count(figure: Figure) -> int | None:
    """
    ACLED's number for the words of a figure; None where it is told in numbers.

    "Several hundred" is "hundreds". The table's numbers stand for words only: "two dozen" is 24.
    """
    number = figure.low if figure.low is not None else figure.high
    vague = figure.rule.rpartition("/")[2] in ("vague", "uncounted")
    if not vague or (number is not None and figure.low == figure.high):
        return None
    words = set(fold(figure.text).split())
    return next((row.count for row in event_types().vague if words & row.words), None)
