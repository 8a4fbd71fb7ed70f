"""
What a ledger holds, in numbers and in lines for people.
"""

from __future__ import annotations

from pathlib import Path

from ..records import Record
from .codec import unescape
from .store import Ledger


class Info(Record, frozen=True, kw_only=True):
    """What is kept. `claims` are those of the latest readings; `earlier` those that only earlier ones had."""

    where: str
    version: str
    ledger_id: str
    made_at: str
    reports: int
    chains: int
    """Reports, near-copies of one another counted once."""
    originals: int
    bytes: int
    claims: int
    earlier: int
    reviewed: dict[str, int]
    readers: dict[str, int]
    """How many reports each reader read, in the order in which they came."""
    decisions: int
    head: str
    file_bytes: int | None
    """Size of the database file; None with PostgreSQL."""


def count(ledger: Ledger) -> Info:
    """All numbers, of one state of the ledger."""
    database = ledger.database

    def number(sql: str) -> int:
        return int((database.one(sql) or (0,))[0] or 0)

    with database.snapshot():
        meta: dict[str, str] = dict(database.rows("SELECT key, value FROM meta"))
        decisions, head = ledger.log_head()
        readers = database.rows("SELECT reader, count(DISTINCT report_n) FROM readings GROUP BY reader ORDER BY min(n)")
        reviews = database.rows("SELECT review, count(*) FROM claims WHERE review <> 'unreviewed' GROUP BY review")
        return Info(
            where=database.name,
            version=meta.get("schema_version", ""),
            ledger_id=meta.get("ledger_id", ""),
            made_at=meta.get("made_at", ""),
            reports=number("SELECT count(*) FROM reports"),
            chains=number("SELECT count(DISTINCT chain_n) FROM chains"),
            originals=number("SELECT count(*) FROM originals"),
            bytes=number("SELECT sum(bytes) FROM originals"),
            claims=number("SELECT count(*) FROM claims WHERE current = 1"),
            earlier=number("SELECT count(*) FROM claims WHERE current = 0"),
            reviewed=dict(sorted(reviews)),
            readers={unescape(reader): reports for reader, reports in readers},
            decisions=decisions,
            head=head,
            file_bytes=Path(str(database.where), "ledger.sqlite").stat().st_size
            if database.dialect == "sqlite"
            else None,
        )


def tell(info: Info) -> list[str]:
    """Lines for people."""
    size = "" if info.file_bytes is None else f" (database {info.file_bytes / 1e6:,.1f} MB)"
    reviewed = ", ".join(f"{number:,} {review}" for review, number in info.reviewed.items())
    lines = [
        f"ledger: {info.where}{size}",
        f"made: {info.made_at}, version {info.version}, id {info.ledger_id}",
        f"originals: {info.originals:,} ({info.bytes / 1e6:,.1f} MB)",
        f"reports: {info.reports:,}, or {info.chains:,} if near-copies count once",
        f"claims: {info.claims:,}" + (f", and {info.earlier:,} of earlier readings" if info.earlier else ""),
        *(f"read by: {reader}: {reports:,} reports" for reader, reports in info.readers.items()),
        f"decisions: {info.decisions:,}" + (f" ({reviewed})" if reviewed else ""),
    ]
    return [*lines, f"head of their chain: {info.head}"] if info.decisions else lines
