"""
A situation as one HTML page that needs nothing but itself: no network, no file beside it, no script at all.

page_head.py says what the page may hold. All that a report or a table holds goes through `esc`.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..compare.situation import Around, Section, Situation
from ..compare.situation_items import Item
from .page_head import page_head
from .reader import FAMILIES, esc, family_of, isolate, link
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


def render_situation(told: Situation) -> str:
    """The page of `told`: a list of its sections, each statement with its quotation, and how to read it."""
    sections = [(section, HEADINGS[section.key]) for section in told.sections]
    own = len(sections)
    if told.apart.items or told.apart.older:
        sections.append((told.apart, HEADINGS["apart"]))
    if told.place is not None and (told.nearby.items or told.nearby.older):
        sections.append((told.nearby, f"{HEADINGS['nearby']}, within {told.nearby_km:g} km"))
    shown = [_section(section, heading, told) for section, heading in sections]
    body = "".join([*shown[:own], _contradictions(told), *shown[own:]])
    around = "".join(_around(area, told) for area in told.around)
    reasons = [*rules(told), *(f"Left out: {reason}." for reason in left_out(told))]
    return (
        f"{page_head(title(told), 'situation.css')}<body>\n<header><h1>{isolate(title(told))}</h1>\n"
        f"<p>As reported: {esc(basis(told))}.</p>\n{_contents(sections)}</header>\n"
        f"<main>\n{body or '<p>Nothing is reported of it by that day.</p>'}{around}</main>\n"
        f'<footer class="rules"><h2>How to read this</h2>\n{"".join(f"<p>{esc(reason)}</p>" for reason in reasons)}\n'
        "</footer>\n</body>\n</html>\n"
    )


def _contents(sections: Sequence[tuple[Section, str]]) -> str:
    links = "".join(
        f'<li><a href="#{section.key}">{esc(heading)}</a> {len(section.items) + section.more}</li>'
        for section, heading in sections
        if section.items
    )
    return f'<nav aria-label="Sections"><ul>{links}</ul></nav>\n' if links else ""


def _section(section: Section, heading: str, told: Situation) -> str:
    items = "".join(_item(item, told, apart=section.key == "apart") for item in section.items)
    rest = rest_words(section, told)
    told_rest = f'<p class="rest">{esc(rest)}</p>\n' if rest else ""
    return f'<section id="{section.key}"><h2>{esc(heading)}</h2>\n<ol>\n{items}</ol>\n{told_rest}</section>\n'


def _item(item: Item, told: Situation, *, apart: bool = False) -> str:
    family = family_of(item.kind)
    flags = "".join(f'<span class="flag">{esc(flag)}</span>; ' for flag in flags_of(item))
    beside = "".join(f"<li>{isolate(line)}</li>" for line in earlier_words(item))
    beside += "".join(f'<li class="against">{isolate(line)}</li>' for line in question_words(item))
    url = f" · {link(item.url)}" if item.url else ""
    report = f"{isolate(item.title)} · " if item.title and item.publisher else ""
    return (
        f'<li class="item {family}{" apart" if apart else ""}">\n'
        f'<h3><span class="glyph" aria-hidden="true">{FAMILIES[family]}</span> {isolate(headline(item))}</h3>\n'
        f"<p>{isolate(place_line(item, told))}</p>\n"
        f"<p>{flags}{esc(time_line(item))}; {isolate(according(item))}</p>\n"
        + (f'<ul class="beside">{beside}</ul>\n' if beside else "")
        + f'<blockquote dir="auto">{esc(item.quotation)}</blockquote>\n'
        f'<p class="origin">{report}{isolate(origin_words(item))}{url}</p>\n</li>\n'
    )


def _contradictions(told: Situation) -> str:
    """Each with its sides and their sentences, folded but for what it is about; who is right is not said."""
    if not told.contradictions:
        return ""
    items = []
    for contradiction in told.contradictions:
        about, *sides = contradiction_words(contradiction)
        lines = "".join(
            f'<li>{isolate(side)}<blockquote dir="auto">{esc(statement.quotation)}</blockquote>'
            f'<span class="origin">{isolate(statement.key)}</span></li>'
            for side, statement in zip(sides, contradiction.statements, strict=True)
        )
        items.append(f"<li><details><summary>{isolate(about)}</summary><ul>{lines}</ul></details></li>\n")
    more = (
        f'<p class="rest">{told.more_contradictions:,} more (--all shows them)</p>' if told.more_contradictions else ""
    )
    heading = esc(HEADINGS["contradictions"])
    return f'<section id="contradictions"><h2>{heading}</h2>\n<ol>\n{"".join(items)}</ol>{more}</section>\n'


def _around(area: Around, told: Situation) -> str:
    """What is known no closer than a province or country, folded."""
    counts = ", ".join(f"{number:,} {kind}" for kind, number in area.counts.items())
    total = count(sum(area.counts.values()), "claim")
    items = "".join(_item(item, told) for item in area.items)
    listed = f"<ol>\n{items}</ol>\n" if items else '<p class="rest">--all shows them</p>\n'
    return f"<details><summary>{isolate(area_words(area))}: {total} ({esc(counts)})</summary>\n{listed}</details>\n"
