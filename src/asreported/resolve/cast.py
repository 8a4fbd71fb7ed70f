"""
Who takes part in one report: persons, bodies and people it mentions, in the order of the text.

    "Dorrian"     the person named in full elsewhere in the report
    "the URU"     what stands before its brackets ("Upper River Union (URU)")
    "Ash"         with the title and the body that an apposition gives ("Kurt Ash, a spokesman for the SDF")

What points back ("he", "the group") is here as it is worded; coreference.py follows it.
"""

from __future__ import annotations

import bisect
import calendar
import functools
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from asreported.records import Annotation, Entity, Event, Report, Span

from .actor_lookup import ActorIndex
from .actor_tables import (
    actor_index,
    demonyms,
    given_names,
    sexes,
    titles,
    word_set,
)
from .names import PARTICLES, Word, acronyms, fold, same_person, split_words
from .phrase import DETERMINERS, Reading, nations_of
from .phrases import LONGEST, read_in
from .setting import Setting

# A break between sentences where the annotation names none; titles with full stops ("Col. X") break too, which only
# makes the text before them look one sentence further away.
BREAK_RE = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n+")
APPOSITION_RE = re.compile(r"[,.;:\n]|\bsaid\b")

MEMORY = 300
"""How many mentions before a span are looked at, so that long reports take no longer than their length."""


class Seen(NamedTuple):
    """One mention of someone: where, what the words mean, and whether it acts or speaks there."""

    start: int
    end: int
    text: str
    reading: Reading
    acts: bool
    speaks: bool

    @property
    def entity(self) -> Entity | None:
        return self.reading.entity


