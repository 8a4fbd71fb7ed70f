"""What one claim becomes in FollowTheMoney: a link of its report to the incident, its figures, its parties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..records import Claim, Entity, Role
from ..show.reader import family_of
from ..show.words import tell_figure, tell_links, tell_when, tell_where
from .ftm_values import date, line, make_id, name, prose, quote, url
from .told import Group, Told

Properties = dict[str, list[str | None]]
ATTESTED = "attested"
"""What stands beside the properties of a row, and is not written: what its text must hold."""
HARMFUL = ("fighting", "harm", "liberty")
"""Families of kinds in whose claims who acts is called a perpetrator."""


def documentation(told: Told, article: str, event: str) -> dict[str, Any]:
    """That a report tells of an incident: the claim."""
    claim, report = told.claim, told.report
    properties: Properties = {
        **_of_claim(told),
        "document": [article],
        "entity": [event],
        "role": [line(_role(told))],
        "description": [prose("\n".join(_tell_claim(told)))],
        "startDate": [date(claim.when.start if claim.when else None)],
        "endDate": [date(claim.when.end if claim.when else None)],
        "publisher": [line(report.publisher)],
        "sourceUrl": [url(report.url)],
    }
    return make_entity(make_id("claim", told.key), "Documentation", properties) | {ATTESTED: attested_by(told)}


def figures_note(told: Told, event: str) -> dict[str, Any]:
    """The figures of a claim with their intervals, which FollowTheMoney has no property for."""
    lines = []
    for figure in told.claim.figures:
        of = [f"counts {figure.of}"] if figure.of else []
        more = [
            *of,
            *tell_links(figure),
            f"low {_bound(figure.low)}, high {_bound(figure.high)}",
            f"unit {figure.unit}",
        ]
        more += [f"currency {figure.currency}"] if figure.currency else []
        lines.append(f"“{figure.text}”: {tell_figure(figure)}; {'; '.join(more)}; {_at(figure.start, figure.end)}")
    properties: Properties = {
        "name": [name(f"Figures of claim {told.key}")],
        "description": [prose("\n".join(lines))],
        "notes": [prose(one_line(told))],
        "entity": [event],
    }
    return make_entity(make_id("figures", told.key), "Note", properties) | {ATTESTED: attested_by(told)}


def _bound(bound: float | None) -> str:
    return "not told" if bound is None else str(bound)


def link(told: Told, role: Role, actor: str, article: str, event: str) -> dict[str, Any]:
    """That an actor plays a part in an incident, according to one claim."""
    carried = " (from an earlier sentence)" if role.carried else ""
    who = _tell_entity(role.entity) if role.entity else ""
    words = f"“{role.text}” = {who}{carried}, {_at(role.start, role.end)}"
    word = "perpetrator" if role.role == "actor" and is_harm(told.claim) else role.role
    properties: Properties = {
        **_of_claim(told),
        "subject": [actor],
        "object": [event],
        "role": [line(f"{word}: {_role(told)}")],
        "description": [prose(f"{words}\n{word}: {_role(told)}\n{_tell_review(told)}")],
        "proof": [article],
    }
    id = make_id("link", told.key, role.role, actor)
    return make_entity(id, "UnknownLink", properties) | {ATTESTED: attested_by(told)}


def _of_claim(told: Told) -> Properties:
    return {
        "status": [line(told.claim.status), line(f"review: {told.kept.review}")],
        "summary": [quote(told.quotation)],
        "date": [date(told.report.published)],
        "recordId": [line(told.key)],
    }


def one_line(told: Told) -> str:
    """The quotation, the status and according to whom: what no entity may lack."""
    return f"“{quote(told.quotation)}”: {_role(told)} ({told.kept.review}, claim {told.key})"


def _role(told: Told) -> str:
    return f"{told.claim.status} according to {quote(told.according_to)}"


def _tell_claim(told: Told) -> Iterator[str]:
    claim = told.claim
    yield f"{claim.kind} (“{claim.trigger.text}”), {_role(told)}"
    for role in claim.roles:
        value = f" = {_tell_entity(role.entity)}" if role.entity else ""
        carried = ", from an earlier sentence" if role.carried else ""
        yield f"{role.role}: “{role.text}”{value}{carried}, {_at(role.start, role.end)}"
    if claim.when:
        yield f"when: {tell_when(claim.when)} (“{claim.when.text}”, {claim.when.basis})"
    elif claim.undated:
        yield f"when: not dated: {claim.undated}"
    if claim.where:
        yield f"where: {tell_where(claim.where)} (“{claim.where.text}”, {claim.where.precision})"
    yield from (f"figure: {tell_figure(figure)} (“{figure.text}”)" for figure in claim.figures)
    for source in claim.sources:
        cue = f", “{source.cue.text}”" if source.cue else ""
        yield f"source: “{source.text or 'unnamed'}” ({source.type or 'of no known type'}, {source.stance}{cue})"
    yield from unfit(told)
    yield f"quotation: {_at(claim.evidence.start, claim.evidence.end)}; confidence of the model {claim.confidence:.3f}"
    yield _tell_review(told)


def _tell_entity(entity: Entity) -> str:
    leads = f", who leads or speaks for {entity.organisation}" if entity.organisation else ""
    return f"{entity.name} ({entity.id}){leads}"


def unfit(told: Told) -> Iterator[str]:
    """What of the report FollowTheMoney would drop from a property."""
    report = told.report
    for what, value, fit in (
        ("published", report.published, date(report.published)),
        ("address", report.url, url(report.url)),
    ):
        if value and fit != value:
            yield f"{what}: {value}"


def _tell_review(told: Told) -> str:
    by = f" by {told.reviewed_by} at {told.reviewed_at}" if told.reviewed_by else ""
    return f"review: {told.kept.review}{by}"


def tell_group(group: Group) -> str | None:
    """How many claims of how many reports tell of an incident, with which statuses, and how they were reviewed."""
    statuses = Counter(told.claim.status for told in group.told)
    reviews = Counter(told.kept.review for told in group.told)
    reports = len({told.report.key for told in group.told})
    by_status = ", ".join(f"{status} {n}" for status, n in statuses.most_common())
    by_review = ", ".join(f"{review} {n}" for review, n in reviews.most_common())
    return prose(f"claims: {len(group.told)}, of reports: {reports}; {by_status}; review: {by_review}")


def _at(start: int, end: int) -> str:
    return f"characters {start} to {end} of the text"


def is_harm(claim: Claim) -> bool:
    """Whether it is of a kind that does harm to somebody, whatever its status."""
    return family_of(claim.kind) in HARMFUL


def make_entity(id: str, schema: str, properties: Mapping[str, Iterable[str | None]]) -> dict[str, Any]:
    """An entity, without what has no value; each value once."""
    kept = {key: list(dict.fromkeys(value for value in values if value)) for key, values in properties.items()}
    return {"id": id, "schema": schema, "properties": {key: values for key, values in kept.items() if values}}


def attested_by(told: Told) -> dict[str, str]:
    """What the texts of an entity must hold, as FollowTheMoney takes it."""
    return {field: quote(value) for field, value in told.attested._asdict().items()}
