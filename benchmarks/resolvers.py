"""
What the resolvers cost: `python benchmarks/resolvers.py [PATH…] [--only share|gazetteer|worst] [--limit N]
[--imported FILE] [--size N] [--seed N]`.

share: CPU time of all resolvers and of each, as a ratio to that of the encoder alone on the same reports in the same
run, report by report, each report once, so that no cache helps that would not help a reader of an archive. PATH are
reports as `asreported read` takes them (default: the samples that come with the package).
gazetteer: a fresh process opens the gazetteer and looks up 100 names: wall time, and peak memory beyond what the
process had before; the median of five.
worst: CPU time of each resolver on hostile texts (hostile.py), the worst of all.
The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asreported.annotate.engine import load_engine
from asreported.annotate.events import annotate
from asreported.ingest import read_inputs
from asreported.pipeline import sample_paths
from asreported.records import Annotation, Report
from asreported.resolve.actors import resolve_actors
from asreported.resolve.coreference import Coreference
from asreported.resolve.figures import resolve_figures
from asreported.resolve.gazetteer import Gazetteer, load_gazetteer
from asreported.resolve.places import resolve_places
from asreported.resolve.sources import resolve_sources
from asreported.resolve.when import resolve_dates
from hostile import LAYOUTS, TEXTS, made_report
from speed import encoder_inputs

FRESH = """
import resource, sys, time

def peak():  # VmHWM begins anew with the program; ru_maxrss may hold what the parent had
    try:
        return next(int(x.split()[1]) for x in open("/proc/self/status") if x.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

import asreported.resolve.place_mentions
from pathlib import Path
from asreported.resolve.gazetteer import load_gazetteer, read_tsv
names = [r["name"] for r in read_tsv("places_conflict.tsv")[::4]][:50] + ["Village %d" % n for n in range(50)]
before = peak()
began = time.perf_counter()
gazetteer = load_gazetteer(Path(sys.argv[1]) if sys.argv[1:] else None)
for name in names:
    gazetteer.look_up(name)
    gazetteer.look_up_bones(name, ["SY", "IQ", "UA"])
    gazetteer.look_up_imported(name, ("SY", "IQ", "UA"))
seconds = time.perf_counter() - began
print(seconds, (peak() - before) / 1024)
"""

Parts = dict[str, Callable[[], Any]]


def parts_of(report: Report, annotation: Annotation, gazetteer: Gazetteer) -> Parts:
    """Each resolver as a call of its own; who is who is found once and shared, as in the pipeline."""
    coreference: list[Coreference] = []

    def actors() -> object:
        coreference.append(Coreference(report, annotation))
        return resolve_actors(report, annotation, coreference=coreference[0])

    return {
        "actors": actors,
        "sources": lambda: resolve_sources(report, annotation, coreference=coreference[0]),
        "dates": lambda: resolve_dates(report, annotation),
        "places": lambda: resolve_places(report, annotation, gazetteer),
        "figures": lambda: [resolve_figures(report, event) for event in annotation.events],
    }


def timed(call: Callable[[], Any]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def measure_share(reports: Iterator[Report], gazetteer: Gazetteer) -> dict[str, Any]:
    """CPU milliseconds a report of the encoder and of each resolver, and their ratios."""
    engine = load_engine(1)
    spent: dict[str, float] = defaultdict(float)
    count = events = 0
    for n, report in enumerate(reports):
        windows = encoder_inputs(report)
        annotation = annotate(report, engine)
        encoder = timed(lambda windows=windows: [engine.encode(ids) for ids in windows])  # type: ignore[misc]
        parts = {name: timed(part) for name, part in parts_of(report, annotation, gazetteer).items()}
        if n == 0:  # the first report pays for loading tables
            continue
        count, events = count + 1, events + len(annotation.events)
        spent["encoder"] += encoder
        for name, seconds in parts.items():
            spent[name] += seconds
    if not count:
        sys.exit("share: fewer than two reports could be read; the first one pays for loading tables")
    encoder = spent.pop("encoder")
    return {
        "reports": count,
        "claims": events,
        "encoder_ms": round(1000 * encoder / count, 2),
        "ms": {name: round(1000 * seconds / count, 2) for name, seconds in spent.items()},
        "share": round(sum(spent.values()) / encoder, 3),
        "shares": {name: round(seconds / encoder, 3) for name, seconds in spent.items()},
    }


def measure_gazetteer(imported: Path | None) -> dict[str, float]:
    """Milliseconds and MB of opening and 100 look-ups in a fresh process."""
    command = [sys.executable, "-c", FRESH, *([str(imported)] if imported else [])]
    runs = [
        [float(x) for x in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()]
        for _ in range(5)
    ]
    seconds, megabytes = (statistics.median(values) for values in zip(*runs, strict=True))
    return {"open_ms": round(1000 * seconds), "more_mb": round(megabytes, 1)}


def hostile_runs(size: int, seed: int, gazetteer: Gazetteer) -> Iterator[tuple[str, str, float]]:
    """Resolver, text and layout, CPU seconds: for every hostile text."""
    for lay in LAYOUTS.values():  # the first report pays for loading tables
        for kind in ("capitals", "places"):
            report = made_report(kind, 2000, seed)
            for part in parts_of(report, lay(report), gazetteer).values():
                part()
    for kind in TEXTS:
        report = made_report(kind, size, seed)
        for layout, lay in LAYOUTS.items():
            annotation = lay(report)
            for name, part in parts_of(report, annotation, gazetteer).items():
                yield name, f"{kind}, {layout}", timed(part)


def worst_of(runs: Iterator[tuple[str, str, float]], limit: float) -> dict[str, dict[str, Any]]:
    """The slowest run of each resolver; every run over the limit is printed."""
    worst: dict[str, dict[str, Any]] = {}
    for name, text, seconds in runs:
        if seconds > limit:
            print(f"{name:10s}{seconds:8.2f} s  {text}", flush=True)
        if name not in worst or seconds > worst[name]["seconds"]:
            worst[name] = {"seconds": round(seconds, 3), "text": text}
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", help="reports")
    parser.add_argument("--limit", type=int, default=400, help="read so many reports at most")
    parser.add_argument("--imported", type=Path, help="an imported gazetteer, used too")
    parser.add_argument("--size", type=int, default=100_000, help="code points of a hostile text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("share", "gazetteer", "worst"), help="measure this alone")
    args = parser.parse_args()
    gazetteer = load_gazetteer(args.imported)
    figures: dict[str, Any] = {}
    if args.only in (None, "share"):
        reports = [r for r in read_inputs(args.paths or sample_paths()) if isinstance(r, Report)][: args.limit]
        figures |= measure_share(iter(reports), gazetteer)
    if args.only in (None, "gazetteer"):
        figures |= measure_gazetteer(args.imported)
    if args.only in (None, "worst"):
        figures["worst"] = worst_of(hostile_runs(args.size, args.seed, gazetteer), 1.0)
    for key, value in figures.items():
        print(f"{key:16s}{value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
