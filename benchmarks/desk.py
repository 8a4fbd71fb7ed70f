"""
The desk under use: `python benchmarks/desk.py [--ledger FOLDER] [--reviewers 8] [--decisions 500] [--import PATH…]`.

Reviewers, each a process with a connection of its own, decide over HTTP at once on claims that they share: each reads
a claim, decides with the number of decisions that it saw, and on 409 looks again. Afterwards the log is held
against what the desk acknowledged: nothing lost, nothing twice, every stale decision refused with both values. With
--import a file is imported meanwhile, with --export the whole ledger is exported. On a ledger of a million claims
(benchmarks/scale.py --ledger FOLDER makes one) the queue's next item is asked for in each order, and the map's data.
Without --ledger one of the sample reports is made. FOLDER is written to (decisions are added): give a copy.

Times are milliseconds of the client's clock. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from asreported.ledger import open_ledger

ORDERS = ("imported", "newest", "oldest", "uncertain", "disagree", "largest")
ITEMS = 60
MAPS = 5
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"]
ACTIONS = ("accept", "reject", "unsure", "comment")


class Door(NamedTuple):
    """How a desk is reached: port, cookie."""

    port: int
    cookie: str


class Client:
    """One browser's worth of a connection."""

    def __init__(self, door: Door, who: str) -> None:
        self.door = door
        self.connection = http.client.HTTPConnection("127.0.0.1", door.port, timeout=120)
        name = door.cookie.partition("=")[0]
        self.headers = {
            "host": f"127.0.0.1:{door.port}",
            "cookie": f"{door.cookie}; {name}_who={who}",
            "origin": f"http://127.0.0.1:{door.port}",
            "sec-fetch-site": "same-origin",
            "accept": "application/json",
            "content-type": "application/json",
        }

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any, float]:
        """Status, answer (JSON where it is), milliseconds."""
        started = time.perf_counter()
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        response = self.connection.getresponse()
        content = response.read()
        took = (time.perf_counter() - started) * 1000
        kind = response.headers.get("content-type", "")
        return response.status, json.loads(content) if kind == "application/json" else content, took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path, help="decisions are added to it: give a copy")
    parser.add_argument("--reviewers", type=int, default=8)
    parser.add_argument("--decisions", type=int, default=500, help="of each reviewer")
    parser.add_argument("--shared", type=int, default=400, help="claims that all of them decide on")
    parser.add_argument("--import", dest="files", type=Path, nargs="*", default=[], help="imported meanwhile")
    parser.add_argument("--export", action="store_true", help="export all meanwhile")
    parser.add_argument("--only-map", action="store_true", help="measure the map alone")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = args.ledger or make_samples(Path(passing) / "ledger")
        with open_ledger(folder) as ledger:
            rows = ledger.database.rows("SELECT n FROM claims WHERE current = 1 ORDER BY n LIMIT ?", (args.shared,))
            keys = [kept.key for kept in ledger.kept([n for (n,) in rows])]
            before = ledger.log_head()[0]
        with Served(folder) as door:
            figures = measure_map(door)
            if not args.only_map:
                figures |= measure_queue(door) | measure_deciding(door, keys, args)
        figures |= check_log(folder, before, figures.pop("acknowledged", {}))
    print(json.dumps(figures))


