"""
Actors: their list, and what is said of one: to do, to have done to it, who blames it, whom it blames, what counts it.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..compare.profiles import Count, count_blamed, count_voices, find_party, is_blame, plays
from ..comparisons import read_figures
from ..errors import LedgerError, UnknownError
from ..ledger.newest import count_actors, count_places, find_newest
from ..ledger.query import Query
from ..ledger.store import Ledger
from ..records import Kept
from ..resolve.names import fold
from ..situations import Choice, choose_actor
from .about_claims import MOST, MOST_READ, asked_day, newest_day, read_about, situation_on
from .charts import bars, show_series
from .filters import read_filter, understood
from .overview import gists
from .pages import desk_of
from .told import listed, render_listed, render_told

SHOWN = 8
MOST_FIGURES = 1_000
SERIES = 4


def index(request: Request) -> Response:
    """The actors that the filter's newest claims name."""
    filter = read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        query, notes = understood(ledger, filter.query)
        found = find_newest(ledger, query, MOST)
        actors = count_actors(ledger.database, found.numbers)
    return render_listed(request, "actors.html", filter, found, notes, len(actors), actors=listed(filter, actors))


def page(request: Request) -> Response:
    """What is said of one actor, and what it says itself."""
    asked, filter = request.path_params["id"], read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        choice = _choose(ledger, asked)
        ids = _ids(choice)
        query, notes = understood(ledger, msgspec.structs.replace(filter.query, actors=ids))
        about = read_about(ledger, query)
        says = _says(ledger, query, choice.asked.name)
        figures = read_figures(ledger, query, ids[0], most=MOST_FIGURES)
        places = count_places(ledger.database, about.numbers)
        on = asked_day(request)
        situation = situation_on(ledger, choice, on) if on else None
        series = sorted(figures.comparisons, key=lambda one: one.series.question.whose.split("/")[0] not in ids)
        named = gists(ledger, [id for one in series[:SERIES] if (id := one.series.question.incident)])
    does, suffers = find_party(about.kepts, ids, "actor"), find_party(about.kepts, ids, "target")
    return render_told(
        request, "actor.html", filter=filter, choice=choice, id=ids[0], name=choice.asked.name, about=about,
        notes=notes, does=does, suffers=suffers, blamed_by=_blamed_by(about.kepts, ids), says=says,
        blames=count_blamed(says), blaming=[kept for kept in says if is_blame(kept)][:SHOWN],
        series=[show_series(one) for one in series[:SERIES]], all_series=len(series), named=named,
        places=places[:12], columns=bars(about.months), entity=_entity(about.kepts, ids), shown=SHOWN,
        on=on, day=on or newest_day(about.kepts), situation=situation, most_read=MOST_READ,
    )  # fmt: skip


def _choose(ledger: Ledger, asked: str) -> Choice:
    try:
        return choose_actor(ledger, asked)
    except LedgerError as err:
        raise UnknownError(str(err)) from err


def _ids(choice: Choice) -> tuple[str, ...]:
    """The actor's own id and those of the names that it bore before."""
    return tuple(choice.subject.actors)


def _says(ledger: Ledger, query: Query, name: str) -> list[Kept]:
    """The newest claims of which the actor is the innermost source, under any of the filter's other conditions."""
    own = msgspec.structs.replace(query, actors=(), sources=(name,))
    return ledger.kept(find_newest(ledger, own, MOST_READ).numbers)


def _blamed_by(kepts: Sequence[Kept], ids: Sequence[str]) -> tuple[Count, ...]:
    return count_voices([kept for kept in kepts if is_blame(kept) and plays(kept, ids, "actor")])


def _entity(kepts: Sequence[Kept], ids: Sequence[str]) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The type, the country, and the words that reports have for the actor, most frequent first."""
    entities = [role for kept in kepts for role in kept.claim.roles if role.entity and role.entity.id in ids]
    words: dict[str, list[str]] = {}
    for role in entities:
        words.setdefault(fold(role.text), []).append(role.text)
    names = sorted(words.values(), key=lambda same: (-len(same), same[0]))
    first = next((role.entity for role in entities if role.entity), None)
    return first.type if first else None, first.country if first else None, tuple(same[0] for same in names[:12])


ROUTES = [Route("/actors", index, name="actors"), Route("/actors/{id:path}", page, name="actor")]
