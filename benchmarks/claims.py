"""
How well the whole pipeline reads: `python benchmarks/claims.py GOLD_DIR [--per-report]`.

Reads every `*.gold.json` under the folder, runs the pipeline on its text and scores the claims as `score.py` does.
The last line is one JSON object with the keys of `score.py --json`.
"""

from __future__ import annotations

import argparse
import json
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
    parser.add_argument("--workers", type=int, default=1)
    args = parser.parse_args()
    golds = list(read_gold(args.gold))
    if not golds:
        parser.error(f"no *.gold.json under {args.gold}")
    total = score.Count()
    for gold, reading in zip(golds, read_reports([g.report for g in golds], workers=args.workers), strict=True):
        assert isinstance(reading, Reading)
        claims = json.loads(msgspec.json.encode(reading))["claims"]
        one = score.Count(reports=1)
        score.score_report([score.from_gold(c) for c in gold.claims], [score.from_pred(c) for c in claims], one)
        for key, value in one.items():
            total.add(key, value)
        if args.per_report:
            print(f"{gold.report.id}: {_line(score.summary(one))}")
    summary = score.summary(total)
    print(_line(summary))
    print(json.dumps(summary))


def _line(summary: dict) -> str:
    parts = [f"{key} F1 {summary[key]['F1']:.3f}" for key in ("trigger", "kind", "role", "sourced", "claim")]
    parts += [f"{key} {summary[key]:.3f}" for key in ("source accuracy", "status accuracy")]
    parts += [f"{key} {summary[key]['matched']:.3f}" for key in ("number", "when", "where")]
    return "  ".join(parts)


if __name__ == "__main__":
    main()
