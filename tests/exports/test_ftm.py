"""FollowTheMoney takes every value as it is: read back by its own library nothing is changed and nothing dropped."""

from __future__ import annotations

import datetime as dt
import io
import json
import os
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_claims import MuteSource, RandomSource

from asreported.exports import ReadingsSource, load_format, write_export
from asreported.exports import ftm_values as values
from asreported.exports.ftm import KEYS
from asreported.exports.source import Source
from asreported.exports.told import ExportError, Told
from asreported.show.found import tell_chain

FULL = os.environ.get("ASREPORTED_FULL") == "1"
ACTORS = ("PublicBody", "Organization", "Person", "LegalEntity")


def exported(source: Source) -> list[dict[str, Any]]:
    out = io.BytesIO()
    about = write_export(load_format("ftm"), source, out)
    entities = [json.loads(line) for line in out.getvalue().splitlines()]
    assert about.rows == len(entities)
    return entities


@pytest.fixture(scope="module")
def entities(random_source: RandomSource) -> list[dict[str, Any]]:
    return exported(random_source)


def test_each_entity_is_of_the_data_dictionary_and_stands_once(entities: list[dict[str, Any]]) -> None:
    assert len({entity["id"] for entity in entities}) == len(entities)
    known = {entity["id"]: entity["schema"] for entity in entities}
    for entity in entities:
        assert entity.keys() == {"id", "schema", "properties"}
        schema = "LegalEntity" if entity["schema"] in ACTORS else entity["schema"]
        for name, texts in entity["properties"].items():
            assert f"{schema}.{name}" in KEYS
            assert texts
            assert all(isinstance(text, str) and text for text in texts)
    for entity in entities:  # no reference leads to nowhere
        for name in ("document", "entity", "subject", "object", "proof", "addressEntity", "organizer", "involved"):
            assert all(id in known for id in entity["properties"].get(name, ()))


def test_every_claim_is_there_with_its_chain_status_and_quotation(
    random_source: RandomSource, entities: list[dict[str, Any]]
) -> None:
    by_schema: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(dict)
    for entity in entities:
        by_schema[entity["schema"]][entity["id"]] = entity["properties"]
    documented = {p["recordId"][0]: p for p in by_schema["Documentation"].values()}
    notes = by_schema["Note"]
    told = list(random_source.told())
    assert documented.keys() == {one.key for one in told}
    for one in told:
        _check_documentation(one, documented[one.key], by_schema)
        if one.claim.figures:
            note = notes[values.make_id("figures", one.key)]
            for figure in one.claim.figures:
                low, high = ("not told" if bound is None else bound for bound in (figure.low, figure.high))
                assert f"low {low}, high {high}" in note["description"][0]
                assert f"characters {figure.start} to {figure.end}" in note["description"][0]
    for entity in entities:  # whatever it is, its words name a source
        text = "\n".join(text for texts in entity["properties"].values() for text in texts)
        assert " according to " in text


def _check_documentation(told: Told, properties: dict[str, list[str]], known: dict[str, dict[str, Any]]) -> None:
    chain = values.quote(tell_chain(told.kept))
    assert properties["role"] == [values.line(f"{told.claim.status} according to {chain}")]
    assert properties["summary"] == [values.prose(told.claim.evidence.text)]
    assert properties["status"] == [told.claim.status, f"review: {told.kept.review}"]
    article, event = known["Article"][properties["document"][0]], known["Event"][properties["entity"][0]]
    assert article["fileName"] == [values.line(told.report.id)]
    assert article.get("publishedAt", [None])[0] == told.report.published
    assert told.kept.incident is None or event["recordId"] == [told.kept.incident]
    if told.claim.when and told.claim.when.start:
        assert properties["startDate"] == [told.claim.when.start.isoformat()]
    if told.reviewed_by:
        assert told.reviewed_by in properties["description"][0]
    for role in told.claim.roles:
        visible = (values.prose(role.text) or "").strip(values.UNREADABLE)
        assert f"{role.role}: “" in properties["description"][0]
        assert visible in properties["description"][0]


def test_denied_and_planned_claims_name_nobody_as_organizer(random_source: RandomSource) -> None:
    denied = [
        msgspec.structs.replace(told.kept, claim=msgspec.structs.replace(told.claim, status=status))
        for told, status in zip(random_source.told(), ("denied", "planned", "possible", "generic") * 25, strict=False)
    ]

    class Denied(RandomSource):
        def told(self):  # type: ignore[no-untyped-def]
            return iter(Told(kept=kept) for kept in denied)

    entities = exported(Denied(1))
    for entity in entities:
        assert not entity["properties"].keys() & {"organizer", "involved"}
    assert sum(entity["schema"] == "UnknownLink" for entity in entities) > 30
    assert not any("perpetrator: actual" in str(entity) for entity in entities)


