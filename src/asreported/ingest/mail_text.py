"""
The text of a mail as its sender wrote it: quoted replies and the signature left out, lines that were broken at a width
joined. What was left out is counted in notes; where nothing else is there, the quoted text is kept.

Source: RFC 3676 (format=flowed, the signature's mark).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..records import Report
from .armor import part_armor
from .blocks import UNREADABLE_RE, block_text
from .html import read_html
from .limits import Limits
from .paragraphs import mend_letters, part_paragraphs, unwrap

SIGNATURE = "-- "
LONGEST_SIGNATURE = 30
"""Lines: what follows the mark of a signature and is longer is text."""
QUOTE_RE = re.compile(r"\A\s{0,3}(?:>\s?)+")
WROTE_RE = re.compile(r"\bwrote\s?:\Z")
LONGEST_ANNOUNCEMENT = 500
"""Characters, its lines joined."""
ORIGINAL_RE = re.compile(r"\s*-{2,}\s*Original (?:Message|Appointment)\s*-{2,}\s*", re.IGNORECASE)
HEAD_RE = re.compile(r"\s*From:\s*\S.*\n\s*(?:Sent|Date):\s*\S.*\n(?:\s*\S.*\n){0,4}?\s*Subject:")
"""How Outlook opens the mail that is answered."""

QUOTED_HTML_RE = re.compile(r"type=.?cite|gmail_(?:quote|attr|signature)|moz-(?:signature|cite-prefix)|divRplyFwdMsg")
QUOTED_XPATH = (
    "//blockquote[@type='cite']|//*[@id='divRplyFwdMsg']|//*[contains(concat(' ', @class, ' '), ' gmail_quote ')]"
    "|//*[contains(@class, 'gmail_attr')]|//*[contains(@class, 'gmail_signature')]"
    "|//*[contains(@class, 'moz-signature')]|//*[contains(@class, 'moz-cite-prefix')]"
)
FORWARDED_RE = re.compile(r"\s{0,9}(?:-{3,} ?Forwarded message|Begin forwarded message)", re.IGNORECASE)
"""What follows is not answered but passed on, and is the matter of the mail."""


class Written(NamedTuple):
    """Paragraphs, separated by blank lines, and what was left out; whether some of it is encrypted."""

    text: str
    notes: tuple[str, ...] = ()
    extractor: str = ""
    encrypted: bool = False


# ---- plain text --------------------------------------------------------------------------


def read_plain(text: str, *, flowed: bool = False, delsp: bool = False) -> Written:
    """
    What the sender wrote in a part of plain text; `flowed` and `delsp` as its content type states them.

        >>> read_plain("I was there.\\n\\nOn Tuesday, A wrote:\\n> Were you there?\\n-- \\nB")[:2]
        ('I was there.', ('2 lines of quoted replies left out', '1 line of signature left out'))
    """
    armored = part_armor(mend_letters(text).split("\n"))
    lines, signature = _cut_signature(armored.lines)
    own, quoted = _part_quotes(lines)
    notes = list(armored.notes)
    if not any(line.strip() for line in own) and quoted:
        own, quoted = [QUOTE_RE.sub("", line, count=1) for line in lines], 0
        notes.append("all of its text is quoted; it was kept")
    if quoted:
        notes.append(f"{quoted} line{'s' if quoted > 1 else ''} of quoted replies left out")
    if signature:
        notes.append(f"{signature} line{'s' if signature > 1 else ''} of signature left out")
    flows = flowed and any(line.endswith(" ") and line.strip() for line in own)
    paragraphs = _unflow(own, delsp) if flows else unwrap("\n".join(own))
    return Written(part_paragraphs(paragraphs), tuple(notes), encrypted=armored.encrypted)


def _cut_signature(lines: list[str]) -> tuple[list[str], int]:
    """`lines` before the signature, and how many lines it has."""
    for i in range(max(0, len(lines) - LONGEST_SIGNATURE - 1), len(lines)):
        if lines[i] == SIGNATURE:
            return lines[:i], sum(1 for line in lines[i + 1 :] if line.strip())
    return lines, 0


def _part_quotes(lines: Sequence[str]) -> tuple[list[str], int]:
    """`lines` without quoted replies and what announces them, and how many lines those have."""
    own: list[str] = []
    count = 0
    for i, line in enumerate(lines):
        if FORWARDED_RE.match(line):
            return [*own, *(QUOTE_RE.sub("", rest, count=1) for rest in lines[i:])], count
        if _opens_original(lines, i) and any(earlier.strip() for earlier in own):
            return own, count + sum(1 for rest in lines[i:] if rest.strip())
        if not QUOTE_RE.match(line):
            own.append(line)
            continue
        count += 1
        if i == 0 or not QUOTE_RE.match(lines[i - 1]):
            count += _drop_announcement(own)
    return own, count


def _opens_original(lines: Sequence[str], i: int) -> bool:
    line = lines[i]
    if ORIGINAL_RE.fullmatch(line[:200]):
        return True
    return line.lstrip().startswith("From:") and bool(HEAD_RE.match("\n".join(part[:300] for part in lines[i : i + 8])))


def _drop_announcement(own: list[str]) -> int:
    """Removes "On …, … wrote:" from the end of `own`; how many lines that were."""
    end = len(own)
    while end and not own[end - 1].strip():
        end -= 1
    for start in range(end - 1, max(-1, end - 5), -1):
        if not own[start].strip():
            break
        said = " ".join(line.strip()[:LONGEST_ANNOUNCEMENT] for line in own[start:end])
        announces = said.startswith("On ") or "@" in said
        if announces and len(said) <= LONGEST_ANNOUNCEMENT and WROTE_RE.search(said):
            del own[start:]
            return end - start
    return 0


def _unflow(lines: Sequence[str], delsp: bool) -> list[str]:
    """The paragraphs of flowed text: a line that ends in a space goes on in the next."""
    paragraphs, pieces = [], []
    for line in lines:
        text = line.removeprefix(" ")
        flows = text.endswith(" ") and bool(text.strip())
        pieces.append(text[:-1] if flows and delsp else text)
        if not flows:
            paragraphs.append(" ".join("".join(pieces).split()))
            pieces = []
    return [*paragraphs, " ".join("".join(pieces).split())]


# ---- HTML --------------------------------------------------------------------------------


def read_markup(html: str, *, origin: str, limits: Limits) -> Written:
    """
    What the sender wrote in a part of HTML: the article where the mail is mostly one, else all its text.

        >>> html = "<p>Twelve people died.</p><blockquote type='cite'>Who died?</blockquote>"
        >>> read_markup(html, origin="a.eml", limits=Limits())[:2]
        ('Twelve people died.', ('a quoted reply or signature left out',))
    """
    whole = block_text(html)
    own = _without_quotes(html)
    text = block_text(own) if own != html else whole
    notes: tuple[str, ...] = ("a quoted reply or signature left out",) if text != whole else ()
    if not text and whole:
        own, text, notes = html, whole, ("all of its text is quoted; it was kept",)
    raw = own.encode("utf-8", "replace")
    article = read_html(raw, id="mail", origin=origin, limits=limits) if len(raw) <= limits.page else None
    if isinstance(article, Report):
        body = article.text.removeprefix(article.title).strip()
        if 2 * len(body) >= len(text):
            return Written(body, notes, article.extractor or "")
    return Written(text, notes, "lxml")


def _without_quotes(html: str) -> str:
    """`html` without what programs mark as quoted or as a signature; what was forwarded stays."""
    if not QUOTED_HTML_RE.search(html):
        return html
    import lxml.etree
    import lxml.html

    try:
        page = lxml.html.document_fromstring(UNREADABLE_RE.sub(" ", html))
        for element in page.xpath(QUOTED_XPATH):
            if element.getparent() is not None and not FORWARDED_RE.match(element.text_content()):
                element.drop_tree()
        return str(lxml.html.tostring(page, encoding="unicode"))
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return html
