"""
The pages of a PDF to lines, by pypdf: a page that it cannot read is named, and what takes too much is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..records import Refusal
from .checks import refuse_large
from .decode import replace_surrogates
from .limits import Limits
from .paragraphs import mend_letters
from .pdf_lines import Fragment, Line, read_lines

MOST_FORMS = 500
"""Forms that one page may draw, each as often as it does: forms in forms can be drawn without end."""
BOLD_RE = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
NO_TITLE_RE = re.compile(
    r".*\.(?:docx?|odt|rtf|pdf|indd|pages|txt|tex|dvi|html?|qxp)|.*[\\/].*|microsoft word\b.*|untitled\b.*|[\W\d_]*",
    re.IGNORECASE,
)
"""Titles that are the name of a file or nothing."""
LONGEST_TITLE = 300


class Text(NamedTuple):
    """The lines of a document, with the numbers of pages, from 1, that gave none or could not be read."""

    title: str
    """As the document's information states it."""
    lines: list[Line]
    pages: int
    empty: list[int]
    broken: list[int]
    notes: tuple[str, ...]


def read_pages(reader: Any, pages: int, origin: str, limits: Limits) -> Text | Refusal:
    lines: list[Line] = []
    empty, broken, turned, crowded = [], [], [], []
    size = marks = unpacked = 0
    bombs = False
    for number in range(pages):
        try:
            page = reader.pages[number]
            contents = page.get_contents()
            unpacked += len(contents.get_data()) if contents is not None else 0
            # Each stream has a limit of its own, but one may be that of many pages. pypdf reads some 10 MB in a second.
            if unpacked > limits.file:
                return refuse_bomb(origin)
            fragments, drawn = _fragments(page)
            found = read_lines(number, fragments)
        except MemoryError:
            raise
        except Exception as err:  # one page of other people's making: it is named in a note, and the rest is read
            broken.append(number + 1)
            bombs = bombs or is_limit(err)
            continue
        size += sum(len(line.text) + 1 for line in found.lines)
        if size > limits.text:
            return refuse_large(origin, limits.text, "characters", "report")
        lines += found.lines
        marks += found.marks
        if not found.lines:
            empty.append(number + 1)
        if found.turned:
            turned.append(number + 1)
        if drawn > MOST_FORMS:
            crowded.append(number + 1)
    if broken and len(broken) == pages:
        return refuse_bomb(origin) if bombs else refuse_damaged(origin, "none of its pages can be read")
    notes = []
    if turned:
        notes.append(f"words set at an angle to the rest were left out: {listed(turned)}")
    if crowded:
        notes.append(f"more than {MOST_FORMS} drawings, of which text may be missing: {listed(crowded)}")
    if marks:
        notes.append(f"{marks} mark{'s' if marks > 1 else ''} of footnotes left out")
    return Text(_stated_title(reader), lines, pages, empty, broken, tuple(notes))


def _fragments(page: Any) -> tuple[list[Fragment], int]:
    """The words of a page with their places, none for one without a text layer, and how often it draws a form."""
    fragments: list[Fragment] = []
    drawn = 0

    def visit(text: str, outer: Sequence[float], inner: Sequence[float], font: Any, size: float) -> None:
        if text:
            fragments.append(_placed(text, outer, inner, font, size))

    def count(operator: bytes, *_: Any) -> None:
        nonlocal drawn
        drawn += operator == b"Do"

    page.extract_text(visitor_text=visit, visitor_operand_before=count)
    return fragments, drawn


def _placed(text: str, outer: Sequence[float], inner: Sequence[float], font: Any, size: float) -> Fragment:
    """`text` at the place to which the text matrix `inner` and the matrix of the page `outer` put it."""
    a, b, c, d = outer[:4]
    right = (inner[0] * a + inner[1] * c, inner[0] * b + inner[1] * d)
    up = (inner[2] * a + inner[3] * c, inner[2] * b + inner[3] * d)
    x = inner[4] * a + inner[5] * c + outer[4]
    y = inner[4] * b + inner[5] * d + outer[5]
    numbers = [x, y, abs(size) * math.hypot(*up), math.degrees(math.atan2(right[1], right[0]))]
    if not all(map(math.isfinite, numbers)):
        numbers = [0.0, 0.0, 0.0, 0.0]
    name = str(font.get("/BaseFont", "")) if hasattr(font, "get") else ""
    return Fragment(
        text=text,
        x=numbers[0],
        y=numbers[1],
        size=round(2 * numbers[2]) / 2,
        angle=round(numbers[3]),
        bold=BOLD_RE.search(name[:200]) is not None,
    )


def _stated_title(reader: Any) -> str:
    """The title in the document's information; empty where it is none, or the name of a file."""
    try:
        stated = str((reader.metadata or {}).get("/Title") or "")[: LONGEST_TITLE + 1]
    except Exception:  # damaged information is none
        return ""
    title = " ".join(replace_surrogates(mend_letters(stated))[0].split())
    return "" if len(title) > LONGEST_TITLE or NO_TITLE_RE.fullmatch(title) else title


# ---- refusals and notes ------------------------------------------------------------------


def listed(pages: Sequence[int]) -> str:
    shown = ", ".join(map(str, pages[:12]))
    return f"page{'s' if len(pages) > 1 else ''} {shown}{' and others' if len(pages) > 12 else ''}"


def is_limit(err: Exception) -> bool:
    from pypdf.errors import LimitReachedError

    return isinstance(err, LimitReachedError)


def refuse_bomb(origin: str) -> Refusal:
    message = (
        "It unpacks to more than any report needs. Save its text (for example with `pdftotext FILE`) and read that."
    )
    return Refusal(origin=origin, reason="too-large", message=message)


def refuse_damaged(origin: str, problem: str) -> Refusal:
    detail = f" ({' '.join(problem.split()).strip('. ')[:100]})" if problem.strip() else ""
    message = f"It cannot be read as a PDF{detail}; expected a whole one. Get it again, or save its text and read that."
    return Refusal(origin=origin, reason="damaged", message=message)
