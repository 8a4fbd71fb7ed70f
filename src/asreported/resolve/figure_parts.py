"""
Which figure is a part of which: "30 people, including 7 children", "seven of them", "half of the 30".

The whole is a number of the claim, of its sentence, or (after "of them", "the dead included") of the sentence before.
Nothing is linked where the words do not say that one is within the other: "30 killed and 7 wounded" are two figures.
"""

from __future__ import annotations

from ..records import Related
from .counted import unit_after
from .figure_antecedents import PRONOUNS, find_antecedent, holds, may_hold, name_group
from .figure_context import (
    MEASURES,
    QUOTES,
    VERBS,
    WORDS_BEFORE,
    Counted,
    Near,
    figure_at,
    match_before,
    read_numbers,
    related,
    related_words,
    same_unit,
)
from .figure_link_tables import link_tables
from .figure_tables import tables
from .shares import read_whole

SKIPPED = frozenset(
    {"perhaps", "possibly", "also", "only", "just", "another", "a", "an", "the", "further", "as", "yet"}
)

DETERMINERS = frozenset({"the", "these", "those", "his", "her", "its", "their", "our"})
LIST_JOINTS = frozenset({",", "and", ";"})
LIST_ITEMS = 6
"""Parts before a figure of a list that are looked at."""


def find_whole(near: Near) -> Related | None:
    """The whole of which the figure is a part, None where the words name none."""
    if near.figure.unit in MEASURES - {"percent"} or near.first >= len(near.tokens):
        return None
    return _after(near) or _before(near, near.first) or _listed(near) or _in_brackets(near)


# ---- "seven of the 30", "seven of them", "five of the wounded" ----------------------------


def _after(near: Near) -> Related | None:
    i = near.amount_end
    of = i + 1 if near.word(i) == "out" else i
    bare = near.word(i - 1) == "half" or near.word(i - 1) == "all"
    if near.word(of) != "of" and not bare:
        return None
    whole = read_whole(near.tokens, i)
    if whole and may_hold(near, whole.low, whole.high) and _same_thing(near, unit_after(near.tokens, whole.end)):
        return related_words(near, whole.start, whole.end)
    if near.word(of) != "of":
        return None
    word, following = near.word(of + 1), near.word(of + 2)
    if word in PRONOUNS and not _opens_clause(near, of + 2, word):
        named = word in ("these", "those") and following not in VERBS
        group = name_group(near, of + 2) if named else None
        return find_antecedent(near, near.first, group, back=word not in ("whom", "which"))
    if word in DETERMINERS:
        group = name_group(near, of + 2)
        return find_antecedent(near, near.first, group, back=True) if group else None
    return None


def _same_thing(near: Near, unit: str | None) -> bool:
    """Whether the whole counts what the figure does; a share has its unit from the whole."""
    return near.unit == "percent" or unit is None or same_unit(near.unit, unit)


def _opens_clause(near: Near, i: int, word: str) -> bool:
    """Whether "those" is told by what follows ("five of those who fled") and points nowhere back."""
    return word in ("these", "those") and near.word(i) in (
        "who",
        "that",
        "which",
        "in",
        "with",
        "from",
        "still",
        "held",
        "taken",
    )


# ---- "including 7", "of whom 5", "among the dead were 3" -----------------------------------


def _before(near: Near, first: int) -> Related | None:
    """The whole that the words right before token `first` name."""
    i = _past_qualifiers(near, first)
    for length in (2, 1):
        phrase = near.words(i - length, i)
        if phrase in link_tables().parts and len(phrase) == length:
            # "of these 12 were children" names a part, "of these 12 children" the whole.
            if phrase[-1] in ("these", "those") and near.word(near.amount_end) not in VERBS:
                return None
            return find_antecedent(near, i - length, None, back=link_tables().parts[phrase])
    if near.word(i - 1) in link_tables().naming and (named := _named_group(near, i - 1)):
        return find_antecedent(near, *named, back=True)
    return _opener(near, first)


def _past_qualifiers(near: Near, i: int) -> int:
    """The token after what stands before the figure's own qualifiers: "including | at least 7"."""
    for _ in range(WORDS_BEFORE):
        before = match_before(near, i)
        if before is not None:
            i = before
        elif i and (near.word(i - 1) in SKIPPED or near.word(i - 1) in QUOTES):
            i -= 1
        else:
            break
    return i


