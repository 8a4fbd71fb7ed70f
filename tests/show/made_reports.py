"""Reports and claims made up for the tests of showing; every sentence is ours, and nothing in them happened."""

from __future__ import annotations

import datetime as dt
from typing import Any

from asreported.records import (
    Candidate,
    Change,
    Claim,
    Entity,
    Figure,
    Offsets,
    Reading,
    Refusal,
    Related,
    Report,
    Role,
    Source,
    Span,
    When,
    Where,
    make_report,
)


class Maker:
    """Builds claims of one report from words that stand in it."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.claims: list[Claim] = []

    def span(self, words: str, after: int = 0) -> Span:
        start = self.report.text.index(words, after)
        return self.report.span(start, start + len(words))

    def offsets(self, words: str, after: int = 0) -> Offsets:
        span = self.span(words, after)
        return Offsets(start=span.start, end=span.end)

    def claim(self, kind: str, status: str, evidence: str, trigger: str, **parts: Any) -> None:
        whole = self.span(evidence)
        roles = []
        for role, fillers in parts.pop("roles", {}).items():
            for words, entity in fillers:
                carried = words.startswith("~")
                found = self.span(words.lstrip("~"), 0 if carried else whole.start)
                roles.append(
                    Role(role=role, start=found.start, end=found.end, text=found.text, carried=carried, entity=entity)
                )
        self.claims.append(
            Claim(
                id=f"{self.report.id}-{len(self.claims) + 1}",
                kind=kind,
                status=status,
                trigger=self.span(trigger, whole.start),
                evidence=whole,
                roles=tuple(roles),
                figures=parts.pop("figures", ()),
                sources=parts.pop("sources", ()),
                when=parts.pop("when", None),
                where=parts.pop("where", None),
                incident=parts.pop("incident", None),
                confidence=parts.pop("confidence", 0.9),
            )
        )
        if parts:
            raise TypeError(f"unknown parts {sorted(parts)}")

    def source(self, who: str | None, cue: str | None, after: int = 0, **more: Any) -> Source:
        span = self.span(who, after) if who else None
        return Source(
            start=span.start if span else None,
            end=span.end if span else None,
            text=who,
            name=more.get("name", who),
            anonymous=who is None,
            carried=more.get("carried", False),
            type=more.get("type"),
            stance=more.get("stance", "neutral"),
            cue=self.span(cue, after) if cue else None,
        )

    def reading(self) -> Reading:
        claims = sorted(self.claims, key=lambda c: (c.trigger.start, c.trigger.end, c.id))
        return Reading(report=self.report, claims=tuple(claims))


ARMY = Entity(id="state:Q", name="Army of Ardania", type="state-forces", country="AQ", rule="demonym-forces")
FRONT = Entity(id="front", name="Northern Front", type="rebel-group", rule="alias")


def bridge_reading() -> Reading:
    """A report with all that a card can hold: shared triggers, overlaps, a chain of sources, open figures."""
    first = "Col Abel Tarn, a spokesman, said on Tuesday that up to 1,000 Front fighters remain in Kelmar."
    second = "At least 12 villagers were killed and dozens wounded when the army shelled the market with mortars."
    third = "State radio quoted a witness as saying the Front had taken the Kelmar bridge."
    fourth = "It has been claimed that talks may resume."
    report = make_report(
        id="bridge",
        title="Front holds Kelmar bridge",
        body=f"{first} {second}\n{third}\n\n{fourth}",
        publisher="The Made-Up Courier",
        published="2017-03-02",
        language="en",
        url="https://courier.example/bridge",
        origin="reports/bridge.txt",
        extractor="text",
        notes=("read as cp1252",),
    )
    make = Maker(report)
    at = report.text.index(first)
    tuesday = make.offsets("on Tuesday")
    kelmar = make.offsets("Kelmar", at)
    place = Where(
        name="Kelmar",
        admin1="North",
        country="AQ",
        country_name="Ardania",
        lat=36.3354,
        lon=43.1189,
        gazetteer_id=17,
        alternates=("Kalmar al-Jadida",),
        candidates=(Candidate(name="Kelmar Bay", country="AQ", id=18, score=0.2),),
        precision="exact",
        text="Kelmar",
        span=kelmar,
        rule="gazetteer",
    )
    thousand = make.span("up to 1,000")
    make.claim(
        "strength",
        "actual",
        first,
        "remain",
        roles={"actor": [("Front fighters", FRONT)], "place": [("Kelmar", None)], "figure": [("up to 1,000", None)]},
        figures=(
            Figure(
                start=thousand.start,
                end=thousand.end,
                text=thousand.text,
                low=0,
                high=1000,
                of="actor",
                unit="people",
                qualifier="up to",
                rule="up-to",
            ),
        ),
        sources=(make.source("Col Abel Tarn", "said", name="Abel Tarn", type="military"),),
        when=When(
            start=dt.date(2017, 2, 28),
            end=dt.date(2017, 2, 28),
            text="on Tuesday",
            span=tuesday,
            basis="context",
            rule="weekday-before",
            grain="day",
        ),
        where=place,
        incident="i1",
        confidence=0.931,
    )
    twelve, dozens = make.span("At least 12"), make.span("dozens")
    make.claim(
        "killing",
        "actual",
        second,
        "killed",
        roles={
            "actor": [("the army", ARMY)],
            "target": [("At least 12 villagers", None)],
            "place": [("the market", None)],
            "means": [("mortars", None)],
        },
        figures=(
            Figure(
                start=twelve.start,
                end=twelve.end,
                text=twelve.text,
                low=12,
                high=None,
                of="target",
                unit="people",
                rule="at-least",
            ),
        ),
        confidence=0.8,
    )
    make.claim(
        "injury",
        "actual",
        second,
        "wounded",
        roles={"target": [("dozens", None)], "figure": [("dozens", None)]},
        figures=(
            Figure(
                start=dozens.start,
                end=dozens.end,
                text=dozens.text,
                low=24,
                high=99,
                of="target",
                unit="people",
                rule="vague",
            ),
        ),
        confidence=0.77,
    )
    for kind in ("shelling", "destruction"):
        make.claim(kind, "actual", second, "shelled", roles={"actor": [("the army", ARMY)]}, confidence=0.7)
    after = report.text.index(third)
    make.claim(
        "advance",
        "actual",
        third,
        "taken",
        roles={
            "actor": [("the Front", FRONT)],
            "target": [("the Kelmar bridge", None)],
            "place": [("the Kelmar bridge", None)],
        },
        sources=(
            make.source("State radio", "quoted", after, type="media"),
            make.source("a witness", "saying", after, type="witness"),
        ),
        where=place,
        confidence=0.6,
    )
    make.claim(
        "talks",
        "possible",
        fourth,
        "talks",
        roles={"actor": [("~the Front", FRONT)], "time": []},
        sources=(make.source(None, "It has been claimed", stance="distancing"),),
        confidence=0.41,
    )
    return make.reading()


def arabic_reading() -> Reading:
    """A report whose second line runs from right to left."""
    first = "The council said the army left Dar Saha."
    second = "قال المجلس إن الجيش غادر دار ساحة."
    report = make_report(
        id="council", title="", body=f"{first}\n{second}", publisher="صحيفة المثال", published="2018", language="en"
    )
    make = Maker(report)
    make.claim(
        "withdrawal",
        "actual",
        first,
        "left",
        roles={"actor": [("the army", None)], "place": [("Dar Saha", None)]},
        sources=(make.source("The council", "said", name="المجلس"),),
    )
    return make.reading()


def empty_reading() -> Reading:
    """A report without claims and without anything known about it."""
    report = make_report(id="empty", title="", body="The bakery on Mill Street opens at six.")
    return Reading(report=report, claims=())


def hostile_reading(payload: str) -> Reading:
    """A report that holds `payload` in every field that takes text."""
    report = make_report(
        id=payload,
        title=payload,
        body=f"{payload} shelled {payload}\n{payload}",
        publisher=payload,
        published=payload,
        language=payload,
        url=payload,
        origin=payload,
        extractor=payload,
        notes=(payload,),
    )
    text = report.text
    whole = report.span(0, len(text))
    at = text.index("shelled")
    trigger = report.span(at, at + len("shelled"))
    head = report.span(0, 1) if text else whole
    entity = Entity(id=payload, name=payload, type=payload, country=payload, rule=payload)
    claim = Claim(
        id=payload,
        kind=payload,
        status=payload,
        trigger=trigger,
        evidence=whole,
        roles=tuple(
            Role(role=role, start=trigger.start, end=trigger.end, text=trigger.text, entity=entity)
            for role in ("actor", "place", payload)
        ),
        figures=(
            Figure(
                start=head.start,
                end=head.end,
                text=head.text,
                low=1,
                high=2,
                of=payload,
                unit=payload,
                qualifier=payload,
                rule=payload,
                part_of=Related(figure=None, start=0, end=1, text=payload),
                change=Change(
                    kind=payload, direction=payload, relative_to=Related(figure=0, start=0, end=1, text=payload)
                ),
                rate=payload,
                currency=payload,
            ),
            Figure(
                start=head.start,
                end=head.end,
                text=payload,
                low=1,
                high=2,
                of=None,
                unit=payload,
                rule=payload,
                change=Change(
                    kind="to", direction=payload, relative_to=Related(figure=0, start=0, end=1, text=payload)
                ),
            ),
        ),
        sources=(
            Source(
                start=0,
                end=whole.end,
                text=whole.text,
                name=payload,
                anonymous=False,
                carried=True,
                type=payload,
                stance=payload,
                cue=trigger,
            ),
        ),
        when=When(start=None, end=None, text=payload, span=None, basis=payload, rule=payload, modifier=payload),
        where=Where(
            name=payload,
            admin1=payload,
            country=payload,
            country_name=payload,
            lat=1.0,
            lon=2.0,
            gazetteer_id=1,
            alternates=(payload,),
            precision=payload,
            text=payload,
            span=None,
            rule=payload,
        ),
        incident=payload,
        confidence=0.5,
    )
    return Reading(report=report, claims=(claim, claim))


def hostile_refusal(payload: str) -> Refusal:
    return Refusal(origin=payload, reason=payload, message=payload)
