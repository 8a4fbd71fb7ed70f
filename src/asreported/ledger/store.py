"""
The ledger: reports, their originals and claims, and what people decided, kept for good. Start reading here.

Facts are rows added, never changed; the rows by which they are found are made from them (schema.sql says which is
which). A change is one transaction: it is wholly there or not at all, whatever ends the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import LedgerError
from ..records import Claim, Kept, Reading, ReportHead
from .copies import CopyFinder, algorithm
from .database import Database
from .decisions import (
    ACTIONS,
    KEPT_REVIEWS,
    PAIRED,
    Decision,
    State,
    append,
    apply_corrections,
    fold,
    log_head,
    pair_target,
    read_history,
)
from .fetching import Fetcher
from .keeping import Added, index_anew, keep_reading, stored_report
from .links import was_incident
from .originals import Original, Originals
from .readers import reader_name
from .rebuild import rebuild_signatures

if TYPE_CHECKING:
    from .query import Found, Query


class Item(NamedTuple):
    """A reading to add, with the bytes that it was read from and its place in them."""

    reading: Reading
    original: bytes | Original
    locator: str = ""


class Ledger:
    """An open ledger; made by `open_ledger`, closed by its end or by `with`."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.originals = Originals(database)
        self.fetcher = Fetcher(database)
        self._signatures_checked = False
        self.finder = CopyFinder(database, lambda n: self.fetcher.text_where("r.n = ?", n))

    # ---- adding --------------------------------------------------------------------------

    def add(
        self, reading: Reading, original: bytes | Original, *, locator: str = "", reader: str | None = None
    ) -> Added:
        """
        Keep a reading and the bytes that it was read from, in one transaction.

        `locator` is the place in them: the number of the line in JSON lines, else nothing. What is known already adds
        nothing. Raises: LedgerError.
        """
        return self.add_many([Item(reading, original, locator)], reader=reader)[0]

    def add_many(self, items: Iterable[Item], *, reader: str | None = None) -> list[Added]:
        """All of `items` in one transaction, which is faster: all of them are kept when this returns, or none."""
        reader = reader or reader_name()
        self._check_signatures()
        try:
            with self.database.write(), self.originals.together():  # their bytes are on the disk before the rows are
                return [self._add(item, reader) for item in items]
        except BaseException:
            self.finder.forget()
            self.fetcher.forget()
            raise

    def _check_signatures(self) -> None:
        """Near-copies are found among signatures of one algorithm alone: compared once, before the first writing."""
        if not self._signatures_checked:
            row = self.database.one("SELECT value FROM meta WHERE key = 'signatures'")
            if row is None or row[0] != algorithm():
                rebuild_signatures(self.database)
            self._signatures_checked = True

    def _add(self, item: Item, reader: str) -> Added:
        original = item.original if isinstance(item.original, Original) else self.originals.keep(item.original)
        return keep_reading(self.database, self.finder, item.reading, original, item.locator, reader)

    # ---- reading -------------------------------------------------------------------------

    def kept(self, claim_ns: Sequence[int]) -> list[Kept]:
        """The claims with these row numbers, in their order, corrections applied."""
        return self.fetcher.kept(claim_ns)

    def claims(self, query: Query) -> Found:
        """The claims that `query` asks for."""
        from .find import find_claims

        return find_claims(self, query)

    def as_read(self, key: str) -> Claim:
        """The claim `REPORT:CLAIM` as it was read, without corrections. Raises: UnknownError."""
        claim: Claim = self._as_read(self.fetcher.number(key))
        return claim

    def text(self, report_key: str) -> str:
        """The text that the offsets of the report's claims count in."""
        return self.fetcher.text(report_key)

    def head(self, report_key: str) -> ReportHead:
        """What is known about a report beside its text."""
        return self.fetcher.head(report_key)

    # ---- deciding ------------------------------------------------------------------------

    def decide(
        self, target: str, action: str, *, value: Any = None, who: str, why: str = "", expected: int | None = None
    ) -> Decision:
        """
        Add a decision on a claim (`REPORT:CLAIM`), or `same` and `different` on a pair (`pair_target`).

        An `opinion` is kept with the others, and leaves the claim as it is.

        `expected` is how many decisions on the target the person saw. Raises: ConflictError where there are more by
        now, LedgerError where the decision does not fit or is on what is not there; nothing is written then.
        """
        pair = " " in target
        if pair:
            target = pair_target(*target.split(" ", 1))
        if action not in ("undo", "comment") and action in ACTIONS and pair != (action in PAIRED):
            raise LedgerError(
                f"{action} is not for {target!r}; {', '.join(PAIRED)} are for pairs, the others for claims"
            )
        with self.database.write():
            number = None if pair else self.fetcher.number(target)
            history = read_history(self.database, target)
            if pair and not history:
                self._check_pair(target)
            if number is not None and isinstance(value, dict):
                self._check_value(target, number, action, value, fold(history).corrections)
            decision = append(self.database, history, target, action, value, who, why, expected)
            if number is not None:
                self._apply(number, fold(history), fold([*history, decision]))
        return decision

    def _check_pair(self, target: str) -> None:
        """A decision cannot be removed, so one on a key that was mistyped would stay for good, and do nothing."""
        for key in target.split(" "):
            if ":" in key:
                self.fetcher.number(key)
            elif not was_incident(self.database, key):
                raise LedgerError(f"{self.database.name}: there is no incident {key!r}; `asreported find` shows them")

    def find_key(self, typed: str) -> str:
        """
        The key of the claim or incident that a person means by it, or by its beginning.

        Raises: LedgerError where there is none, or several.
        """
        return typed if was_incident(self.database, typed) else self.fetcher.find_key(typed)

    def _check_value(self, target: str, number: int, action: str, value: dict[str, Any], known: dict[str, Any]) -> None:
        """Corrections fit the claim and its text; an opinion's are on the claim as it was read."""
        corrections = (
            known | value if action == "correct" else value.get("corrections") if action == "opinion" else None
        )
        if corrections:
            apply_corrections(self._as_read(number), corrections, self.text(target.partition(":")[0]))

    def add_claim(self, report_key: str, claim: Claim, *, who: str, why: str = "", vector: bytes | None = None) -> str:
        """
        Keep a claim that the reader missed, accepted by `who`; returns its key. by_hand.py says how.

        Raises: LedgerError where it is there already or does not fit the text.
        """
        from .by_hand import add_claim

        return add_claim(self, report_key, claim, who, why, vector)

    def _apply(self, number: int, before: State, after: State) -> None:
        """The columns that come from decisions, after one was added."""
        sql = (
            "UPDATE claims SET review = ?, current = CASE WHEN ? OR reading_n = "
            "(SELECT max(g.n) FROM readings g WHERE g.report_n = claims.report_n) THEN 1 ELSE 0 END WHERE n = ?"
        )
        self.database.execute(sql, (after.review, after.review in KEPT_REVIEWS, number))
        if before.corrections != after.corrections:
            row = self.database.one(
                "SELECT r.id, r.title, r.publisher, r.published, r.url FROM claims c "
                "JOIN reports r ON r.n = c.report_n WHERE c.n = ?",
                (number,),
            )
            if row:
                claim = apply_corrections(self._as_read(number), after.corrections)
                index_anew(self.database, number, claim, stored_report(*row))

    def _as_read(self, number: int) -> Any:
        row = self.database.one("SELECT reading_n, position FROM claims WHERE n = ?", (number,)) or (0, 0)
        return self.fetcher.claims_of(row[0])[row[1]]

    def history(self, target: str) -> list[Decision]:
        """The decisions on `target`, first to last."""
        return read_history(self.database, target)

    def state(self, target: str) -> State:
        """What the decisions on `target` come to."""
        return fold(self.history(target))

    def constraints(self) -> list[tuple[str, str, str]]:
        """The pairs that people called `same` or `different` and did not undo: both keys and the verdict."""
        rows = self.database.rows("SELECT DISTINCT target FROM decisions WHERE action IN ('same', 'different')")
        pairs = []
        for (target,) in sorted(rows):
            if verdict := self.state(target).pair:
                first, _, second = target.partition(" ")
                pairs.append((first, second, verdict))
        return pairs

    def log_head(self) -> tuple[int, str]:
        """How many decisions there are, and the hash of the last."""
        return log_head(self.database)

    # ---- closing -------------------------------------------------------------------------

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_ledger(where: str | Path, *, create: bool = False) -> Ledger:
    """
    The ledger in the folder or at the URL `where`; with `create` it is made where there is none.

    An older one is brought up to date; of one in a folder a backup is made before.

    Raises: LedgerError, saying what to do.
    """
    from .opening import prepare

    return Ledger(prepare(where, create=create))
