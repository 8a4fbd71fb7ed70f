"""
PLOVER 2.0 as JSON lines: one event a line, with the keys of the manual's tables, and ours under `asreported`.

An event of an incident is a line for each of PLOVER's types that it has; killed and injured are part of its ASSAULT.
What was denied, planned or told in general has a place in PLOVER, the auxiliary modes `negation`, `future` and
`hypothetical`: such claims are lines of their own, without size and without score. Rules: docs/events.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import msgspec

from ..compare.tolls import Bound
from ..records import When, Where
from ..resolve.actor_codes import PLOVER_ISO, iso3
from ..resolve.time_codes import width
from .event_killed import counting_people, killed_range
from .event_parties import find_plover_sides
from .event_places import choose_when, choose_where, country_code, span_days
from .event_plover import PloverCode, code_plover
from .event_scenes import HARM
from .event_tables import event_types
from .event_told import Reads, last_touched, our_columns, quote, remember_reads
from .events import NOT_DONE, RATE, REJECTED, Event, find_events, is_rate
from .formats import Context, Format, Row
from .plover_columns import CANNOT, COLUMNS
from .source import Source
from .told import Attested, Told

AUXILIARY = {"planned": "future", "generic": "hypothetical", "denied": "negation"}
"""Status → PLOVER's auxiliary mode."""
RESOLUTION = {"exact": 4, "part": 5, "near": 4, "adm2": 3, "adm1": 2, "country": 1}
CodedTold = tuple[Told, PloverCode]
NO_TYPE = "PLOVER has no type of event for this kind of claim"
NO_DAY = "no day with a first and a last one, and PLOVER needs a date"


def find_rows(source: Source, context: Context) -> Iterator[Row]:
    """The lines of `source`; what gives none is told to the losses of `context`."""

    def whether(told: Told) -> str | None:
        status = told.claim.status
        if told.kept.review == "rejected":
            return REJECTED
        if is_rate(told.claim):
            return RATE
        if status == "attempted" or (status == "possible" and not context.options.possible):
            return NOT_DONE[status]
        return None if code_plover(told.claim).types else NO_TYPE

    made = remember_reads(source)
    for event in find_events(source, whether, context.losses, divide=False):
        when = choose_when(event.kepts, width)
        if when is None:
            for one in event.told:
                context.losses.leave_out(one.key, NO_DAY)
            continue
        lines: dict[tuple[str, str], list[Told]] = defaultdict(list)
        codes = {one.key: code_plover(one.claim) for one in event.told}
        for one in event.told:
            for name, _ in codes[one.key].types:
                lines[AUXILIARY.get(one.claim.status, ""), name].append(one)
        for (auxiliary, name), told in sorted(lines.items(), key=lambda line: line[0]):
            yield _line(event, [(one, codes[one.key]) for one in told], name, auxiliary, when, made)


def _line(event: Event, coded: Sequence[CodedTold], name: str, auxiliary: str, when: When, made: Reads) -> Row:
    """One event of one type and status."""
    told = tuple(one for one, _ in coded)
    kepts = [one.kept for one in told]
    when = (span_days(kepts) if event.aggregated else choose_when(kepts, width)) or when
    where = choose_where(kepts, _is_known) or choose_where(event.kepts, _is_known)
    id = "-".join(part for part in (f"AR-{country_code(where) if where else 'XXX'}", event.id, name, auxiliary) if part)
    killed = killed_range(kepts, tallies=True)
    quoted = quote(told, [kept for kept in kepts if kept.claim.kind not in HARM], int(killed.low or 0))
    row = event_types().plover[name]
    modes = [mode for _, code in coded for kind, some in code.types if kind == name for mode in some]
    modes = list(dict.fromkeys(modes))
    values: dict[str, Any] = {
        "id": id,
        "date": when.start,
        "enddate": when.end if when.end != when.start else None,
        **find_plover_sides(kepts, row.recipient),
        "event": [name],
        "has_event": True,
        "event_loc": _location(where) if where else None,
        "event_text": list(dict.fromkeys(one.claim.trigger.text for one in told)),
        "quad_code": row.quad,
        "event_scale": None if auxiliary else _score(row.score, modes),
        "mode": [*modes, *([auxiliary] if auxiliary else [])] or None,
        "context": list(dict.fromkeys(context for _, code in coded for context in code.contexts)) or None,
        "size": None if auxiliary else _size(told, name, killed.low, killed.high),
        "link": quoted.report.url,
        "text_info": [_text_info(number, one) for number, one in enumerate(told, 1)],
        "cite_info": _cite_info(quoted),
        "coder": "asreported",
        "asreported": {
            **_ours(event._replace(told=told, totals=()), quoted, made),
            "cameo": list(dict.fromkeys(code.cameo for _, code in coded if code.cameo)),
        },
    }
    return Row(id, {key: value for key, value in values.items() if value is not None})


