"""
Who decided what on each claim, kept in memory and brought up to the log of decisions before each use.

All of second opinions, adjudication and agreement start from here, and not from the claims: of a million claims a few
thousand are decided on. The log only grows, so what is new in it is all that has to be read.
"""

from __future__ import annotations

import hashlib
import threading
import weakref
import zlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from ..compare.coders import Agreement, Coded, Coding, code, differences
from ..errors import LedgerError, UnknownError
from ..ledger.codec import decode_claim, escape, split_claims, unescape, unescape_some, unpack
from ..ledger.decisions import FIRST, REVIEWS, Decision, Opinion, fold, opinions, read_log
from ..ledger.store import Ledger
from ..records import Claim, Record
from .state import Desk

SEED = "asreported second opinion 1"
"""Of the sample; it is one for all, so that nobody can try others until the sample suits them."""
SHARES = (5, 10, 20, 100)
MOST_MEASURED = 32
"""Tables of agreement that are kept until a decision comes."""


class Case(Record, frozen=True, kw_only=True):
    """A claim that people decided on: the first decision, the blind opinions after it, and what settled them."""

    key: str
    rank: str
    """Its place in the sample, see `rank_of`."""
    first: Opinion | None
    """The review that stood before the first opinion; None where it was undone."""
    opinions: tuple[Opinion, ...]
    outcome: Opinion | None
    """The review that came after the last opinion and stands: the adjudication."""
    known_to: frozenset[str]
    """Who decided or commented on it otherwise than by an opinion, and so has seen what others did."""
    version: int
    """How many decisions there are, undone ones too."""


class Facts(NamedTuple):
    """What a claim is, as it was read, and what report it is of."""

    kind: str
    status: str
    publisher: str
    published: str


class Double(NamedTuple):
    """A claim with opinions, and what each person made of it."""

    case: Case
    coded: Coded
    differs: bool
    """Whether an opinion differs from the first decision."""


def case_of(key: str, history: Sequence[Decision]) -> Case:
    """What the decisions on one claim, in order, come to."""
    standing = set(fold(history).standing)
    said = [d.n for d in history if d.action == "opinion" and d.n in standing]
    reviews = [d for d in history if d.action in REVIEWS and d.n in standing]
    first, last = (said[0], said[-1]) if said else (2**62, 2**62)
    return Case(
        key=key,
        rank=rank_of(key),
        first=_review([d for d in reviews if d.n < first]),
        opinions=opinions(history),
        outcome=_review(reviews) if reviews and reviews[-1].n > last else None,
        known_to=frozenset(d.who for d in history if d.action in (*REVIEWS, "comment")),
        version=len(history),
    )


def _review(standing: Sequence[Decision]) -> Opinion | None:
    """The review that decisions which stand come to, in the name of who decided last."""
    if not standing:
        return None
    last, state = standing[-1], fold(standing)
    return Opinion(
        n=last.n,
        who=last.who,
        review=state.review,
        corrections=state.corrections,
        why=last.why,
        decided_at=last.decided_at,
    )


