"""
How the numbers of one source stand to those of the others: below, within, above, in every series where both speak.

Only values that bear on one another are held side by side (agreement.py), each voice by what it told last, and only
what counts. Which of them is right is not said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from ..records import Record
from .agreement import find_range, same_time
from .incidents import Comparison
from .series import Point
from .tolls import Bound

STANDS = ("below", "above", "within", "across")
TELL = {
    "below": "below all that others say",
    "above": "above all that others say",
    "within": "within what others say",
    "across": "partly outside what others say",
}


class Standing(Record, frozen=True, kw_only=True):
    """One figure of the source, and the range of what others say of the same."""

    title: str
    incident: str | None
    point: Point
    low: Bound
    high: Bound
    voices: int
    """How many other voices."""
    stands: str


def find_standings(comparisons: Iterable[Comparison], own: Collection[str]) -> tuple[Standing, ...]:
    """For each figure of the voices `own` (their keys) that others' bear on: how it stands to the range of these."""
    return tuple(
        standing
        for comparison in comparisons
        for backing in comparison.agreement.backings
        if backing.voice.key in own
        for point in backing.points
        if (standing := _standing(comparison, point, own))
    )


def count_standings(standings: Iterable[Standing]) -> list[tuple[str, int]]:
    """How many stand how, in the order of `STANDS`."""
    counts = Counter(standing.stands for standing in standings)
    return [(stands, counts[stands]) for stands in STANDS if counts[stands]]


def _standing(comparison: Comparison, point: Point, own: Collection[str]) -> Standing | None:
    series = comparison.series
    others = [
        other
        for backing in comparison.agreement.backings
        if backing.voice.key not in own
        for other in backing.points
        if same_time(point, other, series)
    ]
    if not others:
        return None
    low, high = find_range(others)
    return Standing(
        title=series.title,
        incident=series.question.incident,
        point=point,
        low=low,
        high=high,
        voices=len({other.voice.key for other in others}),
        stands=place_interval((point.low, point.high), (low, high)),
    )


def place_interval(one: tuple[Bound, Bound], range: tuple[Bound, Bound]) -> str:
    """
    How the interval `one` lies to `range`; None is an open side, below as good as 0.

        >>> place_interval((61, 61), (160, 240)), place_interval((160, 160), (61, 240))
        ('below', 'within')
        >>> place_interval((100, None), (61, 240)), place_interval((300, None), (61, 240))
        ('across', 'above')
    """
    infinite = float("inf")
    (low, high), (least, most) = ((a or 0, infinite if b is None else b) for a, b in (one, range))
    if high < least:
        return "below"
    if low > most:
        return "above"
    return "within" if least <= low and high <= most else "across"
