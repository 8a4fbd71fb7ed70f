"""
Resolve number expressions ("at least 12", "up to 1,000", "several hundred") to closed intervals.

Bounds come from the wording alone, as sections 6 and 8 of the codebook say. Vague words are rows of
data/vague_figures.toml, words that bound or loosen of data/qualifiers.toml, what is counted of data/units.toml.
Percentages, fractions and "many" are figures without a number: both sides are None. A figure that refers to another
("double that", "the rest") stays without a number too: the other figure is not looked up.
"""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

import msgspec

from ..records import Event, Figure, Mention, Report
from .counted import find_counted, first_unit, money_before, unit_after, unit_of_filler
from .figure_tables import Number, Qualifier, match_phrase, tables
from .numerals import SCALES, SHORT_SCALES, Token, read_numeral, tokenize

LONGEST = 200
"""Characters of a figure that are read: a longer one is not a number expression."""

BESIDE = 60
"""Characters beside a figure in which its qualifier, its scale and its noun are looked for."""


class FigureValue(msgspec.Struct, frozen=True):
    """What a number expression says: its bounds, the words that bound it, what it counts, and the rule that read it."""

    low: Number | None
    high: Number | None
    qualifier: str | None
    unit: str | None
    rule: str


class Amount(NamedTuple):
    """Tokens that say how many, `end` exclusive. `scale` is that of a numeral: "seven or eight million" shares it."""

    low: Number
    high: Number | None
    end: int
    rule: str
    scale: int = 1


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
    return tuple(_figure(report, event, mention) for mention in event.roles if mention.role == "figure")


def _figure(report: Report, event: Event, mention: Mention) -> Figure:
    start, end = mention.span.start, mention.span.end
    left = tokenize(report.text[max(event.sentence.start, start - BESIDE, 0) : start])
    right = tokenize(report.text[end : max(end, min(event.sentence.end, end + BESIDE))])
    tokens = tokenize(PARENTHESIS_RE.sub(" ", mention.span.text[:LONGEST]))
    value = _read([*_qualifier_left(left), *tokens, *_rest_right(tokens, right)])
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
        elif word == "all" and i + 1 < len(tokens) and tokens[i + 1].text == "but":
            return _all_but(tokens, i + 2)
        elif (amount := _amount(tokens, i, between)) and not _is_age(tokens, i, amount.end):
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


def _amount(tokens: list[Token], i: int, between: bool) -> Amount | None:
    """The amount that begins at token `i`: a numeral, a vague figure, or "several hundred"."""
    rows = tables()
    if numeral := read_numeral(tokens, i, joined_by_and=not between):
        if numeral.end < len(tokens) and tokens[numeral.end].text in ("pairs", "couples"):
            return Amount(2 * numeral.value, 2 * numeral.value, numeral.end + 1, "number")
        return Amount(numeral.value, numeral.value, numeral.end, "number", numeral.scale)
    if found := match_phrase(rows.multipliers, tokens, i):
        row, end = found
        at = end + 1 if end < len(tokens) and tokens[end].text == "of" else end
        scale = SCALES.get(tokens[at].text.removesuffix("s")) if at < len(tokens) else None
        if scale:
            low, high = row.low * scale, (row.high or row.low) * scale
            return Amount(int(low), int(high), at + 1, "number" if low == high else "vague", scale)
        if row.alone:
            return Amount(row.low, row.high, end, "number" if row.low == row.high else "vague")
    if found := match_phrase(rows.vague, tokens, i):
        row, end = found
        if tokens[i].text == "another" and _goes_on(tokens, i + 1, between):
            return None
        return Amount(row.low, row.high, end, "number" if row.low == row.high else "vague")
    return None


def _goes_on(tokens: list[Token], start: int, between: bool) -> bool:
    """Whether "another" is not one by itself: "another 250"; but "another of the two" is."""
    for at in range(start, min(start + 3, len(tokens))):
        if tokens[at].text in ("another", "of"):
            return False
        if _amount(tokens, at, between):
            return True
    return False


def _is_age(tokens: list[Token], start: int, end: int) -> bool:
    """Whether the number is an age: "a 12-year-old boy", "aged 12"."""
    after = [token.text for token in tokens[end : end + 5] if token.text != "-"]
    if after[:1] in (["year"], ["years"], ["month"], ["months"]) and after[1:2] in (["old"], ["olds"]):
        return True
    return start > 0 and tokens[start - 1].text in ("aged", "age")


