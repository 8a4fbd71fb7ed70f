"""
What is reported to hold at a place, or of an actor, on a day: a pure function of claims that the ledger found.

Only what was reported on or before that day counts. A state (control, siege, strength, agreement) holds until a later
report replaces it; an event is shown while it is recent, and counted when it is older; figures of killed, wounded and
displaced people stay as they were reported, side by side, and are never added up or averaged. What is planned,
possible, attempted, denied or generic is shown apart under its status.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from ..codebook import kinds
from ..records import Kept, Record
from .contradictions import Contradiction, find_contradictions
from .scenes import report_days
from .situation_items import Item, make_item
from .situation_places import PlaceAsked, Position, find_area, locate
from .situation_repeats import merge_repeats
from .situation_states import by_recency, has_number, latest_states, question_control

LATELY_DAYS = 30
STALE_DAYS = 90
NEARBY_KM = 100.0
MOST = 8

STATES = {
    "control": ("control",),
    "sieges": ("siege",),
    "strengths": ("strength",),
    "agreements": ("agreement", "talks"),
}
"""Sections of what holds until something replaces it, with their kinds."""

KINDS_OF_STATE = tuple(kind for of_kinds in STATES.values() for kind in of_kinds)

EVENTS = {
    "advances": ("advance", "withdrawal"),
    "movements": ("movement", "support"),
    "attacks": ("chemical-attack", "airstrike", "shelling", "bombing", "attack"),
    "fighting": ("clash",),
    "abuses": ("killing", "injury", "abuse", "abduction", "detention", "release", "destruction"),
    "relief": ("displacement", "aid"),
    "politics": ("threat", "declaration", "protest", "justice"),
}
"""Sections of what happened, with their kinds. Killed, wounded and displaced people with a figure are the toll."""

TOLL = ("killing", "injury", "displacement")

ORDER = (
    "control", "sieges", "strengths", "advances", "movements", "attacks", "fighting", "abuses", "toll", "relief",
    "agreements", "politics",
)  # fmt: skip

NEARBY_KINDS = frozenset(kind for section in ("control", "sieges") for kind in STATES[section]) | frozenset(
    kind for section in ("advances", "attacks", "fighting", "abuses", "relief") for kind in EVENTS[section]
)


class ActorAsked(Record, frozen=True, kw_only=True):
    """The actor whose situation is asked for; `ids` are his own and those of the names he bore before."""

    ids: tuple[str, ...]
    name: str


class Section(Record, frozen=True, kw_only=True):
    """Items of one kind of matter, newest first, and what of it is not shown."""

    key: str
    items: tuple[Item, ...]
    more: int = 0
    """Further items over the number asked for."""
    older: int = 0
    """Further events of before the first day asked for."""


class Around(Record, frozen=True, kw_only=True):
    """Claims known only to the country or province that the place lies in, or to a part of that."""

    name: str
    precision: str
    counts: dict[str, int]
    """By kind, in the order of the codebook."""
    items: tuple[Item, ...]
    """The newest of them."""


class LeftOut(Record, frozen=True, kw_only=True):
    """Claims that were found and do not count, by the reason; None where there are too many claims to count them."""

    later: int | None = 0
    """Reported after the day asked about."""
    undated: int | None = 0
    """Of reports of which it is not known that they were published by then."""
    rejected: int = 0
    """Rejected by a person."""


class Situation(Record, frozen=True, kw_only=True):
    """What is reported to hold on the day `on`."""

    place: PlaceAsked | None
    actor: ActorAsked | None
    on: dt.date
    since: dt.date
    stale_days: int
    nearby_km: float
    sections: tuple[Section, ...]
    """In the order of `ORDER`, without empty ones."""
    contradictions: tuple[Contradiction, ...]
    """What is said that cannot all hold, the newest first."""
    more_contradictions: int
    apart: Section
    """What is not said to have happened or to hold: planned, possible, attempted, denied, generic, or dated ahead."""
    nearby: Section
    around: tuple[Around, ...]
    left_out: LeftOut
    claims: int
    """How many claims about the place or actor this rests on, before any is merged or left unshown."""
    reports: int
    complete: bool
    """Whether all claims about it were looked at, and not the newest of each kind alone."""
    first_published: str | None
    last_published: str | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is reported of the place or actor itself."""
        return not self.sections and not self.apart.items and not self.apart.older

    def section(self, key: str) -> Section:
        """The section of that key, empty where nothing is reported."""
        return next((section for section in self.sections if section.key == key), Section(key=key, items=()))


