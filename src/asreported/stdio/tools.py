"""
What other programs may ask: read reports, find claims, the situation at a place or of an actor, figures, an incident.

All of them only look: nothing is added to a ledger, decided or written. Files are read below the folders that the
person who started the server named, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import msgspec

from ..codebook import STATUSES, kinds
from ..errors import LedgerError
from ..ledger.asking import parse_day, parse_point, parse_range
from ..ledger.query import Query
from ..records import Kept, Reading, Refusal
from ..show.found import tell_chain

MOST_FOUND = 200
MOST_SERIES = 50
ONE_A_CALL = 50
"""Reports that one call reads."""


Short = Annotated[str, msgspec.Meta(max_length=1_000)]
"""Names, words, days: nobody asks for longer ones, and searching for them would take minutes."""
Several = Annotated[list[Short], msgspec.Meta(max_length=100)]


class ToolError(ValueError):
    """Raised where a call makes no sense; its text is for whoever called."""


class Place(NamedTuple):
    """What the person who started the server allows: one ledger, and folders below which files are read."""

    ledger: str
    folders: tuple[Path, ...]


class Tool(NamedTuple):
    """A tool: `run` is given the decoded arguments, and returns what JSON can hold."""

    name: str
    description: str
    arguments: type[msgspec.Struct]
    run: Callable[[Any], dict[str, Any]]

    def call(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Raises: ToolError, AsreportedError, OSError."""
        try:
            asked = msgspec.convert(arguments, self.arguments)
        except msgspec.ValidationError as err:
            raise ToolError(f"{self.name}: {err}") from err
        told: dict[str, Any] = msgspec.to_builtins(self.run(asked))
        return told

    def described(self) -> dict[str, Any]:
        """As `tools/list` tells it."""
        (schema,), definitions = msgspec.json.schema_components([self.arguments])
        name = schema["$ref"].rpartition("/")[2]
        shown = {key: value for key, value in definitions[name].items() if key != "title"}
        return {
            "name": self.name,
            "description": self.description,
            "inputSchema": shown,
            "annotations": {"readOnlyHint": True, "openWorldHint": False},
        }


class Read(msgspec.Struct, forbid_unknown_fields=True):
    """Either `text` or `path`."""

    text: str | None = None
    path: Annotated[str, msgspec.Meta(max_length=4_096)] | None = None
    title: Short = ""
    published: Short | None = None
    publisher: Short | None = None


class Find(msgspec.Struct, forbid_unknown_fields=True):
    """As the options of `asreported find`."""

    words: Short | None = None
    kind: Several = []
    status: Several = []
    actor: Several = []
    place: Several = []
    source: Several = []
    source_type: Several = []
    publisher: Several = []
    review: Several = []
    incident: Several = []
    near: Short | None = None
    radius: float = 25.0
    since: Short | None = None
    until: Short | None = None
    number: Short | None = None
    unit: Short | None = None
    order: Short = "newest"
    limit: int = 20
    offset: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 0


class SituationOf(msgspec.Struct, forbid_unknown_fields=True):
    """Either `place` or `actor`, on the day `on` (YYYY-MM-DD)."""

    on: dt.date
    place: Short | None = None
    actor: Short | None = None


class FiguresOf(msgspec.Struct, forbid_unknown_fields=True):
    """At places, of an actor, of kinds of claim."""

    place: Several = []
    actor: Short | None = None
    kind: Several = []
    since: Short | None = None
    until: Short | None = None


class IncidentOf(msgspec.Struct, forbid_unknown_fields=True):
    """An incident's id, or the key of a claim of it."""

    id: Short


