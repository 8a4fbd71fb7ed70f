"""
Claims made up at random, of every kind, status and shape that the records allow, with words that are hard on formats:
formulas, quotes, separators, line breaks, controls, right-to-left marks, letters beyond the basic plane.

The same seed gives the same claims. Spans are verbatim; what they say makes no sense.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from asreported.codebook import ROLES, STATUSES, kinds
from asreported.exports.source import ReadingsSource
from asreported.exports.told import Group, Told
from asreported.ledger.decisions import Decision
from asreported.records import (
    Candidate,
    Change,
    Claim,
    Entity,
    Figure,
    Kept,
    Offsets,
    Reading,
    Related,
    Report,
    Role,
    Source,
    Span,
    When,
    Where,
    make_report,
)

WORDS = (
    "gunmen",
    "soldiers",
    "market",
    "said",
    "killed",
    "shelled",
    "near",
    "the",
    "river",
    "up to 30",
    "at least 12",
    "Qarat",
    "=SUM(A1)",
    "+44",
    "-3",
    "@cmd",
    '"quoted"',
    "it's",
    "a,b",
    "x;y",
    "a|b",
    "tab\there",
    "<b>bold</b>",
    "&amp;",
    "{{x}}",
    "‏قرية‎",
    "Đorđević",
    "村",
    "😀",
    "e\u0301",
    "\u200b",
    "\u202eevil",
    "\x07",
    "\x1b[31m",
    "NULL",
    "0123",
    "1e5",
    "/etc/passwd",
    "\\n",
)
TYPES = (
    "state-forces",
    "police",
    "government",
    "rebel-group",
    "jihadist-group",
    "militia",
    "cartel",
    "mercenaries",
    "coalition",
    "peacekeepers",
    "international",
    "ngo",
    "monitor",
    "media",
    "party",
    "civilians",
    "armed-group",
    "person",
    None,
)
PRECISIONS = ("exact", "part", "near", "adm2", "adm1", "country", "region", "border", "line", "sea")
UNITS = ("people", "people", "people", "vehicles", "buildings", "settlements", "events", "money", "distance", "percent")
COUNTRIES = (("IQ", "Iraq"), ("SY", "Syria"), ("UA", "Ukraine"), ("SD", "Sudan"), ("XK", "Kosovo"), (None, None))


def random_readings(claims: int, seed: int = 0) -> Iterator[Reading]:
    """Readings with `claims` claims together, about ten a report."""
    rng = random.Random(seed)
    left, number = claims, 0
    while left > 0:
        many = min(left, rng.randint(1, 20))
        yield _reading(rng, number, many)
        left, number = left - many, number + 1


class RandomSource(ReadingsSource):
    """Random claims as a ledger would give them: linked over reports, decided on by people."""

    def __init__(self, claims: int, seed: int = 0) -> None:
        super().__init__(random_readings(claims, seed))
        self._rng_seed = seed
        self._told = [self._decide(told) for told in super().told()]
        self._decisions = {told.key: told for told in self._told}

    def told(self) -> Iterator[Told]:
        return iter(self._told)

    def decisions(self, key: str) -> Sequence[Decision]:
        told = self._decisions[key]
        if told.kept.review == "unreviewed":
            return ()
        action = {"accepted": "accept", "rejected": "reject", "unsure": "unsure", "corrected": "correct"}[
            told.kept.review
        ]
        value = {"status": "possible"} if action == "correct" else None
        return (
            Decision(n=1, target=key, action=action, value=value, who="=cmd|' /C calc'!A0", why="read again",
                     decided_at="2026-01-02T03:04:05Z", previous="0" * 64, sha256="1" * 64),
        )  # fmt: skip

    def _decide(self, told: Told) -> Told:
        rng = random.Random(f"{self._rng_seed} {told.key}")
        review = rng.choice(("unreviewed", "unreviewed", "accepted", "corrected", "rejected", "unsure"))
        incident = None if rng.random() < 0.2 else f"i{rng.randrange(200):012x}"
        kept = Kept(key=told.key, report=told.report, claim=told.claim, incident=incident, review=review)
        if review == "unreviewed":
            return Told(kept=kept)
        return Told(kept=kept, reviewed_by="=cmd|' /C calc'!A0", reviewed_at="2026-01-02T03:04:05Z")

    def groups(self) -> Iterator[Group]:
        from asreported.exports.source import group_told

        return group_told(self.told())


class MuteSource(ReadingsSource):
    """Claims whose quotations are blank, which no format may write."""

    def told(self) -> Iterator[Told]:
        for told in super().told():
            evidence = msgspec.structs.replace(told.claim.evidence, text=" " * len(told.claim.evidence.text))
            claim = msgspec.structs.replace(told.claim, evidence=evidence)
            yield Told(kept=msgspec.structs.replace(told.kept, claim=claim))


def _reading(rng: random.Random, number: int, claims: int) -> Reading:
    body = " ".join(rng.choice(WORDS) for _ in range(rng.randint(20, 120))) + "."
    title = " ".join(rng.choice(WORDS) for _ in range(5)) if rng.random() < 0.8 else ""
    report = make_report(
        id=f"random-{number}"
        if rng.random() < 0.8
        else rng.choice(("=1+1", "../../x", "a:b", "é\u0301")) + f" {number}",
        title=title,
        body=body,
        publisher=rng.choice((None, "The Made-Up Courier", "=HYPERLINK(1)", "Agence «X»; Y, Z")),
        published=rng.choice((None, "2017", "2017-04", "2017-04-28", "2023-12-31")),
        language="en",
        url=rng.choice((None, "https://example.org/a?b=c&d=é", "javascript:alert(1)")),
        origin=f"random/{number}.txt",
        extractor="text",
    )
    made: dict[str, Claim] = {}
    while len(made) < claims:
        claim = _claim(rng, report, len(made))
        made.setdefault(claim.id, claim)
    return Reading(report=report, claims=tuple(sorted(made.values(), key=lambda claim: claim.trigger.start)))


def _span(rng: random.Random, report: Report, within: Span | None = None, longest: int = 40) -> Span:
    """A stretch that begins and ends with no white space."""
    low, high = (within.start, within.end) if within else (0, len(report.text))
    for _ in range(100):
        start = rng.randrange(low, high)
        end = min(high, start + rng.randint(1, longest))
        text = report.text[start:end]
        if text.strip() == text and text:
            return report.span(start, end)
    return report.span(low, high)


def _claim(rng: random.Random, report: Report, number: int) -> Claim:
    evidence = _span(rng, report, longest=400)
    figures = tuple(_figure(rng, report, evidence) for _ in range(rng.choice((0, 0, 1, 1, 2, 4))))
    return Claim(
        id=f"{rng.getrandbits(64):016x}",
        kind=rng.choice([kind.key for kind in kinds()]),
        status=rng.choice(("actual", "actual", "actual", *STATUSES)),
        trigger=_span(rng, report, evidence, 12),
        evidence=evidence,
        roles=tuple(_role(rng, report, evidence) for _ in range(rng.randint(0, 5))),
        figures=figures,
        sources=tuple(_source(rng, report, evidence) for _ in range(rng.choice((0, 0, 1, 1, 2, 3)))),
        when=_when(rng),
        undated=None,
        where=_where(rng),
        incident=rng.choice((None, "a", "b")),
        confidence=round(rng.random(), 3),
    )


def _role(rng: random.Random, report: Report, evidence: Span) -> Role:
    span = _span(rng, report, evidence)
    entity = None
    if rng.random() < 0.7:
        name = rng.choice(("Islamic State", "Iraqi army", "civilians", "=Evil()", "Col Made Up", "村 guards"))
        type_ = rng.choice(TYPES)
        entity = Entity(
            id=rng.choice(("islamic-state", "army:iq", "civilians", "name:col made up", "police:sy", "protesters")),
            name=name,
            type=type_,
            country=rng.choice((None, "IQ", "SY")),
            organisation="Made-Up Front" if type_ == "person" else None,
            rule="made up",
        )
    return Role(
        role=rng.choice(ROLES),
        start=span.start,
        end=span.end,
        text=span.text,
        carried=rng.random() < 0.1,
        entity=entity,
    )


def _figure(rng: random.Random, report: Report, evidence: Span) -> Figure:
    span = _span(rng, report, evidence)
    low = rng.choice((None, 0, 1, 3, 12, 300, 1_000_000, 2.5))
    high = rng.choice((None, low, (low or 0) + rng.randint(0, 500)))
    change = Change(kind=rng.choice(("from", "to", "by", "additional", "total")), direction=None, relative_to=None)
    related = Related(figure=0, start=span.start, end=span.end, text=span.text)
    return Figure(
        start=span.start, end=span.end, text=span.text, low=low, high=high, of=rng.choice((None, "actor", "target")),
        unit=rng.choice(UNITS), qualifier=rng.choice((None, "at least", "up to", "about")), rule="made up",
        part_of=related if rng.random() < 0.1 else None, change=change if rng.random() < 0.1 else None,
        rate="day" if rng.random() < 0.05 else None, currency="$" if rng.random() < 0.05 else None,
    )  # fmt: skip


def _source(rng: random.Random, report: Report, evidence: Span) -> Source:
    span = _span(rng, report, evidence)
    cue = _span(rng, report, evidence, 8) if rng.random() < 0.7 else None
    if rng.random() < 0.2:
        return Source(
            start=None,
            end=None,
            text=None,
            name=None,
            anonymous=True,
            carried=False,
            type="anonymous",
            stance="neutral",
            cue=cue,
        )
    name = rng.choice((None, "John Made-Up", "=Source()", "a monitor; another"))
    type_ = rng.choice((None, "military", "official", "witness", "monitor"))
    return Source(
        start=span.start, end=span.end, text=span.text, name=name, anonymous=False, carried=False, type=type_,
        stance=rng.choice(("neutral", "doubting", "committed")), cue=cue,
    )  # fmt: skip


def _when(rng: random.Random) -> When | None:
    if rng.random() < 0.25:
        return None
    start = dt.date(2010, 1, 1) + dt.timedelta(rng.randrange(5000))
    days = rng.choice((0, 0, 0, 1, 5, 6, 8, 30, 200, 364, 900))
    fields: dict[str, Any] = {"start": start, "end": start + dt.timedelta(days)}
    if rng.random() < 0.1:
        fields[rng.choice(("start", "end"))] = None
    return When(
        **fields,
        text="then",
        span=None,
        basis=rng.choice(("explicit", "context", "publication")),
        rule="made up",
        grain=rng.choice((None, "day", "month")),
        modifier=rng.choice((None, "early", "late")),
    )


def _where(rng: random.Random) -> Where | None:
    if rng.random() < 0.2:
        return None
    country, country_name = rng.choice(COUNTRIES)
    precision = rng.choice(PRECISIONS)
    point = rng.random() < 0.9
    return Where(
        name=rng.choice(("Mosul", "Qarat al-Made", "=Place()", "村")),
        admin1=rng.choice((None, "Nineveh", "A; B")),
        country=country,
        country_name=country_name,
        lat=round(rng.uniform(-89, 89), 4) if point else None,
        lon=round(rng.uniform(-179, 179), 4) if point else None,
        gazetteer_id=rng.choice((None, 99072)),
        alternates=("Other",),
        candidates=(Candidate(name="Elsewhere", country="SY", id=1, score=0.2),),
        precision=precision,
        radius_km=rng.choice((None, 3.0, 120.0)),
        text="there",
        span=Offsets(start=0, end=1),
        rule="made up",
    )
