"""
Older news corpora → JSON lines that standoff.py joins:

    python corpus/older_news.py [--muc4 DOCS …] [--timeml FOLDER …] > older.jsonl

MUC-4 (articles of 1988 to 1991, capital letters) comes as JSON lines with docid, dateline, text; TimeBank and AQUAINT
come as TimeML files. White space inside paragraphs becomes one space; nothing else is changed.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DATE_RE = re.compile(r"(\d{1,2}) ([A-Z]{3})[A-Z]* (\d\d)\b")


def read_muc4(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        for line in file:
            doc = json.loads(line)
            date = DATE_RE.search(doc.get("dateline") or "")
            published = ""
            if date and date[2] in MONTHS:
                published = f"19{date[3]}-{MONTHS.index(date[2]) + 1:02d}-{int(date[1]):02d}"
            yield {
                "id": doc["docid"].lower(),
                "published": published,
                "publisher": "FBIS (MUC-4)",
                "title": "",
                "text": paragraphs(re.split(r"\n\s*\n", doc["text"])),
            }


def read_timeml(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("*.tml")):
        source = path.read_text("utf-8", errors="replace")
        created = re.search(r'<DCT>.*?value="([^"]+)"', source, re.DOTALL)
        title = re.search(r"<TITLE>(.*?)</TITLE>", source, re.DOTALL)
        body = re.search(r"<TEXT>(.*?)</TEXT>", source, re.DOTALL)
        if body is None:
            continue
        parts = re.split(r"\n\s*\n", plain(body[1]))
        parts = parts if len(parts) > 1 else parts[0].split("\n")
        yield {
            "id": "tb-" + path.stem.lower().replace(".", "-"),
            "published": created[1][:10] if created else "",
            "publisher": path.parent.name,
            "title": paragraphs([plain(title[1])]) if title else "",
            "text": paragraphs(parts),
        }


def plain(marked: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", marked))


def paragraphs(parts: list[str]) -> str:
    return "\n\n".join(text for part in parts if (text := re.sub(r"\s+", " ", part).strip()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--muc4", type=Path, nargs="*", default=[])
    parser.add_argument("--timeml", type=Path, nargs="*", default=[])
    args = parser.parse_args()
    for path in args.muc4:
        for article in read_muc4(path):
            print(json.dumps(article, ensure_ascii=False))
    for folder in args.timeml:
        for article in read_timeml(folder):
            print(json.dumps(article, ensure_ascii=False))


if __name__ == "__main__":
    main()
