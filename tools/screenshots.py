"""
Pictures of each page of the desk: `python tools/screenshots.py FOLDER [--dark] [--only NAME]`.

A ledger of the sample reports is made, some of its claims are decided on as reviewers would, and every page is visited
in Debian's Chromium at 1280 and 390 px. Needs the `dev` extra and chromium. Pictures are reduced to 128 colours, so
that they may be kept in the repository.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import uvicorn

from asreported.desk.app import build_app
from asreported.desk.guard import Access
from asreported.desk.serve import listen
from asreported.desk.state import Desk
from asreported.ingest import read_inputs
from asreported.ledger import Ledger, Query, open_ledger
from asreported.ledger.adding import add_inputs
from asreported.ledger.linking import link_new
from asreported.ledger.readers import reader_name
from asreported.pipeline import read_reports, sample_paths

WIDTHS = {"wide": (1280, 860), "narrow": (390, 844)}
FLAGS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-background-networking"]
SETTLE_MS = 700


class Shot(NamedTuple):
    """A page to be taken: its name, its address, what to wait for, keys to press before, who looks at it."""

    name: str
    path: str
    wait: str = "main"
    keys: tuple[str, ...] = ()
    who: str = "A. Reader"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true", help="in the dark theme; files end in -dark")
    parser.add_argument("--only", metavar="NAME", help="this page alone")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as passing:
        where = Path(passing) / "ledger"
        shots = make_ledger(where)
        with served(where) as desk:
            take(desk, [shot for shot in shots if args.only in (None, shot.name)], args.folder, dark=args.dark)


def make_ledger(where: Path) -> list[Shot]:
    """The samples, reviewed in part; and the pages that are worth a picture."""
    with open_ledger(where, create=True) as ledger:
        inputs = read_inputs(sample_paths())
        for _ in add_inputs(ledger, inputs, lambda items: read_reports(items, vectors=True), reader=reader_name()):
            pass
        link_new(ledger)
        decide_some(ledger)
        return list_shots(ledger)


def decide_some(ledger: Ledger) -> None:
    """Decisions by two invented people, with second opinions on some."""
    found = ledger.claims(Query(order="oldest", limit=60)).kept
    for n, kept in enumerate(found[:40]):
        action = "reject" if n % 9 == 5 else "unsure" if n % 11 == 7 else "accept"
        ledger.decide(kept.key, action, who="A. Reader", why="read beside the text" if n % 7 == 3 else "", expected=0)
        if n % 3 == 0:
            review = "reject" if n % 12 == 6 else action
            ledger.decide(kept.key, "opinion", value={"review": review}, who="B. Second", expected=1)


def list_shots(ledger: Ledger) -> list[Shot]:
    strength = ledger.claims(Query(kinds=("strength",), places=("Mosul",), limit=1, order="oldest")).kept[0]
    counted = ledger.database.one(
        "SELECT incident FROM claims WHERE incident IS NOT NULL AND kind = 'killing' GROUP BY incident "
        "ORDER BY count(DISTINCT report_n) DESC, count(*) DESC LIMIT 1"
    ) or ("",)
    report = f"/reports/{strength.report.key}?claim={strength.claim.id}"
    return [
        Shot("reports", "/"),
        Shot("reader", report, ".reading"),
        Shot("queue", "/queue", ".reading"),
        Shot("correct", "/queue", ".reading", ("e",)),
        Shot("search", "/search?q=mosul"),
        Shot("map", "/map", "body[data-map-ready]"),
        Shot("figures", "/figures?place=Mosul"),
        Shot("incidents", "/incidents"),
        Shot("incident", f"/incidents/{counted[0]}"),
        Shot("actor", "/actors/islamic-state"),
        Shot("place", "/places/99072"),
        Shot("sources", "/sources"),
        Shot("second", "/second?percent=100", ".reading", who="B. Second"),
        Shot("agreement", "/agreement"),
        Shot("export", "/export/formats?place=Mosul"),
        Shot("import", "/import"),
        Shot("you", "/you"),
    ]


@contextlib.contextmanager
def served(where: Path) -> Iterator[Desk]:
    listening = listen(0)
    desk = Desk(where, Access(listening.getsockname()[1]), who="A. Reader")
    server = uvicorn.Server(uvicorn.Config(build_app(desk), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield desk
    server.should_exit = True
    thread.join(20)


def take(desk: Desk, shots: list[Shot], folder: Path, *, dark: bool) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no chromium was found; apt install chromium")
    base = f"http://127.0.0.1:{desk.access.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for width, (across, down) in WIDTHS.items():
            scheme = "dark" if dark else "light"
            context = browser.new_context(viewport={"width": across, "height": down}, color_scheme=scheme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(desk.access.address)
            for shot in shots:
                name = f"{desk.access.cookie}_who"
                context.add_cookies([{"name": name, "value": quote(shot.who), "url": base}])
                picture = visit(page, f"{base}{shot.path}", shot)
                keep(picture, folder / f"{shot.name}-{width}{'-dark' * dark}.png")
                print(f"{shot.name}, {across} px", flush=True)
        browser.close()


def visit(page: Any, address: str, shot: Shot) -> bytes:
    page.goto(address)
    page.locator(shot.wait).first.wait_for(state="attached", timeout=60_000)
    page.wait_for_timeout(SETTLE_MS)
    for key in shot.keys:
        page.keyboard.press(key)
        page.wait_for_timeout(SETTLE_MS)
    picture: bytes = page.screenshot()
    return picture


def keep(picture: bytes, file: Path) -> None:
    from PIL import Image

    image = (
        Image.open(io.BytesIO(picture))
        .convert("RGB")
        .quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    )
    image.save(file, optimize=True)


if __name__ == "__main__":
    main()
