"""
The history of links: which incident each claim was in, and when that changed. Rows are added, each chained to the one
before by its hash, so that a row that was changed or taken out is found.

The hashes are of claims by their numbers, which a claim keeps for good; a dump that is loaded elsewhere gives other
numbers, and is chained anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .codec import canonical, escape, sha256
from .database import Database

FIRST = "0" * 64
"""What the first link has as the hash before it."""


class Link(NamedTuple):
    """A claim put into an incident; '' takes it out of the one that it was in."""

    claim_n: int
    incident: str
    matcher: str
    linked_at: str


def append_links(database: Database, links: Sequence[Link]) -> None:
    """Add rows to the history; within `database.write()`. The column `incident` of the claims is the caller's."""
    row = database.one("SELECT sha256 FROM links ORDER BY n DESC LIMIT 1")
    previous = row[0] if row else FIRST
    rows = []
    for link in links:
        values = (link.claim_n, escape(link.incident), escape(link.matcher), link.linked_at)
        previous = link_hash(previous, *values)
        rows.append((*values, previous))
    database.executemany(
        "INSERT INTO links (claim_n, incident, matcher, linked_at, sha256) VALUES (?, ?, ?, ?, ?)", rows
    )


def link_hash(previous: str, claim_n: int, incident: str, matcher: str, linked_at: str) -> str:
    """The SHA-256 of the hash before, a line feed, and the row as it is kept, as canonical JSON."""
    return sha256(f"{previous}\n{canonical([claim_n, incident, matcher, linked_at])}".encode())


def check_links(database: Database) -> Iterator[tuple[str, str]]:
    """What does not follow from the row before it: the thing, and what is wrong with it."""
    previous = FIRST
    sql = "SELECT n, claim_n, incident, matcher, linked_at, sha256 FROM links WHERE n > ? ORDER BY n"
    for n, claim_n, incident, matcher, linked_at, digest in database.each(sql, (-(2**62),)):
        if link_hash(previous, claim_n, incident, matcher, linked_at) != digest:
            yield f"link {n}", "it was changed, or the one before it was taken out"
        previous = digest


def was_incident(database: Database, id: str) -> bool:
    """Whether any claim is, or ever was, in the incident."""
    return database.one("SELECT 1 FROM links WHERE incident = ? LIMIT 1", (escape(id),)) is not None
