"""
The text of a report as markup: triggers, sources and cues of its claims marked, and every word of a selected one.

Between the tags stands the text itself, character by character, so that what a person selects on the page can be told
in its offsets (static/article.js, which draws the same marks anew when another claim is selected).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from markupsafe import Markup

from ..show.marks import Mark, Piece, cut_pieces
from ..show.reader import FAMILIES, MOST_STACKED, esc
from ..show.words import LABELS
from .pages import markup
from .shown import Shown, Told

SAID = {"source": "said", "cue": "cue"}
"""Parts that are marked in all claims → the class of their marks; the trigger is the third."""
LINE, EVIDENCE = "line", "evidence"


def article_text(shown: Shown, heading: str = "h1") -> Markup:
    """
    The lines of the text as elements, the title as a `heading`, with the white space between them as it is.

        <h1 …>Title</h1>

        <p …>The army <a class="t u1-fighting" …>shelled</a> the market.</p>
    """
    current = shown.current.n if shown.current else 0
    lines = list(_lines(shown.text))
    title = lines[0][0] if shown.report.title and lines else None
    marks = [Mark(start, end, LINE, 0) for start, end in lines]
    marks += [mark for told in shown.claims for mark in _marks(told, told.n == current)]
    starts, ends = {start for start, _ in lines}, {end for _, end in lines}
    made = []
    for piece in cut_pieces(0, len(shown.text), marks):
        own = tuple(mark for mark in piece.marks if mark.part != LINE)
        words = esc(shown.text[piece.start : piece.end])
        if len(own) == len(piece.marks):  # between two lines
            made.append(words)
            continue
        if piece.start in starts:
            tag = heading if piece.start == title else "p"
            made.append(f'<{tag} class="line" dir="auto" data-o="{piece.start}">')
        made.append(_piece(words, Piece(piece.start, piece.end, own), shown.claims, current))
        if piece.end in ends:
            made.append(f"</{tag}>")
    return markup("".join(made))


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line that is not blank."""
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, start + len(line)
        start += len(line) + 1


def _marks(told: Told, selected: bool) -> Iterator[Mark]:
    """What of a claim is marked; the marks of a selected one come twice, once as those that all claims have."""
    for start, end, part in told.marks:
        if part == "trigger" or part in SAID:
            yield Mark(start, end, part, told.n)
        if selected:
            yield Mark(start, end, f"+{part}", told.n)
    if selected:
        yield Mark(told.kept.claim.evidence.start, told.kept.claim.evidence.end, EVIDENCE, told.n)


def _piece(words: str, piece: Piece, claims: Sequence[Told], current: int) -> str:
    if not piece.marks:
        return words
    triggers = [mark for mark in piece.marks if mark.part == "trigger"]
    told = [claims[mark.claim - 1] for mark in triggers]
    own = [mark for mark in piece.marks if mark.part.startswith("+")]
    starting = [mark.part[1:] for mark in own if mark.start == piece.start and mark.part != "+trigger"]
    labels = ", ".join(dict.fromkeys(LABELS.get(part, "other") for part in starting))
    shared = f'class="{_classes(piece, told, own)}" data-o="{piece.start}"'
    shared += f' data-l="{esc(labels)}"' if labels else ""
    if not told:
        return f"<span {shared}>{words}</span>"
    numbers = " ".join(str(one.n) for one in told)
    # The further pieces of a trigger that another mark cuts are no stops of the Tab key.
    first = any(mark.start == piece.start for mark in triggers)
    rest = f'data-g="{"".join(FAMILIES[family] for family in _families(told))}"' if first else 'tabindex="-1"'
    chosen = next((one for one in told if one.n == current), told[0])
    address = f"?claim={quote(chosen.kept.claim.id, safe='', errors='replace')}"
    name = "; ".join(f"claim {one.n}: {one.kept.claim.kind}, {one.kept.claim.status}" for one in told)
    return f'<a {shared} data-c="{numbers}" {rest} href="{address}" draggable="false" title="{esc(name)}">{words}</a>'


def _classes(piece: Piece, told: Sequence[Told], own: Sequence[Mark]) -> str:
    """Underlines for the families of triggers and for the parts of the selected claim; what else the words are."""
    parts = list(dict.fromkeys(mark.part[1:] for mark in own if mark.part != "+trigger"))
    lines = [*_families(told), *parts][:MOST_STACKED]
    classes = ["t"] if told else []
    classes += [f"u{n}-{name}" for n, name in enumerate(lines, 1)]
    classes += dict.fromkeys(SAID[mark.part] for mark in piece.marks if mark.part in SAID)
    classes += ["sel"] if parts else []
    classes += ["selected"] if any(mark.part == "+trigger" for mark in own) else []
    classes += ["ev"] if any(mark.part == EVIDENCE for mark in piece.marks) else []
    return " ".join(classes)


def _families(told: Sequence[Told]) -> list[str]:
    return list(dict.fromkeys(one.family for one in told))
