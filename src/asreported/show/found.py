"""
What a search found, for a terminal or as lines: claims as cards, a table, JSON or keys, and what there is to say of
all of them: how many there are, what was left out and why, how names were understood.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from ..compare.chains import name_source
from ..records import Claim, Kept
from .cards import PART_STYLES, family_style, print_lines
from .terminal import table_width
from .words import PLACE_ROLES, safe_line, tell_figure, tell_interval, tell_publisher, tell_when, tell_where

if TYPE_CHECKING:
    from ..ledger.find import Count
    from ..ledger.query import Found, Query

HIT_STYLE = "bold reverse"
LABELS = 13
"""Columns of the words that stand before the values of a card."""

REASONS = {
    "coarse": "within the radius, but known only to a province, country or region (--coarse takes them in)",
    "undated": "without a day of their own, in reports published then (leave out --dated-only to take them in)",
    "earlier": "that only an earlier reading of their report had (--earlier takes them in)",
}
FILTERS = {
    "words": "the words", "kinds": "--kind", "statuses": "--status", "actors": "--actor", "places": "--place",
    "sources": "--source", "source_types": "--source-type", "publishers": "--publisher", "reviews": "--review",
    "incidents": "--incident", "near": "--near", "period": "--since and --until", "dated_only": "--dated-only",
    "figures": "--number and --unit",
}  # fmt: skip
"""How a filter is named on the command line."""


def print_found(found: Found, query: Query, console: Console, format: str) -> None:
    """Print the page of claims, and with cards and tables what `tell_found` says, too."""
    if format == "ids":
        print_lines((Text(safe_line(kept.key)) for kept in found.kept), console)
        return
    if format == "jsonl":
        console.file.writelines(encode_kept(kept) for kept in found.kept)
        return
    lines: list[Text] = []
    if format == "table":
        lines += table(found.kept, table_width(console))
    else:
        marks = not console.color_system
        for number, kept in enumerate(found.kept, query.offset + 1):
            lines += [*card(kept, number, query.words, marks=marks), Text("")]
    lines += [Text(safe_line(line), "dim") for line in facet_lines(found)]
    lines += [
        Text(safe_line(line), "bold" if number == 0 else "") for number, line in enumerate(tell_found(found, query))
    ]
    print_lines(lines, console)


# ---- what is said of all -----------------------------------------------------------------


def tell_found(found: Found, query: Query) -> list[str]:
    """How many there are and which are shown; what was left out and why; how names were understood."""
    first, last = query.offset + 1, query.offset + len(found.kept)
    number = _claims(found.total, more=found.more)
    if not found.kept:
        shown = "none shown"
    elif first == 1 and last == found.total and not found.more:
        shown = "all shown"
    else:
        shown = f"{first:,} to {last:,} shown"
    going_on = f" (--offset {last} goes on)" if found.kept and (found.more or last < found.total) else ""
    lines = [f"{number} found; {shown}, {ORDERS[query.order]}{going_on}"]
    return [*lines, *_left_out(found), *found.notes]


ORDERS = {"newest": "newest first", "oldest": "oldest first", "relevance": "best match first"}


def tell_nothing(found: Found, without: Iterable[Count], *, empty: bool = False) -> list[str]:
    """That nothing was found, and why: how many there would be without each of the filters, or an `empty` ledger."""
    if empty:
        return ["no claim was found", "the ledger holds no claims; `asreported add PATH` adds them"]
    lines = ["no claim was found", *found.notes, *_left_out(found)]
    counts = list(without)
    if len(counts) > 1 and not any(count.number for count in counts):
        return [*lines, "leaving out any one of the filters finds none either; leave out several"]
    for name, number, more in counts:
        if len(counts) > 1 and number:
            lines.append(f"without {FILTERS.get(name, name)}: {_claims(number, more=more)}")
    return lines


def _left_out(found: Found) -> Iterator[str]:
    for name, number in found.left_out.items():
        yield f"left out: {_claims(number, more=name in found.at_least)} {REASONS.get(name, name)}"


def facet_lines(found: Found) -> Iterator[str]:
    """The facets, one line each."""
    for facet in found.facets:
        if facet.counts:
            values = (f"{label} {count:,}" for label, (_, count) in zip(facet.labels, facet.counts, strict=True))
            more = f", and {facet.others:,} more" if facet.others else ""
            yield f"{facet.name.replace('_', ' '):{LABELS}}{', '.join(values)}{more}"
    if found.facets and found.more:
        yield f"(counted over the first {found.total:,})"


def _claims(number: int, *, more: bool = False) -> str:
    return f"{'at least ' if more else ''}{number:,} {'claim' if number == 1 else 'claims'}"


# ---- one claim ---------------------------------------------------------------------------


def card(kept: Kept, number: int, words: str | None, *, marks: bool) -> Iterator[Text]:
    """
    The lines of one claim: what, when, where, who, how many, according to whom, its sentence and key.

    With `marks` the words that were searched for stand between « and », where no style can be seen.
    """
    claim = kept.claim
    head = Text(f"{number:>3}  ").append(safe_line(claim.kind), family_style(claim.kind)).append(" · ")
    head.append(safe_line(claim.status), "bold" if claim.status != "actual" else None)
    yield head.append(f" · {safe_line(tell_day(kept))}").append(f" · “{safe_line(claim.trigger.text)}”")
    for label, value in card_rows(kept):
        yield Text(f"     {label:{LABELS}}", "dim").append(safe_line(value))
    yield Text(f"     {'sentence':{LABELS}}", "dim").append_text(quotation(claim, words, marks=marks))
    yield Text(f"     {'key':{LABELS}}{safe_line(kept.key)}", "dim")


def card_rows(kept: Kept) -> Iterator[tuple[str, str]]:
    """The values of a card with what stands before them."""
    claim = kept.claim
    for label, role in (("who", "actor"), ("whom", "target")):
        if names := _names(claim, role):
            yield label, names
    if claim.where:
        yield "where", f"{tell_where(claim.where)} ({claim.where.precision})"
    else:
        for words in [role.text for role in claim.roles if role.role in PLACE_ROLES][:1]:
            yield "where", f"“{words}”: no place is read from these words"
    for figure in claim.figures:
        yield "how many", f"{tell_figure(figure)} (“{figure.text}”)"
    yield "according to", tell_chain(kept)
    yield (
        "report",
        " · ".join(part for part in (kept.report.title, kept.report.publisher, kept.report.published) if part),
    )
    yield "review", kept.review
    if kept.incident:
        yield "incident", kept.incident


def tell_day(kept: Kept) -> str:
    """The days of the claim; of an undated one the day of its report, told as such."""
    if kept.claim.when:
        return tell_when(kept.claim.when)
    return f"undated; published {kept.report.published}" if kept.report.published else "undated"


def tell_chain(kept: Kept) -> str:
    """
    Who says that who says it: from the publisher inwards, each with the type of source.
    """
    chain = [tell_publisher(kept.report.publisher)]
    for source in kept.claim.sources:
        name = name_source(source)
        chain.append(f"{name} ({source.type})" if source.type and not source.anonymous else name)
    return " quoting ".join(chain)


def quotation(claim: Claim, words: str | None, *, marks: bool) -> Text:
    """The sentence with the words that were searched for marked; without a search the trigger is."""
    from ..ledger.words import find_hits

    text = claim.evidence.text
    hits = find_hits(text, words) if words else ()
    style = HIT_STYLE
    if not hits and not marks:
        start = claim.trigger.start - claim.evidence.start
        hits, style = ((start, start + len(claim.trigger.text)),), PART_STYLES["trigger"]
    shown, at = Text(), 0
    for start, end in hits:
        shown.append(safe_line(text[at:start]))
        hit = safe_line(text[start:end])
        shown.append(f"«{hit}»" if marks else hit, style)
        at = end
    return shown.append(safe_line(text[at:]))


def encode_kept(kept: Kept) -> str:
    """One line of JSON with its line feed; a lone surrogate is written as JSON's own escape."""
    try:
        return msgspec.json.encode(kept).decode("utf-8") + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(kept), separators=(",", ":")) + "\n"


