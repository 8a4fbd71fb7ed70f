"""
The two actors of an ACLED row, out of those whom the claims of an event name, by its event type.

Order: who acts is actor1. In Violence against civilians actor2 are always the civilians; in Protests and Riots the
crowd is actor1; a battle has two armed sides, an unidentified one where the reports name one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ..compare.sides import can_be_one
from ..records import Kept
from ..resolve.actor_codes import EXTERNAL
from .event_actors import (
    PROTESTERS,
    RIOTERS,
    Named,
    Party,
    acled_name,
    civilians,
    find_parties,
    inter_of,
    is_unnamed,
    target_words,
    unidentified,
)
from .event_scenes import HARM
from .event_types import Scene, who_is_hit

Naming = Callable[[Party], Named]
FORCES = ("Battles", "Explosions/Remote violence", "Violence against civilians")


class Sides(NamedTuple):
    """Actors with those associated; `two` None where there is one side."""

    one: Named
    assoc_one: tuple[str, ...]
    two: Named | None
    assoc_two: tuple[str, ...]


def find_acled_sides(scene: Scene, lead: Sequence[Kept], event_type: str, sub_event: str, country: str) -> Sides:
    """
    The sides of an event whose type `lead` tells, in `country` (its name).

    Only these claims and those of the dead and wounded name them: who is told of an ambush did not fly the strike. Who
    met a crowd is told by any claim.
    """
    if event_type in ("Protests", "Riots"):
        lead = [*lead, *_others(scene.kepts, lead)]
    ordered = [*lead, *(kept for kept in _others(scene.kepts, lead) if kept.claim.kind in HARM)]
    actors = sorted(_first_named(lead, ordered, "actor", scene.country), key=is_unnamed)
    targets = sorted(_first_named(lead, ordered, "target", scene.country), key=is_unnamed)

    def name(party: Party) -> Named:
        return acled_name(party, country, forces=event_type in FORCES)

    match event_type:
        case "Battles":
            return _battle(actors, targets, name, country)
        case "Protests":
            return _crowd(PROTESTERS, actors, targets, name, country, sub_event)
        case "Riots":
            return _crowd(RIOTERS, actors, targets, name, country, sub_event)
        case "Explosions/Remote violence":
            hit = [party for party in targets if party.armed]
            if not hit and _civilians_hit(ordered, targets, scene):
                return _flying(_one_sided(actors, targets, name, country), sub_event)
            one, assoc = _acting(actors, name, country)
            two, *others = _or_none([name(party) for party in hit])
            return _flying(Sides(one, assoc, two, _assoc(two, others)), sub_event)
        case "Violence against civilians":
            return _one_sided(actors, targets, name, country)
    return _development(actors, targets, name, country, sub_event)


def _others(kepts: Sequence[Kept], some: Sequence[Kept]) -> list[Kept]:
    keys = {kept.key for kept in some}
    return [kept for kept in kepts if kept.key not in keys]


def _first_named(lead: Sequence[Kept], ordered: Sequence[Kept], role: str, country: str | None) -> list[Party]:
    """Whom the claims that give the type name; where that is nobody known, whom those of its dead and wounded name."""
    parties = find_parties(lead, role, country)
    if any(party.inter is not None for party in parties):
        return parties
    others = find_parties(ordered, role, country)
    return others if any(party.inter is not None for party in others) else parties or others


def _battle(actors: Sequence[Party], targets: Sequence[Party], name: Naming, country: str) -> Sides:
    ones = [party for party in actors if party.armed]
    twos = [party for party in targets if party.armed and not any(_is_one(party, one) for one in ones)]
    if not twos and len(ones) > 1:
        twos, ones = ones[1:], ones[:1]  # "clashes between A and B": both act
    one, assoc = _acting(ones or [party for party in actors if party.inter is None], name, country)
    if not twos:
        unnamed = [party.words for party in targets if party.inter is None and target_words([party]) == "armed"][:1]
        return Sides(one, assoc, unidentified(country, *unnamed), tuple(unnamed))
    two, *others = [name(party) for party in twos]
    return Sides(one, assoc, two, _assoc(two, others))


def _is_one(one: Party, other: Party) -> bool:
    return one.entity is not None and other.entity is not None and can_be_one(one.entity, other.entity)


def _acting(parties: Sequence[Party], name: Naming, country: str) -> tuple[Named, tuple[str, ...]]:
    armed = [party for party in parties if party.armed or party.crowd] or [p for p in parties if p.inter is None][:1]
    named = [name(party) for party in armed]
    if not named:
        return unidentified(country), ()
    return named[0], _assoc(named[0], named[1:])


def _flying(sides: Sides, sub_event: str) -> Sides:
    """An air strike of nobody known is one of an unidentified military."""
    if sub_event != "Air/drone strike" or not sides.one.name.startswith("Unidentified Armed Group"):
        return sides
    return sides._replace(one=Named("Unidentified Military Forces", sides.one.assoc, inter_of(EXTERNAL)))


def _or_none(named: Sequence[Named]) -> Sequence[Named | None]:
    return named or [None]


def _assoc(of: Named | None, others: Sequence[Named | None]) -> tuple[str, ...]:
    if of is None:
        return ()
    names = [of.assoc, *(part for other in others if other for part in (other.name, other.assoc))]
    return tuple(dict.fromkeys(part for part in names if part and part != of.name))


def _civilians_hit(ordered: Sequence[Kept], targets: Sequence[Party], scene: Scene) -> bool:
    harmed = [kept for kept in ordered if kept.claim.kind in HARM]
    return any(party.civilian for party in targets) or who_is_hit(harmed, scene) == "civil"


def _one_sided(actors: Sequence[Party], targets: Sequence[Party], name: Naming, country: str) -> Sides:
    one, assoc = _acting(actors, name, country)
    named = [name(party) for party in targets if party.inter is not None]
    hit = civilians(country)
    assoc_two = [part for other in named for part in (other.name, other.assoc) if part and part != hit.name]
    return Sides(one, assoc, hit, tuple(dict.fromkeys(assoc_two)))


def _crowd(
    crowd: str, actors: Sequence[Party], targets: Sequence[Party], name: Naming, country: str, sub_event: str
) -> Sides:
    """The crowd; against it whoever is armed, else the civilians whom a mob turned on."""
    inter = inter_of(crowd)
    people = [name(party).assoc for party in (*actors, *targets) if party.civilian or party.crowd]
    armed = [name(party) for party in (*actors, *targets) if party.armed] if sub_event != "Peaceful protest" else []
    mob = sub_event == "Mob violence" and any(party.civilian for party in targets)
    one = Named(f"{crowd} ({country})", "", inter)
    two, *others = _or_none(armed or ([civilians(country)] if mob else []))
    return Sides(one, tuple(dict.fromkeys(part for part in people if part)), two, _assoc(two, others))


def _development(
    actors: Sequence[Party], targets: Sequence[Party], name: Naming, country: str, sub_event: str
) -> Sides:
    """Whoever is named; of an agreement or an arrest the other side too."""
    ones = [party for party in actors if party.inter is not None]
    twos = [party for party in targets if party.inter is not None and not any(_is_one(party, one) for one in ones)]
    if sub_event == "Agreement" and not twos and len(ones) > 1:
        ones, twos = ones[:1], ones[1:]
    if not ones:
        words = [party for party in actors if party.inter is None]
        ones, twos = (twos[:1], twos[1:]) if twos and not words else (words[:1], twos)
    ones = [party for party in ones if party.civilian == ones[0].civilian]
    named = [name(party) for party in ones] or [civilians(country) if sub_event == "Other" else unidentified(country)]
    two, *others = _or_none([other for party in twos if (other := name(party)).name != named[0].name])
    return Sides(named[0], _assoc(named[0], named[1:]), two, _assoc(two, others))
