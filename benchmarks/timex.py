"""
How well are expressions of time found and valued, scored as TempEval-3 scores them?

    python benchmarks/timex.py DIR_OF_TML [--errors] [--limit N]

DIR holds TimeML documents (`*.tml`): TIMEX3 tags in TEXT, the day of creation in DCT. `strict`: F1 of expressions
with the gold's very extent; `relaxed`: of those that overlap one; `value`: of those that overlap one and have its
value. Every gold expression is matched with at most one of ours (UzZaman et al. 2013). `--errors` prints every miss.
Last line: one JSON object.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from asreported.resolve.timex import Timex, find_timex


class Tag(NamedTuple):
    """A TIMEX3 of the gold, with offsets into the plain text."""

    start: int
    end: int
    type: str
    value: str


class Document(NamedTuple):
    """One TimeML document: its name, its day of creation, its text without tags."""

    name: str
    created: str | None
    text: str
    tags: list[Tag]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="a folder of .tml files, searched in depth")
    parser.add_argument("--errors", action="store_true", help="print every miss, false find and wrong value")
    parser.add_argument("--limit", type=int, help="read so many documents only")
    args = parser.parse_args()
    paths = sorted(args.folder.rglob("*.tml"))[: args.limit]
    if not paths:
        parser.error(f"{args.folder}: there is no .tml file in it; give the folder of the TimeML documents")
    print(json.dumps(measure(paths, errors=args.errors)))


def measure(paths: list[Path], *, errors: bool = False) -> dict[str, object]:
    """Scores over all documents (each 0 to 1), the counts behind them, and seconds of work."""
    counts = dict.fromkeys(("gold", "found", "strict", "relaxed", "value"), 0)
    seconds = 0.0
    refused = []
    for path in paths:
        try:
            document = read_document(path)
        except (ElementTree.ParseError, ValueError) as err:
            refused.append(path.name)
            print(f"{path}: {err}; left out", file=sys.stderr)
            continue
        began = time.process_time()
        found = find_timex(document.text, published=document.created)
        seconds += time.process_time() - began
        count(document, found, counts, errors=errors)
    gold, mine = counts["gold"], counts["found"]
    scores = {name: round(2 * counts[name] / max(1, gold + mine), 4) for name in ("strict", "relaxed", "value")}
    return {
        "benchmark": "timex",
        "documents": len(paths) - len(refused),
        "refused": refused,
        **scores,
        "recall": round(counts["relaxed"] / max(1, gold), 4),
        "precision": round(counts["relaxed"] / max(1, mine), 4),
        **{f"n {name}": n for name, n in counts.items()},
        "seconds": round(seconds, 2),
    }


def count(document: Document, found: tuple[Timex, ...], counts: dict[str, int], *, errors: bool) -> None:
    """Adds one document to `counts`: exact extents are matched first, then overlaps from left to right."""
    counts["gold"] += len(document.tags)
    counts["found"] += len(found)
    left = list(found)
    pairs: list[tuple[Tag, Timex | None]] = []
    for exact in (True, False):
        for tag in document.tags:
            if any(t is tag for t, f in pairs if f is not None):
                continue
            match = next((f for f in left if fits(tag, f, exact=exact)), None)
            if match is not None:
                left.remove(match)
                pairs.append((tag, match))
    for tag, match in pairs:
        assert match is not None
        counts["relaxed"] += 1
        counts["strict"] += fits(tag, match, exact=True)
        counts["value"] += tag.value == match.value
        if errors and (tag.value != match.value or not fits(tag, match, exact=True)):
            kind = "VALUE" if tag.value != match.value else "extent"
            show(
                document, kind, tag.start, tag.end, f"gold {tag.value} | {match.span.text!r} {match.value} {match.rule}"
            )
    if errors:
        for tag in document.tags:
            if not any(t is tag for t, _ in pairs):
                show(document, "MISSED", tag.start, tag.end, f"gold {tag.type} {tag.value}")
        for timex in left:
            show(document, "FALSE", timex.span.start, timex.span.end, f"{timex.value} {timex.rule}")


def fits(tag: Tag, timex: Timex, *, exact: bool) -> bool:
    if exact:
        return (tag.start, tag.end) == (timex.span.start, timex.span.end)
    return tag.start < timex.span.end and timex.span.start < tag.end


def show(document: Document, kind: str, start: int, end: int, what: str) -> None:
    around = f"{document.text[max(0, start - 40) : start]}[{document.text[start:end]}]{document.text[end : end + 25]}"
    print("\t".join([kind, document.name, document.created or "", " ".join(around.split()), what]))


def read_document(path: Path) -> Document:
    """
    The text of one TimeML document, plain, with its tags as offsets.

    Raises: ValueError, where it has no TEXT; ElementTree.ParseError, where it is no XML.
    """
    root = ElementTree.parse(path).getroot()
    body = next(root.iter("TEXT"), None)
    if body is None:
        raise ValueError("no <TEXT> in it")
    stamp = next((t for dct in root.iter("DCT") for t in dct.iter("TIMEX3")), None)
    created = re.match(r"(\d{4})-?(\d\d)-?(\d\d)", (stamp.get("value") or "") if stamp is not None else "")
    parts: list[str] = []
    tags: list[Tag] = []
    for piece, element in walk(body):
        if element is None:
            parts.append(piece)
            continue
        inside = "".join(element.itertext())
        start = sum(map(len, parts))
        lead = len(inside) - len(inside.lstrip())
        if inside.strip():
            end = start + len(inside.rstrip())
            tags.append(Tag(start + lead, end, element.get("type") or "", element.get("value") or ""))
    return Document(path.stem, "-".join(created.groups()) if created else None, "".join(parts), tags)


def walk(element: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element | None]]:
    """Text and TIMEX3 elements of `element`, in the order of the text; a tag comes before its own text."""
    yield element.text or "", None
    for child in element:
        if child.tag == "TIMEX3":
            yield "", child
        yield from walk(child)
        yield child.tail or "", None


if __name__ == "__main__":
    main()
