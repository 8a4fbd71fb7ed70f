"""
A claim as exports take it, and what no row may lack: according to whom, with which status, in which words.
"""

from __future__ import annotations

from typing import NamedTuple

from ..errors import AsreportedError
from ..records import Claim, Kept, Record, ReportHead
from ..show.found import tell_chain


class ExportError(AsreportedError):
    """Raised where an export cannot be made or would say less than it must: names the row and the next step."""


class Attested(NamedTuple):
    """What every row carries; `status` and `quotation` of a row of several claims are theirs, joined."""

    according_to: str
    status: str
    quotation: str


class Told(Record, frozen=True, kw_only=True):
    """A claim of a ledger or of readings, with who decided on it last."""

    kept: Kept
    reviewed_by: str | None = None
    reviewed_at: str | None = None

    @property
    def claim(self) -> Claim:
        return self.kept.claim

    @property
    def report(self) -> ReportHead:
        return self.kept.report

    @property
    def key(self) -> str:
        return self.kept.key

    @property
    def according_to(self) -> str:
        """The whole chain from the publisher inwards, never empty."""
        return tell_chain(self.kept)

    @property
    def quotation(self) -> str:
        return self.kept.claim.evidence.text

    @property
    def attested(self) -> Attested:
        return Attested(self.according_to, self.claim.status, self.quotation)


class Group(NamedTuple):
    """The claims that tell of one incident; one that is linked to none is with others of its report, or alone."""

    id: str
    told: tuple[Told, ...]


def check_attested(id: str, attested: Attested) -> None:
    """
    Raises: ExportError where a row has no source chain, no status or no quotation.

        >>> check_attested("r:1", Attested("a paper", "actual", " "))
        Traceback (most recent call last):
        asreported.exports.told.ExportError: row 'r:1' has no quotation, and no row is exported without one
    """
    for name, value in zip(("source chain", "status", "quotation"), attested, strict=True):
        if not value.strip():
            raise ExportError(f"row {id!r} has no {name}, and no row is exported without one")
