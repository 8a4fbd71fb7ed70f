"""
Choose thresholds and the temperature of an exported model on the reports that training held back, and write them into
its model.toml: `python train/calibrate.py --model src/asreported/data/model --network network.pt --gold FOLDER …`.

Thresholds are searched one after the other (triggers by kind F1, fillers by role F1, sources by sourced F1). The
temperature makes the confidence of a claim the share of such claims whose kind is right (least ECE, 10 bins).
Source: temperature scaling (Guo et al. 2017).
"""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import torch

from asreported.annotate.engine import OnnxEngine
from asreported.annotate.events import annotate
from data import GoldReport, read_gold
from evaluate import line, score, score_events
from export_onnx import write_card

GRIDS: tuple[tuple[str, str, tuple[float, ...]], ...] = (
    ("trigger", "kind", (0.3, 0.35, 0.4, 0.45, 0.5, 0.55)),
    ("filler", "role", (0.35, 0.4, 0.45, 0.5, 0.55, 0.6)),
    ("carried", "role", (0.3, 0.4, 0.5, 0.6, 0.7)),
    ("publisher", "sourced", (0.0, 0.4, 0.8, 1.2, 1.6)),
    ("who", "sourced", (0.1, 0.2, 0.3)),
)
TEMPERATURES = tuple(np.round(np.arange(0.7, 2.6, 0.1), 2))


class Remembering(OnnxEngine):
    """An engine that computes each window once: the search reads the same reports again and again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen: dict[bytes, Any] = {}

    def encode(self, ids: np.ndarray) -> Any:
        key = ids.tobytes()
        if key not in self.seen:
            self.seen[key] = super().encode(ids)
        return self.seen[key]


def search(engine: Remembering, golds: list[GoldReport]) -> None:
    """Set the engine's thresholds to the best of GRIDS on `golds`."""
    for name, target, values in GRIDS:

        def f1(value: float, name: str = name, target: str = target) -> float:
            engine.thresholds = dataclasses.replace(engine.thresholds, **{name: value})
            return score_events(golds, [annotate(g.report, engine) for g in golds])[target]["F1"]

        found = {value: f1(value) for value in values}
        best = max(values, key=lambda v: round(found[v], 4))
        print(name, {v: round(f, 4) for v, f in found.items()}, "→", best, flush=True)
        engine.thresholds = dataclasses.replace(engine.thresholds, **{name: best})


def judged(engine: Remembering, golds: list[GoldReport]) -> tuple[np.ndarray, np.ndarray]:
    """Confidence of every predicted claim, and whether its kind is right. Shapes: (n_claims,) each."""
    sure, right = [], []
    for gold in golds:
        truth = [score.from_gold(c) for c in gold.claims]
        for event in annotate(gold.report, engine).events:
            span = [event.trigger.start, event.trigger.end]
            sure.append(event.confidence)
            right.append(any(g["kind"] == event.kind and score.overlap(g["trigger"], span) for g in truth))
    return np.array(sure), np.array(right)


def calibration_error(sure: np.ndarray, right: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: |confidence − accuracy| over equal bins, weighted by their size."""
    number = np.minimum((sure * bins).astype(int), bins - 1)
    parts = [(number == b) for b in range(bins)]
    return float(sum(p.mean() * abs(sure[p].mean() - right[p].mean()) for p in parts if p.any()))


def best_temperature(engine: Remembering, golds: list[GoldReport]) -> tuple[float, float]:
    """The temperature of least calibration error, and that error."""

    def error(temperature: float) -> float:
        engine.temperature = temperature
        return calibration_error(*judged(engine, golds))

    found = {float(t): error(float(t)) for t in TEMPERATURES}
    best = min(found, key=lambda t: found[t])
    return best, found[best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--network", type=Path, required=True, help="what train.py wrote: it lists the held reports")
    parser.add_argument("--gold", type=Path, nargs="+", required=True)
    parser.add_argument("--version", required=True, help="written into model.toml")
    args = parser.parse_args()
    held = set(torch.load(args.network, weights_only=True)["held"])
    golds = list({g.report.id: g for folder in args.gold for g in read_gold(folder) if g.report.id in held}.values())
    engine = Remembering(args.model)
    engine.temperature = 1.0
    search(engine, golds)
    temperature, error = best_temperature(engine, golds)
    print(f"{len(golds)} held reports: temperature {temperature}, calibration error {error:.3f}")
    engine.temperature = temperature
    print(line(score_events(golds, [annotate(g.report, engine) for g in golds])))
    write_card(args.model / "model.toml", args.version, engine.thresholds, temperature)


if __name__ == "__main__":
    main()
