"""
What a record of a WARC holds: a document of a kind that is read, or why it is passed over.

Read are `response` records of a page that was there (status 200, or 203), `resource` records and `conversion` records
(the plain text of WET files). Transfer and content encodings are undone here, up to the limit of the document.
"""

from __future__ import annotations

import codecs
import io
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from .decode import declared_charset, decode
from .kinds import CONTENT_TYPES, UNSAID, kind_of
from .limits import Limits
from .warc_records import Record

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap

DOCUMENT_RE = re.compile(
    r"application/(?:msword|rtf|epub\+zip|zip|gzip|x-7z-compressed|warc|vnd\.(?:oasis\.|openxml|ms-excel|ms-powerp).*)|"
    r"text/(?:csv|tab-separated-values|rtf|markdown)"
)
"""Content types that may hold reports but are not read here: leaving them out is told even where pages were read."""

FOR_MACHINES_RE = re.compile(
    r"/(?:robots|(?:app-)?ads|humans|security|llms(?:-full)?)\.txt|.*\.(?:js|css|json|map|xml)"
)
"""Paths whose plain text is not for readers."""
COPIED_TEXT = "urn:text"
"""Begins the target of a record in which a crawler keeps the text of a page, beside the page itself."""
CRAWLERS_OWN = "metadata:"
"""Begins the target of a record in which wget keeps its arguments and its log, as plain text."""

TYPES = ("response", "resource", "conversion")
HTTP_HEADER_BYTES = 1 << 16
PIECE = 1 << 16
CHUNK_RE = re.compile(rb"[ \t]{0,9}([0-9A-Fa-f]{1,8})[ \t]{0,9}(?:;[^\r\n]{0,200})?\r\n")


class Document(NamedTuple):
    """The bytes of a document as its publisher wrote them; `raw` is None where there are more than `limit`."""

    kind: str
    raw: bytes | None
    limit: int
    url: str
    notes: tuple[str, ...]


class PassedOver(NamedTuple):
    """A record that is no document, or none that is read; `may_hold_report` where a person would expect it to be."""

    what: str
    may_hold_report: bool = False


def wanted(header: HeaderMap, limits: Limits) -> int:
    """How many bytes of the record with this header are looked at."""
    return limits.file + HTTP_HEADER_BYTES if header.get("WARC-Type") in TYPES else 0


def document_in(record: Record, limits: Limits) -> Document | PassedOver:
    """The document in `record`, or why there is none."""
    type_ = record.header.get("WARC-Type") or "record without a type"
    url = (record.header.get("WARC-Target-URI") or "").strip("<> ")
    if type_ not in TYPES:
        return PassedOver(type_)
    if url.startswith(COPIED_TEXT):
        return PassedOver("text of a page that is kept beside it")
    if url.startswith(CRAWLERS_OWN):
        return PassedOver("record of the crawler about itself")
    stated, http, body = record.header.get("Content-Type") or "", None, record.block
    if stated.startswith("application/http"):
        http, body = _split_http(record.block)
        if http is None:
            return PassedOver("broken HTTP response")
        if http.status_code not in (200, 203):
            return PassedOver(f"page of status {http.status_code}")
        stated = http.get("Content-Type") or ""
    elif type_ == "response":
        return PassedOver(f"response of {stated[:40] or 'an unknown protocol'}")
    return _document(record, stated, http, body, url, limits)


def _document(
    record: Record, stated: str, http: HeaderMap | None, body: bytes, url: str, limits: Limits
) -> Document | PassedOver:
    """The document whose content type is `stated`: its kind is told from the decoded bytes as well."""
    type_ = stated.partition(";")[0].strip().lower()[:100]
    if type_ not in CONTENT_TYPES and type_ not in UNSAID:
        return PassedOver(type_, bool(DOCUMENT_RE.fullmatch(type_)))
    if type_ == "text/plain" and FOR_MACHINES_RE.fullmatch(_path(url)):
        return PassedOver("text for machines")
    most = limits.page if CONTENT_TYPES.get(type_) == "html" else limits.file
    raw, packing = _decoded(body, http, most + 1)
    kind = kind_of(stated, raw)
    if kind is None:
        return PassedOver(type_ or "record without a content type")
    limit = limits.page if kind == "html" else limits.file
    notes = (*_captured(record.header), *packing)
    if len(record.block) < record.length or len(raw) > limit:
        return Document(kind, None, limit, url, notes)
    raw, charset = _in_utf8(raw, stated) if kind in ("html", "text") else (raw, ())
    return Document(kind, raw, limit, url, (*notes, *charset))


