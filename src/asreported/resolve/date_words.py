"""
News wording of time, brought to one plain form that the grammar of dates.py reads.

Lower case, no articles, no punctuation; months in full, numbers as digits ("twenty-three" is 23), ordinals as "#3",
numeric dates as "5 march 2016", clock times as "clock", what looks back or ahead from now as "past" and "coming"
("the last five years", but not "last year": the article tells a stretch up to now from a calendar year).
"""

from __future__ import annotations

import functools
import re
import unicodedata

import msgspec

from ..codebook import load_table
from .date_notation import even_out, spell_out

LONGEST = 300
"""Characters that are read. A mention of time longer than that is a clause whose date, if any, comes early."""

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    empty: tuple[str, ...]
    small: tuple[str, ...]
    tens: tuple[str, ...]
    ordinals: tuple[str, ...]
    numbers: dict[str, int]
    late_ordinals: dict[str, int]
    short: dict[str, str]
    same: dict[str, str]


_TABLE = load_table("time_words.toml", _Table)
# "sun", "sat", "wed" are words too, but a mention of time that holds them means the day
_SHORT = {name[:3]: name for name in (*MONTHS, *WEEKDAYS)} | _TABLE.short
_TENS = {name: 10 * i for i, name in enumerate(_TABLE.tens, start=2)}
_TENS_AS_FIGURES = frozenset(str(n) for n in _TENS.values())
_NUMBERS = {name: i for i, name in enumerate(_TABLE.small)} | _TENS | _TABLE.numbers
_ORDINALS = {name: i for i, name in enumerate(_TABLE.ordinals, start=1)} | _TABLE.late_ordinals
_EMPTY = frozenset(_TABLE.empty)
_DAYS = frozenset((*WEEKDAYS, "yesterday", "today", "tomorrow"))
_ORDINAL = re.compile(r"(\d{1,4})(?:st|nd|rd|th)")
_DASHES = re.compile("[‐-―−]")
_FIGURE_DASH = re.compile(r"(?<=\d) ?- ?(?=\d)")
_CLOCKS = re.compile(r"\bclock(?: clock)+\b")

_CLOCK = re.compile(
    r"\b(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2})? ?(?:a\.?m\b\.?|p\.?m\b\.?|h\b|hrs\b|hours\b|o'?clock\b)?"
    r"|\d{1,4} ?(?:a\.m\b\.?|p\.m\b\.?|am\b|pm\b)|\d{1,2} ?o'?clock\b|\d{4} ?(?:hours|hrs|h)\b"
    # "0910" alone, in a log; from 18 hundred on it is a year
    r"|(?<![^\n])(?:0\d|1[0-7])[0-5]\d$"
    # "2140" alone too: no report speaks of that year
    r"|^2[1-3][0-5]\d$"
    # "at 1130", "0230 GMT", "between 0200 and 0300", as agencies and armies write the hour
    r"|(?<=\bat )(?:[01]\d|2[0-3])[0-5]\d\b|(?:[01]\d|2[0-3])[0-5]\d(?= ?(?:gmt|utc|local)\b)|(?<![\d./-])0\d[0-5]\d\b)"
)
_AT_ABOUT = re.compile(r"\bat (?:about|around|approximately|exactly) (?=\d{4}\b)")
_NUMERIC = re.compile(r"(?<![\d.])(\d{1,4})([-/.])(\d{1,2})\2(\d{4}|\d{1,2})(?![\d])")
_YEAR_MONTH = re.compile(r"(?<![\d-])(\d{4})-(\d{2})(?![\d-])")
_WORD = re.compile(r"#?\d+(?:,\d{3})+|#?\d+(?:/\d+)?(?:st|nd|rd|th|s)?|[^\W\d_]+(?:'[^\W\d_]+)?|'")
_STRETCH = re.compile(
    r"\bthe (?:very )?(last|next) (?=(?:(?:\d+|few|several) (?:minute|hour|day|night)s?"
    r"|(?:(?:\d+|few|several) )?(?:week|month|year|decade)s?)\b(?! of| in))"
)
_STRETCH_N = re.compile(r"\b(last|next) (?=\d+ (?:minute|hour|day|week|month|year|decade)s?\b(?! of| in))")


