"""
Two sides that hold one place at one time: claims of control, and of places taken, that cannot both be.

The claim must be of the place itself ("Raqqa", "the city"), not of a base or a quarter in it. A place that one report
says several sides hold is divided, and nobody is contradicted by who holds his share.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ..records import Kept
from ..resolve.names import fold
from .chains import Voices
from .scenes import Days, Place, Places, find_days, report_days
from .sides import exclude_each_other, find_sides
from .tables import tables

HELD_DAYS = 3
"""So many days after a place was taken another side cannot hold it unless it was retaken."""
WHOLE = frozenset(("city", "town", "village", "whole", "it", "there", "area", "province"))
"""Words that mean the place when they stand for it."""


def find_rivals(claims: Sequence[Kept], voices: Voices, places: Places) -> Iterator[tuple[Place, Kept, Kept]]:
    """Pairs of claims by which two sides hold one place at one time, told by independent voices."""
    told: dict[tuple[str, str | None], list[tuple[Place, Kept]]] = defaultdict(list)
    for kept in claims:
        place = places.of(kept.claim.where)
        if place and _tells_of_place(kept):
            told[place.key, place.part].append((place, kept))
    for _, found in sorted(told.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        divided = _divided([kept for _, kept in found])
        named = [(p, k) for p, k in found if k.report.key not in divided and find_sides(k.claim)]
        for (place, one), (_, other) in itertools.combinations(named, 2):
            if voices.of(one).key != voices.of(other).key and hold_at_once(one, other):
                yield place, one, other


def takes_it(kept: Kept) -> bool:
    """Whether the claim is of a place taken, not of one held."""
    return kept.claim.kind in tables().control.takes


def _tells_of_place(kept: Kept) -> bool:
    claim, where, table = kept.claim, kept.claim.where, tables().control
    if where is None or where.precision not in ("exact", "part") or claim.status != "actual":
        return False
    taken = claim.kind in table.takes and any(
        word.startswith(table.taking) for word in fold(claim.trigger.text).split()
    )
    if not taken and claim.kind not in table.holds:
        return False
    words = [role.text for role in claim.roles if role.role in ("target", "place")] or [where.text]
    return any(_means(text, where.name) for text in words)


def _means(text: str, name: str) -> bool:
    """
    Whether a phrase means the place itself.

    >>> _means("the city of Raqqa", "Raqqa"), _means("western Mosul", "Mosul"), _means("Raqqa airport", "Raqqa")
    (True, True, False)
    >>> _means("the headquarters in Manbij", "Manbij"), _means("parts of Aleppo", "Aleppo")
    (False, False)
    """
    links, words = tables().killed.links, fold(text).split()
    head = words[: next((n for n, word in enumerate(words) if n and word in links), len(words))]
    return bool(head) and (head[-1] in WHOLE or head[-1] == fold(name).split()[-1])


def _divided(kepts: Sequence[Kept]) -> set[str]:
    """The reports that say that several hold the place, named or not."""
    holders: dict[str, set[str]] = defaultdict(set)
    words = tables().control.divided
    for kept in kepts:
        holders[kept.report.key] |= words & set(fold(kept.claim.evidence.text).split())
        if not takes_it(kept):
            actors = [role for role in kept.claim.roles if role.role == "actor"]
            holders[kept.report.key] |= {role.entity.id if role.entity else fold(role.text) for role in actors}
    return {report for report, several in holders.items() if len(several) > 1 or several & words}


def hold_at_once(one: Kept, other: Kept) -> bool:
    """Whether two claims of one place give it to two sides at one time."""
    if not exclude_each_other(find_sides(one.claim), find_sides(other.claim)):
        return False
    first, second = _held(one), _held(other)
    if takes_it(one) and takes_it(other):
        return first.end is not None and first.end == second.end
    if takes_it(one):
        return _taken_and_held(first, second)
    return _taken_and_held(second, first) if takes_it(other) else meet(first, second, 0)


def _held(kept: Kept) -> Days:
    """When it is said to be held: an open end is the day of the report."""
    days = find_days(kept)
    _, published = report_days(kept.report.published)
    return Days(start=days.start, end=days.end or published)


def _taken_and_held(taken: Days, held: Days) -> bool:
    """Whether it is held soon after it was taken; on that day or before it may well have been another's."""
    if taken.end is None:
        return False
    after = Days(start=taken.end + dt.timedelta(1), end=taken.end + dt.timedelta(HELD_DAYS))
    return meet(after, held, 0)


def meet(one: Days, other: Days, days: int) -> bool:
    """Whether the days of both have one in common, or are at most so many apart; no days meet none."""
    if (one.start or one.end) is None or (other.start or other.end) is None:
        return False
    gap = dt.timedelta(days)
    return _starts_by_end(one, other, gap) and _starts_by_end(other, one, gap)


def _starts_by_end(one: Days, other: Days, gap: dt.timedelta) -> bool:
    return one.start is None or other.end is None or one.start - other.end <= gap
