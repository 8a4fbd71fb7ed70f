"""
Cells of tables that a spreadsheet opens: none of a report's words may become a formula.

Text that begins like a formula gets an apostrophe before it; numbers stay numbers. Spreadsheets differ in what they
skip before a formula (spaces, quotation marks, characters that are not seen), so whatever any of them might skip does
not count. Where semicolons or tabs part cells, as in Excel in much of Europe, quotation marks of CSV do not hold a cell
together: what begins like a formula after a semicolon, a tab or a line break within a cell gets an apostrophe, too.
`plain_text` takes away these apostrophes and no others.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet may take for a formula (OWASP, CSV injection)."""

_SIGNS = r"=+\-@＝＋－＠﹦﹢﹣﹫"
_SKIPPED = (
    r"[ \"'`\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164\ufe00-\ufe0f\ufeff\uff02\uff07\uffa0\ufff9-\ufffb]*"
)
"""White space, quotation marks and characters without a shape of their own, but not what parts cells or lines."""
_BEGINS = re.compile(rf"{_SKIPPED}[{_SIGNS}\t\r\n]")
_PARTED = re.compile(rf"(?<=[;\t\r\n])(?={_SKIPPED}[{_SIGNS}])")
# What none of this concerns, as most text: it begins with a letter or digit of ASCII, and nothing in it parts cells.
_HARMLESS = re.compile(r"[0-9A-Za-z][^;\t\r\n\0]*")
_SURROGATES = re.compile("[\ud800-\udfff]")
_GUARDED = re.compile(rf"(?<=[;\t\r\n])'(?={_SKIPPED}[{_SIGNS}])")


def cell(value: Any) -> Any:
    """
    A value as a cell: text that begins like a formula behind an apostrophe, nothing as an empty cell.

        >>> cell("=1+1"), cell(-3.5), cell("- two killed"), cell(None), cell(True)
        ("'=1+1", -3.5, "'- two killed", '', 'true')
        >>> cell(" =1+1"), cell("a;=1+1")
        ("' =1+1", "a;'=1+1")
    """
    if value is None:
        return ""
    if isinstance(value, str):
        if _HARMLESS.fullmatch(value):
            return value
        text = _PARTED.sub("'", value.replace("\0", "�"))  # some readers of CSV end at NUL
        return f"'{text}" if _BEGINS.match(text) else text
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, dt.date) else value


def begins_like_formula(text: str) -> bool:
    """
    Whether a spreadsheet may take `text` for a formula where it is typed into a cell.

        >>> begins_like_formula("\ufeff=1+1"), begins_like_formula("1+1")
        (True, False)
    """
    return _BEGINS.match(text) is not None


def plain_text(text: str) -> str:
    """
    The text of a cell as it was before `cell`, but for NUL.

        >>> plain_text(cell("=1+1")), plain_text("'tis"), plain_text(cell("'=1+1"))
        ('=1+1', "'tis", "'=1+1")
    """
    if text.startswith("'") and _BEGINS.match(text, 1):
        text = text[1:]
    return _GUARDED.sub("", text)


def well_formed(text: str) -> str:
    """
    `text` without lone surrogates, which UTF-8 cannot hold: each becomes `�`.

        >>> well_formed("a" + chr(0xD800))
        'a�'
    """
    return _SURROGATES.sub("�", text) if not text.isascii() else text
