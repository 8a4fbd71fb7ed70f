"""
Dates of the calendar and what comes round in it: days, months, years, seasons, feasts, weekdays.

Each function reads the groups of one pattern of date_atoms.py. "last May" is the latest May that was over before
publication, "this May" the one of that year.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Sequence

import msgspec

from ..codebook import load_table
from . import days as d
from .anchors import (
    COUNTRY,
    NO_DATE,
    NOTHING,
    OUTSIDE,
    Anchors,
    Unresolved,
    attempt,
    choose,
    which_one,
    year_of,
    yearly,
)
from .date_words import MONTHS, WEEKDAYS, plain
from .days import Days

LONGEST_CONTEXT = 2000
"""Characters around an expression in which countries are looked for."""
LATEST_YEAR = 2100
"""A number beyond it ("resolution 2118") is no year."""


def _number(name: str) -> int:
    return MONTHS.index(name) + 1


def read_date(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    month, number = _number(match["month"]), int(match["day"])
    return yearly(lambda y: d.day(dt.date(y, month, number)), year_of(match, at), at)


def read_date_range(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    month, one, two = _number(match["month"]), int(match["day"]), int(match["day2"])
    return yearly(lambda y: d.span(dt.date(y, month, one), dt.date(y, month, two)), year_of(match, at), at)


def read_day_of_month(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    if at.published is None or at.published.last is None:
        return NO_DATE
    today = at.published.last
    if which := match["which"]:
        # "the 9th of that month": of the month told before
        told = at.reference if which in ("that", "same") else None
        base = (told.last or told.first) if told else None
        by = {"last": -1, "previous": -1, "next": 1}.get(which, 0)
        first = d.month_shift((base or today).replace(day=1), by)
        return attempt(lambda y: d.day(dt.date(y, first.month, int(match["day"]))), first.year) or OUTSIDE
    firsts = [d.month_shift(today.replace(day=1), i) for i in range(-3, 4)]
    options = [attempt(lambda y, f=f: d.day(dt.date(y, f.month, int(match["day"]))), f.year) for f in firsts]  # type: ignore[misc]
    return choose([o for o in options if o is not None], at)


def read_month(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    month, which = _number(match["month"]), match["which"]
    year = year_of(match, at)
    if which == "this" and year is None and at.published and at.published.last:
        year = at.published.last.year
    return yearly(lambda y: d.month(y, month), year, _beside_told(which, at), which=which_one(which))


def read_season(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    at = _beside_told(match["which"], at)
    return yearly(lambda y: d.season(match["season"], y), year_of(match, at), at, which=which_one(match["which"]))


def _beside_told(which: str | None, at: Anchors) -> Anchors:
    """ "that June" is the one nearest to the date told before, "the following spring" the next after it."""
    told = at.reference
    if (
        which not in ("that", "same", "following", "previous")
        or told is None
        or told.first is None
        or told.last is None
    ):
        return at
    return Anchors(published=told, nearest=which in ("that", "same"), contexts=at.contexts)


def read_years(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    one = int(match["year"])
    two = match["to"] or match["last"]
    if one > LATEST_YEAR:
        # "resolution 2118": a number, not a year
        return NOTHING
    if two is None:
        return d.year(one)
    last = int(two) if len(two) == 4 else one - one % 100 + int(two)
    return d.year(one, last) if last >= one else NOTHING


def read_decade(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    number = int(match["year"])
    # "the 80s": of the century in which news began to name decades so
    return d.decade(number if number >= 100 else 1900 + number, match["part"])


def read_century(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    number = int(match["n"])
    if not 1 <= number <= 99:
        return OUTSIDE
    first, last = dt.date(100 * number - 99, 1, 1), dt.date(100 * number, 12, 31)
    return Days(first=first, last=last, grain="century")


def read_quarter(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    number = int(match["n"] or match["nth"])
    return yearly(lambda y: d.months(y, 3 * number - 2, 3 * number, "quarter"), year_of(match, at), at)


def read_half_year(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    first = 6 * int(match["n"]) - 5
    return yearly(lambda y: d.months(y, first, first + 5), year_of(match, at), at)


def read_weekday(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    today = at.today
    if today is None:
        return NO_DATE
    number = WEEKDAYS.index(match["weekday"])
    if week := match["week"]:
        monday = d.shift(d.monday_of(today), {"last": -7, "this": 0, "next": 7}[week])
        return d.day(d.shift(monday, number))
    back = (today.weekday() - number) % 7
    which = which_one(match["which"])
    if which == "last":
        return d.day(d.shift(today, -(back or 7)))
    if which == "next":
        return d.day(d.shift(today, 7 - back))
    ahead = 7 - back if back else 0
    if at.future or (at.nearest and ahead < back):
        return d.day(d.shift(today, ahead))
    return d.day(d.shift(today, -back))


# ---- feasts ------------------------------------------------------------------------------


class _Holiday(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key: str
    names: tuple[str, ...]
    origin: str
    days: int = 1
    first: tuple[dt.date, ...] = ()
    last: tuple[dt.date, ...] = ()
    fixed: str | None = None
    places: tuple[str, ...] = ()


class _Holidays(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    holiday: tuple[_Holiday, ...]


@functools.cache
def holidays() -> dict[str, tuple[_Holiday, ...]]:
    """The feasts that each name, in plain words, may mean."""
    table: dict[str, tuple[_Holiday, ...]] = {}
    for holiday in load_table("holidays.toml", _Holidays).holiday:
        for name in holiday.names:
            table[plain(name)] = (*table.get(plain(name), ()), holiday)
    return table


def read_holiday(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    year, at = year_of(match, at), _beside_told(match["which"], at)
    base = at.published
    if year is None and (base is None or base.last is None):
        return NO_DATE
    near = year or (base.last.year if base and base.last else 0)
    feasts = [h for h in holidays()[match["holiday"]] if _is_kept(h, match.string, at.contexts)]
    if len(feasts) != 1 and any(h.places for h in holidays()[match["holiday"]]):
        return COUNTRY
    options = [o for h in feasts for o in _occasions(h, near)]
    if year is not None:
        options = [o for o in options if o.first and o.first.year == year]
        return options[0] if options else OUTSIDE
    return choose(options, at, which=which_one(match["which"]))


def read_day_of_feast(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "27 Ramadan": that day of the month."""
    month, number = read_holiday(match, at), int(match["day"])
    if isinstance(month, Unresolved) or month.first is None or month.last is None:
        return month
    date = d.shift(month.first, number - 1)
    return d.day(date) if number > 0 and date <= month.last else OUTSIDE


def _is_kept(holiday: _Holiday, words: str, contexts: Sequence[str]) -> bool:
    """True where the feast is kept everywhere, or the words or the text around name a country that keeps it."""
    if not holiday.places:
        return True
    named = [f" {text} " for text in (words, *(plain(c, longest=LONGEST_CONTEXT) for c in contexts))]
    return any(f" {plain(place)} " in text for place in holiday.places for text in named)


def _occasions(holiday: _Holiday, near: int) -> list[Days]:
    """The feast in the years around `near`."""
    if holiday.fixed is not None:
        month, number = map(int, holiday.fixed.split("-"))
        firsts = [dt.date(y, month, number) for y in range(max(1, near - 1), min(9999, near + 1) + 1)]
    else:
        firsts = [f for f in holiday.first if abs(f.year - near) <= 2]
    ends = dict(zip(holiday.first, holiday.last, strict=False))
    return [
        Days(
            first=f,
            last=ends.get(f) or d.shift(f, holiday.days - 1),
            grain="holiday" if ends or holiday.days > 1 else "day",
        )
        for f in firsts
    ]
