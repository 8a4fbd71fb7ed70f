"""
CSV and TSV to `Report`s, one a row, read as a stream: a table of any length needs the memory of its longest row.

Rows are numbered as a spreadsheet shows them: the header is row 1. A row whose quotation marks do not match is refused
and reading goes on with the next line that makes a row; the strict rules of csv are used, because by the lenient ones a
stray mark would join two reports into one, unnoticed.
"""

from __future__ import annotations

import csv
import itertools
from collections import deque
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from ..records import Refusal, Report
from .checks import refuse_empty
from .columns import Columns, find_columns, read_row, refuse_columns
from .limits import DEFAULT, Limits
from .lines import Line, read_lines

DELIMITERS = (",", ";", "\t", "|")
SPELT = {"tab": "\t", "\\t": "\t"}

SAMPLE_LINES, SAMPLE_SIZE = 200, 200_000
"""Lines, and characters, from which the delimiter is told."""
MOST_REFUSED = 1_000
"""Rows of one table whose refusals are told one by one."""


def read_table(
    stream: BinaryIO,
    *,
    name: str,
    origin: str,
    limits: Limits = DEFAULT,
    columns: Mapping[str, str] | None = None,
    delimiter: str | None = None,
) -> Iterator[Report | Refusal]:
    r"""
    The report of each row, or why it is refused; empty rows are passed over. `columns` names the column of a field.

        >>> import io
        >>> table = io.BytesIO(b"Day;Story\n2017-04-28;Twelve died.\n2017-04-29;\n")
        >>> first, second = read_table(table, name="day", origin="day.csv", columns={"published": "Day"})
        >>> first.id, first.text, first.published, second.origin, second.reason
        ('day:2', 'Twelve died.', '2017-04-28', 'day.csv:3', 'no-text')
    """
    delimiter = SPELT.get(delimiter or "", delimiter)
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        problem = f"{delimiter!r} is no delimiter; expected one character, such as , ; | or tab"
        yield Refusal(origin=origin, reason="bad-table", message=f"{problem}. Give another, or none to have it told.")
        return
    source = Source(read_lines(stream, limits.file), most=limits.text)
    delimiter = source.delimiter_line() or delimiter or _tell_delimiter(source.sample(), columns)
    # The limit of csv is one for the whole process; rows are limited by the source.
    csv.field_size_limit(max(csv.field_size_limit(), 2 * (limits.file + limits.text)))
    rows = _rows(source, delimiter)
    header = next((row for _, row in rows if row), None)
    if header is None:
        yield refuse_empty(origin)
        return
    found = find_columns(header, columns) if isinstance(header, list) else header
    if isinstance(found, str):
        yield refuse_columns(found, header if isinstance(header, list) else (), origin)
        return
    yield from _summed(_reports(rows, found, source, name, origin, limits), origin)


def _summed(results: Iterator[Report | Refusal], origin: str) -> Iterator[Report | Refusal]:
    """`results` with the first `MOST_REFUSED` refusals one by one, the others counted at the end."""
    refused = 0
    for result in results:
        refused += isinstance(result, Refusal)
        if isinstance(result, Report) or refused <= MOST_REFUSED:
            yield result
    if refused > MOST_REFUSED:
        problem = f"{refused - MOST_REFUSED:,} more rows were refused; expected rows as the header announces them"
        yield Refusal(origin=origin, reason="bad-table", message=f"{problem}. Correct those that are named first.")


def _reports(
    rows: Iterator[tuple[int, list[str] | str]],
    columns: Columns,
    source: Source,
    name: str,
    origin: str,
    limits: Limits,
) -> Iterator[Report | Refusal]:
    read = False
    broken: Refusal | None = None
    for number, row in rows:
        where = f"{origin}:{number}"
        if isinstance(row, str):
            broken = broken or _refuse_broken(row, where, limits)
            continue
        if not any(cell.strip() for cell in row):
            continue
        read = True
        cells = _fitted(row, len(columns.names))
        if broken and cells is None:  # a line from within the broken row
            continue
        if broken:
            yield broken
            broken = None
        if cells is None:
            yield _refuse_width(len(row), len(columns.names), where)
            continue
        row_id, notes = f"{name}:{number}", source.notes()
        yield read_row(cells, columns, id=row_id, origin=where, extractor="csv", notes=notes, limits=limits)
    if broken:
        yield broken
    elif not read:
        yield refuse_empty(origin)


