"""
The day of an event that names none: an attack and its deaths happened on one day, which a report names once.

"A bomb hit the market on Sunday. It killed twelve" dates the deaths too, and so does the headline over it. A day is
lent by the event told next to it: in the same sentence where the kinds go together; from the sentences before, and to a
headline from those below it, for acts of violence alone. A story of a campaign goes on over many days, so that a battle
lends nothing beyond its sentence, no stretch is lent, and nothing in the present perfect ("have been killed") borrows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from asreported.codebook import load_table
from asreported.records import Annotation, Event, Report, When

ADJACENT = 3
"""Characters between a sentence and the next: there may be a line's end and a quotation mark."""
NEAR = 300
"""Characters between an event's sentence and an earlier one that may lend over another one."""
THE_NEAR = 4
"""Sentences with events back to which "the attack" points."""
BELOW = 2
"""Sentences with events, below a headline, that tell what it tells."""
LONGEST = 1
"""Days from first to last of what is lent: a day, or a night between two."""

PERFECT_RE = re.compile(r"\b(?:has|have|had been|since|years|months)\b(?: [\w-]+){0,3} ?$")
ELSEWHERE_RE = re.compile(
    r"\b(?:after|before|since|until|following) \w|(?:days?|nights?|weeks?|months?|years?)\b", re.IGNORECASE
)
"""Not "now", "later", "shortly after", which go with the day of the story."""
POINTING_RE = re.compile(r"\b(?:the|this) $", re.IGNORECASE)
NAME_RE = re.compile(r"[A-Z][a-z-]+")


class _Group(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kinds: tuple[str, ...]
    beyond_sentence: bool


class _Groups(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    group: tuple[_Group, ...]


_GROUPS = load_table("dated_together.toml", _Groups).group


def lend_days(report: Report, annotation: Annotation, whens: Sequence[When | None]) -> tuple[When | None, ...]:
    """
    `whens` (one for each event of `annotation`), where events without a day have that of the incident told beside them.
    """
    events = annotation.events
    told = _by_sentence(events)
    lent = list(whens)
    for number, inside in enumerate(told):
        for i in inside:
            if whens[i] is None and events[i].status == "actual" and not _has_a_time(events[i]):
                lent[i] = _borrowed(report, events, whens, told, number, i)
    return tuple(lent)


def _has_a_time(event: Event) -> bool:
    """True where the claim's own words of time lead away from the day beside it, though not read."""
    return any(m.role == "time" and ELSEWHERE_RE.search(m.span.text) for m in event.roles)


def _by_sentence(events: Sequence[Event]) -> list[list[int]]:
    """The numbers of the events of each sentence that has any, in the order of the text."""
    told: dict[int, list[int]] = {}
    for i, event in enumerate(events):
        told.setdefault(event.sentence.start, []).append(i)
    return [told[start] for start in sorted(told)]


def _borrowed(
    report: Report,
    events: Sequence[Event],
    whens: Sequence[When | None],
    told: Sequence[Sequence[int]],
    number: int,
    i: int,
) -> When | None:
    """The day of the nearest event of the likeliest circle that has one to lend."""
    for circle in _circles(report, events, told, number, i):
        lenders = [j for j in circle if _may_lend(events[j], whens[j])]
        if lenders:
            nearest = min(lenders, key=lambda j: (abs(events[j].trigger.start - events[i].trigger.start), j))
            when = whens[nearest]
            return when and msgspec.structs.replace(when, basis="context", rule=f"same-incident {when.rule}")
    return None


def _circles(
    report: Report, events: Sequence[Event], told: Sequence[Sequence[int]], number: int, i: int
) -> Iterator[list[int]]:
    """The events that may lend to event `i` of sentence `number`, the likeliest first."""
    event = events[i]
    yield [j for j in told[number] if _go_together(event.kind, events[j].kind)]
    if event.trigger.end <= len(report.title):
        yield _violent(event, events, told[number + 1 : number + 1 + BELOW])
        return
    before = event.sentence.text[: event.trigger.start - event.sentence.start][-45:]
    if PERFECT_RE.search(before):
        return
    last = _violent(event, events, told[max(0, number - 1) : number])
    yield [j for j in last if event.sentence.start - events[j].sentence.end <= ADJACENT]
    two = _violent(event, events, told[max(0, number - 2) : number])
    yield [j for j in two if event.sentence.start - events[j].sentence.end <= NEAR and _places_agree(event, events[j])]
    if POINTING_RE.search(before):
        more = _violent(event, events, told[max(0, number - THE_NEAR) : number])
        yield [j for j in more if _places_agree(event, events[j])]


def _violent(event: Event, events: Sequence[Event], sentences: Sequence[Sequence[int]]) -> list[int]:
    """The events of `sentences` that go together with `event` beyond its own."""
    return [j for inside in sentences for j in inside if _go_together(event.kind, events[j].kind, beyond_sentence=True)]


def _go_together(one: str, other: str, *, beyond_sentence: bool = False) -> bool:
    """Whether two kinds may tell of one incident: an attack and its deaths."""
    groups = (g for g in _GROUPS if g.beyond_sentence or not beyond_sentence)
    return (one == other and not beyond_sentence) or any(one in g.kinds and other in g.kinds for g in groups)


def _may_lend(event: Event, when: When | None) -> bool:
    """True for the day of something that happened; the day of saying is that of a state."""
    if when is None or when.start is None or when.end is None or event.status != "actual":
        return False
    # what was counted from another date may have been counted from the wrong one
    unsure = when.rule.startswith("day-of-saying") or when.rule.split()[-1] in ("beside", "within", "same")
    return (when.end - when.start).days <= LONGEST and not unsure


def _places_agree(one: Event, other: Event) -> bool:
    """False where both name places and share no word of their names."""
    first, second = (
        {name for m in e.roles if m.role == "place" for name in NAME_RE.findall(m.span.text)} for e in (one, other)
    )
    return not first or not second or bool(first & second)
