"""Weekdays, today and its kin, parts of days and clock times."""

from __future__ import annotations

import re

from .. import days as d
from ..date_words import MONTHS, WEEKDAYS, plain
from .calendar import core_of, read_date
from .counted import read_nth_day, read_unit
from .setting import PARTS, SEASONS, Setting, Value, part_of, resolved, with_part


def read_weekday(text: str, at: Setting) -> Value | None:
    words = plain(core_of(text))
    told = at.last_told("day") if at.narrative else None
    number = next((i for i, name in enumerate(WEEKDAYS) if name in words), None)
    if told is not None and told.last is not None and number is not None:
        # a story goes on: the first such day from the one told last
        return with_part(d.day(d.shift(told.last, (number - told.last.weekday()) % 7)), words, "weekday in story")
    return with_part(resolved(words, at), words, "weekday")


def read_weekdays(text: str, at: Setting) -> Value | None:
    words = plain(text)
    weekday = next((n for n in WEEKDAYS if n in words), None)
    day = re.search(r"\d+", words)
    if day and (month := next((n for n in MONTHS if n in words), None)):
        return Value(type="SET", value=f"XXXX-{MONTHS.index(month) + 1:02d}-{int(day[0]):02d}", rule="dates")
    if weekday:
        return Value(type="SET", value=f"XXXX-WXX-{WEEKDAYS.index(weekday) + 1}", rule="weekdays")
    if season := next((n for n in SEASONS if n in words), None):
        return Value(type="SET", value=f"XXXX-{SEASONS[season]}", rule="seasons")
    if month := next((n for n in MONTHS if n in words), None):
        return Value(type="SET", value=f"XXXX-{MONTHS.index(month) + 1:02d}", rule="months")
    return Value(type="SET", value=f"XXXX-XX-XXT{part_of(words)}", rule="parts")


def read_day(text: str, at: Setting) -> Value | None:
    """today, yesterday, tomorrow and tonight; in a story "today" is the reader's present."""
    words = plain(core_of(text))
    if words.startswith("today") and at.narrative:
        return Value(type="DATE", value="PRESENT_REF", rule="today")
    base = at.published
    if base is None or base.first is None or base.first != base.last:
        return None
    by = {"day before yesterday": -2, "day after tomorrow": 2, "yesterday": -1, "tomorrow": 1}
    step = next((n for w, n in by.items() if words.startswith(w)), 0)
    return with_part(d.day(d.shift(base.first, step)), words, "day")


_NAMED_DAY = re.compile(r"\d|day\b|yesterday|tomorrow|" + "|".join((*MONTHS, *WEEKDAYS)))


def read_part(text: str, at: Setting) -> Value | None:
    """A part of a day, with the day beside it or of the day told last."""
    words = plain(text)
    part = next((w for w in PARTS if re.search(rf"\b{w}\b", words)), None)
    if "overnight" in words or words in ("last night", "last evening"):
        today = at.now
        if today is None or today.last is None:
            return None
        there = d.day(d.shift(today.last, -1))
        return with_part(there, "evening" if "evening" in words else "night", "night before")
    rest = re.sub(rf"\b(?:early|late|mid)?\b ?\b(?:small )?{part}\b ?(?:of|on|into|to)?", " ", words) if part else words
    rest = " ".join(rest.split())
    if _NAMED_DAY.search(rest):
        date = read_weekday(rest, at) if any(w in rest for w in WEEKDAYS) and not re.search(r"\d", rest) else None
        if re.search(r"\b(?:today|yesterday|tomorrow)\b", rest):
            date = read_day(rest, at)
        elif "day" in rest.split():
            date = read_unit(rest, at)
        elif re.fullmatch(r"#\d+", rest):
            date = read_nth_day(rest, at)
        date = date or read_date(re.sub(r"^((?:[a-z]+ )?\d+) to \d+(?=\D|$)", r"\1", rest), at)
        return with_part(date.days if date else None, words, "part of day")
    base = (at.last_told("day") if "this" not in words else None) or at.published
    if base is None or base.last is None:
        return with_part(None, words, "part")
    by = 1 if re.search(r"\b(?:next|following)\b", words) else -1 if re.search(r"\b(?:previous|last)\b", words) else 0
    return with_part(d.day(d.shift(base.last, by)), words, "part of the day told")


def read_time(text: str, at: Setting) -> Value | None:
    """A clock time, of the day beside it, else of the day told last or of publication."""
    lowered = text.lower()
    clock = re.search(
        r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?:[:.]\d\d)? ?(?P<half>[ap])\.? ?m|"
        r"(?P<hour2>\d{1,2}):(?P<minute2>\d\d)|(?P<army>[0-2]\d[0-5]\d) ?h|(?P<name>noon|midnight|midday)|"
        r"(?P<oclock>\w+) (?:o['’]?clock|in the (?:morning|afternoon|evening))",
        lowered,
    )
    if clock is None:
        return None
    rest = (lowered[: clock.start()] + " " + lowered[clock.end() :]).strip(" ,.")
    hour, minute = _clock_of(clock, lowered)
    if hour is None:
        return None
    date = None
    if named := re.search(r"today|yesterday|tomorrow", rest):
        date = read_day(named[0], at)
    elif weekday := next((w for w in WEEKDAYS if w in rest), None):
        date = read_date(rest, at) if re.search(r"\d", rest) else read_weekday(weekday, at)
    elif any(re.search(rf"\b{m[:3]}", rest) for m in MONTHS) and re.search(r"\d", rest):
        date = read_date(re.sub(r"^.*?\b(?:on|of) ", "", rest), at)
    elif "day" in rest.split():
        date = read_unit(rest, at)
    elif part_of(rest):
        date = read_part(re.sub(r"^(?:about|around) ", "", rest), at)
    base = date.days if date else at.last_told("day") or (at.published if not at.narrative else None)
    stamp = f"T{hour:02d}:{minute:02d}"
    if base is None or base.first is None or base.first != base.last:
        return Value(type="TIME", value=f"XXXX-XX-XX{stamp}", rule="clock")
    return Value(type="TIME", value=f"{base.first.isoformat()}{stamp}", days=base, rule="clock")


LATE = re.compile(r"afternoon|evening|night")


def _clock_of(clock: re.Match[str], lowered: str) -> tuple[int | None, int]:
    if clock["name"]:
        return (24 if clock["name"] == "midnight" else 12), 0
    if clock["army"]:
        return int(clock["army"][:2]), int(clock["army"][2:])
    if clock["oclock"]:
        number = plain(clock["oclock"])
        hour = int(number) if number.isdigit() else None
        return (hour + 12 if hour is not None and LATE.search(lowered) and hour < 12 else hour), 0
    hour, minute = int(clock["hour"] or clock["hour2"]), int(clock["minute"] or clock["minute2"] or 0)
    late = clock["half"] == "p" or (not clock["half"] and LATE.search(lowered) is not None)
    if late and hour < 12:
        hour += 12
    if clock["half"] == "a" and hour == 12:
        hour = 0
    return (hour if hour < 25 and minute < 60 else None), minute
