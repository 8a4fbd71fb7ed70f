"""The gist of an incident in words: what, where, and on which day."""

from __future__ import annotations

from ..compare.gist import Gist
from ..compare.totals import Toll
from .series_words import tell_range
from .words import tell_where


def tell_gist(gist: Gist) -> str:
    """
    What, where and when in one line.

        >>> tell_gist(Gist(kinds=("airstrike", "killing"), where=None, day=None, reported=False))
        'airstrike, killing; no place, no day'
    """
    where = tell_where(gist.where) if gist.where else "no place"
    return f"{', '.join(gist.kinds)}; {where}, {tell_gist_day(gist)}"


def tell_gist_day(gist: Gist) -> str:
    """The day; that of the first report is told as such."""
    if gist.day is None:
        return "no day"
    return f"first reported {gist.day}" if gist.reported else gist.day.isoformat()


def tell_toll(toll: Toll) -> str:
    """The range of the killed; words where no number of them is told, or nobody is told to have been killed."""
    if toll.uncounted:
        return "told without a number"
    return "none told" if toll.high == 0 else tell_range(toll.low, toll.high)
