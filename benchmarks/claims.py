"""
How well the whole pipeline reads: `python benchmarks/claims.py GOLD_DIR … [--per-report] [--kinds]`.

Reads every `*.gold.json` under the folders, runs the pipeline on its text and scores the claims as `score.py` does.
The last line is one JSON object with the keys of `score.py --json`.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

import score
from asreported.pipeline import read_reports
from asreported.records import Reading
from gold import read_gold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+", help="folders with *.gold.json")
    parser.add_argument("--kinds", action="store_true", help="F1 of every kind, and what it is confused with")
    parser.add_argument("--per-report", action="store_true", help="one line a report")
    parser.add_argument(
        "--bootstrap", type=int, default=0, metavar="N", help="95 %% intervals from N resamplings of reports"
    )
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    golds = [gold for folder in args.gold for gold in read_gold(folder)]
    if not golds:
        parser.error(f"no *.gold.json under {', '.join(map(str, args.gold))}")
    counts: list[score.Count] = []
    confusion: collections.Counter[tuple[str, str]] = collections.Counter()
    for gold, reading in zip(golds, read_reports([g.report for g in golds], workers=args.workers), strict=True):
        assert isinstance(reading, Reading)
        claims = json.loads(msgspec.json.encode(reading))["claims"]
        one = score.Count(reports=1)
        truth, found = [score.from_gold(c) for c in gold.claims], [score.from_pred(c) for c in claims]
        score.score_report(truth, found, one)
        counts.append(one)
        confusion += confused(truth, found)
        if args.per_report:
            print(f"{gold.report.id}: {_line(score.summary(one))}")
    summary = score.summary(_sum(counts))
    print(_line(summary))
    if args.kinds:
        print("\n".join(kind_table(confusion)))
    if args.bootstrap:
        rng = random.Random(1)
        samples = [score.summary(_sum(rng.choices(counts, k=len(counts)))) for _ in range(args.bootstrap)]
        for key, pick in FIGURES.items():
            values = sorted(pick(sample) for sample in samples)
            low, high = values[int(0.025 * len(values))], values[int(0.975 * len(values))]
            print(f"{key:18s}{pick(summary):.3f}  [{low:.3f}, {high:.3f}]")
    print(json.dumps(summary))


FIGURES: dict[str, Callable[[dict], float]] = {
    **{f"{key} F1": lambda s, key=key: s[key]["F1"] for key in ("trigger", "kind", "role", "sourced", "claim")},
    **{key: lambda s, key=key: s[key] for key in ("source accuracy", "status accuracy")},
    **{key: lambda s, key=key: s[key]["matched"] for key in ("number", "when", "where")},
}


NONE = "–"
"""Instead of a kind: a claim that was missed, or one that is none."""


def confused(truth: list[dict], found: list[dict]) -> collections.Counter[tuple[str, str]]:
    """How often a claim of one kind was read as one of another, as (gold kind, kind that we give)."""
    pairs = score.pair(truth, found)
    count = collections.Counter((g["kind"], p["kind"]) for g, p in pairs)
    count += collections.Counter((g["kind"], NONE) for g in truth if not any(g is x for x, _ in pairs))
    return count + collections.Counter((NONE, p["kind"]) for p in found if not any(p is x for _, x in pairs))


def kind_table(confusion: collections.Counter[tuple[str, str]]) -> Iterator[str]:
    """The kinds from best to worst as lines of a Markdown table."""
    rows = []
    for kind in {g for g, _ in confusion} - {NONE}:
        right = confusion[kind, kind]
        asked = sum(n for (g, _), n in confusion.items() if g == kind)
        given = sum(n for (_, p), n in confusion.items() if p == kind)
        others = [(n, f"{p} {n}") for (g, p), n in confusion.items() if g == kind and p not in (kind, NONE)]
        wrong = ", ".join(text for _, text in sorted(others, key=lambda x: (-x[0], x[1]))[:3])
        missed, extra = confusion[kind, NONE], confusion[NONE, kind]
        rows.append((2 * right / max(1, asked + given), kind, asked, missed, extra, wrong))
    yield "| kind | cases | F1 | missed | read where none is | read as |"
    yield "|---|---|---|---|---|---|"
    for f1, kind, asked, missed, extra, wrong in sorted(rows, key=lambda r: (-r[0], r[1])):
        yield f"| {kind} | {asked} | {f1:.2f} | {missed} | {extra} | {wrong} |"


def _sum(counts: list[score.Count]) -> score.Count:
    total = score.Count()
    for one in counts:
        for key, value in one.items():
            total.add(key, value)
    return total


def _line(summary: dict) -> str:
    return "  ".join(f"{key} {pick(summary):.3f}" for key, pick in FIGURES.items())


if __name__ == "__main__":
    main()
