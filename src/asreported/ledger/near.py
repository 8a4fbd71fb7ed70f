"""
Claims within a radius of a point, as SQL: cells of one degree that lie within it as a whole, and the points of the
others that do. So every distance is the great circle's, though neither database needs to know how to take one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..resolve.gazetteer import point_distance

if TYPE_CHECKING:
    from .database import Database

EARTH_KM = 6371.0  # as in `point_distance`, by which the cells found here are checked
COARSE = ("adm1", "country", "region")
"""Precisions of a place whose point stands for an area too wide to be near anything."""

AT_ONCE = 400
"""Points or cells in one part of a statement; SQLite joins at most 500 parts."""

Params = list[Any]


class Near(NamedTuple):
    """Cells all of whose claims lie within the radius, and points (cell, latitude, longitude) of other cells."""

    cells: list[int]
    points: list[tuple[int, float, float]]


def find_near(db: Database, lat: float, lon: float, km: float) -> Near:
    """The cells and the points of claims within `km` of the point."""
    inside: list[int] = []
    border: list[int] = []
    occurring = _occurring(db)
    for row, column in _cells(lat, lon, km):
        if (cell := (row + 90) * 360 + column + 180) in occurring:
            (inside if _is_inside(row, column, lat, lon, km) else border).append(cell)
    points: list[tuple[int, float, float]] = []
    for cell in border:
        all_points = list(_points(db, cell))
        close = [(cell, y, x) for y, x in all_points if point_distance(lat, lon, y, x) <= km]
        if len(close) < len(all_points):
            points += close
        elif close:
            inside.append(cell)
    return Near(inside, sorted(points))


def _occurring(db: Database) -> set[int]:
    """The cells that hold claims, from one to the next along the index."""
    sql = (
        "WITH RECURSIVE seen (cell) AS (SELECT min(cell) FROM claims UNION ALL "
        "SELECT (SELECT min(cell) FROM claims WHERE cell > seen.cell) FROM seen WHERE seen.cell IS NOT NULL) "
        "SELECT cell FROM seen WHERE cell IS NOT NULL"
    )
    return {cell for (cell,) in db.rows(sql)}


def _points(db: Database, cell: int) -> Iterator[tuple[float, float]]:
    """
    The points of a cell that occur, from one to the next along the index: a town has thousands of claims at one.

    First along the parallel, then to the next one: asked for both at once, SQLite goes through all claims of the town.
    """
    along = "SELECT lat, lon FROM claims WHERE cell = ? AND lat = ? AND lon > ? ORDER BY lon LIMIT 1"
    onward = "SELECT lat, lon FROM claims WHERE cell = ? AND lat > ? ORDER BY lat, lon LIMIT 1"
    point = db.one(onward, (cell, -91.0))
    while point:
        yield point[0], point[1]
        point = db.one(along, (cell, *point)) or db.one(onward, (cell, point[0]))


def near_rows(near: Near, coarse: bool | None = None) -> tuple[str, Params]:
    """
    The SQL of the numbers of claims that lie in `near`, for as many points as there may be.

    `coarse`: only those known to an area of `COARSE` (True), only the others (False), or all.
    """
    parts: list[str] = []
    params: Params = []
    only = _precise(coarse, "q")
    for first in range(0, len(near.points), AT_ONCE):
        some = near.points[first : first + AT_ONCE]
        values = ", ".join(["(?, ?, ?)"] * len(some))
        parts.append(
            f"SELECT q.n FROM (VALUES {values}) AS p JOIN claims AS q "
            f"ON q.cell = p.column1 AND q.lat = p.column2 AND q.lon = p.column3{only}"
        )
        params += [value for point in some for value in point]
    for first in range(0, len(near.cells), AT_ONCE):
        cells = near.cells[first : first + AT_ONCE]
        parts.append(f"SELECT q.n FROM claims AS q WHERE q.cell IN ({', '.join('?' * len(cells))}){only}")
        params += cells
    return " UNION ALL ".join(parts) or "SELECT q.n FROM claims AS q WHERE 1 = 0", params


def near_check(near: Near, coarse: bool | None = None) -> tuple[str, Params]:
    """The same as a condition on `claims AS c`; empty where there are too many points to go through."""
    if len(near.points) + len(near.cells) > AT_ONCE:
        return "", []
    tests: list[str] = []
    params: Params = [*near.cells]
    if near.cells:
        tests.append(f"c.cell IN ({', '.join('?' * len(near.cells))})")
    if near.points:
        # The cell first, which is quickly compared: most claims are in none of these.
        cells = sorted({cell for cell, _, _ in near.points})
        tests.append(
            f"c.cell IN ({', '.join('?' * len(cells))}) "
            f"AND (c.lat, c.lon) IN (VALUES {', '.join(['(?, ?)'] * len(near.points))})"
        )
        params += [*cells, *(value for point in near.points for value in point[1:])]
    return f"({' OR '.join(tests) or '1 = 0'}){_precise(coarse, 'c')}", params


def _precise(coarse: bool | None, row: str) -> str:
    if coarse is None:
        return ""
    listed = ", ".join(f"'{precision}'" for precision in COARSE)
    if coarse:
        return f" AND {row}.precision IN ({listed})"
    return f" AND ({row}.precision IS NULL OR {row}.precision NOT IN ({listed}))"


def _cells(lat: float, lon: float, km: float) -> Iterator[tuple[int, int]]:
    """
    Rows and columns of the cells that the circle may touch.

    Column 180 holds the points on the 180th meridian that are written as 180, row 90 the pole.
    """
    angle = km / EARTH_KM + 1e-9
    up = math.degrees(angle)
    if abs(lat) + up >= 90:
        columns = set(range(-180, 181))
    else:
        across = math.degrees(math.asin(min(1.0, math.sin(angle) / math.cos(math.radians(lat)))))
        wanted = range(math.floor(lon - across), math.floor(lon + across) + 1)
        columns = {(column + 180) % 360 - 180 for column in wanted}
        if columns & {-180, 179}:
            columns |= {-180, 180}
    for row in range(max(-90, math.floor(lat - up)), min(90, math.floor(lat + up)) + 1):
        yield from ((row, column) for column in sorted(columns))


def _is_inside(row: int, column: int, lat: float, lon: float, km: float) -> bool:
    """
    Whether all of the cell is within the radius: its corners are, and a circle of 2,000 km does not bend in between.

    The first and the last column share a number (see `index.cell`), so their points are looked at one by one.
    """
    if not -180 < column < 179:
        return False
    corners = ((y, x) for y in (row, min(row + 1, 90)) for x in (column, column + 1))
    return all(point_distance(lat, lon, y, x) < km - 0.001 for y, x in corners)
