"""
Whether the derived rows are what the facts give: claims, actors, figures, incidents, words, chains, accounts.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import LedgerError
from ..records import Claim
from .codec import escape, unescape, unescape_some
from .database import Database
from .decisions import KEPT_REVIEWS, apply_corrections, fold, read_history
from .fetching import Fetcher
from .index import IndexRow, index_actors, index_claim, index_figures, published_day

Problem = tuple[str, str]


def check_index(database: Database, fetcher: Fetcher) -> Iterator[Problem]:
    """What is wrong, each with the thing it is wrong of."""
    sql = "SELECT n, key, publisher, published FROM reports WHERE n > ? ORDER BY n"
    for report_n, key, publisher, published in database.each(sql, (0,)):
        try:
            yield from _check_report(
                database, fetcher, report_n, key, unescape_some(publisher), unescape_some(published)
            )
        except LedgerError:
            continue  # a damaged reading, told by its own check
    yield from _check_chains(database)
    yield from _check_accounts(database)
    yield from _check_words(database)


def _check_report(
    database: Database, fetcher: Fetcher, report_n: int, key: str, publisher: str | None, published: str | None
) -> Iterator[Problem]:
    wanted, latest = _claims_of(database, fetcher, report_n)
    columns = ", ".join(IndexRow._fields)
    rows = database.rows(
        f"SELECT n, id, reading_n, position, current, review, incident, {columns} FROM claims WHERE report_n = ?",
        (report_n,),
    )
    links = "SELECT claim_n, incident FROM links WHERE claim_n IN (SELECT n FROM claims WHERE report_n = ?) ORDER BY n"
    incidents: dict[int, str] = dict(database.rows(links, (report_n,)))  # of each claim the last one
    actors = _grouped(database, "SELECT claim_n, actor_id, role FROM claim_actors", report_n)
    figures = _grouped(database, "SELECT claim_n, k, low, high, unit, of_role FROM claim_figures", report_n)
    day = published_day(published)
    for n, id, reading_n, position, current, review, incident, *found in rows:
        what = f"claim {key}:{unescape(id)}"
        if (incident or "") != incidents.get(n, ""):
            yield what, "it is not in the incident that it was linked to last"
        if id not in wanted:
            yield what, "no reading has it"
            continue
        place, claim = wanted.pop(id)
        if review != "unreviewed":
            claim = apply_corrections(claim, fold(read_history(database, f"{key}:{claim.id}")).corrections)
        is_current = int(place[0] == latest or review in KEPT_REVIEWS)
        if place != (reading_n, position) or current != is_current:
            yield what, "its row points to another reading"
        if tuple(found) != tuple(index_claim(claim, publisher, day)):
            yield what, "its row is not what the claim says"
        if sorted(actors.get(n, [])) != sorted((a.id, a.role) for a in index_actors(claim)):
            yield what, "its actors are not those of the claim"
        if sorted(figures.get(n, [])) != sorted(tuple(figure) for figure in index_figures(claim)):
            yield what, "its figures are not those of the claim"
    for id in wanted:
        yield f"claim {key}:{unescape(id)}", "it has no row, so that it is not found"


def _claims_of(
    database: Database, fetcher: Fetcher, report_n: int
) -> tuple[dict[str, tuple[tuple[int, int], Claim]], int]:
    """Every claim that any reading of the report has, by its id, as the last of them that has it gives it."""
    wanted: dict[str, tuple[tuple[int, int], Claim]] = {}
    latest = 0
    for (reading_n,) in database.rows("SELECT n FROM readings WHERE report_n = ? ORDER BY n", (report_n,)):
        latest = reading_n
        own: dict[str, tuple[tuple[int, int], Claim]] = {}
        for position, claim in enumerate(fetcher.claims_of(reading_n)):
            own.setdefault(escape(claim.id), ((reading_n, position), claim))
        wanted |= own
    return wanted, latest


def _grouped(database: Database, sql: str, report_n: int) -> dict[int, list[tuple[object, ...]]]:
    groups: dict[int, list[tuple[object, ...]]] = {}
    for n, *rest in database.rows(f"{sql} WHERE claim_n IN (SELECT n FROM claims WHERE report_n = ?)", (report_n,)):
        groups.setdefault(n, []).append(tuple(rest))
    return groups


def _check_chains(database: Database) -> Iterator[Problem]:
    """
    Each report's chain against the pairs: connected ones share it, and it is named after the earliest.

    Only one chain is held in memory at a time.
    """
    problem = "its chain of copies is not what the pairs of copies give"
    sql = (
        "SELECT r.n, r.key, c.chain_n, (SELECT f.chain_n FROM chains f WHERE f.report_n = c.chain_n), "
        "(SELECT count(*) FROM copies p JOIN chains o ON o.report_n = p.other_n "
        "WHERE p.report_n = r.n AND o.chain_n <> c.chain_n) "
        "FROM reports r LEFT JOIN chains c ON c.report_n = r.n WHERE r.n > ? ORDER BY r.n"
    )
    for n, key, chain_n, of_first, others in database.each(sql, (0,)):
        if chain_n is None or of_first != chain_n or others:
            yield f"report {key}", problem
        if chain_n == n:
            yield from ((f"report {key}", problem) for key in _wrong_in_chain(database, n))


def _wrong_in_chain(database: Database, chain_n: int) -> list[str]:
    """The keys of the reports of one chain that its pairs do not connect to its earliest."""
    members = database.rows(
        "SELECT r.n, r.published, r.key FROM chains c JOIN reports r ON r.n = c.report_n WHERE c.chain_n = ?",
        (chain_n,),
    )
    if len(members) == 1:
        return []
    pairs = database.rows(
        "SELECT p.report_n, p.other_n FROM copies p JOIN chains c ON c.report_n = p.report_n WHERE c.chain_n = ?",
        (chain_n,),
    )
    beside: dict[int, list[int]] = {}
    for a, b in pairs:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    reached, frontier = {chain_n}, [chain_n]
    while frontier:
        fresh = {n for at in frontier for n in beside.get(at, ())} - reached
        reached |= fresh
        frontier = sorted(fresh)
    first = min(members, key=lambda row: (row[1] is None, row[1] or "", row[2]))[0]
    return [key for n, _, key in members if n not in reached or first != chain_n]


def _check_accounts(database: Database) -> Iterator[Problem]:
    """
    What linking compares speaks of the claims that are there, of all of them, and of no others.

    Reports that wait for the next linking are left out: those read anew, and all where decisions came since.
    """
    (decisions,) = database.one("SELECT coalesce(max(n), 0) FROM decisions") or (0,)
    row = database.one("SELECT value FROM meta WHERE key = 'linked_decisions'")
    if int(row[0] if row else 0) != decisions:
        return
    latest = "SELECT max(g.n) FROM readings g WHERE g.report_n = r.n"
    sql = (
        "SELECT r.n, r.key FROM reports r JOIN contexts x ON x.report_n = r.n "
        f"WHERE r.n > ? AND x.reading_n = ({latest}) ORDER BY r.n"
    )
    for n, key in database.each(sql, (0,)):
        wanted = database.rows("SELECT n FROM claims WHERE report_n = ? AND current = 1 AND review <> 'rejected'", (n,))
        found = database.rows(
            "SELECT x.claim_n FROM accounts a JOIN account_claims x ON x.account_n = a.n WHERE a.report_n = ?", (n,)
        )
        if sorted(wanted) != sorted(found):
            yield f"report {key}", "what linking compares is not made of its claims"


def _check_words(database: Database) -> Iterator[Problem]:
    table = "claim_words_docsize" if database.dialect == "sqlite" else "claim_words"
    sql = f"SELECT count(*) FROM {table}"
    words, claims = database.one(sql) or (0,), database.one("SELECT count(*) FROM claims") or (0,)
    if words[0] != claims[0]:
        yield "words", f"there are {words[0]:,} rows of words for {claims[0]:,} claims"
