"""Where the expressions stand: all that the patterns find and that is meant as a time, the longest of what overlaps."""

from __future__ import annotations

import heapq
import re

from .patterns import rules, shared_rules

AMBIGUOUS_MONTHS = frozenset(
    ("May", "March", "Jan", "Feb", "Mar", "Apr", "Jun", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec")
)
"""Names of months that are words or names of persons too; their short forms may stand at the end of a sentence."""
BEFORE_DATE = re.compile(
    r"(?:\b(?:in|on|since|until|till|by|from|to|of|and|last|next|this|early|late|mid|through|between|before|after|during|"
    r"for)|[–(-]) ?$",
    re.IGNORECASE,
)
BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|of|until|till|from|to|by|before|after|during|and|through|around|between|year|circa|for|than|the|late|"
    r"early|mid)|\() ?$",
    re.IGNORECASE,
)
COUNTED = re.compile(
    r" (?:people|men|troops|soldiers|fighters|dollars|euros|miles|km|metres|meters|feet|tons|civilians|prisoners|"
    r"refugees|rebels|dead|wounded|aircraft|tanks|guns|pounds|casualties|houses|families|yards|acres)\b"
)
COUNTED_ALONE = re.compile(r" (?:(?!was\b|is\b|has\b)[a-z]+s\b|people|men|percent|per)")
"""After a number that no preposition makes a year: most plurals."""
NO_DURATION = re.compile(r"(?<![-\d,])(?:19|20)\d\d[- ]|three-quarters?$|^(?:the |such |a )?quarters?$", re.IGNORECASE)
"""Looks like a length but is none: "the 1988 quarter", "three-quarters"."""
TITLE = re.compile(r"(?<=[ -])[A-Z][a-z]+$")
"""A unit with a capital, as in the name of a programme: "This Week"."""


def extents(text: str) -> list[tuple[str, int, int, str]]:
    """
    Kind, start, end and words of every expression, in the order of the text.

        >>> extents("from 4 to 9 July")
        [('date', 5, 6, '4 July'), ('date', 10, 16, '9 July')]
    """
    spans = [*_alone(text), *_shared(text)]
    heapq.heapify(spans)
    chosen: list[tuple[str, int, int, str]] = []
    last = 0
    while spans:
        start, end, order, kind, words = heapq.heappop(spans)
        if start >= last:
            chosen.append((kind, start, -end, words))
            last = -end
        elif order >= 0 and -end > last:
            # what is left of one that begins inside another: "the following Monday, 22 September"
            match = rules()[order].pattern.search(text, last, -end)
            if match and _is_meant(kind, match, text):
                heapq.heappush(spans, (match.start(), -match.end(), order, kind, match[0]))
    return chosen


_Found = tuple[int, int, int, str, str]
"""Start, the end negated so that the longest comes first, the number of the rule, kind, words."""


def _alone(text: str) -> list[_Found]:
    return [
        (match.start(), -match.end(), order, rule.kind, match[0])
        for order, rule in enumerate(rules())
        for match in rule.pattern.finditer(text)
        if _is_meant(rule.kind, match, text)
    ]


def _shared(text: str) -> list[_Found]:
    return [
        (
            match.start("span"),
            -match.end("span"),
            -1,
            rule.kind,
            match["lead"] + ("" if rule.kind == "year" else " ") + match["rest"],
        )
        for rule in shared_rules()
        for match in rule.pattern.finditer(text)
    ]


def _is_meant(kind: str, match: re.Match[str], text: str) -> bool:
    """Leaves out what only looks like a time: "May" that is a verb, 2000 people, a title."""
    found, after = match[0], text[match.end() : match.end() + 30]
    before = text[max(0, match.start() - 14) : match.start()]
    match kind:
        case "duration" if NO_DURATION.search(found) or re.match(r"['’] [A-Z]", after):
            return False  # "the 1988 quarter", "three-quarters of it", "the Hundred Years' War"
        case "duration" | "unit":
            # "60 Minutes", "This Week"
            return not TITLE.search(found) and not (TITLE.search(" " + found) and re.search(r"\d $", before))
        case "season":
            return not (re.search(r"\b[A-Z]\w+$", found) and re.match(r" [A-Z]", after))  # "the Winter War"
        case "month" if found.rstrip(".") in AMBIGUOUS_MONTHS:
            return BEFORE_DATE.search(before) is not None or re.match(r"[ ,]+\d|[,.;)]", after) is not None
        case "year" if re.fullmatch(r"(?:[a-z]+ ){0,3}\d{4}", found, re.IGNORECASE):
            if BEFORE_YEAR.search(before):
                return COUNTED.match(after) is None
            return 1700 <= int(found[-4:]) <= 2035 and COUNTED_ALONE.match(after) is None
    return True
