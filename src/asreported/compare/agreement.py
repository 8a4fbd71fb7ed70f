"""
How far the sources of a figure series agree: a label by a stated rule, with the counts that it was computed from.

Outlets are not counted but independent chains (chains.py), each by the value that it told last; what it told before
are steps of a revision. Values are compared where they are of one time and of the same part of the place. No mean is
taken and no value chosen: the range goes from the lowest bound told to the highest, and stays open where a bound is.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..records import Record
from .chains import Voice
from .scenes import report_days
from .series import Point, Series

NEAR_DAYS = 7
"""States this many days apart are of one time; so are the ends of two periods."""

RULES = {
    "denied": "a source denies it",
    "contested": "independent sources give values of one time that have no number in common",
    "sources agree": "values of two or more independent sources have a number in common, and no two exclude each other",
    "one source": "one independent source asserts it",
    "not compared": "the values are of different times, parts of the place or events, so none bears on another",
    "not asserted": "no source asserts a number: it is only called possible, planned, attempted or general",
}
"""Label → the rule that gives it; the first that holds is taken."""


class Step(Record, frozen=True, kw_only=True):
    """What one source told before, and what after."""

    voice: Voice
    kind: str
    """`revision`, of a value of the same time, or `change`, of a state from one time to another."""
    before: Point
    after: Point
    direction: str | None
    """`up`, `down`, or None where the two values have numbers in common and neither bound tells which way."""


class Backing(Record, frozen=True, kw_only=True):
    """An independent chain: who it is, in how many reports, and with which points it counts."""

    voice: Voice
    reports: int
    points: tuple[Point, ...]


class Agreement(Record, frozen=True, kw_only=True):
    """What the label says, and from what it was computed."""

    label: str
    rule: str
    reports: int
    """Reports with a point that counts."""
    backings: tuple[Backing, ...]
    low: int | float | None
    high: int | float | None
    """The range over all points that count; None is open."""
    steps: tuple[Step, ...]
    excluding: tuple[tuple[Point, Point], ...]
    """Pairs of points of independent chains that have no number in common."""

    @property
    def chains(self) -> int:
        return len(self.backings)


def find_agreement(series: Series) -> Agreement:
    """How far the sources of `series` agree."""
    counting = [point for point in series.points if point.counts]
    chains = _by_voice(counting)
    last = {key: last_told(points, series) for key, points in chains.items()}
    excluding = tuple(find_excluding(last, series))
    low, high = find_range(counting)
    denied = bool(series.denials) or any(
        point.status == "denied" and point.review != "rejected" for point in series.points
    )
    return Agreement(
        label=(label := _label(last, excluding, denied, series)),
        rule=RULES[label],
        reports=len({point.report for point in counting}),
        backings=tuple(
            Backing(voice=points[0].voice, reports=len({p.report for p in points}), points=tuple(last[key]))
            for key, points in chains.items()
        ),
        low=low,
        high=high,
        steps=tuple(step for points in chains.values() for step in find_steps(points, series)),
        excluding=excluding,
    )


def find_range(points: Iterable[Point]) -> tuple[int | float | None, int | float | None]:
    """The lowest low and the highest high of the points that count; None where a side is open, or nothing counts."""
    counting = [point for point in points if point.counts]
    highs = [point.high for point in counting if point.high is not None]
    open_above = len(highs) < len(counting)
    low = min((point.low or 0 for point in counting), default=None)
    return low, None if open_above else max(highs, default=None)


def overlaps(a: Point, b: Point) -> bool:
    """Whether the two intervals have a number in common; an open side goes on for ever."""
    return (a.low or 0) <= _top(b) and (b.low or 0) <= _top(a)


def same_time(a: Point, b: Point, series: Series) -> bool:
    """
    Whether two points speak of one time and place, so that they can contradict each other.

    Points of one incident do, those of events that are linked to none never. States of the same part of a place do
    where their days are at most a week apart: an open start is taken for the last day, an open end for the day of the
    report. Tallies do where both ends of their periods are at most a week apart; a period without a start is alone.
    """
    if series.question.time == "incident":
        return True
    if series.question.time == "event" or a.part != b.part:
        return False
    (start, end), (first, last) = _days(a), _days(b)
    if series.question.time == "state":
        start, first = start or end, first or last
        if start is None or end is None or first is None or last is None:
            return False
        return start <= last + dt.timedelta(NEAR_DAYS) and first <= end + dt.timedelta(NEAR_DAYS)
    return _near(start, first) and _near(end, last)


def last_told(points: Sequence[Point], series: Series) -> list[Point]:
    """
    The points of one chain that no later ones of one time replace: those that its last report on that time gives.

    Within one report what it says "was" before is replaced by what is, and a figure by what it then "rose to".
    """
    return [point for point in points if not any(_replaces(other, point, series) for other in points)]


def find_excluding(last: Mapping[str, Sequence[Point]], series: Series) -> Iterable[tuple[Point, Point]]:
    """
    Pairs of points of two chains that have no number in common.

    Of an incident, where one report may give several figures, only where no pair of the two chains has one in common.
    """
    for a, b in itertools.combinations(sorted(last), 2):
        pairs = [(p, q) for p in last[a] for q in last[b] if same_time(p, q, series)]
        apart = [(p, q) for p, q in pairs if not overlaps(p, q)]
        if series.question.incident is None:
            yield from apart
        elif apart and len(apart) == len(pairs):
            yield apart[0]


def find_steps(points: Sequence[Point], series: Series) -> Iterable[Step]:
    """Where the values of one chain differ from one to the next, as it told them."""
    state = series.question.time == "state"
    for before, after in itertools.pairwise(sorted(points, key=_held if state else _told)):
        if (before.low, before.high) == (after.low, after.high) or before.part != after.part:
            continue
        if _replaces(after, before, series):
            kind = "revision"
        elif state and not same_time(before, after, series):
            kind = "change"
        else:
            continue
        direction = _direction(before, after)
        yield Step(voice=after.voice, kind=kind, before=before, after=after, direction=direction)


def _by_voice(points: Iterable[Point]) -> dict[str, list[Point]]:
    chains: dict[str, list[Point]] = defaultdict(list)
    for point in points:
        chains[point.voice.key].append(point)
    return dict(sorted(chains.items()))


def _label(
    last: Mapping[str, Sequence[Point]], excluding: Sequence[tuple[Point, Point]], denied: bool, series: Series
) -> str:
    if denied:
        return "denied"
    if excluding:
        return "contested"
    if not last:
        return "not asserted"
    for a, b in itertools.combinations(last.values(), 2):
        if any(same_time(p, q, series) and overlaps(p, q) for p in a for q in b):
            return "sources agree"
    return "one source" if len(last) == 1 else "not compared"


def _replaces(new: Point, old: Point, series: Series) -> bool:
    if new is old or not same_time(new, old, series):
        return False
    if new.report == old.report:
        was = old.change == "from" and new.change != "from"
        return was or (new.change in ("to", "total") and old.change is None and new.position > old.position)
    later, _ = report_days(new.published)
    _, earlier = report_days(old.published)
    return later is not None and earlier is not None and later > earlier


def _told(point: Point) -> tuple[dt.date, bool, str, int, str]:
    """When it was told: the day of the report, and within it what was before what is."""
    published, _ = report_days(point.published)
    return (published or dt.date.max, point.change != "from", point.report, point.position, point.key)


def _held(point: Point) -> tuple[dt.date, tuple[dt.date, bool, str, int, str]]:
    """When it holds, then when it was told."""
    return (point.start or point.end or dt.date.max, _told(point))


def _direction(before: Point, after: Point) -> str | None:
    lows, highs = (before.low or 0, after.low or 0), (_top(before), _top(after))
    if lows[1] >= lows[0] and highs[1] >= highs[0]:
        return "up"
    return "down" if lows[1] <= lows[0] and highs[1] <= highs[0] else None


def _top(point: Point) -> float:
    return float("inf") if point.high is None else point.high


def _days(point: Point) -> tuple[dt.date | None, dt.date | None]:
    """First and last day; an open end is the day of the report."""
    _, published = report_days(point.published)
    return point.start, point.end or published


def _near(a: dt.date | None, b: dt.date | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs((a - b).days) <= NEAR_DAYS
