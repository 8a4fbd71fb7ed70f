"""
CSV like UCDP's Georeferenced Event Dataset: its 49 columns, then ours.

An event is armed force by an organised actor against another or against civilians with at least one direct death told.
So rows need a named organised actor, deaths, a day within a year and a country; what lacks one is told as left out.
Air strikes, shelling and fighting that are not told to be aimed at civilians need a second organised actor: that
civilians died does not make them one-sided violence. Rules: docs/events.md.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ..compare.chains import innermost, name_source
from ..compare.questions import TALLY_DAYS
from ..compare.sides import can_be_one
from ..compare.tables import tables
from ..records import Kept, When, Where
from ..resolve.gazetteer import countries
from ..resolve.precision_codes import ucdp_where_prec
from ..resolve.time_codes import ucdp_date_prec, width
from .event_actors import Party, body_of, find_parties, is_government, ucdp_name
from .event_choice import choose_type
from .event_deaths import share_deaths
from .event_killed import estimate, killed_range
from .event_places import choose_when, choose_where, country_code, first_told, span_days
from .event_scenes import HARM
from .event_tables import country_rows, no_country
from .event_told import attest, join_most, our_columns, quote
from .event_types import Scene
from .events import CAUSES, Event, find_events, leave_out, why_not
from .formats import Context, Format, Row
from .source import Source
from .tables import write_rows
from .told import Told
from .ucdp_columns import CANNOT, COLUMNS

ABOVE_UCDP = 10**15
"""Ids of ours begin here."""
CELL = 0.5
CELLS_A_ROW = 720
FORCE = (*CAUSES, *HARM, "siege", "withdrawal", "displacement")
AIMED = ("attack", "bombing", "killing", "abduction", "detention", "abuse", "protest", "chemical-attack", "destruction")
"""Kinds that are told of those whom they hit: with civilians among them they are one-sided violence."""

NOT_FORCE = "not of a kind that kills by armed force"
NO_DEATH = "no death is told"
NO_ACTOR = "deaths, but no organised actor is named"
NO_SECOND = "deaths, but neither a second organised actor is named nor that civilians were the target"
NO_DAY = "no days that lie within a year"
NO_PLACE = "no country and no point"


class Dyad(NamedTuple):
    """The sides of an event, and UCDP's type of its violence."""

    type: int
    a: Party
    b: Party | None


def find_rows(source: Source, context: Context) -> Iterator[Row]:
    """The rows of `source`; what gives none is told to the losses of `context`."""

    def whether(told: Told) -> str | None:
        return why_not(told, context.options) or (None if told.claim.kind in FORCE else NOT_FORCE)

    for event in find_events(source, whether, context.losses, divide=False):
        values = _values(event)
        if isinstance(values, str):
            leave_out(context.losses, event.told, values)
        else:
            yield Row(str(values["relid"]), values)


def _values(event: Event) -> dict[str, Any] | str:
    """The values of an event's row, or why there is none."""
    numbers = estimate(event.told)
    if numbers is None:
        return NO_DEATH
    kepts = event.kepts
    harm = [kept for kept in kepts if kept.claim.kind in (*CAUSES, *HARM)]
    where = first_told(lambda some: choose_where(some, ucdp_where_prec), harm, kepts)
    when = first_told(lambda some: choose_when(some, ucdp_date_prec), harm, kepts)
    if event.aggregated:
        when = span_days(harm)
    dyad = find_dyad(kepts, where.country if where else None)
    if isinstance(dyad, str):
        return dyad
    if when is None or when.start is None or when.end is None or ucdp_date_prec(when) is None:
        return NO_DAY
    if where is None or (where.country is None and where.lat is None):
        return NO_PLACE
    relid = f"AR-{country_code(where)}-{event.id}"
    digits = hashlib.sha256(relid.encode()).hexdigest()[:12]
    quoted = quote(event.told, [*numbers.of, *kepts], numbers.best)
    return dict.fromkeys(COLUMNS) | {
        "id": ABOVE_UCDP + int(digits, 16),
        "relid": relid,
        "year": when.start.year,
        "type_of_violence": dyad.type,
        "side_a": ucdp_name(dyad.a),
        "side_b": ucdp_name(dyad.b) if dyad.b else "civilians",
        **_source_columns(event.told),
        **_place_columns(where),
        "event_clarity": _clarity(event, when),
        "date_prec": ucdp_date_prec(when),
        "date_start": when.start,
        "date_end": when.end,
        **share_deaths(numbers, dyad.a, dyad.b)._asdict(),
        "best": numbers.best,
        "high": numbers.high,
        "low": numbers.low,
        "gwnoa": _gw(dyad.a),
        "gwnob": _gw(dyad.b) if dyad.b else None,
        **our_columns(event, quoted, killed_range(kepts, tallies=True)),
    }


# ---- sides ---------------------------------------------------------------------------------------


