"""
The TIMEX3 value of an expression of time: days from the grammar of dates.py rendered, durations, sets, references.

What an expression counts from is its `Setting`: the day of publication in news, the date told last in narrative text,
where "the next day" and a bare "March" follow the story.
"""

from __future__ import annotations

import datetime as dt
import functools
import re

import msgspec

from ..records import Record
from . import days as d
from .date_words import MONTHS, WEEKDAYS, plain
from .dates import DateValue, resolve_date
from .days import Days

LETTERS = {
    "second": "TS", "minute": "TM", "hour": "TH", "day": "D", "night": "D", "week": "W", "month": "M", "quarter": "Q",
    "year": "Y", "decade": "DE", "century": "CE", "weekend": "WE", "millennium": "ML",
}  # fmt: skip
PARTS = {
    "morning": "MO", "afternoon": "AF", "evening": "EV", "night": "NI", "dawn": "MO", "dusk": "EV",
    "noon": "12:00", "midnight": "00:00", "hours": "MO",
}  # fmt: skip
SEASONS = {"spring": "SP", "summer": "SU", "autumn": "FA", "fall": "FA", "winter": "WI"}
SINGULAR = {"centuries": "century", "millennia": "millennium"}
SIZES = {"year": 366, "quarter": 92, "month": 31, "week": 7, "weekend": 2, "day": 1, "decade": 3660, "century": 36600}
NEAR_FORWARD = 0.4
"""A narrative mostly goes on: a month counts as that much nearer where it lies ahead of what was told last."""

MUCH_NEARER = 4
"""In news a day that lies ahead is meant where it is this many times nearer than the last one of that name."""


class Setting(Record, frozen=True, kw_only=True):
    """What words of time count from at one point of a text."""

    published: Days | None
    told: tuple[Days, ...] = ()
    """Dates told before, the last one first."""
    narrative: bool = False
    future: bool = False

    @property
    def now(self) -> Days | None:
        """The day of publication, or where the story is."""
        return (self.told[0] if self.told else self.published) if self.narrative else self.published

    def last_told(self, unit: str) -> Days | None:
        """The date told last that is at least as exact as `unit`."""
        exact = [t for t in self.told if t.first and t.last and (t.last - t.first).days < SIZES.get(unit, 1)]
        return exact[0] if exact else None


class Value(Record, frozen=True, kw_only=True):
    """`value` as TIMEX3 writes it, and the days behind it where it has any."""

    type: str
    value: str
    days: Days | None = None
    rule: str


# ---- days, rendered ----------------------------------------------------------------------


def render(days: Days) -> str | None:
    """
    The value of an interval by its grain; None where TIMEX3 has none.

        >>> render(d.month(2016, 10)), render(d.week(dt.date(2017, 4, 28))), render(d.decade(1990))
        ('2016-10', '2017-W17', '199')
    """
    first = days.first
    if first is None:
        return None
    year = f"{first.year:04d}"
    match days.grain:
        case "day" | "holiday":
            return first.isoformat()
        case "night":
            return f"{first.isoformat()}TNI"
        case "week" | "weekend":
            iso = first.isocalendar()
            return f"{iso.year:04d}-W{iso.week:02d}" + ("-WE" if days.grain == "weekend" else "")
        case "month":
            return f"{year}-{first.month:02d}"
        case "year":
            return year
        case "decade":
            return year[:3]
        case "century":
            return year[:2]
        case "season":
            name = next(n for n, month in d.SEASON_STARTS.items() if month == first.month)
            return f"{year}-{SEASONS[name]}"
        case "quarter":
            return f"{year}-Q{(first.month + 2) // 3}"
        case "half":
            return f"{year}-H{1 if first.month < 7 else 2}"
    return None


def from_days(days: Days | None, rule: str, type: str = "DATE") -> Value | None:
    value = render(days) if days is not None else None
    return Value(type=type, value=value, days=days, rule=rule) if value is not None else None


def _resolved(text: str, at: Setting, *, published: Days | None = None, future: bool | None = None) -> Days | None:
    return _resolved_at(text, published or at.published, at.future if future is None else future, at.last_told("day"))