def situation(
    kepts: Sequence[Kept],
    asked: PlaceAsked | ActorAsked,
    on: dt.date,
    *,
    since: dt.date | None = None,
    stale_days: int = STALE_DAYS,
    nearby_km: float = NEARBY_KM,
    most: int | None = MOST,
    undated: bool = False,
    complete: bool = True,
) -> Situation:
    """
    The situation of `asked` on the day `on`, from `kepts` in any order.

    Events before `since` (30 days before `on`) are counted, not shown. `most` bounds the items of a section; None
    shows all. With `undated`, reports count of which it is not known that they were published by `on`. `complete`
    is for who found no more than the newest claims of each kind: it is passed on, so that no count claims too much.
    """
    since = since or dt.date.fromordinal(max(1, on.toordinal() - LATELY_DAYS))
    known, left_out = _known_by(kepts, on, undated)
    placed = [(kept, _position(kept, asked, nearby_km)) for kept in known]
    own = [kept for kept, position in placed if position.relation == "at"]
    items = {
        relation: merge_repeats(
            make_item(kept, on, position) for kept, position in placed if position.relation == relation
        )
        for relation in ("at", "near", "around")
    }
    holding = [item for item in items["at"] if item.status == "actual" and not item.ahead]
    apart = [item for item in items["at"] if item.status != "actual" or item.ahead]
    close = [item for item in items["near"] if item.status == "actual" and item.kind in NEARBY_KINDS and not item.ahead]
    against = _newest_first(find_contradictions(own))
    published = sorted(kept.report.published for kept in own if kept.report.published)
    return Situation(
        place=asked if isinstance(asked, PlaceAsked) else None,
        actor=asked if isinstance(asked, ActorAsked) else None,
        on=on,
        since=since,
        stale_days=stale_days,
        nearby_km=nearby_km,
        sections=_sections(holding, apart, since, stale_days, most),
        contradictions=tuple(against[:most]),
        more_contradictions=0 if most is None else max(0, len(against) - most),
        apart=_recent("apart", apart, since, most),
        nearby=_recent("nearby", close, since, most, _near_first),
        around=_around(items["around"], since, most),
        left_out=left_out,
        claims=len(own),
        reports=len({kept.report.key for kept in own}),
        complete=complete,
        first_published=published[0] if published else None,
        last_published=published[-1] if published else None,
    )


def _known_by(kepts: Iterable[Kept], on: dt.date, undated: bool) -> tuple[list[Kept], LeftOut]:
    """The claims, each once, of reports published by `on`, and how many others there are."""
    known, later, no_date, rejected = [], 0, 0, 0
    for kept in {kept.key: kept for kept in kepts}.values():
        first, last = report_days(kept.report.published)
        if kept.review == "rejected":
            rejected += 1
        elif first is not None and first > on:
            later += 1
        elif (last is None or last > on) and not undated:
            no_date += 1
        else:
            known.append(kept)
    return known, LeftOut(later=later, undated=no_date, rejected=rejected)


def _position(kept: Kept, asked: PlaceAsked | ActorAsked, nearby_km: float) -> Position:
    if isinstance(asked, PlaceAsked):
        return locate(kept.claim.where, asked, nearby_km)
    named = {role.entity.id for role in kept.claim.roles if role.entity}
    return Position("at" if named.intersection(asked.ids) else "elsewhere")


