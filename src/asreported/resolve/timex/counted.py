"""What is counted from now or from the story: "last week", "the next day", "two years ago", "the last week of May"."""

from __future__ import annotations

import datetime as dt
import re

from .. import days as d
from ..date_words import MONTHS, plain
from ..days import Days
from .calendar import quarter, read_century, read_date, read_decade, read_month, read_year
from .lengths import duration_value, number_in, unit_in
from .setting import Setting, Value, from_days, resolved, with_part

_BACK = re.compile(r"\b(?:last|previous|preceding|past|before|earlier|prior|previously|ago)\b")
_AHEAD = re.compile(r"\b(?:next|following|coming|after|later|thereafter|afterwards?|hence)\b")


def read_unit(text: str, at: Setting) -> Value | None:
    """ "last week", "that year", "the next day", "the end of the month"."""
    words = plain(text)
    if beside := re.match(r"the (week|weekend) (?:of|ending|beginning|starting) (.+)", text, re.IGNORECASE):
        date = read_date(beside[2], at)
        return calendar_unit(date.days.first, beside[1].lower(), 0) if date and date.days and date.days.first else None
    unit = unit_in(words)
    if unit is None:
        return None
    if unit == "day" and re.match(r"(?:this|present)\b", words) and at.narrative:
        return Value(type="DATE", value="PRESENT_REF", rule="present")
    if same := re.fullmatch(r"(?:the )?same (.+?) (?:of )?(?:last|(?:the )?previous) year", words):
        return _a_year_before(same[1], at)
    told = re.search(r"\b(?:that|same|following|previous|preceding|other)\b", words) or (
        re.search(r"\bthe (?:next|last|very|past)\b", text.lower()) and unit in ("day", "night")
    )
    base = (at.last_told(unit) if told or at.narrative else None) or at.published
    if base is None or base.last is None or base.first is None:
        return None
    if re.search(r"\bpast\b", words) and unit != "weekend" and not re.search(r"\bthis past\b", words):
        return Value(type="DURATION", value=duration_value(1, unit), rule="past unit")
    back = _BACK.search(words) is not None and "earlier" not in words
    ahead = _AHEAD.search(words) is not None and "later" not in words
    by = -1 if back else 1 if ahead else 0
    if unit == "quarter" and by == 0 and at.told and at.told[0].grain == "quarter":
        return from_days(at.told[0], "quarter told")
    return calendar_unit(base.last, unit, by, told=base if told or at.narrative else None)


def _a_year_before(unit: str, at: Setting) -> Value | None:
    """ "the same month last year": the unit of now, a year before."""
    now = at.now
    return calendar_unit(d.step(now.last, -1, "year"), unit, 0, told=now) if now and now.last else None


def calendar_unit(date: dt.date, unit: str, by: int, told: Days | None = None) -> Value | None:
    """The calendar's unit that holds `date`, or the one `by` units on; `told` where `date` was told, not published."""
    match unit:
        case "day" | "night":
            return with_part(d.day(d.shift(date, by)), "night" if unit == "night" else "", "day counted")
        case "week":
            return from_days(d.week(d.shift(date, 7 * by)), "week")
        case "weekend":
            monday = d.monday_of(date)
            back = -7 if date.weekday() < 5 and by <= 0 else 0
            return from_days(d.weekend(d.shift(monday, back + (7 if by > 0 and date.weekday() >= 5 else 0))), "weekend")
        case "month":
            there = d.month_shift(date.replace(day=1), by)
            return from_days(d.month(there.year, there.month), "month counted")
        case "quarter":
            # a report tells of the quarter that is over
            there = d.month_shift(date.replace(day=1), 3 * by if by else -3 if told is None else 0)
            first = (there.month - 1) // 3 * 3 + 1
            return from_days(d.months(there.year, first, first + 2, "quarter"), "quarter counted")
        case "year":
            return from_days(d.year(date.year + by), "year counted")
        case "decade":
            return Value(type="DATE", value=f"{date.year // 10 + by}", rule="decade counted")
        case "century":
            return Value(type="DATE", value=f"{date.year // 100 + by}", rule="century counted")
    return None


def read_shift(text: str, at: Setting) -> Value | None:
    """ "two years ago", "three days later", "the day before": from now, or from the date told before."""
    words = plain(text)
    unit = unit_in(words)
    if unit is None:
        return None
    ago = re.search(r"\b(?:ago|hence)\b", words) is not None
    count = number_in(words)
    back = _BACK.search(words) is not None and "later" not in words
    if count is None:
        return Value(type="DATE", value="PAST_REF" if back else "FUTURE_REF", rule="vague shift")
    if unit == "year" and count == 1 and not at.narrative and at.told and at.told[0].grain == "quarter":
        return _year_before(at)
    told = None if ago or (unit in ("year", "month") and not at.narrative and back) else at.last_told(unit)
    base = told or at.now or at.published
    if base is None or base.first is None or base.last is None:
        return None
    edge = base.first if back else base.last
    if unit in ("decade", "century"):
        count, unit = count * (10 if unit == "decade" else 100), "year"
    if unit in ("hour", "minute", "second"):
        return Value(type="TIME", value="PAST_REF" if back else "FUTURE_REF", rule="vague shift")
    there = d.step(edge, -count if back else count, "day" if unit == "night" else unit)
    return calendar_unit(there, unit, 0)


def read_part_of(text: str, at: Setting) -> Value | None:
    """ "the last week of August", "the first half of May", "the last day of the month"."""
    lead, _, inner = plain(text).partition(" of ")
    if inner.endswith("century"):
        return read_century(inner, at)
    if re.search(r"\d0s$", inner):
        return read_decade(inner, at)
    value = read_unit(inner, at) if unit_in(inner) and not re.search(r"\d", inner) else read_month(inner, at)
    value = value if value and value.days else read_year(inner, at)
    if value is None or value.days is None or value.days.first is None:
        return None
    month = value.days.first
    if "half" in lead and value.days.grain == "year":
        return quarter(month.year, "H", 1 if "#1" in lead else 2)
    if "quarter" in lead and value.days.grain == "year":
        number = re.search(r"#(\d)", lead)
        return quarter(month.year, "Q", int(number[1]) if number else 4)
    inner = f"{MONTHS[month.month - 1]} {month.year}" if value.days.grain == "month" else inner
    days = resolved(f"{lead} of {inner}", at)
    if days is None or days.first is None or days.last is None:
        return value
    if re.search(r"\bday$", lead):
        return from_days(d.day(days.first), "day of")
    if re.search(r"\bweek$", lead):
        return from_days(d.week(days.first + (days.last - days.first) / 2), "week of")
    return value


def read_year_ago(text: str, at: Setting) -> Value | None:
    """ "year-earlier": of the quarter told last, as companies compare, else the year before."""
    return _year_before(at)


def _year_before(at: Setting) -> Value | None:
    if at.told and at.told[0].grain == "quarter" and at.told[0].first:
        there = d.month_shift(at.told[0].first, -12)
        return from_days(d.months(there.year, there.month, there.month + 2, "quarter"), "quarter a year before")
    base = at.now
    return from_days(d.year(base.last.year - 1), "year before") if base and base.last else None


def read_nth_day(text: str, at: Setting) -> Value | None:
    """ "on the 9th": of the month told last; "the third day" names none."""
    words = plain(text)
    number = re.search(r"#(\d+)", words)
    base = at.last_told("month") or at.published
    if number is None or base is None or base.last is None or (words.endswith("day") and "of" not in words):
        return None
    try:
        return from_days(d.day(base.last.replace(day=int(number[1]))), "day of the month told")
    except ValueError:
        return None
