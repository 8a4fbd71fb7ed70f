"""
Figures and incidents compared: the series with how far their sources agree, and all that is told of one incident.

What the commands `figures` and `incident` show, made from claims alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..records import Kept, Record, ReportHead
from .agreement import Agreement, find_agreement
from .chains import Voice, Voices
from .contradictions import Contradiction, find_contradictions
from .scenes import report_days
from .series import Series, find_series
from .tolls import Bound, range_of_killed

LABELS = ("contested", "denied", "sources agree", "one source", "not compared", "not asserted")
"""In the order in which series of as many points are shown."""


class Comparison(Record, frozen=True, kw_only=True):
    """A figure series and how far its sources agree."""

    series: Series
    agreement: Agreement


class Telling(Record, frozen=True, kw_only=True):
    """What one report tells of an incident."""

    report: ReportHead
    kepts: tuple[Kept, ...]


class Incident(Record, frozen=True, kw_only=True):
    """All that is told of one incident, report by report, and what comes of comparing it."""

    id: str
    tellings: tuple[Telling, ...]
    """In the order of publication."""
    voices: tuple[Voice, ...]
    """The independent chains of what is asserted."""
    killed_low: Bound
    killed_high: Bound
    """The range of the killed over the reports; an open side is None."""
    comparisons: tuple[Comparison, ...]
    contradictions: tuple[Contradiction, ...]


def compare_figures(kepts: Iterable[Kept]) -> tuple[Comparison, ...]:
    """The figure series of `kepts`, those with most points first, of as many the most contested."""
    compared = [Comparison(series=one, agreement=find_agreement(one)) for one in find_series(kepts)]
    return tuple(sorted(compared, key=_rank))


def compare_incident(id: str, kepts: Iterable[Kept]) -> Incident:
    """What the claims of one incident come to; the order of `kepts` does not matter."""
    claims = sorted({kept.key: kept for kept in kepts}.values(), key=lambda kept: kept.key)
    voices, series = Voices(claims), find_series(claims)
    asserted = [kept for kept in claims if kept.claim.status == "actual" and kept.review != "rejected"]
    low, high = range_of_killed(claims)
    return Incident(
        id=id,
        tellings=_tellings(claims),
        voices=tuple(voice for _, voice in sorted({voices.of(kept).key: voices.of(kept) for kept in asserted}.items())),
        killed_low=low,
        killed_high=high,
        comparisons=tuple(sorted((Comparison(series=one, agreement=find_agreement(one)) for one in series), key=_rank)),
        contradictions=find_contradictions(claims, series),
    )


def _rank(comparison: Comparison) -> tuple[int, int, str]:
    return (
        -len(comparison.series.points),
        LABELS.index(comparison.agreement.label),
        comparison.series.title,
    )


def _tellings(kepts: Iterable[Kept]) -> tuple[Telling, ...]:
    reports: dict[str, list[Kept]] = defaultdict(list)
    for kept in kepts:
        reports[kept.report.key].append(kept)
    tellings = [
        Telling(report=told[0].report, kepts=tuple(sorted(told, key=lambda k: (k.claim.trigger.start, k.key))))
        for told in reports.values()
    ]
    return tuple(sorted(tellings, key=lambda telling: (_published(telling.report), telling.report.key)))


def _published(report: ReportHead) -> str:
    first, _ = report_days(report.published)
    return first.isoformat() if first else "9999"
