"""A filter as a file: every claim of it, each with its chain of sources, status and quotation."""

from __future__ import annotations

import csv
import io
import json

import msgspec
import pytest
from starlette.testclient import TestClient

from asreported.desk import exporting
from asreported.desk.exporting import BOM, COLUMNS, cell, export_row, write_csv, write_geojson, write_jsonl
from asreported.ledger import Ledger, Query
from asreported.records import Kept, Span


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_csv_holds_every_claim_of_the_filter(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(kinds=("killing",), limit=1000)).kept
    answer = client.get("/export?format=csv&kind=killing&page=2")
    rows = rows_of(answer.content.decode())
    assert [row["key"] for row in rows] == [one.key for one in kept]
    assert answer.headers["content-disposition"].startswith('attachment; filename="asreported-claims-')
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_no_row_is_without_chain_status_quotation_and_review(client: TestClient) -> None:
    for row in rows_of(client.get("/export?format=csv").content.decode()):
        assert row["according_to"]
        assert row["status"]
        assert row["evidence"]
        assert row["review"]
        assert set(row) == set(COLUMNS)


def test_csv_reads_back_as_what_was_written(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(limit=1000)).kept
    for row, one in zip(rows_of(client.get("/export").content.decode()), kept, strict=True):
        for name, value in export_row(one, {}).items():
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                assert float(row[name]) == value
            else:
                assert row[name] == str(cell(value))


def test_who_decided_is_a_column(client: TestClient, ledger: Ledger) -> None:
    key = ledger.claims(Query(limit=1)).kept[0].key
    ledger.decide(key, "accept", who="Zoë")
    ledger.decide(key, "comment", who="B", why="so")
    row = next(row for row in rows_of(client.get("/export").content.decode()) if row["key"] == key)
    assert (row["review"], row["reviewed_by"]) == ("accepted", "Zoë")
    assert row["reviewed_at"] == ledger.history(key)[0].decided_at


FORMULAS = [
    f"{start}{rest}"
    for start in "=+-@\t\r\n＝＋－＠"
    for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x")', "", "two killed")
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", [-3.5, 0, 12, "a=b", "1-2", "", None])
def test_other_cells_stay_as_they_are(value: object) -> None:
    assert cell(value) == ("" if value is None else value)


def test_formulas_and_quotes_of_a_report_survive_as_text(ledger: Ledger) -> None:
    kept = hostile(ledger)
    row = rows_of("".join(write_csv(iter([[(kept, {})]]))))[0]
    assert row["title"] == '\'=HYPERLINK("http://x","y")'
    assert row["evidence"] == '\'@SUM(1)\r\n"quoted", with, commas'


def hostile(ledger: Ledger) -> Kept:
    kept = ledger.claims(Query(limit=1)).kept[0]
    replace = msgspec.structs.replace
    head = replace(kept.report, title='=HYPERLINK("http://x","y")', publisher="\ud800lone")
    text = '@SUM(1)\r\n"quoted", with, commas'
    evidence = Span(start=0, end=len(text), text=text)
    return replace(kept, report=head, claim=replace(kept.claim, evidence=evidence))


def test_a_lone_surrogate_breaks_no_format(ledger: Ledger) -> None:
    for write in (write_csv, write_jsonl, write_geojson):
        "".join(write(iter([[(hostile(ledger), {})]]))).encode("utf-8", "replace")


def test_jsonl_is_what_the_ledger_keeps(client: TestClient, ledger: Ledger) -> None:
    lines = client.get("/export?format=jsonl&kind=killing").text.splitlines()
    assert (
        tuple(msgspec.json.decode(line, type=Kept) for line in lines)
        == ledger.claims(Query(kinds=("killing",), limit=1000)).kept
    )


def test_json_is_one_array(client: TestClient, ledger: Ledger) -> None:
    assert len(client.get("/export?format=json").json()) == ledger.claims(Query()).total
    assert client.get("/export?format=json&q=zebra").json() == []


def test_geojson_has_points_with_precision_and_counts_those_without(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(limit=1000)).kept
    content = client.get("/export?format=geojson").json()
    placed = [one for one in kept if one.claim.where and one.claim.where.lat is not None]
    assert content["type"] == "FeatureCollection"
    assert [feature["properties"]["key"] for feature in content["features"]] == [one.key for one in placed]
    assert content["asreported"] == {
        "claims": len(kept),
        "points": len(placed),
        "without_point": len(kept) - len(placed),
    }
    for feature in content["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert -180 <= lon <= 180
        assert -90 <= lat <= 90
        assert feature["properties"]["precision"]
        assert feature["properties"]["according_to"]
        assert feature["properties"]["quotation"]
        assert "radius_km" in feature["properties"]


def test_geojson_of_nothing_is_still_geojson(client: TestClient) -> None:
    assert json.loads(client.get("/export?format=geojson&q=zebra").text)["features"] == []


def test_claims_are_fetched_part_by_part(client: TestClient, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 7)
    rows = rows_of(client.get("/export").content.decode())
    assert len({row["key"] for row in rows}) == ledger.claims(Query()).total


@pytest.mark.parametrize("string", ["format=xls", "format=../../x", "kind=x", "near=1"])
def test_what_makes_no_sense_is_refused(client: TestClient, string: str) -> None:
    assert client.get(f"/export?{string}").status_code == 400
