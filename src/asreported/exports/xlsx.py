"""
XLSX, for people who live in a spreadsheet: a sheet of the unit, its dictionary, and what the export is.

Cells are typed: days are days, numbers are numbers, and text is never a formula and never a link. Text that looks like
a formula is marked as quoted, so that it stays text where somebody edits the cell. What a sheet cannot hold is told:
cells are cut at 32,767 characters, and rows beyond 1,048,575 go on in further sheets.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

from .cells import begins_like_formula
from .flat import COLUMNS, FLAT, attest_flat, flat_rows
from .formats import Context, Format, Row
from .plain import CANNOT_CSV
from .tables import DAY, NUMBER, TEXT, TEXTS, WHOLE, cell_value

MOST_ROWS = 1_048_575
"""Of a sheet, without its head."""
LONGEST = 32_767
"""Of a cell, in the units of UTF-16."""
CUT = " … [cut]"
MOST_DIGITS = 10**15
"""Numbers from here on are written as text: a cell holds 15 digits."""
FIRST_DAY = dt.date(1900, 3, 1)
"""Earlier ones are written as text: Excel counts a 29 February 1900 that never was."""
IN_MEMORY = 16_000_000
MADE_IN = dt.datetime(1980, 1, 1)
"""What the workbook says of when it was made, so that the same rows are the same bytes; the about file has the time."""

WHY_CUT = f"a cell of more than {LONGEST:,} characters, which XLSX cannot hold, was cut and ends with “{CUT.strip()}”"
WHY_REPLACED = "characters that XML cannot hold were replaced: controls by pictures such as ␇, others by �"
WIDTHS = {TEXT: 18, TEXTS: 32, DAY: 12, NUMBER: 11, WHOLE: 11}
WIDE = {"evidence": 70, "quotation": 70, "contradictions": 60, "question": 44, "according_to": 36, "title": 36}
"""Columns that are wide, in characters; those of 32 and more are wrapped."""

# What XML 1.0 has no character for.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a workbook reads as an escaped character; two may share an underscore.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Styles(NamedTuple):
    """How cells look; the quoted ones are for text that looks like a formula."""

    head: Any
    text: Any
    quoted: Any
    wrapped: Any
    wrapped_quoted: Any
    day: Any


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """Write the workbook, by way of a file that can be sought in, which a ZIP archive needs and `out` need not be."""
    import xlsxwriter

    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(spool, {**options, "strings_to_numbers": False}) as book:
            book.set_properties({"created": MADE_IN})
            styles = _styles(book)
            count = _write_unit(book, styles, rows, context)
            _write_pairs(book, styles, "Dictionary", ("Column", "Meaning"), context.columns.items())
            _write_pairs(book, styles, "About", ("What", "Value"), _about(context, count))
        spool.seek(0)
        shutil.copyfileobj(spool, out)


@functools.cache
def _sheet_class() -> type[Any]:
    """
    Sheets that escape text as Office Open XML asks (ST_Xstring).

    XlsxWriter's own overlook the second of two escapes that share an underscore, and take text between <r> and </r> for
    marked-up text of their own making, which they write as it is.
    """
    from xlsxwriter.worksheet import Worksheet

    class Sheet(Worksheet):  # type: ignore[misc]
        @staticmethod
        def _escape_control_characters(text: Any) -> Any:
            if not isinstance(text, str):
                return text
            text = _ESCAPE.sub("_x005F_", text).replace("\r", "_x000D_")
            return f"_x003C_{text[1:]}" if text.startswith("<r>") else text

    return Sheet


def _styles(book: Any) -> Styles:
    top = {"valign": "top"}
    return Styles(
        head=book.add_format({"bold": True, "bottom": 1, **top}),
        text=book.add_format(top),
        quoted=book.add_format({"quote_prefix": True, **top}),
        wrapped=book.add_format({"text_wrap": True, **top}),
        wrapped_quoted=book.add_format({"text_wrap": True, "quote_prefix": True, **top}),
        day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left", **top}),
    )


def _write_unit(book: Any, styles: Styles, rows: Iterable[Row], context: Context) -> int:
    """The sheets of the unit; how many rows they have."""
    names, types = list(context.columns), FLAT[context.over].types
    widths = [WIDE.get(name, WIDTHS.get(types.get(name, TEXT), WIDTHS[TEXT])) for name in names]
    title, number, count = context.over.capitalize(), 1, 0
    sheet, at = _add_sheet(book, styles, title, names, widths), 0
    for row in rows:
        if at == MOST_ROWS:
            _close_sheet(sheet, at, len(names))
            number += 1
            sheet, at = _add_sheet(book, styles, f"{title} {number}", names, widths), 0
        at, count = at + 1, count + 1
        for place, (name, width) in enumerate(zip(names, widths, strict=True)):
            value = _told(row.id, cell_value(row.values.get(name)), context)
            _write_cell(sheet, styles, at, place, value, wrap=width >= WIDTHS[TEXTS])
    _close_sheet(sheet, at, len(names))
    return count


def _add_sheet(book: Any, styles: Styles, title: str, names: Iterable[str], widths: Iterable[float]) -> Any:
    sheet = book.add_worksheet(title, _sheet_class())
    sheet.freeze_panes(1, 0)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, styles.head)
    return sheet


def _close_sheet(sheet: Any, rows: int, columns: int) -> None:
    sheet.autofilter(0, 0, rows, columns - 1)


def _write_cell(sheet: Any, styles: Styles, row: int, place: int, value: Any, *, wrap: bool) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value, styles.text)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, value, styles.day)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, styles.text)
    else:
        _write_text(sheet, styles, row, place, value, wrap=wrap)


def _write_text(sheet: Any, styles: Styles, row: int, place: int, text: str, *, wrap: bool) -> None:
    if begins_like_formula(text):
        style = styles.wrapped_quoted if wrap else styles.quoted
    else:
        style = styles.wrapped if wrap else styles.text
    sheet.write_string(row, place, text, style)


def _told(id: str, value: Any, context: Context) -> Any:
    """The value as a cell can hold it; what that takes away is told to `context.losses`."""
    if isinstance(value, str):
        text = _NO_XML.sub(_visible, value)
        if text != value:
            context.losses.leave_out(id, WHY_REPLACED)
        if len(text) > LONGEST // 2 and _units(text) > LONGEST:
            context.losses.leave_out(id, WHY_CUT)
            return _cut(text)
        return text
    if isinstance(value, dt.date):
        return value if value >= FIRST_DAY else value.isoformat()
    if isinstance(value, int | float) and abs(value) >= MOST_DIGITS:
        return str(value)
    return value


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return chr(0x2400 + code) if code < 0x20 else "�"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str) -> str:
    """
    The beginning of `text`, with the mark that says so.

        >>> _units(_cut("😀" * LONGEST)) in (LONGEST, LONGEST - 1)
        True
    """
    room = 2 * (LONGEST - len(CUT))
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


# ---- what the export is ------------------------------------------------------------------


def _about(context: Context, count: int) -> Iterator[tuple[str, str]]:
    yield "layout", f"{FORMAT.schema}, over {context.over}"
    yield "claims of", context.source.name
    yield "rows", f"{count:,}"
    for name, value in context.filter.items():
        yield f"filter: {name}", ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    yield "no claim is a fact", "each is told as reported: with according to whom, its status and its words"
    for what, why in FORMAT.cannot.items():
        yield f"cannot hold: {what}", why
    for why, ids in sorted(context.losses.left_out.items()):
        yield "left out or changed", f"{len(ids):,}: {why}; which ones stands in the about file"


def _write_pairs(book: Any, styles: Styles, title: str, heads: Sequence[str], pairs: Iterable[tuple[str, str]]) -> None:
    sheet = _add_sheet(book, styles, title, heads, (28, 110))
    for row, pair in enumerate(pairs, 1):
        for place, text in enumerate(pair):
            _write_text(sheet, styles, row, place, _cut_quietly(text), wrap=True)


def _cut_quietly(text: str) -> str:
    text = _NO_XML.sub(_visible, text)
    return _cut(text) if _units(text) > LONGEST else text


CANNOT: Mapping[str, str] = {
    **{what: CANNOT_CSV[what] for what in ("lists", "figures", "actors", "places", "rules")},
    "long cells": f"text beyond {LONGEST:,} characters is cut, with a mark; the about file says where",
    "controls": "characters that XML cannot hold are replaced by visible ones; a carriage return is written _x000D_",
    "numbers": "to 15 digits; whole numbers of more are text",
    "early days": f"days before {FIRST_DAY} are text",
}

FORMAT = Format(
    name="xlsx",
    title="Excel workbook (XLSX)",
    schema="asreported-xlsx 1",
    suffix=".xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    columns=COLUMNS,
    cannot=CANNOT,
    rows=flat_rows,
    write=write,
    attest=attest_flat,
    origin="ISO/IEC 29500 (Office Open XML)",
)
