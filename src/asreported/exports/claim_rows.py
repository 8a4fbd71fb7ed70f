"""
A claim as a flat row: what `show.rows` has of it, with according to whom, the review and the incident of the ledger;
and as a record, which lacks nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ..records import Kept, Reading, Report
from ..show.rows import COLUMNS as ROW_COLUMNS
from ..show.rows import claim_row
from .formats import Context, Row
from .source import Source
from .tables import DAY, NUMBER, WHOLE, Unit
from .told import Attested, Told

REVIEW_COLUMNS = {
    "review": "unreviewed, accepted, corrected, rejected or unsure",
    "reviewed_by": "who decided last on the review",
    "reviewed_at": "when, ISO 8601 in UTC",
}
COLUMNS = {
    "key": "key of the claim, REPORT:CLAIM, the same in every export",
    "according_to": "the whole chain of sources from the publisher inwards, never empty",
    **REVIEW_COLUMNS,
    "incident_id": "id of the incident over all reports; empty where the claim is linked to none",
    "report_chain": "key of the first report of its near-copies, its own where there are none: copies tell nothing new",
    **ROW_COLUMNS,
}
TYPES = {
    "figure_low": NUMBER,
    "figure_high": NUMBER,
    "when_start": DAY,
    "when_end": DAY,
    "lat": NUMBER,
    "lon": NUMBER,
    "gazetteer_id": WHOLE,
    "confidence": NUMBER,
    "start": WHOLE,
    "end": WHOLE,
    "trigger_start": WHOLE,
    "trigger_end": WHOLE,
}
RECORD_COLUMNS = {
    "key": COLUMNS["key"],
    "report": "the report: key, id, title, publisher, published, url, text_sha256, chain (first of its near-copies)",
    "claim": "the claim, as docs/output.md says",
    "incident": COLUMNS["incident_id"],
    "review": COLUMNS["review"],
    "according_to": COLUMNS["according_to"],
    "reviewed_by": COLUMNS["reviewed_by"],
    "reviewed_at": COLUMNS["reviewed_at"],
}


def flat_claim(told: Told) -> dict[str, Any]:
    """The row of a claim: the keys of `COLUMNS` in their order."""
    kept, head = told.kept, told.report
    report = Report(id=head.id, title=head.title, publisher=head.publisher, published=head.published, language=None,
                    url=head.url, sha256=head.text_sha256, text="")  # fmt: skip
    return {
        "key": kept.key,
        "according_to": told.according_to,
        "review": kept.review,
        "reviewed_by": told.reviewed_by,
        "reviewed_at": told.reviewed_at,
        "incident_id": kept.incident,
        "report_chain": head.chain,
        **claim_row(Reading(report=report, claims=()), kept.claim),
    }


def whole_claim(told: Told) -> dict[str, Any]:
    """The claim as the ledger keeps it (`records.Kept`), with the keys of `RECORD_COLUMNS`."""
    return {
        **builtins_of(told.kept),
        "according_to": told.according_to,
        "reviewed_by": told.reviewed_by,
        "reviewed_at": told.reviewed_at,
    }


def builtins_of(kept: Kept) -> dict[str, Any]:
    """The record as dicts and lists; days stay days."""
    content: dict[str, Any] = msgspec.to_builtins(kept, builtin_types=(dt.date,))
    return content


def rows(source: Source, context: Context) -> Iterator[Row]:
    """A flat row of each claim."""
    for told in source.told():
        yield Row(told.key, flat_claim(told))


def whole_rows(source: Source, context: Context) -> Iterator[Row]:
    """A record of each claim."""
    for told in source.told():
        yield Row(told.key, whole_claim(told))


def attest(values: Mapping[str, Any]) -> Attested:
    """Of a flat row, whose quotation is the column `evidence`."""
    return Attested(values.get("according_to") or "", values.get("status") or "", values.get("evidence") or "")


def attest_whole(values: Mapping[str, Any]) -> Attested:
    """Of a record."""
    claim = values.get("claim") or {}
    quotation = (claim.get("evidence") or {}).get("text")
    return Attested(values.get("according_to") or "", claim.get("status") or "", quotation or "")


UNIT = Unit(COLUMNS, TYPES, rows, attest)
