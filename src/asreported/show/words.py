"""
A claim's values told in words, alike in cards, tables and pages; and text made safe to show.

`claim_rows` is the one place that says what a card holds: who, whom, where, when, how many, according to
whom, each with the words it was read from, the value, and the rule that gave it.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from ..compare.chains import UNNAMED, name_sources
from ..records import Change, Claim, Figure, Record, Role, Source, When, Where

LABELS = {
    "actor": "who",
    "target": "whom",
    "place": "where",
    "origin": "from",
    "destination": "to",
    "time": "when",
    "figure": "how many",
    "means": "by means of",
    "source": "according to",
    "cue": "cue",
    "trigger": "trigger",
}
"""Part of a claim → the word that people read. The order is that of the rows of a card."""

ROLE_ORDER = ("actor", "target", "place", "origin", "destination", "time", "figure", "means")
PLACE_ROLES = ("place", "origin", "destination")

BASES = {
    "explicit": "dated in its sentence",
    "context": "dated by the context",
    "publication": "reckoned from the day of publication",
}

# A report may hold characters that move a terminal's cursor, or that turn the order of what follows (the
# "Trojan Source" trick). Each gets one visible character in its place, so that offsets still hold.
_CONTROLS = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421}
_CONTROLS |= dict.fromkeys(range(0x80, 0xA0), 0xFFFD)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_BIDI_OVERRIDES = dict.fromkeys((0x202D, 0x202E), 0xFFFD)
_BIDI_OTHERS = dict.fromkeys((0x061C, 0x200E, 0x200F, *range(0x202A, 0x202D), *range(0x2066, 0x206A)), 0xFFFD)
_SPACES = dict.fromkeys((0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029), 0x20)

_LINE = _CONTROLS | _SURROGATES | _BIDI_OVERRIDES | _BIDI_OTHERS | _SPACES
# A browser isolates what stands in a <bdi> or a paragraph of its own, so marks and embeddings may stay there:
# Arabic and Hebrew need them. Only the overrides, which can turn letters round, go.
_MARKUP = _CONTROLS | _SURROGATES | _BIDI_OVERRIDES | dict.fromkeys((0x09, 0x0B, 0x0C, 0x0D, 0x2028, 0x2029), 0x20)
del _MARKUP[0x0A]


def safe_line(text: str) -> str:
    """
    `text` on one line of a terminal: controls, escapes and direction marks become one visible character each.

        >>> safe_line("a\\x1b[2Jb\\nc")
        'a␛[2Jb c'
    """
    return text.translate(_LINE)


def safe_markup(text: str) -> str:
    """`text` for a web page, not yet escaped: as long as before, line feeds and direction marks kept."""
    return text.translate(_MARKUP)


class Row(Record, frozen=True, kw_only=True):
    """One line of a card: the words of the report, the value read from them, why."""

    part: str
    """A role, or `source`."""
    words: str | None
    start: int | None = None
    end: int | None = None
    value: str | None = None
    notes: tuple[str, ...] = ()
    rule: str | None = None

    @property
    def label(self) -> str:
        return LABELS.get(self.part, self.part)


def claim_rows(claim: Claim, publisher: str | None) -> tuple[Row, ...]:
    """
    The rows of a claim's card, in the order of reading: roles, then according to whom.

    A place, day or figure stands in the row of the words it was read from; where those are no role's
    filler (the day of saying, the headline's place) it gets a row of its own.
    """
    rows: list[Row] = []
    for part in ROLE_ORDER:
        rows += (_role_row(role, claim) for role in claim.roles if role.role == part)
        rows += _value_rows(part, claim)
    rows += (_role_row(role, claim) for role in claim.roles if role.role not in ROLE_ORDER)
    rows += (_source_row(source) for source in claim.sources)
    if not claim.sources:
        rows.append(Row(part="source", words=None, value=tell_publisher(publisher), notes=("in its own voice",)))
    return tuple(rows)


def _role_row(role: Role, claim: Claim) -> Row:
    value, rule, notes = None, None, ["from an earlier sentence"] if role.carried else []
    at = (role.start, role.end)
    if role.role == "time" and claim.when and _at(claim.when) == at:
        value, rule = tell_when(claim.when), claim.when.rule
        notes += _when_notes(claim.when)
    elif role.role in PLACE_ROLES and claim.where and _at(claim.where) == at:
        value, rule = tell_where(claim.where), claim.where.rule
        notes += _where_notes(claim.where)
    elif role.role == "figure" and (figure := next((f for f in claim.figures if (f.start, f.end) == at), None)):
        value, rule = tell_figure(figure), figure.rule
        notes += _figure_notes(figure)
    elif role.entity:
        value, rule = role.entity.name, role.entity.rule
        notes += [note for note in (role.entity.type, role.entity.country) if note]
    elif role.role == "time" and not claim.when:
        notes.append(f"not dated: {claim.undated}" if claim.undated else "no value is read from these words")
    elif role.role in PLACE_ROLES and not claim.where:
        notes.append("no value is read from these words")
    return Row(
        part=role.role, words=role.text, start=role.start, end=role.end, value=value, notes=tuple(notes), rule=rule
    )


def _value_rows(part: str, claim: Claim) -> Iterator[Row]:
    """The values of `part` that were not read from the words of one of its roles."""
    where, when = claim.where, claim.when
    if part == "place" and where and not _has_role(claim, PLACE_ROLES, _at(where)):
        yield _value_row(part, where.text, _at(where), tell_where(where), _where_notes(where), where.rule)
    if part == "time" and when and not _has_role(claim, ("time",), _at(when)):
        yield _value_row(part, when.text, _at(when), tell_when(when), _when_notes(when), when.rule)
    if part == "figure":
        for figure in claim.figures:
            at = (figure.start, figure.end)
            if not _has_role(claim, ("figure",), at):
                yield _value_row(part, figure.text, at, tell_figure(figure), _figure_notes(figure), figure.rule)


def _value_row(part: str, words: str, at: tuple[int, int] | None, value: str, notes: list[str], rule: str) -> Row:
    start, end = at or (None, None)
    return Row(part=part, words=words, start=start, end=end, value=value, notes=tuple(notes), rule=rule)


def _source_row(source: Source) -> Row:
    cue = f"“{source.cue.text}”" if source.cue else "no word of saying"
    notes = [cue, *(note for note in (source.type, source.stance) if note)]
    if source.carried:
        notes.append("from another sentence")
    return Row(
        part="source",
        words=source.text,
        start=source.start,
        end=source.end,
        value=UNNAMED if source.anonymous else source.name,
        notes=tuple(notes),
    )


def _at(value: When | Where) -> tuple[int, int] | None:
    return (value.span.start, value.span.end) if value.span else None


def _has_role(claim: Claim, parts: tuple[str, ...], at: tuple[int, int] | None) -> bool:
    return any(role.role in parts and (role.start, role.end) == at for role in claim.roles)


def _when_notes(when: When) -> list[str]:
    return [BASES.get(when.basis, when.basis), *([when.modifier] if when.modifier else [])]


def _where_notes(where: Where) -> list[str]:
    point = [] if where.lat is None or where.lon is None else [f"{where.lat:.3f}, {where.lon:.3f}"]
    return [where.precision, *point]


def _figure_notes(figure: Figure) -> list[str]:
    counts = [f"counts {LABELS.get(figure.of, figure.of)}"] if figure.of else []
    return [*counts, *([f"“{figure.qualifier}”"] if figure.qualifier else []), *tell_links(figure)]


def tell_links(figure: Figure) -> list[str]:
    """
    What ties `figure` to others, each in a few words: "of 30", "up from 38", "added to others", "per day".

    The other figure is quoted as the report has it, so it is to be escaped like any words of the report.
    """
    told = [f"of “{figure.part_of.text}”"] if figure.part_of else []
    told += [tell_change(figure.change)] if figure.change else []
    if figure.rate:
        told.append(figure.rate if figure.rate == "each" else f"per {figure.rate}")
    return told


def tell_change(change: Change) -> str:
    """
    How a figure stands to another of the same thing.

        >>> from asreported.records import Related
        >>> tell_change(Change(kind="to", direction="up", relative_to=Related(figure=1, start=9, end=11, text="38")))
        'up from “38”'
        >>> tell_change(Change(kind="additional", direction=None, relative_to=None))
        'in addition to others'
    """
    other = f"“{change.relative_to.text}”" if change.relative_to else None
    match change.kind:
        case "to":
            return f"{change.direction or 'changed'} from {other}" if other else change.direction or "changed"
        case "from":
            return f"before, later {other}" if other else "before"
        case "by":
            return {"up": "more than before", "down": "fewer than before"}.get(change.direction or "", "a difference")
        case "additional":
            return f"in addition to {other or 'others'}"
        case "total":
            return f"a total, with {other}" if other else "a total"
    return change.kind


def tell_publisher(publisher: str | None) -> str:
    """Who speaks where nobody is quoted."""
    return publisher or "the publisher"


def tell_when(when: When) -> str:
    """
    The days of `when`; whole months and years are named as such.

        >>> day = dt.date
        >>> tell_days(day(2017, 4, 27), day(2017, 4, 27)), tell_days(day(2014, 5, 1), day(2014, 8, 31))
        ('2017-04-27', '2014-05 to 2014-08')
        >>> tell_days(day(2016, 10, 1), None), tell_days(day(2016, 1, 1), day(2016, 12, 31))
        ('since 2016-10-01', '2016')
    """
    return tell_days(when.start, when.end)


def tell_days(start: dt.date | None, end: dt.date | None) -> str:
    """See `tell_when`."""
    if start is None or end is None:
        return f"since {start}" if start else f"until {end}" if end else "no day"
    if start == end:
        return start.isoformat()
    if start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]:
        if start.month == 1 and end.month == 12:
            return f"{start:%Y}" if start.year == end.year else f"{start:%Y} to {end:%Y}"
        first, last = start.isoformat()[:7], end.isoformat()[:7]
        return first if first == last else f"{first} to {last}"
    return f"{start} to {end}"


def tell_where(where: Where) -> str:
    """The place as "Mosul, Nineveh, Iraq", each name once."""
    names = [where.name, where.admin1, where.country_name or where.country]
    return ", ".join(dict.fromkeys(name for name in names if name))


def tell_figure(figure: Figure) -> str:
    """The interval of `figure` with its unit: "up to 1,000 people", "at least 12 people", "24 to 99 people"."""
    number = tell_interval(figure.low, figure.high)
    return number if figure.unit == "other" or number == "no number" else f"{number} {figure.unit}"


def tell_interval(low: int | float | None, high: int | float | None) -> str:
    """
    The closed interval `low` to `high` in words.

        >>> tell_interval(0, 1000), tell_interval(12, None), tell_interval(5, 5), tell_interval(None, None)
        ('up to 1,000', 'at least 12', '5', 'no number')
    """
    if high is None:
        return "no number" if low is None else f"at least {low:,}"
    if low == high:
        return f"{high:,}"
    return f"{low:,} to {high:,}" if low else f"up to {high:,}"


def tell_sources(claim: Claim, publisher: str | None) -> str:
    """According to whom, on one line, outermost first; the publisher where nobody is quoted."""
    return " quoting ".join(name_sources(claim)) or tell_publisher(publisher)


def tell_status(count_reports: int, count_claims: int, count_refused: int) -> str:
    """
    The last line of a run.

        >>> tell_status(1, 2, 0), tell_status(12, 214, 1)
        ('1 report, 2 claims', '12 reports, 214 claims, 1 refused')
    """
    parts = [_count(count_reports, "report"), _count(count_claims, "claim")]
    return ", ".join([*parts, f"{count_refused:,} refused"] if count_refused else parts)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
