"""Annotations are what the W3C Recommendation says: held against a schema made after it, and read as RDF offline."""

from __future__ import annotations

import io
import json
import os
from typing import Any

import jsonschema
import msgspec
import pytest
from random_claims import RandomSource

from asreported.exports import ReadingsSource, load_format, write_export
from asreported.exports.source import Source
from asreported.exports.told import ExportError, Told
from asreported.ledger.decisions import Decision
from asreported.records import Claim
from asreported.show.found import tell_chain

FULL = os.environ.get("ASREPORTED_FULL") == "1"
IRI = {"type": "string", "pattern": r"^[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>\"{}|^`\\]*$"}
BODY = {
    "type": "object",
    "required": ["type"],
    "oneOf": [
        {
            "required": ["value"],
            "properties": {
                "type": {"const": "TextualBody"},
                "value": {"type": "string"},
                "purpose": {"enum": ["describing", "tagging", "commenting", "editing"]},
                "format": {"enum": ["text/plain", "application/json"]},
            },
            "additionalProperties": False,
        },
        {
            "required": ["id"],
            "properties": {"type": {"const": "Dataset"}, "id": IRI},
            "patternProperties": {"^asreported:": {"type": ["string", "number", "boolean"]}},
            "additionalProperties": False,
        },
    ],
}
SELECTORS = [
    {
        "type": "object",
        "required": ["type", "exact"],
        "properties": {
            "type": {"const": "TextQuoteSelector"},
            "exact": {"type": "string", "minLength": 1},
            "prefix": {"type": "string", "maxLength": 32},
            "suffix": {"type": "string", "maxLength": 32},
        },
        "additionalProperties": False,
    },
    {
        "type": "object",
        "required": ["type", "start", "end"],
        "properties": {
            "type": {"const": "TextPositionSelector"},
            "start": {"type": "integer", "minimum": 0},
            "end": {"type": "integer", "minimum": 0},
        },
        "additionalProperties": False,
    },
]
STATE = {
    "type": "object",
    "required": ["type", "cached"],
    "properties": {"type": {"const": "TimeState"}, "cached": IRI},
    "additionalProperties": False,
}
TARGET = {
    "type": "object",
    "required": ["source", "selector"],
    "properties": {"source": IRI, "state": STATE, "selector": {"prefixItems": SELECTORS, "minItems": 2, "maxItems": 2}},
    "additionalProperties": False,
}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["@context", "id", "type", "target", "body", "motivation"],
    "properties": {
        "@context": {"const": ["http://www.w3.org/ns/anno.jsonld", {"asreported": "urn:asreported:"}]},
        "id": IRI,
        "type": {"const": "Annotation"},
        "motivation": {"enum": ["describing", "assessing"]},
        "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
        "generated": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
        "creator": {"type": "object", "required": ["type", "name"], "properties": {"type": {"const": "Person"}}},
        "generator": {"type": "object", "required": ["id", "type"], "properties": {"type": {"const": "Software"}}},
        "body": {"type": "array", "items": BODY, "minItems": 1},
        "target": {"oneOf": [IRI, TARGET]},
    },
    "patternProperties": {"^asreported:": {"type": ["string", "number", "boolean"]}},
    "additionalProperties": False,
}
"""After the Web Annotation Data Model, of what we use."""

OA, DCTERMS, AS = "http://www.w3.org/ns/oa#", "http://purl.org/dc/terms/", "http://www.w3.org/ns/activitystreams#"
XSD, FOAF = "http://www.w3.org/2001/XMLSchema#", "http://xmlns.com/foaf/0.1/"
CONTEXT = {
    **{"id": "@id", "type": "@type", "Dataset": "http://purl.org/dc/dcmitype/Dataset", "Person": f"{FOAF}Person"},
    **{"name": f"{FOAF}name", "Software": f"{AS}Application", "format": "http://purl.org/dc/elements/1.1/format"},
    **{name: OA + name for name in ("Annotation", "TextualBody", "TextQuoteSelector", "TextPositionSelector")},
    **{name: OA + name for name in ("TimeState", "exact", "prefix", "suffix")},
    **{name: OA + name for name in ("describing", "tagging", "commenting", "editing", "assessing")},
    **{name: {"@id": OA + name, "@type": f"{XSD}nonNegativeInteger"} for name in ("start", "end")},
    "value": "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    "body": {"@id": f"{OA}hasBody"},
    "target": {"@id": f"{OA}hasTarget", "@type": "@id"},
    "source": {"@id": f"{OA}hasSource", "@type": "@id"},
    "selector": {"@id": f"{OA}hasSelector", "@type": "@id"},
    "state": {"@id": f"{OA}hasState", "@type": "@id"},
    "cached": {"@id": f"{OA}cachedSource", "@type": "@id"},
    "motivation": {"@id": f"{OA}motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": f"{OA}hasPurpose", "@type": "@vocab"},
    "creator": {"@id": f"{DCTERMS}creator", "@type": "@id"},
    "created": {"@id": f"{DCTERMS}created", "@type": f"{XSD}dateTime"},
    "generated": {"@id": f"{DCTERMS}issued", "@type": f"{XSD}dateTime"},
    "generator": {"@id": f"{AS}generator", "@type": "@id"},
}
"""The terms of the Recommendation's context that we use, written out so that nothing is fetched."""


