"""The newest claims about a place or actor: as many of each kind as asked for, known by the day, in both databases."""

import datetime as dt

import pytest

from asreported.ledger import Ledger, latest
from asreported.ledger.latest import (
    Area,
    Subject,
    count_about,
    count_around,
    latest_around,
    latest_claims,
    latest_nearby,
    places_within,
)
from asreported.records import Kept
from made_kepts import HATRA, IRAQ, IS, NINEVEH, day, kept, place, reading, when

ON = day("2017-04-28")
MOSUL = Subject(place_ids=(99072,), near=(36.335, 43.1189, 12.0))


def fill(ledger: Ledger, *kepts: Kept) -> None:
    for one in kepts:
        ledger.add(reading(one), one.claim.evidence.text.encode())


def triggers(ledger: Ledger, ns: list[int]) -> set[str]:
    return {one.claim.trigger.text for one in ledger.kept(ns)}


def some(number: int, kind: str = "attack", *, first: str = "2017-01-01", **more) -> list[Kept]:
    """`number` claims of one kind, each a day later than the one before, their triggers numbered."""
    days = [(day(first) + dt.timedelta(n)).isoformat() for n in range(number)]
    return [kept(kind, trigger=f"{kind}{n}", on=when(d), published=d, **more) for n, d in enumerate(days)]


@pytest.fixture(params=["all", "newest"])
def limits(request, monkeypatch):
    """Both ways of finding: by ranking all, and by ranking the newest alone."""
    monkeypatch.setattr(latest, "FEWEST", 0)
    if request.param == "newest":
        monkeypatch.setattr(latest, "FEW", 1)
    return request.param


def test_the_newest_of_each_kind(ledger, limits):
    fill(ledger, *some(6), *some(6, "siege"), *some(5, "clash", status="planned"))
    found = latest_claims(ledger.database, MOSUL, ON, per_kind=2, twice=("siege",))
    assert triggers(ledger, found.ns) == {
        "attack4", "attack5", "siege2", "siege3", "siege4", "siege5", "clash1", "clash2", "clash3", "clash4",
    }  # fmt: skip
    assert not found.complete


def test_few_claims_are_all_taken(ledger):
    fill(ledger, *some(6))
    found = latest_claims(ledger.database, MOSUL, ON, per_kind=2)
    assert (len(found.ns), found.complete, found.later) == (6, True, 0)


def test_only_what_was_published_by_the_day(ledger, limits):
    fill(
        ledger,
        kept("attack", trigger="before", published="2017-04-28"),
        kept("attack", trigger="after", published="2017-04-29", on=when("2017-04-01")),
        kept("attack", trigger="undated", published=None, on=when("2017-04-01")),
        kept("attack", trigger="year", published="2017", on=when("2017-04-01")),
        kept("attack", trigger="next year", published="2018", on=when("2017-04-01")),
    )
    found = latest_claims(ledger.database, MOSUL, ON, per_kind=9)
    assert triggers(ledger, found.ns) == {"before"}
    assert found.later == (3 if limits == "all" else None)
    found = latest_claims(ledger.database, MOSUL, ON, per_kind=9, undated=True)
    assert triggers(ledger, found.ns) == {"before", "undated", "year"}


