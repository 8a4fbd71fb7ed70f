"""What is reported to hold on a day: what counts, what replaces what, what stands apart; and whole reports."""

import datetime as dt
import os
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import asreported
from asreported.compare.situation import KINDS_OF_STATE, ORDER, ActorAsked, Situation, situation
from asreported.compare.situation_places import PlaceAsked
from asreported.pipeline import sample_paths
from asreported.records import Entity, Kept, ReportHead
from made_kepts import ARMY, HATRA, IRAQ, IS, NINEVEH, day, figure, kept, place, source, when

SHARED = os.environ.get("ASREPORTED_SHARED")
ON = day("2017-04-28")
MOSUL = PlaceAsked(
    id=99072, name="Mosul", level="place", country="IQ", country_name="Iraq", admin1="Nineveh", lat=36.335,
    lon=43.1189, radius_km=12.0,
)  # fmt: skip
DORRIAN = source("John Dorrian", "Col John Dorrian")


def told(*kepts: Kept, **options) -> Situation:
    return situation(kepts, options.pop("asked", MOSUL), options.pop("on", ON), **options)


def keys(items) -> list[str]:
    return [item.key for item in items]


def sections(s: Situation) -> dict[str, list[str]]:
    return {section.key: keys(section.items) for section in s.sections}


# ---- what counts -------------------------------------------------------------------------


def test_only_what_was_published_by_the_day_counts():
    before, that_day, after = (kept("siege", published=p) for p in ("2017-04-27", "2017-04-28", "2017-04-29"))
    s = told(before, that_day, after)
    assert set(keys(s.section("sieges").items)) == {before.key, that_day.key}
    assert s.left_out.later == 1


def test_a_report_that_may_be_later_counts_only_when_asked_for():
    undated, month, earlier = (kept("attack", published=p) for p in (None, "2017-04", "2017-03"))
    assert keys(told(undated, month, earlier, since=day("2017-01-01")).section("attacks").items) == [earlier.key]
    assert told(undated, month, earlier).left_out.undated == 2
    s = told(undated, month, earlier, since=day("2017-01-01"), undated=True)
    assert keys(s.section("attacks").items) == [month.key, earlier.key, undated.key]
    assert s.section("attacks").items[-1].age_days is None


def test_rejected_claims_are_left_out_and_counted():
    s = told(kept("siege", review="rejected"))
    assert s.is_empty
    assert s.left_out.rejected == 1


@pytest.mark.parametrize("status", ["planned", "possible", "attempted", "denied", "generic"])
def test_what_is_not_said_to_hold_stands_apart(status):
    claims = [kept(kind, status=status, figures=[figure("12", 12, 12)]) for kind in ("siege", "killing", "control")]
    s = told(*claims)
    assert s.sections == ()
    assert set(keys(s.apart.items)) == {claim.key for claim in claims}
    assert {item.status for item in s.apart.items} == {status}


def test_what_is_dated_ahead_is_not_said_to_hold():
    after_the_day = kept("attack", on=when("2017-05-03"))
    after_its_report = kept("attack", on=when("2017-04-25"), published="2017-04-01")
    s = told(after_the_day, after_its_report)
    assert s.sections == ()
    assert {item.key for item in s.apart.items} == {after_the_day.key, after_its_report.key}
    assert all(item.ahead for item in s.apart.items)


def test_older_events_are_counted_and_not_shown():
    old, new = kept("airstrike", on=when("2017-01-05")), kept("airstrike", on=when("2017-04-20"))
    section = told(old, new).section("attacks")
    assert keys(section.items) == [new.key]
    assert section.older == 1
    assert set(keys(told(old, new, since=day("2017-01-01")).section("attacks").items)) == {old.key, new.key}


def test_a_section_shows_some_and_counts_the_rest():
    claims = [kept("clash", on=when("2017-04-20")) for _ in range(11)]
    assert (len(told(*claims, most=4).section("fighting").items), told(*claims, most=4).section("fighting").more) == (
        4,
        7,
    )
    assert len(told(*claims, most=None).section("fighting").items) == 11


def test_one_gas_attack_is_not_hidden_by_many_air_strikes():
    strikes = [kept("airstrike", on=when("2017-04-27")) for _ in range(20)]
    gas = kept("chemical-attack", on=when("2017-04-10"))
    assert gas.key in keys(told(*strikes, gas).section("attacks").items)


# ---- age ---------------------------------------------------------------------------------


