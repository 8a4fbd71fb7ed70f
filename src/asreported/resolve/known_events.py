"""
Wars, campaigns and attacks that are so well known that reports date by them without a date.

"at the start of the campaign" is October 2016 in a report that speaks of Mosul. Only rows of data/known_events.toml
count, the event must have begun by publication, and its noun alone is not enough: a place of it must be named.
"""

from __future__ import annotations

import datetime as dt
import functools
import re

import msgspec

from ..codebook import load_table
from . import days as d
from .date_words import plain
from .days import Days


class KnownEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: what the event is called, the places that must be named with a noun, and its days."""

    key: str
    origin: str
    first: dt.date
    last: dt.date | None = None
    nouns: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    event: tuple[KnownEvent, ...]


@functools.cache
def _table() -> tuple[tuple[KnownEvent, re.Pattern[str] | None, re.Pattern[str] | None, re.Pattern[str] | None], ...]:
    return tuple(
        (event, _any(event.names), _any(event.nouns), _any(event.places))
        for event in load_table("known_events.toml", _Table).event
    )


def _any(names: tuple[str, ...]) -> re.Pattern[str] | None:
    plain_names = sorted(filter(None, map(plain, names)), key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, plain_names)) + r")(?!\S)") if plain_names else None


def find_event(words: str, context: str, published: Days | None) -> KnownEvent | None:
    """
    The event that `words` name, by a place in them or in `context` (plain words too); the latest where several fit.

        >>> found = find_event("start of campaign", "mosul", None)
        >>> found.key if found else None
        'mosul-2016'
    """
    found: list[tuple[bool, dt.date, KnownEvent]] = []
    for event, names, nouns, places in _table():
        if published is not None and published.last is not None and event.first > published.last:
            continue
        if names and names.search(words):
            found.append((True, event.first, event))
        elif nouns and places and nouns.search(words):
            here = places.search(words) is not None
            if here or (places.search(context) and _is_recent(event, published)):
                found.append((here, event.first, event))
    return max(found, key=lambda f: f[:2])[2] if found else None


def _is_recent(event: KnownEvent, published: Days | None) -> bool:
    """ "the campaign" alone is one that goes on at publication or ended within the year before."""
    if event.last is None or published is None or published.last is None:
        return True
    return (published.last - event.last).days <= 366


def start_of(event: KnownEvent) -> Days:
    """When it began: the day of what took one day, else the month."""
    if event.first == event.last:
        return d.day(event.first)
    return d.month(event.first.year, event.first.month)


def whole(event: KnownEvent, published: Days | None) -> Days:
    """From its beginning to its end, or to publication while it went on."""
    if event.first == event.last:
        return d.day(event.first)
    today = published.last if published is not None else None
    ends = [date for date in (event.last, today) if date is not None]
    return Days(first=event.first, last=min(ends) if ends else None, grain="range")