def test_topics_never_judge(entities: list[dict[str, Any]]) -> None:
    topics = Counter(topic for entity in entities for topic in entity["properties"].get("topics", ()))
    assert topics.keys() <= {"mil", "gov", "gov.security", "gov.igo", "pol.party"}
    assert len(topics) == 5


def test_an_entity_without_quotation_is_not_written(sample_source: ReadingsSource) -> None:
    with pytest.raises(ExportError, match="no quotation"):
        exported(MuteSource(sample_source._readings.values()))


def test_a_text_that_lacks_the_chain_is_not_attested() -> None:
    entity = {"properties": {"summary": ["“Two died.”: actual"]}}
    attested = {"according_to": "a paper", "status": "actual", "quotation": "Two died."}
    assert load_format("ftm").attest(entity | {"attested": attested}).according_to == ""


def test_the_same_claims_have_the_same_ids() -> None:
    first, again = exported(RandomSource(50)), exported(RandomSource(50))
    assert first == again


# ---- read back ---------------------------------------------------------------------------


@cache
def library() -> Any:
    return pytest.importorskip("followthemoney")


def read_back(entity: dict[str, Any]) -> dict[str, list[str]]:
    proxy = library().model.get_proxy(msgspec.json.decode(msgspec.json.encode(entity)), cleaned=False)
    assert proxy.id == entity["id"]
    properties: dict[str, list[str]] = proxy.to_dict()["properties"]
    return properties


def test_read_back_nothing_is_dropped_or_changed(entities: list[dict[str, Any]]) -> None:
    for entity in entities[:: 1 if FULL else 6]:
        schema = library().model.get(entity["schema"])
        schema.validate(entity)
        assert read_back(entity) == entity["properties"], entity["id"]
        for name, texts in entity["properties"].items():
            property = schema.properties[name]
            assert all(property.type.validate(text) for text in texts), (name, texts)


def test_samples_are_read_back(sample_source: ReadingsSource) -> None:
    entities = exported(sample_source)
    schemata = Counter(entity["schema"] for entity in entities)
    assert schemata["Documentation"] == len(list(sample_source.told()))
    assert schemata["Article"] == len({told.report.key for told in sample_source.told()})
    assert all(read_back(entity) == entity["properties"] for entity in entities)


def test_all_countries_of_ours_are_known() -> None:
    from asreported.codebook import load_table

    table = load_table("countries.toml", dict)
    codes = [row["iso2"] for row in table["country"]]
    assert len(codes) > 200
    registry = pytest.importorskip("followthemoney.types").registry
    assert [code for code in codes if registry.country.clean(code) != values.country(code)] == []


PIECES = [
    *("a", "e", '"', "'", ";", ",", ".", " ", "\n", "\t", "ESQ,", "<BR>", "\x07", "\x85", "\ud800"),
    *("\u0301", "\u200d", "\u00ad", "\ufeff", "\u2028", "\u0344", "\u1100", "\u1161"),
]
TEXTS = st.text(alphabet=st.characters(), max_size=40) | st.lists(
    st.sampled_from(PIECES),
    max_size=12,
).map("".join)


@given(TEXTS)
def test_any_text_survives(text: str) -> None:
    registry = pytest.importorskip("followthemoney.types").registry
    for clean, type in (
        (values.prose, registry.text),
        (values.line, registry.string),
        (values.name, registry.name),
        (values.address, registry.address),
        (values.date, registry.date),
        (values.url, registry.url),
    ):
        if (ours := clean(text)) is not None:
            assert type.clean(ours) == ours, (type, ours)
    if text.strip():
        assert values.prose(text)
        assert values.name(text)


HOSTS = ["a.org", "user@a.org:80", "a.org:99999", "3.4", "[::1]", "пример.рф", "-.org", "a..b", "x" * 70, "1.2.3.4"]


@given(
    st.sampled_from(["http", "HTTPS", "ftp"]),
    st.sampled_from(HOSTS),
    st.text(max_size=10),
)
def test_any_address_survives(scheme: str, host: str, rest: str) -> None:
    registry = pytest.importorskip("followthemoney.types").registry
    for text in (f"{scheme}://{host}/{rest}", f"{scheme}://{host}", f"{scheme}://{host}?{rest}#"):
        if (ours := values.url(text)) is not None:
            assert registry.url.clean(ours) == ours


@pytest.mark.parametrize("day", [dt.date(1000, 1, 1), dt.date(2999, 12, 31), dt.date(2024, 2, 29)])
def test_days_survive_within_what_it_understands(day: dt.date) -> None:
    registry = pytest.importorskip("followthemoney.types").registry
    assert registry.date.clean(values.date(day)) == day.isoformat()
    assert values.date(dt.date(999, 1, 1)) is None


@given(st.floats(-180, 180))
def test_points_survive(number: float) -> None:
    registry = pytest.importorskip("followthemoney.types").registry
    written = values.number(number)
    assert registry.number.clean(written) == written
    assert abs(registry.number.to_number(written) - number) < 1e-6
