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

        '<h1 …>Title</h1>\\n\\n<p …>The army <a class="t u1-fighting" …>shelled</a> the market.</p>'
    """
    lines = list(_lines(shown.text))
    titled = bool(shown.report.title)
    marks = [Mark(start, end, LINE, 0) for start, end in lines]
    current = shown.current.n if shown.current else 0
    marks += [mark for told in shown.claims for mark in _marks(told, told.n == current)]
    opened, made, names = False, [], {start: n for n, (start, _) in enumerate(lines)}
    for piece in cut_pieces(0, len(shown.text), marks):
        own = [mark for mark in piece.marks if mark.part != LINE]
        inside = len(own) < len(piece.marks)
        if inside and not opened:
            first = titled and names.get(piece.start) == 0
            tag = heading if first else "p"
            made.append(f'<{tag} class="line" dir="auto" data-o="{piece.start}">')
            opened = True
        words = esc(shown.text[piece.start : piece.end])
        made.append(
            _piece(words, Piece(piece.start, piece.end, tuple(own)), shown.claims, current) if inside else words
        )
        if opened and any(mark.part == LINE and mark.end == piece.end for mark in piece.marks):
            made.append(f"</{tag}>")
            opened = False
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
    families = list(dict.fromkeys(one.family for one in told))
    own = [mark for mark in piece.marks if mark.part.startswith("+")]
    parts = list(dict.fromkeys(mark.part[1:] for mark in own if mark.part != "+trigger"))
    lines = [*families, *parts][:MOST_STACKED]
    said = {SAID[mark.part]: True for mark in piece.marks if mark.part in SAID}
    classes = ["t"] if triggers else []
    classes += [f"u{n}-{name}" for n, name in enumerate(lines, 1)]
    classes += said
    classes += ["sel"] if parts else []
    classes += ["selected"] if any(mark.part == "+trigger" for mark in own) else []
    classes += ["ev"] if any(mark.part == EVIDENCE for mark in piece.marks) else []
    labels = dict.fromkeys(
        LABELS.get(m.part[1:], "other") for m in own if m.start == piece.start and m.part != "+trigger"
    )
    shared = f'class="{" ".join(classes)}" data-o="{piece.start}"' + (
        f' data-l="{esc(", ".join(labels))}"' if labels else ""
    )
    if not triggers:
        return f"<span {shared}>{words}</span>"
    numbers = " ".join(str(mark.claim) for mark in triggers)
    starting = any(mark.start == piece.start for mark in triggers)
    # The further pieces of a trigger that another mark cuts are no stops of the Tab key.
    tab = "" if starting else ' tabindex="-1"'
    glyphs = f' data-g="{"".join(FAMILIES[family] for family in families)}"' if starting else ""
    chosen = next((one for one in told if one.n == current), told[0])
    name = "; ".join(f"claim {one.n}: {one.kept.claim.kind}, {one.kept.claim.status}" for one in told)
    href = f"?claim={quote(chosen.kept.claim.id.encode('utf-8', 'replace'), safe='')}"
    return (
        f'<a {shared} data-c="{numbers}"{glyphs}{tab} href="{href}" draggable="false" title="{esc(name)}">{words}</a>'
    )
