"""
One report as HTML: its text with the triggers of its claims marked, and a card for each claim below it.

Everything that a report or a table holds goes through `esc`; the only other strings are our own. A trigger is a
link to its card, so that a reader without script loses nothing but comfort. Pieces of text carry
`data-m="3:actor 5:target"`, claim number and part, which is all that page.js needs to mark a selected claim.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import msgspec

from ..codebook import kinds
from ..compare.chains import name_sources
from ..records import Claim, Reading, Report
from .marks import Mark, Piece, claim_marks, cut_pieces
from .words import LABELS, Row, claim_rows, safe_line, safe_markup, tell_publisher

FAMILIES = {
    "fighting": "▲",
    "harm": "✚",
    "liberty": "■",
    "territory": "◆",
    "forces": "●",
    "people": "◗",
    "politics": "★",
}
"""Family of kinds → the shape that stands beside its colour, for those who cannot tell the colours apart."""

PARTS = (*LABELS,)
MOST_STACKED = 3
"""How many underlines fit below a word; further marks are still in the card."""

_URL_RE = re.compile(r"https?://[^\s\\\"'<>\x00-\x20]+", re.IGNORECASE)
LANGUAGE_RE = re.compile(r"[a-z]{2,3}")


def esc(text: str) -> str:
    """`text` for an element or a quoted attribute; controls and direction overrides become visible."""
    return html.escape(safe_markup(text), quote=True)


def isolate(text: str) -> str:
    """`text` as an element of its own, whose direction of writing cannot touch what stands beside it."""
    return f"<bdi>{esc(text)}</bdi>"


def render_report(reading: Reading, number: int, sources: dict[str, int]) -> str:
    """
    The article of one report.

    `number` makes its ids unique on the page; `sources` numbers the names by which the page can be filtered.
    """
    report = reading.report
    head, text, anchors = _text(reading, number)
    cards = "\n".join(
        _card(reading, claim, f"r{number}", n, anchors.get(n, n), sources) for n, claim in enumerate(reading.claims, 1)
    )
    claims = f'<ol class="cards">\n{cards}\n</ol>' if cards else "<p>No claims were found in this report.</p>"
    return (
        f'<article class="report" id="r{number}" aria-labelledby="r{number}-title">\n'
        f'<header><h2 id="r{number}-title" dir="auto"{_lang(report)}>{head}</h2>\n{_facts(report)}</header>\n'
        f'<div class="text"{_lang(report)}>\n{text}</div>\n'
        f'<section class="claims" aria-label="Claims of this report"><h3>Claims</h3>\n{claims}\n</section>\n'
        "</article>\n"
    )


def family_of(kind: str) -> str:
    """The family of `kind`; `politics`, the plainest, for a kind that the codebook lacks."""
    family = next((known.family for known in kinds() if known.key == kind), "politics")
    return family if family in FAMILIES else "politics"


def source_names(claim: Claim, publisher: str | None) -> tuple[str, ...]:
    """The names by which a reader may ask for the claims of a source; the publisher where nobody is quoted."""
    if not claim.sources:
        return (f"{tell_publisher(publisher)} itself",)
    return tuple(dict.fromkeys(name_sources(claim)))


# ---- the head ----------------------------------------------------------------------------


def _facts(report: Report) -> str:
    published = report.published or "no date"
    facts = [isolate(report.publisher)] if report.publisher else []
    facts.append(f'<time datetime="{esc(published)}">{esc(published)}</time>' if report.published else published)
    if report.url:
        facts.append(link(report.url))
    kept = {
        "id": report.id,
        "language": report.language,
        "read from": report.origin,
        "read by": report.extractor,
        "SHA-256 of the text": report.sha256,
    }
    rows = "".join(f"<dt>{key}</dt><dd>{isolate(value)}</dd>" for key, value in kept.items() if value)
    rows += "".join(f"<dt>note</dt><dd>{isolate(note)}</dd>" for note in report.notes)
    return (
        f'<p class="facts">{" · ".join(facts)}</p>\n'
        f"<details><summary>About this report</summary><dl>{rows}</dl></details>\n"
    )


def link(url: str) -> str:
    """A link where `url` is plainly one of the web, its text otherwise."""
    if not _is_web(url):
        return isolate(url)
    return f'<a href="{esc(url)}" target="_blank" rel="noreferrer noopener">{isolate(url)}</a>'


def _is_web(url: str) -> bool:
    if not _URL_RE.fullmatch(url) or safe_markup(url) != url:
        return False
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:  # "http://[" and its like
        return False


def _lang(report: Report) -> str:
    return f' lang="{report.language}"' if report.language and LANGUAGE_RE.fullmatch(report.language) else ""


# ---- the text ----------------------------------------------------------------------------


def _text(reading: Reading, number: int) -> tuple[str, str, dict[int, int]]:
    """
    The title's line and the paragraphs of the text, cut at the borders of all marks; and for each claim the number
    of the claim whose anchor stands at its trigger: two claims of one trigger share the anchor of the first.
    """
    text = reading.report.text
    marks = [mark for n, claim in enumerate(reading.claims, 1) for mark in claim_marks(claim, n)]
    anchors: dict[int, int] = {}
    pieces = []
    for piece in cut_pieces(0, len(text), marks):
        starting = [mark.claim for mark in piece.marks if mark.part == "trigger" and mark.start == piece.start]
        anchors |= dict.fromkeys(starting, starting[0]) if starting else {}
        pieces.append(_piece(text[piece.start : piece.end], piece, reading, number))
    lines = [line for line in "".join(pieces).split("\n") if line.strip()]
    head = lines.pop(0) if reading.report.title and lines else esc(reading.report.id)
    return head, "".join(f'<p dir="auto">{line}</p>\n' for line in lines), anchors


def _piece(text: str, piece: Piece, reading: Reading, number: int) -> str:
    """A piece as HTML; one that holds a line feed is closed before it and opened again behind it."""
    if not piece.marks:
        return esc(text)
    tokens = " ".join(f"{mark.claim}:{_token(mark.part)}" for mark in piece.marks)
    shared = f'data-m="{tokens}" data-o="{piece.start}"'
    triggers = [mark for mark in piece.marks if mark.part == "trigger"]
    if triggers:
        opening, closing = _trigger(triggers, piece, reading, number, shared), "</a>"
    else:
        opening, closing = f"<span {shared}>", "</span>"
    return "\n".join(f"{opening}{esc(line)}{closing}" if line else "" for line in text.split("\n"))


def _trigger(triggers: list[Mark], piece: Piece, reading: Reading, number: int, shared: str) -> str:
    """The opening tag of a piece of one or more triggers: a link to the first of their cards."""
    claims = [reading.claims[mark.claim - 1] for mark in triggers]
    families = list(dict.fromkeys(family_of(claim.kind) for claim in claims))[:MOST_STACKED]
    classes = " ".join(["t", *(f"u{n}-{family}" for n, family in enumerate(families, 1))])
    title = "; ".join(f"claim {m.claim}: {c.kind}, {c.status}" for m, c in zip(triggers, claims, strict=True))
    starting = [mark.claim for mark in triggers if mark.start == piece.start]
    # The further pieces of a trigger that another mark cuts are no stops of the Tab key.
    anchor = f'id="r{number}t{starting[0]}"' if starting else 'tabindex="-1"'
    glyphs = "".join(FAMILIES[family] for family in families) if starting else ""
    return (
        f'<a class="{classes}" {anchor} href="#r{number}c{triggers[0].claim}" {shared} data-g="{glyphs}"'
        f' title="{html.escape(safe_line(title))}">'
    )


def _token(part: str) -> str:
    return part if part in PARTS else "other"


# ---- the cards ---------------------------------------------------------------------------


def _card(reading: Reading, claim: Claim, report: str, number: int, anchor: int, sources: dict[str, int]) -> str:
    family = family_of(claim.kind)
    publisher = reading.report.publisher
    asked = " ".join(str(sources[name]) for name in source_names(claim, publisher) if name in sources)
    rows = "".join(_row(row) for row in claim_rows(claim, publisher))
    record = json.dumps(msgspec.to_builtins(claim), ensure_ascii=False, indent=1)
    return (
        f'<li class="card" id="{report}c{number}" data-r="{report}" data-n="{number}"'
        f' data-kind="{esc(claim.kind)}" data-status="{esc(claim.status)}" data-family="{family}"'
        f' data-src="{asked}" tabindex="-1">\n'
        f'<h4><a class="number" href="#{report}t{anchor}" title="to its words in the text">{number}</a> '
        f'<span class="glyph u1-{family}" aria-hidden="true">'
        f"{FAMILIES[family]}</span> {isolate(claim.kind)} "
        f'<span class="status">{isolate(claim.status)}</span> '
        f'<span class="conf" title="how sure the model is">confidence {claim.confidence:.0%}</span></h4>\n'
        f"<dl>{rows}</dl>\n"
        f'<blockquote dir="auto">{_evidence(reading, claim, number)}</blockquote>\n'
        f"<details><summary>Full record</summary><pre>{esc(record)}</pre></details>\n</li>"
    )


def _row(row: Row) -> str:
    at = "" if row.start is None or row.end is None else f' data-at="{row.start}-{row.end}"'
    words = "" if row.words is None else f'<q class="u1-{_token(row.part)}">{isolate(row.words)}</q>'
    value = ""
    if row.value is not None and row.value != row.words:
        arrow = '<span class="arrow" aria-label="read as">→</span> ' if words else ""
        tag = '<b class="day">' if row.part == "time" else "<b>"
        value = f" {arrow}{tag}{isolate(row.value)}</b>"
    notes = f' <span class="note">{"; ".join(map(isolate, row.notes))}</span>' if row.notes else ""
    rule = f' <span class="rule">rule {isolate(row.rule)}</span>' if row.rule else ""
    return f"<div{at}><dt>{esc(row.label)}</dt><dd>{words}{value}{notes}{rule}</dd></div>"


def _evidence(reading: Reading, claim: Claim, number: int) -> str:
    """The sentence with the words of this claim underlined and named."""
    text = reading.report.text
    start, end = max(0, claim.evidence.start), min(len(text), claim.evidence.end)
    if start >= end:
        return esc(claim.evidence.text)
    return "".join(
        f"{''.join(_mark_tag(piece))}{esc(text[piece.start : piece.end])}</mark>"
        if piece.marks
        else esc(text[piece.start : piece.end])
        for piece in cut_pieces(start, end, claim_marks(claim, number))
    )


def _mark_tag(piece: Piece) -> Iterator[str]:
    """Opening tag; the names of the parts that start here are drawn by the style sheet from `data-l`."""
    parts = list(dict.fromkeys(_token(mark.part) for mark in piece.marks))
    classes = " ".join(f"u{n}-{part}" for n, part in enumerate(parts[:MOST_STACKED], 1))
    names = ", ".join(
        dict.fromkeys(LABELS.get(mark.part, "other") for mark in piece.marks if mark.start == piece.start)
    )
    yield f'<mark class="{classes}" data-l="{esc(names)}">'