class Cast:
    """The mentions of a report, each read once."""

    def __init__(self, report: Report, annotation: Annotation, actors: ActorIndex | None = None) -> None:
        self.text = report.text
        self.words = split_words(report.text)
        self._breaks = _sentence_starts(report.text, annotation)
        self._begins = frozenset(self._breaks)
        actors = actors or actor_index()
        self._hits = actors.find(self.words)
        counts = Counter(nations_of(self.words, actors, self._hits))
        self.setting = Setting(
            actors,
            country=_main_country(counts),
            countries=frozenset(counts),
            published=report.published,
            named=frozenset(h.actors[0].id for h in self._hits if len(h.actors) == 1),
        )
        self.places = {fold(t.text) for t in annotation.toponyms}
        self._runs = list(self._name_runs())
        self.acronyms = acronyms(report.text)
        self._readings: dict[tuple[int, int], Reading] = {}
        self.persons = self._find_persons(annotation)
        self._bearers = _by_word(self.persons)
        self.events: dict[tuple[int, int], tuple[Span, Event, bool]] = {}
        self.seen = sorted(self._collect(annotation), key=lambda s: (s.start, -s.end))
        self._starts = [s.start for s in self.seen]
        self.frequency = Counter(s.entity.id for s in self.seen if s.entity)

    # ---- what the words of a span mean in this report --------------------------------------

    def read(self, start: int, end: int) -> Reading:
        """The reading of `start:end`, with persons by one name, acronyms and places as this report has them."""
        if (start, end) not in self._readings:
            reading = self._read(self.text[start:end])
            if reading.kind == "name" and reading.entity and self._only_begins(start, reading.entity.name):
                reading = Reading(None, "unknown")
            self._readings[start, end] = reading
        return self._readings[start, end]

    def _read(self, text: str) -> Reading:
        if len(text) > LONGEST:
            return Reading(None, "unknown")
        acronym = self._defined(text)
        if acronym:
            return acronym  # what the report explains goes before what the table knows by these letters
        reading = read_in(text, self.setting)
        if reading.kind == "name" and reading.entity:
            person = self._person_named(reading.entity.name)
            if person:
                return person
        if reading.kind == "name" and fold(text) in self.places:
            return Reading(None, "place")
        if reading.kind == "person" and reading.entity and reading.entity.id.startswith("name:"):
            fuller = self._person_named(reading.entity.name)
            if fuller and fuller.entity:
                return self._merge(reading, fuller)
        return reading

    def _only_begins(self, start: int, name: str) -> bool:
        """Whether a word is no name: capital as the first of its sentence, and in lower case or a plural else."""
        key = fold(name)
        if start not in self._begins or " " in key or not self.text.startswith(name, start):
            return False
        others = [w for w in self.words if w.key == key and w.start != start]
        if any(not w.capital for w in others):
            return True
        plural = key.endswith("s") and not name.isupper() and len(key) > 4
        return plural and all(w.start in self._begins for w in others)

    def _merge(self, reading: Reading, fuller: Reading) -> Reading:
        """What both tell: the longer name, the title and the organisation of whichever has them."""
        one, other = reading.entity, fuller.entity
        if one is None or other is None:
            return reading
        entity = msgspec.structs.replace(
            other,
            country=other.country or one.country,
            organisation=other.organisation or one.organisation,
            rule=one.rule if fold(one.name) == fold(other.name) else "part of a name given in full",
        )
        title = reading.title or fuller.title
        return reading._replace(entity=entity, kind="person", sex=reading.sex or fuller.sex, title=title)

    def _person_named(self, name: str) -> Reading | None:
        """The person of the report whose name holds all words of `name`; None where two do."""
        key = fold(name)
        exact = self.persons.get(key)
        if exact and " " in key:
            return exact
        keys = self._bearers.get(key.split(" ")[-1], ())
        found = [r for k in keys if (r := self.persons[k]).entity and same_person(name, r.entity.name)]
        longest = [r for r in found if not any(_longer(o, r) for o in found)]
        if len(longest) != 1 or longest[0].entity is None:
            return exact
        entity = longest[0].entity
        if fold(entity.name) != key:
            entity = msgspec.structs.replace(entity, rule="part of a name given in full")
        return longest[0]._replace(entity=entity)

    def _defined(self, text: str) -> Reading | None:
        """What an acronym stands for: "the URU" where "Upper River Union (URU)" stands in the report."""
        words = [w for w in split_words(text) if w.key not in DETERMINERS]
        if not words or words[0].text not in self.acronyms:
            return None
        if any(w.key not in word_set("members") for w in words[1:]):
            return None
        start, end = self.acronyms[words[0].text]
        if fold(self.text[start:end]) in titles():
            return Reading(None, "description", definite=True)
        # With its article, so that a name that begins with a noun ("Alliance of …") is none of a member.
        reading = read_in(f"the {self.text[start:end]}", self.setting)
        known = read_in(words[0].text, self.setting)
        if known.entity and self._has_alias_like(known.entity.id, self.text[start:end]):
            return known  # "Islamic State in Iraq and Levant (Isil)": our actor, its name a little otherwise
        if reading.entity is None:
            name = self.text[start:end]
            return Reading(Entity(id=f"name:{fold(name)}", name=name, rule="acronym that the report explains"), "group")
        return reading._replace(
            entity=msgspec.structs.replace(reading.entity, rule="acronym that the report explains"), kind="group"
        )

    def _has_alias_like(self, id: str, text: str) -> bool:
        """Whether the actor of the table has an alias of nearly the same words as `text`."""
        actor, words = self.setting.actors.by_id.get(id), set(fold(text).split())
        names = (set(fold(alias).split()) for alias in (actor.name, *actor.aliases)) if actor else ()
        return any(len(words & name) >= 0.75 * len(words | name) for name in names)

    # ---- collecting the cast -----------------------------------------------------------------

    def _find_persons(self, annotation: Annotation) -> dict[str, Reading]:
        """Persons named with a title, a known given name or an age, or who speak under a name in capitals."""
        found: dict[str, Reading] = {}
        spans = [(s.start, s.end, part == "source") for s, _, part in _mentions(annotation)]
        spans += [(start, end, False) for start, end in self._runs]
        persons = {span: self._read_person(*span) for span in dict.fromkeys(spans)}
        full = [fold(r.entity.name).split() for r in persons.values() if r and r.entity]
        named = {name[-1] for name in full if len(name) > 1}
        single = {fold(s.text) for s, _, _ in _mentions(annotation) if _is_single_name(s.text)}
        single = (single | {name[0] for name in full if len(name) == 1}) - named
        for span in [s for s, person in persons.items() if person is None and s[1] - s[0] <= LONGEST]:
            persons[span] = self._read_fuller_name(*span[:2], single)
        for span in spans:
            reading = persons[span]
            if reading and reading.entity:
                key = fold(reading.entity.name)
                known = found.get(key)
                found[key] = (
                    self._merge(known, reading)._replace(title=known.title or reading.title) if known else reading
                )
        return found

    def _read_person(self, start: int, end: int, speaks: bool) -> Reading | None:
        """The person whom a span introduces, with office; None where it is someone or something else."""
        text = self.text[start:end]
        reading = read_in(text, self.setting)
        if reading.kind == "name" and self._is_person(text, reading, start, end, speaks):
            reading = _as_person(reading)
        if reading.kind != "person" or fold(text) in self.places:
            return None
        return self._with_office(reading, start, end)

    def _read_fuller_name(self, start: int, end: int, single: set[str]) -> Reading | None:
        """The person of a name whose last word is a mention elsewhere: "Alexanda Kotey" where "Kotey" acts."""
        words = split_words(self.text[start:end])
        last = fold(re.sub(r"['’]s$", "", words[-1].text)) if words else ""
        if not 2 <= len(words) <= 4 or last not in single or fold(self.text[start:end]) in self.places:
            return None
        if any(not _name_word(w) or w.key in _in_no_person() for w in words):
            return None
        reading = read_in(self.text[start:end], self.setting)
        return self._with_office(_as_person(reading), start, end) if reading.kind == "name" else None

    def _is_person(self, text: str, reading: Reading, start: int, end: int, speaks: bool) -> bool:
        words = split_words(text)
        if any(w.text in self.acronyms for w in words) or (self.text[end : end + 2] == " (" and self._defines(end + 2)):
            return False  # "Ansar of the Lake (AL)"
        if reading.definite or fold(text) in self.places or any(w.key in word_set("organisation_nouns") for w in words):
            return False
        if re.match(r", \d\d?\b", self.text[end : end + 5]):
            return True
        if not 2 <= len(words) <= 4 or not all(w.capital for w in words[1:]):
            return False
        return speaks or words[0].key in given_names() or self._with_office(reading, start, end).title is not None

    def _defines(self, start: int) -> bool:
        """Whether an acronym that the report explains begins at `start`."""
        return any(self.text.startswith(f"{acronym})", start) for acronym in self.acronyms)

    def _name_runs(self) -> Iterator[tuple[int, int]]:
        """Runs of two and more capitalised words with the title before them, as "spokesman Kurt Ash"."""
        words, i = self.words, 0
        while i < len(words):
            if not words[i].capital:
                i += 1
                continue
            last = i + 1
            while last < len(words) and _name_word(words[last]) and self._adjoin(words[last - 1], words[last]):
                last += 1
            while last > i and not words[last - 1].capital:
                last -= 1
            first = i
            while (
                first > 0
                and i - first < 4
                and words[first - 1].key in _title_words()
                and self._adjoin(words[first - 1], words[first])
            ):
                first -= 1
            if first < i:
                first = self._owner_before(first)
            if last - first > 1:
                yield words[first].start, words[last - 1].end
            i = max(last, i + 1)

    def _owner_before(self, first: int) -> int:
        """Where a known body or a demonym right before a title begins: "YPG spokesman Kurt Ash"."""
        if not first or not self._adjoin(self.words[first - 1], self.words[first]):
            return first
        i = bisect.bisect_right(self._hits, first, key=lambda h: h.last) - 1
        if i >= 0 and self._hits[i].last == first:
            return self._hits[i].first
        word = self.words[first - 1]
        return first - 1 if word.capital and word.key in demonyms() else first

    def _adjoin(self, left: Word, right: Word) -> bool:
        """Whether two words can stand in one name: with a space, a hyphen, an article, an abbreviation's full stop."""
        gap = self.text[left.end : right.start]
        if left.text.replace("’", "'").endswith("'s"):
            return False  # "Poland's Radoslaw Sikorski"
        if gap == " ":
            return True
        if len(gap) > 6 or "\n" in gap or gap.strip(" -‑.\u00a0") not in ("", "al", "el"):
            return False
        return "." not in gap or len(left.text) == 1 or left.key in _title_words()

    def _with_office(self, reading: Reading, start: int, end: int) -> Reading:
        """A person with what an apposition adds: "Kurt Ash, a spokesman for the SDF", "the mayor, Kurt Ash"."""
        entity = reading.entity
        if entity is None:
            return reading
        after = self.text[end + 2 : end + 122] if self.text[end : end + 2] == ", " else ""
        before = self.text[max(0, start - 92) : start - 2] if self.text[max(0, start - 2) : start] == ", " else ""
        for clause in (APPOSITION_RE.split(after, maxsplit=1)[0], APPOSITION_RE.split(before)[-1]):
            words = split_words(clause)[-12:]
            title = next((w.key for w in words if w.key in titles() and not w.capital), None)
            if title is None:
                continue
            hits = [h for h in map(self.setting.meant, self.setting.actors.find(words)) if h]
            bodies = {h.actors[0].name for h in hits if h.actors[0].type != "person"} or self._named_body(clause)
            nations = nations_of(words, self.setting.actors)
            return reading._replace(
                title=reading.title or title,
                entity=msgspec.structs.replace(
                    entity,
                    organisation=entity.organisation or (next(iter(bodies)) if len(bodies) == 1 else None),
                    country=entity.country or (nations[0] if nations else None),
                ),
            )
        return reading

    def _named_body(self, clause: str) -> set[str]:
        """The body that no table knows in an apposition: "a spokesman for the Upper River Union"."""
        body = re.search(r"\b(?:for|of|with|from) (.+)", clause)
        reading = read_in(body.group(1), self.setting) if body else None
        if reading is None or reading.entity is None or reading.kind != "group":
            return set()
        name = reading.entity.name
        return {name} if sum(w.capital for w in split_words(name)) > 1 or name.isupper() else set()

    def _collect(self, annotation: Annotation) -> Iterator[Seen]:
        """Mentions of the annotation; aliases of the table and names in the text where none of these stands."""
        parts: dict[tuple[int, int], set[str]] = {}
        for span, event, part in _mentions(annotation):
            parts.setdefault((span.start, span.end), set()).add(part)
            self.events.setdefault((span.start, span.end), (span, event, part == "source"))
        covered = sorted(parts)
        for hit in self._hits:
            start, end = self.words[hit.first].start, self.words[hit.last - 1].end
            if hit.actors[0].type != "media" and not _overlapping(covered, start, end):
                parts[start, end] = set()
        for start, end in self._runs:
            around = _overlapping(covered, start, end)
            kind = self.read(start, end).kind
            # Within "the car of Minister X" X is named too, which the whole does not mean.
            if (kind == "person" and not self._name_persons(around)) or (kind == "group" and not around):
                parts.setdefault((start, end), set())
        for (start, end), roles in parts.items():
            yield Seen(start, end, self.text[start:end], self.read(start, end), "actor" in roles, "source" in roles)

    def _name_persons(self, spans: list[tuple[int, int]]) -> bool:
        return any(self.read(start, end).kind == "person" for start, end in spans)

    # ---- places in the text --------------------------------------------------------------------

    def before(self, span: Span) -> Iterator[Seen]:
        """Mentions that end before the span, the nearest first, and no more than `MEMORY` of them."""
        first = bisect.bisect_left(self._starts, span.start)
        for i in range(first - 1, max(-1, first - 1 - MEMORY), -1):
            if self.seen[i].end <= span.start:
                yield self.seen[i]

    def _sentence(self, position: int) -> int:
        return bisect.bisect_right(self._breaks, position)

    def sentence_start(self, position: int) -> int:
        i = self._sentence(position)
        return self._breaks[i - 1] if i else 0

    def distance(self, left: int, right: int) -> int:
        return self._sentence(right) - self._sentence(left)