def _is_known(where: Where) -> bool | None:
    return True if where.lat is not None or where.country else None


# ---- how many, where, from what ------------------------------------------------------------------


def _size(told: Sequence[Told], type: str, low: Bound, high: Bound) -> dict[str, Any] | None:
    """What is told of the people of an event: the lowest number, and both bounds."""
    size: dict[str, Any] = {}
    if low is not None:
        size |= {"dead": low, "dead_low": low, "dead_high": high}
    for name, kind in (("injured", "injury"), ("arrested", "detention")):
        bounds = counting_people([one.kept for one in told], kind)
        if bounds and type in ("ASSAULT", "COERCE"):  # those who surrendered were not arrested
            size |= {name: bounds[0], f"{name}_low": bounds[0], f"{name}_high": bounds[1]}
    return size or None


def _score(score: float | None, modes: Sequence[str]) -> float | None:
    """The manual's score: that of the strongest mode that has one, else of the type."""
    scores = [event_types().scores[mode] for mode in modes if mode in event_types().scores]
    return min(scores) if scores else score


def _location(where: Where) -> dict[str, Any]:
    code = iso3(where.country) if where.country else None
    values = {
        "extracted_place": where.text or None,
        "resolved_place": where.name,
        "geonameid": where.gazetteer_id,
        "lat": where.lat,
        "lon": where.lon,
        "city": where.name if where.precision in ("exact", "near") else None,
        "district": where.name if where.precision == "adm2" else None,
        "province": where.admin1,
        "country": where.country_name,
        "country_code": PLOVER_ISO.get(code, code) if code else None,
        "resolution": RESOLUTION.get(where.precision, 1 if where.admin1 is None else 2),
    }
    return {key: value for key, value in values.items() if value is not None}


def _text_info(number: int, one: Told) -> dict[str, Any]:
    """Where the evidence stands in the text of its report, which is not in the export."""
    return {"sequence": number, "start": one.claim.evidence.start, "end": one.claim.evidence.end}


def _cite_info(quoted: Told) -> dict[str, Any]:
    report = quoted.report
    values = {
        "corpus": "asreported",
        "citation": report.id,
        "url": report.url,
        "title": report.title,
        "publication": report.publisher,
        "codebook": "PLOVER 2.0 (manual, draft)",
    }
    return {key: value for key, value in values.items() if value}


def _ours(event: Event, quoted: Told, made: Reads) -> dict[str, Any]:
    """Our columns by shorter names."""
    columns = our_columns(event, quoted, killed_range([]))
    dropped = ("ar_killed_low", "ar_killed_high")
    values = {key.removeprefix("ar_"): value for key, value in columns.items() if key not in dropped}
    values["claims"] = [one.key for one in event.told]
    values["timestamp"] = last_touched(event.told, made)
    return {
        {"sources": "according_to", "evidence": "quotation"}.get(key, key): value
        for key, value in values.items()
        if value is not None
    }


def attest(values: Mapping[str, Any]) -> Attested:
    ours = values["asreported"]
    return Attested(*(str(ours.get(name, "")) for name in Attested._fields))


def write(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """One JSON object a line, in UTF-8."""
    for row in rows:
        line = json.dumps(msgspec.to_builtins(row.values), ensure_ascii=False)
        out.write(line.encode("utf-8", "backslashreplace") + b"\n")


FORMAT = Format(
    name="plover",
    title="PLOVER 2.0 JSON lines",
    schema="asreported-plover 1",
    suffix=".jsonl",
    media_type="application/jsonl",
    columns={"incidents": COLUMNS},
    cannot=CANNOT,
    rows=find_rows,
    write=write,
    attest=attest,
    origin="PLOVER manual, draft 2.0 (openeventdata/PLOVER, 2024-02-04), CC BY-SA 4.0",
)
