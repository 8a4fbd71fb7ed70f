"""A filter as a file: every claim of it, each with its chain of sources, status and quotation."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
import time
import zipfile
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from asreported.desk import exporting
from asreported.exports import FORMATS, export, load_format
from asreported.exports.cells import BOM, plain_text
from asreported.ledger import Ledger, Query
from asreported.records import Kept


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM), newline="")))


def test_csv_holds_every_claim_of_the_filter(client: TestClient, ledger: Ledger) -> None:
    kept = ledger.claims(Query(kinds=("killing",), limit=1000)).kept
    answer = client.get("/export?format=csv&kind=killing&page=2")
    rows = rows_of(answer.content.decode())
    assert [row["key"] for row in rows] == [one.key for one in kept]
    assert [plain_text(row["evidence"]) for row in rows] == [one.claim.evidence.text for one in kept]
    assert answer.headers["content-disposition"].startswith('attachment; filename="asreported-claims-')
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_no_row_is_without_chain_status_quotation_and_review(client: TestClient) -> None:
    for row in rows_of(client.get("/export?format=csv").content.decode()):
        assert row["according_to"]
        assert row["status"]
        assert row["evidence"]
        assert row["review"]


def test_who_decided_is_a_column(client: TestClient, ledger: Ledger) -> None:
    key = ledger.claims(Query(limit=1)).kept[0].key
    ledger.decide(key, "accept", who="Zoë")
    ledger.decide(key, "comment", who="B", why="so")
    row = next(row for row in rows_of(client.get("/export").content.decode()) if row["key"] == key)
    assert (row["review"], row["reviewed_by"]) == ("accepted", "Zoë")
    assert row["reviewed_at"] == ledger.history(key)[0].decided_at


def test_json_lines_hold_what_the_ledger_keeps(client: TestClient, ledger: Ledger) -> None:
    lines = client.get("/export?format=jsonl&kind=killing").text.splitlines()
    known = Kept.__struct_fields__
    told = [{name: value for name, value in json.loads(line).items() if name in known} for line in lines]
    assert tuple(msgspec.convert(told, list[Kept])) == ledger.claims(Query(kinds=("killing",), limit=1000)).kept


def test_the_desk_exports_what_the_command_does(client: TestClient, ledger: Ledger, tmp_path: Path) -> None:
    query = Query(kinds=("killing", "clash"), order="oldest")
    told = export("csv", ledger, tmp_path / "x.csv", query=query)
    answer = client.get("/export/about?format=csv&kind=killing&kind=clash&order=oldest").json()
    assert answer["filter"] == told.filter == {"kinds": ["killing", "clash"]}
    assert answer["digests"] == told.digests
    assert answer["sha256"] == told.sha256
    assert (
        client.get("/export?format=csv&kind=killing&kind=clash&order=oldest").content
        == (tmp_path / "x.csv").read_bytes()
    )


def test_nothing_found_is_still_a_file(client: TestClient) -> None:
    assert client.get("/export?format=json&q=zebra").json() == []
    assert client.get("/export?format=geojson&q=zebra").json()["features"] == []


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_comes_with_what_it_leaves_out(client: TestClient, name: str) -> None:
    format = load_format(name)
    for over in format.columns:
        answer = client.get(f"/export?format={name}&over={over}")
        assert answer.status_code == 200
        assert f'{format.suffix}"' in answer.headers["content-disposition"]
        about = client.get(f"/export/about?format={name}&over={over}").json()
        assert (about["format"], about["over"], about["columns"]) == (name, over, dict(format.columns[over]))
        assert about["rows"] or about["left_out"]
        if name != "pack":  # which holds when it was made
            assert about["sha256"] == hashlib.sha256(answer.content).hexdigest()
        if format.suffix == ".zip":
            assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_the_page_of_formats_has_them_all(client: TestClient) -> None:
    page = client.get("/export/formats?kind=killing").text
    for name in FORMATS:
        for over in load_format(name).columns:
            assert f"/export?format={name}&amp;over={over}&amp;kind=killing" in page


@pytest.mark.parametrize("string", ["format=xls", "format=../../x", "kind=x", "near=1", "format=prov&over=figures"])
@pytest.mark.parametrize("path", ["/export", "/export/about"])
def test_what_makes_no_sense_is_refused(client: TestClient, string: str, path: str) -> None:
    assert client.get(f"{path}?{string}").status_code == 400


def test_what_fails_is_told_and_the_next_export_goes_on(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise exporting.ExportError("row 'x' has no status, and no row is exported without one")

    with monkeypatch.context() as broken:
        broken.setattr(exporting, "write_export", fail)
        for _ in range(3):
            answer = client.get("/export?format=csv", headers={"accept": "application/json"})
            assert answer.status_code >= 400
            assert "no status" in answer.text
    assert client.get("/export?format=csv").status_code == 200


def test_an_export_that_nobody_fetches_any_more_ends_and_a_third_at_once_is_told_to_wait(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, ended = threading.Semaphore(0), threading.Semaphore(0)

    def endless(format: object, source: object, out: io.BufferedIOBase, **_: object) -> None:
        started.release()
        try:
            while True:
                out.write(b"row\n")
                time.sleep(0.01)
        finally:
            ended.release()

    monkeypatch.setattr(exporting, "write_export", endless)
    desk = client.app.state.desk  # type: ignore[attr-defined]

    def make(out: object) -> None:
        endless(None, None, out)  # type: ignore[arg-type]

    both = [exporting._Growing(desk, make) for _ in range(2)]  # type: ignore[arg-type]
    fetched = [growing.pieces() for growing in both]
    assert all(next(pieces).startswith(b"row\n") for pieces in fetched)
    answer = client.get("/export?format=csv", headers={"accept": "application/json"})
    assert answer.status_code >= 400
    assert "two exports" in answer.text
    for growing in both:
        growing.close()
    assert all(ended.acquire(timeout=10) for _ in both)
