"""
W3C Web Annotations (JSON-LD): each claim as an annotation of the words that it stands in, and each decision of a person
as an annotation of that annotation.

The file is an array of annotations, each with its context and on a line of its own, as RecogitoJS and Annotorious load
them (`loadAnnotations`); JSON-LD reads the array as one graph. The quotation is selected by its words with what stands
around them, which finds it on the web page of the report, too, and by its position in the text that we read, which the
state `cached` names by its hash. A claim describes (`describing`), a person assesses (`assessing`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

from ..ledger.decisions import Decision, fold
from ..show.found import card_rows
from .formats import Context, Format, Row
from .ftm_values import url as web_address
from .jsons import encode
from .source import Made, Source
from .told import Attested, Told

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
OURS = "urn:asreported:"
AROUND = 32
"""Characters before and after a quotation by which it is told apart, as the Recommendation's examples have it."""

REMEMBERED = 100
"""Texts that are kept unpacked: claims of one report often come one after the other, but not always."""
_NOT_IN_IRIS = {ord(letter): f"%{ord(letter):02X}" for letter in "{}|^`[]"}

KEYS = {
    "id": "urn:asreported:annotation:<key of the claim>, and of a decision …:<key>:decision:<number>",
    "motivation": "describing: what a report says; assessing: what a person decided on it",
    "created": "of a decision: when, UTC",
    "generated": "when the report was read, UTC; left out where that is not known",
    "generator": "of a claim: asreported and its model, with their versions",
    "creator": "of a decision: who decided; of a claim that a person added, which no model read: that person",
    "body": "of a claim: in words, its kind and status as tags, its values, and the whole record as JSON",
    "body.asreported:according_to": "the whole chain from the publisher inwards, never empty",
    "body.asreported:status": "actual, planned, possible, attempted, denied or generic",
    "body.asreported:review": "what people decided: unreviewed, accepted, corrected, rejected or unsure",
    "body.asreported:reviewed_by": "who decided last",
    "body.asreported:reviewed_at": "when, UTC",
    "body.asreported:incident_id": "the incident over all reports",
    "target.source": "the address of the report, or urn:sha256:<hash of its text> where it has none",
    "target.selector": "TextQuoteSelector with the words around, and TextPositionSelector, in code points of the text",
    "target.state": "TimeState whose `cached` is urn:sha256:<hash>: the text that the position counts in",
}