def exported(source: Source) -> list[dict[str, Any]]:
    out = io.BytesIO()
    write_export(load_format("webanno"), source, out)
    content: list[dict[str, Any]] = json.loads(out.getvalue())
    return content


def test_random_claims_fit_the_schema_and_their_texts(random_source: RandomSource) -> None:
    annotations = exported(random_source)
    check = jsonschema.Draft202012Validator(SCHEMA)
    problems = [error.message for one in annotations[:: 1 if FULL else 50] for error in check.iter_errors(one)]
    assert problems == []
    assert len({one["id"] for one in annotations}) == len(annotations)
    claims = [one for one in annotations if one["motivation"] == "describing"]
    assert len(claims) == 10_000
    for told, one in zip(random_source.told(), claims, strict=True):
        _check_target(told, one["target"], random_source.text(told.report.key))
        _check_body(told, one["body"])
    ids = {one["id"] for one in claims}
    decisions = [one for one in annotations if one["motivation"] == "assessing"]
    assert len(decisions) == sum(told.kept.review != "unreviewed" for told in random_source.told())
    assert all(one["target"] in ids and one["creator"]["name"] == "=cmd|' /C calc'!A0" for one in decisions)


def _check_target(told: Told, target: dict[str, Any], text: str) -> None:
    words, position = target["selector"]
    assert text[position["start"] : position["end"]] == words["exact"] == told.claim.evidence.text
    around = words["prefix"] + words["exact"] + words["suffix"]
    assert text[position["start"] - len(words["prefix"]) :].startswith(around)
    copy = f"urn:sha256:{told.report.text_sha256}"
    if target["source"].startswith("urn:"):
        assert target["source"] == copy
        assert told.report.url in (None, "javascript:alert(1)")
    else:
        assert target["source"] == told.report.url
        assert target["state"]["cached"] == copy


def _check_body(told: Told, body: list[dict[str, Any]]) -> None:
    values = body[3]
    assert values["asreported:according_to"] == tell_chain(told.kept)
    assert values["asreported:status"] == told.claim.status
    assert values["asreported:review"] == told.kept.review
    assert [tag["value"] for tag in body[1:3]] == [told.claim.kind, told.claim.status]
    assert msgspec.json.decode(body[4]["value"], type=Claim) == told.claim


# rdflib's reader of JSON-LD uses what rdflib itself is about to give up.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:Dataset.:DeprecationWarning")
def test_samples_are_read_as_rdf(sample_source: ReadingsSource) -> None:
    rdflib = pytest.importorskip("rdflib")
    annotations = exported(sample_source)
    for one in annotations:
        assert one["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
        one["@context"] = [CONTEXT, one["@context"][1]]
    graph = rdflib.Graph().parse(data=json.dumps(annotations), format="json-ld")
    oa = rdflib.Namespace("http://www.w3.org/ns/oa#")
    found = set(graph.subjects(rdflib.RDF.type, oa.Annotation))
    claims = list(sample_source.told())
    assert len(found) == len(claims)
    assert len(list(graph.subject_objects(oa.exact))) == len(claims)
    ours = rdflib.Namespace("urn:asreported:")
    by_key = {str(graph.value(body, ours.key)): body for body in graph.subjects(ours.key)}
    for told in claims:
        assert str(graph.value(by_key[told.key], ours.according_to)) == told.according_to
    for selector in graph.subjects(rdflib.RDF.type, oa.TextPositionSelector):
        assert int(graph.value(selector, oa.end)) > int(graph.value(selector, oa.start))


def test_decisions_that_were_undone_are_there_and_told_so(sample_source: ReadingsSource) -> None:
    first = next(iter(sample_source.told()))
    shared = {"target": first.key, "who": "Né <b>", "why": "", "decided_at": "2026-01-02T03:04:05Z"}
    history = [
        Decision(n=1, action="accept", value=None, previous="0", sha256="1", **shared),
        Decision(n=2, action="undo", value=1, previous="1", sha256="2", **shared),
        Decision(n=3, action="correct", value={"status": "denied"}, previous="2", sha256="3", **shared),
    ]

    class Decided(ReadingsSource):
        def decisions(self, key: str) -> list[Decision]:
            return history if key == first.key else []

    annotations = exported(Decided(sample_source._readings.values()))
    decided = [one for one in annotations if one["motivation"] == "assessing"]
    assert [one["asreported:stands"] for one in decided] == [False, False, True]
    assert decided[2]["body"][1]["value"] == '{"status":"denied"}'
    assert not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(decided[0]))


def test_keys_of_any_characters_make_ids() -> None:
    told = next(iter(RandomSource(1).told()))
    module = pytest.importorskip("asreported.exports.webanno")
    strange = Told(kept=msgspec.structs.replace(told.kept, key="../../x y:<\ud800>"))
    text = RandomSource(1).text(told.report.key)
    one = module.annotation(strange, text, module.Made("a", None))
    assert one["id"] == "urn:asreported:annotation:..%2F..%2Fx%20y:%3C%ED%A0%80%3E"


def test_nothing_to_export_is_an_empty_array() -> None:
    assert exported(ReadingsSource([])) == []


def test_a_claim_without_chain_is_not_written(sample_source: ReadingsSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Told, "according_to", property(lambda told: " "))
    with pytest.raises(ExportError, match="no source chain"):
        exported(sample_source)