@functools.lru_cache(maxsize=1024)  # the sentence is read again for each of its mentions
def plain(text: str, *, longest: int = LONGEST) -> str:
    """
    The first `longest` characters of `text` in the plain form.

        >>> plain("on the Twenty-third of Sept., 2016 at 3.15 p.m.")
        'on #23 of september 2016 at clock'
        >>> plain("over the last three weeks"), plain("last month’s")
        ('over past 3 weeks', 'last month')
    """
    text = unicodedata.normalize("NFKC", text[:longest]).lower()
    text = text.replace("’", "'").replace("‘", "'")
    text = _DASHES.sub("-", text)
    text = _AT_ABOUT.sub("at ", spell_out(text))
    text = _NUMERIC.sub(_numeric, text)
    text = _YEAR_MONTH.sub(_year_month, text)
    text = _CLOCK.sub(" clock ", text).replace("local time", " ")
    # before the dashes go: a dash between figures is a range, one inside a word is not
    text = _FIGURE_DASH.sub(" to ", text)
    words = [w for w in map(_word, _WORD.findall(text.replace("-", " "))) if w]
    line = _CLOCKS.sub("clock", " ".join(_join_numbers(words)))
    line = even_out(line)
    line = _STRETCH.sub(lambda m: "past " if m[1] == "last" else "coming ", line)
    line = _STRETCH_N.sub(lambda m: "past " if m[1] == "last" else "coming ", line)
    return " ".join(w for w in line.split() if w not in _EMPTY)


def _word(word: str) -> str:
    word = word.removesuffix("'s").replace("'", "").replace(",", "")
    if word.endswith("s") and word[:-1] in _DAYS:
        # "Thursdays strike", an apostrophe lost: habits are caught by "every" and "each"
        return word[:-1]
    if word[:1].isdigit() and (match := _ORDINAL.fullmatch(word)):
        return "#" + str(int(match[1]))
    if word.isdecimal() and len(word) < 4:
        return str(int(word))
    return _TABLE.same.get(word, _SHORT.get(word, word))


def _join_numbers(words: list[str]) -> list[str]:
    """Number words to figures, "twenty third" to "#23", "3 and a half" to "3.5", "a couple of" to 2."""
    out: list[str] = []
    for word in words:
        previous = out[-1] if out else ""
        if word in _NUMBERS:
            tens = previous in _TENS_AS_FIGURES and _NUMBERS[word] < 10
            out.append(str(int(out.pop()) + _NUMBERS[word]) if tens else str(_NUMBERS[word]))
        elif word in _ORDINALS and not (word == "second" and previous.isdecimal()):
            tens = previous in _TENS_AS_FIGURES and _ORDINALS[word] < 10
            out.append("#" + str((int(out.pop()) if tens else 0) + _ORDINALS[word]))
        elif word in ("half", "1/2") and previous.isdecimal():
            out[-1] = previous + ".5"
        elif word == "half" and out[-2:] == ["and", "a"] and len(out) > 2 and out[-3].isdecimal():
            out[-3:] = [out[-3] + ".5"]
        elif word == "of" and previous == "couple":
            out[-2 if out[-2:-1] == ["a"] else -1 :] = ["2"]
        elif word in ("fortnight", "fortnights"):
            count = int(out.pop()) if previous.isdecimal() else 1
            if previous in ("a", "an"):
                out.pop()
            out.extend([str(2 * count), "weeks"])
        else:
            out.append(word)
    return out


def _numeric(match: re.Match[str]) -> str:
    """The date behind figures: day first only where the month cannot be first; else it stays ambiguous."""
    one, _, two, three = (match[1], match[2], int(match[3]), match[4])
    if len(one) == 4 and len(three) <= 2:
        return _dmy(int(three), two, int(one)) or " "
    if len(three) != 4 or len(one) > 2:
        return match[0]
    first = int(one)
    if first == two:
        return _dmy(first, two, int(three)) or " "
    if first > 12 or two > 12:
        return _dmy(max(first, two), min(first, two), int(three)) or " "
    return " ambiguousday "


def _dmy(day: int, month: int, year: int) -> str | None:
    return f" {day} {MONTHS[month - 1]} {year} " if 1 <= month <= 12 and 1 <= day <= 31 else None


def _year_month(match: re.Match[str]) -> str:
    number = int(match[2])
    return f" {MONTHS[number - 1]} {match[1]} " if 1 <= number <= 12 else match[0]
