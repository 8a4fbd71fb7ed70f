"""
Events out of claims, whatever format they go to: the claims of each incident that count, together, each event once.

Rules, of which docs/events.md is the long form:

- Killings and injuries are part of the event that caused them. A report's dead that the reader linked to nothing
  join the one event of the same report, day and place, so that no toll stands beside its attack as an event of its own.
- What is rejected by a person, denied, planned or general never counts; attempted and possible only where asked for.
- An incident is one event, unless somebody tells several days, places or pairs of sides of it (event_scenes.py).

Each claim is in an event or told as left out, never both.
"""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from ..compare.contradictions import Contradiction, find_contradictions
from ..compare.questions import is_tally
from ..compare.scenes import find_days
from ..compare.sides import exclude_each_other
from ..records import Claim, Kept
from .event_scenes import HARM, Hint, Part, days_meet, fits, hint, is_same_place, split
from .formats import Losses, Options, groups_of
from .source import Source
from .told import Group, Told

DIGITS = 8
CAUSES = ("clash", "airstrike", "shelling", "bombing", "chemical-attack", "attack", "protest", "advance", "abuse",
          "abduction", "detention", "destruction")  # fmt: skip
"""Kinds that deaths and wounds are of."""
FIGHTING = ("clash", "attack", "advance", "airstrike", "shelling")
"""Kinds that are one event where one pair of sides fights in one place on one day."""

REJECTED = "a person rejected the claim"
RATE = "a rate of deaths, which are of no one event"
NOT_DONE = {
    "denied": "denied: a source says that it did not happen",
    "planned": "planned: it did not happen yet when it was told",
    "generic": "told in general, not of one event",
    "possible": "only possible as told; the option for possible events takes it in",
    "attempted": "attempted, not done",
}
Whether = Callable[[Told], str | None]
"""Why a claim is no part of any event of a format; None where it is."""


class Incident:
    """All claims of a group, those that do not count too, and what contradicts among them."""

    def __init__(self, id: str, told: Sequence[Told]) -> None:
        self.id = id
        self.kepts = tuple(one.kept for one in told)

    @functools.cached_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Claims that are in no ledger are of no linked incident; here they are of one."""
        return find_contradictions(
            kept if kept.incident else msgspec.structs.replace(kept, incident=self.id) for kept in self.kepts
        )


class Event(NamedTuple):
    """One event: the claims that tell of it, those that stand beside it, and its siblings in the incident."""

    id: str
    """That of the incident for its first event, so that it stays; others have a suffix made of their first claim."""
    told: tuple[Told, ...]
    totals: tuple[Told, ...]
    """Killings counted over this event and its siblings together."""
    siblings: tuple[tuple[Told, ...], ...]
    """The claims of all events of the incident in their order, this one's too."""
    incident: Incident
    aggregated: bool = False
    """Whether several events are one here, because their dead are counted together."""

    @property
    def kepts(self) -> list[Kept]:
        return [one.kept for one in self.told]

    @property
    def all_told(self) -> tuple[Told, ...]:
        return self.told + self.totals


def find_events(source: Source, whether: Whether, losses: Losses, *, divide: bool) -> Iterator[Event]:
    """
    The events of `source` in the order of its groups; what `whether` refuses is told to `losses`.

    Where a killing is counted over several events of an incident, they are several events with that total, or one event
    where not `divide`.
    """
    joined = _join(source)
    moved = {one.key for told in joined.values() for one in told}
    for group in groups_of(source, losses):
        told = [one for one in group.told if one.key not in moved] + joined.get(group.id, [])
        if told:
            yield from _events(Group(group.id, tuple(told)), whether, losses, divide)


def why_not(told: Told, options: Options) -> str | None:
    """Why a claim never counts, or not with these options; None where it counts. Attempted ones do not."""
    if told.kept.review == "rejected":
        return REJECTED
    if is_rate(told.claim):
        return RATE
    status = told.claim.status
    if status == "actual" or (status == "possible" and options.possible):
        return None
    return NOT_DONE[status]


def is_rate(claim: Claim) -> bool:
    """Whether all its people are counted for each of something: "20 a day", "five for each of theirs"."""
    rates = [figure.rate for figure in claim.figures if figure.unit == "people"]
    return claim.kind in HARM and bool(rates) and all(rates)


def as_actual(kepts: Sequence[Kept]) -> list[Kept]:
    """`kepts` for functions that count what is actual only: what is possible was asked for and counts."""
    return [
        kept
        if kept.claim.status == "actual"
        else msgspec.structs.replace(kept, claim=msgspec.structs.replace(kept.claim, status="actual"))
        for kept in kepts
    ]


def leave_out(losses: Losses, told: Sequence[Told], why: str) -> None:
    for one in told:
        losses.leave_out(one.key, why)


# ---- one group ---------------------------------------------------------------------------------


