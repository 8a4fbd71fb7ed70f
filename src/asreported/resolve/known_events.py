"""
Wars, campaigns and attacks that reports date other things by: the well-known ones, and those that the report dates.

"at the start of the campaign" is October 2016 in a report that speaks of Mosul. Of the world's events only rows of
data/known_events.toml count, the event must have begun by publication, and its noun alone is not enough: a place of it
must be named. An event of the report itself, a day that one of its claims gives, needs its noun only.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence, Set

import msgspec

from ..codebook import load_table
from ..records import Record
from . import days as d
from .date_words import plain
from .days import Days

LONGEST_CONTEXT = 2000
"""Characters around an expression in which places are looked for."""
LONGEST_NAME = 6
"""Words of "the fall of the city of Aleppo", from noun to place."""
SHORT = 7
"""Days up to which an event has a day of beginning; a longer one begins in a month: writers rarely mean the day."""

_WORD_RE = re.compile(r"\w+")
BEGINS_RE = re.compile(
    r"\b(?:start|beginning|outset|onset|outbreak|began|begun|begin|started|erupted|launch|launched)\b"
)
ENDS_RE = re.compile(r"\b(?:end|close|ended|was over)\b")
COUNTED_RE = re.compile(
    r"(?:\b(?:into|eve of|(?:#\d+|opening|early) (?:\d+ )?(?:day|night|week|month|year)s? (?:of|in)))(?: \w+){0,3} ?$"
)
SINCE_RE = re.compile(r"(?:ever )?(?:since|from|post|as from)\b")
AFTER_RE = re.compile(r"\b(?:after|following)(?: \w+){0,2} ?$")
BEFORE_RE = re.compile(r"\b(?:before|previous to|up to|ahead of|prior to)(?: \w+){0,2} ?$")
# what is over as soon as it has begun, though its consequences last
INCEPTIVE_RE = re.compile(r"\b(?:invasion|intervention|annexation|incursion|crackdown|coup|takeover|genocide)\b")


class KnownEvent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row: what the event is called, the places that must be named with a noun, and its days."""

    key: str
    origin: str
    first: dt.date
    last: dt.date | None = None
    nouns: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class FoundEvent(Record, frozen=True, kw_only=True):
    """An event and where the plain words name it. `rule` says how it is known: `known-event` or `told-event`."""

    event: KnownEvent
    start: int
    end: int
    by_name: bool
    by_place: bool = False
    rule: str = "known-event"


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    event: tuple[KnownEvent, ...]


@functools.cache
def _table() -> tuple[KnownEvent, ...]:
    return load_table("known_events.toml", _Table).event


@functools.cache
def _rows_by_word() -> dict[str, frozenset[int]]:
    """The rows of each word that one of their names or nouns begins with, so that few rows are tried."""
    table: dict[str, frozenset[int]] = {}
    for number, event in enumerate(_table()):
        for name in filter(None, map(plain, event.names + event.nouns)):
            word = name.split()[0]
            table[word] = table.get(word, frozenset()) | {number}
    return table


def event_words() -> Set[str]:
    """The words that names and nouns of well-known events begin with."""
    return _rows_by_word().keys()


@functools.cache
def _first_words(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain(name).split()[0] for name in names)


@functools.cache
def _any(names: tuple[str, ...]) -> re.Pattern[str] | None:
    plain_names = sorted(filter(None, map(plain, names)), key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(map(re.escape, plain_names)) + r")(?!\S)") if plain_names else None


def find_event(
    words: str, contexts: Sequence[str], published: Days | None, told: Sequence[KnownEvent] = ()
) -> FoundEvent | None:
    """
    The event that `words` name, by a place in them or in the nearest of `contexts`; the latest where several fit.

    `told` are the events of the report itself: they come first. Events of different places that only the context names
    leave doubt: None.

        >>> found = find_event("start of campaign", ["the battle rages in Mosul"], None)
        >>> found.event.key if found else None
        'mosul-2016'
    """
    own = [f for event in told for f in _by_noun(event, words)]
    if own:
        return own[0] if len({(f.event.first, f.event.last) for f in own}) == 1 else None
    around = frozenset(words.split()).union(*(_words_of(context) for context in contexts))
    found = [f for f in _candidates(words, around) if not _is_ahead(f.event, published)]
    by_name = [f for f in found if f.by_name]
    here = by_name or [f for f in found if f.by_place]
    if here:
        return max(here, key=lambda f: (f.end - f.start, f.event.first))
    recent = [f for f in found if _is_recent(f.event, published)]
    return next(filter(None, (_at_place_of(recent, context) for context in contexts if recent)), None)


