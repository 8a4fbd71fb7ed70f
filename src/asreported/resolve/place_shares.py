"""
One place for several: the smallest of those that contain each other, else the town, unit or country that they share.
"""

from __future__ import annotations

from asreported.records import Span

from .gazetteer import Gazetteer, Place
from .place_values import Found, holds, key_of

SEVERAL = "several places"


def shared(found: list[Found], gazetteer: Gazetteer, span: Span | None = None) -> Found | None:
    """The place of all of them; None where they lie in several countries, or one in none that is known."""
    if not found:
        return None
    distinct = {key_of(f): f for f in found}
    if len(distinct) == 1:
        return found[0]
    inner = [f for f in distinct.values() if not any(g is not f and holds(f, g) for g in distinct.values())]
    if len(inner) == 1:
        return inner[0]
    countries = {c for f in inner if f.place for c in f.place.countries}
    if len(countries) != 1 or any(f.place is None or len(f.place.countries) > 1 for f in inner):
        return None
    place = _common(inner, countries.pop(), gazetteer)
    return Found(span=span or found[0].span, place=place, rule=SEVERAL) if place else None


def named_within(name: str | None, country: str, level: str, gazetteer: Gazetteer) -> Place | None:
    """The place of that name and level in the country."""
    found = gazetteer.look_up(name or "")
    return next((m.place for m in found if m.place.country == country and m.place.level == level), None)


def _common(inner: list[Found], country: str, gazetteer: Gazetteer) -> Place | None:
    places = [f.place for f in inner if f.place]
    towns = {f.place.name if f.own_name and f.place.level == "place" else f.place.within for f in inner if f.place}
    # Names that the gazetteer lacks have the report's country for want of better; those beside them know more.
    units = {p.admin1 for p in places if p.admin1} if any(f.own_name for f in inner) else {p.admin1 for p in places}
    place = None
    if len(towns) == 1 and None not in towns:
        place = named_within(towns.pop(), country, "place", gazetteer)
    elif len(units) == 1 and None not in units:
        place = named_within(units.pop(), country, "adm1", gazetteer)
    return place or gazetteer.country(country)
