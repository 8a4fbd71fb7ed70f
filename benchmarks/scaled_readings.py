"""
Any number of readings out of some hundreds: real claims, with days, places, figures, names and wording changed.

A section of a real report is taken with the claims that lie in it. Within one made report a place becomes another place
of the same country throughout, all days are shifted alike, figures become others, and three words of ten become other
words of the same reports. So every span is still verbatim, and near-copy detection has what it has in an archive:
- one report in ten is the text of an earlier one under another publisher,
- one in three tells of the same places and days as an earlier one, in other words and with other figures.
"""

from __future__ import annotations

import collections
import datetime as dt
import hashlib
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from asreported.records import Claim, Reading, Report, make_report

CLAIMS = 13
"""Of one section; those with words outside of it are left out, and ten remain on average."""

COPIES, RETOLD = 0.1, 1 / 3
CHANGED = 0.3
"""Share of the words that become others."""

FIRST_DAY = dt.date(2011, 1, 1)
PER_DAY = 25
"""Reports a day, whatever the size of the archive: one of twice the reports goes over twice the days."""

RECENT = 60
"""Reports that a copy or a retelling is taken from: news comes back within days."""

WORD_RE = re.compile(r"\b[a-z]{4,}\b")
NUMBER_RE = re.compile(r"\d{1,3}")


class Section(NamedTuple):
    """A stretch of a real report and the claims that lie in it."""

    text: str
    claims: tuple[dict[str, Any], ...]
    published: dt.date
    title: str


class Story(NamedTuple):
    """What two tellings have in common: the section, and what its days and places become."""

    section: Section
    shift: int
    seed: int


class Pools(NamedTuple):
    """What values are drawn from."""

    words: Sequence[str]
    places: dict[str, list[dict[str, Any]]]
    publishers: Sequence[str]
    names: Sequence[str]


