"""
Reports and claims out of the ledger: claims by their numbers, with their report, and with what people decided applied.
"""

from __future__ import annotations

import json
import zlib
from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from ..errors import LedgerError, UnknownError
from ..records import Claim, Kept, Report, ReportHead
from .codec import decode_claim, split_claims, unescape, unescape_some, unpack, unpack_text
from .database import Database, Row
from .decisions import apply_corrections, fold, read_history
from .originals import Original
from .rows import HEAD_SQL, head_of

REMEMBERED = 500
"""Readings whose claims are kept unpacked: the claims of one report are often wanted together."""
AT_ONCE = 500


class Fetcher:
    """Reads records; what it remembers never changes in the ledger."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._readings: OrderedDict[int, tuple[msgspec.Raw, ...]] = OrderedDict()

    def kept(self, claim_ns: Sequence[int]) -> list[Kept]:
        """The claims with these row numbers, in their order. Raises: LedgerError where there is none of one."""
        found: dict[int, Kept] = {}
        for start in range(0, len(claim_ns), AT_ONCE):
            numbers = claim_ns[start : start + AT_ONCE]
            marks = ", ".join("?" * len(numbers))
            rows = self.database.rows(
                f"SELECT n, report_n, reading_n, position, review, incident FROM claims WHERE n IN ({marks})",
                numbers,
            )
            heads = self._heads({row[1] for row in rows})
            self._load({row[2] for row in rows})
            found |= {row[0]: self._kept(row, heads[row[1]]) for row in rows}
        if missing := [n for n in claim_ns if n not in found]:
            raise LedgerError(f"{self.database.name}: there is no claim number {missing[0]}")
        return [found[n] for n in claim_ns]

    def _kept(self, row: Row, head: ReportHead) -> Kept:
        _, _, reading_n, position, review, incident = row
        claim = _decode(reading_n, self._readings[reading_n][position])
        key = f"{head.key}:{claim.id}"
        if review != "unreviewed":
            claim = apply_corrections(claim, fold(read_history(self.database, key)).corrections)
        return Kept(key=key, report=head, claim=claim, incident=unescape_some(incident), review=review)

    def claims_of(self, reading_n: int) -> tuple[Claim, ...]:
        """The claims of one reading, as they were read."""
        self._load({reading_n})
        return tuple(_decode(reading_n, raw) for raw in self._readings[reading_n])

    def _load(self, reading_ns: set[int]) -> None:
        """The claims of all of `reading_ns`, kept until the next call at least; each is decoded when it is wanted."""
        while len(self._readings) > REMEMBERED:
            self._readings.popitem(last=False)
        wanted = sorted(reading_ns - self._readings.keys())
        for start in range(0, len(wanted), AT_ONCE):
            numbers = wanted[start : start + AT_ONCE]
            marks = ", ".join("?" * len(numbers))
            for n, content in self.database.rows(f"SELECT n, claims FROM readings WHERE n IN ({marks})", numbers):
                self._readings[n] = _split(n, bytes(content))

    def forget(self) -> None:
        """After a transaction that was rolled back, whose numbers will be given again."""
        self._readings.clear()

    def _heads(self, report_ns: set[int]) -> dict[int, ReportHead]:
        if not report_ns:
            return {}
        sql = HEAD_SQL.replace("SELECT ", "SELECT r.n, ", 1)
        marks = ", ".join("?" * len(report_ns))
        rows = self.database.rows(f"{sql} WHERE r.n IN ({marks})", sorted(report_ns))
        return {row[0]: head_of(row[1:]) for row in rows}

    def head(self, report_key: str) -> ReportHead:
        """Raises: LedgerError where there is no such report."""
        row = self.database.one(f"{HEAD_SQL} WHERE r.key = ?", (report_key,))
        if row is None:
            raise UnknownError(f"{self.database.name}: there is no report {report_key!r}")
        return head_of(row)

    def text(self, report_key: str) -> str:
        """Raises: LedgerError where there is no such report, or its text is damaged."""
        return self.text_where("r.key = ?", report_key)

    def text_where(self, condition: str, value: str | int) -> str:
        sql = "SELECT t.text, r.key FROM reports r JOIN texts t ON t.sha256 = r.text_sha256 WHERE "
        row = self.database.one(sql + condition, (value,))
        if row is None:
            raise UnknownError(f"{self.database.name}: there is no report {value!r}")
        try:
            return unpack_text(bytes(row[0]))
        except (zlib.error, UnicodeDecodeError) as err:
            raise LedgerError(f"the text of report {row[1]} is damaged ({err}); restore it from a backup") from err

    def report(self, report_n: int) -> tuple[Report, Original, str]:
        """A report as it was read, with the bytes that it was first taken from and its place in them."""
        row = self.database.one(
            "SELECT r.id, r.title, r.publisher, r.published, r.language, r.url, r.text_sha256, c.origin, c.extractor, "
            "c.notes, c.locator, o.sha256, o.bytes FROM reports r JOIN captures c ON c.report_n = r.n "
            "JOIN originals o ON o.sha256 = c.original_sha256 WHERE r.n = ? ORDER BY c.added_at, o.sha256, c.locator",
            (report_n,),
        )
        if row is None:
            raise LedgerError(f"{self.database.name}: report number {report_n} has no original; restore a backup")
        id, title, publisher, published, language, url, text_sha, origin, extractor, notes, locator, sha, size = row
        report = Report(
            id=unescape(id),
            title=unescape(title),
            publisher=unescape_some(publisher),
            published=unescape_some(published),
            language=unescape_some(language),
            url=unescape_some(url),
            sha256=text_sha,
            text=self.text_where("r.n = ?", report_n),
            origin=unescape_some(origin),
            extractor=unescape_some(extractor),
            notes=tuple(json.loads(unescape(notes))),
        )
        return report, Original(sha, size), unescape(locator)

    def readers(self, report_key: str) -> list[tuple[str, str]]:
        """Who read the report, first to last, and when. Raises: LedgerError where there is no such report."""
        rows = self.database.rows(
            "SELECT g.reader, g.read_at FROM readings g JOIN reports r ON r.n = g.report_n WHERE r.key = ? "
            "ORDER BY g.n",
            (report_key,),
        )
        if not rows:
            raise UnknownError(f"{self.database.name}: there is no report {report_key!r}")
        return [(unescape(reader), read_at) for reader, read_at in rows]

    def captures(self, report_key: str) -> list[tuple[Original, str | None, str, str | None]]:
        """Of each place that the report was taken from the bytes, the origin, the place in them and the extractor."""
        rows = self.database.rows(
            "SELECT o.sha256, o.bytes, c.origin, c.locator, c.extractor FROM reports r "
            "JOIN captures c ON c.report_n = r.n JOIN originals o ON o.sha256 = c.original_sha256 "
            "WHERE r.key = ? ORDER BY c.added_at, o.sha256, c.locator",
            (report_key,),
        )
        return [
            (Original(sha, size), unescape_some(origin), unescape(locator), unescape_some(extractor))
            for sha, size, origin, locator, extractor in rows
        ]

    def number(self, key: str) -> int:
        """
        The row number of the claim `REPORT:CLAIM`. Raises: LedgerError where there is none.
        """
        report, _, claim = key.partition(":")
        sql = "SELECT c.n FROM claims c JOIN reports r ON r.n = c.report_n WHERE r.key = ? AND c.id = ?"
        row = self.database.one(sql, (report, claim))
        if row is None:
            raise UnknownError(f"{self.database.name}: there is no claim {key!r}; its key is REPORT:CLAIM")
        return int(row[0])

    def find_key(self, typed: str) -> str:
        """
        The key of the claim that a person means by its key, its id, or the beginning of either.

        Raises: LedgerError where there is none, or several.
        """
        report, colon, claim = typed.strip().rpartition(":")
        sql = "SELECT r.key, c.id FROM claims c JOIN reports r ON r.n = c.report_n WHERE c.id LIKE ?"
        like = [_beginning(claim)]
        if colon:
            sql, like = f"{sql} AND r.key LIKE ?", [*like, _beginning(report)]
        rows = self.database.rows(f"{sql} ESCAPE '!' LIMIT 5".replace("LIKE ? AND", "LIKE ? ESCAPE '!' AND"), like)
        if len(rows) == 1 and claim:
            return f"{rows[0][0]}:{unescape(rows[0][1])}"
        if not rows or not claim:
            raise UnknownError(f"{self.database.name}: there is no claim {typed!r}; `asreported find` shows the keys")
        some = ", ".join(f"{key}:{id}" for key, id in rows[:4])
        raise LedgerError(f"{typed!r} may be several claims ({some}); give more of the key")


def _beginning(typed: str) -> str:
    return typed.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"


def decode_reading(n: int, content: bytes) -> tuple[Claim, ...]:
    """Raises: LedgerError where what is kept does not decode."""
    return tuple(_decode(n, raw) for raw in _split(n, content))


def _split(n: int, content: bytes) -> tuple[msgspec.Raw, ...]:
    try:
        return split_claims(unpack(content))
    except (zlib.error, msgspec.DecodeError, ValueError) as err:
        raise _damaged(n, err) from err


def _decode(n: int, raw: msgspec.Raw) -> Claim:
    try:
        return decode_claim(raw)
    except (msgspec.DecodeError, ValueError) as err:
        raise _damaged(n, err) from err


def _damaged(n: int, err: Exception) -> LedgerError:
    return LedgerError(f"reading {n} is damaged ({err}); `asreported ledger verify` says what to do")
