"""
Reports in one case: agencies send text in capitals, some archives keep it in small letters.

Names are told from words by their capitals; where all letters are alike they tell nothing. Such a report is read in a
view to which recasing.py gives usual case, of the same length, so that all places hold. Values are resolved in the
view; what they quote is quoted from the report as it stands. A report in mixed case is its own view, except for a
title that stands in capitals above it.
"""

from __future__ import annotations

import functools
from typing import TypeVar

import msgspec

from asreported.records import Annotation, Event, Report, Span, When, Where

from .recasing import recase, usual_forms

ALIKE = 0.95
"""The share of a report's letters that are capitals, where it is in capitals: a byline or an address may be small."""
FEW = 0.005
"""The share of capitals up to which a report is in small letters; mixed text has 2 % and more."""
LEAST_CAPITALS = 20
LEAST_SMALL = 200
"""Letters below which a text is too short to be judged: "UN" is in capitals, "they fled" is in small letters."""

Valued = TypeVar("Valued", When, Where)


def legible(report: Report, annotation: Annotation) -> tuple[Report, Annotation]:
    """
    The report and what was found in it, in a case that tells names; the same two where the case tells them already.

        >>> from asreported.records import make_report
        >>> report = make_report(id="a", title="", body="SYRIAN REBELS SHELLED ALEPPO ON FRIDAY.")
        >>> legible(report, Annotation(sentences=(), toponyms=(), events=()))[0].text
        'Syrian rebels shelled Aleppo on Friday.'
    """
    view = legible_report(report)
    return (report, annotation) if view is report else (view, _in_view(view, annotation))


def legible_report(report: Report) -> Report:
    """`report` in a case that tells names; itself where it has one."""
    if is_capitals(report.text) or is_small(report.text):
        return _recased(report)
    return _with_title_recased(report) if is_capitals(report.title) else report


@functools.lru_cache(maxsize=64)
def is_capitals(text: str) -> bool:
    """
    Whether the letters of `text` are (nearly) all capitals, and enough to say so.

        >>> is_capitals("TWO SOLDIERS KILLED NEAR TAIZ"), is_capitals("Two killed near TAIZ"), is_capitals("UN")
        (True, False, False)
    """
    capitals, letters = _capitals(text)
    return capitals >= LEAST_CAPITALS and capitals >= ALIKE * letters


@functools.lru_cache(maxsize=64)
def is_small(text: str) -> bool:
    """Whether the letters of `text` are (nearly) all small, and so many that a name must be among them."""
    capitals, letters = _capitals(text)
    return letters >= LEAST_SMALL and capitals <= FEW * letters


def quoted(report: Report, value: Valued | None) -> Valued | None:
    """`value` with its words as they stand in `report`: a value that was resolved in the view quotes the view."""
    if value is None or value.span is None:
        return value
    text = report.text[value.span.start : value.span.end]
    return value if text == value.text else msgspec.structs.replace(value, text=text)


def _capitals(text: str) -> tuple[int, int]:
    """How many capitals, and how many letters that have a case."""
    capitals = sum(map(str.isupper, text))
    return capitals, capitals + sum(map(str.islower, text))


@functools.lru_cache(maxsize=8)
def _recased(report: Report) -> Report:
    return _with_text(report, recase(report.text))


@functools.lru_cache(maxsize=8)
def _with_title_recased(report: Report) -> Report:
    if not report.text.startswith(report.title):
        return report
    body = report.text[len(report.title) :]
    return _with_text(report, recase(report.title, forms=usual_forms(body)) + body)


def _with_text(report: Report, text: str) -> Report:
    return msgspec.structs.replace(report, title=text[: len(report.title)] if report.title else "", text=text)


def _in_view(view: Report, annotation: Annotation) -> Annotation:
    """`annotation` with every span quoted from the view."""
    return Annotation(
        sentences=tuple(_again(view, s) for s in annotation.sentences),
        toponyms=tuple(_again(view, s) for s in annotation.toponyms),
        events=tuple(_event(view, e) for e in annotation.events),
    )


def _event(view: Report, event: Event) -> Event:
    return msgspec.structs.replace(
        event,
        trigger=_again(view, event.trigger),
        sentence=_again(view, event.sentence),
        roles=tuple(msgspec.structs.replace(m, span=_again(view, m.span)) for m in event.roles),
        sources=tuple(
            msgspec.structs.replace(s, who=s.who and _again(view, s.who), cue=s.cue and _again(view, s.cue))
            for s in event.sources
        ),
    )


def _again(view: Report, span: Span) -> Span:
    return view.span(span.start, span.end)
