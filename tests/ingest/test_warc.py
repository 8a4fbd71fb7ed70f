"""ingest/warc.py: which records of a WARC or WACZ are reports; what is said of cut, damaged and hostile archives."""

import gzip
import hashlib
import io
import json
import os
import random
import time
import tracemalloc
import zipfile
import zlib

import brotli
import pytest
from fastwarc.stream_io import ZstdWriter
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from asreported.errors import REFUSALS
from asreported.ingest import Limits, read_inputs
from asreported.ingest.limits import DEFAULT
from asreported.ingest.warc import read_wacz, read_warc
from asreported.ingest.warc_records import Record, read_records
from asreported.records import Refusal, Report

FULL = os.environ.get("ASREPORTED_FULL") == "1"
TEXT = "At least {} people were killed when gunmen stormed the market of Tal Sabr on Tuesday, the governor said."
DATE = "2021-05-04T06:07:08Z"
END = b"\r\n\r\n"


def record(block: bytes, type_: str = "response", url: str = "https://sample.example/a", **fields: str) -> bytes:
    """One record; `fields` have _ for -, and replace those that it would have."""
    header = {
        "WARC-Type": type_,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>",
        "WARC-Date": DATE,
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
    }
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    return f"WARC/1.1\r\n{lines}\r\n".encode() + block + END


def http(body: bytes, status: str = "200 OK", **fields: str) -> bytes:
    header = {"Content-Type": "text/html; charset=utf-8"}
    header |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def page(number: int = 12, *, title: str = "", head: str = "") -> bytes:
    heading = f"<h1>{title}</h1>" if title else ""
    article = f"<article>{heading}<p>{TEXT.format(number)}</p></article>"
    return f"<!DOCTYPE html><html><head>{head}</head><body>{article}</body></html>".encode()


def text_record(number: int) -> bytes:
    """As in a WET file: quick to read, and longer than a window of a kilobyte or so in some."""
    text = " ".join([TEXT.format(number)] * (1 + number % 5))
    return record(text.encode(), "conversion", f"https://sample.example/{number}", Content_Type="text/plain")


def read(archive: bytes, limits: Limits = DEFAULT) -> list[Report | Refusal]:
    return list(read_warc(io.BytesIO(archive), name="day", origin="day.warc", limits=limits))


def reports(results: list[Report | Refusal]) -> list[Report]:
    return [result for result in results if isinstance(result, Report)]


def refusals(results: list[Report | Refusal]) -> list[Refusal]:
    return [result for result in results if isinstance(result, Refusal)]


def one(archive: bytes, limits: Limits = DEFAULT) -> Report:
    (result,) = read(archive, limits)
    assert isinstance(result, Report), result
    return result


def refused(archive: bytes, limits: Limits = DEFAULT) -> Refusal:
    (result,) = read(archive, limits)
    assert isinstance(result, Refusal), result
    return result


def packed(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))


# ---- which records are reports -----------------------------------------------------------


def test_page_is_a_report_with_the_address_and_day_of_its_capture():
    head = (
        "<link rel='canonical' href='https://sample.example/canonical'><meta property='og:site_name' content='Sample'>"
    )
    report = one(record(http(page(title="Raid on market", head=head)), url="https://sample.example/a?x=1"))
    assert report.text == "Raid on market\n\n" + TEXT.format(12)
    assert (report.id, report.origin) == ("day:1", "day.warc:1")
    assert (report.url, report.publisher) == ("https://sample.example/a?x=1", "Sample")
    assert report.published is None
    assert f"captured {DATE}" in report.notes


def test_numbers_count_all_records():
    archive = packed(
        record(b"software: x\r\n", "warcinfo", Content_Type="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", "request", Content_Type="application/http; msgtype=request"),
        record(http(page(1))),
        record(http(b"\x89PNG", Content_Type="image/png")),
        record(http(page(2))),
    )
    assert [(report.id, report.origin) for report in read(archive)] == [
        ("day:3", "day.warc:3"),
        ("day:5", "day.warc:5"),
    ]


