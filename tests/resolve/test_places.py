import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.records import Annotation, Event, Mention, Report, Span, Where, make_report
from asreported.resolve.gazetteer import load_gazetteer
from asreported.resolve.places import resolve_places, resolve_toponyms

CASES = Path(__file__).parents[1] / "cases/places"
MENTIONS = json.loads((CASES / "mentions.json").read_text("utf-8"))
NEGATIVE = json.loads((CASES / "negative.json").read_text("utf-8"))


def report_of(text: str, title: str = "") -> Report:
    return make_report(id="x", title=title, body=text)


def span_of(report: Report, text: str, *, last: bool = False) -> Span:
    start = report.text.rindex(text) if last else report.text.index(text)
    return report.span(start, start + len(text))


def event(report: Report, kind: str = "attack", sentence: str | None = None, **roles: str | Sequence[str]) -> Event:
    """An event whose fillers are given as the text of their first occurrence."""
    whole = span_of(report, sentence) if sentence else report.span(0, len(report.text))
    mentions = [
        Mention(role=role, span=span_of(report, text))
        for role, texts in roles.items()
        for text in ([texts] if isinstance(texts, str) else texts)
    ]
    trigger = report.span(whole.start, whole.start + 1)
    return Event(kind=kind, status="actual", trigger=trigger, sentence=whole, roles=tuple(mentions), sources=())


def resolve(report: Report, *events: Event) -> tuple[Where | None, ...]:
    sentences = tuple(sorted({e.sentence for e in events}, key=lambda s: s.start))
    return resolve_places(report, Annotation(sentences=sentences, toponyms=(), events=events), load_gazetteer())


@pytest.mark.parametrize("case", MENTIONS, ids=[c["label"] for c in MENTIONS])
def test_a_mention_gives_its_place(case: dict[str, Any]) -> None:
    report = report_of(case["report"])
    (where,) = resolve(report, event(report, place=case["place"]))
    assert where is not None
    assert {key: getattr(where, key) for key in case["expected"]} == case["expected"]
    assert where.text == case["place"] == report.text[where.span.start : where.span.end]


@pytest.mark.parametrize("case", NEGATIVE, ids=[c["label"] for c in NEGATIVE])
def test_a_mention_of_no_one_place_gives_none(case: dict[str, Any]) -> None:
    report = report_of(case["report"])
    assert resolve(report, event(report, place=case["place"])) == (None,)


def test_the_city_is_the_city_last_named() -> None:
    report = report_of("Mosul was shelled. Kirkuk was quiet. In the Iraqi city a bomb went off.")
    (where,) = resolve(report, event(report, place="the Iraqi city"))
    assert where.name == "Iraq"  # no other mention is known here, so it stays with the country
    annotation_events = (
        event(report, "shelling", "Mosul was shelled.", place="Mosul"),
        event(report, "bombing", "In the Iraqi city a bomb went off.", place="the Iraqi city"),
    )
    assert [w.name for w in resolve(report, *annotation_events)] == ["Mosul", "Mosul"]


def test_a_town_of_the_headline_is_the_first_that_follows() -> None:
    report = report_of("A bomb went off in Salamiyah, officials said.", title="Bomb kills four in Syrian town")
    first = event(report, "bombing", "Bomb kills four in Syrian town", place="Syrian town")
    second = event(report, "bombing", "A bomb went off in Salamiyah, officials said.", place="Salamiyah")
    assert [w.name for w in resolve(report, first, second)] == ["Salamiyah", "Salamiyah"]


def test_movement_has_its_destination_before_its_origin() -> None:
    report = report_of("In Syria, fighters went from Idlib to Afrin.")
    (where,) = resolve(report, event(report, "movement", origin="Idlib", destination="Afrin"))
    assert (where.name, where.rule.split(":")[0]) == ("Afrin", "destination")
    (where,) = resolve(report, event(report, "displacement", origin="Idlib"))
    assert (where.name, where.rule.split(":")[0]) == ("Idlib", "origin")


