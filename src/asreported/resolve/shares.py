"""
Shares of a whole that is named beside them: "half of the 30", "40 % of some 600", "all but two of the 22".

Only a whole in the same phrase is reckoned with. "A third of them" stays without a number (codebook, section 8), with
the whole that it is taken from as its `part_of` (figure_parts.py).
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from .amounts import counts_nothing, is_percent, read_amount, read_range
from .bounds import Amount, apply_effect, strongest
from .figure_tables import Number, match_phrase, tables
from .numerals import VULGAR_FRACTIONS, Token, read_numeral


class Share(NamedTuple):
    """A part of one: "two thirds" is 2/3 to 2/3; "40 %" is rounded, so 39.5 to 40.5 hundredths."""

    low: Fraction
    high: Fraction
    end: int


class Whole(NamedTuple):
    """What a part is taken from, with its tokens from `start` (its qualifiers) to `end`, exclusive."""

    low: Number | None
    high: Number | None
    start: int
    end: int


def read_share(tokens: list[Token], i: int) -> Share | None:
    """The share that begins at token `i`: "half", "a third", "three-quarters", "1/3", "30 to 40 percent"."""
    denominators = tables().denominators
    word = tokens[i].text
    if word in VULGAR_FRACTIONS:
        return _exact(Fraction(VULGAR_FRACTIONS[word]), i + 1)
    if word in denominators:
        return _exact(Fraction(1, denominators[word]), i + 1)
    if word in ("a", "an") and i + 1 < len(tokens) and tokens[i + 1].text in denominators:
        return _exact(Fraction(1, denominators[tokens[i + 1].text]), i + 2)
    numeral = read_numeral(tokens, i)
    if numeral is None or numeral.value >= 1000:
        return None
    at = numeral.end
    if at < len(tokens) and is_percent(tokens, at):
        return _percent(numeral.value, numeral.value, at + (2 if tokens[at].text == "per" else 1))
    amount = read_range(tokens, Amount(numeral.value, numeral.value, at, "number", numeral.scale), True)
    if amount.high is not None and amount.end < len(tokens) and is_percent(tokens, amount.end):
        return _percent(amount.low, amount.high, amount.end + (2 if tokens[amount.end].text == "per" else 1))
    slash = at + 1 < len(tokens) and tokens[at].text == "/"
    if slash and (below := read_numeral(tokens, at + 1)) and below.value > numeral.value:
        return _exact(Fraction(numeral.value) / Fraction(below.value), below.end)
    at += at < len(tokens) and tokens[at].text == "-"
    if at < len(tokens) and tokens[at].text in denominators and numeral.value < 10:
        return _exact(Fraction(numeral.value) / denominators[tokens[at].text], at + 1)
    return None


def _exact(share: Fraction, end: int) -> Share | None:
    return Share(share, share, end) if 0 < share < 1 else None


def _percent(low: Number, high: Number, end: int) -> Share | None:
    half = Fraction(1, 2) if isinstance(low, int) and isinstance(high, int) else Fraction(1, 20)
    first, last = (Fraction(low) - half) / 100, (Fraction(high) + half) / 100
    return Share(max(Fraction(0), first), min(Fraction(1), last), end) if low <= 100 and high <= 100 else None


def read_whole(tokens: list[Token], i: int) -> Whole | None:
    """The whole that "of the 30" or "out of some 600" names at token `i`; after "half" it needs no "of"."""
    rows = tables()
    if i < len(tokens) and tokens[i].text == "out":
        i += 1
    if i < len(tokens) and tokens[i].text == "of":
        i += 1
    elif i < len(tokens) and not (i and tokens[i - 1].text == "half"):
        return None
    seen = []
    start = i
    while i < len(tokens):
        if found := match_phrase(rows.before, tokens, i):
            seen.append(found[0])
            i = found[1]
        elif tokens[i].text in WHOLE_DETERMINERS:
            start = i + 1 if i == start else start
            i += 1
        else:
            break
    amount = read_amount(tokens, i) if i < len(tokens) else None
    if amount is None or counts_nothing(tokens, i, amount.end):
        return None
    amount = read_range(tokens, amount, False)
    qualifier = strongest(seen)
    low, high = apply_effect(qualifier.effect, amount) if qualifier else (amount.low, amount.high)
    return Whole(low, high, start, amount.end)


WHOLE_DETERMINERS = frozenset(
    {
        "the",
        "these",
        "those",
        "all",
        "its",
        "their",
        "his",
        "her",
        "our",
        "a",
        "total",
        "other",
        "original",
        "remaining",
    }
)


def take_share(share: Share, whole: Whole) -> Amount:
    """
    How many `share` of `whole` are, whole numbers inside the interval where there are any.

        >>> take_share(Share(Fraction(1, 2), Fraction(1, 2), 1), Whole(30, 30, 0, 1))[:2]
        (15, 15)
        >>> take_share(Share(Fraction(1, 3), Fraction(1, 3), 2), Whole(400, 400, 0, 1))[:2]
        (133, 134)
    """
    low = share.low * Fraction(whole.low or 0)
    high = None if whole.high is None else share.high * Fraction(whole.high)
    first, last = math.ceil(low), None if high is None else math.floor(high)
    if last is not None and first > last:
        first, last = last, first
    return Amount(first, last, whole.end, "share")


def all_but(tokens: list[Token], start: int) -> Amount | None:
    """What is left: "all but 40 of the 600" is 560; None without the whole."""
    kept = read_amount(tokens, start) if start < len(tokens) else None
    whole = None
    for i in range(kept.end if kept else 0, min(len(tokens), (kept.end if kept else 0) + 4)):
        whole = whole or (read_whole(tokens, i) if tokens[i].text == "of" else None)
    if kept is None or whole is None or whole.low is None or whole.low < kept.low:
        return None
    high = None if whole.high is None else whole.high - kept.low
    return Amount(max(0, whole.low - (kept.high or kept.low)), high, whole.end, "all-but")