@functools.lru_cache(maxsize=4096)
def _resolved_at(text: str, published: Days | None, future: bool, reference: Days | None) -> Days | None:
    found = resolve_date(text, published=published, future=future, reference=reference)
    if not isinstance(found, DateValue):
        return None
    return Days(first=found.start, last=found.end, grain=found.grain, modifier=found.modifier)


# ---- dates of the calendar ---------------------------------------------------------------

_EDGE = re.compile(
    r"^(?:(?:about|around|approximately|roughly|nearly|almost|just|some|much of|most of|a good part of|at least|"
    r"more than|earlier|later|early|late|mid|middle|sometime)[- ]?(?:on |in |of )?|"
    r"(?:the )?(?:very )?(?:beginning|start|middle|end|close|turn|outset|onset|early part|latter part|first part) of )+",
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
    if at.narrative and not _has_year(words):
        return from_days(_in_story(words, at), "date in story")
    return from_days(_in_news(text, words, at), "date")


def _in_news(text: str, words: str, at: Setting) -> Days | None:
    """
    A day or month without a year in news: the last one, but the next where that is so much nearer that it must be meant.
    """
    past = _resolved(text, at, future=False)
    if _has_year(words) or _RELATIVE_YEAR.search(words) or re.match(r"(?:last|next|this|past|coming)\b", words):
        return past
    ahead = _resolved(text, at, future=True)
    now = at.published
    if past is None or ahead is None or now is None or now.first is None or now.last is None or past == ahead:
        return past
    back, on = (now.first - d.last_day(past)).days, (d.first_day(ahead) - now.last).days
    if on <= 0:
        return past
    return ahead if on * (1 if at.future else MUCH_NEARER) < back else past


def read_month(text: str, at: Setting) -> Value | None:
    words = plain(core_of(text))
    if at.narrative and not _has_year(words):
        return from_days(_in_story(words, at), "month in story")
    return from_days(_in_news(core_of(text), words, at), "month")


def _has_year(words: str) -> bool:
    return re.search(r"\b[12]\d{3}\b", words) is not None


def _in_story(words: str, at: Setting) -> Days | None:
    """A day, month or season without a year, where the story stands: the nearest one, those ahead seeming nearer."""
    base = at.now
    if base is None or base.first is None or base.last is None:
        return None
    if relative := _RELATIVE_YEAR.search(words):
        by = {"last": -1, "previous": -1, "next": 1, "following": 1}.get(relative[1], 0)
        return _resolved(f"{_RELATIVE_YEAR.sub('', words).strip()} {base.first.year + by}", at)
    bare = re.sub(r"^(?:last|next|this|that|same|following|previous|coming|past|preceding) ", "", words)
    if words.startswith(("that ", "same ")):
        return _resolved(f"{bare} {base.first.year}", at)
    years = sorted({base.first.year + by for by in (-1, 0, 1)} | {t.first.year for t in at.told if t.first})
    options = [_resolved(f"{bare} {year}", at) for year in years]
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
    if at.narrative and not _has_year(words):
        days = _in_story(words, at)
    else:
        days = _resolved(re.sub(r"(\d{4}) (?:to )?\d\d$", r"\1", words), at)
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
        return _quarter(there.year, unit, (there.month - 1) // size + 1)
    if (
        not at.narrative
        and not year
        and not relative
        and not at.future
        and size * (int(number[1]) - 1) + 1 > now.last.month
    ):
        # a report of January tells of the quarter that is over
        year_number -= 1
    if re.search(r"\byear (?:ago|earlier)\b", words):
        year_number -= 1
    return _quarter(year_number, unit, int(number[1]))


def _quarter(year: int, unit: str, number: int) -> Value | None:
    size = 6 if unit == "H" else 3
    if not 1 <= number <= 12 // size:
        return None
    return from_days(
        d.months(year, size * (number - 1) + 1, size * number, "half" if unit == "H" else "quarter"), "quarter"
    )


def read_feast(text: str, at: Setting) -> Value | None:
    words = plain(text)
    if words.startswith(("each ", "every ")):
        return Value(type="SET", value="XXXX-XX-XX", rule="feast set")
    days = _in_story(words, at) if at.narrative and not _has_year(words) else _resolved(core_of(text), at)
    if days is None or days.first is None:
        year = re.search(r"\b[12]\d{3}\b", words)
        return Value(type="DATE", value=f"{year[0] if year else 'XXXX'}-XX-XX", rule="feast")
    return from_days(Days(first=days.first, last=days.first), "feast")


# ---- weekdays and parts of days ----------------------------------------------------------


def part_of(words: str) -> str | None:
    """The part of a day that words name, as TIMEX3 writes it: "MO", "12:00"."""
    return next((PARTS[w] for w in PARTS if re.search(rf"\b{w}\b", words)), None)


def _with_part(days: Days | None, words: str, rule: str) -> Value | None:
    part = part_of(words)
    if days is None or days.first is None:
        return Value(type="TIME", value=f"XXXX-XX-XXT{part}", rule=rule) if part else None
    one = d.day(days.first)
    if part is None:
        return from_days(days, rule)
    return Value(type="TIME", value=f"{days.first.isoformat()}T{part}", days=one, rule=rule)


def read_weekday(text: str, at: Setting) -> Value | None:
    words = plain(core_of(text))
    base = at.last_told("day") if at.narrative else None
    days = _resolved(words, at, published=base) if base else _resolved(words, at)
    return _with_part(days, words, "weekday")


def read_weekdays(text: str, at: Setting) -> Value | None:
    words = plain(text)
    weekday = next((n for n in WEEKDAYS if n in words), None)
    day = re.search(r"\d+", words)
    if day and (month := next((n for n in MONTHS if n in words), None)):
        return Value(type="SET", value=f"XXXX-{MONTHS.index(month) + 1:02d}-{int(day[0]):02d}", rule="dates")
    if weekday:
        return Value(type="SET", value=f"XXXX-WXX-{WEEKDAYS.index(weekday) + 1}", rule="weekdays")
    if season := next((n for n in SEASONS if n in words), None):
        return Value(type="SET", value=f"XXXX-{SEASONS[season]}", rule="seasons")
    if month := next((n for n in MONTHS if n in words), None):
        return Value(type="SET", value=f"XXXX-{MONTHS.index(month) + 1:02d}", rule="months")
    return Value(type="SET", value=f"XXXX-XX-XXT{part_of(words)}", rule="parts")


def read_day(text: str, at: Setting) -> Value | None:
    """today, yesterday, tomorrow and tonight; in a story "today" is the reader's present."""
    words = plain(core_of(text))
    if words.startswith("today") and at.narrative:
        return Value(type="DATE", value="PRESENT_REF", rule="today")
    base = at.published
    if base is None or base.first is None or base.first != base.last:
        return None
    by = {"day before yesterday": -2, "day after tomorrow": 2, "yesterday": -1, "tomorrow": 1}
    step = next((n for w, n in by.items() if words.startswith(w)), 0)
    return _with_part(d.day(d.shift(base.first, step)), words, "day")


_NAMED_DAY = re.compile(r"\d|day\b|yesterday|tomorrow|" + "|".join((*MONTHS, *WEEKDAYS)))


def read_part(text: str, at: Setting) -> Value | None:
    """A part of a day, with the day beside it or of the day told last."""
    words = plain(text)
    part = next((w for w in PARTS if re.search(rf"\b{w}\b", words)), None)
    if "overnight" in words or words in ("last night", "last evening"):
        today = at.now
        if today is None or today.last is None:
            return None
        there = d.day(d.shift(today.last, -1))
        return _with_part(there, "evening" if "evening" in words else "night", "night before")
    rest = re.sub(rf"\b(?:early|late|mid)?\b ?\b(?:small )?{part}\b ?(?:of|on|into|to)?", " ", words) if part else words
    rest = " ".join(rest.split())
    if _NAMED_DAY.search(rest):
        date = read_weekday(rest, at) if any(w in rest for w in WEEKDAYS) and not re.search(r"\d", rest) else None
        if re.search(r"\b(?:today|yesterday|tomorrow)\b", rest):
            date = read_day(rest, at)
        elif "day" in rest.split():
            date = read_unit(rest, at)
        elif re.fullmatch(r"#\d+", rest):
            date = read_nth_day(rest, at)
        date = date or read_date(re.sub(r"^(\d+) to \d+ (?=\D)", r"\1 ", rest), at)
        return _with_part(date.days if date else None, words, "part of day")
    base = (
        at.last_told("day") if at.narrative or re.search(r"\b(?:that|same|next|following|previous)\b", words) else None
    )
    base = base or at.last_told("day") if "this" not in words else at.published
    base = base or at.published
    if base is None or base.last is None:
        return _with_part(None, words, "part")
    by = 1 if re.search(r"\b(?:next|following)\b", words) else -1 if re.search(r"\b(?:previous|last)\b", words) else 0
    return _with_part(d.day(d.shift(base.last, by)), words, "part of the day told")


_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?::\d\d)? ?(?P<half>[ap])?\.?m?|(?P<army>\d{4})|(?P<name>noon|midnight|midday)"
)


