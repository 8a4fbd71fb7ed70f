"""
A claim in other words than were read: the resolvers give the values of the words that a person marked.

The rules are those of reading. They look at the words in their report, so the other claims of the report stand beside
the marked ones as what is known of it: who was named before, where its events lie. Nothing is saved by that; what a
person takes of it is a decision (deciding.py), or a claim that was missed.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..annotate.sentences import split_sentences
from ..assemble import assemble, claim_id
from ..codebook import CARRIED_ROLES, ROLES, STATUSES, kinds
from ..errors import UnknownError
from ..ledger.decisions import apply_corrections
from ..ledger.store import Ledger
from ..pipeline import choose_gazetteer, resolve
from ..records import Annotation, Attribution, Claim, Event, Mention, Offsets, Record, Report, Source, Span
from ..resolve.gazetteer import Gazetteer, load_gazetteer
from ..show.words import claim_rows
from .deciding import LONGEST_WHY
from .pages import BadRequest, answer, desk_of, posted, who

MOST_ROLES = 60
MOST_SOURCES = 20
MOST_BESIDE = 80
"""Other claims of the report that are taken for what is known of it, those nearest to the marked words."""
UNSURE = 0.0
"""The confidence of a claim that no model found."""


class MarkedRole(Record, frozen=True, kw_only=True):
    role: str
    start: int
    end: int


class MarkedSource(Record, frozen=True, kw_only=True):
    """`who` is None for an anonymous source, `cue` where no word tells that it is said."""

    who: Offsets | None = None
    cue: Offsets | None = None


class Marked(Record, frozen=True, kw_only=True):
    """The words that a person marked as one claim."""

    kind: str
    status: str
    trigger: Offsets
    roles: Annotated[tuple[MarkedRole, ...], msgspec.Meta(max_length=MOST_ROLES)] = ()
    sources: Annotated[tuple[MarkedSource, ...], msgspec.Meta(max_length=MOST_SOURCES)] = ()


class Missed(Marked, frozen=True, kw_only=True):
    """A claim that was missed; `changes` are values that the person put in place of those that the rules gave."""

    changes: dict[str, Any] = msgspec.field(default_factory=dict)
    why: Annotated[str, msgspec.Meta(max_length=LONGEST_WHY)] = ""


# ---- the addresses -----------------------------------------------------------------------


@posted(Marked)
def resolve_words(request: Request, marked: Marked) -> Response:
    """POST /api/reports/{key}/resolve: the values of the marked words; nothing is saved."""
    with desk_of(request).ledgers.reading() as ledger:
        report, claims = _read(ledger, request.path_params["key"])
    claim = resolve_marked(report, claims, marked)
    return answer({"claim": claim, "rows": claim_rows(claim, report.publisher)})


@posted(Missed)
def add_missed(request: Request, missed: Missed) -> Response:
    """POST /api/reports/{key}/claims: a claim that was missed, added and accepted by who marked it."""
    desk, key = desk_of(request), request.path_params["key"]
    with desk.ledgers.reading() as ledger:
        report, claims = _read(ledger, key)
    claim = apply_corrections(resolve_marked(report, claims, missed), missed.changes, report.text)
    claim = msgspec.structs.replace(claim, id=claim_id(report, claim), incident=None)
    with desk.ledgers.writing() as ledger:
        added = ledger.add_claim(key, claim, who=who(request), why=missed.why, vector=None)
        kept = ledger.kept([ledger.fetcher.number(added)])[0]
        state = ledger.state(added)
    return answer({"kept": kept, "state": state}, 201)


def _read(ledger: Ledger, key: str) -> tuple[Report, tuple[Claim, ...]]:
    """The report, and the claims of its latest reading. Raises: UnknownError."""
    row = ledger.database.one("SELECT n, (SELECT max(n) FROM readings WHERE report_n = reports.n) FROM reports "
                              "WHERE key = ?", (key,))  # fmt: skip
    if row is None:
        raise UnknownError(f"{ledger.database.name}: there is no report {key!r}")
    report, _, _ = ledger.fetcher.report(row[0])
    return report, ledger.fetcher.claims_of(row[1]) if row[1] else ()


# ---- resolving ---------------------------------------------------------------------------


def resolve_marked(report: Report, beside: Sequence[Claim], marked: Marked) -> Claim:
    """
    The claim that the marked words come to, `beside` the other claims of the report.

    Raises: BadRequest, where a span is none of the text, or a word is not in the codebook.
    """
    _check(report, marked)
    sentences = split_sentences(report)
    event = _event(report, sentences, marked)
    others = [_event_of(report, sentences, claim) for claim in _nearest(beside, event)]
    events = tuple(sorted([*others, event], key=lambda one: (one.trigger.start, one.trigger.end, one is not event)))
    annotation = Annotation(sentences=sentences, toponyms=_toponyms(events), events=events)
    values = resolve(report, annotation, gazetteer())
    at = next(place for place, one in enumerate(events) if one is event)
    alone = Annotation(sentences=sentences, toponyms=(), events=(event,))
    return assemble(report, alone, [values[at]])[0]


@functools.cache
def gazetteer() -> Gazetteer:
    """The places that readings are resolved with, the user's own too."""
    return load_gazetteer(choose_gazetteer("user"))


