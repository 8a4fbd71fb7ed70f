"""Workbooks read back by openpyxl cell by cell; and that they hold neither formulas nor links, whatever reports say."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import zipfile
from typing import Any

import msgspec
import openpyxl
import pytest
from made_flat import FORMULAS, UNITS, GivenSource, Shared, context_of, hostile_source, rows_of, write
from openpyxl.utils.escape import unescape
from random_claims import RandomSource

from asreported.exports import xlsx
from asreported.exports.flat import FLAT
from asreported.exports.formats import Row, load_format
from asreported.exports.source import ReadingsSource
from asreported.exports.tables import BY, DAY
from asreported.exports.told import Told
from asreported.records import Span

FULL = os.environ.get("ASREPORTED_FULL") == "1"
CONTROLS = {code: 0x2400 + code for code in (*range(9), 11, 12, *range(14, 32))}


@pytest.fixture(scope="module")
def shared(few_random: RandomSource) -> Shared:
    return Shared(few_random)


def open_book(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def expected(value: Any) -> Any:
    """What a cell holds of a value."""
    if isinstance(value, list):
        value = BY.join(item or "–" for item in value) if any(value) else ""
    if isinstance(value, str):
        return value.translate(CONTROLS) or None
    return value


def read_cell(cell: Any, type: str) -> Any:
    value = cell.value
    if isinstance(value, dt.datetime):
        assert cell.is_date
        assert type == DAY
        return value.date()
    return unescape(value) if isinstance(value, str) else value


def check(content: bytes, rows: list[Row], over: str) -> None:
    sheet = open_book(content)[over.capitalize()]
    types, names = FLAT[over].types, [cell.value for cell in sheet[1]]
    assert names == list(FLAT[over].columns)
    assert sheet.max_row == len(rows) + 1
    for row, cells in zip(rows, sheet.iter_rows(min_row=2), strict=True):
        for name, cell in zip(names, cells, strict=True):
            assert read_cell(cell, types.get(name, "text")) == expected(row.values[name]), (row.id, name)
            assert cell.data_type != "f"
            assert cell.hyperlink is None


@pytest.mark.parametrize("over", UNITS)
def test_every_cell_of_random_claims_is_given_back(shared: Shared, over: str) -> None:
    rows = shared.rows(over) if FULL else shared.rows(over)[:200]
    content, about = write("xlsx", shared.source, over, rows)
    check(content, rows, over)
    assert about.rows == len(rows) > 0


@pytest.mark.parametrize("over", UNITS)
def test_every_cell_of_the_samples_is_given_back(sample_source: ReadingsSource, over: str) -> None:
    content, about = write("xlsx", sample_source, over)
    check(content, rows_of("xlsx", sample_source, over), over)
    assert not [left for left in about.left_out if left.why in (xlsx.WHY_CUT, xlsx.WHY_REPLACED)]


# ---- no formula, no link -----------------------------------------------------------------


@pytest.mark.parametrize("over", UNITS)
def test_text_is_text_whatever_it_looks_like(over: str) -> None:
    texts = [*FORMULAS, "http://x.example", "mailto:x@example.org", "internal:A1", "external:c:\\x.xlsx", "0123", "1e5"]
    content, _ = write("xlsx", hostile_source(texts), over)
    parts = {name: data.decode() for name, data in parts_of(content).items() if "worksheets/sheet" in name}
    assert parts
    for part in parts.values():
        assert "<f>" not in part
        assert "<f " not in part
        assert "<hyperlink" not in part
        assert set(re.findall(r' t="(\w+)"', part)) <= {"inlineStr", "b"}
    assert not [name for name in parts_of(content) if "_rels/sheet" in name or "externalLink" in name]


def test_every_hostile_text_is_given_back_and_marked_as_quoted() -> None:
    source = hostile_source(FORMULAS)
    sheet = open_book(write("xlsx", source, "claims")[0])["Claims"]
    names = [cell.value for cell in sheet[1]]
    for told, cells in zip(source.told(), sheet.iter_rows(min_row=2), strict=True):
        for name in ("title", "url", "trigger", "evidence", "reviewed_by", "where_name"):
            cell = cells[names.index(name)]
            assert unescape(cell.value) == expected(told.quotation)
            plain = re.match(r"[a;\x0b\x0c\x1f]", told.quotation)  # of controls there is a picture in their place
            assert cell.quotePrefix == (plain is None), told.quotation
            assert cell.data_type in ("s", "inlineStr")


@pytest.mark.parametrize(
    "text",
    [
        *("<r>x</r>", "<r><t>=1+1</t></r>", "<r></is></c><c><f>1+1</f></c></r>", "<r>"),
        *("_x0041_", "]]>", "<!--", "&amp;", "a\r\nb"),
    ],
)  # fmt: skip
def test_markup_is_text(text: str) -> None:
    content, _ = write("xlsx", hostile_source([text]), "claims")
    sheet = open_book(content)["Claims"]
    names = [cell.value for cell in sheet[1]]
    assert unescape(sheet.cell(2, 1 + names.index("evidence")).value) == text
    assert b"<f>" not in parts_of(content)["xl/worksheets/sheet1.xml"]


@pytest.mark.parametrize("text", ["_x005F_x0041_", "_x0041_x0042_x0043_", "a_x000d_x000A_b", "<r>_x0041_x0042_</r>"])
def test_what_looks_like_an_escaped_character_is_text(text: str) -> None:
    assert unescape(evidence_of(write("xlsx", quoting(text), "claims")[0])) == text


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# ---- limits ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["é" * 40_000, "😀" * 20_000, "a" * 32_768])
def test_a_cell_that_is_too_long_is_cut_and_told(text: str) -> None:
    content, about = write("xlsx", quoting(text), "claims")
    value = evidence_of(content)
    assert len(value.encode("utf-16-le")) // 2 in (xlsx.LONGEST - 1, xlsx.LONGEST)
    assert value.endswith(xlsx.CUT)
    assert text.startswith(value.removesuffix(xlsx.CUT))
    assert [(left.why, left.ids) for left in about.left_out] == [(xlsx.WHY_CUT, ("report-0:claim-0",))]


@pytest.mark.parametrize("text", ["a" * 32_767, "😀" * 16_383])
def test_a_cell_that_just_fits_is_whole(text: str) -> None:
    content, about = write("xlsx", quoting(text), "claims")
    assert evidence_of(content) == text
    assert about.left_out == ()


def test_what_xml_cannot_hold_is_replaced_and_told() -> None:
    content, about = write("xlsx", quoting("a\0b\x1bc\ud800d\uffffe"), "claims")
    assert evidence_of(content) == "a␀b␛c�d�e"
    assert [left.why for left in about.left_out] == [xlsx.WHY_REPLACED]


def test_more_rows_than_a_sheet_holds_go_on_in_further_sheets(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 60)
    rows = shared.rows("claims")[:140]
    content, about = write("xlsx", shared.source, "claims", rows)
    book = open_book(content)
    assert book.sheetnames == ["Claims", "Claims 2", "Claims 3", "Dictionary", "About"]
    keys = [row[0] for name in book.sheetnames[:3] for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert keys == [row.id for row in rows]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [61, 61, 21]
    assert about.rows == 140


def test_a_full_sheet_is_followed_by_no_empty_one(shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 5)
    assert "Claims 2" not in open_book(write("xlsx", shared.source, "claims", shared.rows("claims")[:5])[0]).sheetnames


def test_the_limits_are_those_of_excel() -> None:
    assert (xlsx.MOST_ROWS + 1, xlsx.LONGEST) == (1_048_576, 32_767)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (dt.date(1900, 2, 28), "1900-02-28"),
        (dt.date(1066, 10, 14), "1066-10-14"),
        (dt.date(1900, 3, 1), dt.datetime(1900, 3, 1)),
        (dt.date(9999, 12, 31), dt.datetime(9999, 12, 31)),
        (10**15, "1000000000000000"),
        (10**15 - 1, 10**15 - 1),
        (True, True),
    ],
)
def test_values_that_excel_would_change_are_text(shared: Shared, value: object, told: object) -> None:
    row = shared.rows("claims")[0]
    changed = Row(row.id, {**row.values, "url": value})
    sheet = open_book(write("xlsx", shared.source, "claims", [changed])[0])["Claims"]
    names = [cell.value for cell in sheet[1]]
    assert sheet.cell(2, 1 + names.index("url")).value == told


# ---- the workbook ------------------------------------------------------------------------


@pytest.mark.parametrize("over", UNITS)
def test_the_head_is_frozen_filtered_and_explained(sample_source: ReadingsSource, over: str) -> None:
    content, about = write("xlsx", sample_source, over)
    book = open_book(content)
    sheet = book[over.capitalize()]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    assert dict(book["Dictionary"].iter_rows(min_row=2, values_only=True)) == about.columns
    told = list(book["About"].iter_rows(min_row=2, values_only=True))
    assert ("rows", f"{about.rows:,}") in told
    for left in about.left_out:
        assert any(left.why in str(value) and str(value).startswith(f"{left.count:,}") for _, value in told)


def test_the_filter_is_told(sample_source: ReadingsSource) -> None:
    format = load_format("xlsx")
    context = context_of(format, sample_source, "claims")._replace(filter={"kinds": ["killing"], "since": "2017"})
    out = io.BytesIO()
    format.write(iter(()), out, context)
    told = dict(open_book(out.getvalue())["About"].iter_rows(min_row=2, values_only=True))
    assert (told["filter: kinds"], told["filter: since"]) == ("killing", "2017")


def quoting(text: str) -> GivenSource:
    """One claim with this quotation."""
    told = next(hostile_source(["x"]).told())
    evidence = Span(start=0, end=len(text), text=text)
    kept = msgspec.structs.replace(told.kept, claim=msgspec.structs.replace(told.claim, evidence=evidence))
    return GivenSource([Told(kept=kept)])


def evidence_of(content: bytes) -> str:
    sheet = open_book(content)["Claims"]
    names = [cell.value for cell in sheet[1]]
    return str(sheet.cell(2, 1 + names.index("evidence")).value)
