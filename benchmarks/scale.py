"""
The ledger at a million claims: `python benchmarks/scale.py READINGS.jsonl… [--reports N] [--ledger FOLDER]`.

READINGS are real ones (`asreported read … --format jsonl`), out of which `scaled_readings` makes N; by default 100,000
reports with about a million claims. Measured: how fast they are added (reading aside) next to bare SQLite that inserts
the same texts and claims in transactions of the same size; how long searches take, of many sorts and with values that
occur in the ledger, next to bare SQLite that looks at every row of the claims once; with --linked what linking costs as
a ledger of its own grows; memory and disk. With --ledger a ledger that was made before is searched again. The last line
is one JSON object; times are in milliseconds where not said otherwise, and on a machine with other work those of the
processor are the ones to go by.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import itertools
import json
import math
import random
import resource
import sqlite3
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from asreported.codebook import kinds
from asreported.ledger import Added, Item, Ledger, Query, open_ledger
from asreported.ledger.query import FACETS
from asreported.records import Reading
from scaled_readings import scale_readings

BATCH = 200
"""Reports added in one transaction, as lines of one file."""

SEARCHES = 240
PAGE = 50
READER = "benchmark"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("readings", nargs="+", type=Path, help="readings as JSON lines")
    parser.add_argument("--reports", type=int, default=100_000)
    parser.add_argument("--ledger", type=Path, help="keep the ledger here, and use what is there")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--linked", type=int, default=0, help="measure linking, on so many reports")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = args.ledger or Path(passing) / "ledger"
        figures: dict[str, Any] = {}
        if not (folder / "ledger.sqlite").exists():
            figures |= measure_adding(folder, read_all(args.readings), args.reports, args.seed, Path(passing))
        with open_ledger(folder) as ledger:
            figures |= measure_size(ledger, folder)
            figures |= measure_searches(ledger, args.seed)
        figures["peak_mb"] = peak_mb()
        if args.linked:
            figures |= measure_linking(Path(passing) / "linked", read_all(args.readings), args.linked, args.seed)
    for key, value in figures.items():
        print(f"{key:32s}{value}")
    print(json.dumps(figures))


def read_all(paths: Iterable[Path]) -> list[Reading]:
    decoder = msgspec.json.Decoder(Reading)
    return [decoder.decode(line) for path in paths for line in path.open("rb")]


# ---- adding ------------------------------------------------------------------------------


def measure_adding(folder: Path, sources: Sequence[Reading], reports: int, seed: int, passing: Path) -> dict[str, Any]:
    """Adds the made reports, and takes the time of adding alone: wall and of the processor."""
    bare = BareInserts(passing / "bare.sqlite")
    outcomes: collections.Counter[str] = collections.Counter()
    spent, used, added, claims = 0.0, 0.0, 0, 0
    with open_ledger(folder, create=True) as ledger:
        for batch in batches(scale_readings(sources, reports, seed), BATCH):
            lines = as_lines(batch)
            began, before = time.perf_counter(), time.process_time()
            results = add_lines(ledger, batch, lines)
            spent += time.perf_counter() - began
            used += time.process_time() - before
            outcomes.update(result.outcome for result in results)
            bare.insert(batch)
            added += len(batch)
            claims += sum(len(reading.claims) for reading in batch)
            if added % max(BATCH, reports // 8 // BATCH * BATCH) == 0:
                rates = f"{claims / spent:,.0f} claims/s, of the processor's time {claims / used:,.0f}"
                print(f"{added:,} reports, {claims:,} claims, {rates}", flush=True)
    return {
        "added_claims_per_second": round(claims / spent),
        "added_claims_per_processor_second": round(claims / used),
        "adding_to_bare_inserts": round(used / bare.used, 2),
        "adding_peak_mb": peak_mb(),
        "near_copies": outcomes["copy"],
    }


def as_lines(batch: Sequence[Reading]) -> bytes:
    """The reports as one file of JSON lines, as archives mostly come."""
    return b"".join(msgspec.json.encode({"id": r.report.id, "text": r.report.text}) + b"\n" for r in batch)


def add_lines(ledger: Ledger, batch: Sequence[Reading], lines: bytes) -> list[Added]:
    original = ledger.originals.keep(lines)
    items = [Item(reading, original, str(number)) for number, reading in enumerate(batch, 1)]
    return ledger.add_many(items, reader=READER)


def peak_mb() -> int:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


class BareInserts:
    """What SQLite alone takes to keep the same texts and claims: the least that adding can cost."""

    def __init__(self, file: Path) -> None:
        self.db = sqlite3.connect(file, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("CREATE TABLE kept (n INTEGER PRIMARY KEY, text BLOB, claims BLOB)")
        self.used = 0.0

    def insert(self, batch: Sequence[Reading]) -> None:
        began = time.process_time()
        rows = [
            (zlib.compress(r.report.text.encode(), 4), zlib.compress(msgspec.json.encode(r.claims), 4)) for r in batch
        ]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT INTO kept (text, claims) VALUES (?, ?)", rows)
        self.db.execute("COMMIT")
        self.used += time.process_time() - began


def batches(readings: Iterator[Reading], size: int) -> Iterator[list[Reading]]:
    while batch := list(itertools.islice(readings, size)):
        yield batch


# ---- linking -----------------------------------------------------------------------------


def measure_linking(folder: Path, sources: Sequence[Reading], reports: int, seed: int) -> dict[str, Any]:
    """
    What linking costs for each new claim when the ledger has an eighth, a quarter, a half and all of `reports`.

    The exponent is of the processor's time for all claims against their number: 1 where a claim costs always the same.
    """
    from asreported.ledger.linking import link_new

    sizes, seconds, claims, used = [], [], 0, 0.0
    made = scale_readings(sources, reports, seed)
    with open_ledger(folder, create=True) as ledger:
        for share in (8, 8, 4, 2):  # parts of the whole: an eighth, then what is missing to the next mark
            new = 0
            for batch in batches(itertools.islice(made, reports // share), BATCH):
                add_lines(ledger, batch, as_lines(batch))
                new += sum(len(reading.claims) for reading in batch)
            before = time.process_time()
            link_new(ledger)
            spent = time.process_time() - before
            claims, used = claims + new, used + spent
            sizes.append(claims)
            seconds.append(used)
            print(f"{claims:,} claims linked, {1000 * spent / new:.2f} ms for each new one", flush=True)
    (slope, _) = statistics.linear_regression([math.log(n) for n in sizes], [math.log(s) for s in seconds])
    return {
        "linking_claims": sizes,
        "linking_processor_seconds": [round(one, 1) for one in seconds],
        "linking_ms_per_claim": round(1000 * used / claims, 2),
        "linking_exponent": round(slope, 2),
    }


def measure_size(ledger: Ledger, folder: Path) -> dict[str, Any]:
    (reports,) = ledger.database.one("SELECT count(*) FROM reports") or (0,)
    (claims,) = ledger.database.one("SELECT count(*) FROM claims") or (0,)
    size = (folder / "ledger.sqlite").stat().st_size
    return {
        "reports": reports,
        "claims": claims,
        "ledger_mb": round(size / 1e6),
        "originals_mb": round(sum(p.stat().st_size for p in (folder / "originals").rglob("*") if p.is_file()) / 1e6),
        "bytes_per_claim": round(size / max(1, claims)),
    }


# ---- searching ---------------------------------------------------------------------------


def measure_searches(ledger: Ledger, seed: int) -> dict[str, Any]:
    """Wall and processor time of searches with a page of `PAGE` claims in full; the sorts take turns."""
    rng = random.Random(seed)
    queries = list(itertools.islice(make_queries(ledger, rng), SEARCHES))
    ledger.claims(queries[0][1])  # what is loaded once, such as the table of actors
    walls: dict[str, list[float]] = collections.defaultdict(list)
    processor, scans = [], []
    found = nothing = 0
    for number, (sort, query) in enumerate(queries):
        began, used = time.perf_counter(), time.process_time()
        answer = ledger.claims(query)
        walls[sort].append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - used) * 1000)
        found += bool(answer.total)
        nothing += not answer.total
        if number % 20 == 0:
            scans.append(_scan(ledger))
    every = sorted(itertools.chain.from_iterable(walls.values()))
    for sort, times in walls.items():
        print(f"{sort:28s}{statistics.median(times):8.0f} ms, at most {max(times):6.0f}", flush=True)
    scan = statistics.median(scans)
    return {
        "searches": len(every),
        "searches_that_found": found,
        "search_p50": round(statistics.median(every), 1),
        "search_p95": round(every[int(len(every) * 0.95)], 1),
        "search_max": round(every[-1], 1),
        "search_p50_processor": round(statistics.median(processor), 1),
        "search_p95_processor": round(sorted(processor)[int(len(processor) * 0.95)], 1),
        "search_max_processor": round(max(processor), 1),
        "bare_scan": round(scan, 1),
        "search_p95_to_bare_scan": round(every[int(len(every) * 0.95)] / scan, 2),
    }


def _scan(ledger: Ledger) -> float:
    """Milliseconds in which SQLite looks at every row of the claims once."""
    began = time.perf_counter()
    ledger.database.rows("SELECT count(*) FROM claims NOT INDEXED WHERE confidence > 2")
    return (time.perf_counter() - began) * 1000


def make_queries(ledger: Ledger, rng: random.Random) -> Iterator[tuple[str, Query]]:
    """Queries of every sort in turn, with values of claims drawn from the ledger: broad ones come up as they occur."""
    (last,) = ledger.database.one("SELECT max(n) FROM claims") or (1,)
    all_kinds = [kind.key for kind in kinds()]
    sorts = _sorts(rng)
    while True:
        for sort, make in sorts.items():
            (kept,) = ledger.kept(ledger.database.rows("SELECT n FROM claims WHERE n >= ? ORDER BY n LIMIT 1",
                                                       (rng.randint(1, last),))[0])  # fmt: skip
            query = make(kept, rng.choice(all_kinds))
            if query is not None:
                yield sort, Query(**query, limit=PAGE)


def _sorts(rng: random.Random) -> dict[str, Callable[[Any, str], dict[str, Any] | None]]:
    """By name, what makes a query of one claim that it finds and of a kind drawn at random."""

    def day(kept: Any) -> dt.date:
        return dt.date.fromisoformat(kept.report.published)

    def actor(kept: Any) -> tuple[str, ...]:
        return tuple(role.entity.id for role in kept.claim.roles if role.entity)[:1]

    def near(kept: Any, km: float) -> dict[str, Any] | None:
        where = kept.claim.where
        return None if where is None or where.lat is None else {"near": (where.lat, where.lon, km)}

    def words(kept: Any, count: int) -> str:
        found = [word for word in kept.claim.evidence.text.split() if word.isalpha() and len(word) > 3]
        return " ".join(rng.sample(found, min(count, len(found))))

    def period(kept: Any, days: int) -> dict[str, Any]:
        return {"since": day(kept), "until": day(kept) + dt.timedelta(days=days)}

    def place(kept: Any) -> dict[str, Any] | None:
        return {"places": (kept.claim.where.name,)} if kept.claim.where else None

    def source(kept: Any) -> dict[str, Any] | None:
        names = [source.name for source in kept.claim.sources if source.name]
        return {"sources": (names[-1],)} if names else None

    def both(*parts: dict[str, Any] | None) -> dict[str, Any] | None:
        return None if None in parts else {key: value for part in parts for key, value in (part or {}).items()}

    return {
        "kind": lambda kept, kind: {"kinds": (kind,)},
        "status": lambda kept, kind: {"statuses": (kept.claim.status,)},
        "actor": lambda kept, kind: {"actors": actor(kept)} if actor(kept) else None,
        "place": lambda kept, kind: place(kept),
        "source": lambda kept, kind: source(kept),
        "publisher": lambda kept, kind: {"publishers": (kept.report.publisher,)},
        "one word": lambda kept, kind: {"words": words(kept, 1)},
        "two words": lambda kept, kind: {"words": words(kept, 2)},
        "words, best first": lambda kept, kind: {"words": words(kept, 2), "order": "relevance"},
        "phrase": lambda kept, kind: {"words": f'"{" ".join(kept.claim.evidence.text.split()[:2])}"'.replace("*", "")},
        "radius 20 km": lambda kept, kind: near(kept, 20.0),
        "radius 100 km": lambda kept, kind: near(kept, 100.0),
        "a month": lambda kept, kind: period(kept, 30),
        "a year": lambda kept, kind: period(kept, 365),
        "dated in a week": lambda kept, kind: period(kept, 6) | {"dated_only": True},
        "at least 100 people": lambda kept, kind: {"low": 100.0, "unit": "people"},
        "kind, place": lambda kept, kind: both({"kinds": (kept.claim.kind,)}, place(kept)),
        "kind, place, year": lambda kept, kind: both({"kinds": (kind,)}, place(kept), period(kept, 365)),
        "kind, radius, period": lambda kept, kind: both(
            {"kinds": (kept.claim.kind,)}, near(kept, 30.0), period(kept, 90)
        ),
        "actor, status, year": lambda kept, kind: both(
            {"actors": actor(kept), "statuses": ("actual",)} if actor(kept) else None, period(kept, 365)
        ),
        "actor, kind, word": lambda kept, kind: both(
            {"actors": actor(kept), "kinds": (kept.claim.kind,)} if actor(kept) else None, {"words": words(kept, 1)}
        ),
        "kind, number": lambda kept, kind: {"kinds": ("killing", "injury"), "low": 10.0, "high": 50.0},
        "denied, source type": lambda kept, kind: {"statuses": ("denied",), "source_types": ("military", "official")},
        "kind, facets": lambda kept, kind: {"kinds": (kept.claim.kind,), "facets": FACETS} | period(kept, 60),
    }


if __name__ == "__main__":
    main()
