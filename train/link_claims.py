"""
Learn what linking compares by: src/asreported/data/model/vectors.npz and data/link_model.npz.

    python train/link_claims.py GOLD_DIR --links corpus/links.jsonl.gz --shootings DOCS.jsonl READINGS.jsonl
        [--hold-out syria-3 syria-5] [--states CACHE.npz] [--seed 1] [--write]

GOLD_DIR holds annotated reports (`*.gold.json`), whose incident labels hold within a report; the links say which
claims of several reports tell of one incident; the shootings are reports with the incident that each is about
(`doc_id`, `incident_id`), and what asreported reads in them (`read --format jsonl`).

Three steps. (1) A projection of the encoder's states and a network over pairs of claims, of one report and of
several, learn together. (2) With the projection fixed, `within` learns pairs of claims of one report. (3) Reports are
grouped into accounts by it, and `across` learns pairs of accounts; a pair of accounts is right as far as its pairs of
claims are.

Groups of links named by --hold-out, and then one in six shootings, are not learnt from: scores are printed on them, and
thresholds chosen on them unless --thresholds gives them. Without --hold-out everything is learnt from.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from asreported.link.accounts import Account, account_of
from asreported.link.clusters import cluster
from asreported.link.grouping import group_claims
from asreported.link.incidents import candidate_pairs
from asreported.link.matching import LEAST, Matcher, Network, match
from asreported.link.pairs import FEATURES, compare

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from b_cubed import b_cubed
from link_data import Item, StateCache, is_held, load_reports, load_shootings
from link_networks import PairNet, Pairs, Projector, learn_network, project, say, train

DATA = Path(__file__).parent.parent / "src/asreported/data"
DAYS = 45
"""Reports further apart than this are not compared when the projection is learnt."""
KEPT = 0.2
"""The share of wrong pairs of different reports that is learnt from, each weighing 1 / KEPT."""
SHOOTINGS = 0.5
"""How much a pair of reports of shootings weighs beside one of the war, of which there are fewer."""
TOPIC = frozenset(("attack", "killing", "injury", "detention", "justice"))
"""Of which reports of a shooting tell."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--links", type=Path, required=True)
    parser.add_argument("--shootings", type=Path, nargs=2, metavar=("DOCS", "READINGS"), required=True)
    parser.add_argument("--hold-out", nargs="*", default=[])
    parser.add_argument("--thresholds", type=float, nargs=2, default=None, metavar=("WITHIN", "ACROSS"))
    parser.add_argument("--states", type=Path, help="where the encoder's states are kept between runs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    cache = StateCache(args.states)
    wars = list(load_reports(args.gold, args.links, cache))
    shootings = list(load_shootings(*args.shootings, cache))
    cache.save()
    held = set(args.hold_out)
    learnt = [x for x in wars if x.group not in held]
    tested = [x for x in wars if x.group in held]
    learnt_shootings = [x for x in shootings if not held or not is_held(x)]
    say(
        f"learnt from: {len(learnt)} reports, {len(learnt_shootings)} of shootings, of {len(wars)} and {len(shootings)}"
    )
    projection = learn_projection(learnt, rng, args.epochs)
    vectors = {id(x): project(projection, x.states) for x in [*wars, *shootings]}
    within = learn_within(learnt, vectors, rng)
    draft = Matcher("draft", within, within, args.thresholds[0] if args.thresholds else 0.3, 0.3)
    if tested and not args.thresholds:
        draft = draft._replace(within_threshold=choose_within(draft, tested, vectors))
    grouped = {id(x): group_claims(x.context, x.claims, vectors[id(x)], draft) for x in [*wars, *shootings]}
    across = learn_across(learnt, learnt_shootings, grouped, rng)
    final = draft._replace(across=across, across_threshold=args.thresholds[1] if args.thresholds else 0.3)
    if tested:
        best = choose_across(final, tested, grouped)
        final = final if args.thresholds else final._replace(across_threshold=best)
    if held:
        show_shootings(final, [x for x in shootings if is_held(x)], grouped)
    if args.write:
        write(projection, final)


# ---- step 1: the projection --------------------------------------------------------------


def learn_projection(reports: list[Item], rng: np.random.Generator, epochs: int) -> Projector:
    parts = [pairs_of_group(group, rng) for group in by_group(reports)]
    offsets = np.cumsum([0] + [len(p.items) for p in parts])
    pairs = Pairs(
        torch.tensor(np.concatenate([p.items for p in parts])).float(),
        *(
            torch.tensor(np.concatenate([getattr(p, k) + o for p, o in zip(parts, offsets, strict=False)]))
            for k in "ab"
        ),
        *(
            torch.tensor(np.concatenate([getattr(p, k) for p in parts])).float()
            for k in ("features", "right", "weight")
        ),
    )
    projector, net = Projector(pairs.items), PairNet(pairs.features)
    say(f"projection: {len(pairs.a)} pairs of {len(pairs.items)} claims")
    drop = nn.Dropout(0.45)  # the states of what was learnt from are surer than those of what was not
    train(
        pairs,
        [projector, net],
        lambda i: net(
            pairs.features[i], projector(drop(pairs.items[pairs.a[i]])), projector(drop(pairs.items[pairs.b[i]]))
        ),
        epochs,
    )
    return projector.eval()


def by_group(reports: list[Item]) -> list[list[Item]]:
    groups: dict[str, list[Item]] = defaultdict(list)
    for n, item in enumerate(reports):
        groups[item.group or f"alone {n}"].append(item)
    return list(groups.values())


def pairs_of_group(group: list[Item], rng: np.random.Generator) -> Pairs:
    """Pairs of claims of one report, and of reports not too far apart in time."""
    accounts = [account_of(x.context, [claim]) for x in group for claim in x.claims]
    labels = [label for x in group for label in x.labels]
    a, b = np.triu_indices(len(accounts), 1)
    days = np.array([x.context.published or 0 for x in accounts])
    reports = np.array([n for n, x in enumerate(group) for _ in x.claims])
    near = np.abs(days[a] - days[b]) <= DAYS
    numbers = np.unique(labels, return_inverse=True)[1]
    right, one = numbers[a] == numbers[b], reports[a] == reports[b]
    keep = near & (right | one | (rng.random(len(a)) < KEPT))
    a, b, right, one = a[keep], b[keep], right[keep], one[keep]
    weight = np.where(right | one, 1.0, 1 / KEPT)
    states = np.concatenate([x.states for x in group])
    return Pairs(states, a, b, compare(accounts, a, b).astype(np.float16), right, weight)


# ---- step 2: claims of one report --------------------------------------------------------


def learn_within(reports: list[Item], vectors: dict[int, tuple[bytes, ...]], rng: np.random.Generator) -> Network:
    items, firsts, seconds, features, right = [], [], [], [], []
    offset = 0
    for x in reports:
        accounts = [account_of(x.context, [c], [v]) for c, v in zip(x.claims, vectors[id(x)], strict=True)]
        a, b = np.triu_indices(len(accounts), 1)
        items += [np.frombuffer(v, np.int8).astype(np.float32) / 127 for v in vectors[id(x)]]
        firsts.append(a + offset)
        seconds.append(b + offset)
        features.append(compare(accounts, a, b))
        labels = np.array(x.labels)
        right.append(labels[a] == labels[b])
        offset += len(accounts)
    pairs = Pairs(
        torch.tensor(np.array(items)), torch.tensor(np.concatenate(firsts)), torch.tensor(np.concatenate(seconds)),
        torch.tensor(np.concatenate(features)), torch.tensor(np.concatenate(right)).float(),
        torch.ones(sum(len(x) for x in right)),
    )  # fmt: skip
    say(f"within: {len(pairs.a)} pairs, {float(pairs.right.mean()):.3f} right")
    return learn_network(pairs, epochs=6)


def choose_within(matcher: Matcher, reports: list[Item], vectors: dict[int, tuple[bytes, ...]]) -> float:
    """The threshold with the best B³ over the claims of each report that share an incident with another."""
    scores = {}
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55):
        gold: dict[object, str] = {}
        pred: dict[object, str] = {}
        for x in reports:
            counts = Counter(x.labels)
            groups = group_claims(x.context, x.claims, vectors[id(x)], matcher._replace(within_threshold=threshold))
            for n, (_, places) in enumerate(groups):
                for place in places:
                    if counts[x.labels[place]] > 1:
                        gold[x.context.report, place] = f"{x.context.report} {x.labels[place]}"
                        pred[x.context.report, place] = f"{x.context.report} {n}"
        scores[threshold] = b_cubed(gold, pred)
        say(f"  within {threshold}: B³ {scores[threshold]}")
    return max(scores, key=lambda t: scores[t].f1)


