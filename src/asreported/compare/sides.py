"""
Which armed sides a claim names, and whether two of them can be one.

A side is a resolved actor of an armed or governing type. Words that name nobody ("militants", "warplanes", "the army"
of no state) are none. Two sides can be one where they are the same actor, arms of one state, person and organisation,
or names that one group bore after another.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..records import Claim, Entity
from ..resolve.actor_tables import actor_index
from ..resolve.names import fold, split_words
from .tables import tables


def find_sides(claim: Claim, role: str = "actor") -> tuple[Entity, ...]:
    """The sides that play `role` in `claim`, each once."""
    entities = (filler.entity for filler in claim.roles if filler.role == role)
    return tuple({entity.id: entity for entity in entities if entity and is_side(entity)}.values())


def is_side(entity: Entity) -> bool:
    """Whether the entity is an armed or governing actor that its words tell apart from others."""
    table = tables()
    if entity.id.split(":")[0] in table.unnamed or entity.id in table.perpetrators.generic:
        return False
    return entity.type in table.perpetrators.types or (entity.type == "person" and bool(entity.organisation))


def can_be_one(one: Entity, other: Entity) -> bool:
    """
    Whether both can be the same side: then naming one does not contradict naming the other.

        >>> army = Entity(id="army:sy", name="Syrian army", type="state-forces", country="SY")
        >>> can_be_one(army, Entity(id="air-force:sy", name="Syrian air force", type="state-forces", country="SY"))
        True
        >>> can_be_one(army, Entity(id="islamic-state", name="Islamic State", type="jihadist-group"))
        False
    """
    if one.id == other.id or fold(one.name) == fold(other.name):
        return True
    state = _state_of(one)
    if (state and state == _state_of(other)) or _belongs(one, other) or _belongs(other, one):
        return True
    shared = one.organisation and other.organisation and fold(one.organisation) == fold(other.organisation)
    return bool(shared) or _is_formerly(one, other) or _is_formerly(other, one)


def exclude_each_other(ones: Iterable[Entity], others: Iterable[Entity]) -> bool:
    """Whether both name sides, and none of the one's can be one of the other's."""
    ones, others = tuple(ones), tuple(others)
    return bool(ones) and bool(others) and not any(can_be_one(one, other) for one in ones for other in others)


def _state_of(entity: Entity) -> str | None:
    """The country whose state it is an arm of, or that employs the person."""
    arms = tables().perpetrators.of_the_state
    if entity.type in arms:
        return entity.country
    known = actor_index().match(split_words(entity.organisation)) if entity.organisation else ()
    return known[0].country if len(known) == 1 and known[0].type in arms else None


def _is_formerly(one: Entity, other: Entity) -> bool:
    return any(actor.id == other.id for actor in actor_index().lineage(one.id))


def _belongs(one: Entity, other: Entity) -> bool:
    return bool(one.organisation) and fold(one.organisation or "") == fold(other.name)