def annotation(told: Told, text: str, made: Made) -> dict[str, Any]:
    """The annotation of a claim in `text`, that of its report."""
    claim = told.claim
    content: dict[str, Any] = {
        "@context": [CONTEXT, {"asreported": OURS}],
        "id": annotation_id(told.key),
        "type": "Annotation",
        "motivation": "describing",
        "generator": {"id": OURS + "software", "type": "Software", "name": f"asreported ({made.reader})"},
        "body": [
            {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": _words(told)},
            {"type": "TextualBody", "purpose": "tagging", "value": claim.kind},
            {"type": "TextualBody", "purpose": "tagging", "value": claim.status},
            _values(told),
            {"type": "TextualBody", "format": "application/json", "value": encode(claim).decode()},
        ],
        "target": _target(told, text),
    }
    return content | ({"generated": made.read_at} if made.read_at else {})


def by_hand(content: dict[str, Any], added: Decision) -> dict[str, Any]:
    """The annotation of a claim that no model read: a person added it, and accepted it with that."""
    own = {name: value for name, value in content.items() if name not in ("generator", "generated")}
    return own | {"creator": {"type": "Person", "name": added.who}, "created": added.decided_at}


def decisions_of(told: Told, history: list[Decision]) -> Iterator[dict[str, Any]]:
    """The annotations of what people decided on a claim; those that were undone, too."""
    standing = set(fold(history).standing)
    for decision in history:
        bodies: list[dict[str, Any]] = [{"type": "TextualBody", "purpose": "tagging", "value": decision.action}]
        if decision.why:
            bodies.append({"type": "TextualBody", "purpose": "commenting", "value": decision.why})
        if decision.value is not None:
            value = encode(decision.value).decode()
            bodies.append({"type": "TextualBody", "purpose": "editing", "format": "application/json", "value": value})
        yield {
            "@context": [CONTEXT, {"asreported": OURS}],
            "id": f"{annotation_id(told.key)}:decision:{decision.n}",
            "type": "Annotation",
            "motivation": "assessing",
            "created": decision.decided_at,
            "creator": {"type": "Person", "name": decision.who},
            "body": bodies,
            "target": annotation_id(told.key),
            "asreported:action": decision.action,
            "asreported:stands": decision.n in standing,
            "asreported:sha256": decision.sha256,
        }


def annotation_id(key: str) -> str:
    """The name of the annotation of the claim `key`, whatever characters that holds."""
    return f"{OURS}annotation:{quote(key, safe=':', errors='surrogatepass')}"


def _target(told: Told, text: str) -> dict[str, Any]:
    span, copy = told.claim.evidence, f"urn:sha256:{told.report.text_sha256}"
    words = {
        "type": "TextQuoteSelector",
        "exact": span.text,
        "prefix": text[max(0, span.start - AROUND) : span.start],
        "suffix": text[span.end : span.end + AROUND],
    }
    position = {"type": "TextPositionSelector", "start": span.start, "end": span.end}
    url = told.report.url
    if url is None or web_address(url) is None:
        return {"source": copy, "selector": [words, position]}
    return {
        "source": url.translate(_NOT_IN_IRIS),
        "state": {"type": "TimeState", "cached": copy},
        "selector": [words, position],
    }


def _values(told: Told) -> dict[str, Any]:
    claim, report = told.claim, told.report
    values = {
        "according_to": told.according_to,
        "status": claim.status,
        "quotation": told.quotation,
        "review": told.kept.review,
        "reviewed_by": told.reviewed_by,
        "reviewed_at": told.reviewed_at,
        "kind": claim.kind,
        "key": told.key,
        "incident_id": told.kept.incident,
        "confidence": claim.confidence,
        "report": report.title,
        "report_id": report.id,
        "publisher": report.publisher,
        "published": report.published,
        "url": report.url,
        "text_sha256": report.text_sha256,
    }
    known = {f"asreported:{name}": value for name, value in values.items() if value not in (None, "")}
    return {"id": f"{OURS}claim:{quote(told.key, safe=':', errors='surrogatepass')}", "type": "Dataset", **known}


def _words(told: Told) -> str:
    """The claim on one line, as cards tell it."""
    rows = [f"{label}: {value}" for label, value in card_rows(told.kept) if label not in ("review", "incident")]
    claim = told.claim
    return f"{claim.kind} (“{claim.trigger.text}”), {claim.status}; {'; '.join(rows)}"


# ---- the format --------------------------------------------------------------------------


def rows(source: Source, context: Context) -> Iterator[Row]:
    """One a claim, with the decisions on it."""
    text = functools.lru_cache(REMEMBERED)(source.text)
    made = functools.lru_cache(REMEMBERED)(source.made)
    for told in source.told():
        history = list(source.decisions(told.key))
        reader = made(told.report.key)
        content = annotation(told, text(told.report.key), reader)
        if told.claim.id in reader.by_hand and history:
            content = by_hand(content, history[0])
        yield Row(told.key, {"annotation": content, "decisions": list(decisions_of(told, history))})


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """An array, one annotation a line."""
    before = b"[\n"
    for row in rows:
        for content in (row.values["annotation"], *row.values["decisions"]):
            out.write(before + encode(content))
            before = b",\n"
    out.write(b"[\n]\n" if before == b"[\n" else b"\n]\n")


def attest(values: Mapping[str, Any]) -> Attested:
    body = next(body for body in values["annotation"]["body"] if "asreported:key" in body)
    selector = values["annotation"]["target"]["selector"][0]
    return Attested(
        body.get("asreported:according_to", ""), body.get("asreported:status", ""), selector.get("exact", "")
    )


FORMAT = Format(
    name="webanno",
    title="W3C Web Annotation",
    schema="asreported-webanno 1",
    suffix=".jsonld",
    media_type="application/ld+json",
    columns={"claims": KEYS},
    cannot={
        "positions on the web page": "they count in the text that we read; programs that find them at another place go "
        "by the quotation",
        "positions in UTF-16": "the Recommendation counts code points, as we do; a program that counts as JavaScript "
        "does is off by one for each character beyond the basic plane that comes before",
        "words of roles, figures and sources as targets of their own": "they stand with their offsets in the record "
        "in the last body",
        "when a source was captured": "TimeState.sourceDate is left out: the day of publication is not the moment that "
        "the text was taken",
    },
    rows=rows,
    write=write,
    attest=attest,
    origin="Web Annotation Data Model, W3C Recommendation of 23 February 2017",
)
