"""
Everything that is kept held against its hashes, and what is derived against what it is derived from.

It finds what was damaged, lost, changed or taken out by accident or by hand. It cannot find that somebody wrote the
whole ledger anew, hashes and all: for that, keep the head hash of the decisions elsewhere (`ledger verify --head`).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator

import msgspec

from ..errors import LedgerError
from ..records import Record
from .codec import decode_claims, escape, sha256, text_bytes, unescape, unescape_some, unpack, unpack_text
from .database import Database
from .decisions import FIRST, chain_hash, fold, quotes, read_history, read_log
from .index import published_day
from .links import check_links
from .originals import UNFINISHED
from .rebuild import TARGETS_SQL
from .rows import copy_hash, key_of, reading_hash, row_hash
from .store import Ledger
from .verify_index import check_index

RESTORE = "restore it from a backup"
Check = Callable[[Ledger], Iterator["Finding"]]


class Finding(Record, frozen=True, kw_only=True):
    """Something that does not hold. A note is no damage: what a killed process left behind."""

    what: str
    problem: str
    advice: str
    note: bool = False

    def __str__(self) -> str:
        return f"{self.what}: {self.problem}; {self.advice}"


def verify(ledger: Ledger, tell: Callable[[str], None] = lambda name: None) -> Iterator[Finding]:
    """
    All findings, one check after the other; `tell` hears the name of each check before it begins.

    It reads one state throughout, so that others may go on writing.
    """
    checks: tuple[tuple[str, Check], ...] = (
        ("database", check_database),
        ("originals", check_originals),
        ("texts", check_texts),
        ("reports", check_reports),
        ("readings", check_readings),
        ("decisions", check_decisions),
        ("links", check_history_of_links),
        ("index", check_index_rows),
    )
    yield from check_words(ledger)
    with ledger.database.snapshot():
        for name, check in checks:
            tell(name)
            try:
                yield from check(ledger)
            except LedgerError as err:
                yield Finding(what=name, problem=str(err), advice="the check could not be finished")


# ---- each check --------------------------------------------------------------------------


def check_database(ledger: Ledger) -> Iterator[Finding]:
    database = ledger.database
    if database.dialect == "postgresql":
        return  # its own checksums are the server's business; foreign keys hold by themselves
    for (line,) in database.rows("PRAGMA integrity_check"):
        if line != "ok":
            yield Finding(what="database", problem=str(line), advice=RESTORE)
    for table, n, other, _ in database.rows("PRAGMA foreign_key_check"):
        problem = f"row {n} speaks of a row of {other} that is not there"
        yield Finding(what=f"table {table}", problem=problem, advice=RESTORE)


def check_words(ledger: Ledger) -> Iterator[Finding]:
    """SQLite's own check of its full text, which it only does for one who may write."""
    if ledger.database.dialect == "postgresql" or ledger.database.is_read_only:
        return
    try:
        with ledger.database.write():
            ledger.database.execute("INSERT INTO claim_words (claim_words) VALUES ('integrity-check')")
    except LedgerError as err:
        yield Finding(what="full text", problem=str(err), advice="`asreported ledger rebuild` makes it again")


def check_originals(ledger: Ledger) -> Iterator[Finding]:
    rows = ledger.database.each("SELECT sha256, bytes FROM originals WHERE sha256 > ? ORDER BY sha256", ("",))
    for sha, size in rows:
        digest, length = hashlib.sha256(), 0
        try:
            for piece in ledger.originals.pieces(sha):
                digest.update(piece)
                length += len(piece)
        except LedgerError as err:
            yield Finding(what=f"original {sha}", problem="it is missing or cannot be read", advice=str(err))
            continue
        if digest.hexdigest() != sha or length != size:
            yield Finding(what=f"original {sha}", problem="its bytes were changed", advice=RESTORE)
    for path in ledger.originals.files():
        if path.name.endswith(UNFINISHED):
            advice = "it may be removed when nothing is being added"
            yield Finding(what=str(path), problem="unfinished, of a killed process", advice=advice, note=True)
        elif not ledger.database.one("SELECT 1 FROM originals WHERE sha256 = ?", (escape(path.name),)):
            advice = "adding the same input again takes it up; it may be removed when nothing is being added"
            yield Finding(what=str(path), problem="no report was read from it", advice=advice, note=True)


def check_texts(ledger: Ledger) -> Iterator[Finding]:
    rows = ledger.database.each("SELECT sha256, text, characters FROM texts WHERE sha256 > ? ORDER BY sha256", ("",))
    for sha, content, characters in rows:
        try:
            text = unpack_text(bytes(content))
        except (zlib.error, UnicodeDecodeError) as err:
            yield Finding(what=f"text {sha}", problem=f"it is damaged ({err})", advice=RESTORE)
            continue
        if sha256(text_bytes(text)) != sha or len(text) != characters:
            yield Finding(what=f"text {sha}", problem="it was changed", advice=RESTORE)


def check_reports(ledger: Ledger) -> Iterator[Finding]:
    sql = (
        "SELECT n, key, id, text_sha256, title, publisher, published, published_day, language, url, added_at, "
        "row_sha256 FROM reports WHERE n > ? ORDER BY n"
    )
    for n, *row, digest in ledger.database.each(sql, (0,)):
        key, _, text_sha, title, publisher, published, day, _, url, _ = row
        stated = unescape_some(published)
        named = key_of(text_sha, unescape_some(publisher), stated, unescape(title), unescape_some(url))
        if row_hash(tuple(row)) != digest or named != key or day != published_day(stated):
            yield Finding(what=f"report {key}", problem="its row was changed", advice=RESTORE)
        yield from _check_parts(ledger.database, n, key)


