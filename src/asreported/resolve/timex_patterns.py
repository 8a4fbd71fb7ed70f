"""
Where expressions of time stand in running text: the patterns of timex.py, with the extents of TimeML.

An extent has its determiner and modifiers ("the next day", "nearly five years", "late Friday") but no preposition
before it ("in", "since"). Each row names how its words are valued (timex_values.py). Written for asreported after the
TimeML 1.2.1 annotation guidelines (Saurí et al. 2006).
"""

from __future__ import annotations

import re

from .calendar_dates import holidays
from .date_words import MONTHS, WEEKDAYS


def _capital(names: str) -> str:
    """`names` as written or in capitals, though all else is read in any letter case: "may", "march", "sun" are words."""
    return rf"(?-i:{names}|{names.upper()})"


_LONG_MONTHS = "|".join(m.capitalize() for m in MONTHS)
_SHORT_MONTHS = "|".join(m[:3].capitalize() for m in MONTHS if m != "may") + "|Sept"
MONTH = f"(?:{_capital(_LONG_MONTHS)}|{_capital(_SHORT_MONTHS)}" + r"\.?)"
WEEKDAY = _capital("|".join(w.capitalize() for w in WEEKDAYS))
_SHORT_WEEKDAY = _capital("Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun") + r"\.?"
YEAR = r"(?:1[0-9]{3}|20[0-9]{2})(?![\d,.]\d|\d|%)"
_SHORT_YEAR = r"['’]\d\d"
DAY = r"(?:[12]?[0-9]|3[01])(?:st|nd|rd|th)?(?!\d|:\d|[.,]\d|\w)"
_SMALL = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|"
    "eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand"
)
_ORDINAL = (
    "first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ]first|\d+(?:st|nd|rd|th)"
)
_FIGURE = r"\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,4})?(?: ?[¼½¾]| \d/\d)?"
NUMBER = rf"(?:{_FIGURE}|(?:a (?=hundred|thousand))?(?:{_SMALL})(?:[- ](?:and )?(?:{_SMALL})){{0,5}}(?: and a half)?)"
VAGUE = r"(?:(?:a|the|these|those|very)? ?few(?: more| short)?|(?:a )?couple(?: of)?(?: more)?|several(?: more)?|many(?: more)?|some)"
_UNIT = "second|minute|hour|day|night|week|weekend|fortnight|month|quarter|year|decade"
UNIT = rf"(?:(?:{_UNIT})|century|millennium)"
UNITS = rf"(?:(?:{_UNIT})s|centuries|millennia)"
ANY_UNIT = rf"(?:{UNITS}|{UNIT})"
PART = r"(?:(?:early |late |mid-?)?(?:morning|afternoon|evening|night|noon|midday|midnight|dawn|dusk|daybreak|nightfall|sunrise|sunset))"
SEASON = r"(?:spring(?:time)?|summer(?:time)?|autumn|winter(?:time)?|(?:(?<=\blast )|(?<=\bthis )|(?<=\bnext )|(?<=\bin the )|(?<=\bthat )|(?<=\bearly )|(?<=\bin ))fall(?! in\b| of the\b| apart| to\b))"
_ZONE = r"(?: ?\(?(?-i:GMT|UTC|EST|EDT|CST|CDT|PST|PDT|MST|MDT|ET|CET|CEST|BST|IST|EET|MSK|Z)\b\)?| \(?local(?: time)?\)?| Eastern(?: time)?)?"
_CLOCK = (
    r"(?:\d{1,2}(?:[:.]\d\d){0,2} ?(?:[ap]\.m\.|[ap]\.?m\b)|\d{1,2}:\d\d(?::\d\d)?(?: ?(?:hours|hrs|h)\b)?|"
    rf"(?:[01]\d|2[0-3])[0-5]\d ?(?:hours|hrs|h)\b|(?:{_SMALL}|\d{{1,2}}) o['’]?clock|(?:{_SMALL}|\d{{1,2}})(?= in the (?:morning|afternoon|evening)))"
    r"(?: in the (?:morning|afternoon|evening)| at night)?" + _ZONE
)
ABOUT = (
    rf"(?:(?:about|around|approximately|roughly|nearly|almost|close to|more than|less than|fewer than|at least|at most|"
    rf"no more than|no less than|up to|(?:well )?over(?= (?:an?|\d|{_SMALL})\b)|"
    rf"under|another|an additional|an estimated|some(?= (?:\d|{_SMALL}))|much of|most of) )"
)
EDGE = r"(?:(?:early|late|mid)[- ](?:on |in |in the |on in )?)"
OF = r"(?:(?:the )?(?:very )?(?:beginning|start|middle|end|close|turn|outset|onset|eve|early part|latter part|first part|rest|remainder) of )"
WHICH = r"(?:last|next|this|that|the same|that same|the next|the last|the past|the previous|the following|the preceding|the coming|the current|the present|this coming|this past|this very|the very|the other)"
YEARLY = rf"(?:(?:,? (?:of |in )?(?:{YEAR}|{_SHORT_YEAR}))|,? (?:of )?(?:this|last|next|that|the same|the following|the previous|the next) year)"
_NOT_UNIT = (
    r"(?! (?:century|centuries|anniversary|parallel|floor|birthday|time|day|hour|round|[a-z]+ anniversary|"
    r"(?-i:[A-Z]\w+ ){0,2}(?-i:Army|Division|Infantry|Corps|Battalion|Regiment|Brigade|Cavalry|Panzer|SS|Guards|Marines?|Air|"
    r"Armou?red|Mountain|Parachute|Fleet|Squadron|Congress|Amendment|Light|Royal))\b)"
)
_NOT_AGE = r"(?![- ]olds?\b)"
_DATE = rf"(?:(?:{WEEKDAY}|{_SHORT_WEEKDAY}),? (?:the )?)?(?:{MONTH} {DAY}{YEARLY}?|(?:the )?{DAY} (?:of )?{MONTH}{YEARLY}?)"
_NUMERIC = r"(?:\d{4}-\d\d-\d\d(?!\d)|(?<![\d/.])\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)(?![\d/])|(?<![\d/.])\d{1,2}[.-]\d{1,2}[.-](?:19|20)\d\d(?![\d.]))"
_ANY_DAY = rf"(?:{_DATE}|{_NUMERIC}|{WEEKDAY}|today|yesterday|tomorrow|(?:the )?(?:same|next|following|previous) day|that day|the \d{{1,2}}(?:st|nd|rd|th))"
_FEASTS = "|".join(sorted((re.escape(n).replace(r"\ ", "[- ]") for n in holidays()), key=len, reverse=True))
_CAPITAL_FEAST = r"(?-i:(?=[A-Z]))"


