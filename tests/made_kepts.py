"""Claims as a ledger keeps them, made up for tests: each one sentence of a report of its own unless said otherwise."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from asreported.records import (
    Claim,
    Entity,
    Figure,
    Kept,
    Offsets,
    Reading,
    ReportHead,
    Role,
    Source,
    Span,
    When,
    Where,
    make_report,
)

_numbers = itertools.count(1)

IS = Entity(id="islamic-state", name="Islamic State", type="jihadist-group", rule="alias")
ARMY = Entity(id="army:iq", name="Iraqi army", type="state-forces", country="IQ", rule="alias")


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def place(name: str = "Mosul", **more: Any) -> Where:
    """Mosul as the gazetteer has it, or another place."""
    fields: dict[str, Any] = {
        "name": name,
        "admin1": "Nineveh",
        "country": "IQ",
        "country_name": "Iraq",
        "lat": 36.335,
        "lon": 43.1189,
        "gazetteer_id": 99072,
        "precision": "exact",
        "radius_km": 12.0,
        "text": name,
        "span": Offsets(start=0, end=0),
        "rule": "place: named",
    }
    return Where(**(fields | more))


HATRA = place("Hatra", lat=35.573, lon=42.734, gazetteer_id=99414, precision="adm2", radius_km=25.0)
IRAQ = place("Iraq", admin1=None, lat=33.0, lon=43.7, gazetteer_id=99237, precision="country", radius_km=373.0)
NINEVEH = place("Nineveh", lat=36.19, lon=42.82, gazetteer_id=92877, precision="adm1", radius_km=109.0)


def when(start: str | None, end: str | None = "same") -> When:
    last = start if end == "same" else end
    return When(
        start=day(start) if start else None,
        end=day(last) if last else None,
        text="then",
        span=None,
        basis="context",
        rule="made up",
    )


def figure(text: str, low: float | None, high: float | None, unit: str = "people", of: str = "actor") -> Figure:
    return Figure(start=0, end=len(text), text=text, low=low, high=high, of=of, unit=unit, rule="made up")


def source(who: str | None, text: str | None = None) -> Source:
    return Source(
        start=0, end=1, text=text or who, name=who, anonymous=who is None, carried=False, type=None,
        stance="neutral", cue=None,
    )  # fmt: skip


def kept(
    kind: str,
    *,
    status: str = "actual",
    trigger: str = "did",
    who: Sequence[Entity | str] = (),
    whom: Sequence[Entity | str] = (),
    words: Sequence[str] = (),
    where: Where | None = None,
    on: When | None = None,
    figures: Sequence[Figure] = (),
    by: Sequence[Source] = (),
    published: str | None = "2017-04-28",
    publisher: str | None = "The Made-Up Courier",
    title: str = "A made-up report",
    quotation: str = "A made-up sentence.",
    url: str | None = None,
    incident: str | None = None,
    label: str | None = None,
    report: str | None = None,
    chain: str | None = None,
    review: str = "unreviewed",
) -> Kept:
    """A claim; `words` are what it says of its place, `label` its incident within the report `report`."""
    number = next(_numbers)
    key = report or f"report{number}"
    roles = [_role("actor", one) for one in who] + [_role("target", one) for one in whom]
    roles += [_role("place", one) for one in words]
    claim = Claim(
        id=f"claim{number}",
        kind=kind,
        status=status,
        trigger=Span(start=0, end=len(trigger), text=trigger),
        evidence=Span(start=0, end=len(quotation), text=quotation),
        roles=tuple(roles),
        figures=tuple(figures),
        sources=tuple(by),
        when=on,
        where=where if where is not None else place(),
        incident=label,
        confidence=0.9,
    )
    head = ReportHead(
        key=key, id=key, title=title, publisher=publisher, published=published, url=url, text_sha256=key,
        chain=chain or key,
    )  # fmt: skip
    return Kept(key=f"{key}:{claim.id}", report=head, claim=claim, incident=incident, review=review)


def reading(*kepts: Kept) -> Reading:
    """A report that holds the claims of `kepts`, to be added to a ledger."""
    head = kepts[0].report
    body = " ".join(k.claim.evidence.text for k in kepts)
    report = make_report(
        id=head.id, title=f"{head.title} {head.key}", body=body, publisher=head.publisher, published=head.published,
        url=head.url,
    )  # fmt: skip
    return Reading(report=report, claims=tuple(k.claim for k in kepts))


def _role(role: str, filler: Entity | str) -> Role:
    text = filler if isinstance(filler, str) else filler.name
    entity = None if isinstance(filler, str) else filler
    return Role(role=role, start=0, end=len(text), text=text, entity=entity)