class Served:
    """`asreported desk` over a ledger, until the block ends."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "asreported", "desk", "--ledger", str(folder), "--port", "0", "--no-browser"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Door:
        assert self.process.stdout
        address = next(line for line in self.process.stdout if line.startswith("http")).strip()
        parts = urlsplit(address)
        connection = http.client.HTTPConnection("127.0.0.1", parts.port or 0, timeout=30)
        connection.request("GET", f"/?{parts.query}", headers={"host": parts.netloc})
        cookie = connection.getresponse().headers["set-cookie"].partition(";")[0]
        return Door(parts.port or 0, cookie)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)


def make_samples(folder: Path) -> Path:
    command = [sys.executable, "-m", "asreported", "add", "--quiet", "--ledger", str(folder)]
    from asreported.pipeline import sample_paths

    subprocess.run([*command, *map(str, sample_paths())], check=True)
    return folder


# ---- deciding ----------------------------------------------------------------------------


def measure_deciding(door: Door, keys: list[str], args: argparse.Namespace) -> dict[str, Any]:
    """All reviewers at once, and an import and an export beside them."""
    done, exports, imports = threading.Event(), list[int](), list[dict[str, Any]]()
    beside = [threading.Thread(target=keep_exporting, args=(door, done, exports))] * args.export
    beside += [threading.Thread(target=import_files, args=(door, args.files, imports))] * bool(args.files)
    for thread in beside:
        thread.start()
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(args.reviewers) as pool:
        tasks = [(door, f"reviewer {n}", keys, args.decisions, args.seed + n) for n in range(args.reviewers)]
        results = pool.starmap(review, tasks)
    seconds = time.perf_counter() - started
    exported = len(exports)
    done.set()
    for thread in beside:
        thread.join()
    times = [took for result in results for took in result["times"]]
    found = {
        "decisions": sum(len(result["kept"]) for result in results),
        "conflicts": sum(result["conflicts"] for result in results),
        "conflicts_without_both_values": sum(result["unclear"] for result in results),
        "server_errors": sum(result["errors"] for result in results),
        "decide_p50_ms": round(statistics.median(times), 1),
        "decide_p95_ms": p95(times),
        "decide_max_ms": round(max(times), 1),
        "decisions_per_second": round(sum(len(result["kept"]) for result in results) / seconds, 1),
        "exports_meanwhile": exported,
        "imported": [{name: file.get(name) for name in ("name", "new", "claims", "state")} for file in imports],
    }
    print(json.dumps(found), flush=True)
    return found | {"acknowledged": {n: who for result in results for n, who in result["kept"]}}


def review(door: Door, who: str, keys: list[str], decisions: int, seed: int) -> dict[str, Any]:
    """What one reviewer decided, and what came of it; times are those of the decisions alone."""
    rng, client = random.Random(seed), Client(door, who.replace(" ", "%20"))
    times: list[float] = []
    kept: list[tuple[int, str]] = []
    conflicts = unclear = errors = 0
    while len(kept) < decisions:
        key = rng.choice(keys)
        status, seen, _ = client.ask("GET", f"/api/claims/{key}")
        errors += status >= 500
        action = rng.choice(ACTIONS)
        body = {"action": action, "why": f"{who}, {len(kept)}", "expected": seen["state"]["version"]}
        status, answer, took = client.ask("POST", f"/api/claims/{key}/decisions", body)
        times.append(took)
        errors += status >= 500
        if status == 409:
            conflicts += 1
            unclear += not (
                answer["found"]["state"]["version"] > body["expected"] and answer["yours"]["action"] == action
            )
        elif status == 201:
            kept.append((answer["decision"]["n"], who))
        else:
            raise SystemExit(f"{status}: {answer}")
    return {"times": times, "kept": kept, "conflicts": conflicts, "unclear": unclear, "errors": errors}


def check_log(folder: Path, before: int, acknowledged: dict[int, str]) -> dict[str, Any]:
    """Whether each decision that was acknowledged stands in the log under its number, and no other does."""
    with open_ledger(folder) as ledger:
        rows = dict(ledger.database.rows("SELECT n, who FROM decisions WHERE n > ?", (before,)))
    return {
        "lost": sum(rows.get(n) != who for n, who in acknowledged.items()),
        "unknown": len(rows.keys() - acknowledged),
    }


def import_files(door: Door, files: list[Path], done: list[dict[str, Any]]) -> None:
    """What became of each file is added to `done`."""
    client = Client(door, "importer")
    for file in files:
        border = "----asreported"
        head = f'--{border}\r\ncontent-disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = head.encode() + file.read_bytes() + f"\r\n--{border}--\r\n".encode()
        headers = client.headers | {"content-type": f"multipart/form-data; boundary={border}"}
        client.connection.request("POST", "/api/imports", body, headers)
        done.append(json.loads(client.connection.getresponse().read()))


def keep_exporting(door: Door, done: threading.Event, lines: list[int]) -> None:
    """Until `done`; how many lines each export had is added to `lines`."""
    client = Client(door, "exporter")
    while not done.is_set():
        _, content, _ = client.ask("GET", "/export?format=jsonl")
        lines.append(content.count(b"\n"))


# ---- looking -----------------------------------------------------------------------------


def measure_queue(door: Door) -> dict[str, Any]:
    """The first item of each order, which opens the queue, and those after it: which claim, then its text and card."""
    client, found = Client(door, "looker"), {}
    for order in ORDERS:
        wanted: dict[str, Any] = {
            "filter": f"order={order}",
            "session": f"benchmark-{order}",
            "count": 2,
            "fresh": True,
        }
        _, answer, opening = client.ask("POST", "/api/queue/next", wanted)
        nexts, items = [], []
        for _ in range(ITEMS):
            if not answer["items"]:
                break
            key = answer["items"][0]["key"]
            items.append(client.ask("GET", f"/queue/item?claim={key}")[2])
            _, answer, took = client.ask("POST", "/api/queue/next", wanted | {"fresh": False, "skipped": [key]})
            nexts.append(took)
        found[f"queue_{order}_opening_ms"] = round(opening, 1)
        if nexts:
            found[f"queue_{order}_next_p95_ms"] = p95(nexts)
            found[f"queue_{order}_item_p95_ms"] = p95(items)
            found[f"queue_{order}_both_p95_ms"] = p95([a + b for a, b in zip(nexts, items, strict=True)])
    print(json.dumps(found), flush=True)
    return found


def p95(times: list[float]) -> float:
    return round(sorted(times)[int(0.95 * len(times))], 1)


def measure_map(door: Door) -> dict[str, Any]:
    client = Client(door, "looker")
    times = [client.ask("GET", "/api/map")[2] for _ in range(5)]
    found: dict[str, Any] = {"map_data_first_ms": round(times[0], 1), "map_data_ms": round(statistics.median(times), 1)}
    return found | measure_map_page(door)


def measure_map_page(door: Door) -> dict[str, Any]:
    """From the navigation to the map drawn with its claims, in Chromium without a graphics card; each page new."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return {}
    from playwright.sync_api import sync_playwright

    times, count = [], 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        name, _, value = door.cookie.partition("=")
        for _ in range(MAPS):
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{door.port}"}])
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{door.port}/map")
            while not page.evaluate("document.body.dataset.mapReady"):
                time.sleep(0.02)
            times.append(page.evaluate("performance.getEntriesByName('map-ready')[0].startTime"))
            count = page.evaluate("document.body.dataset.mapCount")
            marks = page.evaluate("performance.getEntriesByType('mark').map((m) => [m.name, Math.round(m.startTime)])")
            print(json.dumps(dict(marks)), flush=True)
            context.close()
        browser.close()
    return {"map_page_ms": round(statistics.median(times)), "map_page_claims": int(count or 0)}


if __name__ == "__main__":
    main()
