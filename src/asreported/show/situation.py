"""
A situation as text for a terminal: sections under headings, each statement in a few lines with its quotation.

Lines are wrapped at the width of the terminal; when piped at 80 columns, for it is prose to be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from ..compare.situation import Section, Situation
from ..compare.situation_items import Item
from .cards import family_style, print_lines
from .situation_words import (
    HEADINGS,
    according,
    area_words,
    basis,
    contradiction_words,
    count,
    earlier_words,
    flags_of,
    headline,
    left_out,
    origin_words,
    place_line,
    question_words,
    rest_words,
    rules,
    time_line,
    title,
)
from .words import safe_line

PIPED_WIDTH = 80
MOST_WIDTH = 100
"""Longer lines of prose are hard to read, however wide the terminal is."""


def print_situation(told: Situation, console: Console, *, whole: bool = False) -> None:
    """Print `told`; with `whole` also the claims known only to a province or country."""
    width = min(console.width, MOST_WIDTH) if console.is_terminal else PIPED_WIDTH
    print_lines(situation_lines(told, width, whole=whole), console)


def situation_lines(told: Situation, width: int, *, whole: bool = False) -> Iterator[Text]:
    """The lines of `told`, none of them wider than `width` unless a single word is."""
    yield from _wrap(title(told), width, style="bold")
    yield from _wrap(f"As reported: {basis(told)}.", width, style="dim")
    for section in told.sections:
        yield from _section(section, HEADINGS[section.key], told, width)
    yield from _contradictions(told, width)
    if told.apart.items or told.apart.older:
        yield from _section(told.apart, HEADINGS["apart"], told, width)
    if told.place is not None and (told.nearby.items or told.nearby.older):
        yield from _section(told.nearby, f"{HEADINGS['nearby']}, within {told.nearby_km:g} km", told, width)
    yield from _around(told, width, whole)
    yield Text("")
    yield Text("HOW TO READ THIS", "bold")
    for rule in (*rules(told), *(f"Left out: {reason}." for reason in left_out(told))):
        yield from _wrap(rule, width, "  ", style="dim")


def _section(section: Section, heading: str, told: Situation, width: int) -> Iterator[Text]:
    yield Text("")
    yield from _wrap(heading.upper(), width, style="bold")
    for item, before in zip(section.items, (None, *section.items), strict=False):
        repeated = before is not None and before.quotation == item.quotation
        yield from _item(item, told, width, "(the same sentence)" if repeated else f"“{item.quotation}”")
    if rest := rest_words(section, told):
        yield from _wrap(f"and {rest}" if section.items else rest, width, "  ", style="dim")


def _item(item: Item, told: Situation, width: int, quotation: str) -> Iterator[Text]:
    yield from _wrap(headline(item), width, "  * ", style=family_style(item.kind))
    yield from _wrap(place_line(item, told), width, "    ")
    flags = "".join(f"{flag}; " for flag in flags_of(item))
    yield from _wrap(f"{flags}{time_line(item)}; {according(item)}", width, "    ")
    for line in earlier_words(item):
        yield from _wrap(line, width, "    ")
    for line in question_words(item):
        yield from _wrap(line, width, "    ", style="bold")
    yield from _wrap(quotation, width, "    ", style="italic")
    yield from _wrap(f"[{origin_words(item)}]", width, "    ", style="dim")


def _contradictions(told: Situation, width: int) -> Iterator[Text]:
    """Each with its sides and their sentences; who is right is not said."""
    if told.contradictions:
        yield Text("")
        yield from _wrap(HEADINGS["contradictions"].upper(), width, style="bold")
    for contradiction in told.contradictions:
        about, *sides = contradiction_words(contradiction)
        yield from _wrap(about, width, "  * ", style="bold")
        for side, statement in zip(sides, contradiction.statements, strict=True):
            yield from _wrap(side, width, "    - ")
            yield from _wrap(f"“{statement.quotation}”", width, "      ", style="italic")
            yield from _wrap(f"[{statement.key}]", width, "      ", style="dim")
    if told.more_contradictions:
        yield from _wrap(f"and {told.more_contradictions:,} more (--all shows them)", width, "  ", style="dim")


def _around(told: Situation, width: int, whole: bool) -> Iterator[Text]:
    for area in told.around:
        if not whole or not area.items:
            counts = ", ".join(f"{number:,} {kind}" for kind, number in area.counts.items())
            yield Text("")
            total = count(sum(area.counts.values()), "claim")
            line = f"{area_words(area)}: {total} ({counts}); --all shows them"
            yield from _wrap(line, width, style="dim")
        else:
            section = Section(key="around", items=area.items, more=sum(area.counts.values()) - len(area.items))
            yield from _section(section, area_words(area), told, width)


def _wrap(text: str, width: int, head: str = "", *, style: str = "") -> Iterator[Text]:
    """`text` made safe and wrapped behind `head`, further lines indented as far; one line of report is one of text."""
    for number, line in enumerate(_lines(safe_line(text), max(10, width - len(head)))):
        start = head if number == 0 else " " * len(head)
        yield Text.assemble(start, (line, style or ""))


def _lines(text: str, room: int) -> Iterator[str]:
    """
    `text` in lines of at most `room` cells; a word that is longer is cut. Many times as fast as rich's own wrapping.

        >>> list(_lines("cutting off several desert tracks", 12))
        ['cutting off', 'several', 'desert', 'tracks']
    """
    line, used = "", 0
    for word in text.split():
        size = cell_len(word)
        if line and used + 1 + size > room:
            yield line
            line, used = "", 0
        while size > room:
            start = set_cell_size(word, room).rstrip() or word[:1]
            yield start
            word = word[len(start) :]
            size = cell_len(word)
        line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    if line:
        yield line
