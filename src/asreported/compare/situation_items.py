"""
One claim as a situation shows it: what is said, of where, since when, how old it is, and according to whom.

An item adds to its claim only what the day asked about decides: the day on which the claim was last said to hold, and
its age. Nothing is summed, averaged or judged.
"""

from __future__ import annotations

import datetime as dt

from ..records import Claim, Entity, Figure, Kept, Record, Source, When, Where
from .chains import innermost, source_key
from .scenes import report_days
from .situation_places import Position

PLACE_ROLES = ("place", "origin", "destination")


ZONE = dt.timedelta(1)
"""What happens on a day may be reported on the day before, by the clock of another place."""


class Party(Record, frozen=True, kw_only=True):
    """Who acts or is acted on: the name where it is known, and the words of the report."""

    entity: Entity | None
    name: str
    words: str

    @property
    def id(self) -> str | None:
        return self.entity.id if self.entity else None


class Short(Record, frozen=True, kw_only=True):
    """A statement in short: what an item replaces or repeats, or what speaks against it."""

    key: str
    kind: str
    status: str
    trigger: str
    who: tuple[Party, ...]
    whom: tuple[Party, ...]
    means: tuple[str, ...]
    figures: tuple[Figure, ...]
    when: When | None
    day: dt.date | None
    sources: tuple[Source, ...]
    publisher: str | None


class Item(Record, frozen=True, kw_only=True):
    """One statement of a situation. `key` leads to the claim in the ledger."""

    key: str
    kind: str
    status: str
    trigger: str
    who: tuple[Party, ...]
    whom: tuple[Party, ...]
    means: tuple[str, ...]
    figures: tuple[Figure, ...]
    where: Where | None
    place_words: tuple[str, ...]
    """The words for the place in the claim's own sentences, as in "the northwestern part of Mosul"."""
    distance_km: float | None
    """From the middle of the place asked for; None where either has no point that means something."""
    bearing: str | None
    """Towards which of eight winds it lies from there."""
    when: When | None
    day: dt.date | None
    """
    The last day on or before the one asked about on which it is said to hold; of an undated claim, the day of its
    report; None where neither is known.
    """
    age_days: int | None
    stale: bool
    """A state that nothing replaced, and that nobody has reported for longer than the limit."""
    ahead: bool
    """Dated after the day asked about, or after its own report."""
    sources: tuple[Source, ...]
    publisher: str | None
    published: str | None
    title: str
    url: str | None
    quotation: str
    confidence: float
    incident: str | None
    """The incident over all reports that it is linked to."""
    label: str | None
    """The incident within its report."""
    chain: str
    review: str
    told_again: tuple[str, ...] = ()
    """Keys of claims that say the same in the same report or in near-copies of it."""
    earlier: tuple[Short, ...] = ()
    """Of a state, what was said of the same side and place before, or by others; newest first."""
    more_earlier: int = 0
    """How many more there are."""
    questioned_by: tuple[Short, ...] = ()
    """Statements by which what is said here does not hold, or no longer."""

    @property
    def speaker(self) -> str:
        """Whose statement it is, for comparing."""
        return source_key(innermost(self.sources), self.publisher, self.chain)


def make_item(kept: Kept, on: dt.date, position: Position) -> Item:
    """`kept` as an item on the day `on`; whether it is stale or replaced is decided where its neighbours are known."""
    claim = kept.claim
    day, ahead = _holds_on(kept, on)
    return Item(
        key=kept.key,
        kind=claim.kind,
        status=claim.status,
        trigger=claim.trigger.text,
        who=_parties(claim, "actor"),
        whom=_parties(claim, "target"),
        means=tuple(role.text for role in claim.roles if role.role == "means"),
        figures=claim.figures,
        where=claim.where,
        place_words=tuple(dict.fromkeys(r.text for r in claim.roles if r.role in PLACE_ROLES and not r.carried)),
        distance_km=None if position.km is None else round(position.km, 1),
        bearing=position.bearing,
        when=claim.when,
        day=day,
        age_days=None if day is None else (on - day).days,
        stale=False,
        ahead=ahead,
        sources=claim.sources,
        publisher=kept.report.publisher,
        published=kept.report.published,
        title=kept.report.title,
        url=kept.report.url,
        quotation=claim.evidence.text,
        confidence=claim.confidence,
        incident=kept.incident,
        label=f"{kept.report.key}:{claim.incident}" if claim.incident else None,
        chain=kept.report.chain,
        review=kept.review,
    )


def shorten(item: Item) -> Short:
    """`item` in short, to stand beside another."""
    return Short(**{name: getattr(item, name) for name in Short.__struct_fields__})


def party_ids(parties: tuple[Party, ...]) -> frozenset[str]:
    """The sides by id, or by their words where nobody is known by them."""
    return frozenset(party.id or party.name.casefold() for party in parties)


def _holds_on(kept: Kept, on: dt.date) -> tuple[dt.date | None, bool]:
    """
    The last day on which it is said to hold, no later than `on`; and whether it only begins after `on`.

    A period that is open, or that goes on after the report, is said to hold up to the day of the report. Of a report
    dated by its month alone that is the first of the month: no claim is made younger than it is known to be.
    """
    when = kept.claim.when
    reported, last_reported = report_days(kept.report.published)
    if when is None:
        return reported, False
    start, end = when.start, when.end
    if start is not None and start > min(on, last_reported + ZONE if last_reported else on):
        return reported, True
    if end is None or (start is not None and reported is not None and end > reported):
        # "This month", in a report of the middle of it; what lies wholly ahead of its report keeps its first day.
        end = reported if start is None or (reported is not None and reported >= start) else start
    return (None if end is None else min(end, on)), False


def _parties(claim: Claim, role: str) -> tuple[Party, ...]:
    """Each side once, by the first words for it."""
    found: dict[str, Party] = {}
    for filler in claim.roles:
        if filler.role == role:
            name = filler.entity.name if filler.entity else filler.text
            id = filler.entity.id if filler.entity else name
            found.setdefault(id, Party(entity=filler.entity, name=name, words=filler.text))
    return tuple(found.values())
