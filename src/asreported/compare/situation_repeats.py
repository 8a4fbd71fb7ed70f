"""
Statements that say one thing again, in one report or in near-copies of it, merged into the one that says most.

Nothing is merged across independent reports: that several say the same is what a reader wants to see.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .situation_items import Item, party_ids
from .situation_states import by_recency


def merge_repeats(items: Iterable[Item]) -> list[Item]:
    """
    The items without repeats, each with the keys of those that it stands for in `told_again`.

    Repeats within a report are claims of one incident, kind, status, source and figures whose parties do not differ;
    in near-copies they are the same words.
    """
    merged: dict[object, list[Item]] = {}
    for item in sorted(items, key=by_recency):
        leaders = merged.setdefault(_repeat_key(item), [])
        for n, leader in enumerate(leaders):
            if _fits(leader, item):
                leaders[n] = _add(leader, item)
                break
        else:
            leaders.append(item)
    copies: dict[object, Item] = {}
    for item in (item for leaders in merged.values() for item in leaders):
        key = (item.chain, item.kind, item.status, item.trigger, item.quotation, _figures(item), item.who, item.whom)
        copies[key] = _add(copies[key], item) if key in copies else item
    return list(copies.values())


def _repeat_key(item: Item) -> object:
    if item.label is None:
        return item.key
    return item.label, item.kind, item.status, item.speaker, _figures(item)


def _figures(item: Item) -> tuple[object, ...]:
    return tuple((figure.low, figure.high, figure.unit) for figure in item.figures)


def _fits(leader: Item, item: Item) -> bool:
    """Whether the parties of both could be the same: none named, or one in common."""
    pairs = ((leader.who, item.who), (leader.whom, item.whom))
    return all(not a or not b or party_ids(a) & party_ids(b) for a, b in pairs)


def _add(leader: Item, item: Item) -> Item:
    return msgspec.structs.replace(leader, told_again=(*leader.told_again, item.key, *item.told_again))