def _sections(
    holding: Sequence[Item], apart: Sequence[Item], since: dt.date, stale_days: int, most: int | None
) -> tuple[Section, ...]:
    found = {}
    for key, of_kinds in STATES.items():
        states = latest_states((item for item in holding if item.kind in of_kinds), stale_days)
        if key == "control":
            changes = [item for item in holding if item.kind in EVENTS["advances"]]
            denials = [item for item in apart if item.kind == "control" and item.status == "denied"]
            states = question_control(states, changes, denials)
        found[key] = _cut(key, states, most)
    toll = [item for item in holding if _is_toll(item)]
    for key in EVENTS:
        events = [item for item in holding if _section_of(item) == key]
        found[key] = _recent(key, events, since, most)
    found["toll"] = _cut("toll", _by_incident(toll), most)
    return tuple(found[key] for key in ORDER if found[key].items or found[key].older)


def _section_of(item: Item) -> str | None:
    """The section of an event; one of a kind that this version does not know stands in the last."""
    if item.kind in KINDS_OF_STATE or _is_toll(item):
        return None
    return next((key for key, of_kinds in EVENTS.items() if item.kind in of_kinds), "politics")


def _is_toll(item: Item) -> bool:
    """Whether it gives a number of killed, wounded or displaced people, whatever the number."""
    return item.kind in TOLL and has_number(item)


def _by_incident(items: Iterable[Item]) -> list[Item]:
    """Newest first, with the figures of one incident side by side behind the newest of them."""
    groups: dict[str, list[Item]] = {}
    for item in sorted(items, key=by_recency):
        groups.setdefault(item.incident or item.label or item.key, []).append(item)
    return [item for group in groups.values() for item in group]


def _recent(
    key: str, items: Iterable[Item], since: dt.date, most: int | None, order: Callable[[Item], object] = by_recency
) -> Section:
    """The items of `since` and after in order; an item of no known day is not known to be older."""
    ordered = sorted(items, key=order)  # type: ignore[arg-type]  # keys of one order are tuples of one form
    recent = [item for item in ordered if item.day is None or item.day >= since]
    section = _cut(key, recent if order is not by_recency else _newest_of_each_kind(recent), most)
    return Section(key=key, items=section.items, more=section.more, older=len(ordered) - len(recent))


def _newest_of_each_kind(items: Sequence[Item]) -> list[Item]:
    """The newest of each kind and status first, so that one gas attack is not hidden by a hundred air strikes."""
    first = {(item.kind, item.status): item for item in reversed(items)}
    return [
        *(i for i in items if first[i.kind, i.status] is i),
        *(i for i in items if first[i.kind, i.status] is not i),
    ]


def _cut(key: str, items: Sequence[Item], most: int | None) -> Section:
    shown = tuple(items if most is None else items[:most])
    return Section(key=key, items=shown, more=len(items) - len(shown))


def _near_first(item: Item) -> tuple[object, ...]:
    """Newest first, of one day the nearest."""
    age, *rest = by_recency(item)
    return age, item.distance_km if item.distance_km is not None else 1e9, *rest


def _newest_first(contradictions: Iterable[Contradiction]) -> list[Contradiction]:
    """Those of which a side was last reported first, each once: a voice may say one thing in several sentences."""
    once: dict[object, Contradiction] = {}
    for found in contradictions:
        once.setdefault((found.kind, found.about, frozenset((s.says, s.voice.key) for s in found.statements)), found)
    return sorted(once.values(), key=lambda c: max(s.published or "" for s in c.statements), reverse=True)


def _around(items: Iterable[Item], since: dt.date, most: int | None) -> tuple[Around, ...]:
    """What lately is known only to a province or country, or to a part of it; the country last."""
    groups: dict[tuple[bool, str, str], list[Item]] = {}
    for item in items:
        if item.where is None or item.status != "actual" or item.ahead or (item.day is not None and item.day < since):
            continue
        area = find_area(item.where)
        if area is not None:
            groups.setdefault((area.level == "country", area.name, area.level), []).append(item)
    return tuple(
        Around(
            name=name,
            precision=precision,
            counts=by_kind(Counter(item.kind for item in group)),
            items=tuple(sorted(group, key=by_recency)[:most]),
        )
        for (_, name, precision), group in sorted(groups.items())
    )


def by_kind(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts in the order of the codebook, unknown kinds behind it, zeros left out."""
    order = [kind.key for kind in kinds()]
    return {kind: counts[kind] for kind in dict.fromkeys((*order, *sorted(counts))) if counts.get(kind)}
