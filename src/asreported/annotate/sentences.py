"""
Split a report into sentences.

A line break always ends a sentence (the title is one of its own); inside a line sentencex decides, and its
breaks after titles and short forms of news text (data/abbreviations.toml) are undone. A long line without any full
stop is cut before words that open sentences. The splitter only cuts windows and evidence: a wrong break costs a role,
never a crash.
"""

from __future__ import annotations

import functools
import itertools
import re

import msgspec
import sentencex

from asreported.codebook import load_table
from asreported.records import Report, Span

LINE_RE = re.compile(r"[^\n]+")
LAST_WORD_RE = re.compile(r"(\S+)\s*\Z")
FIRST_CHARACTER_RE = re.compile(r"\s*[\"'“‘(\[]*(\S)?")
MAX_LINE = 20_000
"""A line longer than this is cut before it is split, so that no line costs more than linear time."""

LONG_LINE = 240
"""Characters of a line that must hold more than one sentence."""
STOP_RE = re.compile(r"[.!?][\"'”’)\]]*\s+\S")
OPENER_RE = re.compile(
    r"(?<=[\w\"”’)\]]\s)(?=[\"“‘]?(?:"
    r"(?:The|An?|This|These|Those|His|Her|Their|Its|Our|Some|Many|Several|Another|At least|More than|About) [\d\"“a-z]"
    r"|(?:He|She|It|They|We|I|There|In|On|At|After|Before|But|However|Meanwhile|According|Earlier|Later|When|While|Although"
    r"|Since|During|Last|As|If|And|Both|Among)\b ?))"
)
"""What begins a sentence in text that was typed without full stops."""


class _Abbreviations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    before_name: tuple[str, ...]
    before_number: tuple[str, ...]
    inside: tuple[str, ...]


def split_sentences(report: Report) -> tuple[Span, ...]:
    """
    The sentences of `report`, in order, without outer white space; they do not overlap.

        >>> from asreported.records import make_report
        >>> text = "Gen. Omar fled. He was hurt."
        >>> [s.text for s in split_sentences(make_report(id="a", title="Fall of Ard", body=text))]
        ['Fall of Ard', 'Gen. Omar fled.', 'He was hurt.']
    """
    spans = []
    for line in LINE_RE.finditer(report.text):
        for base in range(line.start(), line.end(), MAX_LINE):
            text = report.text[base : min(base + MAX_LINE, line.end())]
            for start, end in _split_line(text):
                start, end = _strip(text, start, end)
                if end > start:
                    spans.append(report.span(base + start, base + end))
    return tuple(spans)


def _split_line(text: str) -> list[tuple[int, int]]:
    if len(text) > LONG_LINE and not STOP_RE.search(text):
        cuts = [0, *(m.start() for m in OPENER_RE.finditer(text)), len(text)]
        return list(itertools.pairwise(cuts))
    pieces: list[tuple[int, int]] = []
    at = 0
    # A lone surrogate is no Unicode; "?" stands for it, one for one, so that offsets hold.
    for piece in sentencex.segment("en", text.encode("utf-8", "replace").decode()):
        start, at = at, at + len(piece)
        if pieces and _is_abbreviated(text[max(0, pieces[-1][1] - 40) : pieces[-1][1]], text[start : start + 40]):
            pieces[-1] = (pieces[-1][0], at)
        else:
            pieces.append((start, at))
    return pieces if at == len(text) else [(0, len(text))]


def _is_abbreviated(before: str, after: str) -> bool:
    """Whether a break between `before` and `after` is none, since `before` ends in a short form."""
    last = LAST_WORD_RE.search(before)
    first = FIRST_CHARACTER_RE.match(after)
    if last is None or first is None or first[1] is None:
        return False
    word, follows = last[1].lstrip("\"'“‘(["), first[1]
    table = _abbreviations()
    if follows.islower() and word.endswith((".", "...", "…")):
        return True
    if word.casefold() in table.before_name:
        return follows.isupper()
    if word.casefold() in table.before_number:
        return follows.isdigit()
    return word.casefold() in table.inside


@functools.cache
def _abbreviations() -> _Abbreviations:
    return load_table("abbreviations.toml", _Abbreviations)


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
