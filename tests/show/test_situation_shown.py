"""A situation in a terminal, as JSON and as a page: all of it there, at 80 columns, and nothing hostile let through."""

import base64
import hashlib
import json
import re
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from rich.cells import cell_len
from test_page_browser import CHROMIUM, OWNING, visit

from asreported.compare.situation import Situation, situation
from asreported.compare.situation_places import PlaceAsked
from asreported.records import Entity, Figure
from asreported.show.situation import situation_lines
from asreported.show.situation_json import encode_situation
from asreported.show.situation_page import render_situation
from asreported.show.situation_words import HEADINGS, age_words, figure_words
from made_kepts import ARMY, HATRA, IRAQ, IS, day, figure, kept, place, source, when

MOSUL = PlaceAsked(
    id=99072, name="Mosul", level="place", country="IQ", country_name="Iraq", admin1="Nineveh", lat=36.335,
    lon=43.1189, radius_km=12.0,
)  # fmt: skip

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "</bdi></blockquote></li></ol><iframe srcdoc='<script>alert(1)</script>'>",
    "javascript:alert(1)",
    'https://a.example/"onclick=alert(1)//',
    "http://[",
    "&lt;script&gt;",
    "<!--",
    "\u202e<b>\x00\x1b[31m\ud800",
    "a\nb\r\nc\u2028d",
    "<p\nonclick=alert(1)>",
]


def mosul(text: str = "plain", url: str | None = None) -> Situation:
    """A situation with all that can be shown, and `text` wherever a report or a table may bring text."""
    some = Entity(id=f"name:{text}", name=text, type="rebel-group")
    where = place(text, text=text, gazetteer_id=99072, country_name="Iraq")
    report = {"title": text, "publisher": text, "url": url or text, "quotation": text}
    dorrian = source(text, f"Col {text}")
    then = figure(text, 7200, 8800)
    kepts = [
        kept("control", who=[some], where=where, words=[text], **report),
        kept("control", who=[IS], published="2016-10-17", **report),
        kept("control", who=[ARMY], by=[source("The army")], publisher="A", published="2017-04-27"),
        kept("control", who=[IS], by=[source("Amaq")], publisher="B", published="2017-04-27"),
        kept("siege", whom=[IS, text], trigger=text or "x", words=["the northwestern part of Mosul"], **report),
        kept("strength", who=[IS], by=[dorrian], figures=[figure("up to 1,000", 0, 1000)], on=when("2017-04-27")),
        kept("strength", who=[IS], by=[dorrian], figures=[then], on=when("2016-10-01", "2016-10-31")),
        kept("killing", figures=[figure("at least 12", 12, None)], on=when("2017-04-20"), label="A", report="r"),
        kept("killing", figures=[figure("at least 12", 12, None)], on=when("2017-04-20"), label="A", report="r"),
        kept("airstrike", on=when("2017-01-01")),
        kept("advance", status="planned", who=[text], by=[source(None)], review="unsure"),
        kept("advance", who=[ARMY], where=HATRA, on=when("2017-04-27"), by=[dorrian, source(None)]),
        kept("clash", where=IRAQ, **report),
        kept("attack", published="2017-06-01"),
        kept("attack", published=None),
        kept("attack", review="rejected"),
    ]
    told = situation(kepts, MOSUL, day("2017-04-28"))
    asked = msgspec.structs.replace(MOSUL, name="Mosul" if text == "plain" else text)
    return msgspec.structs.replace(told, place=asked)


def plain(told: Situation, width: int = 80, **options) -> str:
    return "\n".join(line.plain for line in situation_lines(told, width, **options))


def shape(page: str) -> Counter:
    """Which elements there are, with the names of their attributes."""
    return Counter((element.tag, *sorted(element.attrib)) for element in html.fromstring(page).iter(etree.Element))


# ---- in a terminal -----------------------------------------------------------------------


def test_the_text_says_what_holds_how_old_it_is_and_according_to_whom():
    shown = " ".join(plain(mosul()).split())
    assert shown.startswith("Mosul, Nineveh, Iraq on 2017-04-28 As reported: 11 claims of 10 reports")
    assert "siege: “plain” Islamic State, plain “the northwestern part of Mosul”: Mosul, Nineveh, Iraq" in shown
    assert "strength: Islamic State “did”: up to 1,000 people" in shown
    assert "2017-04-27, reported 2017-04-28; 1 day old; according to Col plain" in shown
    assert "before: 7,200 to 8,800 people (“plain”) (2016-10, according to Col plain)" in shown
    assert shown.count(" of Mosul") == shown.count("south of Mosul") + shown.count("part of Mosul")
    assert (
        "advance: Iraqi army “did” Hatra, Nineveh, Iraq (the district, 92 km south of Mosul, from the context)" in shown
    )
    assert "according to Col plain, quoting someone unnamed" in shown
    assert "advance, planned: plain “did”" in shown
    assert "unsure by a reviewer; undated, reported 2017-04-28; of that day" in shown
    assert "1 from before 2017-03-29 (--since shows them)" in shown
    assert "Known no closer than Iraq: 1 claim (1 clash); --all shows them" in shown
    assert "Left out: 1 claim reported only after 2017-04-28." in shown
    assert "Left out: 1 claim of reports that may have been published later (--undated counts them)." in shown
    assert "Left out: 1 claim rejected by a reviewer." in shown
    assert "told 1 more time" in shown
    assert "but of another side: control: Iraqi army “did” (2017-04-27, according to The army)" in shown
    assert "control: who holds Mosul" in shown
    assert "verified" not in shown
    assert "confirmed" not in shown


