"""
Find the expressions of time in running text and give each its TIMEX3 value (TimeML 1.2.1, ISO 8601).

    text ──RULES──▶ extents ──Setting──▶ value

In news, words count from the day of publication. In narrative text (a history, a chronology) they count from the date
told last; which of the two a text is, it tells itself: a narrative mostly names years long before its publication.
"""

from __future__ import annotations

import heapq
import re

from ..records import Record, Span
from .dates import published_days
from .days import Days
from .timex_patterns import MONTH, RULES, SHARED
from .timex_values import READERS, Setting, Value


class Timex(Record, frozen=True, kw_only=True):
    """One expression: its extent, TIMEX3 `type` and `value`, the days meant, and the rule that read it."""

    span: Span
    type: str
    value: str
    days: Days | None
    rule: str


OLD = 2
"""Years before publication from which on a year named is one of history."""
MANY = 4
LEAD = 700
"""Characters in which a narrative has named a year of its story; news begins with its news."""
NAMED_YEAR = re.compile(r"(?<![\d,.$£€-])(?:1[0-9]{3}|20[0-9]{2})(?![\d,%]|\.\d)")
NAMED_MONTH = re.compile(rf"\b{MONTH}")
DEICTIC = re.compile(
    r"\b(?:yesterday|tomorrow|(?:last|this|next) (?:week|month|year|night)|(?:Mon|Tues|Wednes|Thurs|Fri)day(?! \d|,? [A-Z]))\b"
)
FUTURE = re.compile(
    r"\b(?:will|won['’]t|shall|would|is to|are to|to be|going to|due|scheduled|slated|expect(?:s|ed)?|plan(?:s|ned)?|"
    r"next|until|by|upcoming|hopes? to|intends? to|set (?:to|for)|deadline|as (?:soon|early) as|before|may|could)\b[^.;\n]*$",
    re.IGNORECASE,
)
FUTURE_DAY = re.compile(
    r"\b(?:will|won['’]t|shall|is to|are to|to be|going to|due|scheduled|slated|expect(?:s|ed)?|plan(?:s|ned)? to|ed until|"
    r"upcoming|set (?:to|for)|deadline|as (?:soon|early) as)\b[^.;\n]*$",
    re.IGNORECASE,
)
SAID = re.compile(r"\b(?:said|told|was|were|had|did|says|\w+ed)(?: on| late| early| in| at)? $", re.IGNORECASE)

ASIDE = re.compile(
    r"\b(?!(?:end|start|beginning|middle|part|autumn|spring|summer|winter|fall|months?|years?|days?) )[a-z]{3,} of $",
    re.IGNORECASE,
)
"""Before a year that names a thing, "the pact of 1932", and not when the story goes on."""


def find_timex(text: str, *, published: str | None = None) -> tuple[Timex, ...]:
    """
    The expressions of time in `text`, in its order, for a text published on `published` (YYYY, YYYY-MM or a day).

        >>> [(t.span.text, t.value) for t in find_timex("He fled on Thursday.", published="2017-04-28")]
        [('Thursday', '2017-04-27')]
    """
    when = published_days(published)
    narrative = is_narrative(text, when)
    told: list[Days] = []
    found: list[Timex] = []
    for kind, start, end, words in extents(text):
        before = text[max(0, start - 120) : start]
        future = FUTURE_DAY if kind in ("weekday", "part") else FUTURE
        at = Setting(
            published=when,
            told=tuple(told[-1:-9:-1]),
            narrative=narrative,
            future=not narrative and future.search(before) is not None and SAID.search(before) is None,
        )
        value = _value(kind, words, at)
        if value is None:
            continue
        if (
            value.days is not None
            and value.type != "SET"
            and not (narrative and ASIDE.search(before) and kind == "year")
        ):
            told.append(value.days)
        found.append(
            Timex(
                span=Span(start=start, end=end, text=text[start:end]),
                type=value.type,
                value=value.value,
                days=value.days,
                rule=value.rule,
            )
        )
    return tuple(found)


def _value(kind: str, text: str, at: Setting) -> Value | None:
    try:
        return READERS[kind](text, at)
    except (OverflowError, ValueError):
        return None  # 31 June, a million years ago: no such day in the calendar