def _mentions(annotation: Annotation) -> Iterator[tuple[Span, Event, str]]:
    """Actors, targets and sources of all events: span, event, and what it is there."""
    for event in annotation.events:
        for mention in event.roles:
            if mention.role in ("actor", "target"):
                yield mention.span, event, mention.role
        for source in event.sources:
            if source.who is not None:
                yield source.who, event, "source"


def _is_single_name(text: str) -> bool:
    words = split_words(text) if len(text) <= LONGEST else []
    return len(words) == 1 and words[0].capital and not words[0].text.isupper()


def _sentence_starts(text: str, annotation: Annotation) -> list[int]:
    """Where sentences begin: as annotated, and by punctuation where the annotation leaves a gap."""
    starts, position = {0}, 0
    for sentence in sorted(annotation.sentences, key=lambda s: s.start):
        starts.update(m.end() for m in BREAK_RE.finditer(text, position, max(position, sentence.start)))
        starts.add(sentence.start)
        position = max(position, sentence.end)
    starts.update(m.end() for m in BREAK_RE.finditer(text, position))
    return sorted(starts)


def _main_country(counts: Counter[str]) -> str | None:
    """The country that a report tells of: named more often than any other, and at least twice."""
    ranked = counts.most_common(2)
    if not ranked or ranked[0][1] < 2 or (len(ranked) > 1 and ranked[1][1] * 4 > ranked[0][1] * 3):
        return None
    return ranked[0][0]


