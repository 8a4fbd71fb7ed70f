"""
Who takes part in one report, in the order of the text, and whom a later mention of them means.

    "Dorrian"            the person named in full elsewhere in the report
    "the URU"            what stands before its brackets
    "the Column"         the one named body that ends in that noun ("Desert Column")
    "the general"        the person with that title
    "the militants"      the last actor before it of a type that fits (data/offices.toml, `descriptions`)
    "he", "it", "they"   the most salient earlier mention that fits in sex and number, a few sentences back at most
    "I", "we"            who is speaking: the innermost source of the claim, "we" his organisation
    "its fighters"       whom "its" means

Everything is rule, and the rule's name travels with the entity. Where two readings are about as good there is none.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from asreported.records import Annotation, Entity, Event, Report, Span

from .actor_tables import (
    actor_index,
    description_types,
    given_names,
    offices,
    people_words,
    sexes,
    states,
    title_head,
    titles,
    word_set,
)
from .names import PARTICLES, Word, acronyms, fold, same_person, split_words
from .phrases import DETERMINERS, LINKS, OWNERS, PRONOUN_KINDS, Reading, entity_of, nations_of, read_phrase

BODIES = frozenset(("group", "state"))
# A break between sentences where the annotation names none; titles with full stops ("Col. X") break too, which only
# makes the text before them look one sentence further away.
BREAK_RE = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n+")
APPOSITION_RE = re.compile(r"[,.;:\n]|\bsaid\b")
PRONOUN_REACH = 3
PERSON_REACH = 8
"""How many sentences back an antecedent of a pronoun may stand; persons stay in mind longer."""
W = {
    "distance": 0.5,
    "acts": 0.6,
    "speaks": 0.5,
    "speaks_to_source": 1.5,
    "first": 0.5,
    "person": 0.8,
    "body": 0.3,
    "owned": 0.6,
    "pronoun": 0.4,
    "often": 0.1,
    "same_event": 1.0,
}
"""What makes an antecedent salient, tuned by hand on annotated reports (benchmarks/coreference.py)."""
MARGIN = 0.35
"""By how much the best antecedent must be better than the next that is someone else."""


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
    """The mentions of a report, read once; `resolve` answers for any of its spans."""

    def __init__(self, report: Report, annotation: Annotation) -> None:
        self.text = report.text
        self.words = split_words(report.text)
        self._breaks = _sentence_starts(report.text, annotation)
        counts = Counter(nations_of(self.words))
        self.country = _main_country(counts)
        self.countries = frozenset(counts)
        self.places = {fold(t.text) for t in annotation.toponyms}
        self.acronyms = acronyms(report.text)
        self._readings: dict[tuple[int, int], Reading] = {}
        self.persons = self._find_persons(annotation)
        self._events: dict[tuple[int, int], tuple[Span, Event, bool]] = {}
        self.seen = sorted(self._collect(annotation), key=lambda s: (s.start, -s.end))
        self._starts = [s.start for s in self.seen]
        self._frequency = Counter(s.entity.id for s in self.seen if s.entity)
        self._follow()

    # ---- what the words of a span mean in this report --------------------------------------

    def read(self, start: int, end: int) -> Reading:
        """The reading of `start:end`, with persons by one name, acronyms and places as this report has them."""
        if (start, end) not in self._readings:
            self._readings[start, end] = self._read(self.text[start:end])
        return self._readings[start, end]

    def _read(self, text: str) -> Reading:
        reading = read_phrase(text, country=self.country, countries=self.countries)
        if reading.kind == "name" and reading.entity:
            person = self._person_named(reading.entity.name)
            if person:
                return person
        if reading.kind in ("name", "unknown"):
            acronym = self._defined(text)
            if acronym:
                return acronym
        if reading.kind == "name" and fold(text) in self.places:
            return Reading(None, "place")
        if reading.kind == "person" and reading.entity and reading.entity.id.startswith("name:"):
            fuller = self._person_named(reading.entity.name)
            if fuller and fuller.entity:
                return self._merge(reading, fuller)
        return reading

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
        exact = self.persons.get(fold(name))
        if exact and len(fold(name).split()) > 1:
            return exact
        found = [r for r in self.persons.values() if r.entity and same_person(name, r.entity.name)]
        longest = [r for r in found if not any(_longer(o, r) for o in found)]
        if len(longest) != 1 or longest[0].entity is None:
            return exact
        entity = longest[0].entity
        if fold(entity.name) != fold(name):
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
        reading = read_phrase(self.text[start:end], country=self.country, countries=self.countries)
        if reading.entity is None:
            name = self.text[start:end]
            return Reading(Entity(id=f"name:{fold(name)}", name=name, rule="acronym that the report explains"), "group")
        return reading._replace(
            entity=msgspec.structs.replace(reading.entity, rule="acronym that the report explains"), kind="group"
        )

    # ---- collecting the cast -----------------------------------------------------------------

    def _find_persons(self, annotation: Annotation) -> dict[str, Reading]:
        """Persons named with a title, a known given name or an age, or who speak under a name in capitals."""
        found: dict[str, Reading] = {}
        spans = [(s.start, s.end, part == "source") for s, _, part in _mentions(annotation)]
        for start, end, speaks in [*spans, *((s, e, False) for s, e in self._name_runs())]:
            text = self.text[start:end]
            reading = read_phrase(text, country=self.country, countries=self.countries)
            if reading.kind == "name" and self._is_person(text, reading, end, speaks):
                reading = _as_person(reading)
            if reading.kind == "person" and reading.entity and fold(text) not in self.places:
                key = fold(reading.entity.name)
                known = found.get(key)
                reading = self._with_office(reading, start, end)
                found[key] = (
                    self._merge(known, reading)._replace(title=known.title or reading.title) if known else reading
                )
        return found

    def _is_person(self, text: str, reading: Reading, end: int, speaks: bool) -> bool:
        words = split_words(text)
        if reading.definite or fold(text) in self.places or any(w.key in word_set("organisation_nouns") for w in words):
            return False
        if re.match(r", \d\d?\b", self.text[end : end + 5]):
            return True
        return 2 <= len(words) <= 4 and (speaks or words[0].key in given_names()) and all(w.capital for w in words[1:])

    def _name_runs(self) -> Iterator[tuple[int, int]]:
        """Runs of two and more capitalised words with the title before them, as "spokesman Kurt Ash"."""
        words, i = self.words, 0
        while i < len(words):
            if not words[i].capital:
                i += 1
                continue
            last = i + 1
            while last < len(words) and self._adjoin(words[last - 1], words[last]) and _name_word(words[last]):
                last += 1
            while last > i and not words[last - 1].capital:
                last -= 1
            first = i
            while (
                first > 0
                and i - first < 4
                and self._adjoin(words[first - 1], words[first])
                and words[first - 1].key in _title_words()
            ):
                first -= 1
            if last - first > 1:
                yield words[first].start, words[last - 1].end
            i = max(last, i + 1)

    def _adjoin(self, left: Word, right: Word) -> bool:
        gap = self.text[left.end : right.start]
        return (
            len(gap) <= 6
            and gap.strip(" -‑.\u00a0") in ("", "al", "el")
            and "\n" not in gap
            and not ("." in gap and len(left.text) > 4)
        )

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
            hits = [h.actors[0] for h in actor_index().find(words) if len({a.id for a in h.actors}) == 1]
            bodies = [a for a in hits if a.type != "person"]
            nations = nations_of(words)
            return reading._replace(
                title=reading.title or title,
                entity=msgspec.structs.replace(
                    entity,
                    organisation=entity.organisation or (bodies[0].name if len(bodies) == 1 else None),
                    country=entity.country or (nations[0] if nations else None),
                ),
            )
        return reading

    def _collect(self, annotation: Annotation) -> Iterator[Seen]:
        """Mentions of the annotation, aliases of the table and persons in the text, longest first where they overlap."""
        parts: dict[tuple[int, int], set[str]] = {}
        for span, event, part in _mentions(annotation):
            parts.setdefault((span.start, span.end), set()).add(part)
            self._events.setdefault((span.start, span.end), (span, event, part == "source"))
        covered = sorted(parts)
        for hit in actor_index().find(self.words):
            start, end = self.words[hit.first].start, self.words[hit.last - 1].end
            if hit.actors[0].type != "media" and not _inside(covered, start, end):
                parts[start, end] = set()
        for start, end in self._name_runs():
            if not _inside(covered, start, end) and self.read(start, end).kind in ("person", "group"):
                parts.setdefault((start, end), set())
        for (start, end), roles in parts.items():
            yield Seen(start, end, self.text[start:end], self.read(start, end), "actor" in roles, "source" in roles)

    def _follow(self) -> None:
        """
        Resolve what points back, from the first mention to the last, so that each can lean on those before it:
        "it" may mean "the group", which means a named one.
        """
        for i, seen in enumerate(self.seen):
            found = self._events.get((seen.start, seen.end))
            if found is None or (seen.entity is not None and not seen.reading.generic):
                continue
            span, event, speaks = found
            entity = self.resolve(span, event, speaks=speaks)
            if entity is not None and entity != seen.entity:
                kind = _kind_of(entity, seen.reading)
                generic = seen.reading.generic and _is_generic(entity)
                self.seen[i] = seen._replace(reading=seen.reading._replace(entity=entity, kind=kind, generic=generic))
                self._frequency[entity.id] += 1

    # ---- whom a span means ---------------------------------------------------------------------

    def resolve(self, span: Span, event: Event, *, speaks: bool = False) -> Entity | None:
        """
        The entity of `span`, a filler or source of `event`; `speaks` where it is the source.

        Pronouns and descriptions are looked up before it in the report; what stays in doubt is None.
        """
        reading = self.read(span.start, span.end)
        if reading.kind == "pronoun":
            return self._pronoun(span, event, reading, speaks=speaks)
        owner = self._owner(span, event, speaks=speaks)
        if owner:
            return owner
        if reading.kind == "description" or (
            reading.definite and (reading.generic or reading.kind in ("unknown", "person"))
        ):
            described = self._described(span, reading, speaks=speaks)
            if described:
                return described
        return reading.entity

    def _names_an_office(self, span: Span, reading: Reading) -> bool:
        """ "Turkey's prime minister", "a monitor": composed or worded, but perhaps someone whom the report names."""
        words = split_words(span.text)
        cut = next((i for i, w in enumerate(words) if i and w.key in LINKS), len(words))
        if reading.kind not in ("group", "unknown") or cut < 1:
            return False
        return words[cut - 1].key in titles() or description_types().get(words[cut - 1].key) == ("monitor",)

    def _owner(self, span: Span, event: Event, *, speaks: bool) -> Entity | None:
        """ "its fighters": whom "its" means, where the rest is a noun for members of a body."""
        words = split_words(span.text)
        if len(words) < 2 or words[0].key not in OWNERS:
            return None
        if any(w.key not in word_set("members") and w.key not in word_set("skip") for w in words[1:]):
            return None
        first = Span(start=span.start, end=span.start + words[0].end, text=span.text[: words[0].end])
        reading = read_phrase(first.text)
        entity = self._pronoun(first, event, reading, speaks=speaks)
        if entity is None or entity.type in ("person", "civilians"):
            return None
        return msgspec.structs.replace(entity, rule=f"members of whom {first.text.lower()!r} means")

    def _described(self, span: Span, reading: Reading, *, speaks: bool) -> Entity | None:
        words = [w for w in split_words(span.text) if w.key not in DETERMINERS]
        if not words:
            return None
        holder = self._office_holder(span, words)
        found = holder or self._same_noun(span, words) or self._of_type(span, words, reading, speaks=speaks)
        found = found or self._same_worded(span, words)
        if found is None or found.entity is None:
            return None
        return msgspec.structs.replace(found.entity, rule=f"{span.text.lower()!r} for {found.text!r}")

    def _office_holder(self, span: Span, words: list[Word]) -> Seen | None:
        """The person before the span who bears the title: "the general", "the US president", "the head of the URU"."""
        keys = [w.key for w in words]
        cut = next((i for i, w in enumerate(words) if i and w.key in LINKS), len(words))
        title = next((t for n in range(min(4, cut), 0, -1) if (t := " ".join(keys[cut - n : cut])) in titles()), None)
        if title is None:
            return None
        nations = set(nations_of(words))
        bodies = {h.actors[0].name for h in actor_index().find(words) if not h.actors[0].id.startswith("state:")}
        found: list[Seen] = []
        for seen in self._before(span):
            entity = seen.entity
            if seen.reading.kind != "person" or entity is None or not _bears(seen.reading, title):
                continue
            if (bodies and entity.organisation not in bodies) or (
                nations and not bodies and entity.country not in nations
            ):
                continue
            found.append(seen)
        if not found:
            return None
        near = {s.entity.id for s in found if s.entity and self._distance(s.start, span.start) <= 2}
        return found[0] if len(near) <= 1 else None

    def _same_noun(self, span: Span, words: list[Word]) -> Seen | None:
        """An earlier mention with a longer name around the same noun: "the Front", "the ministry"."""
        last = words[-1].key
        if len(words) > 2 or last in people_words():
            return None
        for seen in self._before(span):
            entity = seen.entity
            if entity is None or seen.reading.generic or seen.reading.kind not in ("group", "name"):
                continue
            named = fold(entity.name).split()
            if last in named and len(named) > 1 and (last in fold(seen.text).split() or words[-1].capital):
                return seen
        return None

    def _same_worded(self, span: Span, words: list[Word]) -> Seen | None:
        """An earlier mention without a name that says more: "the source" for "a military source"."""
        last = words[-1].key
        if len(words) > 1:
            return None
        for seen in self._before(span):
            if (seen.entity is None or seen.reading.generic) and _says_more(seen, last):
                return seen._replace(reading=seen.reading._replace(entity=_as_worded(seen)))
        return None

    def _of_type(self, span: Span, words: list[Word], reading: Reading, *, speaks: bool) -> Seen | None:
        """
        The actor before the span whose type fits the description: the nearest, the oftenest named.

        "a monitor" and "Monitor" (in a headline) mean the one monitor that the report names at all.
        """
        keys = [" ".join(w.key for w in words[-n:]) for n in range(min(3, len(words)), 0, -1)]
        types = next((description_types()[k] for k in keys if k in description_types()), ())
        if types == ("monitor",) or (speaks and "monitor" in types and not reading.definite):
            monitors = {s.entity.id: s for s in self.seen if s.entity and s.entity.type == "monitor"}
            return next(iter(monitors.values())) if len(monitors) == 1 else None
        if not reading.definite or not types:
            return None
        fitting: dict[str, tuple[float, Seen]] = {}
        for seen in self._before(span):
            entity = seen.entity
            if entity is None or seen.reading.generic or seen.reading.kind not in BODIES or _is_generic(entity):
                continue
            unknown = entity.type is None and seen.acts and "armed-group" in types
            if entity.type not in types and not unknown:
                continue
            distance = self._distance(seen.start, span.start)
            score = -0.5 * min(distance, 6) + 0.2 * min(self._frequency[entity.id], 8) + 1.5 * (speaks and seen.speaks)
            score += 0.7 * (entity.type == types[0]) + 0.2 * seen.acts
            if entity.id not in fitting or score > fitting[entity.id][0]:
                fitting[entity.id] = (score, seen)
        return _clear_best(list(fitting.values()))

    def _pronoun(self, span: Span, event: Event, reading: Reading, *, speaks: bool) -> Entity | None:
        kind = PRONOUN_KINDS[fold(span.text)]
        if kind == "relative":
            return self._relative(span)
        if kind == "speakers" or (kind == "speaker" and not speaks):
            return self._speaker(event, kind) if not speaks else None
        kind = "person" if kind == "speaker" else kind
        best: dict[str, tuple[float, Seen]] = {}
        partners = {e.id for m in event.roles if m.span != span and (e := self.read(m.span.start, m.span.end).entity)}
        for seen in self._antecedents(span, kind, reading):
            key = _meant(seen).id
            score = self._salience(seen, span, speaks=speaks) - W["same_event"] * (key in partners and not speaks)
            if key not in best or score > best[key][0]:
                best[key] = (score, seen)
        found = _clear_best(list(best.values()))
        if found is None:
            return None
        return msgspec.structs.replace(
            found.entity or _as_worded(found), rule=f"{span.text.lower()!r} for {found.text!r}"
        )

    def _relative(self, span: Span) -> Entity | None:
        """ "who" and "which": the mention right before."""
        seen = next(self._before(span), None)
        if seen is None or self.text[seen.end : span.start].strip(" ,") or seen.reading.kind == "place":
            return None
        entity = _meant(seen)
        return msgspec.structs.replace(entity, rule=f"{span.text.lower()!r} for {seen.text!r}")

    def _antecedents(self, span: Span, kind: str, reading: Reading) -> Iterator[Seen]:
        for seen in self._before(span):
            if self._distance(seen.start, span.start) > (PERSON_REACH if kind == "person" else PRONOUN_REACH):
                return
            if _fits(seen.reading, kind, reading, seen.text):
                yield seen

    def _salience(self, seen: Seen, span: Span, *, speaks: bool) -> float:
        """How much a mention stands out where the pronoun is read: near, acting, speaking, named, often named."""
        score = -W["distance"] * self._distance(seen.start, span.start)
        score += W["acts"] * seen.acts + W["speaks_to_source" if speaks else "speaks"] * seen.speaks
        score += W["first"] * (self._sentence_start(seen.start) + 25 > seen.start)
        score += W["person"] * (seen.reading.kind == "person") + W["body"] * (seen.reading.kind in BODIES)
        score -= W["owned"] * (seen.text.split(" ")[0].lower() in OWNERS)
        score += W["pronoun"] * (fold(seen.text) == fold(span.text))
        if seen.entity:
            score += W["often"] * min(self._frequency[seen.entity.id], 8)
        return score

    def _speaker(self, event: Event, kind: str) -> Entity | None:
        """ "I" and "we" inside what a source says: the source, or the body that he speaks for."""
        who = event.sources[-1].who if event.sources else None
        if who is None or PRONOUN_KINDS.get(fold(who.text)) in ("speaker", "speakers"):
            return None
        entity = self.resolve(who, event, speaks=True)
        if entity is None:
            return None
        if (kind == "speaker") == (entity.type == "person"):
            return msgspec.structs.replace(_as_state(entity), rule="the speaker")
        if kind == "speaker" or entity.organisation is None:
            return None
        actors = actor_index().match(split_words(entity.organisation))
        if len(actors) == 1:
            return _as_state(entity_of(actors[0], "the speaker's organisation"))
        return Entity(
            id=f"name:{fold(entity.organisation)}", name=entity.organisation, rule="the speaker's organisation"
        )

    # ---- places in the text --------------------------------------------------------------------

    def _before(self, span: Span) -> Iterator[Seen]:
        """Mentions that end before the span, the nearest first."""
        for i in range(bisect.bisect_left(self._starts, span.start) - 1, -1, -1):
            if self.seen[i].end <= span.start:
                yield self.seen[i]

    def _sentence(self, position: int) -> int:
        return bisect.bisect_right(self._breaks, position)

    def _sentence_start(self, position: int) -> int:
        i = self._sentence(position)
        return self._breaks[i - 1] if i else 0

    def _distance(self, left: int, right: int) -> int:
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
    return frozenset(w for t in titles() for w in t.split() if len(w) > 1 and w not in ("of", "in"))


@functools.cache
def _title_heads() -> frozenset[str]:
    return frozenset(t.split()[-1] for t in titles())


def _name_word(word: Word) -> bool:
    return word.capital or word.key in PARTICLES


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


def _as_worded(seen: Seen) -> Entity:
    """An antecedent without a name ("a military source") as the report words it."""
    words = split_words(seen.text)
    start = words[1].start if len(words) > 1 and words[0].key in DETERMINERS else 0
    name = seen.text[start:]
    return Entity(id=f"name:{fold(name)}", name=name, rule="as worded")


def _kind_of(entity: Entity, reading: Reading) -> str:
    """What kind of mention one becomes that means `entity`."""
    if entity.type == "person":
        return "person"
    if entity.id.startswith("state:"):
        return "state"
    return (
        "group"
        if entity.type and entity.type != "civilians"
        else "description"
        if reading.kind == "pronoun"
        else reading.kind
    )


def _meant(seen: Seen) -> Entity:
    """Whom a mention means to one who points back to it: nouns that name no one keep their wording ("two drivers")."""
    if seen.entity is None:
        return _as_worded(seen)
    if seen.reading.generic or (seen.reading.kind == "people" and _is_generic(seen.entity)):
        return msgspec.structs.replace(seen.entity, name=_as_worded(seen).name)
    return seen.entity


def _is_generic(entity: Entity) -> bool:
    """Whether it is no one in particular: "rebels", "civilians"."""
    return entity.id.split(":")[0] in offices().people or entity.id in offices().branches


def _inside(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether `start:end` overlaps one of the sorted `spans`."""
    i = bisect.bisect_left(spans, (start, end))
    return any(s < end and start < e for s, e in spans[max(0, i - 3) : i + 2])