def make_tools(place: Place) -> dict[str, Tool]:
    """The tools over one ledger, by name."""
    tools = (
        Tool(
            "read",
            "Read a report of conflict (its text, or a file below an allowed folder) and return its claims: who did "
            "what to whom, where, when, how many, according to whom, with which status, each with its quotation. "
            "Without `published` (YYYY-MM-DD) relative dates stay open. Nothing is kept.",
            Read,
            lambda asked: _read(place, asked),
        ),
        Tool(
            "find",
            "Search the claims of the ledger by words, kind, status, actor, place, source, publisher, days, numbers "
            f"(`number` as 100.. or 10..50). Kinds: {', '.join(kind.key for kind in kinds())}. "
            f"Statuses: {', '.join(STATUSES)}.",
            Find,
            lambda asked: _find(place, asked),
        ),
        Tool(
            "situation",
            "What is reported to hold at a place, or of an actor, on a day: control, sieges, strengths, attacks, "
            "tolls, each with its age on that day and according to whom.",
            SituationOf,
            lambda asked: _situation(place, asked),
        ),
        Tool(
            "figures",
            "Lay side by side what the reports count: one series for each question, with how far sources agree.",
            FiguresOf,
            lambda asked: _figures(place, asked),
        ),
        Tool(
            "incident",
            "What all reports of the ledger tell of one incident, with the range of the killed and what contradicts.",
            IncidentOf,
            lambda asked: _incident(place, asked),
        ),
    )
    return {tool.name: tool for tool in tools}


# ---- reading -----------------------------------------------------------------------------


def _read(place: Place, asked: Read) -> dict[str, Any]:
    from ..ingest import read_inputs, read_text
    from ..pipeline import choose_gazetteer, read_reports

    if (asked.text is None) == (asked.path is None):
        raise ToolError("read: give either text or path")
    if asked.path is not None:
        inputs: Iterable[Any] = _first(read_inputs([allowed(place, asked.path)]))
    else:
        report = read_text(
            asked.text or "", title=asked.title, published=asked.published, publisher=asked.publisher, id="text"
        )
        inputs = [report]
    results = list(read_reports(inputs, imported=choose_gazetteer("user")))
    return {
        "reports": [_reading(result) for result in results if isinstance(result, Reading)],
        "refused": [result for result in results if isinstance(result, Refusal)],
    }


def _first(inputs: Iterable[Any]) -> Iterable[Any]:
    for number, item in enumerate(inputs):
        if number == ONE_A_CALL:
            message = f"Only the first {ONE_A_CALL} reports are read in one call. Add the file to a ledger for all."
            yield Refusal(origin=getattr(item, "origin", None) or "", reason="left-out", message=message)
            return
        yield item


def allowed(place: Place, path: str) -> Path:
    """
    The file that is meant, where it lies below an allowed folder. Raises: ToolError.
    """
    try:
        found = Path(path).expanduser().resolve()
    except (RuntimeError, ValueError) as err:  # nobody's home, or what no path can hold
        raise ToolError(f"read: {path!r} is no path ({err})") from err
    if not any(found.is_relative_to(folder.resolve()) for folder in place.folders):
        folders = ", ".join(str(folder) for folder in place.folders) or "none: start the server with --allow FOLDER"
        raise ToolError(f"read: {path!r} is not below a folder that may be read ({folders})")
    if not found.is_file():  # a folder may hold links that lead out of it
        raise ToolError(f"read: there is no file {path!r}")
    return found


def _reading(reading: Reading) -> dict[str, Any]:
    return {"report": reading.report, "claims": reading.claims}


# ---- the ledger --------------------------------------------------------------------------


