"""
Which question each figure of a claim answers: measure, unit, whom it counts, and the incident, or the place.

Figures that count something no measure asks for ("12 attacks") answer none, nor do those of a standing question without
a place, unless they count a named armed actor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ..records import Claim, Figure, Kept, Record
from ..resolve.names import fold
from .scenes import Days, Place, Places, find_days
from .subjects import Subject, find_subject
from .tables import Measure, tables

TALLY_DAYS = 31
"""A figure for more days than these is the tally of a period, also where its claim is linked to an incident."""
NEVER = ("time", "events", "percent")
"""Units that count no people and no things."""


class Question(Record, frozen=True, kw_only=True):
    """What the figures of a series answer."""

    measure: str
    unit: str
    whose: str
    """The key of whom or what is counted: an actor's id, `group:children`, `people`, `buildings:house`."""
    incident: str | None
    """The id of the incident, None for a standing question."""
    place: str | None
    """The key of the place of a standing question."""
    time: str
    """
    What its figures are of: `incident`; of standing questions `state` (how many there are on a day), `tally` (how many
    it were in a period) or `event` (of some event that is linked to no incident, or of no told time).
    """


class Answer(Record, frozen=True, kw_only=True):
    """A figure and the question that it answers."""

    question: Question
    subject: Subject
    place: Place | None
    kept: Kept
    figure: Figure
    days: Days
    note: str | None = None


def find_answers(kepts: Sequence[Kept]) -> list[Answer]:
    """The figures of `kepts` with their questions, in the order of the claims."""
    places = Places(kepts)
    return _name_the_unnamed([answer for kept in kepts for answer in _answers(kept, places)])


def find_measure(claim: Claim, figure: Figure) -> Measure | None:
    """The measure that `figure` answers, None where it counts something that none asks for."""
    if figure.unit in NEVER or (figure.of is None and figure.unit == "other"):
        return None
    trigger = f"{fold(claim.trigger.text)} "
    for measure in tables().measure:
        fits = not measure.triggers or any(trigger.startswith(f"{word} ") for word in measure.triggers)
        if claim.kind in measure.kinds and fits and (figure.of is None or figure.of in measure.counts):
            return measure
    return None


def _answers(kept: Kept, places: Places) -> Iterator[Answer]:
    place = places.of(kept.claim.where)
    for figure in kept.claim.figures:
        measure = find_measure(kept.claim, figure)
        if measure is None:
            continue
        subject, days = find_subject(kept.claim, figure, measure), days_of(kept, figure)
        tally = is_tally(find_days(kept))
        incident = kept.incident if measure.incident and not tally else None
        if incident is None and place is None and subject.type in (None, "unnamed"):
            continue
        question = Question(
            measure=measure.name,
            unit=figure.unit,
            whose=subject.key,
            incident=incident,
            place=place.key if incident is None and place else None,
            time="incident" if incident else "state" if measure.time == "state" else "tally" if tally else "event",
        )
        yield Answer(question=question, subject=subject, place=place, kept=kept, figure=figure, days=days)


def days_of(kept: Kept, figure: Figure) -> Days:
    """When `figure` holds: what was before another figure of its claim held until then, since when is not told."""
    days = find_days(kept)
    later = any(other is not figure and _is_later(other) for other in kept.claim.figures)
    if figure.change and figure.change.kind == "from" and later:
        return Days(start=None, end=days.start or days.end, told=days.told)
    return days


def _is_later(figure: Figure) -> bool:
    return figure.part_of is None and (figure.change is None or figure.change.kind in ("to", "total"))


def is_tally(days: Days) -> bool:
    """Whether the days are those of a period and not of one event; the report's day is none's."""
    if days.told:
        return False
    return days.start is None or days.end is None or (days.end - days.start).days > TALLY_DAYS


def _name_the_unnamed(answers: list[Answer]) -> list[Answer]:
    """
    Armed people without a name join the one named group that the same question knows, and are marked.

    "3,000 to 5,000 militants in the city" is a point of the strength of Islamic State in Mosul where the claims count
    no other armed group there that militants could be; with two such groups nothing is joined.
    """
    named: dict[Question, dict[str, Subject]] = defaultdict(dict)
    for answer in answers:
        known = answer.subject.type not in (None, "unnamed") and "/" not in answer.subject.key
        if known and answer.kept.review != "rejected":
            named[_of_anybody(answer.question)][answer.subject.key] = answer.subject
    return [_named(answer, named.get(_of_anybody(answer.question), {}).values()) for answer in answers]


def _of_anybody(question: Question) -> Question:
    return msgspec.structs.replace(question, whose="")


def _named(answer: Answer, groups: Iterable[Subject]) -> Answer:
    types = tables().unnamed.get(answer.subject.key)
    if answer.subject.type != "unnamed" or types is None:
        return answer
    fitting = [group for group in groups if group.type in types]
    if len(fitting) != 1:
        return answer
    return msgspec.structs.replace(
        answer,
        subject=fitting[0],
        question=msgspec.structs.replace(answer.question, whose=fitting[0].key),
        note=f"the words name nobody; taken for {fitting[0].name}, the only armed group counted here",
    )
