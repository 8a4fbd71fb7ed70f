"""A report in one case resolves as it does in mixed case, and quotes itself as it stands."""

import pytest

from asreported.records import Annotation, Attribution, Event, Mention, Report, make_report
from asreported.resolve.actors import resolve_actors
from asreported.resolve.gazetteer import load_gazetteer
from asreported.resolve.letter_case import is_capitals, is_small, legible
from asreported.resolve.places import resolve_places, resolve_toponyms
from asreported.resolve.sources import resolve_sources
from asreported.resolve.when import resolve_dates

BODY = (
    "Fighters of the Syrian Democratic Forces shelled the village of Manbij on Tuesday, Col Kurt Ash, a spokesman "
    "for the Turkish army, said. He said that two farmers were killed near Aleppo and that the wounded had been "
    "taken to a hospital in the town before the road was cut."
)


def make(body: str) -> tuple[Report, Annotation]:
    report = make_report(id="a", title="", body=body, published="2018-03-15")
    low = report.text.lower()

    def span(words: str):  # type: ignore[no-untyped-def]
        return report.span(low.index(words), low.index(words) + len(words))

    roles = (
        Mention(role="actor", span=span("fighters of the syrian democratic forces")),
        Mention(role="place", span=span("the village of manbij")),
        Mention(role="time", span=span("on tuesday")),
    )
    event = Event(
        kind="shelling",
        status="actual",
        trigger=span("shelled"),
        sentence=report.span(0, low.index(" he said")),
        roles=roles,
        sources=(Attribution(who=span("col kurt ash"), cue=report.span(low.index("said"), low.index("said") + 4)),),
    )
    return report, Annotation(sentences=(event.sentence,), toponyms=(roles[1].span,), events=(event,))


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_one_case_resolves_as_mixed_case(change) -> None:  # type: ignore[no-untyped-def]
    gazetteer = load_gazetteer()
    plain, other = make(BODY), make(change(BODY))
    names = [[e and e.id for e in resolve_actors(*r)[0]] for r in (plain, other)]
    assert names[0] == names[1] and names[0][0] == "syrian-democratic-forces"
    sources = [resolve_sources(*r)[0][0] for r in (plain, other)]
    assert [(s.name, s.type) for s in sources] == [("Kurt Ash", "military")] * 2
    wheres = [resolve_places(*r, gazetteer)[0] for r in (plain, other)]
    assert [w and w.name for w in wheres] == ["Manbij"] * 2
    whens = [resolve_dates(*r)[0] for r in (plain, other)]
    assert [w and str(w.start) for w in whens] == ["2018-03-13"] * 2


@pytest.mark.parametrize("change", [str.upper, str.lower])
def test_values_quote_the_report_as_it_stands(change) -> None:  # type: ignore[no-untyped-def]
    report, annotation = make(change(BODY))
    where, when = resolve_places(report, annotation, load_gazetteer())[0], resolve_dates(report, annotation)[0]
    source = resolve_sources(report, annotation)[0][0]
    assert where and when
    assert where.text == change("the village of Manbij") and when.text == change("on Tuesday")
    assert source.text == change("Col Kurt Ash") and source.cue and source.cue.text == change("said")


def test_toponym_in_capitals_is_found_and_quoted() -> None:
    report, annotation = make(BODY.upper())
    found = resolve_toponyms(report, annotation.toponyms, load_gazetteer())[0]
    assert found and (found.name, found.text) == ("Manbij", "THE VILLAGE OF MANBIJ")


def test_mixed_case_is_its_own_view() -> None:
    report, annotation = make(BODY)
    view, seen = legible(report, annotation)
    assert view is report and seen is annotation


def test_short_text_and_scattered_capitals_are_not_judged() -> None:
    assert not is_capitals("UN, US") and not is_small("they fled to the town")
    assert not is_capitals("ALEPPO: Two shells fell on the market, THE MAYOR said.")
    assert not is_capitals("") and not is_small("")


def test_title_in_capitals_takes_the_case_of_the_body() -> None:
    body = "Men of the Ember Column left. The column held the bridge."
    report = make_report(id="a", title="EMBER COLUMN LEFT THE BRIDGE", body=body)
    view, _ = legible(report, Annotation(sentences=(), toponyms=(), events=()))
    assert view.title == "Ember column left the bridge"
    assert view.text == f"{view.title}\n\n{body}"
