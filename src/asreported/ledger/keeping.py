"""
A reading put into the ledger: its bytes, text, report, capture, reading, and the rows by which its claims are found.

A claim keeps its row, its number and its decisions through all readings that have it, told by report and id.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import LedgerError
from ..records import Claim, Reading, Record, Report
from .codec import encode_claims, escape, pack, sha256, text_bytes, unescape, unescape_some
from .copies import CopyFinder
from .database import Database
from .decisions import KEPT_REVIEWS, apply_corrections, fold, read_history
from .fetching import decode_reading
from .index import IndexRow, index_actors, index_claim, index_figures, published_day
from .originals import Original
from .rows import (
    CAPTURE_COLUMNS,
    REPORT_COLUMNS,
    Capture,
    capture_row,
    now,
    reading_hash,
    report_key,
    report_row,
)
from .words import add_words, claim_names

CLAIM_COLUMNS = ("n", "report_n", "reading_n", "position", "id", "current", "review", *IndexRow._fields)
INSERT_CLAIM = f"INSERT INTO claims ({', '.join(CLAIM_COLUMNS)}) VALUES ({', '.join('?' * len(CLAIM_COLUMNS))})"
ADDED = " + claim "
"""In a reader's name, between the reader whose reading it builds on and what a person added (by_hand.py)."""
LATEST = "SELECT max(n) FROM readings WHERE report_n = ?"
UPDATE_INDEX = f"UPDATE claims SET {', '.join(f'{name} = ?' for name in IndexRow._fields)} WHERE n = ?"


class Added(Record, frozen=True, kw_only=True):
    """What became of a reading that was added."""

    outcome: str
    """`new`, `copy` (new, and a near-copy of another report), `reread` (known, by another reader) or `known`."""
    report_key: str
    claims: int
    """How many claims were not in the ledger before."""


class Place(NamedTuple):
    """Where the claims of a reading belong."""

    report_n: int
    reading_n: int
    report: Report


def keep_reading(
    database: Database, finder: CopyFinder, reading: Reading, original: Original, locator: str, reader: str
) -> Added:
    """Add what is new of `reading`, whose original is kept already. Within `database.write()`."""
    report, added_at = reading.report, now()
    keep_original_row(database, original, added_at)
    known, key, is_copy = _keep_report(database, finder, report, added_at)
    keep_capture(database, known.n, key, capture_of(report, original, locator), added_at)
    reading_n = keep_claims_json(database, known.n, reading.claims, reader, added_at, vectors=reading.vectors)
    if reading_n is None:
        return Added(outcome="known", report_key=key, claims=0)
    new = index_reading(database, Place(known.n, reading_n, report), key, reading.claims)
    outcome = "reread" if known.is_old else "copy" if is_copy else "new"
    return Added(outcome=outcome, report_key=key, claims=new)


def capture_of(report: Report, original: Original, locator: str) -> Capture:
    return Capture(original.sha256, locator, report.origin, report.extractor, report.notes)