def _find(place: Place, asked: Find) -> dict[str, Any]:
    from ..ledger.store import open_ledger
    from ..ledger.within import exact_places

    if not 0 <= asked.limit <= MOST_FOUND:
        raise ToolError(f"find: limit is 0 to {MOST_FOUND}")
    _check(asked.kind, [kind.key for kind in kinds()], "kind")
    _check(asked.status, STATUSES, "status")
    low, high = parse_range(asked.number) if asked.number else (None, None)
    query = Query(
        words=asked.words, kinds=tuple(asked.kind), statuses=tuple(asked.status), actors=tuple(asked.actor),
        places=tuple(asked.place), sources=tuple(asked.source), source_types=tuple(asked.source_type),
        publishers=tuple(asked.publisher), reviews=tuple(asked.review), incidents=tuple(asked.incident),
        near=(*parse_point(asked.near), asked.radius) if asked.near else None,
        since=parse_day(asked.since) if asked.since else None,
        until=parse_day(asked.until, last=True) if asked.until else None,
        low=low, high=high, unit=asked.unit, order=asked.order, limit=asked.limit, offset=asked.offset,
    )  # fmt: skip
    with open_ledger(place.ledger) as ledger:
        places, notes = exact_places(ledger.database, query.places)
        found = ledger.claims(msgspec.structs.replace(query, places=places))
    return {
        "total": found.total,
        "more": found.more,
        "left_out": found.left_out,
        "notes": [*notes, *found.notes],
        "claims": [_told(kept) for kept in found.kept],
    }


def _told(kept: Kept) -> dict[str, Any]:
    """A claim as the ledger has it, and before it according to whom, in words."""
    return {
        "key": kept.key,
        "according_to": tell_chain(kept),
        "status": kept.claim.status,
        "quotation": kept.claim.evidence.text,
        "review": kept.review,
        "incident": kept.incident,
        "report": kept.report,
        "claim": kept.claim,
    }


def _situation(place: Place, asked: SituationOf) -> dict[str, Any]:
    from ..ledger.store import open_ledger
    from ..pipeline import choose_gazetteer
    from ..resolve.gazetteer import load_gazetteer
    from ..situations import choose_actor, choose_place, name_of, read_situation

    if (asked.place is None) == (asked.actor is None):
        raise ToolError("situation: give either place or actor")
    with open_ledger(place.ledger) as ledger:
        if asked.place is not None:
            choice = choose_place(ledger, asked.place, load_gazetteer(choose_gazetteer("user")))
        else:
            choice = choose_actor(ledger, asked.actor or "")
        since = dt.date.fromordinal(max(1, asked.on.toordinal() - LATELY_DAYS))
        told = read_situation(ledger, choice, asked.on, since=since, stale_days=STALE_DAYS, nearby_km=NEARBY_KM)
    return {"asked": name_of(choice.asked), "also_so_called": choice.others, "situation": told}


LATELY_DAYS, STALE_DAYS, NEARBY_KM = 30, 90, 100.0
"""As the command `asreported situation` has them."""


def _figures(place: Place, asked: FiguresOf) -> dict[str, Any]:
    import json

    from ..comparisons import read_figures
    from ..ledger.store import open_ledger
    from ..show.series_json import encode_figures

    _check(asked.kind, [kind.key for kind in kinds()], "kind")
    query = Query(
        kinds=tuple(asked.kind),
        places=tuple(asked.place),
        since=parse_day(asked.since) if asked.since else None,
        until=parse_day(asked.until, last=True) if asked.until else None,
    )
    with open_ledger(place.ledger) as ledger:
        figures = read_figures(ledger, query, asked.actor)
    shown = figures.comparisons[:MOST_SERIES]
    told: dict[str, Any] = json.loads(encode_figures(shown, notes=figures.notes))
    return {"total": len(figures.comparisons), **told}


def _incident(place: Place, asked: IncidentOf) -> dict[str, Any]:
    import json

    from ..comparisons import read_incident
    from ..ledger.store import open_ledger
    from ..show.series_json import encode_incident

    if not asked.id.strip():
        raise LedgerError("incident: give an id, or the key of a claim")
    with open_ledger(place.ledger) as ledger:
        told: dict[str, Any] = json.loads(encode_incident(read_incident(ledger, asked.id)))
    return told


def _check(values: Iterable[str], known: Iterable[str], what: str) -> None:
    wrong = [value for value in values if value not in tuple(known)]
    if wrong:
        raise ToolError(f"{what} {wrong[0]!r} is not one of {', '.join(known)}")
