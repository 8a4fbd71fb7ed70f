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
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from asreported.records import Annotation, Entity, Event, Report, Span

from .actor_tables import actor_index, description_types, given_names, sexes, titles, word_set
from .names import PARTICLES, Word, acronyms, fold, same_person, split_words
from .phrases import DETERMINERS, OWNERS, PRONOUN_KINDS, Reading, entity_of, nations_of, read_phrase

ARMED = frozenset(("rebel-group", "jihadist-group", "militia", "cartel", "armed-group", "mercenaries"))
BODIES = frozenset(("group", "state"))
# A break between sentences where the annotation names none; titles with full stops ("Col. X") break too, which only
# makes the text before them look one sentence further away.
BREAK_RE = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n+")
PRONOUN_REACH = 3
"""How many sentences back an antecedent of a pronoun may stand."""
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
        self.seen = sorted(self._collect(annotation), key=lambda s: (s.start, -s.end))
        self._starts = [s.start for s in self.seen]
        self._frequency = Counter(s.entity.id for s in self.seen if s.entity)

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
        return reading._replace(entity=entity, kind="person", sex=reading.sex or fuller.sex)

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
        spans = [(s.start, s.end, speaks) for s, speaks, _ in _mentions(annotation)]
        for start, end, speaks in [*spans, *((s, e, False) for s, e in self._name_runs())]:
            text = self.text[start:end]
            reading = read_phrase(text, country=self.country, countries=self.countries)
            if reading.kind == "name" and self._is_person(text, reading, end, speaks):
                reading = _as_person(reading)
            if reading.kind == "person" and reading.entity and fold(text) not in self.places:
                key = fold(reading.entity.name)
                known = found.get(key)
                entity = self._with_office(reading.entity, end)
                reading = reading._replace(entity=entity)
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

    def _with_office(self, entity: Entity, end: int) -> Entity:
        """The person with the organisation that an apposition names: "Kurt Ash, a spokesman for the SDF, said"."""
        if entity.organisation or not self.text[end : end + 2] == ", ":
            return entity
        clause = re.split(r"[,.;:\n]", self.text[end + 2 : end + 122], maxsplit=1)[0]
        words = split_words(clause)
        if not any(w.key in _title_words() for w in words):
            return entity
        hits = [
            h for h in actor_index().find(words) if len({a.id for a in h.actors}) == 1 and h.actors[0].type != "person"
        ]
        if len(hits) != 1:
            return entity
        actor = hits[0].actors[0]
        return msgspec.structs.replace(entity, organisation=actor.name, country=entity.country or actor.country)

    def _collect(self, annotation: Annotation) -> Iterator[Seen]:
        """Mentions of the annotation, aliases of the table and persons in the text, longest first where they overlap."""
        taken: dict[tuple[int, int], tuple[bool, bool]] = {}
        for span, speaks, acts in _mentions(annotation):
            before = taken.get((span.start, span.end), (False, False))
            taken[span.start, span.end] = (before[0] or acts, before[1] or speaks)
        covered = sorted(taken)
        for hit in actor_index().find(self.words):
            start, end = self.words[hit.first].start, self.words[hit.last - 1].end
            if hit.actors[0].type != "media" and not _inside(covered, start, end):
                taken[start, end] = (False, False)
        for start, end in self._name_runs():
            if not _inside(covered, start, end) and self.read(start, end).kind in ("person", "group"):
                taken.setdefault((start, end), (False, False))
        for (start, end), (acts, speaks) in taken.items():
            yield Seen(start, end, self.text[start:end], self.read(start, end), acts, speaks)

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
        found = self._same_noun(span, words) or (
            self._of_type(span, words, speaks=speaks) if reading.definite else None
        )
        if found is None or found.entity is None:
            return None
        return msgspec.structs.replace(found.entity, rule=f"{span.text.lower()!r} for {found.text!r}")

    def _same_noun(self, span: Span, words: list[Word]) -> Seen | None:
        """An earlier mention with a longer name around the same noun or title: "the Front", "the general"."""
        keys = {w.key for w in words}
        title = " ".join(w.key for w in words)
        last = words[-1].key
        matches = []
        for seen in self._before(span):
            other = seen.reading
            if other.kind == "person" and other.title and (other.title == title or other.title.split()[-1] == last):
                matches.append(seen)
            elif (
                other.entity
                and not other.generic
                and other.kind in ("group", "name")
                and last in fold(other.entity.name).split()
            ):
                if words[-1].capital or other.entity.type not in ("state-forces", "government"):
                    matches.append(seen)
            elif seen.entity is None and len(keys) == 1 and self._is_longer(seen, last):
                matches.append(seen._replace(reading=seen.reading._replace(entity=_as_worded(seen))))
        if not matches:
            return None
        newest = matches[0]
        others = {m.entity.id for m in matches if m.entity and self._distance(m.start, span.start) <= 1}
        return newest if len(others) <= 1 or newest.reading.kind != "person" else None

    def _is_longer(self, seen: Seen, noun: str) -> bool:
        words = split_words(seen.text)
        indefinite = bool(words) and words[0].key not in DETERMINERS - {"a", "an"}
        core = [w.key for w in words]
        return (
            indefinite and noun in core and len(core) > 1 and seen.reading.kind in ("unknown", "people", "description")
        )

    def _of_type(self, span: Span, words: list[Word], *, speaks: bool) -> Seen | None:
        """The last actor before the span whose type fits the description."""
        keys = [" ".join(w.key for w in words[-n:]) for n in range(min(3, len(words)), 0, -1)]
        types = next((description_types()[k] for k in keys if k in description_types()), ())
        fitting = [
            s
            for s in self._before(span)
            if s.entity and s.entity.type in types and not s.reading.generic and s.reading.kind in BODIES
        ]
        if speaks:
            fitting = [s for s in fitting if s.speaks] or fitting
        if not fitting:
            return None
        # Of several bodies in the last mention's sentence the report's main one is meant, else the nearest.
        near = [s for s in fitting if self._distance(s.start, fitting[0].start) == 0]
        best = max(near, key=lambda s: (self._frequency[s.entity.id] if s.entity else 0, s.start))
        return best

    def _pronoun(self, span: Span, event: Event, reading: Reading, *, speaks: bool) -> Entity | None:
        kind = PRONOUN_KINDS[fold(span.text)]
        if kind in ("speaker", "speakers"):
            return self._speaker(event, kind) if not speaks else None
        scored = sorted(
            ((self._salience(s, span, event, speaks=speaks), s) for s in self._antecedents(span, kind, reading)),
            key=lambda pair: (-pair[0], -pair[1].start),
        )
        if not scored:
            return None
        best, seen = scored[0]
        entity = seen.entity or _as_worded(seen)
        rivals = [score for score, s in scored[1:] if (s.entity or _as_worded(s)).id != entity.id]
        if rivals and best - rivals[0] < MARGIN:
            return None
        return msgspec.structs.replace(entity, rule=f"{span.text.lower()!r} for {seen.text!r}")

    def _antecedents(self, span: Span, kind: str, reading: Reading) -> Iterator[Seen]:
        for seen in self._before(span):
            if self._distance(seen.start, span.start) > PRONOUN_REACH:
                return
            if seen.end <= span.start and _fits(seen.reading, kind, reading):
                yield seen

    def _salience(self, seen: Seen, span: Span, event: Event, *, speaks: bool) -> float:
        """How much a mention stands out where the pronoun is read: near, acting, speaking, named, often named."""
        score = -1.0 * self._distance(seen.start, span.start)
        score += 0.6 * seen.acts + (1.5 if speaks else 0.5) * seen.speaks
        score += 0.5 * (self._sentence_start(seen.start) + 25 > seen.start)
        score += 0.3 * (seen.reading.kind in ("person", "group", "state"))
        if seen.entity:
            score += 0.1 * min(self._frequency[seen.entity.id], 5)
        same = any((m.span.start, m.span.end) == (seen.start, seen.end) for m in event.roles)
        return score - (1.0 if same and not speaks else 0.0)

    def _speaker(self, event: Event, kind: str) -> Entity | None:
        """ "I" and "we" inside what a source says: the source, or his organisation."""
        who = event.sources[-1].who if event.sources else None
        if who is None or fold(who.text) in ("i", "we"):
            return None
        entity = self.resolve(who, event, speaks=True)
        if entity is None:
            return None
        if kind == "speaker" or entity.type != "person":
            return (
                msgspec.structs.replace(entity, rule="the speaker")
                if (kind == "speaker") == (entity.type == "person")
                else None
            )
        if entity.organisation is None:
            return None
        name = split_words(entity.organisation)
        actors = actor_index().match(name)
        if len(actors) == 1:
            return entity_of(actors[0], "the speaker's organisation")
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