def test_a_continent_is_no_destination() -> None:
    report = report_of("They tried to flee to Europe.")
    assert resolve(report, event(report, "movement", destination="Europe")) == (None,)


def test_territory_taken_is_its_own_place() -> None:
    report = report_of("Iraqi units captured Tal Afar from Isil.")
    assert resolve(report, event(report, "advance", target="Tal Afar"))[0].name == "Tal Afar"
    (where,) = resolve(report, event(report, "support", target="Tal Afar"))
    assert where.name == "Iraq" and where.rule.startswith("context: ")


def test_people_as_target_are_no_place() -> None:
    report = report_of("Rebels encircled soldiers.")
    assert resolve(report, event(report, "siege", target="soldiers")) == (None,)


def test_a_claim_without_place_has_that_of_the_claim_beside_it_and_says_so() -> None:
    report = report_of("A bomb went off in Mosul. It killed four.")
    first = event(report, "bombing", "A bomb went off in Mosul.", place="Mosul")
    second = event(report, "killing", "It killed four.")
    one, two = resolve(report, first, second)
    assert (one.name, two.name) == ("Mosul", "Mosul")
    assert two.rule.startswith("context: ")


def test_a_country_is_no_place_to_carry_on_and_the_scene_of_the_report_is() -> None:
    report = report_of("A bomb went off in Mosul. Iraq reacted. It killed four. A bomb went off in Mosul.")
    bomb = event(report, "bombing", "A bomb went off in Mosul.", place="Mosul")
    country = event(report, "talks", "Iraq reacted.", place="Iraq")
    killing = event(report, "killing", "It killed four.")
    assert [w.name for w in resolve(report, bomb, country, killing)] == ["Mosul", "Iraq", "Mosul"]


def test_the_spelling_of_the_text_is_an_alternate() -> None:
    report = report_of("Syria: shells fell on Dayr az-Zawr.")
    (where,) = resolve(report, event(report, place="Dayr az-Zawr"))
    assert where.name == "Deir ez-Zor"
    assert where.alternates[0] == "Dayr az-Zawr"
    assert len(where.alternates) <= 8


def test_other_readings_are_kept_with_their_scores() -> None:
    report = report_of("Shots were fired in Springfield in the United States.")
    (where,) = resolve(report, event(report, place="Springfield"))
    assert len(where.candidates) == 3
    assert "Springfield" in {c.name for c in where.candidates}
    assert [c.score for c in where.candidates] == sorted((c.score for c in where.candidates), reverse=True)


def test_the_report_decides_between_places_of_one_name() -> None:
    for country, expected in (("Syria", "SY"), ("Libya", "LY")):
        report = report_of(f"{country}'s army said so. In {country}, guns were heard in Tripoli and in Zawiya.")
        where = resolve_toponyms(report, (span_of(report, "Zawiya"),), load_gazetteer())[0]
        assert where is None or where.country == expected or country == "Syria"
    assert where.country == "LY"


def test_toponyms_are_read_apart_from_events() -> None:
    report = report_of("From Baghdad to Mosul, Iraq waited.")
    spans = tuple(span_of(report, t) for t in ("Baghdad", "Mosul", "Iraq"))
    assert [w.name for w in resolve_toponyms(report, spans, load_gazetteer())] == ["Baghdad", "Mosul", "Iraq"]


def test_the_same_report_gives_the_same_places() -> None:
    report = report_of("Syria: strikes hit Idlib, Saraqib and a Kirdoulam market near the Turkish border.")
    events = tuple(event(report, place=p) for p in ("Idlib, Saraqib", "a Kirdoulam market", "near the Turkish border"))
    assert resolve(report, *events) == resolve(report, *events)


