"""
The latest claims of each kind about places or actors, as known on a day: by row number, never more than asked for.

What holds on a day is decided by the newest claims of each kind, so nothing else is read. Where many claims are about
the place or actor, as about a country, only the newest of them are ranked, and the answer says so.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from ..records import Record
from .codec import escape, unescape
from .near import Near, find_near, near_rows

if TYPE_CHECKING:
    from .database import Database

FEW = 20_000
"""Up to so many claims about a subject are all ranked."""
FEWEST = 300
"""Up to so many are all taken, so that nothing is left out where nothing need be."""
NEWEST = 5_000
"""Of more than that, so many of the newest, by each way in which a claim may be about it."""

KM_OF_A_DEGREE = 110.5
"""Of latitude, at the least."""
COARSE = ("adm1", "country", "region")
Params = list[Any]


class Subject(Record, frozen=True, kw_only=True):
    """What the claims are about: any of these. Names are as the records have them."""

    place_ids: tuple[int, ...] = ()
    unlisted: tuple[tuple[str, str], ...] = ()
    """Name and country of a place that no gazetteer has."""
    provinces: tuple[tuple[str, str], ...] = ()
    """Country and name of the unit of the first level."""
    countries: tuple[str, ...] = ()
    near: tuple[float, float, float] | None = None
    actors: tuple[str, ...] = ()


class Latest(NamedTuple):
    """Row numbers of claims; whether they are all there are; how many others were only reported later, if counted."""

    ns: list[int]
    complete: bool
    later: int | None


def latest_claims(
    db: Database, subject: Subject, on: dt.date, *, per_kind: int, twice: tuple[str, ...] = (), undated: bool = False
) -> Latest:
    """
    The newest claims about `subject` that are said to be actual, up to `per_kind` of each kind, and twice as many of
    the kinds `twice`; and of all that are planned, possible, denied and so on, twice as many.

    Only of reports published by `on`; with `undated` also of those of which that is not known.
    """
    parts, params = _parts(db, subject)
    if not parts:
        return Latest([], True, 0)
    size = db.one(f"SELECT count(*) FROM (SELECT 1 FROM ({_all(parts)}) AS about LIMIT {FEW + 1}) AS counted", params)
    few = size is not None and size[0] <= FEW
    if not few:
        parts, params = _newest_parts(db, subject, on)
    elif size is not None and size[0] <= FEWEST:
        per_kind = FEWEST
    some = " UNION ".join(parts)
    known, day = _published(on, undated)
    ranked = (
        "SELECT c.n AS n, CASE WHEN c.status <> 'actual' OR c.kind IN "
        f"({_marks(twice) or 'NULL'}) THEN 2 ELSE 1 END AS share, row_number() OVER "
        "(PARTITION BY CASE WHEN c.status = 'actual' THEN c.kind ELSE '' END ORDER BY c.found_day DESC, c.n DESC) "
        f"AS place FROM ({some}) AS about JOIN claims AS c ON c.n = about.n "
        f"JOIN reports AS r ON r.n = c.report_n WHERE c.current = 1 AND {known}"
    )
    first = f"SELECT n, place <= share * ? FROM ({ranked}) AS ranked WHERE place <= share * ? + 1"
    rows = db.rows(first, [per_kind, *twice, *params, *day, per_kind])
    ns = [n for n, wanted in rows if wanted]
    return Latest(ns, few and len(ns) == len(rows), _count_later(db, some, params, on) if few else None)


def _count_later(db: Database, some: str, params: Params, on: dt.date) -> int:
    sql = (
        f"SELECT count(*) FROM ({some}) AS about JOIN claims AS c ON c.n = about.n "
        "JOIN reports AS r ON r.n = c.report_n WHERE c.current = 1 AND r.published_day > ?"
    )
    row = db.one(sql, [*params, on.toordinal()])
    return row[0] if row else 0


def latest_nearby(
    db: Database, lat: float, lon: float, km: float, since: dt.date, on: dt.date, *, most: int
) -> list[int]:
    """The newest claims of `since` to `on` within a box around the point that holds the circle, newest first."""
    sql = (
        "SELECT c.n FROM claims AS c JOIN reports AS r ON r.n = c.report_n WHERE c.found_day BETWEEN ? AND ? "
        f"AND c.current = 1 AND c.status = 'actual' AND {_BOX} "
        f"AND {_is_point('c')} AND r.published_day <= ? "
        "ORDER BY c.found_day DESC, c.n DESC LIMIT ?"
    )
    days = [since.toordinal(), on.toordinal()]
    return [n for (n,) in db.rows(sql, [*days, *_box(lat, lon, km), *COARSE, on.toordinal(), most])]


class Area(NamedTuple):
    """A country by code and name, and a province of it."""

    country: str
    country_name: str
    admin1: str | None


def latest_around(db: Database, area: Area, since: dt.date, on: dt.date, *, most: int) -> list[int]:
    """The newest claims of `since` to `on` that are known only to the country, to a part of it, or to the province."""
    sql, params = _around(area, since, on)
    return [n for (n,) in db.rows(f"SELECT c.n {sql} ORDER BY c.found_day DESC, c.n DESC LIMIT ?", [*params, most])]


def count_around(db: Database, area: Area, since: dt.date, on: dt.date) -> dict[tuple[str, str], int]:
    """How many claims there are as `latest_around` finds them, by `country` or `adm1`, and kind."""
    sql, params = _around(area, since, on)
    level = "CASE WHEN c.precision = 'adm1' THEN 'adm1' ELSE 'country' END"
    rows = db.rows(f"SELECT {level}, c.kind, count(*) {sql} GROUP BY 1, 2", params)
    return {(level, unescape(kind)): number for level, kind, number in rows}


def _around(area: Area, since: dt.date, on: dt.date) -> tuple[str, Params]:
    sql = (
        "FROM claims AS c JOIN reports AS r ON r.n = c.report_n WHERE c.found_day BETWEEN ? AND ? "
        "AND c.country = ? AND c.current = 1 AND c.status = 'actual' AND c.review <> 'rejected' "
        "AND r.published_day <= ? "
        "AND (c.precision = 'country' OR (c.precision = 'part' AND c.place = ?) "
        "OR (c.precision = 'adm1' AND c.admin1 = ?))"
    )
    names = [escape(area.country_name), escape(area.admin1 or "")]
    return sql, [since.toordinal(), on.toordinal(), escape(area.country), on.toordinal(), *names]


def count_about(db: Database, subject: Subject, *, most: int) -> int:
    """How many claims are about `subject`, counted up to `most`."""
    parts, params = _parts(db, subject)
    if not parts:
        return 0
    row = db.one(f"SELECT count(*) FROM (SELECT 1 FROM ({_all(parts)}) AS about LIMIT {most}) AS counted", params)
    return row[0] if row else 0


def places_within(
    db: Database, lat: float, lon: float, km: float, *, most: int = 2_000
) -> list[tuple[str, float, float]]:
    """Names and points of places within the radius that claims name, of up to `most` claims."""
    near, params = near_rows(find_near(db, lat, lon, km))
    sql = (
        f"SELECT DISTINCT p.place, p.lat, p.lon FROM (SELECT n FROM ({near}) AS q LIMIT ?) AS named "
        f"JOIN claims AS p ON p.n = named.n WHERE {_is_point('p')} AND p.place IS NOT NULL"
    )
    return [(unescape(name), y, x) for name, y, x in db.rows(sql, [*params, most, *COARSE])]


def _parts(db: Database, subject: Subject) -> tuple[list[str], Params]:
    """For each way of being about `subject` the SQL of the numbers of its claims."""
    parts: list[str] = []
    params: Params = []

    def add(sql: str, values: Iterable[Any]) -> None:
        parts.append(sql)
        params.extend(values)

    if subject.place_ids:
        add(f"SELECT n FROM claims WHERE place_id IN ({_marks(subject.place_ids)})", subject.place_ids)
    for name, country in subject.unlisted:
        sql = "SELECT n FROM claims WHERE place = ? AND place_id IS NULL AND country = ?"
        add(sql, (escape(name), escape(country)))
    for country, admin1 in subject.provinces:
        add("SELECT n FROM claims WHERE country = ? AND admin1 = ?", (escape(country), escape(admin1)))
    if subject.countries:
        add(f"SELECT n FROM claims WHERE country IN ({_marks(subject.countries)})", map(escape, subject.countries))
    if subject.near is not None:
        add(*_near_part(find_near(db, *subject.near)))
    if subject.actors:
        sql = f"SELECT claim_n AS n FROM claim_actors WHERE actor_id IN ({_marks(subject.actors)})"
        add(sql, map(escape, subject.actors))
    return parts, params


def _newest_parts(db: Database, subject: Subject, on: dt.date) -> tuple[list[str], Params]:
    """As `_parts`, of each the newest by `on`: along an index of days, so that the rest is not looked at."""
    parts: list[str] = []
    params: Params = []

    def add(condition: str, values: Iterable[Any]) -> None:
        newest = f"{condition} AND c.found_day <= ? ORDER BY c.found_day DESC LIMIT {NEWEST}"
        parts.append(f"SELECT n FROM (SELECT c.n AS n FROM claims AS c WHERE {newest}) AS newest{len(parts)}")
        params.extend([*values, on.toordinal()])

    for id in subject.place_ids:
        add("c.place_id = ?", [id])
    for country, admin1 in subject.provinces:
        add("c.country = ? AND c.admin1 = ?", [escape(country), escape(admin1)])
    for country in subject.countries:
        # Not by the index of countries, whose days are sorted within each province only.
        add("COALESCE(c.country, '') = ?", [escape(country)])
    for name, country in subject.unlisted:
        add("c.place = ? AND c.place_id IS NULL AND c.country = ?", [escape(name), escape(country)])
    if subject.near is not None:
        near = find_near(db, *subject.near)
        rows, values = near_rows(near)
        size = db.one(f"SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS q LIMIT {3 * FEW + 1}) AS counted", values)
        if size is not None and size[0] <= 3 * FEW:
            sql, values = _near_part(near)
            parts.append(sql)
            params.extend(values)
        else:
            # Nearly all of a city's claims were found by its id; of its sites without one, those of a year will do.
            days = "c.found_day >= ? AND COALESCE(c.place_id, 0) NOT IN"
            condition = f"{days} ({_marks(subject.place_ids) or 'NULL'}) AND {_BOX} AND {_is_point('c')}"
            add(condition, [on.toordinal() - 366, *subject.place_ids, *_box(*subject.near), *COARSE])
    if subject.actors:
        ids = _marks(subject.actors)
        acts = f"EXISTS (SELECT 1 FROM claim_actors AS a WHERE a.claim_n = c.n AND a.actor_id IN ({ids}))"
        add(acts, map(escape, subject.actors))
    return parts, params


def _near_part(near: Near) -> tuple[str, Params]:
    """
    The SQL of the numbers of claims that lie in `near`.

    The middle of a province may lie in its chief town, which what is told of the province says nothing about.
    """
    rows, params = near_rows(near)
    sql = f"SELECT p.n FROM ({rows}) AS q JOIN claims AS p ON p.n = q.n WHERE {_is_point('p')}"
    return sql, [*params, *COARSE]


def _is_point(table: str) -> str:
    return f"{table}.precision NOT IN ({_marks(COARSE)})"


_BOX = "c.lat BETWEEN ? AND ? AND c.lon BETWEEN ? AND ?"


def _box(lat: float, lon: float, km: float) -> list[float]:
    """South, north, west and east of a box that holds the circle."""
    up = km / KM_OF_A_DEGREE
    across = min(180.0, km / max(1.0, KM_OF_A_DEGREE * math.cos(math.radians(min(89.0, abs(lat) + up)))))
    return [lat - up, lat + up, lon - across, lon + across]


def _published(on: dt.date, undated: bool) -> tuple[str, list[int]]:
    """
    The condition on the report `r`, whose day in the index is the last one that its date may mean.

    With `undated` one without a date counts, and one of the year of `on` that is dated by month or year alone;
    whoever shows them looks at the date itself.
    """
    if not undated:
        return "r.published_day <= ?", [on.toordinal()]
    vague = "(length(r.published) < 10 AND r.published_day <= ?)"
    days = [on.toordinal(), dt.date(on.year, 12, 31).toordinal()]
    return f"(r.published_day <= ? OR r.published_day IS NULL OR {vague})", days


def _all(parts: list[str]) -> str:
    """The parts one after the other, so that counting can stop; a claim may come twice."""
    return " UNION ALL ".join(parts)


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
