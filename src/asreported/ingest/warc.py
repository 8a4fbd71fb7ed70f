"""
Web archives to `Report`s: the pages of a WARC, and of the WARCs in a WACZ.

Part N of an archive is its N-th record, whatever that holds, so that numbers stay when more kinds are read one day.
The address is the one from which the page was captured, not the canonical one that it states. The day of the capture
is a note: it is not the day of publication. Pictures, scripts, redirects, error pages and revisits of a page that was
captured before are passed over; that is told only where the archive holds nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO

import msgspec

from ..records import Refusal, Report
from .checks import READ, refuse_empty, refuse_large
from .documents import read_document
from .limits import DEFAULT, Limits
from .parts import begin
from .retitle import with_title
from .wacz import open_package
from .warc_pages import Document, PassedOver, document_in, wanted
from .warc_records import Fault, read_records
from .warc_source import Readable

CONTAINERS = ("feed", "mail")
"""Kinds whose parts may have addresses of their own."""


def read_warc(stream: BinaryIO, *, name: str, origin: str, limits: Limits = DEFAULT) -> Iterator[Report | Refusal]:
    """
    The reports of the documents in a WARC, one record at a time; part N is its N-th record.

    A damaged record is refused as `damaged`, one that unpacks to too much as `too-large`, and the archive goes on;
    where it is cut, a refusal `truncated` says so at its end. A cut exactly between two records cannot be seen.

        >>> import io
        >>> head = b"WARC/1.0\\r\\nWARC-Type: conversion\\r\\nContent-Type: text/plain\\r\\nContent-Length: 12\\r\\n"
        >>> record = head + b"\\r\\nTwelve died.\\r\\n\\r\\n"
        >>> [report.origin for report in read_warc(io.BytesIO(record), name="day", origin="day.warc")]
        ['day.warc:1']
    """
    archive = _Archive(name, origin, limits)
    yield from archive.read(stream)
    yield from archive.end()


def read_wacz(stream: BinaryIO, *, name: str, origin: str, limits: Limits = DEFAULT) -> Iterator[Report | Refusal]:
    """
    The reports of the WARCs in a WACZ (`archive/*.warc.gz`), in the order of their names, numbered through.

    A page that states no title has the one of the archive's list of pages. A WARC that is not the one whose SHA-256 the
    package states is told as `damaged`, once its pages have been read. `stream` must be seekable.
    Source: WACZ 1.1.1 (webrecorder).
    """
    package = open_package(stream, origin=origin, limits=limits)
    if isinstance(package, Refusal):
        yield package
        return
    archive = _Archive(name, origin, limits, package.titles)
    for member in package.members():
        for result in archive.read(member, member.name):
            # Where the member itself ends early, that is told once.
            if not (member.problem and isinstance(result, Refusal) and result.reason == "truncated"):
                yield result
        if problem := member.finish():
            archive.documents += 1  # the archive has been told of
            yield Refusal(origin=origin, reason=problem.reason, message=f"{member.name}: {problem.message}")
    yield from package.missing()
    yield from archive.end()


class _Archive:
    """One file and the records that were read from it so far: `passed` and `left` count those that hold no report."""

    def __init__(self, name: str, origin: str, limits: Limits, titles: Mapping[str, str] | None = None) -> None:
        self.name, self.origin, self.limits = name, origin, limits
        self.titles = titles or {}
        self.records = self.documents = 0
        self.passed: Counter[str] = Counter()
        self.left: Counter[str] = Counter()

    def read(self, stream: Readable, member: str = "") -> Iterator[Report | Refusal]:
        """The reports of a WARC, of the `member` of a WACZ where one is named."""
        limits = self.limits
        records = read_records(
            stream, limit=lambda header: wanted(header, limits), limits=limits, first=self.records + 1
        )
        for record in records:
            self.records = record.number
            begin(f"{self.origin}:{record.number}")  # each record has its own time
            if isinstance(record, Fault):
                self.documents += 1
                yield self._fault(record, member)
                continue
            document = document_in(record, limits)
            if isinstance(document, PassedOver):
                (self.left if document.may_hold_report else self.passed)[document.what] += 1
                continue
            self.documents += 1
            yield from self._reports(document)

    def _fault(self, fault: Fault, member: str) -> Refusal:
        origin = self.origin if fault.reason == "truncated" else f"{self.origin}:{fault.number}"
        message = f"{member}: {fault.message}" if member else fault.message
        return Refusal(origin=origin, reason=fault.reason, message=message)

    def _reports(self, document: Document) -> Iterator[Report | Refusal]:
        number = self.records
        id, origin = f"{self.name}:{number}", f"{self.origin}:{number}"
        if document.raw is None:
            of = "page" if document.kind == "html" else "file"
            yield _at(refuse_large(origin, document.limit, "bytes", of), document.url)
            return
        for result in read_document(document.raw, document.kind, id=id, origin=origin, limits=self.limits):
            if isinstance(result, Refusal):
                yield _at(result, document.url)
            else:
                yield self._of_page(result, document)

    def _of_page(self, report: Report, document: Document) -> Report:
        """`report` with the address and the day of its capture, and with the title that a WACZ gives to a page."""
        notes = (*report.notes, *document.notes)
        if document.kind in CONTAINERS:  # the address of an entry is its own
            return msgspec.structs.replace(report, url=report.url or document.url or None, notes=notes)
        titled = report if report.title else with_title(report, self.titles.get(document.url, ""))
        return msgspec.structs.replace(titled, url=document.url or report.url, notes=notes)

    def end(self) -> Iterator[Refusal]:
        """What is told at the end: that the archive is empty, holds no document, or documents that are not read."""
        if not self.records and not self.documents:
            yield refuse_empty(self.origin)
        elif not self.documents:
            holds = _listed(self.left + self.passed)
            message = f"None of its {self.records:,} records is a document that is read: {holds}; expected {READ}."
            yield Refusal(origin=self.origin, reason="left-out", message=f"{message} Capture the pages themselves.")
        elif self.left:
            message = f"Not read in this archive: {_listed(self.left)}; expected {READ}."
            yield Refusal(origin=self.origin, reason="left-out", message=f"{message} Read them as files.")


def _at(refusal: Refusal, url: str) -> Refusal:
    """`refusal` with the address of the page, by which people know it."""
    return msgspec.structs.replace(refusal, message=f"{url[:200]}: {refusal.message}") if url else refusal


def _listed(counts: Counter[str]) -> str:
    shown = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{count:,} {what}" for what, count in shown[:8])
    return f"{listed} and others" if len(shown) > 8 else listed
