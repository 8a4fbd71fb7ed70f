"""
Where and when a claim answers a question: places that are compared with one another, and days.

A town's parts ("western Mosul") and the sites and districts whose town is known count to the town's series, each marked
with the part, and are compared with the same part only: 300 in the Old City contradict no 1,000 in the city. A place
beside a town ("south of Mosul") is another one. Provinces and countries stand for themselves: no town's figure rolls up
to them.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..records import Kept, Record, Where
from ..resolve.names import fold

BESIDE = ("near", "border", "line", "sea")
BEARING = re.compile(r"\b(north|south)?[ -]?(east|west|north|south)(?:ern)?\b", re.IGNORECASE)
CENTRE = re.compile(r"\b(?:centre|center|central)\b", re.IGNORECASE)
DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Place(Record, frozen=True, kw_only=True):
    """A place as figures are grouped by it: the town, and which part of it, where only a part is meant."""

    key: str
    name: str
    part: str | None = None


class Days(Record, frozen=True, kw_only=True):
    """From when to when a claim holds, None for an open side; `told` where the report's day stands in for them."""

    start: dt.date | None
    end: dt.date | None
    told: bool = False


class Places:
    """
    The places of claims, which must be all that are compared: a site counts to a town that is among them.

    "Old City", also called "Mosul Old City", counts to Mosul where a Mosul in the same province is among the places.
    """

    def __init__(self, kepts: Iterable[Kept]) -> None:
        towns: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
        for kept in kepts:
            where = kept.claim.where
            if where and where.gazetteer_id is not None and where.precision in ("exact", "part"):
                towns[_area(where)][fold(where.name)][_key(where)] = _full(where, where.name)
        self._towns: Mapping[str, Mapping[str, Mapping[str, str]]] = towns
        self._found: dict[tuple[str, tuple[str, ...]], tuple[str, str] | None] = {}

    def of(self, where: Where | None) -> Place | None:
        """The place of a claim, rolled up to the town where it is a part or a site of one; None where there is none."""
        if where is None:
            return None
        if where.precision in BESIDE:
            return Place(key=f"near {_key(where)} {fold(where.text)}", name=where.text or where.name)
        if where.gazetteer_id is not None:
            part = part_of_town(where.text) if where.precision == "part" else None
            return Place(key=_key(where), name=_full(where, where.name), part=part)
        if town := self._town_of(where):
            return Place(key=town[0], name=town[1], part=where.name)
        return Place(key=_key(where), name=_full(where, where.name))

    def _town_of(self, where: Where) -> tuple[str, str] | None:
        """The one town whose name stands in a name of the site; two of them are no answer."""
        site = (_key(where), where.alternates)
        if site not in self._found:
            names = [f" {fold(name)} " for name in (where.name, *where.alternates)]
            found = {
                key: full
                for town, keys in self._towns.get(_area(where), {}).items()
                if any(f" {town} " in name for name in names)
                for key, full in keys.items()
            }
            self._found[site] = next(iter(found.items())) if len(found) == 1 else None
        return self._found[site]


def part_of_town(text: str) -> str:
    """
    Which part of a town is meant, in one spelling.

        >>> part_of_town("west Mosul"), part_of_town("near the front in western Mosul"), part_of_town("the old town")
        ('west', 'west', 'old town')
    """
    if found := BEARING.search(text):
        return ((found[1] or "") + found[2]).lower()
    return "centre" if CENTRE.search(text) else fold(text).removeprefix("the ")


def find_days(kept: Kept) -> Days:
    """When the claim holds: its own days, else the day of the report."""
    when = kept.claim.when
    if when and (when.start or when.end):
        return Days(start=when.start, end=when.end)
    first, last = report_days(kept.report.published)
    return Days(start=first, end=last, told=True)


@functools.lru_cache(maxsize=4096)
def report_days(published: str | None) -> tuple[dt.date | None, dt.date | None]:
    """
    First and last day that a date of publication can mean.

        >>> report_days("2017-02")[1], report_days("2017")[0], report_days(None)
        (datetime.date(2017, 2, 28), datetime.date(2017, 1, 1), (None, None))
    """
    match = DATE.fullmatch(published or "")
    if match is None:
        return None, None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = dt.date(year or 0, month or 1, day or 1)
    except ValueError:  # the 31st of February of a page that cannot count
        return None, None
    if day:
        return first, first
    last_month = month or 12
    return first, dt.date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])


def _key(where: Where) -> str:
    return f"id:{where.gazetteer_id}" if where.gazetteer_id is not None else f"name:{fold(where.name)}|{_area(where)}"


def _area(where: Where) -> str:
    return f"{fold(where.admin1 or '')}|{where.country or ''}"


def _full(where: Where, name: str) -> str:
    """The name with what it lies in; a province of the same name as its town is told apart."""
    if level := {"adm1": " (province)", "adm2": " (district)"}.get(where.precision if where.gazetteer_id else ""):
        within = (_country(where),) if where.precision == "adm1" else (where.admin1, _country(where))
        return ", ".join(part for part in (name + level, *within) if part)
    return ", ".join(dict.fromkeys(part for part in (name, where.admin1, _country(where)) if part))


def _country(where: Where) -> str | None:
    return where.country_name or where.country
