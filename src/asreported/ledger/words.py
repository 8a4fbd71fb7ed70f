"""
Full text of the claims: what is indexed, and what a search for words means.

A search is words that must all occur, "phrases", the beginning of a word with a star (air*), and words that must not
occur behind a minus (-denied). Nothing else has a meaning: whatever is typed is cut into such terms here, and each is
given to the database as a quoted string, never as its query language. Words are compared by their stems, without
accents and in any case; of a word with a mark inside ("Da'esh", "al-Bab") the parts must follow one another.

SQLite: `claim_words` is a contentless FTS5 table, its rowid is `claims.n`. PostgreSQL: a table of tsvectors under a
configuration of our own, which keeps the words that `english` leaves out: "IS" is an actor.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from ..errors import LedgerError
from ..records import Claim, Record, Report

if TYPE_CHECKING:
    from .database import Database

MOST_TERMS = 64
LONGEST_WORD = 200
"""Longer ones are cut; PostgreSQL refuses words of more than 2,046 bytes."""

TERM_RE = re.compile(r'(?P<minus>(?<!\S)-)?(?:["“”](?P<phrase>[^"“”]*)(?:["“”](?P<star>\*)?|$)|(?P<word>[^\s"“”]+))')
# Lone surrogates cannot be written as UTF-8, and both databases read a text to its first NUL only.
_UNFIT = re.compile("[\x00\ud800-\udfff]")

CREATE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE claim_words USING fts5 "
        "(evidence, names, content='', tokenize='porter unicode61 remove_diacritics 2')",
    ),
    "postgresql": (
        "CREATE TEXT SEARCH DICTIONARY ledger_stem (TEMPLATE = snowball, Language = english)",
        "CREATE TEXT SEARCH CONFIGURATION ledger_words (COPY = english)",
        "ALTER TEXT SEARCH CONFIGURATION ledger_words ALTER MAPPING REPLACE english_stem WITH ledger_stem",
        "CREATE TABLE claim_words (n BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX claim_words_words ON claim_words USING gin (words)",
    ),
}
DROP = {
    "sqlite": ("DROP TABLE IF EXISTS claim_words",),
    "postgresql": (
        "DROP TABLE IF EXISTS claim_words",
        "DROP TEXT SEARCH CONFIGURATION IF EXISTS ledger_words",
        "DROP TEXT SEARCH DICTIONARY IF EXISTS ledger_stem",
    ),
}
INSERT = {
    "sqlite": "INSERT INTO claim_words (rowid, evidence, names) VALUES (?, ?, ?)",
    "postgresql": (
        "INSERT INTO claim_words (n, words) VALUES (?, "
        "setweight(to_tsvector('ledger_words', ?), 'A') || setweight(to_tsvector('ledger_words', ?), 'B'))"
    ),
}
MATCH = {
    "sqlite": "SELECT rowid FROM claim_words WHERE claim_words MATCH ?",
    "postgresql": "SELECT n FROM claim_words WHERE words @@ to_tsquery('ledger_words', ?)",
}


class Term(Record, frozen=True, kw_only=True):
    """One term of a search: a word, or the words of a phrase, as typed."""

    text: str
    prefix: bool = False
    """The last word may go on."""
    absent: bool = False
    """Must not occur."""


# ---- keeping -----------------------------------------------------------------------------


def create_words(db: Database) -> None:
    """Makes the empty full text index."""
    for statement in CREATE[db.dialect]:
        db.execute(statement)


def drop_words(db: Database) -> None:
    """Removes the full text index, so that it can be made again from the claims."""
    for statement in DROP[db.dialect]:
        db.execute(statement)


def add_words(db: Database, rows: Iterable[tuple[int, str, str]]) -> None:
    """Adds `rows` to the index: the number of a claim, its evidence, its names (`claim_names`)."""
    clean = _plain if db.dialect == "postgresql" else _fit
    db.executemany(INSERT[db.dialect], [(n, clean(evidence), clean(names)) for n, evidence, names in rows])


def claim_names(report: Report, claim: Claim) -> str:
    """
    What a claim is found by beside its evidence: title, publisher, kind, and who and where are meant.

    So "Islamic State" finds a sentence that says "the militants", and "Nineveh" one that says "Mosul".
    """
    names = [report.title, report.publisher, claim.kind]
    names += [role.entity.name for role in claim.roles if role.entity]
    names += [source.name for source in claim.sources]
    if claim.where:
        names += [claim.where.name, claim.where.admin1, claim.where.country_name, claim.where.country]
    return " | ".join(dict.fromkeys(name for name in names if name))


def _fit(text: str) -> str:
    return _UNFIT.sub(" ", text)


def _plain(text: str) -> str:
    """
    `text` as words of letters and digits alone: PostgreSQL's own reading of hyphens, hosts and signs stays out of it.

        >>> _plain("Da’esh hit al-Bāb (U.S. jets)").split()
        ['Da', 'esh', 'hit', 'al', 'Bab', 'U', 'S', 'jets']
    """
    decomposed = unicodedata.normalize("NFKD", _fit(text))
    return "".join(c if c.isalnum() else "" if unicodedata.combining(c) else " " for c in decomposed)


# ---- searching ---------------------------------------------------------------------------


def parse_terms(text: str) -> tuple[Term, ...]:
    """
    The terms of a search; what holds neither letter nor digit is none.

        >>> [(t.text, t.prefix, t.absent) for t in parse_terms('air* "Col John Dorrian" -denied --')]
        [('air', True, False), ('Col John Dorrian', False, False), ('denied', False, True)]

    Raises: LedgerError for more than 64 terms.
    """
    terms = tuple(_terms(_fit(text)))
    if len(terms) > MOST_TERMS:
        raise LedgerError(f"a search of {len(terms)} words is too long; at most {MOST_TERMS} are looked for at once")
    return terms


def _terms(text: str) -> Iterator[Term]:
    for match in TERM_RE.finditer(text):
        typed = match["phrase"] if match["word"] is None else match["word"]
        prefix = bool(match["star"]) or (match["word"] or "").endswith("*")
        words = " ".join(word[:LONGEST_WORD] for word in typed.rstrip("*").split())
        if _plain(words).strip():
            yield Term(text=words, prefix=prefix, absent=bool(match["minus"]))


def match_condition(db: Database, text: str, column: str = "n") -> tuple[str, list[str]]:
    """
    The SQL condition that `column` is the number of a claim which `text` finds, and its parameters.

    A text without any word finds nothing. Raises: LedgerError for too many words.
    """
    terms = parse_terms(text)
    if not terms:
        return "1 = 0", []
    match = MATCH[db.dialect]
    positive = [term for term in terms if not term.absent]
    if not positive:  # FTS5 has no query of what is absent alone
        terms = tuple(Term(text=term.text, prefix=term.prefix) for term in terms)
        return f"{column} NOT IN ({match})", [write_terms(db.dialect, terms, "OR")]
    return f"{column} IN ({match})", [write_terms(db.dialect, terms)]


def write_terms(dialect: str, terms: Iterable[Term], how: str = "AND") -> str:
    """`terms` in the query language of the database, every one quoted; those that must not occur come last."""
    terms = tuple(terms)
    quote = _quote_postgresql if dialect == "postgresql" else _quote_sqlite
    present = [quote(term) for term in terms if not term.absent]
    absent = [quote(term) for term in terms if term.absent]
    if dialect == "postgresql":
        return (" & " if how == "AND" else " | ").join([*present, *(f"!{term}" for term in absent)])
    # Side by side means AND, and unlike it passes over a string in which FTS5 sees no word (letters newer than its
    # tables).
    wanted = (" " if how == "AND" else " OR ").join(present)
    return f"({wanted}) NOT ({' OR '.join(absent)})" if absent else wanted


def _quote_sqlite(term: Term) -> str:
    return '"' + term.text.replace('"', " ") + '"' + ("*" if term.prefix else "")


def _quote_postgresql(term: Term) -> str:
    words = [f"'{word[:LONGEST_WORD]}'" for word in _plain(term.text).split()]
    if term.prefix:
        words[-1] += ":*"
    return "(" + " <-> ".join(words) + ")"


# ---- showing -----------------------------------------------------------------------------


def find_hits(text: str, words: str) -> tuple[tuple[int, int], ...]:
    """
    Where in `text` the words of a search stand, as start and end.

        >>> find_hits("Jets struck; two air strikes followed.", 'strike* "air strikes"')
        ((17, 28),)

    SQLite marks them, whatever keeps the ledger, so that what is marked is what was compared.
    """
    return find_all_hits((text,), words)[0]


def find_all_hits(texts: Sequence[str], words: str) -> tuple[tuple[tuple[int, int], ...], ...]:
    """The same for each of `texts`."""
    import sqlite3

    terms = [term for term in parse_terms(words) if not term.absent]
    if not terms:
        return ((),) * len(texts)
    db = sqlite3.connect(":memory:")
    try:
        db.execute("CREATE VIRTUAL TABLE hit USING fts5 (text, tokenize='porter unicode61 remove_diacritics 2')")
        # One character for one, so that places hold; \x02 and \x03 are ours to mark with.
        plain = (re.sub("[\x00\x02\x03\ud800-\udfff]", " ", text) for text in texts)
        db.executemany("INSERT INTO hit (rowid, text) VALUES (?, ?)", enumerate(plain))
        query = "SELECT rowid, highlight(hit, 0, '\x02', '\x03') FROM hit WHERE hit MATCH ?"
        found = dict(db.execute(query, (write_terms("sqlite", terms, "OR"),)))
    finally:
        db.close()
    return tuple(tuple(_marked(found[n])) if n in found else () for n in range(len(texts)))


def _marked(text: str) -> Iterator[tuple[int, int]]:
    """Where the marks stand in `text`, counted without them."""
    for count, match in enumerate(re.finditer("\x02([^\x03]*)\x03", text)):
        start = match.start() - 2 * count
        yield start, start + len(match[1])
