"""
Claims written down shortly, for the cases of tests/cases/compare: `tell` makes the `Kept` of one.

    {"report": "r1", "text": "Police said three men were killed in Dorum.", "kind": "killing", "trigger": "killed",
     "target": "men", "figures": [["three", 3, 3]], "by": ["Police"], "incident": "X"}

Spans are found in `text`. A filler is its words, or [words, entity]; a figure [words, low, high] with options; a source
its name, "~words" for one without a name, "?" for an anonymous one. `report` may say [id, publisher, published, chain].
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from asreported.records import (
    Change,
    Claim,
    Entity,
    Figure,
    Kept,
    Related,
    ReportHead,
    Role,
    Source,
    Span,
    When,
    Where,
)

ENTITIES = {
    entity.id: entity
    for entity in (
        Entity(id="islamic-state", name="Islamic State", type="jihadist-group"),
        Entity(id="lake-front", name="Lake Front", type="rebel-group"),
        Entity(id="hill-army", name="Hill Army", type="rebel-group"),
        Entity(id="militants", name="militants", type="armed-group"),
        Entity(id="rebels", name="rebels", type="rebel-group"),
        Entity(id="jihadists", name="jihadists", type="jihadist-group"),
        Entity(id="militants:sy", name="Syrian militants", type="armed-group", country="SY"),
        Entity(id="army:iq", name="Iraqi army", type="state-forces", country="IQ"),
        Entity(id="police:iq", name="Iraqi police", type="police", country="IQ"),
        Entity(id="air-force:sy", name="Syrian air force", type="state-forces", country="SY"),
        Entity(id="government:sy", name="Syrian government", type="government", country="SY"),
        Entity(id="air-force:ru", name="Russian air force", type="state-forces", country="RU"),
        Entity(id="air-force", name="air force", type="state-forces"),
        Entity(id="name:ana ruiz", name="Ana Ruiz", type="person"),
        Entity(id="name:luis ruiz", name="Luis Ruiz", type="person"),
        Entity(id="name:tom berg", name="Tom Berg", type="person"),
        Entity(id="name:ali haddad", name="Ali Haddad", type="person", organisation="Lake Front"),
        Entity(id="people:gb", name="Britons"),
    )
}

PLACES: dict[str, dict[str, Any]] = {
    "Mosul": {"name": "Mosul", "admin1": "Nineveh", "country": "IQ", "gazetteer_id": 99072, "lat": 36.3, "lon": 43.1},
    "western Mosul": {
        "name": "Mosul",
        "admin1": "Nineveh",
        "country": "IQ",
        "gazetteer_id": 99072,
        "precision": "part",
    },
    "west Mosul": {"name": "Mosul", "admin1": "Nineveh", "country": "IQ", "gazetteer_id": 99072, "precision": "part"},
    "the Old City": {
        "name": "Old City",
        "admin1": "Nineveh",
        "country": "IQ",
        "alternates": ("Mosul Old City",),
        "lat": 36.3,
        "lon": 43.1,
    },
    "south of Mosul": {
        "name": "Mosul",
        "admin1": "Nineveh",
        "country": "IQ",
        "gazetteer_id": 99072,
        "precision": "near",
    },
    "Nineveh": {"name": "Nineveh", "admin1": "Nineveh", "country": "IQ", "gazetteer_id": 92877, "precision": "adm1"},
    "Iraq": {"name": "Iraq", "admin1": None, "country": "IQ", "gazetteer_id": 99237, "precision": "country"},
    "Raqqa": {"name": "Raqqa", "admin1": "Raqqa", "country": "SY", "gazetteer_id": 172955, "lat": 35.9, "lon": 39.0},
    "Dorum": {"name": "Dorum", "admin1": "Asha", "country": "SD", "gazetteer_id": 1, "lat": 13.0, "lon": 30.0},
    "Farlo": {"name": "Farlo", "admin1": "Benna", "country": "SD", "gazetteer_id": 2, "lat": 18.0, "lon": 36.0},
}


def tell(told: dict[str, Any], number: int = 0) -> Kept:
    """The claim that `told` writes down; `number` keeps several of one sentence apart."""
    text, head = told["text"], _head(told["report"])
    figures = tuple(_figure(text, figure) for figure in told.get("figures", ()))
    roles = [role for name in ("actor", "target", "place", "means") for role in _roles(text, name, told.get(name))]
    claim = Claim(
        id=f"c{number}",
        kind=told["kind"],
        status=told.get("status", "actual"),
        trigger=_span(text, told["trigger"]),
        evidence=Span(start=0, end=len(text), text=text),
        roles=tuple(roles),
        figures=figures,
        sources=tuple(_source(text, name) for name in told.get("by", ())),
        when=_when(told.get("when")),
        where=_where(told.get("where")),
        incident=None,
        confidence=1.0,
    )
    return Kept(
        key=f"{head.key}:c{number}",
        report=head,
        claim=claim,
        incident=told.get("incident"),
        review=told.get("review", "unreviewed"),
    )


def tell_all(told: list[dict[str, Any]]) -> list[Kept]:
    """The claims of a case, in its order."""
    return [tell(one, number) for number, one in enumerate(told)]


def _head(report: str | list[str | None]) -> ReportHead:
    key, publisher, published, chain = (
        (report, f"Paper {report}", "2017-04-01", report) if isinstance(report, str) else (*report, *[None] * 4)[:4]
    )
    key = key or ""
    return ReportHead(
        key=key,
        id=key,
        title=f"Title of {key}",
        publisher=publisher,
        published=published,
        url=None,
        text_sha256="0",
        chain=chain or key,
    )


def _span(text: str, words: str) -> Span:
    start = text.index(words)
    return Span(start=start, end=start + len(words), text=words)


def _roles(text: str, role: str, fillers: Any) -> list[Role]:
    if fillers is None:
        return []
    several = fillers if isinstance(fillers, list) and any(isinstance(one, list) for one in fillers) else [fillers]
    found = []
    for filler in several:
        words, entity = (filler, None) if isinstance(filler, str) else filler
        span = _span(text, words)
        found.append(
            Role(role=role, start=span.start, end=span.end, text=words, entity=ENTITIES[entity] if entity else None)
        )
    return found


def _figure(text: str, figure: list[Any]) -> Figure:
    words, low, high, *options = figure
    option = options[0] if options else {}
    span, change, whole = _span(text, words), option.get("change"), option.get("part_of")
    return Figure(
        start=span.start,
        end=span.end,
        text=words,
        low=low,
        high=high,
        of=option.get("of", "target"),
        unit=option.get("unit", "people"),
        rule="number",
        rate=option.get("rate"),
        part_of=_related(text, whole) if whole else None,
        change=Change(kind=change, direction=option.get("direction"), relative_to=None) if change else None,
    )


def _related(text: str, words: str) -> Related:
    span = _span(text, words)
    return Related(figure=None, start=span.start, end=span.end, text=words)


def _source(text: str, name: str) -> Source:
    words = None if name == "?" else name.removeprefix("~")
    return Source(
        start=None if words is None else 0,
        end=None if words is None else len(words),
        text=words,
        name=None if name == "?" or name.startswith("~") else words,
        anonymous=name == "?",
        carried=False,
        type="anonymous" if name == "?" else "other",
        stance="neutral",
        cue=None,
    )


def _when(days: list[str | None] | str | None) -> When | None:
    if days is None:
        return None
    start, end = (days, days) if isinstance(days, str) else days
    return When(
        start=dt.date.fromisoformat(start) if start else None,
        end=dt.date.fromisoformat(end) if end else None,
        text="then",
        span=None,
        basis="explicit",
        rule="case",
    )


def _where(words: str | None) -> Where | None:
    if words is None:
        return None
    place = {
        "lat": None,
        "lon": None,
        "gazetteer_id": None,
        "precision": "exact",
        "country_name": {"IQ": "Iraq", "SY": "Syria"}.get(PLACES[words]["country"]),
        **PLACES[words],
    }
    return Where(text=words, span=None, rule="place: named", radius_km=5.0, **place)
