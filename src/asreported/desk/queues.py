"""
Who gets which claim next: lines of waiting claims, kept in the process and shared by all who ask for the same.

A line is opened once for a filter and an order. What is decided afterwards, here or elsewhere, is read from the log of
decisions, so each claim that is handed out was still to be decided a moment before. A claim that somebody looks at is
theirs for a while: others get the next one, as long as there are others. Nothing of this is kept: it only spares two
people the same work, and a decision that comes second is refused by the ledger (deciding.py).
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..ledger.codec import escape, unescape
from ..ledger.query import Query
from ..ledger.store import Ledger
from .queue_orders import Lined, compare_more, line_up, others_last

MOST_LINES = 30
MOST_SESSIONS = 300
LEASE = 120.0
"""Seconds for which a claim that was handed out is somebody's."""
AHEAD = 50
"""Claims that a line should have waiting, and the seconds that it may take at each turn to come to them."""
LITTLE = 0.03
TRIES = 3
"""Times that a line which is used up is asked for more claims."""
MOST_NEW = 2_000
"""Decisions by others that are followed one by one; with more the line is opened anew."""


class Ticket(NamedTuple):
    """A claim to be decided next."""

    n: int
    key: str


class Turn(NamedTuple):
    """What a person gets: the next claims, how many are left, and what is to be said of it."""

    tickets: list[Ticket]
    left: int
    more: bool
    """There are at least so many: the line holds not all."""
    again: bool
    """These were skipped before."""
    shared: bool
    """Somebody else is looking at them."""


class Session:
    """What one person's page did with claims."""

    def __init__(self) -> None:
        self.decided: set[int] = set()
        self.skipped: OrderedDict[int, None] = OrderedDict()


class Line:
    """The claims that wait, of one filter in one order; used by one thread at a time."""

    def __init__(self, query: Query, order: str) -> None:
        self.query, self.order = query, order
        self.lock = threading.Lock()
        self.numbers: list[int] = []
        self.opened = False

    def open(self, ledger: Ledger) -> None:
        self.seen, _ = ledger.log_head()
        self.added = _last_reading(ledger)
        self.numbers, self.more, self.rest = line_up(ledger, self.query, self.order)
        self.members = set(self.numbers)
        self.gone: set[int] = set()
        self.opened = True

    def go_on(self, ledger: Ledger) -> None:
        """More claims, when those that it has are used up."""
        if self.rest is None:
            self.open(ledger)
        else:
            self._add(compare_more(ledger, self.query, self.rest))

    def look_ahead(self, ledger: Ledger) -> None:
        """A little of what `go_on` will need, while somebody reads."""
        if self.rest is not None:
            self._add(compare_more(ledger, self.query, self.rest, LITTLE))

    def give_up(self, ledger: Ledger) -> None:
        """The other claims, where comparing found none for a while."""
        if self.rest is not None:
            self._add(others_last(ledger, self.query, self.numbers))

    def _add(self, lined: Lined) -> None:
        self.numbers += [n for n in lined.numbers if n not in self.members]
        self.members.update(lined.numbers)
        self.more, self.rest = lined.more, lined.rest

    def follow(self, ledger: Ledger) -> None:
        """Take out what was decided since, and in again what was undone."""
        head, _ = ledger.log_head()
        if head == self.seen:
            return
        sql = "SELECT DISTINCT target FROM decisions WHERE n > ? AND n <= ?"
        rows = ledger.database.rows(sql, (self.seen, head))
        if len(rows) > MOST_NEW:
            self.open(ledger)
            return
        for (target,) in rows:
            self._look(ledger, unescape(target))
        self.seen = head

    def _look(self, ledger: Ledger, target: str) -> None:
        report, _, claim = target.partition(":")
        sql = "SELECT c.n, c.review FROM claims c JOIN reports r ON r.n = c.report_n WHERE r.key = ? AND c.id = ?"
        row = None if " " in target else ledger.database.one(sql, (escape(report), escape(claim)))
        if row and row[0] in self.members:
            (self.gone.discard if row[1] in self.query.reviews else self.gone.add)(row[0])


