"""
An incident as a flat row: what most reports tell of it, the range of the killed, who says so, and every one of its
claims with status, according to whom, quotation and review.

What there is of each claim or each report stands in lists of one order. Claims that are linked to no incident are taken
for one where their report labels them so, else each for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from ..compare.contradictions import Contradiction
from ..compare.gist import Gist, find_gist
from ..compare.incidents import Comparison, Incident, compare_incident
from ..compare.tolls import Bound
from ..compare.totals import Toll, find_toll
from ..records import Kept, Where
from ..show.gist_words import tell_toll
from ..show.series_words import tell_contradiction, tell_range, tell_statement
from .formats import Context, Row, groups_of
from .source import Source
from .tables import DAY, FLAG, NUMBER, TEXTS, WHOLE, Unit, attest_lists
from .told import Group

COLUMNS = {
    "id": "id of the incident; REPORT:LABEL or REPORT:CLAIM where its claims are linked to none",
    "kinds": "kinds of claim, up to three, the most told first",
    "day": "the day that most reports name; where none does, that of the first report",
    "day_of_report": "whether `day` is that of the first report",
    "place": "the place that most reports name, a town before its province",
    "admin1": "its province or state",
    "country": "its country, ISO 3166-1 alpha-2",
    "country_name": "the name of the country",
    "lat": "latitude of the place",
    "lon": "longitude of the place",
    "precision": "exact, part, near, adm2, adm1, country, region, border, line or sea",
    "gazetteer_id": "GeoNames id of the place",
    "killed_low": "the lowest number of killed that a report tells, 0 where it tells of people hurt and none killed; "
    "empty where deaths are told without a number, or what is told is not about that",
    "killed_high": "the highest; empty where that is open, and where `killed_low` is",
    "killed": "the same in words; numbers of a longer time, of which this is a part, stand in `figures`",
    "figures": "every figure series of the incident, those of the killed too, with its range and how far sources agree",
    "chains": "independent chains of sources that assert something of it, each once",
    "contradictions": "where reports contradict one another: every side, with according to whom",
    "report_keys": "keys of its reports, in the order of publication",
    "reports": "their titles",
    "publishers": "who published them",
    "published": "when, as exactly as is known",
    "urls": "their addresses",
    "keys": "keys of its claims, report by report",
    "claim_kinds": "the kind of each claim",
    "status": "the status of each claim: actual, planned, possible, attempted, denied or generic",
    "according_to": "the whole chain of sources of each claim, from the publisher inwards",
    "quotation": "the sentence or sentences of each claim, verbatim",
    "review": "of each claim: unreviewed, accepted, corrected, rejected or unsure",
    "reviewed_by": "who decided last on the review of each claim",
    "reviewed_at": "when, ISO 8601 in UTC",
}
_LISTS = (
    *("kinds", "figures", "chains", "contradictions"),
    *("report_keys", "reports", "publishers", "published", "urls"),
    *("keys", "claim_kinds", "status", "according_to", "quotation", "review", "reviewed_by", "reviewed_at"),
)
TYPES = {
    **dict.fromkeys(_LISTS, TEXTS),
    "day": DAY,
    "day_of_report": FLAG,
    "lat": NUMBER,
    "lon": NUMBER,
    "gazetteer_id": WHOLE,
    "killed_low": NUMBER,
    "killed_high": NUMBER,
}
HARM = ("killing", "injury")


class Compared(msgspec.Struct, frozen=True):
    """An incident and what comes of comparing its claims."""

    incident: Incident
    toll: Toll
    gist: Gist


def compare_group(group: Group) -> Compared:
    """The claims of `group` compared as those of one incident, also where the ledger links them to none."""
    kepts = [_of(group.id, told.kept) for told in group.told]
    return Compared(compare_incident(group.id, kepts), find_toll(group.id, kepts), find_gist(kepts))


def flat_incident(group: Group, compared: Compared) -> dict[str, Any]:
    """The row of an incident: the keys of `COLUMNS` in their order, lists as lists."""
    incident, toll = compared.incident, compared.toll
    low, high = killed_bounds(toll, [told.kept for told in group.told])
    values = {
        "id": group.id,
        "kinds": list(compared.gist.kinds),
        "day": toll.day,
        "day_of_report": toll.reported and toll.day is not None,
        **_place(compared.gist.where),
        "killed_low": low,
        "killed_high": high,
        "killed": tell_killed(toll, incident.comparisons),
        "figures": [tell_series(one) for one in incident.comparisons],
        "chains": [voice.name for voice in incident.voices],
        "contradictions": [tell_sides(one) for one in incident.contradictions],
        **_reports(incident),
        **_claims(group),
    }
    return {name: values[name] for name in COLUMNS}


def killed_bounds(toll: Toll, kepts: Iterable[Kept]) -> tuple[Bound, Bound]:
    """
    The range of the killed. It is 0 only where somebody is told to have been harmed: nothing where deaths are told
    without any number, or where the reports are not about that at all.
    """
    asserted = (kept for kept in kepts if kept.claim.status == "actual" and kept.review != "rejected")
    silent = toll.high == 0 and not any(kept.claim.kind in HARM for kept in asserted)
    return (None, None) if toll.uncounted or silent else (toll.low, toll.high)


def tell_killed(toll: Toll, comparisons: Iterable[Comparison]) -> str:
    """The range in words. A number that is of a longer time or of a part is none of the incident, but it was told."""
    asked = (one.series for one in comparisons if one.series.question.measure == "killed")
    if toll.uncounted and any(point.counts for series in asked for point in series.points):
        return "no number of this incident alone"
    return tell_toll(toll)


def tell_series(comparison: Comparison) -> str:
    """A series of an incident in a few words: what is counted, its range, how far its sources agree."""
    series, agreement = comparison.series, comparison.agreement
    title = series.title.removesuffix(f", incident {series.question.incident}")
    return f"{title}: {tell_range(agreement.low, agreement.high)} ({agreement.label})"


def tell_sides(contradiction: Contradiction) -> str:
    """A contradiction in words, every side with according to whom."""
    sides = " / ".join(tell_statement(statement) for statement in contradiction.statements)
    return f"{tell_contradiction(contradiction)}: {sides}"


def _of(incident: str, kept: Kept) -> Kept:
    return kept if kept.incident == incident else msgspec.structs.replace(kept, incident=incident)


def _place(where: Where | None) -> dict[str, Any]:
    return {
        "place": where and where.name,
        "admin1": where and where.admin1,
        "country": where and where.country,
        "country_name": where and where.country_name,
        "lat": where and where.lat,
        "lon": where and where.lon,
        "precision": where and where.precision,
        "gazetteer_id": where and where.gazetteer_id,
    }


def _reports(incident: Incident) -> dict[str, Any]:
    heads = [telling.report for telling in incident.tellings]
    return {
        "report_keys": [head.key for head in heads],
        "reports": [head.title for head in heads],
        "publishers": [head.publisher for head in heads],
        "published": [head.published for head in heads],
        "urls": [head.url for head in heads],
    }


def _claims(group: Group) -> dict[str, Sequence[str | None]]:
    return {
        "keys": [told.key for told in group.told],
        "claim_kinds": [told.claim.kind for told in group.told],
        "status": [told.claim.status for told in group.told],
        "according_to": [told.according_to for told in group.told],
        "quotation": [told.quotation for told in group.told],
        "review": [told.kept.review for told in group.told],
        "reviewed_by": [told.reviewed_by for told in group.told],
        "reviewed_at": [told.reviewed_at for told in group.told],
    }


def rows(source: Source, context: Context) -> Iterator[Row]:
    """A flat row of each incident; a claim that is in none of them is told to `context.losses`."""
    for group in groups_of(source, context.losses):
        yield Row(group.id, flat_incident(group, compare_group(group)))


UNIT = Unit(COLUMNS, TYPES, rows, attest_lists)
