"""
Search: every filter that the ledger has, what was found with its hits marked, what it has in common, what was left out.

Where nothing is found the page says which filter keeps how many out, so that a person sees which one to take off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..ledger.find import Count, count_without, find_claims
from ..ledger.query import FACETS, Found
from ..ledger.store import Ledger
from ..ledger.words import find_all_hits
from ..records import Claim, Figure, Kept
from ..show.found import tell_chain
from ..show.reader import esc, family_of
from .filters import DEEPEST, PAGE, Filter, read_filter, tidied, understood
from .pages import desk_of, markup, render, who

PATH = "/search"
ORDERS = (("newest", "newest first"), ("oldest", "oldest first"), ("relevance", "best match first"))
LONGEST = 420
"""Characters of a sentence that are shown; of a longer one the part around the first hit."""
BEFORE = 140

FILTERS = {
    "words": ("q",), "kinds": ("kind",), "statuses": ("status",), "actors": ("actor",), "places": ("place",),
    "sources": ("source",), "source_types": ("source_type",), "publishers": ("publisher",), "reviews": ("review",),
    "incidents": ("incident",), "near": ("near", "radius"), "period": ("since", "until"),
    "dated_only": ("dated_only",), "figures": ("number", "unit"),
}  # fmt: skip
"""Filter of the ledger → the parameters that make it."""
CALLED = {
    "words": "the words", "period": "the days", "near": "the distance", "figures": "the number", "kinds": "the kind",
    "statuses": "the status", "actors": "the actor", "places": "the place", "sources": "the source",
    "source_types": "the type of source", "publishers": "the publisher", "reviews": "the review",
    "incidents": "the incident", "dated_only": "“dated claims only”",
}  # fmt: skip


class Named(NamedTuple):
    """Someone who acts or is acted on, and by what they can be looked up."""

    name: str
    id: str | None


class Row(NamedTuple):
    """One claim that was found, as it is shown."""

    kept: Kept
    family: str
    actors: tuple[Named, ...]
    targets: tuple[Named, ...]
    figures: tuple[Figure, ...]
    chain: str
    sentence: Markup


class LeftOut(NamedTuple):
    """Claims that one choice keeps out, and the filter that takes them in."""

    told: str
    number: int
    more: bool
    take_in: str


class Without(NamedTuple):
    """How many claims there were without one filter, and the filter without it."""

    called: str
    number: int
    more: bool
    string: str


def search(request: Request) -> Response:
    """The page."""
    filter = read_filter(request.query_params)
    if address := tidied(request.query_params, PATH, filter):
        return RedirectResponse(address, status_code=303)
    desk = desk_of(request)
    with desk.ledgers.reading() as ledger:
        query, notes = understood(ledger, filter.query)
        found = find_claims(ledger, msgspec.structs.replace(query, facets=FACETS))
        without = [] if found.total else tell_without(count_without(ledger, query), filter)
        is_empty = not found.total and _is_empty(ledger)
    return render(
        request, "search.html", view="search", path=PATH, filter=filter, found=found, notes=(*notes, *found.notes),
        rows=make_rows(found.kept, query.words), left_out=tell_left_out(found, filter),
        without=without, is_empty=is_empty, orders=ORDERS, last_page=_last_page(found), first=query.offset + 1,
        saved=sorted(desk.memory.of(who(request)).saved.items(), key=lambda item: item[0].casefold()),
    )  # fmt: skip


def _is_empty(ledger: Ledger) -> bool:
    return ledger.database.one("SELECT 1 FROM claims LIMIT 1") is None


def _last_page(found: Found) -> int:
    return max(1, min(DEEPEST, -(-found.total // PAGE)))


# ---- one claim ---------------------------------------------------------------------------


def make_rows(page: Sequence[Kept], words: str | None) -> list[Row]:
    """Claims as they are shown among those that were found."""
    texts = [kept.claim.evidence.text for kept in page]
    hits = find_all_hits(texts, words) if words else ((),) * len(texts)
    return [
        Row(
            kept=kept,
            family=family_of(kept.claim.kind),
            actors=_named(kept.claim, "actor"),
            targets=_named(kept.claim, "target"),
            figures=kept.claim.figures,
            chain=tell_chain(kept),
            sentence=mark_sentence(kept.claim, found),
        )
        for kept, found in zip(page, hits, strict=True)
    ]


def _named(claim: Claim, role: str) -> tuple[Named, ...]:
    names = (
        Named(r.entity.name, r.entity.id) if r.entity else Named(r.text, None) for r in claim.roles if r.role == role
    )
    return tuple(dict.fromkeys(names))


def mark_sentence(claim: Claim, hits: Sequence[tuple[int, int]]) -> Markup:
    """The sentence with the `hits` of a search marked; where it holds none, its trigger."""
    text, name = claim.evidence.text, "hit"
    if not hits:
        start = claim.trigger.start - claim.evidence.start
        inside = 0 <= start < len(text)
        hits = ((start, min(len(text), start + len(claim.trigger.text))),) if inside else ()
        name = "said"
    begin, end = _window(text, hits[0][0] if hits else 0)
    parts, at = ["… "] if begin else [], begin
    for first, last in hits:
        if begin <= first and last <= end:
            parts += [esc(text[at:first]), f'<mark class="{name}">{esc(text[first:last])}</mark>']
            at = last
    parts += [esc(text[at:end]), " …" if end < len(text) else ""]
    return markup("".join(parts))


def _window(text: str, hit: int) -> tuple[int, int]:
    """The part of `text` to show, cut between words."""
    if len(text) <= LONGEST:
        return 0, len(text)
    begin = max(0, hit - BEFORE)
    begin = text.find(" ", begin, hit) + 1 if begin else 0
    end = min(len(text), begin + LONGEST)
    space = text.rfind(" ", begin, end)
    return begin, space if end < len(text) and space > hit else end


# ---- what is said of all -----------------------------------------------------------------


def tell_left_out(found: Found, filter: Filter) -> list[LeftOut]:
    """What the choices of the filter keep out, each with a way to take it in."""
    ways = {
        "coarse": ("within the radius, but known only to a province, country or region", filter.string(coarse=1)),
        "undated": ("without a day of their own, in reports published then", filter.string("dated_only")),
        "earlier": ("that only an earlier reading of their report had", filter.string(earlier=1)),
    }
    return [
        LeftOut(ways[name][0], number, name in found.at_least, ways[name][1])
        for name, number in found.left_out.items()
        if name in ways
    ]


def tell_without(counts: list[Count], filter: Filter) -> list[Without]:
    """For each filter, what there would be without it; of a single one nothing, since that is everything."""
    return [
        Without(CALLED.get(name, name), number, more, filter.string(*FILTERS.get(name, (name,))))
        for name, number, more in counts
    ]


ROUTES = [Route(PATH, search)]
