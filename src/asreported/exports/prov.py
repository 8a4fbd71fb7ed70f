"""
PROV-JSON (W3C Member Submission): where each claim comes from, from the report over its text and the model that read it
to the people who decided on it.

    report ← original ← text ← claim ← claim as corrected …     entities, each derived from the one before
    reading (model, version), decisions (person)                activities that made or used them
    statement 1 ← statement 2 …                                 who says that who says it, as the report has it

A statement exists as far as the report tells: that somebody is quoted does not show that he said so. PROV-JSON holds
records by their kind, so those of a kind are gathered in a passing file, and a record that several claims share is
written once.
"""

from __future__ import annotations

import functools
import hashlib
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, BinaryIO
from urllib.parse import quote

import msgspec

from ..compare.chains import name_source
from ..ledger.decisions import Decision, apply_corrections, fold
from ..records import Claim
from ..show.words import tell_publisher
from .formats import Context, Format, Row
from .jsons import encode
from .pack_files import file_name
from .source import Capture, Made, Source
from .told import Attested, Told

KINDS = ("report", "original", "text", "statement", "claim", "incident", "reading", "addition", "decision", "agent")
PREFIXES = {
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "asreported": "urn:asreported:",
} | {kind: f"urn:asreported:{kind}:" for kind in KINDS}
CLAIM = "claim"
"""Of a row: which of its entities is the claim as it stands; it is not written."""
IN_MEMORY = 4 << 20
"""Bytes of one kind of records that are held before they go to a file."""

REMEMBERED = 100
"""Reports about which nothing is asked again."""

KEYS = {
    "entity report:": "a report as published: title, publisher, day, address",
    "entity original:": "the bytes that it was taken from, by their SHA-256",
    "entity text:": "its text, in which all offsets count, with its SHA-256",
    "entity statement:": "what somebody is quoted as saying, one a link of the chain of sources, outermost first",
    "entity claim:": "a claim: according_to, status, quotation, kind, review, reviewed_by, reviewed_at, and the whole "
    "record as JSON; once as it was read, and again after each correction",
    "entity incident:": "an incident over all reports, a collection of claims",
    "activity reading:": "the reading of a report: model and version, when",
    "activity addition:": "the adding of a claim that no model read: by whom, when",
    "activity decision:": "a person's decision on a claim: action, why, when, its hash in the log, whether it stands",
    "agent agent:": "publishers, sources, persons who decided, and the software",
    "wasDerivedFrom": "original from report, text from original, claim from text (prov:Quotation), text from statement "
    "and statement from statement (prov:Quotation), claim from statement (prov:PrimarySource), claim from claim "
    "(prov:Revision)",
    "wasGeneratedBy": "a claim by the reading, by the person's addition, or by the decision that corrected it",
    "used": "the reading the text, a decision the claim that it is on",
    "wasAttributedTo": "a report to its publisher, a statement to its source with position, cue, type and stance, a "
    "claim to who says it at first hand",
    "wasAssociatedWith": "a reading with the software, a decision with the person",
    "hadMember": "claims of an incident",
}


class _Records:
    """The records of one row: kind of record → id → attributes."""

    def __init__(self) -> None:
        self.kinds: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)

    def add(self, kind: str, id: str, /, **values: Any) -> str:
        """An entity, an activity or an agent; names are ours unless they begin with prov_."""
        self.kinds[kind][id] = _attributes(values)
        return id

    def relate(self, kind: str, ends: dict[str, str], /, **values: Any) -> None:
        """A relation, whose id comes from what it holds, so that the same is one."""
        attributes = {f"prov:{name}": id for name, id in ends.items()} | _attributes(values)
        digest = hashlib.sha256(encode([kind, attributes])).hexdigest()[:24]
        self.kinds[kind][f"_:{digest}"] = attributes

    def derive(self, made: str, of: str, type: str | None = None, /, **values: Any) -> None:
        ends = {"generatedEntity": made, "usedEntity": of}
        self.relate("wasDerivedFrom", ends, prov_type=_name(f"prov:{type}") if type else None, **values)


def records_of(told: Told, source: Source, captures: Sequence[Capture], made: Made) -> dict[str, Any]:
    """All records of a claim, those of its report too, and which of them is the claim as it stands."""
    records = _Records()
    text, publisher = _report(records, told, captures)
    history = source.decisions(told.key)
    if told.claim.id in made.by_hand and history:
        reading = _addition(records, told, text, history[0])
    else:
        reading = _reading(records, told, text, made)
    first, last = _versions(records, told, source, history)
    records.relate("wasGeneratedBy", {"entity": first, "activity": reading})
    at = {"start": told.claim.evidence.start, "end": told.claim.evidence.end}
    records.derive(first, text, "Quotation", **at)
    if innermost := _statements(records, told, text):
        statement, agent = innermost
        records.derive(last, statement, "PrimarySource")
        records.relate("wasAttributedTo", {"entity": last, "agent": agent})
    else:
        records.relate("wasAttributedTo", {"entity": last, "agent": publisher})
    if told.kept.incident:
        incident = records.add(
            "entity", _id("incident", told.kept.incident), prov_type=_name("prov:Collection"), id=told.kept.incident
        )
        records.relate("hadMember", {"collection": incident, "entity": last})
    return {CLAIM: last, **records.kinds}


