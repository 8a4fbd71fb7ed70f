"""
What words of time count from at one point of a text, and how days are written as TIMEX3 values.

In news that is the day of publication; in narrative text the date told last, where "the next day" and a bare "March"
follow the story.
"""

from __future__ import annotations

import functools
import re

from ...records import Record
from .. import days as d
from ..dates import DateValue, resolve_date
from ..days import Days

SIZES = {"year": 366, "quarter": 92, "month": 31, "week": 7, "weekend": 2, "day": 1, "decade": 3660, "century": 36600}
"""The most days of each unit."""
SEASONS = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}


class Setting(Record, frozen=True, kw_only=True):
    """What words of time count from at one point of a text."""

    published: Days | None
    told: tuple[Days, ...] = ()
    """Dates told before, the last one first."""
    narrative: bool = False
    future: bool = False

    @property
    def now(self) -> Days | None:
        """The day of publication, or where the story is."""
        return (self.told[0] if self.told else self.published) if self.narrative else self.published

    def last_told(self, unit: str) -> Days | None:
        """The date told last that is at least as exact as `unit`."""
        exact = [t for t in self.told if t.first and t.last and (t.last - t.first).days < SIZES.get(unit, 1)]
        return exact[0] if exact else None


class Value(Record, frozen=True, kw_only=True):
    """`value` as TIMEX3 writes it, and the days behind it where it has any."""

    type: str
    value: str
    days: Days | None = None
    rule: str


def render(days: Days) -> str | None:
    """
    The value of an interval by its grain; None where TIMEX3 has none.

        >>> render(d.month(2016, 10)), render(d.season("winter", 2016)), render(d.decade(1990))
        ('2016-10', '2016-WI', '199')
    """
    first = days.first
    if first is None:
        return None
    year = f"{first.year:04d}"
    match days.grain:
        case "day" | "holiday":
            return first.isoformat()
        case "night":
            return f"{first.isoformat()}TNI"
        case "week" | "weekend":
            iso = first.isocalendar()
            return f"{iso.year:04d}-W{iso.week:02d}" + ("-WE" if days.grain == "weekend" else "")
        case "month":
            return f"{year}-{first.month:02d}"
        case "year":
            return year
        case "decade":
            return year[:3]
        case "century":
            return year[:2]
        case "season":
            name = next(n for n, month in d.SEASON_STARTS.items() if month == first.month)
            return f"{year}-{SEASONS[name]}"
        case "quarter":
            return f"{year}-Q{(first.month + 2) // 3}"
        case "half":
            return f"{year}-H{1 if first.month < 7 else 2}"
    return None


def from_days(days: Days | None, rule: str, type: str = "DATE") -> Value | None:
    value = render(days) if days is not None else None
    return Value(type=type, value=value, days=days, rule=rule) if value is not None else None


def resolved(text: str, at: Setting, *, published: Days | None = None, future: bool | None = None) -> Days | None:
    return _resolve_at(text, published or at.published, at.future if future is None else future, at.last_told("day"))


@functools.lru_cache(maxsize=4096)
def _resolve_at(text: str, published: Days | None, future: bool, reference: Days | None) -> Days | None:
    found = resolve_date(text, published=published, future=future, reference=reference)
    if not isinstance(found, DateValue):
        return None
    return Days(first=found.start, last=found.end, grain=found.grain, modifier=found.modifier)


# ---- parts of days -----------------------------------------------------------------------

PARTS = {
    "morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI", "dawn": "MO", "dusk": "EV",
    "noon": "12:00", "midnight": "24:00", "hours": "MO",
}  # fmt: skip


def part_of(words: str) -> str | None:
    """The part of a day that words name, as TIMEX3 writes it: "MO", "12:00"."""
    return next((PARTS[w] for w in PARTS if re.search(rf"\b{w}\b", words)), None)


def with_part(days: Days | None, words: str, rule: str) -> Value | None:
    part = part_of(words)
    if days is None or days.first is None:
        return Value(type="TIME", value=f"XXXX-XX-XXT{part}", rule=rule) if part else None
    one = d.day(days.first)
    if part is None:
        return from_days(days, rule)
    return Value(type="TIME", value=f"{days.first.isoformat()}T{part}", days=one, rule=rule)


# ---- modifiers ---------------------------------------------------------------------------

_MODIFIERS = (
    ("START", r"early|earlier|(?:the )?(?:very )?(?:beginning|start|outset|onset|early part|first part) of"),
    ("MID", r"mid|(?:the )?middle of"),
    ("END", r"late|later|(?:the )?(?:very )?(?:end|close|turn|latter part|rest|remainder) of"),
    ("MORE_THAN", r"more than|(?:well )?over"),
    ("LESS_THAN", r"less than|fewer than|nearly|almost|under|close to"),
    ("EQUAL_OR_MORE", r"at least|no less than"),
    ("EQUAL_OR_LESS", r"at most|no more than|up to"),
    ("APPROX", r"about|around|approximately|roughly|some|an estimated"),
)
_MODIFIER = re.compile("|".join(rf"(?P<{name}>(?:{words})(?=[ -]))" for name, words in _MODIFIERS), re.IGNORECASE)


def modifier_of(text: str) -> str | None:
    """
    The TIMEX3 `mod` of an expression, by the words that it begins with.

        >>> modifier_of("the end of 1942"), modifier_of("nearly five years"), modifier_of("the past week")
        ('END', 'LESS_THAN', None)
    """
    match = _MODIFIER.match(text)
    return match.lastgroup if match else None
