"""Dates of the calendar: days, months, years, decades, centuries, seasons, quarters, feasts."""

from __future__ import annotations

import re

import msgspec

from .. import days as d
from ..date_words import MONTHS, WEEKDAYS, plain
from ..days import Days
from .setting import SEASONS, Setting, Value, from_days, resolved

NEAR_FORWARD = 0.4
"""A narrative mostly goes on: a month counts as that much nearer where it lies ahead of what was told last."""


MUCH_NEARER = 4
"""In news a day that lies ahead is meant where it is this many times nearer than the last one of that name."""
IF_PLANNED = 0.6
"""The same where the words before it tell of a plan."""


_EDGE = re.compile(
    r"^(?:(?:about|around|approximately|roughly|nearly|almost|just|some|much of|most of|at least|more than|earlier|"
    r"later|early|late|mid|middle|sometime)[- ]?(?:on |in |of )?|"
    r"(?:the )?(?:very )?(?:beginning|start|middle|end|close|turn|outset|onset|early part|latter part|first part|rest|"
    r"remainder) of ){1,3}",
    re.IGNORECASE,
)


_RELATIVE_YEAR = re.compile(r"\b(this|last|next|that|same|following|previous) year\b")


def core_of(text: str) -> str:
    """
    An expression without "early", "about", "the end of": they change the modifier of a TIMEX3, not its value.

        >>> core_of("the end of early 1990")
        '1990'
    """
    return _EDGE.sub("", text)


def read_date(text: str, at: Setting) -> Value | None:
    """A day with its month; its year from the story where a narrative leaves it out."""
    words = plain(text)
    if at.narrative and not has_year(words):
        return from_days(in_story(words, at), "date in story")
    return from_days(_in_news(text, words, at), "date")


def read_month(text: str, at: Setting) -> Value | None:
    words = plain(core_of(text))
    if at.narrative and not has_year(words):
        return from_days(in_story(words, at), "month in story")
    return from_days(_in_news(core_of(text), words, at), "month")


def _in_news(text: str, words: str, at: Setting) -> Days | None:
    """A day or month without a year in news: the last one, but the next where that is so much nearer."""
    past = resolved(text, at, future=False)
    if has_year(words) or _RELATIVE_YEAR.search(words) or re.match(r"(?:last|next|this|past|coming)\b", words):
        return past
    ahead = resolved(text, at, future=True)
    now = at.published
    if past is None or ahead is None or now is None or now.first is None or now.last is None or past == ahead:
        return past
    back, on = (now.first - d.last_day(past)).days, (d.first_day(ahead) - now.last).days
    if on <= 0:
        return past
    return ahead if on * (IF_PLANNED if at.future else MUCH_NEARER) < back else past


def has_year(words: str) -> bool:
    return re.search(r"\b[12]\d{3}\b", words) is not None


def in_story(words: str, at: Setting) -> Days | None:
    """A day, month or season without a year, where the story stands: the nearest one, those ahead seeming nearer."""
    base = at.now
    if base is None or base.first is None or base.last is None:
        return None
    if relative := _RELATIVE_YEAR.search(words):
        by = {"last": -1, "previous": -1, "next": 1, "following": 1}.get(relative[1], 0)
        return resolved(f"{_RELATIVE_YEAR.sub('', words).strip()} {base.first.year + by}", at)
    bare = re.sub(r"^(?:last|next|this|that|same|following|previous|coming|past|preceding) ", "", words)
    if words.startswith(("that ", "same ")):
        return resolved(f"{bare} {base.first.year}", at)
    years = sorted({base.first.year + by for by in (-1, 0, 1)} | {t.first.year for t in at.told if t.first})
    options = [resolved(f"{bare} {year}", at) for year in years]
    found = [o for o in options if o is not None and o.first is not None and o.last is not None]
    weekday = next((i for i, n in enumerate(WEEKDAYS) if n in words), None)
    if weekday is not None:
        # "Thursday 30 November" fits one year in six
        found = [o for o in found if d.first_day(o).weekday() == weekday] or found
    if words.startswith(("next ", "following ")):
        ahead = [o for o in found if d.first_day(o) > base.first and not d.holds(base, o)]
        return ahead[0] if ahead else None
    if words.startswith(("last ", "previous ", "preceding ")):
        back = [o for o in found if d.last_day(o) < base.first]
        return back[-1] if back else None

    def distance(option: Days) -> float:
        assert base.first and base.last
        if d.first_day(option) > base.last:
            return (d.first_day(option) - base.last).days * NEAR_FORWARD
        return max((base.first - d.last_day(option)).days, 0)

    return min(found, key=distance, default=None)


def read_year(text: str, at: Setting) -> Value | None:
    if match := re.fullmatch(r"(?:(?:BCE?|B\.C\.) ?(\d+)|(\d+) ?(?:BCE?|B\.C\.))", text.strip()):
        return Value(type="DATE", value=f"BC{int(match[1] or match[2]):04d}", rule="year bc")
    numbers = re.findall(r"\d+", text)
    if not numbers:
        return None
    number = int(numbers[-1])
    return from_days(d.year(number), "year") if 1 <= number <= 9999 else None


