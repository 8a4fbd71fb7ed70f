"""
Counts in how many reports each word stands, for `asreported.link.words`:

    python train/word_frequencies.py REPORTS.jsonl … -o src/asreported/data/link_frequencies.tsv

Words that fewer than `--least` reports have are left out: they weigh as much as a word never seen. The table holds
words and counts only, no text.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from asreported.link.words import stems

HEAD = """\
# In how many of {reports} news reports of conflict a word's stem stands (asreported.link.words.stem); the first row is
# all of them. Origin: counted by train/word_frequencies.py over {names}; counts only, no text.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reports", nargs="+", type=Path)
    parser.add_argument("--least", type=int, default=8)
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    reports = 0
    for path in args.reports:
        for line in path.read_text("utf-8").splitlines():
            report = json.loads(line)
            reports += 1
            counts.update(set(stems(f"{report['title']}\n{report['text']}")))
    rows = [(term, n) for term, n in counts.items() if n >= args.least and not term.isdecimal()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    head = HEAD.format(reports=reports, names=", ".join(path.name for path in args.reports))
    body = "".join(f"{term}\t{n}\n" for term, n in [("*", reports), *rows])
    args.output.write_text(head + body, "utf-8")


if __name__ == "__main__":
    main()
