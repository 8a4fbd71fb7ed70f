"""
Claims → vectors: what the encoder makes of a claim's trigger and of its sentence, for linking to compare.

The encoder has seen the words in their context, so that "the raid" and "two bombs hit the market" come close where
words alone do not. A learnt projection (data/model/vectors.npz, train/link_claims.py) brings the states down to 96
numbers between -1 and 1, kept as one byte each.
"""

from __future__ import annotations

import functools
import importlib.resources
import io
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from asreported.errors import ModelError
from asreported.records import Report, Span

from .decode import Floats, Ints, make_view
from .events import Engine
from .sentences import split_sentences
from .tokens import Pieces, cut_pieces, cut_windows


class Projection(NamedTuple):
    """Shapes: trigger, sentence (D, 48); their offsets (48,)."""

    trigger: Floats
    trigger_offset: Floats
    sentence: Floats
    sentence_offset: Floats


class Remembering:
    """An engine that encodes a window once: reading a report and taking its vectors ask for the same ones."""

    def __init__(self, engine: Engine) -> None:
        self.tokenizer, self.sizes = engine.tokenizer, engine.sizes
        self.thresholds, self.temperature = engine.thresholds, engine.temperature
        self.reach = engine.reach
        self._engine = engine
        self._seen: dict[bytes, tuple[Floats, Floats, Floats]] = {}

    def encode(self, ids: Ints) -> tuple[Floats, Floats, Floats]:
        key = ids.tobytes()
        if key not in self._seen:
            self._seen[key] = self._engine.encode(ids)
        return self._seen[key]


class States(NamedTuple):
    """The pieces of a report and the encoder's state of each. Shapes: states (n_pieces, D)."""

    pieces: Pieces
    states: Floats

    def mean(self, span: Span) -> Floats:
        """The mean state of the pieces that touch `span`; zeros where none does. Shapes: (D,)."""
        touched = self.states[(self.pieces.starts < span.end) & (self.pieces.ends > span.start)]
        return touched.mean(0) if len(touched) else np.zeros(self.states.shape[1], np.float32)


def read_states(report: Report, engine: Engine) -> States:
    """The encoder's states over `report`, each piece from the window that has it in its core."""
    pieces = cut_pieces(report, split_sentences(report), engine.tokenizer)
    title = int((pieces.ends <= len(report.title)).sum()) if report.title else 0
    parts = []
    for window in cut_windows(pieces, title, engine.sizes):
        states, _, _ = engine.encode(window.ids(pieces))
        shift = make_view(report, pieces, window).shift
        parts.append(states[window.core_first + shift : window.core_last + shift])
    return States(pieces, np.concatenate(parts) if parts else np.zeros((0, 1), np.float32))


def claim_vectors(states: States, spans: Sequence[tuple[Span, Span]]) -> tuple[bytes, ...]:
    """
    The vector of each claim, given the spans of its trigger and its sentence.

    Shapes: VECTOR_BYTES each, which are int8.
    """
    if not spans:
        return ()
    projection = load_projection()
    triggers = np.stack([states.mean(trigger) for trigger, _ in spans])
    sentences = np.stack([states.mean(sentence) for _, sentence in spans])
    parts = [
        np.tanh(triggers @ projection.trigger + projection.trigger_offset),
        np.tanh(sentences @ projection.sentence + projection.sentence_offset),
    ]
    rounded = np.round(np.concatenate(parts, axis=1) * 127).astype(np.int8)
    return tuple(row.tobytes() for row in rounded)


@functools.cache
def load_projection() -> Projection:
    """
    The projection that comes with the model; loaded once.

    Raises: ModelError where the file is missing or broken.
    """
    try:
        raw = importlib.resources.files("asreported").joinpath("data", "model", "vectors.npz").read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            return Projection(*(arrays[name].astype(np.float32) for name in Projection._fields))
    except (OSError, ValueError, KeyError) as err:
        raise ModelError(f"vectors.npz: {err}; the model is incomplete, install asreported again") from err