def test_age_is_counted_from_the_last_day_on_which_it_is_said_to_hold():
    dated = kept("siege", whom=[IS], on=when("2017-04-20"))
    undated = kept("siege", whom=[ARMY], published="2017-04-25")
    since = kept("siege", whom=["people"], on=when("2016-10-01", None), published="2017-04-26")
    ages = {item.key: item.age_days for item in told(dated, undated, since).section("sieges").items}
    assert ages == {dated.key: 8, undated.key: 3, since.key: 2}


def test_a_month_that_is_not_over_lasts_to_the_day_of_its_report():
    (item,) = told(kept("siege", on=when("2017-04-01", "2017-04-30"), published="2017-04-12")).section("sieges").items
    assert item.day == day("2017-04-12")


def test_what_nobody_reported_for_long_is_marked_stale_and_kept():
    old = kept("control", who=[IS], published="2016-10-17")
    (item,) = told(old).section("control").items
    assert (item.stale, item.age_days) == (True, 193)
    assert not told(old, stale_days=193).section("control").items[0].stale


# ---- what replaces what ------------------------------------------------------------------


def test_the_latest_strength_of_a_source_replaces_its_earlier_one():
    now = kept("strength", who=[IS], figures=[figure("up to 1,000", 0, 1000)], by=[DORRIAN], on=when("2017-04-27"))
    then = kept(
        "strength", who=[IS], figures=[figure("an estimated 8,000", 7200, 8800)], by=[DORRIAN],
        on=when("2016-10-01", "2016-10-31"),
    )  # fmt: skip
    (item,) = told(then, now).section("strengths").items
    assert item.key == now.key
    assert [(s.key, s.figures[0].low, s.figures[0].high) for s in item.earlier] == [(then.key, 7200, 8800)]


def test_two_sources_that_count_one_force_stay_side_by_side():
    one = kept("strength", who=[IS], figures=[figure("200", 200, 200)], by=[source("A")], on=when("2017-04-27"))
    other = kept("strength", who=[IS], figures=[figure("900", 900, 900)], by=[source("B")], on=when("2017-04-20"))
    items = told(one, other).section("strengths").items
    assert keys(items) == [one.key, other.key]
    assert all(not item.earlier for item in items)


def test_strengths_with_a_number_come_first():
    words = kept("strength", who=["foreign fighters"], published="2017-04-28")
    number = kept("strength", who=[IS], figures=[figure("300", 300, 300)], published="2017-04-02")
    assert keys(told(words, number).section("strengths").items) == [number.key, words.key]


def test_control_is_the_latest_of_each_side_and_names_its_rival():
    old, new = (kept("control", who=[IS], published=p) for p in ("2017-03-01", "2017-04-20"))
    rival = kept("control", who=[ARMY], published="2017-04-25")
    items = {item.key: item for item in told(old, new, rival).section("control").items}
    assert set(items) == {new.key, rival.key}
    assert [s.key for s in items[new.key].earlier] == [old.key]
    assert [s.key for s in items[new.key].questioned_by] == [rival.key]
    assert [s.key for s in items[rival.key].questioned_by] == [new.key]


def test_parts_of_a_town_are_held_by_different_sides_without_dispute():
    east = place(text="eastern Mosul", precision="part", radius_km=6.0)
    west = place(text="western Mosul", precision="part", radius_km=6.0)
    s = told(kept("control", who=[ARMY], where=east), kept("control", who=[IS], where=west))
    assert [item.questioned_by for item in s.section("control").items] == [(), ()]


def test_the_loss_of_a_place_and_a_denial_stand_beside_control():
    held = kept("control", who=[IS], published="2017-04-01")
    taken = kept("advance", who=[ARMY], whom=["Mosul"], on=when("2017-04-20"))
    left = kept("withdrawal", who=[IS], on=when("2017-04-21"))
    earlier = kept("advance", who=[ARMY], on=when("2017-03-20"), published="2017-03-21")
    denied = kept("control", who=[IS], status="denied", published="2017-04-22")
    s = told(held, taken, left, earlier, denied)
    (item,) = s.section("control").items
    assert {short.key for short in item.questioned_by} == {taken.key, left.key, denied.key}
    assert denied.key in keys(s.apart.items)


def test_who_may_be_one_side_is_no_rival():
    rebels = Entity(id="rebels", name="rebels", type="rebel-group")
    fighters = kept("control", who=["some fighters"])
    (first, second) = told(kept("control", who=[rebels]), fighters).section("control").items
    assert not first.questioned_by
    assert not second.questioned_by


