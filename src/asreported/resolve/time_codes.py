"""
How exactly a claim is dated, in the codes of two event data sets: ACLED's `time_precision`, UCDP GED's `date_prec`.

Both follow from the width of the interval alone. What is open on a side, or wider than the widest code, has none: such
claims are no rows of either data set.
"""

from __future__ import annotations

import datetime as dt

from ..records import When

WEEK = 7
MONTH = 31
YEAR = 366


def acled_time_precision(when: When) -> int | None:
    """
    1 the day, 2 a week or a similar period, 3 a month or "the past two or three weeks"; else None.

        >>> day = dt.date(2017, 4, 27)
        >>> acled_time_precision(When(start=day, end=day, text="", span=None, basis="explicit", rule="weekday"))
        1

    Source: ACLED codebook, `time_precision`.
    """
    days = width(when)
    if days is None or days > MONTH:
        return None
    return 1 if days == 1 else 2 if days <= WEEK else 3


def acled_event_date(when: When) -> dt.date | None:
    """
    The one day that ACLED files an event under: the middle of its period; the first or last day of a month where the
    words say its beginning ("early March") or end. None where `acled_time_precision` is None.

        >>> first, last = dt.date(2017, 3, 1), dt.date(2017, 3, 31)
        >>> acled_event_date(When(start=first, end=last, text="", span=None, basis="explicit", rule="month"))
        datetime.date(2017, 3, 16)

    Source: ACLED codebook, `event_date`.
    """
    code = acled_time_precision(when)
    if code is None or when.start is None or when.end is None:
        return None
    if code == 3 and when.modifier in ("start", "early"):
        return when.start
    if code == 3 and when.modifier in ("end", "late"):
        return when.end
    return when.start + (when.end - when.start) // 2


def ucdp_date_prec(when: When) -> int | None:
    """
    1 the day, 2 two to six days, 3 a week, 4 eight days to a month, 5 up to a year; else None.

        >>> first, last = dt.date(2017, 4, 17), dt.date(2017, 4, 23)
        >>> ucdp_date_prec(When(start=first, end=last, text="", span=None, basis="explicit", rule="calendar-unit"))
        3

    Source: UCDP GED codebook, `date_prec`.
    """
    days = width(when)
    if days is None or days > YEAR:
        return None
    return next(code for code, widest in ((1, 1), (2, WEEK - 1), (3, WEEK), (4, MONTH), (5, YEAR)) if days <= widest)


def width(when: When) -> int | None:
    """Days from the first to the last, both counted; None where a side is open."""
    if when.start is None or when.end is None:
        return None
    return (when.end - when.start).days + 1
