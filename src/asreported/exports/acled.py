"""
ACLED-like CSV: the 31 columns of ACLED's codebook, then ours, so that a strict reader can cut at 31.

One row for each place, day and pair of sides of an incident. The column scheme is a published codebook; rows are not
ACLED's, and their ids can never be taken for ACLED's. Rules and what is left out: docs/events.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..records import Kept, When, Where
from ..resolve.actor_codes import iso_numeric, join_inters
from ..resolve.gazetteer import countries
from ..resolve.precision_codes import acled_geo_precision
from ..resolve.time_codes import acled_event_date, acled_time_precision
from .acled_columns import CANNOT, COLUMNS
from .event_actors import find_parties
from .event_choice import EVENT_TYPES, Chosen, choose_type
from .event_killed import fatalities, killed_range
from .event_places import choose_when, choose_where, country_code, first_told
from .event_scenes import HARM
from .event_sides import Sides, find_acled_sides
from .event_tables import country_rows, no_country, sub_events, tells
from .event_told import Reads, attest, join_most, last_touched, our_columns, publishers, quote, remember_reads
from .event_types import NO_TARGET, Scene, has_no_type
from .events import Event, find_events, leave_out, why_not
from .formats import Context, Format, Row
from .source import Source
from .tables import write_rows
from .told import Told

FEW = 20
"""Words for actors that the notes hold at most."""
NO_DAY = "no day that is as exact as a month"
NO_PLACE = "no place that has a point"
COUNTRY = "a place that is not told more exactly than a country"
NO_MATTER = "deaths of which neither a number nor who or what caused them is told"
NOT_DATED = "of a higher type of event than the claims of the incident that are dated, and without a day itself"


def find_rows(source: Source, context: Context) -> Iterator[Row]:
    """The rows of `source`; what gives none is told to the losses of `context`."""

    def whether(told: Told) -> str | None:
        if told.claim.status == "attempted" and told.kept.review != "rejected":
            return has_no_type(told.claim)
        return why_not(told, context.options) or has_no_type(told.claim)

    made = remember_reads(source)
    for event in find_events(source, whether, context.losses, divide=True):
        row = _row(event, made, context)
        if isinstance(row, str):
            leave_out(context.losses, event.told, row)
        else:
            yield row


def _row(event: Event, made: Reads, context: Context) -> Row | str:
    """The row of an event, or why there is none."""
    kepts = event.kepts
    where = _where(kepts)
    scene = Scene(kepts, event.incident.kepts, where.country if where else None)
    chosen = choose_type(scene)
    if chosen is None:
        return NO_TARGET
    harm = [kept for kept in kepts if kept.claim.kind in (*HARM, "attack")]
    lead, same = list(chosen.lead), list(chosen.same)
    rest = [kept for kept in kepts if kept.key not in chosen.dropped]
    when = first_told(lambda some: choose_when(some, acled_time_precision), lead, same, harm, rest)
    where = first_told(_where, lead, same, rest)
    if when is None:
        return NO_DAY
    if where is None or where.country is None:
        far = any(kept.claim.where and kept.claim.where.precision == "country" for kept in kepts)
        return COUNTRY if far else NO_PLACE
    if chosen.dropped:
        leave_out(context.losses, [one for one in event.told if one.key in chosen.dropped], NOT_DATED)
        event = event._replace(
            told=tuple(one for one in event.told if one.key not in chosen.dropped),
            siblings=tuple(tuple(one for one in told if one.key not in chosen.dropped) for told in event.siblings),
        )
    scene = Scene(event.kepts, event.incident.kepts, where.country)
    if scene.kinds <= set(HARM) and not _tells_anything(event, scene):
        return NO_MATTER
    return Row(_id(event, where), _values(event, scene, chosen, when, where, made, context))


def _tells_anything(event: Event, scene: Scene) -> bool:
    actors = [
        party for party in find_parties(event.kepts, "actor", scene.country) if party.armed or party.inter is None
    ]
    means = any(role.role == "means" for one in event.told for role in one.claim.roles)
    number = killed_range(one.kept for one in event.all_told).low or any(one.claim.figures for one in event.told)
    return bool(actors or means or number)


def _where(kepts: Sequence[Kept]) -> Where | None:
    return choose_where(kepts, acled_geo_precision)


def _id(event: Event, where: Where) -> str:
    return f"AR-{country_code(where)}-{event.id}"


def _values(
    event: Event, scene: Scene, chosen: Chosen, when: When, where: Where, made: Reads, context: Context
) -> dict[str, Any]:
    _, event_type, disorder = sub_events()[chosen.sub_event]
    day = acled_event_date(when)
    country = _country(where)
    sides = find_acled_sides(scene, chosen.lead, event_type, chosen.sub_event, country)
    dead = fatalities(event, vague_numbers=context.options.vague_numbers)
    quoted = quote(event.all_told, chosen.lead, dead)
    killed = killed_range(event.kepts)
    if not killed.told:
        killed = killed_range(one.kept for one in event.all_told)
    return {
        "event_id_cnty": _id(event, where),
        "event_date": day,
        "year": day.year if day else None,
        "time_precision": acled_time_precision(when),
        "disorder_type": disorder,
        "event_type": event_type,
        "sub_event_type": chosen.sub_event,
        **_side_columns(sides),
        "civilian_targeting": _targeting(event_type, chosen.sub_event, sides),
        **_place_columns(where, country),
        "source": join_most(publishers(event.all_told), "; ") or "a report that names no publisher",
        "source_scale": None,
        "notes": _notes(event, chosen.sub_event, where, killed.low, killed.high),
        "fatalities": dead,
        "tags": _tags(event, chosen.sub_event),
        "timestamp": last_touched(event.all_told, made),
        **our_columns(event, quoted, killed),
    }


def _side_columns(sides: Sides) -> dict[str, Any]:
    one, two = sides.one, sides.two
    return {
        "actor1": one.name,
        "assoc_actor_1": join_most(sides.assoc_one, "; ") or None,
        "inter1": one.inter.text,
        "actor2": two.name if two else None,
        "assoc_actor_2": join_most(sides.assoc_two, "; ") or None,
        "inter2": two.inter.text if two else None,
        "interaction": join_inters(one.inter, two.inter if two else None),
    }


def _place_columns(where: Where, country: str) -> dict[str, Any]:
    row = country_rows().get(where.country or "", no_country())
    return {
        "iso": iso_numeric(where.country) if where.country else None,
        "region": row.acled_region,
        "country": country,
        "admin1": where.admin1,
        "admin2": where.name if where.precision == "adm2" else None,
        "admin3": None,
        "location": where.name,
        "latitude": round(where.lat, 4) if where.lat is not None else None,
        "longitude": round(where.lon, 4) if where.lon is not None else None,
        "geo_precision": acled_geo_precision(where),
    }


def _country(where: Where) -> str:
    known = countries().get(where.country or "")
    return where.country_name or (known.name if known else where.country or "")


def _targeting(event_type: str, sub_event: str, sides: Sides) -> str | None:
    """The codebook's "Civilians targeted": they are the main or only target."""
    civilian = sides.two is not None and sides.two.inter.text == "Civilians"
    hit = event_type == "Violence against civilians" or sub_event == "Excessive force against protesters"
    return "Civilians targeted" if hit or (civilian and event_type in EVENT_TYPES[2:4]) else None