def test_figures_of_a_toll_are_never_added_up():
    claims = [
        kept("killing", figures=[figure("12", 12, 12)], incident="i1", on=when("2017-04-20")),
        kept("killing", figures=[figure("at least 40", 40, None)], incident="i2", on=when("2017-04-19")),
        kept("injury", figures=[figure("dozens", 24, 99)], incident="i1", on=when("2017-04-20")),
    ]
    items = told(*claims).section("toll").items
    assert {(f.text, f.low, f.high) for item in items for f in item.figures} == {
        ("12", 12, 12), ("at least 40", 40, None), ("dozens", 24, 99),
    }  # fmt: skip
    assert [item.incident for item in items] == ["i1", "i1", "i2"]  # those of one incident side by side


def test_a_killing_without_a_number_is_no_toll():
    executed = kept("killing", who=[IS], whom=["people"])
    uncounted = kept("killing", figures=[figure("many", None, None)])
    s = told(executed, uncounted)
    assert set(keys(s.section("abuses").items)) == {executed.key, uncounted.key}
    assert s.section("toll").items == ()


# ---- repeats -----------------------------------------------------------------------------


def test_what_one_report_tells_twice_is_one_item():
    title = kept("clash", report="r", label="A", quotation="Battle for Mosul.")
    body = kept("clash", report="r", label="A", who=[ARMY], whom=[IS], quotation="The army fought Islamic State.")
    other = kept("clash", report="r", label="B")
    items = {item.key: item for item in told(title, body, other).section("fighting").items}
    assert set(items) == {body.key, other.key}
    assert items[body.key].told_again == (title.key,)


def test_what_other_parties_do_is_no_repeat():
    one = kept("killing", report="r", label="A", whom=["people"])
    other = kept("killing", report="r", label="A", whom=[IS])
    assert len(told(one, other).section("abuses").items) == 2


def test_near_copies_are_one_item_and_independent_reports_are_not():
    copies = [kept("attack", chain="c", quotation="Raiders came.", publisher=p) for p in ("A", "B", "C")]
    independent = kept("attack", quotation="Raiders came.", publisher="D")
    items = told(*copies, independent).section("attacks").items
    assert sorted(len(item.told_again) for item in items) == [0, 2]


# ---- where -------------------------------------------------------------------------------


def test_a_place_includes_its_parts_and_sites():
    part = kept("siege", where=place(text="the Old City", precision="part", lat=36.34, lon=43.13))
    site = kept("siege", where=place("Mosul airport", gazetteer_id=None, lat=36.306, lon=43.147))
    named = kept("siege", where=place("al-Jadida", gazetteer_id=None, lat=None, lon=None, alternates=("Mosul",)))
    assert len(told(part, site, named, most=None).section("sieges").items) == 3


def test_what_lies_near_is_told_with_its_distance_newest_and_nearest_first():
    taken = kept("advance", who=[ARMY], where=HATRA, on=when("2017-04-27"))
    nearer = kept("airstrike", where=place("Bartella", gazetteer_id=1, lat=36.35, lon=43.38), on=when("2017-04-27"))
    far = kept("airstrike", where=place("Baghdad", admin1="Baghdad", gazetteer_id=2, lat=33.34, lon=44.4))
    s = told(taken, nearer, far)
    assert s.is_empty
    assert keys(s.nearby.items) == [nearer.key, taken.key]
    assert [(round(item.distance_km or 0), item.bearing) for item in s.nearby.items] == [(23, "east"), (92, "south")]
    assert keys(told(taken, nearer, nearby_km=50).nearby.items) == [nearer.key]


def test_south_of_mosul_is_not_in_mosul():
    beside = place(text="south of Mosul", precision="near", lat=35.18, lon=43.1, radius_km=19.0)
    s = told(kept("clash", where=beside))
    assert s.is_empty
    assert len(s.nearby.items) == 1
    outskirts = place(text="near Mosul", precision="near", lat=36.335, lon=43.1189, radius_km=20.0)
    assert not told(kept("clash", where=outskirts)).is_empty


def test_a_district_with_the_point_of_a_town_is_not_in_the_town():
    district = place("Tilkaif", gazetteer_id=8, precision="adm2", radius_km=25.0)
    s = told(kept("attack", where=district))
    assert s.is_empty
    assert len(s.nearby.items) == 1