def read_spoken_year(text: str, at: Setting) -> Value | None:
    """ "nineteen ninety-six", as transcripts of broadcasts have it."""
    words = [int(w) for w in plain(text).replace("hundred", "0").replace("oh", "").split() if w.isdigit()]
    if "two thousand" in text.lower():
        return from_days(d.year(2000 + (words[-1] if len(words) > 1 else 0)), "spoken year")
    if len(words) < 2 or words[-2] not in (18, 19, 20):
        return None
    month = next((n for n in MONTHS if text.lower().startswith(n)), None)
    year = words[-2] * 100 + words[-1]
    return from_days(d.month(year, MONTHS.index(month) + 1) if month else d.year(year), "spoken year")


_NAMED_DECADES = (
    "", "", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties"
)  # fmt: skip


def read_decade(text: str, at: Setting) -> Value | None:
    words = text.lower()
    century = 18 if "nineteen" not in words and "eighteen" in words else 19
    if at.now and at.now.first and "teen" not in words:
        century = 18 if at.now.first.year < 1900 else 19
    for digit, name in enumerate(_NAMED_DECADES):
        if name and name in words:
            return Value(type="DATE", value=f"{century}{digit}", rule="decade")
    match = re.search(r"(\d{4}|\d\d)['’]?s", words)
    if match is None:
        return None
    return Value(type="DATE", value=match[1][:3] if len(match[1]) == 4 else f"{century}{match[1][0]}", rule="decade")


def read_century(text: str, at: Setting) -> Value | None:
    words = plain(text)
    match = re.search(r"#(\d+)", words)
    if match is None:
        return None
    bc = re.search(r"\b(?:bce?|b c)\b", words)
    return Value(type="DATE", value=f"BC{int(match[1]) - 1:02d}" if bc else f"{int(match[1]) - 1:02d}", rule="century")


def read_season(text: str, at: Setting) -> Value | None:
    words = plain(core_of(text))
    name = next(n for n in SEASONS if n in words)
    if words.startswith(("each ", "every ")):
        return Value(type="SET", value=f"XXXX-{SEASONS[name]}", rule="season set")
    words = re.sub(rf"\b{name}(?:time)?\b", "autumn" if name == "fall" else name, words)
    words = re.sub(
        r"^(?:that|same|previous|following|preceding|coming) (?=spring|summer|autumn|winter)", _which_season, words
    )
    if at.narrative and not has_year(words):
        days = in_story(words, at)
    elif words.startswith("this ") and at.published and at.published.last:
        # "this summer" in March is the one to come
        days = resolved(f"{words.removeprefix('this ')} {at.published.last.year}", at)
    else:
        days = resolved(re.sub(r"(\d{4}) (?:to )?(?:\d\d)?\d\d$", r"\1", words), at)
    if days is None or days.first is None:
        return Value(type="DATE", value=f"XXXX-{SEASONS[name]}", rule="season")
    return from_days(msgspec.structs.replace(days, grain="season"), "season")


def _which_season(match: re.Match[str]) -> str:
    return {"previous ": "last ", "preceding ": "last ", "following ": "next ", "coming ": "next "}.get(match[0], "")


def read_quarter(text: str, at: Setting) -> Value | None:
    words = plain(text)
    now = at.now
    unit = "H" if "half" in words else "Q"
    size = 6 if unit == "H" else 3
    if now is None or now.first is None or now.last is None:
        return None
    year = re.search(r"\b[12]\d{3}\b", words)
    relative = re.search(r"\b(last|next|this|previous|following) year\b", words)
    number = re.search(r"#(\d)", words)
    year_number = int(year[0]) if year else now.last.year
    if relative and not year:
        year_number += {"last": -1, "previous": -1, "next": 1, "following": 1}.get(relative[1], 0)
    if number is None:
        if re.search(r"\bago|earlier\b", words):
            there = d.month_shift(now.last, -12)
        elif re.search(r"\b(?:last|latest|previous|preceding)\b", words) and not year:
            there = d.month_shift(now.last, -size)
        elif re.search(r"\b(?:next|following)\b", words):
            there = d.month_shift(now.last, size)
        else:
            there = now.last
        return quarter(there.year, unit, (there.month - 1) // size + 1)
    begins = size * (int(number[1]) - 1) + 1
    if not (year or relative or at.narrative or at.future) and begins > now.last.month:
        # a report of January tells of the quarter that is over
        year_number -= 1
    if re.search(r"\byear (?:ago|earlier)\b", words):
        year_number -= 1
    return quarter(year_number, unit, int(number[1]))


def quarter(year: int, unit: str, number: int) -> Value | None:
    """Quarter (`unit` Q) or half (H) `number` of a year."""
    size, grain = (6, "half") if unit == "H" else (3, "quarter")
    if not 1 <= number <= 12 // size:
        return None
    return from_days(d.months(year, size * (number - 1) + 1, size * number, grain), grain)


def read_feast(text: str, at: Setting) -> Value | None:
    words = plain(text)
    if words.startswith(("each ", "every ")):
        return Value(type="SET", value="XXXX-XX-XX", rule="feast set")
    days = in_story(words, at) if at.narrative and not has_year(words) else resolved(core_of(text), at)
    if days is None or days.first is None:
        year = re.search(r"\b[12]\d{3}\b", words)
        return Value(type="DATE", value=f"{year[0] if year else 'XXXX'}-XX-XX", rule="feast")
    return from_days(Days(first=days.first, last=days.first), "feast")
