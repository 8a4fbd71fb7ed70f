"""
Resolve number expressions ("at least 12", "up to 1,000", "several hundred") to closed intervals.

Bounds come from the wording alone, as sections 6 and 8 of the codebook say. Vague words are rows of
data/vague_figures.toml, words that bound or loosen of data/qualifiers.toml, what is counted of data/units.toml.
Percentages, fractions and "many" are figures without a number: both sides are None, but for a share of a whole that is
named with it ("half of the 30"). A figure that refers to another ("double that", "the rest") stays without a number
too: the other figure is not looked up. How figures hang together is figure_parts.py ("seven of
them"), figure_changes.py ("up from 38") and figure_rates.py ("20 a day").
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence

import msgspec

from ..records import Event, Figure, Mention, Report
from .amounts import (
    COMPARING,
    counts_nothing,
    is_comparison,
    is_percent,
    is_ratio,
    is_share,
    read_amount,
    read_fall,
    read_range,
)
from .bounds import Amount, apply_effect, strongest
from .counted import find_counted, first_unit, money_before, unit_after, unit_of_filler
from .figure_antecedents import unit_of_whole
from .figure_changes import find_change
from .figure_context import LONGEST, MEASURES, find_currency, look_around
from .figure_parts import find_whole
from .figure_rates import find_rate
from .figure_tables import LONGEST_PHRASE, Number, Qualifier, match_phrase, tables
from .numerals import SCALES, SHORT_SCALES, Token, tokenize
from .shares import all_but, read_share, read_whole, take_share

BESIDE = 60
"""Characters beside a figure in which its qualifier, its scale and its noun are looked for."""


class FigureValue(msgspec.Struct, frozen=True):
    """What a number expression says: its bounds, the words that bound it, what it counts, and the rule that read it."""

    low: Number | None
    high: Number | None
    qualifier: str | None
    unit: str | None
    rule: str


def resolve_figure(text: str) -> FigureValue:
    """
    The interval that `text` states, with or without its noun; both sides None where it states no number.

        >>> resolve_figure("up to 1,000")
        FigureValue(low=0, high=1000, qualifier='up to', unit=None, rule='up-to/number')
        >>> resolve_figure("several hundred fighters")
        FigureValue(low=300, high=900, qualifier=None, unit='people', rule='vague')
        >>> resolve_figure("30 percent")
        FigureValue(low=None, high=None, qualifier=None, unit='percent', rule='percent')

    Source: codebook, sections 6 and 8.
    """
    return _read(tokenize(PARENTHESIS_RE.sub(" ", text[:LONGEST])))


PARENTHESIS_RE = re.compile(r"\([^()]*\)")  # "$750 (2.5 million pesos)": the same figure again


def resolve_figures(report: Report, event: Event) -> tuple[Figure, ...]:
    """
    One `Figure` for each figure mention of `event`, in their order, with what it counts (`of`) and in which `unit`.

    Words beside the mention are read too where they can only belong to it: "at least" before, "%" or "or so" after.
    """
    figures = tuple(_figure(report, event, mention) for mention in event.roles if mention.role == "figure")
    return tuple(_linked(report, event, figure, figures) for figure in figures)


def _linked(report: Report, event: Event, figure: Figure, figures: Sequence[Figure]) -> Figure:
    """`figure` with what ties it to others: the whole that it is a part of, its change, its rate."""
    near = look_around(report, event, figure, figures)
    change = find_change(near)
    # "12 more of them" is told by its change; a figure of another time is no part of the one that it is compared with.
    whole = None if change and change.kind in ("from", "to", "by", "total") else find_whole(near)
    unit = unit_of_whole(near, whole) if whole and near.unit is None and figure.unit in ("people", "other") else None
    return msgspec.structs.replace(
        figure,
        unit=figure.unit if unit is None or unit in MEASURES else unit,
        part_of=whole,
        change=change,
        rate=find_rate(near),
        currency=find_currency(near) if figure.unit == "money" else None,
    )


def _figure(report: Report, event: Event, mention: Mention) -> Figure:
    start, end = mention.span.start, mention.span.end
    left = tokenize(report.text[max(event.sentence.start, start - BESIDE, 0) : start])
    right = tokenize(report.text[end : max(end, min(event.sentence.end, end + BESIDE))])
    tokens = tokenize(PARENTHESIS_RE.sub(" ", mention.span.text[:LONGEST]))
    bounds = _qualifier_left(left, right, _after_trigger(report, event, start))
    value = _read([*bounds, *tokens, *_rest_right(tokens, right)])
    if value.rule in ("part", "percent") and read_whole(right, 0):
        value = _read([*bounds, *tokens, *right])
    if event.status != "denied" and _is_denied(left, tokens):  # what is denied is a claim of one
        value = FigureValue(0, 0, None, value.unit, "zero")
    if mention.span.text.lower() in ("double", "triple") and (
        not right or right[0].text in COMPARING | {".", ",", ";"}
    ):
        value = FigureValue(None, None, None, None, "comparison")
    if tokens and tokens[-1].text in ("once", "twice"):
        value = msgspec.structs.replace(value, unit="events")
    unit = value.unit or (None if value.rule == "percent" else unit_after(right, 0))
    counted = find_counted(report, event, mention, unit)
    if unit is None:
        unit = unit_of_filler(counted, event)
    return Figure(
        start=start,
        end=end,
        text=mention.span.text,
        low=value.low,
        high=value.high,
        of=counted.role if counted else None,
        unit=unit,
        qualifier=value.qualifier,
        rule=value.rule,
    )


# ---- words to an interval ----------------------------------------------------------------


def _read(tokens: list[Token]) -> FigureValue:
    """Read from the left: qualifiers, then the first amount; what is no amount by itself is passed over."""
    rows, seen, i, between = tables(), [], 0, False
    while i < len(tokens):
        word = tokens[i].text
        if found := match_phrase(rows.before, tokens, i):
            seen.append(found[0])
            i = found[1]
        elif match_phrase(rows.zero, tokens, i) and not _starts_amount(tokens, i):
            return FigureValue(0, 0, None, unit_after(tokens, i + 1), "zero")
        elif word == "all" and _next_is(tokens, i, "but"):
            return _rest(tokens, i + 2)
        elif share := _share(tokens, i, seen):
            return share
        elif (amount := read_amount(tokens, i, between)) and not counts_nothing(tokens, i, amount.end):
            return _bounded(tokens, i, amount, seen, between)
        elif amount:
            i = amount.end
        elif word in rows.parts or word in rows.fractions or (word == "many" and _next_is(tokens, i, "of")):
            return FigureValue(None, None, None, unit_after(tokens, i + 1), "part")
        else:
            between = between or word == "between"
            i += 1
    return _without_amount(tokens, seen)


def _starts_amount(tokens: list[Token], i: int) -> bool:
    """Whether what looks like "no" is the head of an amount: "not a few"."""
    return tokens[i].text == "not" and match_phrase(tables().multipliers, tokens, i + 1) is not None


def _next_is(tokens: list[Token], i: int, *words: str) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1].text in words


def _bounded(tokens: list[Token], start: int, amount: Amount, seen: list[Qualifier], between: bool) -> FigureValue:
    """The amount, or the range that it opens, under its qualifiers; without a number where it is a share."""
    first, amount = amount, read_range(tokens, amount, between)
    if start and tokens[start - 1].text == "from" and (later := read_fall(tokens, amount)):
        amount = later
    if is_percent(tokens, amount.end):
        return FigureValue(None, None, None, "percent", "percent")
    if is_share(tokens, amount):
        return FigureValue(None, None, None, unit_after(tokens, amount.end), "part")
    if is_ratio(tokens, amount):
        return FigureValue(None, None, None, None, "ratio")
    if is_comparison(tokens, amount.end):
        return FigureValue(None, None, None, None, "comparison")
    unit = money_before(tokens, start) or unit_after(tokens, amount.end) or unit_after(tokens, first.end)
    qualifier = strongest([*seen, *_qualifiers_after(tokens, amount.end)])
    if qualifier is None:
        return FigureValue(amount.low, amount.high, None, unit, amount.rule)
    low, high = apply_effect(qualifier.effect, amount)
    return FigureValue(low, high, qualifier.words, unit, f"{qualifier.effect}/{amount.rule}")


def _share(tokens: list[Token], i: int, seen: list[Qualifier]) -> FigureValue | None:
    """How many a share is that names its whole: "half of the 30" is 15, "more than half of the 30" 16 to 30."""
    if match_phrase(tables().multipliers, tokens, i) and read_amount(tokens, i):
        return None  # "half a million" is a number of its own
    share = read_share(tokens, i)
    whole = read_whole(tokens, share.end) if share else None
    if share is None or whole is None:
        return None
    amount, unit = take_share(share, whole), unit_after(tokens, whole.end)
    qualifier = strongest(seen)
    if qualifier is None:
        return FigureValue(amount.low, amount.high, None, unit, amount.rule)
    low, high = apply_effect(qualifier.effect, amount)
    return FigureValue(low, whole.high if high is None else high, qualifier.words, unit, f"{qualifier.effect}/share")


def _rest(tokens: list[Token], start: int) -> FigureValue:
    """ "all but 40 of the 600" is 560; without the whole it is no number."""
    amount = all_but(tokens, start)
    if amount is None:
        return FigureValue(None, None, "all but", None, "part")
    return FigureValue(amount.low, amount.high, "all but", unit_after(tokens, amount.end), amount.rule)


def _without_amount(tokens: list[Token], seen: list[Qualifier]) -> FigureValue:
    """ "a woman" is one; "a large number", "many", "the rest" are no number."""
    words = [token.text for token in tokens if token.kind == "word"]
    unit = first_unit(tokens)
    uncounted = any(word in tables().amounts or word.removesuffix("s") in tables().amounts for word in words)
    if words[:1] in (["a"], ["an"]) and not uncounted and not seen:
        return FigureValue(1, 1, None, unit, "article")
    return FigureValue(None, None, None, unit, "uncounted")


# ---- qualifiers --------------------------------------------------------------------------


def _qualifiers_after(tokens: list[Token], end: int) -> list[Qualifier]:
    """Qualifiers right after the amount or after its noun, unless they open the next amount ("12, at least five")."""
    for i in range(end, min(end + 3, len(tokens))):
        found = match_phrase(tables().after, tokens, i)
        if found and (found[1] >= len(tokens) or read_amount(tokens, found[1]) is None):
            return [found[0]]
    return []


def _qualifier_left(left: list[Token], right: list[Token], after_trigger: str | None) -> list[Token]:
    """
    The tokens of a qualifier that ends right before the figure and can only belong to it.

    `after_trigger`: what stands between the trigger and the figure, where the claim counts people or things harmed.
    """
    for length in range(min(LONGEST_PHRASE, len(left)), 0, -1):
        found = match_phrase(tables().before, left, len(left) - length)
        if not found or found[1] != len(left):
            continue
        row, word = found[0], left[-length - 1].text if len(left) > length else ""
        bare = row.bare and (not right or right[0].kind != "word" or right[0].text in tables().stops)
        if (row.outside and word not in row.not_after) or bare or (row.after_trigger and row.words == after_trigger):
            return left[-length:]
    return []


HARMING = frozenset({"killing", "injury", "displacement", "destruction"})


def _after_trigger(report: Report, event: Event, start: int) -> str | None:
    """The words between the trigger of a killing or the like and its figure: "killed over 12"."""
    near = event.kind in HARMING and 0 <= start - event.trigger.end < BESIDE
    return report.text[event.trigger.end : start].strip().lower() if near else None


def _is_denied(left: list[Token], tokens: list[Token]) -> bool:
    """Whether "a single" is none: "did not lose a single man"."""
    words = {token.text for token in left[-4:]}
    denied = bool(words & {"not", "never", "without", "cannot"}) or {"t", "’"} <= words or {"t", "'"} <= words
    return denied and [token.text for token in tokens[:2]] == ["a", "single"]


def _rest_right(tokens: list[Token], right: list[Token]) -> list[Token]:
    """The tokens that go on with the figure right after it: "%", "million", "or so"."""
    if not tokens or not right:
        return []
    if tokens[-1].kind == "number" and (right[0].text in SCALES or (right[0].text in SHORT_SCALES and right[0].glued)):
        return right[:3]
    if is_percent(right, 0):
        return right[:2]
    for i in range(min(3, len(right))):
        found = match_phrase(tables().after, right, i)
        if found and found[0].outside and _ends_there(right, found[1], i):
            return right[: found[1]]
        if right[i].kind != "word" or right[i].text in tables().stops:
            return []
    return []


def _ends_there(right: list[Token], end: int, nouns: int) -> bool:
    """Whether a qualifier behind the figure is its own: no amount follows, nor, past its noun, another noun."""
    if end >= len(right):
        return True
    if read_amount(right, end) is not None:
        return False
    return not nouns or right[end].kind != "word" or right[end].text in tables().stops


if __name__ == "__main__":
    print(resolve_figure(" ".join(sys.argv[1:])))
