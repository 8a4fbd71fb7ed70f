"""
Events + values → Claims: joins what was found with what it resolves to, in the form of docs/output.md.

Ids are hashes of content: the same text and the same claim have the same id, whichever run, machine or model found it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from .records import (
    Annotation,
    Attribution,
    Claim,
    Entity,
    Event,
    Figure,
    Record,
    Report,
    Role,
    Source,
    Span,
    When,
    Where,
)


class Values(Record, frozen=True, kw_only=True):
    """What the resolvers made of one event."""

    entities: tuple[Entity | None, ...]
    """Aligned with the event's roles."""
    figures: tuple[Figure, ...]
    sources: tuple[Source, ...]
    when: When | None
    undated: str | None = None
    where: Where | None


def assemble(report: Report, annotation: Annotation, values: Sequence[Values]) -> tuple[Claim, ...]:
    """The claims of `report`, one an event, in the order of their triggers; `values` is aligned with the events."""
    claims = [
        _claim(report, annotation.sentences, event, value)
        for event, value in zip(annotation.events, values, strict=True)
    ]
    labels = label_incidents(claims)
    return tuple(
        msgspec.structs.replace(claim, id=claim_id(report, claim), incident=label)
        for claim, label in zip(claims, labels, strict=True)
    )


def _claim(report: Report, sentences: Sequence[Span], event: Event, value: Values) -> Claim:
    roles = tuple(
        Role(
            role=mention.role,
            start=mention.span.start,
            end=mention.span.end,
            text=mention.span.text,
            carried=mention.carried,
            entity=entity,
        )
        for mention, entity in zip(event.roles, value.entities, strict=True)
    )
    return Claim(
        id="",
        kind=event.kind,
        status=event.status,
        trigger=event.trigger,
        evidence=_evidence(report, sentences, event),
        roles=roles,
        figures=value.figures,
        sources=value.sources,
        when=value.when,
        undated=value.undated,
        where=value.where,
        incident=None,
        confidence=event.confidence,
    )


def _evidence(report: Report, sentences: Sequence[Span], event: Event) -> Span:
    """The whole sentences that hold the trigger, the roles that are not carried and the cue of the source."""
    parts = [event.trigger, *(m.span for m in event.roles if not m.carried)]
    parts += [s.cue for s in event.sources if s.cue is not None and _is_near(s, event)]
    start, end = min(p.start for p in parts), max(p.end for p in parts)
    touched = [s for s in sentences if s.end > start and s.start < end]
    return report.span(min([start, *(s.start for s in touched)]), max([end, *(s.end for s in touched)]))


NEAR = 300
"""A cue further from the trigger's sentence than this many characters would make the evidence a page long."""


def _is_near(source: Attribution, event: Event) -> bool:
    cue = source.cue
    return cue is not None and cue.start < event.sentence.end + NEAR and cue.end > event.sentence.start - NEAR


ADDED_TO_FIGURES = ("part_of", "change", "rate", "currency")
"""Keys that figures of the first version lacked; see `claim_id`."""


def claim_id(report: Report, claim: Claim) -> str:
    """
    The first 16 hexadecimal digits of the SHA-256 of the report's hash and the claim without its labels.

    Keys that were added to the contract are left out where they are null, so that a claim that has nothing to say in
    them keeps the id that it had before there were such keys.
    """
    bare = msgspec.to_builtins(msgspec.structs.replace(claim, id="", incident=None, confidence=0.0))
    del bare["undated"]  # a reason, in words that may be put better
    for figure in bare["figures"]:
        for key in ADDED_TO_FIGURES:
            if figure[key] is None:
                del figure[key]
    content = report.sha256.encode() + b"\n" + msgspec.json.encode(bare)
    return hashlib.sha256(content).hexdigest()[:16]


# ---- incidents within a report -----------------------------------------------------------

FAMILIES = (
    {"airstrike", "shelling", "bombing", "chemical-attack", "attack", "killing", "injury", "destruction"},
    {"clash", "advance", "withdrawal"},
)
"""Kinds that tell of the same incident together: an attack with its deaths, a battle with what was taken."""


def label_incidents(claims: Sequence[Claim]) -> list[str | None]:
    """
    A label for each claim that shares its incident with another of the same report, None for the rest.

    Two claims share an incident when their kinds go together and nothing speaks against it: both were said to have
    happened, on days that overlap, at one place, and with a day or a place that both name. Labels are A, B, ... in the
    order of the text.
    """
    groups: list[list[int]] = []
    by_place: dict[tuple[str, str | None], list[list[int]]] = {}
    for number, claim in enumerate(claims):
        if claim.status != "actual" or claim.where is None:
            continue
        at_place = by_place.setdefault((claim.where.name, claim.where.country), [])
        for group in at_place:
            if all(_same_incident(claims[other], claim) for other in group):
                group.append(number)
                break
        else:
            at_place.append([number])
            groups.append(at_place[-1])
    labels: list[str | None] = [None] * len(claims)
    for count, group in enumerate(g for g in groups if len(g) > 1):
        for number in group:
            labels[number] = _letters(count)
    return labels


def _same_incident(a: Claim, b: Claim) -> bool:
    """Whether two claims at one place may tell of one incident."""
    together = a.kind == b.kind or any(a.kind in f and b.kind in f for f in FAMILIES)
    if not together or (a.kind == b.kind and _figures_differ(a, b)):
        return False
    if a.where is None or (a.where.precision in ("country", "region") and (a.when is None or b.when is None)):
        return False
    return _days_overlap(a.when, b.when)


def _figures_differ(a: Claim, b: Claim) -> bool:
    first, second = ({(f.low, f.high) for f in c.figures} for c in (a, b))
    return bool(first and second and not first & second)


def _days_overlap(a: When | None, b: When | None) -> bool:
    if a is None or b is None:
        return True
    if (a.start is None) != (b.start is None) or (a.end is None) != (b.end is None):
        return False
    starts_late = a.end is not None and b.start is not None and b.start > a.end
    ends_early = b.end is not None and a.start is not None and a.start > b.end
    return not starts_late and not ends_early


def _letters(number: int) -> str:
    """
    A, B, ... Z, AA, AB, ...

        >>> _letters(0), _letters(26)
        ('A', 'AA')
    """
    text = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        text = chr(65 + digit) + text
    return text
