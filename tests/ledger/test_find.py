"""Search: the same claims as a filter in plain Python finds, whatever way is taken to them."""

from __future__ import annotations

import datetime as dt
import random

import pytest
from found_claims import ACTORS, day_of, fulfils, make_query, make_readings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asreported.ledger import Ledger, Query, database, matching, open_ledger
from asreported.ledger.find import count_without, find_numbers
from asreported.ledger.query import FACETS
from asreported.records import Kept


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    fill(ledger)
    return ledger


def fill(ledger: Ledger, seed: int = 1, reports: int = 40) -> None:
    for reading in make_readings(seed, reports):
        ledger.add(reading, reading.report.text.encode(), reader="test")


def keys(page: tuple[Kept, ...] | list[Kept]) -> list[str]:
    return [kept.key for kept in page]


def everything(ledger: Ledger) -> list[Kept]:
    return ledger.kept([n for (n,) in ledger.database.rows("SELECT n FROM claims ORDER BY n")])


@pytest.mark.parametrize(("few", "many", "common"), [(0, 0, 0), (0, 40, 20), (5, 40, 20), (20_000, 100_000, 2_000)])
def test_random_queries_find_what_a_filter_over_all_claims_finds(
    filled: Ledger, monkeypatch: pytest.MonkeyPatch, few: int, many: int, common: int
) -> None:
    """With nothing that counts as few every search walks along the index, else it starts from the narrowest filter."""
    monkeypatch.setattr(matching, "FEW", few)
    monkeypatch.setattr(matching, "MANY", many)
    monkeypatch.setattr(matching, "COMMON", common)
    rng = random.Random(few)
    claims = everything(filled)
    found_some = 0
    for _ in range(250):
        query = make_query(rng)
        expected = {kept.key for kept in claims if fulfils(query, kept)}
        found = filled.claims(query)
        assert set(keys(found.kept)) == expected, query
        assert found.total == len(expected) and not found.more
        found_some += bool(expected)
    assert 80 < found_some < 250


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_claims_come_in_the_order_of_their_days_those_without_any_last(filled: Ledger, order: str) -> None:
    page = filled.claims(Query(order=order, limit=1000)).kept
    days = [day_of(kept) for kept in page]
    known = [day for day in days if day is not None]
    assert days == known + [None] * (len(days) - len(known))
    assert known == sorted(known, reverse=order == "newest")
    assert None in days


def test_pages_follow_one_another_without_gap_or_repetition(filled: Ledger) -> None:
    whole = keys(filled.claims(Query(kinds=("killing",), limit=1000)).kept)
    pages = [filled.claims(Query(kinds=("killing",), limit=4, offset=n)) for n in range(0, len(whole) + 4, 4)]
    assert [key for page in pages for key in keys(page.kept)] == whole
    assert {page.total for page in pages} == {len(whole)}


