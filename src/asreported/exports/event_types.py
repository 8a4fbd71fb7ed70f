"""
Which of ACLED's sub-event types a claim is of, by its kind, its words, who acts and who is hit.

What is unspecific gives way to what is not: an attack to the strike or clash of its event, deaths and wounds to
whatever caused them. So nothing counts twice, and "the attack" does not make a battle of an air strike. Of the types
that remain the highest of the codebook's hierarchy is the event's.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from ..compare.sides import can_be_one, exclude_each_other, find_sides
from ..compare.tables import tables
from ..compare.victims import is_deadly
from ..records import Claim, Entity, Kept
from ..resolve.actor_codes import STATE
from ..resolve.names import fold
from .event_actors import Party, find_parties, target_words
from .event_tables import event_types, sub_events, tells, trigger_of, words_of

WEAPONS = ("airstrike", "shelling", "bombing", "chemical-attack")
GIVES_WAY = {
    "attack": ("clash", *WEAPONS, "protest"),
    "killing": ("clash", *WEAPONS, "attack", "advance", "protest"),
    "injury": ("clash", *WEAPONS, "attack", "advance", "protest", "killing", "abduction", "abuse"),
}
"""Kinds that say nothing of the type where the event has a claim of one of these."""
NO_TYPE = "ACLED has no type of event for this kind of claim"
NO_TARGET = "an attack that is not told to be on civilians or on armed people, by which ACLED tells its types apart"


class Scene:
    """An event as its type is found from: its claims, all that stand beside them in the incident, and its country."""

    def __init__(self, kepts: Sequence[Kept], beside: Sequence[Kept], country: str | None) -> None:
        self.kepts = kepts
        self.beside = beside
        self.country = country

    @functools.cached_property
    def kinds(self) -> frozenset[str]:
        return frozenset(kept.claim.kind for kept in self.kepts)

    @functools.cached_property
    def dead(self) -> list[Kept]:
        """The claims that tell of dead."""
        return [kept for kept in self.kepts if kept.claim.kind == "killing" and is_deadly(kept.claim)]

    @functools.cached_property
    def dead_are(self) -> str | None:
        """`armed` or `civil`."""
        return who_is_hit([kept for kept in self.kepts if kept.claim.kind == "killing"], self)

    @functools.cached_property
    def shellings(self) -> list[tuple[tuple[Entity, ...], tuple[Entity, ...]]]:
        """Who shelled whom, each pair once."""
        pairs = {}
        for kept in self.kepts:
            if kept.claim.kind == "shelling":
                actors, targets = find_sides(kept.claim), find_sides(kept.claim, "target")
                pairs[tuple(e.id for e in actors), tuple(e.id for e in targets)] = actors, targets
        return list(pairs.values())

    @functools.cached_property
    def holders(self) -> list[tuple[Entity, ...]]:
        """The sides that are told to hold the place, each once."""
        held = [
            find_sides(kept.claim)
            for kept in self.beside
            if kept.claim.kind == "control" and kept.claim.status == "actual" and kept.review != "rejected"
        ]
        return list({tuple(entity.id for entity in sides): sides for sides in held}.values())


def has_no_type(claim: Claim) -> str | None:
    """Why a claim alone says that it is no event of ACLED's; None where it may be one."""
    kind, words = claim.kind, words_of(claim)
    if claim.status == "attempted":
        return None if is_disrupted(claim) else "attempted, and no use of weapons that was disrupted"
    none = (
        not event_types().kind[kind].acled
        if kind != "declaration"
        else not tells(words, "secession")
    ) or (kind == "support" and not tells(words, "recruit")) or _is_undone(claim)  # fmt: skip
    return NO_TYPE if none else None


def is_disrupted(claim: Claim) -> bool:
    """Whether it tells of weapons that were found, defused or shot down before they did harm."""
    return claim.kind in ("attack", *WEAPONS) and tells(words_of(claim), "disrupt")


def _is_undone(claim: Claim) -> bool:
    """A truce that was broken, people who escaped or came back: no agreement, no release, no displacement."""
    trigger = trigger_of(claim)
    if claim.kind == "agreement":
        return tells(trigger, "broken")
    if claim.kind == "release":
        return tells(trigger, "escape", "rescue")
    return claim.kind == "displacement" and tells(trigger, "return")


