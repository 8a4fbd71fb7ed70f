"""
What became of a report that was to be added: taken, a duplicate of which other, or refused and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import UnknownError
from ..records import Record, Refusal
from .adding import Outcome

if TYPE_CHECKING:
    from .store import Ledger

OUTCOMES = ("new", "copy", "reread", "known", "refused")
LIKE = (
    "SELECT r.key FROM chains mine JOIN reports me ON me.n = mine.report_n JOIN chains c ON c.chain_n = mine.chain_n "
    "JOIN reports r ON r.n = c.report_n WHERE me.key = ? AND r.n <> me.n ORDER BY r.n LIMIT 1"
)
"""Of the near-copies of a report the one that was added first."""


class Item(Record, frozen=True, kw_only=True):
    """What became of one report, or of what was to be one."""

    origin: str
    """The name of the file; of a part of one `FILE:N`."""
    outcome: str
    """`new`, `copy` (new, and nearly the same as another), `reread`, `known` (it was there) or `refused`."""
    report: str | None = None
    title: str = ""
    claims: int = 0
    copy_of: str | None = None
    """The report that it is nearly the same as."""
    copy_title: str = ""
    known_from: str | None = None
    """Of a known report, where it was taken from at first."""
    reason: str | None = None
    """Why it was refused: a key of `errors.REFUSALS`, or `unread`."""
    message: str = ""

    @classmethod
    def refused(cls, origin: str, reason: str, message: str) -> Item:
        return cls(origin=origin, outcome="refused", reason=reason, message=message)


def item_of(ledger: Ledger, outcome: Outcome) -> Item:
    """What `outcome` says, with the report that it is a duplicate of."""
    origin, result = outcome.origin or "", outcome.result
    if isinstance(result, Refusal):
        return Item.refused(result.origin, result.reason, result.message)
    key, like, first = result.report_key, None, None
    if result.outcome == "copy" and (row := ledger.database.one(LIKE, (key,))):
        like = ledger.head(row[0])
    if result.outcome == "known":
        first = next((from_ for _, from_, _, _ in ledger.fetcher.captures(key)), None)
    return Item(
        origin=origin,
        outcome=result.outcome,
        report=key,
        title=_title(ledger, key),
        claims=result.claims,
        copy_of=like.key if like else None,
        copy_title=like.title if like else "",
        known_from=first,
    )


def _title(ledger: Ledger, key: str) -> str:
    """Empty where the report is not kept, since it is only foreseen."""
    try:
        return ledger.head(key).title
    except UnknownError:
        return ""
