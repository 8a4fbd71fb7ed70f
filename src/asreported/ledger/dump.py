"""
The facts of a ledger as lines of JSON: to compare two ledgers, or to carry one from one kind of database to the other.

Canonical (the default): in the order of their content, without times, row numbers and bytes, so that two ledgers that
hold the same give the same lines; of the links those that hold. Whole: in the order in which they came, with times and
the bytes of the originals; an empty ledger that loads it holds the same facts, and makes what is derived from them.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from ..errors import LedgerError
from ..records import VECTOR_BYTES, Claim
from .codec import canonical, decode_claims, escape, unescape, unescape_some, unpack
from .copies import keep_copies
from .database import Row
from .decisions import Decision, insert_decision, read_log
from .keeping import bare_report, keep_capture, keep_claims_json, keep_report
from .links import Link, append_links
from .originals import Original
from .rebuild import rebuild_rows
from .rows import Capture, report_key
from .store import Ledger

PIECE = 3 << 18
"""Bytes of an original in one line."""


def dump(ledger: Ledger, *, whole: bool = False) -> Iterator[str]:
    """The lines, each with its line feed, of one state of the ledger."""
    count = 0
    with ledger.database.snapshot():
        for kind, order in KINDS.items():
            for row in order(ledger, whole):
                count += 1
                yield canonical({kind: row}) + "\n"
        if whole:
            yield canonical({"end": {"lines": count}}) + "\n"


def _originals(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    sql = "SELECT sha256, bytes, added_at FROM originals WHERE sha256 > ? ORDER BY sha256"
    for sha, size, added_at in ledger.database.each(sql, ("",)):
        row = {"sha256": sha, "bytes": size}
        if not whole:
            yield row
            continue
        yield row | {"added_at": added_at}
        for piece in ledger.originals.pieces(sha):
            for start in range(0, len(piece), PIECE):
                content = base64.b64encode(piece[start : start + PIECE]).decode()
                yield {"sha256": sha, "content": content}


def _each_report(ledger: Ledger, whole: bool) -> Iterator[tuple[int, str]]:
    """The n and key of every report: as they came, or in the order of their keys."""
    if whole:
        yield from ledger.database.each("SELECT n, key FROM reports WHERE n > ? ORDER BY n", (0,))
        return
    for key, n in ledger.database.each("SELECT key, n FROM reports WHERE key > ? ORDER BY key", ("",)):
        yield n, key


def _of_each(ledger: Ledger, whole: bool, sql: str) -> Iterator[tuple[str, Row]]:
    """The rows that `sql` gives for each report, with its key; those of one report alone are in memory."""
    for n, key in _each_report(ledger, whole):
        for row in ledger.database.rows(sql, (n,)):
            yield key, row


def _reports(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    sql = "SELECT id, text_sha256, title, publisher, published, language, url, added_at FROM reports WHERE n = ?"
    for key, (id, text_sha, title, publisher, published, language, url, added_at) in _of_each(ledger, whole, sql):
        row = {
            "key": key,
            "id": unescape(id),
            "title": unescape(title),
            "publisher": unescape_some(publisher),
            "published": unescape_some(published),
            "language": unescape_some(language),
            "url": unescape_some(url),
        }
        more = {"text": ledger.text(key), "added_at": added_at} if whole else {"text_sha256": text_sha}
        yield row | more


def _captures(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    sql = (
        "SELECT original_sha256, locator, origin, extractor, notes, added_at FROM captures WHERE report_n = ? "
        "ORDER BY original_sha256, locator"
    )
    for key, (original, locator, origin, extractor, notes, added_at) in _of_each(ledger, whole, sql):
        row = {
            "report": key,
            "original": original,
            "locator": unescape(locator),
            "origin": unescape_some(origin),
            "extractor": unescape_some(extractor),
            "notes": json.loads(unescape(notes)),
        }
        yield row | ({"added_at": added_at} if whole else {})


def _copies(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    """The pairs; or the chains, as which pairs connect them depends on the order of adding."""
    if not whole:
        sql = (
            "SELECT f.key FROM chains c JOIN reports f ON f.n = c.chain_n WHERE c.report_n = ? "
            "AND c.chain_n <> c.report_n"
        )
        yield from ({"report": key, "chain": chain} for key, (chain,) in _of_each(ledger, whole, sql))
        return
    sql = (
        "SELECT b.key, c.similarity FROM copies c JOIN reports b ON b.n = c.other_n WHERE c.report_n = ? "
        "ORDER BY c.other_n"
    )
    for first, (second, similarity) in _of_each(ledger, whole, sql):
        yield {"reports": [first, second], "similarity": similarity}


def _readings(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    """All in the order in which they came; or of each report each once, and which of them is the latest."""
    if not whole:
        for n, key in _each_report(ledger, whole):
            sql = "SELECT reader, sha256 FROM readings WHERE report_n = ? ORDER BY n"
            rows = [(unescape(reader), sha) for reader, sha in ledger.database.rows(sql, (n,))]
            for reader, sha in sorted(set(rows)):
                yield {"report": key, "reader": reader, "sha256": sha, "latest": (reader, sha) == rows[-1]}
        return
    sql = (
        "SELECT g.n, r.key, g.reader, g.claims, g.read_at, g.vectors FROM readings g "
        "JOIN reports r ON r.n = g.report_n WHERE g.n > ? ORDER BY g.n"
    )
    for _, key, reader, content, read_at, vectors in ledger.database.each(sql, (0,), size=100):
        yield {
            "report": key,
            "reader": unescape(reader),
            "claims": msgspec.to_builtins(decode_claims(unpack(bytes(content)))),
            "read_at": read_at,
            "vectors": base64.b64encode(bytes(vectors)).decode("ascii") if vectors else None,
        }


def _links(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    """The whole history; or the incidents as they are, as how they came about depends on the order of adding."""
    if not whole:
        sql = "SELECT id, incident FROM claims WHERE report_n = ? AND incident IS NOT NULL"
        for n, key in _each_report(ledger, whole):
            for id, incident in sorted((unescape(id), i) for id, i in ledger.database.rows(sql, (n,))):
                yield {"claim": f"{key}:{id}", "incident": unescape(incident)}
        return
    sql = (
        "SELECT l.n, r.key, c.id, l.incident, l.matcher, l.linked_at FROM links l JOIN claims c ON c.n = l.claim_n "
        "JOIN reports r ON r.n = c.report_n WHERE l.n > ? ORDER BY l.n"
    )
    for _, key, id, incident, matcher, linked_at in ledger.database.each(sql, (0,)):
        row = {"claim": f"{key}:{unescape(id)}", "incident": unescape(incident), "matcher": unescape(matcher)}
        yield row | {"linked_at": linked_at}


def _decisions(ledger: Ledger, whole: bool) -> Iterator[dict[str, Any]]:
    for decision in read_log(ledger.database):
        row = msgspec.structs.asdict(decision)
        if not whole:
            for key in ("n", "decided_at", "previous", "sha256"):
                del row[key]
            row["position"] = decision.n
        yield row


KINDS = {
    "original": _originals,
    "report": _reports,
    "capture": _captures,
    "copies": _copies,
    "reading": _readings,
    "decision": _decisions,
    "link": _links,
}
"""The kinds of lines in the order in which they are written; a line speaks only of what came before it."""


# ---- loading -----------------------------------------------------------------------------


def load(ledger: Ledger, lines: Iterable[str | bytes]) -> int:
    """
    Put the lines of a whole dump into an empty ledger, in one transaction, and return how many there were.

    Raises: LedgerError where the ledger is not empty or a line does not fit; nothing is kept then.
    """
    if ledger.database.rows("SELECT 1 FROM reports LIMIT 1") or ledger.log_head()[0]:
        raise LedgerError(f"{ledger.database.name}: the ledger is not empty; load a dump into a new one")
    count = 0
    with ledger.database.write():
        loader = _Loader(ledger)
        for count, line in enumerate(lines, 1):
            try:
                loader.load(msgspec.json.decode(line) if b"\\ud" not in _bytes(line) else json.loads(line))
            except (msgspec.DecodeError, msgspec.ValidationError, ValueError, KeyError, TypeError) as err:
                what = f"line {count} is none of a whole dump ({err!r})"
                raise LedgerError(f"{what}; make it with `asreported ledger dump --whole`") from err
        if not loader.is_whole:
            raise LedgerError("the dump was cut off; make it again with `asreported ledger dump --whole`")
        rebuild_rows(ledger.database)
        loader.load_links()
    return count


def _bytes(line: str | bytes) -> bytes:
    return line if isinstance(line, bytes) else line.encode("utf-8", "surrogatepass")


class _Loader:
    """Puts one line after the other; originals come in pieces, so the last one waits for its end."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.database = ledger.database
        self.reports: dict[str, int] = {}
        self.links: list[dict[str, Any]] = []
        self.lines, self.is_whole = 0, False
        self.original: dict[str, Any] | None = None
        self.spool: Any = None

    def load(self, line: dict[str, Any]) -> None:
        ((kind, row),) = line.items()
        if kind == "original":
            self.lines += 1
            self._original(row)
            return
        self.finish()
        self.lines += 1
        if kind == "end":
            self.is_whole = self.lines == row["lines"] + 1
        elif kind == "link":
            self.links.append(row)
        else:
            {"report": self._report, "capture": self._capture, "copies": self._copies, "reading": self._reading,
             "decision": self._decision}[kind](row)  # fmt: skip

    def _original(self, row: dict[str, Any]) -> None:
        import tempfile

        if "content" in row:
            if self.original is None or row["sha256"] != self.original["sha256"]:
                raise ValueError("bytes of an original that was not announced")
            self.spool.write(base64.b64decode(row["content"]))
            return
        self.finish()
        self.original, self.spool = row, tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115

    def finish(self) -> None:
        """Keep the original whose pieces came last."""
        if self.original is None:
            return
        self.spool.seek(0)
        kept = self.ledger.originals.keep(self.spool)
        self.spool.close()
        if kept != Original(self.original["sha256"], self.original["bytes"]):
            raise ValueError(f"original {self.original['sha256']} has other bytes")
        values = (*kept, self.original["added_at"])
        self.database.execute("INSERT INTO originals VALUES (?, ?, ?) ON CONFLICT DO NOTHING", values)
        self.original = None

    def _report(self, row: dict[str, Any]) -> None:
        key, added_at = row.pop("key"), row.pop("added_at")
        language = row.pop("language")
        report = msgspec.structs.replace(bare_report(**row), language=language)
        if report_key(report) != key:
            raise ValueError(f"report {key} has other words")
        self.reports[key] = keep_report(self.database, report, added_at)

    def _capture(self, row: dict[str, Any]) -> None:
        capture = Capture(row["original"], row["locator"], row["origin"], row["extractor"], tuple(row["notes"]))
        keep_capture(self.database, self.reports[row["report"]], row["report"], capture, row["added_at"])

    def _copies(self, row: dict[str, Any]) -> None:
        first, second = (self.reports[key] for key in row["reports"])
        keep_copies(self.database, [(first, second, row["similarity"])])

    def _reading(self, row: dict[str, Any]) -> None:
        claims = msgspec.convert(row["claims"], tuple[Claim, ...])
        packed = base64.b64decode(row["vectors"] or "")
        vectors = tuple(packed[k : k + VECTOR_BYTES] for k in range(0, len(packed), VECTOR_BYTES))
        report_n = self.reports[row["report"]]
        keep_claims_json(self.database, report_n, claims, row["reader"], row["read_at"], vectors=vectors)

    def _decision(self, row: dict[str, Any]) -> None:
        insert_decision(self.database, msgspec.convert(row, Decision))

    def load_links(self) -> None:
        """Links speak of claims by their key, whose rows are there now."""
        number = self.ledger.fetcher.number
        links = [Link(number(row["claim"]), row["incident"], row["matcher"], row["linked_at"]) for row in self.links]
        append_links(self.database, links)
        for link in links:
            values = (escape(link.incident) or None, link.claim_n)
            self.database.execute("UPDATE claims SET incident = ? WHERE n = ?", values)
