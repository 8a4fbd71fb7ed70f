"""
Scores → spans: which triggers, fillers and sources the network's outputs stand for.

Every span is made of whole words of the text: a span that begins or ends inside a word is widened to it.
"""

from __future__ import annotations

import dataclasses
import math
import re
from bisect import bisect_right

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
    chances = _sure_tags(scores, min(threshold, 0.5))
    begin, inside = chances[:, 1::2].sum(1), chances[:, 2::2].sum(1)
    begins = np.flatnonzero(begin[first:last] > threshold) + first
    kinds = chances[begins, 1::2].argmax(1)
    weights = softmax(scores[begins] / temperature)[np.arange(len(begins)), 1 + 2 * kinds]
    found: list[Trigger] = []
    for at, kind, score in zip(begins.tolist(), kinds.tolist(), weights.tolist(), strict=True):
        if found and at < found[-1].last:
            continue
        end = at + 1
        while end < len(scores) - 1 and inside[end] > 0.5 and inside[end] > begin[end]:
            end += 1
        found.append(Trigger(at, end, kind, score))
    return found


def _sure_tags(scores: Floats, least: float) -> Floats:
    """
    Probabilities of tags where those other than "outside" may add up to `least`; 0 elsewhere, at almost all pieces.

    Their sum is at most their number times the ratio of the likeliest to "outside". Shapes: (L, tags) → (L, tags).
    """
    others = scores.shape[1] - 1
    ratio = max(least, 1e-6) / others
    (sure,) = (scores[:, 1:].max(1) - scores[:, 0] > math.log(ratio)).nonzero()
    chances = np.zeros_like(scores)
    chances[sure] = softmax(scores[sure])
    return chances


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
    begins = chances[first:last, 1]
    inside = begins + chances[first:last, 2]
    (pieces,) = (inside > EDGE).nonzero()  # few: only these are walked through
    scores, breaks = inside[pieces].tolist(), (begins[pieces] > BREAK).tolist()
    spans: dict[int, tuple[int, float]] = {}
    start, end, peak = first, -1, 0.0
    for at, score, is_break in zip((pieces + first).tolist(), scores, breaks, strict=True):
        if at != end or is_break:
            start, peak = at, score
        end, peak = at + 1, max(peak, score)
        spans[start] = end, peak
    return [(start, end, peak) for start, (end, peak) in spans.items() if peak > threshold]


def best_span(chances: Floats, first: int, last: int, threshold: float) -> tuple[int, int, float] | None:
    """The span of highest score in `first:last`, or None where no piece reaches `threshold`."""
    if last <= first:
        return None
    begins = chances[first:last, 1]
    inside = begins + chances[first:last, 2]
    peak = int(inside.argmax())
    score = float(inside[peak])
    if inside[peak] < threshold:
        return None
    edge = min(EDGE, 0.5 * score)
    start, end = peak, peak + 1
    while start > 0 and inside[start - 1] > edge and begins[start] <= BREAK:
        start -= 1
    while end < len(inside) and inside[end] > edge and begins[end] <= BREAK:
        end += 1
    return first + start, first + end, score


@dataclasses.dataclass(frozen=True)
class View:
    """A window as decoding sees it: where its pieces stand in the text, and in which sentence (-1 for the frame)."""

    report: Report
    pieces: Pieces
    numbers: Ints
    shift: int
    """What is added to the number of a piece in the report for its number in the window."""
    bounds: list[int]
    """Where each sentence begins in the window, and where the last one ends."""
    spans: dict[tuple[int, int, str], Span] = dataclasses.field(default_factory=dict)
    """What was quoted so far: the triggers of a sentence reach for the same words."""

    def sentence(self, at: int) -> int:
        """Which sentence of the window, counted from 0, the piece `at` stands in."""
        return bisect_right(self.bounds, at) - 1

    def span(self, first: int, last: int) -> Span:
        """The pieces `first:last` of the window as words of the report."""
        return self.filler(first, last, "")

    def filler(self, first: int, last: int, role: str) -> Span:
        """The pieces `first:last` as the words that fill `role`."""
        key = first, last, role
        if key not in self.spans:
            start = int(self.pieces.starts[first - self.shift])
            end = int(self.pieces.ends[last - self.shift - 1])
            self.spans[key] = fit_words(self.report, widen(self.report, start, end), role)
        return self.spans[key]


def make_view(report: Report, pieces: Pieces, window: Window) -> View:
    begin, end = len(window.prefix), len(window.prefix) + window.last - window.first
    numbers = np.full(end + 1, -1, dtype=np.int64)
    numbers[begin:end] = pieces.sentences[window.first : window.last]
    starts = np.flatnonzero(numbers[1:] > numbers[:-1]) + 1
    return View(report, pieces, numbers, begin - window.first, [*starts.tolist(), end])


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
    """Whether a cut at `at` goes through a word, through a number such as 12,500 or 1.2, or through "U.S."."""
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return True
    if before not in ".," and after not in ".,":
        return False
    return DOTTED_RE.search(text[max(0, at - 2) : at + 2]) is not None


def fit_words(report: Report, span: Span, role: str) -> Span:
    """`span` as `role` wants it: a figure with its whole range, any other filler without joining words."""
    if not role:
        return span
    span = trim_words(report, span, role)
    return widen_figure(report, span) if role == "figure" else span


CUT_RE = re.compile(r"[a-z]+ ")
COMPOUND_RE = re.compile(r"\b\w+-$")
LEADING_RE = re.compile(r"(?:of|by|and|or|that|which|(?-i:who)|as) (?=\S)", re.IGNORECASE)
TRAILING_RE = re.compile(
    r"(?<=\S) (?:where|that|which|(?-i:who)|and|or|of|in|on|at|by|with|from|the|a|an|as)$", re.IGNORECASE
)
"""In small letters only, "who" is no name: the WHO says things too."""


