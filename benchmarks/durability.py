"""
Whether anything is lost when programs are killed and disks are full: `python benchmarks/durability.py [--scale 0.1]`.

D1  writers killed with `kill -9`: every write that was acknowledged is there, none is half there
D2  an import killed and started again: the ledger is that of one that was not; nothing kept is read again
D4  the disk full at each of the first writes: a message, an exit code, and a ledger that holds
D6  an upgrade killed: the ledger is of the old version or of the new
D7  backups while others write: each opens and holds

Readings are made by rule (made_readings.py), so no model is needed. The seed is printed; the last line is one JSON
object. A kill ends a process, not the machine: that a committed row outlives a loss of power rests on the word of
SQLite and of the disk.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from asreported.ingest import read_inputs
from asreported.ledger import Database, open_ledger
from asreported.ledger.adding import add_inputs
from asreported.ledger.backup import back_up
from asreported.ledger.dump import dump
from asreported.ledger.linking import link_new
from asreported.ledger.verify import verify
from asreported.records import Reading, Refusal, Report
from children import Child
from made_readings import each_reading, make_readings, original_of

PAGE = 4096
LINKED = 0.02
"""The share of the reports of an import after which what is there is linked."""

Counts = dict[str, Any]


def faults(folder: Path) -> list[str]:
    """What `verify` finds, notes left out, and what SQLite's own checks find."""
    with open_ledger(folder) as ledger:
        return [str(finding) for finding in verify(ledger) if not finding.note]


def dumped(folder: Path) -> list[str]:
    with open_ledger(folder) as ledger:
        return list(dump(ledger))


# ---- D1 ----------------------------------------------------------------------------------


def measure_kills(folder: Path, rng: random.Random, kills: int) -> Counts:
    """D1: two writers, each adding reports and deciding on their claims; one of them is killed at a time."""
    where = folder / "d1"
    open_ledger(where, create=True).close()
    writers, lines = [_writer(where, rng), _writer(where, rng)], []
    for _ in range(kills):
        for child in writers:
            child.drain(time.monotonic() + rng.uniform(0.05, 0.45))
        victim = rng.randrange(2)
        writers[victim].kill()
        lines += writers[victim].lines
        writers[victim] = _writer(where, rng)
    for child in writers:
        child.kill()
        lines += child.lines
    with open_ledger(where) as ledger:
        reports = {row[0] for row in ledger.database.rows("SELECT key FROM reports")}
        decisions = {f"{n} {sha}" for n, sha in ledger.database.rows("SELECT n, sha256 FROM decisions")}
    lost = [line for line in lines if line.partition(" ")[2] not in (reports if line.startswith("a ") else decisions)]
    return {"kills": kills + 2, "acknowledged": len(lines), "lost": len(lost), "faults": faults(where)}


def _writer(where: Path, rng: random.Random) -> Child:
    seed = rng.randrange(10**9)

    def work(tell: Callable[[str], None]) -> None:
        own = random.Random(seed)
        with open_ledger(where) as ledger:
            for reading in each_reading(10**6, seed=seed, claims=2):
                added = ledger.add(reading, original_of(reading), reader="model 1")
                tell(f"a {added.report_key}")
                for _ in range(12):
                    key = f"{added.report_key}:{own.choice(reading.claims).id}"
                    made = ledger.decide(key, own.choice(("accept", "reject", "unsure", "comment")), who="A")
                    tell(f"d {made.n} {made.sha256}")

    return Child(work)


# ---- D2 ----------------------------------------------------------------------------------


def measure_import(folder: Path, rng: random.Random, documents: int, kills: int) -> Counts:
    """D2: an import of JSON lines, linked at random points, killed and started again until it is through."""
    readings = {reading.report.id: reading for reading in each_reading(documents, seed=rng.randrange(10**9), claims=3)}
    archive = folder / "archive.jsonl"
    archive.write_bytes(b"".join(original_of(reading) + b"\n" for reading in readings.values()))

    def work(where: Path) -> Callable[[Callable[[str], None]], None]:
        own = random.Random(rng.randrange(10**9))

        def run(tell: Callable[[str], None]) -> None:
            def read(inputs: Iterable[Report | Refusal]) -> Iterator[Reading | Refusal]:
                for report in inputs:
                    assert isinstance(report, Report), report
                    tell(f"read {report.id}")
                    yield Reading(report=report, claims=readings[report.id].claims)

            with open_ledger(where, create=True) as ledger:
                for outcome in add_inputs(ledger, read_inputs([archive]), read, reader="model 1"):
                    tell(f"kept {outcome.origin}")
                    if own.random() < LINKED:
                        link_new(ledger)
                link_new(ledger)

        return run

    whole = Child(work(folder / "whole"))
    started = time.monotonic()
    assert whole.finish() == 0
    seconds = time.monotonic() - started
    lines: list[str] = []
    done = 0
    for _ in range(kills):
        child = Child(work(folder / "killed"))
        child.drain(time.monotonic() + rng.uniform(0, 2 * seconds / kills))
        child.kill()
        done += child.process.exitcode == 0
        lines += child.lines
    last = Child(work(folder / "killed"))
    assert last.finish() == 0
    lines += last.lines
    kept, again = set(), 0
    for line in lines:
        what, _, name = line.partition(" ")
        number = name.rpartition(":")[2] if what == "kept" else str(int(name.partition("-")[2]) + 1)
        if what == "kept":
            kept.add(number)
        else:
            again += number in kept
    same = dumped(folder / "whole") == dumped(folder / "killed")
    return {
        "documents": documents,
        "kills": kills,
        "kills_after_the_end": done,
        "same_dump": same,
        "read_again": again,
        "faults": faults(folder / "killed"),
    }