@pytest.mark.parametrize(
    ("subject", "wanted"),
    [
        (MOSUL, {"town", "site", "near by"}),
        (Subject(place_ids=(99072,)), {"town"}),
        (Subject(unlisted=(("Mosul airport", "IQ"),)), {"site"}),
        (Subject(provinces=(("IQ", "Nineveh"),)), {"town", "site", "near by", "hatra", "province"}),
        (Subject(countries=("IQ",)), {"town", "site", "near by", "hatra", "province", "country"}),
        (Subject(actors=("islamic-state",)), {"hatra"}),
        (Subject(), set()),
    ],
)
def test_what_a_claim_is_about(ledger, limits, subject, wanted):
    fill(
        ledger,
        kept("attack", trigger="town"),
        kept("attack", trigger="site", where=place("Mosul airport", gazetteer_id=None, lat=36.306, lon=43.147)),
        kept("attack", trigger="near by", where=place("Gogjali", gazetteer_id=5, lat=36.34, lon=43.22)),
        kept("attack", trigger="hatra", where=HATRA, whom=[IS]),
        kept("attack", trigger="province", where=place("Nineveh", gazetteer_id=92877, precision="adm1")),
        kept("attack", trigger="country", where=IRAQ),
        kept(
            "attack",
            trigger="elsewhere",
            where=place("Raqqa", country="SY", admin1="Raqqa", gazetteer_id=6, lat=35.9, lon=39.0),
        ),
    )
    found = latest_claims(ledger.database, subject, ON, per_kind=20)
    assert triggers(ledger, found.ns) == wanted
    assert len(set(found.ns)) == len(found.ns)
    assert count_about(ledger.database, subject, most=2) <= 2


def test_a_city_of_very_many_claims(ledger, monkeypatch):
    """Beyond FEW the sites without an id are looked for by day, since the index of points has no days."""
    monkeypatch.setattr(latest, "FEW", 0)
    monkeypatch.setattr(latest, "FEWEST", 0)
    fill(
        ledger,
        kept("attack", trigger="town"),
        kept("attack", trigger="site", where=place("Mosul airport", gazetteer_id=None, lat=36.306, lon=43.147)),
        kept("attack", trigger="province", where=place("Nineveh", gazetteer_id=92877, precision="adm1")),
    )
    found = latest_claims(ledger.database, MOSUL, ON, per_kind=20)
    assert triggers(ledger, found.ns) == {"town", "site"}


def test_nearby_is_the_newest_within_the_days(ledger):
    fill(
        ledger,
        kept("advance", trigger="hatra", where=HATRA, on=when("2017-04-27")),
        kept("advance", trigger="old", where=HATRA, on=when("2017-02-27")),
        kept("advance", trigger="far", where=place("Baghdad", gazetteer_id=2, lat=33.34, lon=44.4)),
        kept("advance", trigger="province", where=NINEVEH),
        kept("advance", trigger="planned", where=HATRA, status="planned"),
    )
    ns = latest_nearby(ledger.database, 36.335, 43.1189, 100.0, day("2017-03-29"), ON, most=9)
    assert triggers(ledger, ns) == {"hatra"}


def test_what_is_known_to_the_province_or_country(ledger):
    north = place("Iraq", admin1=None, text="northern Iraq", gazetteer_id=99237, precision="part", radius_km=150.0)
    fill(
        ledger,
        kept("clash", trigger="country", where=IRAQ),
        kept("clash", trigger="north", where=north),
        kept("attack", trigger="province", where=NINEVEH),
        kept("attack", trigger="another", where=place("Anbar", admin1="Anbar", gazetteer_id=7, precision="adm1")),
        kept("attack", trigger="old", where=IRAQ, on=when("2016-01-01")),
        kept("attack", trigger="town"),
    )
    area = Area("IQ", "Iraq", "Nineveh")
    ns = latest_around(ledger.database, area, day("2017-03-29"), ON, most=9)
    assert triggers(ledger, ns) == {"country", "north", "province"}
    counts = count_around(ledger.database, area, day("2017-03-29"), ON)
    assert counts == {("country", "clash"): 2, ("adm1", "attack"): 1}


def test_places_within(ledger):
    fill(ledger, kept("attack"), kept("attack", where=HATRA), kept("attack", where=NINEVEH))
    assert {name for name, _, _ in places_within(ledger.database, 36.3, 43.1, 30.0)} == {"Mosul"}
    assert {name for name, _, _ in places_within(ledger.database, 36.3, 43.1, 150.0)} == {"Mosul", "Hatra"}
