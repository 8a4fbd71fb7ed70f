"""
The type of an event out of those that its claims speak for: the highest of the codebook's hierarchy, among explosions
the most told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ..compare.chains import Voices
from ..records import Kept
from ..resolve.time_codes import acled_time_precision
from .event_tables import sub_events
from .event_types import Scene, find_sub_event, rank_of

EVENT_TYPES = tuple(dict.fromkeys(event for _, event, _ in sub_events().values()))
"""The six, the highest first."""
EXPLOSIONS, CHEMICAL = "Explosions/Remote violence", "Chemical weapon"


class Chosen(NamedTuple):
    """The type of an event, the claims that it was taken from, and those that take no part in it."""

    sub_event: str
    lead: tuple[Kept, ...]
    """The claims of the sub-event."""
    same: tuple[Kept, ...]
    """Those of the event type."""
    dropped: tuple[str, ...]
    """Keys of claims of battles that nobody dates."""


def choose_type(scene: Scene) -> Chosen | None:
    """
    The highest type that a claim speaks for.

    A battle without a day beside something dated is the campaign that it was part of, and no type of that day's event.
    """
    spoken = [(kept, sub) for kept in scene.kepts if (sub := find_sub_event(kept, scene))]
    if not spoken:
        return None
    dated = {kept.key for kept, _ in spoken if kept.claim.when and acled_time_precision(kept.claim.when)}
    fixed = [(kept, sub) for kept, sub in spoken if _level(sub) or kept.key in dated] if dated else spoken
    top = min((rank_of(sub), sub) for _, sub in fixed)[1]
    level = _level(top)
    dropped = tuple(kept.key for kept, sub in spoken if _level(sub) < level)
    if dropped:  # what gave way to them does so no more
        gone = set(dropped)
        kepts = [kept for kept in scene.kepts if kept.key not in gone]
        rest = choose_type(Scene(kepts, scene.beside, scene.country))
        return rest._replace(dropped=dropped + rest.dropped) if rest else None
    same = [(kept, sub) for kept, sub in spoken if _level(sub) == level]
    sub_event = _most_told(same, dated) if EVENT_TYPES[level] == EXPLOSIONS else min((s for _, s in same), key=rank_of)
    return Chosen(
        sub_event,
        tuple(kept for kept, sub in same if sub == sub_event),
        tuple(kept for kept, _ in same),
        (),
    )


def _most_told(same: Sequence[tuple[Kept, str]], dated: Collection[str]) -> str:
    """
    Of explosions a chemical one, whatever brought it, else that which most independent voices tell with a day.

    Their order in the codebook is not taken for one of weight: one voice's "bombing" from the air does not outdo all
    others' mine.
    """
    if any(sub == CHEMICAL for _, sub in same):
        return CHEMICAL
    voices = Voices([kept for kept, _ in same])
    with_day, told = defaultdict(set), defaultdict(set)
    for kept, sub in same:
        told[sub].add(voices.of(kept).key)
        if kept.key in dated:
            with_day[sub].add(voices.of(kept).key)
    return min(told, key=lambda sub: (-len(with_day[sub]), -len(told[sub]), rank_of(sub)))


def _level(sub_event: str) -> int:
    return EVENT_TYPES.index(sub_events()[sub_event][1])
