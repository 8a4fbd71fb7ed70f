"""
Ways of writing dates that are only notation: dashes that mean "to", run-together figures, halves of a unit.

`spell_out` works on the text before date_words.py takes it apart into words, `even_out` on its plain words.
"""

from __future__ import annotations

import re

_NAME = (
    r"(?:(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?:\.|[a-z]{1,6})?|may"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?)(?![a-z])"
)
_TO = re.compile(
    # "3-4 April", "5th-7th", "Jan. 30-Feb. 2", "March-June", "30 January - 2 February"; but "Sept-11" is one day
    rf"(?<=\d)(?:st|nd|rd|th) ?- ?(?=\d)|(?<=\d)(?:st|nd|rd|th)? ?- ?(?={_NAME})"
    rf"|(?<![a-z])(?P<name>{_NAME})(?: ?- ?(?={_NAME})| - (?=\d))|(?<=\d )(?P<month>{_NAME})-(?=\d{{1,2}}(?!\d))"
)
_DATE_IN_FIGURES = re.compile(r"\d-\d{1,2}-\d")
_COMPACT = re.compile(r"(?<![\d.,/-])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d.,])")
_SPLIT_YEAR = re.compile(r"(?<![\d/.-])(?P<one>(?:19|20)\d\d)/(?P<two>\d\d)(?![\d/])")
_ALWAYS = re.compile(
    r"\b24/7\b|\b(?:a?round|round)[ -]the[ -]clock\b|\b24 hours a day\b(?:,? (?:7|seven) days a week)?"
)
_WEEKDAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)days"
_ON_DAYS = re.compile(rf"\b(?:on|most|many) (?P<day>{_WEEKDAYS})(?: and {_WEEKDAYS})?\b")
_SHORT_YEAR = re.compile(r"(?<!\w)'(\d\d)(?![\ds])")
LAST_SHORT_YEAR = 40
"""Up to here '16 is of this century; '89 is of the last one."""
_ABOUT = re.compile(r"\b(?:just|a little|slightly) (?:over|under|more than|less than)\b")
_HALF = re.compile(r"\bhalf (?:an? )?(?:of an? )?(century|decade|year|month|day|hour)\b")
_HALVES = {"century": "50 years", "decade": "5 years", "year": "6 months", "month": "2 weeks", "day": "12 hours"}
_AND_A_HALF = re.compile(r"\b(?P<n>\d+|an?) (?P<unit>hour|day|week|month|year|decade|century)s? and a half\b")
_CENTURY = re.compile(r"(?<![#\d.])(?P<n>\d+(?:\.5)?|an?) (?:century|centuries)\b(?! (?:bc|ad|ce))")


def spell_out(text: str) -> str:
    """
    `text`, in lower case and with plain hyphens, with its ranges and run-together figures spelled out.

        >>> spell_out("jan. 30-feb. 2"), spell_out("20160727"), spell_out("in 2015/16")
        ('jan. 30 to feb. 2', ' 2016-07-27 ', 'in 2015 to 2016')
        >>> spell_out("since '16"), spell_out("in '89")
        ('since 2016', 'in 1989')
    """
    text = _ON_DAYS.sub(lambda m: "every " + m["day"][:-1], _ALWAYS.sub(" always ", _ABOUT.sub("about", text)))
    text = _SHORT_YEAR.sub(lambda m: f"{19 if int(m[1]) > LAST_SHORT_YEAR else 20}{m[1]}", text)
    text = _COMPACT.sub(r" \1-\2-\3 ", text)
    text = _SPLIT_YEAR.sub(_split_year, text)
    # a day, month and year in figures keep their dashes: they are one date
    return text if "-" not in text or _DATE_IN_FIGURES.search(text) else _TO.sub(_to, text)


def even_out(words: str) -> str:
    """
    Plain words with halves and centuries as figures of smaller units.

        >>> even_out("half a century ago"), even_out("a year and a half ago")
        ('50 years ago', '1.5 years ago')
    """
    words = _HALF.sub(lambda m: _HALVES.get(m[1], "30 minutes"), words)
    words = _AND_A_HALF.sub(lambda m: f"{1 if m['n'] in ('a', 'an') else m['n']}.5 {m['unit']}s", words)
    return _CENTURY.sub(lambda m: f"{round(100 * (1 if m['n'] in ('a', 'an') else float(m['n'])))} years", words)


def _to(match: re.Match[str]) -> str:
    return f"{match['name'] or match['month'] or ''} to "


def _split_year(match: re.Match[str]) -> str:
    """ "2015/16" is two years, "2015/12" a month."""
    one, two = match["one"], int(match["two"])
    return f"{one} to {one[:2]}{two:02}" if two == (int(one) + 1) % 100 else match[0]
