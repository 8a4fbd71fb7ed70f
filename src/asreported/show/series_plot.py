"""
The interval of one figure as an inline drawing (SVG): a dot for a number, a line for an interval, an arrow if open.

Places are percentages of the width, so that a drawing fits any column and its dots stay round; colours come from the
style sheet of the page, light or dark. Only numbers reach the markup.
"""

from __future__ import annotations

import math

from ..compare.series import Point
from .words import tell_interval

LEFT, RIGHT = 2.0, 96.0
"""Where zero and the greatest number stand, in percent of the width."""


def draw_point(point: Point, scale: float) -> str:
    """
    The drawing of `point`; `scale` is the number at the right.

    >>> from types import SimpleNamespace as P
    >>> drawn = draw_point(P(low=12, high=None, counts=True), 24)
    >>> "at least 12" in drawn, drawn.count("<path"), "<circle" in drawn
    (True, 1, False)
    """
    low, high = _at(point.low or 0, scale), RIGHT + 2 if point.high is None else _at(point.high, scale)
    marks = [f'<line class="base" x1="{LEFT}%" x2="{RIGHT}%" y1="10" y2="10"/>']
    if point.high is not None and point.low == point.high:
        marks.append(f'<circle cx="{low}%" cy="10" r="5"/>')
    else:
        marks.append(f'<line class="range" x1="{low}%" x2="{high}%" y1="10" y2="10"/>')
        marks.append(_end(low) if point.low else _arrow(low, -1))  # "up to 8,000" says nothing of the lower end
        marks.append(_arrow(high, 1) if point.high is None else _end(high))
    told = tell_interval(point.low, point.high)
    kind = "counts" if point.counts else "apart"
    return f'<svg class="{kind}" width="100%" height="20" role="img" aria-label="{told}">{"".join(marks)}</svg>'


def draw_axis(scale: float) -> str:
    """The numbers below the drawings: zero, and round numbers up to `scale`."""
    marks = "".join(
        f'<line class="tick" x1="{x}%" x2="{x}%" y1="0" y2="5"/>'
        f'<text x="{x}%" y="17" text-anchor="{"start" if not tick else "middle"}">{tick:,}</text>'
        for tick, x in ((tick, _at(tick, scale)) for tick in ticks(scale))
    )
    return f'<svg class="axis" width="100%" height="20" aria-hidden="true">{marks}</svg>'


def ticks(scale: float) -> list[int | float]:
    """
    At most five round numbers from zero.

    >>> ticks(8800), ticks(3), ticks(0)
    ([0, 2000, 4000, 6000, 8000], [0, 1, 2, 3], [0])
    """
    if scale <= 0:
        return [0]
    step = 10 ** math.floor(math.log10(scale))
    size = next(factor for factor in (0.25, 0.5, 1, 2, 2.5, 5, 10) if scale / (factor * step) <= 4.5) * step
    size = int(size) if size >= 1 else 1
    return [size * n for n in range(int(scale // size) + 1)]


def _at(number: float, scale: float) -> float:
    return round(LEFT + (RIGHT - LEFT) * min(max(number, 0), scale) / (scale or 1), 2)


def _end(x: float) -> str:
    return f'<line class="range" x1="{x}%" x2="{x}%" y1="5" y2="15"/>'


def _arrow(x: float, direction: int) -> str:
    """A head that points along the open side; drawn in its own corner, since paths know no percentages."""
    return f'<svg x="{x}%" y="10" overflow="visible"><path d="M0 0L{-8 * direction} -5L{-8 * direction} 5Z"/></svg>'
