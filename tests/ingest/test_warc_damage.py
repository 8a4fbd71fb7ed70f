"""ingest/warc.py: damaged and hostile archives, and what they cost."""

import gzip
import os
import random
import time
import tracemalloc
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_archives import (
    END,
    RECORDS,
    TEXT,
    chunked,
    http,
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

from asreported.errors import REFUSALS
from asreported.ingest import Limits
from asreported.ingest.warc_records import Record, read_records
from asreported.records import Refusal, Report

FULL = os.environ.get("ASREPORTED_FULL") == "1"


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
