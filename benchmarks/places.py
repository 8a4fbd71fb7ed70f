"""
How often `resolve_places` gives the place of the gold, with gold mentions.

    python benchmarks/places.py GOLD_DIR [--errors N]

A gold "Mosul, Nineveh, Iraq" wants the place by one of its names, "Nineveh, Iraq" the place or its admin 1, "Iraq" the
place or its country. `given` counts claims that have a place here but none in the gold. Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from pathlib import Path

from asreported.records import Where
from asreported.resolve.gazetteer import load_gazetteer
from asreported.resolve.places import resolve_places
from gold import read_gold


def norm(text: str | None) -> str:
    plain = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"^(the|a|an|its|their|his|her)\s+", "", re.sub(r"[^a-z0-9]+", " ", plain).strip())
    return re.sub(r"\bal ", "", plain)


def same(gold: str, where: Where | None) -> bool:
    if where is None:
        return False
    parts = [p.strip() for p in gold.split(",")]
    names = [where.name, *where.alternates]
    names += [where.admin1 or ""] * (len(parts) == 2) + [where.country_name or ""] * (len(parts) == 1)
    return any(norm(n) == norm(parts[0]) for n in names if n)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--errors", type=int, default=0, help="print so many of the most frequent errors")
    args = parser.parse_args()
    gazetteer = load_gazetteer()
    count: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    seconds = 0.0
    for gold in read_gold(args.gold):
        began = time.process_time()
        wheres = resolve_places(gold.report, gold.annotation, gazetteer)
        seconds += time.process_time() - began
        count["reports"] += 1
        for event, claim, where in zip(gold.annotation.events, gold.claims, wheres, strict=True):
            mentioned = any(m.role in ("place", "origin", "destination") for m in event.roles)
            key = "mentioned" if mentioned else "unmentioned"
            if claim["where"] is None:
                count["given"] += where is not None
                continue
            right = same(claim["where"], where)
            count["gold"] += 1
            count[key] += 1
            count["right"] += right
            count[f"{key} right"] += right
            count["answered"] += where is not None
            if not right:
                roles = ", ".join(
                    f"{m.role[0]}:{m.span.text}" for m in event.roles if m.role in ("place", "origin", "destination")
                )
                got = f"{where.name}, {where.admin1}, {where.country} ({where.rule})" if where else "none"
                kind = "" if mentioned else claim["kind"]
                errors[f"{kind} [{roles}] gold {claim['where']} | got {got} | {gold.report.id}"] += 1
    for error, times in errors.most_common(args.errors):
        print(f"{times:4d} {error}")
    gold_claims = count["gold"] or 1
    print(
        json.dumps(
            {
                "benchmark": "places",
                "reports": count["reports"],
                "claims": count["gold"],
                "accuracy": round(count["right"] / gold_claims, 4),
                "accuracy_mentioned": round(count["mentioned right"] / (count["mentioned"] or 1), 4),
                "mentioned": count["mentioned"],
                "accuracy_unmentioned": round(count["unmentioned right"] / (count["unmentioned"] or 1), 4),
                "precision": round(count["right"] / (count["answered"] or 1), 4),
                "given": count["given"],
                "ms_per_report": round(1000 * seconds / (count["reports"] or 1), 2),
            }
        )
    )


if __name__ == "__main__":
    main()
