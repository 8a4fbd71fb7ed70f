"""What all pages share, in a real browser."""

from typing import Any


def test_an_address_that_leads_nowhere_is_a_page_in_the_frame(page: Any) -> None:
    page.goto(f"{page.base}/nowhere")
    assert page.locator("h1").inner_text() == "Not found"
    assert page.locator("nav a").count() == 8


def test_the_help_lists_the_keys_of_the_page(page: Any) -> None:
    page.goto(f"{page.base}/nowhere")
    page.keyboard.press("?")
    assert "search" in page.locator("#help").inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "quick"
