"""
Search in the ledger: which claims fulfil all filters of a `Query`, one page of them in full. Start reading here.

query.py says what can be asked, naming.py what names stand for, conditions.py what that is in SQL, matching.py how the
numbers of the claims are found, facets.py how they are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from .called import call_sources
from .conditions import Condition, not_dated, only_coarse, only_earlier, write_conditions
from .facets import count_facets
from .matching import Matcher, Matches
from .query import MOST, MOST_LEFT_OUT, Facet, Found, Query
from .words import parse_terms, write_terms

if TYPE_CHECKING:
    from .database import Database
    from .store import Ledger

__all__ = ["Count", "Found", "Query", "count_without", "find_claims", "find_numbers"]

SECONDS = 30.0
"""After so long a statement is ended; a search takes a hundredth of it."""

RANKED = 20_000
"""By relevance so many are ranked, the last added first: to rank a word of every third claim would take seconds."""


def find_claims(ledger: Ledger, query: Query) -> Found:
    """
    The claims that `query` asks for: the page of it in full, the rest counted.

    Raises: LedgerError.
    """
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        conditions, notes = write_conditions(db, query)
        matcher = Matcher(db)
        end = query.offset + query.limit
        ranked = query.order == "relevance" and query.words
        numbers, whole = _match(matcher, query, conditions, max(MOST, end) + 1, None if ranked else end)
        if ranked and query.words:
            numbers, note = _rank(db, query.words, numbers)
            notes = (*notes, *note)
        left_out = _left_out(matcher, query, conditions)
        return Found(
            total=min(len(numbers), MOST),
            more=len(numbers) > MOST or not whole,
            kept=tuple(ledger.kept(numbers[query.offset : end])),
            left_out={left.filter: left.number for left in left_out},
            at_least=tuple(left.filter for left in left_out if left.more),
            notes=notes,
            facets=_named(ledger, count_facets(db, numbers[:MOST], query.facets)) if query.facets else (),
        )


def _named(ledger: Ledger, facets: Sequence[Facet]) -> tuple[Facet, ...]:
    """`facets` with sources called as reports write them."""
    return tuple(
        msgspec.structs.replace(facet, labels=tuple(call_sources(ledger, [key for key, _ in facet.counts]).values()))
        if facet.name == "source"
        else facet
        for facet in facets
    )


def find_numbers(ledger: Ledger, query: Query) -> list[int]:
    """
    The row numbers of all claims that `query` finds, in its order by day, whatever its limit: for `Ledger.kept`.

    Raises: LedgerError.
    """
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        row = db.one("SELECT count(*) FROM claims") or (0,)
        return _match(Matcher(db), query, write_conditions(db, query).conditions, row[0], None).numbers


class Count(NamedTuple):
    """How many claims there are but for one filter; with `more` at least so many."""

    filter: str
    number: int
    more: bool


def count_without(ledger: Ledger, query: Query) -> list[Count]:
    """
    For each filter of `query`, how many claims it would find without that one: what kept most out first.

    Raises: LedgerError.
    """
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        conditions = write_conditions(db, query).conditions
        names = list(dict.fromkeys(condition.filter for condition in conditions))
        matcher, counts = Matcher(db), []
        for name in names:
            rest = [condition for condition in conditions if condition.filter != name]
            numbers, whole = _match(matcher, query, rest, MOST, 1)
            counts.append(Count(name, len(numbers), not whole or len(numbers) == MOST))
    return sorted(counts, key=lambda count: -count.number)


def _match(matcher: Matcher, query: Query, conditions: Sequence[Condition], most: int, enough: int | None) -> Matches:
    order = "newest" if query.order == "relevance" else query.order
    return matcher.find(conditions, order, most, enough=enough, earlier=query.earlier)


def _left_out(matcher: Matcher, query: Query, conditions: Sequence[Condition]) -> list[Count]:
    """How many claims the choices of `query` leave out, each counted as if it were the only one."""
    counts: list[Count] = []

    def count(name: str, wanted: Sequence[Condition], *, earlier: bool = query.earlier) -> None:
        numbers, whole = matcher.find(wanted, "newest", MOST_LEFT_OUT, enough=1, earlier=earlier)
        if numbers:
            counts.append(Count(name, len(numbers), not whole or len(numbers) == MOST_LEFT_OUT))

    if query.near and not query.coarse:
        count("coarse", [only_coarse(matcher.db, query), *(c for c in conditions if c.filter != "near")])
    if query.dated_only:
        others = [c for c in conditions if c.filter not in ("period", "dated_only")]
        count("undated", [not_dated(query.since, query.until), *others])
    if not query.earlier:
        count("earlier", [only_earlier(matcher.db), *conditions], earlier=True)
    return counts


# ---- relevance ---------------------------------------------------------------------------


def _rank(db: Database, words: str, numbers: list[int]) -> tuple[list[int], tuple[str, ...]]:
    """`numbers` with the best matches of `words` first, by the database's measure; alike ones stay in their order."""
    terms = [term for term in parse_terms(words) if not term.absent]
    if not terms or not numbers:
        return numbers, ()
    if db.dialect == "sqlite":
        sql = (
            "SELECT rowid, bm25(claim_words, 2.0, 1.0) FROM claim_words WHERE claim_words MATCH ? "
            f"AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT {RANKED:d}"
        )
    else:
        sql = (
            "SELECT n, -ts_rank_cd(words, query) FROM claim_words, to_tsquery('ledger_words', ?) AS query "
            f"WHERE words @@ query AND n BETWEEN ? AND ? ORDER BY n DESC LIMIT {RANKED:d}"
        )
    params = (write_terms(db.dialect, terms), min(numbers), max(numbers))
    scores: dict[int, float] = dict(db.rows(sql, params))
    left = sum(n not in scores for n in numbers)
    note = f"ranked among the {RANKED:,} last added claims with these words; the others follow, newest first"
    return sorted(numbers, key=lambda n: scores.get(n, 0.0)), (note,) if left else ()
