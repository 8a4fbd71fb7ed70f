"""
Choose among the places that a name could mean, by what the report is about.

A score is a sum of signs, each times its weight: how well the name fits, the level and size of the place, how much of
the report is about its country and state, what is set behind the name ("Paris, Texas"), what the noun beside it says,
who publishes the report, and, when names are read a second time, what the other names mean and where these lie. The
weights of the two readings are learnt (train/rank_places.py, data/places_weights.toml); with them the
exponential of a score is its share of all readings of the name, as far as the corpora tell.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from asreported.codebook import load_table
from asreported.errors import TableError
from asreported.records import Record

from .gazetteer import Match, Place, distance_km
from .place_context import Context, Reading
from .place_names import fold
from .place_phrases import Name, level_of
from .place_units import Unit

LEVELS = (
    "country", "region", "adm1", "adm2", "place", "airport", "crossing", "river", "sea", "lake", "mountain", "feature",
    "disputed", "line", "site",
)  # fmt: skip
OF_THE_NAME = (
    "fit", "main_name", "own", *(f"level_{level}" for level in LEVELS), "population", "unit_population",
    "seat_2", "seat_3", "seat_1", "no_population", "noun_fits", "noun_differs",
)  # fmt: skip
"""Signs that the name and its place give by themselves."""
OF_THE_REPORT = (
    "country_named", "country_not_named", "country_of_others", "state_named", "behind_state", "behind_country",
    "behind_differs", "told_behind", "told_differs", "near_state", "near_country", "publisher_country",
    "publisher_differs", "in_publisher", "in_publisher_wide", "largest", "seat_of_namesake", "unit_of_namesake",
    "population_in_world",
)  # fmt: skip
OF_THE_NAMES = (
    "names_in_country",
    "names_in_unit",
    "names_close",
    "nearest_name",
    "population_at_home",
    "unit_in_world",
    "close_in_world",
)
"""Signs from what the other names mean: for the second reading."""
SIGNS = OF_THE_NAME + OF_THE_REPORT + OF_THE_NAMES
MOST_RANKED = 12
"""So many candidates, those that are best by name and country, are weighed by everything."""
MOST_READINGS = 3
"""So many readings of a name speak for those of other names."""

Floats = npt.NDArray[np.float64]


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """data/places_ranking.toml: what names within one mention say about each other."""

    contained: float
    container: float
    beside: float


class LearntWeights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """data/places_weights.toml: by sign, for the first and the second reading."""

    first: dict[str, float]
    second: dict[str, float]


class Scored(Record, frozen=True, kw_only=True):
    """A place and its score; scores compare within one name only."""

    place: Place
    score: float


@functools.cache
def weights() -> Weights:
    """The table of weights, loaded once."""
    return load_table("places_ranking.toml", Weights)


@functools.cache
def learnt_weights() -> tuple[Floats, Floats]:
    """
    The weights of the first and of the second reading, in the order of SIGNS.

    Raises: TableError, where the table has other signs than these.
    """
    table = load_table("places_weights.toml", LearntWeights)
    for name, learnt in (("first", table.first), ("second", table.second)):
        if wrong := sorted(set(learnt) ^ set(SIGNS)):
            raise TableError(
                f"places_weights.toml [{name}]: {wrong} missing or unknown; learn it with train/rank_places.py"
            )
    return np.array([table.first[s] for s in SIGNS]), np.array([table.second[s] for s in SIGNS])


def rank(matches: Iterable[Match], name: Name, context: Context) -> list[Scored]:
    """The matches by score, best first; ties go to the smaller GeoNames id."""
    behind = context.unit_behind(name.end)
    key = (
        fold(name.text),
        levels_of(name.noun),
        behind and behind[2:4],
        tuple((m.place.id, m.fit) for m in matches),
    )
    if key not in context.kept:  # a name is read again for every claim that has it
        context.kept[key] = _rank(tuple(matches), name, context)
    found: list[Scored] = context.kept[key]  # type: ignore[assignment]
    return found


def _rank(matches: Sequence[Match], name: Name, context: Context) -> list[Scored]:
    kept = shortlist(matches, name, context)
    if len(kept) < 2:
        return [Scored(place=m.place, score=0.0) for m in kept]
    scores = signs(kept, name, context) @ learnt_weights()[bool(context.readings)]
    scored = [Scored(place=m.place, score=round(float(s), 4)) for m, s in zip(kept, scores, strict=True)]
    return sorted(scored, key=lambda s: (-s.score, abs(s.place.id)))


def readings_of(name: Name, scored: Sequence[Scored]) -> list[Reading]:
    """The best readings of a name with their shares of all."""
    top = scored[0].score if scored else 0.0
    raw = [math.exp(max(-50.0, s.score - top)) for s in scored]
    total = sum(raw)
    shares = [(s.place, r / total) for s, r in zip(scored, raw, strict=True)]
    return [Reading(fold(name.text), p, share) for p, share in shares[:MOST_READINGS] if share > 0.02]


def shortlist(matches: Iterable[Match], name: Name, context: Context) -> list[Match]:
    """The matches that are best by name and country; each place once."""
    distinct: dict[int, Match] = {}
    for match in matches:
        distinct.setdefault(match.place.id, match)
    if len(distinct) <= MOST_RANKED:
        return list(distinct.values())

    def promise(match: Match) -> float:
        place = match.place
        named = max((context.share(c) for c in place.countries), default=0.0)
        told = bool(place.code and (context.states[place.code] or context.is_read(place.code)))
        size = math.log10(max(place.population, 300)) + place.seat if place.level == "place" else 4.0
        return 6 * match.fit + size + 3 * named + 4 * told + 2 * place.own

    return sorted(distinct.values(), key=lambda m: (-promise(m), m.place.id))[:MOST_RANKED]


# ---- signs -----------------------------------------------------------------------------------


def signs(matches: Sequence[Match], name: Name, context: Context) -> Floats:
    """
    The signs of each match, in the order of SIGNS.

    Shapes: N matches → (N, len(SIGNS)).
    """
    wanted, folded = levels_of(name.noun), fold(name.text)
    largest = max((m.place.population for m in matches if m.place.level == "place"), default=0)
    towns = {m.place.code for m in matches if m.place.level == "place" and m.place.seat >= 2}
    units = {m.place.code for m in matches if m.place.level == "adm1"}
    beside = _Beside(name, folded, context)
    rows = []
    for match in matches:
        place = match.place
        own = _signs_of_name(place, match.fit, folded, wanted)
        rest = beside.signs(place)
        town = place.level == "place"
        among = (
            town and place.population == largest > 0,
            town and place.seat >= 2 and place.code in units,
            place.level == "adm1" and place.code in towns,
            own[SIGNS.index("population")] * context.is_of_the_world,
        )
        rows.append((*own, *rest, *map(float, among)))
    table = np.array(rows, float)
    return np.hstack([table, _signs_of_names(matches, folded, table, context)])


@functools.lru_cache(maxsize=20_000)
def _signs_of_name(place: Place, fit: float, folded: str, wanted: frozenset[str]) -> tuple[float, ...]:
    size = math.log10(max(place.population, 100)) - 2 if place.level == "place" else 0.0
    unit_size = math.log10(max(place.population, 10_000)) - 4 if place.level == "adm1" else 0.0
    fits = place.level in wanted
    return (
        fit,
        float(fold(place.name) == folded or (fit == 1.0 and (place.own or place.level == "country"))),
        float(place.own),
        *(float(place.level == level) for level in LEVELS),
        size,
        unit_size,
        float(place.seat == 2),
        float(place.seat == 3),
        float(place.seat == 1),
        float(place.level == "place" and place.population == 0),
        float(fits),
        float(bool(wanted) and not fits),
    )


class _Beside:
    """What the report says around one name, asked for each place that the name could mean."""

    def __init__(self, name: Name, folded: str, context: Context) -> None:
        self.context, self.folded = context, folded
        self.behind = context.unit_behind(name.end)
        self.told = context.told.get(folded, [])
        self.near = [u for u in context.units_near(name.start, name.end) if u.name != folded]
        joined = folded.replace(" ", "")
        self.published = len(joined) > 3 and joined in context.publisher

    def signs(self, place: Place) -> tuple[float, ...]:
        context, countries = self.context, place.countries
        share = max((context.share(c) for c in countries), default=0.0)
        others = max((context.share_of_others(c, self.folded) for c in countries), default=0.0)
        below = place.code if place.level not in ("country", "adm1") else ""
        behind = self.behind
        lies = behind is not None and _lies_in(place, behind)
        told = any(_lies_in(place, u) for u in self.told)
        home = context.publisher_country
        local = place.level in ("place", "adm2")
        return (
            math.sqrt(share),
            float(bool(context.countries) and not share),
            math.sqrt(max(0.0, others)),
            math.log1p(context.states[below]) if below else 0.0,
            float(lies and behind is not None and bool(behind.code)),
            float(lies and behind is not None and not behind.code),
            float(behind is not None and not lies),
            float(told and behind is None),
            float(bool(self.told) and behind is None and not told),
            float(any(u.code == below for u in self.near)) if below else 0.0,
            float(any(u.country in countries for u in self.near)),
            float(home is not None and home in countries),
            float(home is not None and home not in countries),
            float(self.published and local),
            float(self.published and not local),
        )


def _lies_in(place: Place, unit: Unit) -> bool:
    if unit.code:
        return place.code == unit.code and place.level != "adm1"
    return unit.country in place.countries and place.level != "country"


def _signs_of_names(matches: Sequence[Match], folded: str, table: Floats, context: Context) -> Floats:
    found = np.zeros((len(matches), len(OF_THE_NAMES)))
    if not context.readings:
        return found
    learnt = context.learnt
    places = [m.place for m in matches]
    for n, place in enumerate(places):
        found[n, 0] = max((learnt.share(c, folded) for c in place.countries[:2]), default=0.0)
        found[n, 1] = math.log1p(learnt.in_unit(place.code, folded)) if place.code else 0.0
    near, km = learnt.closeness(places, folded)
    wide = np.array([p.level in ("country", "region", "adm1") or p.lat is None for p in places])
    found[:, 2] = np.where(wide, 0.0, np.log1p(near))
    found[:, 3] = np.where(wide, 0.0, np.maximum(0.0, 1 - np.log10(np.maximum(km, 10) / 10) / 2))
    found[:, 4] = table[:, SIGNS.index("population")] * found[:, 0]
    # Among the towns of one state a namesake near by is likelier than in news of several countries.
    found[:, 5:7] = found[:, 1:3] * context.is_of_the_world
    return found


# ---- levels and containment --------------------------------------------------------------------


@functools.lru_cache(maxsize=1024)
def levels_of(noun: str | None) -> frozenset[str]:
    """The levels of place that the noun beside a name asks for; empty where it asks for none."""
    if noun is None:
        return frozenset()
    words = noun.lower()
    if words.removesuffix("s") in ("region", "district", "territory", "area", "state"):
        return frozenset(("adm1", "adm2", "region", "feature"))
    return {
        "settlement": frozenset(("place",)),
        "quarter": frozenset(("place", "adm2")),
        "adm1": frozenset(("adm1", "adm2")),
        "adm2": frozenset(("adm2", "adm1")),
        "country": frozenset(("country",)),
        "site": _site_levels(words),
    }.get(level_of(words) or "", frozenset())


def contains(larger: Place, smaller: Place) -> bool:
    """Whether `smaller` lies in `larger` by its admin chain, by the table's `within`, or within 8 km of a town."""
    if larger.id == smaller.id or smaller.level == "country":
        return False
    if larger.level == "country":
        return larger.country in smaller.countries
    if larger.level == "region":
        return bool(set(larger.countries) & set(smaller.countries)) and smaller.level not in ("region",)
    if larger.country != smaller.country:
        return False
    if larger.level == "adm1":
        return smaller.level != "adm1" and smaller.admin1 == larger.admin1
    if smaller.within is not None:
        return smaller.within == larger.name
    if larger.level == "adm2" and larger.admin2 and smaller.admin2:
        return smaller.level != "adm2" and smaller.admin2 == larger.admin2
    if larger.level in ("feature", "adm2") and smaller.level == "place":
        km = distance_km(larger, smaller)
        return km is not None and km <= max(15, larger.radius_km) and smaller.admin1 == larger.admin1
    if larger.level == "place" and larger.seat < 2 and smaller.level == "place" and smaller.population > 0:
        return False
    km = distance_km(larger, smaller)
    return larger.level == "place" and smaller.level in ("site", "airport", "place") and km is not None and km <= 8


def _site_levels(noun: str) -> frozenset[str]:
    kinds = {
        "airport": ("airport", "airbase", "airfield", "air base", "airstrip"),
        "river": ("river",),
        "sea": ("gulf", "sea"),
        "lake": ("lake", "reservoir"),
        "mountain": ("mountain", "hill"),
        "feature": ("desert", "forest", "valley", "plain"),
        "crossing": ("crossing",),
    }
    last = noun.split()[-1].removesuffix("s")
    found = {level for level, nouns in kinds.items() if last in nouns or noun in nouns}
    return frozenset(found | {"site"}) if found else frozenset(("site",))
