"""
Web pages to a `Report`: the article by trafilatura, in precision mode; title, publisher, address and date only as the
page states them.

trafilatura's own metadata are not used. Its date comes from htmldate, which searches the whole page where the page
states none (a raid in the article becomes its publication), and whose answer depends on the day on which it is asked;
and some of its patterns take minutes on hostile scripts. trafilatura is loaded on first use, because that takes half a
second, and is given a parsed page only: it opens no connection.
"""

from __future__ import annotations

import functools
import logging
import re
from typing import Any

import msgspec

from ..codebook import load_table
from ..records import Refusal, Report, make_report
from .checks import checked
from .confine import trusted
from .decode import declared_charset, decode
from .languages import has_letters
from .limits import DEFAULT, Limits
from .parts import begin
from .published import parse_published

UNREADABLE_RE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML cannot hold; lxml refuses a page with them."""

JSON_DATE_RE = re.compile(r'"datePublished"\s{0,20}:\s{0,20}"([^"\\]{4,60})"')


class PageMetadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/page_metadata.toml: names of `meta` elements that state each field, the surest first."""

    published: tuple[str, ...]
    title: tuple[str, ...]
    publisher: tuple[str, ...]
    url: tuple[str, ...]


LONGEST_VALUE = 1000
"""Characters of a title or another piece of metadata: a longer one is none."""


def read_html(raw: bytes, *, id: str, origin: str, limits: Limits = DEFAULT) -> Report | Refusal:
    """
    A report from the bytes of a page; a page without an article is refused as `no-text`.

        >>> page = b"<html><body><p>Twelve people died on Tuesday when gunmen stormed a market.</p></body></html>"
        >>> read_html(page, id="a", origin="a.html").text
        'Twelve people died on Tuesday when gunmen stormed a market.'
    """
    if refusal := begin(origin):
        return refusal
    text, notes = decode(raw, declared=declared_charset(raw))
    page = _parse(UNREADABLE_RE.sub(" ", text))
    stated = _stated(page) if page is not None else {}
    published = stated_date(page) if page is not None else None
    publisher = _first(stated, _names().publisher)
    title = _title(page, stated, publisher) if page is not None else ""
    lines = [line.strip() for line in _extract(page).split("\n")]  # trafilatura writes one paragraph a line
    lines = [line for line in lines if line]
    if title and lines and _same(lines[0], title):
        lines = lines[1:]
    # A line without letters enough for a sentence is a menu.
    if not any(has_letters(line) for line in lines):
        problem = "The page holds no article that could be found; expected a page with one report"
        message = f"{problem}. Save the article's text as plain text and read that."
        return Refusal(origin=origin, reason="no-text", message=message)
    report = make_report(
        id=id,
        title=title,
        body="\n\n".join(lines),
        publisher=publisher,
        published=published,
        url=_first(stated, _names().url),
        origin=origin,
        extractor=f"trafilatura {_trafilatura().__version__}",
        notes=notes,
    )
    return checked(report, limits)


# ---- what the page states ----------------------------------------------------------------


def stated_date(page: Any) -> str | None:
    """
    The date of publication that the page states: in its metadata, its JSON-LD, or its only `time` element.

    A date in the running text, in the address or beside other articles is not one; two that differ are none.
    """
    stated = _stated(page)
    for name in _names().published:
        if published := parse_published(stated.get(name, "")):
            return published
    for element in page.iter("script"):
        if "ld+json" in (element.get("type") or "").lower() and (found := JSON_DATE_RE.search(element.text or "")):
            return parse_published(found[1])
    times = [element for element in page.iter("time") if element.get("datetime")]
    marked = [t for t in times if t.get("pubdate") is not None or (t.get("itemprop") or "").lower() == "datepublished"]
    days = {parse_published(element.get("datetime")) for element in (marked or times)} - {None}
    return days.pop() if len(days) == 1 else None


@functools.cache
def _names() -> PageMetadata:
    return load_table("page_metadata.toml", PageMetadata)


def _stated(page: Any) -> dict[str, str]:
    """The first value of each `meta` name, in lower case, and of the canonical address."""
    stated: dict[str, str] = {}
    for element in page.iter("meta"):
        value = " ".join((element.get("content") or "")[: LONGEST_VALUE + 1].split())
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name and value and len(value) <= LONGEST_VALUE:
                stated.setdefault(name, value)
    for element in page.iter("link"):
        if (element.get("rel") or "").lower() == "canonical":
            stated.setdefault("canonical", (element.get("href") or "")[:LONGEST_VALUE].strip())
    return stated


def _first(stated: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((stated[name] for name in names if stated.get(name)), None)


def _title(page: Any, stated: dict[str, str], publisher: str | None) -> str:
    """The headline that the page states, else its only `h1`, else its `title` without the name of the site."""
    if title := _first(stated, _names().title):
        return title
    headings = [_text(element) for element in page.iter("h1")]
    headings = [heading for heading in headings if heading]
    if len(set(headings)) == 1:
        return headings[0]
    title = next((_text(element) for element in page.iter("title")), "")
    for separator in (" | ", " - ", " – ", " — ", " :: "):
        head, found, site = title.rpartition(separator)
        if found and publisher and _same(site, publisher):
            return head
    return title


def _text(element: Any) -> str:
    text = " ".join("".join(element.itertext()).split())
    return text if len(text) <= LONGEST_VALUE else ""


def _same(line: str, title: str) -> bool:
    return re.sub(r"\W+", "", line).lower() == re.sub(r"\W+", "", title).lower()


# ---- trafilatura -------------------------------------------------------------------------


@functools.cache
def _trafilatura() -> Any:
    with trusted():
        import trafilatura

    # What they log about broken pages is said by our refusals.
    for name in ("trafilatura", "justext", "readability"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return trafilatura


def _parse(text: str) -> Any:
    """The page as a tree; None where lxml finds none. The wrapper makes a page of a bare fragment."""
    load_html = _trafilatura().load_html
    # A parser of other people's meets any bytes here: whatever it raises, the page is unreadable, and the run goes on.
    try:
        page = load_html(text)
        return page if page is not None else load_html(f"<html><body>{text}</body></html>")
    except Exception:
        return None


def _extract(page: Any) -> str:
    """The article's paragraphs, one a line; empty where there is none."""
    if page is None:
        return ""
    try:
        document = _trafilatura().bare_extraction(
            page, favor_precision=True, include_comments=False, include_tables=False, with_metadata=False
        )
    except Exception:  # as in _parse
        return ""
    return document.text or "" if document else ""
