"""
How many claims about a place or actor are of reports that are not known to be published by a day.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .codec import unescape_some
from .latest import FEW, Subject, _parts, count_about

if TYPE_CHECKING:
    from .database import Database


def count_unknown_by(db: Database, subject: Subject, on: dt.date) -> dict[str | None, int] | None:
    """
    How many claims about `subject` there are by the date of their report, of reports that may be of after `on`: of
    later ones, of those without a date, and of those dated by a month or year that is not over.

    None where too many claims are about it to look at them all. Those that a person rejected are not among them.
    """
    if count_about(db, subject, most=FEW + 1) > FEW:
        return None
    parts, params = _parts(db, subject)
    if not parts:
        return {}
    # A date with more behind it than a day is none to whoever reads it, though the index has the day.
    sql = (
        f"SELECT r.published, count(*) FROM ({' UNION '.join(parts)}) AS about JOIN claims AS c ON c.n = about.n "
        "JOIN reports AS r ON r.n = c.report_n WHERE c.current = 1 AND c.review <> 'rejected' "
        "AND (r.published_day IS NULL OR r.published_day > ? OR length(r.published) > 10) GROUP BY r.published"
    )
    return {unescape_some(published): number for published, number in db.rows(sql, [*params, on.toordinal()])}