def _events(group: Group, whether: Whether, losses: Losses, divide: bool) -> Iterator[Event]:
    counted = []
    for one in group.told:
        if why := whether(one):
            losses.leave_out(one.key, why)
        else:
            counted.append(one)
    if not counted:
        return
    parts = split(counted)
    aggregated = not divide and any(part.totals for part in parts)
    if aggregated:
        parts = [Part(tuple(counted))]
    first = min(counted, key=_order)
    incident = Incident(group.id, group.told)
    siblings = tuple(part.told for part in parts)
    named = next((part for part in parts if first in part.told), parts[0])
    for part in parts:
        anchor = min(part.told, key=_order)
        suffix = "" if part is named else "-" + hashlib.sha256(anchor.key.encode()).hexdigest()[:DIGITS]
        yield Event(group.id.replace(":", ".") + suffix, part.told, part.totals, siblings, incident, aggregated)


def _order(one: Told) -> tuple[str, str, int, str]:
    return one.report.published or "9999", one.report.key, one.claim.trigger.start, one.key


# ---- what was linked to nothing --------------------------------------------------------------------


class _Unlinked(NamedTuple):
    """A group of no linked incident, by a claim of it that tells day, place and actor."""

    id: str
    hint: Hint
    aimed: bool
    """Whether it tells of any target."""
    told: tuple[Told, ...]


def _join(source: Source) -> dict[str, list[Told]]:
    """
    Group → claims that stand elsewhere and are of an event that the group tells.

    They are killings and injuries alone, and within one report groups that tell the same of the same day, place and
    actor, as a report does that tells an event in the headline and again below, or the shots and the clash of them.
    """
    causes: dict[str, list[tuple[str, Hint]]] = defaultdict(list)
    alone: list[tuple[Told, Hint]] = []
    unlinked: dict[str, list[_Unlinked]] = defaultdict(list)
    for group in source.groups():
        free = all(one.kept.incident is None for one in group.told)
        for one in group.told:
            if why_not(one, Options(possible=True)):
                continue
            if one.claim.kind in CAUSES:
                causes[one.report.key].append((group.id, found := hint(one)))
                if free and found.start is not None and found.start == found.end and found.where and found.actors:
                    aimed = any(role.role == "target" for role in one.claim.roles)
                    unlinked[one.report.key].append(_Unlinked(group.id, found, aimed, group.told))
            elif one.claim.kind in HARM and len(group.told) == 1 and not is_tally(find_days(one.kept)):
                alone.append((one, hint(one)))
    into: dict[str, str] = {}
    joined: dict[str, list[Told]] = defaultdict(list)
    for groups in unlinked.values():
        _join_same(groups, into, joined)
    for one, of in alone:
        if group_id := _cause(of, causes.get(of.report, ())):
            joined[into.get(group_id, group_id)].append(one)
    return joined


def _join_same(groups: Sequence[_Unlinked], into: dict[str, str], joined: dict[str, list[Told]]) -> None:
    """Note in `into` and `joined` which groups of a report tell the same as an earlier one."""
    for number, group in enumerate(groups):
        for earlier in groups[:number]:
            target = into.get(earlier.id, earlier.id)
            if target == group.id or group.id in into or group.id in into.values():
                continue
            alike = group.hint.kind == earlier.hint.kind or _is_one_fight(group, earlier)
            if alike and _is_same(group.hint, earlier.hint):
                into[group.id] = target
                joined[target].extend(group.told)


def _is_one_fight(one: _Unlinked, other: _Unlinked) -> bool:
    """Whether two kinds of fighting are of one pair of sides, and the reader gave not each an incident of its own."""
    if not {one.hint.kind, other.hint.kind} <= set(FIGHTING) or (one.hint.label and other.hint.label):
        return False
    targets = one.hint.targets, other.hint.targets
    return not (one.aimed and other.aimed) or (all(targets) and not exclude_each_other(*targets))


def _is_same(one: Hint, other: Hint) -> bool:
    return days_meet(one, other) and is_same_place(one.where, other.where) and fits(one, other)


def _cause(harm: Hint, causes: Sequence[tuple[str, Hint]]) -> str | None:
    """The group of the event that `harm` is of: of its sentence, else of its day and place; the nearest of several."""

    def belongs(cause: Hint) -> bool:
        if not fits(harm, cause):
            return False
        told = days_meet(harm, cause) or (harm.changed and harm.start is not None and cause.start is not None)
        # "More than 1,800 were killed in the battle": without a day a battle is a campaign, and this its toll.
        campaign = cause.kind in ("clash", "advance") and cause.start is None and harm.start is None
        same_sentence = cause.evidence == harm.evidence and not campaign
        return same_sentence or (told and is_same_place(harm.where, cause.where))

    near = [(id, cause) for id, cause in causes if belongs(cause)]
    if not near:
        return None
    ranked = min(
        near,
        key=lambda found: (found[1].evidence != harm.evidence, abs(found[1].evidence[0] - harm.evidence[0]), found[0]),
    )
    return ranked[0]
