"""
The claims of a ledger linked to incidents, step by step as reports come in.

The incidents are a function of the claims and of what people decided, whatever the order in which they came: linking
at once, or after every report, or being killed in between and going on comes to the same. First each new report is
made into accounts, and these are compared with those in their blocks (`_prepare`); then the parts of the graph that
were touched are clustered anew (`_settle`). Each step is a transaction of its own. See docs/linking.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..link.matching import Matcher, load_matcher
from ..records import Record
from .linked_accounts import AccountStore
from .linked_graph import CAP, Graph
from .verdicts import Verdicts, decided_reports, marks, read_verdicts

if TYPE_CHECKING:
    from .store import Ledger

RULES = 1
"""Raised when accounts, blocks or edges are made by other rules, so that all are made again."""
CLAIMS_AT_ONCE = 1_500
REPORTS_AT_ONCE = 100
TOUCHED_AT_ONCE = 2_000
DERIVED = ("touched", "edges", "full_blocks", "blocks", "account_claims", "accounts", "contexts")
Progress = Callable[[str, int, int], None]
"""Hears what is done, how much of it, and of how much."""


class Linked(Record, frozen=True, kw_only=True):
    """What one linking did."""

    reports: int
    """Those that were new, read anew or decided on."""
    accounts: int
    pairs: int
    """How many pairs of accounts were compared."""
    incidents: int
    """How many incidents were found or found again."""
    changed: int
    """How many claims are linked otherwise than before."""
    seconds: float


def link_new(
    ledger: Ledger, *, matcher: Matcher | None = None, progress: Progress | None = None, again: bool = False,
    cap: int = CAP,
) -> Linked:  # fmt: skip
    """
    Link what was added, read anew or decided since the last linking; with `again`, or by another matcher, everything.

    Stopped at any point it leaves the ledger whole, and the next call goes on. `cap` is for tests.
    Raises: LedgerError, ModelError.
    """
    return _Linking(ledger, matcher or load_matcher(), progress or (lambda what, done, whole: None), cap).run(again)


class _Linking:
    def __init__(self, ledger: Ledger, matcher: Matcher, progress: Progress, cap: int) -> None:
        self.ledger = ledger
        self.database = ledger.database
        self.matcher = matcher
        self.progress = progress
        self.store = AccountStore(ledger)
        self.graph = Graph(self.store, matcher, cap=cap)
        self.rules = f"{matcher.version} rules {RULES} cap {cap}"
        self._verdicts: Verdicts | None = None
        self.reports = self.accounts = self.pairs = self.incidents = self.changed = 0

    def run(self, again: bool) -> Linked:
        started = time.monotonic()
        try:
            self._begin(again)
            self._prepare()
            self._settle()
        except BaseException:
            self.ledger.fetcher.forget()
            raise
        return Linked(
            reports=self.reports, accounts=self.accounts, pairs=self.pairs, incidents=self.incidents,
            changed=self.changed, seconds=round(time.monotonic() - started, 3),
        )  # fmt: skip

    # ---- what is to be done --------------------------------------------------------------

    def _begin(self, again: bool) -> None:
        """Everything taken out where it was made by another matcher; claims stay linked as they were until the end."""
        if not again and self._meta("matcher") == self.rules:
            return
        with self.database.write():
            for table in DERIVED:
                self.database.execute(f"DELETE FROM {table}")
            self._set_meta("matcher", self.rules)
            self._set_meta("linked_decisions", "0")

    def _waiting(self) -> list[int]:
        """The reports without accounts, read anew, or in another chain than they were; in the order of their days."""
        sql = (
            "SELECT r.n FROM reports r JOIN (SELECT report_n, max(n) AS latest FROM readings GROUP BY report_n) g "
            "ON g.report_n = r.n LEFT JOIN chains c ON c.report_n = r.n LEFT JOIN contexts x ON x.report_n = r.n "
            "WHERE x.report_n IS NULL OR x.reading_n <> g.latest OR x.chain_n <> coalesce(c.chain_n, r.n) "
            "ORDER BY r.published_day IS NULL, r.published_day, r.n"
        )
        return [n for (n,) in self.database.rows(sql)]

    # ---- accounts and edges --------------------------------------------------------------

    def _prepare(self) -> None:
        head = self.ledger.log_head()[0]
        seen = int(self._meta("linked_decisions") or 0)
        waiting = self._waiting()
        known = set(waiting)
        decided = sorted(decided_reports(self.ledger, seen) - known) if head > seen else []
        whole = len(waiting) + len(decided)
        for report_ns in self._batches([*waiting, *decided]):
            self._renew(report_ns)
            self.progress("comparing", self.reports, whole)
        if head > seen:
            with self.database.write():
                self._set_meta("linked_decisions", str(max(head, int(self._meta("linked_decisions") or 0))))

    def _renew(self, report_ns: Sequence[int]) -> None:
        """The accounts and edges of the reports made, or made again; one transaction."""
        try:
            with self.database.write():
                verdicts = self._current_verdicts()
                removed = self.graph.take_out(report_ns, verdicts)
                made = self.store.make(report_ns, self.matcher, verdicts)
                pairs = self.graph.put_in(made, removed)
                changed = self.graph.unlink(report_ns)
        except BaseException:
            self.store.forget()
            raise
        self.reports += len(report_ns)
        self.accounts += len(made)
        self.pairs += pairs
        self.changed += changed

    def _batches(self, report_ns: Sequence[int]) -> Iterator[list[int]]:
        """The reports in parts of about as many claims, so that a transaction is never long."""
        for start in range(0, len(report_ns), REPORTS_AT_ONCE):
            some = report_ns[start : start + REPORTS_AT_ONCE]
            sql = f"SELECT report_n, max(claim_count) FROM readings WHERE report_n IN ({marks(some)}) GROUP BY report_n"
            counts: dict[int, int] = dict(self.database.rows(sql, some))
            batch: list[int] = []
            claims = 0
            for n in some:
                if batch and claims + counts.get(n, 0) > CLAIMS_AT_ONCE:
                    yield batch
                    batch, claims = [], 0
                batch.append(n)
                claims += counts.get(n, 0)
            yield batch

    # ---- incidents -----------------------------------------------------------------------

    def _settle(self) -> None:
        row = self.database.one("SELECT count(*) FROM touched") or (0,)
        whole = int(row[0])
        while True:
            with self.database.write():
                found = self.graph.settle(self._current_verdicts(), TOUCHED_AT_ONCE)
            if found is None:
                return
            self.incidents += found[0]
            self.changed += found[1]
            left = self.database.one("SELECT count(*) FROM touched") or (0,)
            self.progress("linking", max(0, whole - int(left[0])), whole)

    # ---- helpers -------------------------------------------------------------------------

    def _current_verdicts(self) -> Verdicts:
        """What people decided by now; asked within the transaction, so that nothing is linked by an older state."""
        if self._verdicts is None or self._verdicts.head != self.ledger.log_head()[0]:
            self._verdicts = read_verdicts(self.ledger)
        return self._verdicts

    def _meta(self, key: str) -> str | None:
        row = self.database.one("SELECT value FROM meta WHERE key = ?", (key,))
        return None if row is None else str(row[0])

    def _set_meta(self, key: str, value: str) -> None:
        self.database.execute("DELETE FROM meta WHERE key = ?", (key,))
        self.database.execute("INSERT INTO meta VALUES (?, ?)", (key, value))
