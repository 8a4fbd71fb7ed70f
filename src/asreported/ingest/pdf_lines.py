"""
The lines of a PDF and what they are: body, running header or footer, footnote.

A page of a PDF is words at places. A line of `Line`s is what stands on one height; its place and size tell what the
page only shows: where a paragraph ends, what repeats on every page, what is a footnote.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .paragraphs import mend_letters

MOST_RUNNING = 3
"""Lines that run along the top, or the foot, of a page."""
SAME_HEIGHT = 3.0
"""Points by which lines that repeat at the same place may differ in height."""
NUMBER_RE = re.compile(r"\d{1,6}")
PAGE_NUMBER_RE = re.compile(
    r"(?:p(?:age|\.)?\s*)?[-–—|\[(]?\s*(\d{1,4})\s*(?:(?:of|/|\|)\s*\d{1,4})?\s*[-–—|\])]?", re.IGNORECASE
)
MARK_RE = re.compile(r"(?:\d{1,3}|[*†‡§]{1,3})(?:[,–-]\s?\d{1,3})*")
MARKED_RE = re.compile(r"[\w.,;:!?…)\]\"'”’»]\Z")
"""What the mark of a footnote stands behind."""
FOOTNOTE_RE = re.compile(r"(?:\d{1,3}|[*†‡§])[.)]?\s*[^\W\d]")
SMALL = 0.92
"""Share of the body's size below which a line at the foot of a page is a footnote."""
UNITS = frozenset({"m", "km", "cm", "mm", "ft"})
"""Behind them a raised 2 or 3 is part of the unit."""


class Fragment(NamedTuple):
    """Words at a place. Units: points; `angle` in degrees, against the horizontal."""

    text: str
    x: float
    y: float
    size: float
    angle: float
    bold: bool


class Line(NamedTuple):
    """A line of a page, counted from 0, at the place of its first letter."""

    page: int
    text: str
    x: float
    y: float
    size: float
    bold: bool


class Marked(NamedTuple):
    """The lines of a page, and what was left out of them."""

    lines: list[Line]
    marks: int
    turned: bool


# ---- lines -------------------------------------------------------------------------------


def read_lines(page: int, fragments: Iterable[Fragment]) -> Marked:
    """
    The lines of a page in the order in which the file gives them; words at an angle to the rest are left out.

        >>> read_lines(0, [Fragment("Twelve ", 9, 9, 9, 0, False), Fragment("died.\\n", 45, 9, 9, 0, True)]).lines
        [Line(page=0, text='Twelve died.', x=9, y=9, size=9, bold=False)]
    """
    fragments = list(fragments)
    angles: Counter[float] = Counter()
    for fragment in fragments:
        angles[fragment.angle] += len(fragment.text.strip())
    angle = angles.most_common(1)[0][0] if angles else 0.0
    lines: list[Line] = []
    pieces: list[Fragment] = []
    marks, turned = 0, False
    for fragment in fragments:
        if abs(fragment.angle - angle) > 5 and fragment.text.strip():
            turned = True
            continue
        text, _, rest = fragment.text.partition("\n")
        pieces.append(_upright(fragment._replace(text=text), angle))
        if len(text) < len(fragment.text):
            marks += _take_line(page, pieces, lines)
            pieces = [_upright(fragment._replace(text=rest.replace("\n", " ")), angle)] if rest.strip() else []
    marks += _take_line(page, pieces, lines)
    return Marked(lines, marks, turned)


def _upright(fragment: Fragment, angle: float) -> Fragment:
    """`fragment` as it stands on a page that is turned so that its text runs from left to right."""
    if not angle:
        return fragment
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return fragment._replace(x=fragment.x * cos + fragment.y * sin, y=fragment.y * cos - fragment.x * sin)


