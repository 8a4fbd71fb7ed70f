"""Numbers over time: the envelope of what each chain told last, and the killed of several incidents added up."""

import datetime as dt
from typing import Any

import pytest

from asreported.compare.gist import find_gist
from asreported.compare.incidents import compare_figures
from asreported.compare.profiles import count_blamed, count_quoted, count_voices, find_party
from asreported.compare.standing import count_standings, find_standings
from asreported.compare.totals import Step, find_toll, running_total, toll_over_time
from asreported.records import Kept
from made_kepts import ARMY, IS, figure, kept, place, source, when

DAY = when("2017-03-17")


def dead(number: str, low: float | None, high: float | None, by: str, published: str, **more: Any) -> Kept:
    fields = {
        "trigger": "killed",
        "incident": "i1",
        "on": DAY,
        "by": [source(by)],
        "quotation": f"{number} died.",
    }
    return kept("killing", figures=[figure(number, low, high, of="target")], published=published, **(fields | more))


def days(steps: tuple[Step, ...]) -> list[tuple[str, float, float | None, float, int]]:
    return [(step.day.isoformat(), step.low, step.high, step.most, step.of) for step in steps]


def test_the_toll_of_an_incident_is_the_envelope_of_what_each_chain_told_last() -> None:
    kepts = [
        dead("100", 100, 100, "Mayor", "2017-03-18"),
        dead("61", 61, 61, "Army", "2017-03-19"),
        dead("240", 240, 240, "Mayor", "2017-03-21"),
    ]
    (one,) = compare_figures(kepts)
    assert days(toll_over_time(one.series)) == [
        ("2017-03-18", 100, 100, 100, 1),
        ("2017-03-19", 61, 100, 100, 2),
        ("2017-03-21", 61, 240, 240, 2),  # the mayor's 100 was replaced by what he told later
    ]


def test_an_open_number_leaves_the_toll_open_and_denied_ones_count_for_nothing() -> None:
    kepts = [
        dead("at least 105", 105, None, "Coalition", "2017-03-20"),
        dead("300", 300, 300, "Residents", "2017-03-21", status="possible"),
        dead("90", 90, 90, "Nobody knows when", ""),
    ]
    (one,) = compare_figures(kepts)
    assert days(toll_over_time(one.series)) == [("2017-03-20", 105, None, 105, 1)]


def test_incidents_are_added_up_each_once_by_their_low_and_high_ends() -> None:
    tolls = [
        find_toll("i1", [dead("61", 61, 61, "A", "2017-03-18"), dead("240", 240, 240, "B", "2017-03-18")]),
        find_toll("i2", [dead("5", 5, 5, "A", "2017-03-20", on=when("2017-03-20"), incident="i2")]),
    ]
    running = running_total([*tolls, tolls[0]])
    assert days(running.steps) == [("2017-03-17", 61, 240, 240, 1), ("2017-03-20", 66, 245, 245, 2)]
    assert (running.incidents, running.open, running.uncounted, running.undated) == (2, 0, 0, 0)


def test_what_is_in_no_sum_is_counted() -> None:
    unnumbered = [kept("killing", trigger="killed", whom=["many villagers"], on=DAY, incident="i2")]
    hurt = [kept("injury", trigger="wounded", on=DAY, incident="i3")]
    undated = [dead("3", 3, 3, "A", "", on=None)]
    open_above = [dead("at least 7", 7, None, "A", "2017-03-18")]
    running = running_total(
        find_toll(id, kepts) for id, kepts in {"i1": open_above, "i2": unnumbered, "i3": hurt, "i4": undated}.items()
    )
    assert (running.incidents, running.open, running.uncounted, running.undated) == (2, 1, 1, 1)
    assert days(running.steps) == [("2017-03-17", 7, None, 7, 2)]


def test_an_open_incident_tells_its_highest_number_beside() -> None:
    toll = find_toll("i1", [dead("at least 7", 7, None, "A", "2017-03-18"), dead("40", 40, 40, "B", "2017-03-18")])
    assert (toll.low, toll.high, toll.most) == (7, None, 40)


def test_the_gist_is_what_most_reports_tell() -> None:
    kepts = [
        kept("airstrike", on=when("2017-03-17"), where=place("Jadida", gazetteer_id=1)),
        kept("airstrike", on=when("2017-03-17"), where=place("Jadida", gazetteer_id=1)),
        kept("killing", on=when("2017-03-18"), where=place("Nineveh", precision="adm1")),
    ]
    gist = find_gist(kepts)
    assert gist.kinds == ("airstrike", "killing")
    assert gist.where is not None and gist.where.name == "Jadida"
    assert (gist.day, gist.reported) == (dt.date(2017, 3, 17), False)


def test_without_a_day_the_first_report_gives_one() -> None:
    gist = find_gist([kept("aid", published="2017-03-29")])
    assert (gist.day, gist.reported) == (dt.date(2017, 3, 29), True)
    assert find_gist([kept("aid", published=None)]).day is None


@pytest.mark.parametrize(
    ("low", "high", "stands"),
    [(61, 61, "below"), (300, 300, "above"), (200, 200, "within"), (100, 300, "across"), (100, None, "across")],
)
def test_a_source_stands_below_within_or_above_the_others(low: float, high: float | None, stands: str) -> None:
    kepts = [
        dead("n", low, high, "Army", "2017-03-18"),
        dead("160", 160, 160, "Mayor", "2017-03-18"),
        dead("240", 240, 240, "Clinic", "2017-03-18"),
    ]
    found = find_standings(compare_figures(kepts), {"name:army"})
    assert [(one.stands, one.low, one.high, one.voices) for one in found] == [(stands, 160, 240, 2)]
    assert count_standings(found) == [(stands, 1)]


def test_figures_of_different_incidents_do_not_stand_to_one_another() -> None:
    kepts = [dead("61", 61, 61, "Army", "2017-03-18"), dead("9", 9, 9, "Mayor", "2017-03-18", incident="i2")]
    assert find_standings(compare_figures(kepts), {"name:army"}) == ()


def test_an_actor_does_and_suffers_and_is_blamed_by_those_who_assert_it() -> None:
    kepts = [
        kept("killing", who=[IS], whom=[ARMY], by=[source("Residents")]),
        kept("airstrike", who=[ARMY], whom=[IS]),
        kept("killing", who=[IS], by=[source("Army")], status="denied"),
        kept("killing", who=[IS], by=[source(None)]),
    ]
    assert [count.claims for count in find_party(kepts, ["islamic-state"], "actor").kinds] == [3]
    assert [one.claim.kind for one in find_party(kepts, ["islamic-state"], "target").kepts] == ["airstrike"]
    assert [(one.value, one.claims) for one in count_blamed(kepts)] == [("islamic-state", 2), ("army:iq", 1)]
    assert {(one.value, one.label, one.claims) for one in count_voices(kepts)} == {
        ("publisher:The Made-Up Courier", "The Made-Up Courier", 2),
        ("source:Residents", "Residents", 1),
        ("source:Army", "Army", 1),
    }
    assert [one.value for one in count_quoted(kepts)] == ["source:?", "source:army", "source:residents"]
