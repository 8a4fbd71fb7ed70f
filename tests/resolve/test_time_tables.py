"""The tables that dates are read with: feasts, well-known events, words of time, states."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import tomllib
from typing import Any

import pytest

from asreported.codebook import kinds
from asreported.resolve.days import day
from asreported.resolve.known_events import find_event, start_of, whole


def table(name: str) -> dict[str, Any]:
    return tomllib.loads(importlib.resources.files("asreported").joinpath("data", name).read_text("utf-8"))


HOLIDAYS = {h["key"]: h for h in table("holidays.toml")["holiday"]}
EVENTS = table("known_events.toml")["event"]


@pytest.mark.parametrize("holiday", HOLIDAYS.values(), ids=lambda h: h["key"])
def test_each_feast_has_a_day_in_every_year(holiday: dict[str, Any]) -> None:
    assert holiday["origin"]
    if "fixed" in holiday:
        assert dt.date.fromisoformat(f"2001-{holiday['fixed']}")
        return
    assert holiday["first"] == sorted(set(holiday["first"]))
    assert {d.year for d in holiday["first"]} == set(range(1990, 2036))


def test_ramadan_ends_on_the_day_before_eid() -> None:
    ramadan, eid = HOLIDAYS["ramadan"], set(HOLIDAYS["eid-al-fitr"]["first"])
    # the Eid that ends the last Ramadan of the table is in it too, since that month begins in November 2035
    assert [e for e in ramadan["last"] if e + dt.timedelta(days=1) not in eid] == []
    assert all(28 <= (b - a).days <= 29 for a, b in zip(ramadan["first"], ramadan["last"], strict=True))


def test_well_known_feasts() -> None:
    assert dt.date(2016, 3, 27) in HOLIDAYS["easter"]["first"]
    assert dt.date(2016, 5, 1) in HOLIDAYS["orthodox-easter"]["first"]
    assert dt.date(2014, 6, 28) in HOLIDAYS["ramadan"]["first"]
    assert dt.date(2017, 9, 1) in HOLIDAYS["eid-al-adha"]["first"]
    assert dt.date(2021, 3, 21) in HOLIDAYS["nowruz"]["first"]
    assert dt.date(2016, 11, 24) in HOLIDAYS["thanksgiving"]["first"]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e["key"])
def test_each_event_has_an_origin_and_a_place_or_a_name(event: dict[str, Any]) -> None:
    assert event["origin"]
    assert event.get("names") or (event.get("nouns") and event.get("places"))
    assert event.get("last", event["first"]) >= event["first"]


def test_a_noun_needs_a_place() -> None:
    assert find_event("start of campaign", "", None) is None


def test_the_place_in_the_words_wins() -> None:
    found = find_event("start of battle for raqqa", "mosul", day(dt.date(2017, 8, 1)))
    assert found is not None
    assert found.key == "raqqa-2017"


def test_an_event_to_come_is_not_meant() -> None:
    assert find_event("start of battle for raqqa", "", day(dt.date(2017, 1, 1))) is None


def test_a_campaign_begins_in_a_month_and_a_massacre_on_a_day() -> None:
    mosul = find_event("campaign", "mosul", day(dt.date(2017, 4, 28)))
    ghouta = find_event("ghouta massacre", "", day(dt.date(2017, 4, 28)))
    assert mosul is not None
    assert ghouta is not None
    assert start_of(mosul).last == dt.date(2016, 10, 31)
    assert start_of(ghouta).last == dt.date(2013, 8, 21)


def test_what_goes_on_ends_with_publication() -> None:
    found = find_event("war", "syria", day(dt.date(2015, 1, 2)))
    assert found is not None
    assert whole(found, day(dt.date(2015, 1, 2))).last == dt.date(2015, 1, 2)


def test_states_are_kinds() -> None:
    assert {s["kind"] for s in table("states.toml")["state"]} <= {k.key for k in kinds()}
