"""
Figure series made ready for a page: each figure with its drawing, and what the plots over time are drawn from.

The plots are drawn by static/figures.js from data that the page carries; a table beside each says the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from markupsafe import Markup

from ..compare.incidents import Comparison
from ..compare.scenes import report_days
from ..compare.series import Point
from ..compare.totals import Running, Step, toll_over_time
from ..show.series import scale_of
from ..show.series_plot import draw_axis, draw_point
from ..show.series_words import tell_according, tell_value
from .pages import markup

MOST_POINTS = 40
"""Figures of one series that a page draws; the rest is counted."""
MOST_PLOTTED = 120
"""Figures of one series that its plot over time has, the latest."""


class Drawn(NamedTuple):
    """A figure with its drawing; `replaced` where its source told another one of the same later."""

    point: Point
    drawing: Markup
    replaced: bool


class Shown(NamedTuple):
    """A series as a page shows it."""

    anchor: str
    title: str
    comparison: Comparison
    rows: tuple[Drawn, ...]
    more: int
    axis: Markup
    steps: tuple[Step, ...]
    plot: str
    """What is drawn over time, as JSON; empty where all is of one day."""


def show_series(comparison: Comparison) -> Shown:
    """The series of `comparison` as a page shows it."""
    series, points = comparison.series, comparison.series.points
    last = {_mark(point) for backing in comparison.agreement.backings for point in backing.points}
    scale = scale_of(points[:MOST_POINTS])
    incident = series.question.incident
    steps = toll_over_time(series) if incident else ()
    digest = hashlib.sha256(msgspec.json.encode(series.question, order="deterministic")).hexdigest()
    return Shown(
        anchor=f"s{digest[:10]}",
        title=series.title.removesuffix(f", incident {incident}"),
        comparison=comparison,
        rows=tuple(
            Drawn(point, markup(draw_point(point, scale)), point.counts and _mark(point) not in last)
            for point in points[:MOST_POINTS]
        ),
        more=max(0, len(points) - MOST_POINTS),
        axis=markup(draw_axis(scale)),
        steps=steps,
        plot=_plot_series(comparison, steps),
    )


def _mark(point: Point) -> tuple[str, int]:
    return point.key, point.position


def _plot_series(comparison: Comparison, steps: Sequence[Step]) -> str:
    series = comparison.series
    is_incident = series.question.incident is not None
    dated = [(day, point) for point in series.points if (day := _day(point, is_incident))]
    if len({day for day, _ in dated}) < 2:
        return ""
    told = Counter(point.voice.key for _, point in dated if point.counts)
    voices = {point.voice.key: point.voice.name for _, point in dated if told[point.voice.key] > 1}
    points = [
        {
            "day": day, "low": point.low, "high": point.high, "counts": point.counts, "voice": point.voice.key,
            "told": f"{tell_value(point)}, {tell_according(point)}", "key": point.key,
        }
        for day, point in dated[-MOST_PLOTTED:]
    ]  # fmt: skip
    by = "day of the report" if is_incident else "day for which it is told"
    return _encode({"by": by, "steps": list(steps), "points": points, "voices": list(voices.items())})


def _day(point: Point, is_incident: bool) -> dt.date | None:
    """On which day a point is drawn: the report's for an incident, else the first on which it holds."""
    published, _ = report_days(point.published)
    return published if is_incident else point.start or point.end or published


def plot_running(running: Running) -> str:
    """What is drawn of a sum that grows; empty where there is nothing to draw."""
    if len(running.steps) < 2:
        return ""
    return _encode({"by": "day of the incident", "steps": list(running.steps), "points": [], "voices": []})


def _encode(whole: Any) -> str:
    try:
        return msgspec.json.encode(whole).decode()
    except UnicodeEncodeError:  # a lone surrogate in somebody's words
        return msgspec.json.encode(_mended(whole)).decode()


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _mended(one) for key, one in value.items()}
    return [_mended(one) for one in value] if isinstance(value, (list, tuple)) else value


def label_class(label: str) -> str:
    """The class of a label of agreement in style sheets."""
    return label.replace(" ", "-")


def bars(counts: Iterable[tuple[str, int]]) -> Markup:
    """A column for each of `counts` in a small drawing; their names and numbers are told beside it."""
    numbers = [number for _, number in counts]
    top, width = max(numbers, default=1) or 1, 100 / max(1, len(numbers))
    marks = "".join(
        f'<rect x="{i * width + width * 0.1:.2f}%" width="{width * 0.8:.2f}%" '
        f'y="{40 - 38 * number / top:.1f}" height="{38 * number / top:.1f}"/>'
        for i, number in enumerate(numbers)
    )
    return markup(f'<svg class="columns" width="100%" height="40" aria-hidden="true">{marks}</svg>')