def _mentions(annotation: Annotation) -> Iterator[tuple[Span, bool, bool]]:
    """Actors, targets and sources of all events: span, whether it speaks, whether it acts."""
    for event in annotation.events:
        for mention in event.roles:
            if mention.role in ("actor", "target"):
                yield mention.span, False, mention.role == "actor"
        for source in event.sources:
            if source.who is not None:
                yield source.who, True, False


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


def _title_words() -> frozenset[str]:
    return _TITLE_WORDS or _fill_title_words()


_TITLE_WORDS: frozenset[str] = frozenset()


def _fill_title_words() -> frozenset[str]:
    global _TITLE_WORDS
    _TITLE_WORDS = frozenset(w for t in titles() for w in t.split() if len(w) > 1 and w not in ("of", "in"))
    return _TITLE_WORDS


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


def _inside(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Whether `start:end` overlaps one of the sorted `spans`."""
    i = bisect.bisect_left(spans, (start, end))
    return any(s < end and start < e for s, e in spans[max(0, i - 3) : i + 2])


def _fits(reading: Reading, kind: str, pronoun: Reading) -> bool:
    """Whether a mention can be the antecedent of a pronoun of `kind`."""
    if reading.kind in ("pronoun", "place"):
        return False
    if kind == "person":
        human = reading.kind == "person" or (
            reading.kind in ("people", "unknown", "description") and not reading.plural
        )
        return human and (reading.sex is None or pronoun.sex is None or reading.sex == pronoun.sex)
    if kind == "thing":
        return reading.kind in ("group", "state", "name", "description") and not reading.plural
    return reading.kind in ("group", "people", "description", "unknown", "name") and (
        reading.plural or reading.kind == "group"
    )
