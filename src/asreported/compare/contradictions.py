"""
Where reports contradict one another: both sides quoted, each with its sources, and the rule that found them.

Four rules: figures that have no number in common; a denial against an assertion; different perpetrators of one
incident; two sides that hold one place at one time. None says who is right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ..records import Entity, Kept, Record
from .agreement import NEAR_DAYS, find_agreement
from .chains import Voice, Voices, name_sources
from .control import find_rivals, meet, takes_it
from .questions import is_tally
from .scenes import Places, find_days
from .series import Point, Series, find_series
from .sides import can_be_one, exclude_each_other, find_sides
from .tables import tables

RULES = {
    "figures": "figures of one question and time, from independent sources, that have no number in common",
    "denial": "one source denies what another, independent one asserts: the same kind of claim and no other actor",
    "perpetrator": "independent sources name different sides as the actor in one incident",
    "control": "independent sources say at one time that different sides hold or took one place",
}


class Statement(Record, frozen=True, kw_only=True):
    """One side of a contradiction: who says what, quoted."""

    says: str
    """The words of a figure, the status of a claim, or the side that it names."""
    voice: Voice
    sources: tuple[str, ...]
    publisher: str | None
    published: str | None
    title: str
    key: str
    quotation: str
    low: int | float | None = None
    high: int | float | None = None
    """The bounds of a figure."""


class Contradiction(Record, frozen=True, kw_only=True):
    """Statements that cannot all hold."""

    kind: str
    rule: str
    about: str
    statements: tuple[Statement, ...]


def find_contradictions(kepts: Iterable[Kept], series: Sequence[Series] | None = None) -> tuple[Contradiction, ...]:
    """
    What contradicts in `kepts`, by rule and in a settled order; `series` are those of `find_series`, if known already.
    """
    claims = sorted({kept.key: kept for kept in kepts if kept.review != "rejected"}.values(), key=lambda k: k.key)
    voices, places = Voices(claims), Places(claims)
    found = [
        *_figures(find_series(claims) if series is None else series),
        *_denials(claims, voices, places),
        *_perpetrators(claims, voices),
        *_control(claims, voices, places),
    ]
    order = list(RULES)
    return tuple(sorted(found, key=lambda c: (order.index(c.kind), c.about, [s.key for s in c.statements])))


# ---- figures -------------------------------------------------------------------------------


def _figures(series: Sequence[Series]) -> Iterator[Contradiction]:
    for one in series:
        for pair in find_agreement(one).excluding:
            statements = tuple(sorted(map(_figure_statement, pair), key=lambda statement: statement.key))
            yield _contradiction("figures", one.title, statements)


def _figure_statement(point: Point) -> Statement:
    return Statement(
        says=f"“{point.words}”",
        low=point.low,
        high=point.high,
        voice=point.voice,
        sources=point.sources,
        publisher=point.publisher,
        published=point.published,
        title=point.title,
        key=point.key,
        quotation=point.quotation,
    )


# ---- denials -------------------------------------------------------------------------------


def _denials(claims: Sequence[Kept], voices: Voices, places: Places) -> Iterator[Contradiction]:
    """Each denial with all that independent sources assert against it."""
    told: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for kept in claims:
        if kept.claim.status == "actual":
            for scene in _scenes(kept, places):
                told[kept.claim.kind, scene].append(kept)
    for denial in (kept for kept in claims if kept.claim.status == "denied"):
        nearby = [kept for scene in _scenes(denial, places) for kept in told.get((denial.claim.kind, scene), ())]
        against = {
            kept.key: kept
            for kept in nearby
            if voices.of(kept).key != voices.of(denial).key and _is_same_thing(denial, kept)
        }
        if against:
            statements = (denial, *sorted(against.values(), key=lambda kept: kept.key))
            about = f"{denial.claim.kind}, {_scene(denial, places)}"
            yield _contradiction("denial", about, tuple(_statement(k, voices, k.claim.status) for k in statements))


def _scenes(kept: Kept, places: Places) -> Iterator[str]:
    """Where a denial and an assertion meet: in their incident, and in their place."""
    if kept.incident is not None:
        yield f"incident {kept.incident}"
    if place := places.of(kept.claim.where):
        yield f"place {place.key} {place.part}"


def _is_same_thing(denial: Kept, other: Kept) -> bool:
    """Of one incident, if they name no other actor; else, being of one place, of one time, if they share an actor."""
    deniers, doers = find_sides(denial.claim), find_sides(other.claim)
    if denial.incident is not None and denial.incident == other.incident:
        return not exclude_each_other(deniers, doers)
    if denial.incident is not None and other.incident is not None:
        return False
    if is_tally(find_days(other)):  # "since 2015" is no answer to "not on Tuesday"
        return False
    shares = any(can_be_one(one, two) for one in deniers for two in doers)
    return shares and meet(find_days(denial), find_days(other), NEAR_DAYS)


# ---- perpetrators --------------------------------------------------------------------------


def _perpetrators(claims: Sequence[Kept], voices: Voices) -> Iterator[Contradiction]:
    """For each incident the claims by which independent voices name its perpetrators, one for each side named."""
    kinds = tables().perpetrators.kinds
    named: dict[str, dict[str, list[Kept]]] = defaultdict(lambda: defaultdict(list))
    for kept in claims:
        asserted = kept.claim.status == "actual" and kept.claim.kind in kinds
        if kept.incident and asserted and find_sides(kept.claim):
            named[kept.incident][voices.of(kept).key].append(kept)
    for incident, by_voice in sorted(named.items()):
        groups: list[list[Kept]] = []
        for _, told in sorted(by_voice.items()):
            if any(exclude_each_other(_all_sides(told), _all_sides(other)) for other in by_voice.values()):
                groups.append(told)
        if groups:
            adding = [kept for told in groups for kept in _adding_sides(told)]
            statements = tuple(_statement(kept, voices, _names(find_sides(kept.claim))) for kept in adding)
            yield _contradiction("perpetrator", f"who did it, incident {incident}", statements)


def _adding_sides(told: Iterable[Kept]) -> Iterator[Kept]:
    """The claims of one voice that name a side which none before them named: each is quoted for what it says itself."""
    named: set[str] = set()
    for kept in told:
        sides = {side.id for side in find_sides(kept.claim)}
        if not sides <= named:
            named |= sides
            yield kept


def _all_sides(kepts: Iterable[Kept]) -> tuple[Entity, ...]:
    return tuple({side.id: side for kept in kepts for side in find_sides(kept.claim)}.values())


# ---- control -------------------------------------------------------------------------------


def _control(claims: Sequence[Kept], voices: Voices, places: Places) -> Iterator[Contradiction]:
    for place, one, other in find_rivals(claims, voices, places):
        about = f"who holds {place.name}" + (f" ({place.part})" if place.part else "")
        statements = tuple(_statement(kept, voices, _holds(kept)) for kept in (one, other))
        yield _contradiction("control", about, statements)


def _holds(kept: Kept) -> str:
    verb = "took it" if takes_it(kept) else "holds it"
    return f"{_names(find_sides(kept.claim))} {verb}"


# ---- shared --------------------------------------------------------------------------------


def _names(entities: Iterable[Entity]) -> str:
    return ", ".join(sorted(entity.name for entity in entities))


def _scene(kept: Kept, places: Places) -> str:
    if kept.incident:
        return f"incident {kept.incident}"
    place = places.of(kept.claim.where)
    return place.name if place else "no place"


def _statement(kept: Kept, voices: Voices, says: str) -> Statement:
    return Statement(
        says=says,
        voice=voices.of(kept),
        sources=name_sources(kept.claim),
        publisher=kept.report.publisher,
        published=kept.report.published,
        title=kept.report.title,
        key=kept.key,
        quotation=kept.claim.evidence.text,
    )


def _contradiction(kind: str, about: str, statements: tuple[Statement, ...]) -> Contradiction:
    return Contradiction(kind=kind, rule=RULES[kind], about=about, statements=statements)
