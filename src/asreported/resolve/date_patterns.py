"""Pieces of the patterns that read plain words (date_words.py): months, units, years, times of day."""

from __future__ import annotations

from .date_words import MONTHS, WEEKDAYS

M = "(?P<month>" + "|".join(MONTHS) + ")"
W = "(?P<weekday>" + "|".join(WEEKDAYS) + ")"
ANY_W = "(?:" + "|".join(WEEKDAYS) + ")"
ANY_N = r"(?P<n>\d+(?:\.5)?|an?)"
D1 = r"#?(?P<day>\d{1,2})"
D2 = r"#?(?P<day2>\d{1,2})"
UNIT = "(?P<unit>minute|hour|day|night|week|month|year|decade)s?"
ONE_UNIT = "(?P<single>minute|hour|day|night|week|month|year|decade)"
UNITS = "(?:minutes|hours|days|nights|weeks|months|years|decades)"
# "fall" is a season only where the words around say so: cities fall too
SEASON = (
    "(?P<season>spring|summer|autumn|winter"
    r"|(?:(?<=last )|(?<=this )|(?<=next )|(?<=in )|(?<=since )|(?<=early )|(?<=late ))fall)"
)
PART = (
    "(?:early morning|late night|morning|afternoon|evening|night|noon|midnight|dawn|dusk|lunchtime|prayers?"
    "|breakfast|lunch|supper|light)"
)
YEAR = (
    r"(?: (?:of |in |during )?(?:(?P<year>[12]\d{3})|(?P<rel>this|last|next|that|same|previous) year"
    r"|(?P<ago>\d+|an?) years? (?:ago|earlier)))?"
)
WHICH = r"(?:(?P<which>last|past|this|next|coming) )?"
WHICH_TOLD = r"(?:(?P<which>last|past|this|next|coming|that|same|following|previous) )?"
CLOCK_HOUR = r"(?:1?\d|2[0-4])"
HOURS = (
    r"(?:before |after |by |at |towards |since |until |between |from |in |early |late |first |few |\d+ )*"
    r"(?:clock(?: (?:and|to|until) clock)?|\d+ oclock|early hours|small hours|early morning|late afternoon"
    rf"|(?:that |same |next )?{PART}|first light|#1 light|dark|daylight|#1 hours|(?:(?:friday|evening|noon) )?prayers?)"
    r"(?: hours)?"
)
