"""Figures, incidents, actors and places in a real browser."""

import re
from typing import Any

import pytest

PATHS = (
    "/figures?kind=killing", "/figures?place=Mosul&kind=strength", "/incidents", "/incidents?order=contested",
    "/actors", "/actors/islamic-state?on=2017-06-22", "/places", "/places/Mosul", "/sources",
    "/sources?name=united%20nations", "/publishers", "/publishers?name=The%20Sample%20Courier",
)  # fmt: skip


def incident(page: Any) -> str:
    page.goto(f"{page.base}/incidents?place=Jadida&kind=airstrike")
    found = re.search(r"/incidents/(i[0-9a-f]{12})", page.content())
    assert found
    page.goto(f"{page.base}/incidents/{found[1]}")
    return found[1]


def test_a_figure_shows_its_sentence_and_leads_to_the_report(page: Any) -> None:
    page.goto(f"{page.base}/figures?place=Mosul&kind=strength")
    row = page.locator(".plot summary").first
    row.hover()
    peek = page.locator(".peek")
    assert "3,000 to 5,000 militants were inside the city" in peek.inner_text()
    row.click()
    assert not peek.is_visible()
    details = page.locator(".plot details").first
    assert "3,000 to 5,000 militants" in details.locator("blockquote").inner_text()
    details.get_by_role("link").click()
    assert "/reports/" in page.url and "claim=" in page.url


def test_a_figure_can_be_read_by_keyboard_alone(page: Any) -> None:
    page.goto(f"{page.base}/figures?place=Mosul&kind=strength")
    page.locator(".plot summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".plot details").first.evaluate("one => one.open")


def test_the_plot_over_time_is_drawn_and_has_a_table(page: Any) -> None:
    page.goto(f"{page.base}/figures?kind=killing")
    running = page.locator("#running")
    running.locator("canvas").wait_for()
    running.locator("summary").click()
    assert running.locator("tbody tr").count() > 1
    box = running.locator(".u-over").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 20)
    running.locator(".said", has_text="From 20").wait_for()


def test_two_claims_are_parted_and_linked_anew(page: Any) -> None:
    id = incident(page)
    boxes = page.locator("[data-pick]")
    boxes.nth(0).check()
    assert not page.locator("[data-two]").is_visible()
    boxes.last.check()
    page.get_by_label("why (may stay empty)").first.fill("two strikes")
    page.locator("[data-two] [data-act=different]").click()
    page.wait_for_selector("#history")
    assert "two strikes" in page.locator("#history").inner_text()
    page.get_by_role("button", name="Link now").click()
    page.wait_for_selector("[data-link-state] a", timeout=60_000)
    assert "linked otherwise" in page.locator("[data-link-state]").inner_text()
    page.goto(f"{page.base}/incidents/{id}")
    assert page.locator("h1").count() == 1


def test_a_third_claim_takes_the_place_of_another(page: Any) -> None:
    incident(page)
    boxes = page.locator("[data-pick]")
    for n in (0, 1, 2):
        boxes.nth(n).check()
    assert page.locator("[data-pick]:checked").count() == 2
    page.locator("[data-two] [data-act=clear]").click()
    assert page.locator("[data-pick]:checked").count() == 0


def test_another_incident_needs_an_id(page: Any) -> None:
    incident(page)
    page.locator(".pairing [data-act=same]").click()
    assert "Give the id" in page.locator("#toasts").inner_text()


def test_the_small_map_of_a_place_is_drawn(page: Any) -> None:
    page.goto(f"{page.base}/places/Mosul")
    page.wait_for_selector(".minimap canvas", timeout=30_000)


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_is_wider_than_the_screen(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in PATHS:
        page.goto(f"{page.base}{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator("h1").count() == 1, path
    incident(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
