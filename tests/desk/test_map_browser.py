"""The map in a real browser: it draws without help from outside, and map, timeline and list show the same claims."""

from __future__ import annotations

import time
from typing import Any

VIEW = "document.querySelector('[data-canvas]').view"


def wait_for(page: Any, script: str, seconds: float = 60) -> Any:
    """What `script` gives once that is something: the policy forbids Playwright's own waiting by a script."""
    end = time.monotonic() + seconds
    while not (found := page.evaluate(script)):
        assert time.monotonic() < end, f"still nothing: {script}"
        time.sleep(0.05)
    return found


def open_map(page: Any, query: str = "") -> None:
    page.goto(f"{page.base}/map{query}")
    wait_for(page, "document.body.dataset.timelineReady")


def count(page: Any) -> int:
    return int(page.evaluate("document.body.dataset.mapCount"))


def listed(page: Any) -> int:
    cells = page.locator("[data-places] tr td:nth-of-type(2)").all_inner_texts()
    return sum(int(cell.replace(",", "")) for cell in cells)


def press(page: Any, key: str) -> None:
    """A click of the mouse on the symbol of a place."""
    lat, lon = key.split(":")[1].split(",")
    page.evaluate(f"{VIEW}.map.jumpTo({{center: [{lon}, {lat}], zoom: 8}})")
    box = page.locator("[data-canvas] canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    wait_for(page, f"{VIEW}.map.loaded() && {VIEW}.map.areTilesLoaded()")
    page.mouse.click(x, y)


def test_the_map_draws_and_its_counts_add_up(page: Any) -> None:
    open_map(page)
    total = count(page)
    assert total > 0 and listed(page) == total
    assert f"of {total} claims" in page.locator("[data-shown]").inner_text()
    assert page.locator("[data-canvas] canvas").is_visible()
    assert wait_for(page, f"{VIEW}.map.queryRenderedFeatures({{layers: ['symbols']}}).length")
    assert page.locator(".basemap-credit").inner_text() == "Natural Earth, GeoNames"


def test_a_country_is_shaded_and_has_no_dot(page: Any) -> None:
    open_map(page, "?place=Iraq")
    shaded = page.evaluate(f"{VIEW}.map.getFilter('shade')")
    assert "IQ" in str(shaded)
    drawn = page.evaluate(f"{VIEW}.map.getSource('symbols-at').serialize().data.features")
    keys = [one["properties"]["key"] for one in drawn]
    assert keys and all(key.split(":")[0] in ("point", "border", "line", "sea") for key in keys)
    assert page.locator("[data-at='country:IQ']").count() == 1
    assert "known only to a country (shaded)" in page.locator("[data-shown]").inner_text()


def test_a_press_on_a_place_tells_its_claims(page: Any) -> None:
    open_map(page, "?place=Khan+Sheikhoun")
    key = page.locator("[data-at^='point']").first.get_attribute("data-at")
    press(page, key)
    page.locator("[data-chosen] .told").first.wait_for()
    assert page.locator("[data-chosen-title]").inner_text() == "Khan Sheikhoun"
    assert "/reports/" in page.locator("[data-chosen] .told a").first.get_attribute("href")
    assert page.get_by_role("link", name="All about this place").get_attribute("href").startswith("/places/")
    assert "at=point" in page.url


def test_a_place_is_chosen_by_keyboard(page: Any) -> None:
    open_map(page)
    button = page.locator("[data-places] button").first
    name = button.inner_text()
    button.focus()
    page.keyboard.press("Enter")
    page.locator("[data-chosen] .told").first.wait_for()
    assert page.evaluate("document.activeElement.textContent") == name
    assert button.get_attribute("aria-current") == "true"
    page.keyboard.press("Escape")
    assert page.locator("[data-chosen-title]").inner_text() == "Choose a place"


def test_days_chosen_by_keyboard_narrow_all_and_stand_in_the_address(page: Any) -> None:
    open_map(page)
    whole = count(page)
    page.get_by_label("from day").fill("2017-07-01")
    page.get_by_label("to day").fill("2017-07")
    page.keyboard.press("Enter")
    wait_for(page, f"document.body.dataset.mapCount !== '{whole}'")
    part = count(page)
    assert 0 < part < whole and listed(page) == part
    assert "since=2017-07-01&until=2017-07-31" in page.url
    assert "since=2017-07-01" in page.get_by_role("link", name="Export this").get_attribute("href")
    page.reload()
    wait_for(page, "document.body.dataset.timelineReady")
    assert count(page) == part
    assert page.get_by_label("to day").input_value() == "2017-07-31"
    page.keyboard.press("0")
    wait_for(page, f"document.body.dataset.mapCount === '{whole}'")
    assert "since" not in page.url


def test_days_chosen_by_dragging(page: Any) -> None:
    open_map(page)
    whole = count(page)
    bars = page.locator("[data-bars]")
    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 50, steps=6)
    page.mouse.up()
    assert 0 < count(page) < whole and listed(page) == count(page)
    assert "since=" in page.url and "until=" in page.url
    assert page.locator("[data-bars] .window").count() == 1


