"""
Scores → spans: which triggers, fillers and sources the network's outputs stand for.

Every span is made of whole words of the text: a span that begins or ends inside a word is widened to it.
"""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import numpy.typing as npt

from asreported.codebook import CARRIED_ROLES, ROLES
from asreported.records import Attribution, Mention, Report, Span

from . import labels
from .tokens import Pieces, Window

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Thresholds:
    """From which probability on something counts; chosen on reports that were held back from training."""

    trigger: float = 0.5
    filler: float = 0.55
    figure: float = 0.25
    """Lower than that of other fillers: what several triggers reach for is settled between them."""
    carried: float = 0.5
    who: float = 0.2
    cue: float = 0.4
    outer: float = 0.5
    toponym: float = 0.5
    publisher: float = 0.0
    """Added to the score of the publisher's own voice: a source is named only where the network is that much surer."""


@dataclasses.dataclass(frozen=True)
class Trigger:
    """A trigger found in a window: its pieces there (last exclusive), its kind, how sure the network is."""

    first: int
    last: int
    kind: int
    score: float


def softmax(scores: Floats) -> Floats:
    """Probabilities over the last axis."""
    shifted = np.exp(scores - scores.max(-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(-1, keepdims=True), dtype=np.float32)


def find_triggers(scores: Floats, first: int, last: int, threshold: float, temperature: float) -> list[Trigger]:
    """
    The triggers that begin in the pieces `first:last` of a window.

    Shapes: scores (L, 57). The kind is the one whose tag weighs most at the first piece. `temperature` changes only the
    score that a trigger is given, not which are found.
    """
    chances = softmax(scores)
    begins, goes_on = chances[:, 1::2], chances[:, 2::2]
    begin, inside = begins.sum(1), goes_on.sum(1)
    found: list[Trigger] = []
    free = first
    for at in np.flatnonzero(begin[first:last] > threshold) + first:
        if at < free:
            continue
        kind = int(begins[at].argmax())
        end = int(at) + 1
        while end < len(scores) - 1 and inside[end] > 0.5 and inside[end] > begin[end]:
            end += 1
        score = float(softmax(scores[at] / temperature)[1 + 2 * kind])
        found.append(Trigger(int(at), end, kind, score))
        free = end
    return found


EDGE = 0.2
"""A span that is sure at one piece reaches as far as its neighbours are at least this likely to belong to it."""
BREAK = 0.8
"""A piece inside a span that is this likely to be a first one begins another."""


def find_spans(chances: Floats, first: int, last: int, threshold: float) -> list[tuple[int, int, float]]:
    """
    Spans in the pieces `first:last` of one layer, as (first, last exclusive, score), in their order.

    A span needs one piece above `threshold` and then takes in what is above EDGE: where the network is sure that
    something is there, it is seldom sure of its first and last word. Shapes: chances (L, 3). The score is that of the
    surest piece.
    """
    inside = chances[:, 1] + chances[:, 2]
    found: list[tuple[int, int, float]] = []
    at = first
    while at < last:
        if inside[at] <= EDGE:
            at += 1
            continue
        end = at + 1
        while end < last and inside[end] > EDGE and chances[end, 1] <= BREAK:
            end += 1
        peak = float(inside[at:end].max())
        if peak > threshold:
            found.append((at, end, peak))
        at = end
    return found


def best_span(chances: Floats, first: int, last: int, threshold: float) -> tuple[int, int, float] | None:
    """The span of highest score in `first:last`, or None where no piece reaches `threshold`."""
    if last <= first:
        return None
    inside = chances[first:last, 1] + chances[first:last, 2]
    peak = int(inside.argmax())
    if inside[peak] < threshold:
        return None
    edge = min(EDGE, 0.5 * float(inside[peak]))
    start, end = peak, peak + 1
    while start > 0 and inside[start - 1] > edge and chances[first + start, 1] <= BREAK:
        start -= 1
    while end < len(inside) and inside[end] > edge and chances[first + end, 1] <= BREAK:
        end += 1
    return first + start, first + end, float(inside[peak])


@dataclasses.dataclass(frozen=True)
class View:
    """A window as decoding sees it: where its pieces stand in the text, and in which sentence (-1 for the frame)."""

    report: Report
    pieces: Pieces
    window: Window
    numbers: Ints

    @property
    def shift(self) -> int:
        return len(self.window.prefix) - self.window.first

    def span(self, first: int, last: int) -> Span:
        """The pieces `first:last` of the window as words of the report."""
        start = int(self.pieces.starts[first - self.shift])
        end = int(self.pieces.ends[last - self.shift - 1])
        return widen(self.report, start, end)


def make_view(report: Report, pieces: Pieces, window: Window) -> View:
    numbers = np.full(len(window.prefix) + window.last - window.first + 1, -1, dtype=np.int64)
    numbers[len(window.prefix) : -1] = pieces.sentences[window.first : window.last]
    return View(report, pieces, window, numbers)


def widen(report: Report, start: int, end: int) -> Span:
    """
    The span `start:end`, widened to whole words and numbers and without outer punctuation that belongs to the sentence.

        >>> from asreported.records import make_report
        >>> widen(make_report(id="a", title="", body="Some 12,500 people,"), 5, 7).text
        '12,500'
    """
    text = report.text
    while start > 0 and _is_one_word(text, start):
        start -= 1
    while end < len(text) and _is_one_word(text, end):
        end += 1
    while end - start > 1 and text[end - 1] in ",;: \n":
        end -= 1
    while end - start > 1 and text[start] in ",;: \n":
        start += 1
    return report.span(start, end)


def _is_one_word(text: str, at: int) -> bool:
    """Whether a cut at `at` goes through a word, or through a number such as 12,500 or 1.2."""
    if text[at - 1].isalnum() and text[at].isalnum():
        return True
    around = text[max(0, at - 2) : at + 2]
    return DIGITS_RE.search(around) is not None


LEADING_RE = re.compile(r"(?:of|by|and|or|that|which|who|as) (?=\S)", re.IGNORECASE)
TRAILING_RE = re.compile(
    r"(?<=\S) (?:where|that|which|who|and|or|of|in|on|at|by|with|from|the|a|an|as)$", re.IGNORECASE
)


def trim_words(report: Report, span: Span, role: str) -> Span:
    """
    A filler without the word that only joins it to what stands beside it: "of Mosul", "the cellars where".

    Times and figures keep theirs ("by Monday", "a number of").
    """
    if role in ("time", "figure"):
        return span
    start, end = span.start, span.end
    if leading := LEADING_RE.match(report.text, start, end):
        start = leading.end()
    if trailing := TRAILING_RE.search(report.text, max(start, end - 7), end):
        end = trailing.start()
    return report.span(start, end)


DIGITS_RE = re.compile(r"(?<=\d)[.,](?=\d)")
RANGE_BEFORE_RE = re.compile(r"\b\d[\d.,]*(?: (?:thousand|million|billion))?(?: to | or | ?[-–] ?)$")
RANGE_AFTER_RE = re.compile(r"(?: to | or | ?[-–] ?)\d[\d.,]*\d(?: (?:thousand|million|billion))?\b")


def widen_figure(report: Report, span: Span) -> Span:
    """A figure with the rest of its range: "7,000" in "5,000 to 7,000" is half of what is said."""
    if not span.text[:1].isdigit() and not span.text[-1:].isdigit():
        return span
    before = (
        RANGE_BEFORE_RE.search(report.text, max(0, span.start - 30), span.start) if span.text[0].isdigit() else None
    )
    after = RANGE_AFTER_RE.match(report.text, span.end) if span.text[-1].isdigit() else None
    return report.span(before.start() if before else span.start, after.end() if after else span.end)


def decode_roles(view: View, trigger: Trigger, chances: Floats, thresholds: Thresholds) -> tuple[Mention, ...]:
    """
    The fillers that a trigger reaches: those of its own sentence, or the best earlier one where a role may be carried.

    Shapes: chances (L, layers, 3).
    """
    sentence = view.numbers[trigger.first]
    here = np.flatnonzero(view.numbers == sentence)
    first, last = int(here[0]), int(here[-1]) + 1
    before = int(np.argmax(view.numbers >= 0))
    inside = 1 - chances[:, : len(ROLES), 0]
    surest, surest_before = inside[first:last].max(0), inside[before:first].max(0, initial=0.0)
    mentions: list[Mention] = []
    for layer, role in enumerate(ROLES):
        threshold = thresholds.figure if role == "figure" else thresholds.filler
        # Most triggers reach for two or three roles: the others need no search.
        spans = find_spans(chances[:, layer], first, last, threshold) if surest[layer] > threshold else []
        mentions += _distinct(view, role, spans)
        if not spans and role in CARRIED_ROLES and surest_before[layer] >= thresholds.carried:
            best = best_span(chances[:, layer], before, first, thresholds.carried)
            if best is not None:
                a, b, score = best
                span = trim_words(view.report, view.span(a, b), role)
                mentions.append(Mention(role=role, span=span, carried=True, score=round(score, 4)))
    return tuple(mentions)


def _distinct(view: View, role: str, spans: list[tuple[int, int, float]]) -> list[Mention]:
    """Spans as mentions; what widened to the same words is one, with the higher score."""
    found: dict[Span, float] = {}
    for a, b, score in spans:
        span = trim_words(view.report, view.span(a, b), role)
        if role == "figure":
            span = widen_figure(view.report, span)
        found[span] = max(found.get(span, 0.0), score)
    return [Mention(role=role, span=span, score=round(score, 4)) for span, score in found.items()]


def decode_sources(
    view: View, trigger: Trigger, chances: Floats, voice: Floats, thresholds: Thresholds
) -> tuple[tuple[Attribution, ...], bool]:
    """
    The chain of sources, outermost first, and whether the speaker is named but stands outside the window.

    Shapes: chances (L, layers, 3), voice (3,) scores.
    """
    favoured = voice + np.array([thresholds.publisher, 0, 0], dtype=np.float32)
    name = labels.VOICES[int(favoured.argmax())]
    if name == "publisher":
        return (), False
    first = int(np.argmax(view.numbers >= 0))
    last = len(view.numbers) - 1
    cue = _span_of(view, chances, "cue", first, last, thresholds.cue)
    if name == "anonymous":
        return (Attribution(who=None, cue=cue),), False
    who = _span_of(view, chances, "who", first, last, thresholds.who)
    if who is None:
        return (Attribution(who=None, cue=cue),), True
    who = trim_words(view.report, who, "who")
    inner = Attribution(who=who, cue=cue, carried=not _in_sentence(view, trigger, who))
    outer_who = _span_of(view, chances, "outer-who", first, last, thresholds.outer)
    if outer_who is None or outer_who == who:
        return (inner,), False
    outer_cue = _span_of(view, chances, "outer-cue", first, last, thresholds.outer)
    outer = Attribution(who=outer_who, cue=outer_cue, carried=not _in_sentence(view, trigger, outer_who))
    return (outer, inner), False


def _span_of(view: View, chances: Floats, layer: str, first: int, last: int, threshold: float) -> Span | None:
    best = best_span(chances[:, labels.LAYERS.index(layer)], first, last, threshold)
    return None if best is None else view.span(best[0], best[1])


def _in_sentence(view: View, trigger: Trigger, span: Span) -> bool:
    piece = int(np.searchsorted(view.pieces.ends, span.start, side="right"))
    return bool(view.pieces.sentences[piece] == view.numbers[trigger.first])