def _report(records: _Records, told: Told, captures: Sequence[Capture]) -> tuple[str, str]:
    """The ids of the text and of the publisher."""
    head = told.report
    values = {"id": head.id, "publisher": head.publisher, "published": head.published, "url": head.url}
    report = records.add(
        "entity",
        _id("report", head.key),
        prov_type=_name("asreported:Report"),
        prov_label=head.title or head.id,
        **values,
    )
    text = records.add("entity", _id("text", head.key), prov_type=_name("asreported:Text"), sha256=head.text_sha256)
    for capture in captures:
        original = records.add(
            "entity", _id("original", capture.original.sha256), prov_type=_name("asreported:Original"),
            sha256=capture.original.sha256, bytes=capture.original.bytes,
        )  # fmt: skip
        records.derive(original, report, file=file_name(capture))
        records.derive(text, original, locator=capture.locator or None, extractor=capture.extractor)
    if not captures:
        records.derive(text, report)
    who = records.add(
        "agent", _agent("publisher", head.publisher or head.key), prov_type=_name("prov:Agent"),
        prov_label=tell_publisher(head.publisher),
    )  # fmt: skip
    records.relate("wasAttributedTo", {"entity": report, "agent": who})
    return text, who


def _reading(records: _Records, told: Told, text: str, made: Made) -> str:
    reading = records.add(
        "activity", _id("reading", told.report.key), prov_endTime=made.read_at,
        prov_type=_name("asreported:Reading"), reader=made.reader,
    )  # fmt: skip
    software = records.add(
        "agent", _agent("software", made.reader), prov_type=_name("prov:SoftwareAgent"), prov_label=made.reader
    )
    records.relate("used", {"activity": reading, "entity": text})
    records.relate("wasAssociatedWith", {"activity": reading, "agent": software})
    return reading


def _addition(records: _Records, told: Told, text: str, added: Decision) -> str:
    """A claim that no model read; who added it accepted it with that."""
    activity = records.add(
        "activity", _id("addition", told.key), prov_startTime=added.decided_at, prov_endTime=added.decided_at,
        prov_type=_name("asreported:Addition"),
    )  # fmt: skip
    person = records.add("agent", _agent("person", added.who), prov_type=_name("prov:Person"), prov_label=added.who)
    records.relate("used", {"activity": activity, "entity": text})
    records.relate("wasAssociatedWith", {"activity": activity, "agent": person})
    return activity


def _versions(records: _Records, told: Told, source: Source, history: Sequence[Decision]) -> tuple[str, str]:
    """The ids of the claim as it was read and as it stands, with the decisions in between."""
    first = last = _id("claim", told.key)
    corrected: dict[str, Any] = {}
    standing = set(fold(history).standing)
    as_read = source.as_read(told.key) if history else told.claim
    versions = {first: as_read}
    for number, decision in enumerate(history):
        activity = _decision(records, told, decision, decision.n in standing)
        records.relate("used", {"activity": activity, "entity": last})
        now = fold(history[: number + 1]).corrections
        if now != corrected:
            corrected = now
            revised = _id("claim", f"{told.key}:{decision.n}")
            versions[revised] = apply_corrections(as_read, corrected)
            records.relate("wasGeneratedBy", {"entity": revised, "activity": activity}, prov_time=decision.decided_at)
            records.derive(revised, last, "Revision")
            last = revised
    for id, claim in versions.items():
        records.add("entity", id, **_claim(told, told.claim if id == last else claim, now=id == last))
    return first, last


def _claim(told: Told, claim: Claim, *, now: bool) -> dict[str, Any]:
    kept = msgspec.structs.replace(told.kept, claim=claim)
    version = Told(kept=kept)
    reviewed = {"review": kept.review, "reviewed_by": told.reviewed_by, "reviewed_at": told.reviewed_at}
    return {
        "prov_type": _name("asreported:Claim"),
        "prov_label": f"{claim.kind}, {claim.status}, according to {version.according_to}",
        "key": told.key,
        "according_to": version.according_to,
        "status": claim.status,
        "quotation": claim.evidence.text,
        "kind": claim.kind,
        "start": claim.evidence.start,
        "end": claim.evidence.end,
        "confidence": claim.confidence,
        "record": encode(claim).decode(),
        **(reviewed if now else {}),
    }


