"""
What stands before a date and changes it: "start of", "first Friday of", "the week of", "3 days after".

Early, late and the like change nothing but the modifier; "mid-2014" is May to August (codebook section 8). Each
function takes the match of its prefix and the days of what follows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import msgspec

from ..records import Record
from . import days as d
from .anchors import NOTHING, Anchors, Unresolved, number_of
from .date_patterns import ANY_N, HOURS, PART, UNIT, W
from .date_words import WEEKDAYS
from .days import Days
from .relative_dates import read_beside

Wrapper = Callable[[re.Match[str], Days, Anchors], Days | Unresolved]


def _part(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """Early, mid and late change nothing but the modifier; "mid-2014" is May to August (codebook section 8)."""
    word = match["part"].split()[0].removeprefix("middle") or "mid"
    if word == "mid" and inner.grain == "year" and inner.first:
        return msgspec.structs.replace(d.months(inner.first.year, 5, 8), modifier="mid")
    return msgspec.structs.replace(inner, modifier=word)


def _end_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    if inner.grain == "year" and inner.last:
        inner = d.month(inner.last.year, 12)
    return msgspec.structs.replace(inner, modifier="end")


def _start_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    return msgspec.structs.replace(inner, modifier="start")


def _half(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    if inner.first is None or inner.last is None:
        return NOTHING
    parts = {"half": 2, "third": 3, "quarter": 4}[match["size"]]
    index = parts if match["n"] in ("last", "final", "latter") else int(match["n"].lstrip("#"))
    if not 1 <= index <= parts:
        return NOTHING
    if inner.grain == "year" and parts != 3:
        return d.months(inner.first.year, (index - 1) * 12 // parts + 1, index * 12 // parts)
    if inner.grain == "month" and parts == 2:
        middle = inner.first.replace(day=15)
        return d.span(inner.first, middle) if index == 1 else d.span(middle + d.ONE_DAY, inner.last)
    length = (inner.last - inner.first).days + 1
    return d.span(
        d.shift(inner.first, length * (index - 1) // parts), d.shift(inner.first, length * index // parts - 1)
    )


def _first_units(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "the first six days of April", "the last week of March", "the second day of Eid"."""
    if inner.first is None or inner.last is None:
        return NOTHING
    unit, which = match["unit"], match["n"]
    count = number_of(match["count"]) if match["count"] else (3 if match["plural"] else 1)
    if which in ("last", "final"):
        if match["plural"] and not match["count"]:
            return msgspec.structs.replace(inner, modifier="end")
        first = d.step(inner.last, -count, unit) + d.ONE_DAY
        return d.span(max(first, inner.first), inner.last)
    if which in ("early", "opening"):
        return msgspec.structs.replace(inner, modifier="start")
    index = int(which.lstrip("#"))
    if index > 1 and match["count"]:
        return NOTHING
    first = d.step(inner.first, (index - 1) * count, unit)
    last = d.step(first, count, unit) - d.ONE_DAY
    if first > inner.last:
        return NOTHING
    return d.day(first) if first == last else d.span(first, min(last, inner.last))