def _fits(reading: Reading, kind: str, pronoun: Reading, text: str) -> bool:
    """Whether a mention can be the antecedent of a pronoun of `kind`."""
    if reading.kind == "place" or (reading.kind == "pronoun" and reading.entity is None):
        return False
    if kind == "person":
        human = reading.kind == "person" or (not reading.plural and _is_human(reading, text))
        return human and (reading.sex is None or pronoun.sex is None or reading.sex == pronoun.sex)
    if kind == "thing":
        return reading.kind in ("group", "state", "description") and not reading.plural
    if reading.kind == "group":
        return True
    return reading.plural and reading.kind in ("people", "description", "unknown", "name")


def _is_human(reading: Reading, text: str) -> bool:
    """Whether a phrase that names nobody is about one person: by the last noun before "of", "who", "with"."""
    if reading.kind not in ("people", "unknown", "description"):
        return False
    words = split_words(text)
    cut = next((i for i, w in enumerate(words) if i and w.key in LINKS), len(words))
    return cut > 0 and (
        words[cut - 1].key in word_set("human") or words[cut - 1].key in _title_heads() or reading.kind == "people"
    )


def _bears(reading: Reading, title: str) -> bool:
    """Whether a person has the title: as the report says, or as the head of a state whom the table knows."""
    if reading.title and title_head(reading.title) == title_head(title):
        return True
    known = actor_index().by_id.get(reading.entity.id) if reading.entity else None
    heads = known is not None and (known.of or "").startswith(("state:", "government:"))
    return heads and title in ("president", "leader")


def _says_more(seen: Seen, noun: str) -> bool:
    """Whether a mention has more words around the noun: "a military source" for "the source"."""
    words = [w for w in split_words(seen.text) if w.key not in ("the", "a", "an")]
    cut = next((i for i, w in enumerate(words) if i and w.key in LINKS), len(words))
    return len(words) > 1 and cut > 0 and words[cut - 1].key == noun


def _clear_best(scored: list[tuple[float, Seen]]) -> Seen | None:
    """The best candidate, where it is better than the next by `MARGIN`."""
    ranked = sorted(scored, key=lambda pair: (-pair[0], -pair[1].start))
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN):
        return None
    return ranked[0][1]


def _as_state(entity: Entity) -> Entity:
    """ "we" of a minister is the country: the state for one of its offices."""
    if entity.type != "government" or entity.country is None or entity.country not in states():
        return entity
    return entity_of(states()[entity.country], entity.rule or "")
