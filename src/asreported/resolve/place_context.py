"""
What a report is about: the countries and states that it names, where, and what its other names have been read as.

`Context` is asked by the ranking of places. First it knows what the text says outright (countries, their peoples,
states, who publishes it); `learn` adds, once every name has been read on its own, how much speaks for each reading, so
that names can be read again by each other.
"""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from asreported.records import Report

from .gazetteer import Gazetteer, Place
from .place_names import fold
from .place_units import AFTER_NAME, Unit, country_of_domain, named_units, weights_of

NEAR_BY = 120
"""So many characters from a name a state or country counts as told with it."""
EARTH_KM = 6371.0
SEVERAL = 3
"""Countries from which on a report is news of the world."""
CLOSE_KM = 60.0
"""The distance at which a place speaks for another one a third as much as one beside it."""

Points = npt.NDArray[np.float64]


class Reading(NamedTuple):
    """What a name may mean, by `share` of all its readings."""

    name: str
    place: Place
    share: float


class Context:
    """What a report is about, as far as it is known."""

    def __init__(self, gazetteer: Gazetteer, report: Report) -> None:
        self.gazetteer = gazetteer
        self.units = named_units(report)
        self.countries = defaultdict(float, weights_of(self.units))
        self.publisher = fold(report.publisher or "").replace(" ", "")
        self.publisher_country = country_of_domain(report.publisher or "") or country_of_domain(report.url or "")
        self.anchors: list[Place] = []
        """Places, below countries, of which the report certainly speaks."""
        self.states = Counter(u.code for u in self.units if u.code)
        self._by_name = _by_name(self.units)
        self._starts = [u.start for u in self.units]
        self._behind, self.told = _behind(report.text, self.units)
        self.readings: tuple[Reading, ...] = ()
        self._forget()

    def _forget(self) -> None:
        """Empties what is kept of the answers, which hold until something is learnt."""
        self._total = sum(self.countries.values())
        self._main: tuple[str | None] | None = None
        self._top: dict[tuple[int, int], list[str]] = {}
        self.kept: dict[object, object] = {}

    def learn(self, sure: Iterable[Place], readings: Iterable[Reading]) -> None:
        """Adds places of which the report certainly speaks, and what its names may mean."""
        for place in sure:
            for country in place.countries if len(place.countries) < 3 else ():
                self.countries[country] += 2
            if place.level not in ("country", "region") and place.lat is not None:
                self.anchors.append(place)
        self.readings = _averaged((*readings, *self._told_outright()))
        self._forget()

    def _told_outright(self) -> Iterator[Reading]:
        """The countries and peoples of the text as readings, since not all are among its toponyms."""
        for unit in self.units:
            country = None if unit.code else self.gazetteer.country(unit.country)
            if country is not None:
                yield Reading(unit.name, country, 1.0)

    # ---- countries -----------------------------------------------------------------------

    def share(self, country: str | None) -> float:
        """The share of the report's weight that is with this country."""
        return self.countries[country] / self._total if country and self._total else 0.0

    def share_of_others(self, country: str, name: str) -> float:
        """The same without what the name itself says: "Jordan" alone does not show that a report is about Jordan."""
        own = self._by_name.get(name, {})
        total = self._total - sum(own.values())
        return (self.countries[country] - own.get(country, 0.0)) / total if total > 1e-9 else 0.0

    @property
    def says_nothing(self) -> bool:
        """Whether the report names no country but in passing: as in local news, any of its places may be small."""
        return self._total <= 1

    @property
    def is_of_the_world(self) -> bool:
        """Whether the report names several countries: local news does not."""
        return len({u.country for u in self.units if not u.code}) >= SEVERAL

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

    # ---- what stands beside a name ---------------------------------------------------------

    def unit_behind(self, end: int) -> Unit | None:
        """The state or country that is set behind a name which ends there: "Paris, Texas"."""
        return self._behind.get(end)

    def units_near(self, start: int, end: int) -> Sequence[Unit]:
        """The states and countries named within 120 characters, less the name itself."""
        first = bisect.bisect_left(self._starts, start - NEAR_BY)
        last = bisect.bisect_right(self._starts, end + NEAR_BY)
        return [u for u in self.units[first:last] if u.end <= start or u.start >= end]

    # ---- what the other names mean ---------------------------------------------------------

    def is_read(self, code: str) -> bool:
        """Whether some name of the report may mean a place in the admin 1 unit."""
        return bool(self.readings) and code in self.learnt.by_unit

    @property
    def learnt(self) -> Learnt:
        """The readings, made ready to be asked; the same until more is learnt."""
        found = self.kept.get("learnt")
        if not isinstance(found, Learnt):
            found = self.kept["learnt"] = Learnt(self.readings)
        return found


