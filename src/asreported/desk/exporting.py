"""
Every claim of a filter as a file, not only the page that is shown; written as it is fetched, so that its length does
not matter.

CSV begins with a byte order mark: without one Excel reads names as Latin-1, and other programs skip it. Its cells of
text that begin like a formula get an apostrophe before them, since a report may hold any words; numbers stay numbers.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ..ledger.decisions import REVIEWS
from ..ledger.find import find_numbers
from ..ledger.store import Ledger
from ..records import Kept, Reading, Report
from ..show.found import encode_kept, tell_chain
from ..show.rows import COLUMNS as ROW_COLUMNS
from ..show.rows import claim_row
from .filters import FilterError, read_filter, understood
from .pages import desk_of
from .state import Ledgers

AT_ONCE = 500
"""Claims that are in memory at a time."""
FIRST = ("key", "according_to", "review", "reviewed_by", "reviewed_at", "incident_id")
COLUMNS = (*FIRST, *ROW_COLUMNS)
"""
Of CSV: `according_to` is the whole chain from the publisher inwards, never empty; `incident_id` is the incident over
all reports, where `incident` of the row is a label within one.
"""
BOM = "\ufeff"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet may take for a formula (OWASP, CSV injection)."""

Batches = Iterator[list[tuple[Kept, dict[str, str]]]]


def export(request: Request) -> Response:
    """The claims of the filter in the `format` that is asked for."""
    format = request.query_params.get("format", "csv")
    if format not in WRITERS:
        raise FilterError(f"format {format!r} is not one of {', '.join(WRITERS)}")
    filter = read_filter(request.query_params)
    desk = desk_of(request)
    with desk.ledgers.reading() as ledger:
        query, _ = understood(ledger, filter.query)
        numbers = find_numbers(ledger, query)
    write, media_type = WRITERS[format]
    name = f"asreported-claims-{dt.date.today().isoformat()}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store",
               "X-Claims": str(len(numbers))}  # fmt: skip
    parts = (part.encode("utf-8", "replace") for part in write(_batches(desk.ledgers, numbers)))
    return StreamingResponse(parts, media_type=media_type, headers=headers)


def _batches(ledgers: Ledgers, numbers: Sequence[int]) -> Batches:
    """The claims with who decided on them. A ledger is held for each part only: the reader may be slow."""
    for start in range(0, len(numbers), AT_ONCE):
        with ledgers.reading() as ledger:
            batch = [(kept, _reviewed(ledger, kept)) for kept in ledger.kept(numbers[start : start + AT_ONCE])]
        yield batch


def _reviewed(ledger: Ledger, kept: Kept) -> dict[str, str]:
    """Who decided last on the review of the claim, and when; nothing where nobody did."""
    if kept.review == "unreviewed":
        return {}
    history = ledger.history(kept.key)
    standing = set(ledger.state(kept.key).standing)
    last = next((d for d in reversed(history) if d.n in standing and d.action in REVIEWS), None)
    return {"reviewed_by": last.who, "reviewed_at": last.decided_at} if last else {}


# ---- CSV ---------------------------------------------------------------------------------


def write_csv(batches: Batches) -> Iterator[str]:
    """One line a claim, under a head."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    yield BOM + out.getvalue()
    for batch in batches:
        out = io.StringIO()
        lines = csv.writer(out)
        for kept, reviewed in batch:
            row = export_row(kept, reviewed)
            lines.writerow([cell(row[name]) for name in COLUMNS])
        yield out.getvalue()


def export_row(kept: Kept, reviewed: dict[str, str]) -> dict[str, Any]:
    """The row of a claim: what `claim_row` has, with what the ledger adds."""
    head = kept.report
    report = Report(id=head.id, title=head.title, publisher=head.publisher, published=head.published, language=None,
                    url=head.url, sha256=head.text_sha256, text="")  # fmt: skip
    row = claim_row(Reading(report=report, claims=()), kept.claim)
    return {
        "key": kept.key,
        "according_to": tell_chain(kept),
        "review": kept.review,
        "reviewed_by": reviewed.get("reviewed_by"),
        "reviewed_at": reviewed.get("reviewed_at"),
        "incident_id": kept.incident,
        **row,
    }


def cell(value: Any) -> Any:
    """
    A value as a cell: text that begins like a formula behind an apostrophe, nothing as an empty cell.

        >>> cell("=1+1"), cell(-3.5), cell("- two killed"), cell(None)
        ("'=1+1", -3.5, "'- two killed", '')
    """
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\0", "�")  # some readers of CSV end there
        return f"'{text}" if text.startswith(FORMULA) else text
    return value.isoformat() if isinstance(value, dt.date) else value


# ---- JSON --------------------------------------------------------------------------------


def write_jsonl(batches: Batches) -> Iterator[str]:
    """One `Kept` a line, as the ledger has it."""
    for batch in batches:
        yield "".join(encode_kept(kept) for kept, _ in batch)


def write_json(batches: Batches) -> Iterator[str]:
    """The same as one array."""
    yield "["
    before = "\n"
    for batch in batches:
        yield before + ",\n".join(encode_kept(kept).rstrip("\n") for kept, _ in batch)
        before = ",\n"
    yield "\n]\n"


def write_geojson(batches: Batches) -> Iterator[str]:
    """
    A point for each claim that has one, with how exactly it is known; how many have none stands at the end.

    A point stands for the area that its place is: `precision` and `radius_km` belong to it.
    """
    yield '{"type":"FeatureCollection","features":['
    before, points, without = "\n", 0, 0
    for batch in batches:
        features = [feature for kept, reviewed in batch if (feature := _feature(kept, reviewed))]
        points += len(features)
        without += len(batch) - len(features)
        if features:
            yield before + ",\n".join(_encode(feature) for feature in features)
            before = ",\n"
    told = {"claims": points + without, "points": points, "without_point": without}
    yield f'\n],"asreported":{_encode(told)}}}\n'


def _feature(kept: Kept, reviewed: dict[str, str]) -> dict[str, Any] | None:
    claim, where = kept.claim, kept.claim.where
    if where is None or where.lat is None or where.lon is None:
        return None
    figure = claim.figures[0] if claim.figures else None
    properties = {
        "key": kept.key,
        "kind": claim.kind,
        "status": claim.status,
        "according_to": tell_chain(kept),
        "quotation": claim.evidence.text,
        "place": where.name,
        "country": where.country,
        "precision": where.precision,
        "radius_km": where.radius_km,
        "when_start": claim.when and claim.when.start,
        "when_end": claim.when and claim.when.end,
        "figure_low": figure and figure.low,
        "figure_high": figure and figure.high,
        "figure_unit": figure and figure.unit,
        "review": kept.review,
        "reviewed_by": reviewed.get("reviewed_by"),
        "reviewed_at": reviewed.get("reviewed_at"),
        "incident_id": kept.incident,
        "report": kept.report.title,
        "publisher": kept.report.publisher,
        "published": kept.report.published,
        "url": kept.report.url,
    }
    geometry = {"type": "Point", "coordinates": [where.lon, where.lat]}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _encode(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON can write as an escape
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


WRITERS: dict[str, tuple[Callable[[Batches], Iterator[str]], str]] = {
    "csv": (write_csv, "text/csv"),
    "jsonl": (write_jsonl, "application/x-ndjson"),
    "geojson": (write_geojson, "application/geo+json"),
    "json": (write_json, "application/json"),
}
"""Format → what writes it, and its kind for a browser."""

ROUTES = [Route("/export", export)]