def _check_parts(database: Database, report_n: int, key: str) -> Iterator[Finding]:
    """Where the report was taken from, that it was read, and its pairs of near-copies."""
    sql = (
        "SELECT original_sha256, locator, origin, extractor, notes, added_at, row_sha256 FROM captures "
        "WHERE report_n = ?"
    )
    captures = database.rows(sql, (report_n,))
    if any(row_hash((key, *rest)) != digest for *rest, digest in captures):
        yield Finding(what=f"capture of report {key}", problem="its row was changed", advice=RESTORE)
    if not captures:
        yield Finding(what=f"report {key}", problem="where it was taken from is missing", advice=RESTORE)
    if database.one("SELECT 1 FROM readings WHERE report_n = ? LIMIT 1", (report_n,)) is None:
        yield Finding(what=f"report {key}", problem="its reading is missing", advice=RESTORE)
    sql = (
        "SELECT r.key, c.similarity, c.row_sha256 FROM copies c JOIN reports r ON r.n = c.other_n WHERE c.report_n = ?"
    )
    for other, similarity, digest in database.rows(sql, (report_n,)):
        if copy_hash(key, other, similarity) != digest:
            problem = f"that it is a near-copy of {other} was changed"
            yield Finding(what=f"report {key}", problem=problem, advice=RESTORE)


def check_readings(ledger: Ledger) -> Iterator[Finding]:
    """Each reading as it was stored, and each of its quotes word for word in the text."""
    sql = (
        "SELECT g.n, r.key, g.sha256, g.claims, g.claim_count, g.reader, g.read_at, g.vectors, g.row_sha256 "
        "FROM readings g JOIN reports r ON r.n = g.report_n WHERE g.n > ? ORDER BY g.n"
    )
    for n, key, digest, content, count, reader, read_at, vectors, row_digest in ledger.database.each(
        sql, (0,), size=100
    ):
        what = f"reading {n} of report {key}"
        try:
            raw = unpack(bytes(content))
            claims = decode_claims(raw)
        except (zlib.error, msgspec.DecodeError, ValueError) as err:
            yield Finding(what=what, problem=f"it is damaged ({str(err)[:100]})", advice=RESTORE)
            continue
        packed = None if vectors is None else bytes(vectors)
        is_row = reading_hash(key, reader, digest, count, read_at, packed) == row_digest
        if sha256(raw) != digest or len(claims) != count or not is_row:
            yield Finding(what=what, problem="it was changed", advice=RESTORE)
            continue
        try:
            text = ledger.text(key)
        except LedgerError:
            continue  # told by the check of the texts
        for claim in claims:
            if wrong := next((q for q in quotes(claim) if text[q[0] : q[1]] != q[2]), None):
                problem = f"claim {claim.id} quotes words that do not stand at {wrong[0]} to {wrong[1]} of the text"
                yield Finding(what=what, problem=problem, advice="read the report again (`asreported ledger reread`)")


def check_decisions(ledger: Ledger) -> Iterator[Finding]:
    """The chain of hashes, without gaps, and the review of each claim against its history."""
    expected, previous = 1, FIRST
    for decision in read_log(ledger.database):
        what = f"decision {decision.n}"
        if decision.n != expected:
            yield Finding(what=what, problem=f"decision {expected} should come here", advice=RESTORE)
        if decision.previous != previous:
            problem = "it does not follow the one before; that or this was changed or taken out"
            yield Finding(what=what, problem=problem, advice=RESTORE)
        if chain_hash(decision) != decision.sha256:
            yield Finding(what=what, problem="it was changed", advice=RESTORE)
        expected, previous = decision.n + 1, decision.sha256
    yield from _check_reviews(ledger.database)


def _check_reviews(database: Database) -> Iterator[Finding]:
    """The review of each claim that was decided on, then those that nobody decided on."""
    shown = "SELECT c.review FROM claims c JOIN reports r ON r.n = c.report_n WHERE r.key = ? AND c.id = ?"
    for (escaped,) in database.each(TARGETS_SQL, ("",)):
        key, colon, id = escaped.partition(":")
        if " " not in escaped and colon:
            (review,) = database.one(shown, (key, id)) or ("unreviewed",)
            yield from _compare_review(
                unescape(escaped), review, fold(read_history(database, unescape(escaped))).review
            )
    sql = (
        "SELECT c.n, r.key, c.id, c.review FROM claims c JOIN reports r ON r.n = c.report_n WHERE c.n > ? "
        "AND c.review <> 'unreviewed' AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.target = r.key || ':' || c.id) "
        "ORDER BY c.n"
    )
    for _, key, id, review in database.each(sql, (0,)):
        yield from _compare_review(f"{key}:{unescape(id)}", review, "unreviewed")


def _compare_review(claim: str, shown: str, decided: str) -> Iterator[Finding]:
    if shown != decided:
        problem = f"it is shown as {shown}, and was {decided} by its decisions"
        yield Finding(what=f"claim {claim}", problem=problem, advice="`asreported ledger rebuild` mends it")


def check_history_of_links(ledger: Ledger) -> Iterator[Finding]:
    """The chain of hashes of what was linked when; what holds now is checked with the index."""
    for what, problem in check_links(ledger.database):
        yield Finding(what=what, problem=problem, advice=RESTORE)


def check_index_rows(ledger: Ledger) -> Iterator[Finding]:
    for what, problem in check_index(ledger.database, ledger.fetcher):
        yield Finding(what=what, problem=problem, advice="`asreported ledger rebuild` mends it")
