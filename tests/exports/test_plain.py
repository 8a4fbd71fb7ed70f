"""CSV, JSON lines and JSON read back value by value; and that no cell of a table is a formula, however it is read."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from typing import Any

import msgspec
import pytest
from made_flat import FORMULAS, HARMLESS, UNITS, Shared, hostile_source, rows_of, write
from random_claims import RandomSource

from asreported.exports.cells import BOM, cell, plain_text
from asreported.exports.flat import COLUMNS, FLAT
from asreported.exports.formats import load_format
from asreported.exports.source import ReadingsSource, Source
from asreported.exports.tables import BY, DAY, FLAG, NUMBER, TEXT, TEXTS, WHOLE
from asreported.records import Kept
from asreported.show.found import encode_kept
from asreported.show.rows import COLUMNS as ROW_COLUMNS

TRIGGERS = "=+-@\t\r\n＝＋－＠"


@pytest.fixture(scope="module")
def shared(few_random: RandomSource) -> Shared:
    return Shared(few_random)


def read_csv(content: bytes) -> list[dict[str, str]]:
    text = content.decode()
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline=""), strict=True))


def read_value(text: str, type: str) -> Any:
    """The value of a cell, by the type of its column."""
    if type == TEXTS:
        return plain_text(text)
    if text == "":
        return None
    readers = {DAY: dt.date.fromisoformat, NUMBER: float, WHOLE: int, FLAG: {"true": True, "false": False}.__getitem__}
    return readers.get(type, plain_text)(text)


def as_cell(value: Any) -> Any:
    """What a value is in a table: a list in one cell, and no difference between no text and none."""
    if isinstance(value, list):
        return BY.join(item or "–" for item in value) if any(value) else ""
    return None if value == "" else value


# ---- read back ---------------------------------------------------------------------------


@pytest.mark.parametrize("over", UNITS)
def test_csv_gives_back_every_value_of_random_claims(shared: Shared, over: str) -> None:
    check_csv(shared, over)


def test_csv_gives_back_every_value_of_10_000_claims(random_source: RandomSource) -> None:
    check_csv(Shared(random_source), "claims")


@pytest.mark.parametrize("over", UNITS)
def test_csv_gives_back_every_value_of_the_samples(sample_source: ReadingsSource, over: str) -> None:
    check_csv(Shared(sample_source), over)


def check_csv(shared: Shared, over: str) -> None:
    rows = shared.rows(over)
    content, about = write("csv", shared.source, over, rows)
    read = read_csv(content)
    assert about.rows == len(rows) == len(read) > 0
    types = FLAT[over].types
    for row, line in zip(rows, read, strict=True):
        assert list(row.values) == list(line) == list(about.columns)
        for name, text in line.items():
            assert read_value(text, types.get(name, TEXT)) == as_cell(row.values[name]), (row.id, name)


def test_csv_over_claims_begins_with_what_the_ledger_adds() -> None:
    first = ("key", "according_to", "review", "reviewed_by", "reviewed_at", "incident_id", "report_chain")
    assert tuple(COLUMNS["claims"]) == (*first, *ROW_COLUMNS)


def test_json_lines_over_claims_are_the_records_as_the_ledger_keeps_them(random_source: RandomSource) -> None:
    content, about = write("jsonl", random_source, "claims")
    assert about.rows == 10_000
    check_records([json.loads(line) for line in content.splitlines()], random_source)


def test_json_is_the_same_as_one_array(few_random: RandomSource, sample_source: ReadingsSource) -> None:
    for source in (few_random, sample_source):
        check_records(json.loads(write("json", source, "claims")[0]), source)


def check_records(items: list[dict[str, Any]], source: Source) -> None:
    told = list(source.told())
    assert len(items) == len(told)
    for item, one in zip(items, told, strict=True):
        added = {key: item.pop(key) for key in ("according_to", "reviewed_by", "reviewed_at")}
        assert msgspec.convert(item, Kept) == one.kept
        assert added == {
            "according_to": one.according_to,
            "reviewed_by": one.reviewed_by,
            "reviewed_at": one.reviewed_at,
        }
        assert item == json.loads(encode_kept(one.kept))


@pytest.mark.parametrize("over", ["incidents", "figures"])
def test_json_lines_keep_lists(shared: Shared, over: str) -> None:
    rows = shared.rows(over)
    content, _ = write("jsonl", shared.source, over, rows)
    assert [json.loads(line) for line in content.splitlines()] == [msgspec.to_builtins(row.values) for row in rows]


def test_json_of_nothing_is_an_empty_array() -> None:
    content, about = write("json", hostile_source([]), "claims")
    assert (json.loads(content), about.rows) == ([], 0)


def test_the_same_claims_give_the_same_bytes(sample_source: ReadingsSource) -> None:
    for name in ("csv", "jsonl", "json"):
        for over in UNITS:
            assert write(name, sample_source, over)[0] == write(name, sample_source, over)[0]


def test_a_lone_surrogate_breaks_no_format() -> None:
    source = hostile_source(["lone \ud800 one", "\udfff"])
    for name in ("csv", "jsonl", "json"):
        for over in UNITS:
            content, about = write(name, source, over)
            content.decode()
            assert about.rows == 2
    line = write("jsonl", source, "claims")[0].splitlines()[0]
    assert json.loads(line)["claim"]["evidence"]["text"] == "lone \ud800 one"


# ---- every row is attested ---------------------------------------------------------------


@pytest.mark.parametrize("over", UNITS)
@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_every_row_carries_chain_status_and_quotation(few_random: RandomSource, name: str, over: str) -> None:
    format = load_format(name)
    for row in rows_of(name, few_random, over):
        assert all(part.strip() for part in format.attest(row.values))


@pytest.mark.parametrize("over", UNITS)
def test_every_column_and_key_has_a_meaning(few_random: RandomSource, over: str) -> None:
    for name in ("csv", "jsonl", "json"):
        columns = load_format(name).columns[over]
        assert all(columns.values())
        assert all(set(row.values) == set(columns) for row in rows_of(name, few_random, over))


def test_review_is_a_column_everywhere() -> None:
    for columns in COLUMNS.values():
        assert {"review", "reviewed_by", "reviewed_at"} <= set(columns)


# ---- no cell is a formula ----------------------------------------------------------------


def test_there_are_cases_enough() -> None:
    assert len(set(FORMULAS)) >= 50


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_begins_with_no_sign_that_a_spreadsheet_takes_for_a_formula(text: str) -> None:
    for part in re.split(r"[;\t\r\n]", cell(text)):  # as where semicolons or tabs part cells
        bare = part.lstrip("".join(c for c in part if not c.isprintable() or c.isspace()) + ' "')
        assert not part.startswith(tuple(TRIGGERS))
        assert not bare.startswith(tuple(TRIGGERS)), part
    assert not cell(text).startswith(tuple(TRIGGERS))
    assert plain_text(cell(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_cells_stay_as_they_are(text: str) -> None:
    assert cell(text) == plain_text(text) == text


@pytest.mark.parametrize("value", [-3.5, 0, 12])
def test_numbers_stay_numbers(value: float) -> None:
    assert cell(value) is value


@pytest.mark.parametrize("name", ["csv", "hxl"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_no_field_of_any_claim_is_a_formula_wherever_it_is_opened(name: str, delimiter: str) -> None:
    for over in load_format(name).columns:
        content, about = write(name, hostile_source(FORMULAS), over)
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))
        assert about.rows > 0
        for line in lines[1:]:
            for text in line:
                begins = text.lstrip(" \"'\u200b\u200c\ufeff\u2060\xad\xa0\u3000\x0b\x0c\x1f")
                quoted = text.lstrip(' "\u200b\ufeff\u2060\xad\xa0\u3000\x0b\x0c\x1f').startswith("'")
                number = re.fullmatch(r"-?\d+(\.\d+)?", text)
                assert quoted or number or not begins.startswith(tuple(TRIGGERS)), (over, text)


def test_every_hostile_field_is_given_back() -> None:
    source = hostile_source(FORMULAS)
    for line, told in zip(read_csv(write("csv", source, "claims")[0]), source.told(), strict=True):
        text = told.quotation
        for name in ("report_id", "title", "publisher", "url", "trigger", "place", "means", "time", "evidence", "cue"):
            expected = f"{text} > {text}" if name == "cue" else text
            assert plain_text(line[name]) == expected, name
        assert plain_text(line["reviewed_by"]) == text
