"""
Readings made up by rule from a seed, for measuring and testing the ledger without the model. Nothing in them happened.

Every quote stands in its text; a tenth of the reports are near-copies of earlier ones, as wire copies are, and some
texts hold what is hard to keep: right-to-left words, emoji, combining marks, NULs.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator, Sequence

import msgspec

from asreported.assemble import claim_id
from asreported.records import (
    Claim,
    Entity,
    Figure,
    Offsets,
    Reading,
    Report,
    Role,
    Source,
    Span,
    When,
    Where,
    make_report,
)

PLACES = (
    ("Mosul", "Nineveh", "IQ", "Iraq", 36.335, 43.119, 99072),
    ("Idlib", "Idlib", "SY", "Syria", 35.931, 36.634, 169389),
    ("Bakhmut", "Donetsk", "UA", "Ukraine", 48.595, 37.999, 712451),
    ("Taiz", "Taiz", "YE", "Yemen", 13.579, 44.021, 70225),
    ("Mopti", "Mopti", "ML", "Mali", 14.493, -4.194, 2453348),
    ("Goma", "North Kivu", "CD", "DR Congo", -1.679, 29.223, 216281),
)
ACTORS = (
    ("government:sy", "Syrian government", "government", "SY"),
    ("islamic-state", "Islamic State", "rebel-group", None),
    ("name:river guard", "River Guard", "militia", None),
    ("forces:ua", "Ukrainian forces", "state-forces", "UA"),
    ("m23", "M23", "rebel-group", "CD"),
)
SOURCES = (
    ("a local doctor", None, "witness"),
    ("Brig. Yahya Rasool", "Yahya Rasool", "military"),
    ("the ministry", "Ministry of Health", "official"),
)
PUBLISHERS = ("The Valley Courier", "Harbour Wire", "Plain Dealer & Post", None)
DEEDS = (
    ("shelling", "shelled"),
    ("airstrike", "bombed"),
    ("killing", "killed"),
    ("clash", "fought in"),
    ("advance", "took"),
)
STATUSES = ("actual", "actual", "actual", "denied", "planned", "possible")
HARD = ("", "", "", " بلدة قريبة", " 🛑", " e\u0301tape", " a\0b", "\r\nline")
FILLERS = (
    "The road to the north has been closed since the spring.",
    "Aid workers said that stocks would last for another week at most.",
    "Markets were open in the morning and empty by noon.",
    "Nobody could reach the eastern quarters by telephone.",
    "Rain had turned the fields on both sides into mud.",
    "The council met twice and agreed on nothing.",
    "Schools will stay shut until further notice, a teacher said.",
    "A bridge that was mended last year is down again.",
)


def make_readings(count: int, *, seed: int = 1, claims: int = 8) -> list[Reading]:
    """`count` readings, of `claims` claims each on average; the same seed gives the same ones."""
    return list(each_reading(count, seed=seed, claims=claims))


def each_reading(count: int, *, seed: int = 1, claims: int = 8) -> Iterator[Reading]:
    """As `make_readings`, one at a time; the last fifty are remembered, to be copied."""
    rng = random.Random(seed)
    recent: list[Reading] = []
    for number in range(count):
        if recent and rng.random() < 0.1:
            reading = _copied(rng.choice(recent), number, rng)
        else:
            reading = _made(number, rng, rng.randint(1, 2 * claims - 1))
        recent = [*recent[-49:], reading]
        yield reading


def original_of(reading: Reading) -> bytes:
    """The bytes from which such a report would have been read: one object of JSON."""
    report = reading.report
    body = report.text[len(report.title) + 2 :]
    fields = {"id": report.id, "published": report.published, "publisher": report.publisher, "title": report.title}
    return json.dumps(fields | {"text": body}, ensure_ascii=False).encode("utf-8", "surrogatepass")


def other_reading(reading: Reading, rng: random.Random) -> Reading:
    """What another model might make of the report: some claims gone, some told otherwise."""
    claims = []
    for claim in reading.claims:
        chance = rng.random()
        if chance < 0.2:
            continue
        if chance < 0.5:
            claim = msgspec.structs.replace(claim, status="possible" if claim.status == "actual" else "actual")
        claims.append(claim)
    return msgspec.structs.replace(reading, claims=named(reading.report, claims))


def named(report: Report, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims with the ids that they have by their content."""
    return tuple(msgspec.structs.replace(claim, id=claim_id(report, claim)) for claim in claims)


class _Writer:
    """Writes a text and remembers where its parts stand."""

    def __init__(self) -> None:
        self.text = ""

    def add(self, words: str) -> tuple[int, int]:
        start = len(self.text)
        self.text += words
        return start, len(self.text)


