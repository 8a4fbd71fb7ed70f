"""
Figure series: the figures of many reports that answer one question, side by side.

Each point keeps the interval and the words of one figure, when it holds, its status, according to whom, and its report.
What must not stand beside totals is set aside with the reason: differences, additions, rates, parts beside their whole,
words without a number. What was denied, planned, possible, attempted or general is shown, and counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..records import Kept, Record
from .chains import Voice, Voices, name_sources
from .questions import Answer, Question, find_answers
from .scenes import report_days


class Point(Record, frozen=True, kw_only=True):
    """One figure of one report, as it answers the question."""

    low: int | float | None
    high: int | float | None
    words: str
    qualifier: str | None
    status: str
    counts: bool
    """Whether it is an assertion that enters agreement: `actual`, and not rejected by who reviewed it."""
    review: str
    start: dt.date | None
    end: dt.date | None
    told: bool
    """Whether start and end are the report's day, for want of the claim's own."""
    part: str | None
    """Which part of the place is meant, None for the whole."""
    voice: Voice
    sources: tuple[str, ...]
    """Outermost first, as the report names them; empty where the publisher speaks."""
    publisher: str | None
    published: str | None
    title: str
    report: str
    chain: str
    """The key of the first report of its near-copies."""
    key: str
    """The claim's, `REPORT:CLAIM`."""
    quotation: str
    change: str | None
    direction: str | None
    position: int
    """Where the figure stands in its report, for the order of what one report says."""
    notes: tuple[str, ...] = ()


class Aside(Record, frozen=True, kw_only=True):
    """A figure that is no point of the series, and why."""

    why: str
    words: str
    status: str
    review: str
    voice: Voice
    sources: tuple[str, ...]
    publisher: str | None
    published: str | None
    key: str
    quotation: str


class Denial(Record, frozen=True, kw_only=True):
    """A claim that says that the thing did not happen, without a number."""

    voice: Voice
    review: str
    sources: tuple[str, ...]
    publisher: str | None
    published: str | None
    key: str
    quotation: str


class Series(Record, frozen=True, kw_only=True):
    """All figures that answer one question, in the order of time."""

    question: Question
    title: str
    points: tuple[Point, ...]
    asides: tuple[Aside, ...] = ()
    denials: tuple[Denial, ...] = ()


def find_series(kepts: Iterable[Kept]) -> tuple[Series, ...]:
    """The series of the figures in `kepts`, those with most points first; the order of `kepts` does not matter."""
    claims = sorted({kept.key: kept for kept in kepts}.values(), key=lambda kept: kept.key)
    voices, denials = Voices(claims), _denials(claims)
    groups: dict[Question, list[Answer]] = defaultdict(list)
    for answer in find_answers(claims):
        groups[answer.question].append(answer)
    series = [_series(question, group, voices, denials) for question, group in groups.items()]
    return tuple(sorted((one for one in series if one.points), key=lambda one: (-len(one.points), one.title)))


def _series(
    question: Question, answers: Sequence[Answer], voices: Voices, denials: Mapping[tuple[str, str], list[Kept]]
) -> Series:
    wholes = [(a.kept.report.key, a.figure.start, a.figure.end) for a in answers]
    told: dict[tuple[str, int, int], list[Answer]] = defaultdict(list)
    asides = []
    for answer in answers:
        if why := why_aside(answer, wholes):
            asides.append(_aside(answer, why, voices))
        else:
            told[answer.kept.report.key, answer.figure.start, answer.figure.end].append(answer)
    # Two claims of one figure ("3,000 militants were inside": were, inside) are one point.
    points = sorted((_point(same, voices) for same in told.values()), key=lambda point: order(point, question))
    kinds = sorted({answer.kept.claim.kind for answer in answers})
    denied = [kept for kind in kinds for kept in denials.get((question.incident or "", kind), ())]
    return Series(
        question=question,
        title=_title(question, answers),
        points=tuple(points),
        asides=tuple(sorted(asides, key=lambda aside: (aside.key, aside.words))),
        denials=tuple(_denial(kept, voices) for kept in denied),
    )


