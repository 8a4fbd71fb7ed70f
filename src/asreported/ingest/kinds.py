"""
What kind of document bytes are: by their first characters where those are unmistakable, else by the name's extension.

A kind is what a reader is named after: `text`, `jsonl`, `html`, `pdf`, `docx`, `mail`, `mbox`, `feed`, `csv`, `tsv`,
`ris`, `csl`, `warc`, `wacz`; `zip` is one that must be opened to tell, `other` one that no reader takes.
"""

from __future__ import annotations

import re
import zlib
from pathlib import PurePath

KINDS = {
    ".txt": "text",
    ".text": "text",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".pdf": "pdf",
    ".docx": "docx",
    ".eml": "mail",
    ".mbox": "mbox",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
    ".csv": "csv",
    ".tsv": "tsv",
    ".ris": "ris",
    ".json": "csl",
    ".warc": "warc",
    ".warc.gz": "warc",
    ".wacz": "wacz",
}
"""What is read in a folder, and as what. A file that is named outright may have any extension."""

MANY_THINGS = frozenset({".xml", ".json"})
"""Extensions of much that is no report: in a folder only feeds and lists of references among them are read."""

DOCUMENTS = frozenset(
    {
        ".doc",
        ".docm",
        ".pages",
        ".emlx",
        ".webarchive",
        ".maff",
        ".rdf",
        ".odt",
        ".rtf",
        ".epub",
        ".mht",
        ".mhtml",
        ".msg",
        ".pst",
        ".xls",
        ".xlsx",
        ".ods",
        ".pptx",
        ".xml",
    }
    | {".zip", ".gz", ".xz", ".bz2", ".7z", ".rar", ".tar", ".tgz", ".zst"}
)
"""Files that may hold reports but are not read: to leave them out silently would look as if they had been."""

TELLING = frozenset({"mail", "mbox", "ris", "feed"})
"""Kinds that many programs save as `.txt`, and whose first lines are those of no report."""

HEAD = 4096
"""Bytes by which content is told."""

PAGE_RE = re.compile(rb"(?:<\?xml[^>]{0,200}>\s{0,20})?<(?:!doctype\s+html|html)\b", re.IGNORECASE)
MARKUP_RE = re.compile(rb"<(?:head|body|article|main|section|div|p|h1)\b", re.IGNORECASE)
FEED_RE = re.compile(
    rb"(?:\s|<\?[^>]*>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*<(?:[\w.-]+:)?(?:rss|rdf|feed)\b",
    re.IGNORECASE | re.DOTALL,
)
XML_RE = re.compile(rb"<\?xml\b")
OBJECT_RE = re.compile(rb'\{\s{0,100}"')
CSL_RE = re.compile(rb'\[\s{0,100}\{(?=.{0,4000}?"type"\s{0,9}:\s{0,9}")(?!.{0,4000}?"text"\s{0,9}:)', re.DOTALL)
RIS_RE = re.compile(rb"TY  ?- ?[A-Z]{3,7}\s")
MBOX_RE = re.compile(rb"From \S{1,200} .{5,80}\d{4}[^\n]{0,20}\r?\n[A-Za-z-]{2,40}:")
SAVED_RE = re.compile(rb"From:\s{1,9}<?Saved by", re.IGNORECASE)
MAIL_RE = re.compile(
    rb"(?=(?:[!-9;-~]{1,76}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?(?:received|message-id|mime-version|return-path):)"
    rb"(?=(?:[!-9;-~]{1,76}:[^\n]*\n(?:[ \t][^\n]*\n)*){0,40}?from:)",
    re.IGNORECASE,
)

CONTENT_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "message/rfc822": "mail",
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
}
"""The kinds that a part of a container may have, by the content type that it states."""

UNSAID = frozenset({"", "application/octet-stream", "application/x-download", "text/xml", "application/xml"})
"""Content types that say nothing."""


def suffix_of(name: str) -> str:
    """
    The extension of a file's name that tells its kind, in lower case.

        >>> suffix_of("Raid.HTML"), suffix_of("crawl.warc.gz"), suffix_of("day.tar.gz"), suffix_of("raid")
        ('.html', '.warc.gz', '.gz', '')
    """
    path = PurePath(name)
    return ".warc.gz" if path.name.lower().endswith(".warc.gz") else path.suffix.lower()


def kind_of_file(head: bytes, suffix: str) -> str:
    """
    What a file is, by its first bytes and the extension of its name; `text` where nothing tells.

        >>> kind_of_file(b"%PDF-1.7", ".txt"), kind_of_file(b"<rss version='2.0'>", ".xml"), kind_of_file(b"Dead", "")
        ('pdf', 'feed', 'text')
    """
    named = KINDS.get(suffix)
    if found := _by_magic(head):
        return named if found == "zip" and named in ("docx", "wacz") else found
    start = _start(head)
    is_page = PAGE_RE.match(start) is not None
    # A page as browsers save it is built like a mail, whose date is then the day on which it was saved.
    if suffix in (".mht", ".mhtml") or SAVED_RE.match(start):
        return "other"
    if named in ("jsonl", "csv", "tsv", "mail", "mbox", "ris"):
        return named
    if named == "csl":
        return "csl" if CSL_RE.match(start) else "jsonl"
    if named == "feed":
        return "feed" if FEED_RE.match(start) else "html" if is_page else "other" if suffix == ".xml" else "feed"
    if named == "text" and (told := _by_content(start)) in TELLING:
        return told
    if named:  # a page that was saved under another name is a page
        return "html" if is_page else named
    return _by_content(start)


def kind_of(content_type: str | None, raw: bytes) -> str | None:
    """
    What a part of a container is, by the content type that it states and its first bytes; None where nobody reads it.

        >>> kind_of("text/html; charset=utf-8", b"<p>Twelve died.</p>"), kind_of("image/png", b"\\x89PNG")
        ('html', None)
        >>> kind_of("application/octet-stream", b"%PDF-1.7")
        'pdf'
    """
    stated = (content_type or "").split(";")[0].strip().lower()
    found = _by_magic(raw[:HEAD])
    if found == "pdf":
        return "pdf"
    if found == "zip":
        return "docx" if b"word/document.xml" in raw else None
    if found:
        return None
    start = _start(raw[:HEAD])
    if stated in UNSAID:
        kind = "feed" if FEED_RE.match(start) else "html" if PAGE_RE.match(start) else None
        return kind or ("mail" if MAIL_RE.match(start) and stated not in ("text/xml", "application/xml") else None)
    kind = CONTENT_TYPES.get(stated)
    return "html" if kind == "text" and PAGE_RE.match(start) else kind


def _start(head: bytes) -> bytes:
    """The first characters without byte order mark, white space and the NULs of UTF-16."""
    return head.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")


def _by_magic(head: bytes) -> str | None:
    start = head.lstrip(b" \t\r\n")
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if start.startswith(b"WARC/") or (head.startswith(b"\x1f\x8b") and _unpacks_to_warc(head)):
        return "warc"
    return None


def _unpacks_to_warc(head: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(head, 16).startswith(b"WARC/")
    except zlib.error:
        return False


def _by_content(start: bytes) -> str:
    if OBJECT_RE.match(start):
        return "jsonl"
    if CSL_RE.match(start):
        return "csl"
    if FEED_RE.match(start):
        return "feed"
    if PAGE_RE.match(start) or MARKUP_RE.match(start):
        return "html"
    if RIS_RE.match(start):
        return "ris"
    if MBOX_RE.match(start):
        return "mbox"
    return "mail" if MAIL_RE.match(start) else "other" if XML_RE.match(start) else "text"