@functools.cache
def _title_words() -> frozenset[str]:
    return frozenset(w for t in titles() for w in t.split() if len(w) > 1 and w not in ("of", "in", "for"))


@functools.cache
def _in_no_person() -> frozenset[str]:
    """Words that a sentence may begin with before a name ("On Sunday Holmes"), and nouns of organisations."""
    days = (*calendar.day_name, *calendar.month_name[1:])
    nouns = word_set("organisation_nouns") | word_set("organisation_nouns", "nobody")
    return nouns | word_set("grammar", "links") | word_set("skip") | DETERMINERS | {fold(d) for d in days}


def _name_word(word: Word) -> bool:
    return word.capital or word.key in PARTICLES


def _by_word(persons: dict[str, Reading]) -> dict[str, list[str]]:
    """The keys of persons by each word of their names; words that very many bear name no one."""
    found: dict[str, list[str]] = {}
    for key in persons:
        for word in key.split(" "):
            found.setdefault(word, []).append(key)
    return {word: keys for word, keys in found.items() if len(keys) <= 20}


def _longer(one: Reading, other: Reading) -> bool:
    """Whether `one` is another and longer name for `other`."""
    if one.entity is None or other.entity is None or one.entity.id == other.entity.id:
        return False
    return len(one.entity.name) > len(other.entity.name) and same_person(other.entity.name, one.entity.name)


def _as_person(reading: Reading) -> Reading:
    if reading.entity is None:
        return reading
    first = fold(reading.entity.name).split()[:1]
    sex = sexes().get(first[0]) if first else None
    return reading._replace(entity=msgspec.structs.replace(reading.entity, type="person"), kind="person", sex=sex)


def _overlapping(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Those of the sorted `spans` that overlap `start:end`."""
    i = bisect.bisect_left(spans, (start, end))
    return [(s, e) for s, e in spans[max(0, i - 3) : i + 2] if s < end and start < e]