def find_sub_event(kept: Kept, scene: Scene) -> str | None:
    """The sub-event type that one claim of an event speaks for; None where it gives way, or where it cannot be told."""
    claim = kept.claim
    if claim.status == "attempted":
        return "Disrupted weapons use"
    if scene.kinds & set(GIVES_WAY.get(claim.kind, ())):
        return None
    words = words_of(claim)
    match claim.kind:
        case "clash":
            return _clash(kept, scene)
        case "attack":
            hit = who_is_hit([kept], scene) or scene.dead_are
            return {"armed": "Armed clash", "civil": "Attack", None: None}[hit]
        case "killing" | "injury":
            fought = who_is_hit([kept], scene) == "armed" and not _is_on_captives(claim)
            return "Armed clash" if fought else "Attack"
        case "shelling":
            both = tells(words, "exchange") or _is_returned(kept, scene)
            return "Armed clash" if both else "Shelling/artillery/missile attack"
        case "bombing":
            return _bombing(words, words_of(claim, "actor"))
        case "abuse":
            return "Sexual violence" if tells(words, "sexual") else "Attack"
        case "detention":
            return _detention(kept, scene)
        case "advance":
            return _advance(kept, scene)
        case "withdrawal":
            return _withdrawal(kept, scene)
        case "movement" if tells(words, "base") and tells(trigger_of(claim), "establish"):
            return "Headquarters or base established"
        case "protest":
            return _protest(kept, scene)
        case "support":
            return "Change to group/activity"
        case "declaration":
            return "Other"
    return event_types().kind[claim.kind].acled


def rank_of(sub_event: str) -> int:
    return sub_events()[sub_event][0]


def who_is_hit(kepts: Sequence[Kept], scene: Scene) -> str | None:
    """`armed` or `civil`, by the targets of the claims; None where they do not tell."""
    targets = find_parties(kepts, "target", scene.country)
    if any(party.armed for party in targets):
        return "armed"
    if any(party.civilian or party.crowd for party in targets):
        return "civil"
    return target_words(targets)


# ---- kinds -------------------------------------------------------------------------------------


def _is_on_captives(claim: Claim) -> bool:
    """Whoever is executed or held is unarmed, also a soldier."""
    return tells(trigger_of(claim), "execution") or tells(words_of(claim, "target"), "captive")


def _clash(kept: Kept, scene: Scene) -> str:
    """A battle has two armed sides; where a crowd takes part that is not so, it is a riot."""
    parties = _sides(kept, scene)
    crowd = any(party.crowd for party in parties) or "protest" in scene.kinds
    return "Violent demonstration" if crowd and not _two_armed(parties) else "Armed clash"


def _sides(kept: Kept, scene: Scene) -> list[Party]:
    return [party for role in ("actor", "target") for party in find_parties([kept], role, scene.country)]


def _two_armed(parties: Sequence[Party]) -> bool:
    armed = [party.entity for party in parties if party.armed and party.entity]
    return any(not can_be_one(armed[0], other) for other in armed[1:])


def _is_returned(kept: Kept, scene: Scene) -> bool:
    """Whether another claim tells that the target shelled the actor."""
    actors, targets = find_sides(kept.claim), find_sides(kept.claim, "target")
    if not actors or not targets:
        return False
    return any(_meet(back, targets) and _meet(hit, actors) for back, hit in scene.shellings)


def _meet(ones: Sequence[Entity], others: Sequence[Entity]) -> bool:
    return bool(ones) and bool(others) and not exclude_each_other(ones, others)


def _bombing(words: str, actors: str) -> str:
    if tells(words, "suicide") or tells(actors, "suicide"):
        return "Suicide bomb"
    if tells(words, "grenade") and not tells(words, "grenade-launcher"):
        return "Grenade"
    return "Remote explosive/landmine/IED"


def _detention(kept: Kept, scene: Scene) -> str:
    claim = kept.claim
    if tells(trigger_of(claim), "surrender"):
        return "Agreement"
    actors = [party for party in find_parties([kept], "actor", scene.country) if party.armed and party.inter]
    groups = actors and all(party.inter and party.inter.number in (2, 3, 4) for party in actors)
    extrajudicial = tells(words_of(claim), "extrajudicial")
    return "Abduction/forced disappearance" if groups or extrajudicial else "Arrests"


def _advance(kept: Kept, scene: Scene) -> str:
    """Who took the place decides; whoever only moves forward, or is not told, has changed no control."""
    claim = kept.claim
    if tells(claim.evidence.text, "unopposed"):
        return "Non-violent transfer of territory"
    trigger = fold(claim.trigger.text)
    actors = [party for party in find_parties([kept], "actor", scene.country) if party.armed]
    if not trigger.startswith(tables().control.taking) or not actors or actors[0].inter is None:
        return "Armed clash"
    regains = actors[0].inter.text == STATE
    return "Government regains territory" if regains else "Non-state actor overtakes territory"


def _withdrawal(kept: Kept, scene: Scene) -> str:
    """A transfer where the place is handed over, or another side is told to hold it; else a movement of forces."""
    sides = find_sides(kept.claim)
    taken_over = any(exclude_each_other(sides, others) for others in scene.holders)
    if taken_over or tells(trigger_of(kept.claim), "handed-over"):
        return "Non-violent transfer of territory"
    return "Change to group/activity"


def _protest(kept: Kept, scene: Scene) -> str:
    words = words_of(kept.claim)
    if tells(words, "mob"):
        return "Mob violence"
    hit = who_is_hit(scene.dead, scene) if scene.dead else None
    if tells(words, "riot") or hit == "armed":
        return "Violent demonstration"
    if scene.dead:
        return "Excessive force against protesters"
    met = scene.kinds & {"injury", "detention", "attack"} or tells(words, "dispersed")
    return "Protest with intervention" if met else "Peaceful protest"