def trim_words(report: Report, span: Span, role: str) -> Span:
    """
    A filler without the word that only joins it to what stands beside it: "of Mosul", "the cellars where".

    Times and figures keep theirs ("by Monday", "a number of"). One that begins within a word has the whole of it:
    "rebel-held district", not "held district"; but "anti-Isis" may be against "Isis".
    """
    if role in ("time", "figure"):
        return span
    start, end = span.start, span.end
    if CUT_RE.match(report.text, start, end) and (before := COMPOUND_RE.search(report.text, max(0, start - 30), start)):
        start = before.start()
    if leading := LEADING_RE.match(report.text, start, end):
        start = leading.end()
    if trailing := TRAILING_RE.search(report.text, max(start, end - 7), end):
        end = trailing.start()
    return report.span(start, end)


DOTTED_RE = re.compile(r"(?<=\d)[.,](?=\d)|\b[A-Z]\.[A-Z]\b")
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


def decode_roles(
    view: View, triggers: list[Trigger], chances: Floats, thresholds: Thresholds
) -> list[tuple[Mention, ...]]:
    """
    The fillers of each trigger: those in its own sentence, or the best earlier one where a role may be carried.

    Shapes: chances (N, L, layers, 3). Most triggers reach for two or three roles: the others are not searched.
    """
    own, carried = _reached(view, triggers, chances, thresholds)
    found = []
    for number, trigger in enumerate(triggers):
        mentions: list[Mention] = []
        for layer in np.flatnonzero(own[number] | carried[number]).tolist():
            tags = chances[number, :, layer]
            here = _mentions(view, trigger, tags, layer, thresholds) if own[number, layer] else []
            if not here and carried[number, layer]:
                here = _carried(view, trigger, tags, layer, thresholds)
            mentions += here
        found.append(tuple(mentions))
    return found


MAY_BE_CARRIED = np.array([role in CARRIED_ROLES for role in ROLES])


def _reached(
    view: View, triggers: list[Trigger], chances: Floats, thresholds: Thresholds
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """
    Which roles have a piece that is sure enough in the trigger's sentence, and which in an earlier one.

    Shapes: chances (N, L, layers, 3) → (N, roles) each.
    """
    rows, sentences = np.arange(len(triggers)), np.array([view.sentence(t.first) for t in triggers])
    outside = chances[:, : view.bounds[-1], : len(ROLES), 0]  # (N, L, roles)
    surest = 1 - np.minimum.reduceat(outside, view.bounds[:-1], axis=1)  # (N, sentences, roles)
    least = np.array([thresholds.figure if role == "figure" else thresholds.filler for role in ROLES], dtype=np.float32)
    before = np.maximum.accumulate(surest, axis=1)[rows, sentences - 1]  # (N, roles)
    carried = (before >= thresholds.carried) & (sentences > 0)[:, None] & MAY_BE_CARRIED
    return surest[rows, sentences] > least, carried


def _mentions(view: View, trigger: Trigger, chances: Floats, layer: int, thresholds: Thresholds) -> list[Mention]:
    """The fillers of one role in the trigger's sentence; what widened to the same words is one, the surer."""
    role = ROLES[layer]
    sentence = view.sentence(trigger.first)
    first, last = view.bounds[sentence : sentence + 2]
    best: dict[Span, float] = {}
    for a, b, score in find_spans(chances, first, last, thresholds.figure if role == "figure" else thresholds.filler):
        span = view.filler(a, b, role)
        best[span] = max(best.get(span, 0.0), score)
    return [Mention(role=role, span=span, score=round(score, 4)) for span, score in best.items()]


def _carried(view: View, trigger: Trigger, chances: Floats, layer: int, thresholds: Thresholds) -> list[Mention]:
    """The best filler of one role in the sentences before the trigger's."""
    role = ROLES[layer]
    best = best_span(chances, view.bounds[0], view.bounds[view.sentence(trigger.first)], thresholds.carried)
    if best is None:
        return []
    a, b, score = best
    return [Mention(role=role, span=view.filler(a, b, role), carried=True, score=round(score, 4))]


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
    cue = _span_of(view, chances, "cue", thresholds.cue)
    if name == "anonymous":
        return (Attribution(who=None, cue=cue),), False
    who = _span_of(view, chances, "who", thresholds.who, "who")
    if who is None:
        return (Attribution(who=None, cue=cue),), True
    inner = Attribution(who=who, cue=cue, carried=not _in_sentence(view, trigger, who))
    outer_who = _span_of(view, chances, "outer-who", thresholds.outer)
    if outer_who is None or outer_who == who:
        return (inner,), False
    outer_cue = _span_of(view, chances, "outer-cue", thresholds.outer)
    outer = Attribution(who=outer_who, cue=outer_cue, carried=not _in_sentence(view, trigger, outer_who))
    return (outer, inner), False


def _span_of(view: View, chances: Floats, layer: str, threshold: float, role: str = "") -> Span | None:
    best = best_span(chances[:, labels.LAYERS.index(layer)], view.bounds[0], view.bounds[-1], threshold)
    return None if best is None else view.filler(best[0], best[1], role)


def _in_sentence(view: View, trigger: Trigger, span: Span) -> bool:
    piece = view.pieces.ends.searchsorted(span.start, side="right")
    return bool(view.pieces.sentences[piece] == view.numbers[trigger.first])
