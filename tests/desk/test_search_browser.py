"""Search, import and the page of the person, used in Chromium as a person uses them."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
from test_accessibility import axe


def open_page(page: Any, path: str) -> None:
    page.goto(f"{page.base}{path}")


# ---- search ------------------------------------------------------------------------------


def test_a_word_is_searched_from_any_page_and_marked(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("killed")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=killed")
    assert page.locator("mark.hit").first.inner_text().lower() == "killed"


def test_a_facet_narrows_in_place_and_back_undoes_it(page: Any) -> None:
    open_page(page, "/search?q=killed")
    before = page.locator("#found").inner_text()
    page.evaluate("window.stays = true")
    page.locator(".facet a", has_text="killing").first.click()
    page.wait_for_url("**/search?q=killed&kind=killing")
    page.locator(".chip", has_text="kind").wait_for()
    assert page.evaluate("window.stays") is True
    assert page.locator("#found").inner_text() != before
    page.go_back()
    page.wait_for_url("**/search?q=killed")
    page.wait_for_function("text => document.getElementById('found').innerText === text", arg=before)


def test_the_form_leads_to_a_short_address_that_says_it_all(page: Any) -> None:
    open_page(page, "/search")
    page.fill("#f-q", "killed")
    page.select_option("#f-kind", "killing")
    page.select_option("#f-order", "oldest")
    page.click("form.filter button.primary")
    page.wait_for_url("**/search?kind=killing&q=killed&order=oldest")
    told = page.locator("#found").inner_text()
    page.reload()
    assert page.locator("#found").inner_text() == told
    assert page.locator("#f-order").input_value() == "oldest"


def test_pages_are_turned_by_key_and_a_claim_opens_in_the_reader(page: Any) -> None:
    open_page(page, "/search")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/search?page=2")
    page.get_by_text("26 to 50 shown").wait_for()
    href = page.locator("a.kind").first.get_attribute("href")
    assert re.fullmatch(r"/reports/[0-9a-f]{24}\?claim=.+", href)


def test_a_filter_is_saved_from_the_search_and_removed(page: Any) -> None:
    open_page(page, "/search?q=killed")
    page.get_by_text("Save filter").click()
    page.fill("#save-name", "the killed")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    assert page.url.endswith("/search?q=killed")
    page.get_by_role("link", name="the killed").click()
    open_page(page, "/you")
    page.get_by_role("button", name="Remove the killed").click()
    page.wait_for_url("**/you#saved")
    assert page.get_by_text("None yet.").is_visible()


def test_what_is_seen_is_exported(page: Any, tmp_path: Path) -> None:
    open_page(page, "/search?kind=killing")
    total = int(page.locator("#found").inner_text().split()[0])
    page.get_by_text("Export this").click()
    with page.expect_download() as download:
        page.get_by_text("CSV, for spreadsheets").click()
    download.value.save_as(tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert len(list(csv.DictReader(lines))) == total


def test_without_script_search_works_too(browser: Any, served: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.address)
    page.goto(f"{served.base}/search?q=killed")
    page.locator(".facet a", has_text="killing").first.click()
    assert page.url.endswith("/search?q=killed&kind=killing")
    page.goto(f"{served.base}/import")
    assert page.locator("#one-file").is_visible()
    context.close()


# ---- import ------------------------------------------------------------------------------


def test_files_are_read_and_told_one_by_one(page: Any, tmp_path: Path) -> None:
    (tmp_path / "raid.txt").write_text("An air strike killed nine people in Raqqa on 4 June 2017, a monitor said.")
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    open_page(page, "/import")
    page.set_input_files("#files", [tmp_path / "raid.txt", tmp_path / "scan.pdf"])
    page.get_by_text("Done: 2 files.").wait_for(timeout=90_000)
    assert page.locator("#taken li", has_text="raid.txt").locator(".state.new").first.is_visible()
    refused = page.locator("#taken .files > li", has_text="scan.pdf")
    assert "damaged" in refused.inner_text()
    page.locator("#taken .items a").first.wait_for()
    page.locator('[data-linking="done"]').wait_for(timeout=60_000)
    page.set_input_files("#files", [tmp_path / "raid.txt"])
    page.locator(".state.known").wait_for(timeout=60_000)
    page.reload()
    assert page.locator("#taken .files > li").count() == 3


DROP = """
async (files) => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  const zone = document.getElementById("dropzone");
  for (const type of ["dragenter", "dragover"])
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  const over = zone.classList.contains("over");
  zone.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  return over;
}
"""


def test_dropped_files_with_hostile_names_are_text(page: Any) -> None:
    open_page(page, "/import")
    names = ["<img src=x onerror=alert(1)>.txt", "..%2f..%2fetc.txt", "x\u202egpj.txt"]
    over = page.evaluate(
        DROP, [[name, f"Gunmen killed {n + 3} guards in Sirte, police said."] for n, name in enumerate(names)]
    )
    assert over is True
    page.get_by_text("Done: 3 files.").wait_for(timeout=90_000)
    assert page.locator("#taken img").count() == 0
    assert page.locator("#taken .files > li").count() == 3
    assert page.locator(".state.refused").count() == 0


# ---- you ---------------------------------------------------------------------------------


def test_a_key_is_changed_and_works(page: Any) -> None:
    open_page(page, "/you")
    row = page.locator('tr[data-own="ArrowRight"]')
    row.get_by_role("button", name="Change the key").click()
    page.keyboard.press("k")
    assert "is the key for" in page.locator("#key-note").inner_text()
    page.keyboard.press("n")
    assert row.locator("kbd").inner_text() == "n"
    open_page(page, "/search")
    assert page.locator('[data-key="ArrowRight"] kbd').inner_text() == "n"
    page.keyboard.press("n")
    page.wait_for_url("**/search?page=2")


def test_the_theme_changes(page: Any) -> None:
    open_page(page, "/you")
    page.get_by_role("button", name="dark").click()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)"


@pytest.mark.parametrize(
    "path", ["/search", "/search?q=killed&dated_only=1", "/search?q=zebra&kind=killing", "/import", "/you"]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_fit_and_are_accessible(page: Any, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.evaluate(axe())
        found = page.evaluate("axe.run()")
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
