"""PROV-JSON is read back by `prov`: every relation of every claim is there, and corrections are revisions."""

from __future__ import annotations

import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import prov.model as pm
import pytest
from random_claims import RandomSource

from asreported.exports import LedgerSource, ReadingsSource, load_format, write_export
from asreported.exports.source import Source
from asreported.exports.told import ExportError, Told
from asreported.ledger import open_ledger
from asreported.records import Claim, Reading
from asreported.show.found import tell_chain

QUOTATION, PRIMARY, REVISION = "prov:Quotation", "prov:PrimarySource", "prov:Revision"


def exported(source: Source) -> dict[str, Any]:
    out = io.BytesIO()
    about = write_export(load_format("prov"), source, out)
    content: dict[str, Any] = json.loads(out.getvalue())
    assert about.rows == len(list(source.told()))
    return content


def read_back(content: dict[str, Any]) -> pm.ProvDocument:
    return pm.ProvDocument.deserialize(content=json.dumps(content), format="json")


def types_of(document: pm.ProvDocument, kind: type) -> Counter[str]:
    """How many records there are of each prov:type; a string where there is none."""
    found: Counter[str] = Counter()
    for record in document.get_records(kind):
        found.update([str(type) for type in record.get_asserted_types()] or ["none"])
    return found


def value(record: pm.ProvRecord, name: str) -> Any:
    return next((v for n, v in record.extra_attributes if str(n) == f"asreported:{name}"), None)


def test_random_claims_are_read_back_with_all_relations(few_random: RandomSource) -> None:
    document = read_back(exported(few_random))
    told = list(few_random.told())
    corrected = sum(one.kept.review == "corrected" for one in told)
    quoted = sum(len(one.claim.sources) for one in told)
    derived = types_of(document, pm.ProvDerivation)
    assert derived[REVISION] == corrected > 50
    assert derived[QUOTATION] == len(told) + quoted
    assert derived[PRIMARY] == sum(bool(one.claim.sources) for one in told)
    assert derived["none"] == len({one.report.key for one in told})
    assert types_of(document, pm.ProvEntity)["asreported:Claim"] == len(told) + corrected
    assert types_of(document, pm.ProvEntity)["asreported:Statement"] == quoted
    assert len(list(document.get_records(pm.ProvGeneration))) == len(told) + corrected
    decisions = sum(one.kept.review != "unreviewed" for one in told)
    activities = types_of(document, pm.ProvActivity)
    reports = len({one.report.key for one in told})
    assert (activities["asreported:Decision"], activities["asreported:Reading"]) == (decisions, reports)
    assert len(list(document.get_records(pm.ProvAssociation))) == decisions + reports
    assert len(list(document.get_records(pm.ProvMembership))) == sum(bool(one.kept.incident) for one in told)
    _check_claims(document, told)


def _check_claims(document: pm.ProvDocument, told: list[Told]) -> None:
    claims = [
        record
        for record in document.get_records(pm.ProvEntity)
        if "asreported:Claim" in map(str, record.get_asserted_types()) and value(record, "review")
    ]
    by_key = {value(record, "key"): record for record in claims}
    assert len(claims) == len(by_key) == len(told)
    for one in told:
        record = by_key[one.key]
        assert value(record, "according_to") == tell_chain(one.kept)
        assert value(record, "status") == one.claim.status
        assert value(record, "quotation") == one.claim.evidence.text
        assert value(record, "review") == one.kept.review
        assert msgspec.json.decode(value(record, "record"), type=Claim) == one.claim


def test_what_the_library_writes_again_is_the_same(sample_source: ReadingsSource) -> None:
    content = exported(sample_source)
    document = read_back(content)
    again = pm.ProvDocument.deserialize(content=document.serialize(format="json"), format="json")
    assert again == document
    for kind, records in content.items():
        if kind != "prefix":
            assert all(":" in id for id in records)
    known = content["entity"].keys() | content["activity"].keys() | content["agent"].keys()
    for kind, records in content.items():  # every end of a relation is there
        if kind not in ("prefix", "entity", "activity", "agent"):
            for record in records.values():
                ends = [
                    v for n, v in record.items() if n.startswith("prov:") and isinstance(v, str) and n != "prov:time"
                ]
                assert len(ends) == 2
                assert known.issuperset(ends)


def test_a_ledger_tells_originals_and_corrections(sample_readings: tuple[Reading, ...], tmp_path: Path) -> None:
    reading = next(reading for reading in sample_readings if reading.claims)
    with open_ledger(tmp_path / "ledger", create=True) as ledger:
        ledger.add(reading, b"<p>bytes</p>", reader="model 1, asreported 0")
        told = next(LedgerSource(ledger).told())
        status = "possible" if told.claim.status != "possible" else "planned"
        ledger.decide(told.key, "accept", who="A. Reader")
        ledger.decide(told.key, "correct", value={"status": status}, who="B. Reader", why="read again")
        content = exported(LedgerSource(ledger))
        undone = ledger.decide(told.key, "undo", who="B. Reader")
        again = exported(LedgerSource(ledger))
    document = read_back(content)
    derived = types_of(document, pm.ProvDerivation)
    assert derived[REVISION] == 1
    originals = [id for id in content["entity"] if id.startswith("original:")]
    assert len(originals) == 1
    assert content["entity"][originals[0]]["asreported:bytes"] == len(b"<p>bytes</p>")
    claims = [record for id, record in content["entity"].items() if id.startswith("claim:")]
    versions = {record["asreported:status"] for record in claims if record["asreported:key"] == told.key}
    assert versions == {told.claim.status, status}
    readers = {record["asreported:reader"] for record in content["activity"].values() if "asreported:reader" in record}
    assert readers == {"model 1, asreported 0"}
    assert all(record.get("prov:endTime") for record in content["activity"].values())
    revisions = types_of(read_back(again), pm.ProvDerivation)
    assert revisions[REVISION] == 2  # that it was taken back made it what it was, as a version of its own
    stands = {id: record["asreported:stands"] for id, record in again["activity"].items() if id.startswith("decision:")}
    assert sorted(stands.values()) == [False, False, True]
    assert any(id.endswith(f"/{undone.n}") for id in stands)


def test_a_claim_without_status_is_not_written(sample_readings: tuple[Reading, ...]) -> None:
    reading = sample_readings[0]
    mute = msgspec.structs.replace(
        reading, claims=tuple(msgspec.structs.replace(claim, status="") for claim in reading.claims)
    )
    with pytest.raises(ExportError, match="no status"):
        exported(ReadingsSource([mute]))
