"""
Events that the report itself dates, to count from: "the 4 May attack on X … three days after the attack".

Where an expression of time names an event by a noun of data/event_nouns.toml, it is one of the report's claims if all
the claims of such a kind, of the place that is named with it, share one day. Two days leave doubt: then none is meant.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import msgspec

from ..codebook import load_table
from ..records import Event, Mention, When
from .date_words import plain
from .known_events import KnownEvent

LONGEST = 1
"""Days from first to last of an event that others are counted from: a day, or a night between two."""
_NAME = re.compile(r"[A-Z][\w'’-]+")
_DETERMINED = re.compile(r"\b(?:the|this|that|its|his|their|last|latest|\w+['’]s) ", re.IGNORECASE)


class _Noun(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kinds: tuple[str, ...]
    words: tuple[str, ...]
    lasting: bool = False


class _Nouns(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    noun: tuple[_Noun, ...]


@functools.cache
def nouns() -> dict[str, frozenset[str]]:
    """The kinds that each noun, in plain words, may name."""
    table: dict[str, frozenset[str]] = {}
    for row in load_table("event_nouns.toml", _Nouns).noun:
        for word in row.words:
            table[word] = table.get(word, frozenset()) | frozenset(row.kinds)
    return table


@functools.cache
def _lasting() -> frozenset[str]:
    return frozenset(word for row in load_table("event_nouns.toml", _Nouns).noun if row.lasting for word in row.words)


@functools.cache
def _noun_re() -> re.Pattern[str]:
    return re.compile(r"(?<!\S)(?:" + "|".join(sorted(map(re.escape, nouns()), key=len, reverse=True)) + r")(?!\S)")


class ToldEvents:
    """The dated events of one report: those of a day, and those that went on, by claims that tell how they began."""

    def __init__(self, events: Sequence[Event], whens: Sequence[When | None]) -> None:
        told = [(e, w) for e, w in zip(events, whens, strict=True) if w is not None and e.status == "actual"]
        self.of_a_day = [(e, w) for e, w in told if _is_of_a_day(w)]
        self.begun = [(e, w) for e, w in told if w.rule.startswith("began ")]

    def named_by(self, mention: Mention) -> tuple[KnownEvent, ...]:
        """The one event of the report that `mention` names, or nothing."""
        text = mention.span.text
        if not (self.of_a_day or self.begun) or _DETERMINED.search(text) is None:
            return ()
        match = _noun_re().search(plain(text))
        if match is None:
            return ()
        noun, names = match[0], set(_NAME.findall(text)[text[:1].isupper() :])
        lasting = noun in _lasting()
        fitting = [
            (e, w)
            for e, w in (self.begun if lasting else self.of_a_day)
            if e.kind in nouns()[noun] and not _is_dated_by(e, mention) and _is_at(e, names)
        ]
        alike = [(e, w) for e, w in fitting if e.trigger.text.lower()[:5] == noun[:5]]
        # a campaign has many clashes: only what is called so is the one meant
        days = {(w.start, w.end) for _, w in (alike if alike or lasting else fitting)}
        first, last = days.pop() if len(days) == 1 else (None, None)
        if first is None:
            return ()
        return (KnownEvent(key="told", origin="the report", first=first, last=last, nouns=(noun,)),)


def _is_of_a_day(when: When) -> bool:
    if when.start is None or when.end is None or when.rule.startswith(("same-incident", "day-of-saying")):
        return False
    return (when.end - when.start).days <= LONGEST


def _is_dated_by(event: Event, mention: Mention) -> bool:
    return any(m.role == "time" and m.span.start == mention.span.start for m in event.roles)


def _is_at(event: Event, names: set[str]) -> bool:
    """True where the mention names no place, or one that the event happened at."""
    where = {n for m in event.roles if m.role in ("place", "target") for n in _NAME.findall(m.span.text)}
    return not names or bool(where & names)
