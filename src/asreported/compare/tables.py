"""
The table data/compare.toml, typed: which question a figure answers, whom it counts, which words tell of the dead.
"""

from __future__ import annotations

import functools

import msgspec

from ..codebook import load_table
from ..records import Record


class Measure(Record, frozen=True, kw_only=True):
    """A question that figures answer; data/compare.toml says what the keys mean."""

    name: str
    kinds: tuple[str, ...]
    counts: tuple[str, ...]
    incident: bool
    time: str
    triggers: tuple[str, ...] = ()


class Group(Record, frozen=True, kw_only=True):
    """People who are counted apart, by the words that name them."""

    name: str
    words: frozenset[str]


class Armed(Record, frozen=True, kw_only=True):
    types: frozenset[str]
    bands: frozenset[str]
    some: frozenset[str]


class Killed(Record, frozen=True, kw_only=True):
    """The words by which victims are told and counted."""

    deadly: tuple[str, ...]
    phrases: tuple[str, ...]
    oneself: frozenset[str]
    several: frozenset[str]
    pronouns: frozenset[str]
    couples: dict[str, int]
    determiners: frozenset[str]
    links: frozenset[str]


class Perpetrators(Record, frozen=True, kw_only=True):
    """Which claims tell who did it, and which entities can be a side."""

    kinds: frozenset[str]
    types: frozenset[str]
    generic: frozenset[str]
    of_the_state: frozenset[str]


class Control(Record, frozen=True, kw_only=True):
    holds: frozenset[str]
    takes: frozenset[str]
    taking: tuple[str, ...]
    divided: frozenset[str]


class Tables(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    measure: tuple[Measure, ...]
    group: tuple[Group, ...]
    unnamed: dict[str, frozenset[str]]
    armed: Armed
    killed: Killed
    perpetrators: Perpetrators
    control: Control


def find_named(name: str) -> Measure:
    """The measure of that name."""
    return next(measure for measure in tables().measure if measure.name == name)


@functools.cache
def tables() -> Tables:
    """
    The whole table.

        >>> tables().measure[0].name, "militants" in tables().unnamed
        ('killed', True)
    """
    return load_table("compare.toml", Tables)