# ---- step 3: accounts of several reports -------------------------------------------------

Grouped = dict[int, list[tuple[Account, tuple[int, ...]]]]


def learn_across(wars: list[Item], shootings: list[Item], grouped: Grouped, rng: np.random.Generator) -> Network:
    parts = [account_pairs(g, grouped) for g in by_group([x for x in wars if x.group])]
    parts.append(shooting_pairs(shootings, grouped, rng))
    offsets = np.cumsum([0] + [len(p.items) for p in parts])
    pairs = Pairs(
        torch.tensor(np.concatenate([p.items for p in parts])),
        *(
            torch.tensor(np.concatenate([getattr(p, k) + o for p, o in zip(parts, offsets, strict=False)]))
            for k in "ab"
        ),
        *(
            torch.tensor(np.concatenate([getattr(p, k) for p in parts])).float()
            for k in ("features", "right", "weight")
        ),
    )
    say(f"across: {len(pairs.a)} pairs, {float(pairs.right.mean()):.3f} right")
    return learn_network(pairs, epochs=8)


def account_pairs(group: list[Item], grouped: Grouped) -> Pairs:
    """Pairs of accounts that share a block; right as far as their claims' pairs are, weighing as their claims do."""
    accounts = [account for x in group for account, _ in grouped[id(x)]]
    labels = [Counter(x.labels[n] for n in places) for x in group for _, places in grouped[id(x)]]
    a, b = candidate_pairs(accounts)
    right = [share(labels[i], labels[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)]
    sizes = np.array([len(x.kinds) for x in accounts])
    return Pairs(table(accounts), a, b, compare(accounts, a, b), np.array(right), np.sqrt(sizes[a] * sizes[b]))


def share(one: Counter[str], other: Counter[str]) -> float:
    return sum(n * other[label] for label, n in one.items()) / (one.total() * other.total())


def shooting_pairs(reports: list[Item], grouped: Grouped, rng: np.random.Generator) -> Pairs:
    """
    Pairs of the larger accounts of reports that share a block.

    What they tell of is the shooting, or the arrest and trial after it. Wrong pairs are kept one in four.
    """
    known = [(account, x.labels[0]) for x in reports for account in large_accounts(grouped[id(x)])]
    accounts, labels = [account for account, _ in known], np.array([label for _, label in known])
    a, b = candidate_pairs(accounts)
    right = labels[a] == labels[b]
    keep = right | (rng.random(len(a)) < 0.25)
    a, b, right = a[keep], b[keep], right[keep]
    return Pairs(table(accounts), a, b, compare(accounts, a, b), right, np.where(right, 1.0, 4.0) * SHOOTINGS)


def large_accounts(groups: list[tuple[Account, tuple[int, ...]]]) -> list[Account]:
    """Those that hold a quarter of the report's claims of these kinds."""
    about = [account for account, _ in groups if TOPIC & set(account.kinds)]
    total = sum(len(account.kinds) for account in about)
    return [account for account in about if 4 * len(account.kinds) >= total]


def table(accounts: list[Account]) -> Any:
    return np.array([np.frombuffer(x.vector, np.int8).astype(np.float32) / 127 for x in accounts])


def choose_across(matcher: Matcher, reports: list[Item], grouped: Grouped) -> float:
    """The threshold with the best B³ over the claims of the held-out groups that share an incident with another."""
    scores: dict[float, list[Any]] = defaultdict(list)
    for group in by_group(reports):
        accounts = [account for x in group for account, _ in grouped[id(x)]]
        counts = Counter(label for x in group for label in x.labels)
        a, b = candidate_pairs(accounts)
        chances = match(matcher.across, accounts, a, b)
        edges = [
            (accounts[i].key, accounts[j].key, float(p)) for i, j, p in zip(a, b, chances, strict=True) if p >= LEAST
        ]
        for threshold in (0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.25, 0.3, 0.4):
            clusters = cluster({x.key: len(x.kinds) for x in accounts}, edges, threshold)
            number = {key: n for n, keys in enumerate(clusters) for key in keys}
            gold: dict[object, str] = {}
            pred: dict[object, str] = {}
            for x in group:
                for account, places in grouped[id(x)]:
                    for place in places:
                        if counts[x.labels[place]] > 1:
                            gold[x.context.report, place] = x.labels[place]
                            pred[x.context.report, place] = str(number[account.key])
            scores[threshold].append(b_cubed(gold, pred))
        missed = recall_of_blocks(
            accounts, [Counter(x.labels[n] for n in p) for x in group for _, p in grouped[id(x)]], a, b
        )
        say(f"  {group[0].group}: right pairs of accounts that share a block: {missed:.3f}")
    for threshold, found in scores.items():
        say(f"  across {threshold}: B³ {[tuple(round(v, 3) for v in f) for f in found]}")
    return max(scores, key=lambda t: sum(f.f1 for f in scores[t]))


def recall_of_blocks(accounts: list[Account], labels: list[Counter[str]], a: Any, b: Any) -> float:
    found = set(zip(a.tolist(), b.tolist(), strict=True))
    main = [c.most_common(1)[0][0] for c in labels]
    right = [(i, j) for i, j in itertools.combinations(range(len(accounts)), 2) if main[i] == main[j]]
    return sum(pair in found for pair in right) / max(1, len(right))


def show_shootings(matcher: Matcher, reports: list[Item], grouped: Grouped) -> None:
    """B³ over the held-out reports of shootings, each at the incident with most of its claims."""
    accounts = [account for x in reports for account, _ in grouped[id(x)]]
    a, b = candidate_pairs(accounts)
    chances = match(matcher.across, accounts, a, b)
    edges = [(accounts[i].key, accounts[j].key, float(p)) for i, j, p in zip(a, b, chances, strict=True) if p >= LEAST]
    for threshold in (0.08, 0.1, 0.12, 0.15, 0.18, 0.2, 0.25, 0.3, 0.4):
        clusters = cluster({x.key: len(x.kinds) for x in accounts}, edges, threshold)
        number = {key: n for n, keys in enumerate(clusters) for key in keys}
        gold = {x.context.report: x.labels[0] for x in reports}
        pred = {}
        for x in reports:
            most: Counter[int] = Counter()
            for account, places in grouped[id(x)]:
                most[number[account.key]] += len(places)
            pred[x.context.report] = str(most.most_common(1)[0][0])
        score = tuple(round(v, 4) for v in b_cubed(gold, pred))
        say(f"  shootings at {threshold}: B³ {score} over {len(reports)} reports")


# ---- what is kept ------------------------------------------------------------------------


def write(projector: Projector, matcher: Matcher) -> None:
    """Both files, in half precision; the scaling of the states is folded into the projection."""
    width = len(projector.centre) // 2
    arrays = {}
    for name, layer, part in (
        ("trigger", projector.trigger, slice(0, width)),
        ("sentence", projector.sentence, slice(width, None)),
    ):
        weight = (layer.weight / projector.scale[part]).detach().numpy().T  # (D, 48)
        arrays[name] = weight.astype(np.float16)
        offset = layer.bias.detach().numpy() - projector.centre[part].numpy() @ weight
        arrays[f"{name}_offset"] = offset.astype(np.float32)
    np.savez_compressed(DATA / "model" / "vectors.npz", **arrays)
    weights: dict[str, Any] = {
        "within_threshold": np.array(matcher.within_threshold),
        "across_threshold": np.array(matcher.across_threshold),
    }
    for name, network in (("within", matcher.within), ("across", matcher.across)):
        weights[f"{name}_centre"], weights[f"{name}_scale"] = network.centre, network.scale
        for n, (w, offset) in enumerate(network.layers):
            weights[f"{name}_weights_{n}"], weights[f"{name}_offsets_{n}"] = w.astype(np.float16), offset
    np.savez_compressed(DATA / "link_model.npz", **weights)
    say(f"written: vectors.npz, link_model.npz ({len(FEATURES)} features)")


if __name__ == "__main__":
    main()
