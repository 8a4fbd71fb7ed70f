"""A tenth of the hostile texts of benchmarks/resolvers.py: no resolver raises, misquotes or takes over its time."""

from __future__ import annotations

import json

import pytest

from asreported.resolve.gazetteer import load_gazetteer
from asreported.resolve.places import resolve_places
from asreported.resolve.when import resolve_dates
from hostile import LAYOUTS, TEXTS, made_report
from resolvers import hostile_runs, measure_gazetteer, parts_of, timed, worst_of

SIZE = 10_000
SECONDS = 3.0
"""CPU; one that grows with the square of the text takes more, and a busy machine is slower by a few times only."""


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_hostile_text_is_resolved_in_time(kind: str, layout: str) -> None:
    report = made_report(kind, SIZE, 7)
    annotation = LAYOUTS[layout](report)
    parts = parts_of(report, annotation, load_gazetteer())
    runs = ((name, kind, timed(part)) for name, part in parts.items())
    worst = worst_of(runs, SECONDS)
    assert set(worst) == {"actors", "sources", "dates", "places", "figures"}
    slow = {name: run["seconds"] for name, run in worst.items() if run["seconds"] > SECONDS}
    assert not slow


@pytest.mark.parametrize("kind", TEXTS)
def test_what_is_made_is_hostile_and_always_the_same(kind: str) -> None:
    report = made_report(kind, SIZE, 7)
    assert report.text == made_report(kind, SIZE, 7).text
    if report.text.strip():
        many = LAYOUTS["many mentions"](report)
        assert len(many.events) > 40
        assert all(report.text[m.span.start : m.span.end] == m.span.text for e in many.events for m in e.roles)


@pytest.mark.parametrize("kind", ["months", "places", "random Unicode", "other digits"])
def test_values_of_hostile_texts_are_quoted_from_them(kind: str) -> None:
    report = made_report(kind, SIZE, 7)
    annotation = LAYOUTS["many mentions"](report)
    values = [*resolve_dates(report, annotation), *resolve_places(report, annotation, load_gazetteer())]
    for value in values:
        if value is not None and value.span is not None:
            assert report.text[value.span.start : value.span.end] == value.text


def test_the_worst_is_the_slowest() -> None:
    runs = iter([("dates", "a", 0.1), ("dates", "b", 2.0), ("places", "a", 0.5)])
    assert worst_of(runs, 5.0) == {"dates": {"seconds": 2.0, "text": "b"}, "places": {"seconds": 0.5, "text": "a"}}
    first = next(hostile_runs(1000, 1, load_gazetteer()))
    assert first[0] == "actors" and first[2] >= 0


def test_the_gazetteer_opens_in_a_fresh_process() -> None:
    figures = measure_gazetteer(None)
    assert json.loads(json.dumps(figures)) == figures
    assert 0 < figures["open_ms"] < 5000
    assert 0 <= figures["more_mb"] < 120