def _rule(kind: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return kind, re.compile(rf"(?=[\w'’])(?<![\w$£€¥#.])(?<!\d,)(?<!\w-)(?:{pattern})(?!\w)", re.IGNORECASE)


RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    # ---- days, months, years
    _rule("date", rf"(?:{ABOUT}|{EDGE})?{_DATE}"),
    _rule("date", _NUMERIC),
    _rule("month", rf"(?:{ABOUT}?{OF})?(?:{EDGE}|mid-|{WHICH} )?{MONTH}(?:{YEARLY})?"),
    _rule("year", rf"(?:{ABOUT})?(?:{OF})?(?:{EDGE}|mid-|post-|pre-|(?:fiscal|calendar|(?:the )?year) )?{YEAR}"),
    _rule("year", r"(?-i:(?:AD|A\.D\.|BC|B\.C\.)) ?\d{1,4}|\d{1,4} ?(?-i:(?:BCE?|B\.C\.|AD\b|A\.D\.|CE\b))"),
    _rule(
        "decade",
        rf"(?:{OF})?(?:the )?(?:{EDGE}|mid-?)?(?:(?:1\d|20)\d0|['’]\d0|(?<=the )\d0|(?<=early )\d0|(?<=late )\d0|(?<=mid-)\d0)['’]?s",
    ),
    _rule(
        "decade",
        rf"(?:{OF})?the (?:{EDGE}|mid-?)?(?:nineteen-?|eighteen-?)?(?:twenties|thirties|forties|fifties|sixties|seventies|eighties|nineties)",
    ),
    _rule(
        "century",
        rf"(?:{OF})?(?:(?:the|this|that|last) )?(?:{EDGE}|mid-?)?(?:{_ORDINAL})(?:[- ]century|[- ]centuries)(?: (?-i:BCE?|B\.C\.|AD|A\.D\.|CE))?",
    ),
    _rule(
        "season",
        rf"(?:{OF})?(?:(?:{WHICH}|the|each|every) )?(?:{EDGE}|mid-?)?{SEASON}(?:(?:,? of)? {YEAR}(?:[-/–]\d\d)|{YEARLY})?",
    ),
    _rule("year-ago", r"(?:(?:the |a )(?=\S+ (?:period|quarter)))?year-(?:ago|earlier)(?: period| quarter)?"),
    _rule(
        "quarter",
        rf"(?:{OF})?(?:(?:the|this|that|last|next|its|their|a|his|year's|years'|{YEAR}(?:['’]s)?|last year['’]s|this year['’]s|next year['’]s) ){{0,3}}(?:fiscal[- ])?(?:(?:first|second|third|fourth|1st|2nd|3rd|4th|last|latest|current|previous|following|preceding|same|next|final|(?:comparable )?year-ago|year-earlier)[- ]){{1,3}}(?:fiscal )?(?:quarter|half)(?!-)(?:(?: of)? (?:the (?:fiscal )?year|fiscal {YEAR}|{YEAR})|{YEARLY})?",
    ),
    _rule(
        "feast",
        rf"(?:{EDGE}|{WHICH} |the |every |each )?{_CAPITAL_FEAST}(?:{_FEASTS})(?: [Dd]ay| [Ee]ve| [Ww]eek(?:end)?)?(?:{YEARLY})?",
    ),
    # ---- weekdays, parts of days
    _rule(
        "weekday", rf"(?:{EDGE}|{WHICH} )?{WEEKDAY}(?:,? (?:early |late )?{PART})?(?: (?:of )?(?:last|this|next) week)?"
    ),
    _rule(
        "weekdays",
        rf"(?:(?:each|every)(?: other)? )(?:{MONTH} {DAY}|{DAY} {MONTH}|{WEEKDAY}|{PART}|{SEASON}|{MONTH})|{WEEKDAY}s",
    ),
    _rule(
        "day",
        rf"(?:{EDGE})?(?:the day before yesterday|the day after tomorrow|today|yesterday|tomorrow|tonight)(?: {PART})?",
    ),
    _rule(
        "part",
        rf"(?:{EDGE})?(?:(?:this|that|the same|that same|the next|the following|the previous|last|next) (?:very )?)(?:early |late )?{PART}",
    ),
    _rule(
        "part",
        rf"overnight|(?:the )?(?:early |late |mid-?)?(?:{PART}|(?:early|small) hours)(?: (?:of|on|into))? {_ANY_DAY}(?:(?: ?[-–/] ?| (?:to|and) )\d{{1,2}})?(?: {MONTH}{YEARLY}?)?",
    ),
    _rule("part", rf"{_ANY_DAY},? (?:early |late )?{PART}"),
    _rule(
        "part",
        rf"(?:the )?(?:early |late |mid-?)(?:morning|afternoon|evening)|(?:early|late|later|earlier) in the (?:morning|afternoon|evening)|the (?:morning|afternoon|evening|night)|(?:the )?(?:morning|afternoon|evening|night)(?= of\b)|(?:(?<=\bat )|(?<=\bbefore )|(?<=\bby )|(?<=\bafter )|(?<=\bfrom )|(?<=\buntil )|(?<=\bsince )|(?<=\btill ))(?:noon|midnight|midday|dawn|dusk|daybreak|nightfall|sunrise|sunset|first light)",
    ),
    _rule(
        "time",
        rf"(?:{ABOUT})?{_CLOCK}(?:,? (?:on )?(?:the )?(?:(?:morning|afternoon|evening|night) of )?{_ANY_DAY}| (?:this|that|the same|the next|the following) {PART})?",
    ),
    _rule("time", rf"(?:{ABOUT})?(?:noon|midnight|midday)(?:,? (?:on )?{_ANY_DAY})"),
    # ---- counted from another day
    _rule(
        "unit",
        rf"(?:{OF})?(?:{EDGE}|earlier |later )?(?:{WHICH}|the) (?:fiscal |calendar |full |very |same |trading )?(?:{UNIT})(?! of | in the | before|-)(?<!to the day)",
    ),
    _rule("unit", rf"(?:{OF})(?:the|this|that|last|next) (?:{UNIT})"),
    _rule("unit", rf"(?:earlier|later|early|late) in the (?:day|week|month|year|decade|century)"),
    _rule(
        "part-of",
        rf"(?:the )?(?:{_ORDINAL}|last|final|opening|closing|early|latter) (?:{NUMBER} |few )?(?:days?|weeks?|weekend|half|third|quarter|months|years) of (?:{EDGE}|mid-|{WHICH} )?(?:{MONTH}{YEARLY}?|{YEAR}|the (?:1[0-9]|20)\d0s|(?:the|this) (?:{_ORDINAL})[- ]century|(?:the|this|that|last|next|the same|the following) (?:week|month|year))",
    ),
    _rule("unit", rf"the (?:week|weekend) (?:of|ending|beginning|starting) {_DATE}"),
    _rule("unit", rf"year[- ]end|year['’]s end|month['’]s end|(?<=\bmid)week|midweek"),
    _rule(
        "shift",
        rf"(?:{ABOUT})?(?:{NUMBER}|an?|{VAGUE}|half an?|the)?[- ]?(?:{ANY_UNIT})(?: or (?:so|two|more)| and a half)? (?:ago|earlier|later|previously|thereafter|afterwards?|hence|prior|beforehand|before(?=[.,;])|after that|before that)",
    ),
    _rule("shift", r"(?:the )?(?:day|night|week|month|year|morning|evening) (?:before|after)(?=[.,;])"),
    _rule(
        "nth-day",
        rf"(?:the )?(?<=the )(?:{_ORDINAL}) day(?! of)|(?<=on )the \d{{1,2}}(?:st|nd|rd|th){_NOT_UNIT}(?: of (?:the|that) month)?|(?:(?<=by )|(?<=from )|(?<=until )|(?<=till )|(?<=and ))the \d{{1,2}}(?:st|nd|rd|th)(?= *[.,;:)]| (?:the|and|to|a|he|she|they|it|when|with|in|at|were|was|had|on|that)\b)",
    ),
    # ---- how long, how often
    _rule(
        "duration",
        rf"(?:{ABOUT}){{0,3}}(?:(?:the|its|their|his|her|these|those) )?(?:(?:first|last|past|next|previous|coming|following|preceding|final|initial|opening|closing|same|recent|remaining|entire|latest|year-earlier|other|ensuing|intervening|subsequent) )?(?:{NUMBER}|{VAGUE})(?: or (?:so|{NUMBER}))?(?: to {NUMBER})? (?:(?:more|full|consecutive|straight|whole|long|additional|trading|working|business|successive|short|solid|bloody|calendar|further|other)[- ])?(?:{UNITS})(?:[- ]long)?(?: or (?:so|more|less)| and a half)?{_NOT_AGE}",
    ),
    _rule(
        "spoken-year",
        rf"(?:(?:{_LONG_MONTHS}) )?(?:nineteen|twenty|eighteen) (?:hundred|(?:oh|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[- ]?(?:one|two|three|four|five|six|seven|eight|nine)?|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)|the year two thousand(?: (?:and )?(?:one|two|three|four|five|six|seven|eight|nine|ten))?",
    ),
    _rule(
        "duration",
        rf"(?:{ABOUT}){{0,3}}(?:half an?|an?|one|a single|a full|an entire|another|a further|an additional|the (?:whole|entire)) (?:{UNIT})(?:-long)?(?: and a half| or (?:so|two|more|less))?(?![- ]old|-\w)",
    ),
    _rule("duration", rf"(?:{NUMBER}|several|multi)[- ](?:{UNIT})(?:-long)?(?! ?-?olds?\b)"),
    _rule(
        "duration",
        rf"(?:{ABOUT}){{0,3}}(?:(?:the )?(?:first|last|past|next|coming|recent|previous|early|final|following|ensuing|intervening|last few|past few|next few|first few) |(?:the )?)(?:{UNITS})(?! (?:ago|earlier|later|old))(?: ahead| to come| that followed)?|(?:{UNIT})-long|(?:decades|years|months|weeks|days|hours)-long|some time|a while",
    ),
    _rule(
        "set",
        rf"(?:each|every)(?: (?:other|single|{NUMBER}|few|{_ORDINAL}))? (?:{ANY_UNIT}|{PART})|(?:daily|weekly|monthly|yearly|annually|hourly|nightly|bi-?weekly|bi-?monthly|biennially)|(?<=times )an? (?:{UNIT})|(?:once|twice) an? (?:{UNIT})|per (?:{UNIT})",
    ),
    # ---- past, present, future
    _rule(
        "present",
        r"(?<!only )now|currently|(?<=at )present|nowadays|these days|the present(?: day| time)?(?! [a-z]+s?\b)|present-day|(?<=to )this day|the present(?: day)?(?= *[.,;])",
    ),
    _rule(
        "past",
        r"(?:more )?recently|the (?:recent |distant )?past(?= *[.,;)]| and | but |,)|(?<=in )the past(?! \w+ (?:day|week|month|quarter|year|decade|centur|hour)|(?: few| several| couple| (?:day|week|month|quarter|year|decade|centur|hour)))|(?<=at )th(?:e|at) time|lately",
    ),
    _rule(
        "future",
        r"the (?:near |foreseeable |not[- ]too[- ]distant |immediate )?future(?! of\b| [a-z]+(?:er|or|ion|ment|ity)s?\b)|the (?:weeks|months|years|days) ahead",
    ),
)

