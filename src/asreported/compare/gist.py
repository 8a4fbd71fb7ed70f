"""
An incident in a few words: which kinds of thing happened, where and on which day, as most of its reports tell.

A report counts once for each kind, place and day that it tells. Where no claim names a single day, the day of the first
report stands in for it, and that is said.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeVar

from ..records import Kept, Record, Where
from .scenes import report_days

T = TypeVar("T", dt.date, tuple[str, str, str])

SEVERAL = 3
"""Kinds that are named."""
ONE_PLACE = ("exact", "part", "near", "adm2")


class Gist(Record, frozen=True, kw_only=True):
    """What most reports tell of an incident."""

    kinds: tuple[str, ...]
    """The most told first."""
    where: Where | None
    day: dt.date | None
    reported: bool
    """Whether `day` is that of the first report, for want of one in the claims."""


def find_gist(kepts: Iterable[Kept]) -> Gist:
    """The gist of the claims of one incident; what a reviewer rejected says nothing while anything else does."""
    claims = sorted(kepts, key=lambda kept: kept.key)
    claims = [kept for kept in claims if kept.review != "rejected"] or claims
    day = _most_told((kept.report.key, day) for kept in claims if (day := _single_day(kept)))
    return Gist(
        kinds=_kinds(claims),
        where=_where(claims),
        day=day or _first_report(claims),
        reported=day is None,
    )


def _kinds(claims: Sequence[Kept]) -> tuple[str, ...]:
    counts = Counter(kept.claim.kind for kept in claims)
    reports = Counter(kind for _, kind in {(kept.report.key, kept.claim.kind) for kept in claims})
    return tuple(sorted(counts, key=lambda kind: (-reports[kind], -counts[kind], kind))[:SEVERAL])


def _where(claims: Sequence[Kept]) -> Where | None:
    """The place that most reports name, a town before the province that it lies in."""
    told = [(kept.report.key, kept.claim.where) for kept in claims if kept.claim.where]
    exact = [(key, where) for key, where in told if where.precision in ONE_PLACE] or told
    name = _most_told((key, (where.name, where.admin1 or "", where.country or "")) for key, where in exact)
    return next((w for _, w in exact if (w.name, w.admin1 or "", w.country or "") == name), None)


def _single_day(kept: Kept) -> dt.date | None:
    when = kept.claim.when
    return when.start if when and when.start == when.end else None


def _first_report(claims: Sequence[Kept]) -> dt.date | None:
    return min((day for kept in claims if (day := report_days(kept.report.published)[0])), default=None)


def _most_told(told: Iterable[tuple[str, T]]) -> T | None:
    """What most reports tell, of what as many do the first that more claims do, then in its own order."""
    everything = list(told)
    reports, claims = Counter(value for _, value in set(everything)), Counter(value for _, value in everything)
    return min(reports, key=lambda value: (-reports[value], -claims[value], value), default=None)
