"""
Figure series told in words, alike in a terminal and on a page: values, days, according to whom, how far sources agree.
"""

from __future__ import annotations

from ..compare.agreement import Agreement, Step
from ..compare.contradictions import Contradiction, Statement
from ..compare.incidents import Comparison, Incident
from ..compare.series import Aside, Denial, Point
from ..records import Kept
from .found import tell_chain
from .words import tell_days, tell_interval, tell_publisher

Bound = int | float | None

REJECTED = "rejected in review: counts for nothing"


def tell_value(point: Point) -> str:
    """The words of the figure, and its bounds where they are not the same."""
    told = tell_interval(point.low, point.high)
    return f"“{point.words}”" if told == point.words else f"“{point.words}” ({told})"


def tell_held(point: Point) -> str:
    """When it holds; the report's day where the claim has none of its own."""
    days = tell_days(point.start, point.end)
    return f"{days} (day of the report)" if point.told and (point.start or point.end) else days


def tell_according(point: Point | Aside | Denial | Statement) -> str:
    """According to whom, outermost first, and in which report."""
    day = f", {point.published}" if point.published else ""
    if not point.sources:
        return f"{tell_publisher(point.publisher)}{day}"
    return f"{' quoting '.join(point.sources)} in {point.publisher or 'a report of no named publisher'}{day}"


def tell_range(low: Bound, high: Bound) -> str:
    """
    The range over reports.

    >>> tell_range(3, 12), tell_range(3, None), tell_range(0, 0), tell_range(None, None)
    ('3 to 12', '3 or more, open above', '0', 'no number asserted')
    """
    if low is None:
        return "no number asserted"
    if high is None:
        return f"{low:,} or more, open above"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def tell_span(comparison: Comparison) -> str:
    """The range of a series: over the reports of an incident, or over all times that a standing question is told of."""
    low, high = comparison.agreement.low, comparison.agreement.high
    over = "over reports" if comparison.series.question.incident else "over all times and parts told"
    return f"range {over}: {tell_range(low, high)}"


def tell_counts(agreement: Agreement) -> str:
    """From how many reports and independent chains: "12 reports, 3 independent chains"."""
    return f"{_count(agreement.reports, 'report')}, {_count(agreement.chains, 'independent chain')}"


def tell_incident_counts(incident: Incident) -> str:
    """The same for all that is asserted of an incident."""
    claims = sum(len(telling.kepts) for telling in incident.tellings)
    return (
        f"{_count(claims, 'claim')} in {_count(len(incident.tellings), 'report')}, "
        f"{_count(len(incident.voices), 'independent chain')}"
    )


def tell_step(step: Step) -> str:
    """What one source told before and after."""
    before, after = step.before, step.after
    turn = {"up": "raised", "down": "lowered"}.get(step.direction or "", "changed")
    if step.kind == "change":
        turn = {"up": "rose", "down": "fell"}.get(step.direction or "", "changed")
    return (
        f"{step.voice.name}: {turn} from “{before.words}” ({tell_days(before.start, before.end)}) "
        f"to “{after.words}” ({tell_days(after.start, after.end)})"
    )


def tell_remarks(point: Point) -> list[str]:
    """What a reader must know of a point: its status where it is no assertion, its part, its change, notes."""
    told = [] if point.status == "actual" else [f"{point.status}: counts for nothing"]
    told += [REJECTED] if point.review == "rejected" else []
    told += [f"in {point.part}"] if point.part else []
    told += ["told as what was before"] if point.change == "from" else []
    told += ["told as a total"] if point.change == "total" else []
    return [*told, *point.notes]


def tell_denial(denial: Denial) -> str:
    """Who denies it, and in which report."""
    return f"denied: {tell_according(denial)}"


def tell_aside(aside: Aside) -> str:
    """A figure that is not compared: why, its status where it is no assertion, and according to whom."""
    told = [aside.why] + ([] if aside.status == "actual" else [aside.status])
    told += [REJECTED] if aside.review == "rejected" else []
    return f"not compared: “{aside.words}” ({'; '.join(told)}) · {tell_according(aside)}"


def tell_origin(shown: Point | Aside | Denial) -> str:
    """By which key the claim is found in the ledger, and what a reviewer made of it."""
    return f"{shown.key}; {shown.review}"


def tell_claim(kept: Kept) -> str:
    """One claim of an incident, but for its kind: status, trigger, according to whom, and that it was rejected."""
    rejected = f" · {REJECTED}" if kept.review == "rejected" else ""
    return f"{kept.claim.status} · “{kept.claim.trigger.text}” · according to {tell_chain(kept)}{rejected}"


def tell_statement(statement: Statement) -> str:
    """What one side says, and according to whom."""
    bounds = ""
    if statement.low is not None or statement.high is not None:
        told = tell_interval(statement.low, statement.high)
        bounds = "" if f"“{told}”" == statement.says else f" ({told})"
    return f"{statement.says}{bounds}, {tell_according(statement)}"


def tell_contradiction(contradiction: Contradiction) -> str:
    """What it is about."""
    return f"{contradiction.kind}: {contradiction.about}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
