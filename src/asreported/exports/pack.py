"""
An evidence pack: a ZIP with claims, their quotations in context, the texts and bytes of their reports, the decisions on
them, a page to read it all, and the SHA-256 of every file.

docs/evidence-pack.md says what each file is. The same content gives the same bytes, but for `made_at` in manifest.json:
names are made of keys and hashes, all times are those of 1980, files come in a fixed order. Bytes of reports are copied
as they were kept, never opened; their copies are called so that no double click runs or renders them. Nothing is packed
that does not hold: a quotation that is not what stands in the text, a text or original that is not what its hash says.
"""

from __future__ import annotations

import functools
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import IO, Any, BinaryIO

import msgspec

from ..records import Kept
from .cells import write_csv
from .formats import Context, Format, Row, default_attest
from .geojson import CLAIM, claim_feature
from .jsons import encode
from .pack_files import text_path
from .pack_manifest import Archive, write_manifests
from .pack_page import PER_PAGE, page_of, write_page
from .pack_reports import PackedReport, pack_originals, pack_text
from .pack_texts import CSV_MORE, around, quotation_lines, readme
from .source import Source
from .told import Attested, ExportError, Told

KEYS = {
    "key": "key of the claim in the ledger",
    "according_to": "the whole chain from the publisher inwards, never empty",
    "status": "actual, planned, possible, attempted, denied or generic",
    "quotation": "the sentence or sentences, verbatim",
    "before": "what stands before them in the text, verbatim, some 240 characters",
    "after": "what stands after them",
    "text_file": "the file with the text; the quotation stands at kept.claim.evidence.start to end, in code points",
    "review": "what people decided: unreviewed, accepted, corrected, rejected or unsure",
    "reviewed_by": "who decided last",
    "reviewed_at": "when, UTC",
    "kept": "the claim with its report and incident, field by field as docs/output.md and docs/ledger.md say",
    "as_read": "the claim before people corrected it; null where nobody did",
    "decisions": "all decisions on the claim, first to last; in the pack they stand in decisions.jsonl",
}
REMEMBERED = 100
"""Texts that are kept unpacked: the claims of one report often come one after the other, but not always."""
CSV_COLUMNS = (*CLAIM, *CSV_MORE)


def rows(source: Source, context: Context) -> Iterator[Row]:
    """One a claim, with its context and all decisions on it."""
    text = functools.lru_cache(REMEMBERED)(source.text)
    for told in source.told():
        yield Row(told.key, claim_values(told, text(told.report.key), source))


def claim_values(told: Told, text: str, source: Source) -> dict[str, Any]:
    """The keys of `KEYS`. Raises: ExportError where the quotation is not what stands in `text`."""
    span = told.claim.evidence
    if text[span.start : span.end] != told.quotation:
        raise ExportError(
            f"row {told.key!r} quotes what does not stand at {span.start} to {span.end} of its report; "
            "`asreported ledger verify` says what is damaged"
        )
    before, after = around(text, span.start, span.end)
    decisions = source.decisions(told.key)
    corrected = any(decision.action == "correct" for decision in decisions)
    return {
        "key": told.key,
        "according_to": told.according_to,
        "status": told.claim.status,
        "quotation": told.quotation,
        "before": before,
        "after": after,
        "text_file": text_path(told.report.key),
        "review": told.kept.review,
        "reviewed_by": told.reviewed_by,
        "reviewed_at": told.reviewed_at,
        "kept": msgspec.to_builtins(told.kept),
        "as_read": msgspec.to_builtins(source.as_read(told.key)) if corrected else None,
        "decisions": msgspec.to_builtins(decisions),
    }


# ---- writing -----------------------------------------------------------------------------


