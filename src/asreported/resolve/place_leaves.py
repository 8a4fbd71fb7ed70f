"""
Which of the places of a mention it is about: `leaves` parts them from those that only say where these lie.

"X in Y", "X near Y" and "Y's X" are about X, "the Nile at X" about X too, as the gazetteer knows rivers by one point.
A bare name that a town shares with its province is the town's: reports say "province" where they mean it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .gazetteer import Place
from .place_mentions import ADMIN_UNITS, Part, identity, lies_in
from .place_names import fold
from .place_phrases import Name
from .place_ranking import Scored, levels_of
from .relations import parse_relation

WATERS = ("river", "sea", "lake")
METROPOLIS = 1_000_000
"""A city whose "east" is its own; "the south of X" of smaller ones is mostly that of the province."""
TOWN_SHARE = 0.05
"""A namesake with less of its province's people is not what the bare name says: Sinaloa, Nariño."""

APPOSES = re.compile(
    r"^(?:['’]?s?)(?: (?!in |of |near |on |at |to |and )[\w-]+){0,3} "
    r"(?:city|town|village|suburb|neighbou?rhood|hamlet|port|capital|island|province|district|"
    r"stronghold|bastion|enclave|settlement|resort)s?(?: of(?: the)?(?: \w+ern)?)?\s*$"
)
"""What joins a place to one in it: "the Damascus suburb of X", "the provincial capital X"."""
QUALIFIES = re.compile(
    r"\b(?:in|of|on|near|at|from|outside|inside|around|by|off|along|within|towards?|to|close to|between|bordering|"
    r"under|across)\b|\($"
)
LAND_OF = re.compile(r"\b(?:rural|countryside|hinterland|plains?|villages|province|governorate|state|all)\b")
MISSION = re.compile(r"^ (?:consulate|embassy|ambassador|mission|border|airspace)\b", re.IGNORECASE)
"""What belongs to a country and stands elsewhere: "the Saudi consulate in Istanbul"."""


def leaves(parts: Iterable[Part], text: str, start: int) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """
    The parts that a mention is about, and those that only say where these lie.

    "X in Y", "X near Y", "Y's X" are about X; so is "X, Y" where Y contains X or X is unknown; "X and Y" is about both.
    `text` is the mention, `start` its place in the report.
    """
    parts = tuple(parts)
    about: list[Part] = []
    around: list[Part] = []
    qualifies = False
    for n, part in enumerate(parts):
        last = parts[n - 1] if n else None
        between = text[last.name.end - start : part.name.start - start].lower() if last else ""
        joined = not between.strip() or re.search(r"\band\b|\bor\b|&|,|/", between)
        # "the Damascus suburb of X" lies in Damascus, "X village of Mohmand Agency" in the agency.
        in_unit = last is not None and last.place is None and part.place is not None and part.place.level in ADMIN_UNITS
        within = in_unit or (last is not None and (_holds(part, last) or _is_district_of(last, part)))
        if last is not None and not joined and APPOSES.search(between) and not within:
            around += about
            about = []
        elif last is not None and not joined and QUALIFIES.search(between) and not last.name.owns:
            if MISSION.match(between) and last.place and last.place.level == "country":
                about = [p for p in about if p is not last]
            else:
                qualifies = True
        (around if qualifies or (part.name.owns and n + 1 < len(parts)) else about).append(part)
    held = [p for p in about if any(q is not p and _holds(p, q) for q in about)]
    about = [p for p in about if p not in held]
    around += held
    unknown = [p for p in about if p.place is None]
    if unknown and len(about) > len(unknown):
        wide = [p for p in about if p.place and p.place.level in ADMIN_UNITS and p is about[-1]]
        about, around = [p for p in about if p not in wide], around + wide
    about, around = _ashore(about, around)
    seen: dict[str, Part] = {}
    for part in about:
        part = as_town(as_unit(part))
        seen.setdefault(identity(part), part)
    return tuple(seen.values()), tuple(around)


def as_town(part: Part) -> Part:
    """The part read as the town that has its name, where it was read as a province or district without saying so."""
    unit, name = part.place, part.name
    if unit is None or unit.level not in ("adm1", "adm2") or part.site or _asks_for_unit(name):
        return part
    words = f"{name.lead} {name.after}"
    town = next((s for s in part.scored if _is_town_of(unit, s.place, name)), None)
    if town is None or LAND_OF.search(words):
        return part
    relation = parse_relation(name.lead, name.after)
    part_of = relation is not None and relation.kind == "part" and relation.bearing is not None
    if part_of and town.place.population < METROPOLIS:
        return part
    first = Scored(place=town.place, score=part.scored[0].score)
    others = tuple(s for s in part.scored if s is not town)
    return Part(name=name, scored=(first, *others), site=part.site)


def _asks_for_unit(name: Name) -> frozenset[str]:
    """The admin levels that the noun beside a name asks for; "the Marib area" is around the town."""
    return levels_of(name.noun) & {"adm1", "adm2"} if name.noun not in ("area", "areas") else frozenset()


def as_unit(part: Part) -> Part:
    """ "Achin district" read as the district, where the town of that name came first."""
    town, wanted = part.place, _asks_for_unit(part.name)
    if town is None or town.level != "place" or town.within or part.site or not wanted:
        return part
    unit = next((s for s in part.scored if s.place.level in wanted and s.place.admin1 == town.admin1), None)
    if unit is None or unit.place.country != town.country:
        return part
    first = Scored(place=unit.place, score=part.scored[0].score)
    return Part(name=part.name, scored=(first, *(s for s in part.scored if s is not unit)), site=part.site)


def _is_town_of(unit: Place, town: Place, name: Name) -> bool:
    if town.level != "place" or town.within is not None or (town.country, town.admin1) != (unit.country, unit.admin1):
        return False
    known = {fold(n) for n in (town.name, *town.names)}
    if fold(name.text) not in known and not (unit.names and known & {fold(unit.name)}):
        return False
    return unit.level == "adm2" or town.own or town.population >= TOWN_SHARE * max(unit.population, 1)


def _ashore(about: list[Part], around: list[Part]) -> tuple[list[Part], list[Part]]:
    """Rivers and seas give way to the towns beside them, else to the country or province that their stretch lies in."""
    waters = [p for p in about if p.place and p.place.level in WATERS]
    if len(waters) < len(about):
        return [p for p in about if p not in waters], around + waters
    land = [p for p in around if p.place and p.place.level not in (*WATERS, "region")]
    towns = [p for p in land if p.place and p.place.level not in ADMIN_UNITS]
    if not waters or not land:
        return about, around
    chosen = (towns or land)[0]
    return [chosen], waters + [p for p in around if p is not chosen]


def _is_district_of(part: Part, town: Part) -> bool:
    """ "the X district of Y", a town: the unit that is called so, in the province of Y."""
    unit, other = as_unit(part).place, town.place
    if unit is None or other is None or unit.level != "adm2" or not part.name.after.startswith("district"):
        return False
    return (unit.country, unit.admin1) == (other.country, other.admin1)


def _holds(larger: Part, smaller: Part) -> bool:
    if larger.place is None or larger.site or smaller.place is None:
        return False
    return lies_in(smaller.place, larger.place)
