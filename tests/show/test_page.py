"""The page as a parser sees it: complete, linked within itself, and free of whatever a report smuggles in."""

import base64
import hashlib
import json
import re
from collections import Counter

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree, html
from made_reports import arabic_reading, bridge_reading, empty_reading, hostile_reading, hostile_refusal

from asreported.records import Refusal
from asreported.show.page import render_page
from asreported.show.reader import FAMILIES, esc, family_of

REFUSAL = Refusal(origin="in/photo.bin", reason="binary", message="The input is not text.")
READINGS = [bridge_reading(), arabic_reading(), empty_reading()]

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" autofocus onfocus="alert(1)',
    "</mark></pre></blockquote><iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://a.example/"onclick=alert(1)//',
    "https://a.example/<b>",
    "http://[",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#x3c;script&#x3e;",
    "<!--",
    "--><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "\u202e<b>\x00\x1b[31m\ud800",
    "a\nb\r\nc\u2028d",
    "<p\nonclick=alert(1)>",
]


def shape(page: str) -> Counter:
    """Which elements there are, with the names of their attributes."""
    return Counter((element.tag, *sorted(element.attrib)) for element in html.fromstring(page).iter(etree.Element))


def text_of(page: str, path: str) -> list[str]:
    return [" ".join(node.text_content().split()) for node in html.fromstring(page).xpath(path)]


# ---- what is shown -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> str:
    return render_page(READINGS, [REFUSAL])


@pytest.fixture(scope="module")
def tree(page):
    return html.fromstring(page)


def test_the_text_of_each_report_is_whole(page):
    for number, reading in enumerate(READINGS, 1):
        lines = [line for line in reading.report.text.split("\n") if line]
        head = f"//*[@id='r{number}']//h2" if reading.report.title else "//nothing"
        assert text_of(page, f"{head} | //*[@id='r{number}']/div[@class='text']/p") == lines


def test_every_trigger_is_a_link_to_its_card_and_back(tree):
    for number, reading in enumerate(READINGS, 1):
        for n, claim in enumerate(reading.claims, 1):
            (card,) = tree.xpath(f"//*[@id='r{number}c{n}']")
            (back,) = card.xpath(".//a[@class='number']/@href")
            (anchor,) = tree.xpath(f"//*[@id='{back[1:]}']")
            assert anchor.text_content() == claim.trigger.text
            assert f"{n}:trigger" in anchor.get("data-m").split()


def test_ids_are_unique_and_every_link_within_the_page_has_a_goal(tree):
    ids = Counter(tree.xpath("//@id"))
    assert max(ids.values()) == 1
    goals = {href[1:] for href in tree.xpath("//@href") if href.startswith("#")}
    assert goals
    assert goals <= set(ids)


def test_two_claims_of_one_trigger_are_stacked(tree):
    (trigger,) = tree.xpath("//a[text()='shelled']")
    assert trigger.get("class").split() == ["t", "u1-fighting", "u2-harm"]
    assert trigger.get("data-g") == FAMILIES["fighting"] + FAMILIES["harm"]
    assert "claim 4: shelling, actual; claim 5: destruction, actual" in trigger.get("title")


def test_overlapping_words_carry_all_their_parts(tree):
    (piece,) = tree.xpath("//*[@id='r1']/div//span[text()='the Kelmar bridge']")
    assert piece.get("data-m").split() == ["6:target", "6:place"]
    assert {"2:target", "2:figure"} <= set(tree.xpath("//span[text()='At least 12']/@data-m")[0].split())


def test_the_offsets_of_pieces_lead_to_their_words(tree):
    text = READINGS[0].report.text
    pieces = tree.xpath("//*[@id='r1']//*[@data-m]")
    assert len(pieces) > 15
    for piece in pieces:
        assert text[int(piece.get("data-o")) :].startswith(piece.text_content())


def test_each_value_points_at_its_own_words(tree):
    text = READINGS[0].report.text
    for row in tree.xpath("//*[@id='r1']//div[@data-at]"):
        start, end = map(int, row.get("data-at").split("-"))
        assert row.xpath("string(.//q)") == text[start:end]


def test_no_data_of_a_claim_is_lost_without_script(tree):
    for number, reading in enumerate(READINGS, 1):
        for n, claim in enumerate(reading.claims, 1):
            record = tree.xpath(f"string(//*[@id='r{number}c{n}']//pre)")
            assert json.loads(record) == json.loads(msgspec.json.encode(claim))


def test_the_card_tells_value_rule_and_confidence(page):
    (card,) = text_of(page, "//*[@id='r1c1']")
    for words in ("on Tuesday → 2017-02-28", "rule weekday-before", "confidence 93%", "Abel Tarn", "said"):
        assert words in card


