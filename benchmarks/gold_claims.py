"""
Gold annotation as claims: what the ledger would keep if reading were perfect, so that linking and comparing can be
measured on their own.

Triggers, roles, sources and status are the gold's; days, places and numbers are the gold's values where it gives any
and absent where it gives none. A gold place ("Mosul, Nineveh, Iraq") gets its point from the gazetteer. Actors and
sources are what our resolvers make of the gold's words, since the gold has no ids of actors.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from asreported.assemble import assemble, claim_id
from asreported.pipeline import resolve
from asreported.records import Claim, Figure, Reading, Report, When, Where
from asreported.resolve.gazetteer import Gazetteer, Place, countries, load_gazetteer
from dates import edge
from gold import GoldReport, read_gold
from places import same


def read_gold_claims(folder: Path) -> Iterator[tuple[Reading, list[str | None]]]:
    """Each gold report of `folder` as a reading, and the incident label of each of its claims, in their order."""
    gazetteer = load_gazetteer()
    for gold in read_gold(folder):
        yield reading_of(gold, gazetteer), [c["incident"] for c in gold.claims]


def reading_of(gold: GoldReport, gazetteer: Gazetteer) -> Reading:
    """The gold claims of a report, in the order of its annotation."""
    values = resolve(gold.report, gold.annotation, gazetteer)
    claims = assemble(gold.report, gold.annotation, values)
    given = [_given(gold.report, c, g, gazetteer) for c, g in zip(claims, gold.claims, strict=True)]
    return Reading(report=gold.report, claims=tuple(given))


def _given(report: Report, claim: Claim, gold: dict[str, Any], gazetteer: Gazetteer) -> Claim:
    changed = msgspec.structs.replace(
        claim,
        when=_when(gold["when"]),
        where=_where(gold["where"], claim.where, gazetteer),
        figures=_figures(claim.figures, gold["n"]),
    )
    return msgspec.structs.replace(changed, id=claim_id(report, changed))


def _when(text: str | None) -> When | None:
    if text is None:
        return None
    start, _, end = text.partition("/")
    first = None if start == ".." else dt.date.fromordinal(edge(start, end=False))
    last = None if (end or start) == ".." else dt.date.fromordinal(edge(end or start, end=True))
    return When(start=first, end=last, text=text, span=None, basis="explicit", rule="gold")


def _figures(figures: tuple[Figure, ...], gold: list[list[float | None]] | None) -> tuple[Figure, ...]:
    """The figures with the gold's bounds, where there are as many of each; else as resolved."""
    pairs = gold if gold is not None else []
    if len(pairs) != len(figures):
        return figures
    return tuple(
        msgspec.structs.replace(figure, low=low, high=high) for figure, (low, high) in zip(figures, pairs, strict=True)
    )


def _where(gold: str | None, resolved: Where | None, gazetteer: Gazetteer) -> Where | None:
    if gold is None:
        return None
    if resolved is not None and same(gold, resolved):
        return resolved
    parts = [part.strip() for part in gold.split(",")]
    country = next((c.iso2 for c in countries().values() if parts[-1] in (c.name, *c.aliases)), None)
    for place in (_look_up(part, country, gazetteer) for part in parts):
        if place is not None:
            return _at(parts[0], place, gold)
    return Where(
        name=parts[0],
        admin1=parts[-2] if len(parts) > 2 else None,
        country=country,
        country_name=parts[-1],
        lat=None,
        lon=None,
        gazetteer_id=None,
        precision="region",
        text=gold,
        span=None,
        rule="gold",
    )


def _look_up(name: str, country: str | None, gazetteer: Gazetteer) -> Place | None:
    found = [
        m.place for m in gazetteer.look_up(name) if country is None or country in (m.place.country, *m.place.countries)
    ]
    return found[0] if found else None


def _at(name: str, place: Place, gold: str) -> Where:
    precision = {"country": "country", "adm1": "adm1", "adm2": "adm2", "region": "region", "sea": "sea"}
    return Where(
        name=name,
        admin1=place.admin1,
        country=place.country,
        country_name=countries()[place.country].name if place.country in countries() else None,
        lat=place.lat,
        lon=place.lon,
        gazetteer_id=place.id if name in (place.name, *place.names) else None,
        precision=precision.get(place.level, "exact"),
        radius_km=place.radius_km or None,
        text=gold,
        span=None,
        rule="gold",
    )
