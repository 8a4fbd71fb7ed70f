"""
GeoJSON (RFC 7946): a feature a claim or an incident, with all that is told of it and how exactly its place is known.

A point stands for the area that its place is: `precision` and `radius_km` belong to it. What has no point is a feature
without geometry, as the standard has it, so that nothing is left out because nobody knows where it was.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from ..compare.incidents import compare_figures
from ..compare.totals import find_toll
from ..records import Claim, Where
from ..show.words import tell_figure, tell_links, tell_where
from .formats import Context, Format, Row, default_attest, groups_of
from .incident_rows import killed_bounds, tell_killed
from .jsons import encode
from .source import Source
from .told import Attested, Group, Told

MOST = 50
"""Sources, quotations and keys of an incident that are told."""
EXACTNESS = ("exact", "part", "near", "line", "adm2", "border", "sea", "adm1", "region", "country")
"""Precisions, the most exact first."""

PLACE = {
    "place": "name of the place",
    "admin1": "its province or state",
    "country": "its country, ISO 3166-1 alpha-2",
    "precision": "how exactly the place is known: exact, part, near, line, adm2, border, sea, adm1, region or country",
    "radius_km": "how far off the point may be, in km",
    "no_point": "why there is no geometry; null where there is one",
}
CLAIM = {
    "key": "key of the claim in the ledger",
    "according_to": "the whole chain from the publisher inwards, never empty",
    "status": "actual, planned, possible, attempted, denied or generic",
    "quotation": "the sentence or sentences, verbatim",
    "review": "what people decided: unreviewed, accepted, corrected, rejected or unsure",
    "reviewed_by": "who decided last",
    "reviewed_at": "when, UTC",
    "kind": "one of the 28 kinds of the codebook",
    "trigger": "the word that names the event",
    "actors": "who, joined by ' | '",
    "actor_words": "the words for them",
    "targets": "whom, joined by ' | '",
    "target_words": "the words for them",
    "means": "words for the weapon, vehicle or method",
    "origin": "words for where the movement starts",
    "destination": "words for where the movement leads",
    **PLACE,
    "place_words": "the words that the place was read from",
    "gazetteer_id": "GeoNames id of the place",
    "when_start": "first day on which the claim is said to hold",
    "when_end": "last such day",
    "when_words": "the words that the days were read from",
    "undated": "why there are no days where words of time stand in the claim",
    "figure_low": "lower bound of the first figure, null where it is open",
    "figure_high": "upper bound of the first figure, null where it is open",
    "figure_unit": "what the first figure counts in",
    "figure_of": "the role that the first figure counts",
    "figures": "all figures with their words and what ties them to others, joined by ' | '",
    "stance": "the stance of the innermost source's cue",
    "source_type": "the type of the innermost source",
    "confidence": "how sure the model is",
    "incident_id": "the incident over all reports",
    "incident_in_report": "label shared by the claims of one incident within the report",
    "report": "title of the report",
    "report_id": "id of the report",
    "report_key": "key of the report in the ledger",
    "publisher": "who published it",
    "published": "when, as exactly as is known: YYYY, YYYY-MM or YYYY-MM-DD",
    "url": "address of the report",
    "start": "where the quotation starts in the text of the report, in code points",
    "end": "where it ends",
}
INCIDENT = {
    "incident_id": "the incident over all reports, or what its claims have in common within one",
    "according_to": f"the chains of the claims, joined by ' | ', at most {MOST}",
    "status": "the statuses of the claims, joined by ' | '",
    "quotation": f"the sentences, verbatim, joined by ' | ', at most {MOST}",
    "review": "what people decided on how many claims, as in 'accepted 2, unreviewed 1'",
    "kinds": "the kinds of its claims, the most frequent first, joined by ' | '",
    "actors": "who, of what is asserted, joined by ' | '",
    "targets": "whom, likewise",
    **PLACE,
    "place_claim": "key of the claim that the place is of: the most exact one of those that assert something",
    "places": "all places that its claims tell, joined by ' | '",
    "when_start": "first day that an asserting claim tells",
    "when_end": "last such day",
    "killed_low": "the lowest number of killed that a report tells, 0 where it tells of people hurt and none killed; "
    "null where deaths are told without a number, or what is told is not about that",
    "killed_high": "the highest; null where that is open, and where `killed_low` is",
    "killed": "the same in words",
    "claims": "how many claims tell of it",
    "reports": "how many reports",
    "publishers": "who published them, joined by ' | '",
    "keys": f"keys of the claims, joined by ' ', at most {MOST}",
}


# ---- claims ------------------------------------------------------------------------------


def claim_feature(told: Told) -> dict[str, Any]:
    """The feature of a claim: the keys of `CLAIM` in their order."""
    claim, report, where, when = told.claim, told.report, told.claim.where, told.claim.when
    figure = claim.figures[0] if claim.figures else None
    innermost = claim.sources[-1] if claim.sources else None
    values = {
        "key": told.key,
        "according_to": told.according_to,
        "status": claim.status,
        "quotation": told.quotation,
        "review": told.kept.review,
        "reviewed_by": told.reviewed_by,
        "reviewed_at": told.reviewed_at,
        "kind": claim.kind,
        "trigger": claim.trigger.text,
        "actors": _join(_names(claim, "actor")),
        "actor_words": _join(_words(claim, "actor")),
        "targets": _join(_names(claim, "target")),
        "target_words": _join(_words(claim, "target")),
        **{role: _join(_words(claim, role)) for role in ("means", "origin", "destination")},
        **_place(where),
        "place_words": where.text if where else _join(_words(claim, "place")),
        "gazetteer_id": where and where.gazetteer_id,
        "when_start": when and when.start,
        "when_end": when and when.end,
        "when_words": when.text if when else _join(_words(claim, "time")),
        "undated": claim.undated,
        "figure_low": figure and figure.low,
        "figure_high": figure and figure.high,
        "figure_unit": figure and figure.unit,
        "figure_of": figure and figure.of,
        "figures": _join("; ".join([f"{tell_figure(one)} (“{one.text}”)", *tell_links(one)]) for one in claim.figures),
        "stance": innermost and innermost.stance,
        "source_type": innermost and innermost.type,
        "confidence": claim.confidence,
        "incident_id": told.kept.incident,
        "incident_in_report": claim.incident,
        "report": report.title,
        "report_id": report.id,
        "report_key": report.key,
        "publisher": report.publisher,
        "published": report.published,
        "url": report.url,
        "start": claim.evidence.start,
        "end": claim.evidence.end,
    }
    return _feature(told.key, where, {name: values[name] for name in CLAIM})


def point_of(where: Where | None) -> list[float] | None:
    """Longitude and latitude in degrees, None where there are none that lie in the world."""
    if where is None or where.lat is None or where.lon is None:
        return None
    if not (math.isfinite(where.lat) and math.isfinite(where.lon) and abs(where.lat) <= 90 and abs(where.lon) <= 180):
        return None
    return [where.lon, where.lat]


def _feature(id: str, where: Where | None, properties: dict[str, Any]) -> dict[str, Any]:
    point = point_of(where)
    geometry = {"type": "Point", "coordinates": point} if point else None
    return {"type": "Feature", "id": id, "geometry": geometry, "properties": properties}


def _place(where: Where | None) -> dict[str, Any]:
    return {
        "place": where and where.name,
        "admin1": where and where.admin1,
        "country": where and where.country,
        "precision": where and where.precision,
        "radius_km": where and where.radius_km,
        "no_point": _why_no_point(where),
    }


def _why_no_point(where: Where | None) -> str | None:
    if where is None:
        return "no place is known"
    if where.lat is None or where.lon is None:
        return "the place has no point"
    return None if point_of(where) else "the point lies outside of the world"


# ---- incidents ---------------------------------------------------------------------------


def incident_feature(group: Group) -> dict[str, Any]:
    """The feature of an incident; place, days and parties are of the claims that assert something, if there are any."""
    asserting = [t for t in group.told if t.claim.status == "actual" and t.kept.review != "rejected"] or group.told
    placed = min((t for t in asserting if t.claim.where), key=_exactness, default=None)
    where = placed.claim.where if placed else None
    starts = [t.claim.when.start for t in asserting if t.claim.when and t.claim.when.start]
    ends = [t.claim.when.end for t in asserting if t.claim.when and t.claim.when.end]
    kepts = [told.kept for told in group.told]
    toll = find_toll(group.id, kepts)
    low, high = killed_bounds(toll, kepts)
    values = {
        "incident_id": group.id,
        "according_to": _some(told.according_to for told in group.told),
        "status": _some(told.claim.status for told in group.told),
        "quotation": _some(told.quotation for told in group.told),
        "review": ", ".join(f"{name} {n}" for name, n in sorted(Counter(t.kept.review for t in group.told).items())),
        "kinds": " | ".join(kind for kind, _ in Counter(told.claim.kind for told in group.told).most_common()),
        "actors": _some(name for told in asserting for name in _names(told.claim, "actor")),
        "targets": _some(name for told in asserting for name in _names(told.claim, "target")),
        **_place(where),
        "place_claim": placed and placed.key,
        "places": _some(tell_where(told.claim.where) for told in group.told if told.claim.where),
        "when_start": min(starts, default=None),
        "when_end": max(ends, default=None),
        "killed_low": low,
        "killed_high": high,
        "killed": tell_killed(toll, compare_figures(kepts) if toll.uncounted else ()),
        "claims": len(group.told),
        "reports": len({told.report.key for told in group.told}),
        "publishers": _some(told.report.publisher for told in group.told if told.report.publisher),
        "keys": " ".join([told.key for told in group.told][:MOST]),
    }
    return _feature(group.id, where, {name: values[name] for name in INCIDENT})


def _exactness(told: Told) -> tuple[bool, int, float]:
    where = told.claim.where
    if where is None:
        return True, len(EXACTNESS), math.inf
    rank = EXACTNESS.index(where.precision) if where.precision in EXACTNESS else len(EXACTNESS)
    return point_of(where) is None, rank, math.inf if where.radius_km is None else where.radius_km


# ---- the format --------------------------------------------------------------------------


def rows(source: Source, context: Context) -> Iterator[Row]:
    """One a claim or one an incident."""
    if context.over == "incidents":
        for group in groups_of(source, context.losses):
            yield Row(group.id, incident_feature(group))
    else:
        for told in source.told():
            yield Row(told.key, claim_feature(told))


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """A FeatureCollection, written as the rows come; how many have no point stands at its end."""
    out.write(b'{"type":"FeatureCollection","features":[')
    before, points, without = b"\n", 0, 0
    for row in rows:
        out.write(before + encode(row.values))
        before = b",\n"
        if row.values["geometry"]:
            points += 1
        else:
            without += 1
    counted = {context.over: points + without, "points": points, "without_point": without}
    out.write(b'\n],"asreported":' + encode(counted) + b"}\n")


def attest(values: Mapping[str, Any]) -> Attested:
    return default_attest(values["properties"])


def _names(claim: Claim, role: str) -> Iterator[str]:
    return (filler.entity.name if filler.entity else filler.text for filler in claim.roles if filler.role == role)


def _words(claim: Claim, role: str) -> Iterator[str]:
    return (filler.text for filler in claim.roles if filler.role == role)


def _join(texts: Iterable[str]) -> str | None:
    return " | ".join(texts) or None


def _some(texts: Iterable[str]) -> str | None:
    """Different texts in their order, the first `MOST`, and how many more there are."""
    found: Sequence[str] = list(dict.fromkeys(texts))
    more = [f"and {len(found) - MOST:,} more"] if len(found) > MOST else []
    return _join([*found[:MOST], *more])


FORMAT = Format(
    name="geojson",
    title="GeoJSON",
    schema="asreported-geojson 1",
    suffix=".geojson",
    media_type="application/geo+json",
    columns={"claims": CLAIM, "incidents": INCIDENT},
    cannot={
        "areas": "a place is a point with a radius: the gazetteer holds no outlines",
        "offsets of roles and figures": "properties are flat, so only those of the quotation are there; JSON has all",
        "other places that the words could mean": "properties are flat; JSON has them as `candidates`",
        "figures beyond the first as numbers": "they are told in words in `figures`; JSON has their bounds",
        f"more than {MOST} sources, quotations or keys of an incident": "properties would grow past what maps show; "
        "export the claims",
    },
    rows=rows,
    write=write,
    attest=attest,
    origin="RFC 7946",
)