def find_dyad(kepts: Sequence[Kept], country: str | None) -> Dyad | str:
    """
    The two sides of an event in `country` (ISO alpha-2), or why it has none of UCDP's types.

    They are named by the claims that give the event its type to ACLED, else by those of its dead and wounded: who is
    told of an ambush did not fly the strike.
    """
    harm = [kept for kept in kepts if kept.claim.kind in HARM]
    chosen = choose_type(Scene(kepts, kepts, country))
    causes = list(chosen.lead) if chosen else [kept for kept in kepts if kept.claim.kind in CAUSES] or harm
    actors = _organised(causes, "actor", country) or _organised(harm, "actor", country)
    targets = _organised(causes, "target", country) or _organised(harm, "target", country)
    others = [party for party in targets if not any(_is_one(party, actor) for actor in actors)]
    if not actors:
        return NO_ACTOR
    if not others and len(actors) > 1 and any(kept.claim.kind == "clash" for kept in kepts):
        others = actors[1:]  # "clashes between A and B": both act
    if others:
        return _two_sided(actors[0], others[0])
    civilian = any(p.civilian or p.crowd for p in find_parties(causes, "target", country))
    hit = any(p.civilian or p.crowd for p in find_parties(harm, "target", country))
    aimed = all(kept.claim.kind in (*AIMED, *HARM) for kept in causes)
    return Dyad(3, actors[0], None) if civilian or (hit and aimed) else NO_SECOND


def _two_sided(one: Party, other: Party) -> Dyad:
    if is_government(other) and not is_government(one):
        one, other = other, one
    return Dyad(1 if is_government(one) else 2, one, other)


def _organised(kepts: Sequence[Kept], role: str, country: str | None) -> list[Party]:
    """Armed parties that have a name of their own: "militants" are no organised actor."""
    return [party for party in find_parties(kepts, role, country) if party.armed and _is_named(party)]


def _is_named(party: Party) -> bool:
    if party.entity is None:
        return False
    body = body_of(party.entity)
    generic = body.id in tables().perpetrators.generic or body.id.split(":")[0] in tables().unnamed
    return (not generic and body.type != "armed-group") or (is_government(party) and body.country is not None)


def _is_one(one: Party, other: Party) -> bool:
    return one.entity is not None and other.entity is not None and can_be_one(one.entity, other.entity)


def _gw(party: Party) -> int | None:
    if party.entity is None or not is_government(party):
        return None
    return country_rows().get(body_of(party.entity).country or "", no_country()).gw


# ---- columns -------------------------------------------------------------------------------------


def _clarity(event: Event, when: When) -> int:
    """2 where the numbers are of several events together, or of a longer time than one event has."""
    days = [width(one.claim.when) for one in event.told if one.claim.kind == "killing" and one.claim.when]
    return (
        2
        if event.aggregated or (width(when) or 0) > TALLY_DAYS or any(day is None or day > TALLY_DAYS for day in days)
        else 1
    )


def _source_columns(told: Sequence[Told]) -> dict[str, Any]:
    ordered = sorted(told, key=lambda one: (one.report.published or "9999", one.report.key))
    reports = list({one.report.key: one.report for one in ordered}.values())
    firsts = [
        name_source(source) if (source := innermost(one.claim.sources)) else one.report.publisher or "the report"
        for one in ordered
    ]
    return {
        "number_of_sources": len({report.chain for report in reports}),
        "source_article": _joined(
            ", ".join(part for part in (report.publisher, report.published, f'"{report.title}"') if part)
            for report in reports
        ),
        "source_office": _joined(report.publisher for report in reports),
        "source_date": _joined(report.published for report in reports),
        "source_headline": _joined(report.title for report in reports),
        "source_original": _joined(firsts),
    }


def _joined(parts: Iterable[str | None]) -> str | None:
    return join_most(parts, "; ") or None


def _place_columns(where: Where) -> dict[str, Any]:
    row = country_rows().get(where.country or "", no_country())
    known = countries().get(where.country or "")
    point = where.lat is not None and where.lon is not None
    return {
        "where_prec": ucdp_where_prec(where),
        "where_coordinates": where.name,
        "where_description": where.text if where.text and where.text != where.name else None,
        "adm_1": where.admin1,
        "adm_2": where.name if where.precision == "adm2" else None,
        "latitude": where.lat,
        "longitude": where.lon,
        "geom_wkt": f"POINT ({where.lon} {where.lat})" if point else None,
        "priogrid_gid": priogrid_cell(where.lat, where.lon)
        if where.lat is not None and where.lon is not None
        else None,
        "country": where.country_name or (known.name if known else where.country),
        "country_id": row.gw,
        "region": row.ucdp_region,
    }


def priogrid_cell(lat: float, lon: float) -> int:
    """
    The cell of PRIO-GRID of a point: half-degree cells counted from 1 in the south-west, eastwards, then northwards.

        >>> priogrid_cell(-90, -180), priogrid_cell(36.335, 43.1189)
        (1, 181887)
    """
    row = min(math.floor((lat + 90) / CELL), 359)
    column = min(math.floor((lon + 180) / CELL), CELLS_A_ROW - 1)
    return row * CELLS_A_ROW + column + 1


FORMAT = Format(
    name="ucdp",
    title="UCDP-GED-like CSV",
    schema="asreported-ucdp 1",
    suffix=".csv",
    media_type="text/csv",
    columns={"incidents": COLUMNS},
    cannot=CANNOT,
    rows=find_rows,
    write=write_rows,
    attest=attest,
    origin="UCDP Georeferenced Event Dataset, the 49 columns of version 23.1",
)