def _fitted(row: list[str], width: int) -> list[str] | None:
    """`row` without empty cells beyond the header; None where its cells cannot be told apart."""
    return row[:width] if len(row) >= width and not any(cell.strip() for cell in row[width:]) else None


def _refuse_width(cells: int, width: int, origin: str) -> Refusal:
    problem = f"The row has {cells} cells; expected {width}, as in the header"
    fix = 'Put cells that hold the delimiter or a line break in quotation marks ("…")'
    return Refusal(origin=origin, reason="bad-table", message=f"{problem}. {fix}.")


def _refuse_broken(problem: str, origin: str, limits: Limits) -> Refusal:
    if problem == TOO_LARGE:
        problem = f"The row is longer than {limits.text:,} characters, or a quotation mark in it is never closed"
        message = (
            f"{problem}; expected one report. Split it, or close the mark; lines up to the next row were left out."
        )
        return Refusal(origin=origin, reason="too-large", message=message)
    expected = 'expected cells in quotation marks to be closed, and marks within them to be doubled ("")'
    message = (
        f"The row cannot be read ({problem}); {expected}. Correct it; lines up to the next whole row were left out."
    )
    return Refusal(origin=origin, reason="bad-table", message=message)


# ---- rows --------------------------------------------------------------------------------

TOO_LARGE = "too large"


class Source:
    """The lines of a table as csv asks for them, of which those of the row at hand can be given back."""

    def __init__(self, lines: Iterator[Line], *, most: int) -> None:
        self._lines = lines
        self._ahead: deque[Line] = deque()
        self._most = most
        self.taken: list[Line] = []
        self.size = 0
        self.too_large = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.size > self._most:
            self.too_large = True
            raise StopIteration
        line = self._ahead.popleft() if self._ahead else next(self._lines)
        self.taken.append(line)
        if line.text is None:
            self.too_large = True
            raise StopIteration
        self.size += len(line.text)
        return line.text

    def begin(self) -> None:
        """The next line begins a row."""
        self.taken, self.size, self.too_large = [], 0, False

    def give_back(self) -> None:
        """All lines of the row but its first are to be read again."""
        self._ahead.extendleft(reversed(self.taken[1:]))

    def notes(self) -> tuple[str, ...]:
        """How the lines of the row were decoded."""
        return tuple(dict.fromkeys(note for line in self.taken for note in line.notes))

    def delimiter_line(self) -> str | None:
        """The delimiter that a first line `sep=;` gives, as Excel writes and reads it; the line is passed over."""
        first = self._peek(1)
        text = (first[0].text or "").rstrip("\n") if first else ""
        if len(text) == 5 and text.lower().startswith("sep="):
            self._ahead.popleft()
            return text[4]
        return None

    def sample(self) -> list[str]:
        """The first lines, which are read again."""
        return [line.text or "" for line in self._peek(SAMPLE_LINES)]

    def _peek(self, count: int) -> list[Line]:
        size = sum(len(line.text or "") for line in self._ahead)
        while len(self._ahead) < count and size < SAMPLE_SIZE:
            line = next(self._lines, None)
            if line is None:
                break
            self._ahead.append(line)
            size += len(line.text or "")
        return list(self._ahead)


def _rows(source: Source, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with its number, or what is wrong with it."""
    reader = csv.reader(source, delimiter=delimiter, skipinitialspace=delimiter != " ", strict=True)
    for number in itertools.count(1):
        source.begin()
        try:
            row: list[str] | str = next(reader)
        except StopIteration:
            if not source.too_large:
                return
            row = TOO_LARGE
        except csv.Error as err:
            row = TOO_LARGE if source.too_large else str(err)
        if isinstance(row, str):
            source.give_back()
        yield number, row


def _tell_delimiter(sample: list[str], columns: Mapping[str, str] | None) -> str:
    """The delimiter by which most columns are known, and most rows have as many cells as the header."""

    def fit(delimiter: str) -> tuple[bool, int, float, bool]:
        try:
            rows = [row for row in csv.reader(sample, delimiter=delimiter, skipinitialspace=True) if any(row)]
        except csv.Error:
            return False, 0, 0, False
        if not rows:
            return False, 0, 0, False
        found = find_columns(rows[0], columns)
        known = len(found.positions) if isinstance(found, Columns) else 0
        # The last row may be cut by the end of the sample.
        same = sum(len(row) == len(rows[0]) for row in rows[1:-1]) / max(1, len(rows) - 2)
        return known > 0, known, same, len(rows[0]) > 1

    return max(DELIMITERS, key=fit)
