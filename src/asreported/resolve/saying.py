"""
The day of saying: "X said on Thursday that 1,000 fighters remain" is a strength as of that Thursday.

Only present states and figures are dated so (codebook section 8): what the source tells of the past or of plans keeps
its own time or none. data/states.toml lists the kinds and the verb forms that say how things stand.
"""

from __future__ import annotations

import functools
import re

import msgspec

from ..codebook import load_table
from ..records import Event, Offsets, Report, Span, When
from .date_words import MONTHS, WEEKDAYS
from .dates import DateValue, resolve_date
from .days import Days

_MONTH = "(?:" + "|".join(m.capitalize() for m in MONTHS) + ")"
_SAID_DAY = (
    r"(?:(?:late|early|earlier) )?(?:on )?(?:(?:last|this) )?"
    rf"(?:{'|'.join(w.capitalize() for w in WEEKDAYS)}|yesterday|today"
    rf"|\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})"
    r"(?: (?:morning|afternoon|evening|night))?\b"
)
AFTER_CUE = re.compile(rf"(?:\s+(?!that\b|and\b|but\b)[\w’'-]+){{0,6}}?,?\s+(?P<day>{_SAID_DAY})")
"""From the cue on: "said in a statement on Thursday", but not beyond "that", "and", "but"."""
BEFORE_CUE = re.compile(rf"(?P<day>{_SAID_DAY})[^.;:\"“”]{{0,90}}$")
"""Up to the cue: "on Sunday said", "Speaking on Tuesday, the general claimed"."""
LONGEST_LEAD = 160


class _State(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: str
    verbs: tuple[str, ...]


class _Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    words: tuple[str, ...]


class _States(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: tuple[_State, ...]
    helpers: _Words


@functools.cache
def _states() -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
    table = load_table("states.toml", _States)
    return {s.kind: s.verbs for s in table.state}, frozenset(table.helpers.words)


def day_of_saying(report: Report, event: Event, published: Days | None) -> When | None:
    """The day on which the innermost source said so, for a present state that has no time of its own."""
    if not event.sources or event.status not in ("actual", "denied", "possible", "planned") or not is_state(event):
        return None
    cue = event.sources[-1].cue
    span = _day_near(report, event, cue) if cue is not None else None
    if span is None:
        return None
    value = resolve_date(span.text, published=published)
    if not isinstance(value, DateValue):
        return None
    return When(
        start=value.start,
        end=value.end,
        text=span.text,
        span=Offsets(start=span.start, end=span.end),
        basis="context",
        rule=f"day-of-saying {value.rule}",
        grain=value.grain,
        modifier=value.modifier,
    )


def is_state(event: Event) -> bool:
    """True where the claim tells how things stand when the source speaks."""
    table, helpers = _states()
    verbs = table.get(event.kind)
    if verbs is None:
        return False
    trigger = event.trigger.text.lower()
    before = event.sentence.text[: event.trigger.start - event.sentence.start].lower().split()[-2:]
    present = any(trigger == v or trigger.startswith(v + " ") for v in verbs)
    # "were still needed", "are surrounded", "were preventing": a state at the time of speaking, set back a tense
    helped = any(w in helpers for w in before) and (trigger.endswith("ing") or _starts(trigger, verbs))
    return present or helped


def _starts(trigger: str, verbs: tuple[str, ...]) -> bool:
    return "-" not in trigger and any(trigger.startswith(v[:5]) for v in verbs)


def _day_near(report: Report, event: Event, cue: Span) -> Span | None:
    """The day named beside the cue, in the sentence of the trigger."""
    first, last = event.sentence.start, event.sentence.end
    if not first <= cue.start < last:
        return None
    match = AFTER_CUE.match(report.text, cue.end, min(last, cue.end + LONGEST_LEAD))
    if match is None:
        match = BEFORE_CUE.search(report.text, max(first, cue.start - LONGEST_LEAD), cue.start)
    return report.span(match.start("day"), match.end("day")) if match else None