def why_aside(answer: Answer, wholes: Iterable[tuple[str, int, int]]) -> str | None:
    """Why a figure is no point of its series, None where it is one; `wholes` tell report and place of the others."""
    figure = answer.figure
    if figure.low is None and figure.high is None:
        return "the words give no number"
    if figure.rate:
        return f"a rate, for each {figure.rate}"
    if figure.change and figure.change.kind == "by":
        return "a difference, no total"
    if figure.change and figure.change.kind == "additional":
        return "to be added to others, no total"
    whole, report = figure.part_of, answer.kept.report.key
    # The whole may be quoted without its qualifier: "of 30" for "at least 30".
    if whole and any(key == report and start < whole.end and whole.start < end for key, start, end in wholes):
        return f"a part of “{whole.text}”"
    return None


def order(point: Point, question: Question) -> tuple[dt.date, dt.date, str, int, str]:
    """Standing questions go by when they hold, tolls of an incident by the day of the report."""
    published, _ = report_days(point.published)
    reported = published or dt.date.max
    holds = point.start or point.end or reported
    if question.incident is None:
        return (holds, reported, point.report, point.position, point.key)
    was = point.change == "from"
    return (reported, dt.date.min if was else dt.date.max, point.report, point.position, point.key)


def _point(same: Sequence[Answer], voices: Voices) -> Point:
    """
    The point of one figure; where several claims hold it, of the first, which counts only if all assert it.

    What was rejected in review says nothing beside a claim that was not.
    """
    same = [answer for answer in same if answer.kept.review != "rejected"] or same
    same = sorted(same, key=lambda answer: (answer.kept.claim.trigger.start, answer.kept.key))
    weaker = [answer for answer in same if answer.kept.claim.status != "actual"]
    first = weaker[0] if weaker else same[0]
    kept, figure, claim = first.kept, first.figure, first.kept.claim
    notes = [first.note] if first.note else []
    notes += [f"a part of “{figure.part_of.text}”"] if figure.part_of else []
    return Point(
        low=figure.low,
        high=figure.high,
        words=figure.text,
        qualifier=figure.qualifier,
        status=claim.status,
        counts=claim.status == "actual" and kept.review != "rejected",
        review=kept.review,
        start=first.days.start,
        end=first.days.end,
        told=first.days.told,
        part=first.place.part if first.place and first.question.incident is None else None,
        voice=voices.of(kept),
        sources=name_sources(claim),
        publisher=kept.report.publisher,
        published=kept.report.published,
        title=kept.report.title,
        report=kept.report.key,
        chain=kept.report.chain,
        key=kept.key,
        quotation=claim.evidence.text,
        change=figure.change.kind if figure.change else None,
        direction=figure.change.direction if figure.change else None,
        position=figure.start,
        notes=tuple(notes),
    )


def _aside(answer: Answer, why: str, voices: Voices) -> Aside:
    kept = answer.kept
    return Aside(
        why=why,
        words=answer.figure.text,
        status=kept.claim.status,
        review=kept.review,
        voice=voices.of(kept),
        sources=name_sources(kept.claim),
        publisher=kept.report.publisher,
        published=kept.report.published,
        key=kept.key,
        quotation=kept.claim.evidence.text,
    )


def _denials(kepts: Sequence[Kept]) -> Mapping[tuple[str, str], list[Kept]]:
    """Denied claims without a number, by incident and kind."""
    found: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for kept in kepts:
        claim = kept.claim
        if kept.incident and claim.status == "denied" and not claim.figures and kept.review != "rejected":
            found[kept.incident, claim.kind].append(kept)
    return found


def _denial(kept: Kept, voices: Voices) -> Denial:
    return Denial(
        voice=voices.of(kept),
        review=kept.review,
        sources=name_sources(kept.claim),
        publisher=kept.report.publisher,
        published=kept.report.published,
        key=kept.key,
        quotation=kept.claim.evidence.text,
    )


def _title(question: Question, answers: Sequence[Answer]) -> str:
    """The question in words: "strength: Islamic State, in Mosul, Nineveh, Iraq"."""
    whose = min(answer.subject.name for answer in answers)
    unit = "" if question.unit == "people" or whose == question.unit else f" ({question.unit})"
    places = sorted({answer.place.name for answer in answers if answer.place})
    if question.incident:
        return f"{question.measure}: {whose}{unit}, incident {question.incident}"
    of = {"tally": ", over a period", "event": ", of single events"}.get(question.time, "")
    return f"{question.measure}: {whose}{unit}" + (f", in {places[0]}" if question.place and places else "") + of
