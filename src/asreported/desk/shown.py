"""
What the reader shows of one report: its text, what is known about it, and its claims with what people decided.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ..compare.chains import name_sources
from ..errors import UnknownError
from ..ledger.codec import escape, unescape
from ..ledger.database import Database
from ..ledger.decisions import REVIEWS, Decision, read_history
from ..ledger.store import Ledger
from ..records import Kept, Record, ReportHead
from ..show.marks import claim_marks
from ..show.reader import LANGUAGE_RE, PARTS, family_of
from ..show.words import Row, claim_rows, tell_publisher
from .about import Facts, read_facts

__all__ = ["Facts", "Shown", "Told", "as_json", "show_report", "show_text", "tell_claims"]


class Told(Record, frozen=True, kw_only=True):
    """A claim as the reader shows it; `n` counts the claims of the report in the order of their triggers."""

    n: int
    kept: Kept
    rows: tuple[Row, ...]
    decision: Decision | None
    """The one that its review comes from."""
    decisions: int

    @property
    def family(self) -> str:
        return family_of(self.kept.claim.kind)

    @property
    def sources(self) -> tuple[str, ...]:
        """By whom a reader may ask for it; the publisher where nobody is quoted."""
        claim, publisher = self.kept.claim, self.kept.report.publisher
        return tuple(dict.fromkeys(name_sources(claim))) or (f"{tell_publisher(publisher)} itself",)

    @property
    def marks(self) -> tuple[tuple[int, int, str], ...]:
        """Start, end and part of the words that belong to it."""
        return tuple((m.start, m.end, m.part if m.part in PARTS else "other") for m in claim_marks(self.kept.claim))

    def plain(self) -> dict[str, Any]:
        """What article.js knows of it."""
        claim = self.kept.claim
        return {
            "n": self.n,
            "id": claim.id,
            "key": self.kept.key,
            "kind": claim.kind,
            "status": claim.status,
            "family": self.family,
            "review": self.kept.review,
            "incident": self.kept.incident,
            "sources": self.sources,
            "evidence": [claim.evidence.start, claim.evidence.end],
            "marks": self.marks,
        }

    @property
    def data(self) -> str:
        """The same as JSON of ASCII alone, for an attribute."""
        return json.dumps(self.plain())


class Shown(Record, frozen=True, kw_only=True):
    """A report as the reader shows it."""

    report: ReportHead
    text: str
    facts: Facts
    claims: tuple[Told, ...]
    selected: str | None = None
    """The id of the claim that is selected."""

    @property
    def lang(self) -> str | None:
        """The language, where it is one that a browser would know."""
        given = self.facts.language
        return given if given and LANGUAGE_RE.fullmatch(given) else None

    @property
    def current(self) -> Told | None:
        return next((told for told in self.claims if told.kept.claim.id == self.selected), None)

    @property
    def reviewed(self) -> int:
        return sum(told.kept.review != "unreviewed" for told in self.claims)

    @property
    def data(self) -> str:
        """The claims for article.js, as JSON of ASCII alone."""
        return json.dumps([told.plain() for told in self.claims])

    def counts(self, of: str) -> list[tuple[str, int]]:
        """How many claims there are of each kind, status, review or source, the most frequent first."""
        found: Counter[str] = Counter()
        for told in self.claims:
            claim = told.kept.claim
            values = {"kind": (claim.kind,), "status": (claim.status,), "review": (told.kept.review,)}
            found.update(values.get(of, told.sources))
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def show_report(ledger: Ledger, report_key: str, *, selected: str | None = None) -> Shown:
    """
    The report with its claims of the latest reading, in the order of their triggers.

    A claim `selected` that it does not have is none. Raises: LedgerError.
    """
    database = ledger.database
    row = database.one("SELECT n FROM reports WHERE key = ?", (report_key,))
    if row is None:
        raise UnknownError(f"There is no report {report_key!r} in this ledger.")
    numbers = [n for (n,) in database.rows("SELECT n FROM claims WHERE report_n = ? AND current = 1", row)]
    kepts = sorted(ledger.kept(numbers), key=_place)
    return show_text(ledger, ledger.head(report_key), tell_claims(ledger, kepts), selected=selected)


def show_text(ledger: Ledger, report: ReportHead, claims: Iterable[Told], *, selected: str | None = None) -> Shown:
    """The text of `report` with no claims but `claims`, in their order. Raises: LedgerError."""
    text, told = ledger.text(report.key), tuple(claims)
    (report_n,) = ledger.database.one("SELECT n FROM reports WHERE key = ?", (report.key,)) or (0,)
    return Shown(
        report=report,
        text=text,
        facts=read_facts(ledger.database, report_n, len(text)),
        claims=told,
        selected=selected if any(one.kept.claim.id == selected for one in told) else None,
    )


def tell_claims(ledger: Ledger, kepts: Sequence[Kept]) -> Iterable[Told]:
    """Claims of one report, in their order, with what was decided on each."""
    decided = _deciding(ledger.database, [kept.key for kept in kepts])
    for n, kept in enumerate(kepts, 1):
        rows = claim_rows(kept.claim, kept.report.publisher)
        count = decided.get(kept.key, 0)
        decision = _last_review(read_history(ledger.database, kept.key)) if count else None
        yield Told(n=n, kept=kept, rows=rows, decision=decision, decisions=count)


def _place(kept: Kept) -> tuple[int, int, str]:
    trigger = kept.claim.trigger
    return trigger.start, trigger.end, kept.claim.id


def _deciding(database: Database, keys: Sequence[str]) -> dict[str, int]:
    """How many decisions there are on each of `keys` that has any."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        some = [escape(key) for key in keys[start : start + 500]]
        marks = ", ".join("?" * len(some))
        sql = f"SELECT target, count(*) FROM decisions WHERE target IN ({marks}) GROUP BY target"  # noqa: S608 (marks)
        found |= {unescape(target): number for target, number in database.rows(sql, some)}
    return found


def _last_review(history: Sequence[Decision]) -> Decision | None:
    undone = {decision.value for decision in history if decision.action == "undo"}
    standing = [d for d in history if d.action in REVIEWS and d.n not in undone]
    return standing[-1] if standing else None


def as_json(shown: Shown) -> dict[str, Any]:
    """The report and its claims, as the desk's JSON gives them."""
    report = msgspec.structs.asdict(shown.report) | {"text": shown.text, "facts": shown.facts}
    return {"report": report, "claims": [told.kept for told in shown.claims]}
