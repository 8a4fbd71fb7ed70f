"""Expressions of time to days: cases as data, and what must hold for any text."""

from __future__ import annotations

import calendar
import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.records import When
from asreported.resolve.dates import DateValue, Unresolved, published_days, resolve_date
from asreported.resolve.known_events import KnownEvent

CASES = Path(__file__).parents[1] / "cases" / "dates"


def load(name: str) -> list[Any]:
    cases = json.loads((CASES / f"{name}.json").read_text("utf-8"))
    return [pytest.param(case, id=case["label"] or "nothing") for case in cases]


def told(reference: dict[str, str] | None) -> When | None:
    if reference is None:
        return None
    start, end = (dt.date.fromisoformat(reference[k]) for k in ("start", "end"))
    return When(
        start=start,
        end=end,
        text="",
        span=None,
        basis="explicit",
        rule="date",
        grain="day" if start == end else "range",
    )


def notation(value: DateValue | Unresolved) -> str:
    """The codebook's way to write it, to the day."""
    if isinstance(value, Unresolved):
        return f"unresolved: {value.reason}"
    if value.start == value.end:
        return str(value.start)
    return "/".join(".." if d is None else str(d) for d in (value.start, value.end))


def reads(case: dict[str, Any]) -> dict[str, Any]:
    """`expected`, and of grain, modifier and rule what the case speaks of."""
    value = resolve_date(
        case["text"],
        published=case["published"],
        future=case.get("future", False),
        reference=told(case.get("reference")),
        context=case.get("context", ""),
    )
    parts = {part: getattr(value, part) for part in ("grain", "modifier", "rule") if part in case}
    return {"expected": notation(value), **parts}


def wanted(case: dict[str, Any]) -> dict[str, Any]:
    return {part: case[part] for part in ("expected", "grain", "modifier", "rule") if part in case}