def test_headings_stand_in_their_order():
    lines = plain(mosul()).splitlines()
    found = [line for line in lines if line.isupper() and not line.startswith(" ")]
    wanted = [
        HEADINGS[k].upper() for k in ("control", "sieges", "strengths", "attacks", "toll", "contradictions", "apart")
    ]
    assert found == [*wanted, "NEARBY, WITHIN 100 KM", "HOW TO READ THIS"]


def test_stale_is_said():
    old = situation([kept("siege", whom=[IS], published="2016-01-01")], MOSUL, day("2017-04-28"))
    assert "STALE; undated, reported 2016-01-01; 483 days old" in plain(old)


@pytest.mark.parametrize("width", [40, 80, 100])
def test_no_line_is_wider_than_the_terminal(width):
    long = "An unusually long sentence of a report that goes on and on, " * 8 + "x" * 300 + " النص العربي 漢字" * 20
    shown = plain(mosul(long), width)
    assert max(map(cell_len, shown.splitlines())) <= width
    assert "x" * 100 in shown.replace("\n", "").replace(" ", "")


def test_all_shows_what_is_known_to_the_country():
    shown = plain(mosul(), whole=True)
    assert "KNOWN NO CLOSER THAN IRAQ" in shown
    assert "clash: “did”" in shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_report_cannot_move_the_cursor(payload):
    shown = plain(mosul(payload or "x"))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)


# ---- as JSON -----------------------------------------------------------------------------


def test_json_holds_the_records():
    told = json.loads(encode_situation(mosul()))
    assert told["place"]["name"] == "Mosul"
    strength = next(section for section in told["sections"] if section["key"] == "strengths")["items"][0]
    assert (strength["figures"][0]["low"], strength["figures"][0]["high"], strength["age_days"]) == (0, 1000, 1)
    assert strength["earlier"][0]["figures"][0]["high"] == 8800
    assert told["left_out"] == {"later": 1, "undated": 1, "rejected": 1}


def test_a_lone_surrogate_survives_json():
    assert json.loads(encode_situation(mosul("\ud800")))["sections"][0]["items"][0]["title"] == "\ud800"


# ---- as a page ---------------------------------------------------------------------------


def test_the_page_is_whole_and_allows_nothing_but_its_style():
    page = render_situation(mosul(url="https://courier.example/a"))
    tree = html.fromstring(page)
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = tree.xpath("//style/text()")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert not tree.xpath("//script | //img | //iframe | //link | //@style | //*[@onclick]")
    assert not re.search(r"url\(|@import|https?://", style)
    links = set(tree.xpath("//a/@href"))
    assert {href for href in links if not href.startswith("#")} == {"https://courier.example/a"}
    assert {href[1:] for href in links if href.startswith("#")} <= set(tree.xpath("//@id"))
    assert max(Counter(tree.xpath("//@id")).values()) == 1
    assert tree.xpath("//a[starts-with(@href, 'https')]/@rel")[0] == "noreferrer noopener"


def test_the_page_says_what_the_text_says():
    told = mosul()
    text = " ".join(html.fromstring(render_situation(told)).text_content().split())
    for said in ("1 day old", "92 km south of Mosul", "up to 1,000 people", "7,200 to 8,800 people", "advance, planned",
                 "Known no closer than Iraq: 1 claim", "before 2017-03-29"):  # fmt: skip
        assert said in text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_whatever_a_report_holds_the_page_keeps_its_shape(payload):
    assert shape(render_situation(mosul(payload))) == shape(render_situation(mosul("plain words")))


@given(st.text(max_size=40).filter(lambda text: not text.startswith(("http://", "https://"))))
def test_no_text_changes_the_shape_or_the_terminal(text):
    told = mosul(text)
    same_parts = shape(render_situation(mosul("plain words")))
    found = shape(render_situation(told))
    # What is empty has no element of its own, and a place called like the asked one is told in fewer words.
    assert set(found) <= set(same_parts)
    assert max(map(cell_len, plain(told).splitlines())) <= 80
    encode_situation(told)


def test_nothing_known_is_said():
    nothing = situation([], MOSUL, day("2017-04-28"))
    assert "nothing is reported of it" in plain(nothing)
    assert "Nothing is reported of it by that day." in render_situation(nothing)


# ---- words -------------------------------------------------------------------------------


def test_an_interval_is_told_with_the_words_it_was_read_from():
    about = Figure(start=0, end=9, text="about 300", low=270, high=330, of="target", unit="people", rule="x")
    many = Figure(start=0, end=4, text="many", low=None, high=None, of="target", unit="people", rule="x")
    assert figure_words(about) == "270 to 330 people (“about 300”)"
    assert figure_words(figure("at least 12", 12, None)) == "at least 12 people"
    assert figure_words(many) == "“many”"


def test_ages():
    assert [age_words(days) for days in (0, 1, 2)] == ["of that day", "1 day old", "2 days old"]


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
def test_in_a_browser_hostile_text_does_nothing_and_the_style_is_let_in(tmp_path):
    shown, complaints = visit(render_situation(mosul("".join([*PAYLOADS, *OWNING]))), tmp_path)
    assert "owned" not in html.fromstring(shown).findtext(".//title").split("–")[-1]
    assert complaints == ""