class Queues:
    """All lines, the sessions and the leases of one desk."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: OrderedDict[tuple[Query, str], Line] = OrderedDict()
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._leases: dict[int, tuple[str, float]] = {}

    def turn(
        self, ledger: Ledger, query: Query, order: str, session: str, *, decided: Iterable[str] = (),
        skipped: Iterable[str] = (), back: Iterable[str] = (), count: int = 2, fresh: bool = False,
    ) -> Turn:  # fmt: skip
        """
        The next `count` claims for a `session`, after those that it `decided`, `skipped`, or took `back`.

        `query` names the reviews that wait. With `fresh` the line is opened anew if reports were added since.
        Raises: LedgerError.
        """
        line, own = self._line(query, order), self._session(session)
        with line.lock:
            if not line.opened or (fresh and line.added != _last_reading(ledger)):
                line.open(ledger)
            line.follow(ledger)
            for key in decided:
                own.decided.add(n := ledger.fetcher.number(key))
                own.skipped.pop(n, None)
            own.skipped.update({ledger.fetcher.number(key): None for key in skipped})
            own.decided.difference_update(ledger.fetcher.number(key) for key in back)
            found, again, shared = self._choose(ledger, line, own, session, count)
            left = len(line.numbers) - len(line.gone | (own.decided & line.members))
            if left < AHEAD:
                line.look_ahead(ledger)
            tickets = [Ticket(n, kept.key) for n, kept in zip(found, ledger.kept(found), strict=True)]
            return Turn(tickets, left, line.more, again, shared)

    def _choose(
        self, ledger: Ledger, line: Line, own: Session, session: str, count: int
    ) -> tuple[list[int], bool, bool]:
        found, taken = self._free(line, own, session, count)
        for step in [line.go_on] * TRIES + [line.give_up]:
            if found or taken or not line.more:
                break
            step(ledger)
            found, taken = self._free(line, own, session, count)
        again = shared = False
        if not found:
            found, again = [n for n in own.skipped if n not in line.gone and n in line.members][:count], True
            if found:
                own.skipped.clear()
        if not found:
            found, again, shared = taken[:count], False, True
        self._lease(found, session)
        return found, again and bool(found), shared and bool(found)

    def _free(self, line: Line, own: Session, session: str, count: int) -> tuple[list[int], list[int]]:
        """The first claims of `line` that wait for this session, and before them those that others look at."""
        now = time.monotonic()
        found: list[int] = []
        taken: list[int] = []
        for n in line.numbers:
            if n in line.gone or n in own.decided or n in own.skipped:
                continue
            holder, until = self._leases.get(n, (session, 0.0))
            (found if holder == session or until < now else taken).append(n)
            if len(found) == count:
                break
        return found, taken

    def _lease(self, numbers: Sequence[int], session: str) -> None:
        now = time.monotonic()
        with self._lock:
            if len(self._leases) > 1_000:
                self._leases = {n: lease for n, lease in self._leases.items() if lease[1] > now}
            for n in [n for n, (holder, _) in self._leases.items() if holder == session]:
                del self._leases[n]
            self._leases |= dict.fromkeys(numbers, (session, now + LEASE))

    def _line(self, query: Query, order: str) -> Line:
        with self._lock:
            line = self._lines.setdefault((query, order), Line(query, order))
            self._lines.move_to_end((query, order))
            while len(self._lines) > MOST_LINES:
                self._lines.popitem(last=False)
            return line

    def _session(self, session: str) -> Session:
        with self._lock:
            own = self._sessions.setdefault(session, Session())
            self._sessions.move_to_end(session)
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
            return own


def _last_reading(ledger: Ledger) -> int:
    return int((ledger.database.one("SELECT max(n) FROM readings") or (0,))[0] or 0)
