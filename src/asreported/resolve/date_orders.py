"""
Day and month of dates in figures: whether 05/03/2016 is the 5th of March or the 3rd of May.

Decided by the report's other dates in figures, where one of them can be read one way only and none the other way, or
by publication: what a story tells of had happened by then. Otherwise the date stays as ambiguous as it is written.
"""

from __future__ import annotations

import datetime as dt
import functools
import re

_FIGURES = re.compile(r"(?<![\d./-])(\d{1,2})([./-])(\d{1,2})\2(\d{4}|(?<=[./])\d\d)(?![\d/:-]|\.\d)")
_DAY_AND_MONTH = re.compile(r"(?:on |since |until |by )?(\d\d)/(\d\d)")


@functools.lru_cache(maxsize=256)
def day_comes_first(text: str) -> bool | None:
    """
    The order that the dates in figures of `text` are written in; None where none shows it or they differ.

        >>> day_comes_first("fired on 25/03/2016"), day_comes_first("05/03/2016")
        (True, None)
    """
    orders = {one > two for one, two in _pairs(text) if one <= 31 and two <= 31 and (one > 12) != (two > 12)}
    return orders.pop() if len(orders) == 1 else None


def _pairs(text: str) -> list[tuple[int, int]]:
    return [(int(m[1]), int(m[3])) for m in _FIGURES.finditer(text)]


def settle_orders(text: str, *, day_first: bool | None, published: dt.date | None, future: bool) -> str:
    """
    `text` with its dates in figures as YYYY-MM-DD, where their order is known.

        >>> settle_orders("05/03/2016", day_first=True, published=None, future=False)
        '2016-03-05'
        >>> settle_orders("05/03/2016", day_first=None, published=dt.date(2016, 3, 6), future=False)
        '2016-03-05'
    """

    def settle(match: re.Match[str]) -> str:
        one, two, year = int(match[1]), int(match[3]), int(match[4]) + (2000 if len(match[4]) == 2 else 0)
        readings = {True: _date(year, two, one), False: _date(year, one, two)}
        if day_first is not None:
            date = readings[day_first]
            return str(date) if date else match[0]
        possible = {r for r in readings.values() if r and (future or published is None or r <= published)}
        return str(possible.pop()) if len(possible) == 1 else f"{one}/{two}/{year}"

    if day_first and published and (match := _DAY_AND_MONTH.fullmatch(text.strip())):
        # "28/07" in a log whose dates show the order: the latest such day
        options = [_date(published.year - i, int(match[2]), int(match[1])) for i in range(2)]
        past = [o for o in options if o and o <= published]
        return text.replace(f"{match[1]}/{match[2]}", str(past[0])) if past else text
    return _FIGURES.sub(settle, text)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