def test_what_is_known_to_the_province_or_country_is_not_in_the_town():
    north = place("Iraq", admin1=None, text="northern Iraq", gazetteer_id=99237, precision="part", radius_km=150.0)
    anbar = place("Anbar", admin1="Anbar", gazetteer_id=7, precision="adm1")
    claims = [
        kept("attack", where=IRAQ),
        kept("clash", where=NINEVEH),
        kept("clash", where=north),
        kept("clash", where=anbar),
    ]
    s = told(*claims)
    assert s.is_empty
    assert s.nearby.items == ()
    assert [(a.name, a.counts) for a in s.around] == [("Nineveh", {"clash": 1}), ("Iraq", {"clash": 1, "attack": 1})]


def test_a_province_and_a_country_include_their_towns():
    province = msgspec.structs.replace(MOSUL, id=92877, name="Nineveh", level="adm1", radius_km=109.0)
    country = msgspec.structs.replace(MOSUL, id=99237, name="Iraq", level="country", admin1=None, radius_km=373.0)
    claims = [kept("siege", whom=["a"], where=w) for w in (place(), HATRA, NINEVEH, IRAQ)]
    assert told(*claims, asked=province).claims == 3
    assert told(*claims, asked=country).claims == 4


def test_an_actor_is_looked_for_in_every_part():
    asked = ActorAsked(ids=("islamic-state", "isi"), name="Islamic State")
    as_actor, as_target = kept("attack", who=[IS]), kept("siege", whom=[IS], where=IRAQ)
    former = kept("clash", who=[Entity(id="isi", name="Islamic State of Iraq")])
    s = told(as_actor, as_target, former, kept("attack", who=[ARMY]), asked=asked)
    assert sections(s) == {"sieges": [as_target.key], "attacks": [as_actor.key], "fighting": [former.key]}
    assert (s.nearby.items, s.around) == ((), ())


def test_contradictions_of_the_place_are_told_once():
    one = [
        kept("control", who=[ARMY], by=[source("The army")], publisher="A", published="2017-04-27"),
        kept("control", who=[IS], by=[source("Amaq")], publisher="B", published="2017-04-27"),
    ]
    (found,) = told(*one).contradictions
    assert found.kind == "control"
    assert {statement.key for statement in found.statements} == {k.key for k in one}


def test_a_kind_that_is_not_known_is_shown_all_the_same():
    assert sections(told(odd := kept("flood")))["politics"] == [odd.key]


def test_nothing_known():
    s = told()
    assert s.is_empty
    assert (s.claims, s.reports, s.first_published) == (0, 0, None)


# ---- properties --------------------------------------------------------------------------

KINDS = [
    "control",
    "siege",
    "strength",
    "advance",
    "withdrawal",
    "attack",
    "killing",
    "displacement",
    "agreement",
    "odd",
]
STATUSES = ["actual", "planned", "possible", "denied", "generic"]
DAYS = ["0001-01-01", "2016-10-17", "2017-04-28", "2017-05-02", "9999-12-31"]


@st.composite
def some_kept(draw):
    start = draw(st.sampled_from([None, *DAYS]))
    end = draw(st.sampled_from([None, *[d for d in DAYS if start is None or d >= start]]))
    low = draw(st.sampled_from([None, 0, 12]))
    return kept(
        draw(st.sampled_from(KINDS)),
        status=draw(st.sampled_from(STATUSES)),
        who=draw(st.sampled_from([(), (IS,), (ARMY,), ("men",)])),
        whom=draw(st.sampled_from([(), (IS,), ("people",)])),
        where=draw(st.sampled_from([place(), HATRA, IRAQ, NINEVEH, place("X", lat=None, lon=None, gazetteer_id=None)])),
        on=draw(st.sampled_from([None, when(start, end)])),
        figures=draw(st.sampled_from([(), (figure("n", low, draw(st.sampled_from([None, 12, 400]))),)])),
        by=draw(st.sampled_from([(), (DORRIAN,), (source(None),)])),
        published=draw(st.sampled_from([None, "soon", "2017", "2017-04", *DAYS])),
        report=draw(st.sampled_from([None, "r1", "r2"])),
        label=draw(st.sampled_from([None, "A"])),
        incident=draw(st.sampled_from([None, "i1"])),
        review=draw(st.sampled_from(["unreviewed", "accepted", "rejected"])),
    )


