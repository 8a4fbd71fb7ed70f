"""
Everything that is derived made again from the facts: the rows by which claims are found, their words, the chains.

Claims keep their numbers; one whose row was lost gets a new one. What linking compares (accounts, blocks, edges) is
thrown away, since it speaks of claims by their numbers: the next linking makes it again. Incidents stay as they are.
"""

from __future__ import annotations

from .codec import escape, unescape
from .copies import CopyFinder, algorithm, join_chains
from .database import Database
from .decisions import KEPT_REVIEWS, apply_corrections, fold, read_history
from .fetching import Fetcher
from .keeping import Place, index_anew, index_reading, stored_report
from .words import create_words, drop_words

DERIVED = ("claims", "actors", "claim_actors", "claim_figures", "signatures", "chains")
LINKED = ("touched", "edges", "full_blocks", "blocks", "account_claims", "accounts", "contexts")
"""As `linking.DERIVED`, whose import would take what opening a ledger can do without."""
TARGETS_SQL = "SELECT DISTINCT target FROM decisions WHERE target > ? ORDER BY target"
READINGS_SQL = (
    "SELECT g.n, g.report_n, r.key, r.id, r.title, r.publisher, r.published, r.url FROM readings g "
    "JOIN reports r ON r.n = g.report_n WHERE g.n > ? ORDER BY g.n"
)


def rebuild(database: Database) -> int:
    """Make all derived rows again in one transaction, and return the number of claims."""
    with database.write():
        rebuild_rows(database)
        row = database.one("SELECT count(*) FROM claims") or (0,)
    return int(row[0])


def rebuild_rows(database: Database) -> None:
    """As `rebuild`, in the transaction that the caller holds."""
    database.execute("DROP TABLE IF EXISTS numbers_before")
    database.execute("CREATE TEMPORARY TABLE numbers_before AS SELECT report_n, id, n FROM claims")
    database.execute("CREATE INDEX numbers_before_report ON numbers_before (report_n)")
    drop_words(database)
    create_words(database)
    for table in (*DERIVED, *LINKED):
        database.execute(f"DELETE FROM {table}")
    # A claim that had lost its row must not be given a number that is still to be given back.
    (above,) = database.one("SELECT coalesce(max(n), 0) FROM numbers_before") or (0,)
    fetcher = Fetcher(database)
    for reading_n, report_n, key, *head in database.each(READINGS_SQL, (0,)):
        rows = database.rows("SELECT id, n FROM numbers_before WHERE report_n = ?", (report_n,))
        place = Place(report_n, reading_n, stored_report(*head))
        index_reading(database, place, key, fetcher.claims_of(reading_n), dict(rows), above)
    database.execute("DROP TABLE numbers_before")
    _rebuild_chains(database, fetcher)
    _apply_decisions(database, fetcher)
    last = "SELECT nullif(l.incident, '') FROM links l WHERE l.claim_n = claims.n ORDER BY l.n DESC LIMIT 1"
    database.execute(f"UPDATE claims SET incident = ({last})")


def rebuild_signatures(database: Database) -> None:
    """The signatures and chains alone, where a new version of rensa gives others than those kept."""
    with database.write():
        for table in ("signatures", "chains"):
            database.execute(f"DELETE FROM {table}")
        _rebuild_chains(database, Fetcher(database))


def _rebuild_chains(database: Database, fetcher: Fetcher) -> None:
    finder = CopyFinder(database, lambda n: fetcher.text_where("r.n = ?", n))
    for (report_n,) in database.each("SELECT n FROM reports WHERE n > ? ORDER BY n", (0,)):
        finder.add(report_n, fetcher.text_where("r.n = ?", report_n), pairs=False)
    pairs = "SELECT other_n FROM copies WHERE report_n = ? ORDER BY other_n"
    for (report_n,) in database.each("SELECT n FROM reports WHERE n > ? ORDER BY n", (0,)):
        if others := database.rows(pairs, (report_n,)):
            join_chains(database, {report_n, *(row[0] for row in others)})
    keep_algorithm(database)


def keep_algorithm(database: Database) -> None:
    """Remember which signatures the kept ones are."""
    database.execute("DELETE FROM meta WHERE key = 'signatures'")
    database.execute("INSERT INTO meta VALUES ('signatures', ?)", (algorithm(),))


def _apply_decisions(database: Database, fetcher: Fetcher) -> None:
    for (target,) in database.each(TARGETS_SQL, ("",)):
        report_key, _, claim_id = unescape(target).partition(":")
        row = database.one(
            "SELECT c.n, c.reading_n, c.position, r.id, r.title, r.publisher, r.published, r.url FROM claims c "
            "JOIN reports r ON r.n = c.report_n WHERE r.key = ? AND c.id = ?",
            (report_key, escape(claim_id)),
        )
        if row is None:  # a pair, or an incident
            continue
        n, reading_n, position, *head = row
        state = fold(read_history(database, unescape(target)))
        database.execute("UPDATE claims SET review = ? WHERE n = ?", (state.review, n))
        if state.review in KEPT_REVIEWS:
            database.execute("UPDATE claims SET current = 1 WHERE n = ?", (n,))
        if state.corrections:
            claim = apply_corrections(fetcher.claims_of(reading_n)[position], state.corrections)
            index_anew(database, n, claim, stored_report(*head))
