"""
Bytes to text: charset by BOM, UTF-8, declaration, then by its look; wrongly decoded letters mended; line ends as `\\n`.

UTF-8 is tried before what a page declares, because bytes beyond ASCII that are valid UTF-8 are practically never
anything else, while declarations are often wrong. What was guessed or mended is told in notes.
"""

from __future__ import annotations

import codecs
import logging
import re
from typing import NamedTuple

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

DECLARED_RE = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
DECLARED_WITHIN = 4096
"""Bytes in which a page or XML file must declare its charset."""

CHARSET_RE = re.compile(
    r"utf-8|cp12\d\d|cp866|cp874|iso8859-\d+|koi8-[ru]|mac-(?:roman|cyrillic|greek|turkish)|gbk|gb18030|gb2312|"
    r"big5|euc_(?:jp|kr)|shift_jis|iso2022_jp"
)
"""Charsets of the web. Python knows more codecs (base64, punycode, ...), which a page must not be able to choose."""

BROWSERS_READ = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874"}
"""What a browser reads for a declared charset (WHATWG Encoding Standard)."""

SAMPLE = 20_000
"""Bytes from which an undeclared charset is guessed."""


class Decoded(NamedTuple):
    text: str
    notes: tuple[str, ...]


def decode(raw: bytes, *, declared: str | None = None) -> Decoded:
    r"""
    The text of `raw` with `\n` at line ends, and what was guessed or mended.

        >>> decode("Café\r\n".encode("cp1252"))
        Decoded(text='Café\n', notes=('read as cp1252: not UTF-8, and no charset is declared',))
    """
    text, notes = _decode(raw, declared)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    mended = mend(text)
    if mended != text:
        notes = (*notes, "letters that had been decoded wrongly before were mended")
    return Decoded(mended, notes)


def declared_charset(raw: bytes) -> str | None:
    """
    The charset that a page declares in its first bytes.

        >>> declared_charset(b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">')
        'windows-1252'
    """
    found = DECLARED_RE.search(raw[:DECLARED_WITHIN])
    return found[1].decode("ascii").strip(".:") if found else None


def _decode(raw: bytes, declared: str | None) -> Decoded:
    for bom, name in BOMS:
        if raw.startswith(bom):
            return Decoded(raw[len(bom) :].decode(name, "replace"), ())
    if wide := utf16_without_bom(raw):
        return Decoded(raw.decode(wide, "replace"), (f"read as {wide}, which it does not declare",))
    charset = _known_charset(declared) if declared else None
    text = _strictly(raw, "utf-8")
    if text is not None:
        # An escape charset is ASCII to the eye: there the declaration decides.
        if charset == "iso2022_jp":
            return Decoded(raw.decode(charset, "replace"), ())
        wrong = declared and charset != "utf-8" and not raw.isascii()
        return Decoded(text, (f"read as utf-8, not {declared} as declared",) if wrong else ())
    declared_text = _strictly(raw, charset) if charset else None
    if declared_text is not None:
        return Decoded(declared_text, ())
    return _guess(raw, declared)


def _guess(raw: bytes, declared: str | None) -> Decoded:
    """Neither UTF-8 nor what is declared: damaged UTF-8, the old Western charset, or what it looks like."""
    why = f"not {declared} as declared" if declared else "not UTF-8, and no charset is declared"
    text = raw.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if sum(c > "\x7f" for c in text[:SAMPLE]) - text[:SAMPLE].count("\ufffd") > 3 * damaged:
        return Decoded(text, (f"read as utf-8 although damaged: {damaged} places could not be read",))
    name = "cp1252"
    # Latin letters with accents and typographic quotes; with more of them, another alphabet is likely.
    if _strictly(raw, name) is None or sum(byte > 127 for byte in raw[:SAMPLE]) > 0.3 * len(raw[:SAMPLE]):
        name = _looks_like(raw[:SAMPLE]) or name
    return Decoded(raw.decode(name, "replace"), (f"read as {name}: {why}",))


def _looks_like(sample: bytes) -> str | None:
    import charset_normalizer

    logging.getLogger("charset_normalizer").setLevel(logging.CRITICAL)
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best else None


def _known_charset(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    found = BROWSERS_READ.get(found, found)
    return found if CHARSET_RE.fullmatch(found) else None


def _strictly(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except (UnicodeDecodeError, LookupError):
        return None


def utf16_without_bom(raw: bytes) -> str | None:
    """
    `utf-16-le` or `utf-16-be` where every other byte of Latin text is NUL, else None.

        >>> utf16_without_bom("Twelve died.".encode("utf-16-be"))
        'utf-16-be'
    """
    sample = raw[:2000]
    if len(sample) < 8 or len(raw) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    enough = 0.4 * len(sample) / 2
    if odd > enough and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > enough and odd == 0 else None


# ---- mending -----------------------------------------------------------------------------

SEQUENCE_RE = re.compile("[\u00c2-\u00f4\u0102-\u0160\u0393-\u03c0\u0410-\u044f\u2500-\u257f\u0080-\u009f]")
"""Lead bytes of UTF-8 as they look in the charsets it is misread as: without one of them ftfy need not be loaded."""


def mend(text: str) -> str:
    """
    `text` with letters repaired that were UTF-8 read as something else; quotes and everything else stay.

        >>> mend("It â€œfellâ€\x9d in Deir al-Zour"), mend("“Café” – naïve")
        ('It “fell” in Deir al-Zour', '“Café” – naïve')
    """
    if text.isascii() or not SEQUENCE_RE.search(text):
        return text
    import ftfy

    return ftfy.fix_encoding(text)


def replace_surrogates(text: str) -> tuple[str, tuple[str, ...]]:
    r"""
    `text` with lone surrogates, which no file can hold, replaced one for one, so that offsets stay.

        >>> replace_surrogates("a\ud800b")
        ('a�b', ('1 lone surrogate replaced',))
    """
    if text.isascii():
        return text, ()
    mended, count = SURROGATE_RE.subn("\ufffd", text)
    return mended, ((f"{count} lone surrogate{'s' if count > 1 else ''} replaced",) if count else ())


SURROGATE_RE = re.compile("[\ud800-\udfff]")
