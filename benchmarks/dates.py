"""
How often are claims dated right, given the gold mentions?

    python benchmarks/dates.py GOLD_DIR [--errors]

`same`: the interval is the gold's, day by day, as the project's scorer counts `when`; `near`: they share half of the
longer one. Over all gold claims with a `when`. `undated given`: share of gold claims without `when` that we date;
not scored, but it should be low. `--errors` prints every miss. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import calendar
import datetime as dt
import json
from pathlib import Path
from typing import Any

from asreported.records import When
from asreported.resolve.when import resolve_dates
from gold import GoldReport, read_gold

Interval = tuple[int, int]
FAR = 10**7


COUNTS = ("reports", "dated", "same", "near", "with mention", "same with mention", "undated", "given")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    result = measure(args.gold, errors=args.errors)
    for name in ("same", "near", "same with mention", "undated given"):
        print(f"{name:18s} {result[name]:.3f}")
    print(json.dumps({"benchmark": "dates", **result}))


def measure(folder: Path, *, errors: bool = False) -> dict[str, float]:
    """Counts (`n ...`) and shares over all gold reports under `folder`."""
    counts = dict.fromkeys(COUNTS, 0)
    for gold in read_gold(folder):
        counts["reports"] += 1
        for i, when in enumerate(resolve_dates(gold.report, gold.annotation)):
            count(gold, i, when, counts, errors=errors)

    def share(part: str, whole: str) -> float:
        return round(counts[part] / max(1, counts[whole]), 4)

    return {
        **{f"n {name}": n for name, n in counts.items()},
        "same": share("same", "dated"),
        "near": share("near", "dated"),
        "same with mention": share("same with mention", "with mention"),
        "undated given": share("given", "undated"),
    }


def count(gold: GoldReport, i: int, when: When | None, counts: dict[str, int], *, errors: bool) -> None:
    """Adds claim `i` of a report to `counts`."""
    claim = gold.claims[i]
    expected = gold_interval(claim["when"])
    found = None if when is None else (bound(when.start, -FAR), bound(when.end, FAR))
    mention = any(r["role"] == "time" for r in claim["roles"])
    if expected is None:
        counts["undated"] += 1
        counts["given"] += found is not None
        return
    counts["dated"] += 1
    counts["same"] += expected == found
    counts["near"] += near(expected, found)
    counts["with mention"] += mention
    counts["same with mention"] += mention and expected == found
    if errors and expected != found:
        print(line(gold, claim, when))


def line(gold: GoldReport, claim: dict[str, Any], when: When | None) -> str:
    """One miss, for people."""
    mentions = " + ".join(r["text"] + "~" * r["carried"] for r in claim["roles"] if r["role"] == "time")
    got = f"{when.start}/{when.end} [{when.rule}]" if when else "-"
    what = f"{claim['kind']} {claim['status']}"
    return "\t".join([gold.report.id, gold.report.published or "", what, mentions, claim["when"], got])


def gold_interval(when: str | None) -> Interval | None:
    """First and last day of "2016-10/..", as ordinals; open sides reach far."""
    if when is None:
        return None
    first, _, last = when.partition("/")
    last = last or first
    return (-FAR if first == ".." else edge(first, end=False)), (FAR if last == ".." else edge(last, end=True))


def edge(text: str, *, end: bool) -> int:
    numbers = [int(x) for x in text.split("-")]
    if len(numbers) == 1:
        numbers.append(12 if end else 1)
    if len(numbers) == 2:
        numbers.append(calendar.monthrange(numbers[0], numbers[1])[1] if end else 1)
    return dt.date(*numbers).toordinal()


def bound(date: dt.date | None, open_side: int) -> int:
    return open_side if date is None else date.toordinal()


def near(gold: Interval, pred: Interval | None) -> bool:
    if pred is None:
        return False
    shared = min(gold[1], pred[1]) - max(gold[0], pred[0]) + 1
    return shared >= 0.5 * max(gold[1] - gold[0] + 1, pred[1] - pred[0] + 1)


if __name__ == "__main__":
    main()
