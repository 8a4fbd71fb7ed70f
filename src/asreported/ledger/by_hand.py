"""
A claim that the reader missed, added by a person: a reading of its own, of this claim and all that the latest one had.

It is accepted in the same transaction by who added it, so that it stays when another model reads the report again. The
reader's name says whose reading it builds on: to `add` and `reread`, a report with claims added by hand was read by the
model that read the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..codebook import STATUSES, kinds
from ..errors import LedgerError, UnknownError
from ..records import VECTOR_BYTES, Claim
from .codec import unescape
from .decisions import append, quotes
from .fetching import decode_reading
from .keeping import ADDED, Place, index_reading, keep_claims_json, stored_report
from .rows import now

if TYPE_CHECKING:
    from .store import Ledger


def read_by(reader: str) -> str:
    """
    The reader that a reading builds on.

        >>> read_by("model 3, asreported 0.1.0 + claim 2c3d by A. Reader"), read_by("model 3")
        ('model 3, asreported 0.1.0', 'model 3')
    """
    return reader.partition(ADDED)[0]


def added_claim(reader: str) -> str | None:
    """
    The id of the claim that a reading by hand added, None of a reading by a model.

        >>> added_claim("model 3, asreported 0.1.0 + claim 2c3d by A. Reader"), added_claim("model 3")
        ('2c3d', None)
    """
    _, added, rest = reader.partition(ADDED)
    return rest.partition(" by ")[0] if added else None


def add_claim(ledger: Ledger, report_key: str, claim: Claim, who: str, why: str, vector: bytes | None) -> str:
    """
    Keep `claim` of the report and accept it as `who`, in one transaction; returns its key.

    `vector` is what linking compares it by (`asreported.annotate.vectors`), None where that is not known. Raises:
    UnknownError where there is no such report, LedgerError where the claim is there already or does not fit its text.
    """
    _check(claim, ledger.text(report_key))
    database, key = ledger.database, f"{report_key}:{claim.id}"
    try:
        with database.write():
            row = database.one(
                "SELECT r.n, r.id, r.title, r.publisher, r.published, r.url, g.n, g.reader, g.claims, g.vectors "
                "FROM reports r JOIN readings g ON g.report_n = r.n WHERE r.key = ? ORDER BY g.n DESC LIMIT 1",
                (report_key,),
            )
            if row is None:
                raise UnknownError(f"{database.name}: the report {report_key!r} was never read")
            report_n, *head, reading_n, reader, content, vectors = row
            claims = decode_reading(reading_n, bytes(content))
            if database.one("SELECT 1 FROM claims WHERE report_n = ? AND id = ?", (report_n, claim.id)):
                raise LedgerError(f"the claim {key} is in the ledger already; correct that one")
            name = f"{read_by(unescape(reader))}{ADDED}{claim.id} by {who}"
            added = (*claims, claim)
            n = keep_claims_json(database, report_n, added, name, now(), vectors=_vectors(vectors, len(claims), vector))
            index_reading(database, Place(report_n, n or 0, stored_report(*head)), report_key, added)
            decision = append(database, (), key, "accept", None, who, why or "added by hand", 0)
            database.execute(
                "UPDATE claims SET review = 'accepted' WHERE report_n = ? AND id = ?", (report_n, claim.id)
            )
    except BaseException:
        ledger.fetcher.forget()
        raise
    return decision.target


def _check(claim: Claim, text: str) -> None:
    if claim.kind not in {kind.key for kind in kinds()} or claim.status not in STATUSES:
        raise LedgerError(f"{claim.kind!r}, {claim.status!r}: not in the codebook; docs/codebook.md lists both")
    for start, end, quoted in quotes(claim):
        if not 0 <= start < end or text[start:end] != quoted:
            raise LedgerError(f"the claim quotes {quoted[:80]!r}, which is not what stands at {start} to {end}")


def _vectors(kept: bytes | None, count: int, vector: bytes | None) -> tuple[bytes, ...]:
    """Those of the claims before with the new one's; one that is not known is like no other (all zero)."""
    if kept is None:
        return (vector,) if vector and not count else ()
    return bytes(kept), vector or bytes(VECTOR_BYTES)
