"""
Claims of one report → `Account`s: what one report tells of one incident, in the form in which two are compared.

An account is made of one claim at first (`account_of` of one), and of several once those of a report are grouped
(asreported.link.incidents). It is a function of its report alone, so that linking does not depend on what was read
before.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections import Counter
from collections.abc import Sequence

import numpy as np

from ..records import Claim, Figure, Record, When, Where
from .words import Terms, weigh

FIGURE_UNITS = ("people", "households", "vehicles", "aircraft", "weapons", "buildings", "settlements", "events")
"""Of which a number tells two incidents apart; a distance or a sum of money is told too freely."""
GENERIC_TYPES = frozenset(("civilians", "armed-group", "people", "other"))
"""Actors of these types are whoever the word fits ("militants"), so that sharing one says little."""
CLAIM_TERMS = 24
REPORT_TERMS = 40
FAR_PAST, FAR_AHEAD = 0, 4_000_000


class Point(Record, frozen=True, kw_only=True):
    """Where, as far as comparing needs it."""

    id: int | None
    name: str
    admin1: str | None
    country: str | None
    lat: float | None
    lon: float | None
    precision: str
    radius_km: float


class Count(Record, frozen=True, kw_only=True):
    """How many of whom, as one claim says it."""

    kind: str
    unit: str
    low: float
    high: float


class Context(Record, frozen=True, kw_only=True):
    """What all accounts of a report share."""

    report: str
    """The report's key."""
    chain: str
    published: int | None
    """Ordinal of the first day that the report can be of."""
    publisher: str
    terms: Terms
    title: Terms


class Account(Record, frozen=True, kw_only=True):
    """What one report tells of one incident."""

    key: str
    context: Context
    kinds: tuple[str, ...]
    """Kind of each claim, sorted; a kind stands as often as it is claimed."""
    asserted: float
    """The share of the claims that are told as having happened."""
    days: tuple[int, int] | None
    """The first and last day of the best dated claim, as ordinals."""
    points: tuple[Point, ...]
    """The most precise first."""
    actors: tuple[str, ...]
    targets: tuple[str, ...]
    generic: tuple[str, ...]
    """Ids of actors and targets that name nobody in particular."""
    counts: tuple[Count, ...]
    terms: Terms
    first: int
    """Offset of the first trigger in the text."""
    last: int
    sentences: tuple[int, ...]
    """Offsets at which the evidence of its claims starts."""
    triggers: tuple[str, ...] = ()
    vector: bytes = b""
    """What the encoder made of its claims, their mean (asreported.annotate.vectors); empty where that is not known."""


def context_of(report: str, chain: str, published: str | None, publisher: str | None, title: str, text: str) -> Context:
    """The context of a report's accounts; `text` is the whole text."""
    return Context(
        report=report,
        chain=chain,
        published=day_of(published),
        publisher=publisher or "",
        terms=weigh([text], REPORT_TERMS),
        title=weigh([title], REPORT_TERMS),
    )


def account_of(context: Context, claims: Sequence[Claim], vectors: Sequence[bytes] = ()) -> Account:
    """The account that `claims`, all of the report of `context`, make together; `vectors` are those of the claims."""
    told = [c for c in claims if c.status == "actual"] or list(claims)
    whens = sorted(
        {days for c in told if c.when is not None for days in [days_of(c.when)] if days is not None}, key=_spread
    )
    points = sorted({p for c in told if c.where is not None for p in [_point(c.where)]}, key=_roughness)
    actors, targets, generic = _parties(claims)
    return Account(
        key=f"{context.report}:{min(c.id for c in claims)}",
        context=context,
        kinds=tuple(sorted(c.kind for c in claims)),
        asserted=sum(c.status == "actual" for c in claims) / len(claims),
        days=whens[0] if whens else None,
        points=tuple(points[:4]),
        actors=actors,
        targets=targets,
        generic=generic,
        counts=tuple(sorted({n for c in told for n in _counts(c)}, key=lambda n: (n.kind, n.unit, n.low, n.high))),
        terms=_terms(tuple(sorted({c.evidence.text for c in claims}))),
        first=min(c.trigger.start for c in claims),
        last=max(c.trigger.start for c in claims),
        sentences=tuple(sorted({c.evidence.start for c in claims})),
        triggers=tuple(sorted({c.trigger.text.casefold() for c in claims})),
        vector=_mean(vectors),
    )


@functools.lru_cache(2_000)
def _terms(sentences: tuple[str, ...]) -> Terms:
    """Remembered, since several claims of a report stand in one sentence."""
    return weigh(sentences, CLAIM_TERMS)


def _mean(vectors: Sequence[bytes]) -> bytes:
    known = [np.frombuffer(v, np.int8) for v in vectors if v]
    return np.round(np.mean(known, axis=0)).astype(np.int8).tobytes() if known else b""


def day_of(published: str | None) -> int | None:
    """
    The ordinal of a day, month or year, of its first day; None for none, or what is no date.

        >>> day_of("2017-04-28") - day_of("2017-04")
        27
    """
    with contextlib.suppress(ValueError):
        return dt.date.fromisoformat(f"{published or ''}-01-01"[:10]).toordinal()
    return None


def days_of(when: When) -> tuple[int, int] | None:
    """The interval of `when` as ordinals, an open side far away; None where both sides are open."""
    if when.start is None and when.end is None:
        return None
    start = FAR_PAST if when.start is None else when.start.toordinal()
    return start, FAR_AHEAD if when.end is None else when.end.toordinal()


def _spread(days: tuple[int, int]) -> tuple[int, int]:
    return days[1] - days[0], days[0]


ROUGHNESS = ("exact", "part", "near", "line", "border", "adm2", "adm1", "sea", "region", "country")


def _roughness(point: Point) -> tuple[int, str, int, str, str, float, float, float]:
    """A total order: of two places of one name and precision, too, the same comes first in every run."""
    rank = ROUGHNESS.index(point.precision) if point.precision in ROUGHNESS else len(ROUGHNESS)
    names = point.name, point.id or 0, point.admin1 or "", point.country or ""
    return rank, *names, point.lat or 0.0, point.lon or 0.0, point.radius_km


def _point(where: Where) -> Point:
    return Point(
        id=where.gazetteer_id,
        name=where.name,
        admin1=where.admin1,
        country=where.country,
        lat=where.lat,
        lon=where.lon,
        precision=where.precision,
        radius_km=where.radius_km or 0.0,
    )


def _parties(claims: Sequence[Claim]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    parties: dict[str, Counter[str]] = {"actor": Counter(), "target": Counter(), "generic": Counter()}
    for claim in claims:
        for role in claim.roles:
            if role.role in ("actor", "target") and role.entity is not None:
                named = role.entity.type is not None and role.entity.type not in GENERIC_TYPES
                named = named or role.entity.id.startswith("name:")
                parties[role.role if named else "generic"][role.entity.id] += 1
    actors, targets, generic = (tuple(sorted(ids)) for ids in parties.values())
    return actors, targets, generic


def _counts(claim: Claim) -> list[Count]:
    return [
        Count(kind=claim.kind, unit=f.unit, low=f.low or 0, high=float("inf") if f.high is None else f.high)
        for f in claim.figures
        if f.unit in FIGURE_UNITS and _counts_all(f) and (f.low is not None or f.high is not None)
    ]


def _counts_all(figure: Figure) -> bool:
    """Whether the figure is of the incident as a whole: no part of another, no change, no rate."""
    return figure.part_of is None and figure.rate is None and (figure.change is None or figure.change.kind == "total")