@pytest.mark.parametrize("version", [b"WARC/1.0", b"WARC/1.1", b"WARC/0.18"])
def test_versions(version):
    assert one(record(http(page())).replace(b"WARC/1.1", version)).text == TEXT.format(12)


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # temporary files that warcio leaves to be collected
@pytest.mark.parametrize("gzipped", [True, False])
def test_archive_written_by_warcio(gzipped):
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=gzipped)
    writer.write_record(writer.create_warcinfo_record("day.warc.gz", {"software": "sample"}))
    for number in (1, 2):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        payload = io.BytesIO(page(number))
        url = f"https://sample.example/{number}"
        response = writer.create_warc_record(url, "response", payload=payload, http_headers=headers)
        writer.write_record(response)
        writer.write_record(writer.create_revisit_record(url, response.rec_headers["WARC-Payload-Digest"], url, DATE))
    results = read(stream.getvalue())
    assert [(report.text, report.origin) for report in results] == [
        (TEXT.format(1), "day.warc:2"),
        (TEXT.format(2), "day.warc:4"),
    ]


@pytest.mark.parametrize(
    "block",
    [
        record(http(page(), "203 Non-Authoritative Information")),
        record(http(page(), Content_Type="application/xhtml+xml")),
        record(http(page(), Content_Type="")),
        record(http(page(), Content_Type="application/octet-stream")),
        record(page(), "resource", Content_Type="text/html"),
        record(TEXT.format(12).encode(), "conversion", Content_Type="text/plain"),
        record(TEXT.format(12).encode(), "resource", Content_Type="text/plain;charset=utf-8"),
        record(http(page()), url="<https://sample.example/a>"),
    ],
)
def test_read(block):
    report = one(block)
    assert report.text == TEXT.format(12)
    assert report.url == "https://sample.example/a"


@pytest.mark.parametrize(
    ("block", "what"),
    [
        (record(http(page(), "404 Not Found")), "1 page of status 404"),
        (record(http(b"", "301 Moved", Location="/b")), "1 page of status 301"),
        (record(http(page(), "206 Partial Content")), "1 page of status 206"),
        (record(http(b"\x89PNG", Content_Type="image/png")), "1 image/png"),
        (record(http(b"var a;", Content_Type="text/javascript; charset=utf-8")), "1 text/javascript"),
        (record(http(b"a,b", Content_Type="text/csv")), "1 text/csv"),
        (record(http(b""), "revisit"), "1 revisit"),
        (record(b"", "metadata", Content_Type="application/warc-fields"), "1 metadata"),
        (record(b"20210504 1.2.3.4", Content_Type="text/dns"), "1 response of text/dns"),
        (record(b"no header at all"), "1 broken HTTP response"),
        (record(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000), "1 broken HTTP response"),
        (
            record(http(b"User-agent: *", Content_Type="text/plain"), url="https://sample.example/robots.txt"),
            "1 text for machines",
        ),
        (
            record(page(), "resource", "urn:text:https://sample.example/", Content_Type="text/plain"),
            "1 text of a page that is kept beside it",
        ),
        (
            record(page(), "resource", "metadata://gnu.org/software/wget/warc/wget.log", Content_Type="text/plain"),
            "1 record of the crawler about itself",
        ),
    ],
)
def test_passed_over_and_told_where_there_is_nothing_else(block, what):
    refusal = refused(block)
    assert (refusal.origin, refusal.reason) == ("day.warc", "left-out")
    assert what in refusal.message
    assert "None of its 1 records" in refusal.message


