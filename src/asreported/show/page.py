"""
Readings as one HTML page that needs nothing but itself: no network, no file beside it, no script to lose claims by.

page_head.py says what the page may hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ..codebook import STATUSES, kinds
from ..records import Reading, Refusal
from .page_head import page_asset, page_head
from .reader import FAMILIES, esc, family_of, isolate, render_report, source_names
from .words import tell_status

_Choice = tuple[str, str, int, str | None]
"""A box of the filters: its value, label, number of claims, family."""


def render_page(readings: Iterable[Reading], refusals: Iterable[Refusal] = ()) -> str:
    """
    The page of `readings` in their order, with a list of the reports, filters, and the inputs refused.

        >>> page = render_page([], [Refusal(origin="<b>.txt", reason="empty", message="The input holds no text.")])
        >>> "&lt;b&gt;.txt" in page, "<b>.txt" in page
        (True, False)
    """
    readings, refusals = list(readings), list(refusals)
    sources = _number_sources(readings)
    status = tell_status(len(readings), sum(len(reading.claims) for reading in readings), len(refusals))
    title = readings[0].report.title or readings[0].report.id if len(readings) == 1 else status
    reports = "".join(render_report(reading, number, sources) for number, reading in enumerate(readings, 1))
    return (
        f"{page_head(title, 'page.css', 'page.js')}<body>\n"
        '<header class="top"><h1>As reported</h1>\n'
        f"<p>{esc(status)}. What the reports say, according to whom; whether it is true is not judged here.</p>\n"
        f"{_legend()}</header>\n"
        f'<div class="columns">\n<nav aria-label="Reports and filters">\n'
        f"{_report_list(readings)}{_filters(readings, sources)}{_refused(refusals)}</nav>\n"
        f"<main>\n{reports or '<p>No report was read.</p>'}</main>\n"
        '<aside id="panel" hidden aria-label="Selected claim"></aside>\n</div>\n'
        f"<script>{page_asset('page.js')}</script>\n</body>\n</html>\n"
    )


def _legend() -> str:
    """What the shapes and underlines mean; the keys are shown by the script that makes them work."""
    families = "".join(
        f'<li><span class="glyph u1-{family}" aria-hidden="true">{glyph}</span> {family}</li>'
        for family, glyph in FAMILIES.items()
    )
    return (
        f'<ul class="legend" aria-label="Families of kinds">{families}</ul>\n'
        '<p class="keys" hidden><kbd>j</kbd> <kbd>k</kbd> next and previous claim · <kbd>Enter</kbd> to its card · '
        "<kbd>Esc</kbd> close</p>\n"
    )


def _report_list(readings: Sequence[Reading]) -> str:
    if len(readings) < 2:
        return ""
    items = "".join(
        f'<li><a href="#r{number}">{isolate(reading.report.title or reading.report.id)}</a> '
        f'<span class="count">{len(reading.claims)}</span></li>\n'
        for number, reading in enumerate(readings, 1)
    )
    return f'<details class="list" open><summary>Reports</summary><ol>\n{items}</ol></details>\n'


def _refused(refusals: Sequence[Refusal]) -> str:
    if not refusals:
        return ""
    items = "".join(
        f"<li>{isolate(refusal.origin)}: <b>{isolate(refusal.reason)}</b>: {isolate(refusal.message)}</li>\n"
        for refusal in refusals
    )
    return (
        f'<details class="list" open><summary>Refused inputs ({len(refusals)})</summary><ul>\n{items}</ul></details>\n'
    )


def _number_sources(readings: Sequence[Reading]) -> dict[str, int]:
    """The names of all sources, most claims first, each with its number on the page."""
    counts = Counter(
        name
        for reading in readings
        for claim in reading.claims
        for name in source_names(claim, reading.report.publisher)
    )
    return {name: number for number, name in enumerate(sorted(counts, key=lambda name: (-counts[name], name)))}


def _filters(readings: Sequence[Reading], sources: dict[str, int]) -> str:
    """Boxes to tick, hidden until the script shows them: without it they would do nothing."""
    claims = [(claim, reading.report.publisher) for reading in readings for claim in reading.claims]
    if not claims:
        return ""
    by_kind = Counter(claim.kind for claim, _ in claims)
    by_status = Counter(claim.status for claim, _ in claims)
    by_source = Counter(name for claim, publisher in claims for name in source_names(claim, publisher))
    present = _present([*(kind.key for kind in kinds()), *sorted(by_kind)], by_kind)
    statuses = _present([*STATUSES, *sorted(by_status)], by_status)
    groups: list[tuple[str, str, list[_Choice]]] = [
        ("Kind", "kind", [(kind, kind, by_kind[kind], family_of(kind)) for kind in present]),
        ("Status", "status", [(status, status, by_status[status], None) for status in statuses]),
        ("Source", "src", [(str(sources[name]), name, by_source[name], None) for name in sources]),
    ]
    boxes = "".join(_filter_group(*group) for group in groups)
    return (
        '<details class="filters" hidden open><summary>Filter</summary>\n'
        f'<p role="status" id="shown"></p>{boxes}<button type="button" id="reset">Show all</button></details>\n'
    )


def _present(order: Iterable[str], counts: Counter[str]) -> Iterable[str]:
    return (key for key in dict.fromkeys(order) if counts[key])


def _filter_group(head: str, name: str, choices: list[_Choice]) -> str:
    items = "".join(
        f'<li><label><input type="checkbox" name="{name}" value="{esc(value)}"> '
        + (f'<span class="glyph u1-{family}" aria-hidden="true">{FAMILIES[family]}</span> ' if family else "")
        + f'{isolate(label)}</label> <span class="count">{count}</span></li>\n'
        for value, label, count, family in choices
    )
    return f"<fieldset><legend>{head}</legend><ul>\n{items}</ul></fieldset>\n"