# ---- D4 ----------------------------------------------------------------------------------


def measure_full_disk(folder: Path, writes: int) -> Counts:
    """D4: room for n pages more, for each n: on a small disk where we may make one, else by a limit for files."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={16 << 20}", "tmpfs", str(disk)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        return _fill(disk, writes, mounted)
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(disk)], check=False)


def _fill(disk: Path, writes: int, mounted: bool) -> Counts:
    where, ballast, told = disk / "ledger", disk / "ballast", disk.parent / "told"
    readings = make_readings(writes + 1, seed=9, claims=100)
    with open_ledger(where, create=True) as ledger:
        ledger.add(readings[0], original_of(readings[0]), reader="model 1")
    counts: Counts = {"disk": "tmpfs" if mounted else "RLIMIT_FSIZE", "writes": writes, "failed": 0, "kept": 0}
    unclear, broken = [], []
    for n in range(writes):
        source = disk.parent / "input.jsonl"
        source.write_bytes(original_of(readings[n + 1]) + b"\n")
        limit = None if mounted else n * PAGE
        if mounted:
            status = os.statvfs(disk)
            ballast.write_bytes(bytes(max(0, (status.f_bavail - n) * PAGE)))
        child = Child(_adding(where, source, told, readings[n + 1], limit))
        code = child.finish()
        ballast.unlink(missing_ok=True)
        message = told.read_text("utf-8", errors="replace")
        if code == 0:
            counts["kept"] += 1
        else:
            counts["failed"] += 1
            is_clear = code == 2 and message.startswith("asreported: ") and "Traceback" not in message
            unclear += [] if is_clear and any(w in message for w in ("full", "space", "disk")) else [f"{n}: {message}"]
        if found := faults(where):
            broken.append(f"{n}: {found[0]}")
    return counts | {"unclear": unclear[:3], "faults": broken[:3]}


def _adding(where: Path, source: Path, told: Path, reading: Reading, limit: int | None) -> Callable[[Any], None]:
    """`asreported add` with a ready reading, its standard error kept elsewhere."""

    def run(tell: Callable[[str], None]) -> None:
        from asreported.cli_add import add_add, run_add

        pipeline: Any = types.ModuleType("asreported.pipeline")
        pipeline.choose_gazetteer = lambda name: None
        pipeline.read_reports = lambda inputs, **_: (Reading(report=r, claims=reading.claims) for r in inputs)
        sys.modules["asreported.pipeline"] = pipeline
        parser = argparse.ArgumentParser()
        add_add(parser.add_subparsers())
        args = parser.parse_args(["add", str(source), "--ledger", str(where), "--quiet"])
        error = io.StringIO()
        sys.stderr = error
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            largest = max(path.stat().st_size for path in where.glob("ledger.sqlite*"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (min(largest, 40_000) + limit, resource.RLIM_INFINITY))
        code = run_add(args)
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        told.write_text(error.getvalue(), "utf-8")
        os._exit(code)

    return run


# ---- D6 ----------------------------------------------------------------------------------


def make_version_0(database: Database) -> None:
    """Make of a ledger one of version 0, as development versions kept it."""
    with database.write():
        database.run_script("ALTER TABLE originals ADD COLUMN content {BLOB}")
        if database.dialect == "postgresql":
            part = "SELECT content FROM original_parts p WHERE p.sha256 = originals.sha256 AND part = 0"
            database.execute(f"UPDATE originals SET content = ({part})")
        database.run_script(
            "DROP TABLE original_parts; ALTER TABLE reports DROP COLUMN row_sha256;"
            "ALTER TABLE captures DROP COLUMN row_sha256; UPDATE meta SET value = '0' WHERE key = 'schema_version'"
        )


def measure_upgrade(folder: Path, rng: random.Random, kills: int, documents: int) -> Counts:
    """D6: the upgrade of a ledger of version 0, killed at a random moment."""
    old = folder / "old"
    with open_ledger(old, create=True) as ledger:
        for reading in each_reading(documents, seed=4, claims=4):
            ledger.add(reading, original_of(reading), reader="model 1")
        ledger.decide(ledger.kept([1])[0].key, "accept", who="A")
        before = list(dump(ledger))
        make_version_0(ledger.database)
    counts: Counts = {"kills": kills, "old": 0, "new": 0, "mixed": 0, "faults": []}
    seconds = _upgrade_seconds(old, folder / "timed")
    for n in range(kills):
        where = folder / f"upgrade{n}"
        shutil.copytree(old, where)
        child = Child(lambda tell, where=where: open_ledger(where).close())  # type: ignore[misc]
        child.drain(time.monotonic() + rng.uniform(0, seconds))
        child.kill()
        counts[_version_of(where)] += 1
        counts["faults"] += faults(where)
        counts["faults"] += [] if dumped(where) == before else ["the ledger is not what it was"]
        shutil.rmtree(where)
    return counts


def _upgrade_seconds(old: Path, copy: Path) -> float:
    shutil.copytree(old, copy)
    started = time.monotonic()
    Child(lambda tell: open_ledger(copy).close()).finish()
    return time.monotonic() - started


def _version_of(where: Path) -> str:
    with contextlib.closing(sqlite3.connect(where / "ledger.sqlite")) as database:
        version = database.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()[0]
        columns = {row[1] for table in ("originals", "reports", "captures")
                   for row in database.execute(f"PRAGMA table_info({table})")}  # fmt: skip
    kinds = {("0", True, False): "old", ("1", False, True): "new"}
    return kinds.get((version, "content" in columns, "row_sha256" in columns), "mixed")


# ---- D7 ----------------------------------------------------------------------------------


def measure_backups(folder: Path, rng: random.Random, backups: int) -> Counts:
    """D7: backups of a ledger that two writers write to, every other one on top of an earlier one."""
    where = folder / "d7"
    open_ledger(where, create=True).close()
    writers = [_writer(where, rng), _writer(where, rng)]
    found, sizes = [], []
    with open_ledger(where) as ledger:
        for n in range(backups):
            for child in writers:
                child.drain(time.monotonic() + 0.02)
            target = folder / f"backup{n // 2}"
            back_up(ledger, target)
            # Paused while the backup is looked at, or the ledger would grow as fast as it can be checked.
            for child in writers:
                child.send(signal.SIGSTOP)
            found += faults(target)
            with open_ledger(target) as copy:
                sizes.append(copy.log_head()[0])
            if n % 2:
                shutil.rmtree(target)
            for child in writers:
                child.send(signal.SIGCONT)
    for child in writers:
        child.kill()
    return {"backups": backups, "grew": sizes == sorted(sizes) and sizes[-1] > sizes[0], "faults": found}


# ---- all ---------------------------------------------------------------------------------


def run(scale: float, seed: int, only: Iterable[str] = ()) -> Counts:
    """The counts of each promise at `scale`; 1 is what docs/ledger.md promises."""

    def some(number: int) -> int:
        return max(2, round(number * scale))

    tests: dict[str, Callable[[Path, random.Random], Counts]] = {
        "D1": lambda folder, rng: measure_kills(folder, rng, some(200)),
        "D2": lambda folder, rng: measure_import(folder, rng, some(2000), some(50)),
        "D4": lambda folder, rng: measure_full_disk(folder, some(300)),
        "D6": lambda folder, rng: measure_upgrade(folder, rng, some(30), some(300)),
        "D7": lambda folder, rng: measure_backups(folder, rng, some(50)),
    }
    results: Counts = {"seed": seed, "scale": scale}
    for name, test in tests.items():
        if only and name not in only:
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            results[name] = test(Path(folder), random.Random(f"{seed} {name}"))
        results[name]["seconds"] = round(time.monotonic() - started, 1)
        print(name, json.dumps(results[name]), flush=True)
    results["ok"] = all(holds(name, results[name]) for name in tests if name in results)
    return results


def holds(name: str, counts: Counts) -> bool:
    """Whether the promise held."""
    sound = not counts["faults"]
    if name == "D1":
        return sound and counts["lost"] == 0 and counts["acknowledged"] > 0
    if name == "D2":
        return sound and counts["same_dump"] and counts["read_again"] == 0
    if name == "D4":
        return sound and not counts["unclear"] and counts["failed"] > 0
    if name == "D6":
        return sound and counts["mixed"] == 0
    return sound and bool(counts["grew"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size (default: 1)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="default: the time")
    parser.add_argument("--only", nargs="+", default=[], metavar="D1", help="only these")
    args = parser.parse_args()
    print(f"seed {args.seed}", flush=True)
    results = run(args.scale, args.seed, args.only)
    print(json.dumps(results))
    return 0 if results["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())