def test_resources_of_pages_are_not_told_but_documents_that_are_not_read_are():
    image = record(http(b"\x89PNG", Content_Type="image/png"))
    assert not refusals(read(record(http(page())) + image))
    archive = record(http(page())) + image + 2 * record(http(b"\xd0\xcf\x11\xe0", Content_Type="application/msword"))
    assert len(reports(read(archive))) == 1
    (refusal,) = refusals(read(archive))
    assert refusal.reason == "left-out"
    assert "2 application/msword" in refusal.message
    assert "image" not in refusal.message


def test_page_without_an_article_is_refused_by_its_number_and_address():
    refusal = refused(record(http(b"<html><body><ul><li>Home</li></ul></body></html>")))
    assert (refusal.origin, refusal.reason) == ("day.warc:1", "no-text")
    assert refusal.message.startswith("https://sample.example/a: ")


def test_entries_of_a_feed_are_parts_of_its_record():
    items = "".join(
        f"<item><title>Raid {n}</title><link>https://sample.example/{n}</link><description>{TEXT.format(n)}</description></item>"
        for n in (1, 2)
    )
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Sample</title>{items}</channel></rss>".encode()
    results = read(record(http(feed, Content_Type="application/rss+xml")))
    assert [(r.origin, r.url) for r in reports(results)] == [
        ("day.warc:1.1", "https://sample.example/1"),
        ("day.warc:1.2", "https://sample.example/2"),
    ]
    assert all(f"captured {DATE}" in r.notes for r in reports(results))


def test_crawlers_cut_and_segments_are_noted():
    assert "the crawler cut it short (length)" in one(record(http(page()), WARC_Truncated="length")).notes
    assert "only the first of its segments was read" in one(record(http(page()), WARC_Segment_Number="1")).notes


@pytest.mark.parametrize("archive", [b"", b"\r\n\r\n"])
def test_empty_archive(archive):
    assert refused(archive).reason == "empty"


def test_archive_is_read_by_read_inputs(tmp_path):
    path = tmp_path / "day.warc.gz"
    path.write_bytes(packed(record(http(page(1))), record(http(page(2)))) + b"\x1f\x8b\x08")
    results = list(read_inputs([path]))
    assert [r.origin for r in reports(results)] == [f"{path}:1", f"{path}:2"]
    assert [r.reason for r in refusals(results)] == ["truncated"]


# ---- encodings ---------------------------------------------------------------------------


def chunked(body: bytes, extension: bytes = b"") -> bytes:
    pieces = [body[i : i + 50] for i in range(0, len(body), 50)]
    return b"".join(b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces) + b"0\r\n\r\n"


def zstd(body: bytes) -> bytes:
    stream = io.BytesIO()
    writer = ZstdWriter(stream)
    writer.write(body)
    del writer  # writes the end of the frame
    return stream.getvalue()


