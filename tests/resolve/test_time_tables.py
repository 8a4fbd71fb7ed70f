"""The tables that dates are read with: feasts, well-known events, words of time, states."""

from __future__ import annotations

import datetime as dt
import importlib.resources
import tomllib
from typing import Any

import pytest

from asreported.codebook import kinds
from asreported.resolve.dates import DateValue, Unresolved, resolve_date
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
    assert find_event("start of campaign", [], None) is None


def test_the_place_in_the_words_wins() -> None:
    found = find_event("start of battle for raqqa", ["Mosul"], day(dt.date(2017, 8, 1)))
    assert found is not None
    assert found.event.key == "raqqa-2017"


def test_an_event_to_come_is_not_meant() -> None:
    assert find_event("start of battle for raqqa", [], day(dt.date(2017, 1, 1))) is None


def test_a_campaign_begins_in_a_month_and_a_massacre_on_a_day() -> None:
    mosul = find_event("campaign", ["Mosul"], day(dt.date(2017, 4, 28)))
    ghouta = find_event("ghouta massacre", [], day(dt.date(2017, 4, 28)))
    assert mosul is not None
    assert ghouta is not None
    assert start_of(mosul.event).last == dt.date(2016, 10, 31)
    assert start_of(ghouta.event).last == dt.date(2013, 8, 21)


def test_what_goes_on_ends_with_publication() -> None:
    found = find_event("war", ["Syria"], day(dt.date(2015, 1, 2)))
    assert found is not None
    assert whole(found.event, day(dt.date(2015, 1, 2))).last == dt.date(2015, 1, 2)


def test_the_longest_name_is_meant() -> None:
    """The Good Friday Agreement is no Good Friday, the battle to retake Mosul not the day on which it was retaken."""
    found = find_event("battle to recapture mosul", [], day(dt.date(2018, 1, 1)))
    assert found is not None
    assert found.event.key == "mosul-2016"
    value = resolve_date("since the Good Friday Agreement", published="2017-04-28")
    assert isinstance(value, DateValue)
    assert value.start == dt.date(1998, 4, 10)


def test_events_of_two_places_leave_doubt() -> None:
    assert find_event("start of war", ["Syria and Donbas"], day(dt.date(2017, 1, 1))) is None


def test_an_event_long_past_needs_its_place_beside_it() -> None:
    published = day(dt.date(2020, 1, 1))
    assert find_event("fall of city", ["Aleppo"], published) is None
    assert find_event("fall of aleppo", [], published) is not None


def test_after_a_war_that_goes_on_is_not_yet() -> None:
    assert isinstance(resolve_date("a year after the war in Syria", published="2017-04-28"), Unresolved)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("after the fall of Saddam", "2003-04-09", None),
        ("before the invasion of Kuwait", None, "1990-08-01"),
        ("during the Tet offensive", "1968-01-30", "1968-01-30"),
        ("in the first week of the siege of Marawi", "2017-05-23", "2017-05-29"),
        ("on the eve of the invasion of Kuwait", "1990-08-01", "1990-08-01"),
        ("a year after the Dayton accords", "1996-11-01", "1996-11-30"),
        ("at the end of the battle for Fallujah", "2016-06-01", "2016-06-30"),
        ("since the fall of the Berlin Wall", "1989-11-09", None),
    ],
)
def test_well_known_events_anchor(text: str, start: str | None, end: str | None) -> None:
    value = resolve_date(text, published="2018-04-28")
    assert isinstance(value, DateValue)
    assert [day and str(day) for day in (value.start, value.end)] == [start, end]


def test_no_name_is_two_events() -> None:
    names = [name for event in EVENTS for name in event.get("names", [])]
    assert len(names) == len(set(names))
    assert len({event["key"] for event in EVENTS}) == len(EVENTS)


def test_nouns_of_events_name_kinds() -> None:
    named = {kind for noun in table("event_nouns.toml")["noun"] for kind in noun["kinds"]}
    assert named <= {k.key for k in kinds()}


@pytest.mark.parametrize(
    ("key", "day_of"),
    [
        ("passover", "2017-04-11"),
        ("yom-kippur", "2016-10-12"),
        ("rosh-hashanah", "2016-10-03"),
        ("hanukkah", "2016-12-25"),
        ("purim", "2016-03-24"),
        ("arbaeen", "2016-11-20"),
        ("muharram", "2016-10-02"),
        ("lunar-new-year", "2017-01-28"),
        ("diwali", "2016-10-30"),
        ("labour-day-north-america", "2016-09-05"),
        ("memorial-day-united-states", "2016-05-30"),
    ],
)
def test_moving_feasts(key: str, day_of: str) -> None:
    assert dt.date.fromisoformat(day_of) in HOLIDAYS[key]["first"]


def test_months_of_the_islamic_year_follow_one_another() -> None:
    keys = ("muharram", "safar", "rabi-al-awwal", "rabi-al-thani", "jumada-al-ula", "jumada-al-akhira", "rajab")
    ends = {last for key in keys for last in HOLIDAYS[key]["last"]}
    following = [f for key in keys[1:] for f in HOLIDAYS[key]["first"] if f.year > 1990]
    assert [f for f in following if f - dt.timedelta(days=1) not in ends] == []


def test_states_are_kinds() -> None:
    assert {s["kind"] for s in table("states.toml")["state"]} <= {k.key for k in kinds()}
