"""
Report → who says what, whatever it is about: every attribution with its source, cue and content.

Claims carry their own sources (events.py). This reads the statements that are no claims as well ("the minister said
that he was tired"), by the tags that PolNeAR teaches.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, NamedTuple, Protocol

import numpy as np

from asreported.records import Report, Span

from .decode import Floats, Ints, find_spans, softmax, widen
from .sentences import split_sentences
from .tokens import Pieces, WindowSizes, cut_pieces, cut_windows

SOURCE, CUE, CONTENT = range(3)
THRESHOLDS = (0.4, 0.4, 0.4)
"""Of source, cue and content: the score that the surest piece of a span needs."""
REACH = 400
"""Characters between a cue and the content that is laid to it."""


class Statement(NamedTuple):
    """One attribution; `source` is None where nobody is named, `content` the parts of what is said, in their order."""

    cue: Span
    source: Span | None
    content: tuple[Span, ...]


class AttributionEngine(Protocol):
    """The part of the network that is wanted here."""

    tokenizer: Any
    sizes: WindowSizes

    def attribute(self, ids: Ints) -> Floats:
        """Scores of source, cue and content. Shapes: ids (L,) → (L, 3, 3)."""
        ...


def find_statements(report: Report, engine: AttributionEngine) -> tuple[Statement, ...]:
    """
    All attributions of `report`, in the order of their cues.

    A source and a content are laid to the nearest cue. Source: the scheme is PolNeAR's (Newell, Margolin, Ruths 2018).
    """
    sentences = split_sentences(report)
    pieces = cut_pieces(report, sentences, engine.tokenizer)
    title = int((pieces.ends <= len(report.title)).sum()) if report.title else 0
    chances = np.zeros((len(pieces), 3, 3), dtype=np.float32)
    for window in cut_windows(pieces, title, engine.sizes):
        core = slice(window.core_first, window.core_last)
        shift = len(window.prefix) - window.first
        found = softmax(engine.attribute(window.ids(pieces)))
        chances[core] = found[window.core_first + shift : window.core_last + shift]
    layers = [_spans(report, pieces, chances[:, layer], threshold) for layer, threshold in enumerate(THRESHOLDS)]
    return _joined(layers, [s.start for s in sentences])


def _spans(report: Report, pieces: Pieces, chances: Floats, threshold: float) -> list[Span]:
    """The spans of one layer in their order; what widens to words of another one is one with it."""
    spans: list[Span] = []
    for first, last, _ in find_spans(chances, 0, len(pieces), threshold):
        span = widen(report, int(pieces.starts[first]), int(pieces.ends[last - 1]))
        if spans and span.start < spans[-1].end:
            span = report.span(spans[-1].start, max(spans.pop().end, span.end))
        spans.append(span)
    return spans


def _joined(found: list[list[Span]], starts: list[int]) -> tuple[Statement, ...]:
    """Each source and content with its nearest cue: a source in the same sentence, a content within REACH."""
    sources, cues, contents = found
    source: dict[Span, Span] = {}
    for cue in cues:
        near = [s for s in sources if bisect_right(starts, s.start) == bisect_right(starts, cue.start)]
        if near:
            source[cue] = min(near, key=lambda s: (_gap(s, cue), s.start))
    parts: dict[Span, list[Span]] = {cue: [] for cue in cues}
    for content in contents:
        near = [cue for cue in cues if _gap(content, cue) <= REACH]
        if near:
            parts[min(near, key=lambda c: (_gap(content, c), -c.start))].append(content)
    return tuple(Statement(cue, source.get(cue), tuple(parts[cue])) for cue in cues)


def _gap(one: Span, other: Span) -> int:
    return max(0, one.start - other.end, other.start - one.end)
