"""
One point or stretch of time in plain words ("last week", "#3 of may", "2 years ago") to `Days`.

`atoms` pairs patterns with the functions that read them and with what they must be anchored at: the `day` of
publication, or as much of it as is known (`any`). Prefixes stand before another atom and change it ("start of",
"night of", "3 days after"). At one place of the text the longest reading wins.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from ..records import Record
from . import calendar_dates as c
from . import relative_dates as r
from .anchors import AMBIGUOUS, NO_DATE, NOTHING, RECURRING, Anchors, Builder, Unresolved
from .date_patterns import (
    ANY_N,
    ANY_W,
    CLOCK_HOUR,
    D1,
    D2,
    HOURS,
    ONE_UNIT,
    PART,
    SEASON,
    UNIT,
    WHICH,
    WHICH_TOLD,
    YEAR,
    M,
    W,
)
from .date_prefixes import PREFIXES
from .date_refusals import REFUSALS
from .days import Days

DEEPEST = 4
"""Prefixes read one inside another: "early on the last Friday of the month"."""
TIMES_OF_DAY = frozenset({"time-of-day", "within-hours", "same"})
"""Rules that give the day of something told before, by an hour of it."""


class Reading(Record, frozen=True, kw_only=True):
    """What one atom was read to, and where it ends."""

    value: Days | Unresolved
    end: int
    rule: str
    begin: int = 0


class Atom(Record, frozen=True, kw_only=True):
    """One row of the grammar. `needs` is checked before `build` runs."""

    rule: str
    pattern: re.Pattern[str]
    build: Builder
    needs: str | None = None


def read_atom(words: str, start: int, at: Anchors, *, depth: int = 0) -> Reading | None:
    """
    The longest atom that begins at `start`, which must be the beginning of a word.

        >>> reading = read_atom("first half of november 2016", 0, Anchors(published=None))
        >>> reading is None
        True
        >>> read_atom("#1 half of november 2016", 0, Anchors(published=None)).value.last
        datetime.date(2016, 11, 15)
    """
    best: Reading | None = None
    for any_of_them, rows in _groups():
        for atom in rows if any_of_them.match(words, start) else ():
            match = atom.pattern.match(words, start)
            if match and (best is None or match.end() > best.end):
                best = Reading(value=_build(atom, match, at), end=match.end(), rule=atom.rule)
    # "the month" is one only inside another atom ("the end of the month")
    if depth and (match := _INNER.match(words, start)) and (best is None or match.end() > best.end):
        value = r.calendar_unit(at.published, match["unit"], 0) if at.published else NO_DATE
        best = Reading(value=value, end=match.end(), rule="calendar-unit")
    return _read_prefixed(words, start, at, depth, best) if depth < DEEPEST else best


_INNER = re.compile(r"(?P<unit>week|month|year|decade)(?!\S)")


def _build(atom: Atom, match: re.Match[str], at: Anchors) -> Days | Unresolved:
    if atom.needs == "day" and at.today is None:
        return NO_DATE
    if atom.needs == "any" and at.published is None:
        return NO_DATE
    return atom.build(match, at)


def _read_prefixed(words: str, start: int, at: Anchors, depth: int, best: Reading | None) -> Reading | None:
    if not _any_prefix().match(words, start):
        return best
    inners: dict[int, Reading | None] = {}
    for prefix in PREFIXES:
        match = prefix.pattern.match(words, start)
        if match is None:
            continue
        if match.end() not in inners:
            inners[match.end()] = read_atom(words, match.end(), at, depth=depth + 1)
        inner = inners[match.end()]
        if inner is None or (best is not None and inner.end <= best.end):
            continue
        if inner.rule in TIMES_OF_DAY and not prefix.of_hours:
            # "Wednesday before dawn" is Wednesday
            continue
        value = inner.value if isinstance(inner.value, Unresolved) else prefix.wrap(match, inner.value, at)
        rule = inner.rule if prefix.rule == "hours-of" else f"{prefix.rule} {inner.rule}"
        best = Reading(value=value, end=inner.end, rule=rule)
    return best


@functools.cache
def _groups() -> tuple[tuple[re.Pattern[str], tuple[Atom, ...]], ...]:
    """The rows by dozens, each with one pattern for all of them."""
    dozens = [atoms()[i : i + 12] for i in range(0, len(atoms()), 12)]
    return tuple((_either(atom.pattern.pattern for atom in dozen), dozen) for dozen in dozens)


@functools.cache
def _any_prefix() -> re.Pattern[str]:
    return _either(prefix.pattern.pattern for prefix in PREFIXES)


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all: most words of a text begin no atom, and are told so at once."""
    nameless = (re.sub(r"\(\?P<\w+>", "(?:", p) for p in patterns)
    return re.compile("|".join(f"(?:{p})" for p in nameless))


