"""
Figure series and incidents in a terminal: one line a figure, its interval drawn beside it, and how far sources agree.

A dot is an exact number, a line an interval, an arrow a side that the words leave open. What counts for nothing
(denied, planned, possible …) is drawn with other signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from ..compare.contradictions import Contradiction
from ..compare.incidents import Comparison, Incident
from ..compare.series import Point
from .cards import family_style, print_lines
from .series_words import (
    tell_according,
    tell_aside,
    tell_claim,
    tell_contradiction,
    tell_counts,
    tell_denial,
    tell_held,
    tell_incident_counts,
    tell_origin,
    tell_range,
    tell_remarks,
    tell_span,
    tell_statement,
    tell_step,
    tell_value,
)
from .words import safe_line

BAR = 30
"""Columns of the drawing."""
LABEL_STYLES = {"contested": "bold red", "denied": "bold magenta", "sources agree": "bold green"}


def print_comparisons(comparisons: Sequence[Comparison], console: Console, *, notes: Iterable[str] = ()) -> None:
    """Print the series, one block each, and before them what there is to know about the choice."""
    lines = [Text(safe_line(note), "dim") for note in notes]
    for comparison in comparisons:
        lines += [Text(""), *comparison_lines(comparison)]
    print_lines([*lines, Text("")] if comparisons else [*lines, Text("No figures were found.")], console)


def print_incident(incident: Incident, console: Console) -> None:
    """Print one incident: counts, figures, contradictions, and the claims report by report."""
    print_lines([*incident_lines(incident), Text("")], console)


def comparison_lines(comparison: Comparison) -> Iterator[Text]:
    """The lines of one series."""
    series, agreement = comparison.series, comparison.agreement
    yield Text(safe_line(series.title), "bold")
    line = Text("  ").append(agreement.label, LABEL_STYLES.get(agreement.label, "bold"))
    yield line.append(f" ({agreement.rule}); {tell_counts(agreement)}")
    yield Text(f"  {tell_span(comparison)}")
    scale = scale_of(series.points)
    for point, before in zip(series.points, (None, *series.points), strict=False):
        yield from _point_lines(point, scale)
        repeated = before is not None and before.quotation == point.quotation and before.report == point.report
        yield from _quotation_lines(point.quotation, tell_origin(point), BAR + 4, repeated=repeated)
    yield from (Text("  " + safe_line(tell_step(step)), "dim") for step in agreement.steps)
    for denial in series.denials:
        yield Text("  " + safe_line(tell_denial(denial)), "magenta")
        yield from _quotation_lines(denial.quotation, tell_origin(denial), 4)
    for aside in series.asides:
        yield Text("  " + safe_line(tell_aside(aside)), "dim")
        yield from _quotation_lines(aside.quotation, tell_origin(aside), 4)


def _quotation_lines(quotation: str, origin: str, indent: int, *, repeated: bool = False) -> Iterator[Text]:
    """The sentence, once where it stands right above too, and where it is found."""
    told = "(the same sentence)" if repeated else f"“{quotation}”"
    yield Text(" " * indent + safe_line(told), "italic")
    yield Text(" " * indent + safe_line(f"[{origin}]"), "dim")


def _point_lines(point: Point, scale: float) -> Iterator[Text]:
    style = None if point.counts else "dim"
    line = Text("  ").append(bar(point, scale), style).append("  ")
    line.append(safe_line(tell_value(point)), style or "bold")
    yield line.append(safe_line(f" · {tell_held(point)} · {tell_according(point)}"), style)
    if remarks := tell_remarks(point):
        yield Text(" " * (BAR + 4) + safe_line("; ".join(remarks)), "dim italic")


def scale_of(points: Iterable[Point]) -> float:
    """The greatest number that is drawn: the highest bound told."""
    return max((bound for point in points for bound in (point.low, point.high) if bound is not None), default=1) or 1


def bar(point: Point, scale: float) -> str:
    """
    The interval as a line of `BAR` characters.

        >>> from types import SimpleNamespace as P
        >>> print(bar(P(low=10, high=20, counts=True), 30))
        ··········├────────┤··········
        >>> print(bar(P(low=30, high=30, counts=True), 30))
        ·····························●
        >>> print(bar(P(low=15, high=None, counts=False), 30))
        ··············├╌╌╌╌╌╌╌╌╌╌╌╌╌╌▶
    """
    last = BAR - 1
    low = round((point.low or 0) / scale * last)
    high = last if point.high is None else round(point.high / scale * last)
    line, dot = ("─", "●") if point.counts else ("╌", "○")
    if high <= low and point.high is not None:
        return "·" * low + dot + "·" * (last - low)
    start = "├" if point.low else "◀"  # "up to 8,000" says nothing of the lower end
    end = "▶" if point.high is None else "┤"
    return "·" * low + (start + line * (high - low - 1) if high > low else "") + end + "·" * (last - high)


def incident_lines(incident: Incident) -> Iterator[Text]:
    """The lines of one incident."""
    yield Text(safe_line(f"Incident {incident.id}"), "bold")
    yield Text("  " + tell_incident_counts(incident))
    yield Text(safe_line("  according to: " + "; ".join(voice.name for voice in incident.voices)), "dim")
    yield Text(f"  killed, range over the reports: {tell_range(incident.killed_low, incident.killed_high)}")
    for comparison in incident.comparisons:
        yield Text("")
        yield from comparison_lines(comparison)
    for contradiction in incident.contradictions:
        yield Text("")
        yield from contradiction_lines(contradiction)
    for telling in incident.tellings:
        report = telling.report
        facts = [report.title or report.id, report.publisher, report.published or "no date"]
        yield Text("")
        yield Text(safe_line(" · ".join(fact for fact in facts if fact)), "bold")
        for kept in telling.kepts:
            line = Text("  ").append(safe_line(kept.claim.kind), family_style(kept.claim.kind))
            yield line.append(safe_line(f" · {tell_claim(kept)}"), "dim" if kept.review == "rejected" else None)
            yield from _quotation_lines(kept.claim.evidence.text, f"{kept.key}; {kept.review}", 4)


def contradiction_lines(contradiction: Contradiction) -> Iterator[Text]:
    """What contradicts, the rule, and each statement with its quotation."""
    yield Text(safe_line(f"Contradiction, {tell_contradiction(contradiction)}"), "bold red")
    yield Text(f"  rule: {contradiction.rule}", "dim")
    for statement in contradiction.statements:
        yield Text(safe_line(f"  - {tell_statement(statement)}"))
        yield from _quotation_lines(statement.quotation, statement.key, 4)
