"""
CSV, whose cells no spreadsheet takes for a formula (show/cells.py).

It begins with a byte order mark where it is meant for people: without one Excel reads names as Latin-1, and other
programs skip it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from ..show.cells import FORMULA, begins_like_formula, cell, plain_text

__all__ = ["BOM", "FORMULA", "begins_like_formula", "cell", "plain_text", "write_csv"]

BOM = "\ufeff"


def write_csv(
    heads: Sequence[Sequence[str]], names: Sequence[str], rows: Iterable[Mapping[str, Any]], out: BinaryIO, *, bom: bool
) -> None:
    """Write `heads`, which are not cells of anybody's text, then of each row the values of `names`."""
    text = io.TextIOWrapper(out, encoding="utf-8", errors="backslashreplace", newline="")
    if bom:
        text.write(BOM)
    lines = csv.writer(text)
    lines.writerows(heads)
    for row in rows:
        lines.writerow(["" if value is None else cell(value) for value in map(row.get, names)])
    text.flush()
    text.detach()
