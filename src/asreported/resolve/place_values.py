"""
What a mention resolves to, before it becomes the `Where` of a claim: `Found`, and questions asked of it.
"""

from __future__ import annotations

import re

from asreported.records import Candidate, Record, Span

from .gazetteer import Place
from .place_mentions import Part, lies_in
from .place_names import fold
from .place_phrases import Name, level_of
from .place_ranking import contains
from .relations import COMPASS, DISTANCE, Relation, parse_relation

MOST_ALTERNATES = 8
OUTSIDE = re.compile(
    r"(?:\b(?:near|outside|around|close to|not far from|on the outskirts of|in the vicinity of|off the coast of)"
    rf"|{DISTANCE.pattern}|\b{COMPASS} of)(?: the)?$",
    re.IGNORECASE,
)
"""Words in front of a mention that place it beside what it names."""
AT_SEA = re.compile(
    r"\b(?:(?:war|gun)?(?:ships?|boats?)|vessels?|tankers?|freighters?|trawlers?|dinghies|frigates?|sailors?|fishermen|"
    r"pirates?|nav(?:y|al)|sank|sunk|drowned|capsized|coast ?guards?)\b[^.;]*\boff(?: the)?$",
    re.IGNORECASE,
)
"""The same in the waters off it; troops "seal off" a town."""
TOWN, CITY, GREAT_CITY = 5_000, 50_000, 300_000
"""Great cities are neither "the town" nor "the village", cities no village, and small towns no city."""


class Found(Record, frozen=True, kw_only=True):
    """What a mention resolves to: a place, or a name that the gazetteer lacks with the place that contains it."""

    span: Span
    place: Place | None
    own_name: str | None = None
    """The name as written, where it is a site or place that the gazetteer lacks."""
    written: tuple[str, ...] = ()
    """The name as written, where it is another spelling of the place: without its noun, and with it."""
    relation: Relation | None = None
    second: Place | None = None
    others: tuple[Candidate, ...] = ()
    rule: str = "named"


def found_part(span: Span, part: Part, relation: Relation | None, second: Place | None = None) -> Found:
    others = tuple(
        Candidate(
            name=s.place.name,
            country=s.place.country,
            id=s.place.id if s.place.id > 0 else None,
            score=s.score,
            admin1=s.place.admin1,
            lat=s.place.lat,
            lon=s.place.lon,
        )
        for s in part.scored[1:4]
    )
    return Found(
        span=span, place=part.place, written=spellings(part.name), relation=relation, second=second, others=others
    )


def spellings(name: Name) -> tuple[str, ...]:
    """The name as it is written, and with the noun that follows it: "Safra", "Safra district"."""
    follows = name.noun is not None and name.after.startswith(name.noun)
    return (name.text, f"{name.text} {name.noun}") if follows else (name.text,)


def relation_of(part: Part, lead: str = "") -> Relation | None:
    """
    The relation of the leaf to its words; "northern province of X" says nothing about a part of X.

    `lead` are the words of the report in front of the mention: annotators and models leave "near" out as often as in.
    """
    before = part.name.lead
    if part.name.before == before and (outside := OUTSIDE.search(lead)):
        before = f"{outside[0]} {before}"
    elif part.name.before == before and AT_SEA.search(lead):
        before = f"off {before}".rstrip()
    if part.name.noun and re.search(r"\b(?:province|governorate|city|town|village|state|district|region) of$", before):
        before = re.sub(
            r"\b\w+(?:ern)? (?=(?:province|governorate|city|town|village|state|district|region) of$)", "", before
        )
    compass = re.match(r"(?:north|south|east|west|central)\S*", part.name.text.lower())
    if compass and part.place and not fold(part.place.name).startswith(compass[0][:4]):
        before = f"{before} {compass[0]}"
    return parse_relation(before, part.name.after)


def anaphor_relation(text: str, head: str | None) -> Relation | None:
    """ "north of the city", "the city's west": how a mention without a name relates to what its noun stands for."""
    found = re.search(rf"\b(?:the|this|that) ({re.escape(head or '')})(?=['’]s|$)(?:['’]s )?(.*)$", text, re.IGNORECASE)
    if not head or not found:
        return None
    before, after = text[: found.start()].strip(), found[2]
    return parse_relation(before, after)


def site_name(part: Part) -> str:
    """The unknown name with the noun of site that follows it: "Castello road"."""
    noun = part.name.noun
    if noun and level_of(noun) in ("site", "common_site") and part.name.after.startswith(noun):
        return f"{part.name.text} {noun}"
    return part.name.text


def key_of(found: Found) -> tuple[int | None, str | None]:
    return (found.place.id if found.place else None, found.own_name)


def holds(larger: Found, smaller: Found) -> bool:
    if larger.place is None or smaller.place is None or larger.own_name:
        return False
    if smaller.own_name:
        return larger.place.id == smaller.place.id or contains(larger.place, smaller.place)
    return lies_in(smaller.place, larger.place)


def is_settlement(found: Found) -> bool:
    """Whether "the town" may stand for it: a town, or a name that the gazetteer lacks and that is no site."""
    if found.own_name is not None:
        inside = found.place is not None and found.place.level == "place"
        return not inside and level_of(found.own_name.rsplit(" ", 1)[-1].lower()) is None
    return found.place is not None and found.place.level == "place" and found.place.within is None


def has_size(found: Found, head: str | None) -> bool:
    """Whether the noun ("city", "village") may stand for a settlement of this size; unknown sizes fit any."""
    place = found.place
    if found.own_name is not None or place is None or head not in ("city", "town", "village", "hamlet"):
        return True
    great = place.seat >= 2 or place.population >= GREAT_CITY
    if head == "city":
        return great or place.seat == 1 or place.population == 0 or place.population >= TOWN
    return not great and (head == "town" or place.population < CITY)


def _without_noun(name: str) -> str:
    """
    A name that the gazetteer lacks without its noun.

        >>> _without_noun("Rajm al Sheikh Region"), _without_noun("Yarmouk")
        ('Rajm al Sheikh', 'Yarmouk')
    """
    words = name.split()
    return " ".join(words[:-1]) if len(words) > 1 and level_of(words[-1].lower()) else name


def size_of(place: Place) -> int:
    order = ("site", "airport", "crossing", "place", "feature", "mountain", "adm2", "adm1", "region", "country")
    return order.index(place.level) if place.level in order else 6


def alternates_of(found: Found) -> tuple[str, ...]:
    """
    Other names of the place, the spelling of the text first; at most eight.

    A site that the gazetteer lacks has the town that it stands in as its last one: what coders write for it.
    """
    name = found.own_name or (found.place.name if found.place else "")
    names: dict[str, str] = {}
    written = list(found.written)
    if found.own_name and (bare := _without_noun(found.own_name)) != found.own_name:
        written.append(bare)
    known = list(found.place.names) if found.place and not found.own_name else []
    if found.own_name and found.place and found.place.level == "place":
        known = [found.place.name]
    for other in written + known:
        if fold(other) and (fold(other) != fold(name) or (other in written and other != name)):
            names.setdefault(fold(other), other)
    return tuple(names.values())[:MOST_ALTERNATES]
