"""
Which accounts were compared, how alike they are, and which are one incident; as the database keeps it.

What the tables hold after a transaction is a function of the accounts alone, whatever the order in which they came:
- `full_blocks` are the blocks of more than `CAP` accounts;
- `edges` are the pairs that share a block that is not full and whose chance is at least `LEAST`;
- the incident of a claim is what `cluster` makes of these, unless its account is `touched`.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..link.clusters import cluster
from ..link.grouping import match_at_length
from ..link.matching import LEAST, Matcher
from .codec import escape, unescape
from .database import Database
from .linked_accounts import AccountStore, Made, Members, Removed
from .links import Link, append_links
from .rows import now
from .verdicts import Verdicts, incident_id, marks

CAP = 400
"""Accounts of a block at most: of more, as of all in a capital in a week, each pair says too little for its price."""
DIGITS = 4
AT_ONCE = 500
Pair = tuple[int, int]
Codes = NDArray[np.int64]


class Part(NamedTuple):
    """Some accounts with all that their incidents depend on."""

    accounts: set[int]
    edges: dict[Pair, float]
    same: list[Pair]
    different: list[Pair]


class Graph:
    """Blocks, edges and incidents; all writing is within `database.write()`."""

    def __init__(self, store: AccountStore, matcher: Matcher, *, cap: int = CAP) -> None:
        self.store = store
        self.database: Database = store.database
        self.matcher = matcher
        self.cap = cap

    # ---- edges ---------------------------------------------------------------------------

    def take_out(self, report_ns: Sequence[int], verdicts: Verdicts) -> Removed:
        """The accounts of the reports removed; what they were linked to is touched."""
        old = {n for (n,) in self._each("SELECT n FROM accounts WHERE report_n IN ({})", report_ns)}
        self.touch({n for pair in self._strong(old) for n in pair} - old)
        claims = {n for (n,) in self._each("SELECT claim_n FROM account_claims WHERE account_n IN ({})", sorted(old))}
        self.touch(set(self._accounts_of(verdicts.others(claims)).values()) - old)
        return self.store.remove(report_ns)

    def put_in(self, made: Sequence[Made], removed: Removed) -> int:
        """The new accounts compared with those in their blocks; the number of pairs."""
        fresh = {m.n for m in made}
        members, opened, filled = self._settle_blocks(made, removed)
        self._drop_pairs(filled, fresh)
        pairs = fresh_pairs(members, sorted(fresh))
        again: set[Pair] = set()
        for numbers in self.store.members(opened).lists().values():
            again.update(itertools.combinations(sorted(numbers), 2))
        if again:
            pairs = np.unique(np.concatenate([pairs, as_codes(np.array(sorted(again)))]))
        edges = self._compare(pairs)
        self.database.executemany("INSERT INTO edges VALUES (?, ?, ?) ON CONFLICT DO NOTHING", edges)
        self.touch(fresh | {n for a, b, _ in edges if (a, b) in again for n in (a, b)})
        return len(pairs)

    def _settle_blocks(self, made: Sequence[Made], removed: Removed) -> tuple[Members, set[int], set[int]]:
        """The members of those blocks of `made` that are not full; blocks that no longer are; those that now are."""
        more = Counter(block for one in made for block in one.blocks)
        more.subtract(removed.blocks)
        known = dict(self._each("SELECT block, size FROM full_blocks WHERE block IN ({})", sorted(more)))
        sizes = {block: size + more[block] for block, size in known.items()}
        opened = {block for block, size in sizes.items() if size <= self.cap}
        members = self.store.members({block for one in made for block in one.blocks if block not in sizes})
        counted = members.sizes()
        filled = {block for block, size in counted.items() if size > self.cap}
        many = self.database.executemany
        many("DELETE FROM full_blocks WHERE block = ?", [(block,) for block in sorted(opened)])
        kept = [(size, block) for block, size in sorted(sizes.items()) if block not in opened and more[block]]
        many("UPDATE full_blocks SET size = ? WHERE block = ?", kept)
        many("INSERT INTO full_blocks VALUES (?, ?)", [(block, counted[block]) for block in sorted(filled)])
        return members.without(filled), opened, filled

    def _drop_pairs(self, filled: set[int], fresh: set[int]) -> None:
        """The edges removed that only blocks which are now full gave."""
        for block, numbers in self.store.members(filled).lists().items():
            edges = self._edges_within(set(numbers) - fresh)
            blocks = self.store.blocks_of({n for pair in edges for n in pair})
            shared = {pair: (blocks[pair[0]] & blocks[pair[1]]) - {block} for pair in edges}
            full = self._full(set().union(*shared.values()))
            gone = [pair for pair in edges if not shared[pair] - full]
            self.database.executemany("DELETE FROM edges WHERE a = ? AND b = ?", gone)
            self.touch({n for pair in gone for n in pair})

    def _full(self, blocks: set[int]) -> set[int]:
        return {n for (n,) in self._each("SELECT block FROM full_blocks WHERE block IN ({})", sorted(blocks))}

    def _compare(self, pairs: Codes) -> list[tuple[int, int, float]]:
        """The edges among `pairs`."""
        ordered = np.stack([pairs >> 32, pairs & (2**32 - 1)])
        numbers, places = np.unique(ordered, return_inverse=True)
        loaded = self.store.load(numbers.tolist())
        accounts = [loaded[n] for n in numbers.tolist()]
        # Which of a pair comes first is told by the keys, since numbers depend on the order of adding.
        rank = np.argsort(np.argsort(np.array([account.key for account in accounts])))
        a, b = places.reshape(2, -1)
        turned = rank[a] > rank[b] if len(a) else np.zeros(0, np.bool_)
        chances = match_at_length(
            self.matcher.across, accounts, np.where(turned, b, a), np.where(turned, a, b), DIGITS
        )  # fmt: skip
        kept = chances >= LEAST
        columns = (ordered[0, kept].tolist(), ordered[1, kept].tolist(), chances[kept].tolist())
        return list(zip(*columns, strict=True))

    def touch(self, accounts: set[int]) -> None:
        rows = [(n,) for n in sorted(accounts)]
        self.database.executemany("INSERT INTO touched VALUES (?) ON CONFLICT DO NOTHING", rows)

    # ---- incidents -----------------------------------------------------------------------

    def settle(self, verdicts: Verdicts, some: int) -> tuple[int, int] | None:
        """
        The incidents of up to `some` touched accounts and of all that they may be linked to, found anew.

        How many incidents these are and how many claims were linked otherwise; None where no account is touched.
        """
        seeds = [n for (n,) in self.database.rows("SELECT account_n FROM touched ORDER BY account_n LIMIT ?", (some,))]
        if not seeds:
            return None
        part = self._walk(seeds, verdicts)
        rows = {n: (unescape(key), size, told) for n, key, size, told in self._each(
            "SELECT n, key, size, told FROM accounts WHERE n IN ({})", sorted(part.accounts))}  # fmt: skip
        keys = {n: key for n, (key, _, _) in rows.items()}
        clusters = cluster(
            {key: size for key, size, _ in rows.values()},
            [(keys[a], keys[b], p) for (a, b), p in part.edges.items()],
            self.matcher.across_threshold,
            same=[(keys[a], keys[b]) for a, b in part.same],
            different=[(keys[a], keys[b]) for a, b in part.different],
        )
        told = {key for key, _, told in rows.values() if told}
        incident = {
            key: incident_id(members[0])
            for members in clusters if len(members) > 1 or members[0] in told for key in members
        }  # fmt: skip
        changed = self.link({n: incident.get(key, "") for n, key in keys.items()})
        self._run("DELETE FROM touched WHERE account_n IN ({})", sorted(part.accounts))
        return len(set(incident.values())), changed

    def link(self, incidents: dict[int, str]) -> int:
        """The incidents of accounts told to their claims; how many of these had another."""
        sql = (
            "SELECT x.account_n, c.n, coalesce(c.incident, '') FROM account_claims x JOIN claims c ON c.n = x.claim_n "
            "WHERE x.account_n IN ({})"
        )
        changes = {n: incidents[a] for a, n, old in self._each(sql, sorted(incidents)) if old != incidents[a]}
        return self._link_claims(changes)

    def unlink(self, report_ns: Sequence[int]) -> int:
        """Claims of the reports that are in no account, and so in no incident any more."""
        sql = (
            "SELECT c.n FROM claims c LEFT JOIN account_claims x ON x.claim_n = c.n "
            "WHERE x.claim_n IS NULL AND coalesce(c.incident, '') <> '' AND c.report_n IN ({})"
        )
        return self._link_claims({n: "" for (n,) in self._each(sql, report_ns)})

    def _link_claims(self, changes: dict[int, str]) -> int:
        at, many = now(), self.database.executemany
        ordered = sorted(changes.items())
        many("UPDATE claims SET incident = ? WHERE n = ?", [(escape(i) or None, n) for n, i in ordered])
        append_links(self.database, [Link(n, i, self.matcher.version, at) for n, i in ordered])
        return len(changes)

    def _walk(self, seeds: Sequence[int], verdicts: Verdicts) -> Part:
        """The parts of the graph that hold `seeds`, connected by edges of at least the threshold and by `same`."""
        account = self._accounts_of({n for pair in (*verdicts.same, *verdicts.different) for n in pair})
        same, different = (_known(pairs, account) for pairs in verdicts[:2])
        together: dict[int, set[int]] = defaultdict(set)
        for a, b in same:
            together[a].add(b)
            together[b].add(a)
        threshold = self.matcher.across_threshold
        seen, frontier = set(seeds), list(seeds)
        edges: dict[Pair, float] = {}
        while frontier:
            found = {b for a in frontier for b in together.get(a, ())}
            for a, b, p in self._edges_of(frontier):
                edges[a, b] = p
                if p >= threshold:
                    found.update((a, b))
            frontier = sorted(found - seen)
            seen |= found
        inside = {pair: p for pair, p in edges.items() if pair[0] in seen and pair[1] in seen}
        return Part(seen, inside, _inside(same, seen), _inside(different, seen))

    def _edges_of(self, accounts: Sequence[int]) -> Iterable[tuple[int, int, float]]:
        yield from self._each("SELECT a, b, probability FROM edges WHERE a IN ({})", accounts)
        yield from self._each("SELECT a, b, probability FROM edges WHERE b IN ({})", accounts)

    def _strong(self, accounts: set[int]) -> list[Pair]:
        return [(a, b) for a, b, p in self._edges_of(sorted(accounts)) if p >= self.matcher.across_threshold]

    def _edges_within(self, accounts: set[int]) -> list[Pair]:
        rows = self._each("SELECT a, b FROM edges WHERE a IN ({})", sorted(accounts))
        return [(a, b) for a, b in rows if b in accounts]

    def _accounts_of(self, claims: set[int]) -> dict[int, int]:
        return dict(self._each("SELECT claim_n, account_n FROM account_claims WHERE claim_n IN ({})", sorted(claims)))

    def _each(self, sql: str, values: Sequence[int]) -> Iterable[tuple]:  # type: ignore[type-arg]
        for start in range(0, len(values), AT_ONCE):
            some = values[start : start + AT_ONCE]
            yield from self.database.rows(sql.format(marks(some)), some)

    def _run(self, sql: str, values: Sequence[int]) -> None:
        for start in range(0, len(values), AT_ONCE):
            some = values[start : start + AT_ONCE]
            self.database.execute(sql.format(marks(some)), some)


def _known(pairs: Sequence[Pair], account: dict[int, int]) -> list[Pair]:
    return [(account[a], account[b]) for a, b in pairs if a in account and b in account and account[a] != account[b]]


def _inside(pairs: Sequence[Pair], accounts: set[int]) -> list[Pair]:
    return [pair for pair in pairs if pair[0] in accounts and pair[1] in accounts]


# ---- pairs as numbers --------------------------------------------------------------------


def as_codes(pairs: Codes) -> Codes:
    """Pairs of account numbers, the smaller first, as one integer each. Shapes: (P, 2) → (P,)."""
    codes: Codes = (pairs.min(1) << 32) | pairs.max(1)
    return codes


def fresh_pairs(members: Members, fresh: Sequence[int]) -> Codes:
    """The pairs that share a block and hold one of `fresh`, each once, in order."""
    new = np.flatnonzero(np.isin(members.accounts, np.array(fresh, np.int64)))
    _, first, group, sizes = np.unique(members.blocks, return_index=True, return_inverse=True, return_counts=True)
    counts = sizes[group[new]]
    one = np.repeat(members.accounts[new], counts)
    within = np.arange(len(one)) - np.repeat(np.cumsum(counts) - counts, counts)
    other = members.accounts[np.repeat(first[group[new]], counts) + within]
    apart = one != other
    return np.unique(as_codes(np.stack([one[apart], other[apart]], axis=1)))
