"""
RSS (0.9x, 1.0, 2.0) and Atom to `Report`s by feedparser, one an entry, in the order of the feed.

feedparser is given the bytes as a stream: a bare string of bytes it would first try as a file name. Its cleaning of
HTML is turned off, because only text is taken. A feed that declares XML entities of its own is refused: feedparser's
lenient parser, to which it turns for broken feeds, puts no limit on what they expand to.

An entry's text is what the feed carries of it, by blocks.py: its content is the article without the page around it,
where trafilatura, which looks for the article in a page, would drop lists and tables.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator
from typing import Any

from ..records import Refusal, Report, make_report
from .blocks import UNREADABLE_RE, block_text
from .checks import checked, refuse_large
from .decode import declared_charset, decode
from .limits import DEFAULT, Limits
from .origins import depth_of
from .published import read_published

LONGEST_VALUE = 1000
"""Characters of a title, an id or an address: a longer one is none."""

ROOT_RE = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
CLOSED_RE = re.compile(r"</(?:[\w.-]{1,40}:)?(?:rss|feed|rdf)\s{0,20}>", re.IGNORECASE)
OPEN_ENTRY_RE = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>]", re.IGNORECASE)
CLOSED_ENTRY_RE = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry)\s{0,20}>", re.IGNORECASE)
BLANK_LINE_RE = re.compile(r"\n[ \t]*(?=\n)")
SHORT_YEAR_RE = re.compile(r"((?:[a-z]{3},\s{0,5})?\d{1,2}\s[a-z]{3}\s)(\d\d)(?=\s\d{1,2}:\d\d)", re.IGNORECASE)

APPEARED_RE = re.compile(r"The post .{1,1000} (?:first appeared|appeared first) on .{1,300}\.")
"""What WordPress puts below every entry: the headline once more, which would be read as a sentence of the report."""

EXPECTED = "expected RSS or Atom"


def read_feed(raw: bytes, *, name: str, origin: str, limits: Limits = DEFAULT) -> Iterator[Report | Refusal]:
    """
    The report of each entry of a feed, or why it is refused; nothing is fetched.

        >>> entry = "<item><guid>a1</guid><description>Twelve died.</description></item>"
        >>> feed = f"<rss version='2.0'><channel><title>The Sample</title>{entry}</channel></rss>"
        >>> [(r.id, r.publisher, r.text) for r in read_feed(feed.encode(), name="day", origin="day.rss")]
        [('a1', 'The Sample', 'Twelve died.')]
    """
    if len(raw) > limits.file:
        yield refuse_large(origin, limits.file, "bytes", "feed")
        return
    text, notes = decode(raw, declared=declared_charset(raw))
    text = UNREADABLE_RE.sub(" ", text)
    if "<!ENTITY" in text:
        problem = f"The feed declares XML entities of its own, which are not expanded; {EXPECTED} without them"
        yield _damaged(origin, f"{problem}. Save the feed anew from its address, or its pages as HTML")
        return
    root = ROOT_RE.search(text)
    # What stands before the root says nothing more, and white space there takes feedparser very long.
    feed = _parse(text[root.start() :]) if root else None
    if feed is None or not (feed.version or feed.entries):
        problem = f"It cannot be read as a feed; {EXPECTED}"
        yield _damaged(origin, f"{problem}. Check that it was saved completely, as the feed and not as a page about it")
        return
    if not feed.entries:
        message = f"The feed holds no entries; {EXPECTED} with at least one. Save it anew from its address."
        yield Refusal(origin=origin, reason="empty", message=message)
        return
    if feed.bozo:
        notes = (*notes, "the feed is not well-formed XML and was read leniently")
    yield from _entries(feed, text, name, origin, notes, limits)


def _damaged(origin: str, problem: str) -> Refusal:
    return Refusal(origin=origin, reason="damaged", message=f"{problem}.")


def _parse(text: str) -> Any:
    import feedparser

    # The charset is settled; what the XML declares would be tried again.
    headers = {"content-type": "application/xml; charset=utf-8"}
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    # A parser of other people's meets any bytes here: whatever it raises, the feed is unreadable, and the run goes on.
    try:
        return feedparser.parse(stream, response_headers=headers, resolve_relative_uris=False, sanitize_html=False)
    except Exception:
        return None


def _entries(
    feed: Any, text: str, name: str, origin: str, notes: tuple[str, ...], limits: Limits
) -> Iterator[Report | Refusal]:
    joint = "." if depth_of(origin) else ":"  # an entry of a feed that is a part itself
    cut = bool(feed.bozo) and not CLOSED_RE.search(text)
    within = cut and _last(OPEN_ENTRY_RE, text) > _last(CLOSED_ENTRY_RE, text)
    for number, entry in enumerate(feed.entries, start=1):
        if within and number == len(feed.entries):
            break
        part = f"{origin}{joint}{number}"
        yield _read_entry(entry, feed, name=f"{name}:{number}", origin=part, notes=notes, limits=limits)
    if cut:
        last = f"entry {len(feed.entries)}, which was not read" if within else f"entry {len(feed.entries)}"
        message = (
            f"The feed ends before its end, after {last}; {EXPECTED} that is complete. Save it anew and read that."
        )
        yield Refusal(origin=origin, reason="truncated", message=message)


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in pattern.finditer(text)), default=-1)


def _read_entry(
    entry: Any, feed: Any, *, name: str, origin: str, notes: tuple[str, ...], limits: Limits
) -> Report | Refusal:
    link = _value(entry, "link")
    address = link if re.match(r"https?://", link, re.IGNORECASE) else ""
    title = _title(entry)
    body, is_full = _body(entry)
    if not body:
        page = f"; the page is at {address}" if address else ""
        problem = f"The entry {title[:60]!r} has no text{page}; expected its content or a summary"
        message = f"{problem}. Save its page as an HTML file and read that."
        return Refusal(origin=origin, reason="no-text", message=message)
    if not is_full:
        notes = (*notes, "only the feed's summary" + (f"; the page is at {address}" if address else ""))
    body, tail_notes = _without_tail(body)
    published, date_notes = _published(entry, feed)
    report = make_report(
        id=_value(entry, "id") or link or name,
        title=title,
        body=body,
        publisher=_title(dict.get(entry, "source") or {}) or _title(feed.feed),
        published=published,
        url=address,
        origin=origin,
        extractor=f"feedparser {_version()}",
        notes=(*date_notes, *notes, *tail_notes),
    )
    return checked(report, limits)


@functools.cache
def _version() -> str:
    import feedparser

    return str(feedparser.__version__)


def _value(context: Any, key: str) -> str:
    """A value as the feed has it; feedparser's own look-up takes other keys for it and warns."""
    value = dict.get(context, key)
    value = " ".join(value.split()) if isinstance(value, str) else ""
    return value if len(value) <= LONGEST_VALUE else ""


