"""
One claim's decisions: what it is now, who decided what on it, and a further decision added to them.

Whoever decides says how many decisions they saw. Where there are more by now nothing is written, and the answer holds
both: what is found and what was sent.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import ConflictError
from ..ledger.decisions import Decision, State, fold
from ..ledger.store import Ledger
from ..records import Claim, Kept, Record
from .fields import compare_claims, tell_history
from .pages import answer, desk_of, posted, render_part, who

LONGEST_WHY = 4_000
Action = Literal["accept", "reject", "unsure", "correct", "comment", "undo"]


class Asked(Record, frozen=True, kw_only=True):
    """What a person decides. `expected` is how many decisions they saw."""

    action: Action
    expected: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    value: Any = None
    why: Annotated[str, msgspec.Meta(max_length=LONGEST_WHY)] = ""


class Shown(Record, frozen=True, kw_only=True):
    """A claim with all that was decided on it."""

    kept: Kept
    as_read: Claim
    state: State
    history: tuple[Decision, ...]


def show_claim(ledger: Ledger, key: str) -> Shown:
    """The claim `key`, of one state of the ledger. Raises: UnknownError."""
    with ledger.database.snapshot():
        number = ledger.fetcher.number(key)
        history = tuple(ledger.history(key))
        return Shown(
            kept=ledger.kept([number])[0], as_read=as_read(ledger, number), state=fold(history), history=history
        )


def as_read(ledger: Ledger, number: int) -> Claim:
    """The claim as the reader made it, without what people corrected."""
    row = ledger.database.one("SELECT reading_n, position FROM claims WHERE n = ?", (number,)) or (0, 0)
    return ledger.fetcher.claims_of(row[0])[row[1]]


# ---- as JSON -----------------------------------------------------------------------------


def claim(request: Request) -> Response:
    """GET /api/claims/{key}"""
    with desk_of(request).ledgers.reading() as ledger:
        shown = show_claim(ledger, request.path_params["key"])
    return answer(shown)


@posted(Asked)
def decide(request: Request, asked: Asked) -> Response:
    """POST /api/claims/{key}/decisions"""
    key, person = request.path_params["key"], who(request)
    with desk_of(request).ledgers.writing() as ledger:
        number = ledger.fetcher.number(key)
        try:
            decision = ledger.decide(
                key, asked.action, value=asked.value, who=person, why=asked.why, expected=asked.expected
            )
        except ConflictError as err:
            found = show_claim(ledger, key)
            return answer({"error": str(err), "found": found, "yours": asked}, 409)
        state, kept = ledger.state(key), ledger.kept([number])[0]
    return answer({"decision": decision, "state": state, "kept": kept}, 201)


# ---- as parts of a page ------------------------------------------------------------------


def history(request: Request) -> Response:
    """GET /claims/{key}/history: who decided what, when, why, and what it changed; nothing is hidden."""
    with desk_of(request).ledgers.reading() as ledger:
        shown = show_claim(ledger, request.path_params["key"])
    return render_part("history.html", request, entries=tell_history(shown.as_read, shown.history), shown=shown)


def corrections(request: Request) -> Response:
    """GET /claims/{key}/corrections: what was read beside what it was corrected to."""
    with desk_of(request).ledgers.reading() as ledger:
        shown = show_claim(ledger, request.path_params["key"])
    return render_part("corrections.html", request, lines=compare_claims(shown.as_read, shown.kept.claim))


ROUTES = [
    Route("/api/claims/{key}", claim),
    Route("/api/claims/{key}/decisions", decide, methods=["POST"]),
    Route("/claims/{key}/history", history),
    Route("/claims/{key}/corrections", corrections),
]
