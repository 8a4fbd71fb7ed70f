"""
What relative words of time count from, and the choice among the days of what comes round every week or year.

Chosen: the latest on or before publication; in plans, and after "by", "until" and "from", the nearest one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from ..records import Record
from .days import Days


class Unresolved(Record, frozen=True, kw_only=True):
    """No days, and why: a value, not an error."""

    reason: str


NO_DATE = Unresolved(reason="no publication date")
NO_REFERENCE = Unresolved(reason="no date before it to count from")
VAGUE = Unresolved(reason="vague")
DURATION = Unresolved(reason="a duration without an anchor")
RECURRING = Unresolved(reason="recurring")
AMBIGUOUS = Unresolved(reason="day and month are ambiguous")
NOTHING = Unresolved(reason="no date in it")
COUNTRY = Unresolved(reason="depends on the country")
FISCAL = Unresolved(reason="a fiscal year differs between countries")
ERA = Unresolved(reason="an era")
BEFORE_CHRIST = Unresolved(reason="before the first year of the calendar")
OTHER_CALENDAR = Unresolved(reason="a year of another calendar")
A_NAME = Unresolved(reason="a name, not a date")
OUTSIDE = Unresolved(reason="outside the calendar")


class Anchors(Record, frozen=True, kw_only=True):
    """What relative words count from."""

    published: Days | None
    reference: Days | None = None
    future: bool = False
    nearest: bool = False
    """True after "by", "until" and "from", which look ahead as often as back."""
    event: Days | None = None
    """The days of the event that the words name, where they name one."""
    contexts: tuple[str, ...] = ()
    """Texts around, the nearest first, which name the places."""

    @property
    def today(self) -> dt.date | None:
        """The day of publication, where it is known to the day."""
        return self.published.last if self.published and self.published.first == self.published.last else None


Builder = Callable[[re.Match[str], Anchors], Days | Unresolved]
"""Reads what a pattern has matched."""


def choose(options: list[Days], at: Anchors, *, which: str | None = None) -> Days | Unresolved:
    """The one of the recurring `options` that is meant, seen from publication."""
    base = at.published
    if base is None or base.last is None or base.first is None:
        return NO_DATE
    start, now = base.first, base.last
    options = sorted((o for o in options if o.first and o.last), key=first_of)
    back = [o for o in options if first_of(o) <= now]
    if which == "last":
        back = [o for o in back if last_of(o) < start]
    ahead = [o for o in options if first_of(o) > now]
    if which == "next":
        return ahead[0] if ahead else OUTSIDE
    if which is None and (at.future or at.nearest):
        near = sorted(back[-1:] + ahead[:1], key=lambda o: max((first_of(o) - now).days, (start - last_of(o)).days, 0))
        return near[0] if near else OUTSIDE
    return back[-1] if back else OUTSIDE


def first_of(option: Days) -> dt.date:
    return option.first or dt.date.min


def last_of(option: Days) -> dt.date:
    return option.last or dt.date.max


def yearly(
    make: Callable[[int], Days], year: int | None, at: Anchors, *, which: str | None = None
) -> Days | Unresolved:
    """A thing of every year, in the year given or in the one meant."""
    if year is not None:
        return attempt(make, year) or OUTSIDE
    base = at.published
    if base is None or base.last is None:
        return NO_DATE
    # nine years: 29 February may be eight years off
    around = [attempt(make, base.last.year + i) for i in range(-8, 9)]
    return choose([o for o in around if o is not None], at, which=which)


def attempt(make: Callable[[int], Days], year: int) -> Days | None:
    try:
        return make(year)
    except (ValueError, OverflowError):
        return None


def number_of(word: str | None) -> float:
    return 1 if word in (None, "", "a", "an") else float(word or 1)


def which_one(word: str | None) -> str | None:
    return {
        "last": "last",
        "past": "last",
        "previous": "last",
        "next": "next",
        "coming": "next",
        "following": "next",
    }.get(word or "")


def year_of(match: re.Match[str], at: Anchors) -> int | None:
    """The year that the words give, none where they give none."""
    if match["year"]:
        return int(match["year"])
    if not (match["rel"] or match["ago"]):
        return None
    base = at.reference if match["rel"] in ("that", "same", "previous") and at.reference else at.published
    if base is None or base.last is None:
        return None
    if match["ago"]:
        return base.last.year - int(number_of(match["ago"]))
    return base.last.year + {"last": -1, "previous": -1, "next": 1}.get(match["rel"], 0)
