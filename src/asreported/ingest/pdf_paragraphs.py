"""
The lines of a PDF to paragraphs, by what the page shows: gaps, indents, sizes, how full the line is.

Where a column or a page ends the place says nothing, and the words decide: a sentence that has not ended runs on.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .paragraphs import BULLETS, HYPHENS, count_words, ends_sentence, join_lines, starts_item
from .pdf_lines import Line

LEADING = 1.2
"""Distance of lines, in sizes, where the page does not tell."""
WIDEST_LETTER = 0.55
"""Width of a letter on average, in sizes: a little more than that of most fonts."""
CELL_GAP = 0.8
"""Space between two cells, in sizes: more than between words of a line that is spread to the margin."""
NEIGHBOURS = 12
"""Lines before and after from which the width of a column is told."""


class Paragraph(NamedTuple):
    """A paragraph and the page, counted from 0, on which it starts."""

    page: int
    text: str


def join_paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """The paragraphs of `lines`, words that line ends broke made whole."""
    lines, rows = _merge_cells(lines)
    leadings = _leadings(lines)
    words = count_words(line.text for line in lines)
    paragraphs: list[list[Line]] = []
    for i, line in enumerate(lines):
        if paragraphs and not {i - 1, i} & rows and not _is_break(lines, i, paragraphs[-1], leadings):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return [Paragraph(part[0].page, join_lines([line.text for line in part], words)) for part in paragraphs]


def _merge_cells(lines: Sequence[Line]) -> tuple[list[Line], set[int]]:
    """
    `lines` with the cells of a row of a table as one line, and which lines are such rows.

    Cells stand at one height, one of them clearly to the right of where the one before it must have ended.
    """
    merged: list[Line] = []
    rows: set[int] = set()
    end = 0.0
    for line in lines:
        above = merged[-1] if merged else None
        is_level = above is not None and above.page == line.page and abs(above.y - line.y) < 0.3 * line.size
        if above is not None and is_level and (len(merged) - 1 in rows or line.x - end > CELL_GAP * line.size):
            rows.add(len(merged) - 1)
            merged[-1] = above._replace(text=f"{above.text} | {line.text}")
        else:
            merged.append(line)
        end = line.x + WIDEST_LETTER * line.size * len(line.text)
    return merged, rows


def _leadings(lines: Sequence[Line]) -> dict[float, float]:
    """The usual distance between lines of each size, in points."""
    gaps: dict[float, Counter[float]] = {}
    for above, line in itertools.pairwise(lines):
        gap = above.y - line.y
        if above.page == line.page and above.size == line.size and 0.5 * line.size < gap < 3 * line.size:
            gaps.setdefault(line.size, Counter())[round(2 * gap) / 2] += 1
    # Of distances that are frequent, the smallest is the one inside paragraphs: those between short ones are as many.
    return {
        size: min(gap for gap, count in found.items() if 2 * count >= max(found.values()))
        for size, found in gaps.items()
    }


def _is_break(lines: Sequence[Line], i: int, paragraph: Sequence[Line], leadings: Mapping[float, float]) -> bool:
    """Whether line `i` starts a paragraph; the one before it is the last of `paragraph`."""
    above, line = lines[i - 1], lines[i]
    if abs(above.size - line.size) > 0.1 * max(above.size, line.size):
        return True
    gap = above.y - line.y
    if above.page != line.page or gap < -0.5 * line.size:
        return not _runs_on(lines, i, paragraph)
    if gap < 0.3 * line.size:  # the same height, in two pieces
        return False
    leading = leadings.get(line.size, LEADING * line.size)
    if line.text[0] in BULLETS:
        return True
    if gap > 1.2 * leading + 0.5:
        # What stands raised in a line can push it down, in the middle of a sentence.
        goes_on = line.text[0].islower() and not ends_sentence(above.text)
        return not (goes_on and gap < 2 * leading and not _is_short(above, line, _widest(lines, i - 1), 0.7))
    if starts_item(line.text) and line.x < above.x - 2:
        return True
    if gap > 1.9 * line.size and (ends_sentence(above.text) or _is_short(above, line, _widest(lines, i - 1), 0.7)):
        return True
    return _is_indented(lines, i, paragraph) or _ends(above, line, lines, i)


def _runs_on(lines: Sequence[Line], i: int, paragraph: Sequence[Line]) -> bool:
    """Whether `paragraph`, last of its column or page, goes on in line `i`."""
    above, line = lines[i - 1], lines[i]
    if starts_item(line.text):
        return False
    if len(paragraph) > 1 and paragraph[0].x - paragraph[1].x > 0.8 * line.size and i + 1 < len(lines):
        # Where first lines are indented, one that is not goes on.
        return line.x - lines[i + 1].x < 0.8 * line.size
    if ends_sentence(above.text) and not above.text.endswith((":", ";")):
        return False
    is_short = _is_short(above, line, _widest(lines, i - 1), 0.7)
    return above.text[-1] in HYPHENS or line.text[0].islower() or not is_short


def _is_indented(lines: Sequence[Line], i: int, paragraph: Sequence[Line]) -> bool:
    """Whether line `i` stands in from the lines around it, as a first line or a quotation does; not texts of items."""
    above, line = lines[i - 1], lines[i]
    if line.x - above.x < 0.8 * line.size:
        # Out again: a quotation has ended, unless the paragraph's only line so far was its indented first one.
        return above.x - line.x > 0.8 * line.size and len(paragraph) > 1 and abs(paragraph[-2].x - above.x) < 1
    if len(paragraph) == 1 and starts_item(paragraph[0].text):
        return False
    # A centred headline moves in and out.
    return not (above.bold and line.bold and not ends_sentence(above.text))


def _ends(above: Line, line: Line, lines: Sequence[Line], i: int) -> bool:
    """Whether `above` ends a paragraph by its look alone: the next word would have fit, or a bold heading ends."""
    widest = _widest(lines, i - 1)
    if above.bold != line.bold and _is_short(above, line, widest, 0.9):
        return True
    if ends_sentence(above.text):
        return _is_short(above, line, widest, 0.85)
    return not line.text[0].islower() and above.text[-1] not in HYPHENS and _is_short(above, line, widest, 0.7)


def _is_short(above: Line, line: Line, widest: int, share: float) -> bool:
    """Whether the first word of `line` would have fit behind `above`: letters differ in width, so a share is enough."""
    return len(above.text) + 1 + len(line.text.split(maxsplit=1)[0]) < share * widest


def _widest(lines: Sequence[Line], i: int) -> int:
    """Characters of the widest line around line `i` in its size and at its margin."""
    line = lines[i]
    around = lines[max(0, i - NEIGHBOURS) : i + NEIGHBOURS + 1]
    return max(len(other.text) for other in around if other.size == line.size and abs(other.x - line.x) < 3 * line.size)
