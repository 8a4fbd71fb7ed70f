"""
Values that FollowTheMoney takes as they are: its cleaning changes none of them, and drops none.

It removes controls, zero-width characters and soft hyphens, makes plain spaces of special ones, composes accents, takes
quotation marks off names, breaks addresses at semicolons, and drops what it does not understand: days before the year
1000 or not of the form YYYY[-MM[-DD]], addresses of the web without http(s), countries that it does not know.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import ipaddress
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

LONGEST_NAME, LONGEST_LINE, LONGEST_QUOTE, LONGEST_PROSE = 384, 1024, 20_000, 65_000
"""Characters that are valid in a name, a string and a text; and those of a quotation, so that it fits in a text."""
UNREADABLE = "�"

_SPACES = dict.fromkeys((*range(0x2000, 0x200B), 0x2028, 0x2029, 0x0A00, 0x1680, 0x202F, 0x205F, 0x3000), " ")
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), 0x061C, *range(0x2060, 0x2065), 0x00AD, 0xFEFF), None)
# FollowTheMoney removes controls; here each gets the character that shows it: a quotation tells that it was there.
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)} | {0x7F: "␡"}
_OTHERS = dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), UNREADABLE)
_PLAIN_RE = re.compile(r"[\t\n\r -~\xa0-\xac\xae-\xff\u2013-\u201d\u2026]*")
"""Text that needs nothing, which is most text: translating takes ten times as long as seeing that."""
_TABLE = _SPACES | _INVISIBLE | _CONTROLS | _OTHERS

_DATE_RE = re.compile(r"[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_TIME_RE = re.compile(r"([12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00:00)?")
_QUOTED_RE = re.compile(r"""^["'](.*)["']$""", re.DOTALL)
_BREAKS_RE = re.compile(r"[\s;]*;[\s;]*|\s*[\r\n\t]\s*|<br/?>|ESQ[.]?,", re.IGNORECASE)
_COMMAS_RE = re.compile(r",(\s*[,.])+")
_LABEL_RE = re.compile(r"[\w-]{1,63}")
_URL_RE = re.compile(r"https?://[^\s\\\"'<>\x00-\x20\x7f-\xa0\u2000-\u206f\ud800-\udfff]+", re.IGNORECASE)


def make_id(*parts: Any) -> str:
    """An id that is the same in every export, of letters, digits and a hyphen, as FollowTheMoney wants it."""
    text = "\n".join(repr(part) for part in parts)
    return f"asreported-{hashlib.sha1(text.encode('utf-8', 'surrogatepass'), usedforsecurity=False).hexdigest()}"


def prose(text: str | None) -> str | None:
    r"""
    A text of any length.

        >>> prose(" a\x07b\u200bc\u2003d ")
        'a␇bc d'
    """
    return _clean(text, LONGEST_PROSE)


@functools.lru_cache(1000)
def quote(text: str) -> str:
    """A quotation or a chain of sources, which stands within other texts."""
    return _clean(text, LONGEST_QUOTE) or ""


def line(text: str | None) -> str | None:
    """A short text, cut where it is longer than one may be."""
    return _clean(text, LONGEST_LINE)


def name(text: str | None) -> str | None:
    """
    A name, on one line and without quotation marks around it.

        >>> name('"The  Hand"')
        'The Hand'
    """
    if not (cleaned := _clean(text, LONGEST_PROSE)):
        return None
    cleaned = " ".join(cleaned.split())
    while (inner := _QUOTED_RE.sub(r"\1", cleaned).strip()) != cleaned:
        cleaned = inner
    return _cut(cleaned, LONGEST_NAME) if cleaned else UNREADABLE


def address(text: str | None) -> str | None:
    """
    A place in words.

        >>> address("A; B, , C")
        'A, B, C'
    """
    if not (cleaned := _clean(text, LONGEST_PROSE)):
        return None
    while (broken := " ".join(_COMMAS_RE.sub(",", _BREAKS_RE.sub(", ", cleaned)).split())) != cleaned:
        cleaned = broken
    return _cut(cleaned.strip(" ,"), 250) or UNREADABLE


def date(value: dt.date | str | None) -> str | None:
    """
    A day, a month or a year, or a time without its fraction; None where FollowTheMoney would drop it.

        >>> date("2017-04"), date("c. 2016"), date("2026-01-02T03:04:05.5Z")
        ('2017-04', None, '2026-01-02T03:04:05')
    """
    text = value.isoformat() if isinstance(value, dt.date) else value or ""
    if found := _TIME_RE.fullmatch(text):
        return found[1]
    return text if _DATE_RE.fullmatch(text) else None


def number(value: float) -> str:
    """A number without exponent, which FollowTheMoney does not read."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def country(code: str | None) -> str | None:
    """A country of ISO 3166-1 as FollowTheMoney writes it; None for what is none."""
    return code.lower() if code and re.fullmatch(r"[A-Z]{2}", code) else None


def url(text: str | None) -> str | None:
    """
    An address of the web; None for others.

        >>> url("HTTP://example.org"), url("javascript:alert(1)")
        ('http://example.org/', None)
    """
    if not text or not _URL_RE.fullmatch(text) or unicodedata.normalize("NFC", text) != text or len(text) > 4096:
        return None
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises where it is none
    except ValueError:
        return None
    whole = parts._replace(path=parts.path or "/").geturl()
    # An empty query or fragment would be lost.
    return whole if _is_host(parts.hostname or "") and len(whole) >= len(text) else None


def _is_host(host: str) -> bool:
    """As strict as FollowTheMoney is."""
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        labels = host.rstrip(".").split(".")
    if not all(_LABEL_RE.fullmatch(label) and any(letter.isalnum() for letter in label) for label in labels):
        return False
    return len(labels) == 1 or (len(labels[-1]) > 1 and not labels[-1].isdigit())


def _clean(text: str | None, longest: int) -> str | None:
    if not text:
        return None
    cleaned = text.strip()
    if not _PLAIN_RE.fullmatch(cleaned):
        # In both orders, since a letter may compose with an accent only once what stood between them is gone.
        cleaned = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_TABLE)).strip()
    if not cleaned:
        return UNREADABLE if text.strip() else None
    return _cut(cleaned, longest)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
