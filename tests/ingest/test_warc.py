"""ingest/warc.py: which records of a WARC are reports, and what is said where one is cut."""

import gzip
import io
import random
import zlib

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
from web_archives import (
    DATE,
    RECORDS,
    TEXT,
    chunked,
    http,
    one,
    packed,
    page,
    read,
    record,
    refusals,
    refused,
    reports,
    text_record,
    zstd,
)

from asreported.ingest import read_inputs

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
