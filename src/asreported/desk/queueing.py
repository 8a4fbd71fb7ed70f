"""
The queue: one claim after the other, each in its text, to be decided on.

The page is a frame; its script asks for the next claims (POST, since what is handed out is somebody's for a while) and
fetches each one with its text. All that makes up the place where a person is stands in the address.
"""

from __future__ import annotations

import weakref
from typing import Annotated

import msgspec
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..codebook import ROLES, STATUSES, kinds
from ..errors import UnknownError
from ..records import Record
from ..show.words import LABELS
from .filters import REVIEWS, Filter, FilterError, read_filter, understood
from .pages import answer, desk_of, posted, render, render_part, who
from .queue_orders import ORDERS
from .queues import Queues
from .shown import show_report
from .state import Desk

DEFAULT = (("review", "unreviewed"),)
MOST_AT_ONCE = 500
_queues: weakref.WeakKeyDictionary[Desk, Queues] = weakref.WeakKeyDictionary()
Key = Annotated[str, msgspec.Meta(max_length=200)]


def queues_of(desk: Desk) -> Queues:
    return _queues.setdefault(desk, Queues())


def read_queue(params: QueryParams) -> tuple[Filter, str]:
    """
    The filter of a queue and its order: without a review it is of claims that nobody decided on.

    Raises: FilterError.
    """
    order = params.get("order") or "imported"
    if order not in ORDERS:
        raise FilterError(f"order {order!r} is not one of {', '.join(ORDERS)}")
    given = [(name, value) for name, value in params.multi_items() if name not in ("order", "page")]
    if not any(name == "review" and value.strip() for name, value in given):
        given += DEFAULT
    filter = read_filter(QueryParams(given))
    # The order stands in every address, so that the one that is a search's default is not lost.
    return msgspec.structs.replace(filter, params=(*filter.params, ("order", order))), order


def queue(request: Request) -> Response:
    """GET /queue; without any parameter the filter that this person used last."""
    last = desk_of(request).memory.of(who(request)).last.get("queue")
    if last and not request.url.query:
        return RedirectResponse(f"/queue?{last}", status_code=303, headers={"Cache-Control": "no-store"})
    filter, order = read_queue(request.query_params)
    kept = tuple(pair for pair in filter.params if pair not in DEFAULT)
    return render(
        request,
        "queue.html",
        view="queue",
        filter=filter,
        orders=list(ORDERS.items()),
        order=order,
        reviews=REVIEWS,
        narrowed=len(kept) > 1,
        words={
            "kinds": [kind.key for kind in kinds()],
            "statuses": STATUSES,
            "roles": {role: LABELS[role] for role in ROLES},
        },
    )


def item(request: Request) -> Response:
    """GET /queue/item?claim=KEY: the claim in its text, and its card."""
    key = request.query_params.get("claim", "")
    report, _, id = key.partition(":")
    with desk_of(request).ledgers.reading() as ledger, ledger.database.snapshot():
        shown = show_report(ledger, report, selected=id)
    told = shown.current
    if told is None:
        raise UnknownError("This claim is not among those of the latest reading of its report.")
    return render_part("queue_item.html", request, shown=shown, told=told)


class Wanted(Record, frozen=True, kw_only=True):
    """
    What a page asks for: the next claims of a filter, given as a query string.

    `session` names the page, `decided` and `skipped` are keys of claims since it last asked, `back` those whose
    decision was undone. With `fresh` the page was just opened.
    """

    filter: Annotated[str, msgspec.Meta(max_length=8_000)]
    session: Annotated[str, msgspec.Meta(min_length=8, max_length=64)]
    decided: Annotated[tuple[Key, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()
    skipped: Annotated[tuple[Key, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()
    back: Annotated[tuple[Key, ...], msgspec.Meta(max_length=MOST_AT_ONCE)] = ()
    count: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2
    fresh: bool = False


@posted(Wanted)
def take_next(request: Request, wanted: Wanted) -> Response:
    """POST /api/queue/next: the next claims, and how many are left."""
    desk = desk_of(request)
    filter, order = read_queue(QueryParams(wanted.filter))
    if wanted.decided or wanted.skipped:
        desk.memory.keep_last(who(request), "queue", filter.string())
    with desk.ledgers.reading() as ledger:
        query, notes = understood(ledger, filter.query)
        turn = queues_of(desk).turn(
            ledger,
            msgspec.structs.replace(query, limit=0, offset=0, order="newest"),
            order,
            wanted.session,
            decided=wanted.decided,
            skipped=wanted.skipped,
            back=wanted.back,
            count=wanted.count,
            fresh=wanted.fresh,
        )
    return answer(
        {
            "items": [{"key": ticket.key} for ticket in turn.tickets],
            "left": turn.left,
            "more": turn.more,
            "again": turn.again,
            "shared": turn.shared,
            "notes": notes,
        }
    )


ROUTES = [
    Route("/queue", queue),
    Route("/queue/item", item),
    Route("/api/queue/next", take_next, methods=["POST"]),
]
