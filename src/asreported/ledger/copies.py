"""
Which reports are near-copies of one another, as wire copies are: one chain of information, to be counted once.

Candidates share a band of their MinHash signatures (R-MinHash of rensa, 128 permutations in 32 bands of 4, over runs
of five words). A pair counts where at least `CONTAINED` of the runs of the shorter text stand in the longer one too,
counted exactly, and the shorter has at least `FEWEST` of them; or where the texts are the same, however short. A chain
is what such pairs connect; it is named after its earliest report by (published, key), undated ones last. Chains do not
depend on the order in which reports were added; which of the pairs of a chain are kept does.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import NamedTuple

import rensa

from .database import Database
from .rows import copy_hash

PERMUTATIONS, BANDS, SEED = 128, 32, 42
ROWS = PERMUTATIONS // BANDS
RUN = 5
FEWEST = 30
CONTAINED = 0.6
REMEMBERED = 200
"""Reports whose runs of words are kept in memory: copies of one dispatch come close to one another."""

_WORD_RE = re.compile(r"\w+")


def word_runs(text: str) -> list[str]:
    """
    Every run of five words, in small letters and without the marks between them.

        >>> word_runs("At least 12 people died there.")
        ['at least 12 people died', 'least 12 people died there']
    """
    words = _WORD_RE.findall(text.lower())
    return [" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)]


def bands(runs: Iterable[str]) -> list[int]:
    """
    The keys of the 32 bands of a text's signature, as signed integers of 64 bits.

    The same text has the same keys on every machine, as long as rensa's algorithm is the same (`algorithm`).
    """
    hasher = rensa.RMinHash(PERMUTATIONS, SEED)
    hasher.update(list(runs))
    digest = hasher.digest()
    keys = []
    for band in range(BANDS):
        packed = struct.pack(f"<{ROWS + 1}Q", band, *digest[band * ROWS : (band + 1) * ROWS])
        keys.append(int.from_bytes(hashlib.blake2b(packed, digest_size=8).digest(), "little", signed=True))
    return keys


def algorithm() -> str:
    """What the bands of one sentence are: where another version of rensa gives others, all are made again."""
    return format(sum(bands(["at least 12 people died", "least 12 people died there"])) & (2**64 - 1), "016x")


def contained(runs: frozenset[int], others: frozenset[int]) -> float:
    """The share of the shorter text's runs that the other has too; 0 where it has too few to tell."""
    fewest = min(len(runs), len(others))
    return len(runs & others) / fewest if fewest >= FEWEST else 0.0


class _Twin(NamedTuple):
    """A report of the same text, and the chain that it is in."""

    n: int
    chain_n: int


class CopyFinder:
    """Finds and keeps the copies of each report that is added; `read_text` gives the text of a report by its n."""

    def __init__(self, database: Database, read_text: Callable[[int], str]) -> None:
        self.database = database
        self.read_text = read_text
        self._runs: OrderedDict[int, frozenset[int]] = OrderedDict()

    def add(self, report_n: int, text: str, *, pairs: bool = True) -> bool:
        """
        Put a new report into its chain, and say whether there is another report in it. Within `database.write()`.

        Without `pairs` those that the table `copies` has are kept, and only the signature is made.
        """
        runs = word_runs(text)
        self._remember(report_n, frozenset(map(hash, runs)))
        self.database.execute("INSERT INTO chains VALUES (?, ?)", (report_n, report_n))
        twin = self._same_text(report_n) if pairs else None
        found = [(min(twin.n, report_n), max(twin.n, report_n), 1.0)] if twin else []
        if len(runs) >= FEWEST:
            keys = bands(runs)
            others = self._candidates(keys) if pairs else {}
            self.database.executemany(
                "INSERT INTO signatures VALUES (?, ?) ON CONFLICT DO NOTHING", [(key, report_n) for key in keys]
            )
            if twin:  # which hangs together with all that a report of this text does
                others.pop(twin.chain_n, None)
            found += [pair for chain in others.values() if (pair := self._first_pair(report_n, chain))]
        if found:
            keep_copies(self.database, found)
            join_chains(self.database, {n for pair in found for n in pair[:2]})
        return bool(found)

    def forget(self) -> None:
        """After a transaction that was rolled back, whose numbers will be given again."""
        self._runs.clear()

    def _same_text(self, report_n: int) -> _Twin | None:
        """The earliest other report of the very same text."""
        row = self.database.one(
            "SELECT o.n, c.chain_n FROM reports r JOIN reports o ON o.text_sha256 = r.text_sha256 "
            "JOIN chains c ON c.report_n = o.n WHERE r.n = ? AND o.n <> r.n ORDER BY o.n LIMIT 1",
            (report_n,),
        )
        return _Twin(*row) if row else None

    def _candidates(self, keys: list[int]) -> dict[int, list[int]]:
        """Reports that share a band, by their chain."""
        marks = ", ".join("?" * len(keys))
        rows = self.database.rows(
            "SELECT DISTINCT c.chain_n, s.report_n FROM signatures s JOIN chains c ON c.report_n = s.report_n "
            f"WHERE s.band IN ({marks})",
            keys,
        )
        chains: dict[int, list[int]] = {}
        for chain_n, report_n in sorted(rows):
            chains.setdefault(chain_n, []).append(report_n)
        return chains

    def _first_pair(self, report_n: int, chain: list[int]) -> tuple[int, int, float] | None:
        """
        One pair with a report of the chain: what hangs together already need not be compared again.

        Of a notice that was printed a thousand times, a thousand pairs are kept so, and not half a million.
        """
        for other in chain:
            share = contained(self._runs[report_n], self._runs_of(other))
            if share >= CONTAINED:
                return min(other, report_n), max(other, report_n), round(share, 4)
        return None

    def _runs_of(self, report_n: int) -> frozenset[int]:
        if report_n in self._runs:
            self._runs.move_to_end(report_n)
            return self._runs[report_n]
        return self._remember(report_n, frozenset(map(hash, word_runs(self.read_text(report_n)))))

    def _remember(self, report_n: int, runs: frozenset[int]) -> frozenset[int]:
        self._runs[report_n] = runs
        while len(self._runs) > REMEMBERED:
            oldest = next(iter(self._runs))
            if oldest == report_n:
                break
            del self._runs[oldest]
        return runs


def keep_copies(database: Database, pairs: Iterable[tuple[int, int, float]]) -> None:
    """The pairs of near-copies written down, each with the hash of its row. Within `database.write()`."""
    keys = "SELECT a.key, b.key FROM reports a, reports b WHERE a.n = ? AND b.n = ?"
    for first, second, similarity in pairs:
        ((key, other_key),) = database.rows(keys, (first, second))
        database.execute(
            "INSERT INTO copies VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (first, second, similarity, copy_hash(key, other_key, similarity)),
        )


def join_chains(database: Database, reports: set[int]) -> None:
    """Make one chain of the chains of `reports`, named after its earliest report."""
    marks = ", ".join("?" * len(reports))
    chains = database.rows(f"SELECT DISTINCT chain_n FROM chains WHERE report_n IN ({marks})", sorted(reports))
    marks = ", ".join("?" * len(chains))
    members = database.rows(
        f"SELECT r.n, r.published, r.key FROM chains c JOIN reports r ON r.n = c.report_n WHERE c.chain_n IN ({marks})",
        [row[0] for row in chains],
    )
    first = min(members, key=lambda row: (row[1] is None, row[1] or "", row[2]))[0]
    database.executemany("UPDATE chains SET chain_n = ? WHERE report_n = ?", [(first, row[0]) for row in members])
