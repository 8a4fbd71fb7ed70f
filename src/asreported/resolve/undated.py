"""
Why a claim with words of time has no days: nothing is dated in silence, and nothing is left undated in silence.

The reasons are those of resolve/anchors.py ("vague", "recurring", "a duration without an anchor", "no publication
date"); words that mean days by themselves, but that other words of the claim contradict, are said to name no one time.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..records import Annotation, Event, Report, When
from .anchors import Unresolved
from .datelines import published_of
from .dates import resolve_date
from .days import Days
from .letter_case import legible

NO_ONE_TIME = "its words name no one time"


def why_undated(report: Report, annotation: Annotation, whens: Sequence[When | None]) -> tuple[str | None, ...]:
    """For each event of `annotation` with words of time and no `When` in `whens` the reason; None for the others."""
    view, seen = legible(report, annotation)
    published = published_of(view)
    return tuple(
        _reason(event, published) if when is None else None for event, when in zip(seen.events, whens, strict=True)
    )


def _reason(event: Event, published: Days | None) -> str | None:
    words = [mention.span.text for mention in event.roles if mention.role == "time"]
    if not words:
        return None
    read = [resolve_date(text, published=published, context=event.sentence.text) for text in words]
    return next((value.reason for value in read if isinstance(value, Unresolved)), NO_ONE_TIME)