@given(st.lists(some_kept(), max_size=12), st.randoms(use_true_random=False), st.booleans())
def test_every_claim_is_shown_or_counted_in_whatever_order(claims, chance: random.Random, undated):
    s = told(*claims, most=None, undated=undated, since=dt.date.min)
    shuffled = list(claims)
    chance.shuffle(shuffled)
    assert told(*shuffled, most=None, undated=undated, since=dt.date.min) == s
    assert msgspec.json.decode(msgspec.json.encode(s), type=Situation) == s
    shown = [item for section in (*s.sections, s.apart, s.nearby) for item in section.items]
    shown += [item for area in s.around for item in area.items]
    told_keys = [key for i in shown for key in (i.key, *i.told_again, *(e.key for e in i.earlier))]
    own = [item for section in s.sections for item in section.items]
    assert all(item.status == "actual" and not item.ahead for item in own)
    assert all(item.age_days is None or item.age_days >= 0 for item in shown)
    assert [section.key for section in s.sections] == [key for key in ORDER if s.section(key).items]
    assert len(set(keys(shown))) == len(shown)
    assert set(told_keys) <= {claim.key for claim in claims}
    days = ("2016-10-17", "2017-04-28", "0001-01-01")
    due = {c.key: c.claim.kind for c in claims if c.report.published in days and c.review != "rejected"}
    at_mosul = [c for c in claims if c.key in due and c.claim.where == place()]
    missing = {due[c.key] for c in at_mosul if c.key not in told_keys}
    assert missing <= set(KINDS_OF_STATE)  # what a state replaces is counted beyond a few, and its repeats go with it


# ---- on real reports ---------------------------------------------------------------------


def read_kepts(*paths) -> list[Kept]:
    kepts = []
    for reading in asreported.read(*paths):
        report = reading.report
        head = ReportHead(
            key=report.sha256[:12], id=report.id, title=report.title, publisher=report.publisher,
            published=report.published, url=report.url, text_sha256=report.sha256, chain=report.sha256[:12],
        )  # fmt: skip
        kepts += [Kept(key=f"{head.key}:{claim.id}", report=head, claim=claim) for claim in reading.claims]
    return kepts


@pytest.fixture(scope="module")
def samples() -> list[Kept]:
    return read_kepts(*sample_paths())


def test_the_samples_tell_of_mosul_in_march_2017(samples):
    s = told(*samples, on=day("2017-03-30"))
    (toll,) = [i for i in s.section("toll").items if i.kind == "killing"]
    assert [(f.text, f.low, f.high) for f in toll.figures] == [("at least 307", 307, None)]
    assert any("western Mosul" in words for words in toll.place_words)
    held = [i for i in s.section("control").items if any(p.id == "islamic-state" for p in i.who)]
    assert held[0].age_days == 1
    trapped = [i for i in s.apart.items if i.kind == "siege"]
    assert trapped[0].status == "possible"
    assert max(item.published or "" for section in s.sections for item in section.items) <= "2017-03-30"


def test_the_samples_tell_of_raqqa(samples):
    raqqa = msgspec.structs.replace(
        MOSUL, id=172955, name="Raqqa", admin1="Raqqa", country="SY", country_name="Syria", lat=35.9528, lon=39.0079
    )
    s = told(*samples, asked=raqqa, on=day("2017-10-21"))
    figures = {f.text for item in s.section("toll").items for f in item.figures}
    assert {"3,250", "more than 1,800"} <= figures  # the Observatory's and Airwars', side by side
    assert {"200 to 300"} <= {f.text for item in s.section("strengths").items for f in item.figures}


@pytest.mark.skipif(not SHARED, reason="ASREPORTED_SHARED is not set")
def test_mosul_on_28_april_2017(samples):
    s = told(*samples, *read_kepts(Path(str(SHARED)) / "seed"))
    siege = next(i for i in s.section("sieges").items if any(p.id == "islamic-state" for p in i.whom))
    assert siege.trigger == "surrounded"
    assert siege.place_words[0] == "the northwestern part of Mosul"
    assert siege.age_days == 0
    (gas,) = [i for i in s.section("attacks").items if i.kind == "chemical-attack"]
    executions = next(i for i in s.section("abuses").items if i.trigger == "executing")
    for item in (gas, executions):
        assert [x.name for x in item.sources] == ["John Dorrian"]
        assert "chemical weapons" in item.quotation
        assert [p.id for p in item.who] == ["islamic-state"]
    strength = s.section("strengths").items[0]
    assert [(f.text, f.low, f.high) for f in strength.figures] == [("up to 1,000", 0, 1000)]
    assert strength.day == day("2017-04-27")
    assert [f.text for short in strength.earlier for f in short.figures] == ["an estimated 8,000"]
    hatra = next(i for i in s.nearby.items if i.trigger == "captured")
    assert (hatra.day, hatra.age_days, hatra.where.name) == (day("2017-04-27"), 1, "Hatra")
    assert hatra.bearing == "south"
    assert "the military" in hatra.quotation
