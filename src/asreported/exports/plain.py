"""
CSV, JSON lines and JSON: flat rows for tables, whole records for programs.

CSV is flat over every unit, with lists joined by ` | `. JSON has of a claim the whole record, as `asreported find
--format jsonl` prints it, with according to whom and who reviewed it; of incidents and figures the flat row, with lists
as lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from . import claim_rows
from .cells import write_csv
from .flat import COLUMNS, FLAT, attest_flat, flat_rows
from .formats import Context, Format, Row
from .jsons import encode
from .source import Source
from .tables import TEXTS, cell_value

CANNOT_CSV = {
    "lists": "joined by ' | ', with – for what is not known: a text with ' | ' looks like two; JSON lines have lists",
    "figures": "only the first of a claim has columns for its bounds, the others stand in words; JSON lines have all",
    "actors": "their ids, types and countries, and which words each name was read from, stand in JSON lines",
    "places": "candidates, alternate names and the radius of the point stand in JSON lines",
    "rules": "which rule gave a value stands in JSON lines",
    "formulas": "text that a spreadsheet could take for a formula has an apostrophe before it; NUL becomes �",
}
NOTHING: Mapping[str, str] = {}
ORIGIN = {
    "csv": "RFC 4180, UTF-8 with a byte order mark",
    "jsonl": "JSON Lines (jsonlines.org)",
    "json": "RFC 8259",
}


def record_rows(source: Source, context: Context) -> Iterator[Row]:
    """Of claims the whole records, of the other units flat rows."""
    return claim_rows.whole_rows(source, context) if context.over == "claims" else flat_rows(source, context)


def write_table(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """CSV, one line a row under the names of the columns."""
    names, types = list(context.columns), FLAT[context.over].types
    lists = [name for name in names if types.get(name) == TEXTS]
    flat = (row.values for row in rows)
    if lists:
        flat = (values | {name: cell_value(values.get(name)) for name in lists} for values in flat)
    write_csv([names], names, flat, out, bom=True)


def write_lines(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """One object a line."""
    for row in rows:
        out.write(encode(row.values) + b"\n")


def write_array(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """The same objects as one array."""
    out.write(b"[")
    before = b"\n"
    for row in rows:
        out.write(before + encode(row.values))
        before = b",\n"
    out.write(b"\n]\n")


_RECORDS = {**COLUMNS, "claims": claim_rows.RECORD_COLUMNS}

FORMATS = {
    "csv": Format(
        name="csv",
        title="CSV",
        schema="asreported-csv 1",
        suffix=".csv",
        media_type="text/csv",
        columns=COLUMNS,
        cannot=CANNOT_CSV,
        rows=flat_rows,
        write=write_table,
        attest=attest_flat,
        origin=ORIGIN["csv"],
    ),
    "jsonl": Format(
        name="jsonl",
        title="JSON lines",
        schema="asreported-jsonl 1",
        suffix=".jsonl",
        media_type="application/x-ndjson",
        columns=_RECORDS,
        cannot=NOTHING,
        rows=record_rows,
        write=write_lines,
        attest=attest_flat,
        origin=ORIGIN["jsonl"],
    ),
    "json": Format(
        name="json",
        title="JSON",
        schema="asreported-json 1",
        suffix=".json",
        media_type="application/json",
        columns=_RECORDS,
        cannot=NOTHING,
        rows=record_rows,
        write=write_array,
        attest=attest_flat,
        origin=ORIGIN["json"],
    ),
}
