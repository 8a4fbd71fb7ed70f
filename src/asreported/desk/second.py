"""
A second opinion: what another person makes of a claim that somebody decided on, without seeing what that was.

The page and its JSON hold the claim as the model read it and the text of its report, and nothing that comes from a
decision: not the review, no correction, no comment, no name, not how many decisions there are. So only what a
correction cannot change may narrow the sample: a filter by corrected values would give them away.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import urlencode

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..codebook import STATUSES, kinds
from ..errors import ConflictError, UnknownError
from ..ledger.codec import unescape_some
from ..ledger.decisions import Opinion
from ..ledger.store import Ledger
from ..records import Kept, Record
from ..show.words import claim_rows
from . import adjudicating
from .codings import SEED, SHARES, Case, Facts, is_sampled, log_of, read_claim
from .deciding import LONGEST_WHY
from .filters import FilterError
from .pages import answer, desk_of, posted, render, who
from .shown import Facts as About
from .shown import Shown, Told

USUAL = 10
LATEST = 8
"""Own opinions that are listed to be taken back."""
LONGEST = 300


class Sample(Record, frozen=True, kw_only=True):
    """Which claims are asked for, as it stands in the address."""

    percent: int = USUAL
    kind: str = ""
    status: str = ""
    publisher: str = ""
    since: str = ""
    until: str = ""
    again: bool = False
    """Those too on which another has given an opinion already."""
    after: str = ""
    """The rank of the claim that was skipped last."""

    def string(self, **put: Any) -> str:
        """The query string, with what is put in place of what there is."""
        values = msgspec.structs.asdict(msgspec.structs.replace(self, **put))
        values["again"] = "1" if values["again"] else ""
        return urlencode({name: value for name, value in values.items() if value != ""})

    @property
    def narrows(self) -> bool:
        return any((self.kind, self.status, self.publisher, self.since, self.until))

    def fits(self, facts: Facts | None) -> bool:
        """Whether a claim that was read as `facts` is asked for; one without day of publication is in no period."""
        if not self.narrows:
            return True
        return (
            facts is not None
            and self.kind in ("", facts.kind)
            and self.status in ("", facts.status)
            and self.publisher in ("", facts.publisher)
            and (not self.since or facts.published >= self.since[: len(facts.published) or None])
            and (not self.until or "" < facts.published[: len(self.until)] <= self.until)
        )


def read_sample(params: QueryParams) -> Sample:
    """Raises: FilterError, saying what does not fit."""
    given = {name: value.strip() for name, value in params.items() if value.strip()}
    if long := next((name for name, value in given.items() if len(value) > LONGEST), None):
        raise FilterError(f"{long[:40]} is longer than {LONGEST} characters")
    percent = given.get("percent", str(USUAL))
    if percent not in map(str, SHARES):
        raise FilterError(f"a sample of {percent!r} per cent is none of {', '.join(map(str, SHARES))}")
    for name, known in (("kind", [kind.key for kind in kinds()]), ("status", STATUSES)):
        if given.get(name, known[0]) not in known:
            raise FilterError(f"{name} {given[name]!r} is not one of {', '.join(known)}")
    for name in ("since", "until"):
        if name in given and not _is_day(given[name]):
            raise FilterError(f"{name} {given[name]!r} is no day as 2017-04-28")
    names = ("kind", "status", "publisher", "since", "until", "after")
    chosen = {name: given[name] for name in names if name in given}
    return Sample(percent=int(percent), again=given.get("again") in ("1", "on"), **chosen)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# ---- what is asked for -------------------------------------------------------------------


class Asked(NamedTuple):
    """What one person is asked for."""

    next: Case | None
    done: int
    total: int
    skipped: int
    """How many claims are left before the last one that was skipped."""


def choose(cases: dict[str, Case], facts: dict[str, Facts], sample: Sample, person: str) -> Asked:
    """The next claim of the sample for `person`, in the order of the ranks; after the last one those skipped again."""
    asked = [
        case
        for case in cases.values()
        if is_sampled(case.rank, sample.percent) and is_open_to(case, person) and sample.fits(facts.get(case.key))
    ]
    left = sorted((case for case in asked if not _is_done(case, person, sample.again)), key=lambda case: case.rank)
    ahead = [case for case in left if case.rank > sample.after]
    return Asked(
        next=next(iter(ahead or left), None),
        done=len(asked) - len(left),
        total=len(asked),
        skipped=len(left) - len(ahead),
    )


def is_open_to(case: Case, person: str) -> bool:
    """Whether `person` can still be asked: somebody else decided first, and nothing of it was seen or settled."""
    return case.first is not None and case.outcome is None and person not in case.known_to


def _is_done(case: Case, person: str, again: bool) -> bool:
    return any(one.who == person for one in case.opinions) or bool(case.opinions and not again)


def own_opinions(cases: dict[str, Case], person: str) -> list[tuple[str, Opinion]]:
    """The last opinions of `person` that stand, with the keys of their claims; the latest first."""
    own = [(case.key, one) for case in cases.values() for one in case.opinions if one.who == person]
    return sorted(own, key=lambda pair: -pair[1].n)[:LATEST]


def show_blind(ledger: Ledger, key: str) -> Shown:
    """The claim as the model read it and the text of its report, as if nobody had decided on anything."""
    claim, report = read_claim(ledger, key), ledger.head(key.partition(":")[0])
    told = Told(
        n=1,
        kept=Kept(key=key, report=report, claim=claim),
        rows=claim_rows(claim, report.publisher),
        decision=None,
        decisions=0,
    )
    text = ledger.text(report.key)
    language = (ledger.database.one("SELECT language FROM reports WHERE key = ?", (report.key,)) or (None,))[0]
    about = About(
        language=unescape_some(language),
        added_at="",
        characters=len(text),
        reader=None,
        read_at=None,
        captures=(),
        copies=(),
    )
    return Shown(report=report, text=text, facts=about, claims=(told,), selected=claim.id)


# ---- views -------------------------------------------------------------------------------


def _find(ledger: Ledger, request: Request, sample: Sample) -> tuple[Asked, dict[str, Case]]:
    log = log_of(desk_of(request))
    cases = log.cases(ledger)
    sampled = [key for key, case in cases.items() if is_sampled(case.rank, sample.percent)] if sample.narrows else []
    return choose(cases, log.facts(ledger, sampled), sample, who(request)), cases


def second_page(request: Request) -> Response:
    """GET /second"""
    sample = read_sample(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        asked, cases = _find(ledger, request, sample)
        shown = show_blind(ledger, asked.next.key) if asked.next else None
        own = [(key, one, _named(ledger, key)) for key, one in own_opinions(cases, who(request))]
    return render(
        request,
        "second.html",
        view="second",
        sample=sample,
        asked=asked,
        shown=shown,
        told=shown.current if shown else None,
        own=own,
        shares=SHARES,
        seed=SEED,
    )


def second_json(request: Request) -> Response:
    """GET /api/second: the next claim as it was read, and how far the sample is."""
    sample = read_sample(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        asked, _ = _find(ledger, request, sample)
        shown = show_blind(ledger, asked.next.key) if asked.next else None
    told = shown.current if shown else None
    claim = {"key": told.kept.key, "report": told.kept.report, "claim": told.kept.claim} if told else None
    return answer({"next": claim, "done": asked.done, "total": asked.total, "seed": SEED, "percent": sample.percent})


def blind_json(request: Request) -> Response:
    """GET /api/second/{key}: one claim as it was read."""
    key = request.path_params["key"]
    with desk_of(request).ledgers.reading() as ledger:
        claim, report = read_claim(ledger, key), ledger.head(key.partition(":")[0])
    return answer({"key": key, "report": report, "claim": claim})


def _named(ledger: Ledger, key: str) -> str:
    claim = read_claim(ledger, key)
    return f"{claim.kind} “{claim.trigger.text}”"


class Given(Record, frozen=True, kw_only=True):
    """An opinion that is given."""

    review: Literal["accept", "reject", "unsure", "correct"]
    corrections: dict[str, Any] = msgspec.field(default_factory=dict)
    why: Annotated[str, msgspec.Meta(max_length=LONGEST_WHY)] = ""


@posted(Given)
def give(request: Request, given: Given) -> Response:
    """POST /api/second/{key}: kept beside the first decision; what that was is not told."""
    key, person = request.path_params["key"], who(request)
    value: dict[str, Any] = {"review": given.review}
    if given.corrections:
        value["corrections"] = given.corrections
    desk = desk_of(request)
    with desk.ledgers.writing() as ledger:
        ledger.fetcher.number(key)
        case = log_of(desk).cases(ledger).get(key)
        if case is None or case.first is None:
            raise ConflictError(
                "Nobody else has decided on this claim, so there is nothing to give a second opinion on."
            )
        if not is_open_to(case, person):
            raise ConflictError("You have decided on this claim or commented on it, or it was settled meanwhile.")
        if any(one.who == person for one in case.opinions):
            raise ConflictError("You have given an opinion on this claim already; take it back before giving another.")
        made = ledger.decide(key, "opinion", value=value, who=person, why=given.why)
    return answer({"key": key, "n": made.n}, 201)


class Undone(Record, frozen=True, kw_only=True):
    """Which own opinion is taken back."""

    n: int


@posted(Undone)
def undo(request: Request, undone: Undone) -> Response:
    """POST /api/second/{key}/undo: takes an opinion of one's own back."""
    key, person = request.path_params["key"], who(request)
    desk = desk_of(request)
    with desk.ledgers.writing() as ledger:
        case = log_of(desk).cases(ledger).get(key)
        if case is None or not any(one.n == undone.n and one.who == person for one in case.opinions):
            raise UnknownError("You have no such opinion on this claim; it may have been taken back already.")
        made = ledger.decide(key, "undo", value=undone.n, who=person)
    return answer({"key": key, "n": made.n}, 201)


ROUTES = [
    Route("/second", second_page),
    Route("/api/second", second_json),
    Route("/api/second/{key}", blind_json),
    Route("/api/second/{key}", give, methods=["POST"]),
    Route("/api/second/{key}/undo", undo, methods=["POST"]),
    *adjudicating.ROUTES,
]
