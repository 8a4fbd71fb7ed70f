"""
The accounts of reports in the database: made, kept, found by their blocks, and taken out again.

An account never changes, and its number is never given again: where its report is read anew or joins another chain of
copies, its accounts are removed and made again. So what was once read of an account can be remembered.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from ..link.accounts import Account, Context, Count, Point, context_of
from ..link.blocks import block_keys
from ..link.grouping import Told, group_reports
from ..link.matching import Matcher
from ..link.words import Terms
from .codec import escape, unescape, unescape_some, unpack_text
from .verdicts import Verdicts, marks

if TYPE_CHECKING:
    from .store import Ledger

AT_ONCE = 500
REMEMBERED = 20_000
"""Accounts that are kept decoded, about 5 KB each."""
VECTOR = 96
WEIGHT = 10_000
"""Weights of terms have four digits."""
_BUCKET_RE = re.compile(r"[a-z]*(-?\d+)\|")
FIELDS = tuple(name for name in Account.__struct_fields__ if name not in ("context", "points", "counts", "terms"))


class Made(NamedTuple):
    """A new account; `told` is False where all its claims are generic."""

    n: int
    report_n: int
    claims: tuple[int, ...]
    account: Account
    told: bool
    blocks: tuple[int, ...]


class Removed(NamedTuple):
    accounts: set[int]
    blocks: list[int]
    """Of each removed account, so that a block stands as often as it lost one."""


class Members(NamedTuple):
    """Who is in which block: rows in the order of the blocks."""

    blocks: NDArray[np.int64]
    accounts: NDArray[np.int64]

    def sizes(self) -> dict[int, int]:
        blocks, counts = np.unique(self.blocks, return_counts=True)
        return dict(zip(blocks.tolist(), counts.tolist(), strict=True))

    def lists(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for block, n in zip(self.blocks.tolist(), self.accounts.tolist(), strict=True):
            found[block].append(n)
        return found

    def without(self, blocks: set[int]) -> Members:
        kept = ~np.isin(self.blocks, np.array(sorted(blocks), np.int64))
        return Members(self.blocks[kept], self.accounts[kept])


class AccountStore:
    """Reads and writes accounts; all writing is within `database.write()`."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.database = ledger.database
        self._accounts: OrderedDict[int, Account] = OrderedDict()
        self._contexts: dict[int, Context] = {}

    def forget(self) -> None:
        """After a transaction that was rolled back."""
        self._accounts.clear()
        self._contexts.clear()

    # ---- making --------------------------------------------------------------------------

    def make(self, report_ns: Sequence[int], matcher: Matcher, verdicts: Verdicts) -> list[Made]:
        """The accounts of reports that have none, written down; their blocks too."""
        told, numbers = self._read(report_ns, verdicts)
        grouped = group_reports(list(told.values()), matcher)
        first = self._reserve(sum(len(groups) for groups in grouped))
        made: list[Made] = []
        for (report_n, said), groups in zip(told.items(), grouped, strict=True):
            for account, places in groups:
                is_told = any(said.claims[place].status != "generic" for place in places)
                claims = tuple(numbers[report_n][place] for place in places)
                blocks = block_numbers(account) if is_told else ()
                made.append(Made(first + len(made), report_n, claims, account, is_told, blocks))
        self._write(made)
        for one in made:
            self._remember(one.n, one.account)
        return made

    def _read(self, report_ns: Sequence[int], verdicts: Verdicts) -> tuple[dict[int, Told], dict[int, list[int]]]:
        """
        What each report tells at present, and the row numbers of its claims.

        Rejected claims are left out: somebody found that the report does not say this. The claims are in the order of
        the text, which does not depend on the readings that they come from.
        """
        rows = self._each(
            "SELECT n, report_n, reading_n, position FROM claims WHERE current = 1 AND review <> 'rejected' "
            "AND report_n IN ({})", report_ns,
        )  # fmt: skip
        places = {n: (report_n, reading_n, position) for n, report_n, reading_n, position in rows}
        kept = dict(zip(places, self.ledger.kept(list(places)), strict=True))
        vectors = dict(self._each("SELECT n, vectors FROM readings WHERE n IN ({})", {p[1] for p in places.values()}))
        numbers: dict[int, list[int]] = {report_n: [] for report_n in report_ns}
        for n in sorted(places, key=lambda n: (kept[n].claim.trigger.start, kept[n].claim.id)):
            numbers[places[n][0]].append(n)
        contexts = self._make_contexts(report_ns)
        told = {}
        for report_n, context in contexts.items():
            own = numbers[report_n]
            place = {n: k for k, n in enumerate(own)}
            pairs = [[(place[a], place[b]) for a, b in some] for some in verdicts.of_claims(set(own))]
            found = [_vector(vectors[places[n][1]], places[n][2]) for n in own]
            told[report_n] = Told(context, [kept[n].claim for n in own], found, *pairs)
        return told, numbers

    def _make_contexts(self, report_ns: Sequence[int]) -> dict[int, Context]:
        rows = self._each(
            "SELECT r.n, r.key, coalesce(c.chain_n, r.n), r.published, r.publisher, r.title, t.text, "
            "(SELECT max(g.n) FROM readings g WHERE g.report_n = r.n) FROM reports r "
            "JOIN texts t ON t.sha256 = r.text_sha256 LEFT JOIN chains c ON c.report_n = r.n WHERE r.n IN ({})",
            report_ns,
        )
        contexts, table = {}, []
        for n, key, chain_n, published, publisher, title, text, reading_n in sorted(rows):
            contexts[n] = context_of(
                key, str(chain_n), unescape_some(published), unescape_some(publisher), unescape(title),
                unpack_text(bytes(text)),
            )  # fmt: skip
            table.append((n, reading_n, chain_n, _pack_context(contexts[n])))
        self.database.executemany("INSERT INTO contexts VALUES (?, ?, ?, ?)", table)
        return contexts

    def _reserve(self, count: int) -> int:
        """The first of `count` numbers that no account ever had."""
        row = self.database.one("SELECT value FROM meta WHERE key = 'last_account'")
        last = int(row[0]) if row else 0
        sql = "UPDATE meta SET value = ? WHERE key = 'last_account'"
        if row is None:
            sql = "INSERT INTO meta (value, key) VALUES (?, 'last_account')"
        self.database.execute(sql, (str(last + count),))
        return last + 1

    def _write(self, made: Sequence[Made]) -> None:
        many = self.database.executemany
        many(
            "INSERT INTO accounts (n, report_n, key, size, told, blocks, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (m.n, m.report_n, escape(m.account.key), len(m.claims), int(m.told),
                 np.array(m.blocks, "<i8").tobytes(), _pack(m.account))
                for m in made
            ],
        )  # fmt: skip
        many("INSERT INTO account_claims VALUES (?, ?)", sorted((c, m.n) for m in made for c in m.claims))
        many("INSERT INTO blocks VALUES (?, ?)", sorted((block, m.n) for m in made for block in m.blocks))

    # ---- removing ------------------------------------------------------------------------

    def remove(self, report_ns: Sequence[int]) -> Removed:
        """The accounts of the reports taken out, with their blocks and edges."""
        rows = list(self._each("SELECT n, blocks FROM accounts WHERE report_n IN ({})", report_ns))
        numbers = [n for n, _ in rows]
        blocks = [(block, n) for n, packed in rows for block in _blocks(packed)]
        if rows:
            self.database.executemany("DELETE FROM blocks WHERE block = ? AND account_n = ?", blocks)
            for sql in (
                "DELETE FROM edges WHERE a IN ({})", "DELETE FROM edges WHERE b IN ({})",
                "DELETE FROM account_claims WHERE account_n IN ({})", "DELETE FROM touched WHERE account_n IN ({})",
                "DELETE FROM accounts WHERE n IN ({})",
            ):  # fmt: skip
                self._run(sql, numbers)
        self._run("DELETE FROM contexts WHERE report_n IN ({})", report_ns)
        for n in numbers:
            self._accounts.pop(n, None)
        for n in report_ns:
            self._contexts.pop(n, None)
        return Removed(set(numbers), [block for block, _ in blocks])

    # ---- finding -------------------------------------------------------------------------

    def members(self, blocks: Iterable[int]) -> Members:
        """The accounts of the blocks."""
        sql = "SELECT block, account_n FROM blocks WHERE block IN ({}) ORDER BY block, account_n"
        found = np.array(list(self._each(sql, sorted(blocks))), np.int64).reshape(-1, 2)
        return Members(found[:, 0], found[:, 1])

    def blocks_of(self, accounts: Iterable[int]) -> dict[int, set[int]]:
        rows = self._each("SELECT n, blocks FROM accounts WHERE n IN ({})", sorted(accounts))
        return {n: set(_blocks(packed)) for n, packed in rows}

    def load(self, accounts: Iterable[int]) -> dict[int, Account]:
        """The accounts with these numbers."""
        wanted = sorted(set(accounts))
        found = {n: self._accounts[n] for n in wanted if n in self._accounts}
        for n in found:
            self._accounts.move_to_end(n)
        missing = [n for n in wanted if n not in found]
        rows = list(self._each("SELECT n, report_n, data FROM accounts WHERE n IN ({})", missing))
        self._load_contexts({report_n for _, report_n, _ in rows})
        for n, report_n, data in rows:
            found[n] = _unpack(bytes(data), self._contexts[report_n])
            self._remember(n, found[n])
        return found

    def _load_contexts(self, report_ns: set[int]) -> None:
        if len(self._contexts) > REMEMBERED:
            self._contexts.clear()
        missing = report_ns - self._contexts.keys()
        for report_n, data in self._each("SELECT report_n, data FROM contexts WHERE report_n IN ({})", sorted(missing)):
            self._contexts[report_n] = _unpack_context(bytes(data))

    def _remember(self, n: int, account: Account) -> None:
        self._accounts[n] = account
        if len(self._accounts) > REMEMBERED:
            self._accounts.popitem(last=False)

    def _each(self, sql: str, values: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql` for all of `values`, which stand for `{}`, a few hundred at a time."""
        every = list(values)
        for start in range(0, len(every), AT_ONCE):
            some = every[start : start + AT_ONCE]
            yield from self.database.rows(sql.format(marks(some)), some)

    def _run(self, sql: str, values: Sequence[int]) -> None:
        for start in range(0, len(values), AT_ONCE):
            some = values[start : start + AT_ONCE]
            self.database.execute(sql.format(marks(some)), some)


# ---- blocks as numbers -------------------------------------------------------------------


def block_numbers(account: Account) -> tuple[int, ...]:
    """
    The blocks of the account as integers of 64 bits: the bucket of time, then a hash of the rest.

    With the time first, the rows of reports of one week lie side by side in the index.
    """
    return tuple(sorted({_time(key) << 40 | _hash40(key) for key in block_keys(account)}))


def _time(key: str) -> int:
    """
    The number of the bucket that a block's key begins with, plus one, since there is a bucket -1.

        >>> _time("73643|p99072"), _time("w16364|clash/IQ")
        (73644, 16365)
    """
    found = _BUCKET_RE.match(key)
    return int(found[1]) + 1 if found else 0


@functools.lru_cache(1 << 16)
def _hash40(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=5).digest(), "little")


def _blocks(packed: bytes) -> list[int]:
    numbers: list[int] = np.frombuffer(packed, "<i8").tolist()
    return numbers


# ---- accounts as bytes -------------------------------------------------------------------

PLAIN, ESCAPED = b"\0", b"\1"


def _encode(value: Any) -> bytes:
    """As msgpack, which takes no lone surrogate; a text that holds one is escaped."""
    try:
        return PLAIN + msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        return ESCAPED + msgspec.msgpack.encode(_each_text(value, escape))


def _decode(data: bytes) -> Any:
    value = msgspec.msgpack.decode(data[1:])
    return _each_text(value, unescape) if data[:1] == ESCAPED else value


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, (list, tuple)):
        return [_each_text(part, change) for part in value]
    return change(value) if isinstance(value, str) else value


def _pack(account: Account) -> bytes:
    """The account without its context, as short as may be: there are about as many as claims."""
    return _encode((
        [getattr(account, name) for name in FIELDS],
        [msgspec.structs.astuple(point) for point in account.points],
        [msgspec.structs.astuple(count) for count in account.counts],
        _pack_terms(account.terms),
    ))  # fmt: skip


def _unpack(data: bytes, context: Context) -> Account:
    fields, points, counts, terms = _decode(data)
    values: dict[str, Any] = {
        name: tuple(v) if isinstance(v, list) else v for name, v in zip(FIELDS, fields, strict=True)
    }
    return Account(
        context=context,
        points=tuple(Point(**dict(zip(Point.__struct_fields__, p, strict=True))) for p in points),
        counts=tuple(Count(**dict(zip(Count.__struct_fields__, c, strict=True))) for c in counts),
        terms=_unpack_terms(terms),
        **values,
    )


def _pack_context(context: Context) -> bytes:
    return _encode((
        context.report, context.chain, context.published, context.publisher,
        _pack_terms(context.terms), _pack_terms(context.title),
    ))  # fmt: skip


def _unpack_context(data: bytes) -> Context:
    report, chain, published, publisher, terms, title = _decode(data)
    return Context(
        report=report, chain=chain, published=published, publisher=publisher, terms=_unpack_terms(terms),
        title=_unpack_terms(title),
    )  # fmt: skip


def _pack_terms(terms: Terms) -> bytes:
    """Six bytes a term: its hash and its weight."""
    hashes = np.array([term for term, _ in terms], "<u4")
    weights = np.array([round(weight * WEIGHT) for _, weight in terms], "<u2")
    return hashes.tobytes() + weights.tobytes()


def _unpack_terms(data: bytes) -> Terms:
    count = len(data) // 6
    hashes, weights = np.frombuffer(data, "<u4", count), np.frombuffer(data, "<u2", count, 4 * count)
    return tuple(zip(hashes.tolist(), (weights / WEIGHT).tolist(), strict=True))


def _vector(packed: bytes | None, position: int) -> bytes:
    """The vector of the claim at `position`, as far as its reading has some."""
    return bytes(packed[position * VECTOR : (position + 1) * VECTOR]) if packed is not None else b""
