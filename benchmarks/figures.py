"""
How often the figures of a claim are right, given gold mentions: `python benchmarks/figures.py GOLD_DIR [--errors]`.

Counted as the scorer counts `number` on matched claims: among claims with a gold `n`, those whose figures with a number
are as many as the gold pairs and equal them within 1 %, in any order. Last line: one JSON object.

`falsely_exact` counts the figures whose ends are the same though a word that bounds or blurs stands in them or beside
them, `--exact` prints them. What such a word means where it bounds nothing is said once, in `HARMLESS`.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from asreported.records import Event, Figure, Report
from asreported.resolve.figure_tables import tables
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


BLURS = "|".join(
    sorted(
        {re.escape(q.words) for table in (tables().before, tables().after) for q in table.values()}
        | {r"\w+-odd", "several", "dozens", "scores", "hundreds", "thousands", "millions", "tens", "handful", "few"}
        | {
            "maybe",
            "possibly",
            "probably",
            "likely",
            "approximate",
            "ballpark",
            "guess",
            "upwards",
            "range from",
            "couple",
        },
        key=len,
        reverse=True,
    )
)
BEFORE_RE = re.compile(rf"(?:^|[\s(\"“‘])({BLURS})\s+(?:[a-z]+\s+)?$", re.IGNORECASE)
INSIDE_RE = re.compile(rf"(?:^|[\s(\"“‘])({BLURS})(?![\w-])", re.IGNORECASE)
AFTER_RE = re.compile(rf"^[\s-]*(?:[a-z]+\s+)?({BLURS})(?![\w-])", re.IGNORECASE)

HARMLESS = (
    (r"\[[^\]]*\bcouple\b[^\]]*\]", "a couple is two: codebook, section 8"),
    (r"\[[^\]]*\ball but\b[^\]]*\]", "what is left of an exact whole"),
    (r"\bsome of \[", "the figure is the whole, as annotated"),
    (r"\b(about|around|over|under|above|below|beyond|between)\s+(?:[a-z]+\s+)?\[", "a preposition or part of a verb"),
    (r"\brange from \[", "the first of several guesses, each a figure"),
    (r"\bplus \[", "a sum, each of whose terms is a figure"),
    (r"\b(towards|said to hold|passed)\s+(?:[a-z]+\s+)?\[", "a direction or a verb"),
    (
        r"\]\s*(?:[a-z]+\s+)?(over|under|about|around|above|below|beyond|towards|north|south|passed|plus)\b",
        "of what follows",
    ),
    (r"\]\s*(?:[a-z]+\s+)?(some|an estimated|as many as|fewer than|more than|between|at least) ", "of the next number"),
    (r"\]\s*(?:[a-z]+\s+)?(money passed|have more likely|more likely|short of|close to|been close)", "of what follows"),
)
"""Where a word that bounds or blurs is no word of the figure, which stands in square brackets; and why."""


def exact_beside_a_blur(report: Report, event: Event, figure: Figure) -> str | None:
    """The figure in its words, where it is exact though a word beside it bounds or blurs and nothing explains that."""
    if figure.low is None or figure.low != figure.high:
        return None
    left = report.text[max(event.sentence.start, figure.start - 40) : figure.start]
    right = report.text[figure.end : min(event.sentence.end, figure.end + 40)]
    if not (BEFORE_RE.search(left) or INSIDE_RE.search(figure.text) or AFTER_RE.match(right)):
        return None
    context = " ".join(f"{left}[{figure.text}]{right}".split())
    return None if any(re.search(pattern, context, re.IGNORECASE) for pattern, _ in HARMLESS) else context


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--errors", action="store_true", help="print every claim that is wrong")
    parser.add_argument("--exact", action="store_true", help="print every figure that is exact beside a blur")
    args = parser.parse_args()
    right = total = unsaid = falsely_exact = 0
    linked: Counter[str] = Counter()
    units: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for doc in read_gold(args.gold):
        for event, claim in zip(doc.annotation.events, doc.claims, strict=True):
            figures = resolve_figures(doc.report, event)
            units.update(f.unit for f in figures)
            counted.update(str(f.of) for f in figures)
            linked.update(key for f in figures for key in ("part_of", "change", "rate") if getattr(f, key))
            for context in filter(None, (exact_beside_a_blur(doc.report, event, f) for f in figures)):
                falsely_exact += 1
                if args.exact:
                    print(doc.report.id, context, sep=" | ")
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
    print("links", dict(linked.most_common()))
    accuracy = round(right / total, 4) if total else 0.0
    print(
        json.dumps(
            {
                "claims": total,
                "accuracy": accuracy,
                "number_without_gold": unsaid,
                "falsely_exact": falsely_exact,
            }
        )
    )


if __name__ == "__main__":
    main()
