"""
A figure as a flat row: one point of a figure series, with the question that it answers, according to whom, and how far
the sources of the series agree.

Figures that are no point of a series are not exported, and why each is not is told: parts, rates, differences, words
without a number, and what answers none of the questions by which figures are compared.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from ..compare.incidents import Comparison
from ..compare.questions import Question
from ..compare.series import Point
from ..show.cells import well_formed
from ..show.words import tell_publisher
from .claim_rows import REVIEW_COLUMNS
from .formats import Context, Losses, Row, default_attest
from .source import Source, last_review
from .tables import DAY, FLAG, NUMBER, TEXTS, WHOLE, Unit

COLUMNS = {
    "id": "SERIES:REPORT:START-END, the same in every export",
    "series": "short hash of the question, shared by all points of the series",
    "question": "the question in words",
    "measure": "what is asked: killed, injured, displaced, strength, ...",
    "unit": "what is counted in: people, vehicles, buildings, ...",
    "whose": "key of whom or what is counted",
    "incident": "id of the incident; empty for a standing question",
    "place_key": "key of the place of a standing question",
    "time": "what the figures are of: incident, state, tally or event",
    "low": "lower bound, as told",
    "high": "upper bound, as told; empty where it is open",
    "words": "the words of the figure",
    "qualifier": "words such as `at least`",
    "counts": "whether it enters the agreement: told as actual, and not rejected in review",
    "status": "actual, planned, possible, attempted, denied or generic",
    "start_day": "first day for which it is told",
    "end_day": "last such day",
    "day_of_report": "whether these are the day of the report, for want of its own",
    "part": "which part of the place is meant; empty for the whole",
    "chain": "the independent chain of sources that it is counted under",
    "sources": "names of the sources, outermost first; none: the publisher",
    "according_to": "the whole chain of sources from the publisher inwards, never empty",
    "quotation": "the sentence or sentences, verbatim",
    **REVIEW_COLUMNS,
    "change": "from, to, by, additional or total: how it stands to another figure",
    "direction": "up or down, where the words say so",
    "notes": "what a reader must know of it",
    "publisher": "who published the report",
    "published": "when, as exactly as is known: YYYY, YYYY-MM or YYYY-MM-DD",
    "title": "title of the report",
    "report_key": "key of the report",
    "position": "where the figure starts in the text of the report, in code points",
    "key": "key of the claim",
    "agreement": "of the series: contested, denied, sources agree, one source, not compared or not asserted",
    "agreement_rule": "why the agreement is called so",
    "range_low": "of the series: the lowest bound over the points that count",
    "range_high": "the highest; empty where one is open, or nothing counts",
    "reports": "of the series: reports with a point that counts",
    "chains": "of the series: independent chains of sources",
}
TYPES = {
    **dict.fromkeys(("low", "high", "range_low", "range_high"), NUMBER),
    **dict.fromkeys(("start_day", "end_day"), DAY),
    **dict.fromkeys(("counts", "day_of_report"), FLAG),
    **dict.fromkeys(("sources", "notes"), TEXTS),
    **dict.fromkeys(("position", "reports", "chains"), WHOLE),
}
OTHER_UNIT = "a figure of another unit than was asked for"
NO_QUESTION = "a figure that answers none of the questions by which figures are compared"
DENIAL = "a denial without a number; it makes the agreement of its series `denied`"
ASIDE = "not compared"
NO_NUMBER = f"{ASIDE}: no number is read from the words"


def rows(source: Source, context: Context) -> Iterator[Row]:
    """A flat row of each point; what is none is told to `context.losses`."""
    told = _Told(context.losses)
    for comparison in source.comparisons():
        series = series_id(comparison.series.question)
        for point in comparison.series.points:
            told.points.add((point.report, point.position, point.position + len(point.words)))
            yield Row(point_id(series, point), _flat_point(comparison, series, point, source))
        told.leave_out(comparison)
    told.leave_out_others(source, context.filter.get("unit"))


def series_id(question: Question) -> str:
    """
    Of one question always the same, whatever answers it.

        >>> question = Question(measure="killed", unit="people", whose="civilians", incident="i1", place=None, time="x")
        >>> len(series_id(question))
        12
    """
    return hashlib.sha256(msgspec.json.encode([well_formed(str(part)) for part in _parts(question)])).hexdigest()[:12]


def point_id(series: str, point: Point) -> str:
    """The id of a point; two that start at one place have different words."""
    return f"{series}:{point.report}:{point.position}-{point.position + len(point.words)}"


def _parts(question: Question) -> Sequence[str | None]:
    return msgspec.structs.astuple(question)


def _flat_point(comparison: Comparison, series: str, point: Point, source: Source) -> dict[str, Any]:
    question, agreement = comparison.series.question, comparison.agreement
    last = last_review(source.decisions(point.key)) if point.review != "unreviewed" else None
    values = {
        "id": point_id(series, point),
        "series": series,
        "question": comparison.series.title,
        "measure": question.measure,
        "unit": question.unit,
        "whose": question.whose,
        "incident": question.incident,
        "place_key": question.place,
        "time": question.time,
        "start_day": point.start,
        "end_day": point.end,
        "day_of_report": point.told,
        "chain": point.voice.name,
        "sources": list(point.sources),
        "according_to": " quoting ".join((tell_publisher(point.publisher), *point.sources)),
        "reviewed_by": last and last.who,
        "reviewed_at": last and last.decided_at,
        "notes": list(point.notes),
        "report_key": point.report,
        "agreement": agreement.label,
        "agreement_rule": agreement.rule,
        "range_low": agreement.low,
        "range_high": agreement.high,
        "reports": agreement.reports,
        "chains": agreement.chains,
    }
    return {name: values[name] if name in values else getattr(point, name) for name in COLUMNS}


class _Told:
    """Which figures were told of, as points or as what they are not."""

    def __init__(self, losses: Losses) -> None:
        self.losses = losses
        self.points: set[tuple[str, int, int]] = set()
        self.asides: set[tuple[str, str]] = set()

    def leave_out(self, comparison: Comparison) -> None:
        """What stands beside the points of a series."""
        for aside in comparison.series.asides:
            self.asides.add((aside.key, aside.words))
            why = "a part of another figure" if aside.why.startswith("a part of ") else aside.why
            why = "a rate" if why.startswith("a rate") else why
            self.losses.leave_out(_figure_id(aside.key, aside.words), f"{ASIDE}: {why}")
        for denial in comparison.series.denials:
            self.losses.leave_out(denial.key, DENIAL)

    def leave_out_others(self, source: Source, unit: str | None) -> None:
        """Figures that no series has, or that count in another unit than the one that is asked for."""
        for told in source.told():
            for figure in told.claim.figures:
                point = (told.report.key, figure.start, figure.end) in self.points
                if not point and (told.key, figure.text) not in self.asides:
                    why = OTHER_UNIT if unit and figure.unit != unit else NO_QUESTION
                    why = NO_NUMBER if figure.low is None and figure.high is None else why
                    self.losses.leave_out(_figure_id(told.key, figure.text), why)


def _figure_id(key: str, words: str) -> str:
    return well_formed(f"{key} “{words}”")


UNIT = Unit(COLUMNS, TYPES, rows, default_attest)
