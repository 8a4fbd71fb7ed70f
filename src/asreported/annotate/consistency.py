"""
What the claims of one sentence cannot all say: settled between them after each was decoded alone.

The network looks at one trigger at a time. A figure that it gives to two triggers ("killing 12 and wounding 30")
belongs as a rule to one of them: in 3,400 annotated figures, one in twenty is shared.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from asreported.records import Event, Mention, Span

SHARED = 0.8
"""A figure stays with a second trigger only if that is nearly as sure of it, and has no figure of its own."""
SECOND = 0.85
"""A trigger has a second figure ("seven, including two women") or time only if it is nearly as sure of that."""

SETTLED = ("figure", "time")


def settle_figures(events: Sequence[Event]) -> list[Event]:
    """`events` with each figure left to the trigger surest of it, and without doubtful second figures and times."""
    best: dict[tuple[int, int], float] = {}
    claims = [
        (number, mention) for number, event in enumerate(events) for mention in event.roles if _is_figure(mention)
    ]
    for _, mention in claims:
        key = _key(mention.span)
        best[key] = max(best.get(key, 0.0), mention.score)
    own = {number for number, mention in claims if mention.score >= best[_key(mention.span)]}
    return [_kept(event, best, number in own) for number, event in enumerate(events)]


def _kept(event: Event, best: dict[tuple[int, int], float], has_own: bool) -> Event:
    if all(mention.role not in SETTLED for mention in event.roles):
        return event

    def stays(mention: Mention) -> bool:
        top = best[_key(mention.span)]
        return mention.score >= top or (not has_own and mention.score >= SHARED * top)

    roles = tuple(m for m in event.roles if not _is_figure(m) or stays(m))
    top = {role: max((m.score for m in roles if m.role == role), default=0.0) for role in SETTLED}
    roles = tuple(m for m in roles if m.score >= SECOND * top.get(m.role, 0.0))
    return event if len(roles) == len(event.roles) else msgspec.structs.replace(event, roles=roles)


def _is_figure(mention: Mention) -> bool:
    return mention.role == "figure"


def _key(span: Span) -> tuple[int, int]:
    return span.start, span.end
