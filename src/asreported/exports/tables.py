"""
What flat rows of claims, incidents and figures have in common: columns with a meaning and a type, lists in one cell.

A row holds texts, days, numbers, yes or no, and lists of texts; a value that is not known is None. Formats that know
lists write them as such, the others joined by ` | ` in one cell.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from .cells import write_csv
from .formats import Context, Row
from .source import Source
from .told import Attested

BY = " | "
"""What joins the values of a list in one cell."""
MISSING = "–"
"""Stands for a value that is not known, where others of the list are."""
TEXT, TEXTS, DAY, NUMBER, WHOLE, FLAG = "text", "texts", "day", "number", "whole", "flag"
"""Types of columns: `str`, a list of `str`, `date`, `int` or `float`, `int`, `bool`."""


class Unit(NamedTuple):
    """What claims, incidents or figures are as flat rows."""

    columns: Mapping[str, str]
    """The data dictionary: column → meaning."""
    types: Mapping[str, str]
    """Column → type, for those that are no `TEXT`."""
    rows: Callable[[Source, Context], Iterator[Row]]
    attest: Callable[[Mapping[str, Any]], Attested]


def cell_value(value: Any) -> Any:
    """
    The value as one cell: a list joined, all else as it is.

        >>> cell_value(["killing", None, "clash"]), cell_value([None]), cell_value(3)
        ('killing | – | clash', None, 3)
    """
    if isinstance(value, list):
        return BY.join(item or MISSING for item in value) if any(value) else None
    return value


def write_rows(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """CSV in UTF-8 with a byte order mark: the header, then of each row its values, of which none is a list."""
    names = list(context.columns)
    write_csv([names], names, (row.values for row in rows), out, bom=True)


def attest_lists(values: Mapping[str, Any]) -> Attested:
    """
    For rows of several claims, whose `according_to`, `status` and `quotation` are lists: joined, and empty where that
    of any claim is.
    """
    joined = []
    for name in Attested._fields:
        items = values.get(name) or [""]
        joined.append(BY.join(items) if all(item and item.strip() for item in items) else "")
    return Attested(*joined)


def full_day(text: str | None) -> dt.date | None:
    """
    The day that `text` names, None where it names none, or only a month or year.

        >>> full_day("2017-04-28"), full_day("2017-04")
        (datetime.date(2017, 4, 28), None)
    """
    try:
        return dt.date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None
