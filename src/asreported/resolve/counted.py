"""
What a figure counts: the `unit` from the nouns beside the number, and the filler whose number it is.
"""

from __future__ import annotations

import re

from ..records import Event, Mention, Report
from .figure_tables import tables, unit_of_noun
from .numerals import Token, tokenize

MODIFIERS = 4
"""Words that may stand between a number and its noun: "12 heavily armed Libyan militiamen"."""

MEASURES = {"square": "area", "sq": "area", "cubic": "volume"}

UNIT_ONLY = frozenset({"money", "distance", "area", "mass", "volume", "time", "percent", "events"})
"""Units that do not count a filler: "1,000 km", "three times"."""

TARGET_FIRST = frozenset(
    {
        "killing",
        "injury",
        "abduction",
        "detention",
        "release",
        "abuse",
        "destruction",
        "justice",
        "airstrike",
        "shelling",
        "bombing",
        "chemical-attack",
        "attack",
        "advance",
        "siege",
        "aid",
    }
)
"""Kinds that count whom they are done to (codebook, section 8: the people killed, wounded, freed are `target`)."""

PEOPLE_FIRST = frozenset(
    {"killing", "injury", "abduction", "detention", "release", "abuse", "displacement"}
    | {"movement", "strength", "support", "protest", "justice"}
)
"""Kinds whose bare number counts people: "killed 12", "1,000 remain"."""

NEAR = 60
"""Characters between a figure and the filler that it counts, at most."""

GAP_RE = re.compile(r"[\s\-]*(?:of\s)?(?:[^\W\d_][\w'’-]{0,30}\s+){0,2}")


def unit_after(tokens: list[Token], start: int) -> str | None:
    """
    The unit of the noun phrase at `start`: its first known noun, or the last of those in a row.

        >>> unit_after(tokenize("heavily armed Libyan militiamen on two trucks"), 0)
        'people'
        >>> unit_after(tokenize("of the car bombs"), 0), unit_after(tokenize("in a car"), 0)
        ('weapons', None)
    """
    rows, unit, unknown = tables(), None, 0
    for i in range(start, min(start + 12, len(tokens))):
        word = tokens[i].text
        if word in MEASURES:
            return MEASURES[word]
        if word in ("pound", "pounds") and i and tokens[i - 1].text in rows.pounds:
            return "money"
        if tokens[i].kind == "number" and (tokens[i].glued or _next_is_glued_dash(tokens, i)):
            continue  # part of a modifier: "12-year-old boys", "AK-47 rifles"
        if word in rows.determiners and (i == start or tokens[i - 1].text not in ("of", "all")):
            return unit
        # In "battle-tested fighters" the battle is no noun of the phrase.
        found = None if _next_is_glued_dash(tokens, i) else unit_of_noun(word)
        if found:
            unit = found
        elif unit or word in rows.stops or (tokens[i].kind != "word" and word not in rows.passed_over):
            return unit
        elif word not in rows.passed_over and word not in rows.determiners:
            unknown += 1
            if unknown > MODIFIERS:
                return None
    return unit


def first_unit(tokens: list[Token]) -> str | None:
    """The unit of the first known noun: "an elderly woman" is people, "a 12-year-old boy" too."""
    units = (None if _next_is_glued_dash(tokens, i) else unit_of_noun(token.text) for i, token in enumerate(tokens))
    return next((unit for unit in units if unit), None)


def _next_is_glued_dash(tokens: list[Token], i: int) -> bool:
    return i + 1 < len(tokens) and tokens[i + 1].text == "-" and tokens[i + 1].glued


def money_before(tokens: list[Token], start: int) -> str | None:
    """`money` where a currency stands right before the number: "$1.2m", "Rs 40,000"."""
    return "money" if start and tables().units.get(tokens[start - 1].text) == "money" else None


def find_counted(report: Report, event: Event, figure: Mention, unit: str | None) -> Mention | None:
    """The filler that the figure counts: the one that holds it, else the one right after it, else the kind's own."""
    start, end = figure.span.start, figure.span.end
    fillers = [m for m in event.roles if m.role not in ("figure", "time") and not m.carried]
    holding = [m for m in fillers if m.span.start <= start and end <= m.span.end]
    if holding:
        return min(holding, key=lambda m: (m.span.end - m.span.start, _rank(event, m), m.span.start))
    if unit in UNIT_ONLY:
        return None
    after = [m for m in fillers if end <= m.span.start <= end + NEAR and _follows(report, event, end, m)]
    if after:
        return min(after, key=lambda m: (m.span.start, _rank(event, m)))
    # "captured 10": the captor is not counted, though nothing else is named.
    own = [m for m in event.roles if m.role == "target" or (m.role == "actor" and event.kind not in TARGET_FIRST)]
    return min(own, key=lambda m: (_rank(event, m), abs(m.span.start - start), m.span.start), default=None)


def _follows(report: Report, event: Event, end: int, mention: Mention) -> bool:
    """Whether only modifiers part the figure from the filler: no verb (the trigger), no preposition but "of"."""
    if end <= event.trigger.start < mention.span.start:
        return False
    gap = report.text[end : mention.span.start]
    if not GAP_RE.fullmatch(gap):
        return False
    return not any(token.text in tables().stops for token in tokenize(gap))


def _rank(event: Event, mention: Mention) -> int:
    order = ("target", "actor") if event.kind in TARGET_FIRST else ("actor", "target")
    return order.index(mention.role) if mention.role in order else len(order)


def unit_of_filler(counted: Mention | None, event: Event) -> str:
    """The unit of the filler's own noun, else people where the kind counts people, else `other`."""
    if counted:
        words = [token.text for token in tokenize(counted.span.text[:200]) if token.kind == "word"]
        unit = next((unit for word in reversed(words) if (unit := unit_of_noun(word)) and unit not in UNIT_ONLY), None)
        if unit:
            return unit
    of_people = counted is None or counted.role in ("actor", "target")
    return "people" if of_people and event.kind in PEOPLE_FIRST else "other"
