"""
Claim → the rows by which it is found: days, place, source, actors, figures. Nothing here is a fact of its own.

Days are proleptic ordinals (`date.toordinal`); an open side of a period is 0 or `OPEN`. Strings are as both databases
can hold them (`codec.escape`).
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import NamedTuple

from ..records import Claim, Source, When
from .codec import escape, escape_some

OPEN = 4_000_000
MONTH, YEAR = 31, 366
_DATE_RE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?\Z")
_WORD_RE = re.compile(r"\w+")


class IndexRow(NamedTuple):
    """The columns of `claims` that come from the claim and its report alone, in the order of the table."""

    kind: str
    status: str
    confidence: float
    day_from: int | None
    day_to: int | None
    breadth: int
    found_day: int | None
    lat: float | None
    lon: float | None
    cell: int | None
    precision: str | None
    place_id: int | None
    place: str | None
    admin1: str | None
    country: str | None
    source: str
    source_type: str | None
    publisher: str | None


class ActorRow(NamedTuple):
    """An actor of a claim, and the part that he plays."""

    id: str
    name: str
    type: str | None
    country: str | None
    role: str


class FigureRow(NamedTuple):
    k: int
    low: float | None
    high: float | None
    unit: str
    of_role: str | None


def index_claim(claim: Claim, publisher: str | None, published_day: int | None) -> IndexRow:
    """The row of `claim` in a report of `publisher`."""
    day_from, day_to = period(claim.when)
    where = claim.where
    lat, lon = (where.lat, where.lon) if where else (None, None)
    source = claim.sources[-1] if claim.sources else None
    return IndexRow(
        kind=escape(claim.kind),
        status=escape(claim.status),
        confidence=claim.confidence,
        day_from=day_from,
        day_to=day_to,
        breadth=breadth(day_from, day_to),
        found_day=published_day if day_to is None or day_to == OPEN else day_to,
        lat=lat,
        lon=lon,
        cell=None if lat is None or lon is None else cell(lat, lon),
        precision=escape_some(where.precision) if where else None,
        place_id=where.gazetteer_id if where else None,
        place=escape_some(where.name) if where else None,
        admin1=escape_some(where.admin1) if where else None,
        country=escape_some(where.country) if where else None,
        source=escape(source_key(source)),
        source_type=escape_some(source.type) if source else None,
        publisher=escape_some(publisher),
    )


def index_actors(claim: Claim) -> list[ActorRow]:
    """Who plays a part in `claim`, each pair of actor and role once."""
    rows: dict[tuple[str, str], ActorRow] = {}
    for role in claim.roles:
        if entity := role.entity:
            rows.setdefault(
                (entity.id, role.role),
                ActorRow(
                    id=escape(entity.id),
                    name=escape(entity.name),
                    type=escape_some(entity.type),
                    country=escape_some(entity.country),
                    role=escape(role.role),
                ),
            )
    return list(rows.values())


def index_figures(claim: Claim) -> list[FigureRow]:
    return [
        FigureRow(k, _number(figure.low), _number(figure.high), escape(figure.unit), escape_some(figure.of))
        for k, figure in enumerate(claim.figures)
    ]


def _number(value: int | float | None) -> float | None:
    """As a double; an integer beyond all doubles is infinite, which searches for "more than" still find."""
    try:
        return None if value is None else float(value)
    except OverflowError:
        return math.inf if value and value > 0 else -math.inf


def period(when: When | None) -> tuple[int | None, int | None]:
    """
    The first and the last day, both None where nothing dates the claim.

        >>> from asreported.records import When
        >>> friday = dt.date(2017, 4, 28)
        >>> period(When(start=friday, end=None, text="since Friday", span=None, basis="explicit", rule="x"))
        (736447, 4000000)
    """
    if when is None or (when.start is None and when.end is None):
        return None, None
    return (when.start.toordinal() if when.start else 0), (when.end.toordinal() if when.end else OPEN)


def breadth(day_from: int | None, day_to: int | None) -> int:
    """0: at most a month, 1: at most a year, 2: longer or open, 3: undated."""
    if day_from is None or day_to is None:
        return 3
    days = day_to - day_from + 1
    return 0 if days <= MONTH else 1 if days <= YEAR else 2


def cell(lat: float, lon: float) -> int:
    """
    The cell of one degree that holds the point.

        >>> cell(36.3, 43.1), cell(-90.0, -180.0), cell(90.0, 180.0)
        (45583, 0, 65160)
    """
    return (math.floor(lat) + 90) * 360 + math.floor(lon) + 180


def source_key(source: Source | None) -> str:
    """
    By which sources are told apart: the folded name, else the folded words; `?` for an anonymous one, `` for none.

    None is the publisher, who speaks itself.
    """
    if source is None:
        return ""
    if source.anonymous:
        return "?"
    return fold_name(source.name or source.text or "") or "?"


def fold_name(name: str) -> str:
    """
    Letters and digits alone, without case and accents.

        >>> fold_name("The  Café-Owners’ Union")
        'the cafe owners union'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    return " ".join(_WORD_RE.findall(bare.casefold()))


def published_day(published: str | None) -> int | None:
    """
    The last day that `published` may mean: a report of 2017 is found with those of its end.

        >>> [dt.date.fromordinal(published_day(day) or 1).isoformat() for day in ("2017-04-28", "2017-02", "2017")]
        ['2017-04-28', '2017-02-28', '2017-12-31']
        >>> published_day("28 April") is None
        True
    """
    found = _DATE_RE.match(published or "")
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        if year and month and day:
            return dt.date(year, month, day).toordinal()
        month = month or 12
        return dt.date(year or 0, month, 1).toordinal() + _days_in(year or 0, month) - 1
    except ValueError:
        return None


def _days_in(year: int, month: int) -> int:
    following = dt.date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else dt.date(9999, 12, 31)
    days = (following - dt.date(year, month, 1)).days
    return days if (year, month) < (9999, 12) else 31
