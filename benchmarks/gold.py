"""
Gold annotation as records: reads `*.gold.json` (as the project's annotation checker writes them) into
`Report` and `Annotation`, so that resolvers can be measured on their own, given gold mentions.
"""

from __future__ import annotations

import bisect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from asreported.records import Annotation, Attribution, Event, Mention, Report, Span, make_report


class GoldReport(msgspec.Struct, frozen=True, kw_only=True):
    """One gold report: `annotation.events[i]` is `claims[i]`, whose `when`, `where`, `n` are the gold values."""

    report: Report
    annotation: Annotation
    claims: list[dict[str, Any]]


def read_gold(folder: Path) -> Iterator[GoldReport]:
    """All gold reports under `folder`, in the order of their file names; claims in the order of their triggers."""
    for path in sorted(folder.rglob("*.gold.json")):
        doc = json.loads(path.read_text("utf-8"))
        report = make_report(
            id=doc["id"],
            title=doc["title"],
            body=doc["text"],
            publisher=doc["publisher"],
            published=doc["published"],
            language="en",
        )
        if report.text != doc["full"]:
            raise ValueError(f"{path}: the report's text is not the gold's `full`")
        claims = sorted(doc["claims"], key=lambda c: c["trigger"]["span"])
        yield GoldReport(report=report, annotation=_annotation(report, claims), claims=claims)


def _annotation(report: Report, claims: list[dict[str, Any]]) -> Annotation:
    sentences = sorted({tuple(c["sentence"]) for c in claims})
    starts = [s for s, _ in sentences]

    def in_sentence(position: int, sentence: tuple[int, int]) -> bool:
        return sentences[max(0, bisect.bisect_right(starts, position) - 1)] == sentence

    events = []
    for claim in claims:
        sentence = tuple(claim["sentence"])
        roles = tuple(
            Mention(role=r["role"], span=_span(report, r["span"]), carried=r["carried"]) for r in claim["roles"]
        )
        sources = tuple(
            Attribution(
                who=None if s["span"] is None else _span(report, s["span"]),
                cue=None if s["cue_span"] is None else _span(report, s["cue_span"]),
                carried=s["span"] is not None and (s["carried"] or not in_sentence(s["span"][0], sentence)),
            )
            for s in claim["sources"]
        )
        events.append(
            Event(
                kind=claim["kind"],
                status=claim["status"],
                trigger=_span(report, claim["trigger"]["span"]),
                sentence=_span(report, claim["sentence"]),
                roles=roles,
                sources=sources,
            )
        )
    toponyms = {m.span for e in events for m in e.roles if m.role in ("place", "origin", "destination")}
    return Annotation(
        sentences=tuple(_span(report, list(s)) for s in sentences),
        toponyms=tuple(sorted(toponyms, key=lambda s: (s.start, s.end))),
        events=tuple(events),
    )


def _span(report: Report, offsets: list[int] | tuple[int, int]) -> Span:
    start, end = offsets
    return report.span(start, end)