def _bounded(tokens: list[Token], start: int, amount: Amount, seen: list[Qualifier], between: bool) -> FigureValue:
    """The amount, or the range that it opens, under its qualifiers; without a number where it is a share."""
    amount = _range(tokens, amount, between)
    if _is_percent(tokens, amount.end):
        return FigureValue(None, None, None, "percent", "percent")
    if _is_share(tokens, amount):
        return FigureValue(None, None, None, unit_after(tokens, amount.end), "part")
    if _is_comparison(tokens, amount.end):
        return FigureValue(None, None, None, None, "comparison")
    unit = money_before(tokens, start) or unit_after(tokens, amount.end)
    qualifier = _strongest([*seen, *_qualifiers_after(tokens, amount.end)])
    if qualifier is None:
        return FigureValue(amount.low, amount.high, None, unit, amount.rule)
    low, high = apply_effect(qualifier.effect, amount)
    return FigureValue(low, high, qualifier.words, unit, f"{qualifier.effect}/{amount.rule}")


def _is_percent(tokens: list[Token], i: int) -> bool:
    words = [token.text for token in tokens[i : i + 2]]
    return words[:1] in (["%"], ["percent"], ["pct"], ["percentage"]) or words == ["per", "cent"]


def _range(tokens: list[Token], first: Amount, between: bool) -> Amount:
    """The range from `first` to a second amount that a connector ties to it, else `first`."""
    i = first.end
    if [token.text for token in tokens[i : i + 2]] == ["of", "them"]:
        i += 2
    i = _past_noise(tokens, i)
    found = match_phrase(tables().connectors, tokens, i)
    if not found or (found[0].needs == "between" and not between):
        return first
    i = _past_noise(tokens, found[1])
    if qualified := match_phrase(tables().before, tokens, i):
        i = qualified[1]
    second = _amount(tokens, i, between) if i < len(tokens) else None
    if second is None:
        return first
    low, first_high = first.low, first.high
    # "seven or eight million": the first end shares the scale of the second.
    if first.scale == 1 and second.scale > 1 and first_high is not None and first_high * second.scale <= second.low:
        low, first_high = low * second.scale, first_high * second.scale
    if first_high is None or second.high is None or not (low <= second.low and first_high <= second.high):
        return first
    rule = "range" if first.rule == second.rule == "number" else "vague"
    return Amount(low, second.high, second.end, rule, second.scale)


def _past_noise(tokens: list[Token], i: int) -> int:
    """Past a comma, quotation marks and currencies: "$750 to $950"."""
    while i < len(tokens) and (tokens[i].text in NOISE or tables().units.get(tokens[i].text) == "money"):
        i += 1
    return i


NOISE = frozenset(",\"'“”‘’")


def _is_share(tokens: list[Token], amount: Amount) -> bool:
    """Whether the amount is the upper half of a fraction: "two thirds", "1/3", "one in five"."""
    at = amount.end + 1 if amount.end < len(tokens) and tokens[amount.end].text in ("-", "/") else amount.end
    if at < len(tokens) and (tokens[at].text in tables().fractions or tokens[at - 1].text == "/"):
        return True
    if not (_next_is(tokens, amount.end - 1, "in") and amount.high is not None and amount.high < 10):
        return False
    whole = read_numeral(tokens, amount.end + 1) if amount.end + 1 < len(tokens) else None
    return whole is not None and amount.high < whole.value <= 100 and unit_after(tokens, whole.end) != "time"


def _is_comparison(tokens: list[Token], i: int) -> bool:
    """Whether the amount multiplies another that is not stated here: "three times as many", "double that"."""
    times = i < len(tokens) and tokens[i].text in ("times", "fold")
    at = i + 1 if times else i
    word = tokens[at].text if at < len(tokens) else ""
    multiple = times or tokens[i - 1].text in MULTIPLES
    return word == "that" or (multiple and word in COMPARING)


MULTIPLES = frozenset({"twice", "double", "triple"})
COMPARING = frozenset({"as", "higher", "larger", "bigger", "greater", "the"})


