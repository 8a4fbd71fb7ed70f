"""
Sources and publishers: their lists; of one what it says, how, whom it blames, how its numbers stand to others'.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..compare.chains import Voices, innermost
from ..compare.incidents import compare_figures
from ..compare.profiles import (
    count_blamed,
    count_cues,
    count_kinds,
    count_quoted,
    count_stances,
    count_statuses,
    is_blame,
)
from ..compare.standing import TELL, Standing, count_standings, find_standings
from ..errors import UnknownError
from ..ledger.called import call_sources
from ..ledger.incidents import claims_of
from ..ledger.newest import count_column, find_newest
from ..ledger.query import Query
from ..ledger.store import Ledger
from ..records import Kept, ReportHead
from .about_claims import MOST, read_about
from .charts import bars
from .filters import read_filter, understood
from .pages import desk_of
from .told import listed, render_listed, render_told

SHOWN = 10
MOST_INCIDENTS = 100
MOST_PLACES = 4
MOST_OF_PLACES = 1_000
MOST_STANDINGS = 40
SPOKEN = {"?": "someone unnamed"}


def sources(request: Request) -> Response:
    """The list of sources, or the page of the one that is named."""
    return _page(request, "source") if "name" in request.query_params else _index(request, "source")


def publishers(request: Request) -> Response:
    """The list of publishers, or the page of the one that is named."""
    return _page(request, "publisher") if "name" in request.query_params else _index(request, "publisher")


def _index(request: Request, what: str) -> Response:
    filter = read_filter(request.query_params)
    with desk_of(request).ledgers.reading() as ledger:
        query, notes = understood(ledger, filter.query)
        found = find_newest(ledger, query, MOST)
        counts = count_column(ledger.database, found.numbers, what)
        # What nobody is quoted for is told on the publishers' pages.
        named = [count for count in counts if count.value or what == "publisher"]
        shown = listed(filter, named)
        if what == "source":
            called = call_sources(ledger, [count.value for count in shown])
            shown = [count._replace(label=called[count.value]) for count in shown]
    return render_listed(request, "sources.html", filter, found, notes, len(named), what=what, counts=shown)


def _page(request: Request, what: str) -> Response:
    name, filter = request.query_params["name"].strip(), read_filter(request.query_params)
    if not name:
        return RedirectResponse("/publishers", status_code=303)
    with desk_of(request).ledgers.reading() as ledger:
        asked = {"sources" if what == "source" else "publishers": (name,)}
        query, notes = understood(ledger, msgspec.structs.replace(filter.query, **asked))
        about = read_about(ledger, query)
        if not about.numbers and filter.is_empty:
            raise UnknownError(f"no {what} of this ledger is called “{name}”")
        own = about.kepts if what == "source" else [kept for kept in about.kepts if not kept.claim.sources]
        standings = _standings(ledger, own) if name != "?" else ()
    return render_told(
        request, "source.html", what=what, filter=filter, name=name, called=_called(about.kepts, what, name),
        about=about, notes=(*notes, *about.notes), own=own, columns=bars(about.months),
        standings=standings[:MOST_STANDINGS], stands=[(TELL[how], n) for how, n in count_standings(standings)],
        tell_stands=TELL, **_profile(about.kepts, own, what),
    )  # fmt: skip


def _profile(kepts: Sequence[Kept], own: Sequence[Kept], what: str) -> dict[str, Any]:
    """What is counted over the claims that were read."""
    return {
        "kinds": count_kinds(own),
        "statuses": count_statuses(own),
        "stances": count_stances(own),
        "cues": count_cues(own)[:15],
        "blames": count_blamed(own),
        "blaming": [kept for kept in own if is_blame(kept)][:SHOWN],
        "newest": list(own[:SHOWN]),
        "quoted": count_quoted(kepts)[:20] if what == "publisher" else (),
        "outlets": _outlets(kepts) if what == "source" else (),
        "reports": _reports(kepts),
        "types": sorted({s.type for k in own if what == "source" and (s := innermost(k.claim.sources)) and s.type}),
    }


def _called(kepts: Sequence[Kept], what: str, name: str) -> str:
    """The name as it is written."""
    if name in SPOKEN:
        return SPOKEN[name]
    if what == "publisher":
        return next((kept.report.publisher for kept in kepts if kept.report.publisher), name)
    told = (innermost(kept.claim.sources) for kept in kepts)
    return next((source.name for source in told if source and source.name), name)


def _outlets(kepts: Sequence[Kept]) -> list[tuple[str, int, int]]:
    """The publishers in whose reports a source is quoted: name, reports, claims."""
    found: dict[str, list[str]] = {}
    for kept in kepts:
        found.setdefault(kept.report.publisher or "", []).append(kept.report.key)
    ranked = sorted(found.items(), key=lambda item: (-len(set(item[1])), -len(item[1]), item[0]))
    return [(name, len(set(reports)), len(reports)) for name, reports in ranked[:15]]


def _reports(kepts: Sequence[Kept]) -> list[tuple[ReportHead, int]]:
    """The newest reports with how many of the claims each has."""
    found: dict[str, list[Kept]] = {}
    for kept in kepts:
        found.setdefault(kept.report.key, []).append(kept)
    return [(some[0].report, len(some)) for some in list(found.values())[:SHOWN]]


def _standings(ledger: Ledger, own: Sequence[Kept]) -> tuple[Standing, ...]:
    """
    How the figures stand to those of others: of the same incidents, and of the places that it speaks of most.
    """
    counted = [kept for kept in own if kept.claim.figures]
    if not counted:
        return ()
    ids = list(dict.fromkeys(kept.incident for kept in counted if kept.incident))[:MOST_INCIDENTS]
    kepts = {kept.key: kept for kept in [*counted, *ledger.kept(claims_of(ledger.database, ids, most=100))]}
    if places := _places(counted):
        numbers = find_newest(ledger, Query(places=places, low=0), MOST_OF_PLACES).numbers
        kepts |= {kept.key: kept for kept in ledger.kept(numbers)}
    voices = Voices(kepts.values())
    return find_standings(compare_figures(kepts.values()), {voices.of(kept).key for kept in counted})


def _places(kepts: Sequence[Kept]) -> tuple[str, ...]:
    """The ids of the places that most of the claims are of."""
    counts: dict[str, int] = {}
    for kept in kepts:
        if kept.claim.where and kept.claim.where.gazetteer_id is not None:
            id = str(kept.claim.where.gazetteer_id)
            counts[id] = counts.get(id, 0) + 1
    return tuple(sorted(counts, key=lambda id: (-counts[id], id))[:MOST_PLACES])


ROUTES = [Route("/sources", sources, name="sources"), Route("/publishers", publishers, name="publishers")]