def rank_of(key: str) -> str:
    """
    A claim's place in the sample: 16 hexadecimal digits of the SHA-256 of the seed, a line feed and the claim's key.

        >>> rank_of("a:1")
        '1ee7ab4b29e21d99'
    """
    return hashlib.sha256(f"{SEED}\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_sampled(rank: str, percent: int) -> bool:
    """Whether a claim is in the sample: who is among 5 of 100 is among 10 and 20 of 100 too."""
    return int(rank, 16) * 100 < percent << 64


# ---- the log -----------------------------------------------------------------------------


class Log:
    """The cases of one ledger. Used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._head = (0, FIRST)
        self._cases: dict[str, Case] = {}
        self._facts: dict[str, Facts] = {}
        self._doubles: dict[str, Double] = {}
        self._measured: dict[Hashable, Agreement] = {}
        self._reading = -1

    def cases(self, ledger: Ledger) -> dict[str, Case]:
        """The cases by the keys of their claims, as `ledger` has them now."""
        with self._lock, ledger.database.snapshot():
            head = ledger.log_head()
            if head != self._head:
                self._catch_up(ledger)
                self._head = head
            return dict(self._cases)

    def _catch_up(self, ledger: Ledger) -> None:
        n, digest = self._head
        row = ledger.database.one("SELECT sha256 FROM decisions WHERE n = ?", (n,))
        if row is None or row[0] != digest:  # nothing was read yet, or another ledger was put in the place of this one
            histories: dict[str, list[Decision]] = {}
            for decision in read_log(ledger.database):
                histories.setdefault(decision.target, []).append(decision)
            self._cases = {key: case_of(key, history) for key, history in histories.items() if " " not in key}
            return
        for (target,) in ledger.database.rows("SELECT DISTINCT target FROM decisions WHERE n > ?", (n,)):
            key = unescape(target)
            if " " not in key:
                self._cases[key] = case_of(key, ledger.history(key))

    def facts(self, ledger: Ledger, keys: Iterable[str]) -> dict[str, Facts]:
        """What the claims `keys` are as they were read; those that are not in the ledger are left out."""
        keys = list(keys)
        with self._lock:
            self._forget_earlier_readings(ledger)
            self._facts |= read_facts(ledger, [key for key in keys if key not in self._facts])
            return {key: self._facts[key] for key in keys if key in self._facts}

    def doubles(self, ledger: Ledger) -> list[Double]:
        """All claims on which there are opinions, with what each person made of them."""
        cases = [case for case in self.cases(ledger).values() if case.opinions]
        with self._lock:
            self._forget_earlier_readings(ledger)
            known = {case.key: self._doubles.get(case.key) for case in cases}
            new = [case for case in cases if (one := known[case.key]) is None or one.case is not case]
            claims = read_claims(ledger, [case.key for case in new])
            for case in new:
                self._doubles.pop(case.key, None)
                if case.key in claims:
                    self._doubles[case.key] = double_of(case, claims[case.key])
            return [self._doubles[case.key] for case in cases if case.key in self._doubles]

    def measured(self, of: Hashable, make: Callable[[], Agreement]) -> Agreement:
        """What `make` gives, made once for the decisions and readings that there are now."""
        name = (self._head, self._reading, of)
        found = self._measured.get(name)
        if found is None:
            found = make()
            with self._lock:
                while len(self._measured) >= MOST_MEASURED:
                    self._measured.pop(next(iter(self._measured)))
                self._measured[name] = found
        return found

    def _forget_earlier_readings(self, ledger: Ledger) -> None:
        (reading,) = ledger.database.one("SELECT max(n) FROM readings") or (None,)
        if reading != self._reading:
            self._facts, self._doubles, self._reading = {}, {}, reading


_logs: weakref.WeakKeyDictionary[Desk, Log] = weakref.WeakKeyDictionary()
_logs_lock = threading.Lock()


def log_of(desk: Desk) -> Log:
    """The log that `desk` keeps."""
    with _logs_lock:
        return _logs.setdefault(desk, Log())


# ---- claims as they were read ------------------------------------------------------------


def read_claims(ledger: Ledger, keys: Iterable[str]) -> dict[str, Claim]:
    """
    The claims `keys` as the model read them; those that are not in the ledger are left out.

    Of each reading only the claims that are asked for are decoded, since they often lie in thousands of readings.
    """
    places: dict[int, list[tuple[int, str]]] = {}
    for key in keys:
        report, _, claim = key.partition(":")
        row = ledger.database.one(
            "SELECT c.reading_n, c.position FROM claims c JOIN reports r ON r.n = c.report_n "
            "WHERE r.key = ? AND c.id = ?",
            (report, escape(claim)),
        )
        if row is not None:
            places.setdefault(row[0], []).append((row[1], key))
    found: dict[str, Claim] = {}
    for reading, of_reading in places.items():
        (content,) = ledger.database.one("SELECT claims FROM readings WHERE n = ?", (reading,)) or (b"",)
        try:
            claims = split_claims(unpack(bytes(content)))
            found |= {key: decode_claim(claims[position]) for position, key in of_reading}
        except (zlib.error, msgspec.DecodeError, ValueError) as err:
            raise LedgerError(
                f"reading {reading} is damaged ({err}); `asreported ledger verify` says what to do"
            ) from err
    return found


def read_facts(ledger: Ledger, keys: Iterable[str]) -> dict[str, Facts]:
    """What the claims `keys` are as they were read. The rows of claims hold that, unless somebody corrected them."""
    found: dict[str, Facts] = {}
    for key in keys:
        report, _, claim = key.partition(":")
        row = ledger.database.one(
            "SELECT c.kind, c.status, r.publisher, r.published, EXISTS (SELECT 1 FROM decisions d WHERE d.target = ? "
            "AND d.action = 'correct') FROM claims c JOIN reports r ON r.n = c.report_n WHERE r.key = ? AND c.id = ?",
            (escape(key), report, escape(claim)),
        )
        if row is not None:
            kind, status, publisher, published, corrected = row
            if corrected:
                read = read_claim(ledger, key)
                kind, status = read.kind, read.status
            found[key] = Facts(kind, status, unescape_some(publisher) or "", unescape_some(published) or "")
    return found


def read_claim(ledger: Ledger, key: str) -> Claim:
    """Raises: UnknownError."""
    found = read_claims(ledger, (key,)).get(key)
    if found is None:
        raise UnknownError(f"There is no claim {key!r} in this ledger.")
    return found


def coding_of(opinion: Opinion, claim: Claim) -> Coding | None:
    """What a review or an opinion made of the claim; None where its corrections no longer fit a newer reading."""
    try:
        return code(opinion.who, opinion.review, claim, opinion.corrections)
    except LedgerError:
        return None


def double_of(case: Case, claim: Claim) -> Double:
    """The codings of one claim by different people. An opinion on one's own first decision is not a second one."""
    first = coding_of(case.first, claim) if case.first else None
    said = [coding_of(one, claim) for one in case.opinions if case.first is None or one.who != case.first.who]
    others = tuple(coding for coding in said if coding is not None)
    report = case.key.partition(":")[0]
    coded = Coded(key=case.key, report=report, kind=claim.kind, first=first, others=others)
    return Double(case, coded, first is not None and any(differences(first, other) for other in others))
