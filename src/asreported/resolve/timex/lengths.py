"""How long and how often: durations and sets."""

from __future__ import annotations

import re

from ..date_words import plain
from .setting import Setting, Value, part_of

LETTERS = {
    "second": "TS", "minute": "TM", "hour": "TH", "day": "D", "night": "D", "week": "W", "month": "M", "quarter": "Q",
    "year": "Y", "decade": "E", "century": "C", "weekend": "WE", "millennium": "L",
}  # fmt: skip


SINGULAR = {"centuries": "century", "millennia": "millennium"}


def unit_in(words: str) -> str | None:
    """The unit that words name, the last one: "the end of the month" is a month."""
    found = re.findall(
        r"\b(seconds?|minutes?|hours?|days?|nights?|weekends?|weeks?|fortnights?|months?|quarters?|years?|decades?|"
        r"century|centuries|millennium|millennia)\b",
        words,
    )
    return SINGULAR.get(found[-1], found[-1].removesuffix("s")) if found else None


def number_in(words: str) -> float | None:
    """How many, in plain words; 1 for "a year", None for "a few years"."""
    if re.search(r"\bcouple\b", words):
        return 2
    if re.search(r"\b(?:few|several|many|some)\b", words):
        return None
    words = re.sub(r"\b(\d+|a) (hundred|thousand)\b", _round_number, words)
    half = 0.5 if re.search(r"\band a half\b|\b\d+ 1/2\b|½", words) else 0
    if re.search(r"\bhalf an?\b", words):
        return 0.5
    match = re.search(r"(?<![#\d])(\d+(?:\.\d+)?)\b", words.replace(",", ""))
    if match:
        return float(match[1]) + half
    if re.search(
        r"\b(?:an?|one|another|day|week|month|year|decade|century|quarter|hour|night)\b", words
    ) and not re.search(r"\b(?:days|weeks|months|years|decades|centuries|hours|minutes|nights)\b", words):
        return 1 + half
    return None


def _round_number(match: re.Match[str]) -> str:
    return str((1 if match[1] == "a" else int(match[1])) * (100 if match[2] == "hundred" else 1000))


def duration_value(count: float | None, unit: str) -> str:
    """
    A length of time as TIMEX3 writes it; X where no number is given.

        >>> duration_value(2, "year"), duration_value(None, "week"), duration_value(5.5, "hour")
        ('P2Y', 'PXW', 'PT5H30M')
    """
    if unit == "fortnight":
        count, unit = (None if count is None else 2 * count), "week"
    if (unit == "decade" and count is not None) or (unit == "century" and count == 0.5):
        count, unit = (count or 0) * (10 if unit == "decade" else 100), "year"
    letter = LETTERS[unit]
    if count is None:
        return f"P{letter[0]}X{letter[1:]}" if letter.startswith("T") else f"PX{letter}"
    whole, rest = int(count), count - int(count)
    if rest and unit == "year":
        return (f"P{whole}Y" if whole else "P") + f"{round(rest * 12)}M"
    if rest and unit in ("hour", "minute"):
        below = "M" if unit == "hour" else "S"
        return "PT" + (f"{whole}{letter[1]}" if whole else "") + f"{round(rest * 60)}{below}"
    number = f"{count:g}" if rest else str(whole)
    return f"P{'T' if letter.startswith('T') else ''}{number}{letter.removeprefix('T')}"


def read_duration(text: str, at: Setting) -> Value | None:
    words = plain(text.replace("-", " ").replace("½", " 1/2"))
    words = re.sub(r"\b(?:1|first|last) (?:time)\b", "", words)
    if words in ("time", "a while"):
        return Value(type="DURATION", value="PXX", rule="some time")
    unit = unit_in(words)
    if unit is None:
        return None
    return Value(type="DURATION", value=duration_value(number_in(words), unit), rule="duration")


_OFTEN = {
    "daily": "P1D", "weekly": "P1W", "monthly": "P1M", "yearly": "P1Y", "annually": "P1Y", "hourly": "PT1H",
    "nightly": "P1D", "quarterly": "P1Q", "biweekly": "P2W", "bimonthly": "P2M", "biennially": "P2Y",
}  # fmt: skip


def read_set(text: str, at: Setting) -> Value | None:
    words = plain(text)
    if value := _OFTEN.get(words.replace(" ", "")):
        return Value(type="SET", value=value, rule="set")
    unit = unit_in(words)
    if unit is None:
        part = part_of(words)
        return Value(type="SET", value=f"XXXX-XX-XXT{part}", rule="set") if part else None
    ordinal = re.search(r"#(\d+)", words)
    count = (
        2.0
        if "other" in words
        else float(ordinal[1])
        if ordinal
        else number_in(re.sub(r"^(?:.+ times|1|twice|once) an? ", "a ", words))
    )
    return Value(type="SET", value=duration_value(count, unit), rule="set")
