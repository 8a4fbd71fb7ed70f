"""
The rows of facts: what a report, a capture and a reading are in the database, and the hashes that they carry.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from ..records import Report, ReportHead
from .codec import canonical, escape, escape_some, sha256, text_bytes, unescape, unescape_some
from .database import Row
from .index import published_day

KEY_DIGITS = 24
REPORT_COLUMNS = "key, id, text_sha256, title, publisher, published, published_day, language, url, added_at, row_sha256"
CAPTURE_COLUMNS = "report_n, original_sha256, locator, origin, extractor, notes, added_at, row_sha256"
HEAD_SQL = (
    "SELECT r.key, r.id, r.title, r.publisher, r.published, r.url, r.text_sha256, f.key FROM reports r "
    "LEFT JOIN chains c ON c.report_n = r.n LEFT JOIN reports f ON f.n = c.chain_n"
)


class Capture(NamedTuple):
    """Where a report was taken from: which bytes, which place in them, by what."""

    original_sha256: str
    locator: str
    origin: str | None
    extractor: str | None
    notes: tuple[str, ...]


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def report_key(report: Report) -> str:
    """
    The first 24 hexadecimal digits of the SHA-256 of text, publisher, published, title and url.

    The text alone would not do: a dispatch that two papers print word for word is two reports.
    """
    return key_of(text_sha256(report.text), report.publisher, report.published, report.title, report.url)


def key_of(text_sha: str, publisher: str | None, published: str | None, title: str, url: str | None) -> str:
    return sha256(canonical([text_sha, publisher, published, title, url]).encode())[:KEY_DIGITS]


def text_sha256(text: str) -> str:
    return sha256(text_bytes(text))


def report_row(report: Report, key: str, added_at: str) -> tuple[Any, ...]:
    """The values of `REPORT_COLUMNS`."""
    row = (
        key,
        escape(report.id),
        text_sha256(report.text),
        escape(report.title),
        escape_some(report.publisher),
        escape_some(report.published),
        published_day(report.published),
        escape_some(report.language),
        escape_some(report.url),
        added_at,
    )
    return (*row, row_hash(row))


def capture_row(report_n: int, report_key: str, capture: Capture, added_at: str) -> tuple[Any, ...]:
    """The values of `CAPTURE_COLUMNS`; the hash is of the report's key, since its n says nothing."""
    rest = (
        capture.original_sha256,
        escape(capture.locator),
        escape_some(capture.origin),
        escape_some(capture.extractor),
        escape(canonical(list(capture.notes))),
        added_at,
    )
    return (report_n, *rest, row_hash((report_key, *rest)))


def reading_hash(report_key: str, reader: str, sha: str, count: int, read_at: str, vectors: bytes | None) -> str:
    """Of all that a reading is kept with, its report's key for its n; `sha` stands for the claims."""
    packed = None if vectors is None else sha256(vectors)
    return row_hash((report_key, reader, sha, count, read_at, packed))


def copy_hash(report_key: str, other_key: str, similarity: float) -> str:
    """Of a pair of near-copies."""
    return row_hash((report_key, other_key, float(similarity)))


def row_hash(values: tuple[Any, ...]) -> str:
    return sha256(canonical(list(values)).encode())


def head_of(row: Row) -> ReportHead:
    """The head in a row of `HEAD_SQL`."""
    key, id, title, publisher, published, url, text_sha, chain = row
    return ReportHead(
        key=key,
        id=unescape(id),
        title=unescape(title),
        publisher=unescape_some(publisher),
        published=unescape_some(published),
        url=unescape_some(url),
        text_sha256=text_sha,
        chain=chain or key,
    )
