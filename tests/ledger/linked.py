"""
What tests of linking need: made reports of one fortnight, an untrained matcher, and the incidents all at once.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict

import msgspec
import numpy as np

from asreported.ledger import Ledger
from asreported.ledger.codec import unescape
from asreported.ledger.verdicts import incident_id
from asreported.link.accounts import Account, account_of, context_of
from asreported.link.blocks import block_keys
from asreported.link.clusters import cluster
from asreported.link.incidents import match_accounts
from asreported.link.matching import LEAST, Matcher, Network, match
from asreported.link.pairs import FEATURES
from asreported.records import Kept, Reading
from made_readings import make_readings, named

FIRST = dt.date(2017, 3, 10)
Incidents = set[frozenset[str]]


def network(offset: float, **weights: float) -> Network:
    """A network of one layer over the features named."""
    column = np.zeros((len(FEATURES) + 192, 1), np.float32)
    for name, weight in weights.items():
        column[FEATURES.index(name)] = weight
    size = len(FEATURES)
    layer = (column, np.array([offset], np.float32))
    return Network(np.zeros(size, np.float32), np.ones(size, np.float32), (layer,))


MATCHER = Matcher(
    version="test 1",
    within=network(-4, same_place=2, words=2.5, same_kind=1, near=1, generic_shared=1),
    across=network(
        -2.5, same_chain=0.7, same_place=1.5, words=3, same_kind=1, days_overlap=1.5, days_gap=-1, title_words=1
    ),
    within_threshold=0.5,
    across_threshold=0.4,
)


def fortnight(count: int, *, seed: int, claims: int = 4) -> list[Reading]:
    """Made readings, all of two weeks, so that many of them share blocks; copies are copies as before."""
    days: dict[str, int] = {}
    rng = random.Random(seed)
    made = []
    for reading in make_readings(count, seed=seed, claims=claims):
        day = FIRST + dt.timedelta(days=days.setdefault(reading.report.title, rng.randrange(10)))
        report = msgspec.structs.replace(reading.report, published=day.isoformat())
        moved = []
        for claim in reading.claims:
            on = day - dt.timedelta(days=claim.trigger.start % 4)
            when = None if claim.when is None else msgspec.structs.replace(claim.when, start=on, end=on)
            status = "generic" if claim.trigger.start % 11 == 0 else claim.status
            moved.append(msgspec.structs.replace(claim, when=when, status=status))
        vectors = tuple(
            np.random.default_rng(len(c.evidence.text)).integers(-90, 90, 96).astype(np.int8).tobytes() for c in moved
        )
        made.append(Reading(report=report, claims=named(report, moved), vectors=vectors))
    return made


def all_kept(ledger: Ledger, where: str = "current = 1 AND review <> 'rejected'") -> list[Kept]:
    return ledger.kept([n for (n,) in ledger.database.rows(f"SELECT n FROM claims WHERE {where} ORDER BY n")])


def linked(ledger: Ledger) -> Incidents:
    """The incidents as the ledger has them, each the keys of its claims; their ids are checked on the way."""
    found: dict[str, set[str]] = defaultdict(set)
    for kept in all_kept(ledger, "incident IS NOT NULL"):
        found[str(kept.incident)].add(kept.key)
    for name, keys in found.items():
        assert name == incident_id(min(keys))
    return {frozenset(keys) for keys in found.values()}


def linked_at_once(ledger: Ledger, matcher: Matcher, cap: int) -> Incidents:
    """The incidents that the claims and decisions of the ledger come to, reckoned all at once without its tables."""
    same, different = verdicts(ledger)
    accounts: dict[str, tuple[Account, list[Kept]]] = {}
    reports: dict[str, list[Kept]] = defaultdict(list)
    for kept in all_kept(ledger):
        reports[kept.report.key].append(kept)
    for own in reports.values():
        own.sort(key=lambda k: (k.claim.trigger.start, k.claim.id))
        for account, members in group(ledger, own, matcher, same, different):
            accounts[account.key] = (account, members)
    told = [a for a, members in accounts.values() if any(k.claim.status != "generic" for k in members)]
    blocks: dict[str, list[int]] = defaultdict(list)
    for n, account in enumerate(told):
        for block in block_keys(account):
            blocks[block].append(n)
    pairs = {p for members in blocks.values() if len(members) <= cap for p in itertools.combinations(members, 2)}
    a, b = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    owner = {k.key: key for key, (_, members) in accounts.items() for k in members}
    clusters = cluster(
        {key: len(members) for key, (_, members) in accounts.items()},
        match_accounts(told, a, b, matcher),
        matcher.across_threshold,
        same=[(owner[x], owner[y]) for x, y in same if x in owner and y in owner],
        different=[(owner[x], owner[y]) for x, y in different if x in owner and y in owner and owner[x] != owner[y]],
    )
    names = {account.key for account in told}
    return {
        frozenset(k.key for key in keys for k in accounts[key][1])
        for keys in clusters if len(keys) > 1 or keys[0] in names
    }  # fmt: skip


def group(
    ledger: Ledger, own: list[Kept], matcher: Matcher, same: list[tuple[str, str]], different: list[tuple[str, str]]
) -> list[tuple[Account, list[Kept]]]:
    head = own[0].report
    context = context_of(head.key, head.chain, head.published, head.publisher, head.title, ledger.text(head.key))
    vectors = [vector_of(ledger, k) for k in own]
    single = [account_of(context, [k.claim], [v]) for k, v in zip(own, vectors, strict=True)]
    a, b = np.triu_indices(len(own), 1)
    chances = match(matcher.within, single, a, b).tolist()
    names = [f"{n:06d}" for n in range(len(own))]
    by_key = {k.key: name for k, name in zip(own, names, strict=True)}
    found = cluster(
        dict.fromkeys(names, 1),
        [(names[i], names[j], round(p, 6)) for i, j, p in zip(a, b, chances, strict=True) if p >= LEAST],
        matcher.within_threshold,
        same=[(by_key[x], by_key[y]) for x, y in same if x in by_key and y in by_key],
        different=[(by_key[x], by_key[y]) for x, y in different if x in by_key and y in by_key],
    )
    groups = [[int(name) for name in names] for names in found]
    return [
        (account_of(context, [own[n].claim for n in g], [vectors[n] for n in g]), [own[n] for n in g]) for g in groups
    ]


def vector_of(ledger: Ledger, kept: Kept) -> bytes:
    report, _, claim = kept.key.partition(":")
    row = ledger.database.one(
        "SELECT g.vectors, c.position FROM claims c JOIN readings g ON g.n = c.reading_n "
        "JOIN reports r ON r.n = c.report_n WHERE r.key = ? AND c.id = ?",
        (report, claim),
    )
    assert row is not None
    return b"" if row[0] is None else bytes(row[0][row[1] * 96 : row[1] * 96 + 96])


def verdicts(ledger: Ledger) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Pairs of keys of claims, with those that follow: what is the same as one of a pair that differs, differs too."""
    rows = ledger.database.rows("SELECT r.key, c.id FROM claims c JOIN reports r ON r.n = c.report_n")
    by_id = {incident_id(f"{report}:{unescape(id)}"): f"{report}:{unescape(id)}" for report, id in rows}
    standing = [(by_id.get(a, a), by_id.get(b, b), verdict) for a, b, verdict in ledger.constraints()]
    same = [(a, b) for a, b, verdict in standing if verdict == "same"]
    sets = [{a, b} for a, b in same]
    for one, other in itertools.permutations(range(len(sets)), 2):
        if sets[one] & sets[other]:
            sets[one] |= sets[other]
            sets[other] = sets[one]
    different = [(a, b) for a, b, verdict in standing if verdict == "different"]
    for a, b in list(different):
        ones = next((s for s in sets if a in s), {a})
        others = next((s for s in sets if b in s), {b})
        if ones is not others and not ones & others:
            different += [(x, y) for x in ones for y in others if x.partition(":")[0] == y.partition(":")[0]]
    return same, different