def keep_original_row(database: Database, original: Original, added_at: str) -> None:
    database.execute("INSERT INTO originals VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (*original, added_at))


def keep_capture(database: Database, report_n: int, key: str, capture: Capture, added_at: str) -> None:
    marks = ", ".join("?" * 8)
    database.execute(
        f"INSERT INTO captures ({CAPTURE_COLUMNS}) VALUES ({marks}) ON CONFLICT DO NOTHING",
        capture_row(report_n, key, capture, added_at),
    )


class _Known(NamedTuple):
    n: int
    is_old: bool


def _keep_report(database: Database, finder: CopyFinder, report: Report, added_at: str) -> tuple[_Known, str, bool]:
    key = report_key(report)
    if row := database.one("SELECT n FROM reports WHERE key = ?", (key,)):
        return _Known(row[0], True), key, False
    report_n = keep_report(database, report, added_at)
    return _Known(report_n, False), key, finder.add(report_n, report.text)


def keep_report(database: Database, report: Report, added_at: str) -> int:
    """
    The n of a new report, whose text is kept too; its chain is not made.

    Raises: LedgerError where its day of publication is none, since days are what linking and comparing go by.
    """
    if report.published is not None and published_day(report.published) is None:
        what = f"report {report.id!r}: published {report.published!r} is no day of publication"
        raise LedgerError(f"{what}; give YYYY-MM-DD, YYYY-MM, YYYY or None")
    values = report_row(report, report_key(report), added_at)
    database.execute(
        "INSERT INTO texts VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (values[2], pack(text_bytes(report.text)), len(report.text)),
    )
    marks = ", ".join("?" * len(values))
    return database.insert(f"INSERT INTO reports ({REPORT_COLUMNS}) VALUES ({marks})", values)


def keep_claims_json(
    database: Database,
    report_n: int,
    claims: tuple[Claim, ...],
    reader: str,
    read_at: str,
    *,
    vectors: tuple[bytes, ...] = (),
) -> int | None:
    """
    The n of the new reading, None where the latest is by this reader, or builds on one of it.

    `vectors` is of each claim, or empty.
    """
    latest = database.one(f"SELECT reader FROM readings WHERE n = ({LATEST})", (report_n,))
    if latest and reader in (unescape(latest[0]), unescape(latest[0]).partition(ADDED)[0]):
        return None
    reader = escape(reader)
    content = encode_claims(claims)
    return _insert_reading(
        database, report_n, reader, sha256(content), pack(content), len(claims), read_at, b"".join(vectors) or None
    )


def _insert_reading(
    database: Database,
    report_n: int,
    reader: str,
    sha: str,
    content: bytes,
    count: int,
    read_at: str,
    vectors: bytes | None,
) -> int:
    (key,) = database.one("SELECT key FROM reports WHERE n = ?", (report_n,)) or ("",)
    digest = reading_hash(key, reader, sha, count, read_at, vectors)
    return database.insert(
        "INSERT INTO readings (report_n, reader, sha256, claims, claim_count, read_at, vectors, row_sha256) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (report_n, reader, sha, content, count, read_at, vectors, digest),
    )


def take_up(database: Database, key: str, reader: str) -> bool:
    """
    Make the last reading by `reader` that the report has the latest again, and say whether there is one.

    Nothing is read anew: the same reader would find the same claims. Within `database.write()`.
    """
    row = database.one(
        "SELECT g.report_n, g.sha256, g.claims, g.claim_count, g.vectors, r.id, r.title, r.publisher, r.published, "
        "r.url FROM readings g JOIN reports r ON r.n = g.report_n WHERE r.key = ? AND g.reader = ? "
        "ORDER BY g.n DESC LIMIT 1",
        (key, escape(reader)),
    )
    if row is None:
        return False
    report_n, sha, content, count, vectors, *head = row
    packed = None if vectors is None else bytes(vectors)
    n = _insert_reading(database, report_n, escape(reader), sha, bytes(content), count, now(), packed)
    index_reading(database, Place(report_n, n, stored_report(*head)), key, decode_reading(n, bytes(content)))
    return True


# ---- the index ---------------------------------------------------------------------------


def index_reading(
    database: Database,
    place: Place,
    key: str,
    claims: tuple[Claim, ...],
    numbers: Mapping[str, int] | None = None,
    above: int = 0,
) -> int:
    """
    Make `claims` those of the latest reading, and return how many of them the ledger did not have.

    Those that only earlier readings had are no longer current, unless a person decided on them. `numbers` are the row
    numbers that ids had before their rows were made again, and `above` is the largest of all those in the ledger.
    """
    rows = database.rows("SELECT id, n, review FROM claims WHERE report_n = ?", (place.report_n,))
    old = {id: (n, review) for id, n, review in rows}
    seen: dict[str, tuple[int, Claim]] = {}
    for position, claim in enumerate(claims):
        seen.setdefault(escape(claim.id), (position, claim))
    fresh = [(position, claim) for id, (position, claim) in seen.items() if id not in old]
    insert_claims(database, place, fresh, numbers or {}, above)
    for id, (n, review) in old.items():
        if id not in seen:
            database.execute("UPDATE claims SET current = ? WHERE n = ?", (int(review in KEPT_REVIEWS), n))
            continue
        position, claim = seen[id]
        database.execute(
            "UPDATE claims SET current = 1, reading_n = ?, position = ? WHERE n = ?", (place.reading_n, position, n)
        )
        corrections = {} if review == "unreviewed" else fold(read_history(database, f"{key}:{claim.id}")).corrections
        index_anew(database, n, apply_corrections(claim, corrections), place.report)
    return len(fresh)


def insert_claims(
    database: Database, place: Place, claims: list[tuple[int, Claim]], known: Mapping[str, int], above: int
) -> None:
    """Rows for claims that have none, and their words; `known` are the numbers of those that had some before."""
    free = itertools.count(max(_next_number(database), above + 1))
    numbers = [known[key] if (key := escape(claim.id)) in known else next(free) for _, claim in claims]
    day, publisher = published_day(place.report.published), place.report.publisher
    table: list[tuple[Any, ...]] = []
    for n, (position, claim) in zip(numbers, claims, strict=True):
        head = (n, place.report_n, place.reading_n, position, escape(claim.id), 1, "unreviewed")
        table.append((*head, *index_claim(claim, publisher, day)))
    if not table:
        return
    database.executemany(INSERT_CLAIM, table)
    _insert_parts(database, [(n, claim) for n, (_, claim) in zip(numbers, claims, strict=True)])
    words = [
        (n, claim.evidence.text, claim_names(place.report, claim))
        for n, (_, claim) in zip(numbers, claims, strict=True)
    ]
    add_words(database, words)


def _next_number(database: Database) -> int:
    """
    The number of the next new claim.

    Not the database's own counting: links are kept for good by the number of their claim, accounts until the next
    linking, and a claim whose row was lost must not leave them to another.
    """
    rows = database.rows(
        "SELECT max(n) FROM claims UNION ALL SELECT max(claim_n) FROM links "
        "UNION ALL SELECT max(claim_n) FROM account_claims"
    )
    return max((row[0] or 0 for row in rows), default=0) + 1


def index_anew(database: Database, n: int, claim: Claim, report: Report) -> None:
    """The index of claim `n` made again; its words stay those that were read, whatever was corrected."""
    row = index_claim(claim, report.publisher, published_day(report.published))
    database.execute(UPDATE_INDEX, (*row, n))
    database.execute("DELETE FROM claim_actors WHERE claim_n = ?", (n,))
    database.execute("DELETE FROM claim_figures WHERE claim_n = ?", (n,))
    _insert_parts(database, [(n, claim)])


def _insert_parts(database: Database, claims: list[tuple[int, Claim]]) -> None:
    actors: dict[str, tuple[Any, ...]] = {}
    roles, figures = [], []
    for n, claim in claims:
        for actor in index_actors(claim):
            actors.setdefault(actor.id, actor[:4])
            roles.append((actor.id, n, actor.role))
        figures += [(n, *figure) for figure in index_figures(claim)]
    if actors:
        database.executemany("INSERT INTO actors VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", actors.values())
        database.executemany("INSERT INTO claim_actors VALUES (?, ?, ?)", roles)
    if figures:
        database.executemany("INSERT INTO claim_figures VALUES (?, ?, ?, ?, ?, ?)", figures)


def bare_report(
    id: str, title: str, publisher: str | None, published: str | None, url: str | None, text: str = ""
) -> Report:
    """A report as the index wants it."""
    return Report(
        id=id, title=title, publisher=publisher, published=published, language=None, url=url, sha256="", text=text
    )


def stored_report(id: str, title: str, publisher: str | None, published: str | None, url: str | None) -> Report:
    """As `bare_report`, of what stands in a row of the database."""
    return bare_report(
        unescape(id), unescape(title), unescape_some(publisher), unescape_some(published), unescape_some(url)
    )
