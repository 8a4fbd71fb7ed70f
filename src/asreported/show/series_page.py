"""
Figure series and incidents as one HTML page that needs nothing but itself: no network, no file beside it, no script.

page_head.py says what the page may hold. All that a report or a table holds goes through `esc`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..compare.contradictions import Contradiction
from ..compare.incidents import Comparison, Incident, Telling
from ..compare.series import Point
from ..records import Kept
from .page_head import page_head
from .reader import FAMILIES, esc, family_of, isolate
from .series import scale_of
from .series_plot import draw_axis, draw_point
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

READ_THIS = (
    "A dot is an exact number, a line an interval, an arrow a side that the words leave open. Dashed and hollow: not "
    "asserted (denied, planned, possible, attempted, general, or rejected in review), which counts for nothing. "
    "Outlets are not counted but independent chains: copies of one text and statements of one source are one. No "
    "figure here is a mean or a choice; whether any is true is not judged."
)


def render_figures(comparisons: Sequence[Comparison], *, notes: Iterable[str] = ()) -> str:
    """The page of the series, in their order."""
    told = "".join(f"<p>{isolate(note)}</p>\n" for note in notes)
    body = "".join(map(_comparison, comparisons)) or "<p>No figures were found.</p>\n"
    return _page("Figures", told, body)


def render_incident(incident: Incident) -> str:
    """The page of one incident: figures, contradictions, claims report by report."""
    name = f"Incident {incident.id}"
    voices = "".join(f"<li>{isolate(voice.name)}</li>" for voice in incident.voices)
    lead = (
        f"<p>{esc(tell_incident_counts(incident))}. Killed, range over the reports: "
        f"<b>{esc(tell_range(incident.killed_low, incident.killed_high))}</b>.</p>\n"
        f'<details><summary>Independent chains</summary><ul class="voices">{voices}</ul></details>\n'
    )
    body = "".join(map(_comparison, incident.comparisons))
    if incident.contradictions:
        items = "".join(map(_contradiction, incident.contradictions))
        body += f'<section id="contradictions"><h2>Contradictions</h2>\n{items}</section>\n'
    return _page(name, lead, body + "".join(map(_telling, incident.tellings)))


def _page(name: str, lead: str, body: str) -> str:
    return (
        f"{page_head(name, 'series.css')}<body>\n<header><h1>{isolate(name)}</h1>\n{lead}</header>\n"
        f"<main>\n{body}</main>\n"
        f"<footer><h2>How to read this</h2>\n<p>{esc(READ_THIS)}</p>\n</footer>\n</body>\n</html>\n"
    )


# ---- series --------------------------------------------------------------------------------


def _comparison(comparison: Comparison) -> str:
    series, agreement = comparison.series, comparison.agreement
    scale = scale_of(series.points)
    rows = "".join(_row(point, scale) for point in series.points)
    listed = "".join(f"<li>{isolate(tell_step(step))}</li>\n" for step in agreement.steps)
    listed += "".join(_folded(tell_denial(one), one.quotation, tell_origin(one)) for one in series.denials)
    listed += "".join(_folded(tell_aside(one), one.quotation, tell_origin(one)) for one in series.asides)
    label = agreement.label.replace(" ", "-")
    return (
        f"<section><h2>{isolate(series.title)}</h2>\n"
        f'<p><span class="label {label}">{esc(agreement.label)}</span> '
        f'<span class="rule">{esc(agreement.rule)}</span></p>\n'
        f"<p>{esc(tell_counts(agreement))}; {esc(tell_span(comparison))}</p>\n"
        f'<ol class="plot">\n{rows}<li class="scale">{draw_axis(scale)}</li>\n</ol>\n'
        + (f'<ul class="below">{listed}</ul>\n' if listed else "")
        + "</section>\n"
    )


def _row(point: Point, scale: float) -> str:
    remarks = "".join(f'<span class="remark">{isolate(remark)}</span> ' for remark in tell_remarks(point))
    return (
        f'<li class="{"counts" if point.counts else "apart"}">{draw_point(point, scale)}\n'
        f"<details><summary><b>{isolate(tell_value(point))}</b> {isolate(tell_held(point))} · "
        f"{isolate(tell_according(point))} {remarks}</summary>\n"
        f"{_quotation(point.quotation, tell_origin(point))}</details></li>\n"
    )


def _folded(line: str, quotation: str, origin: str) -> str:
    return f"<li><details><summary>{isolate(line)}</summary>{_quotation(quotation, origin)}</details></li>\n"


def _quotation(quotation: str, origin: str) -> str:
    return f'<blockquote dir="auto">{esc(quotation)}</blockquote><p class="origin">{isolate(origin)}</p>'


# ---- an incident ---------------------------------------------------------------------------


def _contradiction(contradiction: Contradiction) -> str:
    items = "".join(
        f"<li>{isolate(tell_statement(statement))}{_quotation(statement.quotation, statement.key)}</li>\n"
        for statement in contradiction.statements
    )
    return (
        f"<h3>{isolate(tell_contradiction(contradiction))}</h3>\n"
        f'<p class="rule">{esc(contradiction.rule)}</p>\n<ul class="statements">{items}</ul>\n'
    )


def _telling(telling: Telling) -> str:
    report = telling.report
    facts = " · ".join(isolate(fact) for fact in (report.publisher, report.published or "no date") if fact)
    items = "".join(map(_claim, telling.kepts))
    title = isolate(report.title or report.id)
    return f'<section class="report"><h2>{title}</h2>\n<p>{facts}</p>\n<ol>{items}</ol>\n</section>\n'


def _claim(kept: Kept) -> str:
    family = family_of(kept.claim.kind)
    rejected = ' class="rejected"' if kept.review == "rejected" else ""
    return (
        f'<li{rejected}><span class="{family}" aria-hidden="true">{FAMILIES[family]}</span> '
        f"{isolate(kept.claim.kind)} · {isolate(tell_claim(kept))}"
        f"{_quotation(kept.claim.evidence.text, f'{kept.key}; {kept.review}')}</li>\n"
    )
