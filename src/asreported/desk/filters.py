"""
What a person has narrowed the claims to, as it stands in the address of every view: a permalink is its filter.

The names of the parameters are those of `asreported find`, so that what is known of one holds for the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.datastructures import QueryParams

from ..codebook import STATUSES, kinds
from ..ledger.asking import parse_day, parse_point, parse_range
from ..ledger.query import ORDERS, Query
from ..ledger.store import Ledger
from ..ledger.within import exact_places
from ..records import Record

REVIEWS = ("unreviewed", "accepted", "corrected", "rejected", "unsure")
PAGE = 25
DEEPEST = 400
"""Pages at most: farther on a narrower filter finds it sooner."""
MANY = {
    "kind": "kinds",
    "status": "statuses",
    "review": "reviews",
    "actor": "actors",
    "place": "places",
    "source": "sources",
    "source_type": "source_types",
    "publisher": "publishers",
    "incident": "incidents",
}
"""Parameters that may be repeated → fields of `Query`."""
SINGLE = ("q", "since", "until", "near", "radius", "number", "unit", "order", "page")
SWITCHES = {"coarse": "coarse", "dated_only": "dated_only", "earlier": "earlier"}
ON = ("1", "on", "true")
FORM, OWN = "form", "own"
"""
What a form sends beside: that it is one, whose empty fields ask for nothing, and whether the publisher itself is asked
for, who as a source has the empty name. `Filter.string` has neither; a view may send a browser on to that (`tidied`).
"""
NAMES = (*MANY, *SINGLE, *SWITCHES)
LONGEST = 300
MOST_VALUES = 40


class FilterError(ValueError):
    """Raised where an address asks for what makes no sense; its text is for people."""


class Filter(Record, frozen=True, kw_only=True):
    """A filter: what is searched for, and the parameters that say so, in their canonical order."""

    query: Query
    params: tuple[tuple[str, str], ...]

    @property
    def is_empty(self) -> bool:
        return not self.narrowing

    @property
    def narrowing(self) -> tuple[tuple[str, str], ...]:
        """The parameters without those that only order and page."""
        return tuple(pair for pair in self.params if pair[0] not in ("order", "page"))

    @property
    def order(self) -> str:
        """The order that was asked for, which may be one of the view's own."""
        return self.one("order") or "newest"

    @property
    def page(self) -> int:
        return self.query.offset // PAGE + 1

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.params

    def one(self, name: str) -> str:
        """The value of a parameter, empty where it is not given."""
        return next((value for key, value in self.params if key == name), "")

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(value for key, value in self.params if key == name)

    def string(self, *drop: str, **put: Any) -> str:
        """
        The query string without the parameters `drop`, and with those of `put` in place of what they had.

        A sequence puts several values, None none. Except for `page`, what is put leads back to the first page.
        """
        leave = {*drop, *put, *(() if "page" in put else ("page",))}
        pairs = [pair for pair in self.params if pair[0] not in leave]
        for name, value in put.items():
            pairs += [(name, str(one)) for one in _listed(value)]
        return urlencode(pairs)

    def toggle(self, name: str, value: str) -> str:
        """The query string with this value of a repeatable parameter added, or without it where it is there."""
        values = [one for one in self.many(name) if one != value]
        return self.string(**{name: values if self.has(name, value) else [*values, value]})


def _listed(value: Any) -> Sequence[Any]:
    if value is None or value == "":
        return ()
    return value if isinstance(value, (list, tuple)) else (value,)


