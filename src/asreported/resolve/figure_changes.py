"""
How a figure stands to an earlier or later one of the same thing: "up from 38", "12 more", "bringing the toll to 60".

Only the words decide: two figures of one thing that nothing ties ("12 on Monday, 15 on Tuesday") have no change. Verbs
that say other things too ("fell to 20 fighters") need a noun of counting before them, or a second number.
"""

from __future__ import annotations

from ..records import Change, Related
from .figure_context import (
    QUOTES,
    WORDS_BEFORE,
    Counted,
    Near,
    match_before,
    read_counted,
    read_numbers,
    related,
    same_unit,
)
from .figure_link_tables import ChangeVerb, link_tables
from .figure_tables import tables

FAR = 14
"""Tokens between a figure and the words that tell of its change, at most."""

CLAUSE_ENDS = frozenset({".", ";", ":", "who", "which", "that", "while", "but", "after", "before"})


def find_change(near: Near) -> Change | None:
    """How the figure stands to another of the same thing, None where the words say nothing of it."""
    return _from(near) or _to_after(near) or _difference(near) or _total(near) or _to(near) or _additional(near)


# ---- from ----------------------------------------------------------------------------------


def _from(near: Near) -> Change | None:
    """ "up from 38", "rose from 38 to 45", "compared with 38"."""
    i = _before_qualifiers(near)
    for length in (4, 3, 2):
        if near.words(i - length, i) in link_tables().compared and i - length >= near.sentence:
            return _change(near, "from", None, _earlier(near, i - length))
    if near.word(i - 1) != "from" or i - 1 < near.sentence:
        return None
    if (direction := near.word(i - 2)) in ("up", "down") and not _is_phrasal(near, i - 2):
        later = _next_number(near, near.amount_end, "to")
        return _change(near, "from", direction, later or _earlier(near, i - 2))
    later = _next_number(near, near.amount_end, "to")
    other = later or _number_before(near, i - 1, "to")
    verb = _verb(near, i - 1, sure=other is not None)
    return _change(near, "from", verb.direction, other) if verb else None


def _is_phrasal(near: Near, i: int) -> bool:
    """Whether "up" and "down" belong to a verb: "blew up", "shut down"; after a comma or a figure they do not."""
    before = near.word(i - 1)
    if i == near.sentence or before in {",", "(", ";", "-", "–"} | QUOTES:
        return False
    return not any(number.end <= i for number in read_numbers(near, max(near.sentence, i - 8), i))


# ---- to ------------------------------------------------------------------------------------


def _to_after(near: Near) -> Change | None:
    """ "45 people, up from 38": the figure is what the other has become."""
    if near.words(near.amount_end, near.amount_end + 2) in (("of", "them"), ("of", "whom"), ("of", "which")):
        return None
    for i in range(near.amount_end, min(near.amount_end + FAR, len(near.tokens) - 2)):
        if near.word(i) in (".", ";", "and", ")") or (near.word(i) == "," and near.word(i + 1) not in ("up", "down")):
            return None
        if near.word(i) in ("up", "down") and near.word(i + 1) == "from":
            other = _number_at(near, i + 2)
            return _change(near, "to", near.word(i), other) if other and _is_next(near, i) else None
    return None


def _is_next(near: Near, i: int) -> bool:
    """Whether no other number of the same thing stands between the figure and token `i`."""
    between = read_numbers(near, max(near.last, near.amount_end), i)
    return not any(same_unit(near.unit, number.unit) for number in between)


def _to(near: Near) -> Change | None:
    """ "rose to 45", "cut from 12 to 9", "doubled to eight"."""
    i = _before_qualifiers(near)
    if near.word(near.first) == "from" and near.last - near.first > 2:
        return _inside(near)
    if near.word(i - 1) != "to" or i - 1 < near.sentence:
        return None
    earlier = _number_before(near, i - 1, "from")
    later = None if earlier else _next_number(near, near.amount_end, "from")
    verb = _verb(near, i - 1, sure=bool(earlier or later))
    return _change(near, "to", verb.direction, earlier or later) if verb else None


def _inside(near: Near) -> Change | None:
    """A figure quoted as "from 12 to 9": what has become of the first number."""
    first = read_counted(near, near.first + 1)
    if first is None or near.figure.rule != "to":
        return None
    verb = _verb(near, near.first, sure=True)
    number = next(read_numbers(near._replace(figures=()), near.first + 1, near.last), None)
    return _change(near, "to", verb.direction if verb else "down", number)


