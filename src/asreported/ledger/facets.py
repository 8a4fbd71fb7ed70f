"""What the claims that were found have in common: how many there are of each kind, actor, place, month and so on."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .codec import unescape
from .query import Facet

if TYPE_CHECKING:
    from .database import Database

SHOWN = 10
AT_ONCE = 5_000
"""Numbers bound in one statement; PostgreSQL takes 65,535 values, older SQLite 32,766."""

COLUMNS = {
    "kind": "kind",
    "status": "status",
    "review": "review",
    "place": "place",
    "country": "country",
    "source": "source",
    "source_type": "source_type",
    "publisher": "publisher",
    "month": "found_day",
}
NOTHING = "none"
"""Of claims that have no value."""

SPEAKERS = {"?": "someone unnamed", "": "the publisher"}


def count_facets(db: Database, numbers: Sequence[int], names: Iterable[str]) -> tuple[Facet, ...]:
    """The facets `names` of the claims `numbers`."""
    names = list(dict.fromkeys(names))
    columns = [name for name in names if name in COLUMNS]
    counters: dict[str, Counter[Any]] = {name: Counter() for name in names}
    for first in range(0, len(numbers), AT_ONCE):
        some = list(numbers[first : first + AT_ONCE])
        marks = ", ".join("?" * len(some))
        if columns:
            listed = ", ".join(COLUMNS[name] for name in columns)
            rows = db.rows(f"SELECT {listed} FROM claims WHERE n IN ({marks})", some)
            for name, values in zip(columns, zip(*rows, strict=True), strict=True):
                counters[name].update(values)
        if "actor" in counters:
            by = " INDEXED BY claim_actors_claim" if db.dialect == "sqlite" else ""
            sql = f"SELECT DISTINCT claim_n, actor_id FROM claim_actors{by} WHERE claim_n IN ({marks})"
            counters["actor"].update(id for _, id in db.rows(sql, some))
    if "month" in counters:
        days, counters["month"] = counters["month"], Counter()
        for day, count in days.items():
            counters["month"][_month(day)] += count
    return tuple(_facet(db, name, counters[name]) for name in names)


def _month(day: int | None) -> str | None:
    """`found_day` may lie past the calendar where a report names a day far ahead."""
    return dt.date.fromordinal(day).isoformat()[:7] if day and day <= dt.date.max.toordinal() else None


def _facet(db: Database, name: str, counter: Counter[Any]) -> Facet:
    # Ties are broken by the value, so that the same claims give the same answer.
    most = sorted(counter.items(), key=lambda item: (-item[1], str(item[0])))
    most = sorted(most[: 2 * SHOWN], key=lambda item: str(item[0])) if name == "month" else most[:SHOWN]
    values = [NOTHING if value is None else unescape(str(value)) for value, _ in most]
    labels = values
    if name == "actor":
        called = _actor_names(db, [value for value, _ in most])
        labels = [unescape(called.get(value, value)) for value, _ in most]
    if name == "source":
        labels = [SPEAKERS.get(value, value) for value in values]
    return Facet(
        name=name,
        counts=tuple(zip(values, (count for _, count in most), strict=True)),
        labels=tuple(labels),
        others=len(counter) - len(most),
    )


def _actor_names(db: Database, ids: Sequence[str]) -> dict[str, str]:
    if not ids:
        return {}
    return dict(db.rows(f"SELECT id, name FROM actors WHERE id IN ({', '.join('?' * len(ids))})", list(ids)))
