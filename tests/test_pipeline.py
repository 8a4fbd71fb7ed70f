"""Promises of the whole flow: spans are verbatim, nothing raises, the same input gives the same bytes."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asreported import pipeline
from asreported.annotate.engine import OnnxEngine, load_engine
from asreported.errors import ModelError, TableError, WorkerError
from asreported.ingest import read_inputs
from asreported.records import Reading, Refusal, Report, make_report
from asreported.resolve.gazetteer import load_gazetteer
from verbatim import spans_in

SHARED = os.environ.get("ASREPORTED_SHARED")


def samples() -> list[Report]:
    return [r for r in read_inputs(pipeline.sample_paths()) if isinstance(r, Report)]


def encode(items: Iterator[Reading | Refusal]) -> list[bytes]:
    return [msgspec.json.encode(item) for item in items]


def check_verbatim(reading: Reading) -> int:
    """Asserts that every span of every claim is a quotation; the number of spans."""
    count = 0
    for claim in json.loads(msgspec.json.encode(reading))["claims"]:
        for start, end, text in spans_in(claim):
            assert reading.report.text[start:end] == text
            count += 1
    return count


def test_the_samples_yield_claims_whose_every_span_is_verbatim() -> None:
    for reading in pipeline.read_reports(samples()):
        assert isinstance(reading, Reading)
        assert len(reading.claims) >= 10
        assert check_verbatim(reading) > 50


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.text(max_size=60))
def test_any_text_can_be_read(body: str, title: str) -> None:
    report = make_report(id="a", title=title, body=body, published="2017-04-28")
    reading = pipeline.read_report(report, load_engine(), load_gazetteer())
    check_verbatim(reading)


WORDS = [
    "Rebels",
    "killed",
    "12",
    "civilians",
    "in",
    "Mosul",
    "on",
    "Monday",
    ",",
    ".",
    "“",
    "said",
    "he",
    "\u202e",
    "é",
    "🔥",
    "\n",
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(WORDS), max_size=120), st.sampled_from([None, "2017", "2017-04", "2017-04-28"]))
def test_scrambled_news_can_be_read(words: list[str], published: str | None) -> None:
    report = make_report(id="a", title="", body=" ".join(words), published=published)
    check_verbatim(pipeline.read_report(report, load_engine(), load_gazetteer()))


def test_the_same_input_gives_the_same_bytes_alone_in_company_and_with_workers() -> None:
    reports = samples()
    together = encode(pipeline.read_reports(reports))
    assert together == [encode(pipeline.read_reports([r]))[0] for r in reports]
    assert together == encode(pipeline.read_reports(reports, workers=2))


def test_refusals_pass_through_in_their_place() -> None:
    refusal = Refusal(origin="x", reason="empty", message="The input holds no text.")
    items = list(pipeline.read_reports([samples()[0], refusal, samples()[1]]))
    assert [type(i).__name__ for i in items] == ["Reading", "Refusal", "Reading"]


def test_without_a_date_relative_times_stay_open() -> None:
    body = "Rebel shelling killed 12 civilians in Mosul on Monday, the army said. Nothing moved on 3 May 2016."
    (reading,) = pipeline.read_string(body)
    killing = next(c for c in reading.claims if c.kind == "killing")
    assert killing.when is None
    (dated,) = pipeline.read_string(body, published="2017-04-28")
    when = next(c for c in dated.claims if c.kind == "killing").when
    assert when is not None and str(when.start) == "2017-04-24"


def test_a_text_without_claims_is_an_empty_reading_not_a_refusal() -> None:
    readings = pipeline.read_string("The museum will open a new exhibition of ancient pottery in the spring.")
    assert len(readings) == 1 and not readings.refusals and readings[0].claims == ()


def test_reading_opens_no_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert encode(pipeline.read_reports(samples()[:2]))


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.toml"):
        OnnxEngine(tmp_path)


@pytest.mark.skipif(SHARED is None, reason="needs the corpora beside the repository")
def test_real_news_is_read_verbatim() -> None:
    """Every twentieth article; benchmarks/verbatim.py reads them all."""
    assert SHARED is not None
    lines = (Path(SHARED) / "data" / "news" / "articles.jsonl").read_text("utf-8").splitlines()
    reports = []
    for line in lines[::20]:
        doc = json.loads(line)
        reports.append(
            make_report(id=doc["id"], title=doc["title"] or "", body=doc["text"], published=doc["published"])
        )
    for reading in pipeline.read_reports(reports):
        assert isinstance(reading, Reading)
        check_verbatim(reading)


def test_a_model_without_its_tokenizer_says_so(tmp_path: Path) -> None:
    folder = Path(pipeline.__file__).parent / "data" / "model"
    (tmp_path / "model.toml").write_bytes((folder / "model.toml").read_bytes())
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        OnnxEngine(tmp_path)


class Deadly(Report, frozen=True, kw_only=True):
    """A report that ends the process which is to read it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (1,)


def test_a_worker_that_dies_is_an_error_with_advice() -> None:
    deadly = Deadly(**{name: getattr(samples()[0], name) for name in Report.__struct_fields__})
    with pytest.raises(WorkerError, match="fewer workers"):
        list(pipeline.read_reports([deadly], workers=2))


def test_a_table_of_actors_goes_before_ours_in_every_process(tmp_path: Path) -> None:
    report, table = tmp_path / "a.txt", tmp_path / "mine.csv"
    report.write_text(
        "Mosul\n\nIslamic State fighters killed 12 civilians in Mosul on Monday, the Iraqi army said.\n", "utf-8"
    )
    table.write_text("id,name,type\nislamic-state,Dawla,jihadist-group\nx,Islamic State,militia\n", "utf-8")

    def ids(**options: object) -> set[str]:
        readings = pipeline.read(report, **options)  # type: ignore[arg-type]
        return {r.entity.id for reading in readings for c in reading.claims for r in c.roles if r.entity}

    assert "islamic-state" in ids()
    assert {"x", "islamic-state"} & ids(actors=table) == {"x"}
    assert ids(actors=str(table), workers=2) == ids(actors=table)
    (reading,) = pipeline.read_string(report.read_text("utf-8"), actors=table)
    assert {r.entity.id for c in reading.claims for r in c.roles if r.entity} == ids(actors=table)


def test_a_broken_table_of_actors_stops_before_reading(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("id,name\n", "utf-8")
    with pytest.raises(TableError, match="column 'type' is missing"):
        next(pipeline.read_reports(iter([]), actors=table))
