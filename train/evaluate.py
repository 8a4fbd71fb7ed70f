"""
Score events against gold with the project's scorer; values (days, places, numbers) are not resolved here.

`TorchEngine` runs the network in training through the same decoding as the program.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from asreported.annotate.decode import Thresholds
from asreported.annotate.events import annotate
from asreported.annotate.tokens import WindowSizes
from asreported.records import Annotation
from model import Network

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import score
from gold import GoldReport


class TorchEngine:
    """The engine interface over a network in training."""

    def __init__(self, network: Network, tokenizer: Any) -> None:
        self.network = network
        self.tokenizer = tokenizer
        self.sizes = WindowSizes()
        self.thresholds = Thresholds()
        self.temperature = 1.0

    @torch.inference_mode()
    def encode(self, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        states = self.network.encoder(torch.from_numpy(ids)[None])
        return states[0].numpy(), self.network.triggers(states)[0].numpy(), self.network.toponyms(states)[0].numpy()

    @torch.inference_mode()
    def reach(self, states: np.ndarray, *rest: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        window = torch.zeros(len(rest[0]), dtype=torch.long)
        tags, status, voice = self.network.pairs(
            torch.from_numpy(states)[None], window, *(torch.from_numpy(r) for r in rest)
        )
        return tags.softmax(-1).numpy(), status.numpy(), voice.numpy()


def score_events(golds: list[GoldReport], annotations: list[Annotation]) -> dict[str, Any]:
    """The summary of benchmarks/score.py, all but its values."""
    count = score.Count()
    for gold, annotation in zip(golds, annotations, strict=True):
        count.add("reports")
        score.score_report([score.from_gold(c) for c in gold.claims], as_claims(annotation), count)
    return score.summary(count)


def as_claims(annotation: Annotation) -> list[dict[str, Any]]:
    """Events in the form that the scorer takes."""
    claims = []
    for event in annotation.events:
        inner = event.sources[-1] if event.sources else None
        claims.append(
            {
                "kind": event.kind,
                "status": event.status,
                "trigger": [event.trigger.start, event.trigger.end],
                "roles": [
                    (m.role, None if m.carried else [m.span.start, m.span.end], {m.span.text}) for m in event.roles
                ],
                "source": None if inner is None else {"?"} if inner.who is None else {inner.who.text},
                "when": None,
                "where": None,
                "n": None,
            }
        )
    return claims


def evaluate(network: Network, tokenizer: Any, golds: list[GoldReport]) -> dict[str, Any]:
    """Scores of the network on gold reports."""
    network.eval()
    engine = TorchEngine(network, tokenizer)
    return score_events(golds, [annotate(g.report, engine) for g in golds])


def line(summary: dict[str, Any]) -> str:
    """The figures that matter, on one line."""
    keys = ("trigger", "kind", "role", "sourced")
    parts = [f"{k} {summary[k]['F1']:.3f}" for k in keys]
    for key in ("kind", "role"):
        parts.append(f"({key} P {summary[key]['P']:.3f} R {summary[key]['R']:.3f})")
    parts += [f"{k} {summary[k]:.3f}" for k in ("source accuracy", "status accuracy")]
    return "  ".join(parts)
