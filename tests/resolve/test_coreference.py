"""Tests of resolve/coreference.py as actors and sources share it: what is looked up once holds for both."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from asreported.records import Annotation, Attribution, Event, Mention, Report, Span, make_report
from asreported.resolve.actors import resolve_actors
from asreported.resolve.coreference import Coreference
from asreported.resolve.sources import resolve_sources

TEXT = "Col Kurt Ash said the Mill Column met the Reef Guard at dawn. He said it fled, and they buried its fighters."


def span(report: Report, text: str) -> Span:
    start = report.text.index(text)
    return report.span(start, start + len(text))


def event(report: Report, trigger: str, source: str, **roles: str) -> Event:
    return Event(
        kind="movement",
        status="actual",
        trigger=span(report, trigger),
        sentence=span(report, report.text[report.text.index("He said") :]),
        roles=tuple(Mention(role=role, span=span(report, text)) for role, text in roles.items()),
        sources=(Attribution(who=span(report, source), cue=span(report, "said")),),
    )


def read() -> tuple[Report, Annotation]:
    report = make_report(id="a", title="", body=TEXT)
    events = (
        event(report, "met", "Col Kurt Ash", actor="the Mill Column", target="the Reef Guard"),
        event(report, "fled", "He", actor="it", target="the Mill Column"),
        event(report, "fled", "He", actor="it", target="the Reef Guard"),
        event(report, "buried", "He", actor="they", target="its fighters"),
    )
    second = TEXT.index("He said")
    return report, Annotation(
        sentences=(report.span(0, second - 1), report.span(second, len(TEXT))), toponyms=(), events=events
    )


def test_sharing_changes_nothing_in_either_order() -> None:
    report, annotation = read()
    actors, sources = resolve_actors(report, annotation), resolve_sources(report, annotation)
    shared = Coreference(report, annotation)
    assert resolve_actors(report, annotation, coreference=shared) == actors
    assert resolve_sources(report, annotation, coreference=shared) == sources
    shared = Coreference(report, annotation)
    assert resolve_sources(report, annotation, coreference=shared) == sources
    assert resolve_actors(report, annotation, coreference=shared) == actors


def test_he_who_speaks_in_several_claims_is_one_person() -> None:
    names = [source.name for (source,) in resolve_sources(*read())]
    assert names == ["Kurt Ash"] * 4


def test_whom_it_means_depends_on_who_else_is_in_the_event() -> None:
    report, annotation = read()
    _, (fled, _), (fled_too, _), _ = resolve_actors(report, annotation)
    # The Column is told of first and stands out, unless it takes part itself: then it and the Guard are about equal.
    assert (fled, fled_too and fled_too.name) == (None, "Mill Column")


CASES = Path(__file__).parent.parent / "cases" / "actors" / "in_reports.json"


@pytest.mark.parametrize("case", json.loads(CASES.read_text("utf-8")), ids=lambda c: c["label"])
def test_mentions_of_a_report(case: dict[str, Any]) -> None:
    """Who mentions mean ("text#1" is the second such text), and for a third value whom a person speaks for."""
    report = make_report(id="c", title="", body=case["body"])
    sentences = tuple(report.span(*m.span()) for m in re.finditer(r"[^.]+\.", report.text))
    spans = [_nth(report, mention[0]) for mention in case["mentions"]]
    events = tuple(
        Event(
            kind="attack",
            status="actual",
            trigger=sentences[-1],
            sentence=sentences[-1],
            roles=(Mention(role="actor", span=s),),
            sources=(),
        )
        for s in spans
    )
    found = resolve_actors(report, Annotation(sentences=sentences, toponyms=(), events=events))
    for (_, name, *organisation), (entity,) in zip(case["mentions"], found, strict=True):
        assert (entity.name if entity else None) == name
        if organisation and entity:
            assert entity.organisation == organisation[0]


def _nth(report: Report, text: str) -> Span:
    text, _, nth = text.partition("#")
    places = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", report.text)]
    return report.span(*places[int(nth or 0)])
