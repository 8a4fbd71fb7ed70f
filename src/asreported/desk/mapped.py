"""
The claims of a filter as columns for the map: places once each, claims as numbers into them; and their days, counted.

Taken from the index of claims alone, since to decode ten thousand claims would take a second. Only the radius of a
place is not in it: that is the gazetteer's, or is read from one claim of each place that the gazetteer has none for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..codebook import STATUSES, kinds
from ..ledger.codec import unescape, unescape_some
from ..ledger.conditions import Condition, write_conditions
from ..ledger.find import SECONDS
from ..ledger.matching import Matcher
from ..ledger.query import MOST, Query
from ..ledger.store import Ledger
from ..resolve.gazetteer import countries
from .filters import REVIEWS
from .towns import radius_of

if TYPE_CHECKING:
    from ..ledger.database import Database, Row

AT_ONCE = 5_000
"""Numbers bound in one statement."""
COLUMNS = (
    "n, report_n, id, kind, status, review, day_from, day_to, found_day, lat, lon, precision, place_id, place, admin1, "
    "country"
)
SHAPES = {
    "exact": "point", "near": "point", "adm2": "area", "adm1": "area", "region": "area", "part": "area",
    "border": "line", "line": "line", "sea": "line", "country": "country",
}  # fmt: skip
"""Precision of a place → how it is drawn: never as a point where the report names something wider."""
RADII = {"adm2": 25, "adm1": 60, "region": 150, "part": 30, "border": 30, "line": 30, "sea": 100}
"""Kilometres, where neither the gazetteer nor the claim has any."""
MOST_LOOKED_AT = 200
"""Places whose radius is read from a claim, in one answer."""
KEPT_RADII = 20_000

KINDS = tuple(kind.key for kind in kinds())


class MapPlace(msgspec.Struct, frozen=True):
    """A place as the claims at it have it."""

    name: str
    admin1: str | None
    country: str | None
    country_name: str | None
    precision: str
    shape: str
    """point, area, line, country, or none: known by a name that has no point."""
    lat: float | None
    lon: float | None
    radius_km: float | None
    id: int | None


class Columns(msgspec.Struct):
    """One value a claim, the newest claim first; days are proleptic ordinals, open sides 0 and 4000000."""

    report: list[int] = []
    id: list[str] = []
    kind: list[int] = []
    status: list[int] = []
    review: list[int] = []
    place: list[int] = []
    """-1: the claim has no place."""
    day_from: list[int | None] = []
    day_to: list[int | None] = []
    day: list[int | None] = []
    """What the claim is counted under: its last day if that is closed, else the day of publication."""


class Mapped(msgspec.Struct):
    """The answer of /api/map."""

    total: int
    more: bool
    """There are more claims than these, older ones."""
    kinds: tuple[str, ...]
    statuses: tuple[str, ...]
    reviews: tuple[str, ...]
    places: list[MapPlace]
    reports: list[str]
    claims: Columns
    people: dict[int, tuple[float | None, float | None]]
    """Claim, by its place in the columns → bounds of its largest figure of people; null is an open side."""


def map_claims(ledger: Ledger, query: Query) -> Mapped:
    """The newest `MOST` claims that `query` finds, for the map. Raises: LedgerError."""
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        matches = Matcher(db).find(write_conditions(db, query).conditions, "newest", MOST + 1, earlier=query.earlier)
        numbers = matches.numbers[:MOST]
        rows = {row[0]: row for row in _rows(db, COLUMNS, "claims WHERE n", numbers)}
        ordered = [rows[n] for n in numbers]
        reports = {row[1] for row in ordered}
        keys: dict[int, str] = dict(_rows(db, "n, key", "reports WHERE n", sorted(reports)))
        figures = _people(db, numbers)
    places, place_of = _places(ledger, ordered)
    report_of = {n: i for i, n in enumerate(keys)}
    kind_of, status_of, review_of = (_positions(values) for values in (KINDS, STATUSES, REVIEWS))
    columns = Columns()
    for row, place in zip(ordered, place_of, strict=True):
        _, report_n, id, kind, status, review, day_from, day_to, found_day, *_ = row
        columns.report.append(report_of[report_n])
        columns.id.append(unescape(id))
        columns.kind.append(kind_of.get(kind, -1))
        columns.status.append(status_of.get(status, -1))
        columns.review.append(review_of.get(review, -1))
        columns.place.append(place)
        columns.day_from.append(day_from)
        columns.day_to.append(day_to)
        columns.day.append(found_day)
    return Mapped(
        total=len(numbers),
        more=len(matches.numbers) > MOST or not matches.whole,
        kinds=KINDS,
        statuses=tuple(STATUSES),
        reviews=REVIEWS,
        places=places,
        reports=list(keys.values()),
        claims=columns,
        people={i: figures[n] for i, n in enumerate(numbers) if n in figures},
    )


def _positions(values: Sequence[str]) -> dict[str, int]:
    return {value: i for i, value in enumerate(values)}


def _rows(db: Database, columns: str, test: str, numbers: Sequence[int]) -> Iterator[Row]:
    """Rows of a table whose number, named last in `test`, is one of `numbers`."""
    for first in range(0, len(numbers), AT_ONCE):
        some = list(numbers[first : first + AT_ONCE])
        yield from db.rows(f"SELECT {columns} FROM {test} IN ({', '.join('?' * len(some))})", some)  # noqa: S608


def _people(db: Database, numbers: Sequence[int]) -> dict[int, tuple[float | None, float | None]]:
    """Bounds of the largest figure of people of each claim that has one, the largest by its lower bound."""
    found: dict[int, tuple[float | None, float | None]] = {}
    for n, low, high in _rows(db, "claim_n, low, high", "claim_figures WHERE unit = 'people' AND claim_n", numbers):
        if low is None and high is None:
            continue  # "many"
        if n not in found or _size(low, high) > _size(*found[n]):
            found[n] = (low, high)
    return found


def _size(low: float | None, high: float | None) -> tuple[float, float]:
    return low or 0.0, high or 0.0


# ---- places ------------------------------------------------------------------------------


class _Where(NamedTuple):
    """What tells places apart: the columns of `claims` from `lat` on."""

    lat: float | None
    lon: float | None
    precision: str | None
    place_id: int | None
    place: str | None
    admin1: str | None
    country: str | None


def _places(ledger: Ledger, rows: Sequence[Row]) -> tuple[list[MapPlace], list[int]]:
    """The places of `rows`, and for each row which of them it is at; -1 for none."""
    numbers: dict[_Where, int] = {}
    first_claims: list[int] = []
    place_of = []
    for row in rows:
        where = _Where(*row[9:])
        if where.place is None and where.country is None:
            place_of.append(-1)
            continue
        if where not in numbers:
            numbers[where] = len(numbers)
            first_claims.append(row[0])
        place_of.append(numbers[where])
    radii = _radii(ledger, list(numbers), first_claims)
    return [_place(where, radius) for where, radius in zip(numbers, radii, strict=True)], place_of


def _place(where: _Where, radius: float | None) -> MapPlace:
    shape = SHAPES.get(where.precision or "", "none")
    if where.lat is None and shape != "country":
        shape = "none"
    country = unescape_some(where.country)
    known = countries().get(country or "")
    return MapPlace(
        name=unescape_some(where.place) or (known.name if known else country) or "",
        admin1=unescape_some(where.admin1),
        country=country,
        country_name=known.name if known else country,
        precision=where.precision or "",
        shape=shape,
        lat=where.lat,
        lon=where.lon,
        radius_km=radius,
        id=where.place_id,
    )


_read_radii: dict[_Where, float | None] = {}


def _radii(ledger: Ledger, places: Sequence[_Where], first_claims: Sequence[int]) -> list[float | None]:
    """How far from its point each place may reach; None for points and countries, whose shape says it."""
    found: list[float | None] = []
    unread: dict[int, int] = {}
    for i, (where, claim) in enumerate(zip(places, first_claims, strict=True)):
        if SHAPES.get(where.precision or "") not in ("area", "line") or where.lat is None:
            found.append(None)
            continue
        # Of a part of a province the gazetteer knows the province alone.
        named = where.precision in ("adm1", "adm2", "region") and where.place_id is not None
        radius: float | None = radius_of(where.place_id) if named and where.place_id is not None else None
        radius = radius or _read_radii.get(where)
        if radius is None and where not in _read_radii and len(unread) < MOST_LOOKED_AT:
            unread[i] = claim
        found.append(radius or RADII[where.precision or "region"])
    for i, kept in zip(unread, ledger.kept(list(unread.values())), strict=True):
        told = kept.claim.where
        same = told is not None and (told.lat, told.lon) == (places[i].lat, places[i].lon)
        if len(_read_radii) >= KEPT_RADII:
            _read_radii.clear()
        _read_radii[places[i]] = told.radius_km if told and same else None
        found[i] = _read_radii[places[i]] or found[i]
    return found


# ---- days --------------------------------------------------------------------------------


class Timeline(msgspec.Struct):
    """The answer of /api/timeline: how many claims stand at each day, and how many of them tell of what happened."""

    total: int
    days: list[tuple[int, int, int]]
    """Day as a proleptic ordinal, claims, claims of status actual; in the order of the days."""
    without_day: int


def count_days(ledger: Ledger, query: Query) -> Timeline:
    """
    The claims of `query`, however many, by the day that they are counted under.

    Raises: LedgerError.
    """
    db = ledger.database.read_only(SECONDS)
    with db.snapshot():
        conditions = write_conditions(db, query).conditions
        matches = Matcher(db).find(conditions, "newest", MOST + 1, earlier=query.earlier)
        if matches.whole and len(matches.numbers) <= MOST:
            rows = _count(_rows(db, "found_day, status", "claims WHERE n", matches.numbers))
        else:
            rows = _count_all(db, conditions, query.earlier)
    dated = sorted((day, number, actual) for day, number, actual in rows if day is not None)
    return Timeline(
        total=sum(number for _, number, _ in rows),
        days=dated,
        without_day=sum(number for day, number, _ in rows if day is None),
    )


def _count(rows: Iterable[Row]) -> list[Any]:
    counted: dict[int | None, list[int]] = {}
    for day, status in rows:
        numbers = counted.setdefault(day, [0, 0])
        numbers[0] += 1
        numbers[1] += status == "actual"
    return [(day, *numbers) for day, numbers in counted.items()]


def _count_all(db: Database, conditions: Sequence[Condition], earlier: bool) -> list[Any]:
    """Along the index of days, which holds what most filters ask for."""
    tests = [] if earlier else ["c.current = 1"]
    params: list[Any] = []
    for one in conditions:
        tests.append(one.check or f"+c.n {'NOT IN' if one.inverted else 'IN'} ({one.rows})")
        params += one.checked if one.check else one.params
    by = " INDEXED BY claims_found" if db.dialect == "sqlite" else ""
    counts = "count(*), sum(CASE WHEN c.status = 'actual' THEN 1 ELSE 0 END)"
    where = " AND ".join(tests) or "1 = 1"
    # Conditions of our own, with every value bound.
    sql = f"SELECT c.found_day, {counts} FROM claims AS c{by} WHERE {where} GROUP BY c.found_day"  # noqa: S608
    return db.rows(sql, params)
