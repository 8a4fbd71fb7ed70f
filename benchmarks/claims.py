"""
How well the whole pipeline reads: `python benchmarks/claims.py GOLD_DIR [--per-report]`.

Reads every `*.gold.json` under the folder, runs the pipeline on its text and scores the claims as `score.py` does.
The last line is one JSON object with the keys of `score.py --json`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path

import msgspec

import score
from asreported.pipeline import read_reports
from asreported.records import Reading
from gold import read_gold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, help="folder with *.gold.json")
    parser.add_argument("--per-report", action="store_true", help="one line a report")
    parser.add_argument(
        "--bootstrap", type=int, default=0, metavar="N", help="95 %% intervals from N resamplings of reports"
    )
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    golds = list(read_gold(args.gold))
    if not golds:
        parser.error(f"no *.gold.json under {args.gold}")
    counts: list[score.Count] = []
    for gold, reading in zip(golds, read_reports([g.report for g in golds], workers=args.workers), strict=True):
        assert isinstance(reading, Reading)
        claims = json.loads(msgspec.json.encode(reading))["claims"]
        one = score.Count(reports=1)
        score.score_report([score.from_gold(c) for c in gold.claims], [score.from_pred(c) for c in claims], one)
        counts.append(one)
        if args.per_report:
            print(f"{gold.report.id}: {_line(score.summary(one))}")
    summary = score.summary(_sum(counts))
    print(_line(summary))
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
