"""
The words around a figure as tokens, and the other numbers among them: what parts and changes are looked for in.

A window of the text is read, not the report: a whole or an earlier figure stands in the same sentence or the one
before. Numbers that count nothing (days, ages, names, shares) are no candidates.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..records import Event, Figure, Related, Report
from .amounts import counts_nothing, is_comparison, is_percent, is_ratio, is_share, read_amount, read_range
from .bounds import apply_effect
from .counted import money_before, unit_after
from .figure_link_tables import Phrase
from .figure_tables import LONGEST_PHRASE, Number, match_phrase, tables
from .numerals import SCALES, SMALL, TENS, Token, tokenize

BEFORE, AFTER = 400, 160
"""Characters before and after a figure that are read."""

LONGEST = 200
"""Characters of the figure itself that are read."""

WORDS_BEFORE = 6
"""Qualifiers and articles before a figure that are passed over."""

MEASURES = frozenset({"money", "distance", "area", "mass", "volume", "time", "percent", "events"})
"""Units of which a part is not told as one counts people: 12 km are no part of 30 km."""

QUOTES = frozenset("\"'“”‘’-")
VERBS = frozenset({"were", "was", "are", "is", "have", "had", "has", "will", "died", "remain", "remained", "fled"})
"""What is said of a figure, where it follows at once: "seven were"."""


class Near(NamedTuple):
    """
    The tokens around a figure: its own are `first` to `last`, exclusive, `amount_end` is behind its number.

    Tokens from `sentence` on are of the figure's sentence. `base` is where the tokens' text starts in the report.
    """

    report: Report
    tokens: list[Token]
    base: int
    sentence: int
    first: int
    amount_end: int
    last: int
    figure: Figure
    figures: Sequence[Figure]
    unit: str | None
    """The unit that a noun beside the number says; None where the figure has its unit from its claim alone."""
    trigger: int
    """The token at which the trigger of the claim starts; -1 where it is not in the window."""

    def words(self, start: int, end: int) -> Phrase:
        return tuple(token.text for token in self.tokens[max(0, start) : end])

    def word(self, i: int) -> str:
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""


def look_around(report: Report, event: Event, figure: Figure, figures: Sequence[Figure]) -> Near:
    """The window around `figure`: its sentence as far as it reaches, and the one before."""
    start = max(0, figure.start - BEFORE)
    while start and start < figure.start and not report.text[start - 1].isspace():
        start += 1
    sentence = max(start, min(event.sentence.start, figure.start))
    start = max(start, _sentence_before(report.text, start, sentence))
    own = min(figure.end, figure.start + LONGEST)
    end = max(own, min(event.sentence.end, own + AFTER))
    tokens = tokenize(report.text[start:end])

    def token_at(place: int) -> int:
        return bisect_left(tokens, place - start, key=lambda token: token.start)

    first, last, trigger = token_at(figure.start), token_at(figure.end), token_at(event.trigger.start)
    amount_end = _amount_end(tokens, first, last)
    return Near(
        report=report,
        tokens=tokens,
        base=start,
        sentence=token_at(sentence),
        first=first,
        amount_end=amount_end,
        last=last,
        figure=figure,
        figures=figures,
        unit=figure.unit if figure.unit in MEASURES else unit_after(tokens, amount_end),
        trigger=trigger if trigger < len(tokens) else -1,
    )


SENTENCE_RE = re.compile(r"(?<=[^\W_]{3})[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])|\n\s*\n")


def _sentence_before(text: str, start: int, sentence: int) -> int:
    """Where the sentence before the one at `sentence` starts, not before `start`."""
    ends = [match.end() for match in SENTENCE_RE.finditer(text, start, sentence)]
    ends = [end for end in ends if text[end:sentence].strip()]
    return ends[-1] if ends else start


def _amount_end(tokens: list[Token], first: int, last: int) -> int:
    """The token after the number of the figure; the first noun after a share ("half", "most")."""
    rows, i = tables(), first - 1
    while i + 1 < last:
        i += 1
        if (found := match_phrase(rows.before, tokens, i)) and found[0].words != "some of":
            i = found[1] - 1
            continue
        amount = read_amount(tokens, i)
        if amount and amount.end <= last and not counts_nothing(tokens, i, amount.end):
            ranged = read_range(tokens, amount, i > first and tokens[i - 1].text == "between").end
            end = ranged if ranged <= last else amount.end
            while end < last and (is_percent(tokens, end) or tokens[end].text in ("-", "cent", *rows.fractions)):
                end += 1
            return end
        word = tokens[i].text
        if word in rows.fractions or word in rows.parts or word in ("many", "some") or (word,) in rows.zero:
            return i + 1
    return last


# ---- the numbers among them --------------------------------------------------------------


class Counted(NamedTuple):
    """A number of the window with its bounds and its unit; `figure` is the index of the claim's figure that it is."""

    first: int
    end: int
    low: Number | None
    high: Number | None
    unit: str | None
    figure: int | None


@functools.cache
def _openers() -> frozenset[str]:
    """The words with which an amount can begin, so that others are not tried."""
    rows = tables()
    words = {phrase[0] for table in (rows.vague, rows.multipliers) for phrase in table}
    return frozenset(words | set(SMALL) | set(TENS) | set(SCALES) | {"a", "an"})


