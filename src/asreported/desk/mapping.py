"""
The map: where the claims of a filter are told to have happened, as exactly as the reports say, and over which days.

The page asks for the claims as columns (mapped.py) and draws them itself, so that choosing days on its timeline needs
no answer of the desk. The other maps of the desk ask here for names of towns and for places that a name could mean.
"""

from __future__ import annotations

import math
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..codebook import kinds
from ..ledger.query import MOST
from ..show.found import tell_chain
from ..show.reader import FAMILIES, family_of
from .filters import Filter, read_filter, tidied, understood
from .mapped import count_days, map_claims
from .pages import BadRequest, answer, desk_of, render, render_part
from .towns import MOST_TOWNS, find_places, towns_within

PATH = "/map"
LONGEST_NAME = 200
MOST_TOLD = 25
"""Claims of a place that are told at once."""
DAYS = ("since", "until")


# ---- the page ----------------------------------------------------------------------------


def page(request: Request) -> Response:
    filter = read_filter(request.query_params)
    if address := tidied(request.query_params, PATH, filter):
        return RedirectResponse(address, status_code=303)
    with desk_of(request).ledgers.reading() as ledger:
        _, notes = understood(ledger, filter.query)
    timeless = _timeless(filter)
    return render(
        request,
        "map.html",
        view="map",
        filter=timeless,
        string=filter.string(),
        words={"families": {kind.key: family_of(kind.key) for kind in kinds()}, "glyphs": FAMILIES, "most": MOST},
        since=filter.one("since"),
        until=filter.one("until"),
        notes=notes,
        path=PATH,
    )


def _timeless(filter: Filter) -> Filter:
    """The filter without its days: the page has fields for these beside its timeline, and adds them to every link."""
    params = tuple(pair for pair in filter.params if pair[0] not in DAYS)
    return Filter(query=msgspec.structs.replace(filter.query, since=None, until=None), params=params)


def claims(request: Request) -> Response:
    """What is told at a place: the claims named as `claim`, in their order, as a piece of the page."""
    keys = [key for name, key in request.query_params.multi_items() if name == "claim"]
    if not 1 <= len(keys) <= MOST_TOLD:
        raise BadRequest(f"1 to {MOST_TOLD} claims are told at once")
    with desk_of(request).ledgers.reading() as ledger:
        kepts = ledger.kept([ledger.fetcher.number(key) for key in keys])
    return render_part("map_claims.html", request, kepts=kepts, tell_chain=tell_chain)


# ---- what it asks for --------------------------------------------------------------------


def api_map(request: Request) -> Response:
    """The newest claims of a filter with their places and days, as columns."""
    query = read_filter(request.query_params).query
    with desk_of(request).ledgers.reading() as ledger:
        return answer(map_claims(ledger, understood(ledger, query)[0]))


def api_timeline(request: Request) -> Response:
    """How many claims of a filter stand at each day; its own days do not count, so that others can be chosen."""
    query = _timeless(read_filter(request.query_params)).query
    with desk_of(request).ledgers.reading() as ledger:
        return answer(count_days(ledger, understood(ledger, query)[0]))


def api_places(request: Request) -> Response:
    """Places that a name could mean, best first; "Hama, Syria" is a Hama that lies there."""
    text = request.query_params.get("q", "").strip()
    if len(text) > LONGEST_NAME:
        raise BadRequest(f"the name of a place is longer than {LONGEST_NAME} characters")
    return answer({"places": find_places(text) if text else []})


def api_towns(request: Request) -> Response:
    """The largest towns of a rectangle, for their names on a map."""
    box = [_degrees(part) for part in request.query_params.get("bbox", "").split(",")]
    limit = request.query_params.get("limit", "60")
    if len(box) != 4:
        raise BadRequest("bbox is west,south,east,north in degrees")
    if not (limit.isascii() and limit.isdecimal() and len(limit) < 6):
        raise BadRequest("limit is no whole number")
    found: list[dict[str, Any]] = towns_within(box[0], box[1], box[2], box[3], min(int(limit), MOST_TOWNS))
    return answer({"towns": found})


def _degrees(text: str) -> float:
    try:
        degrees = float(text)
    except ValueError as err:
        raise BadRequest("bbox is west,south,east,north in degrees") from err
    if not (math.isfinite(degrees) and -180 <= degrees <= 180):
        raise BadRequest("degrees are between -180 and 180")
    return degrees


ROUTES = [
    Route(PATH, page, name="map"),
    Route("/map/claims", claims),
    Route("/api/map", api_map),
    Route("/api/timeline", api_timeline),
    Route("/api/places", api_places),
    Route("/api/towns", api_towns),
]
