"""
The number that "of them", "the dead" or "including" points back to: the whole of which a figure is told as a part.

It counts the same thing and is greater. A whole that is named by a word ("the wounded") is a number beside that word;
in "30 killed and 50 wounded" the dead are 30.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import Related
from .figure_context import MEASURES, QUOTES, VERBS, Counted, Near, read_numbers, related, same_unit
from .figure_link_tables import link_tables
from .figure_tables import Number, tables, unit_of_noun

PRONOUNS = frozenset({"them", "whom", "which", "these", "those"})


def find_antecedent(near: Near, end: int, group: frozenset[str] | None, *, back: bool) -> Related | None:
    """
    The number before token `end` that the figure can be a part of: of the claim first, then the nearest.

    With a `group` only a number beside one of its words; `back`: the sentence before counts too.
    """
    here = list(_candidates(near, near.sentence, end, group))
    if here:
        own = [number for number in here if number.figure is not None and not group]
        return related(near, _likeliest(near, own or here, end))
    there = list(_candidates(near, 0, min(end, near.sentence), group)) if back else []
    if back and group in link_tables().groups and not there and _is_of_group(near, group):
        there = list(_candidates(near, 0, min(end, near.sentence), None))
    return related(near, _likeliest(near, there, end)) if there else None


def _is_of_group(near: Near, group: frozenset[str]) -> bool:
    """Whether the sentence before tells of `group` alone: "two more died, bringing the total to 47"."""
    words = set(near.words(0, near.sentence))
    return bool(words & group) and not any(words & other for other in link_tables().groups if other != group)


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
        if number.first >= near.first or not may_hold(near, number.low, number.high):
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


def may_hold(near: Near, low: Number | None, high: Number | None) -> bool:
    """Whether the whole can hold the figure; "at least 14" is not said of 55."""
    least, most = near.figure.low, low if high is None else high
    if most is not None and most <= 1:
        return False
    return least is None or most is None or near.figure.rule.endswith("share") or most > least


def holds(near: Near, whole: Related) -> bool:
    if whole.figure is not None:
        return may_hold(near, near.figures[whole.figure].low, near.figures[whole.figure].high)
    number = _number_of(near, whole)
    return number is None or may_hold(near, number.low, number.high)


def _number_of(near: Near, whole: Related) -> Counted | None:
    """The number that the words of `whole` hold."""
    first = next((i for i, token in enumerate(near.tokens) if near.base + token.start >= whole.start), len(near.tokens))
    return next(read_numbers(near, first, first + 6), None)


def name_group(near: Near, i: int) -> frozenset[str] | None:
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
