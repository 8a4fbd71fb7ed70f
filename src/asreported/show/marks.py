"""
Which words of a report belong to which part of which claim, and the text cut at every border of them.

Words overlap freely: two claims share a trigger, a place taken is target and place. So nothing is nested:
the text is cut wherever a mark starts or ends, and each piece carries all marks that cover it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..records import Claim


class Mark(NamedTuple):
    """A stretch of text that plays `part` in the claim numbered `claim`."""

    start: int
    end: int
    part: str
    """`trigger`, a role, `source` or `cue`."""
    claim: int


class Piece(NamedTuple):
    """A stretch between two borders, with the marks that cover it, in the order in which they were given."""

    start: int
    end: int
    marks: tuple[Mark, ...]


def claim_marks(claim: Claim, number: int = 0) -> tuple[Mark, ...]:
    """All words of `claim`, each part once: trigger, roles, the words of values, sources and cues."""
    spans = [(claim.trigger.start, claim.trigger.end, "trigger")]
    spans += ((role.start, role.end, role.role) for role in claim.roles)
    spans += ((figure.start, figure.end, "figure") for figure in claim.figures)
    if claim.when and claim.when.span:
        spans.append((claim.when.span.start, claim.when.span.end, "time"))
    if claim.where and claim.where.span:
        at = (claim.where.span.start, claim.where.span.end)
        if not any((role.start, role.end) == at for role in claim.roles):
            spans.append((*at, "place"))
    for source in claim.sources:
        if source.start is not None and source.end is not None:
            spans.append((source.start, source.end, "source"))
        if source.cue:
            spans.append((source.cue.start, source.cue.end, "cue"))
    return tuple(Mark(start, end, part, number) for start, end, part in dict.fromkeys(spans))


def cut_pieces(start: int, end: int, marks: Iterable[Mark]) -> Iterator[Piece]:
    """
    The stretch `start` to `end` cut at every border of `marks`; the pieces follow one another without a gap.

        >>> [(p.start, p.end, [m.part for m in p.marks]) for p in cut_pieces(0, 9, [Mark(2, 5, "actor", 0)])]
        [(0, 2, []), (2, 5, ['actor']), (5, 9, [])]
    """
    inside = [mark for mark in marks if mark.start < mark.end and mark.start < end and mark.end > start]
    borders = {start, end} | {min(max(border, start), end) for mark in inside for border in (mark.start, mark.end)}
    opening = sorted(range(len(inside)), key=lambda i: inside[i].start, reverse=True)
    covering: list[int] = []
    cuts = sorted(borders)
    for first, last in itertools.pairwise(cuts):
        covering = [i for i in covering if inside[i].end > first]
        while opening and inside[opening[-1]].start <= first:
            covering.append(opening.pop())
        yield Piece(first, last, tuple(inside[i] for i in sorted(covering)))
