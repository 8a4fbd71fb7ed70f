"""
Read a publication date as exactly as it is stated: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.

A date that can be read in two ways ("04/05/2017") is not read at all: the anchor of "yesterday" must not be a guess.
The time of day and its zone are dropped; the day stays the one that is written.
"""

from __future__ import annotations

import datetime as dt
import re

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
FIRST_YEAR, LAST_YEAR = 1800, 2199

ISO_RE = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")
COMPACT_RE = re.compile(r"(\d{4})(\d{2})(\d{2})")
TIME_RE = re.compile(r"(?:[T\s,]+|\s+at\s+)\d{1,2}[:.]\d{2}[^\n]{0,40}", re.IGNORECASE)
NUMERIC_RE = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
DAY_FIRST_RE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([a-z]{3,9})\.?,?\s+(\d{4})")
MONTH_FIRST_RE = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
MONTH_ONLY_RE = re.compile(r"([a-z]{3,9})\.?,?\s+(\d{4})")
WEEKDAY_RE = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+")


def parse_published(text: str) -> str | None:
    """
    The date that `text` states, or None where it states none or could mean two.

        >>> parse_published("Fri, 28 April 2017 10:30 GMT"), parse_published("2017-04")
        ('2017-04-28', '2017-04')
        >>> parse_published("28/04/2017"), parse_published("04/05/2017"), parse_published("yesterday")
        ('2017-04-28', None, None)
    """
    text = TIME_RE.sub("", text[:100].strip().lower()).strip(" \t,")
    text = WEEKDAY_RE.sub("", text, count=1)
    if found := ISO_RE.fullmatch(text) or COMPACT_RE.fullmatch(text):
        return _date(*found.groups())
    if found := NUMERIC_RE.fullmatch(text):
        first, second, year = found.groups()
        if int(first) > 12 or first == second:
            return _date(year, second, first)
        return _date(year, first, second) if int(second) > 12 else None
    if found := DAY_FIRST_RE.fullmatch(text):
        return _date(found[3], _month(found[2]), found[1])
    if found := MONTH_FIRST_RE.fullmatch(text):
        return _date(found[3], _month(found[1]), found[2])
    if found := MONTH_ONLY_RE.fullmatch(text):
        return _date(found[2], _month(found[1]))
    return None


def _month(name: str) -> str:
    """The number of the month that `name` or its beginning names; 0, which no date has, where it names none."""
    return str(
        next((i for i, month in enumerate(MONTHS, start=1) if month.startswith(name) or name == month[:3] + "t"), 0)
    )


def _date(year: str, month: str | None = None, day: str | None = None) -> str | None:
    try:
        checked = dt.date(int(year), int(month or 1), int(day or 1))
    except ValueError:  # 30 February
        return None
    if not FIRST_YEAR <= checked.year <= LAST_YEAR:
        return None
    return checked.isoformat()[: 10 if day else 7 if month else 4]


def read_published(value: str | None) -> tuple[str | None, tuple[str, ...]]:
    """
    The date that an input gives, and a note for people where it cannot be read.

        >>> read_published("2017-02-30")
        (None, ("publication date '2017-02-30' not understood and left out; write it as YYYY-MM-DD",))
    """
    if not value or not value.strip():
        return None, ()
    published = parse_published(value)
    if published:
        return published, ()
    shown = value.strip()[:40]
    return None, (f"publication date {shown!r} not understood and left out; write it as YYYY-MM-DD",)
