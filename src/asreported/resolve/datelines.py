"""
The day of publication, where the text itself gives it: "Published 3 May 2016", "MOSUL, March 5 (Agency) —".

A date in the text wins over the header's, as the codebook says: archives often give the day on which they stored a
page. Only the beginning of the body is read, and only forms that mark a date of publication; a date that merely stands
in the first sentence is part of the story.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import re

from ..records import Report
from . import days as d
from .anchors import Anchors
from .date_atoms import read_atom
from .date_words import MONTHS, WEEKDAYS, plain
from .dates import published_days
from .days import Days

HEAD = 260
"""Characters of the body in which a dateline may stand: a repeated headline and an agency's name come before it."""

_MONTH = "(?:" + "|".join(f"{m[:3]}(?:{m[3:]})?" if m != "may" else "may" for m in MONTHS) + r"|sept)\.?"
_DAY = "(?:" + "|".join(f"{w[:3]}(?:{w[3:]})?" for w in WEEKDAYS) + r")\.?,? "
_FIGURES = r"\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{4}-\d\d-\d\d"
_FULL = rf"(?:\d{{1,2}} {_MONTH},? ?\d{{4}}|{_MONTH} \d{{1,2}},? ?\d{{4}}|{_FIGURES})"
_FULL_DATE = re.compile(rf"(?<![\w./-]){_FULL}(?![\w/-])", re.IGNORECASE)
_MARKED = re.compile(
    r"(?:^|\b(?:print this page|date of publication|published(?: on| at)?|posted(?: on)?|(?:last )?updated(?: at| on)?)"
    r":? )"
    rf"(?:{_DAY})?(?P<date>{_FULL})(?!\d)",
    re.IGNORECASE,
)
_WEEKDAY_AND_DATE = re.compile(rf"\b(?P<weekday>{_DAY})(?P<date>{_FULL})(?!\d)", re.IGNORECASE)
_STAMPED = re.compile(r"(?P<date>\b\d{1,2}[-./]\d{1,2}[-./]\d{4}) \d{1,2}:\d\d\b")
_CITY = re.compile(
    rf"^(?:[^\W\d_][\w'’.-]*,? ){{1,5}}?(?P<date>(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})(?:,? \d{{4}})?)"
    r"(?:,? ?\([^()]{2,40}\))? ?(?:[-–—:]+ |\([^()]{2,40}\) )",
    re.IGNORECASE,
)


def published_of(report: Report) -> Days | None:
    """
    When the report was published, as exactly as its text or its header says.

        >>> from asreported.records import make_report
        >>> report = make_report(id="a", title="", body="Published 3 May 2016 A mine hurt two.", published="2018-01-01")
        >>> published_of(report).first
        datetime.date(2016, 5, 3)
    """
    header = published_days(report.published)
    body = len(report.title) + 2 if report.title else 0
    head = re.sub(r"\s+", " ", report.text[body : body + HEAD])
    # "Apr 232017": the comma and the space between day and year were lost
    head = re.sub(rf"\b({_MONTH} \d{{1,2}})((?:19|20)\d\d)\b", r"\1 \2", head, flags=re.IGNORECASE)
    for pattern in (_MARKED, _WEEKDAY_AND_DATE, _STAMPED):
        match = pattern.search(head)
        found = _day(match["date"], header) if match else None
        if match and found and _weekday_fits(match, found):
            return found
    match = _CITY.match(head)
    return (_day(match["date"], header) if match else None) or header or _from_context(report)


def _from_context(report: Report) -> Days | None:
    """
    Where nothing tells the day: the one date in the title, else the year of all full dates of the text.

    The codebook allows a year that the context fixes without doubt; two years, or none, leave doubt.
    """
    title = {m[0] for m in _FULL_DATE.finditer(report.title)}
    if len(title) == 1:
        return _day(title.pop(), None)
    found = _years_of_full_dates(report.text)
    named = {int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", report.text, re.ASCII)}
    # a later year that is only named ("elections in 2014") shows that the one full date is history
    return d.year(max(found)) if len(found) == 1 and found == {max(named, default=0)} else None


def _years_of_full_dates(text: str) -> set[int]:
    years: set[int] = set()
    for written in dict.fromkeys(m[0] for m in _FULL_DATE.finditer(text)):
        found = _day(written, None)
        if found is not None and found.first is not None:
            years.add(found.first.year)
        if len(years) > 1:
            break
    return years


def _day(text: str, header: Days | None) -> Days | None:
    """The one day of a dateline; a missing year is the one nearest to the header's date."""
    if match := re.fullmatch(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})", text, re.ASCII):
        return _of_figures(int(match[1]), int(match[2]), int(match[3]), header)
    reading = read_atom(plain(text), 0, Anchors(published=header, nearest=True))
    found = reading.value if reading else None
    return found if isinstance(found, Days) and found.first is not None and found.first == found.last else None


def _of_figures(one: int, two: int, year: int, header: Days | None) -> Days | None:
    """Day and month of "12-05-2016": where both orders are dates, the one nearer to the header's."""
    found = []
    for number, month in ((one, two), (two, one)):
        with contextlib.suppress(ValueError):
            found.append(dt.date(year, month, number))
    if header is None or header.last is None:
        return d.day(found[0]) if len(set(found)) == 1 else None
    last = header.last
    return d.day(min(found, key=lambda date: abs((date - last).days))) if found else None


def _weekday_fits(match: re.Match[str], found: Days) -> bool:
    """A weekday that contradicts the date marks two things read as one."""
    named = match.groupdict().get("weekday")
    return (
        named is None
        or not isinstance(found.first, dt.date)
        or WEEKDAYS[found.first.weekday()].startswith(named[:3].lower())
    )