# ---- the table ---------------------------------------------------------------------------


def _atom(rule: str, pattern: str, build: Builder, needs: str | None = None) -> Atom:
    return Atom(rule=rule, pattern=re.compile(rf"(?:{pattern})(?!\S)"), build=build, needs=needs)


def _refuse(reason: Unresolved) -> Builder:
    return lambda match, at: reason


@functools.cache
def atoms() -> tuple[Atom, ...]:
    """All rows; where two read the same words, the earlier wins."""
    return (*_calendar_atoms(), *_relative_atoms(), *_leaning_atoms(), *_refused_atoms())


def _calendar_atoms() -> tuple[Atom, ...]:
    feast = "(?P<holiday>" + "|".join(sorted(map(re.escape, c.holidays()), key=len, reverse=True)) + ")"
    of_w = rf"(?:{ANY_W} )?(?:{PART} )?"
    return (
        _atom(
            "date-range",
            rf"{of_w}{D1}(?: #?\d{{1,2}})* (?:to|and|or|until|through) {of_w}{D2} (?:of )?{M}{YEAR}",
            c.read_date_range,
        ),
        _atom("date-range", rf"{M} {D1}(?: #?\d{{1,2}})* (?:to|and|or|until|through) {D2}{YEAR}", c.read_date_range),
        _atom("date", rf"{of_w}{D1} (?:of )?{M}{YEAR}", c.read_date),
        _atom("date", rf"{of_w}{M} {D1}{YEAR}", c.read_date),
        _atom(
            "day-of-month",
            rf"(?:(?<=on )|(?<=of )|(?<=for )|(?<=since )|(?<=by )|(?<=until )|(?<=from )|^){of_w}#(?P<day>\d{{1,2}})"
            r"(?: of (?:(?P<which>last|previous|that|same|this|next) )?month)?"
            r"(?= (?:morning|afternoon|evening)|$)",
            c.read_day_of_month,
        ),
        _atom("ambiguous", "ambiguousday", _refuse(AMBIGUOUS)),
        _atom("month", rf"{WHICH_TOLD}{M}{YEAR}", c.read_month),
        _atom(
            "years",
            r"(?P<year>[12]\d{3})(?: to (?P<to>[12]\d{3}|\d{2})|(?: [12]\d{3})+ and (?P<last>[12]\d{3}))?",
            c.read_years,
        ),
        _atom("decade", r"(?:(?P<part>early|mid|late) )?(?P<year>[12]\d\d0|[3-9]0)s", c.read_decade),
        _atom("century", r"#(?P<n>\d{1,2}) century(?: ad| ce)?", c.read_century),
        _atom("season", rf"{WHICH_TOLD}{SEASON}(?: months)?{YEAR}", c.read_season),
        _atom("quarter", rf"(?:q ?(?P<n>[1-4])|#(?P<nth>[1-4]) quarter){YEAR}", c.read_quarter),
        _atom("half-year", rf"h ?(?P<n>[12]){YEAR}", c.read_half_year),
        _atom("holiday", rf"{WHICH_TOLD}{feast}{YEAR}", c.read_holiday),
        _atom("day-of-feast", rf"(?P<which>){D1} (?:of )?{feast}{YEAR}", c.read_day_of_feast),
        _atom("weekday", rf"{WHICH}{W}(?: {PART})*(?: (?:of )?(?P<week>last|this|next) week)?", c.read_weekday),
    )


