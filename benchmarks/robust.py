"""
How much is lost on the same reports as other people type them: `python benchmarks/robust.py GOLD_DIR`.

Every change keeps the places of the letters, so that the gold's offsets hold: capital letters, straight quotes, no full
stop at the end of a sentence, one paragraph a report. The last line is one JSON object: for each change, kind, role and
claim F1 as share of what the unchanged reports give.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec

import score
from asreported.pipeline import read_reports
from asreported.records import Reading, Report, make_report
from gold import GoldReport, read_gold

QUOTES = str.maketrans("“”„«»‘’‚", '"""""\'\'\'')
FIGURES = ("kind", "role", "claim")


def capitals(text: str) -> str:
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def straight_quotes(text: str) -> str:
    return text.translate(QUOTES)


def no_stops(text: str) -> str:
    return re.sub(r"[.!?](?=[\"'”’)]*(?:\s|$))", " ", text)


def one_paragraph(text: str) -> str:
    return re.sub(r"\s", " ", text)


CHANGES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "capitals": capitals,
    "straight quotes": straight_quotes,
    "no full stops": no_stops,
    "one paragraph": one_paragraph,
}


def changed(report: Report, change: Callable[[str], str]) -> Report:
    body = report.text[len(report.title) + 2 if report.title else 0 :]
    return make_report(
        id=report.id,
        title=change(report.title),
        body=change(body),
        published=report.published,
        publisher=report.publisher,
    )


def measure(golds: list[GoldReport], change: Callable[[str], str]) -> dict[str, float]:
    """F1 of kind, role and claim on the changed reports."""
    reports = [changed(g.report, change) for g in golds]
    count = score.Count()
    for gold, reading in zip(golds, read_reports(reports), strict=True):
        assert isinstance(reading, Reading)
        claims = json.loads(msgspec.json.encode(reading))["claims"]
        score.score_report([score.from_gold(c) for c in gold.claims], [score.from_pred(c) for c in claims], count)
    summary = score.summary(count)
    return {key: summary[key]["F1"] for key in FIGURES}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, help="folder with *.gold.json")
    args = parser.parse_args()
    golds = list(read_gold(args.gold))
    if not golds:
        parser.error(f"no *.gold.json under {args.gold}")
    whole, shares = {}, {}
    for name, change in CHANGES.items():
        found = measure(golds, change)
        whole = whole or found
        shares[name] = {key: round(found[key] / whole[key], 4) if whole[key] else 0.0 for key in FIGURES}
        print(f"{name:16s}" + "  ".join(f"{key} {found[key]:.3f} ({shares[name][key]:.3f})" for key in FIGURES))
    del shares["as it is"]
    print(json.dumps(shares))


if __name__ == "__main__":
    main()
