"""ingest/wacz.py: the members of a package, their titles and hashes."""

import gzip
import hashlib
import io
import json
import time
import zipfile

import pytest
from web_archives import (
    DATE,
    RECORDS,
    TEXT,
    http,
    packed,
    page,
    record,
    refusals,
    reports,
    text_record,
)

from asreported.ingest import Limits
from asreported.ingest.limits import DEFAULT
from asreported.ingest.warc import read_wacz
from asreported.records import Refusal, Report

# ---- WACZ --------------------------------------------------------------------------------


def wacz(
    members: dict[str, bytes],
    *,
    pages: str | None = None,
    hashes: dict[str, str] | None = None,
    method=zipfile.ZIP_STORED,
) -> bytes:
    stated = {name: f"sha256:{hashlib.sha256(raw).hexdigest()}" for name, raw in members.items()} | (hashes or {})
    resources = [{"name": name.rpartition("/")[2], "path": name, "hash": value} for name, value in stated.items()]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
        if pages is not None:
            archive.writestr("pages/pages.jsonl", pages)
        archive.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": resources}))
    return stream.getvalue()


def read_package(raw: bytes, limits: Limits = DEFAULT) -> list[Report | Refusal]:
    return list(read_wacz(io.BytesIO(raw), name="day", origin="day.wacz", limits=limits))


MEMBERS = {
    "archive/b.warc.gz": packed(text_record(3)),
    "archive/a.warc.gz": packed(text_record(1), text_record(2)),
    "indexes/index.cdx.gz": gzip.compress(b"..."),
}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_warcs_of_a_wacz_are_read_by_name_and_numbered_through(method):
    results = read_package(wacz(MEMBERS, method=method))
    assert [(r.origin, r.id, r.url) for r in reports(results)] == [
        (f"day.wacz:{number}", f"day:{number}", f"https://sample.example/{number}") for number in (1, 2, 3)
    ]
    assert not refusals(results)


def test_titles_of_pages_are_given_to_pages_without_one():
    lines = [
        {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
        {"id": "1", "url": "https://sample.example/a", "title": "Raid  on\nmarket", "ts": DATE},
        {"id": "2", "url": "https://sample.example/b", "title": "Another title"},
        ["no page"],
    ]
    pages = "\n".join(map(json.dumps, lines)) + "\n{broken\n"
    archive = packed(
        record(http(page(1))), record(http(page(2, title="Its own title")), url="https://sample.example/b")
    )
    first, second = reports(read_package(wacz({"archive/a.warc.gz": archive}, pages=pages)))
    assert (first.title, first.text) == ("Raid on market", f"Raid on market\n\n{TEXT.format(1)}")
    assert first.sha256 == hashlib.sha256(first.text.encode()).hexdigest()
    assert second.title == "Its own title"


def test_a_warc_that_is_not_the_packed_one_is_told_and_read():
    results = read_package(wacz(MEMBERS, hashes={"archive/a.warc.gz": "sha256:" + "0" * 64}))
    assert len(reports(results)) == 3
    (refusal,) = refusals(results)
    assert (refusal.reason, refusal.origin) == ("damaged", "day.wacz")
    assert refusal.message.startswith("archive/a.warc.gz: ")
    assert "datapackage.json" in refusal.message


def test_a_warc_that_is_listed_but_not_there_is_told():
    results = read_package(wacz(MEMBERS, hashes={"archive/c.warc.gz": "sha256:" + "0" * 64}))
    assert [refusal.message.partition(":")[0] for refusal in refusals(results)] == ["archive/c.warc.gz"]


@pytest.mark.parametrize("package", ["", "[]", '{"resources": 3}', '{"resources": [3, {"path": 1}]}', "[" * 100_000])
def test_a_broken_package_file_costs_nothing(package):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/a.warc", text_record(1))
        archive.writestr("datapackage.json", package)
    assert [r.origin for r in read_package(stream.getvalue())] == ["day.wacz:1"]


def test_a_cut_warc_in_a_wacz_is_told_with_its_name():
    members = {"archive/a.warc.gz": packed(text_record(1), text_record(2))[:-5], "archive/b.warc": text_record(3)}
    results = read_package(wacz(members))
    assert len(reports(results)) == 3
    (refusal,) = refusals(results)
    assert (refusal.reason, refusal.origin) == ("truncated", "day.wacz")
    assert refusal.message.startswith("archive/a.warc.gz: The archive ends at byte")


def test_a_member_whose_checksum_in_the_zip_is_wrong_is_told_and_read():
    raw = wacz({"archive/a.warc": b"".join(RECORDS), "archive/b.warc": text_record(21)})
    at = raw.index(b"At least 3 people")
    results = read_package(raw[:at] + b"ZZ" + raw[at + 2 :])
    assert [r.origin for r in reports(results)] == [f"day.wacz:{number}" for number in range(1, 22)]
    (refusal,) = refusals(results)
    assert (refusal.reason, refusal.origin) == ("damaged", "day.wacz")
    assert refusal.message.startswith("archive/a.warc: ")


def test_members_that_cannot_be_opened_are_told_one_by_one():
    raw = wacz({"archive/a.warc": text_record(1), "archive/b.warc": text_record(2)}).replace(
        b"PK\x03\x04", b"PK\x03\x05"
    )
    results = read_package(raw)
    assert [(r.reason, r.message[:14]) for r in refusals(results)] == [
        ("damaged", "archive/a.warc"),
        ("damaged", "archive/b.warc"),
    ]


def test_a_member_that_unpacks_to_too_much_ends():
    raw = wacz(
        {"archive/a.warc": text_record(1) + bytes(30_000_000), "archive/b.warc": text_record(2)},
        method=zipfile.ZIP_DEFLATED,
    )
    began = time.perf_counter()
    results = read_package(raw)
    assert time.perf_counter() - began < 5
    assert len(reports(results)) == 2
    assert "too-large" in [r.reason for r in refusals(results)]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"PK\x03\x04", "damaged"),
        (b"", "damaged"),
        (wacz(MEMBERS)[:-30], "damaged"),
        (wacz({"a.txt": b"a"}), "left-out"),
        (wacz({"archive/a.txt": b"a"}), "left-out"),
        (wacz({"archive/a.warc": b""}), "empty"),
    ],
)
def test_what_is_no_package_of_pages_is_refused(raw, reason):
    assert [getattr(r, "reason", "read") for r in read_package(raw)] == [reason]