class _Spool:
    """The claims in a passing file, one a line, found again by report; a ZIP takes one file after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.count = 0
        self.reports: dict[str, PackedReport] = {}
        self._at: dict[str, list[int]] = defaultdict(list)

    def fill(self, rows: Iterator[Row]) -> None:
        for row in rows:
            head = row.values["kept"]["report"]
            self.reports.setdefault(head["key"], PackedReport(head))
            self._at[head["key"]].append(self.file.tell())
            self.file.write(encode(row.values) + b"\n")
            self.count += 1

    def all(self) -> Iterator[dict[str, Any]]:
        """In the order of the source."""
        self.file.seek(0)
        for line in self.file:
            yield _decode(line)

    def of(self, report: str) -> Iterator[dict[str, Any]]:
        for position in self._at[report]:
            self.file.seek(position)
            yield _decode(self.file.readline())

    def ordered(self) -> list[PackedReport]:
        """The reports by their day."""
        return sorted(self.reports.values(), key=lambda one: (one.head["published"] or "9999", one.head["key"]))

    def pages(self) -> list[list[PackedReport]]:
        """The reports by page: none is divided, so that a page may hold a few more claims than it should."""
        pages: list[list[PackedReport]] = [[]]
        on_page = 0
        for report in self.ordered():
            if on_page >= PER_PAGE:
                pages.append([])
                on_page = 0
            pages[-1].append(report)
            on_page += len(self._at[report.head["key"]])
        return pages


def _decode(line: bytes) -> dict[str, Any]:
    try:
        content = msgspec.json.decode(line)
    except msgspec.DecodeError:  # lone surrogates
        content = json.loads(line)
    return dict(content)


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """The ZIP, to a stream that need not be seekable. Raises: ExportError, LedgerError."""
    source = context.source
    with tempfile.TemporaryFile() as file, Archive(out) as archive:
        spool = _Spool(file)
        spool.fill(rows)
        for report in spool.ordered():
            report.made = source.made(report.head["key"])
            pack_text(archive, report, source)
        pack_originals(archive, spool.ordered(), source)
        _write_tables(archive, spool)
        _write_pages(archive, spool)
        with archive.open("README.txt") as part:
            part.write(readme(spool.count, len(spool.reports)).encode())
        write_manifests(archive, source, claims=spool.count, reports=len(spool.reports), filter=context.filter)


def _write_tables(archive: Archive, spool: _Spool) -> None:
    with archive.open("claims.jsonl") as part:
        for values in spool.all():
            part.write(encode({name: value for name, value in values.items() if name != "decisions"}) + b"\n")
    with archive.open("claims.csv") as part:
        write_csv([CSV_COLUMNS], CSV_COLUMNS, map(csv_row, spool.all()), part, bom=True)
    with archive.open("decisions.jsonl") as part:
        decisions = (decision for values in spool.all() for decision in values["decisions"])
        part.writelines(encode(decision) + b"\n" for decision in decisions)
    with archive.open("quotations.txt") as part:
        for values in spool.all():
            part.write("\n".join(quotation_lines(values)).encode("utf-8", "replace") + b"\n\n\n")
    with archive.open("reports.jsonl") as part:
        part.writelines(encode(report.values()) + b"\n" for report in spool.ordered())


def _write_pages(archive: Archive, spool: _Spool) -> None:
    pages, number = spool.pages(), 1
    for page, reports in enumerate(pages, 1):
        with archive.open(page_of(page)) as part:
            number = write_page(
                part,
                ((report, spool.of(report.head["key"])) for report in reports),
                page=page,
                pages=len(pages),
                claims=spool.count,
                reports_in_all=len(spool.reports),
                number=number,
            )


def csv_row(values: Mapping[str, Any]) -> dict[str, Any]:
    """The claim flat, as claims.csv has it."""
    kept = msgspec.convert(values["kept"], Kept)
    told = Told(kept=kept, reviewed_by=values["reviewed_by"], reviewed_at=values["reviewed_at"])
    properties: dict[str, Any] = claim_feature(told)["properties"]
    where = kept.claim.where
    point = {"lat": where and where.lat, "lon": where and where.lon}
    texts = {name: values[name] for name in ("before", "after", "text_file")}
    return {**properties, **point, **texts, "text_sha256": kept.report.text_sha256}


def attest(values: Mapping[str, Any]) -> Attested:
    return default_attest(values)


FORMAT = Format(
    name="pack",
    title="Evidence pack",
    schema="asreported-pack 1",
    suffix=".zip",
    media_type="application/zip",
    columns={"claims": KEYS},
    cannot={
        "decisions on pairs of claims or incidents": "they are on no claim alone; incidents are told as they came out",
        "the whole decision log": "it holds decisions on other claims: the pack has those on its own claims, each with "
        "its hash, and the head hash of the log",
        "originals of readings that are in no ledger": "only a ledger keeps the bytes",
    },
    rows=rows,
    write=write,
    attest=attest,
)