def _take_line(page: int, pieces: list[Fragment], lines: list[Line]) -> int:
    """Adds the line that `pieces` make, without the marks of footnotes; how many those were."""
    shown = [piece for piece in pieces if piece.text.strip()]
    if not shown:
        return 0
    sizes, bold = Counter[float](), 0
    for piece in shown:
        sizes[piece.size] += len(piece.text)
        bold += len(piece.text) if piece.bold else 0
    size = sizes.most_common(1)[0][0]
    base = next(piece.y for piece in shown if piece.size == size)
    texts: list[str] = []
    marks = 0
    for piece in pieces:
        raised = piece.size <= 0.85 * size and piece.y >= base - 0.05 * size
        before = texts[-1] if texts else ""
        mark = piece.text.strip()
        if not raised or not MARKED_RE.search(before) or not MARK_RE.fullmatch(mark):
            texts.append(piece.text)
        elif power := _power(before, mark):
            texts.append(power)
        else:
            # "killed 30" with the mark of footnote 1 must not become 301.
            marks += 1
            texts.append(" " if piece.text[-1].isspace() else "")
    text = " ".join(mend_letters("".join(texts)).split())
    above = lines[-1] if lines else None
    if above and size <= 0.85 * above.size and 0 <= base - above.y < 0.6 * above.size and MARK_RE.fullmatch(text):
        power = _power(above.text, text)
        lines[-1] = above._replace(text=above.text + power)
        return marks if power else marks + 1
    if text:
        lines.append(Line(page, text, shown[0].x, base, size, 2 * bold > sum(sizes.values())))
    return marks


def _power(before: str, mark: str) -> str:
    """The square or cube that a raised `mark` behind a unit is; empty for the mark of a footnote."""
    return {"2": "²", "3": "³"}.get(mark, "") if before.split()[-1].lower() in UNITS else ""


# ---- what repeats ------------------------------------------------------------------------


class Parted(NamedTuple):
    """Lines of the body, and those that run along the top or foot of pages."""

    body: list[Line]
    running: list[Line]


def part_running(lines: Sequence[Line], pages: int) -> Parted:
    """
    `lines` without running headers, running footers and page numbers.

    These are the outermost lines of a page that stand on other pages at the same height with the same words, a number
    that counts the pages aside. Page after page the next line inwards is looked at, as long as some were found. A line
    on two pages is enough where there are up to four, on three where there are more.
    """
    left = list(lines)
    running: list[Line] = []
    least = 2 if pages <= 4 else 3
    for _ in range(MOST_RUNNING):
        outer = _outermost(left)
        places: defaultdict[str, list[Line]] = defaultdict(list)
        for line in outer:
            for key in _keys(line):
                places[key].append(line)
        found = {
            line
            for same in places.values()
            for line in same
            if len({other.page for other in same if abs(other.y - line.y) <= SAME_HEIGHT}) >= least
        } | {line for line in outer if _is_page_number(line, left)}
        if not found:
            break
        running += [line for line in left if line in found]
        left = [line for line in left if line not in found]
    return Parted(left, running)


def _outermost(lines: Sequence[Line]) -> list[Line]:
    """The lines at the greatest and at the smallest height of each page."""
    top: dict[int, float] = {}
    foot: dict[int, float] = {}
    for line in lines:
        top[line.page] = max(top.get(line.page, line.y), line.y)
        foot[line.page] = min(foot.get(line.page, line.y), line.y)
    return [line for line in lines if top[line.page] - line.y < 1 or line.y - foot[line.page] < 1]


def _keys(line: Line) -> list[str]:
    """What must be the same on other pages: all words, or all but one number that counts the pages."""
    words = line.text.casefold()
    keys = [words]
    for found in list(NUMBER_RE.finditer(words))[:4]:
        keys.append(f"{words[: found.start()]}\0{int(found[0]) - line.page}\0{words[found.end() :]}")
    return keys


def _is_page_number(line: Line, lines: Sequence[Line]) -> bool:
    found = PAGE_NUMBER_RE.fullmatch(line.text)
    if not found or int(found[1]) != line.page + 1:
        return False
    gaps = [abs(other.y - line.y) for other in lines if other.page == line.page and other is not line]
    return bool(gaps) and min(gaps) > 1.5 * line.size


# ---- footnotes ---------------------------------------------------------------------------


def body_size(lines: Iterable[Line]) -> float:
    """The size in which most letters are set, in points; 0 without lines."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def part_footnotes(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """`lines` without the footnotes of each page, and those: the sentence that runs on over the page must not break."""
    size = body_size(lines)
    body: list[Line] = []
    footnotes: list[Line] = []
    pages: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        pages[line.page].append(line)
    for page in pages.values():
        lowest = min((line.y for line in page if line.size > SMALL * size), default=-math.inf)
        start = next(
            (
                i
                for i, line in enumerate(page)
                if line.size <= SMALL * size and line.y < lowest and FOOTNOTE_RE.match(line.text)
            ),
            len(page),
        )
        for i, line in enumerate(page):
            (footnotes if i >= start and line.size <= SMALL * size and line.y < lowest else body).append(line)
    return body, footnotes
