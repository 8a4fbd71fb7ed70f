"""
How often the figures of a claim are right, given gold mentions: `python benchmarks/figures.py GOLD_DIR [--errors]`.

Counted as the scorer counts `number` on matched claims: among claims with a gold `n`, those whose figures with a number
are as many as the gold pairs and equal them within 1 %, in any order. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from asreported.records import Figure
from asreported.resolve.figures import resolve_figures
from gold import read_gold

Pair = tuple[float | None, float | None]


def equal(gold: float | None, found: float | None) -> bool:
    """Whether two bounds are the same within 1 % of the gold one."""
    if gold is None or found is None:
        return gold is found
    return abs(gold - found) <= 0.01 * max(1, abs(gold))


def same(gold: list[Pair], found: list[Pair]) -> bool:
    """Whether every gold pair is among as many found ones; no lower bound and 0 are the same."""
    return len(gold) == len(found) and all(
        any(equal(g[0] or 0, f[0] or 0) and equal(g[1], f[1]) for f in found) for g in gold
    )


def pairs(figures: tuple[Figure, ...]) -> list[Pair]:
    """The bounds of the figures that state a number."""
    return [(f.low, f.high) for f in figures if not (f.low is None and f.high is None)]


def gold_pairs(n: list[object] | None) -> list[Pair] | None:
    """Gold `n` as a list of pairs: one pair may stand alone."""
    if not n:
        return None
    return [tuple(p) for p in n] if isinstance(n[0], list) else [tuple(n)]  # type: ignore[misc]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--errors", action="store_true", help="print every claim that is wrong")
    args = parser.parse_args()
    right = total = unsaid = 0
    units: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for doc in read_gold(args.gold):
        for event, claim in zip(doc.annotation.events, doc.claims, strict=True):
            figures = resolve_figures(doc.report, event)
            units.update(f.unit for f in figures)
            counted.update(str(f.of) for f in figures)
            gold, found = gold_pairs(claim.get("n")), pairs(figures)
            if gold is None:
                unsaid += bool(found)
                continue
            total += 1
            right += same(gold, found)
            if args.errors and not same(gold, found):
                print(
                    doc.report.id,
                    event.kind,
                    [f.text for f in figures],
                    gold,
                    found,
                    event.sentence.text[:300],
                    sep=" | ",
                )
    print("units", dict(units.most_common()))
    print("of", dict(counted.most_common()))
    print(
        json.dumps(
            {"claims": total, "accuracy": round(right / total, 4) if total else 0.0, "number_without_gold": unsaid}
        )
    )


if __name__ == "__main__":
    main()