def _captured(header: HeaderMap) -> tuple[str, ...]:
    """Notes on when the record was captured, and on what the crawler left out of it."""
    notes = []
    if date := (header.get("WARC-Date") or "").strip():
        notes.append(f"captured {date[:40]}")
    if cut := header.get("WARC-Truncated"):
        notes.append(f"the crawler cut it short ({cut.strip()[:40]})")
    if header.get("WARC-Segment-Number"):
        notes.append("only the first of its segments was read")
    return tuple(notes)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path.lower()
    except ValueError:  # "[" in a host
        return ""


# ---- HTTP --------------------------------------------------------------------------------


def _split_http(block: bytes) -> tuple[HeaderMap | None, bytes]:
    from fastwarc.warc import HeaderMap

    headers = HeaderMap()
    try:
        size = headers.parse(io.BytesIO(block))
    except OSError:  # longer than any server sends
        return None, b""
    return (headers, block[size:]) if (headers.status_line or "").startswith("HTTP/") else (None, b"")


def _decoded(body: bytes, http: HeaderMap | None, most: int) -> tuple[bytes, tuple[str, ...]]:
    """
    At most `most` bytes of `body` as its publisher wrote them, and a note where the packed bytes are broken.

    Many archives keep bodies already decoded, with the headers as they were: what is not encoded stays as it is.
    """
    if http is None:
        return body[:most], ()
    if "chunked" in (http.get("Transfer-Encoding") or "").lower():
        body = _unchunked(body)
    coding = (http.get("Content-Encoding") or "").strip().lower().removeprefix("x-")
    return _unpacked(body, coding, most) or (body[:most], ())


def _unchunked(body: bytes) -> bytes:
    """`body` without the marks of its chunks; as it is where it begins with none."""
    pieces, at = [], 0
    while found := CHUNK_RE.match(body, at):
        size = int(found[1], 16)
        if not size:
            break
        pieces.append(body[found.end() : found.end() + size])
        at = found.end() + size + 2
    return b"".join(pieces) if at else body


def _unpacked(body: bytes, coding: str, most: int) -> tuple[bytes, tuple[str, ...]] | None:
    """What `body` unpacks to, at most `most` bytes; None where it is not packed like that."""
    if coding in ("gzip", "deflate"):
        return _inflated(body, most, (31,) if coding == "gzip" else (15, -15))
    if coding not in ("br", "zstd"):
        return None
    from fastwarc import stream_io

    reader = stream_io.BrotliReader if coding == "br" else stream_io.ZstdReader
    try:
        return reader(io.BytesIO(body)).read(most), ()
    except (OSError, EOFError):
        return None


def _inflated(body: bytes, most: int, formats: tuple[int, ...]) -> tuple[bytes, tuple[str, ...]] | None:
    """As `_unpacked`, by zlib; `formats` are its window bits. What comes before a damage is kept, with a note."""
    for wbits in formats:
        unpacker, rest, unpacked = zlib.decompressobj(wbits=wbits), body, bytearray()
        try:
            while len(unpacked) < most and not unpacker.eof:
                piece = unpacker.decompress(rest, min(most - len(unpacked), PIECE))
                if not piece:
                    break
                unpacked += piece
                rest = unpacker.unconsumed_tail
        except zlib.error:
            if not unpacked:
                continue
        whole = unpacker.eof or len(unpacked) >= most
        return bytes(unpacked), () if whole else ("its packed content is damaged or cut: what came before was read",)
    return None


def _in_utf8(raw: bytes, stated: str) -> tuple[bytes, tuple[str, ...]]:
    """`raw` in UTF-8 where HTTP, but not the page itself, says that it is in another charset; else as it is."""
    charset = declared_charset(stated.encode("ascii", "replace"))
    if not charset or charset.lower() in ("utf-8", "utf8") or raw.isascii() or declared_charset(raw):
        return raw, ()
    text, notes = decode(raw, declared=charset)
    return codecs.BOM_UTF8 + text.encode("utf-8", "replace"), notes
