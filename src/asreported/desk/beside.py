"""
Two accounts side by side: what other reports tell of a claim's incident, and where the figures of two reports differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import inf

from ..compare.contradictions import Contradiction
from ..compare.incidents import Comparison, compare_incident
from ..compare.series import Point
from ..ledger.codec import escape
from ..ledger.store import Ledger
from ..records import Claim, Kept, Record, ReportHead
from ..show.series_words import tell_remarks, tell_value
from ..show.words import tell_publisher

MOST_OTHERS = 100
"""Claims of an incident that are listed beside a claim; the incident's page has them all."""

Bound = int | float | None
Tellings = tuple[tuple[ReportHead, tuple[Kept, ...]], ...]


def find_others(ledger: Ledger, kept: Kept) -> tuple[Tellings, bool]:
    """What other reports tell of the incident of `kept`, in the order of publication, and whether there is more."""
    if kept.incident is None:
        return (), False
    sql = (
        "SELECT c.n FROM claims c JOIN reports r ON r.n = c.report_n WHERE c.incident = ? AND c.current = 1 "
        "AND r.key <> ? ORDER BY c.found_day, c.n LIMIT ?"
    )
    rows = ledger.database.rows(sql, (escape(kept.incident), kept.report.key, MOST_OTHERS + 1))
    told: dict[str, list[Kept]] = defaultdict(list)
    for one in ledger.kept([n for (n,) in rows[:MOST_OTHERS]]):
        told[one.report.key].append(one)
    tellings = [(some[0].report, tuple(sorted(some, key=lambda k: k.claim.trigger.start))) for some in told.values()]
    ordered = sorted(tellings, key=lambda pair: (pair[0].published or "9999", pair[0].key))
    return tuple(ordered), len(rows) > MOST_OTHERS


# ---- two reports -------------------------------------------------------------------------


class Said(Record, frozen=True, kw_only=True):
    """A figure of one of the two reports."""

    counted: str
    """Whom or what it says how many of: `civilians`."""
    value: str
    according: str
    remarks: tuple[str, ...]
    claim: str
    """The id of its claim."""
    start: int
    end: int


class Difference(Record, frozen=True, kw_only=True):
    """What both reports give figures for, in one incident."""

    measure: str
    here: tuple[Said, ...]
    there: tuple[Said, ...]
    verdict: str
    differs: bool


class Shared(Record, frozen=True, kw_only=True):
    """An incident that both reports tell of."""

    incident: str
    here: tuple[Kept, ...]
    there: tuple[Kept, ...]
    differences: tuple[Difference, ...]
    contradictions: tuple[Contradiction, ...]
    """Those beside figures that have a side in each report: a denial, other perpetrators."""


def compare_reports(here: Iterable[Kept], there: Iterable[Kept]) -> tuple[Shared, ...]:
    """The incidents that both tell of, in the order in which the first report does."""
    firsts, seconds = _by_incident(here), _by_incident(there)
    return tuple(_share(incident, told, seconds[incident]) for incident, told in firsts.items() if incident in seconds)


def pair_claims(shared: Iterable[Shared]) -> dict[str, dict[str, list[str]]]:
    """For each claim of either report those of the other that tell of its incident: of the same kind first."""
    pairs: dict[str, dict[str, list[str]]] = {"here": {}, "there": {}}
    for one in shared:
        for side, own, others in (("here", one.here, one.there), ("there", one.there, one.here)):
            for kept in own:
                alike = sorted(others, key=lambda other: _unlike(kept.claim, other.claim))
                pairs[side][kept.claim.id] = [other.claim.id for other in alike]
    return pairs


def _unlike(claim: Claim, other: Claim) -> tuple[bool, bool, bool]:
    return claim.kind != other.kind, bool(claim.figures) != bool(other.figures), claim.status != other.status


def _by_incident(kepts: Iterable[Kept]) -> dict[str, list[Kept]]:
    found: dict[str, list[Kept]] = defaultdict(list)
    for kept in kepts:
        if kept.incident:
            found[kept.incident].append(kept)
    return found


def _share(incident: str, here: Sequence[Kept], there: Sequence[Kept]) -> Shared:
    compared = compare_incident(incident, [*here, *there])
    measures: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for comparison in compared.comparisons:
        question = comparison.series.question
        if question.incident == incident:
            measures[question.measure, question.unit].append(comparison)
    ends = _ends([*here, *there])
    key = here[0].report.key
    differences = (_difference(told, key, ends) for told in measures.values())
    return Shared(
        incident=incident,
        here=tuple(here),
        there=tuple(there),
        differences=tuple(one for one in differences if one.here and one.there),
        contradictions=tuple(
            one
            for one in compared.contradictions
            if one.kind != "figures" and len({statement.key.partition(":")[0] for statement in one.statements}) > 1
        ),
    )


def _ends(kepts: Iterable[Kept]) -> dict[tuple[str, int], int]:
    """Where the figure of a claim that starts there ends."""
    return {(kept.key, figure.start): figure.end for kept in kepts for figure in kept.claim.figures}


def _difference(comparisons: Sequence[Comparison], key: str, ends: dict[tuple[str, int], int]) -> Difference:
    told = [
        (point, _said(point, _counted(one.series.title), ends)) for one in comparisons for point in one.series.points
    ]
    told.sort(key=lambda pair: pair[0].position)
    here, there = ([pair for pair in told if (pair[0].report == key) is own] for own in (True, False))
    verdict, differs = tell_verdict([p for p, _ in here], [p for p, _ in there])
    whose = {one.series.question.whose for one in comparisons}
    if len(whose) > 1 and verdict:
        verdict += "; they do not all count the same"
    return Difference(
        measure=_counted(comparisons[0].series.title).partition(":")[0],
        here=tuple(said for _, said in here),
        there=tuple(said for _, said in there),
        verdict=verdict,
        differs=differs,
    )


def _counted(title: str) -> str:
    """What a series counts, without the name of its incident, which is the same for all here."""
    return title.rpartition(", incident ")[0] or title


def _said(point: Point, counted: str, ends: dict[tuple[str, int], int]) -> Said:
    return Said(
        counted=counted.partition(": ")[2] or counted,
        value=tell_value(point),
        according=" quoting ".join(point.sources) or tell_publisher(point.publisher),
        remarks=tuple(tell_remarks(point)),
        claim=point.key.partition(":")[2],
        start=point.position,
        end=ends.get((point.key, point.position), point.position),
    )


def tell_verdict(here: Sequence[Point], there: Sequence[Point]) -> tuple[str, bool]:
    """
    How the figures of two reports stand to each other, and whether they differ; only what is asserted is compared.
    """
    first, second = ({(p.low, p.high) for p in points if p.counts} for points in (here, there))
    if not first or not second:
        return "not compared: one of them asserts none", False
    if first == second:
        return "the same figures", False
    common = [_meet(one, other) for one in first for other in second]
    if all(common):
        return "different words, with a number in common", True
    return ("some have a number in common" if any(common) else "no number in common"), True


def _meet(one: tuple[Bound, Bound], other: tuple[Bound, Bound]) -> bool:
    low = max(-inf if bound is None else bound for bound in (one[0], other[0]))
    high = min(inf if bound is None else bound for bound in (one[1], other[1]))
    return low <= high
