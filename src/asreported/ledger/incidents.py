"""
Incidents as the rows of claims have them: which ones claims are of, how large they are, where an old one's claims went.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from .codec import escape, unescape
from .links import was_incident

if TYPE_CHECKING:
    from .database import Database

T = TypeVar("T")
AT_ONCE = 5_000
"""Values bound in one statement."""


class Size(NamedTuple):
    """How much is told of an incident: reports (near-copies are several), claims, and the newest day of a claim."""

    id: str
    reports: int
    claims: int
    newest: int


def incidents_of(db: Database, numbers: Sequence[int]) -> list[str]:
    """The incidents of the claims `numbers`, each once, in the order of the numbers."""
    found: dict[int, str] = {}
    for some in _parts(numbers):
        sql = f"SELECT n, incident FROM claims WHERE incident IS NOT NULL AND n IN ({_marks(some)})"
        found |= dict(db.rows(sql, some))
    return [unescape(id) for id in dict.fromkeys(found[n] for n in numbers if n in found)]


def size_incidents(db: Database, ids: Sequence[str]) -> list[Size]:
    """The sizes of the incidents `ids`, in their order; those that no claim is in any more are left out."""
    found: dict[str, Size] = {}
    for some in _parts(ids):
        sql = (
            "SELECT incident, count(DISTINCT report_n), count(*), max(coalesce(found_day, 0)) FROM claims "
            f"WHERE current = 1 AND incident IN ({_marks(some)}) GROUP BY incident"
        )
        for id, reports, claims, newest in db.rows(sql, [escape(id) for id in some]):
            found[unescape(id)] = Size(unescape(id), reports, claims, newest)
    return [found[id] for id in ids if id in found]


def claims_of(db: Database, ids: Sequence[str], *, most: int) -> list[int]:
    """The numbers of the claims of the incidents, in the order in which they came, up to `most` of each."""
    numbers: list[int] = []
    for some in _parts(ids):
        sql = (
            "SELECT n FROM (SELECT n, row_number() OVER (PARTITION BY incident ORDER BY n) AS place FROM claims "
            f"WHERE current = 1 AND incident IN ({_marks(some)})) AS placed WHERE place <= ? ORDER BY n"
        )
        numbers += [n for (n,) in db.rows(sql, [*map(escape, some), most])]
    return numbers


def unlinked_beside(db: Database, numbers: Sequence[int]) -> list[list[int]]:
    """
    The claims that are in no incident, of those reports that have such claims among `numbers`, report by report.

    Within a report these may tell of one incident by its own labels, so that one of them is not the whole of it.
    """
    found: dict[int, set[int]] = {}
    for some in _parts(numbers):
        sql = (
            "SELECT report_n, n FROM claims WHERE current = 1 AND incident IS NULL AND report_n IN "
            f"(SELECT report_n FROM claims WHERE incident IS NULL AND n IN ({_marks(some)}))"
        )
        for report, n in db.rows(sql, some):
            found.setdefault(report, set()).add(n)
    return [sorted(found[report]) for report in sorted(found)]


def reports_of(db: Database, numbers: Sequence[int]) -> list[list[int]]:
    """The claims `numbers` by their reports, the reports in the order in which they were added."""
    found: dict[int, list[int]] = defaultdict(list)
    for some in _parts(numbers):
        for report_n, n in db.rows(f"SELECT report_n, n FROM claims WHERE n IN ({_marks(some)}) ORDER BY n", some):
            found[report_n].append(n)
    return [found[report_n] for report_n in sorted(found)]


def find_successors(db: Database, id: str) -> dict[str, int] | None:
    """
    Where the claims that ever were in the incident `id` are now, with their number, the most first.

    '' stands for those in no incident. None where there never was such an incident.
    """
    if not was_incident(db, id):
        return None
    sql = (
        "SELECT coalesce(incident, ''), count(*) FROM claims WHERE current = 1 AND n IN "
        "(SELECT claim_n FROM links WHERE incident = ?) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {unescape(now): number for now, number in db.rows(sql, (escape(id),))}


def _parts(values: Sequence[T]) -> Iterator[list[T]]:
    for start in range(0, len(values), AT_ONCE):
        yield list(values[start : start + AT_ONCE])


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
