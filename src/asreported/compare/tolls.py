"""
How many were killed in an incident: the range over its reports, from the lowest number told to the highest.

Only what is asserted counts ("actual"): what is denied, feared, planned or general does not. A report's own figures
for the dead go before the victims it names one by one, who may not be all. Dead of different sides ("14 jihadists, 5
civilians") are added where one voice tells of both and no number of all is told. A figure that is a part, a rate or a
difference is no toll, an age ("boy, 10") is none either, and neither is the tally of a longer period ("51 homicides
this year"). Claims of an earlier incident, by their day, or of another place far off are left out. "Shot" and
"victims" alone do not say that anybody died. A death that somebody gave himself is added to the upper bound, for
tolls include it or not. A report that tells only of shots and wounds tells of nobody killed: 0.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..records import Claim, Figure, Kept, Where
from ..resolve.gazetteer import point_distance
from .questions import is_tally
from .scenes import find_days
from .subjects import PEOPLE, Side, find_side, find_subject
from .tables import find_named, tables
from .victims import count_persons, count_told, is_age, is_deadly, is_of_oneself, names_told

EARLIER_DAYS = 7
"""Claims dated more days before the incident tell of another one."""
FAR_KM = 100.0
"""Claims that name a place farther off than this from where the incident is told to be tell of another one."""
OTHERS = re.compile(r"\s*others?\b", re.IGNORECASE)
REST = "others"
ONE_PLACE = ("exact", "part", "near", "adm2")

Bound = int | float | None


def range_of_killed(kepts: Iterable[Kept]) -> tuple[Bound, Bound]:
    """
    The lowest and the highest number of killed that the reports of one incident tell; None above is open.

    (0, 0) where they tell of nobody killed, (None, None) where nothing is asserted. The order of `kepts` does not
    matter.
    """
    asserted = (kept for kept in kepts if kept.claim.status == "actual" and kept.review != "rejected")
    claims = sorted(asserted, key=lambda kept: kept.key)
    reports: dict[str, list[Kept]] = defaultdict(list)
    for kept in of_one_incident(claims):
        reports[kept.report.key].append(kept)
    if not reports:
        return None, None
    tolls = [report_toll(told) for told in reports.values()]
    known = [toll for toll in tolls if toll is not None]
    if not known:
        return 0, 0
    highs = [high for _, high in known]
    return min(low for low, _ in known), None if None in highs else max(high for high in highs if high is not None)


# ---- one report ----------------------------------------------------------------------------


@dataclass
class _Told:
    """What the claims of one report tell of the dead."""

    totals: dict[str, list[tuple[int | float, Bound]]] = field(default_factory=lambda: defaultdict(list))
    """By whom they count: people, or one group of them."""
    sides: dict[str, Side] = field(default_factory=dict)
    """Of those groups that exclude others, of which they are."""
    together: dict[tuple[str, ...], set[str]] = field(default_factory=lambda: defaultdict(set))
    """Whom one voice counts."""
    added: int | float = 0
    one_by_one: list[int] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    himself: bool = False
    himself_died: bool = False
    open: bool = False
    """Deaths are told without number or name: "the murders"."""
    harmed: bool = False


def report_toll(kepts: Sequence[Kept]) -> tuple[int | float, Bound] | None:
    """The lowest and highest number of killed that the assertions of one report tell, None where they do not say."""
    told = _Told()
    for kept in kepts:
        _hear(told, kept)
    himself = 1 if told.himself else 0
    most = max([*told.one_by_one, 0])
    if told.totals:
        low, high = _range_of_totals(told)
        return low, None if high is None else max(most, high) + told.added + himself
    if told.one_by_one:
        return most, max(most, count_persons(sorted(told.names))) + told.added + himself
    if told.himself_died:
        return 1, 1
    return (0, 0) if told.harmed and not told.open else None


def _range_of_totals(told: _Told) -> tuple[int | float, Bound]:
    """A number for all goes before those of groups, which are parts of it; without one sides are added."""
    lows = {key: min(low for low, _ in group) for key, group in told.totals.items()}
    highs = {key: max(high or 0 for _, high in group) for key, group in told.totals.items()}
    is_open = any(high is None for group in told.totals.values() for _, high in group)
    if PEOPLE in lows:
        return lows[PEOPLE], None if is_open else max(highs.values())
    sums = [_add_sides(told, {key: lows[key] for key in keys}) for keys in told.together.values()]
    return max(*lows.values(), *sums, 0), None if is_open else max(*highs.values(), _add_sides(told, highs))


def _add_sides(told: _Told, numbers: Mapping[str, int | float]) -> int | float:
    """The sum of what is counted of sides that exclude each other; parts of a side, or the whole where it is more."""
    parts: dict[str, dict[str, int | float]] = defaultdict(dict)
    for key, number in numbers.items():
        if side := told.sides.get(key):
            parts[side.name][side.part] = max(parts[side.name].get(side.part, 0), number)
    return sum(max(some.pop("", 0), sum(some.values())) for some in parts.values())


def _hear(told: _Told, kept: Kept) -> None:
    claim = kept.claim
    if claim.kind == "injury":
        told.harmed = True
    if claim.kind != "killing":
        return
    deadly = is_deadly(claim)
    if is_of_oneself(claim):
        told.himself = True
        told.himself_died |= deadly
    elif not deadly:
        told.harmed = True
    elif figures := [figure for figure in claim.figures if _counts_people(kept, figure)]:
        _hear_figures(told, kept, figures)
    elif number := count_told(claim):
        told.one_by_one.append(number)
        told.names |= names_told(claim)
    else:
        told.open = True


def _counts_people(kept: Kept, figure: Figure) -> bool:
    of_victims = figure.unit == "people" and figure.of in ("target", None) and not figure.rate
    known = figure.low is not None or figure.high is not None
    return of_victims and known and not is_age(kept.claim, figure) and not is_tally(find_days(kept))


def _hear_figures(told: _Told, kept: Kept, figures: Sequence[Figure]) -> None:
    killed = find_named("killed")
    for figure in figures:
        change = figure.change.kind if figure.change else None
        if change == "additional":
            told.added = max(told.added, figure.high or figure.low or 0)
        elif change != "by" and figure.part_of is None:
            if _is_rest(kept.claim, figure):
                told.totals[REST].append((figure.low or 0, figure.high))
                told.sides[REST] = Side(REST)  # of no voice's `together`: they may be counted elsewhere, too
                continue
            subject = find_subject(kept.claim, figure, killed)
            told.totals[subject.key].append((figure.low or 0, figure.high))
            told.together[tuple(source.name or source.text or "" for source in kept.claim.sources)].add(subject.key)
            if side := find_side(subject):
                told.sides[subject.key] = side


def _is_rest(claim: Claim, figure: Figure) -> bool:
    """Whether it counts those whom nothing else told: "three others", who are no toll where there is another."""
    return OTHERS.match(claim.evidence.text[figure.end - claim.evidence.start :]) is not None


# ---- which claims tell of the incident -------------------------------------------------------


def of_one_incident(kepts: Sequence[Kept]) -> list[Kept]:
    """`kepts` without those that tell of an earlier incident or of one far off, by what most reports tell."""
    day, place = _day(kepts), _place(kepts)
    return [kept for kept in kepts if not (_is_earlier(kept, day) or _is_far(kept.claim.where, place))]


def _is_earlier(kept: Kept, day: dt.date | None) -> bool:
    days = find_days(kept)
    return day is not None and not days.told and days.end is not None and days.end < day - dt.timedelta(EARLIER_DAYS)


def _is_far(where: Where | None, place: Where | None) -> bool:
    """Only a place that the words of the claim itself name can tell that it is another incident."""
    if where is None or place is None or not where.rule.startswith("place: named") or not _is_point(where):
        return False
    return _distance(where, place) > FAR_KM + (where.radius_km or 0)


def _day(kepts: Sequence[Kept]) -> dt.date | None:
    """The day that most reports give, of days of the same standing the first."""
    days = {(kept.report.key, kept.claim.when.start) for kept in kepts if _is_dated(kept) and kept.claim.when}
    counts = Counter(day for _, day in days if day)
    return min(counts, key=lambda day: (-counts[day], day)) if counts else None


def _is_dated(kept: Kept) -> bool:
    when = kept.claim.when
    return kept.claim.kind in tables().perpetrators.kinds and when is not None and when.start == when.end


def _place(kepts: Sequence[Kept]) -> Where | None:
    """The place that most reports tell of something near."""
    told = [
        (kept.report.key, kept.claim.where)
        for kept in kepts
        if kept.claim.kind in tables().perpetrators.kinds and kept.claim.where and _is_point(kept.claim.where)
    ]
    points = {(where.lat, where.lon): where for _, where in told}
    ranked = [
        (len({key for key, other in told if _distance(where, other) <= FAR_KM}), -(where.lat or 0), -(where.lon or 0))
        for where in points.values()
    ]
    if not ranked:
        return None
    _, lat, lon = max(ranked)
    return points[-lat, -lon]


def _is_point(where: Where) -> bool:
    return where.precision in ONE_PLACE and where.lat is not None and where.lon is not None


def _distance(one: Where, other: Where) -> float:
    """Kilometres between two places that are points."""
    return point_distance(one.lat or 0, one.lon or 0, other.lat or 0, other.lon or 0)
