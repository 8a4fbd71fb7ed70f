"""How an export is made, whatever its format: attested rows, changes since an earlier one, and its two files."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest
from made_flat import GivenSource, hostile_source, rows_of
from random_claims import RandomSource

import asreported.exports.writing as writing
from asreported.exports import ExportError, ReadingsSource, export, load_format, read_about
from asreported.exports.about import About, about_path, digest, encode_about
from asreported.exports.formats import FORMATS, Context, Format, Losses, Row, default_attest
from asreported.exports.source import Source
from asreported.exports.told import Told

NOBODY = GivenSource([])


def toy(rows: Mapping[str, Mapping[str, Any]]) -> Format:
    """A format that writes the values of its rows as lines of JSON, and leaves out what has a reason for it."""

    def make(source: Source, context: Context) -> Iterator[Row]:
        for id, values in rows.items():
            if why := values.get("left out"):
                context.losses.leave_out(id, why)
            else:
                yield Row(id, {"according_to": "a paper", "status": "actual", "quotation": "Two died.", **values})

    def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
        for row in rows:
            out.write(json.dumps({"id": row.id, **row.values}, default=str).encode() + b"\n")

    return Format(
        name="toy", title="Toy", schema="toy 1", suffix=".toy", media_type="x/y", columns={"claims": {"n": "a number"}},
        cannot={"all": "it is a toy"}, rows=make, write=write, attest=default_attest, origin="here",
    )  # fmt: skip


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Writes rows with the toy format to the file of the name."""

    def write(name: str, rows: Mapping[str, Mapping[str, Any]], **more: Any) -> About:
        monkeypatch.setattr(writing, "load_format", lambda _: toy(rows))
        return export("toy", NOBODY, tmp_path / name, **more)

    return write


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


# ---- attested ----------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["according_to", "status", "quotation"])
@pytest.mark.parametrize("value", ["", " ", "\n\t", None])
def test_a_row_without_chain_status_or_quotation_is_not_written(
    make: Any, tmp_path: Path, missing: str, value: str | None
) -> None:
    with pytest.raises(ExportError, match=r"row 'b' has no .*no row is exported without one"):
        make("x.toy", {"a": {}, "b": {missing: value}})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["csv", "jsonl", "json", "xlsx", "parquet", "arrow", "hxl"])
@pytest.mark.parametrize("over", ["claims", "incidents"])
def test_a_claim_without_a_quotation_is_written_by_no_format(tmp_path: Path, name: str, over: str) -> None:
    fine, empty = list(hostile_source(["fine", " "]).told())
    path = tmp_path / "x"
    with pytest.raises(ExportError, match="has no quotation"):
        export(name, GivenSource([fine, empty]), path, over=over)
    assert list(tmp_path.iterdir()) == []
    export(name, GivenSource([fine]), path, over=over)
    assert path.stat().st_size > 0


def test_two_rows_of_one_id_are_a_fault() -> None:
    rows = [Row("a", {"according_to": "x", "status": "actual", "quotation": "x"})] * 2
    format = toy({})._replace(rows=lambda source, context: iter(rows))
    with pytest.raises(ExportError, match="two rows are called 'a'"):
        writing.write_export(format, NOBODY, io.BytesIO())


@pytest.mark.parametrize("name", ["csv", "hxl", "parquet"])
def test_ids_are_unique_over_all_units(few_random: RandomSource, name: str) -> None:
    for over in load_format(name).columns:
        ids = [row.id for row in rows_of(name, few_random, over)]
        assert len(ids) == len(set(ids)) > 0


# ---- what is asked for -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["exel", "", "CSV", "../csv"])
def test_an_unknown_format_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="expected one of csv, jsonl, json"):
        export(name, NOBODY, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="HXL CSV is over claims or incidents, not over figures"):
        export("hxl", NOBODY, tmp_path / "x", over="figures")
    assert list(tmp_path.iterdir()) == []


