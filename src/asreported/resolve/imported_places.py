"""
When an imported place may be what a name means: beside places that hardly anybody knows, in countries of the report.

GeoNames has a hamlet for almost every name, so that an imported place never stands against a known one (a town, a seat,
a province, a row of our tables), wherever that lies, and never in a country that the report does not speak of. Without
an imported gazetteer nothing here finds anything.
"""

from __future__ import annotations

from .gazetteer import Match, Place
from .place_context import Context
from .place_phrases import level_of
from .place_ranking import levels_of

KNOWN_TOWN = 5_000
ENOUGH = 0.05
"""The share of the report that a country must have: one named in passing is not where its hamlets are told of."""
EXACT = 0.93
CLOSE_BONES = 0.45
LITTLE_KNOWN = ("place", "site", "airport", "adm2")


def with_imported(
    found: tuple[Match, ...], form: str, noun: str | None, context: Context, exact: bool = True
) -> tuple[Match, ...]:
    """`found` and the imported places of that name; without `exact` those of another spelling too."""
    if not context.gazetteer.has_imported or any(is_known(m.place) for m in found if m.fit >= EXACT):
        return found
    near = context.gazetteer.look_up_imported(form, spoken_of(context))
    return (*found, *(m for m in near if (m.fit >= EXACT or not exact) and _suits(m.place, noun)))


def by_bones(name: str, noun: str | None, context: Context) -> tuple[Match, ...]:
    """The imported places with the consonants of the name and about its vowels: the very last resort."""
    near = context.gazetteer.look_up_imported_bones(name, spoken_of(context))
    return tuple(m for m in near if m.fit >= CLOSE_BONES and _suits(m.place, noun))


def is_known(place: Place) -> bool:
    """Whether a report may name the place without saying where it lies."""
    return place.own or place.seat > 0 or place.population >= KNOWN_TOWN or place.level not in LITTLE_KNOWN


def spoken_of(context: Context) -> tuple[str, ...]:
    """The countries that the report is about, most spoken of first."""
    return tuple(c for c in context.top_countries(8) if context.share(c) >= ENOUGH)


def _suits(place: Place, noun: str | None) -> bool:
    """A hospital or a quarter is no village that has its name; a section of a town may be."""
    if noun is None or level_of(noun) not in ("quarter", "site", "common_site"):
        return True
    return place.level == "site" or place.level in levels_of(noun) - {"place", "adm2"}