def read_time(text: str, at: Setting) -> Value | None:
    """A clock time, of the day beside it, else of the day told last or of publication."""
    lowered = text.lower()
    clock = re.search(
        r"(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?(?:[:.]\d\d)? ?(?P<half>[ap])\.? ?m|"
        r"(?P<hour2>\d{1,2}):(?P<minute2>\d\d)|(?P<army>[0-2]\d[0-5]\d) ?h|(?P<name>noon|midnight|midday)|"
        r"(?P<oclock>\w+) (?:o['’]?clock|in the (?:morning|afternoon|evening))",
        lowered,
    )
    if clock is None:
        return None
    rest = (lowered[: clock.start()] + " " + lowered[clock.end() :]).strip(" ,.")
    hour, minute = _clock_of(clock, lowered)
    if hour is None:
        return None
    date = None
    if any(w in rest for w in ("today", "yesterday", "tomorrow")):
        date = read_day(re.search(r"today|yesterday|tomorrow", rest)[0], at)  # type: ignore[index]
    elif weekday := next((w for w in WEEKDAYS if w in rest), None):
        date = read_date(rest, at) if re.search(r"\d", rest) else read_weekday(weekday, at)
    elif any(re.search(rf"\b{m[:3]}", rest) for m in MONTHS) and re.search(r"\d", rest):
        date = read_date(re.sub(r"^.*?\b(?:on|of) ", "", rest), at)
    elif "day" in rest.split():
        date = read_unit(rest, at)
    elif part_of(rest):
        date = read_part(re.sub(r"^(?:about|around) ", "", rest), at)
    base = date.days if date else at.last_told("day") or (at.published if not at.narrative else None)
    stamp = f"T{hour:02d}:{minute:02d}"
    if base is None or base.first is None or base.first != base.last:
        return Value(type="TIME", value=f"XXXX-XX-XX{stamp}", rule="clock")
    return Value(type="TIME", value=f"{base.first.isoformat()}{stamp}", days=base, rule="clock")