def test_the_browser_and_the_desk_narrow_alike(page: Any) -> None:
    open_map(page)
    page.get_by_label("from day").fill("2017-02-01")
    page.get_by_label("to day").fill("2017-05-10")
    page.keyboard.press("Enter")
    wait_for(page, "location.search.includes('since')")
    asked = page.evaluate("fetch('/api/map?since=2017-02-01&until=2017-05-10').then((answer) => answer.json())")
    assert count(page) == asked["total"]


def test_what_is_no_day_is_told(page: Any) -> None:
    open_map(page)
    whole = count(page)
    page.get_by_label("from day").fill("2017-13-40")
    page.keyboard.press("Enter")
    page.get_by_text("is no day").wait_for()
    assert count(page) == whole


def test_colour_and_size_stand_in_the_address(page: Any) -> None:
    open_map(page)
    page.get_by_label("colour by").select_option("status")
    page.get_by_label("size by").select_option("people")
    assert "colour=status" in page.url and "size=people" in page.url
    page.reload()
    wait_for(page, "document.body.dataset.mapReady")
    assert page.get_by_label("size by").input_value() == "people"
    assert "never added up" in page.locator("[data-legend]").inner_text()


def test_the_map_follows_the_theme(page: Any) -> None:
    open_map(page)
    colour = f"{VIEW}.map.getPaintProperty('water', 'background-color')"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    wait_for(page, f"{colour} !== '{light}'")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    wait_for(page, f"{colour} === '{light}'")


def test_nothing_is_cut_off_on_a_narrow_screen(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_map(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_without_webgl_the_list_still_serves(page: Any) -> None:
    page.add_init_script("delete window.WebGL2RenderingContext")
    open_map(page)
    assert "cannot draw the map" in page.locator("[data-canvas]").inner_text()
    assert listed(page) == count(page) > 0
    page.locator("[data-places] button").first.click()
    page.locator("[data-chosen] .told").first.wait_for()


def test_nothing_found_says_so(page: Any) -> None:
    open_map(page, "?q=zzyzzxq")
    assert count(page) == 0
    assert page.get_by_text("No claim").first.is_visible()


def test_a_place_is_picked_by_mouse_and_keyboard(page: Any) -> None:
    page.goto(f"{page.base}/about-nothing")
    page.evaluate(
        """async () => {
          const { pickPlace } = await import("/static/basemap.js");
          const box = document.createElement("div");
          box.style.height = "300px";
          document.querySelector("main").replaceChildren(box);
          const { places } = await (await fetch("/api/places?q=Hama,+Syria")).json();
          window.picked = [];
          await pickPlace(box, places, { chosen: 0, onPick: (place, index) => window.picked.push(index) });
        }"""
    )
    buttons = page.locator(".pick")
    assert buttons.count() >= 2
    assert buttons.nth(0).get_attribute("aria-pressed") == "true"
    assert buttons.nth(0).get_attribute("aria-label").startswith("1: Hama")
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    assert page.evaluate("picked") == [1]
    assert buttons.nth(1).get_attribute("aria-pressed") == "true"
    buttons.nth(0).click()
    assert page.evaluate("picked") == [1, 0]