def _decision(records: _Records, told: Told, decision: Decision, stands: bool) -> str:
    activity = records.add(
        "activity", _id("decision", f"{told.key}:{decision.n}"), prov_startTime=decision.decided_at,
        prov_endTime=decision.decided_at, prov_type=_name("asreported:Decision"), action=decision.action,
        value=None if decision.value is None else encode(decision.value).decode(), why=decision.why or None,
        stands=stands, sha256=decision.sha256,
    )  # fmt: skip
    person = records.add(
        "agent", _agent("person", decision.who), prov_type=_name("prov:Person"), prov_label=decision.who
    )
    records.relate("wasAssociatedWith", {"activity": activity, "agent": person})
    return activity


def _statements(records: _Records, told: Told, text: str) -> tuple[str, str] | None:
    """What is quoted, link by link; the ids of the innermost statement and of who makes it."""
    outer, innermost = text, None
    for number, source in enumerate(told.claim.sources, 1):
        statement = records.add(
            "entity", _id("statement", f"{told.key}:{number}"), prov_type=_name("asreported:Statement"),
            words=source.text, start=source.start, end=source.end,
        )  # fmt: skip
        known = ("name", source.name) if source.name else ("words", told.report.key, source.text or str(number))
        label = name_source(source)
        agent = records.add("agent", _agent("source", *known), prov_type=_name("prov:Agent"), prov_label=label)
        records.derive(outer, statement, "Quotation")
        records.relate(
            "wasAttributedTo", {"entity": statement, "agent": agent}, position=number, source_type=source.type,
            anonymous=source.anonymous, stance=source.stance, cue=source.cue.text if source.cue else None,
        )  # fmt: skip
        outer, innermost = statement, (statement, agent)
    return innermost


# ---- names -------------------------------------------------------------------------------


def _id(kind: str, key: str) -> str:
    """A qualified name, whatever characters the key holds."""
    return f"{kind}:{quote(key.replace(':', '/'), safe='/', errors='surrogatepass')}"


def _agent(*parts: str) -> str:
    return f"agent:{hashlib.sha256(encode(parts)).hexdigest()[:24]}"


def _name(name: str) -> dict[str, str]:
    """A value that is itself a name."""
    return {"$": name, "type": "xsd:QName"}


def _attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"prov:{name[5:]}" if name.startswith("prov_") else f"asreported:{name}": value
        for name, value in values.items()
        if value is not None
    }


# ---- the format --------------------------------------------------------------------------


def rows(source: Source, context: Context) -> Iterator[Row]:
    """One a claim, with all records that it needs."""
    captures = functools.lru_cache(REMEMBERED)(source.captures)
    made = functools.lru_cache(REMEMBERED)(source.made)
    for told in source.told():
        report = told.report.key
        yield Row(told.key, records_of(told, source, captures(report), made(report)))


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """A document; records are gathered by kind in passing files."""
    gathered: dict[str, IO[bytes]] = {}
    seen: set[bytes] = set()
    try:
        for row in rows:
            for kind, records in row.values.items():
                if kind == CLAIM:
                    continue
                file = gathered.get(kind) or gathered.setdefault(
                    kind,
                    tempfile.SpooledTemporaryFile(max_size=IN_MEMORY),  # noqa: SIM115
                )
                for id, values in records.items():
                    if (mark := hashlib.sha256(encode([kind, id])).digest()[:12]) not in seen:
                        seen.add(mark)
                        file.write((b",\n" if file.tell() else b"") + encode(id) + b":" + encode(values))
        out.write(b'{"prefix":' + encode(PREFIXES))
        for kind, file in sorted(gathered.items()):
            out.write(b",\n" + encode(kind) + b":{\n")
            file.seek(0)
            shutil.copyfileobj(file, out)
            out.write(b"\n}")
        out.write(b"}\n")
    finally:
        for file in gathered.values():
            file.close()


def attest(values: Mapping[str, Any]) -> Attested:
    claim = values["entity"][values[CLAIM]]
    return Attested(*(claim.get(f"asreported:{field}", "") for field in Attested._fields))


FORMAT = Format(
    name="prov",
    title="PROV-JSON",
    schema="asreported-prov 1",
    suffix=".prov.json",
    media_type="application/provenance+json",
    columns={"claims": KEYS},
    cannot={
        "values of a claim as attributes of their own": "the record as JSON in asreported:record has them all",
        "decisions on pairs of claims or incidents": "PROV has no relation for them; the decision log has them",
        "earlier readings of a report": "the last one is told",
        "who quotes whom as a fact": "a statement exists as far as the report tells",
    },
    rows=rows,
    write=write,
    attest=attest,
    origin="PROV-JSON, W3C Member Submission of 24 April 2013",
)
