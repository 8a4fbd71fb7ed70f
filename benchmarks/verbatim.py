"""
Are all spans verbatim: `python benchmarks/verbatim.py ARTICLES.jsonl [--random N] [--workers N]`.

Reads every report of the JSONL file and N random Unicode texts (seeded) with the whole pipeline, and checks
`text == report.text[start:end]` for every span of every claim. The last line is one JSON object: reports, spans,
claims, wrong, exceptions.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from asreported.annotate.engine import load_engine
from asreported.ingest import read_inputs
from asreported.ingest.decode import replace_surrogates
from asreported.pipeline import read_report
from asreported.records import Report, make_report
from asreported.resolve.gazetteer import load_gazetteer

BLOCKS = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x300, 0x36F), (0x400, 0x4FF), (0x590, 0x6FF), (0x2000, 0x206F), (0x4E00, 0x4FFF),
    (0xD800, 0xDFFF), (0x1F300, 0x1F6FF), (0, 0x1F), (0xFF00, 0xFFEF),
)  # fmt: skip
PHRASE = (
    "rebels killed 12 civilians in Mosul on Monday , the army said . “ He ” fighters captured the town of since "
    "up to 1,000 near Hatra 80 miles south claimed it has been reported air strikes shelled"
)
WORDS = PHRASE.split()


def random_text(rng: random.Random) -> str:
    """Words of news and characters of every kind, mixed: combining marks, right-to-left, emoji, controls."""
    parts = []
    for _ in range(rng.randint(0, 150)):
        if rng.random() < 0.6:
            parts.append(rng.choice(WORDS))
        else:
            block = rng.choice(BLOCKS)
            parts.append("".join(chr(rng.randint(*block)) for _ in range(rng.randint(1, 8))))
        parts.append(rng.choice([" ", " ", " ", "", "\n", "\r\n", "\u00a0"]))
    return replace_surrogates("".join(parts))[0]


def spans_in(value: Any) -> Iterator[tuple[int, int, str]]:
    """Every record with start, end and text, however deep; `when` and `where` hold theirs apart."""
    if isinstance(value, dict):
        span = value.get("span") or value
        if isinstance(value.get("text"), str) and isinstance(span.get("start"), int):
            yield span["start"], span["end"], value["text"]
        for part in value.values():
            yield from spans_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from spans_in(part)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="*", help="files or folders of reports")
    parser.add_argument("--random", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    reports = [r for r in read_inputs([Path(a) for a in args.articles]) if isinstance(r, Report)]
    reports += [
        make_report(id=f"random-{n}", title=random_text(rng)[:60], body=random_text(rng), published="2017-04-28")
        for n in range(args.random)
    ]
    engine, gazetteer = load_engine(), load_gazetteer()
    spans = claims = wrong = exceptions = 0
    for report in reports:
        try:
            reading = read_report(report, engine, gazetteer)
            records = json.loads(msgspec.json.encode(reading.claims))
        except Exception:
            exceptions += 1
            print(f"{report.id}:", file=sys.stderr)
            traceback.print_exc()
            continue
        claims += len(records)
        for start, end, text in spans_in(records):
            spans += 1
            wrong += report.text[start:end] != text
    print(
        json.dumps(
            {"reports": len(reports), "claims": claims, "spans": spans, "wrong": wrong, "exceptions": exceptions}
        )
    )


if __name__ == "__main__":
    main()
