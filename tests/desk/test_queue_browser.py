"""The queue in a browser: the whole loop by keys alone, corrections, undo, missed claims, two people at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from serving import Served

from asreported.ledger import Ledger
from asreported.ledger.decisions import Decision
from asreported.ledger.query import Query
from asreported.records import Claim

WAIT = 10_000


def open_queue(page: Any, filter: str = "order=imported") -> str:
    """The queue under a filter; returns the key of the claim that is shown."""
    page.goto(f"{page.base}/queue?{filter}")
    return settled(page)


def settled(page: Any, other: str = "") -> str:
    """The key of the claim that is shown, once it is not `other`."""
    page.wait_for_function(
        "(other) => { const q = document.getElementById('work').queue; "
        "return q.item && q.item.key !== other && q.decider.claim?.key === q.item.key && !q.decider.busy }",
        arg=other,
        timeout=WAIT,
    )
    return str(page.evaluate("document.getElementById('work').queue.item.key"))


def of_address(page: Any) -> str:
    return parse_qs(urlsplit(page.url).query)["claim"][0]


def last(ledger: Ledger, key: str) -> Decision:
    return ledger.history(key)[-1]


def claim_of(ledger: Ledger, key: str) -> Claim:
    return ledger.kept([ledger.fetcher.number(key)])[0].claim


def with_figure(ledger: Ledger) -> str:
    return next(
        kept.key
        for kept in ledger.claims(Query(kinds=("killing",), limit=50)).kept
        if len(kept.claim.figures) == 1 and kept.claim.where and kept.claim.where.gazetteer_id
    )


def edit(page: Any) -> None:
    page.keyboard.press("e")
    page.wait_for_selector(".editor .places")


def save(page: Any) -> None:
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".editor", state="detached")


def test_ten_claims_are_decided_by_keys_alone(page: Any, ledger: Ledger) -> None:
    key, decided = open_queue(page), []
    for number, action in enumerate(["accept", "reject", "unsure", "accept", "accept"] * 2):
        assert of_address(page) == key
        if action == "accept":
            page.keyboard.press("a")
        else:
            page.keyboard.press(action[0])
            page.keyboard.type("a key is a letter here: raucz" if number < 5 else "")
            page.keyboard.press("Enter")
        decided.append((key, action, "a key is a letter here: raucz" if number < 5 and action != "accept" else ""))
        key = settled(page, key)
        assert page.evaluate("document.activeElement !== document.body")
    for key, action, why in decided:
        (decision,) = ledger.history(key)
        assert (decision.action, decision.why, decision.who) == (action, why, "A. Reader")
    assert ledger.log_head()[0] == 10
    assert len({key for key, _, _ in decided}) == 10


def test_what_is_said_is_said_aloud_and_what_is_left_is_counted(page: Any) -> None:
    key = open_queue(page)
    assert page.locator("#left").inner_text() == "232 left"
    page.keyboard.press("a")
    settled(page, key)
    page.wait_for_function("() => document.getElementById('left').textContent === '231 left'")
    assert "Accepted: " in page.locator("#toasts").inner_text()


def test_escape_leaves_the_reason_and_decides_nothing(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    page.keyboard.press("r")
    page.keyboard.type("perhaps")
    page.keyboard.press("Escape")
    assert page.locator("#why-field").count() == 0
    page.keyboard.press("c")
    page.keyboard.type("a comment")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.getElementById('work').queue.decider.claim.version === 1")
    assert [(one.action, one.why) for one in ledger.history(key)] == [("comment", "a comment")]
    assert settled(page) == key


def test_a_skipped_claim_is_left_for_later_and_a_reload_stays(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    page.keyboard.press("s")
    second = settled(page, key)
    page.reload()
    assert settled(page) == second == of_address(page)
    page.keyboard.press("a")
    settled(page, second)
    assert ledger.history(key) == []
    assert last(ledger, second).action == "accept"


def test_undo_thrice_leads_back_to_each_claim(page: Any, ledger: Ledger) -> None:
    keys = [open_queue(page)]
    for _ in range(3):
        page.keyboard.press("a")
        keys.append(settled(page, keys[-1]))
    for back in (2, 1, 0):
        page.keyboard.press("z")
        page.wait_for_function("(key) => document.getElementById('work').queue.item.key === key", arg=keys[back])
        settled(page)
    page.keyboard.press("z")
    page.get_by_text("There is nothing of this session to undo.").wait_for()
    for key in keys[:3]:
        assert [decision.action for decision in ledger.history(key)] == ["accept", "undo"]
        assert ledger.state(key).review == "unreviewed"


def test_looking_at_the_neighbours_decides_nothing(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    page.keyboard.press("j")
    second = settled(page, key)
    page.keyboard.press("j")
    third = settled(page, second)
    page.keyboard.press("k")
    assert settled(page, third) == second
    assert ledger.log_head()[0] == 0
    page.keyboard.press("a")
    assert settled(page, second) == key
    assert last(ledger, second).action == "accept"


def test_history_is_shown_and_the_help_lists_the_keys(page: Any) -> None:
    key = open_queue(page)
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    settled(page, key)
    page.keyboard.press("z")
    page.wait_for_function("(key) => document.getElementById('work').queue.item.key === key", arg=key)
    settled(page)
    page.keyboard.press("h")
    page.locator("#log li.undone").wait_for()
    assert "undone by A. Reader" in page.locator("#log").inner_text()
    page.keyboard.press("?")
    listed = page.locator("#help tbody").inner_text()
    for word in ("Accept", "Correct", "Reject", "Unsure", "Skip", "Undo", "Comment", "History", "open in the reader"):
        assert word in listed


def test_the_reader_opens_at_the_claim_and_back_leads_here(page: Any) -> None:
    key = open_queue(page)
    page.keyboard.press("o")
    page.wait_for_url("**/reports/**")
    assert of_address(page) == key.split(":")[1]
    page.go_back()
    assert settled(page) == key


# ---- correcting --------------------------------------------------------------------------


def test_the_end_of_a_span_moves_by_shift_and_arrows(page: Any, ledger: Ledger) -> None:
    key = with_figure(ledger)
    before = claim_of(ledger, key)
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("[data-row=trigger]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.editor').getAttribute('aria-busy') === 'false'")
    save(page)
    settled(page, key)
    value = last(ledger, key).value
    assert set(value) <= {"trigger", "evidence"}
    text = ledger.text(key.split(":")[0])
    trigger = value["trigger"]
    assert trigger["start"] == before.trigger.start
    assert trigger["text"] == text[trigger["start"] : trigger["end"]]
    assert trigger["text"].startswith(before.trigger.text + " ")
    assert len(trigger["text"].split()) == len(before.trigger.text.split()) + 1


def test_escape_gives_the_words_back_that_were_there(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    edit(page)
    page.locator("[data-row=trigger]").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    assert page.locator("[data-row=trigger]").inner_text() == f"“{claim_of(ledger, key).trigger.text}”"
    page.keyboard.press("Control+Enter")
    page.get_by_text("Nothing was changed.").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_selector(".editor", state="detached")
    assert ledger.log_head()[0] == 0


def drag(page: Any, words: str) -> None:
    """Selects `words` of the text with the mouse."""
    box = page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.querySelector('#text .text'), NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(node, at);
            range.setEnd(node, at + words.length);
            range.startContainer.parentElement.scrollIntoView({block: 'center'});
            const { left, right, top, bottom } = range.getBoundingClientRect();
            return { left, right, y: (top + bottom) / 2 };
          }
        }""",
        words,
    )
    page.mouse.move(box["left"] + 1, box["y"])
    page.mouse.down()
    page.mouse.move(box["right"] - 1, box["y"], steps=4)
    page.mouse.up()


