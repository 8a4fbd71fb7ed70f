"""Claims made at random for tests of the search, and the same search done over all of them in plain Python."""

from __future__ import annotations

import datetime as dt
import random
import re

from asreported.ledger import Query
from asreported.ledger.index import fold_name, published_day
from asreported.ledger.near import COARSE
from asreported.records import (
    Claim,
    Entity,
    Figure,
    Kept,
    Reading,
    Role,
    Source,
    Span,
    When,
    Where,
    make_report,
)
from asreported.resolve.gazetteer import point_distance

KINDS = ("airstrike", "killing", "clash")
STATUSES = ("actual", "denied", "planned")
ACTORS = ("islamic-state", "name:lake guard", "government:sy")
NAMES = {"islamic-state": "Islamic State", "name:lake guard": "Lake Guard", "government:sy": "Syrian government"}
PLACES = (
    (1, "Mosul", "Nineveh", "IQ", 36.335, 43.119, "exact"),
    (2, "Aleppo", "Aleppo", "SY", 36.202, 37.161, "exact"),
    (3, "Kafr Zita", "Hama", "SY", 35.374, 36.602, "near"),
    (4, "Nineveh", "Nineveh", "IQ", 36.0, 42.5, "adm1"),
    (5, "Syria", None, "SY", 35.0, 38.0, "country"),
    (6, "Suva", "Central", "FJ", -18.141, 178.442, "exact"),
    (7, "Taveuni", "Northern", "FJ", -16.9, -179.98, "exact"),
)
SOURCES = (None, "?", "John Dorrian", "Lake Guard", "Ülkü Şahin")
PUBLISHERS = ("The Lake Post", "the lake post", "Radio Ölü", None)
WORDS = ("hospital", "bridge", "market", "Da'esh", "al-Bāb", "school", "12", "denied")


def make_readings(seed: int, reports: int = 40) -> list[Reading]:
    rng = random.Random(seed)
    return [_reading(rng, number) for number in range(reports)]


def _reading(rng: random.Random, number: int) -> Reading:
    sentences = [" ".join(rng.sample(WORDS, 4)) + f" struck {number}." for _ in range(rng.randrange(1, 6))]
    day = dt.date(2016, 1, 1) + dt.timedelta(days=rng.randrange(900))
    published = rng.choice((day.isoformat(), day.isoformat(), day.isoformat()[:7], None))
    report = make_report(
        id=f"r{number}", title=f"Report {number}", body="\n".join(sentences), publisher=rng.choice(PUBLISHERS),
        published=published,
    )  # fmt: skip
    claims = []
    for position, sentence in enumerate(sentences):
        start = report.text.index(sentence)
        trigger = report.text.index("struck", start)
        claims.append(
            _claim(rng, f"{number:04x}{position:04x}", report.span(start, start + len(sentence)), trigger, day)
        )
    return Reading(report=report, claims=tuple(claims))


def _claim(rng: random.Random, id: str, evidence: Span, trigger: int, day: dt.date) -> Claim:
    span = Span(start=trigger, end=trigger + 6, text="struck")
    place = rng.choice((*PLACES, None))
    source = rng.choice(SOURCES)
    return Claim(
        id=id,
        kind=rng.choice(KINDS),
        status=rng.choice(STATUSES),
        trigger=span,
        evidence=evidence,
        roles=tuple(
            Role(
                role=rng.choice(("actor", "target")), start=trigger, end=trigger + 6, text="struck",
                entity=Entity(id=actor, name=NAMES[actor]),
            )
            for actor in rng.sample(ACTORS, rng.randrange(3))
        ),
        figures=tuple(_figure(rng, span) for _ in range(rng.randrange(3))),
        sources=() if source is None else (_source(source, span),),
        when=_when(rng, day),
        where=None if place is None else _where(place),
        incident=None,
        confidence=0.9,
    )  # fmt: skip


def _figure(rng: random.Random, span: Span) -> Figure:
    low, high = sorted(rng.sample(range(1, 60), 2))
    bounds = rng.choice(((low, high), (low, None), (0, high), (None, None), (high, high)))
    return Figure(
        start=span.start, end=span.end, text=span.text, low=bounds[0], high=bounds[1], of=None,
        unit=rng.choice(("people", "vehicles")), rule="test",
    )  # fmt: skip


def _source(name: str, span: Span) -> Source:
    unnamed = name == "?"
    return Source(
        start=None if unnamed else span.start, end=None if unnamed else span.end, text=None if unnamed else span.text,
        name=None if unnamed else name, anonymous=unnamed, carried=False, type="anonymous" if unnamed else "military",
        stance="neutral", cue=None,
    )  # fmt: skip


def _when(rng: random.Random, day: dt.date) -> When | None:
    first = day - dt.timedelta(days=rng.choice((0, 1, 20, 200, 900)))
    start, end = rng.choice(((day, day), (first, day), (first, None), (None, day), (day, day), (None, None)))
    if start is None and end is None:
        return None
    return When(start=start, end=end, text="then", span=None, basis="context", rule="test")


def _where(place: tuple[int, str, str | None, str, float, float, str]) -> Where:
    id, name, admin1, country, lat, lon, precision = place
    return Where(
        name=name, admin1=admin1, country=country, country_name=None, lat=lat, lon=lon, gazetteer_id=id,
        precision=precision, text=name, span=None, rule="test",
    )  # fmt: skip


