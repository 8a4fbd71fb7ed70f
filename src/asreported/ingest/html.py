"""
Web pages to a `Report`: the article by trafilatura, in precision mode; the date only as the page states it.

trafilatura's own date is not used. It comes from htmldate, which searches the whole page where the page states no date
(a raid in the article becomes its publication), and whose answer depends on the day on which it is asked. trafilatura
is loaded on first use, because that takes half a second, and is given text only: it opens no connection.
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
from .decode import declared_charset, decode, replace_surrogates
from .languages import has_letters
from .limits import DEFAULT, Limits
from .published import parse_published

UNREADABLE_RE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML cannot hold; lxml refuses a page with them."""

JSON_DATE_RE = re.compile(r'"datePublished"\s{0,20}:\s{0,20}"([^"\\]{4,60})"')


class PageDates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/page_dates.toml: names of `meta` elements and `itemprop`s that hold the date of publication."""

    meta: tuple[str, ...]


def read_html(raw: bytes, *, id: str, origin: str, limits: Limits = DEFAULT) -> Report | Refusal:
    """
    A report from the bytes of a page; a page without an article is refused as `no-text`.

        >>> page = b"<html><body><p>Twelve people died on Tuesday when gunmen stormed a market.</p></body></html>"
        >>> read_html(page, id="a", origin="a.html").text
        'Twelve people died on Tuesday when gunmen stormed a market.'
    """
    text, notes = decode(raw, declared=declared_charset(raw))
    page = _parse(UNREADABLE_RE.sub(" ", text))
    published = stated_date(page) if page is not None else None
    document = _extract(page) if page is not None else None
    lines = [line.strip() for line in (document.text or "").split("\n")] if document else []
    lines = [line for line in lines if line]  # paragraphs: trafilatura writes one a line
    title = " ".join((document.title or "").split()) if document else ""
    if title and lines and _same(lines[0], title):
        lines = lines[1:]
    if document is None or not any(has_letters(line) for line in lines):
        # A line without letters enough for a sentence is a menu.
        problem = "The page holds no article that could be found; expected a page with one report"
        message = f"{problem}. Save the article's text as plain text and read that."
        return Refusal(origin=origin, reason="no-text", message=message)
    title, title_notes = replace_surrogates(title)
    body, body_notes = replace_surrogates("\n\n".join(lines))
    report = make_report(
        id=id,
        title=title,
        body=body,
        publisher=document.sitename,
        published=published,
        url=document.url,
        origin=origin,
        extractor=f"trafilatura {_trafilatura().__version__}",
        notes=(*notes, *title_notes, *body_notes),
    )
    return checked(report, limits)


def stated_date(page: Any) -> str | None:
    """
    The date of publication that the page states: in its metadata, its JSON-LD, or its only `time` element.

    A date in the running text, in the address or beside other articles is not one; two that differ are none.
    """
    names = _date_names()
    stated: dict[str, str] = {}
    for element in page.iter("meta"):
        for attribute in ("property", "name", "itemprop"):
            name = (element.get(attribute) or "").strip().lower()
            if name in names:
                stated.setdefault(name, element.get("content") or "")
    for name in names:
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
def _date_names() -> tuple[str, ...]:
    return load_table("page_dates.toml", PageDates).meta


def _same(line: str, title: str) -> bool:
    return re.sub(r"\W+", "", line).lower() == re.sub(r"\W+", "", title).lower()


@functools.cache
def _trafilatura() -> Any:
    import trafilatura

    # What they log about broken pages is said by our refusals.
    for name in ("trafilatura", "htmldate", "courlan", "justext", "readability"):
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


def _extract(page: Any) -> Any:
    try:
        return _trafilatura().bare_extraction(
            page, favor_precision=True, include_comments=False, include_tables=False, with_metadata=True
        )
    except Exception:  # as in _parse
        return None
