"""
Which figure is a part of which: "30 people, including 7 children", "seven of them", "half of the 30".

The whole is a number of the claim, of its sentence, or (after "of them", "the dead included") of the sentence before.
Nothing is linked where the words do not say that one is within the other: "30 killed and 7 wounded" are two figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import Related
from .counted import unit_after
from .figure_context import (
    MEASURES,
    Counted,
    Near,
    figure_at,
    link_tables,
    match_before,
    read_numbers,
    related,
    related_words,
    same_unit,
)
from .figure_tables import Number, tables, unit_of_noun
from .shares import read_whole

PRONOUNS = frozenset({"them", "whom", "which", "these", "those"})
SKIPPED = frozenset(
    {"perhaps", "possibly", "also", "only", "just", "another", "a", "an", "the", "further", "as", "yet"}
)
QUOTES = frozenset("\"'“”‘’-")
DETERMINERS = frozenset({"the", "these", "those", "his", "her", "its", "their", "our"})
LIST_JOINTS = frozenset({",", "and", ";"})
LIST_ITEMS = 6
"""Parts before a figure of a list that are looked at."""

WORDS_BEFORE = 6
"""Qualifiers and articles before a figure that are passed over."""

VERBS = frozenset({"were", "was", "are", "is", "have", "had", "has", "will", "died", "remain", "remained", "fled"})


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
    if whole and _may_hold(near, whole.low, whole.high) and _same_thing(near, unit_after(near.tokens, whole.end)):
        return related_words(near, whole.start, whole.end)
    if near.word(of) != "of":
        return None
    word, following = near.word(of + 1), near.word(of + 2)
    if word in PRONOUNS and not _opens_clause(near, of + 2, word):
        back = word not in ("whom", "which")
        if word in ("these", "those") and near.tokens[of + 2 : of + 3] and near.tokens[of + 2].kind == "word":
            group = _group(near, of + 2)
            return (
                _antecedent(near, i, group, back=True)
                if following not in VERBS
                else _antecedent(near, i, None, back=True)
            )
        return _antecedent(near, near.first, None, back=back)
    if word in DETERMINERS:
        group = _group(near, of + 2)
        return _antecedent(near, near.first, group, back=True) if group else None
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
            return _antecedent(near, i - length, None, back=link_tables().parts[phrase])
    if near.word(i - 1) in link_tables().naming and (named := _named_group(near, i - 1)):
        return _antecedent(near, *named, back=True)
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
            group = _group(near, i + 1)
            return (i, group) if group or near.words(i + 1, verb) in (("them",), ("these",), ("those",)) else None
        if included and near.word(i) == "the" and (group := _group(near, i + 1)):
            return i, group
        if near.word(i) in (",", ";"):
            return None
    if included and near.words(near.sentence, verb) in (("they",), ("these",), ("those",)):
        return near.sentence, None
    return None


def _group(near: Near, i: int) -> frozenset[str] | None:
    """The names of what the noun at token `i` means, to find the number that counts it: {"dead", "killed", ...}."""
    words: list[str] = []
    for at in range(i, min(i + 5, len(near.tokens))):
        token = near.tokens[at]
        if token.kind != "word" or (token.text in tables().stops and token.text != "who"):
            break
        if words and token.text in VERBS:
            break
        words.append(token.text)
    for word in words:
        for group in link_tables().groups:
            if word in group:
                return group
    noun = words[0] if words[:1] and words[0] not in VERBS else None
    return frozenset({noun, noun.removesuffix("s"), noun + "s"}) if noun and len(noun) > 2 else None


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
        fits = same_unit(own, unit_after(near.tokens, whole.end)) and _may_hold(near, whole.low, whole.high)
        return related_words(near, whole.start, whole.end) if fits and not is_self else None
    if near.word(i + 1) in ("these", "those", "them") and near.word(i + 2) == ",":
        return _antecedent(near, i, None, back=True)
    if near.word(i + 1) in DETERMINERS and (group := _group(near, i + 2)):
        return _antecedent(near, i, group, back=True)
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
    return whole if whole and _is_other(near, whole) and _holds(near, whole) else None


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
            and _may_hold(near, number.low, number.high)
            and not any(w in tables().stops for w in words)
        ):
            return related(near, number)
    return None


# ---- the number that is meant --------------------------------------------------------------


def _antecedent(near: Near, end: int, group: frozenset[str] | None, *, back: bool) -> Related | None:
    """
    The number before token `end` that the figure can be a part of: of the claim first, then the nearest.

    With a `group` only a number beside one of its words; `back`: the sentence before counts too.
    """
    here = list(_candidates(near, near.sentence, end, group))
    if here:
        own = [number for number in here if number.figure is not None and not group]
        return related(near, _likeliest(near, own or here, end))
    there = list(_candidates(near, 0, min(end, near.sentence), group)) if back else []
    return related(near, _likeliest(near, there, end)) if there else None


def _likeliest(near: Near, numbers: Sequence[Counted], end: int) -> Counted:
    """The last that stands right before token `end` or counts in the figure's unit, else the last."""
    if numbers[-1].end >= end - 2:  # "now holds 61,000, of whom"
        return numbers[-1]
    exact = [number for number in numbers if number.unit == (near.unit or near.figure.unit)]
    return (exact or numbers)[-1]