def read_filter(params: QueryParams | Mapping[str, str], *, limit: int = PAGE) -> Filter:
    """
    The filter in the parameters of an address; those of other things are left alone.

    Raises: FilterError, saying what does not fit.
    """
    pairs = params.multi_items() if isinstance(params, QueryParams) else list(params.items())
    given: dict[str, list[str]] = {}
    is_form = any(name == FORM for name, _ in pairs)
    for name, value in pairs:
        if name in NAMES and (value.strip() or (name == "source" and not is_form)):
            given.setdefault(name, []).append(_clean(name, value))
        elif name == OWN and value in ON:
            given.setdefault("source", []).append("")
    if "near" not in given:
        given.pop("radius", None)
    if more := next((name for name, values in given.items() if len(values) > MOST_VALUES), None):
        raise FilterError(f"{more} has more than {MOST_VALUES} values")
    _check(given)
    fields: dict[str, Any] = {field: tuple(dict.fromkeys(given.get(name, ()))) for name, field in MANY.items()}
    one = {name: given[name][-1] for name in (*SINGLE, *SWITCHES) if name in given}
    try:
        fields |= _single(one)
        fields |= {field: one.get(name) in ON for name, field in SWITCHES.items()}
        page = _page(one.get("page", "1"))
        query = Query(**fields, limit=limit, offset=(page - 1) * limit)
    except ValueError as err:
        raise FilterError(str(err)) from err
    kept = [(name, value) for name in MANY for value in fields[MANY[name]]]
    kept += [(name, one[name]) for name in SINGLE if name in one and (name, one[name]) not in DEFAULTS]
    kept += [(name, "1") for name, field in SWITCHES.items() if fields[field]]
    return Filter(query=query, params=tuple(kept))


DEFAULTS = {("page", "1"), ("order", "newest")}


def _clean(name: str, value: str) -> str:
    if len(value) > LONGEST:
        raise FilterError(f"{name} is longer than {LONGEST} characters")
    return value.strip()


def _check(given: Mapping[str, Sequence[str]]) -> None:
    for name, known in (("kind", [kind.key for kind in kinds()]), ("status", STATUSES), ("review", REVIEWS)):
        if wrong := [value for value in given.get(name, ()) if value not in known]:
            raise FilterError(f"{name} {wrong[0]!r} is not one of {', '.join(known)}")


def _single(one: Mapping[str, str]) -> dict[str, Any]:
    low, high = parse_range(one["number"]) if "number" in one else (None, None)
    near = None
    if "near" in one:
        near = (*parse_point(one["near"]), _number(one.get("radius", "25")))
    order = one.get("order", "newest")
    return {
        "words": one.get("q"),
        "since": parse_day(one["since"]) if "since" in one else None,
        "until": parse_day(one["until"], last=True) if "until" in one else None,
        "near": near,
        "low": low,
        "high": high,
        "unit": one.get("unit"),
        # Views have orders of their own beside those of a search.
        "order": order if order in ORDERS else "newest",
    }


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as err:
        raise ValueError(f"{text!r} is no number of kilometres") from err


def _page(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= DEEPEST):
        raise ValueError(f"page {text!r} is not within 1 to {DEEPEST}; narrow the filter instead")
    return int(text)


def tidied(params: QueryParams, path: str, filter: Filter) -> str | None:
    """Where to send a browser on whose form was sent: the same filter without the fields that were left empty."""
    if FORM not in params:
        return None
    string = filter.string()
    return f"{path}?{string}" if string else path


def understood(ledger: Ledger, query: Query) -> tuple[Query, tuple[str, ...]]:
    """`query` with "Hama, Syria" as the Hama that lies there, and how names were understood. Raises: LedgerError."""
    places, notes = exact_places(ledger.database, query.places)
    return msgspec.structs.replace(query, places=places), notes


def tell_filter(filter: Filter) -> list[tuple[str, str, str]]:
    """For each narrowing parameter: its name and value for people, and the query string without it."""
    told = []
    for name, value in filter.narrowing:
        if name == "radius":
            continue
        without = filter.toggle(name, value) if name in MANY else filter.string(name, *(["radius"] * (name == "near")))
        told.append((LABELS.get(name, name), _shown(name, value, filter), without))
    return told


LABELS = {
    "q": "words",
    "source_type": "type of source",
    "since": "from",
    "dated_only": "dated claims only",
    "coarse": "places known coarsely too",
    "earlier": "earlier readings too",
    "number": "number",
    "near": "within",
}


def _shown(name: str, value: str, filter: Filter) -> str:
    if name in SWITCHES:
        return ""
    if name == "source":
        return {"?": "someone unnamed", "": "the publisher itself"}.get(value, value)
    return f"{filter.one('radius') or 25} km of {value}" if name == "near" else value