@given(st.text(max_size=200), st.data())
@settings(max_examples=80, deadline=None)
def test_no_text_breaks_it_and_every_place_quotes_the_report(text: str, data: st.DataObject) -> None:
    report = report_of("Mosul " + text)
    size = len(report.text)
    start = data.draw(st.integers(0, size - 1))
    span = report.span(start, data.draw(st.integers(start + 1, size)))
    one = Event(
        kind=data.draw(st.sampled_from(["attack", "advance", "movement", "justice"])),
        status="actual",
        trigger=report.span(0, 5),
        sentence=report.span(0, size),
        roles=tuple(Mention(role=r, span=span) for r in data.draw(st.sets(st.sampled_from(ROLES)))),
        sources=(),
    )
    for where in resolve(report, one):
        if where is not None and where.span is not None:
            assert report.text[where.span.start : where.span.end] == where.text
            assert where.name


ROLES = ("place", "origin", "destination", "target", "actor")


@pytest.mark.parametrize(
    "text", ["Al-" * 30_000, "A " * 50_000, "the city of " * 8_000, "Aa" * 50_000, "1 km " * 20_000]
)
def test_long_texts_take_little_time(text: str) -> None:
    report = report_of(text)
    one = event(report, place=report.text)
    began = time.process_time()
    resolve(report, one)
    assert time.process_time() - began < 2


@pytest.mark.skipif("ASREPORTED_SHARED" not in os.environ, reason="needs the gold reports")
def test_the_seed_report_has_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    from gold import read_gold
    from places import same

    folder = Path(os.environ["ASREPORTED_SHARED"]) / "claims/dev"
    gold = next(g for g in read_gold(folder) if g.report.id == "seed")
    wheres = resolve_places(gold.report, gold.annotation, load_gazetteer())
    wrong = [c["where"] for c, w in zip(gold.claims, wheres, strict=True) if c["where"] and not same(c["where"], w)]
    assert wrong == []


def told(*sentences: tuple[str, str, dict[str, str]], title: str = "") -> list[str | None]:
    """The names of the places of a report in which each sentence tells one event: (kind, sentence, roles)."""
    report = report_of(" ".join(s for _, s, _ in sentences if s != title), title=title)
    events = []
    for kind, sentence, roles in sentences:
        start = report.text.index(sentence)
        mentions = []
        for role, text in roles.items():
            at = start + sentence.index(text)
            mentions.append(Mention(role=role, span=report.span(at, at + len(text))))
        whole = report.span(start, start + len(sentence))
        events.append(
            Event(
                kind=kind,
                status="actual",
                trigger=report.span(start, start + 1),
                sentence=whole,
                roles=tuple(mentions),
                sources=(),
            )
        )
    return [w and w.name for w in resolve(report, *events)]


def test_a_headline_that_names_the_country_has_the_place_told_below() -> None:
    headline = ("bombing", "Bomb kills six in northern Syria", {"place": "northern Syria"})
    below = ("bombing", "A car blew up in Qamishli, a Syrian medic said.", {"place": "Qamishli"})
    assert told(headline, below, title=headline[1]) == ["Qamishli", "Qamishli"]


def test_a_headline_stays_with_the_country_where_several_places_are_told() -> None:
    headline = ("bombing", "Bombs kill six in northern Syria", {"place": "northern Syria"})
    one = ("bombing", "A car blew up in Qamishli, a Syrian medic said.", {"place": "Qamishli"})
    other = ("bombing", "A second one went off in Manbij.", {"place": "Manbij"})
    assert told(headline, one, other, title=headline[1]) == ["Syria", "Qamishli", "Manbij"]


def test_a_state_of_the_country_is_not_the_incident_told_below() -> None:
    headline = ("clash", "The war in Syria drags on", {"place": "Syria"})
    below = ("bombing", "A car blew up in Qamishli.", {"place": "Qamishli"})
    assert told(headline, below, title=headline[1]) == ["Syria", "Qamishli"]


def test_where_people_met_is_not_where_the_shells_of_the_next_sentence_fell() -> None:
    met = ("talks", "The Syrian sides met in Geneva again.", {"place": "Geneva"})
    shelled = ("shelling", "In Syria, and in all of Syria, the shelling went on.", {})
    assert told(met, shelled) == ["Geneva", "Syria"]
    assert told(met, ("agreement", "They signed nothing on Syria.", {})) == ["Geneva", "Geneva"]


