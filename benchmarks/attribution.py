"""
Attributions against PolNeAR's gold: `python benchmarks/attribution.py FILE [--held]`.

FILE is PolNeAR as JSON lines, gzipped or not: id, text, annotations[{attributions[{source, cue, content}]}]; the first
annotator of each article is the gold. The attribution head is scored, not the claims: this is news about elections.
An attribution matches another one whose cue it overlaps (one to one, the largest overlap first). `--held` keeps to the
articles that training leaves out, every fifth by the SHA-256 of its id.

The last line is one JSON object: `match` is the F1 of the matches; `source` and `content` are the shares of matches
whose sources and contents overlap (or are absent in both).
Source: the measures of Newell, Margolin and Ruths (2018), by characters.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from asreported.annotate.attribution import Statement, find_statements
from asreported.annotate.engine import load_engine
from asreported.records import Report, make_report

Ranges = list[tuple[int, int]]


class Attribution(NamedTuple):
    """Character ranges of one attribution."""

    cue: Ranges
    source: Ranges
    content: Ranges


def is_held_out(document: str) -> bool:
    """Whether an article stays out of training: every fifth does, by the hash of its id."""
    return int(hashlib.sha256(document.encode()).hexdigest(), 16) % 5 == 0


def read_documents(path: Path) -> Iterator[tuple[Report, list[Attribution]]]:
    """The articles of a PolNeAR file with their gold; offsets are moved to the report's text."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            doc = json.loads(line)
            report = make_report(id=str(doc["id"]), title="", body=doc["text"])
            lead = len(doc["text"]) - len(doc["text"].lstrip())
            yield report, [gold_attribution(a, lead) for a in doc["annotations"][0]["attributions"]]


def gold_attribution(attribution: dict[str, Any], lead: int) -> Attribution:
    def ranges(name: str) -> Ranges:
        return [(s - lead, e - lead) for part in attribution.get(name) or [] for s, e in part["spans"]]

    return Attribution(ranges("cue"), ranges("source"), ranges("content"))


def as_ranges(statement: Statement) -> Attribution:
    source = [] if statement.source is None else [statement.source]
    return Attribution(*([(s.start, s.end) for s in spans] for spans in ([statement.cue], source, statement.content)))


def overlap(one: Ranges, other: Ranges) -> int:
    """Characters that both hold."""
    return sum(max(0, min(a, d) - max(c, b)) for c, a in one for b, d in other)


def same(one: Ranges, other: Ranges) -> bool:
    return overlap(one, other) > 0 or not (one or other)


def matches(gold: list[Attribution], found: list[Attribution]) -> list[tuple[Attribution, Attribution]]:
    """Pairs of attributions whose cues overlap, each in one pair at most."""
    pairs = [(overlap(g.cue, f.cue), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)]
    taken_gold, taken_found, out = set(), set(), []
    for size, i, j in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if size and i not in taken_gold and j not in taken_found:
            taken_gold.add(i)
            taken_found.add(j)
            out.append((gold[i], found[j]))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, help="PolNeAR as JSON lines")
    parser.add_argument("--held", action="store_true", help="only the articles that training leaves out")
    args = parser.parse_args()
    engine = load_engine()
    documents, n_gold, n_found, matched = 0, 0, 0, []
    for report, gold in read_documents(args.file):
        if args.held and not is_held_out(report.id):
            continue
        found = [as_ranges(s) for s in find_statements(report, engine)]
        documents, n_gold, n_found = documents + 1, n_gold + len(gold), n_found + len(found)
        matched += matches(gold, found)
    if not documents:
        raise SystemExit(f"no article in {args.file}")
    share = lambda name: sum(same(getattr(g, name), getattr(f, name)) for g, f in matched) / max(1, len(matched))  # noqa: E731
    print(f"{documents} articles, {n_gold} attributions, {n_found} found, {len(matched)} matched")
    figures = {
        "match": 2 * len(matched) / max(1, n_gold + n_found),
        "source": share("source"),
        "content": share("content"),
    }
    print(json.dumps({k: round(v, 4) for k, v in figures.items()}))


if __name__ == "__main__":
    main()
