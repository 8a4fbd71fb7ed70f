"""
Incidents: their list, the page of one with what contradicts side by side, and people's word on which are the same.

A decision on a pair is kept at once; which claims are in which incident changes with the next linking.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..compare.gist import Gist, find_gist
from ..compare.incidents import Incident, compare_incident
from ..compare.totals import Toll, find_toll
from ..errors import ConflictError, UnknownError
from ..ledger.decisions import PAIRED, Decision, State, fold, pair_target
from ..ledger.incidents import claims_of, find_successors, incidents_of, size_incidents
from ..ledger.newest import find_newest
from ..ledger.store import Ledger
from ..show.series_json import encode_incident
from .charts import show_series
from .contradicting import join_pairs
from .filters import PAGE, read_filter, understood
from .neighbours import Neighbour, find_neighbours, is_pending, pair_decisions
from .overview import Overview, gists, overviews
from .pages import answer, desk_of, posted, who
from .told import render_told

MOST = 10_000
"""Claims of the filter, the newest, whose incidents are listed."""
MOST_COMPARED = 150
"""To find the most contested, so many incidents with most reports are compared."""
MOST_CLAIMS = 2_000
"""Claims of one incident that its page compares."""
REPORTS = 40
"""Reports on a page of an incident."""
MOST_CONTRADICTIONS = 20
ORDERS = (("newest", "newest first"), ("reports", "most reports first"), ("contested", "most contested first"))


# ---- the list ----------------------------------------------------------------------------


def index(request: Request) -> Response:
    """The incidents of the filter's newest claims."""
    filter = read_filter(request.query_params)
    order = filter.one("order") if filter.one("order") in dict(ORDERS) else "reports"
    with desk_of(request).ledgers.reading() as ledger:
        query, notes = understood(ledger, filter.query)
        found = find_newest(ledger, query, MOST)
        shown, total = _page_of(ledger, incidents_of(ledger.database, found.numbers), order, filter.page)
    return render_told(
        request, "incidents.html", view="incidents", filter=filter, order=order, orders=ORDERS, shown=shown,
        total=total, pages=-(-total // PAGE), notes=(*notes, *found.notes), more=found.more, most=MOST,
        compared=MOST_COMPARED,
    )  # fmt: skip


def _page_of(ledger: Ledger, ids: Sequence[str], order: str, page: int) -> tuple[list[Overview], int]:
    """The page of the incidents `ids`, which come newest first, and how many there are to page through."""
    first = (page - 1) * PAGE
    if order == "newest":
        return overviews(ledger, ids[first : first + PAGE]), len(ids)
    sizes = sorted(size_incidents(ledger.database, ids), key=lambda size: (-size.reports, -size.claims, size.id))
    if order == "contested":
        compared = overviews(ledger, [size.id for size in sizes[:MOST_COMPARED]])
        contested = [one for one in compared if one.incident.contradictions]
        contested.sort(key=lambda one: (-one.contradictions, one.id))
        return contested[first : first + PAGE], len(contested)
    return overviews(ledger, [size.id for size in sizes[first : first + PAGE]]), len(sizes)


# ---- one incident ------------------------------------------------------------------------


class _Page(NamedTuple):
    """What the page of an incident is made of."""

    incident: Incident
    gist: Gist
    toll: Toll
    claims: int
    history: tuple[Decision, ...]
    standing: frozenset[int]
    """The numbers of the decisions that `undo` would take back: the last that stands of each pair."""
    pending: bool
    neighbours: tuple[Neighbour, ...]


def page(request: Request) -> Response:
    """All that is told of one incident; of one that is no more, where its claims are."""
    id = request.path_params["id"]
    filter = read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        successors = _successors(ledger, id)
        if successors is not None:
            named = gists(ledger, [one for one in successors if one])
            return render_told(request, "incident_gone.html", view="incidents", id=id, now=successors, named=named)
        made = _read(ledger, id)
    tellings = made.incident.tellings
    first = (filter.page - 1) * REPORTS
    return render_told(
        request, "incident.html", view="incidents", id=id, filter=filter, made=made, incident=made.incident,
        gist=made.gist, toll=made.toll, series=[show_series(one) for one in made.incident.comparisons[:REPORTS]],
        contradictions=join_pairs(made.incident.contradictions),
        tellings=tellings[first : first + REPORTS], pages=-(-len(tellings) // REPORTS),
        most_contradictions=MOST_CONTRADICTIONS, most_claims=MOST_CLAIMS,
        versions=msgspec.json.encode(_versions(made.history)).decode(),
    )  # fmt: skip


def as_json(request: Request) -> Response:
    """The incident as `asreported incident --format json` writes it."""
    id = request.path_params["id"]
    with desk_of(request).ledgers.reading() as ledger:
        if successors := _successors(ledger, id):
            now = ", ".join(one for one in successors if one) or "no incident"
            raise UnknownError(f"the incident {id} is no more; its claims are in {now}")
        incident = _compare(ledger, id)
    text = encode_incident(incident)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def _successors(ledger: Ledger, id: str) -> dict[str, int] | None:
    """Where the claims of an incident that is no more are; None where there is one. Raises: UnknownError."""
    if size_incidents(ledger.database, [id]):
        return None
    successors = find_successors(ledger.database, id)
    if successors is None:
        raise UnknownError("there is no such incident in this ledger")
    return successors


def _compare(ledger: Ledger, id: str) -> Incident:
    return compare_incident(id, ledger.kept(claims_of(ledger.database, [id], most=MOST_CLAIMS)))


def _read(ledger: Ledger, id: str) -> _Page:
    incident = _compare(ledger, id)
    kepts = [kept for telling in incident.tellings for kept in telling.kepts]
    history = pair_decisions(ledger, {id, *(kept.key for kept in kepts)})
    gist = find_gist(kepts)
    return _Page(
        incident=incident,
        gist=gist,
        toll=find_toll(id, kepts),
        claims=size_incidents(ledger.database, [id])[0].claims,
        history=tuple(history),
        standing=_last_standing(history),
        pending=is_pending(ledger, history),
        neighbours=tuple(find_neighbours(ledger, id, gist)),
    )


def _last_standing(history: Sequence[Decision]) -> frozenset[int]:
    by_target: dict[str, list[Decision]] = {}
    for decision in history:
        by_target.setdefault(decision.target, []).append(decision)
    return frozenset(state.standing[-1] for some in by_target.values() if (state := fold(some)).standing)


def _versions(history: Sequence[Decision]) -> dict[str, int]:
    """How many decisions there are on each pair: what the next one says that it has seen."""
    counts: dict[str, int] = {}
    for decision in history:
        counts[decision.target] = counts.get(decision.target, 0) + 1
    return counts


# ---- which are the same ------------------------------------------------------------------


class PairDecision(msgspec.Struct, forbid_unknown_fields=True):
    """`same`, `different` or `undo` on two incidents, two claims, or one of each."""

    a: str
    b: str
    action: str
    why: str = ""
    expected: int = 0


class Decided(msgspec.Struct):
    """The decision that was kept, and what those on the pair come to."""

    decision: Decision
    state: State
    history: list[Decision]


def decide(request: Request, sent: PairDecision) -> Response:
    """Keep a decision on a pair; where somebody decided meanwhile, the answer has what is there and what was sent."""
    target = pair_target(sent.a, sent.b)
    if sent.action not in (*PAIRED, "undo"):
        return answer({"error": f"a pair is called {' or '.join(PAIRED)}, or the last decision is undone"}, 400)
    with desk_of(request).ledgers.writing() as ledger:
        try:
            decision = ledger.decide(target, sent.action, who=who(request), why=sent.why, expected=sent.expected)
        except ConflictError as err:
            history = ledger.history(target)
            found: dict[str, Any] = {"state": fold(history), "history": history}
            return answer({"error": str(err), "found": found, "yours": sent}, 409)
        history = ledger.history(target)
    return answer(Decided(decision=decision, state=fold(history), history=history), 201)


def link(request: Request) -> Response:
    """POST /api/link: link in the background what was added or decided; GET /api/imports/linking says how far it is."""
    return answer(desk_of(request).importer.link_soon(), 202)


ROUTES = [
    Route("/incidents", index, name="incidents"),
    Route("/incidents/{id}", page, name="incident"),
    Route("/api/incidents/{id}", as_json, methods=["GET"]),
    Route("/api/incidents/decisions", posted(PairDecision)(decide), methods=["POST"]),
    Route("/api/link", link, methods=["POST"]),
]
