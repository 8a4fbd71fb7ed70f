"""
How many named actors are who they should be: `actors.py [CASES] [--misses] [--time GOLD_DIR]`

CASES is a JSON list, or an object with it as `cases` (default tests/cases/actors/checked.json): a noun phrase, what a
report tells of it (`report` the main country, `countries`, `published`), and the `id` or the `name`s that are right,
decided by hand. With `context`, sentences of our own, the phrase is its last occurrence there and is resolved as in
a report. `--time` resolves all gold reports of a folder three times and takes the fastest. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asreported.records import Annotation, Entity, Event, Mention, make_report
from asreported.resolve.actors import resolve_actors
from asreported.resolve.phrases import read_phrase
from gold import read_gold

CASES = Path(__file__).parent.parent / "tests" / "cases" / "actors" / "checked.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path, nargs="?", default=CASES)
    parser.add_argument("--misses", action="store_true", help="print them")
    parser.add_argument("--time", type=Path, metavar="GOLD_DIR")
    args = parser.parse_args()
    cases = read_cases(args.cases)
    missed = misses(cases)
    if args.misses:
        print("\n".join(missed))
    figures = {"cases": len(cases), "right": len(cases) - len(missed), "share": round(1 - len(missed) / len(cases), 3)}
    if args.time:
        figures |= time_reports(args.time)
    print(json.dumps(figures))


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a file, with or without a comment at its head."""
    table = json.loads(path.read_text("utf-8"))
    cases: list[dict[str, Any]] = table["cases"] if isinstance(table, dict) else table
    return cases


def misses(cases: Sequence[dict[str, Any]]) -> list[str]:
    """One line for each case that is not resolved as it should be."""
    found = [(case, resolve_case(case)) for case in cases]
    return [
        f"{case['text']!r} is {case.get('id') or case['name']!r}, ours {(e.id, e.name, e.rule) if e else None}"
        for case, e in found
        if not _is_right(case, e)
    ]


def _is_right(case: dict[str, Any], entity: Entity | None) -> bool:
    if entity is None:
        return False
    return entity.id == case["id"] if "id" in case else entity.name in case["name"]


def resolve_case(case: dict[str, Any]) -> Entity | None:
    if "context" not in case:
        country, countries = case.get("report"), frozenset(case.get("countries", ()))
        return read_phrase(case["text"], country=country, countries=countries, published=case.get("published")).entity
    report = make_report(id="case", title="", body=case["context"], published=case.get("published"))
    start = report.text.rindex(case["text"])
    sentences = tuple(report.span(*m.span()) for m in re.finditer(r"[^.]+\.", report.text))
    event = Event(
        kind="attack",
        status="actual",
        trigger=sentences[-1],
        sentence=sentences[-1],
        roles=(Mention(role="actor", span=report.span(start, start + len(case["text"]))),),
        sources=(),
    )
    return resolve_actors(report, Annotation(sentences=sentences, toponyms=(), events=(event,)))[0][0]


def time_reports(folder: Path) -> dict[str, float | int]:
    reports = list(read_gold(folder))
    fastest = None
    for _ in range(3):
        begin = time.perf_counter()
        for gold in reports:
            resolve_actors(gold.report, gold.annotation)
        spent = time.perf_counter() - begin
        fastest = min(spent, fastest or spent)
    return {"reports": len(reports), "ms_a_report": round(1000 * (fastest or 0) / max(1, len(reports)), 2)}


if __name__ == "__main__":
    main()
