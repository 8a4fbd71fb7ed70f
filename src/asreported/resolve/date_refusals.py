"""
Words of time that date nothing, each with the reason: habits, vague stretches, durations, eras, names.

Rows of the grammar of date_atoms.py; any date that stands beside them wins.
"""

from __future__ import annotations

from .anchors import A_NAME, BEFORE_CHRIST, COUNTRY, DURATION, ERA, FISCAL, OTHER_CALENDAR, RECURRING, VAGUE, Unresolved
from .date_patterns import ANY_N, ANY_W, UNIT, UNITS

_SOME = r"(?:several|few|a few|some|many|recent|coming|past|last|next)"
_EVERY = (
    r"(?:every|each) (?:other )?(?:\w+ )?\w+|daily|weekly|nightly|monthly|yearly|annually|"
    r"per (?:day|week|month|year)|a day|"
    r"day and night|always|(?:once|twice|\d+ times) (?:an?|every) \w+|(?:most|many) (?:days|nights)|"
    r"day (?:after|by) day|night after night|week (?:after|by) week|month after month|year (?:after|by) year|"
    r"(?:all )?year round"
)
_VAGUE = (
    r"now|currently|recently|lately|ongoing|at present|at moment|so far|to date|to this day|already|of late|nowadays|"
    r"these days|in those days|other day|(?:not )?long ago|(?:while|time) ago|in past$|for now|up to now|"
    r"turn of (?:century|millennium)|(?:his|her|their|my) (?:early |mid |late )?\d0s"
)
_ERA = (
    r"(?:ottoman|soviet|colonial|medieval|roman|byzantine|biblical|ancient|baathist|apartheid|pre colonial|post war|"
    r"saddam|gaddafi|mubarak|tsarist|imperial|communist|socialist|pre islamic) (?:times?|eras?|period|age|days|rule)|"
    r"middle ages|antiquity|cold war|(?:bronze|iron|stone) age"
)
_FISCAL = (
    r"(?:(?:this|last|next|previous|current) )?(?:[12]\d{3}(?: to \d+)? )?"
    r"(?:(?:fiscal|financial|tax|budget|school|academic) year|fiscal|fy)(?: [12]\d{3}(?: to \d+)?)?"
)

REFUSALS: tuple[tuple[str, str, Unresolved], ...] = (
    ("habit", _EVERY, RECURRING),
    ("habit", rf"(?:an?|another) (?:\w+ )?{ANY_W}", RECURRING),
    ("vague", rf"{_SOME} (?:few |several )?{UNITS}(?: ago| later| earlier)?", VAGUE),
    ("vague", rf"{UNITS} (?:ago|earlier|later)", VAGUE),
    ("vague", _VAGUE, VAGUE),
    ("vague", rf"an? {UNIT} or (?:2|so) (?:later|earlier|ago|before|after)", VAGUE),
    (
        "duration",
        rf"(?:(?:for|after|during|throughout) )?(?:\w+ than )?{ANY_N} {UNIT}(?: (?:long|old))?"
        r"(?! ago| later| earlier| before| after)",
        DURATION,
    ),
    ("duration", r"(?:minute|hour|day|night|week|month|year|decade) long", DURATION),
    (
        "duration",
        r"(?:in|into|entering|during) (?:its|their|his|her) #\d+ (?:day|night|week|month|year|decade)",
        DURATION,
    ),
    ("era", _ERA, ERA),
    ("fiscal", _FISCAL, FISCAL),
    ("before-christ", r"(?:#?\d+ (?:century|centuries|millennium|years?) |\d+ )(?:bc|bce)", BEFORE_CHRIST),
    ("other-calendar", r"(?:year )?1[34]\d\d (?:ah|hijri|of hijra)|hijri year 1[34]\d\d", OTHER_CALENDAR),
    (
        "season-of-place",
        r"(?:rainy|dry|wet|monsoon|hurricane|harvest|planting|lean|fighting) season|monsoons?",
        COUNTRY,
    ),
    ("name", rf"(?:black|bloody|red|white|cyber|super) {ANY_W}|d day|black september", A_NAME),
    (
        "national-day",
        r"(?:independence|labou?r|national|republic|armed forces|army|memorial|liberation|constitution|unity|flag"
        r"|martyrs) day",
        COUNTRY,
    ),
)
