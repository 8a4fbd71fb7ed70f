"""
What a figure is said for each of: "20 a day", "40 men per month", "one well for every 100 residents".

Nothing is multiplied. "A day earlier", "within a month" and "a day's ride" are no rates.
"""

from __future__ import annotations

from .figure_context import Near, read_counted
from .figure_link_tables import link_tables
from .figure_tables import tables


def find_rate(near: Near) -> str | None:
    """What the figure is said for each of: "day" in "20 a day", "100 residents" in "one for every 100 residents"."""
    direct = True  # "100 fighters a month", but "2,000 troops from Syria within a month"
    for i in range(near.amount_end, min(near.amount_end + 7, len(near.tokens))):
        word = near.word(i)
        if found := _rate_at(near, i, direct):
            return found
        adverb = link_tables().adverbs.get(word)
        if adverb and near.word(i - 1) not in ("a", "the", "on") and near.word(i + 1) != "basis":
            return adverb
        if near.tokens[i].kind != "word" or word in RATE_STOPS or (word != "a" and read_counted(near, i)):
            return None
        direct = direct and (word not in tables().stops or word in ("of", "a", "an")) and word not in WITHIN
    return None


WITHIN = frozenset({"within", "over", "under", "through", "until", "inside", "across", "half"})
RATE_STOPS = frozenset(
    {"who", "whom", "which", "that", "and", "or", "but", "after", "before", "since", "when", "while", "than"}
)
NOT_A_RATE = frozenset(
    {"'", "’", "ago", "earlier", "later", "after", "before", "of", "old", "long", "prior", "previously", "or"}
)


def _rate_at(near: Near, i: int, direct: bool) -> str | None:
    word, following = near.word(i), near.word(i + 1)
    if word == "for" and following in ("every", "each"):
        return _what(near, i + 2)
    if word == "per":
        return None if following in ("cent", "") else _what(near, i + 1)
    if word in ("every", "each", "a", "an") and following in link_tables().periods:
        article = word in ("a", "an")
        ends = near.word(i + 2) in NOT_A_RATE or not direct or near.figure.unit == "time"
        return None if article and ends else following
    if word == "every":
        return _what(near, i + 1) if _counts_periods(near, i + 1) else None
    if (
        direct
        and word in ("each", "apiece")
        and (i + 1 >= len(near.tokens) or following in (",", ".", ";", "and", "for", "to"))
    ):
        return "each"
    return None


def _counts_periods(near: Near, i: int) -> bool:
    """ "every two weeks", "every other day"."""
    return near.word(i + 1).removesuffix("s") in link_tables().periods


def _what(near: Near, i: int) -> str | None:
    """The words from token `i` that say for what: a number with its noun, or one noun."""
    if i >= len(near.tokens):
        return None
    number = read_counted(near, i)
    end = number.end if number else i
    end += end < len(near.tokens) and near.tokens[end].kind == "word" and near.word(end) not in tables().stops
    if end <= i:
        return None
    return near.report.text[near.base + near.tokens[i].start : near.base + near.tokens[end - 1].end]
