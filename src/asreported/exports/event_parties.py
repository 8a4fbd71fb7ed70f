"""
Who stands as actor and as recipient of a PLOVER event.

Of several kinds of force those claims name them that give the event its type to ACLED, and those of its dead and
wounded: who is told of an ambush did not fly the strike. All parties of a fight act. People who fled are the recipients
of their expulsion by whoever caused it, and those who surrendered act.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ..compare.sides import is_side
from ..records import Entity, Kept, Role
from ..resolve.actor_codes import find_plover
from .event_actors import names_somebody
from .event_choice import choose_type
from .event_scenes import HARM
from .event_tables import tells, trigger_of
from .event_types import Scene

UNKNOWN = {"sector": "UNK"}


def find_plover_sides(kepts: Sequence[Kept], needs_recipient: bool) -> dict[str, Any]:
    """The values of `actor` and `recipient`; None where there is no recipient."""
    lead = _lead(kepts)
    actors, recipients = _fillers(lead, "actor"), _fillers(lead, "target")
    kinds = {kept.claim.kind for kept in lead}
    if "clash" in kinds:
        parties = [role for role in (*actors, *recipients) if _fights(role)]
        return {"actor": _entities(parties) or [UNKNOWN], "recipient": None}
    if kinds == {"displacement"}:
        causing = [role for role in actors if role.entity and is_side(role.entity)]
        recipients = [role for role in actors if role not in causing] + recipients
        actors = causing
    elif kinds == {"detention"} and all(tells(trigger_of(kept.claim), "surrender") for kept in lead):
        actors, recipients = recipients or actors, actors if recipients else []
    unknown = [UNKNOWN] if needs_recipient else None
    return {"actor": _entities(actors) or [UNKNOWN], "recipient": _entities(recipients) or unknown}


def _lead(kepts: Sequence[Kept]) -> list[Kept]:
    chosen = choose_type(Scene(kepts, kepts, None))
    if chosen is None:
        return list(kepts)
    keys = {kept.key for kept in chosen.lead}
    return [kept for kept in kepts if kept.key in keys or kept.claim.kind in HARM]


def _fillers(kepts: Iterable[Kept], name: str) -> list[Role]:
    return [role for kept in kepts for role in kept.claim.roles if role.role == name]


def _fights(role: Role) -> bool:
    """Whether the filler can be a party of a fight: no town and no minister who announced it."""
    if role.entity is None:
        return tells(role.text, "armed-target")
    return is_side(role.entity) or role.entity.type == "armed-group"


def _entities(roles: Iterable[Role]) -> list[dict[str, str]]:
    """Each once; who is in no table by the words of the report, with the sector UNK."""
    found: dict[str, dict[str, str]] = {}
    for role in roles:
        if role.entity or names_somebody(role.text):
            key = role.entity.id if role.entity else f"words:{role.text.casefold()}"
            found.setdefault(key, _entity(role.entity, role.text))
    return list(found.values())


def _entity(entity: Entity | None, words: str) -> dict[str, str]:
    if entity is None:
        return UNKNOWN | {"entity_text": words}
    code = find_plover(entity)
    values = {
        "code": code.code,
        "sector": code.sector or ("UNK" if code.code is None else None),
        "entity_text": words,
        "identifier_id": entity.id,
        "identifier_text": entity.name,
    }
    return {key: value for key, value in values.items() if value is not None}