def _nth_weekday(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    if inner.first is None or inner.last is None:
        return NOTHING
    number = WEEKDAYS.index(match["weekday"])
    if match["n"] in ("last", "final"):
        return d.day(d.shift(inner.last, -((inner.last.weekday() - number) % 7)))
    index = int(match["n"].lstrip("#"))
    date = d.shift(inner.first, (number - inner.first.weekday()) % 7 + 7 * (index - 1))
    return d.day(date) if date <= inner.last else NOTHING


def _nth_weekend(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "the first weekend of March": the one whose Saturday is the first."""
    if inner.first is None or inner.last is None:
        return NOTHING
    if match["n"] in ("last", "final"):
        saturday = d.shift(inner.last, -((inner.last.weekday() - 5) % 7))
    else:
        saturday = d.shift(inner.first, (5 - inner.first.weekday()) % 7 + 7 * (int(match["n"].lstrip("#")) - 1))
    return d.weekend(saturday) if saturday <= inner.last else NOTHING


def _weekday_beside(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    number = WEEKDAYS.index(match["weekday"])
    if match["to"] == "before":
        if inner.first is None:
            return NOTHING
        return d.day(d.shift(inner.first, -((inner.first.weekday() - number) % 7 or 7)))
    if inner.last is None:
        return NOTHING
    return d.day(d.shift(inner.last, (number - inner.last.weekday()) % 7 or 7))


def _week_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    if inner.first is None or inner.last is None:
        return NOTHING
    match match["how"]:
        case "ending" | "to" | "ended":
            return d.span(d.shift(inner.last, -6), inner.last, "week")
        case "beginning" | "starting" | "from":
            return d.span(inner.first, d.shift(inner.first, 6), "week")
    return d.week(inner.first) if (inner.last - inner.first).days < 2 else inner


def _hours_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    return inner


def _eve_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    return d.day(d.shift(inner.first, -1)) if inner.first else NOTHING


def _anniversary_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "the second anniversary of the invasion"; without a number the last one, in plans the next."""
    if inner.first is None:
        return NOTHING
    if match["n"]:
        return d.day(d.step(inner.first, int(match["n"]), "year"))
    if at.today is None:
        return NOTHING
    passed = (at.today.month, at.today.day) >= (inner.first.month, inner.first.day)
    year = at.today.year - (0 if passed else 1) + int(at.future)
    return d.day(d.step(inner.first, year - inner.first.year, "year"))


def _into(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    return d.span(d.shift(inner.first, -1), inner.first, "night") if inner.first else NOTHING


def _turn_of(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "the turn of the year": the months on both sides of the one that is nearest."""
    if inner.first is None:
        return NOTHING
    year = inner.first.year + (1 if at.future and at.published and at.published.first == inner.first else 0)
    return d.span(dt.date(year - 1, 12, 1), dt.date(year, 1, 31))


def _units_to(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "the three months to June", "the year to 31 March"."""
    if inner.last is None:
        return NOTHING
    unit = match["unit"] or match["one"]
    return d.span(d.step(inner.last + d.ONE_DAY, -number_of(match["n"]), unit), inner.last)


def _units_into(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "two weeks into the offensive" is a week of it, "three days into it" a day."""
    if inner.first is None:
        return NOTHING
    there, unit = d.step(inner.first, number_of(match["n"]), match["unit"]), match["unit"]
    if unit == "week":
        return d.week(there)
    return {"month": lambda: d.month(there.year, there.month), "year": lambda: d.year(there.year)}.get(
        unit, lambda: d.day(there)
    )()


def _stretch_beside(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "in the six months before the war", "in the three days after 4 May"."""
    number, unit = number_of(match["n"]), match["unit"]
    if match["to"] in ("after", "following"):
        return NOTHING if inner.last is None else d.span(inner.last, d.step(inner.last, number, unit))
    if inner.first is None:
        return NOTHING
    return d.span(d.step(inner.first, -number, unit), inner.first - d.ONE_DAY)


def _counted(match: re.Match[str], inner: Days, at: Anchors) -> Days | Unresolved:
    """ "3 days after 4 May"; after a month or a year as many days as it had."""
    first, *rest = (read_beside(match, Anchors(published=at.published, reference=base)) for base in _edges(inner))
    last = rest[0] if rest else first
    return d.hull(first, last) if rest and isinstance(first, Days) and isinstance(last, Days) else first


def _edges(days: Days) -> list[Days]:
    if days.grain not in ("month", "season", "year", "quarter") or days.first is None or days.last is None:
        return [days]
    return [d.day(days.first), d.day(days.last)]


class Prefix(Record, frozen=True, kw_only=True):
    """One row of what changes the atom that follows."""

    rule: str
    pattern: re.Pattern[str]
    wrap: Wrapper
    of_hours: bool
    """True where a mere time of day may follow."""


def _prefix(rule: str, pattern: str, wrap: Wrapper) -> Prefix:
    of_hours = rule not in (
        "weekday-beside",
        "counted",
        "eve-of",
        "week-of",
        "units-to",
        "units-into",
        "stretch-beside",
    )
    return Prefix(rule=rule, pattern=re.compile(rf"(?:{pattern}) "), wrap=wrap, of_hours=of_hours)


NTH = r"(?P<n>#\d{1,2}|last|final)"
PREFIXES = (
    _prefix("part-of", r"(?P<part>early|late|mid|middle of)(?: in| on| of)?", _part),
    _prefix("end-of", r"(?:end|close|final days|last days|closing days) of", _end_of),
    _prefix("turn-of", r"turn of", _turn_of),
    _prefix("start-of", r"(?:start|beginning|outset|onset|opening|early part|early days) of", _start_of),
    _prefix("half-of", r"(?P<n>#[1-4]|last|final|latter) (?P<size>half|third|quarter) (?:of|in)", _half),
    _prefix(
        "first-of",
        r"(?P<n>#\d{1,2}|last|final|early|opening) (?:(?P<count>\d+) )?(?P<unit>day|week|month|year)(?P<plural>s?)"
        r" (?:of|in)",
        _first_units,
    ),
    _prefix("weekday-of", rf"{NTH} {W} (?:of|in)", _nth_weekday),
    _prefix("weekend-of", rf"{NTH} weekend (?:of|in)", _nth_weekend),
    _prefix("weekday-beside", rf"{W} (?P<to>before|after)", _weekday_beside),
    _prefix("week-of", r"week (?P<how>of|beginning|starting|from|ending|ended|to)", _week_of),
    _prefix(
        "hours-of",
        rf"(?:{PART}|(?:early|small|late|#1)? ?hours|day|weekend|holiday|half term break)(?: \w+)? (?:of|on)",
        _hours_of,
    ),
    _prefix("hours-of", rf"{HOURS}(?: on| of| in)?", _hours_of),
    _prefix("period", r"(?:holy month|month|years?|course|whole|rest|remainder) of", _hours_of),
    _prefix("eve-of", r"(?:eve|day before|night before|vigil)(?: of)?", _eve_of),
    _prefix("anniversary-of", r"(?:#(?P<n>\d{1,3}) )?anniversary of", _anniversary_of),
    _prefix("night-into", r"(?:overnight|night) (?:into|to)", _into),
    _prefix(
        "units-to",
        rf"(?:(?:in|over|during|for) )?(?:{ANY_N} {UNIT}|(?P<one>year)) (?:to|ended|ending|up to)",
        _units_to,
    ),
    _prefix("units-into", rf"{ANY_N} {UNIT} into", _units_into),
    _prefix(
        "stretch-beside",
        rf"(?:in|over|during|within|throughout|for) {ANY_N} {UNIT}"
        r" (?P<to>after|before|following|previous to|leading up to|that followed|that preceded)",
        _stretch_beside,
    ),
    _prefix("counted", rf"(?:{ANY_N} )?{UNIT} (?P<to>after|before|following|earlier than)", _counted),
)
