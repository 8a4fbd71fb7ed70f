"""
Who takes part in an event, and what ACLED and UCDP call them.

Names follow the conventions of both: `Military Forces of Iraq`, `Civilians (Iraq)`, `Government of Iraq`. ACLED's years
of a regime ("(2014-)") are left out, for no report tells them. Actors that no table knows are an unidentified armed
group to ACLED; the words of the report stand as the associated actor. Who is not told to be armed is a civilian.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..compare.chains import Voices
from ..compare.sides import can_be_one, is_side
from ..compare.tables import tables
from ..records import Entity, Kept, Role
from ..resolve.actor_codes import CIVILIANS, STATE, Inter, actor_codes, find_inter
from ..resolve.actor_tables import actor_index
from ..resolve.gazetteer import countries
from ..resolve.names import fold, split_words
from .event_tables import tells

PROTESTERS, RIOTERS, MILITIA = "Protesters", "Rioters", "Political militia"
CROWDS = (PROTESTERS, RIOTERS)
POINTING = frozenset(
    (
        *("it", "its", "they", "them", "their", "he", "she", "him", "her", "his", "we", "us", "our"),
        *("who", "which", "that", "those", "these", "this", "others", "some", "both", "one", "all"),
        *("men", "his men", "their men"),
    )
)
"""Words that name nobody."""
PLAIN = ("civilians", "people", "relatives", "prisoners", "suspects")
"""People of whom nothing else is told, so that they need no associated actor."""
STATE_TYPES = ("state-forces", "police", "government")


class Party(NamedTuple):
    """Somebody who takes part: `inter` None is nobody that ACLED's categories tell."""

    entity: Entity | None
    words: str
    inter: Inter | None

    @property
    def armed(self) -> bool:
        return self.inter is not None and self.inter.text not in (CIVILIANS, *CROWDS)

    @property
    def civilian(self) -> bool:
        return self.inter is not None and self.inter.text == CIVILIANS

    @property
    def crowd(self) -> bool:
        return self.inter is not None and self.inter.text in CROWDS


class Named(NamedTuple):
    """An actor as ACLED writes it."""

    name: str
    assoc: str
    inter: Inter


def find_parties(kepts: Sequence[Kept], role: str, country: str | None) -> list[Party]:
    """
    Those who play `role` in the claims of an event, each once, whom most independent voices name first.

    Two names that can be one side (arms of one state) are one party. Words that name nobody known come last.
    """
    voices = Voices(kepts)
    told: dict[str, set[str]] = defaultdict(set)
    first: dict[str, tuple[int, Party]] = {}
    for kept in kepts:
        for filler in kept.claim.roles:
            if filler.role == role and (party := _party(filler, country)):
                key = party.entity.id if party.entity else f"words:{party.words.casefold()}"
                told[key].add(voices.of(kept).key)
                first.setdefault(key, (len(first), party))
    ranked = sorted(first, key=lambda key: (first[key][1].inter is None, -len(told[key]), first[key][0], key))
    parties: list[Party] = []
    for key in ranked:
        party = first[key][1]
        if not any(_is_same(party, other) for other in parties):
            parties.append(party)
    return parties


def names_somebody(words: str) -> bool:
    """
    Whether the words of a role tell anything of who it is.

        >>> names_somebody("coalition jets"), names_somebody("it"), names_somebody("about 200")
        (True, False, False)
    """
    key = fold(words)
    return key not in POINTING and any(
        word.isalpha() and word not in ("about", "some", "least", "at") for word in key.split()
    )


def inter_of(text: str) -> Inter:
    """
    >>> inter_of("Civilians")
    Inter(text='Civilians', number=7)
    """
    return Inter(text, actor_codes().acled[text])


def _party(filler: Role, country: str | None) -> Party | None:
    entity = filler.entity
    if entity is None:
        return Party(None, " ".join(filler.text.split()), None) if names_somebody(filler.text) else None
    if entity.id in ("people", "prisoners") or entity.id.startswith("people:"):
        return Party(entity, filler.text, inter_of(CIVILIANS))
    inter = find_inter(entity, country)
    if entity.type == "person" and inter is None:
        return Party(entity, filler.text, inter_of(CIVILIANS))
    return Party(entity, filler.text, inter)