def _names(claim: Claim, name: str) -> str:
    names = (role.entity.name if role.entity else role.text for role in claim.roles if role.role == name)
    return "; ".join(dict.fromkeys(names))


# ---- table -------------------------------------------------------------------------------

COLUMNS = (
    ("kind", 15),
    ("status", 9),
    ("when", 21),
    ("where", 22),
    ("who", 20),
    ("how many", 13),
    ("according to", 26),
)


KEY = 20
"""Columns that are left for the key."""
LEAST_CHAIN = 10


def table(page: Iterable[Kept], width: int) -> Iterator[Text]:
    """One line a claim; the key, which is long, stands last and is never cut."""
    room = max(width, 60) - KEY
    columns = list(COLUMNS)
    # In a narrow terminal columns go from the right, but never kind, status and according to whom.
    while len(columns) > 3 and sum(size + 2 for _, size in columns) > room:
        columns.pop(-2)
    name, size = columns[-1]
    columns[-1] = (name, max(LEAST_CHAIN, size + min(0, room - sum(size + 2 for _, size in columns))))
    yield Text("  ".join(set_cell_size(head, size) for head, size in columns) + "  key", "bold")
    for kept in page:
        line = Text(no_wrap=True)
        for name, size in columns:
            line.append(_fit(safe_line(_cell(kept, name)), size)).append("  ")
        yield line.append(safe_line(kept.key), "dim")


def _cell(kept: Kept, name: str) -> str:
    claim = kept.claim
    match name:
        case "kind":
            return claim.kind
        case "status":
            return claim.status
        case "when":
            return tell_when(claim.when) if claim.when else f"undated ({kept.report.published or 'no date'})"
        case "where":
            return tell_where(claim.where) if claim.where else ""
        case "who":
            return _names(claim, "actor")
        case "how many":
            return "; ".join(tell_interval(figure.low, figure.high) for figure in claim.figures)
    return tell_chain(kept)


def _fit(text: str, size: int) -> str:
    return set_cell_size(text, size) if cell_len(text) <= size else set_cell_size(text, size - 1) + "…"
