"""
The figures page: the series of a filter, each with its range plot, and the killed over its incidents added up by day.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..compare.incidents import LABELS, Comparison
from ..compare.totals import Running, find_toll, running_total
from ..comparisons import Figures, read_figures
from ..ledger.incidents import incidents_of
from ..ledger.newest import find_newest
from ..ledger.store import Ledger
from ..show.series_json import encode_figures
from .charts import plot_running, show_series
from .filters import Filter, read_filter, understood
from .overview import claims_by_incident, gists
from .pages import desk_of
from .told import render_told

MOST = 1_500
"""Claims that are compared at most, the newest, so that a page takes no longer in a ledger that is larger."""
SERIES = 12
"""Of one page."""
MOST_SERIES = 200
"""Of one answer in JSON."""
MOST_INCIDENTS = 200
"""Incidents whose killed are added up."""
ORDERS = (("newest", "most figures first"), ("contested", "most contested first"))


def page(request: Request) -> Response:
    """The series of the filter, a page of them, and the running total of the killed where something was asked for."""
    filter = read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        found = _read(ledger, filter)
        first = (filter.page - 1) * SERIES
        shown = [show_series(one) for one in found.comparisons[first : first + SERIES]]
        incidents = [id for one in shown if (id := one.comparison.series.question.incident)]
        named = gists(ledger, incidents)
        running, cut = (None, False) if filter.is_empty else _add_up(ledger, filter)
    return render_told(
        request, "figures.html", view="figures", filter=filter, shown=shown, named=named, notes=found.notes,
        total=len(found.comparisons), first=first, pages=-(-len(found.comparisons) // SERIES), orders=ORDERS,
        running=running, running_plot=plot_running(running) if running else "", running_cut=cut,
        most_incidents=MOST_INCIDENTS,
    )  # fmt: skip


def as_json(request: Request) -> Response:
    """The same series as JSON, as `asreported figures --format json` writes them."""
    filter = read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        found = _read(ledger, filter)
    notes = list(found.notes)
    if len(found.comparisons) > MOST_SERIES:
        notes.append(f"only {MOST_SERIES} of {len(found.comparisons):,} series are given: narrow the choice")
    text = encode_figures(found.comparisons[:MOST_SERIES], notes=notes)
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


def _read(ledger: Ledger, filter: Filter) -> Figures:
    actor = filter.query.actors[0] if len(filter.query.actors) == 1 else None
    found = read_figures(ledger, filter.query, actor, most=MOST)
    if filter.order == "contested":
        found = found._replace(comparisons=tuple(sorted(found.comparisons, key=_contested)))
    return found


def _contested(comparison: Comparison) -> tuple[int, int, str]:
    agreement = comparison.agreement
    return LABELS.index(agreement.label), -len(agreement.excluding), comparison.series.title


def _add_up(ledger: Ledger, filter: Filter) -> tuple[Running | None, bool]:
    """The killed of the incidents of which claims of the filter tell deaths; and whether there are more of them."""
    query, _ = understood(ledger, filter.query)
    deaths = msgspec.structs.replace(query, kinds=("killing",))
    if query.kinds and "killing" not in query.kinds:
        return None, False
    found = find_newest(ledger, deaths, MOST)
    ids = incidents_of(ledger.database, found.numbers)
    some = ids[:MOST_INCIDENTS]
    claims = claims_by_incident(ledger, some)
    running = running_total(find_toll(id, claims[id]) for id in some if id in claims)
    return (running if ids else None), found.more or len(ids) > len(some)


ROUTES = [Route("/figures", page, name="figures"), Route("/api/figures", as_json)]