def _is_same(one: Party, other: Party) -> bool:
    if one.entity is None or other.entity is None:
        return False
    if one.inter == other.inter and (one.civilian or one.crowd):
        return True
    return one.entity.id == other.entity.id or (
        is_side(one.entity) and is_side(other.entity) and can_be_one(one.entity, other.entity)
    )


# ---- ACLED's names ---------------------------------------------------------------------------


def acled_name(party: Party, country: str, *, forces: bool) -> Named:
    """
    What ACLED would call a party in an event in `country` (its name).

    With `forces` a state named by its country or government stands for its military. A party of no category is
    unidentified.
    """
    entity, inter = party.entity, party.inter
    if entity is None or inter is None:
        return unidentified(country, entity.name if entity else party.words)
    if inter.text in (CIVILIANS, *CROWDS):
        if not forces and entity.type in ("international", "ngo", "monitor", "media", "party"):
            return Named(entity.name, "", inter)
        noun = entity.id.split(":")[0]
        assoc = "" if noun in PLAIN or noun in ("protesters", "rioters") else entity.name[:1].upper() + entity.name[1:]
        return Named(f"{inter.text} ({country})", assoc, inter)
    body = body_of(entity)
    if is_unnamed(party):
        return Named(f"Unidentified Armed Group ({country})", "", inter_of(MILITIA))
    assoc = entity.name if entity.type == "person" else ""
    if body.type in STATE_TYPES and inter.text != "Rebel group":
        unit = "" if ":" in body.id or body.id in tables().perpetrators.generic else body.name
        return Named(_state_name(body, country, forces), assoc or unit, inter)
    return Named(body.name, assoc, inter)


def is_unnamed(party: Party) -> bool:
    """Whether nobody tells who it is: "militants"."""
    if party.entity is None or party.inter is None:
        return True
    body = body_of(party.entity)
    return body.type == "armed-group" or body.id.split(":")[0] in tables().unnamed


def unidentified(country: str, words: str = "") -> Named:
    """
    >>> unidentified("Iraq").name
    'Unidentified Armed Group (Iraq)'
    """
    return Named(f"Unidentified Armed Group ({country})", words, inter_of(MILITIA))


def civilians(country: str) -> Named:
    return Named(f"Civilians ({country})", "", inter_of(CIVILIANS))


def body_of(entity: Entity) -> Entity:
    """For a person the body whom he leads or speaks for, as far as the table of actors knows it."""
    if entity.type != "person" or not entity.organisation:
        return entity
    known = actor_index().match(split_words(entity.organisation))
    if len(known) != 1:
        return Entity(id=entity.id, name=entity.organisation, type=entity.type, country=entity.country)
    return Entity(id=known[0].id, name=known[0].name, type=known[0].type, country=known[0].country or entity.country)


def _state_name(body: Entity, country: str, forces: bool) -> str:
    home = countries()[body.country].name if body.country in countries() else None
    if body.type == "police":
        return f"Police Forces of {home or country}"
    if body.type == "government" and not forces:
        return f"Government of {home or country}"
    return f"Military Forces of {home}" if home else f"Unidentified Military Forces ({country})"


# ---- who was hit -------------------------------------------------------------------------------


def target_words(parties: Iterable[Party]) -> str | None:
    """`armed` or `civil` by the words of those whom no table knows; None where they do not tell."""
    text = " | ".join(party.words for party in parties if party.inter is None)
    if tells(text, "armed-target"):
        return "armed"
    return "civil" if tells(text, "civil-target") else None


# ---- UCDP's names ------------------------------------------------------------------------------


def is_government(party: Party) -> bool:
    """
    Whether the party is a state: its forces, police or government, also abroad, or an alliance of states.

    What rules no state ("Rebel group" to ACLED, as some governments are) is none.
    """
    if party.entity is None or party.inter is None:
        return False
    body = body_of(party.entity)
    alliance = body.type in ("coalition", "peacekeepers") and party.inter.text == "External/Other forces"
    return (body.type in STATE_TYPES and party.inter.text in (STATE, "External/Other forces")) or alliance


def ucdp_name(party: Party) -> str:
    """`Government of Iraq` for all arms of a state, else the name."""
    if party.entity is None:
        return party.words
    body = body_of(party.entity)
    home = countries()[body.country].name if body.country in countries() else None
    if body.type in STATE_TYPES and is_government(party) and home:
        return f"Government of {home}"
    return body.name
