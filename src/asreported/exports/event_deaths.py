"""
Whose dead they are: UCDP's best estimate by side, where the reports tell it.

The parts come from the figures of the claims that the estimate is of, parts of a whole among them ("30, among them 7
children"). Where a figure counts one side alone, that is its part; where the victims of a claim are all of one side, so
are its dead. Parts that come to more than the estimate tell nothing: then all are unknown. The four
numbers always add up to `best`.
"""

from __future__ import annotations

from typing import NamedTuple

from ..compare.sides import can_be_one
from ..compare.subjects import PEOPLE, find_subject
from ..compare.tables import find_named
from ..records import Claim, Kept
from ..resolve.actor_tables import actor_index
from .event_actors import Party, find_parties, is_government
from .event_killed import Estimate, counting_figures

CIVILIANS = ("group:civilians", "group:children", "group:women", "group:journalists", "group:health and aid workers")
FORCES = ("group:soldiers", "group:police")


class Deaths(NamedTuple):
    deaths_a: int
    deaths_b: int
    deaths_civilians: int
    deaths_unknown: int


def share_deaths(numbers: Estimate, a: Party, b: Party | None) -> Deaths:
    """
    The best estimate by side; `b` is None where the other side are civilians.

    A number above the estimate is what another claim of the report says of the same dead ("scores" beside "38").
    """
    parts = {"a": 0, "b": 0, "civilians": 0}
    for side, number in _parts(numbers, a, b):
        parts[side] = max(parts[side], min(number, numbers.best))
    known = sum(parts.values())
    if known > numbers.best:
        return Deaths(0, 0, 0, numbers.best)
    return Deaths(parts["a"], parts["b"], parts["civilians"], numbers.best - known)


def _parts(numbers: Estimate, a: Party, b: Party | None) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for kept in numbers.of:
        claim = kept.claim
        figures = [figure for figure in counting_figures(claim) if not (figure.change and figure.change.kind == "by")]
        for figure in figures:
            key = find_subject(claim, figure, find_named("killed")).key
            side = _side_of_victims(kept, claim, a, b) if key == PEOPLE else _side_of(key, a, b)
            if side:
                found.append((side, int(figure.low or 0)))
        if not figures and (side := _side_of_victims(kept, claim, a, b)):
            found.append((side, numbers.best))
    return found


def _side_of(key: str, a: Party, b: Party | None) -> str | None:
    """The side that is counted under `key` (compare/subjects.py); None where that is not told."""
    if key in CIVILIANS:
        return "civilians"
    if key in FORCES:
        states = [side for side, party in (("a", a), ("b", b)) if party and is_government(party)]
        return states[0] if len(states) == 1 else None
    if key == "militants":
        groups = [side for side, party in (("a", a), ("b", b)) if party and not is_government(party)]
        return groups[0] if len(groups) == 1 else None
    whole = key.partition("/")[0]
    return next((side for side, party in (("a", a), ("b", b)) if party and _is_id(whole, party)), None)


def _is_id(id: str, party: Party) -> bool:
    if party.entity is None:
        return False
    if id == party.entity.id:
        return True
    known = actor_index().by_id.get(id)
    noun, _, country = id.partition(":")
    same_state = bool(country) and noun != "people" and country.upper() == party.entity.country and is_government(party)
    return same_state or (known is not None and known.name == party.entity.name)


def _side_of_victims(kept: Kept, claim: Claim, a: Party, b: Party | None) -> str | None:
    """The side that all targets of a claim are of."""
    sides: set[str | None] = set()
    for party in find_parties([kept], "target", None):
        if (party.civilian or party.crowd) and party.entity and party.entity.type not in (None, "person"):
            sides.add("civilians")
        elif party.armed and party.entity is not None:
            near = [s for s, p in (("a", a), ("b", b)) if p and p.entity and can_be_one(party.entity, p.entity)]
            sides.add(near[0] if near else None)
        else:
            sides.add(None)
    return sides.pop() if len(sides) == 1 else None
