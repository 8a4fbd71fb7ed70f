"""
Claims as a table, one line each, in columns of fixed width.

The widths depend on the terminal alone, not on the claims, so that a line can be printed as soon as its report is
read. Where the terminal is narrow the less needed columns are left out; a text that does not fit ends in "…".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from ..records import Claim, Reading
from .cards import family_style
from .words import PLACE_ROLES, safe_line, tell_interval, tell_sources, tell_when, tell_where

PIPED_WIDTH = 160
"""Where there is no terminal to ask."""

GAP = 2


class Column(NamedTuple):
    head: str
    least: int
    """The width below which the column is of no use."""
    share: int
    """Its part of what is left over; 0 keeps the least width."""
    needed: int
    """The column with the highest number goes first when there is no room."""
    tell: Callable[[Claim, Reading], str]


def _roles(claim: Claim, *names: str) -> str:
    return "; ".join(role.text for role in claim.roles if role.role in names)


def _names(claim: Claim, name: str) -> str:
    """Who plays the role `name`, each once: "they ... and they" are one actor."""
    names = (role.entity.name if role.entity else role.text for role in claim.roles if role.role == name)
    return "; ".join(dict.fromkeys(names))


COLUMNS = (
    Column("report", 10, 1, 7, lambda claim, reading: reading.report.id),
    Column("kind", 15, 0, 0, lambda claim, reading: claim.kind),
    Column("status", 9, 0, 3, lambda claim, reading: claim.status),
    Column("who", 10, 3, 1, lambda claim, reading: _names(claim, "actor")),
    Column("whom", 10, 3, 2, lambda claim, reading: _names(claim, "target")),
    Column(
        "where",
        10,
        3,
        4,
        lambda claim, reading: tell_where(claim.where) if claim.where else _roles(claim, *PLACE_ROLES),
    ),
    Column("when", 10, 1, 5, lambda claim, reading: tell_when(claim.when) if claim.when else _roles(claim, "time")),
    Column("how many", 9, 1, 6, lambda claim, reading: "; ".join(tell_interval(f.low, f.high) for f in claim.figures)),
    Column("according to", 12, 3, 1, lambda claim, reading: tell_sources(claim, reading.report.publisher)),
    Column("conf", 4, 0, 8, lambda claim, reading: f"{claim.confidence:.0%}"),
)


def fit_columns(width: int) -> list[tuple[Column, int]]:
    """
    The columns that fit into `width`, each with its width; `kind` always stays.

        >>> [column.head for column, size in fit_columns(60)]
        ['kind', 'who', 'whom', 'according to']
    """
    kept = list(COLUMNS)
    while len(kept) > 1 and sum(column.least + GAP for column in kept) - GAP > width:
        kept.remove(max(kept, key=lambda column: column.needed))
    spare = max(0, width - sum(column.least + GAP for column in kept) + GAP)
    shares = sum(column.share for column in kept) or 1
    return [(column, column.least + spare * column.share // shares) for column in kept]


def head_line(width: int) -> Text:
    """The line that names the columns."""
    return _line([(column.head, size, "bold") for column, size in fit_columns(width)])


def table_lines(reading: Reading, width: int) -> Iterator[Text]:
    """One line for each claim of `reading`."""
    columns = fit_columns(width)
    for claim in reading.claims:
        styles = {"kind": family_style(claim.kind), "conf": "dim", "report": "dim"}
        yield _line(
            [(safe_line(column.tell(claim, reading)), size, styles.get(column.head, "")) for column, size in columns]
        )


def _line(cells: list[tuple[str, int, str]]) -> Text:
    line = Text(no_wrap=True, overflow="crop", end="\n")
    for number, (text, size, style) in enumerate(cells):
        line.append(" " * GAP if number else "")
        line.append(_fit(text, size), style or None)
    line.rstrip()
    return line


def _fit(text: str, size: int) -> str:
    return set_cell_size(text, size) if cell_len(text) <= size else set_cell_size(text, size - 1) + "…"