@pytest.mark.parametrize(
    ("pack", "fields"),
    [
        (gzip.compress, {"Content_Encoding": "gzip"}),
        (gzip.compress, {"Content_Encoding": "X-GZIP"}),
        (zlib.compress, {"Content_Encoding": "deflate"}),
        (lambda body: zlib.compress(body)[2:-4], {"Content_Encoding": "deflate"}),
        (brotli.compress, {"Content_Encoding": "br"}),
        (zstd, {"Content_Encoding": "zstd"}),
        (chunked, {"Transfer_Encoding": "chunked"}),
        (lambda body: chunked(body, b";sig=1"), {"Transfer_Encoding": "chunked"}),
        (lambda body: chunked(gzip.compress(body)), {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}),
        # Archives that hold the body decoded beside the headers as they were.
        (bytes, {"Content_Encoding": "gzip"}),
        (bytes, {"Content_Encoding": "deflate"}),
        (bytes, {"Content_Encoding": "br"}),
        (bytes, {"Content_Encoding": "zstd"}),
        (bytes, {"Transfer_Encoding": "chunked"}),
        (gzip.compress, {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"}),
        (bytes, {"Content_Encoding": "identity"}),
        (bytes, {"Content_Encoding": "rot13"}),
    ],
)
def test_encodings_of_http(pack, fields):
    report = one(record(http(pack(page()), **fields)))
    assert report.text == TEXT.format(12)
    assert report.notes == (f"captured {DATE}",)


def test_what_comes_before_a_cut_in_packed_content_is_read():
    body = gzip.compress(page() + b"<!--" + random.Random(1).randbytes(2000).hex().encode() + b"-->")
    report = one(record(http(body[:-500], Content_Encoding="gzip")))
    assert report.text == TEXT.format(12)
    assert any("packed content is damaged or cut" in note for note in report.notes)


def test_charset_of_http_counts_where_the_page_states_none():
    body = page().replace(b"Tal Sabr", "Žďár".encode("cp1250"))
    assert "Žďár" in one(record(http(body, Content_Type="text/html; charset=windows-1250"))).text
    stated = page(head="<meta charset='cp1250'>").replace(b"Tal Sabr", "Žďár".encode("cp1250"))
    assert "Žďár" in one(record(http(stated, Content_Type="text/html; charset=windows-1252"))).text
    assert (
        "Žďár"
        in one(record(http(page().replace(b"Tal Sabr", "Žďár".encode()), Content_Type="text/html; charset=x"))).text
    )


# ---- cut archives ------------------------------------------------------------------------

RECORDS = [text_record(number) for number in range(1, 21)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_every_cut_is_told_and_costs_no_whole_record(pack):
    records = [pack(text) for text in RECORDS]
    archive = b"".join(records)
    ends = [sum(map(len, records[:count])) for count in range(len(records) + 1)]
    # Every 37th byte, and around each border, where mistakes would be.
    cuts = {*range(0, len(archive), 37), *(end + shift for end in ends for shift in range(-10, 21))}
    told = 0
    for cut in sorted(cut for cut in cuts if 0 < cut <= len(archive)):
        results = read(archive[:cut])
        whole = sum(0 < end <= cut for end in ends)
        texts = [report.origin for report in reports(results)]
        assert texts[:whole] == [f"day.warc:{number}" for number in range(1, whole + 1)], cut
        # A record whose content is whole is read although its end mark or checksum is cut.
        assert len(texts) <= whole + 1, cut
        if cut in ends:
            assert not refusals(results), cut
        else:
            (refusal,) = refusals(results)
            assert (refusal.reason, refusal.origin) == ("truncated", "day.warc"), cut
            assert f"ends at byte {cut:,}," in refusal.message
            assert f"record {whole + 1}, which begins at byte {ends[whole]:,};" in refusal.message
            told += 1
    assert told > 200


def test_a_file_packed_whole_is_read_up_to_its_cut():
    archive = gzip.compress(b"".join(RECORDS))
    assert len(reports(read(archive))) == 20
    results = read(archive[:-40])
    assert 10 < len(reports(results)) < 20
    assert [refusal.reason for refusal in refusals(results)] == ["truncated"]


def test_content_that_is_whole_is_read_although_the_end_mark_is_cut():
    for missing in (1, 2, 3, 4):
        results = read(text_record(1)[:-missing])
        assert len(reports(results)) == 1
        assert "behind the content, but before the end, of its record 1" in refusals(results)[0].message


def test_no_end_mark_in_a_whole_gzip_member_is_no_cut():
    assert len(reports(read(packed(text_record(1)[:-4], text_record(2)[:-4])))) == 2
    assert not refusals(read(packed(text_record(1)[:-4], text_record(2)[:-4])))


# ---- damaged archives --------------------------------------------------------------------

GARBAGE = [
    b"garbage",
    b"\0" * 500,
    b"\x1f\x8b\x08 not packed",
    b"WARC/1.0 not a header\r\n" * 3,
    random.Random(3).randbytes(3000),
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_reading_goes_on_behind_garbage(pack, garbage):
    before, behind = pack(text_record(1)), pack(text_record(2)) + pack(text_record(3))
    results = read(before + garbage + behind)
    assert [report.origin for report in reports(results)] == ["day.warc:1", "day.warc:3", "day.warc:4"]
    (refusal,) = refusals(results)
    assert (refusal.reason, refusal.origin) == ("damaged", "day.warc:2")
    assert f"At byte {len(before):,} " in refusal.message
    assert f"went on at byte {len(before + garbage):,}" in refusal.message


@pytest.mark.parametrize("garbage", GARBAGE[:2])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_garbage_at_the_end_is_told(pack, garbage):
    results = read(pack(text_record(1)) + garbage)
    assert len(reports(results)) == 1
    (refusal,) = refusals(results)
    assert refusal.reason == "damaged"
    assert "No record was found behind it" in refusal.message


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_damage_at_the_very_beginning_costs_one_record(pack):
    archive = pack(text_record(1)) + pack(text_record(2))
    for place in range(3):
        results = read(archive[:place] + b"?" + archive[place + 1 :])
        assert [report.origin for report in reports(results)] == ["day.warc:2"], place
        assert [refusal.reason for refusal in refusals(results)] == ["damaged"]


def test_a_record_whose_checksum_is_wrong_is_not_read():
    # Stored, not packed: the changed letter unpacks without an error.
    member = gzip.compress(text_record(1), 0).replace(b"At least 1 people", b"At least 9 people")
    results = read(member + packed(text_record(2)))
    assert [report.origin for report in reports(results)] == ["day.warc:2"]
    assert [(refusal.reason, refusal.origin) for refusal in refusals(results)] == [("damaged", "day.warc:1")]


def test_checksum_is_seen_before_a_long_record_is_read():
    text = (TEXT.format(1) + "\n") * 6000
    long = gzip.compress(record(text.encode(), "conversion", Content_Type="text/plain"), 0)
    broken = long[:-8] + b"\0\0\0\0" + long[-4:]
    results = read(broken + packed(text_record(2)))
    assert [type(result) for result in results] == [Refusal, Report]


@pytest.mark.parametrize("length", ["", "x", "-1", "1e3", "9" * 16])
def test_a_record_without_a_length_is_damaged(length):
    results = read(record(b"a", "conversion", Content_Length=length) + text_record(2))
    assert [getattr(result, "reason", "read") for result in results] == ["damaged", "read"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_an_endless_header_is_damaged(pack):
    results = read(pack(b"WARC/1.0\r\n" + b"X: y\r\n" * 100_000) + pack(text_record(2)))
    assert [getattr(result, "reason", "read") for result in results] == ["damaged", "read"]


@pytest.mark.parametrize("raw", [b"hello", b"%PDF-1.7", b"\0" * 100, b"filedesc://a.arc 0.0.0.0 2005 text/plain 76\n"])
def test_what_is_no_archive_is_damaged(raw):
    assert refused(raw).reason == "damaged"


def mutated(archive: bytes, rng: random.Random) -> bytes:
    raw = bytearray(archive)
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(raw))
        match rng.randrange(4):
            case 0:
                raw[at] ^= 1 << rng.randrange(8)
            case 1:
                del raw[at : at + rng.randrange(100)]
            case 2:
                raw[at:at] = rng.randbytes(rng.randrange(50))
            case _:
                other = rng.randrange(len(raw))
                raw[at:at] = raw[other : other + 200]
    return bytes(raw)


@settings(max_examples=3000 if FULL else 300, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["plain", "gzip", "whole"]))
def test_no_mutation_raises_and_every_refusal_has_a_reason(rng, kind):
    records = [
        *RECORDS[:4],
        record(http(chunked(gzip.compress(page())), Transfer_Encoding="chunked", Content_Encoding="gzip")),
    ]
    archive = {"plain": b"".join, "gzip": lambda rs: packed(*rs), "whole": lambda rs: gzip.compress(b"".join(rs))}[
        kind
    ](records)
    results = read(mutated(archive, rng))
    assert results
    assert all(refusal.reason in REFUSALS and refusal.message for refusal in refusals(results))


# ---- sizes -------------------------------------------------------------------------------

SMALL = Limits(page=5_000, file=20_000)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("size", [5_001, 30_000, 200_000])
def test_a_page_above_the_limit_is_refused_and_the_archive_goes_on(pack, size):
    large = record(http(page().ljust(size)))
    results = read(pack(text_record(1)) + pack(large) + pack(text_record(3)), SMALL)
    assert [result.origin for result in results] == ["day.warc:1", "day.warc:2", "day.warc:3"]
    (refusal,) = refusals(results)
    assert refusal.reason == "too-large"
    assert "5,000 bytes" in refusal.message
    assert refusal.message.startswith("https://sample.example/a: ")


def test_a_large_picture_is_passed_over():
    image = record(http(b"\xff\xd8\xff".ljust(500_000), Content_Type="image/jpeg"))
    assert [result.origin for result in read(packed(image, text_record(2)), SMALL)] == ["day.warc:2"]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_content_that_unpacks_to_too_much_is_refused_quickly(coding):
    size = 60_000_000
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "zstd": zstd}
    body = brotli.compress(bytes(size), quality=1) if coding == "br" else pack[coding](bytes(size))
    began = time.perf_counter()
    results = read(packed(record(http(body, Content_Encoding=coding)), text_record(2)))
    assert time.perf_counter() - began < 5
    assert [getattr(result, "reason", "read") for result in results] == ["too-large", "read"]


def bomb(size: int) -> bytes:
    """A record of `size` zeros in a gzip member a thousandth of that."""
    packer = zlib.compressobj(wbits=31)
    head = record(b"", Content_Length=str(size)).removesuffix(END)
    pieces = [packer.compress(head + END + http(b""))]
    pieces += [packer.compress(bytes(1_000_000)) for _ in range(size // 1_000_000)]
    return b"".join([*pieces, packer.flush()])


def test_a_member_that_unpacks_to_too_much_is_left_unpacked():
    archive = packed(text_record(1)) + bomb(2_000_000_000 if FULL else 200_000_000) + packed(text_record(3))
    tracemalloc.start()
    began = time.perf_counter()
    results = read(archive)
    spent, (_, peak) = time.perf_counter() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 5
    assert peak < 30_000_000
    assert [getattr(result, "reason", "read") for result in results] == ["read", "too-large", "read"]
    assert "unpack to more than 200 times their size" in refusals(results)[0].message


def test_signatures_without_members_do_not_hold_up():
    began = time.perf_counter()
    results = read(packed(text_record(1)) + b"\x1f\x8b\x08\xff" * 500_000)
    assert time.perf_counter() - began < 5
    assert [getattr(result, "reason", "read") for result in results] == ["read", "damaged"]


class Endless:
    """A stream of as many records as wanted, made when they are read; it counts nothing but bytes."""

    def __init__(self, piece: bytes, size: int) -> None:
        self.piece, self.left = piece, size // len(piece)

    def read(self, size: int) -> bytes:
        count = min(self.left, size // len(self.piece) + 1)
        self.left -= count
        return self.piece * count


@pytest.mark.parametrize("pack", [bytes, lambda raw: gzip.compress(raw, 1)], ids=["plain", "gzip"])
def test_memory_does_not_grow_with_the_archive(pack):
    image = record(http(random.Random(1).randbytes(30_000), Content_Type="image/png"))
    stream = Endless(pack(image + text_record(1) if pack is bytes else image), 1_000_000_000 if FULL else 60_000_000)
    tracemalloc.start()
    records = sum(isinstance(r, Record) for r in read_records(stream, limit=lambda header: 10**6, limits=Limits()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert records > 1000
    assert peak < 5_000_000


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
