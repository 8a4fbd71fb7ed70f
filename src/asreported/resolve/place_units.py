"""
Find the countries, peoples and states that a report names: what it says outright about where it happens.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from asreported.records import Report

from .gazetteer import country_words, state_codes
from .place_names import fold

WORD = re.compile(r"[^\W\d_][\w.’'-]*")
CAPITALISED = re.compile(r"(?<![\w.’'-])[^\W\d_a-z][\w.’'-]*")
GOES_ON = re.compile(r"[\w-]")
AFTER_NAME = re.compile(r",\s?$|\s\($")
"""What stands between a place and the state or country behind it: "Paris, Texas", "Gao (Mali)"."""
DOMAIN = re.compile(r"(?:[\w-]+\.)+([a-z]{2})(?:[/:?]|$)", re.IGNORECASE)


class Unit(NamedTuple):
    """A country, a people or a state as the text names it: `code` is "US.TX" for a state, `weight` how much it says."""

    start: int
    end: int
    country: str
    code: str
    weight: float
    name: str


def weights_of(units: Iterable[Unit]) -> dict[str, float]:
    """How often each country is named (1, in the title 3), its people or its states (a third of that)."""
    counts: dict[str, float] = defaultdict(float)
    for unit in units:
        counts[unit.country] += unit.weight
    return dict(counts)


def named_units(report: Report) -> tuple[Unit, ...]:
    """
    The countries, peoples and states that the report names, in the order of the text.

    Abbreviations of states count behind a name alone ("Paris, Ky."), where they can be nothing else. "Georgia" is the
    country beside Georgians, the state beside other states, and says nothing where neither is named.
    """
    units: list[Unit] = []
    for token in CAPITALISED.finditer(report.text):
        start = token.start()
        if not units or start >= units[-1].end:
            unit = _unit(report, start, _names_at(report.text, start, token[0]))
            units += [unit] if unit else []
    return tuple(_without_doubt(units))


def _names_at(text: str, start: int, word: str) -> tuple[str, ...]:
    """What may be named there: the longer names that begin with the word, then the word itself."""
    longer = [name for name in _longer_names().get(word, ()) if text.startswith(name, start)]
    whole = [name for name in longer if not GOES_ON.match(text, start + len(name))]
    bare = word.removesuffix("'s").removesuffix("’s")
    return (*whole, bare, bare.rstrip(".,"))


def _unit(report: Report, start: int, names: Iterable[str]) -> Unit | None:
    weight = 3.0 if start < len(report.title) else 1.0
    for name in names:
        end = start + len(name)
        if name in GIVEN_NAMES and _is_person(report.text, start, end):
            return None
        if name == "England" and report.text.endswith("New ", 0, start):
            return None
        if name in country_words():
            country, is_people = country_words()[name]
            return Unit(start, end, country, "", weight / 3 if is_people else weight, fold(name))
        code = state_codes().get(name)
        if code and (name in _full_states() or AFTER_NAME.search(report.text, max(0, start - 3), start)):
            return Unit(start, end, code[:2], code, weight / 3, fold(name))
    return None


GIVEN_NAMES = frozenset(("Chad", "Jordan", "Israel", "Georgia", "Virginia"))
BEFORE_PERSON = re.compile(r"(?<![.!?:”\"] )\b(?!The |In |From |And |For |To |Of |But |With |Near )[A-Z][a-z]+ $")
AFTER_PERSON = re.compile(r" (?:[A-Z]\. )?(?!River|Valley|Republic|State|Basin|Army|Beach|Tech)[A-Z][a-z]+")


def _is_person(text: str, start: int, end: int) -> bool:
    """Whether a country's name stands between the names of a person: "Chad Smith", "Michael Jordan"."""
    return bool(AFTER_PERSON.match(text, end) or BEFORE_PERSON.search(text, max(0, start - 20), start))


def _without_doubt(units: list[Unit]) -> list[Unit]:
    if not any(u.name == "georgia" for u in units):
        return units
    if any(u.name in ("georgian", "georgians") for u in units):
        return units
    american = any(u.country == "US" for u in units)
    state = [u._replace(country="US", code="US.GA", weight=u.weight / 3) for u in units if u.name == "georgia"]
    others = [u for u in units if u.name != "georgia"]
    return sorted(others + state) if american else others


@functools.cache
def _full_states() -> frozenset[str]:
    """Names of states that are written out, and are no more common as names of towns and people."""
    return frozenset(s for s in state_codes() if len(s) > 3 and "." not in s and s not in TOWNS)


TOWNS = frozenset(("Washington", "New York", "Victoria", "Georgia"))


@functools.cache
def _longer_names() -> dict[str, tuple[str, ...]]:
    """By their first word, the names of countries and states that have several, the longest first."""
    longer: dict[str, list[str]] = defaultdict(list)
    for name in sorted({*country_words(), *state_codes()}, key=lambda n: (-len(n), n)):
        first = WORD.match(name)
        if first and first.end() < len(name):
            longer[first[0]].append(name)
    return {first: tuple(names) for first, names in longer.items()}


@functools.lru_cache(maxsize=256)
def country_of_domain(address: str) -> str | None:
    """
    The country by the ending of a web address; None for endings that say nothing, as .com.

        >>> country_of_domain("cambridge-news.co.uk"), country_of_domain("www.civil.ge"), country_of_domain("bbc.com")
        ('GB', 'GE', None)
    """
    found = DOMAIN.search(address.strip())
    code = found[1].upper() if found else ""
    code = "GB" if code == "UK" else code
    return code if code in {c for c, _ in country_words().values()} and code not in FOR_ALL else None


FOR_ALL = frozenset(("TV", "ME", "IO", "CO", "CC", "FM", "AI", "LY", "WS", "TO"))
"""Endings of countries that anyone takes: .tv, .me, .co."""