def test_a_great_city_is_no_village() -> None:
    city = ("attack", "Rebels hit Aleppo in Syria.", {"place": "Aleppo"})
    assert told(city, ("killing", "Two died in the village.", {"place": "the village"})) == ["Aleppo", "Syria"]
    small = ("attack", "Rebels hit Saraqib in Syria.", {"place": "Saraqib"})
    assert told(small, city, ("killing", "Two died in the village.", {"place": "the village"}))[2] == "Saraqib"
    great = ("attack", "Shells hit Kharkiv in Ukraine.", {"place": "Kharkiv"})
    hamlet = ("attack", "Shells hit Urzuf in Ukraine.", {"place": "Urzuf"})
    assert told(great, hamlet, ("killing", "Two died in the city.", {"place": "the city"}))[2] == "Kharkiv"


def test_a_village_near_the_city_is_near_the_city() -> None:
    city = ("attack", "Rebels hit Aleppo in Syria.", {"place": "Aleppo"})
    village = ("killing", "Two died in a village near the city.", {"place": "a village near the city"})
    assert told(city, village) == ["Aleppo", "Aleppo"]


def test_a_great_city_is_the_town_where_there_is_no_other() -> None:
    city = ("attack", "Rebels hit Aleppo in Syria.", {"place": "Aleppo"})
    assert told(city, ("killing", "Two died in the town.", {"place": "the town"})) == ["Aleppo", "Aleppo"]


def test_the_provincial_capital_is_that_of_the_province_named() -> None:
    named = ("attack", "Raiders crossed Hasakah province in Syria.", {"place": "Hasakah province"})
    seat = ("shelling", "Shells hit the provincial capital.", {"place": "the provincial capital"})
    assert told(named, seat) == ["Hasakah", "Hasakah"]
    assert told(("talks", "They met in the capital of Kenya.", {"place": "the capital of Kenya"})) == ["Nairobi"]


def test_another_name_of_a_far_town_is_chance() -> None:
    assert told(("bombing", "A bomb lay at the Sumo stand in Magam, India.", {"place": "the Sumo stand"})) != ["Sumy"]
    hospital = ("advance", "Troops took the Al Salem hospital in Iraq.", {"place": "the Al Salem hospital"})
    assert told(hospital) == ["Al Salem hospital"]
    assert told(("talks", "Syria's envoys flew to Paris.", {"place": "Paris"})) == ["Paris"]


def test_a_quarter_is_no_village_with_the_same_consonants() -> None:
    names = told(("airstrike", "Jets hit the Bosraya neighbourhood in Syria.", {"place": "the Bosraya neighbourhood"}))
    assert names == ["Bosraya"]


def test_the_spot_is_a_named_place_of_no_known_country() -> None:
    road = ("bombing", "A bomb went off on Zeddoforn Road.", {"place": "Zeddoforn Road"})
    assert told(road, ("killing", "Two died on the spot.", {"place": "on the spot"})) == ["Zeddoforn Road"] * 2


def test_an_unknown_village_lies_in_the_province_of_those_beside_it() -> None:
    places = "Zeddoforn, Bizaah and Akhtarin"
    assert told(("attack", f"Syrian rebels hit {places}.", {"place": places})) == ["Aleppo"]


def test_a_continent_is_not_the_scene_of_a_claim_without_a_place() -> None:
    report = ("justice", "Courts in Europe tried them.", {"place": "Europe"})
    assert told(report, ("abuse", "Syrian jailers had beaten Syria's prisoners.", {}))[1] == "Syria"


def test_towns_that_surely_lie_in_two_countries_share_no_place() -> None:
    named = ("attack", "Syrian rebels had been at Saraqib in Syria.", {"place": "Saraqib"})
    both = "the cities of Mosul and Raqqa"
    assert told(named, ("control", f"They had held {both}.", {"place": both})) == ["Saraqib", None]
