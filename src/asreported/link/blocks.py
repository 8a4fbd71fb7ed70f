"""
Accounts → blocks: which accounts are worth comparing.

Two accounts are compared where they share a block: a time together with a place, a party, a rare word, or a kind in a
country; or a longer time together with a kind in a province, for what lasts. The blocks of an account follow from the
account alone, so that a new report is compared with those in its blocks and nothing else is touched.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from .accounts import FAR_AHEAD, FAR_PAST, Account

SPAN, WIDE_SPAN = 10, 45
"""Days of a bucket of time."""
REACH = 8
"""How many days before the publication something undated may lie; most of it lies two or three days back."""
LONGEST = 60
"""A claim that holds for more days than this is compared by the day of its publication."""
RARE = 6
"""How many of an account's weightiest words it can be found by."""
FINE = frozenset(("exact", "part", "near", "adm2", "line", "border"))


def block_keys(account: Account) -> tuple[str, ...]:
    """
    The blocks of `account`, sorted.

    What is placed at a town, a district or a site is found by its place and the half degree around it; all by their
    parties and rarest words, and by their kinds within the country.
    """
    told = _told_days(account)
    keys = {f"{bucket}|{what}" for bucket in _buckets(told, SPAN) for what in _whats(account)}
    published = account.context.published
    days = (told, None if published is None else (published, published))
    wide = {bucket for interval in days for bucket in _buckets(interval, WIDE_SPAN)}
    keys.update(f"w{bucket}|{kind}/{area}" for bucket in wide for kind in account.kinds for area in _areas(account))
    return tuple(sorted(keys))


def _told_days(account: Account) -> tuple[int, int] | None:
    """When it is said to have been, or the days before the publication; None where its report has no day either."""
    days, published = account.days, account.context.published
    if days is None or days[0] == FAR_PAST or days[1] == FAR_AHEAD or days[1] - days[0] > LONGEST:
        return None if published is None else (published - REACH, published)
    return days


def _buckets(days: tuple[int, int] | None, span: int) -> Iterator[int]:
    """The buckets that the days touch, and those next to them by a day; -1 for no days."""
    if not days:
        yield -1
        return
    yield from range((days[0] - 1) // span, (days[1] + 1) // span + 1)


def _whats(account: Account) -> Iterator[str]:
    for point in account.points:
        if point.precision in FINE:
            yield f"p{point.id or point.name.casefold()}"
            if point.lat is not None and point.lon is not None:
                yield f"c{math.floor(point.lat * 2)},{math.floor(point.lon * 2)}"
    for area in _areas(account):
        yield f"a{area}"
    for party in (*account.actors, *account.targets):
        yield f"w{party}"
    for kind in set(account.kinds):
        for country in {point.country for point in account.points} or {None}:
            yield f"k{kind}/{country}"
    heaviest = sorted(account.context.title + account.terms, key=lambda t: (-t[1], t[0]))[:RARE]
    for term, _ in heaviest:
        yield f"t{term}"


def _areas(account: Account) -> set[str]:
    """The provinces that the account is in, or the countries where it names none."""
    provinces = {f"{p.country}/{p.admin1 or p.name}" for p in account.points if p.admin1 or p.precision == "adm1"}
    return provinces or {f"{p.country}" for p in account.points} or {""}
