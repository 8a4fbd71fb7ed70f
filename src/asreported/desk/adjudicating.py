"""
Where opinions differ, and what settles it: both sides of a claim beside each other, and a third decision.

The third decision is an ordinary one on the claim, which says in its reason that it adjudicates. It settles the claim
while it stands and no further opinion comes after it. A coder's review and what reviewers make of it stay two things,
shown as two flags.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..codebook import kinds
from ..compare.coders import Coding, differences
from ..errors import ConflictError, UnknownError
from ..ledger.decisions import CORRECTABLE, Opinion, apply_corrections, fold
from ..ledger.store import Ledger
from ..records import Claim, Kept, Record
from ..show.words import LABELS, ROLE_ORDER, tell_figure, tell_sources, tell_when, tell_where
from .codings import Case, Double, coding_of, log_of, read_claim, read_claims
from .deciding import LONGEST_WHY
from .filters import PAGE, FilterError
from .pages import BadRequest, answer, desk_of, posted, render, who

STATES = ("open", "settled")
PREFIX = "adjudicated: "
NO_VALUE = "—"
NAMES = {
    "review": "review",
    "kind": "kind",
    "status": "status",
    "actor": "who",
    "target": "whom",
    "place": "where",
    "days": "when",
    "figures": "how many",
    "source": "according to",
    "words": "words",
}
"""What is compared → the word that people read."""


class Line(Record, frozen=True, kw_only=True):
    """One attribute of a claim as each side has it."""

    name: str
    values: tuple[str, ...]
    differs: bool


class Dispute(Record, frozen=True, kw_only=True):
    """A claim on which people differ."""

    kept: Kept
    sides: tuple[Opinion, ...]
    """The first decision, then the opinions."""
    lines: tuple[Line, ...]
    outcome: Opinion | None
    chosen: str | None
    """Whose side the outcome took; None where it is another."""
    version: int

    @property
    def differing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.differs)

    @property
    def alike(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.differs)


# ---- what differs ------------------------------------------------------------------------


def find_disputes(doubles: Sequence[Double], state: str, kind: str) -> list[Double]:
    """Those that differ: the open ones by when the last opinion came, the settled ones by when they were settled."""
    wanted = [
        one
        for one in doubles
        if one.differs and (one.case.outcome is not None) == (state == "settled") and kind in ("", one.coded.kind)
    ]
    return sorted(wanted, key=lambda one: -(one.case.outcome or one.case.opinions[-1]).n)


def tell_disputes(ledger: Ledger, doubles: Sequence[Double]) -> list[Dispute]:
    numbers = [ledger.fetcher.number(one.case.key) for one in doubles]
    claims = read_claims(ledger, [one.case.key for one in doubles])
    return [_dispute(one, kept, claims[one.case.key]) for one, kept in zip(doubles, ledger.kept(numbers), strict=True)]


def _dispute(double: Double, kept: Kept, claim: Claim) -> Dispute:
    case, first = double.case, double.coded.first
    by = {coding.coder: coding for coding in double.coded.others}
    others = [one for one in case.opinions if one.who in by]
    sides = (*((case.first,) if case.first else ()), *others)
    differing = {name for other in by.values() if first for name in differences(first, other)}
    told = [tell_attributes(one, claim, kept.report.publisher) for one in sides]
    outcome = coding_of(case.outcome, claim) if case.outcome else None
    codings = [*([first] if first else []), *(by[one.who] for one in others)]
    return Dispute(
        kept=kept,
        sides=sides,
        lines=tuple(
            Line(name=label, values=tuple(one[name] for one in told), differs=name in differing)
            for name, label in NAMES.items()
        ),
        outcome=case.outcome,
        chosen=_side_of(outcome, codings) if outcome else None,
        version=case.version,
    )


def _side_of(outcome: Coding, codings: Sequence[Coding]) -> str | None:
    """Who had made of the claim what came of it in the end."""
    same = [one for one in codings if not differences(one, outcome)]
    return next((one.coder for one in same if one.review == outcome.review), same[0].coder if same else None)


def tell_attributes(side: Opinion, claim: Claim, publisher: str | None) -> dict[str, str]:
    """What somebody made of a claim in words, by the names of `NAMES`; a rejected claim has no values."""
    if side.review not in ("accepted", "corrected"):
        return dict.fromkeys(NAMES, NO_VALUE) | {"review": side.review}
    meant = apply_corrections(claim, side.corrections)
    words = [f"“{meant.trigger.text}”"]
    words += [f"{LABELS[part]} “{role.text}”" for part in ROLE_ORDER for role in meant.roles if role.role == part]
    return {
        "review": side.review,
        "kind": meant.kind,
        "status": meant.status,
        "actor": _fillers(meant, "actor"),
        "target": _fillers(meant, "target"),
        "place": tell_where(meant.where) if meant.where else "none",
        "days": tell_when(meant.when) if meant.when else "none",
        "figures": ", ".join(tell_figure(figure) for figure in meant.figures) or "none",
        "source": tell_sources(meant, publisher),
        "words": "; ".join(words),
    }


def _fillers(claim: Claim, part: str) -> str:
    names = [role.entity.name if role.entity else f"“{role.text}”" for role in claim.roles if role.role == part]
    return ", ".join(dict.fromkeys(names)) or "none"


# ---- views -------------------------------------------------------------------------------


class Asked(Record, frozen=True, kw_only=True):
    """Which disputes are asked for, as it stands in the address."""

    state: str = "open"
    kind: str = ""
    page: int = 1


def _read(request: Request) -> Asked:
    given = request.query_params
    state, kind, page = given.get("state", "open"), given.get("kind", ""), given.get("page", "1")
    if state not in STATES:
        raise FilterError(f"state {state[:40]!r} is not one of {', '.join(STATES)}")
    if kind and kind not in {known.key for known in kinds()}:
        raise FilterError(f"kind {kind[:40]!r} is not in the codebook")
    if not (page.isascii() and page.isdecimal() and len(page) < 6 and int(page)):
        raise FilterError(f"page {page[:40]!r} is no page")
    return Asked(state=state, kind=kind, page=int(page))


def _find(request: Request, asked: Asked) -> tuple[list[Dispute], dict[str, int]]:
    with desk_of(request).ledgers.reading() as ledger:
        doubles = log_of(desk_of(request)).doubles(ledger)
        found = {state: find_disputes(doubles, state, asked.kind) for state in STATES}
        page = found[asked.state][(asked.page - 1) * PAGE : asked.page * PAGE]
        return tell_disputes(ledger, page), {state: len(some) for state, some in found.items()}


def adjudicate_page(request: Request) -> Response:
    """GET /adjudicate"""
    asked = _read(request)
    disputes, counts = _find(request, asked)
    pages = -(-counts[asked.state] // PAGE)
    return render(request, "adjudicate.html", view="second", asked=asked, disputes=disputes, counts=counts, pages=pages)


def adjudicate_json(request: Request) -> Response:
    """GET /api/adjudications: the same as JSON."""
    disputes, counts = _find(request, _read(request))
    return answer({"counts": counts, "disputes": disputes})


class Settled(Record, frozen=True, kw_only=True):
    """What settles a claim: one of the sides (the n of its decision), or a review of the claim as the model read it."""

    expected: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    take: int | None = None
    review: Literal["accept", "reject", "unsure"] | None = None
    why: Annotated[str, msgspec.Meta(max_length=LONGEST_WHY)] = ""


@posted(Settled)
def adjudicate(request: Request, settled: Settled) -> Response:
    """POST /api/adjudications/{key}"""
    key, person, desk = request.path_params["key"], who(request), desk_of(request)
    if (settled.take is None) == (settled.review is None):
        raise BadRequest("give either the side to take or a review")
    with desk.ledgers.writing() as ledger:
        case = log_of(desk).cases(ledger).get(key)
        if case is None or not case.opinions:
            raise UnknownError("There are no opinions on this claim to decide between.")
        if case.version != settled.expected:
            raise ConflictError("Somebody decided on this claim meanwhile. Nothing was written; look at it again.")
        settle(ledger, case, _taken(case, settled), f"{PREFIX}{settled.why.strip() or 'no reason given'}", person)
        number = ledger.fetcher.number(key)
        return answer({"state": ledger.state(key), "kept": ledger.kept([number])[0]}, 201)


def _taken(case: Case, settled: Settled) -> Opinion:
    """The side that is taken; a review of the claim as it was read is a side without corrections."""
    if settled.review is not None:
        review = {"accept": "accepted", "reject": "rejected", "unsure": "unsure"}[settled.review]
        return Opinion(n=0, who="", review=review, corrections={}, why="", decided_at="")
    sides = [*([case.first] if case.first else []), *case.opinions]
    found = next((side for side in sides if side.n == settled.take), None)
    if found is None:
        raise ConflictError("That side is no longer there. Nothing was written; look at the claim again.")
    return found


def settle(ledger: Ledger, case: Case, taken: Opinion, why: str, person: str) -> None:
    """
    Decide on the claim so that it says what `taken` says.

    Corrections add up, so where earlier ones stand that the side taken does not have, they are corrected back first.
    """
    claim, key = read_claim(ledger, case.key), case.key
    before = apply_corrections(claim, fold(ledger.history(key)).corrections)
    after = apply_corrections(claim, taken.corrections)
    fields = [field for field in CORRECTABLE if getattr(before, field) != getattr(after, field)]
    changed = {field: msgspec.to_builtins(getattr(after, field)) for field in fields}
    decide = functools.partial(ledger.decide, key, who=person, why=why)
    with ledger.database.write():
        match taken.review:
            case "accepted":
                if changed:
                    decide("correct", value=changed, expected=case.version)
                decide("accept", expected=case.version + bool(changed))
            case "corrected":
                decide("correct", value=changed or taken.corrections, expected=case.version)
            case "rejected":
                decide("reject", expected=case.version)
            case _:
                decide("unsure", expected=case.version)


ROUTES = [
    Route("/adjudicate", adjudicate_page),
    Route("/api/adjudications", adjudicate_json),
    Route("/api/adjudications/{key}", adjudicate, methods=["POST"]),
]