def _clock_of(clock: re.Match[str], lowered: str) -> tuple[int | None, int]:
    if clock["name"]:
        return (0 if clock["name"] == "midnight" else 12), 0
    if clock["army"]:
        return int(clock["army"][:2]), int(clock["army"][2:])
    if clock["oclock"]:
        number = plain(clock["oclock"])
        hour = int(number) if number.isdigit() else None
        late = re.search(r"afternoon|evening|night", lowered)
        return (hour + 12 if hour is not None and late and hour < 12 else hour), 0
    hour, minute = int(clock["hour"] or clock["hour2"]), int(clock["minute"] or clock["minute2"] or 0)
    if clock["half"] == "p" and hour < 12:
        hour += 12
    if clock["half"] == "a" and hour == 12:
        hour = 0
    return (hour if hour < 25 and minute < 60 else None), minute


# ---- units counted from now or from the story --------------------------------------------

_BACK = re.compile(r"\b(?:last|previous|preceding|past|before|earlier|prior|previously|ago)\b")
_AHEAD = re.compile(r"\b(?:next|following|coming|after|later|thereafter|afterwards?|hence)\b")


def unit_in(words: str) -> str | None:
    """The unit that words name, the last one: "the end of the month" is a month."""
    found = re.findall(
        r"\b(seconds?|minutes?|hours?|days?|nights?|weekends?|weeks?|fortnights?|months?|quarters?|years?|decades?|"
        r"century|centuries|millennium|millennia)\b",
        words,
    )
    return SINGULAR.get(found[-1], found[-1].removesuffix("s")) if found else None


