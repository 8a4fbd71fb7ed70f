"""
The reader: one report, its claims marked in the text, and all that is known about the text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import UnknownError
from ..records import Record
from .articles import article_text
from .beside import Shared, compare_reports, find_others, pair_claims
from .pages import BadRequest, answer, desk_of, environment, posted, render, render_part, who
from .shown import Shown, as_json, show_report

__all__ = ["ROUTES", "Shown", "show_report"]

MOST_CARDS = 150
"""Cards that come with the page; those of longer reports are fetched one by one."""


def read_page(request: Request) -> Response:
    """The reader; `?claim=ID` selects a claim, `?beside=KEY` puts another report beside it."""
    key, asked = request.path_params["key"], request.query_params.get("claim")
    if other := request.query_params.get("beside"):
        return read_beside(request, key, other, asked)
    with desk_of(request).ledgers.reading() as ledger:
        shown = show_report(ledger, key, selected=asked)
    place = None if asked else desk_of(request).memory.of(who(request)).places.get(key)
    left = next((told for told in shown.claims if told.kept.claim.id == place), None)
    return render(request, "report.html", view="home", shown=shown, left=left, asked=asked, most_cards=MOST_CARDS)


def read_beside(request: Request, key: str, other: str, asked: str | None) -> Response:
    """Two reports beside each other, and what differs in the incidents that both tell of."""
    if key == other:
        raise BadRequest("A report cannot stand beside itself; choose another one.")
    with desk_of(request).ledgers.reading() as ledger:
        here, there = show_report(ledger, key, selected=asked), show_report(ledger, other)
    shared = compare_reports([told.kept for told in here.claims], [told.kept for told in there.claims])
    pairs = pair_claims(shared)
    if meant := pairs["here"].get(here.selected or ""):
        there = msgspec.structs.replace(there, selected=meant[0])
    values: dict[str, Any] = {
        "here": here,
        "there": there,
        "shared": shared,
        "pairs": json.dumps(pairs),
        "marks": _differing(shared),
    }
    return render(request, "beside.html", view="home", **values)


def _differing(shared: Sequence[Shared]) -> str:
    """The words of figures that differ, of either report, as JSON."""
    differing = [one for each in shared for one in each.differences if one.differs]
    told = {"here": [s for d in differing for s in d.here], "there": [s for d in differing for s in d.there]}
    return json.dumps({side: [{"start": s.start, "end": s.end} for s in said] for side, said in told.items()})


def read_json(request: Request) -> Response:
    with desk_of(request).ledgers.reading() as ledger:
        return answer(as_json(show_report(ledger, request.path_params["key"])))


def read_card(request: Request) -> Response:
    """The card of one claim of the report, as it is now."""
    key, asked = request.path_params["key"], request.query_params.get("claim", "")
    with desk_of(request).ledgers.reading() as ledger:
        told = show_report(ledger, key, selected=asked).current
    if told is None:
        raise UnknownError("This report has no such claim in its latest reading.")
    return render_part("card_part.html", request, told=told, report=key)


def read_others(request: Request) -> Response:
    """What other reports tell of the incident of one claim."""
    key, asked = request.path_params["key"], request.query_params.get("claim", "")
    with desk_of(request).ledgers.reading() as ledger:
        kept = ledger.kept([ledger.fetcher.number(f"{key}:{asked}")])[0]
        tellings, more = find_others(ledger, kept)
    return render_part("others.html", request, tellings=tellings, more=more, own=kept.report, claim=asked)


class Place(Record, frozen=True, kw_only=True):
    """Where a person is in a report: the id of the claim that is selected."""

    claim: str


@posted(Place)
def keep_place(request: Request, place: Place) -> Response:
    """Remember it, so that the report opens there again for this person."""
    key = request.path_params["key"]
    if len(place.claim) > 500:
        raise BadRequest("that is no id of a claim")
    with desk_of(request).ledgers.reading() as ledger:
        ledger.fetcher.number(f"{key}:{place.claim}")
    desk_of(request).memory.keep_place(who(request), key, place.claim)
    return answer({"claim": place.claim})


ROUTES: list[Route] = [
    Route("/reports/{key}", read_page),
    Route("/reports/{key}/card", read_card),
    Route("/reports/{key}/others", read_others),
    Route("/reports/{key}/place", keep_place, methods=["POST"]),
    Route("/api/reports/{key}", read_json),
]

environment().globals["article_text"] = article_text