@pytest.mark.parametrize("case", load("news-expressions"))
def test_fifteen_expressions_that_libraries_get_wrong(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


@pytest.mark.parametrize("case", load("hard"))
def test_hard_expressions(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


@pytest.mark.parametrize("case", load("codebook"))
def test_examples_of_the_codebook(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


@pytest.mark.parametrize("case", load("synthetic"))
def test_wording_of_news(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


@pytest.mark.parametrize("case", load("anchored"))
def test_anchors(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


@pytest.mark.parametrize("case", load("negative"))
def test_unresolved_says_why(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


def test_expressions_first_read_unseen() -> None:
    cases = json.loads((CASES / "fresh.json").read_text("utf-8"))["cases"]
    assert len(cases) == 80
    missed = [(c["text"], reads(c)) for c in cases if reads(c) != wanted(c)]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize(
    "case", [pytest.param(*p.values, id=p.id, marks=pytest.mark.xfail) for p in load("known-failures")]
)
def test_known_failures(case: dict[str, Any]) -> None:
    assert reads(case) == wanted(case)


def test_today_rests_on_publication() -> None:
    value = resolve_date("this morning", published="2017-04-28")
    assert isinstance(value, DateValue)
    assert value.basis == "publication"


def test_yesterday_is_explicit() -> None:
    value = resolve_date("yesterday", published="2017-04-28")
    assert isinstance(value, DateValue)
    assert value.basis == "explicit"


def test_late_is_kept_as_the_modifier() -> None:
    value = resolve_date("in late June", published="2017-04-28")
    assert isinstance(value, DateValue)
    assert (value.grain, value.modifier) == ("month", "late")


def test_the_rule_names_operator_and_atom() -> None:
    value = resolve_date("since October", published="2017-04-28")
    assert isinstance(value, DateValue)
    assert value.rule == "since month"


def test_an_event_that_the_report_dates_is_context() -> None:
    raid = KnownEvent(key="told", origin="", first=dt.date(2017, 3, 4), last=dt.date(2017, 3, 4), nouns=("raid",))
    value = resolve_date("two days after the raid", published="2017-04-28", told=(raid,))
    assert isinstance(value, DateValue)
    assert (value.start, value.rule, value.basis) == (dt.date(2017, 3, 6), "counted told-event", "context")


def test_the_nearer_text_says_which_campaign() -> None:
    value = resolve_date(
        "since the start of the offensive", published="2017-09-01", context=("Raqqa is burning", "Mosul, Raqqa")
    )
    assert isinstance(value, DateValue)
    assert value.start == dt.date(2017, 6, 1)


def test_an_order_of_figures_is_the_readers_to_give() -> None:
    assert notation(resolve_date("05/03/2016", published=None, day_first=False)) == "2016-05-03"
    assert notation(resolve_date("31/04/2016", published=None, day_first=True)) == "unresolved: outside the calendar"


def test_publication_may_be_a_date() -> None:
    assert resolve_date("today", published=dt.date(2017, 4, 28)) == resolve_date("today", published="2017-04-28")


@pytest.mark.parametrize("published", ["", "2017-13", "2017-02-30", "28 April", "0000", "٢٠١٧"])
def test_a_header_that_is_no_date_is_none(published: str) -> None:
    assert published_days(published) is None


VOCABULARY = """
the last past next first second of on in since until by before after between and to from a 3 31 12 2016 1990s week month
year days years ago later earlier thursday march april may ramadan eid weekend night noon early mid late start end half
so far every few dozen into war attack Mosul Syria hajj independence day 24/7 fiscal q3 century turn clock 05/03/2016
2016-13-40 - # . summer fall century bc three-day
"""
WORDS = st.sampled_from(VOCABULARY.split())
PUBLISHED = st.one_of(
    st.none(), st.dates().map(str), st.dates().map(lambda d: str(d)[:7]), st.dates().map(lambda d: str(d)[:4])
)


TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=14).map(" ".join))


@settings(deadline=None)
@given(text=TEXTS, published=PUBLISHED, future=st.booleans())
def test_no_text_raises_and_days_run_forwards(text: str, published: str | None, future: bool) -> None:
    value = resolve_date(text, published=published, future=future)
    if isinstance(value, DateValue) and value.start is not None and value.end is not None:
        assert value.start <= value.end


@settings(deadline=None)
@given(text=st.lists(WORDS, max_size=8).map(" ".join), first=st.dates(), length=st.integers(0, 40))
def test_no_reference_raises(text: str, first: dt.date, length: int) -> None:
    last = first + min(dt.timedelta(days=length), dt.date.max - first)
    reference = When(start=first, end=last, text="", span=None, basis="explicit", rule="date")
    assert resolve_date(text, published="2017-04-28", reference=reference) is not None


@settings(deadline=None)
@given(date=st.dates(min_value=dt.date(1901, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_every_written_order_of_a_date_is_the_same_day(date: dt.date) -> None:
    month = date.strftime("%B")
    for text in (f"{date.day} {month} {date.year}", f"{month} {date.day}, {date.year}", date.isoformat()):
        value = resolve_date(text, published=None)
        assert isinstance(value, DateValue)
        assert value.start == value.end == date


@settings(deadline=None)
@given(published=st.dates(min_value=dt.date(1901, 1, 1)), weekday=st.integers(0, 6))
def test_a_weekday_lies_in_the_week_up_to_publication(published: dt.date, weekday: int) -> None:
    value = resolve_date(f"on {calendar.day_name[weekday]}", published=published)
    assert isinstance(value, DateValue)
    assert value.start is not None
    assert value.start.weekday() == weekday
    assert 0 <= (published - value.start).days < 7


@pytest.mark.parametrize(
    "text",
    [
        *("early on the last Friday of " * 4000, "since " * 20000, "3 " * 50000, "12-" * 30000, "’s" * 50000),
        *("jan-" * 25000, "half a " * 15000, "fall of the " * 9000, "3 days after the " * 6000, "05/03/2016 " * 9000),
        *(
            "24/7 " * 20000,
            "1st-" * 25000,
            "2015/16" * 15000,
            "20160727" * 12000,
            "the attack on the war in Syria " * 3000,
        ),
    ],
)
def test_long_texts_take_no_time(text: str) -> None:
    begin = time.process_time()
    resolve_date(text, published="2017-04-28", context=text)
    assert time.process_time() - begin < 1
