"""The reader in a browser: keys, clicks, addresses, offsets of a selection, two reports, narrow screens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from made_reports import ARMY, Maker, arabic_reading, bridge_reading
from serving import Served

from asreported.desk.reading import MOST_CARDS
from asreported.desk.shown import show_report
from asreported.ledger import Ledger
from asreported.records import Reading, make_report

SELECT = """([from, to]) => {
  const walk = (offset) => {
    const walker = document.createTreeWalker(document.querySelector('.text'), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(), at = 0; node; node = walker.nextNode()) {
      const size = [...node.data].length;
      if (offset <= at + size) return [node, [...node.data].slice(0, offset - at).join('').length];
      at += size;
    }
  };
  const range = document.createRange();
  range.setStart(...walk(from));
  range.setEnd(...walk(to));
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return document.querySelector('.reader').reader.article.offsets(getSelection());
}"""
"""Selects code points of the text as a person would with the mouse, and asks for their offsets."""

DOM = """() => [...document.querySelectorAll('.text .line')].map((line) => [...line.childNodes].map((node) =>
  node.nodeType === 3 ? node.data : [node.tagName, node.className, {...node.dataset}, node.getAttribute('href'),
  node.title, node.getAttribute('tabindex'), node.textContent]))"""


def keep(ledger: Ledger, reading: Reading) -> str:
    return ledger.add(reading, reading.report.text.encode()).report_key


def key_of(ledger: Ledger, title: str) -> str:
    return str(ledger.database.rows("SELECT key FROM reports WHERE title LIKE ?", (f"%{title}%",))[0][0])


def emoji_reading() -> Reading:
    """Letters that are two units in a script, combined ones, and Arabic, before, in and behind the words of claims."""
    first = "🕊️ The army 𝔸𝔹 shelled the mar\u0301ket 👩‍👩‍👧 on Tuesday."
    second = "قال المجلس 🇮🇶 إن الجيش غادر دار ساحة."
    make = Maker(make_report(id="emoji", title="🔥 Fire in Kelmar 🔥", body=f"{first}\n \n{second}", published="2018"))
    make.claim("shelling", "actual", first, "shelled", roles={"actor": [("army 𝔸𝔹", ARMY)]})
    make.claim("withdrawal", "actual", second, "غادر", sources=(make.source("المجلس 🇮🇶", "قال"),))
    return make.reading()


def read(page: Any, key: str, more: str = "") -> None:
    page.goto(f"{page.base}/reports/{key}{more}")
    page.wait_for_selector(".reader.live")


def current(page: Any) -> str | None:
    found: str | None = page.evaluate("document.querySelector('.reader').reader.article.current")
    return found


# ---- offsets -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reading", [bridge_reading(), arabic_reading(), emoji_reading()], ids=["bridge", "arabic", "emoji"]
)
def test_a_selection_is_told_in_code_points_of_the_text(page: Any, ledger: Ledger, reading: Reading) -> None:
    key = keep(ledger, reading)
    read(page, key)
    text = reading.report.text
    points = range(0, len(text), 5)
    for start, end in [(a, b) for a in points for b in (a + 3, a + 17, len(text)) if a < b <= len(text)]:
        words = text[start:end].strip()
        found = page.evaluate(SELECT, [start, end])
        if not words:
            assert found is None
            continue
        assert found["text"] == words == text[found["start"] : found["end"]]
        assert start <= found["start"] and found["end"] <= end


def test_a_selection_that_goes_beyond_the_text_ends_with_it(page: Any, ledger: Ledger) -> None:
    read(page, key := keep(ledger, bridge_reading()))
    found = page.evaluate("""() => {
      getSelection().selectAllChildren(document.querySelector('main'));
      return document.querySelector('.reader').reader.article.offsets(getSelection());
    }""")
    text = ledger.text(key)
    assert (found["start"], found["end"], found["text"]) == (0, len(text), text)
    outside = page.evaluate("""() => {
      getSelection().selectAllChildren(document.querySelector('.facts'));
      return document.querySelector('.reader').reader.article.offsets(getSelection());
    }""")
    assert outside is None


def test_a_selection_can_be_drawn_with_the_mouse_from_within_a_trigger(page: Any, ledger: Ledger) -> None:
    read(page, key := keep(ledger, bridge_reading()))
    page.locator("a.t", has_text="shelled").scroll_into_view_if_needed()
    box = page.locator("a.t", has_text="shelled").bounding_box()
    y = box["y"] + 12
    page.mouse.move(box["x"] + box["width"] - 30, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 40, y, steps=8)
    page.mouse.up()
    found = page.evaluate("document.querySelector('.reader').reader.article.offsets(getSelection())")
    assert found and ledger.text(key)[found["start"] : found["end"]] == found["text"]
    assert "shelled".endswith(found["text"].split()[0]) and len(found["text"].split()) > 1
    assert current(page) is None  # selecting words selects no claim
    page.locator("a.t", has_text="shelled").click()
    assert current(page) and page.locator("a.t", has_text="shelled").get_attribute("href")


# ---- drawing -----------------------------------------------------------------------------


def test_the_script_draws_the_text_as_the_desk_does(page: Any, ledger: Ledger) -> None:
    for key in (keep(ledger, bridge_reading()), keep(ledger, emoji_reading()), key_of(ledger, "One street")):
        ids = [told.kept.claim.id for told in show_report(ledger, key).claims]
        for id in (None, ids[0], ids[-1]):
            page.request.get(page.base)
            plain = page.context.new_page()
            plain.route("**/*.js", lambda route: route.abort())
            plain.goto(f"{page.base}/reports/{key}" + (f"?claim={id}" if id else ""))
            by_desk = plain.evaluate(DOM)
            plain.close()
            read(page, key, f"?claim={id}" if id else "")
            page.evaluate("document.querySelector('.reader').reader.article.draw()")
            assert page.evaluate(DOM) == by_desk
            assert page.evaluate("document.querySelector('.text').textContent") == ledger.text(key)


def test_an_editors_marks_stand_in_place_of_the_claims_words(page: Any, ledger: Ledger) -> None:
    key = keep(ledger, emoji_reading())
    read(page, key, f"?claim={show_report(ledger, key).claims[0].kept.claim.id}")
    start = ledger.text(key).index("mar\u0301ket")
    spans = [{"start": start, "end": start + 7, "part": "target"}]
    page.evaluate("(spans) => document.querySelector('.reader').reader.article.mark(spans)", spans)
    (marked,) = page.locator(".text .sel").all()
    assert marked.text_content() == "mar\u0301ket" and marked.get_attribute("data-l") == "whom"
    page.evaluate("document.querySelector('.reader').reader.article.clearMarks()")
    assert page.locator(".text .sel").all_text_contents() == ["army 𝔸𝔹"]


# ---- selecting ---------------------------------------------------------------------------


def test_keys_go_from_claim_to_claim_and_the_address_keeps_step(page: Any, ledger: Ledger) -> None:
    key = key_of(ledger, "One street")
    ids = [told.kept.claim.id for told in show_report(ledger, key).claims]
    read(page, key)
    for n in range(3):
        page.keyboard.press("j")
        assert current(page) == ids[n]
        assert page.locator(".card:visible").get_attribute("data-id") == ids[n]
        assert page.url.endswith(f"?claim={ids[n]}")
    page.keyboard.press("k")
    assert current(page) == ids[1] and "2 of 27" in page.locator(".steps .where").text_content()
    page.keyboard.press("Escape")
    assert current(page) is None and "claim=" not in page.url
    page.keyboard.press("k")
    assert current(page) == ids[-1]
    assert page.locator(".t.selected").first.evaluate(
        "(e) => { const b = e.getBoundingClientRect(); return b.top > 0 && b.bottom < innerHeight; }"
    )


def test_a_click_on_a_trigger_of_several_claims_shows_one_after_the_other(page: Any, ledger: Ledger) -> None:
    read(page, keep(ledger, bridge_reading()))
    kinds = []
    for _ in range(3):
        page.locator("a.t", has_text="shelled").click()
        kinds.append(page.locator(".card:visible .name bdi").first.text_content())
    assert kinds == ["shelling", "destruction", "shelling"] or kinds == ["destruction", "shelling", "destruction"]


def test_an_address_selects_a_claim(page: Any, ledger: Ledger) -> None:
    key = key_of(ledger, "One street")
    ids = [told.kept.claim.id for told in show_report(ledger, key).claims]
    read(page, key, f"?claim={ids[20]}")
    assert current(page) == ids[20] and page.locator(".t.selected").first.is_visible()
    read(page, key_of(ledger, "Coalition"))
    read(page, key, f"#c-{ids[4]}")
    assert current(page) == ids[4]


def test_a_row_of_the_card_shows_its_words(page: Any, ledger: Ledger) -> None:
    read(page, keep(ledger, bridge_reading()))
    page.keyboard.press("j")
    row = page.locator(".card:visible .rows > div", has_text="how many")
    row.hover()
    assert "".join(page.locator(".text .hit").all_text_contents()) == "up to 1,000"
    page.mouse.move(5, 400)
    assert page.locator(".text .hit").count() == 0
    row.locator("button.words").focus()
    assert "".join(page.locator(".text .hit").all_text_contents()) == "up to 1,000"


def test_claims_are_left_out_and_the_address_says_so(page: Any, ledger: Ledger) -> None:
    key = keep(ledger, bridge_reading())
    read(page, key)
    page.locator("input[value=killing]").uncheck()
    assert page.locator("a.t", has_text="killed").count() == 0
    assert "6 of 7 claims" in page.locator(".shown-count").text_content()
    assert "hide=kind%3Akilling" in page.url
    page.reload()
    page.wait_for_selector(".reader.live")
    assert page.locator("a.t", has_text="killed").count() == 0
    kinds = set()
    for _ in range(6):
        page.keyboard.press("j")
        kinds.add(page.locator(".card:visible .name bdi").first.text_content())
    assert len(kinds) == 6 and "killing" not in kinds
    page.locator("input[value=possible]").uncheck()
    assert page.locator("a.t", has_text="talks").count() == 0


def test_the_last_place_is_offered(page: Any, ledger: Ledger) -> None:
    key = key_of(ledger, "One street")
    read(page, key)
    with page.expect_response(f"**/reports/{key}/place"):
        for _ in range(4):
            page.keyboard.press("j")
    read(page, key)
    page.get_by_text("Go on there").click()
    assert "4 of 27" in page.locator(".steps .where").text_content()
    assert page.locator("[data-go]").count() == 0


def test_a_changed_claim_is_shown_as_it_is_now(page: Any, ledger: Ledger, served: Served) -> None:
    key = keep(ledger, bridge_reading())
    kept = next(told.kept for told in show_report(ledger, key).claims if told.kept.claim.kind == "talks")
    read(page, key, f"?claim={kept.claim.id}")
    with served.desk.ledgers.writing() as writing:
        writing.decide(kept.key, "correct", value={"kind": "killing", "status": "denied"}, who="B. Second")
    page.evaluate(
        """(id) => document.querySelector('.reader')
      .dispatchEvent(new CustomEvent('claim-changed', { detail: { id } }))""",
        kept.claim.id,
    )
    page.wait_for_selector(".card.current .tag.corrected")
    assert page.locator(".t.selected").get_attribute("class").startswith("t u1-harm")
    assert "B. Second" in page.locator(".card:visible .state").text_content()


def test_other_accounts_appear_with_the_claim(page: Any, ledger: Ledger) -> None:
    here = show_report(ledger, key_of(ledger, "One street"))
    there = {told.kept.incident for told in show_report(ledger, key_of(ledger, "Coalition completes")).claims}
    claim = next(told.kept.claim for told in here.claims if told.kept.incident and told.kept.incident in there)
    read(page, here.report.key, f"?claim={claim.id}")
    page.wait_for_selector(".card.current .tellings")
    page.locator(".card.current .beside").first.click()
    page.wait_for_selector(".beside .reading")
    assert f"claim={claim.id}" in page.url


def test_the_strip_has_a_mark_for_each_claim_that_leads_to_it(page: Any, ledger: Ledger) -> None:
    key = key_of(ledger, "One street")
    read(page, key)
    marks = page.locator(".mini rect:not(.window)")
    assert marks.count() == 27
    marks.nth(20).click()
    assert current(page) == show_report(ledger, key).claims[20].kept.claim.id
    assert page.locator(".mini rect.chosen").count() == 1


# ---- side by side ------------------------------------------------------------------------


def test_the_other_side_follows(page: Any, ledger: Ledger) -> None:
    here, there = key_of(ledger, "One street"), key_of(ledger, "Coalition completes")
    page.goto(f"{page.base}/reports/{here}?beside={there}")
    page.wait_for_selector(".differs")
    page.keyboard.press("j")
    left, right = page.locator("[data-side=here] .t.selected"), page.locator("[data-side=there] .t.selected")
    assert left.count() and right.count() and page.locator(".shared.current").count() == 1
    pairs = json.loads(page.locator("[data-pairs]").get_attribute("data-pairs"))
    chosen = show_report(ledger, here).claims
    id = page.url.partition("claim=")[2]
    assert id in pairs["here"] and any(told.kept.claim.id == id for told in chosen)
    page.locator("[data-side=there] a.t", has_text="died").first.click()
    assert "died" in right.first.text_content()
    frame = page.locator("[data-side=here]").bounding_box()
    box = left.first.bounding_box()
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
    marked = page.locator("[data-side=here] .differs").all_text_contents()
    assert {"240", "160", "61"} <= set(marked)


# ---- for everybody -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    ["/", "/reports/{a}", "/reports/{a}?claim={claim}", "/reports/{a}?beside={b}", "/reports/{arabic}"],
)
@pytest.mark.parametrize("width", [320, 390, 640, 1280])
def test_nothing_is_wider_than_the_screen(page: Any, ledger: Ledger, address: str, width: int) -> None:
    here, there = key_of(ledger, "One street"), key_of(ledger, "Coalition completes")
    arabic = keep(ledger, arabic_reading())
    claim = show_report(ledger, here).claims[4].kept.claim.id
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(page.base + address.format(a=here, b=there, claim=claim, arabic=arabic))
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_narrow_screen_the_card_is_a_sheet_below_the_words(page: Any, ledger: Ledger) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    read(page, key_of(ledger, "One street"))
    for _ in range(14):
        page.keyboard.press("j")
    page.wait_for_timeout(100)
    sheet, trigger = page.locator(".panel").bounding_box(), page.locator(".t.selected").first.bounding_box()
    assert sheet["y"] + sheet["height"] <= 845 and sheet["y"] > 300
    assert trigger["y"] >= 0 and trigger["y"] + trigger["height"] <= sheet["y"]


def test_arabic_lines_run_from_the_right(page: Any, ledger: Ledger) -> None:
    read(page, keep(ledger, emoji_reading()))
    directions = page.evaluate(
        "[...document.querySelectorAll('.text .line')].map((line) => getComputedStyle(line).direction)"
    )
    assert directions == ["ltr", "ltr", "rtl"]
    page.locator("a.t", has_text="غادر").click()
    assert page.locator(".text .sel.said").first.get_attribute("data-l") == "according to"


def test_without_a_script_the_claims_are_listed(browser: Any, served: Served, ledger: Ledger) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(served.address)
    key = keep(ledger, bridge_reading())
    page.goto(f"{served.base}/reports/{key}")
    assert page.locator(".card:visible").count() == 7
    page.locator("a.t", has_text="talks").click()
    assert "claim=" in page.url and page.locator(".t.selected").text_content() == "talks"
    context.close()


def test_print_shows_every_card(page: Any, ledger: Ledger) -> None:
    read(page, keep(ledger, bridge_reading()))
    page.keyboard.press("j")
    page.emulate_media(media="print")
    assert page.locator(".card:visible").count() == 7 and not page.locator(".legend").is_visible()
    assert page.locator(".card .words").first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".about code").first.is_visible()


def long_reading(paragraphs: int) -> Reading:
    """More claims than come with a page."""
    lines = [f"Paragraph {n}: the army shelled market{n} and killed people{n}." for n in range(paragraphs)]
    make = Maker(make_report(id="long", title="A long report", body="\n\n".join(lines), published="2018"))
    for n, line in enumerate(lines):
        make.claim("shelling", "actual", line, "shelled", roles={"target": [(f"market{n}", None)]})
    return make.reading()


def test_cards_of_a_long_report_are_fetched_when_their_words_are_selected(page: Any, ledger: Ledger) -> None:
    read(page, keep(ledger, long_reading(MOST_CARDS + 20)))
    assert page.locator(".card").count() == MOST_CARDS
    page.keyboard.press("k")
    page.wait_for_selector(".card.current")
    assert page.locator(".card:visible .words").all_text_contents() == [f"“market{MOST_CARDS + 19}”".strip("“”")]
    assert f"{MOST_CARDS + 20} of {MOST_CARDS + 20}" in page.locator(".steps .where").text_content()
    assert page.locator(".t.selected").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", "/reports/{a}?claim={claim}", "/reports/{a}?beside={b}&claim={claim}"])
def test_axe_finds_nothing_serious(page: Any, ledger: Ledger, address: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    here, there = key_of(ledger, "One street"), key_of(ledger, "Coalition completes")
    claim = show_report(ledger, here).claims[4].kept.claim.id
    page.emulate_media(color_scheme=scheme)
    page.goto(page.base + address.format(a=here, b=there, claim=claim))
    page.wait_for_load_state("networkidle")
    found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
