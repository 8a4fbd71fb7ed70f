from __future__ import annotations

import itertools
import random
from typing import Any

import numpy as np
import pytest

from asreported.link import grouping
from asreported.link.accounts import Account, account_of, context_of, day_of
from asreported.link.blocks import block_keys
from asreported.link.incidents import candidate_pairs
from asreported.link.matching import Matcher, Network, match
from asreported.link.pairs import FEATURES, compare
from made_kepts import ARMY, HATRA, IRAQ, IS, figure, kept, place, when

RAID = "Warplanes hit a market in Mosul on Tuesday."


def account(kind: str = "airstrike", report: str = "r1", text: str = RAID, vector: bytes = b"", **more: Any) -> Account:
    made = kept(kind, report=report, quotation=text, **more)
    head = made.report
    context = context_of(head.key, head.chain, head.published, head.publisher, head.title, text)
    return account_of(context, [made.claim], [vector])


def features(one: Account, other: Account) -> dict[str, float]:
    values = compare([one, other], np.array([0]), np.array([1]))[0]
    return dict(zip(FEATURES, values.tolist(), strict=True))


ACCOUNTS = [
    account(on=when("2017-04-04"), who=[IS], figures=[figure("12", 12, 12, of="target")]),
    account("killing", "r2", where=HATRA, whom=[ARMY], figures=[figure("up to 30", 0, 30)]),
    account("killing", "r3", "An air strike killed dozens in Mosul.", on=when("2017-04-04", None), published=None),
    account("talks", "r4", "Envoys met in Geneva.", where=IRAQ, on=when(None, "2017-01-01")),
    account("siege", "r5", "The army surrounds the Old City.", where=place(lat=None, lon=None, gazetteer_id=None)),
]


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(ACCOUNTS, 2)))
def test_a_pair_has_the_same_features_both_ways(one: Account, other: Account) -> None:
    assert features(one, other) == features(other, one)


def test_a_pair_has_the_same_features_in_any_company() -> None:
    a, b = np.triu_indices(len(ACCOUNTS), 1)
    together = compare(ACCOUNTS, a, b)
    for row, i, j in zip(together, a, b, strict=True):
        assert np.allclose(row, list(features(ACCOUNTS[i], ACCOUNTS[j]).values()), atol=1e-5)


def test_features_are_finite_numbers() -> None:
    a, b = np.triu_indices(len(ACCOUNTS), 1)
    assert np.isfinite(compare(ACCOUNTS, a, b)).all()


@pytest.mark.parametrize(
    ("name", "one", "other", "expected"),
    [
        ("same_report", {}, {"report": "r1"}, 1),
        ("same_report", {}, {"report": "r2"}, 0),
        ("days_overlap", {"on": when("2017-04-04")}, {"on": when("2017-04-01", "2017-04-10")}, 1),
        ("days_overlap", {"on": when("2017-04-04")}, {"on": when("2017-04-05")}, 0),
        ("days_gap", {"on": when("2017-04-04")}, {"on": when("2017-04-07")}, np.log1p(3)),
        ("both_dated", {"on": when("2017-04-04")}, {}, 0),
        ("one_dated", {"on": when("2017-04-04")}, {}, 1),
        ("same_place", {}, {}, 1),
        ("same_place", {}, {"where": HATRA}, 0),
        ("point_clash", {}, {"where": HATRA}, 0),  # Hatra is known as a district, which may hold the place
        ("point_clash", {}, {"where": place("Hatra", lat=35.5, gazetteer_id=1)}, 1),
        ("distance", {}, {"where": place("Hatra", lat=35.573, lon=42.734, gazetteer_id=1)}, np.log1p(91.6)),
        ("other_country", {}, {"where": place("Raqqa", country="SY")}, 1),
        ("actors_shared", {"who": [IS]}, {"who": [IS]}, 1),
        ("actors_differ", {"who": [IS]}, {"who": [ARMY]}, 1),
        ("actors_differ", {"who": [IS]}, {}, 0),
        ("roles_crossed", {"who": [IS]}, {"whom": [IS]}, 1),
        ("counts_equal", {"figures": [figure("12", 12, 12)]}, {"figures": [figure("12", 12, 12)]}, 1),
        ("counts_overlap", {"figures": [figure("12", 12, 12)]}, {"figures": [figure("at least 10", 10, None)]}, 1),
        ("counts_disjoint", {"figures": [figure("12", 12, 12)]}, {"figures": [figure("30", 30, 30)]}, 1),
        ("counts_disjoint", {"figures": [figure("12", 12, 12)]}, {"figures": [figure("30", 30, 30, "vehicles")]}, 0),
        ("counts_disjoint", {"figures": [figure("12", 12, 12)]}, {"kind": "injury", "figures": [figure("3", 3, 3)]}, 0),
        ("words", {}, {}, 1),
        ("words", {}, {"text": "Envoys met."}, 0),
        ("published_gap", {}, {"report": "r2", "published": "2017-05-01"}, np.log1p(3)),
    ],
)  # fmt: skip
def test_what_two_accounts_agree_in(name: str, one: dict[str, Any], other: dict[str, Any], expected: float) -> None:
    found = features(account(**one), account(**{"report": "r2"} | other))[name]
    assert found == pytest.approx(expected, abs=0.01)


