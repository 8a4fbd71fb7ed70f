"""
Claims as cards in a terminal: what, who, whom, where, when, how many, according to whom, and the sentence.

Each value stands beside the words it was read from. In a terminal the words are marked in the sentence, each part
in its own style; when piped the cards are plain text and the sentence stays verbatim. What a report holds goes
through `safe_line` first, and never through rich's markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from ..codebook import kinds
from ..records import Claim, Reading
from .marks import claim_marks, cut_pieces
from .words import LABELS, Row, claim_rows, safe_line

NARROW = 60
"""Below this many columns the labels stand above their values."""

PIPED_RULE = 80
LABEL_WIDTH = max(map(len, LABELS.values()))
_WRAPPER = Console(width=80)
"""Text.wrap asks a console for its tab size only."""

FAMILY_STYLES = {
    "fighting": "bold red",
    "harm": "bold magenta",
    "liberty": "bold blue",
    "territory": "bold green",
    "forces": "bold yellow",
    "people": "bold cyan",
    "politics": "bold",
}
"""Only the colours that every terminal has, so that its own light or dark theme keeps them legible."""

PART_STYLES = {
    "trigger": "bold reverse",
    "actor": "underline blue",
    "target": "underline magenta",
    "place": "underline green",
    "origin": "underline green",
    "destination": "underline green",
    "time": "underline yellow",
    "figure": "bold underline",
    "means": "underline",
    "source": "italic cyan",
    "cue": "italic",
}


def print_cards(reading: Reading, console: Console) -> None:
    """
    Print the head of a report and a card for each of its claims.

    In a terminal lines are wrapped at its width. When piped they are not, so that a sentence can be searched for.
    """
    width = console.width if console.is_terminal else None
    rule = Text("─" * (width or PIPED_RULE), "dim")
    lines = [rule] + [line for head in _head(reading) for line in _wrap(head, width, Text(""), 0)]
    for number, claim in enumerate(reading.claims, 1):
        lines += [Text(""), *card_lines(claim, reading, number, width)]
    print_lines([*lines, Text("")], console)


def print_lines(lines: Iterable[Text], console: Console) -> None:
    """
    Print `lines` as they are, however long, and flush.

    Without colour they are written past the console, which takes ten times as long to come to the same result.
    """
    if console.color_system is None:
        console.file.write("".join(line.plain + "\n" for line in lines))
        console.file.flush()
    else:
        console.print(Text("\n").join(lines), soft_wrap=True)


def legend() -> Text:
    """The styles of the words, each shown by its own name."""
    parts = ("trigger", "actor", "target", "place", "time", "figure", "means", "source", "cue")
    text = Text("In the sentences: ", style="dim")
    for number, part in enumerate(parts):
        text.append(" " if number else "").append(LABELS[part], PART_STYLES[part])
    return text


def card_lines(claim: Claim, reading: Reading, number: int, width: int | None) -> Iterator[Text]:
    """The lines of one card, wrapped at `width`, or as long as they come where that is None."""
    yield from _wrap(_headline(claim, number), width, Text(""), 4)
    for row in claim_rows(claim, reading.report.publisher):
        yield from _labelled(row.label, _tell_row(row), width)
    yield from _labelled("sentence", marked_evidence(claim, reading.report.text), width)


def family_style(kind: str) -> str:
    """The style of the family of `kind`; no style for a kind that the codebook lacks."""
    return next((FAMILY_STYLES.get(known.family, "bold") for known in kinds() if known.key == kind), "bold")


def marked_evidence(claim: Claim, text: str) -> Text:
    """
    The sentence of `claim` with the styles of its words; its characters are those of the report.

    Where parts overlap their styles add up, and the trigger's comes last.
    """
    start, end = max(0, claim.evidence.start), min(len(text), claim.evidence.end)
    marked = Text()
    for piece in cut_pieces(start, max(start, end), claim_marks(claim)):
        parts = [mark.part for mark in piece.marks if mark.part != "trigger"]
        parts += [mark.part for mark in piece.marks if mark.part == "trigger"]
        style = " ".join(PART_STYLES.get(part, "underline") for part in parts)
        marked.append(safe_line(text[piece.start : piece.end]), style or None)
    return marked


def _labelled(label: str, text: Text, width: int | None) -> Iterator[Text]:
    label = safe_line(label)[:LABEL_WIDTH]
    if width is not None and width < NARROW:
        yield Text("  " + label, "dim")
        yield from _wrap(text, width, Text("    "), 4)
    else:
        yield from _wrap(text, width, Text(f"    {label:{LABEL_WIDTH}}  ", "dim"), LABEL_WIDTH + 6)


def _wrap(text: Text, width: int | None, head: Text, indent: int) -> Iterator[Text]:
    """`text` behind `head`, its further lines indented."""
    room = None if width is None else max(10, width - indent)
    for number, line in enumerate([text] if room is None else text.wrap(_WRAPPER, room)):
        line.rstrip()
        yield Text.assemble(head if number == 0 else " " * indent, line)


def _head(reading: Reading) -> Iterator[Text]:
    report = reading.report
    title = report.title or report.id
    facts = [report.publisher, report.published or "no date", report.id if report.title else None]
    facts += [f"{len(reading.claims)} claim" + ("" if len(reading.claims) == 1 else "s")]
    yield Text(safe_line(title), "bold")
    yield Text(" · ".join(safe_line(fact) for fact in facts if fact), "dim")


def _headline(claim: Claim, number: int) -> Text:
    line = Text(f"{number:>2}  ")
    line.append(safe_line(claim.kind), family_style(claim.kind))
    line.append(" · ").append(safe_line(claim.status), "bold" if claim.status != "actual" else None)
    line.append(f" · “{safe_line(claim.trigger.text)}”")
    return line.append(f" · confidence {claim.confidence:.0%}", "dim")


def _tell_row(row: Row) -> Text:
    """The words, an arrow, the value, and in brackets what there is to say about it."""
    text = Text()
    if row.words is not None:
        text.append("“").append(safe_line(row.words), PART_STYLES.get(row.part)).append("”")
    if row.value is not None and row.value != row.words:
        text.append(" → " if row.words is not None else "").append(safe_line(row.value), "bold")
    notes = [*row.notes, *([f"rule {row.rule}"] if row.rule else [])]
    if notes:
        text.append(f" ({safe_line('; '.join(notes))})", "dim")
    return text
