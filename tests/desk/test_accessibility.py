"""
No page has a serious fault that axe-core can find, in light and dark, wide and narrow; none must be scrolled sideways.

axe-core comes with the package axe-playwright-python. It is evaluated by the browser's own tools, which the policy of
the pages does not bind. Two of the four looks are tried unless ASREPORTED_FULL is set; ASREPORTED_AXE names a file
that the faults are written to, page by page.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asking import GETTING, Filling
from serving import Served, serve

from asreported.ledger import open_ledger

FULL = bool(os.environ.get("ASREPORTED_FULL"))
LOOKS = (("wide", "light"), ("narrow", "dark"), ("wide", "dark"), ("narrow", "light"))[: 4 if FULL else 2]
SIZES = {"wide": (1280, 900), "narrow": (390, 844)}
SERIOUS = ("serious", "critical")
PARTS = ("/reports/{key}/card", "/reports/{key}/others", "/claims/", "/queue/item", "/import/taken", "/map/claims")
"""Pieces of pages, seen within these."""
RUN = """async () => {
  const runOnly = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];
  const found = await axe.run(document, { resultTypes: ["violations"], runOnly });
  const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 240);
  const told = (node) => ({ target: node.target.flat(9).join(" "), html: node.html.slice(0, 160), why: why(node) });
  return found.violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(told) }));
}"""


@functools.cache
def axe() -> str:
    package = pytest.importorskip("axe_playwright_python")
    return Path(package.__file__).with_name("axe.min.js").read_text("utf-8")


def pages() -> list[str]:
    return [path for path in GETTING if not path.startswith(("/api", "/static", *PARTS)) and "." not in path]


@pytest.fixture(scope="module")
def place(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Filling]]:
    folder = Path(shutil.copytree(samples, tmp_path_factory.mktemp("axe") / "ledger"))
    with open_ledger(folder) as ledger:
        filling = Filling(ledger)
        key = filling.values["claims"]
        ledger.decide(key, "comment", who="B. Reader", why="The figure is the ministry's.")
        ledger.decide(key, "accept", who="B. Reader")
        ledger.decide(key, "opinion", value={"review": "reject"}, who="C. Reader")
    for served in serve(folder):
        yield served, filling


@pytest.fixture(scope="module")
def opened(browser: Any, place: tuple[Served, Filling]) -> Iterator[Any]:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(place[0].address)
    yield page
    context.close()


def visit(page: Any, place: tuple[Served, Filling], path: str, query: str = "") -> bool:
    """Whether there was a page to look at, and not a file."""
    try:
        page.goto(f"{place[0].base}{place[1].path(path)}{query}")
    except Exception as err:
        if "Download is starting" in str(err) or "ERR_ABORTED" in str(err):
            return False
        raise
    page.wait_for_timeout(250)
    return True


@pytest.mark.parametrize("path", pages())
def test_axe_finds_nothing_serious(opened: Any, place: tuple[Served, Filling], path: str) -> None:
    found = []
    for size, scheme in LOOKS:
        opened.set_viewport_size({"width": SIZES[size][0], "height": SIZES[size][1]})
        opened.emulate_media(color_scheme=scheme)
        if not visit(opened, place, path):
            return
        opened.evaluate(axe())
        found += [{"page": path, "size": size, "scheme": scheme, **one} for one in opened.evaluate(RUN)]
    if where := os.environ.get("ASREPORTED_AXE"):
        with Path(where).open("a") as out:
            out.writelines(json.dumps(one) + "\n" for one in found)
    told = {
        f"{one['id']}: {one['help']}: {node['target']} ({one['size']}, {one['scheme']}) {node['why']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    }
    assert sorted(told) == []


@pytest.mark.parametrize("width", [640, 320] + [390] * FULL)
@pytest.mark.parametrize("path", pages())
def test_no_page_is_scrolled_sideways(opened: Any, place: tuple[Served, Filling], path: str, width: int) -> None:
    """640 is 1280 at 200 %, 320 is 1280 at 400 %."""
    opened.set_viewport_size({"width": width, "height": 700})
    if not visit(opened, place, path):
        return
    over = opened.evaluate(
        """() => {
          const wide = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= wide) return [];
          return [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > wide + 1)
            .slice(0, 6).map((e) => `${e.nodeName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`);
        }"""
    )
    assert over == []
