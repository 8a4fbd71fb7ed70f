"""ingest/html.py: the article of a page, its metadata as stated, and refusals of pages without one."""

import json
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest import Limits, ingest_bytes
from asreported.records import Refusal, Report

CASES = json.loads((Path(__file__).parents[1] / "cases/ingest/page_dates.json").read_text("utf-8"))
PARAGRAPHS = [
    "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor said.",
    "“We hold nine of them,” he told reporters, and added that Zoë’s bakery & two shops had burned down.",
    "It followed a raid on 12 May 2015 in which six people were killed and several houses were looted.",
]


TITLE = "Gunmen storm market"


def page(*, head: str = "", body: str = "", paragraphs: list[str] = PARAGRAPHS, title: str = TITLE) -> str:
    text = "".join(f"<p>{paragraph.replace('&', '&amp;')}</p>" for paragraph in paragraphs)
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head><body>"
        "<nav><ul><li><a href='/'>Home</a></li><li><a href='/world'>World</a></li></ul></nav>"
        f"<article><h1>{title}</h1>{text}</article>{body}<footer>All rights reserved</footer></body></html>"
    )


def read(text: str | bytes, **options) -> Report | Refusal:
    raw = text.encode() if isinstance(text, str) else text
    (result,) = ingest_bytes(raw, name="raid.html", **options)
    return result


def test_article_is_title_and_paragraphs_without_menu_and_footer():
    report = read(page())
    assert isinstance(report, Report)
    assert report.text == "\n\n".join(["Gunmen storm market", *PARAGRAPHS])
    assert (report.id, report.title, report.language) == ("raid", "Gunmen storm market", "en")
    assert report.extractor is not None
    assert report.extractor.startswith("trafilatura ")


def test_publisher_is_the_site_that_the_page_names():
    report = read(page(head="<meta property='og:site_name' content='The Sample'>"))
    assert isinstance(report, Report)
    assert report.publisher == "The Sample"


@pytest.mark.parametrize(
    ("head", "headings", "title"),
    [
        ("<title>Raid | The Sample</title><meta property='og:title' content='Raid on market'>", "", "Raid on market"),
        ("<title>Raid | The Sample</title>", "<h1>Raid on market</h1>", "Raid on market"),
        ("<title>Raid | The Sample</title>", "<h1>World</h1><h1>Africa</h1>", "Raid | The Sample"),
        ("<title>Raid | The Sample</title><meta name='og:site_name' content='The Sample'>", "", "Raid"),
        ("<title>Raid - 12 killed</title><meta name='og:site_name' content='The Sample'>", "", "Raid - 12 killed"),
        ("", "", ""),
        (f"<title>{'x' * 2000}</title>", "", ""),
    ],
)
def test_title_is_the_headline_that_the_page_states(head, headings, title):
    text = "".join(f"<p>{paragraph.replace('&', '&amp;')}</p>" for paragraph in PARAGRAPHS)
    report = read(f"<html><head>{head}</head><body>{headings}<article>{text}</article></body></html>")
    assert isinstance(report, Report)
    assert report.title == title


def test_address_is_the_canonical_one():
    report = read(page(head="<link rel='canonical' href='https://example.org/raid'>"))
    assert isinstance(report, Report)
    assert report.url == "https://example.org/raid"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_date_is_only_what_the_page_states(case):
    report = read(page(head=case.get("head", ""), body=case.get("body", "")))
    assert isinstance(report, Report)
    assert report.published == case["expected"]


@pytest.mark.parametrize(
    ("declared", "actual", "note"),
    [
        ("windows-1252", "cp1252", ()),
        ("iso-8859-1", "cp1252", ()),
        ("iso-8859-1", "utf-8", ("read as utf-8, not iso-8859-1 as declared",)),
        ("utf-8", "cp1252", ("read as cp1252: not utf-8 as declared",)),
    ],
)
def test_charset_is_as_declared_or_mended_with_a_note(declared, actual, note):
    report = read(page(head=f"<meta charset='{declared}'>").encode(actual))
    assert isinstance(report, Report)
    assert "Zoë’s bakery" in report.text
    assert report.notes == note


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><nav><a href='/'>Home</a></nav></body></html>",
        "<html><head><title>Sign in</title></head><body><form><input name='user'></form></body></html>",
        "<html></html>",
        "<!DOCTYPE html>",
        "<html><body>" + "<div>" * 20_000,
    ],
    ids=["menu", "form", "empty page", "doctype", "deep"],
)
def test_page_without_an_article_is_refused(text):
    refusal = read(text)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "no-text"
    assert "Save the article's text" in refusal.message


def test_page_in_another_language_is_refused():
    french = ["Douze personnes ont été tuées mardi dans un attentat sur le marché, a dit le maire du village."] * 3
    refusal = read(page(paragraphs=french, title="Attentat sur le marché"))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "not-english"


def test_page_above_its_limit_is_refused_unread():
    refusal = read(page(), limits=Limits(page=500))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "too-large"


def test_no_connection_is_opened(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    head = "<base href='https://example.org/'><link rel='canonical' href='https://example.org/a'>"
    assert isinstance(read(page(head=head, body="<img src='https://example.org/x.png'>")), Report)


def test_same_page_gives_the_same_report():
    assert read(page()) == read(page())


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), st.binary(max_size=200))
def test_any_page_is_a_report_or_refused(text, junk):
    result = read(page(body=f"<p>{text}</p>").encode() + junk)
    if isinstance(result, Report):
        result.text.encode("utf-8")
    read(b"<html>" + junk)


PIECES = [
    "<",
    "<p ",
    "a=1 ",
    "&",
    "&lt;",
    "&#xd800;",
    "<!--",
    "<div>",
    '"datePublished" : "',
    '"author":',
    "charset =",
    " - ",
]
PLACES = [
    "<script type='application/ld+json'>",
    "<title>",
    "<meta property='og:title' content='",
    "<body><article><p>",
    "",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("piece", PIECES)
def test_hostile_pages_are_read_at_once(piece, place):
    read(page())  # the extractor is loaded
    start = time.process_time()
    result = read("<html><head>" + place + piece * (100_000 // len(piece)))
    assert time.process_time() - start < 1
    assert isinstance(result, Refusal) or result.text.encode("utf-8")
