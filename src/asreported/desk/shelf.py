"""
The reports of a ledger in the order of their publication, held in memory: a few bytes a report.

The ledger has no index of the days of reports, and none of their titles, since claims are what it is searched for.
Reports are only ever added, so what was read once is read on from there.
"""

from __future__ import annotations

import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ..ledger.codec import unescape_some
from ..ledger.database import Database

_UNDATED = 4_000_000
"""In place of a day counted back from the last one; behind every dated report."""
_BITS = 40
_NUMBER = (1 << _BITS) - 1


class Shelf:
    """The newest published first, of one day the last added first, undated ones last. Used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self._order: list[
            int
        ] = []  # one number a report: its day from the last one back, then its n from the last one back
        self._worded = 0
        self._words: dict[int, str] = {}

    def find(
        self, database: Database, *, words: str = "", since: int | None = None, until: int | None = None
    ) -> Sequence[int]:
        """
        The n of the reports whose title or publisher have all of `words`, published in the days `since` to `until`.

        Days are proleptic ordinals; with one of them, undated reports are left out.
        """
        wanted = _fold(words).split()
        with self._lock:
            self._read_on(database)
            if wanted:
                self._read_words(database)
            start = 0 if until is None else bisect_left(self._order, _place(until, _NUMBER))
            if since is not None:
                end = bisect_left(self._order, _place(since - 1, _NUMBER))
            else:
                end = len(self._order) if until is None else bisect_left(self._order, _UNDATED << _BITS)
            found = self._order[start:end]
            for word in wanted:
                found = [one for one in found if word in self._words[_NUMBER - (one & _NUMBER)]]
        return _Numbers(found)

    def _read_on(self, database: Database) -> None:
        (last,) = database.one("SELECT coalesce(max(n), 0) FROM reports") or (0,)
        if last < self._last:  # a backup was put back meanwhile
            self._last, self._worded, self._order, self._words = 0, 0, [], {}
        if last == self._last:
            return
        rows = database.rows("SELECT n, published_day FROM reports WHERE n > ?", (self._last,))
        self._order += [_place(day, n) for n, day in rows]
        self._order.sort()
        self._last = max(n for n, _ in rows)

    def _read_words(self, database: Database) -> None:
        if self._worded == self._last:
            return
        rows = database.rows(
            "SELECT n, title, publisher FROM reports WHERE n > ? AND n <= ?", (self._worded, self._last)
        )
        for n, title, publisher in rows:
            self._words[n] = _fold(f"{unescape_some(title)} {unescape_some(publisher) or ''}")
        self._worded = self._last


class _Numbers(Sequence[int]):
    """The n of reports, each made when it is asked for: a page has 25 of 100,000."""

    def __init__(self, places: list[int]) -> None:
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[int]:
        return map(_number, self._places)

    def __getitem__(self, wanted):  # type: ignore[no-untyped-def]
        found = self._places[wanted]
        return [_number(one) for one in found] if isinstance(wanted, slice) else _number(found)


def _place(day: int | None, n: int) -> int:
    return (_UNDATED if day is None else _UNDATED - day) << _BITS | (_NUMBER - n)


def _number(place: int) -> int:
    return _NUMBER - (place & _NUMBER)


def _fold(text: str) -> str:
    """Without case and accents, marks as they are: a person may type "al-nuri"."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()