def _at_place_of(found: Sequence[FoundEvent], context: str) -> FoundEvent | None:
    text = _plain_context(context)
    around = [f for f in found if (places := _any(f.event.places)) and places.search(text)]
    if any(not set(f.event.places) & set(around[0].event.places) for f in around):
        return None
    return max(around, key=lambda f: f.event.first, default=None)


@functools.lru_cache(maxsize=64)
def _plain_context(context: str) -> str:
    return plain(context, longest=LONGEST_CONTEXT)


@functools.lru_cache(maxsize=64)
def _words_of(context: str) -> frozenset[str]:
    # cheaper than the plain form, which the places that pass are looked for in
    return frozenset(_WORD_RE.findall(context[:LONGEST_CONTEXT].lower().replace("’", "").replace("'", "")))


def _candidates(words: str, around: frozenset[str]) -> Iterator[FoundEvent]:
    """Every event that the words name, by its name, by noun and place, or by its noun where `around` may place it."""
    table, by_word = _table(), _rows_by_word()
    numbers = {number for word in words.split() for number in by_word.get(word, ())}
    for event in (table[number] for number in sorted(numbers)):
        if not event.names and around.isdisjoint(_first_words(event.places)):
            continue
        names, nouns, places = _any(event.names), _any(event.nouns), _any(event.places)
        if names and (match := names.search(words)):
            yield FoundEvent(event=event, start=match.start(), end=match.end(), by_name=True)
        elif nouns and places and (match := nouns.search(words)):
            here = places.search(words)
            yield _named_with_place(event, words, match, here) if here else _named_by(event, match)


def _named_by(event: KnownEvent, noun: re.Match[str]) -> FoundEvent:
    return FoundEvent(event=event, start=noun.start(), end=noun.end(), by_name=False)


def _named_with_place(event: KnownEvent, words: str, noun: re.Match[str], place: re.Match[str]) -> FoundEvent:
    """ "battle for raqqa": all of it names the event, unless the two stand far apart."""
    first, last = min(noun.start(), place.start()), max(noun.end(), place.end())
    if len(words[first:last].split()) > LONGEST_NAME:
        first, last = noun.start(), noun.end()
    return FoundEvent(event=event, start=first, end=last, by_name=False, by_place=True)


def _by_noun(event: KnownEvent, words: str) -> Iterator[FoundEvent]:
    pattern = _any(event.nouns)
    if pattern and (match := pattern.search(words)):
        yield FoundEvent(event=event, start=match.start(), end=match.end(), by_name=False, rule="told-event")


def _is_ahead(event: KnownEvent, published: Days | None) -> bool:
    return published is not None and published.last is not None and event.first > published.last


def _is_recent(event: KnownEvent, published: Days | None) -> bool:
    """ "the campaign" alone is one that goes on at publication or ended within the year before."""
    if event.last is None or published is None or published.last is None:
        return True
    return (published.last - event.last).days <= 366


def days_meant(found: FoundEvent, words: str, published: Days | None, *, offset: int = 0) -> Days | None:
    """
    The days of an event as the words around its name mean it: its beginning, its end, or all of it.

    `offset` is where the words begin that it was found in. None where the words count from an end that is still to
    come ("a week after the war").
    """
    event = found.event
    before, name, after = (
        words[: found.start + offset],
        words[found.start + offset : found.end + offset],
        words[found.end + offset :],
    )
    if event.first == event.last:
        return d.day(event.first)
    around = f"{before} {name.split(' ')[0]} {after}"
    if COUNTED_RE.search(before):
        return whole(event, published)
    if SINCE_RE.match(before) or BEGINS_RE.search(around) or BEFORE_RE.search(before):
        # the report itself says on which day it began
        return d.day(event.first) if found.rule == "told-event" else start_of(event)
    if AFTER_RE.search(before):
        if INCEPTIVE_RE.search(name):
            return d.day(event.first)
        return _end_of(event, published)
    return _end_of(event, published) if ENDS_RE.search(around) else whole(event, published)


def start_of(event: KnownEvent) -> Days:
    """When it began: the day of what was over within a week, else the month."""
    if event.last is not None and (event.last - event.first).days <= SHORT:
        return d.day(event.first)
    return d.month(event.first.year, event.first.month)


def _end_of(event: KnownEvent, published: Days | None) -> Days | None:
    today = published.last if published is not None else None
    if event.last is None or (today is not None and event.last > today):
        return None
    if (event.last - event.first).days <= SHORT:
        return d.day(event.last)
    return d.month(event.last.year, event.last.month)


def whole(event: KnownEvent, published: Days | None) -> Days:
    """From its beginning to its end, or to publication while it went on."""
    if event.first == event.last:
        return d.day(event.first)
    today = published.last if published is not None else None
    ends = [date for date in (event.last, today) if date is not None]
    return Days(first=event.first, last=min(ends) if ends else None, grain="range")