def unit_of_whole(near: Near, whole: Related) -> str | None:
    """What the whole counts, for a part that has no noun: "80 rockets, of which 11 were duds"."""
    if whole.figure is not None:
        return near.figures[whole.figure].unit
    number = _number_of(near, whole)
    return number.unit if number else None


def _candidates(near: Near, start: int, end: int, group: frozenset[str] | None) -> Iterator[Counted]:
    for number in read_numbers(near, start, end):
        if number.first >= near.first or not _may_hold(near, number.low, number.high):
            continue
        parallel = near.word(number.end) == "of" and near.word(number.end + 1) in PRONOUNS
        if (
            parallel
            or _is_clock(near, number)
            or _is_cut_off(near, number, end)
            or number.unit in MEASURES
            or not same_unit(near.unit, number.unit)
        ):
            continue
        if group and not group & set(near.words(number.first - 4, number.end + 6)):
            continue
        if group and not _nearest_group(near, number, group):
            continue
        yield number


def _is_clock(near: Near, number: Counted) -> bool:
    """ "shortly before eleven"."""
    told = near.word(number.first - 1) in ("before", "after", "until", "at", "since")
    return told and number.figure is None and number.unit is None and (number.high or 99) <= 24


def _is_cut_off(near: Near, number: Counted, end: int) -> bool:
    """Whether a noun without a number stands before the cue: in "wounded others, including 7" the whole is not said."""
    words = [word for word in near.words(number.end, end) if word not in QUOTES and word != ","]
    if words[-1:] == ["others"] and len(words) > 1:
        return True
    bare = unit_of_noun(words[-1]) if words and number.unit is None else None
    return bare is not None and bare == near.unit != "people"


def _nearest_group(near: Near, number: Counted, group: frozenset[str]) -> bool:
    """Whether the number is told of `group` and not of another: in "30 killed and 50 wounded" 50 are not the dead."""
    others = [g for g in link_tables().groups if g != group]
    for i in range(number.end, min(number.end + 6, len(near.tokens))):
        word = near.word(i)
        if word in group:
            return True
        if word in (",", ".", ";", "and") or any(word in other for other in others):
            break
    for i in range(number.first - 1, max(-1, number.first - 5), -1):
        word = near.word(i)
        if word in group:
            return True
        if word in (",", ".", ";", "and") or any(word in other for other in others):
            break
    return False


def _may_hold(near: Near, low: Number | None, high: Number | None) -> bool:
    """Whether the whole can hold the figure; "at least 14" is not said of 55."""
    least, most = near.figure.low, low if high is None else high
    if most is not None and most <= 1:
        return False
    return least is None or most is None or near.figure.rule.endswith("share") or most > least


def _holds(near: Near, whole: Related) -> bool:
    if whole.figure is not None:
        return _may_hold(near, near.figures[whole.figure].low, near.figures[whole.figure].high)
    number = _number_of(near, whole)
    return number is None or _may_hold(near, number.low, number.high)


def _number_of(near: Near, whole: Related) -> Counted | None:
    """The number that the words of `whole` hold."""
    first = next((i for i, token in enumerate(near.tokens) if near.base + token.start >= whole.start), len(near.tokens))
    return next(read_numbers(near, first, first + 6), None)


def _is_other(near: Near, whole: Related) -> bool:
    return (whole.start, whole.end) != (near.figure.start, near.figure.end)