def _made(number: int, rng: random.Random, claims: int) -> Reading:
    day = dt.date(2015, 1, 1) + dt.timedelta(days=rng.randrange(3000))
    title = f"Report {number} from {rng.choice(PLACES)[0]}"
    writer = _Writer()
    writer.add(f"{title}\n\n")
    drafts = []
    for _ in range(claims):
        drafts.append(_sentence(writer, rng, day))
        writer.add(" ")
        for _ in range(rng.randint(1, 2)):
            writer.add(f"{rng.choice(FILLERS)} ".replace("the ", f"the {rng.choice(PLACES)[0]} ", 1))
    writer.add(f"End of report {number}.")
    published = day.isoformat()[: rng.choice((10, 10, 10, 7, 4))]
    report = make_report(
        id=f"made-{number}",
        title=title,
        body=writer.text[len(title) + 2 :],
        publisher=rng.choice(PUBLISHERS),
        published=published,
        language="en",
        origin=f"made.jsonl:{number + 1}",
        extractor="jsonl",
    )
    return Reading(report=report, claims=named(report, [_claim(report, draft) for draft in drafts]))


def _sentence(writer: _Writer, rng: random.Random, day: dt.date) -> dict[str, object]:
    """One sentence that claims something, with the places of its parts."""
    actor, place, source = rng.choice(ACTORS), rng.choice(PLACES), rng.choice((*SOURCES, None))
    kind, verb = rng.choice(DEEDS)
    low = rng.randint(1, 90)
    high = rng.choice((low, low + rng.randint(1, 40), None))
    start = len(writer.text)
    draft: dict[str, object] = {"kind": kind, "status": rng.choice(STATUSES), "actor": actor, "place": place}
    draft["actor_at"] = writer.add(actor[1])
    writer.add(" ")
    draft["trigger_at"] = writer.add(verb)
    writer.add(" ")
    draft["place_at"] = writer.add(place[0] + rng.choice(HARD))
    writer.add(" and ")
    words = {True: f"at least {low}", False: f"{low} to {high}"}[high is None] if high != low else f"{low}"
    draft["figure_at"], draft["figure"] = writer.add(words), (low, high)
    writer.add(" people died")
    if rng.random() < 0.8:
        writer.add(" ")
        dated = day - dt.timedelta(days=rng.randrange(20))
        draft["when_at"] = writer.add(f"on {dated.day} {dated:%B}")
        draft["when"] = (dated, rng.choice((dated, dated, None)))
    if source:
        writer.add(", ")
        draft["source"], draft["source_at"] = source, writer.add(source[0])
        writer.add(" ")
        draft["cue_at"] = writer.add("said")
    writer.add(".")
    draft["evidence_at"] = (start, len(writer.text))
    draft["confidence"] = round(rng.uniform(0.3, 1), 3)
    return draft


def _claim(report: Report, draft: dict[str, object]) -> Claim:
    def span(key: str) -> Span:
        return report.span(*draft[key])  # type: ignore[misc]

    def role(name: str, key: str, entity: Entity | None = None) -> Role:
        found = span(key)
        return Role(role=name, start=found.start, end=found.end, text=found.text, entity=entity)

    actor_id, actor_name, actor_type, actor_country = draft["actor"]  # type: ignore[misc]
    name, admin1, country, country_name, lat, lon, gazetteer_id = draft["place"]  # type: ignore[misc]
    entity = Entity(id=actor_id, name=actor_name, type=actor_type, country=actor_country)
    figure, place = span("figure_at"), span("place_at")
    low, high = draft["figure"]  # type: ignore[misc]
    sources: tuple[Source, ...] = ()
    if "source" in draft:
        (_, source_name, source_type), said = draft["source"], span("source_at")  # type: ignore[misc]
        sources = (
            Source(start=said.start, end=said.end, text=said.text, name=source_name, anonymous=False, carried=False,
                   type=source_type, stance="neutral", cue=span("cue_at")),
        )  # fmt: skip
    when = None
    if "when" in draft:
        at = span("when_at")
        first, last = draft["when"]  # type: ignore[misc]
        when = When(
            start=first, end=last, text=at.text, span=Offsets(start=at.start, end=at.end), basis="explicit", rule="day"
        )
    return Claim(
        id="",
        kind=str(draft["kind"]),
        status=str(draft["status"]),
        trigger=span("trigger_at"),
        evidence=span("evidence_at"),
        roles=(role("actor", "actor_at", entity), role("place", "place_at")),
        figures=(
            Figure(start=figure.start, end=figure.end, text=figure.text, low=low, high=high, of=None, unit="people",
                   rule="made"),
        ),
        sources=sources,
        when=when,
        where=Where(
            name=name, admin1=admin1, country=country, country_name=country_name, lat=lat, lon=lon,
            gazetteer_id=gazetteer_id, precision="exact", text=place.text,
            span=Offsets(start=place.start, end=place.end), rule="made",
        ),
        incident=None,
        confidence=draft["confidence"],  # type: ignore[arg-type]
    )  # fmt: skip


def _copied(reading: Reading, number: int, rng: random.Random) -> Reading:
    """A wire copy: the same text with another end, in another paper, perhaps a day later."""
    report = reading.report
    copy = make_report(
        id=f"made-{number}",
        title=report.title,
        body=report.text[len(report.title) + 2 :] + f" {rng.choice(FILLERS)} Printed as number {number}.",
        publisher=rng.choice(PUBLISHERS),
        published=report.published,
        language="en",
        origin=f"made.jsonl:{number + 1}",
        extractor="jsonl",
    )
    return Reading(report=copy, claims=named(copy, reading.claims))
