"""
What reading again with another reader changed: claims that came, claims that went, claims that are told otherwise.

A claim that went and one that came are the same one told otherwise where their triggers overlap.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from ..errors import LedgerError
from ..records import Claim, Record
from .codec import escape, unescape
from .fetching import Fetcher
from .store import Ledger

LABELS = ("id", "confidence", "incident")
"""Fields that say nothing of what happened."""


class Altered(Record, frozen=True, kw_only=True):
    """A claim of both readings, and the fields in which they differ."""

    old: Claim
    new: Claim
    fields: tuple[str, ...]


class Change(Record, frozen=True, kw_only=True):
    """What one reading of a report changed against the one before."""

    report: str
    """Key of the report."""
    title: str
    old_reader: str
    new_reader: str
    added: tuple[Claim, ...]
    gone: tuple[Claim, ...]
    altered: tuple[Altered, ...]


def list_changes(ledger: Ledger, since: str | None = None) -> Iterator[Change]:
    """
    What changed in each report that was read more than once: its latest reading against the one by the reader `since`.

    Without `since`, against the reading just before. Reports of which `since` has no reading, or the latest one, are
    left out, and so are those of which nothing changed. Raises: LedgerError where `since` read nothing at all.
    """
    if since is not None:
        _check_reader(ledger, since)
    reports = ledger.database.each(
        "SELECT n, key, title FROM reports WHERE n > ? AND n IN "
        "(SELECT report_n FROM readings GROUP BY report_n HAVING count(*) > 1) ORDER BY n",
        (0,),
    )
    for report_n, key, title in reports:
        sql = "SELECT n, reader FROM readings WHERE report_n = ? ORDER BY n"
        readings = ledger.database.rows(sql, (report_n,))
        earlier = [row for row in readings[:-1] if since is None or row[1] == escape(since)]
        if not earlier:
            continue
        (old_n, old_reader), (new_n, new_reader) = earlier[-1], readings[-1]
        added, gone, altered = compare(*_claims(ledger.fetcher, old_n, new_n))
        if added or gone or altered:
            yield Change(
                report=key,
                title=unescape(title),
                old_reader=unescape(old_reader),
                new_reader=unescape(new_reader),
                added=added,
                gone=gone,
                altered=altered,
            )


def _check_reader(ledger: Ledger, reader: str) -> None:
    rows = ledger.database.rows("SELECT reader FROM readings GROUP BY reader ORDER BY min(n)")
    readers = [unescape(row[0]) for row in rows]
    if reader not in readers:
        some = "; ".join(readers) or "nobody yet"
        raise LedgerError(f"{ledger.database.name}: nothing was read by {reader!r}; the readers are: {some}")


def _claims(fetcher: Fetcher, old_n: int, new_n: int) -> tuple[tuple[Claim, ...], tuple[Claim, ...]]:
    return fetcher.claims_of(old_n), fetcher.claims_of(new_n)


def compare(
    old: Sequence[Claim], new: Sequence[Claim]
) -> tuple[tuple[Claim, ...], tuple[Claim, ...], tuple[Altered, ...]]:
    """The claims that came, those that went, and the pairs told otherwise, each in the order of the text."""
    old_ids, new_ids = {claim.id for claim in old}, {claim.id for claim in new}
    gone = [claim for claim in old if claim.id not in new_ids]
    added = [claim for claim in new if claim.id not in old_ids]
    altered = []
    for claim in list(gone):
        # Of several that overlap, the one of the same kind first: "shelling that killed" may be two claims of one word.
        same = [c for c in added if c.trigger.start < claim.trigger.end and c.trigger.end > claim.trigger.start]
        if same:
            other = min(same, key=lambda c: (c.kind != claim.kind, c.status != claim.status, c.trigger.start))
            altered.append(Altered(old=claim, new=other, fields=differing(claim, other)))
            gone.remove(claim)
            added.remove(other)
    return tuple(added), tuple(gone), tuple(altered)


def differing(old: Claim, new: Claim) -> tuple[str, ...]:
    """The names of the fields in which two claims differ, labels left out."""
    fields = (field.name for field in msgspec.structs.fields(Claim))
    return tuple(name for name in fields if name not in LABELS and getattr(old, name) != getattr(new, name))
