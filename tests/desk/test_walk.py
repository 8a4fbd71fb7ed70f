"""
A person's first hour at the desk, in a browser: import, read, decide, correct, undo, look, export.

Every step is held against the ledger itself. That nothing is asked of another machine, and that no script or policy
fails, is checked by the fixture `page` at the end.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from test_map_browser import wait_for
from test_queue_browser import claim_of, edit, last, open_queue, save, settled, with_figure

from asreported.ledger import Ledger, Query, open_ledger
from asreported.pipeline import sample_paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The desk begins with an empty ledger."""
    open_ledger(tmp_path / "ledger", create=True).close()
    return tmp_path / "ledger"


@pytest.fixture
def ledger(folder: Path) -> Iterator[Ledger]:
    with open_ledger(folder) as opened:
        yield opened


def test_the_whole_way(page: Any, ledger: Ledger) -> None:
    import_samples(page, ledger)
    read(page, ledger)
    decided = decide_ten(page, ledger)
    correct(page, ledger)
    undo(page, ledger, decided)
    look_at_the_map(page)
    look_at_a_contradiction(page, ledger)
    export(page, ledger)


def import_samples(page: Any, ledger: Ledger) -> None:
    page.goto(f"{page.base}/import")
    page.locator("#files").set_input_files([str(path) for path in sample_paths()])
    wait_for(page, "document.querySelectorAll('#taken .file, #taken li, #taken tr').length >= 10", 120)
    wait_for(page, "document.body.innerText.includes('khan-sheikhoun')", 120)
    # linked in the background, a moment after the last file
    until = "fetch('/api/imports/linking').then((r) => r.json()).then((l) => l.state === 'done')"
    wait_for(page, until, 120)
    rows = ledger.database.one("SELECT count(*), count(incident) FROM claims") or (0, 0)
    assert (ledger.database.one("SELECT count(*) FROM reports") or (0,))[0] == len(sample_paths())
    assert rows[0] > 200 and rows[1] > 50


def read(page: Any, ledger: Ledger) -> None:
    page.goto(f"{page.base}/")
    page.get_by_role("link", name="One street in Mosul and the rival counts of its dead").click()
    page.locator("main .reading").wait_for()
    page.wait_for_load_state()  # a key that is pressed before the script is there is lost
    page.keyboard.press("j")
    page.locator(".card.current").wait_for()
    assert "according to" in page.locator(".card.current").inner_text()
    assert "claim=" in page.url
    assert ledger.log_head()[0] == 0


def decide_ten(page: Any, ledger: Ledger) -> list[str]:
    key, decided = open_queue(page), []
    for action in "aarauaaara":
        page.keyboard.press(action)
        if action != "a":
            page.keyboard.press("Enter")
        decided.append(key)
        key = settled(page, key)
    assert [last(ledger, key).action[0] for key in decided] == list("aarauaaara")
    return decided


def correct(page: Any, ledger: Ledger) -> None:
    """A span, a place, a number: of one claim, in one correction."""
    key = with_figure(ledger)
    before = claim_of(ledger, key)
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("[data-row=trigger]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.editor').getAttribute('aria-busy') === 'false'")
    page.locator("#edit-place").fill("Hama, Syria")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.name === 'edit-places'")
    page.keyboard.press("Space")
    page.locator("#edit-low0").fill("12")
    page.locator("#edit-high0").fill("")
    save(page)
    settled(page, key)
    after = claim_of(ledger, key)
    assert after.trigger.text.startswith(f"{before.trigger.text} ")
    assert after.where is not None and after.where.country == "SY"
    assert (after.figures[0].low, after.figures[0].high) == (12, None)
    assert ledger.state(key).review == "corrected"


def undo(page: Any, ledger: Ledger, decided: list[str]) -> None:
    page.keyboard.press("z")
    key = with_figure(ledger)
    wait_for(page, f"document.getElementById('work').queue.item.key === {key!r}")
    settled(page)
    assert last(ledger, key).action == "undo"
    assert ledger.state(key).review == "unreviewed"
    page.goto(f"{page.base}/reports/{decided[0].split(':')[0]}?claim={decided[0].split(':')[1]}")
    page.locator(".card.current [data-act=undo]").wait_for()
    assert "accepted" in page.locator(".card.current .state").inner_text()


def look_at_the_map(page: Any) -> None:
    page.goto(f"{page.base}/map?place=Iraq")
    wait_for(page, "document.body.dataset.timelineReady && document.body.dataset.mapReady")
    assert page.locator("[data-canvas] canvas").is_visible()
    assert "claims" in page.locator("[data-shown]").inner_text()
    assert page.locator("[data-places] tr").count() > 3
    assert page.locator("[data-timeline] svg, .timeline svg").first.is_visible()


def look_at_a_contradiction(page: Any, ledger: Ledger) -> None:
    (kept, *_) = ledger.claims(Query(places=("Jadida",), kinds=("killing",), words="bodies", limit=5)).kept
    page.goto(f"{page.base}/incidents/{quote(kept.incident or '')}")
    told = page.locator("main").inner_text()
    assert "contested" in told
    assert "A municipal official said on Saturday that 240 bodies" in told
    assert "recovered and buried 160" in told
    page.goto(f"{page.base}/figures?place=Mosul&kind=strength")
    told = page.locator("main").inner_text()
    assert "3,000 to 5,000" in told and "up to 8,000" in told


def export(page: Any, ledger: Ledger) -> None:
    page.goto(f"{page.base}/search?kind=killing&place=Iraq")
    with page.expect_download() as waiting:
        page.locator("a[href^='/export?'][href*='format=csv']").first.evaluate("(link) => link.click()")
    content = Path(waiting.value.path()).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(content)))
    found = ledger.claims(Query(kinds=("killing",), places=("Iraq",), limit=0)).total
    assert len(rows) == found > 0
    assert all(row["evidence"] and row["status"] and row["according_to"] for row in rows)
    assert {row["review"] for row in rows} & {"accepted", "unreviewed"}
