"""
Resolve an expression of time ("since October", "the night of 3-4 April", "two years ago") to days.

    words ──date_words──▶ plain words ──date_atoms──▶ Days ──operators (here)──▶ DateValue | Unresolved

Chosen, after sections 6 and 8 of the codebook: a weekday is the last one on or before publication, "overnight" the
night before it, "last week" Monday to Sunday before; early, mid and late change nothing, but "mid-2014" is May to
August; "since" leaves the end open, "until" and, in plans, "by" the beginning. What the words and the report do not
settle ("recently", "for two years", 05/03/2016) stays unresolved, with the reason.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Sequence

import msgspec

from ..records import Record, When
from . import days as d
from .anchors import NO_REFERENCE, OUTSIDE, Anchors, Unresolved
from .date_atoms import TIMES_OF_DAY, Reading, read_atom
from .date_orders import day_comes_first, settle_orders
from .date_patterns import HOURS, PART
from .date_points import read_point, scan
from .date_words import LONGEST, MONTHS, WEEKDAYS, plain
from .days import Days
from .known_events import KnownEvent, event_words

__all__ = ["Anchors", "DateValue", "Unresolved", "published_days", "resolve_date"]


class DateValue(Record, frozen=True, kw_only=True):
    """The days meant, with the rule that found them. None is an open side."""

    start: dt.date | None
    end: dt.date | None
    grain: str
    modifier: str | None
    rule: str
    basis: str
    """`publication` for "today" and its kin, `context` for an event that the report dates, else `explicit`."""


HOURS_RE = re.compile(rf"(?:{HOURS}|\d{{1,2}})(?= (?:on |yesterday|today|{'|'.join(WEEKDAYS)})|$)")
HOURS_APART_RE = re.compile(rf"clock (?:to|until|and) clock\b|{PART} (?:to|until) {PART}\b")
THEN = ("then", "that", "that time", "that day", "that date")
TODAY_RULES = frozenset({"today"})
OPERATORS = re.compile(
    r"(?:(?P<not_before>(?:not|no) (?:before|until|(?:earlier|sooner) than))|(?P<since>(?:ever )?since|post)"
    r"|(?P<from>as from|effective(?: from)?|from|beginning(?: on| in| from)?)"
    r"|(?P<until>(?:up )?until|up to|(?:no|not) later than)|(?P<by>by)|(?P<before>before|prior to|ahead of|pre)"
    r"|(?P<after>after)|(?P<for>for)|(?P<through>through))(?: |$)"
)
LEADING = re.compile(
    r"(?:(?:in|on|at|over|during|throughout|as of|as recently as|as early as|of|for|within|sometime|most of|much of|"
    r"again|course of|a|an|and|but|earlier|later|that began|began|even|right) )+"
)
RANGE = re.compile(r" (?:and into|and|to|until|through|into|up to|or) ")
_SCHEDULED = re.compile(rf"for (?:\d{{1,2}} )?(?:{'|'.join((*MONTHS, *WEEKDAYS))})\b")
_COUNTS = re.compile(r"^(?:at least|once|twice|\d+ times) (?=since|until|before|after|by|in|on)")
_NIGHT_INTO = re.compile(r"(?:overnight|night) (?:into|to) ")
_BARE_UNIT = re.compile(r"(?:end of )?(?:week|month|year)\b")


def resolve_date(
    text: str,
    *,
    published: dt.date | str | Days | None,
    future: bool = False,
    reference: When | Days | None = None,
    context: str | tuple[str, ...] = (),
    day_first: bool | None = None,
    told: Sequence[KnownEvent] = (),
) -> DateValue | Unresolved:
    """
    The days that `text` means in a report published on `published` (a day, `YYYY-MM`, `YYYY` or None).

    `future` is true where the claim is a plan, `reference` is the date told before ("three days later"),
    `context` is the text around, or several, the nearest first: it names the places ("the start of the campaign" means
    another one in Raqqa than in Mosul),
    `day_first` the order of the report's dates in figures, `told` the events that the report itself dates.

        >>> value = resolve_date("since October", published="2017-04-28")
        >>> value.start, value.end, value.rule
        (datetime.date(2016, 10, 1), None, 'since month')
        >>> resolve_date("on Thursday", published=None).reason
        'no publication date'
    """
    if isinstance(reference, When):
        reference = Days(first=reference.start, last=reference.end, grain=reference.grain or "range")
    anchor, contexts = published_days(published), (context,) if isinstance(context, str) else context
    at = Anchors(published=anchor, reference=reference, future=future, contexts=contexts)
    order = day_comes_first(" ".join(contexts)) if day_first is None else day_first
    text = settle_orders(text[:LONGEST], day_first=order, published=anchor.last if anchor else None, future=future)
    words = plain(text)
    try:
        found = _read(words, at, told)
    except (OverflowError, ValueError):
        # a million years ago, 31 June: no such day in the calendar
        return OUTSIDE
    if isinstance(found.value, Unresolved):
        return found.value
    days = _so_far(words, found.value, at)
    basis = "publication" if found.rule in TODAY_RULES else "context" if "told-event" in found.rule else "explicit"
    return DateValue(
        start=days.first, end=days.last, grain=days.grain, modifier=days.modifier, rule=found.rule, basis=basis
    )


def is_read_by_context(text: str) -> bool:
    """
    True where places around may decide what `text` means: it names an event or a day that countries keep differently.

        >>> is_read_by_context("since the uprising"), is_read_by_context("on Friday")
        (True, False)
    """
    words = set(plain(text).split())
    return "day" in words or not words.isdisjoint(event_words())


def published_days(published: dt.date | str | Days | None) -> Days | None:
    """
    The day, month or year of publication as days; None where it is unknown or not a date.

        >>> published_days("2015-12").last
        datetime.date(2015, 12, 31)
    """
    if isinstance(published, Days):
        return published if published.first is not None and published.last is not None else None
    if published is None:
        return None
    if isinstance(published, dt.date):
        return d.day(published)
    match = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", published, re.ASCII)
    if match is None:
        return None
    numbers = [int(g) for g in match.groups() if g]
    try:
        return (d.year, d.month, lambda *ymd: d.day(dt.date(*ymd)))[len(numbers) - 1](*numbers)
    except ValueError:
        return None


# ---- operators ---------------------------------------------------------------------------


def _read(words: str, at: Anchors, told: Sequence[KnownEvent]) -> Reading:
    """An operator and what it governs, a range, or the best atom."""
    if _SCHEDULED.match(words):
        at = msgspec.structs.replace(at, future=True)
    words = _COUNTS.sub("", words)
    span = _read_range(words, at)
    if span is not None:
        return span
    match = OPERATORS.match(words)
    name = match.lastgroup if match else None
    if match is None or name in (None, "for"):
        return read_point(words, at, told)
    ahead = msgspec.structs.replace(at, nearest=True) if name in ("from", "until", "by", "before", "through") else at
    rest = words[match.end() :]
    if name == "since":
        # what has gone on since then is no plan, even where its end is one
        ahead = msgspec.structs.replace(ahead, future=False)
    if rest in THEN or (name == "since" and rest == ""):
        return Reading(value=_beside_told(name or "", at.reference), end=0, rule=f"{name} then")
    depth = int(name == "before" and _BARE_UNIT.match(rest) is not None)
    inner = read_point(rest, ahead, told, operator=match[0], depth=depth)
    if isinstance(inner.value, Unresolved):
        whole_text = read_point(words, at, told)
        return inner if isinstance(whole_text.value, Unresolved) else whole_text
    value = _apply(name or "", rest, inner, at)
    return Reading(value=value, end=0, rule=f"{name} {inner.rule}")


def _beside_told(name: str, told: Days | None) -> Days | Unresolved:
    """ "since then", "until then", "before that", "by then": one side of the date told before."""
    if told is None or told.first is None:
        return NO_REFERENCE
    match name:
        case "since" | "from" | "after":
            return Days(first=told.first, last=None)
        case "until" if told.last is not None:
            return Days(first=None, last=told.last)
        case "before":
            return Days(first=None, last=d.shift(told.first, -1))
    return told


def _apply(name: str, rest: str, inner: Reading, at: Anchors) -> Days | Unresolved:
    days = inner.value
    if isinstance(days, Unresolved):
        return days
    hours = inner.rule in TIMES_OF_DAY or HOURS_RE.match(rest) is not None
    if name in ("by", "until") and "holiday" in inner.rule and "end-of" not in inner.rule:
        # "by Eid" is by its first day
        days = msgspec.structs.replace(days, last=days.first)
    if inner.rule.startswith("turn-of") and name in ("since", "from") and days.last is not None:
        days = d.month(days.last.year, days.last.month)
    match name:
        case "from" if HOURS_APART_RE.match(rest):
            return days
        case "not_before":
            return _open(days, days.first, None, "since")
        case "since" | "from":
            # "since dawn", "since Sunday morning" in Sunday's report: that day and no more
            closed = days.first is not None and days.first == at.today and not at.future
            return _open(days, days.first, days.last if closed else None, name)
        case "by" if days.last is not None and not at.future and (at.today is None or days.last <= at.today):
            # "by Friday they were back": how things stood on Friday. A deadline leaves the beginning open
            return msgspec.structs.replace(days, modifier=name)
        case "until" | "by":
            return days if hours and not at.future else _open(days, None, days.last, name)
        case "through":
            return days if not at.future else _open(days, at.today, days.last, name)
        case "before":
            return days if hours else _before(days, rest, at)
        case "after":
            if hours or days.last is None:
                return days
            return _open(days, days.first if days.grain == "day" else d.shift(days.last, 1), None, name)
    return days


def _open(days: Days, first: dt.date | None, last: dt.date | None, modifier: str) -> Days:
    if first is not None and last is not None and last < first:
        return Days(first=last, last=last, grain=days.grain, modifier=modifier)
    return Days(first=first, last=last, grain=days.grain, modifier=modifier)


def _before(days: Days, rest: str, at: Anchors) -> Days | Unresolved:
    """ "before 5 May" ends on the day before, "before the year is out" with the year; a plan begins today."""
    if days.first is None or days.last is None:
        return days
    within = re.search(r"\b(?:out|over|end of|ends)\b", rest) is not None
    last = days.last if within else d.shift(days.first, -1)
    first = at.today if at.future and at.today and at.today <= last else None
    return _open(days, first, last, "before")


def _read_range(words: str, at: Anchors) -> Reading | None:
    """ "between A and B", "from A to B", "A and B": both sides read in full, the left seen from the right."""
    if _NIGHT_INTO.match(words) or not RANGE.search(words):
        return None
    lead = re.match(r"(?:in )?(?:night )?(?:from |between )?", words)
    begin = lead.end() if lead else 0
    ahead = msgspec.structs.replace(at, nearest=True) if "from " in words[:begin] else at
    one = read_atom(words, begin, ahead)
    if one is not None and one.end == len(words) and one.rule in ("date-range", "years"):
        # "3 to 4 April" is one atom already
        return one if begin and isinstance(one.value, Days) and one.value.grain != "year" else None
    for cut in RANGE.finditer(words, begin):
        right = _read_whole(words[cut.end() :], ahead)
        if right is not None and right.grain == "month" and not at.future and at.today and d.last_day(right) > at.today:
            # "from December to February", told as what was
            right = _read_whole(words[cut.end() :], at)
        if right is None:
            continue
        left = _read_whole(words[begin : cut.start()], at, seen_from=right)
        if left is None:
            continue
        if left.last is not None and right.first is not None and left.last > right.first and left.first != right.first:
            return None
        return Reading(value=d.hull(left, right), end=len(words), rule="range")
    return None


def _read_whole(words: str, at: Anchors, *, seen_from: Days | None = None) -> Days | None:
    """The days of an atom that all of `words` make up, not a mere time of day."""
    if seen_from is not None:
        at = Anchors(published=seen_from, reference=at.reference)
    lead = LEADING.match(words)
    found = read_atom(words, 0, at)
    if (found is None or found.end < len(words)) and lead:
        found = read_atom(words, lead.end(), at)
    if (found is None or found.end < len(words)) and seen_from is not None:
        # "the bad years of 2014 and 2015": what stands right before the "and"
        found = next((f for f in scan(words, at) if f.end == len(words)), None)
    if found is None or found.end < len(words) or isinstance(found.value, Unresolved) or found.rule == "time-of-day":
        return None
    return found.value


def _so_far(words: str, days: Days, at: Anchors) -> Days:
    """ "February so far" ends on the day of publication; "so far this year", "the year to date" too."""
    if re.search("so far| to date$", words) is None or at.today is None or days.first is None or days.last is None:
        return days
    inside = days.first <= at.today <= days.last
    return msgspec.structs.replace(days, last=at.today) if inside else days


if __name__ == "__main__":
    print(resolve_date(" ".join(sys.argv[2:]), published=sys.argv[1]))