def _relative_atoms() -> tuple[Atom, ...]:
    """Counted from publication."""
    season = "(?P<season>spring|summer|autumn|winter)s?"
    nth = r"#(?P<n>\d+) (?:consecutive |straight |successive )?"
    return (
        _atom(
            "today",
            rf"(?P<word>(?:earlier |later )?today|(?:at )?time of (?:publication|writing)"
            rf"|this (?:very )?(?:{PART}|day))",
            r.read_offset,
            "any",
        ),
        _atom(
            "yesterday",
            rf"(?P<word>day before yesterday|yesterday|day after tomorrow|tomorrow)(?: {PART})?",
            r.read_offset,
            "any",
        ),
        _atom("tomorrow-or-after", "tomorrow or day after", r.read_tomorrow_or_after, "day"),
        _atom(
            "overnight",
            r"overnight|(?:last|past) night|(?:during|through|throughout) night(?! of| from| to)",
            r.read_night_before,
            "day",
        ),
        _atom("overnight", rf"overnight (?:on )?{W}", r.read_night_of_weekday, "day"),
        _atom("overnight", "(?:in )?night(?! of| from| to| before| after)", r.read_night, "day"),
        _atom(
            "calendar-unit",
            r"(?:(?P<early>earlier|later|so far) )?(?:in )?"
            r"(?P<which>last|previous|this|next|following|same|that|current) "
            r"(?P<unit>week|month|quarter|year|decade)(?! of)",
            r.read_unit,
            "any",
        ),
        _atom("calendar-unit", r"(?P<early>)(?P<which>)(?P<unit>month|year) (?:so far|to date)", r.read_unit, "any"),
        _atom(
            "week-so-far",
            r"(?:(?:earlier |later )?(?:in|during|within|for|over) week|week so far|^week$)"
            r"(?! (?:of|before|after|ending|beginning|under))",
            r.read_week_so_far,
            "day",
        ),
        _atom("weekend", r"(?:(?P<which>last|past|previous|this|next|coming) )*weekend", r.read_weekend, "day"),
        _atom("before-last", "(?P<unit>night|week|weekend|month|quarter|year) before last", r.read_before_last, "any"),
        _atom("this-time", "this time last (?P<unit>week|month|year)", r.read_this_time, "day"),
        _atom(
            "weekday-week",
            rf"{W} week|(?:a )?week (?:on|from) {W.replace('weekday', 'far')}",
            r.read_weekday_week,
            "day",
        ),
        _atom(
            "weekday-week",
            rf"(?:a )?week (?:ago )?(?:last|ago(?: on)?) {W}|last {W.replace('weekday', 'far')} week",
            r.read_week_last,
            "day",
        ),
        _atom("weekdays-ago", rf"{ANY_N} {W} ago", r.read_weekdays_ago, "day"),
        _atom("ago", rf"{ANY_N} {UNIT} ago", r.read_ago, "any"),
        _atom("ago", rf"{ANY_N} {UNIT} ago (?:today|this (?P<this>week|month|year))", r.read_ago_to_the_day, "day"),
        _atom(
            "more-than-ago",
            rf"(?P<more>(?:well )?(?:more than|over)|at least|less than|under) {ANY_N} {UNIT} ago",
            r.read_more_than_ago,
            "any",
        ),
        _atom("season-ago", rf"{ANY_N} {season} ago", r.read_season_ago, "any"),
        _atom("past", rf"past (?:{ANY_N} {UNIT}|{ONE_UNIT})(?! of)", r.read_past, "day"),
        _atom("coming", rf"coming (?:{ANY_N} {UNIT}|{ONE_UNIT})", r.read_coming, "day"),
        _atom("running", rf"(?:its |(?<=for ))(?:a )?{nth}{UNIT}(?: in a row| running)?", r.read_running, "day"),
        _atom("running", rf"(?<!on )(?<!in ){nth}(?P<unit>day)(?: in a row| running)?", r.read_running, "day"),
    )


def _leaning_atoms() -> tuple[Atom, ...]:
    """Counted from a date told before."""
    return (
        _atom(
            "within",
            rf"(?:within|inside|in(?: less than| under)?) {ANY_N} {UNIT}(?: time)?(?! of)(?P<single>)",
            r.read_within,
        ),
        _atom("within", r"(?P<n>24|48|72) (?P<unit>hour)s(?! of)(?P<single>)", r.read_within),
        _atom(
            "within-hours",
            r"within hours|hours (?:later|after|earlier|before)|(?:within|in) hour"
            r"|minutes (?:later|earlier|before|after)",
            r.read_same,
        ),
        _atom("beside", rf"(?:{ANY_N} )?{UNIT} (?P<to>later|after|earlier|before|previously|on$)", r.read_beside),
        _atom(
            "beside",
            r"(?P<to>next|following|previous) (?P<unit>day|night|morning|afternoon|evening)(?P<n>)",
            r.read_beside,
        ),
        _atom("beside", rf"(?P<to>previous|following) {W}(?: {PART})?", r.read_weekday_beside),
        _atom("beside", rf"{W} (?P<to>before|after)$", r.read_weekday_beside),
        _atom(
            "same",
            rf"(?:later |earlier )?(?:on |in )?(?:same|that) (?:{PART}|day|time|period)|at time|^then$",
            r.read_same,
        ),
        # before the time of day: "at night" is a habit more often than a night
        _atom("habit", r"(?:at|by) (?:night|day)", _refuse(RECURRING)),
        _atom("known-event", "knownevent", _read_event),
        _atom("told-event", "toldevent", _read_event),
        # "at nine", alone
        _atom(
            "time-of-day",
            rf"(?:(?:at|by|before|after|until|since) )+{CLOCK_HOUR}(?: and (?:at )?{CLOCK_HOUR})?$",
            r.read_hours_told,
        ),
        _atom("time-of-day", rf"{HOURS}|(?:earlier|later) (?:in|on) day", r.read_hours),
    )


def _read_event(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    return at.event or NOTHING


def _refused_atoms() -> tuple[Atom, ...]:
    """Words of time that date nothing, with the reason."""
    return tuple(_atom(rule, pattern, _refuse(reason)) for rule, pattern, reason in REFUSALS)
