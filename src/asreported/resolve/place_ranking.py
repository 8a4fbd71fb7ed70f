"""
Choose among the places that a name could mean, by what the report is about.

A score adds up: how well the name fits, the level and size of the place, how much of the report is about its country,
whether its admin 1 and its neighbourhood are named too, what the nouns beside the name say, and whether a larger place
in the same mention contains it. Weights are data/places_ranking.toml.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import msgspec

from asreported.codebook import load_table
from asreported.records import Record, Report

from .gazetteer import Gazetteer, Match, Place, country_words, distance_km
from .place_phrases import level_of

TOKEN = re.compile(r"[^\W\d_][\w.’'-]*")


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """data/places_ranking.toml."""

    fit: float
    own: float
    population: float
    seat: float
    country: float
    other_country: float
    admin1: float
    near: float
    noun_fits: float
    noun_differs: float
    contained: float
    container: float
    beside: float
    level: dict[str, float]


class Scored(Record, frozen=True, kw_only=True):
    """A place and its score; scores compare within one name only."""

    place: Place
    score: float


@functools.cache
def weights() -> Weights:
    """The table of weights, loaded once."""
    return load_table("places_ranking.toml", Weights)


class Context:
    """What a report is about: the weight of each country, how often each admin 1 unit is named, and points named."""

    def __init__(self, gazetteer: Gazetteer, countries: dict[str, float]) -> None:
        self.gazetteer = gazetteer
        self.countries = defaultdict(float, countries)
        self.admin1: Counter[tuple[str | None, str | None]] = Counter()
        self.anchors: list[Place] = []
        self._forget()

    def _forget(self) -> None:
        """Empties what is kept of the answers, which hold until something is learnt."""
        self._total = sum(self.countries.values())
        self._main: tuple[str | None] | None = None
        self._top: dict[tuple[int, int], list[str]] = {}
        self.scores: dict[tuple[int, float, frozenset[str]], float] = {}

    def learn(self, places: Iterable[Place]) -> None:
        """Adds places of which the report certainly speaks."""
        for place in places:
            for country in place.countries if len(place.countries) < 3 else ():
                self.countries[country] += 2
            if place.admin1:
                self.admin1[place.country, place.admin1] += 1
            if place.level not in ("country", "region") and place.lat is not None:
                self.anchors.append(place)
        self._forget()

    def share(self, country: str | None) -> float:
        """The share of the report's weight that is with this country."""
        return self.countries[country] / self._total if country and self._total else 0.0

    @property
    def main_country(self) -> str | None:
        """The country that the report is about, where it has one: more than a third of the weight."""
        if self._main is None:
            country = max(sorted(self.countries), key=lambda c: self.countries[c], default=None)
            self._main = (country if self.share(country) > 1 / 3 else None,)
        return self._main[0]

    def top_countries(self, number: int = 3) -> list[str]:
        key = (number, len(self.countries))  # `share` adds countries without weight
        if key not in self._top:
            self._top[key] = sorted(self.countries, key=lambda c: (-self.countries[c], c))[:number]
        return self._top[key]


def rank(matches: Iterable[Match], noun: str | None, context: Context) -> list[Scored]:
    """The matches by score, best first; ties go to the smaller GeoNames id."""
    wanted = levels_of(noun)
    scored = [Scored(place=m.place, score=round(_score(m, wanted, context), 4)) for m in matches]
    return sorted(scored, key=lambda s: (-s.score, abs(s.place.id)))


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


def _score(match: Match, wanted: frozenset[str], context: Context) -> float:
    # A name is read again for every claim that has it.
    key = (match.place.id, match.fit, wanted)
    if key not in context.scores:
        context.scores[key] = _sum_up(match, wanted, context)
    return context.scores[key]


def _sum_up(match: Match, wanted: frozenset[str], context: Context) -> float:
    w, place = weights(), match.place
    score = w.fit * match.fit + w.level.get(place.level, 0) + w.own * place.own + w.seat * place.seat
    score += w.population * math.log10(max(place.population, 100)) if place.level != "country" else 0
    share = max((context.share(c) for c in place.countries), default=0.0)
    score += w.country * math.sqrt(share) if share else w.other_country * bool(context.countries)
    if place.admin1:
        score += w.admin1 * min(3, context.admin1[place.country, place.admin1])
    if wanted:
        score += w.noun_fits if place.level in wanted else w.noun_differs
    return score + _nearness(place, context)


def _nearness(place: Place, context: Context) -> float:
    """Up to 1 for a place near to what else is named, 0 from 1000 km on."""
    if place.level in ("country", "region"):
        return 0.0
    others = [a for a in context.anchors if a.id != place.id][:40]
    distances = [km for a in others if (km := distance_km(place, a)) is not None]
    if not distances:
        return 0.0
    return weights().near * max(0.0, 1 - math.log10(max(min(distances), 10) / 10) / 2)


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


def named_countries(report: Report) -> dict[str, float]:
    """How often the report names each country (1, in the title 3) or its people (a third of that)."""
    counts: dict[str, float] = defaultdict(float)
    tokens = list(TOKEN.finditer(report.text))
    title_end = len(report.title)
    n = 0
    while n < len(tokens):
        for size in range(_longest_names().get(tokens[n][0], 1), 0, -1) if tokens[n][0][0].isupper() else ():
            last = tokens[min(n + size, len(tokens)) - 1]
            form = report.text[tokens[n].start() : last.end()]
            form = form.removesuffix("'s").removesuffix("’s")
            found = country_words().get(form) or country_words().get(form.rstrip(".,"))
            if found:
                weight = 1.0 if not found[1] else 1 / 3
                counts[found[0]] += weight * (3 if tokens[n].start() < title_end else 1)
                n += size - 1
                break
        n += 1
    return counts


@functools.cache
def _longest_names() -> dict[str, int]:
    """By the first of several words of a country's name, how many words such a name has at most; up to 4."""
    longest: dict[str, int] = {}
    for name in country_words():
        words = TOKEN.findall(name)
        if len(words) > 1:
            longest[words[0]] = min(4, max(longest.get(words[0], 1), len(words)))
    return longest
