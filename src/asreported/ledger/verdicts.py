"""
What people decided about pairs, told of claims: these two tell of the same incident, those of different ones.

An incident is named after its claim with the smallest key (`incident_id`), so that a decision on two incidents is one
on those two claims: it goes on to mean what it meant when the incidents have grown or were divided. Nothing here
depends on how things happen to be linked at present.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from .codec import escape, unescape

if TYPE_CHECKING:
    from .database import Database
    from .store import Ledger

Pairs = list[tuple[int, int]]
DIGITS = 12
AT_ONCE = 500


class Verdicts(NamedTuple):
    """Pairs of row numbers of claims. `head`: how many decisions there were."""

    same: Pairs
    different: Pairs
    head: int

    def of_claims(self, numbers: set[int]) -> tuple[Pairs, Pairs]:
        """The pairs that lie within `numbers`."""
        same, different = ([p for p in pairs if p[0] in numbers and p[1] in numbers] for pairs in self[:2])
        return same, different

    def others(self, numbers: set[int]) -> set[int]:
        """The claims that stand in a pair with one of `numbers`."""
        pairs = [*self.same, *self.different]
        return {b for a, b in pairs if a in numbers} | {a for a, b in pairs if b in numbers}


def incident_id(key: str) -> str:
    """
    The id of the incident whose smallest key of a claim is `key`.

        >>> incident_id("0a1b:2c3d")
        'i7b2286e3d628'
    """
    return "i" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:DIGITS]


def read_verdicts(ledger: Ledger) -> Verdicts:
    """
    The verdicts that stand, those added that follow within a report.

    Who says that x1 is y and that x2 is not has also said that x1 is not x2; where those are claims of one report,
    grouping has to know it.
    """
    head = ledger.log_head()[0]
    found: dict[str, Pairs] = {"same": [], "different": []}
    standing = ledger.constraints()
    numbers = claim_numbers(ledger.database, {key for first, second, _ in standing for key in (first, second)})
    for first, second, verdict in standing:
        a, b = sorted((numbers.get(first, 0), numbers.get(second, 0)))
        if a and a != b:
            found[verdict].append((a, b))
    different = {*found["different"], *_implied(ledger.database, found["same"], found["different"])}
    return Verdicts(found["same"], sorted(different), head)


def claim_numbers(database: Database, keys: set[str]) -> dict[str, int]:
    """The row number of each claim `REPORT:CLAIM`, and of the claim that an incident is named after, if any."""
    numbers: dict[str, int] = {}
    for key in sorted(keys):
        report, colon, claim = key.partition(":")
        if colon:
            sql = (
                "SELECT c.n, r.key, c.id FROM reports r JOIN claims c ON c.report_n = r.n WHERE r.key = ? AND c.id = ?"
            )
            rows = database.rows(sql, (escape(report), escape(claim)))
        else:
            sql = (
                "SELECT DISTINCT c.n, r.key, c.id FROM links l JOIN claims c ON c.n = l.claim_n "
                "JOIN reports r ON r.n = c.report_n WHERE l.incident = ?"
            )
            rows = database.rows(sql, (escape(key),))
        for n, report, claim in rows:
            if colon or incident_id(f"{report}:{unescape(claim)}") == key:
                numbers[key] = n
    return numbers


def decided_reports(ledger: Ledger, after: int) -> set[int]:
    """
    The n of the reports whose accounts the decisions after number `after` may change.

    For a pair those of all claims that decisions on pairs connect to it, standing or undone: verdicts may follow from
    one another.
    """
    database = ledger.database
    sql = "SELECT DISTINCT target FROM decisions WHERE action <> 'comment' AND n > ?"
    fresh = {unescape(target) for (target,) in database.rows(sql, (after,))}
    if not fresh:
        return set()
    numbers = set(claim_numbers(database, {target for target in fresh if " " not in target}).values())
    if any(" " in target for target in fresh):
        numbers |= _connected(database, {target for target in fresh if " " in target})
    return set(_reports_of(database, numbers).values())


def _connected(database: Database, targets: set[str]) -> set[int]:
    """The claims of the pairs `targets`, and all that decisions on pairs connect to them."""
    sql = "SELECT DISTINCT target FROM decisions WHERE target LIKE '% %'"
    pairs = {target: target.split(" ") for (escaped,) in database.rows(sql) for target in [unescape(escaped)]}
    known = claim_numbers(database, {key for pair in pairs.values() for key in pair})
    numbers = {t: [known[key] for key in pair if key in known] for t, pair in pairs.items()}
    root = _roots([tuple(pair) for pair in numbers.values() if len(pair) == 2])
    touched = {n for target in targets for n in numbers.get(target, [])}
    reached = {root.get(n, n) for n in touched}
    return touched | {n for n, first in root.items() if first in reached}


def _implied(database: Database, same: Pairs, different: Pairs) -> Pairs:
    """Pairs of claims of one report that differ because of what each was called the same as."""
    root = _roots(same)
    groups: dict[int, set[int]] = defaultdict(set)
    for claim, first in root.items():
        groups[first].add(claim)
    report = _reports_of(database, {n for pair in (*same, *different) for n in pair})
    pairs = []
    for a, b in different:
        ones, others = groups.get(root.get(a, a), {a}), groups.get(root.get(b, b), {b})
        if ones is not others:  # else people contradict each other, and `same` holds
            pairs += [(min(x, y), max(x, y)) for x in ones for y in others if report.get(x) == report.get(y)]
    return pairs


def _reports_of(database: Database, claims: set[int]) -> dict[int, int]:
    """The n of the report of each claim."""
    numbers = sorted(claims)
    found: dict[int, int] = {}
    for start in range(0, len(numbers), AT_ONCE):
        some = numbers[start : start + AT_ONCE]
        found |= dict(database.rows(f"SELECT n, report_n FROM claims WHERE n IN ({marks(some)})", some))
    return found


def marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _roots(pairs: Iterable[tuple[int, ...]]) -> dict[int, int]:
    """The smallest number of what the pairs connect, for each number."""
    parent: dict[int, int] = {}

    def root(n: int) -> int:
        parent.setdefault(n, n)
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    for a, b in pairs:
        first, last = sorted((root(a), root(b)))
        parent[last] = first
    return {n: root(n) for n in list(parent)}