def read_unit(text: str, at: Setting) -> Value | None:
    """ "last week", "that year", "the next day", "the end of the month"."""
    words = plain(text)
    if beside := re.match(r"the (week|weekend) (?:of|ending|beginning|starting) (.+)", text, re.IGNORECASE):
        date = read_date(beside[2], at)
        return _calendar(date.days.first, beside[1].lower(), 0) if date and date.days and date.days.first else None
    unit = unit_in(words)
    if unit is None:
        return None
    if unit == "day" and re.match(r"(?:this|present)\b", words) and at.narrative:
        return Value(type="DATE", value="PRESENT_REF", rule="present")
    told = re.search(r"\b(?:that|same|following|previous|preceding|other)\b", words) or (
        re.search(r"\bthe (?:next|last|very|past)\b", text.lower()) and unit in ("day", "night")
    )
    base = (at.last_told(unit) if told or at.narrative else None) or at.published
    if base is None or base.last is None or base.first is None:
        return None
    if re.search(r"\bpast\b", words) and unit != "weekend" and not re.search(r"\bthis past\b", words):
        return Value(type="DURATION", value=duration_value(1, unit), rule="past unit")
    by = (
        -1
        if _BACK.search(words) and "earlier" not in words
        else 1
        if _AHEAD.search(words) and "later" not in words
        else 0
    )
    if unit == "quarter" and by == 0 and at.told and at.told[0].grain == "quarter":
        return from_days(at.told[0], "quarter told")
    return _calendar(base.last, unit, by, told=base if told or at.narrative else None)


def _calendar(date: dt.date, unit: str, by: int, told: Days | None = None) -> Value | None:
    match unit:
        case "day" | "night":
            return _with_part(d.day(d.shift(date, by)), "night" if unit == "night" else "", "day counted")
        case "week":
            return from_days(d.week(d.shift(date, 7 * by)), "week")
        case "weekend":
            monday = d.monday_of(date)
            back = -7 if date.weekday() < 5 and by <= 0 else 0
            return from_days(d.weekend(d.shift(monday, back + (7 if by > 0 and date.weekday() >= 5 else 0))), "weekend")
        case "month":
            there = d.month_shift(date.replace(day=1), by)
            return from_days(d.month(there.year, there.month), "month counted")
        case "quarter":
            # a report tells of the quarter that is over
            there = d.month_shift(date.replace(day=1), 3 * by if by else -3 if told is None else 0)
            first = (there.month - 1) // 3 * 3 + 1
            return from_days(d.months(there.year, first, first + 2, "quarter"), "quarter counted")
        case "year":
            return from_days(d.year(date.year + by), "year counted")
        case "decade":
            return Value(type="DATE", value=f"{date.year // 10 + by}", rule="decade counted")
        case "century":
            return Value(type="DATE", value=f"{date.year // 100 + by}", rule="century counted")
    return None


def read_shift(text: str, at: Setting) -> Value | None:
    """ "two years ago", "three days later", "the day before": from now, or from the date told before."""
    words = plain(text)
    unit = unit_in(words)
    if unit is None:
        return None
    ago = re.search(r"\b(?:ago|hence)\b", words) is not None
    count = number_in(words)
    back = _BACK.search(words) is not None and "later" not in words
    if count is None:
        return Value(type="DATE", value="PAST_REF" if back else "FUTURE_REF", rule="vague shift")
    if unit == "year" and count == 1 and not at.narrative and at.told and at.told[0].grain == "quarter":
        return _year_before(at)
    told = None if ago or (unit in ("year", "month") and not at.narrative) else at.last_told(unit)
    base = told or at.now or at.published
    if base is None or base.first is None or base.last is None:
        return None
    edge = base.first if back else base.last
    count, unit = (
        (count * 10, "year") if unit == "decade" else (count * 100, "year") if unit == "century" else (count, unit)
    )
    if unit in ("hour", "minute", "second"):
        return (
            Value(type="TIME", value="PAST_REF" if back else "FUTURE_REF", rule="vague shift") if count < 24 else None
        )
    there = d.step(edge, -count if back else count, "day" if unit == "night" else unit)
    return _calendar(there, unit, 0)


