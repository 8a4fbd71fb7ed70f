"""According to whom: names, types, stance."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asreported.records import Annotation, Attribution, Event, Report, Source, Span, make_report
from asreported.resolve.names import split_words
from asreported.resolve.sources import read_stance, resolve_sources, source_types, type_of_words

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TYPES = {
    *("official", "military", "police", "ngo", "witness", "media", "armed-group", "international", "medic", "monitor"),
    *("company", "activist", "expert", "anonymous", "other"),
}


def find(report: Report, text: str, nth: int = 0) -> Span:
    return report.span(*list(re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", report.text))[nth].span())


def sources(body: str, *links: tuple[str | None, str | None] | tuple[str | None, str | None, int]) -> list[Source]:
    """One event for each of `links` (who, cue, which occurrence of who), resolved."""
    report = make_report(id="t", title="", body=body)
    spans = tuple(report.span(*m.span()) for m in re.finditer(r"[^.\n]+\.", report.text))
    events = []
    for who, cue, *nth in links:
        link = Attribution(
            who=find(report, who, *nth) if who else None,
            cue=find(report, cue) if cue else None,
            carried=False,
        )
        events.append(
            Event(kind="attack", status="actual", trigger=spans[0], sentence=spans[0], roles=(), sources=(link,))
        )
    found = resolve_sources(report, Annotation(sentences=spans, toponyms=(), events=tuple(events)))
    assert all(len(f) == 1 for f in found)
    return [f[0] for f in found]


def test_a_person_is_named_without_rank_and_his_words_stay() -> None:
    (source,) = sources("Col Kurt Ash said that the town fell.", ("Col Kurt Ash", "said"))
    assert (source.text, source.name, source.type, source.stance) == ("Col Kurt Ash", "Kurt Ash", "military", "neutral")
    assert source.cue is not None
    assert source.cue.text == "said"


def test_he_is_the_speaker_before() -> None:
    body = "Captain Kurt Ash said that the town fell. He added that a bridge was lost."
    _, source = sources(body, ("Captain Kurt Ash", "said"), ("He", "added"))
    assert (source.text, source.name, source.type) == ("He", "Kurt Ash", "military")


def test_an_anonymous_source_has_nothing_but_cue_and_type() -> None:
    (source,) = sources("Dozens were reportedly killed.", (None, "reportedly"))
    assert (source.start, source.end, source.text, source.name) == (None, None, None, None)
    assert (source.anonymous, source.type, source.stance) == (True, "anonymous", "distancing")


def test_a_monitor_goes_by_its_full_name() -> None:
    body = "The Syrian Observatory for Human Rights reported strikes. The Observatory said ten died."
    first, second = sources(body, ("The Syrian Observatory for Human Rights", "reported"), ("The Observatory", "said"))
    assert first.name == second.name == "Syrian Observatory for Human Rights"
    assert first.type == second.type == "monitor"


def test_nouns_name_no_one() -> None:
    (source,) = sources("Residents said that shells fell.", ("Residents", "said"))
    assert (source.name, source.type) == (None, "witness")


def test_no_government_is_guessed_behind_officials() -> None:
    (source,) = sources("Turkish officials said that shells fell.", ("Turkish officials", "said"))
    assert (source.name, source.type) == (None, "official")


def test_the_source_is_the_fuller_wording_before() -> None:
    body = "A military source said that shells fell. The source named no one."
    first, second = sources(body, ("A military source", "said"), ("The source", None))
    assert first.type == "military"
    assert second.name == "military source"


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("a doctor at the military hospital", "medic"),
        ("police in the city", "police"),
        ("a rebel commander", "military"),
        ("aid agencies", "ngo"),
        ("state media", "media"),
        ("witnesses", "witness"),
        ("a source", "anonymous"),
        ("a police source in the city", "police"),
        ("a government spokesman", "official"),
        ("opposition activists", "activist"),
        ("a monitoring group", "monitor"),
        ("analysts", "expert"),
        ("the company's director", "company"),
        ("the blue door", None),
    ],
)
def test_type_of_words(phrase: str, expected: str | None) -> None:
    assert type_of_words(split_words(phrase)) == expected


@pytest.mark.parametrize(
    ("cue", "stance"),
    [
        ("said", "neutral"),
        ("according to", "neutral"),
        ("told", "neutral"),
        ("is believed", "neutral"),
        ("claimed", "distancing"),
        ("has alleged", "distancing"),
        ("Reportedly", "distancing"),
        ("unconfirmed reports", "distancing"),
        ("confirmed", "affirming"),
        ("pointed out", "affirming"),
        ("has acknowledged", "affirming"),
        ("could not confirm", "neutral"),
        ("refused to confirm", "neutral"),
        ("denied", "denying"),
        ("dismissed claims", "denying"),
        ("does not deny", "neutral"),
        ("", "neutral"),
    ],
)
def test_stance_of_cues(cue: str, stance: str) -> None:
    assert read_stance(cue) == stance


def test_all_types_are_those_of_the_contract() -> None:
    assert {row.key for row in source_types()} <= TYPES


@given(st.text())
@CALM
def test_any_cue_has_a_stance(cue: str) -> None:
    assert read_stance(cue) in ("neutral", "distancing", "affirming", "denying")


@given(st.text(min_size=1).map(lambda t: "x" + t), st.data())
@CALM
def test_any_text_resolves_to_a_source_that_quotes_it(text: str, data: st.DataObject) -> None:
    report = make_report(id="p", title="", body=text)
    cuts = st.integers(0, len(report.text))
    start, end = sorted((data.draw(cuts), data.draw(cuts)))
    whole = report.span(0, len(report.text))
    link = Attribution(who=report.span(start, end), cue=whole)
    one = Event(kind="attack", status="actual", trigger=whole, sentence=whole, roles=(), sources=(link,))
    (source,) = resolve_sources(report, Annotation(sentences=(whole,), toponyms=(), events=(one,)))[0]
    assert source.text == report.text[source.start : source.end]
    assert source.type in TYPES
