"""What becomes one event: merging, splitting, joining, and the numbers of killed beneath the formats."""

from __future__ import annotations

import random
from typing import Any

import pytest
from made_events import MadeSource, made_export, made_source, told_in
from random_claims import RandomSource

from asreported.codebook import STATUSES, kinds
from asreported.exports.event_killed import divide, killed_range
from asreported.exports.event_scenes import fits, hint, split
from asreported.exports.event_tables import event_types, tells, vague_count
from asreported.exports.events import find_events, why_not
from asreported.exports.formats import Losses, Options


def told(*claims: dict[str, Any]) -> list[Any]:
    return list(made_source(claims).told())


def keys(parts: Any) -> list[list[str]]:
    return [[one.key for one in part.told] for part in parts]


def test_reports_that_differ_tell_of_one_event() -> None:
    claims = [{"kind": "bombing", "report": f"r{n}", "on": f"2017-03-{10 + 5 * n}"} for n in range(4)]
    assert keys(split(told(*claims))) == [["c1", "c2", "c3", "c4"]]


def test_one_report_that_tells_two_days_tells_two_events_and_others_go_to_theirs() -> None:
    claims = [
        {"kind": "bombing"},
        {"kind": "bombing", "on": "2017-03-20"},
        {"kind": "bombing", "on": "2017-03-20", "report": "r2"},
        {"kind": "injury", "on": "2017-03-20", "report": "r2"},
    ]
    assert keys(split(told(*claims))) == [["c1"], ["c2", "c3", "c4"]]


def test_two_voices_in_one_report_that_differ_tell_of_one_event() -> None:
    claims = [{"kind": "bombing", "by": ["a mayor"]}, {"kind": "bombing", "on": "2017-03-20", "by": ["an officer"]}]
    assert keys(split(told(*claims))) == [["c1", "c2"]]


def test_a_day_within_a_week_fits_the_week() -> None:
    one, other = map(hint, told({"kind": "bombing"}, {"kind": "bombing", "on": "2017-03-13/2017-03-19"}))
    assert fits(one, other)


def test_deaths_fit_what_caused_them_for_a_week_after_it_and_not_before_it() -> None:
    cause, later, much_later, before = map(
        hint,
        told(
            {"kind": "bombing"},
            {"kind": "killing", "on": "2017-03-24"},
            {"kind": "killing", "on": "2017-03-25"},
            {"kind": "killing", "on": "2017-03-16"},
        ),
    )
    assert [fits(cause, harm) for harm in (later, much_later, before)] == [True, False, False]


def test_a_town_fits_its_province_and_not_another_town() -> None:
    mosul, nineveh, qarat, raqqa = map(
        hint, told(*({"kind": "bombing", "where": where} for where in ("mosul", "nineveh", "qarat", "raqqa")))
    )
    assert fits(mosul, nineveh)
    assert fits(qarat, nineveh)
    assert not fits(mosul, qarat)
    assert not fits(nineveh, raqqa)


def test_returned_fire_is_of_one_pair_of_sides_and_another_side_is_not() -> None:
    one, back, third = map(
        hint,
        told(
            {"kind": "shelling", "who": ["army"], "whom": ["is"]},
            {"kind": "shelling", "who": ["is"], "whom": ["army"]},
            {"kind": "airstrike", "who": ["us"], "whom": ["is"]},
        ),
    )
    assert fits(one, back)
    assert not fits(one, third)


def test_a_headline_and_its_text_are_one_event_also_where_the_reader_linked_them_to_nothing() -> None:
    claim = {"kind": "airstrike", "who": ["us"], "incident": ""}
    rows, _ = made_export("acled", made_source([claim, claim | {"quotation": "Told again."}]))
    assert [row["ar_claims"] for row in rows] == ["c1 | c2"]


def test_what_the_linking_held_apart_stays_apart() -> None:
    claim = {"kind": "airstrike", "who": ["us"]}
    rows, _ = made_export("acled", made_source([claim | {"incident": "i1"}, claim | {"incident": "i2"}]))
    assert [row["ar_claims"] for row in rows] == ["c1", "c2"]


def test_dead_of_a_campaign_do_not_join_it_by_their_sentence() -> None:
    claims = [
        {"kind": "clash", "who": ["army"], "whom": ["is"], "on": ""},
        {"kind": "killing", "on": "", "incident": "", "n": [["1,800", 1800, 1800]]},
    ]
    events = list(find_events(made_source(claims), lambda one: None, Losses(), divide=True))
    assert sorted([one.key for one in event.told] for event in events) == [["c1"], ["c2"]]


