"""
The best point or stretch of time in plain words: an atom anywhere in them, or the days of an event that they name.

An event's name is read as one word, so that all that counts from dates counts from events too: "the third day of the
offensive", "a week after the fall of Aleppo".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from . import days as d
from .anchors import NOTHING, Anchors, Unresolved
from .date_atoms import TIMES_OF_DAY, Reading, read_atom
from .date_patterns import ANY_N, UNIT
from .days import Days
from .known_events import FoundEvent, KnownEvent, days_meant, find_event

RECURRING = frozenset({"date", "date-range", "month", "season", "holiday", "part-of month", "part-of season"})
COUNTING = frozenset({"beside", "within", "within-hours", "same", "time-of-day", "running"})
"""Rules, by their last word, that give way to an event: "a week after the fall of Aleppo" counts from it alone."""
_HEAD = re.compile(rf"(?:(?:in|over|during|within) )?(?:{ANY_N} )?{UNIT} (?:after|before|following|into) ")
_QUALIFIERS = re.compile(
    r"(?:(?<!\S)(?!(?:of|in|into|on|at|by|after|before|following|since|from|until|to|during|throughout|and|for|over)\b)"
    r"[^\W\d]\S* ){1,3}$"
)
_DATED = frozenset(
    {"date", "date-range", "month", "years", "season", "holiday", "weekday", "day-of-month", "yesterday"}
)


def read_point(
    words: str, at: Anchors, told: Sequence[KnownEvent] = (), *, operator: str = "", depth: int = 0
) -> Reading:
    """
    What `words` mean after an `operator` ("since "), which says whether an event's beginning is meant.

        >>> read_point("#1 half of november 2016", Anchors(published=None)).value.last
        datetime.date(2016, 11, 15)
    """
    found = scan(words, at, depth)
    best = max(found, key=_rank, default=None)
    event = find_event(words, at.contexts, at.published, told)
    if event is not None and (best is None or _gives_way(best, event)):
        best_of_event = _read_with_event(words, at, event, operator, depth)
        if best_of_event is not None:
            return best_of_event
    if best is None or isinstance(best.value, Unresolved):
        return best or Reading(value=NOTHING, end=0, rule="none")
    return _counted_from(words, best, at) or _with_year(words, best, found, at)


def scan(words: str, at: Anchors, depth: int = 0) -> list[Reading]:
    """All atoms from left to right, none inside another; at `depth` 1 "the week" alone is one."""
    found, position = [], 0
    while position < len(words):
        reading = read_atom(words, position, at, depth=depth)
        if reading is not None and reading.end > position:
            found.append(msgspec.structs.replace(reading, begin=position))
            position = reading.end
        next_space = words.find(" ", position)
        position = len(words) if next_space < 0 else next_space + 1
    return found


def _rank(reading: Reading) -> tuple[bool, bool, bool]:
    """Days before none, dates before times of day and running counts; among equals `max` keeps the first."""
    resolved = not isinstance(reading.value, Unresolved)
    return resolved, reading.rule not in TIMES_OF_DAY, reading.rule != "running"


# ---- events ------------------------------------------------------------------------------


def _gives_way(best: Reading, event: FoundEvent) -> bool:
    """True where the event is meant rather than the date: the date is part of its name, or counts from nothing."""
    if isinstance(best.value, Unresolved) or best.rule.split()[-1] in COUNTING:
        return True
    return event.by_name and best.begin < event.end and best.end > event.start


def _read_with_event(words: str, at: Anchors, event: FoundEvent, operator: str, depth: int) -> Reading | None:
    meant = days_meant(event, f"{operator}{words}", at.published, offset=len(operator))
    if meant is None:
        return None
    # "the third day of a mountain campaign": the words that qualify the name belong to it
    start = _QUALIFIERS.search(words[: event.start])
    marked = f"{words[: start.start() if start else event.start]}{event.rule.replace('-', '')}{words[event.end :]}"
    found = scan(marked, msgspec.structs.replace(at, event=meant), depth)
    best = max((f for f in found if f.rule.endswith(event.rule)), key=_rank, default=None)
    return None if best is None or isinstance(best.value, Unresolved) else best


def _counted_from(words: str, best: Reading, at: Anchors) -> Reading | None:
    """ "three days after the attack on 4 May": the words between the count and the date are left out."""
    head = _HEAD.match(words)
    if head is None or head.end() >= best.begin or best.rule.split()[-1] not in _DATED:
        return None
    found = read_atom(head[0] + words[best.begin :], 0, at)
    if found is None or found.end <= head.end() or isinstance(found.value, Unresolved):
        return None
    return found


# ---- years beside ------------------------------------------------------------------------


def _with_year(words: str, best: Reading, found: list[Reading], at: Anchors) -> Reading:
    """ "two years ago, during Ramadan": what comes round, in the year that stands beside it."""
    years = [f.value for f in found if isinstance(f.value, Days) and f.value.grain == "year"]
    if not years or not any(f.rule in RECURRING for f in found):
        return best
    again = scan(words, Anchors(published=years[0], reference=at.reference))
    inside = [f for f in again if f.rule in RECURRING and isinstance(f.value, Days) and d.holds(years[0], f.value)]
    return inside[0] if inside else best
