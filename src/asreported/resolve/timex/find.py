"""
Find the expressions of time in running text and give each its TIMEX3 value (TimeML 1.2.1, ISO 8601).

In news, words count from the day of publication. In narrative text (a history, a chronology) they count from the date
told last; which of the two a text is, it tells itself: a narrative names years long before its publication from its
beginning on.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ...records import Record, Span
from ..dates import published_days
from ..days import Days
from .calendar import (
    read_century,
    read_date,
    read_decade,
    read_feast,
    read_month,
    read_quarter,
    read_season,
    read_spoken_year,
    read_year,
)
from .counted import read_nth_day, read_part_of, read_shift, read_unit, read_year_ago
from .days import read_day, read_part, read_time, read_weekday, read_weekdays
from .extents import extents
from .lengths import read_duration, read_set
from .patterns import month_pattern
from .setting import Setting, Value, modifier_of

Reader = Callable[[str, Setting], Value | None]


def _reference(value: str) -> Reader:
    return lambda text, at: Value(type="DATE", value=value, rule="reference")


READERS: dict[str, Reader] = {
    "date": read_date,
    "month": read_month,
    "year": read_year,
    "spoken-year": read_spoken_year,
    "decade": read_decade,
    "century": read_century,
    "season": read_season,
    "quarter": read_quarter,
    "year-ago": read_year_ago,
    "feast": read_feast,
    "weekday": read_weekday,
    "weekdays": read_weekdays,
    "day": read_day,
    "part": read_part,
    "time": read_time,
    "unit": read_unit,
    "part-of": read_part_of,
    "shift": read_shift,
    "nth-day": read_nth_day,
    "duration": read_duration,
    "set": read_set,
    "present": _reference("PRESENT_REF"),
    "past": _reference("PAST_REF"),
    "future": _reference("FUTURE_REF"),
}
"""What values the words of each kind of data/timex_rules.toml."""


class Timex(Record, frozen=True, kw_only=True):
    """One expression: its extent, TIMEX3 `type`, `value` and `mod`, the days meant, and the rule that read it."""

    span: Span
    type: str
    value: str
    mod: str | None
    days: Days | None
    rule: str


OLD = 2
"""Years before publication from which on a year named is one of history."""
MANY = 4
"""Years of history that a narrative names, four months counting as one."""
LEAD = 700
"""Characters in which a narrative has named a year of its story; news begins with its news."""
TODAY = 2
"""Years of history that a "yesterday" or a weekday outweighs."""
NAMED_YEAR = re.compile(r"(?<![\d,.$£€-])(?:1[0-9]{3}|20[0-9]{2})(?!\d|[.,]\d|%)")
STORY_OF = re.compile(
    rf"(?:(?:spring|summer|autumn|winter) of|{month_pattern().pattern}(?: \d{{1,2}})?,?(?: of)?) "
    r"(?P<year>1[0-9]{3}|20[0-9]{2})\b"
)
"""A year told with its month or season, as a story tells it and a mere mention ("the pact of 1932") does not."""
NEWS = re.compile(
    r"\b(?:today|tonight|yesterday|tomorrow|(?:last|this|next) (?:week|weekend|month|year|night|morning)|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?! \d|,? [A-Z]))\b"
)
"""What a passage of news has at least once."""
DEICTIC = re.compile(
    r"\b(?:yesterday|tomorrow|(?:last|this|next) (?:week|month|year|night)|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri)day(?! \d|,? [A-Z]))\b"
)
_PLANNED = (
    r"will|won['’]t|shall|is to|are to|to be|going to|due|scheduled|slated|expect(?:s|ed)?|plan(?:s|ned)? to|upcoming|"
    r"set (?:to|for)|deadline|as (?:soon|early) as"
)
PLANNED = re.compile(rf"\b(?:{_PLANNED}|ed until)\b[^.;\n]*$", re.IGNORECASE)
PLANNED_MONTH = re.compile(
    rf"\b(?:{_PLANNED}|would|plan(?:s|ned)?|next|until|by|before|may|could|hopes? to|intends? to)\b[^.;\n]*$",
    re.IGNORECASE,
)
"""Looser than for weekdays: of a month that is ahead, the last one is eleven months back."""
SAID = re.compile(r"\b(?:said|told|was|were|had|did|says|\w{1,20}ed)(?: on| late| early| in| at)? $", re.IGNORECASE)
ASIDE = re.compile(
    r"\b(?!(?:end|start|beginning|middle|part|autumn|spring|summer|winter|fall|months?|years?|days?) )[a-z]{3,20} of $",
    re.IGNORECASE,
)
"""Before a year that names a thing, "the pact of 1932", and not when the story goes on."""
BEFORE = 120
"""Characters before an expression in which its tense is looked for."""
REMEMBERED = 8
"""Dates told before that an expression may count from."""


def find_timex(text: str, *, published: str | None = None) -> tuple[Timex, ...]:
    """
    The expressions of time in `text`, in its order, for a text published on `published` (YYYY, YYYY-MM or a day).

        >>> [(t.span.text, t.value) for t in find_timex("He fled on Thursday.", published="2017-04-28")]
        [('Thursday', '2017-04-27')]
    """
    when = published_days(published)
    narrative = is_narrative(text, when)
    told: list[Days] = []
    found: list[Timex] = []
    for kind, start, end, words in extents(text):
        before = text[max(0, start - BEFORE) : start]
        at = Setting(
            published=when,
            told=tuple(reversed(told[-REMEMBERED:])),
            narrative=narrative,
            future=not narrative and _is_planned(kind, before),
        )
        value = _value(kind, words, at)
        if value is None:
            continue
        aside = narrative and kind == "year" and ASIDE.search(before) is not None
        if value.days is not None and value.type != "SET" and not aside:
            told.append(value.days)
        span = Span(start=start, end=end, text=text[start:end])
        found.append(
            Timex(
                span=span,
                type=value.type,
                value=value.value,
                mod=modifier_of(span.text),
                days=value.days,
                rule=value.rule,
            )
        )
    return tuple(found)


def is_narrative(text: str, published: Days | None) -> bool:
    """Whether `text` tells a story of past years, so that its words count from the date told last."""
    years = [(int(match[0]), match.start()) for match in NAMED_YEAR.finditer(text)]
    if published is None or published.first is None:
        return len(years) >= MANY
    old = [start for year, start in years if year < published.first.year - OLD]
    now = len(years) - len(old) + TODAY * len(DEICTIC.findall(text))
    if len(text) < LEAD and _opens_a_story(text, published.first.year):
        return True
    return len(old) + len(month_pattern().findall(text)) / 4 >= MANY and len(old) > now and old[0] < LEAD


def _opens_a_story(text: str, year: int) -> bool:
    """Whether a passage tells a year long before `year` with its month or season, and nothing of the present."""
    told = STORY_OF.search(text)
    if told is None or int(told["year"]) >= year - OLD or NEWS.search(text):
        return False
    return all(int(match[0]) < year for match in NAMED_YEAR.finditer(text))


def _is_planned(kind: str, before: str) -> bool:
    planned = PLANNED if kind in ("weekday", "part") else PLANNED_MONTH
    return planned.search(before) is not None and SAID.search(before) is None


def _value(kind: str, text: str, at: Setting) -> Value | None:
    try:
        return READERS[kind](text, at)
    except (OverflowError, ValueError):
        return None  # 31 June, a million years ago: no such day in the calendar
