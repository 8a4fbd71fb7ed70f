"""ingest/published.py: dates as exact as they are stated, and none where two readings are possible."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest.published import parse_published, read_published

CASES = json.loads((Path(__file__).parents[1] / "cases/ingest/published.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_date_is_read_as_stated(case):
    assert parse_published(case["text"]) == case["expected"]


@settings(deadline=None)
@given(st.dates(min_value=dt.date(1800, 1, 1), max_value=dt.date(2199, 12, 31)))
def test_every_day_survives_its_own_spelling(day):
    assert parse_published(day.isoformat()) == day.isoformat()
    assert parse_published(f"{day.day} {day:%B} {day.year}") == day.isoformat()


@settings(deadline=None)
@given(st.text())
def test_any_text_gives_a_date_or_none(text):
    published, notes = read_published(text)
    assert published is None or len(published) in (4, 7, 10)
    assert (published is None and bool(text.strip())) == bool(notes)


def test_what_is_left_out_is_named():
    assert read_published("04/05/2017")[1][0].startswith("publication date '04/05/2017' not understood")
