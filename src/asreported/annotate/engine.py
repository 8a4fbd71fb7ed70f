"""
The network as the program runs it: two ONNX graphs and what belongs to them, in data/model/.

`encoder.onnx` (int8) turns word pieces into states and scores of triggers, toponyms and attributions; `pairs.onnx`
scores what each trigger reaches for. `model.toml` holds the version and the thresholds chosen when it was trained.
"""

from __future__ import annotations

import functools
import importlib.resources
import os
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime

from asreported.errors import ModelError

from .decode import Floats, Ints, Thresholds
from .tokens import WindowSizes, load_tokenizer

SHORT = 40
"""Pieces of a sentence that counts as short."""


class ModelCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What model.toml says."""

    version: str
    temperature: float
    thresholds: Thresholds
    windows: WindowSizes


class OnnxEngine:
    """The engine of a model folder; `threads` is how many cores one window may use (0: all)."""

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        """Raises: ModelError where a file is missing or broken."""
        card = _read_card(folder / "model.toml")
        self.version = card.version
        self.tokenizer = _read_tokenizer(folder / "tokenizer.json")
        self.sizes = card.windows
        self.thresholds = card.thresholds
        self.temperature = card.temperature
        self._encoder = _session(folder / "encoder.onnx", threads)
        self._pairs = _session(folder / "pairs.onnx", threads)

    def encode(self, ids: Ints) -> tuple[Floats, Floats, Floats]:
        states, triggers, toponyms = self._encoder.run(["states", "triggers", "toponyms"], {"ids": ids[None]})
        return states[0], triggers[0], toponyms[0]

    def attribute(self, ids: Ints) -> Floats:
        """Scores of source, cue and content. Shapes: ids (L,) → (L, 3, 3)."""
        (scores,) = self._encoder.run(["attributions"], {"ids": ids[None]})
        return np.asarray(scores[0].reshape(len(ids), 3, 3), dtype=np.float32)

    def reach(
        self, states: Floats, first: Ints, last: Ints, kinds: Ints, distances: Ints, sentences: Ints, near: Ints
    ) -> tuple[Floats, Floats, Floats]:
        # Triggers of short and of long sentences apart: all rows of one run are as long as the longest.
        lengths = (near >= 0).sum(1)
        groups = [
            rows for rows in np.split(np.argsort(lengths, kind="stable"), [int((lengths <= SHORT).sum())]) if len(rows)
        ]
        found = [
            self._pairs.run(
                None,
                {
                    "states": states,
                    "first": first[rows],
                    "last": last[rows],
                    "kinds": kinds[rows],
                    "distances": distances[rows],
                    "sentences": sentences[rows],
                    "near": near[rows, : lengths[rows].max()],
                },
            )
            for rows in groups
        ]
        back = np.argsort(np.concatenate(groups), kind="stable")
        tags, status, voice = (np.concatenate(parts)[back] for parts in zip(*found, strict=True))
        return tags, status, voice


@functools.cache
def load_engine(threads: int = 0) -> OnnxEngine:
    """The engine of the model that comes with the package; loaded once."""
    folder = Path(str(importlib.resources.files("asreported").joinpath("data", "model")))
    return OnnxEngine(folder, threads=threads)


def _read_card(path: Path) -> ModelCard:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), ModelCard)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as err:
        raise ModelError(f"{path.name}: {err}; the model is incomplete, install asreported again") from err


def _read_tokenizer(path: Path) -> Any:
    try:
        return load_tokenizer(path)
    except Exception as err:  # tokenizers raises bare Exceptions
        raise ModelError(f"{path.name}: {err}; the model is incomplete, install asreported again") from err


def _session(path: Path, threads: int) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # A waiting thread that spins takes the core from the rest of the program.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    if not path.is_file():
        raise ModelError(f"{path.name} is missing; the model is incomplete, install asreported again")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as err:  # onnxruntime's own exceptions have no public common base
        raise ModelError(f"{path.name}: {err}; the model is broken, install asreported again") from err
