"""
What of the reported states still stands: the latest of each side and place, with what it replaces.

The rule, which every rendering says beside the result: a state (who holds what, who is besieged, how strong a side is,
what is agreed) holds from the day it is reported until a later report of the same side and place replaces it. Its age
is always shown; over the limit it is marked stale, and never dropped. A state that is reported for another side, a
later loss of the place, or a denial does not remove it but is named beside it, since we do not judge who is right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import msgspec

from .scenes import part_of_town
from .sides import exclude_each_other, is_side
from .situation_items import Item, party_ids, shorten

MOST_BESIDE = 4
"""How many other statements an item carries of each sort; the rest are counted."""


def latest_states(items: Iterable[Item], stale_days: int) -> tuple[Item, ...]:
    """
    The latest statement of each state, newest first and those with a number before others, with what it replaces.

    Strengths are kept apart by source: two sources that count the same force differently are two statements.
    """
    groups: dict[object, list[Item]] = {}
    for item in items:
        groups.setdefault(_state_key(item), []).append(item)
    latest = []
    for group in groups.values():
        first, *others = sorted(group, key=by_recency)
        earlier = tuple(shorten(item) for item in others[:MOST_BESIDE])
        stale = first.age_days is None or first.age_days > stale_days
        more = len(others) - len(earlier)
        latest.append(msgspec.structs.replace(first, earlier=earlier, more_earlier=more, stale=stale))
    return tuple(sorted(latest, key=lambda item: (item.kind == "strength" and not has_number(item), *by_recency(item))))


def question_control(control: Sequence[Item], changes: Sequence[Item], denials: Sequence[Item]) -> tuple[Item, ...]:
    """
    `control` with what speaks against each item: another side at the same place, a later loss of it, a denial.

    `changes` are advances and withdrawals that are said to have happened, `denials` claims of control that are denied.
    """
    told = []
    for item in control:
        against = [other for other in control if _is_rival(item, other)]
        against += [change for change in changes if _takes_away(change, item)]
        against += [denied for denied in denials if _same_place(item, denied) and _shares_side(item, denied)]
        told.append(msgspec.structs.replace(item, questioned_by=tuple(map(shorten, against[:MOST_BESIDE]))))
    return tuple(told)


def has_number(item: Item) -> bool:
    """Whether any figure is more than words such as "many"."""
    return any(figure.low is not None or figure.high is not None for figure in item.figures)


def by_recency(item: Item) -> tuple[int, int, float, str]:
    """Sorts newest first; of one day the statement that says most, then the one the model is surest of."""
    age = 10**9 if item.age_days is None else item.age_days
    return age, -richness(item), -item.confidence, item.key


def richness(item: Item) -> int:
    """How much a statement tells: parties, figures, places in its own words, days, sources, means."""
    named = sum(party.id is not None for party in (*item.who, *item.whom))
    parts = (item.who, item.whom, item.figures, item.place_words, item.sources, item.means)
    return named + sum(map(bool, parts)) + len(item.place_words) + (item.when is not None)


def _state_key(item: Item) -> object:
    """What a later statement must share with `item` to replace it."""
    who, whom = party_ids(item.who), party_ids(item.whom)
    if not who and not whom:
        return (
            item.incident or item.label or item.key
        )  # nobody is named, so nothing says that another is the same state
    match item.kind:
        case "control":
            return "control", who or whom, _area(item)
        case "strength":
            unit = item.figures[0].unit if item.figures else None
            return "strength", who or whom, unit, _area(item), item.speaker
        case "siege":
            # "Besieged eastern Aleppo": the place is the target, and "the eastern parts of the city" is the same one.
            sides = frozenset(party.id for party in item.whom if party.id)
            return "siege", who, sides, _area(item) if item.where else item.key
    return item.kind, who | whom, _area(item)


def _area(item: Item) -> object:
    """The place, and which part of it where one is named."""
    where = item.where
    if where is None:
        return tuple(words.casefold() for words in item.place_words)
    part = part_of_town(where.text) if where.precision == "part" else ""
    return where.gazetteer_id or where.name, where.country, part


def _same_place(one: Item, other: Item) -> bool:
    """Whether both are about one place, or one about a part of the other's."""
    if one.where is None or other.where is None:
        return False
    a, b = _area(one), _area(other)
    return isinstance(a, tuple) and isinstance(b, tuple) and a[:2] == b[:2] and (a[2] == b[2] or not (a[2] and b[2]))


def _shares_side(one: Item, other: Item) -> bool:
    return bool(party_ids(one.who) & party_ids(other.who))


def _is_rival(item: Item, other: Item) -> bool:
    return not other.stale and _same_place(item, other) and _are_others(item, other)


def _are_others(item: Item, other: Item) -> bool:
    """Whether both name sides that cannot be one: "rebels" and "the opposition" may well be."""
    ones, others = ([p.entity for p in told.who if p.entity and is_side(p.entity)] for told in (item, other))
    return exclude_each_other(ones, others)


def _takes_away(change: Item, item: Item) -> bool:
    """Whether `change` tells, of a day that is no earlier, that the place was taken by others or left by this side."""
    if not _same_place(change, item) or _day(change) < _day(item):
        return False
    if change.kind == "withdrawal":
        return _shares_side(change, item)
    return _are_others(change, item)


def _day(item: Item) -> dt.date:
    return item.day or dt.date.min
