"""
What the desk answers to as JSON, described in the OpenAPI form: made of the records that each address takes and gives.

What an address takes is known from its view (`pages.posted`); what it gives is said in `ADDRESSES`, where an address
of the route table that is left out fails a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple, TypedDict

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ..compare.coders import Agreement
from ..ledger.decisions import Decision, State
from ..records import Claim, Kept, ReportHead
from ..show.words import Row
from . import about, adjudicating, agreement, deciding, filters, imported, incidents, mapped, towns
from .pages import answer

VERSION = "1"
PREFIX = "/api/"
FILE_FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
}
FILTER = tuple(name for name in filters.NAMES if name not in ("order", "page"))


# ---- what is given -----------------------------------------------------------------------
# Shapes of answers that are put together from records where they are given.


class Fault(TypedDict):
    """What went wrong, for people."""

    error: str


class Report(ReportHead, frozen=True, kw_only=True):
    """What is known about a report, with its text."""

    text: str
    facts: about.Facts


class Read(TypedDict):
    report: Report
    claims: list[Kept]


class Decided(TypedDict):
    decision: Decision
    state: State
    kept: Kept


class Conflict(TypedDict):
    """What was decided meanwhile, and what was sent; nothing was written."""

    error: str
    found: deciding.Shown
    yours: deciding.Asked


class PairFound(TypedDict):
    state: State
    history: list[Decision]


class PairConflict(TypedDict):
    error: str
    found: PairFound
    yours: incidents.PairDecision


class Resolved(TypedDict):
    claim: Claim
    rows: list[Row]


class Settled(TypedDict):
    kept: Kept
    state: State


class Codebook(TypedDict):
    kinds: list[str]
    statuses: list[str]
    roles: list[str]


class Key(TypedDict):
    key: str


class Next(TypedDict):
    """The next claims of a queue."""

    items: list[Key]
    left: int
    more: bool
    again: bool
    shared: bool
    notes: list[str]


class Places(TypedDict):
    places: list[towns.FoundPlace]


class Blind(TypedDict):
    """A claim as it was read, without anything that was decided on it."""

    key: str
    report: ReportHead
    claim: Claim


class Sampled(TypedDict):
    next: Blind | None
    done: int
    total: int
    seed: str | int
    percent: int


class Kept1(TypedDict):
    """The number of the decision that was written."""

    key: str
    n: int


class Disputes(TypedDict):
    counts: dict[str, int]
    disputes: list[adjudicating.Dispute]


class Agreed(TypedDict):
    chosen: agreement.Chosen
    interval: dict[str, Any]
    agreement: Agreement
    unsettled: int


class Imports(TypedDict):
    files: list[imported.FileReport]
    linking: imported.Linking


class Taken(TypedDict):
    files: list[imported.FileReport]


class Address(NamedTuple):
    """What is said of an address."""

    summary: str
    gives: Any
    asks: tuple[str, ...] = ()
    """Names of its query parameters."""
    status: int = 200
    conflict: Any = Fault
    """What is given where somebody decided meanwhile."""


ADDRESSES = {
    "GET /api/openapi.json": Address("This description", dict[str, Any]),
    "GET /api/codebook": Address("The words that a claim is told in", Codebook),
    "GET /api/reports/{key}": Address("A report with its text and claims", Read),
    "POST /api/reports/{key}/resolve": Address("The values of marked words; nothing is saved", Resolved),
    "POST /api/reports/{key}/claims": Address("Add a claim that was missed", Settled, status=201),
    "GET /api/claims/{key}": Address("A claim with all that was decided on it", deciding.Shown),
    "POST /api/claims/{key}/decisions": Address("Decide on a claim", Decided, status=201, conflict=Conflict),
    "POST /api/queue/next": Address("The next claims of a queue", Next),
    "GET /api/map": Address("The newest claims of a filter with places and days", mapped.Mapped, FILTER),
    "GET /api/timeline": Address("How many claims of a filter there are at each day", mapped.Timeline, FILTER),
    "GET /api/places": Address("Places that a name could mean", Places, ("q",)),
    "GET /api/towns": Address("The largest towns of a rectangle", dict[str, list[Any]], ("bbox", "limit")),
    "GET /api/figures": Address("The series of figures of a filter", dict[str, Any], FILTER),
    "GET /api/incidents/{id}": Address("An incident and how its accounts compare", dict[str, Any]),
    "POST /api/incidents/decisions": Address(
        "Decide whether two incidents or claims are the same", incidents.Decided, status=201, conflict=PairConflict
    ),
    "POST /api/link": Address("Link what was added or decided since the last linking", imported.Linking, status=202),
    "GET /api/second": Address(
        "The next claim of a blind sample", Sampled,
        ("percent", "kind", "status", "publisher", "since", "until", "again", "after"),
    ),
    "GET /api/second/{key}": Address("A claim as it was read", Blind),
    "POST /api/second/{key}": Address("Give a second opinion", Kept1, status=201),
    "POST /api/second/{key}/undo": Address("Take an opinion of one's own back", Kept1, status=201),
    "GET /api/adjudications": Address("Claims on which people differ", Disputes, ("state", "kind", "page")),
    "POST /api/adjudications/{key}": Address("Settle a claim on which people differ", Settled, status=201),
    "GET /api/agreement": Address("How far people agree", Agreed, ("a", "b", "kind", "since", "until")),
    "GET /api/imports": Address("What became of the files of this start", Imports),
    "POST /api/imports": Address("Give one file", imported.FileReport, status=201),
    "POST /api/imports/samples": Address("Add the sample reports", Taken, status=201),
    "GET /api/imports/linking": Address("How far the linking of what came is", imported.Linking),
}  # fmt: skip
"""Method and path, as in the route table → what is said of it."""


# ---- the description ---------------------------------------------------------------------


def openapi(request: Request) -> Response:
    """GET /api/openapi.json"""
    return answer(describe(request.app.routes))


def describe(routes: Iterable[BaseRoute]) -> dict[str, Any]:
    """The OpenAPI document of those of `routes` that are JSON and said in `ADDRESSES`."""
    found = {
        f"{method} {route.path}": route
        for route in routes
        if isinstance(route, Route) and route.path.startswith(PREFIX)
        for method in route.methods or ()
        if method != "HEAD"
    }
    said = {name: told for name, told in ADDRESSES.items() if name in found}
    types: list[Any] = [Fault]
    for name, told in said.items():
        types += [told.gives, told.conflict, getattr(found[name].endpoint, "takes", dict)]
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schema_of = dict(zip(map(str, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for name, told in said.items():
        method, path = name.split(" ")
        operation = _operation(path, told, getattr(found[name].endpoint, "takes", None), schema_of)
        paths.setdefault(path, {})[method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "asreported desk",
            "version": VERSION,
            "description": "Every request brings the cookie of the desk; one that changes something Sec-Fetch-Site and "
            "Origin of its own pages too.",
        },
        "paths": paths,
        "components": {"schemas": components},
    }


def _operation(path: str, told: Address, takes: Any, schema_of: dict[str, Any]) -> dict[str, Any]:
    fault = _content("application/json", schema_of[str(Fault)])
    responses: dict[str, Any] = {
        str(told.status): {"description": told.summary, **_content("application/json", schema_of[str(told.gives)])},
        "400": {"description": "What was asked for makes no sense", **fault},
        "401": {"description": "The request does not bring the cookie of the desk"},
        "403": {"description": "The request does not come from a page of the desk"},
        "404": {"description": "There is no such thing", **fault},
        "413": {"description": "Too much was sent", **fault},
    }
    conflict = _content("application/json", schema_of[str(told.conflict)])
    named = re.findall(r"\{(\w+)", path)
    operation: dict[str, Any] = {
        "summary": told.summary,
        "parameters": [
            *({"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in named),
            *map(_query_parameter, told.asks),
        ],
        "responses": responses,
    }
    if takes is not None:
        responses["409"] = {"description": "Somebody decided meanwhile; nothing was written", **conflict}
        operation["requestBody"] = {"required": True, **_content("application/json", schema_of[str(takes)])}
    elif told.gives is imported.FileReport:
        operation["requestBody"] = {"required": True, **_content("multipart/form-data", FILE_FORM)}
    return operation


def _content(kind: str, schema: Any) -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


def _query_parameter(name: str) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string"}
    if name in filters.MANY:
        return {"name": name, "in": "query", "schema": {"type": "array", "items": text}}
    return {"name": name, "in": "query", "schema": text}


ROUTES = [Route("/api/openapi.json", openapi)]

__all__ = ["ADDRESSES", "ROUTES", "describe"]
