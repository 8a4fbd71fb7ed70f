"""
Places: their list, and what is reported of one: the situation on a day, the newest claims, figures, actors, kinds.
"""

from __future__ import annotations

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..compare.situation_places import PlaceAsked
from ..comparisons import read_figures
from ..errors import LedgerError, UnknownError
from ..ledger.newest import count_actors, count_column, count_places, find_newest
from ..ledger.store import Ledger
from ..pipeline import choose_gazetteer
from ..resolve.gazetteer import load_gazetteer
from ..situations import Choice, choose_place, find_nearest, id_of, name_of
from .about_claims import MOST, asked_day, newest_day, read_about, situation_on
from .charts import bars, show_series
from .filters import read_filter, understood
from .overview import gists
from .pages import desk_of
from .told import listed, render_listed, render_told

SHOWN = 10
SERIES = 5
MOST_FIGURES = 1_000


def index(request: Request) -> Response:
    """The places of the filter's newest claims."""
    filter = read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        query, notes = understood(ledger, filter.query)
        found = find_newest(ledger, query, MOST)
        places = count_places(ledger.database, found.numbers)
    return render_listed(request, "places.html", filter, found, notes, len(places), places=listed(filter, places))


def page(request: Request) -> Response:
    """What is reported of one place, and to hold there on a day: the one asked for, else that of the newest report."""
    asked, filter = request.path_params["id"], read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        choice = _choose(ledger, asked)
        place = choice.asked
        assert isinstance(place, PlaceAsked)
        query, notes = understood(ledger, msgspec.structs.replace(filter.query, places=_names(choice)))
        about = read_about(ledger, query)
        on = asked_day(request)
        day = on or newest_day(about.kepts)
        situation = situation_on(ledger, choice, day) if day else None
        figures = read_figures(ledger, query, most=MOST_FIGURES)
        kinds = count_column(ledger.database, about.numbers, "kind")
        actors = count_actors(ledger.database, about.numbers)
        named = gists(ledger, [id for one in figures.comparisons[:SERIES] if (id := one.series.question.incident)])
        nearest = None if about.numbers else find_nearest(ledger, place)
    return render_told(
        request, "place.html", filter=filter, choice=choice, place=place, name=name_of(place), id=id_of(place),
        filtered=_string(choice), about=about, notes=notes, day=day, situation=situation, kinds=kinds,
        actors=actors[:12], series=[show_series(one) for one in figures.comparisons[:SERIES]],
        all_series=len(figures.comparisons), columns=bars(about.months), newest=about.kepts[:SHOWN],
        nearest=nearest, named=named,
    )  # fmt: skip


def _choose(ledger: Ledger, asked: str) -> Choice:
    try:
        return choose_place(ledger, asked, load_gazetteer(choose_gazetteer("user")))
    except LedgerError as err:
        raise UnknownError(str(err)) from err


def _names(choice: Choice) -> tuple[str, ...]:
    """What a search has to be asked for to find the claims of the place."""
    place = choice.asked
    if not isinstance(place, PlaceAsked):
        return ()
    if place.level == "country" and place.country:
        return (place.country,)
    if place.level == "adm1" or not choice.subject.place_ids:
        return (", ".join(dict.fromkeys(filter(None, (place.name, place.country_name)))),)
    return tuple(map(str, choice.subject.place_ids))


def _string(choice: Choice) -> str:
    """The name by which other pages filter by the place."""
    return _names(choice)[0] if _names(choice) else ""


ROUTES = [Route("/places", index, name="places"), Route("/places/{id:path}", page, name="place")]