def _number_before(near: Near, to: int, word: str) -> Counted | None:
    """The number of "from 38 on Monday" before token `to`, with few words between."""
    for number in reversed(list(read_numbers(near, max(near.sentence, to - FAR), to))):
        start = number.first
        while (before := match_before(near, start)) is not None:
            start = before
        if near.word(start - 1) != word or not _same_thing(near, number):
            continue
        # "troops from 19 states will be down to 40": what stands before the verb is its subject's, unless it opens
        # the sentence ("From 12,000 in 2015 it has come down to 800").
        verb = any(near.word(at) in link_tables().changes for at in range(number.end, to))
        return number if not verb or start - 1 == near.sentence else None
    return None


def _next_number(near: Near, i: int, word: str) -> Counted | None:
    """The number that follows `word` within a few tokens: "rose to 45 deaths from 38"."""
    for at in range(i, min(i + 8, len(near.tokens) - 1)):
        if near.word(at) in CLAUSE_ENDS:
            return None
        if near.word(at) == word:
            return _number_at(near, at + 1)
    return None


def _number_at(near: Near, i: int) -> Counted | None:
    """The number at token `i`, behind its qualifiers; None where it is not of the figure's kind."""
    found = next(read_numbers(near, i, min(i + 6, len(near.tokens))), None)
    if found is None or not _same_thing(near, found):
        return None
    gap = found.first if found.first == i or match_before(near, found.first) is not None else i
    return found if gap == found.first or near.words(i, found.first) in (("just",), ("only",)) else None


def _verb(near: Near, i: int, *, sure: bool) -> ChangeVerb | None:
    """
    The word of change before token `i` of its clause.

    `sure`: a second number tells that it is one; else those that say other things too need a noun of counting.
    """
    for at in range(i - 1, max(near.sentence, i - FAR) - 1, -1):
        word = near.word(at)
        if word in CLAUSE_ENDS:
            return None
        row = link_tables().changes.get(word)
        if row is None or (word in ("up", "down") and near.word(at + 1) != "from" and at + 1 != i):
            continue
        if not row.object and not _is_gap(near, at + 1, i):
            continue
        counted = any(near.word(k) in link_tables().counts for k in range(max(near.sentence, at - 12), i))
        if word in link_tables().unsure and not (sure or counted):
            return None
        return row
    return None


GAP_WORDS = (
    {"to"}
    | frozenset(
        {"from", "by", "again", "further", "back", "overnight", "since", "on", "in", "only", "even", "steadily"}
    )
    | {"last", "this", "up", "down", "early", "late", "at", "between", "and", "a", "the"}
)


def _is_gap(near: Near, start: int, end: int) -> bool:
    """Whether what stands between a verb and its "to" only dates or measures the change: "rose sharply in May to"."""
    words = near.words(start, end)
    return not words or words[0] in GAP_WORDS or words[0].endswith("ly")


# ---- by, additional, total -----------------------------------------------------------------


def _difference(near: Near) -> Change | None:
    """ "rose by 12", "12 more than in May", ", up 12 since May"."""
    for at in range(near.amount_end, min(near.amount_end + 4, len(near.tokens))):
        word = near.word(at)
        if word in COMPARATIVES and (near.word(at + 1) == "than" or (at == near.amount_end and word == "fewer")):
            number = next(read_numbers(near, at + 2, at + 4), None)
            return None if number else _change(near, "by", COMPARATIVES[word], None)
        if near.tokens[at].kind != "word" or word in tables().stops:
            break
    i = _before_qualifiers(near)
    if near.word(i - 1) in ("up", "down") and i - 1 >= near.sentence and not _is_phrasal(near, i - 1):
        after = near.word(near.amount_end) if near.amount_end < len(near.tokens) else ""
        if near.word(i - 2) in (",", "(") and after in ("", "since", "on", "from", "over", "in", ")", ".", "compared"):
            return _change(near, "by", near.word(i - 1), None)
    if near.word(i - 1) == "by" and (verb := _verb_of_difference(near, i - 1)):
        return _change(near, "by", verb.direction, _next_number(near, near.amount_end, "to"))
    return None


