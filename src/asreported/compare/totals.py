"""
Numbers over time: how the range told of one incident moved, and the killed of several incidents added up.

The toll of one incident after each day is the envelope of what each independent chain told last by then: from the
lowest bound to the highest. Over several incidents the low ends of their ranges are added, and the high ends, each
incident once, at its day. No mean is taken. An open end stays open: from there on the sum is "or more", and beside it
stands the sum of the highest numbers that were told. What is in no sum is counted: deaths told without a number, and
incidents without any day.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..records import Kept, Record
from .agreement import find_range, last_told
from .gist import find_gist
from .scenes import report_days
from .series import Point, Series, find_series
from .tolls import Bound, range_of_killed
from .victims import is_deadly, is_of_oneself

Number = int | float


class Step(Record, frozen=True, kw_only=True):
    """The range from the day `day` on."""

    day: dt.date
    low: Number
    high: Bound
    """None is open."""
    most: Number
    """The highest number that was told, which is `high` where that is closed."""
    of: int
    """How many chains tell it, or how many incidents are added up."""


def toll_over_time(series: Series) -> tuple[Step, ...]:
    """
    The range of what the chains of `series` told last, after each day on which a report that counts came.

    Meant for the toll of an incident: a standing question has no one number that grows. Reports without a date of
    publication are left out.
    """
    by_day: dict[dt.date, list[Point]] = defaultdict(list)
    for point in series.points:
        if point.counts and (day := report_days(point.published)[1]):
            by_day[day].append(point)
    told: dict[str, list[Point]] = defaultdict(list)
    last: dict[str, list[Point]] = {}
    steps = []
    for day, points in sorted(by_day.items()):
        for point in points:
            told[point.voice.key].append(point)
        last |= {key: last_told(told[key], series) for key in {point.voice.key for point in points}}
        known = [point for points in last.values() for point in points]
        low, high = find_range(known)
        steps.append(Step(day=day, low=low or 0, high=high, most=_highest(known), of=len(last)))
    return tuple(steps)


class Toll(Record, frozen=True, kw_only=True):
    """The killed of one incident: the range over its reports, and its day."""

    incident: str
    day: dt.date | None
    reported: bool
    """Whether the day is that of the first report."""
    low: Bound
    high: Bound
    most: Number
    uncounted: bool
    """Deaths are told, and no number of them."""


def find_toll(incident: str, kepts: Sequence[Kept]) -> Toll:
    """What the claims of one incident tell of its killed."""
    low, high = range_of_killed(kepts)
    gist = find_gist(kepts)
    return Toll(
        incident=incident,
        day=gist.day,
        reported=gist.reported,
        low=low,
        high=high,
        most=high if high is not None else max(low or 0, _most_counted(kepts)),
        uncounted=not low and not high and high is not None and any(map(_tells_of_deaths, kepts)),
    )


class Running(Record, frozen=True, kw_only=True):
    """A sum that grows by day, and what is not in it."""

    steps: tuple[Step, ...]
    incidents: int
    """How many are added up; `open` of them leave the highest number open, `reported` count by the day of a report."""
    open: int
    reported: int
    uncounted: int
    """Incidents of which deaths are told without a number."""
    undated: int


def running_total(tolls: Iterable[Toll]) -> Running:
    """The low and the high ends of `tolls` added up day by day, each incident once."""
    everything = {toll.incident: toll for toll in tolls if toll.low is not None}
    counted = [toll for toll in everything.values() if not toll.uncounted]
    dated = sorted((toll for toll in counted if toll.day), key=lambda toll: (toll.day or dt.date.max, toll.incident))
    low = most = 0.0
    is_open = False
    steps: dict[dt.date, Step] = {}
    for number, toll in enumerate(dated, 1):
        low, most, is_open = low + (toll.low or 0), most + toll.most, is_open or toll.high is None
        if toll.day:
            high = None if is_open else _whole(most)
            steps[toll.day] = Step(day=toll.day, low=_whole(low), high=high, most=_whole(most), of=number)
    return Running(
        steps=tuple(steps.values()),
        incidents=len(dated),
        open=sum(toll.high is None for toll in dated),
        reported=sum(toll.reported for toll in dated),
        uncounted=len(everything) - len(counted),
        undated=len(counted) - len(dated),
    )


def _tells_of_deaths(kept: Kept) -> bool:
    claim = kept.claim
    asserted = claim.status == "actual" and kept.review != "rejected"
    return asserted and claim.kind == "killing" and is_deadly(claim) and not is_of_oneself(claim)


def _most_counted(kepts: Sequence[Kept]) -> Number:
    """The highest number that any figure of the killed states."""
    series = (one for one in find_series(kepts) if one.question.measure == "killed")
    return max((_highest([point for point in one.points if point.counts]) for one in series), default=0)


def _highest(points: Iterable[Point]) -> Number:
    return max((bound for point in points for bound in (point.low, point.high) if bound is not None), default=0)


def _whole(number: float) -> Number:
    return int(number) if number == int(number) else number
