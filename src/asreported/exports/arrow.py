"""
Parquet and Arrow: typed tables for data frames and databases.

Beside the flat columns a claim has its parts whole, as nested records: roles, figures, sources, when and where, so that
nothing of it is lost. Each column carries its meaning as metadata. Rows are written in batches.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from ..records import Figure, Role, When, Where
from ..records import Source as SourceRecord
from ..show.cells import well_formed
from .claim_rows import builtins_of, flat_claim
from .flat import COLUMNS, FLAT, attest_flat, flat_rows
from .formats import Context, Format, Row
from .source import Source
from .tables import DAY, FLAG, NUMBER, TEXT, TEXTS, WHOLE

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 5_000
"""Rows of a batch."""

NESTED: Mapping[str, tuple[Any, str]] = {
    "report_key": (str, "key of the report"),
    "text_sha256": (str, "hash of the text of the report, which offsets count in"),
    "undated": (str, "why there is no `when` where words of time stand in the claim"),
    "roles": (tuple[Role, ...], "who, whom, where, how many, by what: each with its words and what they mean"),
    "figures": (tuple[Figure, ...], "every figure with its bounds, words and links to others"),
    "sources": (tuple[SourceRecord, ...], "the chain of sources, outermost first; none: the publisher"),
    "when": (When, "the days for which the claim is told, and how they were read"),
    "where": (Where, "the place, how exactly it is known, and what else it could be"),
}
"""What a claim has beside its flat row: its type, and its meaning."""
WHY_CHANGED = "text that UTF-8 cannot hold, or whole numbers beyond 2^53, as near as the column can hold it"


def rows(source: Source, context: Context) -> Iterator[Row]:
    """Flat rows; those of claims with their parts."""
    if context.over != "claims":
        yield from flat_rows(source, context)
        return
    for told in source.told():
        claim, head = builtins_of(told.kept)["claim"], told.report
        nested = {name: claim[name] for name in ("undated", "roles", "figures", "sources", "when", "where")}
        heads = {"report_key": head.key, "text_sha256": head.text_sha256}
        yield Row(told.key, {**flat_claim(told), **heads, **nested})


def schema_of(over: str, name: str) -> pa.Schema:
    """The schema of a table over the unit `over`, in the format `name`."""
    import pyarrow as pa

    fields = []
    for column, meaning in _COLUMNS[over].items():
        nested = over == "claims" and column in NESTED
        type = _type_of(NESTED[column][0]) if nested else column_type(FLAT[over].types.get(column, TEXT))
        fields.append(pa.field(column, type, metadata={"description": meaning}))
    return pa.schema(fields, metadata={"asreported.schema": FORMATS[name].schema, "asreported.over": over})


def column_type(type: str) -> pa.DataType:
    """The Arrow type of a column of a flat row."""
    import pyarrow as pa

    types = {TEXT: pa.string(), TEXTS: pa.list_(pa.string()), DAY: pa.date32(), NUMBER: pa.float64()}
    return {**types, WHOLE: pa.int64(), FLAG: pa.bool_()}[type]


def _type_of(annotation: Any) -> pa.DataType:
    """The Arrow type of a field of a record, as its annotation says it."""
    import pyarrow as pa

    found = annotation if isinstance(annotation, msgspec.inspect.Type) else msgspec.inspect.type_info(annotation)
    match found:
        case msgspec.inspect.UnionType():
            some = [one for one in found.types if not isinstance(one, msgspec.inspect.NoneType)]
            return _type_of(some[0]) if len(some) == 1 else pa.float64()  # int | float
        case msgspec.inspect.StructType():
            return pa.struct([pa.field(field.encode_name, _type_of(field.type)) for field in found.fields])
        case msgspec.inspect.VarTupleType() | msgspec.inspect.ListType():
            return pa.list_(_type_of(found.item_type))
    simple: dict[Any, Callable[[], Any]] = {
        msgspec.inspect.StrType: pa.string,
        msgspec.inspect.IntType: pa.int64,
        msgspec.inspect.FloatType: pa.float64,
        msgspec.inspect.BoolType: pa.bool_,
        msgspec.inspect.DateType: pa.date32,
    }
    return simple[type(found)]()


def write_parquet(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """A Parquet file, a row group a batch."""
    import pyarrow.parquet as pq

    schema = schema_of(context.over, "parquet")
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for batch in _batches(rows, schema, context):
            writer.write_batch(batch)


def write_arrow(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """An Arrow IPC file, also known as Feather 2."""
    import pyarrow as pa

    schema = schema_of(context.over, "arrow")
    with pa.PythonFile(out, mode="w") as file, pa.ipc.new_file(file, schema) as writer:
        for batch in _batches(rows, schema, context):
            writer.write_batch(batch)


def _batches(rows: Iterator[Row], schema: pa.Schema, context: Context) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    while some := list(itertools.islice(rows, AT_ONCE)):
        changed: set[int] = set()
        arrays = [_array(field, some, changed) for field in schema]
        for number in sorted(changed):
            context.losses.leave_out(some[number].id, WHY_CHANGED)
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _array(field: pa.Field, rows: Sequence[Row], changed: set[int]) -> pa.Array:
    """The column `field` of `rows`; the numbers of those whose value it cannot hold as it is go into `changed`."""
    import pyarrow as pa

    values = [row.values.get(field.name) for row in rows]
    try:
        return pa.array(values, type=field.type)
    except (UnicodeEncodeError, OverflowError, pa.ArrowInvalid):
        held = [held_value(value) for value in values]
    changed |= {number for number, value in enumerate(values) if value != held[number]}
    return pa.array(held, type=field.type)


def held_value(value: Any) -> Any:
    """The value, or all that it consists of, as near as Arrow can hold it."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, bool) or value is None or isinstance(value, dt.date):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else float(value)
    if isinstance(value, list | tuple):
        return type(value)(map(held_value, value))
    if isinstance(value, dict):
        return {key: held_value(item) for key, item in value.items()}
    return value


_COLUMNS: Mapping[str, Mapping[str, str]] = {
    **COLUMNS,
    "claims": {**COLUMNS["claims"], **{name: meaning for name, (_, meaning) in NESTED.items()}},
}
CANNOT = {
    "numbers": "bounds of figures are floating-point numbers, exact to 2^53",
    "text": "lone surrogates, which UTF-8 cannot hold, become �",
}


def _format(name: str, title: str, suffix: str, media_type: str, write: Any, origin: str) -> Format:
    return Format(
        name=name,
        title=title,
        schema=f"asreported-{name} 1",
        suffix=suffix,
        media_type=media_type,
        columns=_COLUMNS,
        cannot=CANNOT,
        rows=rows,
        write=write,
        attest=attest_flat,
        origin=origin,
        extra="parquet",
    )


FORMATS = {
    "parquet": _format(
        "parquet", "Parquet", ".parquet", "application/vnd.apache.parquet", write_parquet, "parquet.apache.org"
    ),
    "arrow": _format(
        "arrow", "Arrow", ".arrow", "application/vnd.apache.arrow.file", write_arrow, "Arrow columnar format, IPC file"
    ),
}