def _named_group(near: Near, verb: int) -> tuple[int, frozenset[str] | None] | None:
    """Whose part "among the dead were", "the victims included" name: the token before it and the group."""
    included = near.word(verb).startswith("include")
    for i in range(verb - 1, max(near.sentence, verb - 7) - 1, -1):
        if near.word(i) in ("among", "amongst"):
            group = name_group(near, i + 1)
            return (i, group) if group or near.words(i + 1, verb) in (("them",), ("these",), ("those",)) else None
        if included and near.word(i) == "the" and (group := name_group(near, i + 1)):
            return i, group
        if near.word(i) in (",", ";"):
            return None
    if included and near.words(near.sentence, verb) in (("they",), ("these",), ("those",)):
        return near.sentence, None
    return None


def _opener(near: Near, first: int) -> Related | None:
    """ "Of the 30 hostages, seven were freed": a whole that opens the clause holds for the figures after its comma."""
    comma = False
    for i in range(first - 1, near.sentence - 1, -1):
        word = near.word(i)
        if word in (".", ";", ":", "(", ")"):
            return None
        opens = word == "of" and (i == near.sentence or near.word(i - 1) in QUOTES | {",", "out"})
        if opens and comma and near.word(near.amount_end) not in ("others", "more", "other"):
            return _opened(near, i, first)
        comma = comma or word == ","
    return None


def _opened(near: Near, i: int, first: int) -> Related | None:
    own = near.unit
    whole = read_whole(near.tokens, i)
    if whole and whole.end <= first:
        index = figure_at(near, near.tokens[whole.start].start, near.tokens[whole.end - 1].end)
        is_self = index is not None and near.figures[index] is near.figure
        fits = same_unit(own, unit_after(near.tokens, whole.end)) and may_hold(near, whole.low, whole.high)
        return related_words(near, whole.start, whole.end) if fits and not is_self else None
    if near.word(i + 1) in ("these", "those", "them") and near.word(i + 2) == ",":
        return find_antecedent(near, i, None, back=True)
    if near.word(i + 1) in DETERMINERS and (group := name_group(near, i + 2)):
        return find_antecedent(near, i, group, back=True)
    return None


# ---- "including 7 children and 3 women", "27 casualties (8 killed, 19 wounded)" ------------


def _listed(near: Near, items: int = LIST_ITEMS) -> Related | None:
    """The whole of the part before, where the figure goes on with a list of parts."""
    if not items:
        return None
    start = _past_qualifiers(near, near.first)
    if near.word(start - 1) not in LIST_JOINTS or _says_more(near):
        return None
    before = list(read_numbers(near, max(near.sentence, near.first - 8), start))
    if not before or not _is_list_gap(near, before[-1].end, start):
        return None
    part = _as_part(near, before[-1])
    whole = _before(part, part.first) or _after(part) or _listed(part, items - 1)
    return whole if whole and _is_other(near, whole) and holds(near, whole) else None


def _is_list_gap(near: Near, end: int, start: int) -> bool:
    """Whether only the noun of the part before and a joint stand between: no verb, no preposition, no trigger."""
    nouns = {word for word in near.words(end, start) if word not in LIST_JOINTS}
    told = any(nouns & group for group in link_tables().groups) or end <= near.trigger < near.first
    return len(nouns) <= 4 and not told and not nouns & (tables().stops - {"of"})


def _says_more(near: Near) -> bool:
    """Whether something is said of the figure itself: "7 children and 12 were wounded", "and 12 others"."""
    words = near.words(near.amount_end, near.amount_end + 3)
    if words[:1] and words[0] in ("others", "other", "more", *VERBS):
        return True
    return any(word in VERBS or any(word in group for group in link_tables().groups) for word in words[:2])


def _as_part(near: Near, number: Counted) -> Near:
    """The same window, looked at from another number."""
    figure = near.figures[number.figure] if number.figure is not None else near.figure
    unit = unit_after(near.tokens, number.end)
    return near._replace(first=number.first, amount_end=number.end, last=number.end, figure=figure, unit=unit)


def _in_brackets(near: Near) -> Related | None:
    opening = next((i for i in range(near.first - 1, near.first - 14, -1) if near.word(i) in ("(", ")")), None)
    if opening is None or opening <= near.sentence or near.word(opening) != "(":
        return None
    own, word = near.unit, near.word(near.amount_end)
    if own is None and any(word in group for group in link_tables().groups):
        own = "people"
    if own is None or own in MEASURES or word in tables().stops:
        return None
    for number in reversed(list(read_numbers(near, max(near.sentence, opening - 6), opening))):
        words = near.words(number.end, opening)
        if (
            own == number.unit
            and may_hold(near, number.low, number.high)
            and not any(w in tables().stops for w in words)
        ):
            return related(near, number)
    return None


def _is_other(near: Near, whole: Related) -> bool:
    return (whole.start, whole.end) != (near.figure.start, near.figure.end)