def _all_but(tokens: list[Token], start: int) -> FigureValue:
    """ "all but 40 of the 600" is 560; without the whole it is no number."""
    numerals: list[Number] = []
    i = start
    while i < len(tokens) and len(numerals) < 2:
        numeral = read_numeral(tokens, i)
        if numeral:
            numerals.append(numeral.value)
        i = numeral.end if numeral else i + 1
    if len(numerals) < 2 or numerals[1] < numerals[0]:
        return FigureValue(None, None, "all but", None, "part")
    rest = numerals[1] - numerals[0]
    return FigureValue(rest, rest, "all but", unit_after(tokens, i), "all-but")


def _without_amount(tokens: list[Token], seen: list[Qualifier]) -> FigureValue:
    """ "a woman" is one; "a large number", "many", "the rest" are no number."""
    words = [token.text for token in tokens if token.kind == "word"]
    unit = first_unit(tokens)
    uncounted = any(word in tables().amounts or word.removesuffix("s") in tables().amounts for word in words)
    if words[:1] in (["a"], ["an"]) and not uncounted and not seen:
        return FigureValue(1, 1, None, unit, "article")
    return FigureValue(None, None, None, unit, "uncounted")


# ---- qualifiers --------------------------------------------------------------------------


def apply_effect(effect: str, amount: Amount) -> tuple[Number | None, Number | None]:
    """
    The bounds of `amount` under a qualifier's `effect`; a vague amount is not loosened further.

        >>> apply_effect("nearly", Amount(50, 50, 1, "number")), apply_effect("about", Amount(300, 300, 1, "number"))
        ((45, 49), (270, 330))
    """
    low, high = amount.low, amount.high
    match effect:
        case "at-least":
            return low, None
        case "more-than":
            return (low + 1 if isinstance(low, int) else low), None
        case "up-to":
            return 0, high
        case "fewer-than":
            return 0, (max(0, high - 1) if isinstance(high, int) else high)
    if amount.rule == "vague" or high is None:
        return low, high
    match effect:
        case "about":
            return _tenth_less(low), _tenth_more(high)
        case "nearly":
            below = max(0, high - 1) if isinstance(high, int) else high
            return min(_tenth_less(low), below), below
        case "barely":
            return _tenth_less(low), high
        case "odd":
            return low, high + _open_places(high) - 1
    raise ValueError(f"qualifiers.toml: effect {effect!r} is not one of those at its head; correct the row")


def _tenth_less(n: Number) -> Number:
    """Whole numbers inside the interval only: 90 % of 15 is 14."""
    return -(-9 * n // 10) if isinstance(n, int) else round(0.9 * n, 6)


def _tenth_more(n: Number) -> Number:
    return 11 * n // 10 if isinstance(n, int) else round(1.1 * n, 6)


def _open_places(n: Number) -> int:
    """10 for "thirty-odd", 100 for "three hundred-odd"."""
    places = 10
    while isinstance(n, int) and n and n % (places * 10) == 0:
        places *= 10
    return places


def _strongest(seen: list[Qualifier]) -> Qualifier | None:
    """The last that bounds, else the last: in "perhaps no more than 500" the bound counts."""
    bounds = [row for row in seen if row.effect != "about"]
    return bounds[-1] if bounds else seen[-1] if seen else None


def _qualifiers_after(tokens: list[Token], end: int) -> list[Qualifier]:
    """Qualifiers right after the amount or after its noun, unless they open the next amount ("12, at least five")."""
    for i in range(end, min(end + 3, len(tokens))):
        found = match_phrase(tables().after, tokens, i)
        if found and (found[1] >= len(tokens) or _amount(tokens, found[1], False) is None):
            return [found[0]]
    return []


def _qualifier_left(left: list[Token]) -> list[Token]:
    """The tokens of a qualifier that ends right before the figure and can only belong to it."""
    for length in range(min(4, len(left)), 0, -1):
        found = match_phrase(tables().before, left, len(left) - length)
        if found and found[0].outside and found[1] == len(left):
            return left[-length:]
    return []


def _rest_right(tokens: list[Token], right: list[Token]) -> list[Token]:
    """The tokens that go on with the figure right after it: "%", "million", "or so"."""
    if not tokens or not right:
        return []
    if tokens[-1].kind == "number" and (right[0].text in SCALES or (right[0].text in SHORT_SCALES and right[0].glued)):
        return right[:3]
    if _is_percent(right, 0):
        return right[:2]
    found = match_phrase(tables().after, right, 0)
    return right[: found[1]] if found and found[0].outside else []


if __name__ == "__main__":
    print(resolve_figure(" ".join(sys.argv[1:])))
