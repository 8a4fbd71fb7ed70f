"""
Report → Annotation: windows through the engine, one after the other, and their outputs decoded to events.

Each window is a batch of its own. Dynamic int8 scales activations over what is computed together, so a window read
beside others would score differently; alone, the same report gives the same bytes whatever is read with it.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from asreported.records import Annotation, Attribution, Event, Report, Span

from . import labels
from .consistency import settle_figures
from .decode import (
    Floats,
    Ints,
    Thresholds,
    Trigger,
    View,
    decode_roles,
    decode_sources,
    find_spans,
    find_triggers,
    make_view,
    softmax,
)
from .sentences import split_sentences
from .tokens import WindowSizes, cut_pieces, cut_windows

DISTANCES = np.array([labels.distance_bucket(d) for d in range(-512, 513)])
SENTENCES = np.array([labels.sentence_bucket(d) for d in range(-6, 7)])


class Engine(Protocol):
    """The network, whatever computes it: onnxruntime when the program runs, torch when it is trained."""

    tokenizer: Any
    sizes: WindowSizes
    thresholds: Thresholds
    temperature: float
    """Of the trigger's scores: calibrates the confidence."""

    def encode(self, ids: Ints) -> tuple[Floats, Floats, Floats]:
        """Shapes: ids (L,) → states (L, D), trigger scores (L, 57), toponym scores (L, 3)."""
        ...

    def reach(
        self, states: Floats, first: Ints, last: Ints, kinds: Ints, distances: Ints, sentences: Ints, near: Ints
    ) -> tuple[Floats, Floats, Floats]:
        """
        Shapes: (L, D), (N,) × 3, (N, L) × 2, (N, S) → chances of tags (N, L, layers, 3), scores of status (N, 6), of
        voice (N, 3).
        """
        ...


def annotate(report: Report, engine: Engine) -> Annotation:
    """All events of `report`, in the order of their triggers, and every toponym."""
    sentences = split_sentences(report)
    pieces = cut_pieces(report, sentences, engine.tokenizer)
    title_pieces = int((pieces.ends <= len(report.title)).sum()) if report.title else 0
    events: list[Event] = []
    toponyms: list[Span] = []
    for window in cut_windows(pieces, title_pieces, engine.sizes):
        view = make_view(report, pieces, window)
        states, trigger_scores, toponym_scores = engine.encode(window.ids(pieces))
        first, last = window.core_first + view.shift, window.core_last + view.shift
        chances = softmax(toponym_scores)
        toponyms += [view.span(a, b) for a, b, _ in find_spans(chances, first, last, engine.thresholds.toponym)]
        triggers = find_triggers(trigger_scores, first, last, engine.thresholds.trigger, engine.temperature)
        if triggers:
            events += _events(view, triggers, states, engine, sentences, events)
    return Annotation(sentences=sentences, toponyms=_distinct(toponyms), events=_without_doubles(events))


def _events(
    view: View,
    triggers: list[Trigger],
    states: Floats,
    engine: Engine,
    sentences: tuple[Span, ...],
    earlier: list[Event],
) -> list[Event]:
    distances, numbers = pair_buckets(view.numbers, triggers)
    tags, statuses, voices = engine.reach(
        states,
        np.array([t.first for t in triggers]),
        np.array([t.last - 1 for t in triggers]),
        np.array([t.kind for t in triggers]),
        distances,
        numbers,
        near_pieces(view.numbers, triggers),
    )
    roles = decode_roles(view, triggers, tags, engine.thresholds)
    events: list[Event] = []
    for number, trigger in enumerate(triggers):
        sources, outside = decode_sources(view, trigger, tags[number], voices[number], engine.thresholds)
        if outside:
            sources = (_last_speaker([*earlier, *events], sources[0]),)
        events.append(
            Event(
                kind=labels.KINDS[trigger.kind],
                status=labels.STATUSES[int(statuses[number].argmax())],
                trigger=view.span(trigger.first, trigger.last),
                sentence=sentences[view.numbers[trigger.first]],
                roles=roles[number],
                sources=sources,
                confidence=round(trigger.score, 4),
            )
        )
    return settle_figures(events)


def pair_buckets(numbers: Ints, triggers: list[Trigger]) -> tuple[Ints, Ints]:
    """
    The distance of every piece to every trigger, in pieces and in sentences, as buckets.

    Shapes: numbers (L,) → (N, L) each.
    """
    places = np.arange(len(numbers))
    first = np.array([t.first for t in triggers])[:, None]
    last = np.array([t.last for t in triggers])[:, None]
    # Below zero before the trigger, zero on it, above zero after it.
    distance = np.maximum(places - (last - 1), np.minimum(places - first, 0))
    sentence = np.where(numbers < 0, -6, numbers - numbers[first])
    return DISTANCES.take(distance + 512, mode="clip"), SENTENCES.take(sentence + 6, mode="clip")


def near_pieces(numbers: Ints, triggers: list[Trigger]) -> Ints:
    """
    The pieces of each trigger's sentence, at most NEAREST around the trigger; -1 fills the shorter rows.

    Shapes: numbers (L,) → (N, S).

        >>> near_pieces(np.array([-1, 0, 0, 0, 1, 1, -1]), [Trigger(2, 3, 0, 1.0), Trigger(4, 5, 0, 1.0)]).tolist()
        [[1, 2, 3], [4, 5, -1]]
    """
    at = np.array([t.first for t in triggers])
    rising = numbers[:-1]  # all but the frame's end
    first, last = rising.searchsorted(numbers[at], "left"), rising.searchsorted(numbers[at], "right")
    begin = np.maximum(first, np.minimum(at - labels.NEAREST // 2, last - labels.NEAREST))
    last = np.minimum(begin + labels.NEAREST, last)
    near = begin[:, None] + np.arange((last - begin).max())
    return np.where(near < last[:, None], near, -1)


def _last_speaker(events: list[Event], found: Attribution) -> Attribution:
    """A named speaker beyond the window's edge: the one who spoke last."""
    for event in reversed(events):
        if event.sources and event.sources[-1].who is not None:
            return Attribution(who=event.sources[-1].who, cue=found.cue, carried=True)
    return found


def _distinct(spans: list[Span]) -> tuple[Span, ...]:
    return tuple(sorted(set(spans), key=lambda s: (s.start, s.end)))


def _without_doubles(events: list[Event]) -> tuple[Event, ...]:
    """Events in the order of their triggers; of two whose triggers became the same words, the surer one."""
    best: dict[tuple[int, int], Event] = {}
    for event in events:
        key = (event.trigger.start, event.trigger.end)
        if key not in best or event.confidence > best[key].confidence:
            best[key] = event
    return tuple(best[key] for key in sorted(best))
