"""Who acts and who is acted on: the table, single phrases, and whom mentions of a report mean."""

import json
import re
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asreported.errors import TableError
from asreported.records import Annotation, Attribution, Entity, Event, Mention, Report, Span, make_report
from asreported.resolve.actor_lookup import Actor, ActorIndex
from asreported.resolve.actor_tables import actor_index, actor_rows, states
from asreported.resolve.actors import resolve_actors
from asreported.resolve.names import split_words
from asreported.resolve.phrase import Reading
from asreported.resolve.phrases import read_phrase

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

CASES = Path(__file__).parent.parent / "cases" / "actors"


def load(name: str) -> list[dict[str, str | None]]:
    return json.loads((CASES / name).read_text("utf-8"))


def reading(case: dict[str, str | None]) -> Reading:
    country = case.get("report")
    return read_phrase(case["text"] or "", country=country, countries=frozenset([country] if country else []))


# ---- the table ---------------------------------------------------------------------------


def test_the_table_is_large_and_its_ids_are_unique() -> None:
    ids = [a.id for a in actor_rows()]
    assert len(ids) == len(set(ids)) >= 400


def test_ids_are_stable_kebab_case() -> None:
    assert [a.id for a in actor_rows() if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*(:[a-z]{2})?", a.id)] == []


def test_countries_are_known_and_years_are_in_order() -> None:
    assert {a.country for a in actor_rows() if a.country} <= set(states())
    assert all(str(a.since) <= str(a.until) for a in actor_rows() if a.since and a.until)


def test_each_name_finds_its_actor_in_its_own_country() -> None:
    lost = []
    for actor in actor_rows():
        for text in (actor.name, *actor.aliases):
            found = actor_index().match(split_words(text))
            if actor.id not in {a.id for a in found}:
                lost.append((actor.id, text))
    assert lost == []


def test_a_renamed_group_tells_what_it_was() -> None:
    by_id = actor_index().by_id
    assert by_id["hayat-tahrir-al-sham"].formerly == "jabhat-fateh-al-sham"
    assert by_id["jabhat-fateh-al-sham"].formerly == "nusra-front"


def test_an_alias_without_a_word_is_refused() -> None:
    with pytest.raises(TableError, match="has no word"):
        ActorIndex([Actor(id="x", name="X", type="militia", aliases=("…",))])


# ---- single phrases ----------------------------------------------------------------------


@pytest.mark.parametrize("case", load("phrases.json"), ids=lambda c: c["label"])
def test_phrase(case: dict[str, str | None]) -> None:
    entity = reading(case).entity
    expected = {k: v for k, v in case.items() if k in ("id", "name", "type", "country", "organisation")}
    if expected == {"name": None}:
        assert entity is None
        return
    assert entity is not None
    assert {k: getattr(entity, k) for k in expected} == expected
    assert entity.rule


@pytest.mark.parametrize("case", load("negative.json"), ids=lambda c: c["label"])
def test_what_is_in_doubt_is_none(case: dict[str, str | None]) -> None:
    assert reading(case).entity is None


def test_an_alias_inside_a_longer_name_is_another_name() -> None:
    entity = read_phrase("Banner of Dawn").entity
    assert entity is not None
    assert entity.name == "Banner of Dawn"


# ---- mentions of a report ----------------------------------------------------------------


def sentences(report: Report) -> tuple[Span, ...]:
    return tuple(report.span(*m.span()) for m in re.finditer(r"[^.\n]+\.", report.text))


def find(report: Report, text: str, nth: int = 0) -> Span:
    matches = list(re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", report.text))
    return report.span(*matches[nth].span())


def event(report: Report, *roles: tuple[str, str, int], who: str | None = None, sentence: int = 0) -> Event:
    """An event with `roles` (role, text, which occurrence) and one source."""
    sources = (Attribution(who=find(report, who), cue=None),) if who else ()
    mentions = tuple(Mention(role=r, span=find(report, t, n)) for r, t, n in roles)
    place = sentences(report)[sentence]
    return Event(kind="attack", status="actual", trigger=place, sentence=place, roles=mentions, sources=sources)


def resolve(body: str, *specs: dict[str, object]) -> list[Entity | None]:
    """The entities of all roles of the events that `specs` describe, in order."""
    report = make_report(id="t", title="", body=body)
    events = tuple(event(report, *s["roles"], who=s.get("who")) for s in specs)  # type: ignore[misc,arg-type]
    found = resolve_actors(report, Annotation(sentences=sentences(report), toponyms=(), events=events))
    assert [len(f) for f in found] == [len(e.roles) for e in events]
    return [entity for entities in found for entity in entities]


def names(*args: object) -> list[str | None]:
    return [e.name if e else None for e in resolve(*args)]  # type: ignore[arg-type]


def roles(*specs: tuple[str, str, int], who: str | None = None) -> dict[str, object]:
    return {"roles": specs, "who": who}


def test_a_last_name_is_the_person_named_in_full() -> None:
    body = "Col Kurt Ash took the bridge. Ash then left."
    assert names(body, roles(("actor", "Col Kurt Ash", 0)), roles(("actor", "Ash", 1))) == ["Kurt Ash", "Kurt Ash"]


def test_a_last_name_that_two_bear_stays_itself() -> None:
    body = "Mary Ash and Col Kurt Ash met. Ash then left."
    assert names(body, roles(("actor", "Ash", 2))) == ["Ash"]


def test_an_acronym_is_what_the_report_says() -> None:
    body = "The Upper River Union (URU) marched. The URU burned a mill."
    assert names(body, roles(("actor", "The URU", 0))) == ["Upper River Union"]


def test_the_front_is_the_front_named_before() -> None:
    body = "The Steppe Justice Front marched. The Front burned a mill."
    got = names(body, roles(("actor", "The Steppe Justice Front", 0)), roles(("actor", "The Front", 0)))
    assert got == ["Steppe Justice Front", "Steppe Justice Front"]


def test_the_militants_are_the_armed_group_before_and_not_the_army() -> None:
    body = "Boko Haram clashed with the Nigerian army. The militants fled."
    got = names(
        body,
        roles(("actor", "Boko Haram", 0), ("target", "the Nigerian army", 0)),
        roles(("actor", "The militants", 0)),
    )
    assert got == ["Boko Haram", "Nigerian Armed Forces", "Boko Haram"]


def test_she_is_the_woman_and_he_the_man() -> None:
    body = "Maria Lund met Peter Holm. She left. He stayed."
    got = names(body, roles(("actor", "Maria Lund", 0)), roles(("actor", "She", 0)), roles(("actor", "He", 0)))
    assert got == ["Maria Lund", "Maria Lund", "Peter Holm"]


def test_a_pronoun_without_antecedent_is_none() -> None:
    assert names("They fled the town.", roles(("actor", "They", 0))) == [None]


def test_we_is_the_body_of_the_speaker() -> None:
    body = "YPG spokesman Kurt Ash said they came from Syria. We fired first."
    got = names(body, roles(("actor", "We", 0), who="YPG spokesman Kurt Ash"))
    assert got == ["People's Protection Units"]


def test_we_in_the_reporters_voice_is_none() -> None:
    assert names("Isis came. We fired first.", roles(("actor", "We", 0))) == [None]


def test_its_fighters_are_those_of_the_group() -> None:
    body = "The Taliban attacked Kunduz. Its fighters burned a mill."
    got = names(body, roles(("actor", "The Taliban", 0)), roles(("actor", "Its fighters", 0)))
    assert got == ["Taliban", "Taliban"]


def test_the_general_is_who_bears_the_title() -> None:
    body = "Gen. Kurt Ash came with Dr Jonas Lie. The general left."
    got = names(body, roles(("actor", "Gen. Kurt Ash", 0)), roles(("actor", "The general", 0)))
    assert got == ["Kurt Ash", "Kurt Ash"]


def test_an_apposition_tells_whose_spokesman_he_is() -> None:
    body = "Kurt Ash, a spokesman for Hezbollah, fled. Ash was hurt."
    entity = resolve(body, roles(("actor", "Ash", 1)))[0]
    assert entity is not None
    assert (entity.name, entity.organisation) == ("Kurt Ash", "Hezbollah")


def test_a_capital_acts_as_its_government_but_is_taken_as_a_city() -> None:
    body = "Damascus sent troops. Rebels took Damascus."
    got = names(body, roles(("actor", "Damascus", 0)), roles(("target", "Damascus", 1)))
    assert got == ["Syria", None]


def test_other_roles_are_left_to_others() -> None:
    body = "Isis took Tel Hamis."
    assert names(body, roles(("actor", "Isis", 0), ("place", "Tel Hamis", 0))) == ["Islamic State", None]


# ---- properties ----------------------------------------------------------------------------

WORDS = [
    "the",
    "Isis",
    "Syrian",
    "army",
    "(SDF)",
    "he",
    "they",
    "of",
    "Col",
    "John",
    "and",
    ",",
    ".",
    "US-backed",
    "’s",
]
PIECES = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@given(st.one_of(st.text(), PIECES))
@CALM
def test_no_phrase_raises_and_entities_have_a_rule(text: str) -> None:
    entity = read_phrase(text, country="SY", countries=frozenset({"SY", "US"})).entity
    assert entity is None or (entity.id and entity.name and entity.rule)


@given(st.one_of(st.text(min_size=1), PIECES.filter(bool)), st.data())
@CALM
def test_any_spans_of_any_text_are_resolved_alike_twice(text: str, data: st.DataObject) -> None:
    report = make_report(id="p", title="", body=text)
    cuts = st.integers(0, len(report.text))
    spans = [report.span(*sorted((data.draw(cuts), data.draw(cuts)))) for _ in range(4)]
    whole = report.span(0, len(report.text))
    mentions = (Mention(role="actor", span=spans[0]), Mention(role="target", span=spans[1]))
    one = Event(
        kind="attack",
        status="actual",
        trigger=spans[3],
        sentence=whole,
        roles=mentions,
        sources=(Attribution(who=spans[2], cue=None),),
    )
    annotation = Annotation(sentences=(whole,), toponyms=(), events=(one, one))
    first = resolve_actors(report, annotation)
    assert first == resolve_actors(report, annotation)
    assert first[0] == first[1]


LONG = ["Kurt Ash ", "he said. ", "Isis (IS) ", "the group. ", "a" * 50 + " ", "al-", "of the ", "SNA ", "((((", "A.B."]
LONG += [
    "URU (Upper River Union) ",
    "A (B ",
    "US-backed and Kurdish-led ",
    "Pv Rv. Qv Rv. Rv. ",
    "ELN's ELN's ",
    "a, b, ",
]


@pytest.mark.parametrize("unit", LONG)
def test_long_reports_take_no_minute(unit: str) -> None:
    report = make_report(id="l", title="", body=unit * (100_000 // len(unit)), published="2018")
    whole = report.span(0, len(report.text))
    one = Event(
        kind="attack",
        status="actual",
        trigger=report.span(0, 1),
        sentence=whole,
        roles=(Mention(role="actor", span=whole),),
        sources=(),
    )
    begin = time.process_time()
    resolve_actors(report, Annotation(sentences=(whole,), toponyms=(), events=(one,)))
    assert time.process_time() - begin < 4.0


# ---- classes of phrases that once named the wrong one ------------------------------------


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("South Korea's Ministry of Foreign Affairs", "foreign-ministry:kr"),
        ("the Syrian Ministry of Foreign Affairs and Expatriates", "foreign-ministry:sy"),
        ("the Ministry of Defence of Iraq", "defence-ministry:iq"),
        ("current and former US officials", "government:us"),
        ("the UK's brave armed forces", "forces:gb"),
        ("the UN's envoys", "united-nations"),
        ("members of the Iraqi armed forces", "forces:iq"),
        ("a member of the UK armed forces", "forces:gb"),
        ("the US Drug Enforcement Administration (DEA)", "drug-enforcement-administration"),
        ("the anti-Isis US-led coalition", "us-led-coalition"),
        ("the government in Juba", "government:ss"),
        ("the Kurdish forces, the YPG", "people-s-protection-units"),
        ("a Defense Department news release", "defence-ministry:us"),
        ("Hezbollah's official television station al-Manar", "al-manar"),
        ("men of the group known as Grey Heron", "name:grey heron"),
        ("the head of the Syrian Observatory Rami Abdel Rahman", "rami-abdel-rahman"),
        ("the leader of Hezbollah, Kurt Ash", "name:kurt ash"),
        ("the rights group Heron", "name:heron"),
        ("fighters from the Grey Heron Movement", "name:grey heron movement"),
        ("Myanmar Now", "myanmar-now"),
        ("Afghanistan Freedom Front", "afghanistan-freedom-front"),
    ],
)
def test_a_phrase_names_whom_it_names(text: str, id: str) -> None:
    entity = read_phrase(text).entity
    assert entity is not None
    assert entity.id == id


@pytest.mark.parametrize(
    "text",
    [
        "its ambassador in The Hague",
        "a researcher at King's College London",
        "the wives of Isis fighters",
        "the founding of a caliphate",
        "the remnants of the Dawn Falcons",
        "anti-Isis fighters",
        "the Syrian opposition leader",
        "the Justice Minister",
        "a cousin of the founder, Kurt Ash",
    ],
)
def test_who_is_only_mentioned_is_not_meant(text: str) -> None:
    entity = read_phrase(text).entity
    assert entity is None or entity.id.startswith(("civilians", "relatives", "militants", "name:dawn falcons"))


def test_letters_of_two_actors_tell_of_no_country() -> None:
    text = "Shells fell on Homs in Syria. Men fled Homs, Syria. An AFP reporter in Syria saw it."
    report = make_report(id="a", title="", body=text)
    start = text.index("An AFP")
    mention = Mention(role="actor", span=report.span(start, start + 15))
    sentences = tuple(report.span(*m.span()) for m in re.finditer(r"[^.]+\.", text))
    event = Event(
        kind="attack", status="actual", trigger=sentences[2], sentence=sentences[2], roles=(mention,), sources=()
    )
    (roles,) = resolve_actors(report, Annotation(sentences=sentences, toponyms=(), events=(event,)))
    assert roles[0] is not None
    assert roles[0].id == "agence-france-presse"
