"""Parquet and Arrow read back by pyarrow, Polars and pandas; and the tables that `Readings` make."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from typing import Any

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_flat import FORMULAS, UNITS, GivenSource, Shared, hostile_source, rows_of, write
from random_claims import RandomSource

from asreported.exports import arrow
from asreported.exports.flat import FLAT
from asreported.exports.formats import Row
from asreported.exports.source import ReadingsSource
from asreported.exports.told import Told
from asreported.readings import Readings
from asreported.records import Kept, Reading, Span
from asreported.show.rows import COLUMNS

NAMES = ("parquet", "arrow")
FULL = os.environ.get("ASREPORTED_FULL") == "1"


@pytest.fixture(scope="module")
def shared(few_random: RandomSource) -> Shared:
    return Shared(few_random)


def read(name: str, content: bytes) -> pa.Table:
    if name == "parquet":
        return pq.read_table(io.BytesIO(content))
    return pa.ipc.open_file(io.BytesIO(content)).read_all()


def check(table: pa.Table, rows: list[Row]) -> None:
    """Every value as it was put in."""
    assert table.column_names == list(rows[0].values)
    for row, line in zip(rows, table.to_pylist(), strict=True):
        assert line == listed(row.values), row.id


def listed(value: Any) -> Any:
    """The value with lists for tuples, which tables do not tell apart."""
    if isinstance(value, dict):
        return {key: listed(item) for key, item in value.items()}
    return [listed(item) for item in value] if isinstance(value, list | tuple) else value


def test_parquet_gives_back_every_value_of_10_000_claims(random_source: RandomSource) -> None:
    rows = rows_of("parquet", random_source, "claims")
    content, about = write("parquet", random_source, "claims", rows)
    check(read("parquet", content), rows)
    assert about.rows == 10_000
    assert about.left_out == ()


@pytest.mark.parametrize(
    ("name", "over"), [(name, over) for name in NAMES for over in UNITS if (name, over) != ("parquet", "claims")]
)
def test_every_value_of_random_claims_is_given_back(shared: Shared, name: str, over: str) -> None:
    rows = rows_of(name, shared.source, "claims") if over == "claims" else shared.rows(over)
    check(read(name, write(name, shared.source, over, rows)[0]), rows)


@pytest.mark.parametrize("over", UNITS)
@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_the_samples_is_given_back(sample_source: ReadingsSource, name: str, over: str) -> None:
    check(read(name, write(name, sample_source, over)[0]), rows_of(name, sample_source, over))


def test_a_claim_can_be_made_again_of_its_row(few_random: RandomSource) -> None:
    table = read("arrow", write("arrow", few_random, "claims")[0])
    for line, told in zip(table.to_pylist(), few_random.told(), strict=True):
        assert _kept(line) == told.kept


def _kept(line: dict[str, Any]) -> Kept:
    """The record of a claim, out of nothing but its row."""

    def span(name: str, start: str, end: str) -> dict[str, Any]:
        return {"text": line[name], "start": line[start], "end": line[end]}

    same = ("kind", "status", "roles", "figures", "sources", "when", "where", "undated", "incident", "confidence")
    claim = {name: line[name] for name in same} | {
        "id": line["claim_id"],
        "trigger": span("trigger", "trigger_start", "trigger_end"),
        "evidence": span("evidence", "start", "end"),
    }
    report = {name: line[name] for name in ("title", "publisher", "published", "url", "text_sha256")}
    report |= {"id": line["report_id"], "key": line["report_key"], "chain": line["report_chain"]}
    fields = {"key": line["key"], "report": report, "claim": claim, "incident": line["incident_id"]}
    return msgspec.convert(fields | {"review": line["review"]}, Kept)


# ---- types -------------------------------------------------------------------------------


@pytest.mark.parametrize("over", UNITS)
@pytest.mark.parametrize("name", NAMES)
def test_columns_are_typed_and_explained(shared: Shared, name: str, over: str) -> None:
    content, about = write(name, shared.source, over, [])
    schema = read(name, content).schema
    assert schema.names == list(about.columns)
    assert schema.metadata[b"asreported.schema"].decode() == about.schema
    for field in schema:
        assert field.metadata[b"description"].decode() == about.columns[field.name]
    types = {field.name: str(field.type) for field in schema}
    asked = {"day": "date32[day]", "number": "double", "whole": "int64", "texts": "list<", "flag": "bool"}
    for column, type in FLAT[over].types.items():
        assert types[column].startswith(asked[type])


def test_nested_columns_are_records() -> None:
    schema = arrow.schema_of("claims", "parquet")
    figure = schema.field("figures").type.value_type
    assert [field.name for field in figure] == [
        *("start", "end", "text", "low", "high", "of", "unit", "qualifier", "rule"),
        *("part_of", "change", "rate", "currency"),
    ]
    assert figure.field("low").type == pa.float64()
    assert schema.field("when").type.field("start").type == pa.date32()
    assert schema.field("sources").type.value_type.field("cue").type.field("text").type == pa.string()


def test_batches_are_small_and_all_are_there(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow, "AT_ONCE", 300)
    rows = rows_of("parquet", shared.source, "claims")[:1000]
    file = pq.ParquetFile(io.BytesIO(write("parquet", shared.source, "claims", rows)[0]))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [300, 300, 300, 100]
    stream = pa.ipc.open_file(io.BytesIO(write("arrow", shared.source, "claims", rows)[0]))
    assert stream.num_record_batches == 4


@pytest.mark.parametrize("over", UNITS)
def test_polars_reads_both(shared: Shared, over: str) -> None:
    rows = rows_of("parquet", shared.source, "claims") if over == "claims" else shared.rows(over)
    for name, reader in (("parquet", pl.read_parquet), ("arrow", pl.read_ipc)):
        rows = rows if FULL else rows[:300]
        frame = reader(io.BytesIO(write(name, shared.source, over, rows)[0]))
        assert frame.to_dicts() == [listed(row.values) for row in rows]


def test_pandas_reads_it(shared: Shared) -> None:
    import pandas as pd

    content, about = write("parquet", shared.source, "figures", shared.rows("figures"))
    frame = pd.read_parquet(io.BytesIO(content))
    assert list(frame["quotation"]) == [row.values["quotation"] for row in shared.rows("figures")]
    assert len(frame) == about.rows


# ---- what a column cannot hold -----------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_lone_surrogate_is_replaced_and_told(name: str) -> None:
    content, about = write(name, hostile_source(["fine", "a\ud800b"]), "claims")
    lines = read(name, content).to_pylist()
    assert [line["evidence"] for line in lines] == ["fine", "a�b"]
    assert lines[1]["roles"][0]["entity"]["name"] == "a�b"
    assert [(left.why, left.ids) for left in about.left_out] == [(arrow.WHY_CHANGED, ("report-1:claim-1",))]


@pytest.mark.parametrize("number", [2**53 + 1, 10**20])
def test_a_number_beyond_2_to_53_is_told(number: int) -> None:
    told = next(hostile_source(["x"]).told())
    figure = msgspec.structs.replace(told.claim.figures[0], low=number, high=None)
    claim = msgspec.structs.replace(told.claim, figures=(figure,))
    source = GivenSource([Told(kept=msgspec.structs.replace(told.kept, claim=claim))])
    content, about = write("parquet", source, "claims")
    line = read("parquet", content).to_pylist()[0]
    assert line["figure_low"] == line["figures"][0]["low"] == float(number)
    changed = [left.ids for left in about.left_out]
    assert changed == ([] if float(number) == number else [(told.key,)])


def test_no_text_is_changed_for_a_spreadsheet() -> None:
    lines = read("parquet", write("parquet", hostile_source(FORMULAS), "claims")[0]).to_pylist()
    assert [line["evidence"] for line in lines] == list(FORMULAS)


def test_without_pyarrow_the_error_says_what_to_install(
    sample_source: ReadingsSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    from asreported.exports import ExportError

    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pip install 'asreported\[parquet\]'"):
        write("arrow", sample_source, "claims")


# ---- tables of readings ------------------------------------------------------------------


@pytest.fixture(scope="module")
def readings(sample_readings: tuple[Reading, ...], few_random: RandomSource) -> Readings:
    return Readings([*sample_readings, *few_random._readings.values()])


def test_polars_pandas_and_arrow_have_the_same_columns_and_values(readings: Readings) -> None:
    frame, table, pandas = readings.to_polars(), readings.to_arrow(), readings.to_pandas()
    assert frame.columns == table.column_names == list(pandas.columns) == list(COLUMNS)
    assert frame.to_dicts() == table.to_pylist()
    assert len(frame) == len(readings.claims) == len(pandas)
    for name in ("key", "evidence", "figure_low", "lat", "gazetteer_id", "start"):
        if name in COLUMNS:
            known = pandas[name].astype(object).where(pandas[name].notna(), None)
            assert list(known) == frame[name].to_list()


def test_polars_and_arrow_are_typed_also_without_claims() -> None:
    frame, table = Readings([]).to_polars(), Readings([]).to_arrow()
    assert frame.schema["when_start"] == pl.Date
    assert frame.schema["figure_low"] == pl.Float64
    assert frame.schema["gazetteer_id"] == pl.Int64
    assert frame.schema["evidence"] == pl.String
    assert table.schema.field("when_start").type == pa.date32()
    assert table.schema.field("evidence").metadata[b"description"].decode() == COLUMNS["evidence"]
    exported = arrow.schema_of("claims", "arrow")
    assert [exported.field(name).type for name in COLUMNS] == [field.type for field in table.schema]


def test_tables_take_any_text_and_number(sample_readings: tuple[Reading, ...]) -> None:
    reading = next(reading for reading in sample_readings if reading.claims)
    text = "lone \ud800 surrogate"
    claim = msgspec.structs.replace(reading.claims[0], evidence=Span(start=0, end=len(text), text=text))
    hard = Readings([msgspec.structs.replace(reading, claims=(claim,))])
    assert hard.to_polars()["evidence"][0] == hard.to_arrow()["evidence"][0].as_py() == "lone � surrogate"


def test_without_the_libraries_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'asreported\[polars\]'"):
        Readings([]).to_polars()
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'asreported\[parquet\]'"):
        Readings([]).to_arrow()


def test_days_are_days(readings: Readings) -> None:
    days = [day for day in readings.to_polars()["when_start"] if day is not None]
    assert days
    assert all(type(day) is dt.date for day in days)