def scale_readings(readings: Iterable[Reading], reports: int, seed: int = 1) -> Iterator[Reading]:
    """`reports` made readings, in the order of their publication."""
    rng = random.Random(seed)
    sources = list(readings)
    sections = [section for reading in sources for section in cut_sections(reading)]
    pools = _pools(sources, sections, rng)
    recent: collections.deque[tuple[Story, Reading]] = collections.deque(maxlen=RECENT)
    for number in range(reports):
        day = FIRST_DAY + dt.timedelta(days=number // PER_DAY)
        chance = rng.random()
        if recent and chance < COPIES:
            story, told = rng.choice(recent)
            yield _copy(told, number, day, rng.choice(pools.publishers))
            continue
        if recent and chance < COPIES + RETOLD:
            story = rng.choice(recent)[0]
        else:
            section = rng.choice(sections)
            story = Story(section, (day - section.published).days, rng.randrange(1 << 30))
        told = _tell(story, number, day, pools, rng)
        recent.append((story, told))
        yield told


def cut_sections(reading: Reading) -> Iterator[Section]:
    """Stretches of whole sentences with about `CLAIMS` claims each, spans counted from their start."""
    text, published = reading.report.text, _day(reading.report.published)
    start, held = 0, []
    for claim in sorted(reading.claims, key=lambda claim: claim.evidence.end):
        held.append(claim)
        if len(held) >= CLAIMS:
            end = claim.evidence.end
            yield Section(text[start:end], tuple(_inside(held, start, end)), published, reading.report.title)
            start, held = end, []
    if len(held) >= CLAIMS // 2:
        yield Section(text[start:], tuple(_inside(held, start, len(text))), published, reading.report.title)


def _inside(claims: Sequence[Claim], start: int, end: int) -> Iterator[dict[str, Any]]:
    for claim in claims:
        plain = msgspec.to_builtins(claim)
        if all(start <= a < b <= end for a, b in _spans(plain)):
            yield _moved(plain, lambda a: a - start)


def _spans(value: Any) -> Iterator[tuple[int, int]]:
    if isinstance(value, dict):
        if isinstance(value.get("start"), int) and isinstance(value.get("end"), int):
            yield value["start"], value["end"]
        for part in value.values():
            yield from _spans(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _spans(part)


SPANLESS = {"entity", "alternates", "candidates"}
"""Parts of a claim in which nothing is quoted: told again as they are."""


def _moved(value: dict[str, Any], move: Callable[[int], int], text: str | None = None) -> dict[str, Any]:
    """`value` with all offsets moved; with `text` what is quoted is quoted anew."""
    moved = value.copy()
    for key, part in value.items():
        if type(part) is dict and key not in SPANLESS:
            moved[key] = _moved(part, move, text)
        elif part and isinstance(part, list | tuple) and key not in SPANLESS:
            moved[key] = [_moved(one, move, text) if type(one) is dict else one for one in part]
    span = moved
    if type(value.get("start")) is int and type(value.get("end")) is int:
        moved["start"], moved["end"] = move(value["start"]), move(value["end"])
    else:
        span = moved.get("span")
    if text is not None and type(span) is dict and isinstance(value.get("text"), str):
        moved["text"] = text[span["start"] : span["end"]]
    return moved


# ---- telling -----------------------------------------------------------------------------


def _tell(story: Story, number: int, day: dt.date, pools: Pools, rng: random.Random) -> Reading:
    """The story in words and figures of its own."""
    section = story.section
    places = _new_places(section.claims, pools, random.Random(story.seed))
    changes, figures = _changes(section, places, pools, rng)
    body, move = _rewrite(section.text, changes)
    names = {name: rng.choice(pools.names) for name in _source_names(section.claims) if rng.random() < 0.5}
    title = " ".join(rng.sample(pools.words, 6)).capitalize()
    report, by = _report(title, body, number, day, rng.choice(pools.publishers))
    made = []
    for position, before in enumerate(section.claims):
        claim = _moved(before, lambda a: move(a) + by, report.text)
        claim["id"] = _id(number, position)
        _shift(claim, story.shift, section.published)
        if claim["where"] and (place := places.get(before["where"]["name"])):
            claim["where"] |= place
        for old, figure in zip(before["figures"], claim["figures"], strict=True):
            if new := figures.get((old["start"], old["end"])):
                figure["low"], figure["high"] = _scaled(old, *new)
        for source in claim["sources"]:
            source["name"] = names.get(source["name"], source["name"])
        made.append(claim)
    return Reading(report=report, claims=msgspec.convert(made, tuple[Claim, ...], strict=False))


def _copy(told: Reading, number: int, day: dt.date, publisher: str) -> Reading:
    """The same text under another publisher."""
    body = told.report.text.partition("\n\n")[2]
    report, _ = _report(told.report.title, body, number, day, publisher)
    claims = (msgspec.structs.replace(claim, id=_id(number, i)) for i, claim in enumerate(told.claims))
    return Reading(report=report, claims=tuple(claims))


def _report(title: str, body: str, number: int, day: dt.date, publisher: str) -> tuple[Report, int]:
    """A report, and how far its text moves what `body` holds: white space at the start of that is left out."""
    report = make_report(id=f"made-{number}", title=title, body=body, publisher=publisher, published=day.isoformat())
    return report, len(title) + 2 - (len(body) - len(body.lstrip()))


def _id(number: int, position: int) -> str:
    return hashlib.sha256(f"{number}:{position}".encode()).hexdigest()[:16]


def _new_places(claims: Sequence[dict[str, Any]], pools: Pools, rng: random.Random) -> dict[str, dict[str, Any]]:
    """For the name of each place that is no country or region another of its country."""
    new = {}
    for claim in claims:
        where = claim["where"]
        if where and where["precision"] not in ("country", "region", "sea") and where["name"] not in new:
            choice = pools.places.get(where["country"])
            if choice:
                new[where["name"]] = rng.choice(choice)
    return new


def _changes(
    section: Section, places: dict[str, dict[str, Any]], pools: Pools, rng: random.Random
) -> tuple[dict[tuple[int, int], str], dict[tuple[int, int], tuple[int, int]]]:
    """Stretches of the text that become others, and what the figures in them were and are."""
    changes: dict[tuple[int, int], str] = {}
    figures: dict[tuple[int, int], tuple[int, int]] = {}
    for name, place in places.items():
        for match in re.finditer(rf"\b{re.escape(name)}\b", section.text):
            changes[match.span()] = place["name"]
    for claim in section.claims:
        for figure in claim["figures"]:
            match = NUMBER_RE.search(section.text, figure["start"], figure["end"])
            if match and (figure["start"], figure["end"]) not in figures and figure["low"] != figure["high"] != 0:
                old = int(match[0])
                figures[figure["start"], figure["end"]] = (old, max(1, round(old * rng.choice((0.5, 1, 1.2, 2, 3)))))
                changes[match.span()] = str(figures[figure["start"], figure["end"]][1])
    other = {}
    for match in WORD_RE.finditer(section.text):
        word = match[0]
        if word not in other:
            other[word] = rng.choice(pools.words) if rng.random() < CHANGED else None
        if other[word]:
            changes.setdefault(match.span(), other[word])
    return changes, figures


def _rewrite(text: str, changes: dict[tuple[int, int], str]) -> tuple[str, Any]:
    """The text with `changes` made, and where each offset lies in it."""
    parts: list[str] = []
    at = length = 0
    moves: list[tuple[int, int, int, int]] = []
    for (start, end), new in sorted(changes.items()):
        if start < at:
            continue
        parts += [text[at:start], new]
        length += start - at
        moves.append((start, end, length, length + len(new)))
        length += len(new)
        at = end
    parts.append(text[at:])

    def move(offset: int) -> int:
        low, high = 0, len(moves)
        while low < high:  # the last change that begins before the offset
            middle = (low + high) // 2
            low, high = (middle + 1, high) if moves[middle][0] < offset else (low, middle)
        if low == 0:
            return offset
        start, end, new_start, new_end = moves[low - 1]
        if offset >= end:
            return offset - end + new_end
        return min(new_start + offset - start, new_end - 1)  # inside a word that became another

    return "".join(parts), move


def _scaled(figure: dict[str, Any], old: int, new: int) -> tuple[Any, Any]:
    """The bounds as the new number makes them, where they came from the old one."""
    low, high = figure["low"], figure["high"]
    changed = (new if low == old else low, new if high == old else high)
    if None not in changed and changed[0] > changed[1]:
        return low, high
    return changed


def _shift(claim: dict[str, Any], days: int, published: dt.date) -> None:
    when = claim["when"]
    for side in ("start", "end") if when else ():
        if when[side]:
            day = dt.date.fromisoformat(when[side])
            ordinal = min(max(day.toordinal() + days, 1), dt.date.max.toordinal())
            when[side] = dt.date.fromordinal(ordinal).isoformat()


def _source_names(claims: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(source["name"] for claim in claims for source in claim["sources"] if source["name"]))


# ---- pools -------------------------------------------------------------------------------


def _pools(readings: Sequence[Reading], sections: Sequence[Section], rng: random.Random) -> Pools:
    places: dict[str, dict[str, dict[str, Any]]] = {}
    for reading in readings:
        for claim in reading.claims:
            where = claim.where
            for one in () if where is None else (where, *where.candidates):
                id = one.gazetteer_id if one is where else one.id  # type: ignore[union-attr]
                if one.country and id and one.lat is not None:
                    places.setdefault(one.country, {})[one.name] = {
                        "name": one.name, "admin1": one.admin1, "lat": one.lat, "lon": one.lon, "gazetteer_id": id,
                        "alternates": [], "candidates": [], "precision": "exact", "radius_km": None,
                    }  # fmt: skip
    words = [word for section in sections for word in WORD_RE.findall(section.text)]
    names = ["".join(rng.sample("abdehiklmnorstuy", 5)).capitalize() for _ in range(600)]
    return Pools(
        words=words,  # each as often as it occurs, so that common words stay common
        places={country: list(named.values()) for country, named in places.items()},
        publishers=[f"{rng.choice(names)} {kind}" for kind in ("News", "Post", "Radio", "Agency") for _ in range(60)],
        names=[f"{rng.choice(names)} {rng.choice(names)}" for _ in range(5_000)],
    )


def _day(published: str | None) -> dt.date:
    return dt.date.fromisoformat(published) if published and len(published) == 10 else dt.date(2016, 1, 1)
