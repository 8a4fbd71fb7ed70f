"""
Resolve who acts and who is acted on: an `Entity` for each actor and target of a report's claims.

phrases.py reads the words, coreference.py what they mean in this report; data/actors.toml and data/offices.toml
hold whom we know. Things ("a market", "buildings") and places are no actors and stay None, as does what is in doubt.
"""

from __future__ import annotations

from asreported.records import Annotation, Entity, Event, Mention, Report

from .coreference import Coreference
from .letter_case import legible

ROLES = frozenset(("actor", "target"))


def resolve_actors(
    report: Report, annotation: Annotation, *, coreference: Coreference | None = None
) -> tuple[tuple[Entity | None, ...], ...]:
    """
    For each event the entities of its roles, aligned with `event.roles`; None where a role is no actor or in doubt.

    `coreference` is for who resolves sources too, so that the report is followed once.

        >>> from asreported.records import Mention, make_report
        >>> report = make_report(id="a", title="", body="Isil fighters left the town. They fled.")
        >>> def event(start, end, trigger):
        ...     roles = (Mention(role="actor", span=report.span(start, end)),)
        ...     return Event(kind="movement", status="actual", trigger=report.span(*trigger),
        ...                  sentence=report.span(0, 39), roles=roles, sources=())
        >>> events = (event(0, 13, (14, 18)), event(29, 33, (34, 38)))
        >>> found = resolve_actors(report, Annotation(sentences=(report.span(0, 28), report.span(29, 39)),
        ...                                           toponyms=(), events=events))
        >>> [(e.name, e.rule) for roles in found for e in roles]
        [('Islamic State', "alias and 'fighters'"), ('Islamic State', "'they' for 'Isil fighters'")]
    """
    report, annotation = legible(report, annotation)
    who = coreference or Coreference(report, annotation)
    return tuple(tuple(_entity(who, event, mention) for mention in event.roles) for event in annotation.events)


def _entity(who: Coreference, event: Event, mention: Mention) -> Entity | None:
    if mention.role not in ROLES:
        return None
    entity = who.resolve(mention.span, event)
    # "Damascus" acts as its government; as what is taken or shelled it is the city.
    if entity and mention.role == "target" and entity.rule == "capital for its government":
        return None
    return entity
