"""What templates/told.html needs beside its arguments: the pages that show claims, series and contradictions use it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from ..ledger.newest import Newest
from ..records import Kept
from ..show import situation_words
from ..show.found import tell_chain
from ..show.gist_words import tell_gist, tell_gist_day, tell_toll
from .contradicting import join_pairs
from .filters import PAGE, Filter
from .pages import render

T = TypeVar("T")
LISTED = 2 * PAGE
"""Names on a page of a list of them."""
_INCIDENT_RE = re.compile(r",? ?incident i[0-9a-f]{12}$")


def render_told(request: Request, template: str, *, view: str = "", status: int = 200, **values: Any) -> Response:
    """The page of a template that imports told.html with its context."""
    words = {
        "tell_chain": tell_chain,
        "tell_gist": tell_gist,
        "tell_gist_day": tell_gist_day,
        "tell_about": tell_about,
        "sit": situation_words,
        "repeats": repeats,
        "join_pairs": join_pairs,
        "tell_toll": tell_toll,
    }
    return render(request, template, view=view, status=status, **words, **values)


def render_listed(
    request: Request, template: str, filter: Filter, found: Newest, notes: Sequence[str], total: int, **values: Any
) -> Response:
    """One page of a list of `total` names, `LISTED` at a time, that occur in the newest claims `found` of a filter."""
    return render_told(
        request, template, filter=filter, total=total, pages=-(-total // LISTED), claims=len(found.numbers),
        more=found.more, notes=(*notes, *found.notes), **values,
    )  # fmt: skip


def listed(filter: Filter, names: Sequence[T]) -> Sequence[T]:
    """Those of `names` that stand on the filter's page of a list."""
    first = (filter.page - 1) * LISTED
    return names[first : first + LISTED]


def repeats(kept: Kept, before: Any) -> bool:
    """Whether the claim stands in the same sentence as the one shown `before` it."""
    if not isinstance(before, Kept):
        return False
    return (kept.report.key, kept.claim.evidence) == (before.report.key, before.claim.evidence)


def tell_about(about: str) -> str:
    """
    What a contradiction is about, without the incident on whose page it stands.

        >>> tell_about("killed: people, incident i2b265246c2de")
        'killed: people'
    """
    return _INCIDENT_RE.sub("", about) or about
