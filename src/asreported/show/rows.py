"""
A claim as one flat row: for data frames and tables of other programs.

What a claim has several of is joined in one cell, in the order of the record; of figures the first, which is the total,
gives the bounds. Whoever needs every figure or candidate reads the JSON lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..codebook import ROLES
from ..records import Claim, Reading
from .words import tell_links

COLUMNS = {
    "report_id": "id of the report",
    "title": "title of the report",
    "publisher": "who published it",
    "published": "when, as exactly as is known: YYYY, YYYY-MM or YYYY-MM-DD",
    "url": "address of the report",
    "claim_id": "id of the claim",
    "kind": "one of the 28 kinds of the codebook",
    "status": "actual, planned, possible, attempted, denied or generic",
    "trigger": "the word that names the event",
    "actor": "words of all actors, joined by ' | '",
    "actor_name": "whom these words refer to, likewise; the words where nobody is known",
    "target": "words of all targets",
    "target_name": "whom these words refer to",
    "place": "words for where it happens",
    "origin": "words for where the movement starts",
    "destination": "words for where the movement leads",
    "time": "words for when",
    "figure": "words of all figures",
    "means": "words for the weapon, vehicle or method",
    "source": "words for each source, outermost first, joined by ' > '; '?' is anonymous; none: the publisher",
    "source_name": "the name of each source, likewise",
    "source_type": "the type of the innermost source",
    "cue": "words that mark the saying, for each source",
    "stance": "the stance of the innermost cue",
    "figure_low": "lower bound of the first figure; empty where no number is read from its words",
    "figure_high": "upper bound of the first figure; empty where it is open, or no number is read",
    "figure_unit": "what the first figure counts in",
    "figure_of": "the role that the first figure counts",
    "figure_links": "figures that are part of others, change them or are rates, with how, joined by ' | '",
    "when_start": "first day on which the claim is said to hold",
    "when_end": "last such day",
    "when_basis": "explicit, context or publication",
    "where_name": "name of the place",
    "where_admin1": "its province or state",
    "where_country": "its country, ISO 3166-1 alpha-2",
    "lat": "latitude of the place",
    "lon": "longitude of the place",
    "where_precision": "exact, part, near, adm2, adm1, country, region, border, line or sea",
    "gazetteer_id": "GeoNames id of the place",
    "incident": "label shared by the claims of one incident within the report",
    "confidence": "how sure the model is",
    "evidence": "the sentence or sentences, verbatim",
    "start": "where the evidence starts in the text of the report, in code points",
    "end": "where it ends",
    "trigger_start": "where the trigger starts",
    "trigger_end": "where it ends",
}
"""The columns of a row, which are also those of `Readings.to_pandas`, and what each holds."""


def claim_row(reading: Reading, claim: Claim) -> dict[str, Any]:
    """The row of `claim`: the keys of `COLUMNS` in their order."""
    report, when, where = reading.report, claim.when, claim.where
    figure = claim.figures[0] if claim.figures else None
    innermost = claim.sources[-1] if claim.sources else None
    words: dict[str, list[str]] = {}
    for filler in claim.roles:
        words.setdefault(filler.role, []).append(filler.text)
    row = {
        "report_id": report.id,
        "title": report.title,
        "publisher": report.publisher,
        "published": report.published,
        "url": report.url,
        "claim_id": claim.id,
        "kind": claim.kind,
        "status": claim.status,
        "trigger": claim.trigger.text,
        **{role: _join(words.get(role, ())) for role in ROLES},
        "actor_name": _join(_names(claim, "actor")),
        "target_name": _join(_names(claim, "target")),
        "source": _join((s.text or "?" for s in claim.sources), " > "),
        "source_name": _join((s.name or s.text or "?" for s in claim.sources), " > "),
        "source_type": innermost and innermost.type,
        "cue": _join((s.cue.text if s.cue else "" for s in claim.sources), " > "),
        "stance": innermost and innermost.stance,
        "figure_low": figure and figure.low,
        "figure_high": figure and figure.high,
        "figure_unit": figure and figure.unit,
        "figure_of": figure and figure.of,
        "figure_links": _join(f"{f.text}: {', '.join(tell_links(f))}" for f in claim.figures if tell_links(f)),
        "when_start": when and when.start,
        "when_end": when and when.end,
        "when_basis": when and when.basis,
        "where_name": where and where.name,
        "where_admin1": where and where.admin1,
        "where_country": where and where.country,
        "lat": where and where.lat,
        "lon": where and where.lon,
        "where_precision": where and where.precision,
        "gazetteer_id": where and where.gazetteer_id,
        "incident": claim.incident,
        "confidence": claim.confidence,
        "evidence": claim.evidence.text,
        "start": claim.evidence.start,
        "end": claim.evidence.end,
        "trigger_start": claim.trigger.start,
        "trigger_end": claim.trigger.end,
    }
    return {name: row[name] for name in COLUMNS}


def _names(claim: Claim, role: str) -> Iterator[str]:
    return (filler.entity.name if filler.entity else filler.text for filler in claim.roles if filler.role == role)


def _join(texts: Iterable[str], by: str = " | ") -> str | None:
    return by.join(texts) or None