def read_numbers(near: Near, start: int, end: int) -> Iterator[Counted]:
    """The numbers from token `start` to `end` that count something, in their order."""
    tokens, i = near.tokens, max(0, start)
    while i < min(end, len(tokens)):
        found = None
        if tokens[i].kind == "number" or tokens[i].text in _openers():
            found = read_counted(near, i)
        if found:
            yield found
        i = max(found.end if found else 0, i + 1)


def read_counted(near: Near, i: int) -> Counted | None:
    """The number that begins at token `i`, with the qualifier before it; None where it counts nothing."""
    tokens = near.tokens
    amount = read_amount(tokens, i)
    if amount is None or counts_nothing(tokens, i, amount.end):
        return None
    ranged = read_range(tokens, amount, near.word(i - 1) == "between")
    # "from four to sixteen" with a figure of its own for each end is no range
    amount = amount if i < near.first < ranged.end or _is_parted(near, i, ranged.end) else ranged
    end = amount.end
    if _is_age_limit(near, i, end):
        return None
    if is_percent(tokens, end) or is_share(tokens, amount) or is_ratio(tokens, amount) or is_comparison(tokens, end):
        return None
    unit = money_before(tokens, i) or unit_after(tokens, end)
    if unit is None and end == i + 1 and YEAR_RE.fullmatch(tokens[i].text):
        return None
    index = figure_at(near, tokens[i].start, tokens[end - 1].end)
    if index is not None:
        known = near.figures[index]
        return Counted(i, end, known.low, known.high, unit or known.unit, index)
    start = match_before(near, i)
    if start is None:
        return Counted(i, end, amount.low, amount.high, unit, None)
    low, high = apply_effect(tables().before[near.words(start, i)].effect, amount)
    return Counted(i, end, low, high, unit, None)


def match_before(near: Near, i: int) -> int | None:
    """Where a qualifier that ends at token `i` starts."""
    before = tables().before
    return next((i - n for n in range(min(LONGEST_PHRASE, i), 0, -1) if near.words(i - n, i) in before), None)


def _is_parted(near: Near, first: int, end: int) -> bool:
    """Whether the tokens hold two figures of the claim."""
    start, last = near.base + near.tokens[first].start, near.base + near.tokens[end - 1].end
    return sum(f.start < last and start < f.end for f in near.figures) > 1


def _is_age_limit(near: Near, i: int, end: int) -> bool:
    """ "6,400 of them under 18": an age, where no noun follows."""
    told = near.word(i - 1) in ("under", "over", "below") and near.word(i - 2) in AGED
    return told and (end >= len(near.tokens) or near.tokens[end].kind != "word" or near.word(end) in tables().stops)


AGED = frozenset(
    {"them", "children", "boys", "girls", "persons", "people", "men", "women", "youths", "were", "those", "all"}
)
YEAR_RE = re.compile(r"(?:19|20)[0-9]{2}")


def figure_at(near: Near, start: int, end: int) -> int | None:
    """The index of the claim's figure that overlaps the window's characters `start` to `end`."""
    first, last = near.base + start, near.base + end
    return next((n for n, f in enumerate(near.figures) if f.start < last and first < f.end), None)


def related(near: Near, found: Counted) -> Related:
    """The reference to a number: as the claim's figure quotes it, else its own words."""
    if found.figure is not None:
        figure = near.figures[found.figure]
        return Related(figure=found.figure, start=figure.start, end=figure.end, text=figure.text)
    return related_words(near, found.first, found.end)


def related_words(near: Near, first: int, end: int) -> Related:
    """The reference to the tokens `first` to `end`, exclusive; to the claim's figure where they are one."""
    start, last = near.base + near.tokens[first].start, near.base + near.tokens[end - 1].end
    index = figure_at(near, near.tokens[first].start, near.tokens[end - 1].end)
    if index is not None and near.figures[index] is not near.figure:
        figure = near.figures[index]
        return Related(figure=index, start=figure.start, end=figure.end, text=figure.text)
    return Related(figure=None, start=start, end=last, text=near.report.text[start:last])


def find_currency(near: Near) -> str | None:
    """The currency of the figure in the words of the text: the sign before its number, or the words after it."""
    tokens, first = near.tokens, near.first
    for i in range(max(0, first - 1), near.amount_end):
        if tables().units.get(tokens[i].text) == "money":
            glued = i and tokens[i].glued and tokens[i - 1].text in ("us", "a", "c", "nz", "hk")
            return _quote(near, i - 1 if glued else i, i + 1)
    last = None
    for i in range(near.amount_end, min(near.amount_end + 4, len(tokens))):
        pounds = tokens[i].text.startswith("pound") and i > near.amount_end
        if pounds or tables().units.get(tokens[i].text.removesuffix("s")) == "money":
            last = i
        elif tokens[i].kind != "word" or tokens[i].text in tables().stops or last is not None:
            break
    return None if last is None else _quote(near, near.amount_end, last + 1)


def _quote(near: Near, first: int, end: int) -> str:
    return near.report.text[near.base + near.tokens[first].start : near.base + near.tokens[end - 1].end]


def same_unit(unit: str | None, other: str | None) -> bool:
    """Whether figures of these units can be whole and part; what is not known or `other` goes with all but measures."""
    if unit == other:
        return True
    loose = {None, "other"}
    return (unit in loose and other not in MEASURES) or (other in loose and unit not in MEASURES)
