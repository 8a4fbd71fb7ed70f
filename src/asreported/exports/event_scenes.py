"""
Into how many events an incident falls: by day, place and sides, as the one who tells most of them tells it.

Two who differ on the day, the place or the side differ about one event. One voice in one report that tells two days,
places or pairs of sides tells two events of the incident. So the voice that tells most decides how many there are, and
every other claim goes to the event that it fits best. Figures of killed that fit several equally well are totals over
them, if the report tells them all, or several days. Deaths are told later than what caused them: up to `LATER_DAYS`
after it they are of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from ..compare.chains import Voices
from ..compare.sides import exclude_each_other, find_sides
from ..compare.tolls import EARLIER_DAYS, ONE_PLACE
from ..records import Entity, Where
from ..resolve.gazetteer import point_distance
from ..resolve.names import fold
from .told import Told

HARM = ("killing", "injury")
LATER_DAYS = EARLIER_DAYS
SLACK_KM = 1.0
"""Between two points of one place, beyond their radii."""


class Hint(NamedTuple):
    """What of a claim tells to which event it belongs."""

    kind: str
    report: str
    label: str | None
    """The incident within its report."""
    start: dt.date | None
    end: dt.date | None
    where: Where | None
    actors: tuple[Entity, ...]
    targets: tuple[Entity, ...]
    evidence: tuple[int, int]
    changed: bool
    """Whether it tells how a number changed: of an event told before."""


class Part(NamedTuple):
    """One event of an incident; `totals` are killings that it shares with the other parts."""

    told: tuple[Told, ...]
    totals: tuple[Told, ...] = ()


def hint(told: Told) -> Hint:
    """What `told` tells of day, place and sides. A day with an open side tells nothing."""
    claim = told.claim
    when = claim.when
    known = when is not None and when.start is not None and when.end is not None
    return Hint(
        kind=claim.kind,
        report=told.report.key,
        label=claim.incident,
        start=when.start if when and known else None,
        end=when.end if when and known else None,
        where=claim.where,
        actors=find_sides(claim),
        targets=find_sides(claim, "target"),
        evidence=(claim.evidence.start, claim.evidence.end),
        changed=any(figure.change is not None for figure in claim.figures),
    )


# ---- can two claims be of one event ----------------------------------------------------------


def fits(one: Hint, other: Hint) -> bool:
    """Whether nothing in the two keeps them from being of one event."""
    return days_fit(one, other) and places_fit(one.where, other.where) and sides_fit(one, other)


def days_meet(one: Hint, other: Hint) -> bool:
    """Whether both tell days, and the days overlap."""
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return False
    return one.start <= other.end and other.start <= one.end


def days_fit(one: Hint, other: Hint) -> bool:
    if one.start is None or other.start is None or days_meet(one, other):
        return True
    first, later = sorted((one, other), key=lambda hint: hint.start or dt.date.min)
    of_it = later.kind in HARM and (later.changed or first.kind not in HARM)
    if not of_it or later.start is None or first.end is None:
        return False
    return later.start - first.end <= dt.timedelta(LATER_DAYS)


def places_fit(one: Where | None, other: Where | None) -> bool:
    """Whether both can be one place: points near one another, or one that is known no more exactly than to a region."""
    if one is None or other is None:
        return True
    if one.country and other.country and one.country != other.country:
        return False
    if _is_point(one) and _is_point(other):
        return _km(one, other) <= (one.radius_km or 0) + (other.radius_km or 0) + SLACK_KM
    regions = one.admin1, other.admin1
    return None in regions or regions[0] == regions[1] or "country" in (one.precision, other.precision)


def is_same_place(one: Where | None, other: Where | None) -> bool:
    """Whether both tell a place, by the same name or number."""
    if one is None or other is None:
        return False
    if one.gazetteer_id is not None and one.gazetteer_id == other.gazetteer_id:
        return True
    return fold(one.name) == fold(other.name) and one.country == other.country


def sides_fit(one: Hint, other: Hint) -> bool:
    """
    Whether both can tell of one pair of sides, whichever of them acts: shelling that is returned is one event.

    Who acts must be a side of the other claim, where that names any actor.
    """
    if not one.actors or not other.actors or not exclude_each_other(one.actors, other.actors):
        return True
    return _is_among(one.actors, other.targets) and _is_among(other.actors, one.targets)


def _is_among(ones: Sequence[Entity], others: Sequence[Entity]) -> bool:
    return bool(others) and not exclude_each_other(ones, others)


def _is_point(where: Where) -> bool:
    return where.precision in ONE_PLACE and where.lat is not None and where.lon is not None


def _km(one: Where, other: Where) -> float:
    return point_distance(one.lat or 0, one.lon or 0, other.lat or 0, other.lon or 0)


# ---- the events of an incident -----------------------------------------------------------------


def split(told: Sequence[Told]) -> list[Part]:
    """The events that the claims of one incident tell of, each claim in one of them; totals in all they are of."""
    hints = {one.key: hint(one) for one in told}
    frame = _frame(told, hints)
    if len(frame) <= 1:
        return [Part(tuple(told))]
    members: list[list[Told]] = [list(cluster) for cluster in frame]
    placed = {one.key for cluster in frame for one in cluster}
    totals: list[list[Told]] = [[] for _ in frame]
    for one in told:
        if one.key in placed and one.claim.kind != "killing":
            continue
        others = [[hints[other.key] for other in cluster if other is not one] for cluster in frame]
        best, fitting = _best(hints[one.key], others)
        if len(best) > 1 and fitting and _is_total(one, hints[one.key], frame):
            for number in best:
                totals[number].append(one)
            for cluster in members:
                cluster[:] = [other for other in cluster if other is not one]
        elif one.key not in placed:
            members[max(best, key=lambda number: (len(frame[number]), -number))].append(one)
    parts = [Part(tuple(some), tuple(shared)) for some, shared in zip(members, totals, strict=True)]
    return [part for part in parts if part.told] or [Part(tuple(told))]


def _is_total(one: Told, told: Hint, frame: Sequence[Sequence[Told]]) -> bool:
    """
    Whether a killing that fits several events counts the dead of all: told by the report that tells them, or of days.

    Who tells of one event only and does not say which is taken to mean the one that most is told of.
    """
    counts = one.claim.kind == "killing" and any(figure.unit == "people" for figure in one.claim.figures)
    return counts and (one.report.key == frame[0][0].report.key or told.start != told.end)


def _frame(told: Sequence[Told], hints: dict[str, Hint]) -> list[list[Told]]:
    """The clusters of the voice that tells most events, of those that tell as many the first."""
    voices = Voices([one.kept for one in told])
    tellings: dict[tuple[str, str], list[Told]] = defaultdict(list)
    for one in told:
        tellings[one.report.key, voices.of(one.kept).key].append(one)
    clustered = [_clusters(some, hints) for some in tellings.values()]
    return max(clustered, key=len, default=[])


def _clusters(told: Sequence[Told], hints: dict[str, Hint]) -> list[list[Told]]:
    """Claims that can be of one event together: what tells most goes first, deaths and wounds last."""

    def rank(one: Told) -> tuple[bool, int]:
        told = hints[one.key]
        return told.kind in HARM, -sum((told.start is not None, told.where is not None, bool(told.actors)))

    clusters: list[list[Told]] = []
    for one in sorted(told, key=rank):
        fitting = [some for some in clusters if all(fits(hints[one.key], hints[other.key]) for other in some)]
        if fitting:
            best, _ = _best(hints[one.key], [[hints[other.key] for other in some] for some in fitting])
            fitting[best[0]].append(one)
        else:
            clusters.append([one])
    return clusters


def _best(one: Hint, clusters: Sequence[Sequence[Hint]]) -> tuple[list[int], bool]:
    """The numbers of the clusters that `one` fits best, equally well, and whether it fits them at all."""
    scores = [max((_score(one, other) for other in cluster), default=(False,) * 6) for cluster in clusters]
    top = max(scores)
    return [number for number, score in enumerate(scores) if score == top], top[0]


def _score(one: Hint, other: Hint) -> tuple[bool, ...]:
    same_report = one.report == other.report
    shared = bool(one.actors and other.actors) and not exclude_each_other(one.actors, other.actors)
    return (
        fits(one, other),
        days_meet(one, other),
        is_same_place(one.where, other.where),
        shared,
        same_report and one.evidence == other.evidence,
        same_report and one.label is not None and one.label == other.label,
    )