def _title(context: Any) -> str:
    title = dict.get(context, "title")
    if not isinstance(title, str):
        return ""
    title = " ".join(_plain(title, dict.get(context, "title_detail") or {}).split())
    return title if len(title) <= LONGEST_VALUE else ""


def _body(entry: Any) -> tuple[str, bool]:
    """
    The longest text that the entry carries, and whether it carries it as its content and not as its summary.

    The longest: feedparser takes a second summary, such as that of a podcast, for content.
    """
    contents = [_plain(dict.get(content, "value") or "", content) for content in dict.get(entry, "content") or []]
    summary = _plain(dict.get(entry, "summary") or "", dict.get(entry, "summary_detail") or {})
    content = max(contents, key=len, default="")
    return (summary, False) if len(summary) > len(content) else (content, True)


def _without_tail(body: str) -> tuple[str, tuple[str, ...]]:
    """`body` without the line that WordPress puts below it, and a note; a body that is nothing else stays."""
    above, _, last = body.rpartition("\n\n")
    if not above.strip() or not APPEARED_RE.fullmatch(last.strip()):
        return body, ()
    return above, ("the line 'The post … appeared first on …' was left out",)


def _plain(value: str, detail: Any) -> str:
    """The text of `value`, which is HTML unless `detail` says that it is plain."""
    kind = str(dict.get(detail, "type") or "text/html").lower()
    if kind == "text/plain" or "<" not in value:
        parts = [part if kind == "text/plain" else block_text(part) for part in BLANK_LINE_RE.split(value)]
        return "\n\n".join(" ".join(part.split()) for part in parts if part.strip())
    # What else an entry can hold (a picture in base64, some XML) is no text.
    return block_text(value) if kind in ("text/html", "application/xhtml+xml") else ""


def _published(entry: Any, feed: Any) -> tuple[str | None, tuple[str, ...]]:
    """
    The day as the entry writes it. What Atom calls `updated` is not the publication; `dc:date` of RSS is.
    """
    stated = _value(entry, "published")
    updated = _value(entry, "updated")
    is_rss = not str(feed.version).startswith("atom")
    if not stated and is_rss and "dc" in feed.namespaces:
        stated = updated
    if not stated and updated:
        return None, (f"the entry says when it was updated ({updated[:40]}), not when it was published",)
    return read_published(SHORT_YEAR_RE.sub(_whole_year, stated, count=1))


def _whole_year(found: re.Match[str]) -> str:
    """RFC 822 wrote years with two digits; RFC 2822 (4.3) says which are meant."""
    return f"{found[1]}{'20' if int(found[2]) < 50 else '19'}{found[2]}"
