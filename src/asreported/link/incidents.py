"""
Claims → incidents, in two steps.

First the claims of each report are grouped into accounts (`group_claims`), which needs nothing but the report. Then
accounts of all reports that share a block are compared, and clustered into incidents (`link_accounts`); the ledger
does the same step by step (asreported.ledger.linking), and comes to the same incidents in whatever order reports are
added. It also knows near-copies, and passes over blocks that are too full, of which there are none in some hundreds of
reports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ..records import Reading
from .accounts import Account, context_of
from .blocks import block_keys
from .clusters import Edge, cluster
from .grouping import group_claims
from .matching import LEAST, Matcher, load_matcher, match
from .pairs import Indices


def candidate_pairs(accounts: Sequence[Account]) -> tuple[Indices, Indices]:
    """
    The pairs of accounts that share a block, each once, in order.

    Shapes: (P,), (P,).
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for n, account in enumerate(accounts):
        for key in block_keys(account):
            blocks[key].append(n)
    codes = [np.zeros(0, np.int64)]
    for members in blocks.values():
        numbers = np.array(members)
        a, b = np.triu_indices(len(numbers), 1)
        codes.append(numbers[a] * len(accounts) + numbers[b])
    pairs = np.unique(np.concatenate(codes))
    return pairs // max(1, len(accounts)), pairs % max(1, len(accounts))


def match_accounts(accounts: Sequence[Account], a: Indices, b: Indices, matcher: Matcher | None = None) -> list[Edge]:
    """The edges between accounts, by their keys, that are worth keeping."""
    matcher = matcher or load_matcher()
    chances = match(matcher.across, accounts, a, b)
    return [
        (accounts[i].key, accounts[j].key, round(p, 4))
        for i, j, p in zip(a.tolist(), b.tolist(), chances.tolist(), strict=True)
        if p >= LEAST
    ]


def link_accounts(accounts: Sequence[Account], matcher: Matcher | None = None) -> list[list[str]]:
    """The incidents of `accounts`, all at once: the keys of the accounts of each."""
    matcher = matcher or load_matcher()
    edges = match_accounts(accounts, *candidate_pairs(accounts), matcher)
    return cluster({x.key: len(x.kinds) for x in accounts}, edges, matcher.across_threshold)


def link_readings(readings: Sequence[Reading], matcher: Matcher | None = None) -> list[list[str]]:
    """
    The incident of each claim of each reading, linked at once without a ledger; reports are told apart by their ids.

    An incident is named by the smallest key of its accounts.
    """
    matcher = matcher or load_matcher()
    grouped = []
    for reading in readings:
        report = reading.report
        context = context_of(report.id, report.id, report.published, report.publisher, report.title, report.text)
        vectors = reading.vectors or [b""] * len(reading.claims)
        grouped.append(group_claims(context, reading.claims, vectors, matcher))
    names = {
        key: keys[0]
        for keys in link_accounts([account for groups in grouped for account, _ in groups], matcher)
        for key in keys
    }
    found = []
    for reading, groups in zip(readings, grouped, strict=True):
        labels = [""] * len(reading.claims)
        for account, places in groups:
            for place in places:
                labels[place] = names[account.key]
        found.append(labels)
    return found
