"""
Days, ranges and points as a person types them, on a command line or in an address: what a `Query` is made of.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

_DATE_RE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2}))?(?:-([0-9]{1,2}))?")
_NUMBER = r"[+-]?(?:[0-9][0-9,_]*(?:\.[0-9]+)?|\.[0-9]+)"
_RANGE_RE = re.compile(rf"({_NUMBER})?(\.\.)?({_NUMBER})?")


def parse_day(text: str, *, last: bool = False) -> dt.date:
    """
    The first day that `text` may mean, or the last.

        >>> parse_day("2016-02", last=True), parse_day("2017")
        (datetime.date(2016, 2, 29), datetime.date(2017, 1, 1))

    Raises: ValueError.
    """
    match = _DATE_RE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date: YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        month = month or (12 if last else 1)
        day = day or (calendar.monthrange(year or 0, month)[1] if last else 1)
        return dt.date(year or 0, month, day)
    except ValueError as err:
        raise ValueError(f"{text!r} is no date: {err}") from err


def parse_range(text: str) -> tuple[float | None, float | None]:
    """
    The bounds of a range of numbers; None is an open side.

        >>> parse_range("100.."), parse_range("10..50"), parse_range("..30"), parse_range("1,200")
        ((100.0, None), (10.0, 50.0), (None, 30.0), (1200.0, 1200.0))

    Raises: ValueError.
    """
    match = _RANGE_RE.fullmatch(text.strip())
    if match is None or not (match[1] or match[3]) or (match[3] and not match[2]):
        raise ValueError(f"{text!r} is no range of numbers: 100.. or 10..50 or ..30 or 12")
    low, high = (float(part.replace(",", "").replace("_", "")) if part else None for part in (match[1], match[3]))
    return (low, high) if match[2] else (low, low)


def parse_point(text: str) -> tuple[float, float]:
    """
    Latitude and longitude in degrees.

        >>> parse_point("36.34,43.12")
        (36.34, 43.12)

    Raises: ValueError.
    """
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as err:
        raise ValueError(f"{text!r} is no point: latitude,longitude as in 36.34,43.12") from err
    return lat, lon
