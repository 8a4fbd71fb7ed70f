"""
The days that a report's text names, whether or not a claim is dated by them.

"Daily tally, Tuesday 26 January" or "the raiders whom helicopters hunted on Tuesday" tell which day "by nightfall" is
of, though no claim's own time stands there.
"""

from __future__ import annotations

import bisect
import re

from ..records import When
from .date_words import MONTHS, WEEKDAYS
from .dates import DateValue, resolve_date
from .days import Days

MOST = 400
"""Different wordings that are read; a text with more of them is a table, not a story."""

_MONTH = "(?:" + "|".join(m.capitalize() for m in MONTHS) + ")"
_WEEKDAY = "(?:" + "|".join(w.capitalize() for w in WEEKDAYS) + ")"
_DAY_RE = re.compile(
    rf"\b(?:[Yy]esterday|(?:{_WEEKDAY},? )?(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})(?:,? \d{{4}})?(?!\d)|{_WEEKDAY}\b)"
)
_HABIT_RE = re.compile(r"\b(?:every|each|a|an|next|by|until|for)$")


class WrittenDays:
    """The days of a text by their places, each read when it is first asked for."""

    def __init__(self, text: str, published: Days | None) -> None:
        self.published = published
        self.found = [
            m for m in _DAY_RE.finditer(text) if not _HABIT_RE.search(text[max(0, m.start() - 8) : m.start()].rstrip())
        ]
        self.starts = [m.start() for m in self.found]
        self.read: dict[str, When | None] = {}

    def before(self, position: int, *, within: int) -> tuple[int, When] | None:
        """The last day named up to `within` characters before `position`, with its place."""
        last = bisect.bisect_left(self.starts, position) - 1
        for i in range(last, -1, -1):
            if position - self.starts[i] > within:
                return None
            when = self._when(self.found[i][0])
            if when is not None:
                return self.starts[i], when
        return None

    def _when(self, words: str) -> When | None:
        if words not in self.read:
            value = resolve_date(words, published=self.published) if len(self.read) < MOST else None
            self.read[words] = _of_one_day(words, value) if isinstance(value, DateValue) else None
        return self.read[words]


def _of_one_day(words: str, value: DateValue) -> When | None:
    if value.start is None or value.start != value.end:
        return None
    return When(
        start=value.start, end=value.end, text=words, span=None, basis="context", rule=value.rule, grain=value.grain
    )