def _averaged(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The readings of all mentions of a name as one set: its shares add up to 1."""
    shares: dict[str, dict[int, float]] = {}
    places: dict[int, Place] = {}
    for name, place, share in readings:
        told = shares.setdefault(name, {})
        told[place.id] = told.get(place.id, 0.0) + share
        places[place.id] = place
    return tuple(
        Reading(name, places[id], share / sum(told.values()))
        for name, told in shares.items()
        for id, share in told.items()
    )


class Learnt:
    """The readings of a report's names: by country, by admin 1 unit and by point."""

    def __init__(self, readings: Sequence[Reading]) -> None:
        self.by_country: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.by_unit: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        self.names = {r.name for r in readings}
        for name, place, share in readings:
            for country in place.countries if len(place.countries) < 3 else ():
                self.by_country[country][name] += share
            if place.code:
                self.by_unit[place.code][name] += share
        placed = [r for r in readings if r.place.lat is not None and r.place.level not in ("country", "region", "adm1")]
        self.numbers = {name: n for n, name in enumerate(sorted(self.names))}
        self.point_names = np.array([self.numbers[r.name] for r in placed], np.int64)
        self.ids = np.array([r.place.id for r in placed], np.int64)
        self.shares = np.array([r.share for r in placed], float)
        self.points = unit_vectors([r.place for r in placed])

    def share(self, country: str, name: str) -> float:
        """The share of the other names that are in the country."""
        others = len(self.names) - (name in self.names)
        told = self.by_country.get(country)
        return (sum(told.values()) - told.get(name, 0.0)) / others if told and others else 0.0

    def in_unit(self, code: str, name: str) -> float:
        """How many of the other names are in the admin 1 unit."""
        told = self.by_unit.get(code)
        return sum(told.values()) - told.get(name, 0.0) if told else 0.0

    def closeness(self, places: Sequence[Place], name: str) -> tuple[Points, Points]:
        """
        How many other names mean places close by, and the km to the nearest; for each of `places` with a point.

        Shapes: N places → (N,), (N,). What the name itself was read as does not count, nor a place for itself.
        """
        nothing = np.zeros(len(places)), np.full(len(places), 20_000.0)
        if not len(self.shares):
            return nothing
        chord = np.clip(unit_vectors(places) @ self.points.T, -1.0, 1.0)  # (N, M)
        km = EARTH_KM * np.arccos(chord)
        other = (self.point_names != self.numbers.get(name, -1))[None, :] & (
            np.array([p.id for p in places])[:, None] != self.ids
        )
        near = np.where(other, self.shares * np.exp(-km / CLOSE_KM), 0.0).sum(1)
        likely = other & (self.shares > 0.5)[None, :]
        return near, np.where(likely, km, 20_000.0).min(1)


def unit_vectors(places: Sequence[Place]) -> Points:
    """
    The points of places on a sphere of radius 1, the south pole for one without.

    Shapes: N places → (N, 3).
    """
    degrees = [(-90.0, 0.0) if p.lat is None or p.lon is None else (p.lat, p.lon) for p in places]
    lat, lon = np.radians(np.array(degrees, float).reshape(-1, 2)).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], 1)


def _by_name(units: Iterable[Unit]) -> dict[str, dict[str, float]]:
    """By folded name, how much each country owes to it."""
    told: dict[str, dict[str, float]] = {}
    for unit in units:
        weights = told.setdefault(unit.name, {})
        weights[unit.country] = weights.get(unit.country, 0.0) + unit.weight
    return told


def _behind(text: str, units: Iterable[Unit]) -> tuple[dict[int, Unit], dict[str, list[Unit]]]:
    """Units that are set behind a name: by where it ends, and, each once, by the one to three words that it may be."""
    ends: dict[int, Unit] = {}
    names: dict[str, list[Unit]] = {}
    for unit in units:
        found = AFTER_NAME.search(text, max(0, unit.start - 3), unit.start)
        if not found:
            continue
        ends[found.start()] = unit
        words = text[max(0, found.start() - 60) : found.start()].split()[-3:]
        for n in range(len(words)):
            if words[n][:1].isupper():
                told = names.setdefault(fold(" ".join(words[n:])), [])
                if not any((u.country, u.code) == (unit.country, unit.code) for u in told):
                    told.append(unit)
    return ends, names
