"""
Reports as annotated texts, for those who build models: the parts of each claim as spans, tokens that no span cuts.

Tokens begin and end wherever a span of any claim does, so that every span is a whole number of tokens and nothing has
to be aligned.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ..records import Claim
from .formats import Context, Row
from .source import Source
from .told import Attested, Told

TOKEN_RE = re.compile(r"\w+(?:[.,:/]\d+)*|[^\w\s]")
COLUMNS = {
    "report": "key of the report",
    "id": "the report's own id",
    "title": "title of the report",
    "publisher": "who published it",
    "published": "when, as exactly as is known",
    "url": "its address",
    "text": "title, blank line and body: what offsets count in, in code points",
    "claims": "each claim: key, kind, status, according_to, quotation, review, and its spans",
}


class Part(NamedTuple):
    """A stretch of the text that a claim is read from: `label` is trigger, a role, source or cue."""

    label: str
    start: int
    end: int
    carried: bool = False


def parts_of(claim: Claim) -> tuple[Part, ...]:
    """
    The trigger, the fillers of the roles, the sources and their cues, in the order of the text; each once.
    """
    parts = [Part("trigger", claim.trigger.start, claim.trigger.end)]
    parts += [Part(role.role, role.start, role.end, role.carried) for role in claim.roles]
    for source in claim.sources:
        if source.start is not None and source.end is not None:
            parts.append(Part("source", source.start, source.end, source.carried))
        if source.cue is not None:
            parts.append(Part("cue", source.cue.start, source.cue.end))
    return tuple(sorted(dict.fromkeys(parts), key=lambda part: (part.start, part.end, part.label)))


def tokenize(text: str, edges: Iterable[int] = ()) -> Iterator[tuple[int, int]]:
    """
    Where the tokens of `text` begin and end; none goes over one of the `edges`.

        >>> [text[a:b] for text in ["at least 12,000 (IS)"] for a, b in tokenize(text, [18])]
        ['at', 'least', '12,000', '(', 'I', 'S', ')']
    """
    cuts = sorted(set(edges))
    at = 0
    for found in TOKEN_RE.finditer(text):
        start, end = found.span()
        while at < len(cuts) and cuts[at] <= start:
            at += 1
        inner = at
        while inner < len(cuts) and cuts[inner] < end:
            yield start, cuts[inner]
            start = cuts[inner]
            inner += 1
        yield start, end


def text_rows(source: Source, context: Context) -> Iterator[Row]:
    """A row a report that has claims."""
    for report, told in source.reports():
        head = told[0].report
        values: dict[str, Any] = {
            "report": report,
            "id": head.id,
            "title": head.title,
            "publisher": head.publisher,
            "published": head.published,
            "url": head.url,
            "text": source.text(report),
            "claims": [_claim(one) for one in told],
        }
        yield Row(report, values)


def _claim(told: Told) -> dict[str, Any]:
    claim = told.claim
    attested = told.attested
    return {
        "key": told.key,
        "kind": claim.kind,
        "status": attested.status,
        "according_to": attested.according_to,
        "quotation": attested.quotation,
        "review": told.kept.review,
        "reviewed_by": told.reviewed_by,
        "reviewed_at": told.reviewed_at,
        "incident": told.kept.incident,
        "evidence": [claim.evidence.start, claim.evidence.end],
        "parts": [part._asdict() for part in parts_of(claim)],
        "figures": [
            {"start": figure.start, "end": figure.end, "low": figure.low, "high": figure.high, "unit": figure.unit}
            for figure in claim.figures
        ],
    }


def attest_text(values: Mapping[str, Any]) -> Attested:
    """Empty where one of the claims lacks any."""
    claims = values["claims"]
    return Attested(*(_joined([claim[name] for claim in claims]) for name in Attested._fields))


def _joined(texts: list[str]) -> str:
    return " | ".join(dict.fromkeys(texts)) if texts and all(text.strip() for text in texts) else ""