def test_a_span_is_drawn_anew_with_the_mouse(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)  # "battle" in the title of the first report
    edit(page)
    page.locator("[data-row=role1]").click()
    drag(page, "nine villages")
    page.wait_for_function("() => document.querySelector('[data-row=role1]').textContent === '“nine villages”'")
    page.wait_for_function("() => document.querySelector('.editor').getAttribute('aria-busy') === 'false'")
    save(page)
    settled(page, key)
    value = last(ledger, key).value
    assert [role["text"] for role in value["roles"]] == ["Iraq", "nine villages"]
    assert claim_of(ledger, key).where is None or claim_of(ledger, key).where != claim_of(ledger, key).roles[1]


def test_words_are_added_with_a_role_and_read_by_the_rules(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    edit(page)
    drag(page, "nine villages")
    page.locator("#picked-part").select_option("figure")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#edit-low0").wait_for()
    assert page.locator("#edit-low0").input_value() == "9"
    assert page.locator("#edit-unit0").input_value() == "settlements"
    save(page)
    settled(page, key)
    value = last(ledger, key).value
    assert (value["figures"][0]["low"], value["figures"][0]["high"]) == (9, 9)
    assert value["roles"][-1]["role"] == "figure"


def test_a_number_is_changed_and_its_high_side_opened(page: Any, ledger: Ledger) -> None:
    key = with_figure(ledger)
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("#edit-low0").fill("12")
    page.locator("#edit-high0").fill("")
    page.locator("#edit-qualifier0").fill("at least")
    save(page)
    settled(page, key)
    decision, read = last(ledger, key), claim_of(ledger, key).figures[0]
    assert set(decision.value) == {"figures"}
    assert (read.low, read.high, read.qualifier, read.rule) == (12, None, "at least", "by a person")


def test_turned_round_bounds_are_told_at_the_field(page: Any, ledger: Ledger) -> None:
    key = with_figure(ledger)
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("#edit-low0").fill("9")
    page.locator("#edit-high0").fill("3")
    page.keyboard.press("Control+Enter")
    message = page.get_by_role("region", name="How many").get_by_role("alert")
    message.wait_for()
    assert "3" in message.inner_text()
    assert ledger.history(key) == []


def test_days_are_changed_and_set_back(page: Any, ledger: Ledger) -> None:
    key = with_figure(ledger)
    read = claim_of(ledger, key).when
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("#edit-from").fill("2017-03-01")
    page.locator("#edit-to").fill("")
    page.locator("#edit-from").fill("2017-03-02")
    save(page)
    settled(page, key)
    when = claim_of(ledger, key).when
    assert when is not None
    assert (str(when.start), when.end) == ("2017-03-02", None)
    page.goto(f"{page.base}/queue?review=corrected&claim={key}")
    settled(page)
    page.locator("dl.corrected").wait_for()
    assert "corrected to:" in page.locator("#card").inner_text()
    edit(page)
    page.get_by_role("button", name="Set back: When").click()
    save(page)
    page.wait_for_function("() => document.getElementById('toasts').textContent.includes('Corrected')")
    assert claim_of(ledger, key).when == read


def test_another_place_is_chosen_by_keys(page: Any, ledger: Ledger) -> None:
    key = with_figure(ledger)
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("#edit-place").fill("Hama, Syria")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.name === 'edit-places'")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    name = page.locator(".places li:has(input:checked) bdi").inner_text()
    save(page)
    settled(page, key)
    where = claim_of(ledger, key).where
    assert where is not None
    assert (where.name, where.country, where.rule) == (name, "SY", "by a person")
    assert set(last(ledger, key).value) == {"where"}


def test_a_place_is_chosen_on_the_map(page: Any, ledger: Ledger) -> None:
    key = with_figure(ledger)
    open_queue(page, f"order=imported&claim={key}")
    edit(page)
    page.locator("#edit-place").fill("Hama, Syria")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.name === 'edit-places'")
    number = int(page.evaluate("document.activeElement.value")) + 1
    marker = page.locator(f".pick-map .pick[aria-label^='{number}:']")
    page.locator(".pick-map").scroll_into_view_if_needed()
    marker.wait_for(timeout=60_000)
    marker.focus()
    page.keyboard.press("Enter")
    save(page)
    settled(page, key)
    where = claim_of(ledger, key).where
    assert where is not None
    assert where.country == "SY"


def test_kind_and_status_are_changed(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    edit(page)
    page.locator("#edit-status").select_option("denied")
    page.locator("#edit-why").fill("denied in the next sentence")
    save(page)
    settled(page, key)
    assert (last(ledger, key).value, last(ledger, key).why) == ({"status": "denied"}, "denied in the next sentence")


# ---- missed claims -----------------------------------------------------------------------


def test_a_missed_claim_is_added_by_keys(page: Any, ledger: Ledger) -> None:
    key = open_queue(page)
    page.keyboard.press("m")
    page.wait_for_selector(".editor .places")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("#edit-kind").select_option("protest")
    page.wait_for_function("() => document.querySelector('.editor').getAttribute('aria-busy') === 'false'")
    trigger = page.locator("[data-row=trigger]").inner_text().strip("“”")
    save(page)
    added = settled(page, key)
    claim = claim_of(ledger, added)
    assert (claim.kind, claim.trigger.text, last(ledger, added).action) == ("protest", trigger, "accept")
    assert added.split(":")[0] == key.split(":")[0]
    assert ledger.state(added).review == "accepted"


def test_selected_words_are_the_trigger_of_a_missed_claim(page: Any, ledger: Ledger) -> None:
    open_queue(page)
    drag(page, "television")
    page.keyboard.press("m")
    page.wait_for_selector(".editor .places")
    assert page.locator("[data-row=trigger]").inner_text() == "“television”"
    assert page.locator("[data-row=trigger]").get_attribute("aria-pressed") == "false"


# ---- two people --------------------------------------------------------------------------


@pytest.mark.parametrize("insist", [False, True])
def test_who_comes_second_sees_both_and_chooses(page: Any, ledger: Ledger, insist: bool) -> None:
    key = open_queue(page)
    ledger.decide(key, "accept", who="B. Second", why="plain")
    page.keyboard.press("r")
    page.keyboard.type("no such thing")
    page.keyboard.press("Enter")
    dialog = page.locator("dialog.conflict")
    dialog.wait_for()
    told = dialog.inner_text()
    assert "accept by B. Second" in told
    assert "ago" in told
    assert "no such thing" in told
    assert len(ledger.history(key)) == 1
    page.keyboard.press("y" if insist else "l")
    if insist:
        settled(page, key)
        assert [(one.action, one.who) for one in ledger.history(key)] == [
            ("accept", "B. Second"),
            ("reject", "A. Reader"),
        ]
    else:
        page.wait_for_function("() => document.getElementById('work').queue.decider.claim.version === 1")
        assert "accepted" in page.locator("#card .state").inner_text()
        assert len(ledger.history(key)) == 1


def test_two_browsers_get_different_claims_and_one_conflict(page: Any, served: Served, ledger: Ledger) -> None:
    key = open_queue(page)
    context = page.context.browser.new_context()
    context.add_cookies([{"name": f"{served.desk.access.cookie}_who", "value": "B.%20Second", "url": served.base}])
    other = context.new_page()
    other.goto(served.address)
    other.base = page.base
    assert open_queue(other) != key
    other.goto(f"{page.base}/queue?claim={key}")
    assert settled(other) == key
    other.keyboard.press("a")
    settled(other, key)
    page.keyboard.press("u")
    page.keyboard.press("Enter")
    page.locator("dialog.conflict").wait_for()
    assert "accept by B. Second" in page.locator("dialog.conflict").inner_text()
    context.close()
    assert [one.who for one in ledger.history(key)] == ["B. Second"]


# ---- the reader --------------------------------------------------------------------------


def test_in_the_reader_the_selected_claim_is_decided_on(page: Any, ledger: Ledger) -> None:
    key = next(kept.key for kept in ledger.kept([1]))
    report, id = key.split(":")
    page.goto(f"{page.base}/reports/{report}?claim={id}")
    page.locator(".card.current .acts").wait_for()
    page.wait_for_function("() => !document.querySelector('.card.current [data-act=accept]').disabled")
    page.keyboard.press("a")
    page.wait_for_function("() => document.querySelector('.card.current .state .tag').textContent === 'accepted'")
    assert last(ledger, key).action == "accept"
    page.wait_for_function("() => document.querySelector('.card.current [data-act=accept]')?.disabled === false")
    page.keyboard.press("z")
    page.wait_for_function("() => document.querySelector('.card.current .state .tag').textContent === 'unreviewed'")
    assert ledger.state(key).review == "unreviewed"


def test_in_the_reader_a_missed_claim_is_added(page: Any, ledger: Ledger) -> None:
    report, id = next(kept.key for kept in ledger.kept([1])).split(":")
    page.goto(f"{page.base}/reports/{report}?claim={id}")
    page.wait_for_function("() => document.querySelector('.card.current [data-act=accept]')?.disabled === false")
    page.keyboard.press("m")
    page.wait_for_selector(".editor .places")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.editor').getAttribute('aria-busy') === 'false'")
    save(page)
    page.wait_for_function("() => document.querySelector('.card.current .state .tag')?.textContent === 'accepted'")
    added = page.evaluate("document.querySelector('.card.current').dataset.id")
    assert ledger.state(f"{report}:{added}").review == "accepted"


def test_the_queue_has_nothing_that_axe_calls_serious(page: Any, ledger: Ledger) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()

    def grave() -> list[str]:
        return [v["id"] for v in axe.run(page).response["violations"] if v["impact"] in ("serious", "critical")]

    open_queue(page, f"order=imported&claim={with_figure(ledger)}")
    assert grave() == []
    page.keyboard.press("r")
    assert grave() == []
    page.keyboard.press("Escape")
    edit(page)
    assert grave() == []