def test_an_open_interval_is_not_a_day() -> None:
    found = features(account(on=when("2017-04-04", None)), account(report="r2", on=when("2017-06-01")))
    assert found["days_overlap"] == 1 and found["days_union"] > np.log(1000)


def test_reports_of_one_raid_are_compared_and_of_another_year_not() -> None:
    raid = account(on=when("2017-04-04"))
    again = account(report="r2", published="2017-04-05")
    other_year = account(report="r3", on=when("2016-04-04"), published="2016-04-05")
    a, b = candidate_pairs([raid, again, other_year])
    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [(0, 1)]


def test_neighbouring_days_share_a_block() -> None:
    days = [account(report=f"r{n}", on=when(f"2017-04-{n:02d}")) for n in range(1, 29)]
    for one, other in itertools.pairwise(days):
        assert set(block_keys(one)) & set(block_keys(other))


def test_blocks_are_those_of_the_account_alone() -> None:
    assert block_keys(ACCOUNTS[0]) == block_keys(
        account(on=when("2017-04-04"), who=[IS], figures=[figure("x", 12, 12)])
    )


def network(weight: float) -> Network:
    width = len(FEATURES) + 2 * 96
    layers = ((np.full((width, 1), weight, np.float32), np.zeros(1, np.float32)),)
    return Network(np.zeros(len(FEATURES), np.float32), np.ones(len(FEATURES), np.float32), layers)


def test_chances_lie_between_none_and_all_and_do_not_mind_the_order() -> None:
    vectors = [bytes([n] * 96) for n in range(len(ACCOUNTS) - 1)]
    accounts = [account(report=f"r{n}", vector=v) for n, v in enumerate([*vectors, b""])]
    a, b = np.triu_indices(len(accounts), 1)
    chances = match(network(0.01), accounts, a, b)
    assert ((chances > 0) & (chances < 1)).all()
    assert np.array_equal(chances, match(network(0.01), accounts, b, a))


def test_no_date_is_no_day() -> None:
    assert day_of("2017-04-28T10:00") is not None
    assert [day_of(text) for text in (None, "", "April", "2017-13", "28/04/2017")] == [None] * 5


def test_a_long_report_is_grouped_stretch_by_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MOST_CLAIMS", 3)
    claims = [kept("killing", report="r1", quotation=RAID).claim for _ in range(7)]
    told = grouping.Told(ACCOUNTS[0].context, claims, [b""] * 7)
    matcher = Matcher("made up", network(0.5), network(0.5), 0.3, 0.3)
    places = [places for _, places in grouping.group_reports([told], matcher)[0]]
    assert places == [(0, 1, 2), (3, 4, 5), (6,)]


def test_an_arrest_is_counted_to_the_attack_that_it_goes_with() -> None:
    claims = [kept(kind, report="r1", quotation=RAID).claim for kind in ("attack", "justice", "aid")]
    told = grouping.Told(ACCOUNTS[0].context, claims, [b""] * 3)
    none, some = Matcher("a", network(-9.0), network(0), 0.9, 0.9), Matcher("b", network(0), network(0), 0.9, 0.9)
    assert [p for _, p in grouping.group_reports([told], none)[0]] == [(0,), (1,), (2,)]
    assert [p for _, p in grouping.group_reports([told], some)[0]] == [(0, 1), (2,)]
    apart = told._replace(different=[(0, 1)])
    assert [p for _, p in grouping.group_reports([apart], some)[0]] == [(0,), (1,), (2,)]


@pytest.mark.parametrize("seed", range(3))
def test_the_best_point_does_not_depend_on_the_order_of_claims(seed: int) -> None:
    claims = [kept("killing", report="r1", where=place(lat=36 + n / 10, precision="near")).claim for n in range(5)]
    expected = account_of(ACCOUNTS[0].context, claims).points
    random.Random(seed).shuffle(claims)
    assert account_of(ACCOUNTS[0].context, claims).points == expected
