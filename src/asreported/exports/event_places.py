"""
The one day and the one place of an event, out of what its claims tell: what most independent reports agree with.

A day counts for every report whose days hold it, so that "in March" supports the 17th; of days with as much support the
most exact is taken, then the first. Places as compare/gist.py has them. Near-copies of a report are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import msgspec

from ..compare.gist import find_gist
from ..records import Kept, When, Where
from ..resolve.actor_codes import iso3
from ..resolve.time_codes import width

T = TypeVar("T")


def choose_when(kepts: Iterable[Kept], usable: Callable[[When], object | None]) -> When | None:
    """The days that most reports of `kepts` agree with, of those that are `usable` (whose code is not None)."""
    told = [(kept.report.chain, kept.claim.when) for kept in kepts]
    first: dict[tuple[object, object], When] = {}
    chains: dict[tuple[object, object], set[str]] = defaultdict(set)
    for chain, when in told:
        if when is not None and usable(when) is not None:
            first.setdefault((when.start, when.end), when)
            chains[when.start, when.end].add(chain)

    def rank(when: When) -> tuple[int, int, str]:
        support = set().union(*(chains[days] for days, other in first.items() if _holds(other, when)))
        return -len(support), width(when) or 0, str(when.start)

    return min(first.values(), key=rank, default=None)


def span_days(kepts: Iterable[Kept]) -> When | None:
    """From the first to the last day that any of `kepts` tells: when their numbers are added up."""
    whens = [kept.claim.when for kept in kepts if kept.claim.when and width(kept.claim.when) is not None]
    if not whens:
        return None
    first = min((when for when in whens), key=lambda when: str(when.start))
    last = max((when for when in whens), key=lambda when: str(when.end))
    return msgspec.structs.replace(first, end=last.end, grain=None, modifier=None)


def choose_where(kepts: Iterable[Kept], usable: Callable[[Where], object | None]) -> Where | None:
    """The place that most reports of `kepts` name, of those that are `usable`."""
    placed = [_by_chain(kept) for kept in kepts if kept.claim.where and usable(kept.claim.where) is not None]
    return find_gist(placed).where


def first_told(find: Callable[[Sequence[Kept]], T | None], *groups: Sequence[Kept]) -> T | None:
    """What `find` finds in the first of the groups in which it finds anything."""
    return next((found for group in groups if (found := find(group)) is not None), None)


def country_code(where: Where) -> str:
    """The ISO 3166-1 alpha-3 code of a place's country, "XXX" where none is known."""
    return (iso3(where.country) if where.country else None) or "XXX"


def _holds(other: When, when: When) -> bool:
    if other.start is None or other.end is None or when.start is None or when.end is None:
        return False
    return other.start <= when.start and when.end <= other.end


def _by_chain(kept: Kept) -> Kept:
    return msgspec.structs.replace(kept, report=msgspec.structs.replace(kept.report, key=kept.report.chain))
