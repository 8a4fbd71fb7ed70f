"""
The situation at a place or of an actor, out of a ledger: which place or actor is meant, and what to look at.

`compare.situation` decides what holds; here the claims that it needs are found, never more than the newest of each
kind, so that the answer takes as long for a million claims as for a thousand.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from .compare.scenes import report_days
from .compare.situation import KINDS_OF_STATE, MOST, Around, LeftOut, Situation, by_kind, situation
from .compare.situation import ActorAsked as ActorAsked
from .compare.situation_places import LEAST_RADIUS_KM, PlaceAsked
from .errors import LedgerError
from .ledger.counting import count_unknown_by
from .ledger.latest import (
    Area,
    Subject,
    count_about,
    count_around,
    latest_around,
    latest_claims,
    latest_nearby,
    places_within,
)
from .ledger.naming import name_actors, name_places, skip
from .ledger.within import lies_in, split_within
from .resolve.gazetteer import countries, point_distance

if TYPE_CHECKING:
    from .ledger.store import Ledger
    from .resolve.gazetteer import Gazetteer, Place

PER_KIND = 8
"""Claims of each kind that are looked at, and twice as many of states, some of which say the same."""
PER_KIND_WHOLE = 400
MOST_COUNTED = 1_000
"""To tell which of several places is meant, so many of its claims are counted."""
CANDIDATES = 12
"""Places of one name whose claims are counted, the most likely first."""
GOOD_FIT = 0.9
FARTHER_KM = (150.0, 500.0, 2000.0)


class Choice(NamedTuple):
    """Which place or actor a name was taken for, what is about it, and which others bear the name."""

    asked: PlaceAsked | ActorAsked
    subject: Subject
    claims: int
    others: tuple[tuple[str, str, int], ...]
    """Of each other place or actor: its name, what to ask for, the number of its claims."""


# ---- which place -------------------------------------------------------------------------


def choose_place(ledger: Ledger, text: str, gazetteer: Gazetteer) -> Choice:
    """
    The place that `text` means: a name ("Hama"), a name with what it lies in ("Hama, Syria"), or the id of a gazetteer.

    Of several places of a name the one with the most claims; of none, the likeliest of the gazetteer.
    Raises: LedgerError, where neither the gazetteer nor the ledger knows the name.
    """
    name, within = split_within(text)
    places = _by_id(gazetteer, name) if _is_id(name) else _by_name(gazetteer, name, within)
    choices = [_choice_of(ledger, group, gazetteer) for group in _join_districts(places)[:CANDIDATES]]
    if not any(choice.claims for choice in choices):
        choices += _unlisted(ledger, name, within)
    if not choices:
        raise LedgerError(_unknown(ledger, "place", text, skip(ledger.database, "place")))
    best = max(choices, key=lambda choice: choice.claims)  # the first of the most, so the likeliest of none
    others = [(name_of(c.asked), id_of(c.asked), c.claims) for c in choices if c is not best and c.claims]
    return best._replace(others=tuple(sorted(others, key=lambda other: -other[2])))


def _is_id(name: str) -> bool:
    return name.removeprefix("-").isascii() and name.removeprefix("-").isdecimal()


def _by_id(gazetteer: Gazetteer, name: str) -> list[Place]:
    try:
        return [gazetteer.place(int(name))]
    except (TypeError, OverflowError) as err:  # what the gazetteer says of an id that it lacks
        raise LedgerError(
            f"no place of the gazetteer has the id {name}; give a name, as in --place 'Hama, Syria'"
        ) from err


def _by_name(gazetteer: Gazetteer, name: str, within: Sequence[str]) -> list[Place]:
    matches = gazetteer.look_up(name)
    least = min(GOOD_FIT, matches[0].fit) if matches else 0.0
    return [
        m.place for m in matches if m.fit >= least and lies_in(within, m.place.country, m.place.admin1, m.place.within)
    ]


def _join_districts(places: Iterable[Place]) -> list[list[Place]]:
    """Each place with the district of its name: who asks for a town means what is reported of its district too."""
    groups: list[list[Place]] = []
    for place in sorted(places, key=lambda p: p.level == "adm2"):
        town = next((g for g in groups if _is_town_of(g[0], place)), None)
        if town is not None:
            town.append(place)
        else:
            groups.append([place])
    # As the gazetteer has them, the likeliest first, but provinces behind the towns that they are called after.
    return sorted(groups, key=lambda group: group[0].level in ("adm1", "adm2"))


def _is_town_of(town: Place, district: Place) -> bool:
    return (
        district.level == "adm2" and town.level == "place" and (town.name, town.code) == (district.name, district.code)
    )


def _choice_of(ledger: Ledger, group: Sequence[Place], gazetteer: Gazetteer) -> Choice:
    place = group[0]
    country = gazetteer.country(place.country) if place.country else None
    asked = PlaceAsked(
        id=place.id,
        name=place.name,
        level=place.level,
        country=place.country,
        country_name=country.name if country else None,
        admin1=place.admin1,
        lat=place.lat,
        lon=place.lon,
        radius_km=float(place.radius_km),
    )
    ids = tuple(p.id for p in group)
    claims = count_about(ledger.database, Subject(place_ids=ids), most=MOST_COUNTED)
    return Choice(asked, _subject_of(asked, ids), claims, ())


def _subject_of(asked: PlaceAsked, ids: tuple[int, ...]) -> Subject:
    """What is about the place: itself, and what lies in it."""
    if asked.level == "country" and asked.country:
        return Subject(countries=(asked.country,))
    if asked.level == "adm1" and asked.country:
        return Subject(place_ids=ids, provinces=((asked.country, asked.name),))
    unlisted = ((asked.name, asked.country),) if asked.id is None and asked.country else ()
    if asked.is_area or asked.lat is None or asked.lon is None:
        return Subject(place_ids=ids, unlisted=unlisted)
    near = (asked.lat, asked.lon, max(asked.radius_km, LEAST_RADIUS_KM))
    return Subject(place_ids=ids, unlisted=unlisted, near=near)


def _unlisted(ledger: Ledger, name: str, within: Sequence[str]) -> list[Choice]:
    """Places that reports name and no gazetteer has: a neighbourhood, a base, a market."""
    if _is_id(name):
        return []
    found = []
    for place, code in name_places(ledger.database, [name])[0].unlisted:
        row = ledger.database.one(
            "SELECT lat, lon, admin1, precision FROM claims "
            "WHERE place = ? AND country = ? AND place_id IS NULL LIMIT 1",
            (place, code),
        )
        country = countries().get(code or "")
        if row is None or code is None or not lies_in(within, code, row[2]):
            continue
        exact = row[3] in ("exact", "part", "near")
        asked = PlaceAsked(
            id=None, name=place, level="site", country=code, country_name=country.name if country else None,
            admin1=row[2], lat=row[0] if exact else None, lon=row[1] if exact else None, radius_km=LEAST_RADIUS_KM,
        )  # fmt: skip
        claims = count_about(ledger.database, Subject(unlisted=((place, code),)), most=MOST_COUNTED)
        found.append(Choice(asked, _subject_of(asked, ()), claims, ()))
    return found


def name_of(asked: PlaceAsked | ActorAsked) -> str:
    """The name as a person may tell it from others of the name."""
    if isinstance(asked, ActorAsked):
        return asked.name
    level = {"adm1": " (province)", "adm2": " (district)"}.get(asked.level, "")
    names = (asked.name + level, asked.admin1 if asked.level != "adm1" else None, asked.country_name)
    return ", ".join(dict.fromkeys(name for name in names if name))


def id_of(asked: PlaceAsked | ActorAsked) -> str:
    """What to ask for to get this one and no other of the name."""
    if isinstance(asked, ActorAsked):
        return asked.ids[0]
    return str(asked.id) if asked.id is not None else ", ".join(filter(None, (asked.name, asked.country_name)))


def _unknown(ledger: Ledger, what: str, text: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(text, list(names), n=3, cutoff=0.75)
    hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
    return f"{ledger.database.name}: no {what} is called {text!r}{hint}"


# ---- which actor -------------------------------------------------------------------------


def choose_actor(ledger: Ledger, text: str) -> Choice:
    """
    The actor that `text` means, by id or any of his names, together with the names that he bore before.

    Raises: LedgerError, where the ledger has no claim about an actor of that name.
    """
    from .resolve.actor_tables import actor_index

    database = ledger.database
    choices = []
    for id in name_actors(database, [text])[0]:
        ids = tuple(dict.fromkeys((id, *(actor.id for actor in actor_index().lineage(id)))))
        row = database.one("SELECT name FROM actors WHERE id = ?", (id,))
        subject = Subject(actors=ids)
        asked = ActorAsked(ids=ids, name=row[0] if row else text)
        choices.append(Choice(asked, subject, count_about(database, subject, most=MOST_COUNTED), ()))
    if not choices:
        names = (name for (name,) in database.rows("SELECT DISTINCT name FROM actors LIMIT 50000"))
        raise LedgerError(_unknown(ledger, "actor", text, names))
    best = max(choices, key=lambda choice: choice.claims)
    others = [(name_of(c.asked), id_of(c.asked), c.claims) for c in choices if c is not best]
    return best._replace(others=tuple(others))


# ---- what is reported --------------------------------------------------------------------


def read_situation(
    ledger: Ledger,
    choice: Choice,
    on: dt.date,
    *,
    since: dt.date,
    stale_days: int,
    nearby_km: float,
    undated: bool = False,
    whole: bool = False,
) -> Situation:
    """
    The situation of what was chosen on the day `on`, from the newest claims of each kind.

    With `whole` sections are not cut to a few items, and many more claims are looked at.
    """
    database, asked = ledger.database, choice.asked
    per_kind, most = (PER_KIND_WHOLE, None) if whole else (PER_KIND, MOST)
    latest = latest_claims(database, choice.subject, on, per_kind=per_kind, twice=KINDS_OF_STATE, undated=undated)
    ns = dict.fromkeys(latest.ns)
    place = asked if isinstance(asked, PlaceAsked) and asked.level != "country" else None
    if place is not None and place.lat is not None and place.lon is not None:
        reach = nearby_km + (place.radius_km if place.is_area else 0.0)
        ns |= dict.fromkeys(latest_nearby(database, place.lat, place.lon, reach, since, on, most=8 * per_kind))
    around = Area(place.country, place.country_name or "", place.admin1) if place and place.country else None
    if around is not None and whole:
        ns |= dict.fromkeys(latest_around(database, around, since, on, most=per_kind))
    told = situation(
        ledger.kept(list(ns)), asked, on, since=since, stale_days=stale_days, nearby_km=nearby_km, most=most,
        undated=undated, complete=latest.complete,
    )  # fmt: skip
    unknown = count_unknown_by(database, choice.subject, on)
    told = msgspec.structs.replace(told, left_out=_with_unknown(told.left_out, unknown, on, undated))
    if around is not None:
        counts = count_around(database, around, since, on)
        told = msgspec.structs.replace(told, around=_with_counts(told.around, counts, around, asked))
    return told


def _with_unknown(left_out: LeftOut, unknown: dict[str | None, int] | None, on: dt.date, undated: bool) -> LeftOut:
    """Later and undated claims as the database counts them, by the dates of their reports: few of them are fetched."""
    if unknown is None:
        return msgspec.structs.replace(left_out, later=None, undated=None)
    later = without = 0
    for published, number in unknown.items():
        first, last = report_days(published)
        if first is not None and first > on:
            later += number
        elif (last is None or last > on) and not undated:
            without += number
    return msgspec.structs.replace(left_out, later=later, undated=without)


def _with_counts(
    found: Sequence[Around], counts: dict[tuple[str, str], int], area: Area, asked: PlaceAsked | ActorAsked
) -> tuple[Around, ...]:
    """What is known no closer than the province and the country, counted by the database: few of it are fetched."""
    items = {around.precision: around.items for around in found}
    told = []
    for level, name in (("adm1", area.admin1), ("country", area.country_name)):
        numbers = by_kind({kind: number for (of, kind), number in counts.items() if of == level})
        # A place that is a province has its own claims in its sections.
        if name and numbers and not (isinstance(asked, PlaceAsked) and asked.level == level):
            told.append(Around(name=name, precision=level, counts=numbers, items=items.get(level, ())))
    return tuple(told)


def find_nearest(ledger: Ledger, asked: PlaceAsked) -> tuple[str, float] | None:
    """The place nearest to the one asked for of which anything is reported, and how far it is in kilometres."""
    if asked.lat is None or asked.lon is None:
        return None
    for km in FARTHER_KM:
        found = [
            (point_distance(asked.lat, asked.lon, lat, lon), name)
            for name, lat, lon in places_within(ledger.database, asked.lat, asked.lon, km)
        ]
        if found:
            distance, name = min(found)
            return name, distance
    return None
