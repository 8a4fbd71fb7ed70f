"""
The fields of a claim that people may correct, each told on one line: what was read beside what it was corrected to.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ..compare.chains import name_sources
from ..ledger.decisions import CORRECTABLE, Decision, fold
from ..records import Claim, Record
from ..show.words import LABELS, tell_figure, tell_when, tell_where

NONE = "none"
NAMES = {
    "kind": "kind",
    "status": "status",
    "trigger": "trigger",
    "evidence": "sentences",
    "roles": "who, whom, where",
    "figures": "how many",
    "sources": "according to",
    "when": "when",
    "undated": "why undated",
    "where": "where",
}
"""Field → the word that people read."""


class Line(Record, frozen=True, kw_only=True):
    """One field before and after."""

    name: str
    before: str
    after: str


def tell_field(claim: Claim, field: str) -> str:
    """The value of a field in words; `none` where there is none."""
    match field:
        case "trigger" | "evidence":
            return f"“{getattr(claim, field).text}”"
        case "roles":
            return "; ".join(f"{LABELS.get(role.role, role.role)} “{role.text}”" for role in claim.roles) or NONE
        case "figures":
            return "; ".join(f"{tell_figure(figure)} (“{figure.text}”)" for figure in claim.figures) or NONE
        case "sources":
            return " quoting ".join(name_sources(claim)) or "the publisher itself"
        case "when":
            return f"{tell_when(claim.when)} (“{claim.when.text}”)" if claim.when else NONE
        case "where":
            return f"{tell_where(claim.where)} (“{claim.where.text}”)" if claim.where else NONE
    return str(getattr(claim, field) or NONE)


def compare_claims(before: Claim, after: Claim) -> tuple[Line, ...]:
    """The fields in which two states of one claim differ."""
    changed = [field for field in CORRECTABLE if getattr(before, field) != getattr(after, field)]
    return tuple(
        Line(name=NAMES.get(field, field), before=tell_field(before, field), after=tell_field(after, field))
        for field in changed
    )


class Entry(Record, frozen=True, kw_only=True):
    """One decision of a claim's history, and what it changed."""

    decision: Decision
    before: str
    """The review before it and after it."""
    after: str
    lines: tuple[Line, ...]
    undone_by: Decision | None


def tell_history(as_read: Claim, history: Sequence[Decision]) -> tuple[Entry, ...]:
    """Each decision of `history` in order, those that were undone too."""
    undone = {decision.value: decision for decision in history if decision.action == "undo"}
    entries, before, review = [], as_read, "unreviewed"
    for count, decision in enumerate(history, 1):
        state = fold(history[:count])
        after = _corrected(as_read, state.corrections)
        entries.append(
            Entry(
                decision=decision,
                before=review,
                after=state.review,
                lines=compare_claims(before, after),
                undone_by=undone.get(decision.n),
            )
        )
        before, review = after, state.review
    return tuple(entries)


def _corrected(claim: Claim, corrections: dict[str, object]) -> Claim:
    """As `apply_corrections`, for corrections that were checked when they were made."""
    return msgspec.convert(msgspec.to_builtins(claim) | corrections, Claim)
