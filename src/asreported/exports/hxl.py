"""
HXL (Humanitarian Exchange Language 1.1): CSV with a row of hashtags under the head.

Hashtags are those of HDX where it has one for what we hold (its ACLED and UCDP data), else ours, made of HXL's own
attributes. `#affected` holds numbers that people add up, so it has only what is told as actual and was not rejected in
review; what is denied, planned or possible stands in words. An open bound is empty. Days are whole ISO days: what is
known to the month or year stands beside as text. Without a byte order mark, for HXL is read by programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from ..codebook import STATUSES
from ..compare.incidents import Comparison
from ..compare.questions import find_measure
from ..compare.tolls import Bound
from ..records import Claim, Figure
from ..show.words import tell_figure, tell_links
from .cells import write_csv
from .claim_rows import flat_claim
from .formats import Context, Format, Row, groups_of
from .incident_rows import compare_group, flat_incident
from .source import Source
from .tables import attest_lists, cell_value, full_day
from .told import Attested, Group, Told

MEASURES = ("killed", "injured", "displaced", "abducted")
"""What `#affected` counts."""
HELD = ("strength", "control")
"""Kinds that HXL knows as indicators of a group."""


class Column(NamedTuple):
    """A column: its hashtag and its meaning."""

    tag: str
    meaning: str


def _affected(of: str) -> dict[str, Column]:
    sides = (("min", "the lowest number of {} {}"), ("max", "the highest number of {} {}; empty where it is open"))
    return {
        f"{name}_{side}": Column(f"#affected+{name}+{side}", meaning.format(name, of))
        for name in MEASURES
        for side, meaning in sides
    }


_PLACE = {
    "country": Column("#country+name", "name of the country"),
    "country_code": Column("#country+code", "its code, ISO 3166-1 alpha-2"),
    "admin1": Column("#adm1+name", "province or state"),
    "location": Column("#loc+name", "name of the place"),
    "precision": Column("#loc+type", "exact, part, near, adm2, adm1, country, region, border, line or sea"),
    "lat": Column("#geo+lat", "latitude of the place, which stands for all of it"),
    "lon": Column("#geo+lon", "longitude of the place"),
    "gazetteer_id": Column("#loc+code+geonames", "GeoNames id of the place"),
}
CLAIMS: Mapping[str, Column] = {
    "event_id": Column("#event+code", "key of the claim, REPORT:CLAIM"),
    "incident_id": Column("#event+code+incident", "id of the incident over all reports"),
    "event_type": Column("#event+type", "one of the 28 kinds of the codebook"),
    "status": Column("#status", ", ".join(STATUSES)),
    "date": Column("#date+occurred", "the day, where the claim is told of a single one"),
    "date_start": Column("#date+start", "first day on which it is said to hold"),
    "date_end": Column("#date+end", "last such day"),
    "actor": Column("#group+name+first", "whom the words for the actors refer to, joined by ' | '"),
    "target": Column("#group+name+second", "whom the words for the targets refer to"),
    **_PLACE,
    **_affected("that the claim tells; only of actual claims that were not rejected"),
    "group": Column("#group+name", "of strength and control: whose"),
    "indicator": Column("#indicator+name", "strength or control"),
    "indicator_min": Column("#indicator+num+min", "the lowest strength told; only of actual claims"),
    "indicator_max": Column("#indicator+num+max", "the highest; empty where it is open"),
    "figures": Column("#meta+figures", "all figures in words, with their bounds and what they are part of"),
    "means": Column("#meta+means", "words for the weapon, vehicle or method"),
    "origin": Column("#meta+origin", "words for where the movement starts"),
    "destination": Column("#meta+destination", "words for where it leads"),
    "according_to": Column("#meta+source+attribution", "the whole chain of sources from the publisher inwards"),
    "source_type": Column("#meta+source+type", "type of the innermost source"),
    "evidence": Column("#meta+evidence", "the sentence or sentences, verbatim"),
    "source": Column("#meta+source", "who published the report"),
    "source_headline": Column("#description", "title of the report"),
    "source_date": Column("#date+reported", "day of publication, where it is known to the day"),
    "published": Column("#meta+reported", "day, month or year of publication"),
    "source_url": Column("#meta+url", "address of the report"),
    "review": Column("#meta+review", "unreviewed, accepted, corrected, rejected or unsure"),
    "reviewed_by": Column("#meta+review+by", "who decided last on the review"),
    "reviewed_at": Column("#meta+review+at", "when, ISO 8601 in UTC"),
    "confidence": Column("#meta+confidence", "how sure the model is"),
}
INCIDENTS: Mapping[str, Column] = {
    "event_id": Column("#event+code", "id of the incident"),
    "event_type": Column("#event+type", "kinds of claim, up to three, the most told first"),
    "date": Column("#date+occurred", "the day that most reports name; empty where none names one"),
    "source_date": Column("#date+reported", "day of the first report, where none names a day"),
    **_PLACE,
    **_affected("that a report asserts"),
    "figures": Column("#meta+figures", "the range of the killed and the other figure series in words"),
    "contradictions": Column("#meta+contradictions", "where reports contradict one another"),
    "chains": Column("#meta+source+chains", "independent chains of sources that assert something of it"),
    "status": Column("#status", "the status of each claim"),
    "according_to": Column("#meta+source+attribution", "the whole chain of sources of each claim"),
    "evidence": Column("#meta+evidence", "the sentence or sentences of each claim, verbatim"),
    "claims": Column("#meta+id", "key of each claim"),
    "source": Column("#meta+source", "who published its reports"),
    "source_headline": Column("#description", "titles of its reports"),
    "published": Column("#meta+reported", "when they were published"),
    "source_url": Column("#meta+url", "their addresses"),
    "review": Column("#meta+review", "of each claim: unreviewed, accepted, corrected, rejected or unsure"),
    "reviewed_by": Column("#meta+review+by", "who decided last on the review of each claim"),
    "reviewed_at": Column("#meta+review+at", "when, ISO 8601 in UTC"),
}
UNITS: Mapping[str, Mapping[str, Column]] = {"claims": CLAIMS, "incidents": INCIDENTS}


def rows(source: Source, context: Context) -> Iterator[Row]:
    """A row of each claim or incident."""
    if context.over == "claims":
        for told in source.told():
            yield Row(told.key, claim_values(told))
    else:
        for group in groups_of(source, context.losses):
            yield Row(group.id, incident_values(group))


def claim_values(told: Told) -> dict[str, Any]:
    """The values of a claim, by the names of `CLAIMS`."""
    flat, claim = flat_claim(told), told.claim
    start, end = flat["when_start"], flat["when_end"]
    counts = claim.status == "actual" and told.kept.review != "rejected"
    held = claim.kind if claim.kind in HELD else None
    strength = _bounds(claim, "strength") if counts else (None, None)
    values = {
        "event_id": told.key,
        "event_type": claim.kind,
        "date": start if start == end else None,
        "date_start": start,
        "date_end": end,
        "actor": flat["actor_name"],
        "target": flat["target_name"],
        "country": claim.where and claim.where.country_name,
        "country_code": flat["where_country"],
        "admin1": flat["where_admin1"],
        "location": flat["where_name"],
        "precision": flat["where_precision"],
        "group": (flat["actor_name"] or flat["target_name"]) if held else None,
        "indicator": held,
        "indicator_min": strength[0],
        "indicator_max": strength[1],
        "figures": [_tell(figure) for figure in claim.figures],
        "source": flat["publisher"],
        "source_headline": flat["title"],
        "source_date": full_day(flat["published"]),
        "source_url": flat["url"],
    }
    for name in MEASURES:
        low, high = _bounds(claim, name) if counts else (None, None)
        values |= {f"{name}_min": low, f"{name}_max": high}
    return {name: values[name] if name in values else flat[name] for name in CLAIMS}


def _bounds(claim: Claim, measure: str) -> tuple[Bound, Bound]:
    """The bounds of the first figure that is a total of `measure`; of parts, rates and differences there is none."""
    for figure in claim.figures:
        found = find_measure(claim, figure)
        apart = figure.part_of or figure.rate or (figure.change and figure.change.kind in ("by", "additional", "from"))
        if found and found.name == measure and figure.unit == "people" and not apart:
            return figure.low, figure.high
    return None, None


def _tell(figure: Figure) -> str:
    links = "".join(f", {link}" for link in tell_links(figure))
    return f"{tell_figure(figure)} (“{figure.text}”{links})"


def incident_values(group: Group) -> dict[str, Any]:
    """The values of an incident, by the names of `INCIDENTS`."""
    compared = compare_group(group)
    flat, asked = flat_incident(group, compared), [one for one in compared.incident.comparisons if _counts_people(one)]
    values = {
        "event_id": group.id,
        "event_type": flat["kinds"],
        "date": None if flat["day_of_report"] else flat["day"],
        "source_date": flat["day"] if flat["day_of_report"] else None,
        "country": flat["country_name"],
        "country_code": flat["country"],
        "location": flat["place"],
        "figures": [f"killed: {flat['killed']}", *flat["figures"]],
        "evidence": flat["quotation"],
        "claims": flat["keys"],
        "source": flat["publishers"],
        "source_headline": flat["reports"],
        "source_url": flat["urls"],
        "killed_min": flat["killed_low"],
        "killed_max": flat["killed_high"],
    }
    for name in MEASURES[1:]:
        series = [one for one in asked if one.series.question.measure == name]
        # Several series count different groups, of which none need be the whole.
        only = series[0].agreement if len(series) == 1 else None
        values |= {f"{name}_min": only and only.low, f"{name}_max": only and only.high}
    return {name: values[name] if name in values else flat[name] for name in INCIDENTS}


def _counts_people(comparison: Comparison) -> bool:
    """Whether the series is of the incident itself, and of people."""
    question = comparison.series.question
    return question.unit == "people" and question.incident is not None


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """CSV: the head, the hashtags, then a line a row."""
    columns = UNITS[context.over]
    names = list(columns)
    flat = ({name: cell_value(value) for name, value in row.values.items()} for row in rows)
    write_csv([names, [column.tag for column in columns.values()]], names, flat, out, bom=False)


def attest(values: Mapping[str, Any]) -> Attested:
    """Of a claim, or of an incident, whose values are lists."""
    listed = {
        "according_to": values.get("according_to"),
        "status": values.get("status"),
        "quotation": values.get("evidence"),
    }
    if isinstance(listed["status"], list):
        return attest_lists(listed)
    return Attested(*(listed[name] or "" for name in Attested._fields))


CANNOT = {
    "records": "which words a value was read from, by which rule, other candidates: JSON lines and Parquet have them",
    "double counting": "claims of one incident tell of the same people: numbers are added over incidents, not claims",
    "lists": "joined by ' | ' in one cell",
    "figure series": "which sources agree on which number stands in the figures of the other formats",
    "groups counted apart": "where injured, displaced or abducted are told of several groups, they stand in words only",
    "ACLED's types": "`#event+type+acled` would need the rules of the format acled, which has them",
    "formulas": "text that a spreadsheet could take for a formula has an apostrophe before it; NUL becomes �",
}
FORMAT = Format(
    name="hxl",
    title="HXL CSV",
    schema="asreported-hxl 1",
    suffix=".hxl.csv",
    media_type="text/csv",
    columns={
        unit: {name: f"{tag}: {meaning}" for name, (tag, meaning) in columns.items()} for unit, columns in UNITS.items()
    },
    cannot=CANNOT,
    rows=rows,
    write=write,
    attest=attest,
    origin="HXL 1.1 (hxlstandard.org); hashtags as in HDX's ACLED and UCDP data",
)
