"""
Time counted from publication ("last week", "two years ago", "within ten days") or from a date told before
("three days later", "that evening").

"two years ago" is that calendar year, "a year ago" and "three weeks ago" that month, "two days ago" the day.
"""

from __future__ import annotations

import re

from . import days as d
from .anchors import DURATION, NO_DATE, NO_REFERENCE, NOTHING, Anchors, Unresolved, first_of, number_of
from .date_patterns import PART
from .date_words import WEEKDAYS
from .days import Days

LONGEST_OF_NIGHTS = 13
"""Days of the longest stretch that "that night" may belong to."""


def read_offset(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """today, yesterday, tomorrow and what lies beside them."""
    assert at.published and at.published.last and at.published.first
    words = match["word"]
    by = {"day before yesterday": -2, "yesterday": -1, "tomorrow": 1, "day after tomorrow": 2}.get(words, 0)
    if by and at.today is None:
        return NO_DATE
    if by == 0:
        return at.published
    return d.day(d.shift(at.published.last, by))


def read_night_before(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """The night before publication, as the codebook has it: D-1 to D."""
    assert at.today
    return d.span(d.shift(at.today, -1), at.today, "night")


def read_night_of_weekday(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "overnight on Friday": the night that begins on the last Friday."""
    assert at.today
    back = (at.today.weekday() - WEEKDAYS.index(match["weekday"])) % 7 or 7
    first = d.shift(at.today, 7 - back if at.future else -back)
    return d.span(first, d.shift(first, 1), "night")


def read_night(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "in the night": the one after the day told before, where that lies back; else the one before publication."""
    told = at.reference.last if at.reference is not None and at.reference.first == at.reference.last else None
    if told is None or at.today is None or (at.today - told).days <= 1:
        return read_night_before(match, at)
    return d.span(told, d.shift(told, 1), "night")


def read_tomorrow_or_after(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    assert at.today
    return d.span(d.shift(at.today, 1), d.shift(at.today, 2))


def read_unit(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """last, this or next week, month, year: the calendar's."""
    assert at.published and at.published.last
    which, unit, early = match["which"], match["unit"], match["early"]
    base = at.published
    if which in ("that", "same", "previous", "following") and at.reference is not None:
        base = at.reference
    elif which in ("that", "same", "following"):
        return NO_REFERENCE
    if unit == "week" and base is at.published and at.today is None:
        return NO_DATE
    by = {"last": -1, "previous": -1, "next": 1, "coming": 1, "following": 1}.get(which, 0)
    found = calendar_unit(base, unit, by)
    if unit == "week" and early and isinstance(found, Days) and found.last and at.today and by == 0:
        return d.span(first_of(found), at.today) if early in ("earlier", "so far") else d.span(at.today, found.last)
    return found


def calendar_unit(base: Days, unit: str, by: int) -> Days | Unresolved:
    date = base.last if base.last is not None else base.first
    if date is None:
        return NO_REFERENCE
    if unit == "day":
        return d.day(d.shift(date, by))
    if unit == "week":
        return d.week(d.shift(date, 7 * by))
    if unit == "month":
        # a day known to the year only has no month
        if base.first is not None and (base.first.year, base.first.month) != (date.year, date.month):
            return NO_DATE
        there = d.month_shift(date, by)
        return d.month(there.year, there.month)
    if unit == "quarter":
        return d.quarter(d.month_shift(date, 3 * by))
    if unit == "year":
        return d.year(date.year + by)
    return d.decade((date.year // 10 + by) * 10)


def read_week_so_far(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    assert at.today
    if at.future:
        return d.week(at.today)
    if at.today.weekday() == 0:
        # a report of Monday looks back at the week that ended
        return d.week(d.shift(at.today, -7))
    return d.span(d.monday_of(at.today), at.today)


def read_weekend(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    today = at.today
    if today is None:
        return NO_DATE
    which = match["which"]
    current = d.weekend(today)
    inside = today.weekday() >= 5
    if which in ("next", "coming") or (at.future and which != "last" and not inside):
        return d.weekend(d.shift(today, 7)) if which == "next" and inside else current
    return current if inside and which not in ("last", "previous") else d.weekend(d.shift(today, -7))


def read_ago(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    base = at.published
    assert base and base.last
    unit, number = match["unit"], number_of(match["n"])
    there = d.step(base.last, -number, unit)
    if unit == "decade" or (unit == "year" and (number not in (1, 1.5) or at.today is None)):
        return d.year(there.year)
    if unit == "year" or unit == "month" or (unit == "week" and number > 2):
        return d.month(there.year, there.month)
    return d.day(there) if at.today or unit in ("minute", "hour") else NO_DATE


def read_ago_to_the_day(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "a year ago today", "two years ago this week"."""
    assert at.today
    there = d.step(at.today, -number_of(match["n"]), match["unit"])
    return calendar_unit(d.day(there), match["this"], 0) if match["this"] else d.day(there)


def read_more_than_ago(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "more than a year ago" has no lower bound, "less than a year ago" lasts till publication."""
    there = read_ago(match, at)
    if isinstance(there, Unresolved) or at.published is None:
        return there
    if match["more"] in ("less than", "under"):
        return Days(first=there.first, last=at.published.last, grain="range")
    return Days(first=None, last=there.last, grain=there.grain, modifier="before")


def read_season_ago(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    assert at.published and at.published.last
    return d.season(match["season"], at.published.last.year - int(number_of(match["n"])))


def read_this_time(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "this time last year" is the month, "this time last month" the week, a year or a month before."""
    assert at.today
    there = d.step(at.today, -1, match["unit"])
    return calendar_unit(d.day(there), {"year": "month", "month": "week", "week": "day"}[match["unit"]], 0)


def read_before_last(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "the week before last", "the night before last"."""
    assert at.published
    unit = match["unit"]
    if unit in ("month", "year", "quarter"):
        return calendar_unit(at.published, unit, -2)
    if at.today is None:
        return NO_DATE
    if unit == "night":
        return d.span(d.shift(at.today, -2), d.shift(at.today, -1), "night")
    fortnight = d.shift(at.today, -14)
    return d.week(fortnight) if unit == "week" else d.weekend(fortnight)


def read_weekday_week(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "Monday week": a week after the next Monday."""
    assert at.today
    ahead = (WEEKDAYS.index(match["weekday"] or match["far"]) - at.today.weekday()) % 7 or 7
    return d.day(d.shift(at.today, ahead + 7))


def read_week_last(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "a week last Tuesday": a week before the last Tuesday."""
    assert at.today
    back = (at.today.weekday() - WEEKDAYS.index(match["weekday"] or match["far"])) % 7 or 7
    return d.day(d.shift(at.today, -back - 7))


def read_weekdays_ago(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "three Fridays ago"."""
    assert at.today
    back = (at.today.weekday() - WEEKDAYS.index(match["weekday"])) % 7 or 7
    return d.day(d.shift(at.today, -back - 7 * (int(number_of(match["n"])) - 1)))


def read_past(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """A stretch that ends at publication; "24 hours" touch two days."""
    assert at.today
    unit = match["unit"] or match["single"]
    return d.span(d.step(at.today, -number_of(match["n"]), unit), at.today)


def read_coming(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    assert at.today
    unit = match["unit"] or match["single"]
    told = at.reference
    if not at.future and told is not None and told.last is not None and told.last < at.today:
        # in a story "the next three days" follow on what was told
        return d.span(told.last, d.step(told.last, number_of(match["n"]), unit))
    return d.span(at.today, d.step(at.today, number_of(match["n"]), unit))


def read_within(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """In plans a stretch from publication; in a story one from the date told before."""
    if at.future:
        return read_coming(match, at) if at.today else NO_DATE
    unit, number = match["unit"], number_of(match["n"])
    if number > 1 and not match[0].split()[-1].endswith(("s", "time")):
        # "in the six-day war"
        return NOTHING
    if (match[0].startswith("in ") and unit in ("month", "year", "decade")) or (unit == "hour" and number >= 24):
        # "the first time in six years", "47 dead in 24 hours"
        return read_past(match, at) if at.today else NO_DATE
    if at.reference is None or at.reference.last is None:
        return NO_REFERENCE
    if unit in ("minute", "hour") and number < 24:
        return d.day(at.reference.last)
    first = at.reference.first or at.reference.last
    return d.span(first, d.step(at.reference.last, number, unit))


def read_running(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "for the third day" is the last three days, the day of publication included."""
    assert at.today
    number, unit = int(match["n"]), match["unit"]
    if unit not in ("day", "night") or not 1 <= number <= 1000:
        return DURATION
    return d.span(d.shift(at.today, 1 - number), at.today)


# ---- counted from another date -----------------------------------------------------------


def read_beside(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "the next day", "3 days later", "a year earlier": seen from the date told before."""
    base = at.reference
    if base is None:
        return NO_REFERENCE
    back = match["to"] in ("before", "earlier", "previous", "previously")
    unit, number = match["unit"], number_of(match["n"])
    edge = base.first if back else base.last
    edge = edge if edge is not None else (base.last or base.first)
    if edge is None:
        return NO_REFERENCE
    unit = "day" if unit in ("morning", "afternoon", "evening") else unit
    if unit in ("minute", "hour") and number < 24:
        return d.day(edge)
    if unit == "week" and (match["n"] is None or (number == 1 and base.grain in ("week", "range"))):
        return d.week(d.shift(edge, -7 if back else 7))
    there = d.step(edge, -number if back else number, unit)
    if unit in ("year", "decade"):
        return d.month(there.year, there.month) if base.grain in ("day", "month") and number < 2 else d.year(there.year)
    return d.month(there.year, there.month) if unit == "month" else d.day(there)


def read_same(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    if at.reference is None:
        return NO_REFERENCE
    first, last = at.reference.first, at.reference.last
    if first is None or last is None or (first == last and match[0].startswith("in ")):
        # "in that time" is a stretch, of which a day told before is one end at most
        return NO_REFERENCE
    if last - first > d.ONE_DAY:
        # "at that time", "that night" of a stretch: no one day of it is meant
        hours = re.search(rf"{PART}\b", match[0]) and (last - first).days > LONGEST_OF_NIGHTS
        return NO_REFERENCE if hours else at.reference
    return read_hours(match, at)


def read_weekday_beside(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "the previous Sunday", "the following Friday": seen from the date told before."""
    number, back = WEEKDAYS.index(match["weekday"]), match["to"] in ("previous", "before")
    base = at.reference
    edge = (base.first if back else base.last) if base else at.today if match["to"] == "previous" else None
    if edge is None:
        return NO_REFERENCE
    by = (edge.weekday() - number) % 7 or 7 if back else (number - edge.weekday()) % 7 or 7
    return d.day(d.shift(edge, -by if back else by))


def read_hours_told(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """ "at nine", which may be a number of anything: of a day told before alone."""
    return read_hours(match, at) if at.reference is not None else NO_REFERENCE


def read_hours(match: re.Match[str], at: Anchors) -> Days | Unresolved:
    """A time of day: of the day told before, else of the day of publication."""
    base = at.reference
    if base is not None and base.last is not None and base.first is not None and (base.last - base.first).days <= 1:
        return d.day(base.last)
    return d.day(at.today) if at.today else NO_DATE