def make_query(rng: random.Random) -> Query:
    """A query of one to four filters."""
    day = dt.date(2016, 1, 1) + dt.timedelta(days=rng.randrange(900))
    since, until = rng.choice(((day, day + dt.timedelta(days=rng.choice((0, 30, 400)))), (day, None), (None, day)))
    low, high = rng.choice(((rng.randrange(60), None), (None, rng.randrange(60)), (10, 20), (25, 25)))
    lat, lon = rng.choice(((36.3, 43.1), (36.2, 37.2), (-17.0, 179.9), (35.0, 38.0)))
    choices = [
        {"kinds": tuple(rng.sample(KINDS, rng.randrange(1, 3)))},
        {"statuses": (rng.choice(STATUSES),)},
        {"actors": tuple(rng.sample(ACTORS, rng.randrange(1, 3)))},
        {"places": (rng.choice(("1", "mosul", "Aleppo", "Nineveh", "Syria", "kafr zita")),)},
        {"sources": (rng.choice(("?", "", "john dorrian", "ULKU SAHIN")),)},
        {"publishers": (rng.choice(("The Lake Post", "radio olu")),)},
        {"source_types": ("military",)},
        {"since": since, "until": until, "dated_only": rng.random() < 0.4},
        {"low": low, "high": high, "unit": rng.choice((None, "people"))},
        {"near": (lat, lon, rng.choice((1.0, 50.0, 300.0, 1900.0))), "coarse": rng.random() < 0.4},
        {
            "words": rng.choice(
                ("hospital", "-market", "bridge -school", '"struck 1"', "daes", "esh", "Da'esh", "al-bab")
            )
        },
    ]
    asked: dict[str, object] = {}
    for choice in rng.sample(choices, rng.randrange(1, 5)):
        asked |= choice
    return Query(**asked, order=rng.choice(("newest", "oldest")), limit=1000)  # type: ignore[arg-type]


def fulfils(query: Query, kept: Kept) -> bool:
    """Whether `query` asks for the claim, told filter by filter."""
    claim, published = kept.claim, published_day(kept.report.published)
    where, source = claim.where, claim.sources[-1] if claim.sources else None
    key = "" if source is None else "?" if source.anonymous else fold_name(source.name or "")
    tests = [
        not query.kinds or claim.kind in query.kinds,
        not query.statuses or claim.status in query.statuses,
        not query.actors or any(role.entity and role.entity.id in query.actors for role in claim.roles),
        not query.sources or key in [name if name in ("", "?") else fold_name(name) for name in query.sources],
        not query.source_types or (source is not None and source.type in query.source_types),
        not query.publishers or kept.report.publisher in _publishers(query.publishers),
        not query.places or (where is not None and any(_is_place(where, name) for name in query.places)),
        not query.near or (where is not None and _is_near(where, query)),
        not (query.since or query.until or query.dated_only) or _overlaps(query, claim.when, published),
        not (query.low is not None or query.high is not None or query.unit)
        or any(_has_number(figure, query) for figure in claim.figures),
        not query.words or _has_words(claim.evidence.text, kept.report.title, query.words),
    ]
    return all(tests)


def _publishers(names: tuple[str, ...]) -> set[str]:
    """A publisher in its own spelling is that one; in another it is all those, but for case and accents."""
    found: set[str] = set()
    for name in names:
        alike = {known for known in PUBLISHERS if known and fold_name(known) == fold_name(name)}
        found |= {name} if name in alike else alike
    return found


def _is_place(where: Where, name: str) -> bool:
    if name.isdecimal():
        return where.gazetteer_id == int(name)
    key = fold_name(name)
    return key in (fold_name(where.name), fold_name(where.admin1 or "")) or (key == "syria" and where.country == "SY")


def _is_near(where: Where, query: Query) -> bool:
    assert query.near and where.lat is not None and where.lon is not None
    lat, lon, km = query.near
    return point_distance(lat, lon, where.lat, where.lon) <= km and (query.coarse or where.precision not in COARSE)


def _overlaps(query: Query, when: When | None, published: int | None) -> bool:
    first = query.since.toordinal() if query.since else -(10**9)
    last = query.until.toordinal() if query.until else 10**9
    if when is None:
        return not query.dated_only and published is not None and first <= published <= last
    start = when.start.toordinal() if when.start else -(10**9)
    end = when.end.toordinal() if when.end else 10**9
    return start <= last and end >= first


def _has_number(figure: Figure, query: Query) -> bool:
    if query.unit and figure.unit != query.unit:
        return False
    if query.low is None and query.high is None:
        return True
    if figure.low is None and figure.high is None:
        return False
    low = -1e9 if figure.low is None else figure.low
    high = 1e9 if figure.high is None else figure.high
    return low <= (1e9 if query.high is None else query.high) and high >= (-1e9 if query.low is None else query.low)


def _has_words(evidence: str, title: str, words: str) -> bool:
    """By whole words, which is enough for words that no stemming changes."""
    texts = [" " + " ".join(re.findall(r"\w+", text.lower().replace("ā", "a"))) + " " for text in (evidence, title)]
    for term in re.findall(r'-?(?:"[^"]*"|\S+)', words):
        bare = " " + " ".join(re.findall(r"\w+", term.lower())) + " "
        if any(bare in text for text in texts) == term.startswith("-"):
            return False
    return True


def day_of(kept: Kept) -> int | None:
    when = kept.claim.when
    return when.end.toordinal() if when and when.end else published_day(kept.report.published)
