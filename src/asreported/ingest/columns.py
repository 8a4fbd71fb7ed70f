"""
Which column of a table holds what of a report, and a row to a `Report`.

Columns are named by whoever imports (`text=Body`) or known by their usual names, in any case. A column of notes, of
summaries or of event dates is never taken by its name: it is not the text or the date of a published report.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..records import Refusal, Report, make_report
from .blocks import block_text
from .checks import checked
from .decode import replace_surrogates
from .limits import Limits
from .published import read_published

KNOWN = {
    "text": ("text", "fulltext", "articletext", "body", "bodytext", "content", "contents", "article", "story"),
    "published": (
        "published",
        "datepublished",
        "publisheddate",
        "publicationdate",
        "publishdate",
        "publishedat",
        "pubdate",
        "date",
    ),
    "title": ("title", "headline"),
    "publisher": ("publisher", "source", "sourcename", "outlet", "publication", "newspaper", "media"),
    "url": ("url", "link", "permalink", "weburl", "address"),
    "id": ("id", "reportid", "articleid", "docid", "documentid", "guid"),
}
"""For each field of a report the names of columns that hold it, the surest first, without case, spaces and `_`."""

ORDERS = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}

NUMERIC_RE = re.compile(r"\s*(\d{1,4})\s?[./-]\s?(\d{1,2})\s?[./-]\s?(\d{1,4})(?!\d)")
MARKUP_RE = re.compile(r"</(?:p|div|span|a|li|b|i|em|strong|h[1-6])\s{0,9}>|<(?:p|br)\s{0,9}/?>", re.IGNORECASE)

SHOWN = 30
"""Columns that a message lists, at most."""


class Columns(NamedTuple):
    """For each field the position of its column; `names` are all columns, `order` that of day, month and year."""

    positions: dict[str, int]
    names: tuple[str, ...]
    order: str | None = None


def find_columns(header: Sequence[str], named: Mapping[str, str] | None = None) -> Columns | str:
    """
    The columns of `header` by what is `named` and by their usual names, or what is wrong with them.

        >>> find_columns(["ID", "Full Text", "Date"]).positions
        {'text': 1, 'published': 2, 'id': 0}
        >>> find_columns(["Body", "Day"], {"published": "Day:dmy"}).order
        'dmy'
    """
    names = tuple(" ".join(name.split()) for name in header)
    positions: dict[str, int] = {}
    order = None
    for field, wanted in (named or {}).items():
        if field not in KNOWN:
            return f"{field!r} is not a field of a report ({', '.join(KNOWN)})"
        if field == "published" and wanted not in names:
            wanted, order = _split_order(wanted)
        if not wanted:  # `publisher=` leaves a known column unread
            continue
        position = _position(names, wanted)
        if isinstance(position, str):
            return position
        positions[field] = position
    folded = [_fold(name) for name in names]
    for field, known in KNOWN.items():
        usual = next((name for name in known if name in folded), None)
        if usual is None or field in (named or {}) or folded.index(usual) in positions.values():
            continue
        if folded.count(usual) > 1:
            return f"{folded.count(usual)} columns are named {names[folded.index(usual)]!r}"
        positions[field] = folded.index(usual)
    if "text" not in positions:
        return "no column is known to hold the text"
    return Columns(positions, names, order)


def refuse_columns(problem: str, header: Sequence[str], origin: str) -> Refusal:
    """The refusal of a table in which a column is missing: the columns that it has, and how to name the right one."""
    shown = ", ".join(repr(" ".join(name.split())[:40]) for name in header[:SHOWN])
    more = f" and {len(header) - SHOWN} others" if len(header) > SHOWN else ""
    expected = "expected a header row and a column with the text of each report"
    fix = "Name the column with --columns text=COLUMN (and published=, title=, publisher=, url=, id= where they differ)"
    message = f"The table cannot be read: {problem}; {expected}. Its columns: {shown}{more}. {fix}."
    return Refusal(origin=origin, reason="bad-table", message=message)


def read_row(
    cells: Sequence[str],
    columns: Columns,
    *,
    id: str,
    origin: str,
    extractor: str,
    notes: tuple[str, ...] = (),
    limits: Limits,
) -> Report | Refusal:
    """
    The report of one row of a table. A line break in the text is the end of a paragraph; markup is removed.

        >>> columns = find_columns(["text", "date"])
        >>> row = ["They fled.\\nNobody returned.", "2017-04"]
        >>> read_row(row, columns, id="a", origin="a.csv:2", extractor="csv", limits=Limits()).text
        'They fled.\\n\\nNobody returned.'
    """

    def cell(field: str) -> str:
        position = columns.positions.get(field)
        return "" if position is None else cells[position].strip()

    body, mended = replace_surrogates(cell("text"))
    notes = (*notes, *mended)
    if "\0" in "".join(cell(field) for field in columns.positions):
        message = "The row holds NUL bytes; expected text. Export the table anew, as UTF-8, and read that."
        return Refusal(origin=origin, reason="binary", message=message)
    if not body:
        column = columns.names[columns.positions["text"]]
        message = (
            f"The cell {column[:40]!r} of this row is empty; expected the text of a report. Fill it in, or leave it."
        )
        return Refusal(origin=origin, reason="no-text", message=message)
    if MARKUP_RE.search(body):
        body, notes = block_text(body), (*notes, "HTML markup was removed from the text")
    published, date_notes = _published(cell("published"), columns.order)
    report = make_report(
        id=cell("id") or id,
        title=" ".join(replace_surrogates(cell("title"))[0].split()),
        body="\n\n".join(line.strip() for line in body.splitlines() if line.strip()),
        publisher=cell("publisher"),
        published=published,
        url=cell("url"),
        origin=origin,
        extractor=extractor,
        notes=(*date_notes, *notes),
    )
    return checked(report, limits)


def _split_order(wanted: str) -> tuple[str, str | None]:
    name, found, order = wanted.rpartition(":")
    return (name, order) if found and order in ORDERS else (wanted, None)


def _position(names: Sequence[str], wanted: str) -> int | str:
    """Where the column is that is called `wanted`, letter for letter or but for case and spaces; else the problem."""
    for same in ([i for i, n in enumerate(names) if n == wanted.strip()], _alike(names, wanted)):
        if len(same) == 1:
            return same[0]
        if same:
            return f"{len(same)} columns are named {wanted!r}"
    return f"there is no column {wanted!r}"


def _alike(names: Sequence[str], wanted: str) -> list[int]:
    return [i for i, name in enumerate(names) if _fold(name) == _fold(wanted)]


def _fold(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).lower()


def _published(stated: str, order: str | None) -> tuple[str | None, tuple[str, ...]]:
    """The date of a cell; where it is all numbers, in the order that the user gave for the column."""
    found = NUMERIC_RE.match(stated)
    if found and order:
        day = dict(zip(order, found.groups(), strict=True))
        # A year of two digits is not read: its century would be a guess.
        stated = (
            f"{day['y']:0>4}-{day['m']:0>2}-{day['d']:0>2}{stated[found.end() :]}" if len(day["y"]) == 4 else stated
        )
    published, notes = read_published(stated)
    if found and notes and not order:
        notes = (f"{notes[0]}, or say in which order its numbers are: --columns published=COLUMN:dmy",)
    return published, notes
