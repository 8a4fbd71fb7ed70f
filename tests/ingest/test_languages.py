"""ingest/languages.py: what is clearly another language is found, and no English report is taken for one."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest import ingest_bytes
from asreported.ingest.languages import other_language
from asreported.records import Refusal

CASES = json.loads((Path(__file__).parents[1] / "cases/ingest/languages.json").read_text("utf-8"))
SHARED = os.environ.get("ASREPORTED_SHARED")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_only_what_is_clearly_another_language_is_named(case):
    assert other_language(case["text"]) == case["expected"]


def test_refusal_names_the_language_and_what_to_do():
    (refusal,) = ingest_bytes(CASES[0]["text"].encode(), name="a.txt")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "not-english"
    assert "French" in refusal.message
    assert "English translation" in refusal.message


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_judged(text):
    assert other_language(text) is None or other_language(text) != "en"


@pytest.mark.skipif(not SHARED, reason="ASREPORTED_SHARED is not set")
@pytest.mark.parametrize("change", [str, str.upper, str.lower], ids=["as it is", "capitals", "small letters"])
def test_no_english_news_report_is_refused(change):
    lines = (Path(str(SHARED)) / "data/news/articles.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    golds = sorted((Path(str(SHARED)) / "claims/open").rglob("*.gold.json"))
    texts += [json.loads(path.read_text("utf-8"))["text"] for path in golds]
    assert len(texts) > 1000
    assert [text[:60] for text in texts if other_language(change(text))] == []