def test_a_total_is_one_event_where_it_is_not_divided() -> None:
    claims = [
        {"kind": "shelling", "who": ["army"]},
        {"kind": "shelling", "who": ["army"], "on": "2017-03-18"},
        {"kind": "killing", "n": [["31", 31, 31]], "on": "2017-03-17/2017-03-18"},
    ]
    whole = list(find_events(made_source(claims), lambda one: None, Losses(), divide=False))
    parts = list(find_events(made_source(claims), lambda one: None, Losses(), divide=True))
    assert [event.aggregated for event in whole] == [True]
    assert [[one.key for one in event.totals] for event in parts] == [["c3"], ["c3"]]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("possible", [False, True])
def test_only_what_happened_counts(status: str, possible: bool) -> None:
    (one,) = told({"kind": "bombing", "status": status})
    counts = status == "actual" or (status == "possible" and possible)
    assert (why_not(one, Options(possible=possible)) is None) == counts


@pytest.mark.parametrize("review", ["accepted", "corrected", "unsure", "rejected"])
def test_only_a_rejection_takes_a_claim_out(review: str) -> None:
    (one,) = told({"kind": "bombing", "review": review})
    assert (why_not(one, Options()) is None) == (review != "rejected")


@pytest.mark.parametrize(
    ("figures", "want"),
    [
        ([["12", 12, 12]], (12, 12)),
        ([["at least 12", 12, "?"]], (12, None)),
        ([["up to 30", 0, 30]], (0, 30)),
        ([["nobody", 0, 0]], (0, 0)),
        ([["many", "?", "?", "vague"]], (0, None)),
        ([["30", 30, 30], ["7", 7, 7, "part"]], (30, 30)),
        ([["20", 20, 20, "rate"]], (0, None)),
        ([], (0, None)),
    ],
)
def test_the_killed_of_one_claim(figures: list[Any], want: tuple[int | None, int | None]) -> None:
    killed = killed_range(one.kept for one in told({"kind": "killing", "n": figures}))
    assert (killed.low, killed.high) == want


def test_an_army_that_was_hit_is_not_one_dead_and_a_soldier_is() -> None:
    ranges = [
        killed_range(one.kept for one in told({"kind": "killing", "whom": [whom]}))
        for whom in ("army", "text:a soldier")
    ]
    assert [(killed.low, killed.high) for killed in ranges] == [(0, None), (1, 1)]


def test_who_tells_of_no_death_tells_no_number() -> None:
    assert not killed_range(one.kept for one in told({"kind": "injury", "n": [["9", 9, 9]]})).told


@pytest.mark.parametrize(
    ("number", "parts", "want"), [(31, 2, [16, 15]), (2, 3, [2, 0, 0]), (0, 2, [0, 0]), (9, 3, [3, 3, 3])]
)
def test_a_total_divided_adds_up_with_the_remainder_first(number: int, parts: int, want: list[int]) -> None:
    assert divide(number, parts) == want
    assert sum(divide(number, parts)) == number


@pytest.mark.parametrize(
    ("words", "low", "high", "count"),
    [
        ("dozens", 24, 99, 12),
        ("several dozen", 36, 108, 12),
        ("several hundred", 300, 900, 100),
        ("several", 3, 9, 3),
        ("tens", 20, 99, 10),
        ("many", "?", "?", 3),
    ],
)
def test_words_as_acled_counts_them(words: str, low: Any, high: Any, count: int) -> None:
    (one,) = told({"kind": "killing", "n": [[words, low, high, "vague"]]})
    assert vague_count(one.claim.figures[0]) == count


def test_two_dozen_is_a_number() -> None:
    (one,) = told({"kind": "killing", "n": [["two dozen", 24, 24]]})
    assert vague_count(one.claim.figures[0]) is None


def test_words_match_at_their_beginning() -> None:
    assert tells("A suicide-bomber", "suicide")
    assert not tells("examined", "explosives")
    assert tells("the war on drugs", "war")
    assert not tells("warned", "war")


def test_every_kind_has_a_row_in_the_table() -> None:
    assert [kind.key for kind in kinds()] == list(event_types().kind)


@pytest.mark.parametrize("format", ["acled", "ucdp", "plover"])
def test_the_order_of_the_claims_does_not_matter(format: str) -> None:
    claims = list(RandomSource(600, seed=3).told())
    shuffled = list(claims)
    random.Random(1).shuffle(shuffled)
    rows = [made_export(format, MadeSource(some))[0] for some in (claims, shuffled)]
    assert rows[0] == rows[1]


def test_a_claim_other_than_a_total_is_in_one_row(few_random: RandomSource) -> None:
    rows, _ = made_export("acled", few_random)
    of = {one.key: one.claim.kind for one in few_random.told()}
    counted = [key for key in told_in(rows) if of[key] != "killing"]
    assert len(counted) == len(set(counted))


def test_an_incident_of_thousands_of_claims_fits_into_cells() -> None:
    claims = [{"kind": "bombing", "who": ["is"], "report": f"report number {n}"} for n in range(3000)]
    rows, _ = made_export("acled", made_source(claims))
    longest = max(len(value) for row in rows for value in row.values())
    assert longest < 32_767
    assert len(rows) == 1
