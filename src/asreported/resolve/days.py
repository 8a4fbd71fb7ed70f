"""
Stretches of whole days: what an expression of time is read to, before it is a `When`.

`Days` is a closed interval with open sides; the functions here do calendar arithmetic on it and know nothing of words.
Weeks run from Monday to Sunday, the weekend is Saturday and Sunday (codebook section 8), seasons are the north's:
"summer" is June to August, and the winter of 2019 begins in December 2019.
"""

from __future__ import annotations

import calendar
import datetime as dt

from ..records import Record

ONE_DAY = dt.timedelta(days=1)
SEASON_STARTS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


class Days(Record, frozen=True, kw_only=True):
    """First to last day, both included; None is an open side. `grain` is the unit that the words name."""

    first: dt.date | None
    last: dt.date | None
    grain: str = "day"
    modifier: str | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"days {self.first} to {self.last} run backwards")


def day(date: dt.date) -> Days:
    """One day."""
    return Days(first=date, last=date)


def span(first: dt.date, last: dt.date, grain: str = "range") -> Days:
    """From `first` to `last`."""
    return Days(first=first, last=last, grain=grain)


def month(year: int, number: int) -> Days:
    """
    A whole calendar month.

        >>> month(2016, 2).last
        datetime.date(2016, 2, 29)
    """
    return Days(
        first=dt.date(year, number, 1), last=dt.date(year, number, calendar.monthrange(year, number)[1]), grain="month"
    )


def months(year: int, first: int, last: int, grain: str = "range") -> Days:
    """From the beginning of month `first` to the end of month `last` of one year."""
    return Days(first=month(year, first).first, last=month(year, last).last, grain=grain)


def year(number: int, last: int | None = None) -> Days:
    """A calendar year, or the years `number` to `last`."""
    grain = "year" if last is None else "years"
    return Days(first=dt.date(number, 1, 1), last=dt.date(last or number, 12, 31), grain=grain)


def decade(number: int, part: str | None = None) -> Days:
    """
    Ten years, or their `early` (first four), `mid` (middle three) or `late` (last four) ones.

        >>> decade(1990, "early").last
        datetime.date(1993, 12, 31)
    """
    first, last = {"early": (0, 3), "mid": (4, 6), "late": (6, 9)}.get(part or "", (0, 9))
    return Days(first=dt.date(number + first, 1, 1), last=dt.date(number + last, 12, 31), grain="decade")


def week(date: dt.date) -> Days:
    """The Monday to Sunday that holds `date`."""
    monday = date - dt.timedelta(days=date.weekday())
    return Days(first=monday, last=monday + dt.timedelta(days=6), grain="week")


def weekend(date: dt.date) -> Days:
    """The Saturday and Sunday of the week that holds `date`."""
    return Days(first=shift(monday_of(date), 5), last=shift(monday_of(date), 6), grain="weekend")


def season(name: str, number: int) -> Days:
    """A season by the year in which it begins."""
    start = SEASON_STARTS[name]
    first = dt.date(number, start, 1)
    return Days(first=first, last=month_shift(first, 3) - ONE_DAY, grain="season")


def first_day(days: Days) -> dt.date:
    """Its first day, the calendar's where it is open."""
    return days.first or dt.date.min


def last_day(days: Days) -> dt.date:
    return days.last or dt.date.max


def monday_of(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())


def shift(date: dt.date, days: float) -> dt.date:
    """`date` moved by whole days. Raises: OverflowError outside the years 1 to 9999."""
    return date + dt.timedelta(days=int(days))


def month_shift(date: dt.date, number: float) -> dt.date:
    """
    The same day some months on; the last of the month where there is no such day.

        >>> month_shift(dt.date(2017, 3, 31), -1)
        datetime.date(2017, 2, 28)
    """
    count = date.year * 12 + date.month - 1 + int(number)
    year_, index = divmod(count, 12)
    if not 1 <= year_ <= 9999:
        raise OverflowError(f"the year {year_} is outside the calendar")
    return dt.date(year_, index + 1, min(date.day, calendar.monthrange(year_, index + 1)[1]))


def step(date: dt.date, number: float, unit: str) -> dt.date:
    """`date` moved by `number` of `unit`: day, week, month, year, decade or hour (24 make a day)."""
    match unit:
        case "hour":
            return shift(date, -(-number // 24) if number > 0 else number // 24)
        case "minute":
            return date
        case "week":
            return shift(date, number * 7)
        case "month":
            return month_shift(date, number)
        case "year":
            return month_shift(date, number * 12)
        case "decade":
            return month_shift(date, number * 120)
        case _:
            return shift(date, number)


def quarter(date: dt.date) -> Days:
    """The three months, from January, April, July or October, that hold `date`."""
    first = date.month - (date.month - 1) % 3
    return months(date.year, first, first + 2, "quarter")


def hull(one: Days, other: Days) -> Days:
    """
    The days from the earlier first to the later last.

        >>> hull(year(2014), year(2016)) == year(2014, 2016)
        True
    """
    firsts = [d.first for d in (one, other)]
    lasts = [d.last for d in (one, other)]
    first = None if None in firsts else min(d for d in firsts if d is not None)
    last = None if None in lasts else max(d for d in lasts if d is not None)
    grain = "years" if one.grain == other.grain == "year" else "range"
    return Days(first=first, last=last, grain=grain)


def holds(outer: Days, inner: Days) -> bool:
    """True where every day of `inner` is one of `outer`."""
    starts = outer.first is None or (inner.first is not None and outer.first <= inner.first)
    ends = outer.last is None or (inner.last is not None and inner.last <= outer.last)
    return starts and ends