def is_narrative(text: str, published: Days | None) -> bool:
    """Whether `text` tells a story of past years, so that its words count from the date told last."""
    if published is None or published.first is None:
        return len(NAMED_YEAR.findall(text)) >= MANY
    newest = published.first.year - OLD
    old = [match.start() for match in NAMED_YEAR.finditer(text) if int(match[0]) < newest]
    new = len(NAMED_YEAR.findall(text)) - len(old)
    told = len(old) + len(NAMED_MONTH.findall(text)) / 4
    return told >= MANY and len(old) > new + len(DEICTIC.findall(text)) and old[0] < LEAD


def extents(text: str) -> list[tuple[str, int, int, str]]:
    """Kind, start, end and words of every expression, in the order of the text: the longest where several overlap."""
    spans = [
        (match.start(), -match.end(), order, match[0])
        for order, (kind, pattern) in enumerate(RULES)
        for match in pattern.finditer(text)
        if match.end() > match.start() and _is_meant(kind, match, text)
    ]
    spans += [
        (
            match.start("span"),
            -match.end("span"),
            order - len(SHARED),
            f"{match['lead']}{'' if kind == 'year' else ' '}{match['rest']}",
        )
        for order, (kind, pattern) in enumerate(SHARED)
        for match in pattern.finditer(text)
    ]
    heapq.heapify(spans)
    chosen: list[tuple[str, int, int, str]] = []
    last = 0
    while spans:
        start, end, order, words = heapq.heappop(spans)
        kind, pattern = RULES[order] if order >= 0 else SHARED[order]
        if start >= last:
            chosen.append((kind, start, -end, words))
            last = -end
        elif (
            order >= 0 and -end > last and (match := pattern.search(text, last, -end)) and _is_meant(kind, match, text)
        ):
            # what is left of one that begins inside another: "the following Monday, 22 September"
            heapq.heappush(spans, (match.start(), -match.end(), order, match[0]))
    return chosen


_MODALS = re.compile(
    r"\b(?:in|on|since|until|till|by|from|to|of|and|last|next|this|early|late|mid|through|between|before|after|during|for|–|-|\() ?$",
    re.I,
)


def _is_meant(kind: str, match: re.Match[str], text: str) -> bool:
    """Leaves out what only looks like a time: "May" that is a verb, 2000 people, "second half" of a match."""
    found, after = match[0], text[match.end() : match.end() + 30]
    before = text[max(0, match.start() - 14) : match.start()]
    if kind in ("duration", "unit") and re.search(r"(?<=[ -])[A-Z][a-z]+$", found):
        return False  # "60 Minutes", "This Week": titles
    if kind == "season" and re.search(r"\b[A-Z]\w+$", found) and re.match(r" [A-Z]", after):
        return False  # "the Winter War"
    if kind == "duration" and re.search(
        r"(?<![-\d,])(?:19|20)\d\d[- ]|three-quarters?$|^(?:the |such |a )?quarters?$", found, re.I
    ):
        return False
    if kind == "month" and found in (
        "May",
        "March",
        "Mar",
        "Mar.",
        "Jan",
        "Jun",
        "Jan.",
        "Dec",
        "Sept",
        "Sep",
        "Oct",
        "Nov",
        "Aug",
        "Feb",
        "Apr",
    ):
        return _MODALS.search(before) is not None or re.match(r"[ ,]+\d|[,.;)]", after) is not None
    if kind == "year" and re.fullmatch(r"(?:[a-z]+ )*\d{4}", found, re.I):
        number = int(found[-4:])
        if re.search(
            r"\b(?:in|since|of|until|till|from|to|by|before|after|during|and|through|around|between|year|circa|for|than|the|late|early|mid|\() ?$",
            before,
            re.I,
        ):
            return (
                number >= 1000
                and re.match(
                    r" (?:people|men|troops|soldiers|fighters|dollars|euros|miles|km|metres|meters|feet|tons|civilians|prisoners|refugees|rebels|dead|wounded|aircraft|tanks|guns|pounds|casualties|houses|families|yards|acres)\b",
                    after,
                )
                is None
            )
        return (
            1700 <= number <= 2035
            and re.match(r" (?:[a-z]+s\b(?<!was)(?<!is)(?<!has)|people|men|percent|per)", after) is None
        )
    return True