_MONTH_AND_YEAR = rf"(?:of )?(?P<rest>{MONTH}{YEARLY}?)"
_JOIN = r"(?: ?[-–—/] ?| (?:to|and|or|through|until) )"
SHARED: tuple[tuple[str, re.Pattern[str]], ...] = (
    # "4 to 9 July": each day is an expression of its own, with the month that stands once
    (
        "date",
        re.compile(
            rf"(?<![\w,.:/$-])(?P<span>(?P<lead>\d{{1,2}}(?:st|nd|rd|th)?))(?={_JOIN}\d{{1,2}}(?:st|nd|rd|th)? {_MONTH_AND_YEAR})",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            rf"(?<!\w)(?P<span>(?P<lead>{MONTH} \d{{1,2}}(?:st|nd|rd|th)?))(?={_JOIN}\d{{1,2}}(?P<rest>, {YEAR}))",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            rf"(?<!\w)(?P<lead>{MONTH}) \d{{1,2}}(?:st|nd|rd|th)?{_JOIN}(?P<span>(?P<rest>{DAY}(?:,? {YEAR})?))(?!\w| {MONTH})",
            re.IGNORECASE,
        ),
    ),
    ("month", re.compile(rf"(?<!\w)(?P<span>(?P<lead>{MONTH}))(?={_JOIN}{MONTH},? (?P<rest>{YEAR}))", re.IGNORECASE)),
    ("year", re.compile(r"(?<![\w,.-])(?P<lead>1\d|20)\d\d[-–/](?P<span>(?P<rest>\d\d))(?![\w–-])")),
)
"""Expressions that share a part with the one beside them: `lead` and `rest` together are what is meant."""