def test_more_than_are_counted_is_told(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    from asreported.ledger import find

    total = len(everything(filled))
    monkeypatch.setattr(find, "MOST", 10)
    found = filled.claims(Query(limit=3))
    assert (found.total, found.more, len(found.kept)) == (10, True, 3)
    assert len(filled.claims(Query(limit=1000, offset=12)).kept) == total - 12
    assert len(find_numbers(filled, Query())) == total


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("since", [None, dt.date(2012, 1, 1)])
def test_where_counting_would_take_long_the_page_is_whole_and_the_count_is_at_least(
    folder_ledger: Ledger, monkeypatch: pytest.MonkeyPatch, order: str, since: dt.date | None
) -> None:
    fill(folder_ledger)
    query = Query(statuses=("actual", "planned"), since=since, order=order, limit=7, offset=2)
    whole = folder_ledger.claims(query)
    folder_ledger.database.close()
    for name, value in (("FEW", 0), ("MANY", 0), ("STEPS", 20)):
        monkeypatch.setattr(matching, name, value)
    monkeypatch.setattr(database, "STRIDE", 20)
    with open_ledger(folder_ledger.database.where) as again:
        found = again.claims(query)
    assert found.kept == whole.kept and len(whole.kept) == 7
    assert found.more and not whole.more
    assert 9 <= found.total < whole.total


def test_left_out_counts_what_a_choice_of_the_query_keeps_out(filled: Ledger) -> None:
    query = Query(near=(36.0, 42.5, 10.0))
    coarse = filled.claims(Query(near=query.near, coarse=True)).total
    found = filled.claims(query)
    assert found.left_out == {"coarse": coarse - found.total} and coarse > found.total
    day = dt.date(2016, 6, 1)
    dated = filled.claims(Query(since=day, dated_only=True))
    assert dated.left_out == {"undated": filled.claims(Query(since=day)).total - dated.total}
    assert dated.left_out["undated"] > 0


def test_claims_that_only_an_earlier_reading_had_are_left_out_and_counted(ledger: Ledger) -> None:
    first, second = (reading.report for reading in make_readings(1, 2))
    readings = make_readings(1, 2)
    ledger.add(readings[0], b"x", reader="old")
    ledger.add(type(readings[0])(report=first, claims=readings[0].claims[1:]), b"x", reader="new")
    assert second.id != first.id
    found = ledger.claims(Query())
    assert found.total == len(readings[0].claims) - 1
    assert found.left_out == {"earlier": 1}
    assert ledger.claims(Query(earlier=True)).total == len(readings[0].claims)


def test_facets_count_all_matches_once(filled: Ledger) -> None:
    found = filled.claims(Query(statuses=("actual",), facets=FACETS))
    claims = [kept for kept in everything(filled) if kept.claim.status == "actual"]
    counts = {facet.name: dict(facet.counts) for facet in found.facets}
    assert set(counts) == set(FACETS)
    for kind, number in counts["kind"].items():
        assert number == sum(kept.claim.kind == kind for kept in claims)
    for actor in ACTORS:
        named = sum(any(r.entity and r.entity.id == actor for r in kept.claim.roles) for kept in claims)
        assert counts["actor"].get(actor, 0) == named
    assert sum(counts["status"].values()) == found.total == len(claims)
    labels = next(facet.labels for facet in found.facets if facet.name == "actor")
    assert "Islamic State" in labels


def test_an_actor_is_found_by_any_name_of_the_tables_and_the_answer_says_whom(filled: Ledger) -> None:
    by_id = filled.claims(Query(actors=("islamic-state",)))
    by_name = filled.claims(Query(actors=("Daesh",)))
    assert keys(by_name.kept) == keys(by_id.kept) and by_id.total
    assert by_id.notes == ()
    assert by_name.notes == ("actor “Daesh”: Islamic State (islamic-state)",)
    assert filled.claims(Query(actors=("the lake guard",))).total
    assert filled.claims(Query(actors=("Nobody Such",))).notes == ("no actor of this ledger is called “Nobody Such”",)


def test_a_name_of_several_places_finds_all_and_says_which(filled: Ledger) -> None:
    found = filled.claims(Query(places=("Nineveh",), limit=1000))
    names = {kept.claim.where.name for kept in found.kept if kept.claim.where}
    assert names == {"Mosul", "Nineveh"}
    assert found.notes == ("place “Nineveh”: all of Nineveh, IQ; Nineveh, Nineveh, IQ (4)",)


def test_titles_in_front_of_a_source_are_left_off(filled: Ledger) -> None:
    found = filled.claims(Query(sources=("Col John Dorrian",)))
    assert found.total == filled.claims(Query(sources=("John Dorrian",))).total > 0
    assert found.notes == ("source “Col John Dorrian”: john dorrian",)


def test_a_radius_reaches_over_the_180th_meridian(filled: Ledger) -> None:
    found = filled.claims(Query(near=(-17.5, 179.2, 200.0), limit=1000))
    assert {kept.claim.where.name for kept in found.kept if kept.claim.where} == {"Suva", "Taveuni"}


def test_relevance_puts_a_claim_with_all_words_often_before_others(filled: Ledger) -> None:
    found = filled.claims(Query(words="hospital", order="relevance", limit=1000))
    newest = filled.claims(Query(words="hospital", limit=1000))
    assert set(keys(found.kept)) == set(keys(newest.kept)) and found.total > 3
    assert keys(found.kept) == keys(filled.claims(Query(words="hospital", order="relevance", limit=1000)).kept)


def test_which_filter_keeps_most_out_is_told_first(filled: Ledger) -> None:
    query = Query(kinds=("killing",), actors=("nobody",))
    assert filled.claims(query).total == 0
    counts = count_without(filled, query)
    assert [count.filter for count in counts] == ["actors", "kinds"]
    assert counts[0].number == filled.claims(Query(kinds=("killing",))).total and counts[1].number == 0


def test_an_empty_ledger_is_searched_without_error(ledger: Ledger) -> None:
    found = ledger.claims(Query(words="x", places=("Mosul",), near=(0, 0, 10), facets=FACETS, order="relevance"))
    assert (found.total, found.kept) == (0, ())


@pytest.mark.parametrize(
    "asked",
    [
        {"order": "best"}, {"facets": ("colour",)}, {"limit": -1},
        {"near": (91.0, 0.0, 1.0)}, {"near": (0.0, 0.0, -1.0)},
        {"near": (0.0, float("nan"), 1.0)}, {"since": dt.date(2017, 1, 2), "until": dt.date(2017, 1, 1)},
        {"low": 3.0, "high": 2.0}, {"low": float("nan")},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(asked: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Query(**asked)  # type: ignore[arg-type]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(max_size=40),
    field=st.sampled_from(["actors", "places", "sources", "publishers", "incidents", "kinds"]),
)
def test_no_name_raises(filled_once: Ledger, name: str, field: str) -> None:
    found = filled_once.claims(Query(**{field: (name,)}, limit=5))  # type: ignore[arg-type]
    assert found.total >= len(found.kept) >= 0


@pytest.fixture(scope="module")
def filled_once(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    opened = open_ledger(tmp_path_factory.mktemp("find") / "ledger", create=True)
    fill(opened)
    return opened
