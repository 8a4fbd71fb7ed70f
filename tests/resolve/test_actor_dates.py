"""Who bore a name when: renamings, types that change, homonyms, lineages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from asreported.records import Annotation, Event, Mention, make_report
from asreported.resolve.actor_lookup import Actor, ActorIndex, check_actor
from asreported.resolve.actor_tables import actor_index, actor_rows
from asreported.resolve.actors import resolve_actors
from asreported.resolve.phrases import read_phrase

CASES = Path(__file__).parent.parent / "cases" / "actors"


@pytest.mark.parametrize("case", json.loads((CASES / "dated.json").read_text("utf-8")), ids=lambda c: c["label"])
def test_dated(case: dict[str, Any]) -> None:
    country = case.get("report")
    countries = frozenset([country] if country else [])
    entity = read_phrase(case["text"], country=country, countries=countries, published=case.get("published")).entity
    assert (entity.id if entity and not entity.id.startswith("name:") else None) == case["id"]
    for key in ("type", "name"):
        if key in case:
            assert getattr(entity, key) == case[key]


def test_a_name_that_was_given_up_says_so_in_its_rule() -> None:
    entity = read_phrase("Nusra Front fighters", published="2018").entity
    assert entity is not None
    assert entity.rule == "former name and 'fighters'"


def test_a_report_of_2018_that_names_both_means_one() -> None:
    body = "Hayat Tahrir al-Sham, formerly the Nusra Front, took the town. The Nusra Front burned a mill."
    report = make_report(id="t", title="", body=body, published="2018-02-03")
    whole = report.span(0, len(body))
    spans = [report.span(0, 20), report.span(body.index("the Nusra"), body.index(", took"))]
    spans.append(report.span(body.index("The Nusra"), body.index(" burned")))
    roles = tuple(Mention(role="actor", span=span) for span in spans)
    event = Event(kind="advance", status="actual", trigger=whole, sentence=whole, roles=roles, sources=())
    found = resolve_actors(report, Annotation(sentences=(whole,), toponyms=(), events=(event,)))[0]
    assert [e.id if e else None for e in found] == ["hayat-tahrir-al-sham"] * 3


@pytest.mark.parametrize(
    ("id", "before"),
    [
        ("hayat-tahrir-al-sham", ["jabhat-fateh-al-sham", "nusra-front"]),
        ("islamic-state", ["islamic-state-of-iraq", "al-qaeda-in-iraq", "tawhid-wal-jihad"]),
        ("rapid-support-forces", ["janjaweed"]),
        ("africa-corps", ["wagner-group"]),
        ("islamic-state-west-africa-province", ["boko-haram"]),
        ("taliban", []),
    ],
)
def test_lineages(id: str, before: list[str]) -> None:
    assert [actor.id for actor in actor_index().lineage(id)] == [id, *before]


def test_no_lineage_is_a_circle_and_no_heir_has_begun_long_before_the_end() -> None:
    by_id = actor_index().by_id
    for actor in actor_rows():
        oldest = actor_index().lineage(actor.id)[-1]
        assert oldest.formerly is None, actor.id
        old = by_id.get(actor.formerly or "")
        if old and old.until and actor.since:
            assert str(actor.since)[:4] >= str(old.until)[:4], (actor.id, old.id)


def test_of_two_heirs_none_is_guessed() -> None:
    old = Actor(id="a", name="A", type="militia", until=2010)
    heirs = [Actor(id=i, name=i.upper(), type="militia", since=2011, formerly="a") for i in ("b", "c")]
    assert ActorIndex([old, *heirs]).current(old, "2015") is old
    assert ActorIndex([old, heirs[0]]).current(old, "2015") is heirs[0]
    assert ActorIndex([old, heirs[0]]).current(old, None) is old


@pytest.mark.parametrize(
    ("published", "begun", "ended"),
    [("2015", False, False), ("2016", True, False), ("2016-07", True, False), ("2016-08-01", True, True)],
)
def test_dates_of_any_grain_are_compared(published: str, begun: bool, ended: bool) -> None:
    actor = Actor(id="a", name="A", type="militia", since="2016-03", until="2016-07-20")
    assert (actor.has_begun(published), actor.has_ended(published)) == (begun, ended)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"since": "16"}, "date '16' is not YYYY"),
        ({"until": "2016-13"}, "date '2016-13' is not YYYY"),
        ({"since": 2016, "until": "2015-12"}, "until '2015-12' is before"),
        ({"later": (("2016-01", "x"),)}, "later type 'x' is not one of"),
        ({"formerly": "z"}, "formerly 'z' is no id"),
        ({"of": "z"}, "of 'z' is no id"),
        ({"since": 2016, "until": "2016-07"}, None),
    ],
)
def test_rows_are_checked(columns: dict[str, Any], message: str | None) -> None:
    found = check_actor(Actor(id="a", name="A", type="militia", **columns), ("militia",), {"a"})
    assert (found or "").startswith(message or "")
    assert (found is None) == (message is None)