def test_every_format_can_be_loaded_and_says_what_it_is() -> None:
    for name in ("csv", "jsonl", "json", "xlsx", "parquet", "arrow", "hxl"):
        format = load_format(name)
        assert (format.name, format.suffix[0]) == (name, ".")
        assert name in FORMATS
        assert format.schema.startswith(f"asreported-{name} ")
        assert all(meaning for columns in format.columns.values() for meaning in columns.values())


def test_a_library_that_is_missing_is_named(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'x'", name="x")

    format = toy({})._replace(write=fail, extra="things")
    with pytest.raises(ExportError, match=r"Toy needs x: pip install 'asreported\[things\]'"):
        writing.write_export(format, NOBODY, io.BytesIO())
    with pytest.raises(ModuleNotFoundError):
        writing.write_export(format._replace(extra=None), NOBODY, io.BytesIO())


# ---- since an earlier one ----------------------------------------------------------------

BEFORE = {"a": {"n": 1}, "b": {"n": 2, "day": dt.date(2017, 4, 28)}, "c": {"n": 3}}
AFTER = {"a": {"n": 1}, "b": {"day": dt.date(2017, 4, 28), "n": 5}, "d": {"n": 4}}


def test_since_gives_what_is_new_and_what_changed(make: Any, tmp_path: Path) -> None:
    first = make("first.toy", BEFORE)
    about = make("second.toy", AFTER, since=tmp_path / "first.toy")
    assert [line["id"] for line in lines(tmp_path / "second.toy")] == ["b", "d"]
    assert about.changes is not None
    assert (about.changes.added, about.changes.changed, about.changes.removed) == (("d",), ("b",), ("c",))
    assert (about.changes.since, about.changes.since_sha256) == (first.made_at, first.sha256)
    assert about.rows == 2
    assert first.changes is None


def test_changes_can_be_followed_over_any_number_of_exports(make: Any, tmp_path: Path) -> None:
    make("1.toy", BEFORE)
    make("2.toy", AFTER, since=tmp_path / "1.toy")
    again = make("3.toy", AFTER, since=tmp_path / "2.toy.about.json")
    assert again.rows == 0
    assert again.changes == read_about(tmp_path / "3.toy").changes
    assert (again.changes.added, again.changes.changed, again.changes.removed) == ((), (), ())
    assert set(again.digests) == set(AFTER)
    back = make("4.toy", BEFORE, since=tmp_path / "3.toy")
    assert (back.changes.added, back.changes.changed, back.changes.removed) == (("c",), ("b",), ("d",))


def test_an_export_can_be_brought_up_to_date_in_place(make: Any, tmp_path: Path) -> None:
    make("x.toy", BEFORE)
    make("x.toy", AFTER, since=tmp_path / "x.toy")
    assert [line["id"] for line in lines(tmp_path / "x.toy")] == ["b", "d"]


def test_the_order_of_keys_is_no_change(make: Any, tmp_path: Path) -> None:
    make("1.toy", {"a": {"n": 1, "m": {"x": 1, "y": [1, 2]}}})
    assert make("2.toy", {"a": {"m": {"y": [1, 2], "x": 1}, "n": 1}}, since=tmp_path / "1.toy").rows == 0
    assert make("3.toy", {"a": {"m": {"y": [2, 1], "x": 1}, "n": 1}}, since=tmp_path / "1.toy").rows == 1


def test_since_of_another_format_or_unit_is_refused(tmp_path: Path, sample_source: ReadingsSource) -> None:
    export("csv", sample_source, tmp_path / "a.csv")
    for name, over in (("jsonl", None), ("csv", "incidents")):
        with pytest.raises(ExportError, match=r"the earlier export is asreported-csv 1 over claims"):
            export(name, sample_source, tmp_path / "b", over=over, since=tmp_path / "a.csv")
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff\xfe", b'{"about":"asreported-about 1"}'])
def test_what_is_no_about_file_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a.csv.about.json").write_bytes(content)
    with pytest.raises(ExportError, match=r"a\.csv\.about\.json"):
        export("csv", NOBODY, tmp_path / "b.csv", since=tmp_path / "a.csv")
    assert not (tmp_path / "b.csv").exists()


def test_a_decision_and_a_new_report_are_the_changes(tmp_path: Path, few_random: RandomSource) -> None:
    told = list(few_random.told())[:40]
    export("csv", GivenSource(told[:-2]), tmp_path / "1.csv")
    kept = told[3].kept
    review = "accepted" if kept.review != "accepted" else "rejected"
    decided = Told(
        kept=msgspec.structs.replace(kept, review=review), reviewed_by="A", reviewed_at="2026-02-01T00:00:00Z"
    )
    now = [*told[1:3], decided, *told[4:]]
    about = export("csv", GivenSource(now), tmp_path / "2.csv", since=tmp_path / "1.csv")
    assert about.changes is not None
    assert about.changes.removed == (told[0].key,)
    assert about.changes.changed == (kept.key,)
    assert about.changes.added == (told[-2].key, told[-1].key)
    with (tmp_path / "2.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["key"] for row in csv.DictReader(file)] == [kept.key, told[-2].key, told[-1].key]


# ---- the about file ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["csv", "jsonl", "json", "xlsx", "parquet", "arrow", "hxl"])
def test_the_about_file_is_of_the_file_beside_it(tmp_path: Path, sample_source: ReadingsSource, name: str) -> None:
    path = tmp_path / "out"
    about = export(name, sample_source, path, filter={"kinds": ["killing"]})
    assert about.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read_about(path) == read_about(about_path(path)) == about
    format = load_format(name)
    assert (about.format, about.schema, about.over) == (name, format.schema, "claims")
    assert about.columns == dict(format.columns["claims"])
    assert about.cannot_hold == dict(format.cannot)
    assert about.filter == {"kinds": ["killing"]}
    assert list(about.digests) == [told.key for told in sample_source.told()]
    assert about.rows == len(about.digests)


def test_what_is_left_out_is_listed_with_the_reason(make: Any, tmp_path: Path) -> None:
    about = make(
        "x.toy", {"a": {}, "b": {"left out": "too old"}, "c": {"left out": "a rate"}, "d": {"left out": "too old"}}
    )
    assert [(left.why, left.count, left.ids) for left in about.left_out] == [
        ("a rate", 1, ("c",)),
        ("too old", 2, ("b", "d")),
    ]
    assert json.loads((tmp_path / "x.toy.about.json").read_text())["left_out"][1]["ids"] == ["b", "d"]


def test_an_id_that_is_told_twice_running_counts_once() -> None:
    losses = Losses()
    for id in ("a", "a", "b", "a"):
        losses.leave_out(id, "so")
    assert losses.left_out == {"so": ["a", "b", "a"]}


def test_an_about_file_holds_any_text_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    about = export("csv", hostile_source(["a\ud800\0\x1b\u2028é", "b"]), path, over="figures")
    assert read_about(path) == about
    assert "\\u" not in encode_about(about).decode() or path.exists()


def test_a_digest_is_of_the_values() -> None:
    day = dt.date(2017, 4, 28)
    assert digest({"a": day}) == digest({"a": "2017-04-28"})
    assert len({digest({"a": value}) for value in (None, "", 0, 1, "1", [1], "\ud800", 1.5)}) == 8


# ---- the file ----------------------------------------------------------------------------


def test_an_export_that_fails_leaves_the_earlier_one_untouched(make: Any, tmp_path: Path) -> None:
    make("x.toy", BEFORE)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ExportError):
        make("x.toy", {**AFTER, "e": {"status": ""}})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", ["csv", "jsonl", "json", "xlsx", "parquet", "arrow", "hxl"])
def test_every_format_that_fails_half_way_leaves_the_earlier_one(
    tmp_path: Path, few_random: RandomSource, name: str
) -> None:
    class Failing(GivenSource):
        def told(self) -> Iterator[Told]:
            yield from list(few_random.told())[:20]
            raise OSError("the disk is gone")

    path = tmp_path / "x"
    path.write_text("earlier")
    with pytest.raises(OSError, match="the disk is gone"):
        export(name, Failing([]), path)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("x", "earlier")]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        export("csv", NOBODY, tmp_path / "nowhere" / "x.csv")
