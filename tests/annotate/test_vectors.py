from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported import pipeline
from asreported.annotate.engine import load_engine
from asreported.annotate.vectors import claim_vectors, load_projection, read_states
from asreported.errors import ModelError
from asreported.ingest import read_inputs
from asreported.records import VECTOR_BYTES, Reading, Report, make_report
from asreported.resolve.gazetteer import load_gazetteer
from asreported.show.jsonl import encode_reading


def samples() -> list[Report]:
    return [r for r in read_inputs(pipeline.sample_paths()) if isinstance(r, Report)]


def read(reports: list[Report], **options: int | bool) -> list[Reading]:
    found = list(pipeline.read_reports(reports, **options))
    return [item for item in found if isinstance(item, Reading)]


def test_each_claim_has_a_vector_and_is_otherwise_as_without() -> None:
    reports = samples()[:3]
    for plain, full in zip(read(reports), read(reports, vectors=True), strict=True):
        assert full.claims == plain.claims
        assert plain.vectors == ()
        assert [len(vector) for vector in full.vectors] == [VECTOR_BYTES] * len(full.claims)


def test_vectors_are_the_same_alone_in_company_and_with_workers() -> None:
    reports = samples()[:3]
    together = [r.vectors for r in read(reports, vectors=True)]
    assert [r.vectors for report in reports for r in read([report], vectors=True)] == together
    assert [r.vectors for r in read(reports, vectors=True, workers=2)] == together


def test_the_output_does_not_show_them() -> None:
    reading = read(samples()[:1], vectors=True)[0]
    assert "vectors" not in encode_reading(reading)


def cosine(one: bytes, other: bytes) -> float:
    a, b = (np.frombuffer(v, np.int8).astype(float) for v in (one, other))
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def test_claims_of_one_thing_are_closer_than_claims_of_two() -> None:
    body = (
        "Two air strikes hit a market in Sarmin on Monday, killing 12 people. "
        "The bombing of the Sarmin market was the worst this month. "
        "In Geneva envoys held talks on a prisoner exchange."
    )
    (reading,) = read([make_report(id="a", title="", body=body, published="2017-04-04")], vectors=True)
    by_word = {c.trigger.text: v for c, v in zip(reading.claims, reading.vectors, strict=True)}
    strikes, bombing, talks = (next(v for w, v in by_word.items() if part in w) for part in ("strike", "bomb", "talks"))
    assert cosine(strikes, bombing) > cosine(strikes, talks)


@given(st.text(max_size=200))
def test_any_text_has_states(body: str) -> None:
    report = make_report(id="a", title="", body=body)
    states = read_states(report, load_engine())
    assert len(states.states) == max(len(states.pieces), 0)
    assert claim_vectors(states, []) == ()


def test_a_missing_projection_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    load_projection.cache_clear()
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    try:
        with pytest.raises(ModelError, match=r"vectors\.npz"):
            load_projection()
    finally:
        load_projection.cache_clear()


def test_reading_with_vectors_encodes_each_window_once(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, seen = load_engine(), []
    encode = engine.encode
    monkeypatch.setattr(engine, "encode", lambda ids: seen.append(ids.tobytes()) or encode(ids))
    pipeline.read_report(samples()[0], engine, load_gazetteer(), vectors=True)
    assert len(seen) == len(set(seen)) > 0