def test_filters_count_their_claims(page):
    boxes = text_of(page, "//fieldset//li")
    assert "▲ shelling 1" in boxes
    assert "actual 7" in boxes
    assert "The Made-Up Courier itself 4" in boxes
    assert "someone unnamed 1" in boxes


def test_filters_and_keys_are_hidden_where_no_script_runs(tree):
    assert all("hidden" in element.attrib for element in tree.xpath("//*[@class='filters' or @class='keys']"))


def test_reports_are_listed_and_refusals_named(page):
    assert text_of(page, "//nav//ol/li") == ["Front holds Kelmar bridge 7", "council 1", "empty 0"]
    assert text_of(page, "//nav//ul/li[contains(., 'photo')]") == ["in/photo.bin: binary: The input is not text."]


def test_a_page_of_nothing_is_a_page():
    assert "No report was read" in render_page([], [REFUSAL])
    assert "No claims were found" in render_page([empty_reading()])


def test_text_from_right_to_left_finds_its_own_direction(tree):
    paragraphs = tree.xpath("//*[@id='r2']//p[@dir='auto']")
    assert READINGS[1].report.text.split("\n")[1] in [p.text_content() for p in paragraphs]
    assert tree.xpath("//bdi[text()='صحيفة المثال']")


def test_every_family_has_a_shape_and_a_colour(page):
    one_each = ("shelling", "killing", "detention", "siege", "strength", "aid", "talks")
    assert [family_of(kind) for kind in one_each] == list(FAMILIES)
    assert len(set(FAMILIES.values())) == len(FAMILIES)
    for family in FAMILIES:
        assert page.count(f"--{family}: ") >= 2, "one for light, one for dark"


def test_the_same_readings_give_the_same_page(page):
    assert render_page([bridge_reading(), arabic_reading(), empty_reading()], [REFUSAL]) == page


# ---- what must not get through -----------------------------------------------------------


def test_the_policy_forbids_all_but_the_two_blocks_it_names(page, tree):
    policy = tree.xpath("//meta[@http-equiv]/@content")[0]
    directives = dict(part.split(None, 1) for part in policy.split("; "))
    assert directives["default-src"] == directives["base-uri"] == directives["form-action"] == "'none'"
    assert "unsafe" not in policy
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        (block,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert directives[name] == f"'sha256-{digest}'"


def test_the_page_asks_for_nothing_outside_itself(page, tree):
    assert not tree.xpath("//@src | //link | //@style | //@*[starts-with(name(), 'on')]")
    assert not re.search(r"url\(|@import|fetch\(|XMLHttpRequest|innerHTML|eval\(", page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_element_or_attribute_arises_from_data(payload):
    """A page of the payload has the elements of a page of harmless text with as many lines."""
    harmless = re.sub(r"[^\n]", "x", payload)
    hostile = render_page([hostile_reading(payload)], [hostile_refusal(payload)])
    expected = render_page([hostile_reading(harmless)], [hostile_refusal(harmless)])
    got, want = shape(hostile), shape(expected)
    if payload.startswith("https://"):  # none of these is a clean address
        assert not html.fromstring(hostile).xpath("//a[@target]")
    assert got == want


def test_a_clean_address_is_a_link_that_tells_nobody_where_it_was_clicked(tree):
    (link,) = tree.xpath("//a[@target]")
    assert link.get("href") == "https://courier.example/bridge"
    assert set(link.get("rel").split()) == {"noreferrer", "noopener"}


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " https://a.example",
        "https://a.example/\n",
        "ftp://a.example",
        "//a.example",
        "https:a.example",
        "https://",
        "http://[::1",
        "https://a.example/\u202egpj.exe",
        "file:///etc/passwd",
    ],
)
def test_other_addresses_are_text(url):
    reading = bridge_reading()
    report = msgspec.structs.replace(reading.report, url=url)
    page = html.fromstring(render_page([msgspec.structs.replace(reading, report=report)]))
    assert not page.xpath("//a[@target]")


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_no_text_breaks_the_page_or_the_escaping(text):
    page = render_page([hostile_reading(text)], [hostile_refusal(text)])
    page.encode("utf-8")
    assert html.fromstring(f"<p>{esc('x' + text)}</p>").xpath("count(*)") == 0


def test_a_report_with_thousands_of_claims_is_shown_in_time():
    reading = bridge_reading()
    many = msgspec.structs.replace(reading, claims=reading.claims[:1] * 300)
    assert render_page([many]).count('class="card"') == 300