def _check(report: Report, marked: Marked) -> None:
    if marked.kind not in {kind.key for kind in kinds()}:
        raise BadRequest(f"kind {marked.kind!r} is not in the codebook")
    if marked.status not in STATUSES:
        raise BadRequest(f"status {marked.status!r} is not one of {', '.join(STATUSES)}")
    if wrong := [role.role for role in marked.roles if role.role not in ROLES]:
        raise BadRequest(f"role {wrong[0]!r} is not one of {', '.join(ROLES)}")
    length = len(report.text)
    for name, start, end in _stretches(marked):
        if not 0 <= start < end <= length:
            raise BadRequest(f"{name}: {start} to {end} is no stretch of the text, which has {length}")


def _stretches(marked: Marked) -> Iterator[tuple[str, int, int]]:
    yield "trigger", marked.trigger.start, marked.trigger.end
    for role in marked.roles:
        yield role.role, role.start, role.end
    for source in marked.sources:
        for name, part in (("source", source.who), ("cue", source.cue)):
            if part:
                yield name, part.start, part.end


def _event(report: Report, sentences: Sequence[Span], marked: Marked) -> Event:
    trigger = report.span(marked.trigger.start, marked.trigger.end)
    sentence = _sentence(report, sentences, trigger)
    return Event(
        kind=marked.kind,
        status=marked.status,
        trigger=trigger,
        sentence=sentence,
        roles=tuple(
            Mention(
                role=role.role,
                span=report.span(role.start, role.end),
                carried=role.role in CARRIED_ROLES and role.end <= sentence.start,
            )
            for role in marked.roles
        ),
        sources=tuple(
            Attribution(
                who=report.span(source.who.start, source.who.end) if source.who else None,
                cue=report.span(source.cue.start, source.cue.end) if source.cue else None,
                carried=bool(source.who and not (source.who.end > sentence.start and source.who.start < sentence.end)),
            )
            for source in marked.sources
        ),
        confidence=UNSURE,
    )


def _sentence(report: Report, sentences: Sequence[Span], trigger: Span) -> Span:
    """The sentence in which the trigger begins."""
    return next((one for one in sentences if one.start <= trigger.start < one.end), trigger)


# ---- what is known beside ----------------------------------------------------------------


def _nearest(claims: Sequence[Claim], event: Event) -> list[Claim]:
    """Those that do not share their trigger with `event`: these are the claim that is being corrected, or its like."""
    others = [c for c in claims if c.trigger.end <= event.trigger.start or c.trigger.start >= event.trigger.end]
    return sorted(others, key=lambda claim: abs(claim.trigger.start - event.trigger.start))[:MOST_BESIDE]


def _event_of(report: Report, sentences: Sequence[Span], claim: Claim) -> Event:
    """The event that `claim` was assembled from."""
    return Event(
        kind=claim.kind,
        status=claim.status,
        trigger=claim.trigger,
        sentence=_sentence(report, sentences, claim.trigger),
        roles=tuple(
            Mention(role=role.role, span=report.span(role.start, role.end), carried=role.carried)
            for role in claim.roles
        ),
        sources=tuple(_attribution(report, source) for source in claim.sources),
        confidence=claim.confidence,
    )


def _attribution(report: Report, source: Source) -> Attribution:
    named = source.start is not None and source.end is not None
    who = report.span(source.start or 0, source.end or 0) if named else None
    return Attribution(who=who, cue=source.cue, carried=source.carried)


def _toponyms(events: Sequence[Event]) -> tuple[Span, ...]:
    """The words of places that are known without the model: the fillers of the roles that places play."""
    places = {m.span for event in events for m in event.roles if m.role in ("place", "origin", "destination")}
    return tuple(sorted(places, key=lambda span: (span.start, span.end)))


def vocabulary(request: Request) -> Response:
    """GET /api/codebook: the words that a claim is told in."""
    return answer({"kinds": [kind.key for kind in kinds()], "statuses": STATUSES, "roles": ROLES})


ROUTES = [
    Route("/api/codebook", vocabulary),
    Route("/api/reports/{key}/resolve", resolve_words, methods=["POST"]),
    Route("/api/reports/{key}/claims", add_missed, methods=["POST"]),
]
