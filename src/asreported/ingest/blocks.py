"""
The text of a piece of HTML that is wholly the report, as in a feed's entry or a mail: nothing is taken for a menu.

A page around an article is read by html.py. Blocks and rows of tables become paragraphs, a `br` a line, two of them a
paragraph. What a browser does not show is left out. No tree is built: its depth is up to whoever wrote the
page.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

UNREADABLE_RE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML cannot hold; lxml refuses a text with them."""

UNSEEN_RE = re.compile(
    r"head|title|script|style|noscript|template|iframe|object|embed|svg|math|select|textarea|audio|video|canvas"
)
"""Elements of which nothing is text of the report."""

BLOCK_RE = re.compile(
    r"address|article|aside|blockquote|body|caption|center|d[dlt]|details|div|fieldset|figcaption|figure|footer|form|"
    r"h[1-6r]|header|html|li|main|nav|ol|p|pre|section|summary|table|tbody|tfoot|thead|tr|ul"
)
HIDDEN_RE = re.compile(r"display\s{0,9}:\s{0,9}none", re.IGNORECASE)
SPACES_RE = re.compile(r"[ \t\r\n\f\v\u00a0]+")

PARAGRAPH, LINE, CELL = "\0p", "\0l", "\0c"  # no text holds NUL: UNREADABLE_RE has removed them


def block_text(html: str) -> str:
    """
    The paragraphs of `html`, separated by blank lines; empty where there are none.

        >>> block_text("<p>Twelve <b>died</b>\\n on Tuesday.</p><ul><li>Nine in Ariva</ul><script>x</script>")
        'Twelve died on Tuesday.\\n\\nNine in Ariva'
        >>> block_text("Ariva, 3 May<br>They fled.<br><br>Nobody returned.")
        'Ariva, 3 May\\nThey fled.\\n\\nNobody returned.'
    """
    return _joined(_parse(UNREADABLE_RE.sub(" ", html)))


class _Pieces:
    """Receives the events of the parser, and keeps the texts and the marks of where a paragraph, line or cell ends."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._unseen = 0  # elements that are open since one that is not shown, and that one

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if self._unseen or UNSEEN_RE.fullmatch(name) or _hidden(attributes):
            self._unseen += 1
        elif name not in ("td", "th"):
            self.pieces.append(_mark(name))

    def end(self, name: str) -> None:
        if self._unseen:
            self._unseen -= 1
        elif name != "br":
            self.pieces.append(_mark(name))

    def data(self, text: str) -> None:
        if not self._unseen:
            self.pieces.append(text)

    def comment(self, text: str) -> None: ...

    def pi(self, target: str, text: str | None = None) -> None: ...

    def close(self) -> list[str]:
        return self.pieces


def _parse(html: str) -> list[str]:
    import lxml.etree

    # Without a tree depth costs nothing; lxml would drop what lies deeper than 256 elements.
    parser = lxml.etree.HTMLParser(target=_Pieces(), no_network=True, huge_tree=False)
    try:
        pieces: list[str] = lxml.etree.fromstring(f"<html><body>{html}</body></html>", parser=parser)
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        return []
    return pieces


@functools.lru_cache(maxsize=1000)  # a page may make up as many names as it likes
def _mark(name: str) -> str:
    if BLOCK_RE.fullmatch(name):
        return PARAGRAPH
    if name in ("td", "th"):
        return CELL
    return LINE if name == "br" else ""


def _hidden(attributes: Mapping[str, str]) -> bool:
    return "hidden" in attributes or bool(HIDDEN_RE.search(attributes.get("style") or ""))


def _joined(pieces: list[str]) -> str:
    paragraphs = []
    for paragraph in "".join(pieces).replace(LINE + PARAGRAPH, PARAGRAPH).split(PARAGRAPH):
        if not paragraph or paragraph.isspace():
            continue
        lines = [_cells(line) for line in paragraph.split(LINE)]
        # An empty line between two others ends a paragraph.
        paragraphs += [part.strip("\n") for part in re.split(r"\n{2,}", "\n".join(lines))]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _cells(line: str) -> str:
    cells = [SPACES_RE.sub(" ", cell).strip() for cell in line.split(CELL)]
    return " | ".join(cell for cell in cells if cell)