def _notes(event: Event, sub_event: str, where: Where, low: int | float | None, high: int | float | None) -> str:
    """A description made of the values alone, with the words for actors whom no table knows."""
    reports = len({one.report.key for one in event.all_told})
    place = ", ".join(dict.fromkeys(part for part in (where.name, where.admin1, _country(where)) if part))
    parts = [f"{sub_event} in {place}, as reported by {reports} {'report' if reports == 1 else 'reports'}."]
    if low is not None:
        parts.append(
            f"Killed as reported: {low} or more." if high is None else f"Killed as reported: {_span(low, high)}."
        )
    unknown = [
        p.words for role in ("actor", "target") for p in find_parties(event.kepts, role, where.country) if not p.inter
    ]
    if unknown:
        parts.append("Named in words only: " + join_most(unknown[:FEW], "; ") + ".")
    return " ".join(parts)


def _span(low: int | float, high: int | float) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def _tags(event: Event, sub_event: str) -> str | None:
    """What the claims say of those hit, and of the size of a crowd."""
    tags = []
    if sub_event in ("Sexual violence", "Attack", "Abduction/forced disappearance"):
        hit = [role.text for one in event.told for role in one.claim.roles if role.role == "target"]
        tags += ["women targeted"] if hit and all(tells(text, "women") for text in hit) else []
        tags += ["sexual violence"] if sub_event == "Sexual violence" else []
    crowds = [f for one in event.told if one.claim.kind == "protest" for f in one.claim.figures if f.unit == "people"]
    tags += [f"crowd size={figure.text}" for figure in crowds[:1]]
    return "; ".join(tags) or None


FORMAT = Format(
    name="acled",
    title="ACLED-like CSV",
    schema="asreported-acled 1",
    suffix=".csv",
    media_type="text/csv",
    columns={"incidents": COLUMNS},
    cannot=CANNOT,
    rows=find_rows,
    write=write_rows,
    attest=attest,
    origin="ACLED Codebook as published on acleddata.com (the version with text inter codes), 31 columns",
)
