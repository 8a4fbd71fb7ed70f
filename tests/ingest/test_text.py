"""ingest/text.py: heads are read where they are heads, and nothing is guessed where there is none."""

import datetime as dt
import json
import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.errors import REFUSALS
from asreported.ingest import Limits, ingest_bytes, read_inputs, read_text
from asreported.ingest.decode import replace_surrogates
from asreported.ingest.text import read_head
from asreported.records import Refusal, Report

CASES = json.loads((Path(__file__).parents[1] / "cases/ingest/heads.json").read_text("utf-8"))
SHARED = os.environ.get("ASREPORTED_SHARED")
SENTENCE = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr."


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_head_is_read_or_left_in_the_body(case):
    (report,) = ingest_bytes(case["text"].encode(), name="2016-01-01-raid.txt")
    expected = {"id": "2016-01-01-raid", "publisher": None, "url": None, "notes": 0, **case["expected"]}
    found = {key: getattr(report, key) for key in expected}
    assert {**found, "notes": len(found["notes"])} == expected


@pytest.mark.skipif(not SHARED, reason="ASREPORTED_SHARED is not set")
def test_seed_report_is_read_as_annotated():
    shared = Path(str(SHARED))
    gold = json.loads((shared / "claims/dev/seed.gold.json").read_text("utf-8"))
    (report,) = read_inputs(sorted((shared / "seed").glob("*.txt")))
    assert isinstance(report, Report)
    assert report.text == gold["full"]
    assert (report.title, report.published) == (gold["title"], gold["published"])
    assert report.notes == ()


def test_text_of_a_program_is_kept_and_no_head_is_looked_for():
    text = "Title: a head\n\n" + SENTENCE + "\r\n“Quoted”"
    report = read_text(text, id="x", published=dt.date(2017, 4, 28), publisher="The Sample")
    assert isinstance(report, Report)
    assert report.text == text
    assert (report.id, report.title, report.published, report.publisher) == ("x", "", "2017-04-28", "The Sample")
    assert report.language == "en"


def test_lone_surrogates_are_replaced_and_noted():
    report = read_text(SENTENCE + "\ud800")
    assert isinstance(report, Report)
    assert report.text == SENTENCE + "\ufffd"
    assert report.notes == ("1 lone surrogate replaced",)


def test_short_text_has_no_known_language():
    report = read_text("Twelve died.")
    assert isinstance(report, Report)
    assert report.language is None


@pytest.mark.parametrize("text", ["", " \n\t ", "\u00a0\u2003"])
def test_text_without_a_word_is_refused(text):
    refusal = read_text(text, title="Raid")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "empty"


def test_too_long_a_text_is_refused_with_its_limit():
    refusal = read_text(SENTENCE * 20, limits=Limits(text=1000))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "too-large"
    assert "1,000 characters" in refusal.message


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_report_or_refused(text):
    result = read_text(text, title="T")
    if isinstance(result, Report):
        assert result.text == "T\n\n" + replace_surrogates(text)[0].strip()
        result.text.encode("utf-8")
    else:
        assert result.reason in REFUSALS


@settings(deadline=None)
@given(st.text(alphabet="-:\n ab#'\"date2017" + "títle"))
def test_head_and_body_are_pieces_of_the_text(text):
    head = read_head(text)
    assert head.body in text
    assert head.fields or head.body == text


@pytest.mark.parametrize("line", ["title: ", "---\n", "\n", "date 2017-04-28 ", "a: b\n"])
def test_hostile_heads_are_read_at_once(line):
    text = line * (1_000_000 // len(line))
    start = time.process_time()
    read_head(text)
    assert time.process_time() - start < 1
