"""
How fast and how lean: `python benchmarks/speed.py PATH… [--rounds N]`.

Reads all reports under the paths with the whole pipeline, and lets the bare encoder (onnxruntime alone) pass over the
same windows in the same run. The two alternate, report by report, so that a noisy machine is noisy for both. Cold start
is the wall time of a fresh `asreported read` of the first report. The last line is one JSON object:
reports_per_second, pieces_per_second, overhead (wall time of everything around the encoder as share of the encoder's),
share_outside (of the whole), peak_mb, cold_seconds, help_seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

import numpy as np

from asreported.annotate.engine import load_engine
from asreported.annotate.sentences import split_sentences
from asreported.annotate.tokens import cut_pieces, cut_windows
from asreported.ingest import read_inputs
from asreported.pipeline import read_report
from asreported.records import Report
from asreported.resolve.gazetteer import load_gazetteer

BARE = {**os.environ, "ASREPORTED_DATA": os.devnull}
"""Without a gazetteer that whoever measures has imported."""


def encoder_inputs(report: Report) -> list[np.ndarray]:
    """What the encoder is given for `report`."""
    engine = load_engine(1)
    pieces = cut_pieces(report, split_sentences(report), engine.tokenizer)
    title = int((pieces.ends <= len(report.title)).sum()) if report.title else 0
    return [window.ids(pieces) for window in cut_windows(pieces, title, engine.sizes)]


def command_seconds(*arguments: str, rounds: int = 5) -> float:
    """Median wall time of a fresh process."""
    spent = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "asreported", *arguments], check=True, capture_output=True, env=BARE)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", help="reports")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0, help="of the encoder; 1 is what a worker uses, 0 all cores")
    args = parser.parse_args()
    reports = [r for r in read_inputs(args.paths) if isinstance(r, Report)]
    engine, gazetteer = load_engine(args.threads), load_gazetteer()
    inputs = [encoder_inputs(r) for r in reports]
    read_report(reports[0], engine, gazetteer)
    whole = bare = 0.0
    for _ in range(args.rounds):
        for report, windows in zip(reports, inputs, strict=True):
            began = time.perf_counter()
            read_report(report, engine, gazetteer)
            middle = time.perf_counter()
            for ids in windows:
                engine.encode(ids)
            whole += middle - began
            bare += time.perf_counter() - middle
    read = args.rounds * len(reports)
    pieces = args.rounds * sum(len(ids) for windows in inputs for ids in windows)
    figures = {
        "reports": len(reports),
        "reports_per_second": round(read / whole, 2),
        "pieces_per_second": round(pieces / whole),
        "encoder_pieces_per_second": round(pieces / bare),
        "overhead": round((whole - bare) / bare, 3),
        "share_outside": round((whole - bare) / whole, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "cold_seconds": round(command_seconds("read", args.paths[0], "--format", "jsonl"), 2),
        "help_seconds": round(command_seconds("--help"), 2),
    }
    for key, value in figures.items():
        print(f"{key:28s}{value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