def read_part_of(text: str, at: Setting) -> Value | None:
    """ "the last week of August", "the first half of May", "the last day of the month"."""
    lead, _, inner = plain(text).partition(" of ")
    if inner.endswith("century"):
        return read_century(inner, at)
    if re.search(r"\d0s$", inner):
        return read_decade(inner, at)
    value = read_unit(inner, at) if unit_in(inner) and not re.search(r"\d", inner) else read_month(inner, at)
    value = value if value and value.days else read_year(inner, at)
    if value is None or value.days is None or value.days.first is None:
        return None
    month = value.days.first
    if "half" in lead and value.days.grain == "year":
        return _quarter(month.year, "H", 1 if "#1" in lead else 2)
    if "quarter" in lead and value.days.grain == "year":
        number = re.search(r"#(\d)", lead)
        return _quarter(month.year, "Q", int(number[1]) if number else 4)
    inner_words = f"{inner if value.days.grain != 'month' else f'{MONTHS[month.month - 1]} {month.year}'}"
    days = _resolved(f"{lead.removeprefix('the ')} of {inner_words}", at)
    if days is None or days.first is None or days.last is None:
        return value
    if re.search(r"\bday$", lead):
        return from_days(d.day(days.first), "day of")
    if re.search(r"\bweek$", lead):
        return from_days(d.week(days.first + (days.last - days.first) / 2), "week of")
    return value


def read_year_ago(text: str, at: Setting) -> Value | None:
    """ "year-earlier": of the quarter told last, as companies compare, else the year before."""
    return _year_before(at)


def _year_before(at: Setting) -> Value | None:
    if at.told and at.told[0].grain == "quarter" and at.told[0].first:
        there = d.month_shift(at.told[0].first, -12)
        return from_days(d.months(there.year, there.month, there.month + 2, "quarter"), "quarter a year before")
    base = at.now
    return from_days(d.year(base.last.year - 1), "year before") if base and base.last else None


def read_spoken_year(text: str, at: Setting) -> Value | None:
    """ "nineteen ninety-six", as transcripts of broadcasts have it."""
    words = [
        int(w.lstrip("#"))
        for w in plain(text).replace("hundred", "0").replace("oh", "").split()
        if w.lstrip("#").isdigit()
    ]
    if text.lower().startswith("two thousand"):
        return from_days(d.year(2000 + (words[-1] if len(words) > 1 else 0)), "spoken year")
    if len(words) < 2 or words[-2] not in (18, 19, 20):
        return None
    month = next((n for n in MONTHS if text.lower().startswith(n)), None)
    year = words[-2] * 100 + words[-1]
    return from_days(d.month(year, MONTHS.index(month) + 1) if month else d.year(year), "spoken year")


def read_nth_day(text: str, at: Setting) -> Value | None:
    """ "on the 9th": of the month told last; "the third day" names none."""
    words = plain(text)
    number = re.search(r"#(\d+)", words)
    base = at.last_told("month") or at.published
    if number is None or base is None or base.last is None or (words.endswith("day") and "of" not in words):
        return None
    try:
        return from_days(d.day(base.last.replace(day=int(number[1]))), "day of the month told")
    except ValueError:
        return None


# ---- how long, how often -----------------------------------------------------------------


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
    if unit == "decade" and count is not None or (unit == "century" and count == 0.5):
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
        else number_in(re.sub(r"^(?:1|twice|once) a ", "a ", words))
    )
    return Value(type="SET", value=duration_value(count, unit), rule="set")


READERS = {
    "date": read_date,
    "month": read_month,
    "year": read_year,
    "decade": read_decade,
    "century": read_century,
    "season": read_season,
    "quarter": read_quarter,
    "feast": read_feast,
    "weekday": read_weekday,
    "weekdays": read_weekdays,
    "day": read_day,
    "part": read_part,
    "time": read_time,
    "unit": read_unit,
    "shift": read_shift,
    "year-ago": read_year_ago,
    "part-of": read_part_of,
    "spoken-year": read_spoken_year,
    "nth-day": read_nth_day,
    "duration": read_duration,
    "set": read_set,
    "present": lambda text, at: Value(type="DATE", value="PRESENT_REF", rule="present"),
    "past": lambda text, at: Value(type="DATE", value="PAST_REF", rule="past"),
    "future": lambda text, at: Value(type="DATE", value="FUTURE_REF", rule="future"),
}
