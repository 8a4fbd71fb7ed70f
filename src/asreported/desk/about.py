"""
What is known about a report beside its words: where it was taken from, who read it when, which reports are its copies.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..ledger.codec import unescape, unescape_some
from ..ledger.database import Database
from ..ledger.rows import HEAD_SQL, head_of
from ..records import Record, ReportHead

MOST_COPIES = 50
"""Near-copies that are listed; a notice may be printed by hundreds."""


class Capture(Record, frozen=True, kw_only=True):
    """Bytes that the report was taken from."""

    sha256: str
    bytes: int
    locator: str
    """The place in them: the number of a line, or nothing."""
    origin: str | None
    extractor: str | None
    notes: tuple[str, ...]
    added_at: str


class Copy(Record, frozen=True, kw_only=True):
    """Another report of the same chain of near-copies."""

    report: ReportHead
    similarity: float | None
    """The share of the shorter text that both have; None where they hang together through a third."""


class Facts(Record, frozen=True, kw_only=True):
    """Where a report came from, and who read it when."""

    language: str | None
    added_at: str
    characters: int
    reader: str | None
    read_at: str | None
    captures: tuple[Capture, ...]
    copies: tuple[Copy, ...]
    other_copies: int = 0
    """How many more there are than are listed."""


def read_facts(database: Database, report_n: int, characters: int) -> Facts:
    """What is known about the report with this row number, whose text has so many characters."""
    language, added_at = database.one("SELECT language, added_at FROM reports WHERE n = ?", (report_n,)) or ("", "")
    read = database.one(
        "SELECT reader, read_at FROM readings WHERE report_n = ? ORDER BY n DESC LIMIT 1", (report_n,)
    ) or (None, None)
    copies = _copies(database, report_n)
    return Facts(
        language=unescape_some(language),
        added_at=added_at,
        characters=characters,
        reader=unescape_some(read[0]),
        read_at=read[1],
        captures=_captures(database, report_n),
        copies=copies[:MOST_COPIES],
        other_copies=_chain_size(database, report_n) - 1 - min(MOST_COPIES, len(copies)),
    )


def _captures(database: Database, report_n: int) -> tuple[Capture, ...]:
    rows = database.rows(
        "SELECT o.sha256, o.bytes, c.locator, c.origin, c.extractor, c.notes, c.added_at FROM captures c "
        "JOIN originals o ON o.sha256 = c.original_sha256 WHERE c.report_n = ? "
        "ORDER BY c.added_at, o.sha256, c.locator",
        (report_n,),
    )
    return tuple(
        Capture(
            sha256=sha,
            bytes=size,
            locator=unescape(locator),
            origin=unescape_some(origin),
            extractor=unescape_some(extractor),
            notes=tuple(json.loads(unescape(notes))),
            added_at=added_at,
        )
        for sha, size, locator, origin, extractor, notes, added_at in rows
    )


def _copies(database: Database, report_n: int) -> tuple[Copy, ...]:
    """The other reports of the chain, those first that are compared with this one directly."""
    pairs: dict[int, float] = {}
    sql = "SELECT report_n, other_n, similarity FROM copies WHERE report_n = ? OR other_n = ?"
    for first, second, similarity in database.rows(f"{sql} LIMIT 1000", (report_n, report_n)):
        pairs[second if first == report_n else first] = similarity
    chain = "SELECT m.report_n FROM chains o JOIN chains m ON m.chain_n = o.chain_n WHERE o.report_n = ?"
    members = database.rows(f"{chain} AND m.report_n <> ? ORDER BY m.report_n LIMIT 1000", (report_n, report_n))
    order = sorted((n for (n,) in members), key=lambda n: (-pairs.get(n, 0.0), n))[: MOST_COPIES + 1]
    heads = read_heads(database, order)
    return tuple(Copy(report=heads[n], similarity=pairs.get(n)) for n in order if n in heads)


def _chain_size(database: Database, report_n: int) -> int:
    sql = "SELECT count(*) FROM chains WHERE chain_n = (SELECT chain_n FROM chains WHERE report_n = ?)"
    return max(1, int((database.one(sql, (report_n,)) or (1,))[0]))


def read_heads(database: Database, report_ns: Sequence[int]) -> dict[int, ReportHead]:
    """The heads of reports by their row numbers."""
    if not report_ns:
        return {}
    marks = ", ".join("?" * len(report_ns))
    sql = HEAD_SQL.replace("SELECT ", "SELECT r.n, ", 1)
    return {row[0]: head_of(row[1:]) for row in database.rows(f"{sql} WHERE r.n IN ({marks})", list(report_ns))}