def _verb_of_difference(near: Near, by: int) -> ChangeVerb | None:
    """The verb of "rose by 12"; "cut by 12 men" names who did it, unless a noun of counting is what was cut."""
    verb = _verb(near, by, sure=True)
    return verb if verb and not verb.object else _verb(near, by, sure=False)


COMPARATIVES = {"more": "up", "higher": "up", "fewer": "down", "less": "down", "lower": "down"}


def _total(near: Near) -> Change | None:
    """ "bringing the toll to 60", "12 here and 48 there, 60 in all"."""
    rows = link_tables()
    after = near.amount_end
    for at in range(after, min(after + 4, len(near.tokens))):
        for length in (1, 2):
            # "60 in all", but "60 in all Tarsim"
            ends = at + length >= len(near.tokens) or near.tokens[at + length].kind != "word"
            if near.words(at, at + length) in rows.total_after and (ends or near.word(at + length) in tables().stops):
                return _change(near, "total", None, None)
        if near.tokens[at].kind != "word" or near.word(at) in tables().stops:
            break
    i = _before_qualifiers(near)
    if any(near.words(i - length, i) in rows.total_before for length in (5, 4, 3, 2)):
        return _change(near, "total", None, None)
    if near.word(i - 1) != "to" or i - 1 < near.sentence:
        return None
    for at in range(i - 2, max(near.sentence, i - FAR) - 1, -1):
        if near.word(at) in CLAUSE_ENDS:
            return None
        if near.word(at) in rows.total_verbs:
            said = {*near.words(at, i), *near.words(after, after + 4)}
            return _change(near, "total", None, _earlier(near, at)) if said & rows.total_nouns else None
    return None


def _additional(near: Near) -> Change | None:
    """ "another 12", "12 more", "an additional 12"; not "12 or more"."""
    rows = link_tables()
    inside = near.words(near.first, near.last)
    told = any(near.words(near.first - length, near.first) in rows.more_before for length in (2, 1))
    told = told or any(
        inside[k : k + length] in rows.more_before for length in (2, 1) for k in range(min(3, len(inside)))
    )
    behind = near.word(near.amount_end) in rows.more_after and near.word(near.amount_end + 1) != "than"
    if behind and near.word(near.amount_end) in ("further", "additional", "extra"):
        behind = near.amount_end + 1 < len(near.tokens) and near.tokens[near.amount_end + 1].kind == "word"
    if not told and not behind:
        return None
    return _change(near, "additional", None, _besides(near))


def _besides(near: Near) -> Counted | None:
    """What the figure is added to, where that is said: "in addition to the 30"."""
    for i in range(near.amount_end, min(near.amount_end + FAR, len(near.tokens))):
        for length in (3, 1):
            if near.words(i, i + length) in link_tables().besides:
                start = i + length + (near.word(i + length) in ("the", "these", "those", "its", "their"))
                return _number_at(near, start)
    return None


# ---- helpers -------------------------------------------------------------------------------


def _change(near: Near, kind: str, direction: str | None, other: Counted | None) -> Change:
    link: Related | None = related(near, other) if other else None
    if link and (link.start, link.end) == (near.figure.start, near.figure.end):
        link = None
    return Change(kind=kind, direction=direction, relative_to=link)


def _before_qualifiers(near: Near) -> int:
    """The token at which the figure's qualifiers start: "to | an estimated 23,000"."""
    i = near.first
    for _ in range(WORDS_BEFORE):
        before = match_before(near, i)
        if before is not None:
            i = before
        elif i and (near.word(i - 1) in QUOTES or near.word(i - 1) in ("just", "only", "a", "the")):
            i -= 1
        else:
            break
    return i


def _earlier(near: Near, end: int) -> Counted | None:
    """The last number of the same thing before token `end` in the sentence; one of the same unit goes first."""
    numbers = [n for n in read_numbers(near, near.sentence, end) if n.first < near.first and _same_thing(near, n)]
    if numbers and numbers[-1].end >= end - 2:  # "to an estimated 23,000, up from 17,400"
        return numbers[-1]
    exact = [n for n in numbers if n.unit == (near.unit or near.figure.unit)]
    return (exact or numbers)[-1] if numbers else None


def _same_thing(near: Near, number: Counted) -> bool:
    """Whether the number can be the same figure at another time; one often has no noun: "from 12 kg to seven"."""
    return near.unit is None or number.unit is None or same_unit(near.unit, number.unit)
