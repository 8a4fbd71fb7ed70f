"""
Whom a mention of a report means that leans on an earlier one.

    "the Column"         the one named body that has that noun ("Desert Column")
    "the general"        the person with that title
    "the militants"      the actor before it of a type that fits (data/offices.toml, `descriptions`)
    "he", "it", "they"   the most salient earlier mention that fits in sex and number, a few sentences back at most
    "who", "which"       the mention right before
    "I", "we"            who is speaking: the innermost source of the claim, "we" the body that he speaks for
    "its fighters"       whom "its" means

Everything is rule, and the rule's name travels with the entity. Where two readings are about as good there is none.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from asreported.records import Annotation, Entity, Event, Report, Span

from .actor_lookup import ActorIndex
from .actor_tables import (
    description_types,
    offices,
    people_words,
    title_head,
    titles,
    word_set,
)
from .cast import Cast, Seen
from .letter_case import legible
from .names import Word, fold, split_words
from .phrase import DETERMINERS, OWNERS, PRONOUN_KINDS, Reading, entity_of, nations_of, state_of
from .phrases import LONGEST, read_in

BODIES = frozenset(("group", "state"))
PRONOUN_REACH = 3
PERSON_REACH = 8
"""How many sentences back an antecedent of a pronoun may stand; persons stay in mind longer."""
WEIGHTS = {
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
SEVERAL = 7
"""Of so many types a description says nothing of which ("the group"): the first of them is no likelier."""
MARGIN = 0.35
"""By how much the best antecedent must be better than the next that is someone else."""


class Coreference:
    """The cast of a report, followed from its first mention to its last; `resolve` answers for any of its spans."""

    def __init__(self, report: Report, annotation: Annotation, actors: ActorIndex | None = None) -> None:
        self.cast = Cast(*legible(report, annotation), actors)
        self._resolved: dict[tuple[int, int, bool], Entity | None] = {}
        self._follow()

    def _follow(self) -> None:
        """
        Resolve what points back, from the first mention to the last, so that each can lean on those before it:
        "it" may mean "the group", which means a named one.
        """
        for i, seen in enumerate(self.cast.seen):
            found = self.cast.events.get((seen.start, seen.end))
            if found is None or (seen.entity is not None and not seen.reading.generic):
                continue
            span, event, speaks = found
            entity = self._resolve(span, event, speaks=speaks)
            if entity is not None and entity != seen.entity:
                kind = _kind_of(entity, seen.reading)
                generic = seen.reading.generic and _is_generic(entity)
                self.cast.seen[i] = seen._replace(
                    reading=seen.reading._replace(entity=entity, kind=kind, generic=generic)
                )
                self.cast.frequency[entity.id] += 1

    def resolve(self, span: Span, event: Event, *, speaks: bool = False) -> Entity | None:
        """
        The entity of `span`, a filler or source of `event`; `speaks` where it is the source.

        Pronouns and descriptions are looked up before it in the report; what stays in doubt is None.
        """
        # Who acts as "it" or "their" depends on who else is in the event; all else means the same wherever it is a
        # filler, and is looked up once.
        if not speaks and (self.cast.read(span.start, span.end).kind == "pronoun" or _is_owned(span.text[:LONGEST])):
            return self._resolve(span, event, speaks=speaks)
        key = (span.start, span.end, speaks)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(span, event, speaks=speaks)
        return self._resolved[key]

    def _resolve(self, span: Span, event: Event, *, speaks: bool) -> Entity | None:
        if len(span.text) > LONGEST:
            return None
        reading = self.cast.read(span.start, span.end)
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
        if reading.kind == "group" and reading.definite and reading.entity and reading.entity.rule != "alias":
            words = [w for w in split_words(span.text) if w.key not in DETERMINERS]
            holder = self._office_holder(span, words) if words and _names_an_office(words) else None
            if holder and holder.entity:
                return msgspec.structs.replace(holder.entity, rule=f"{span.text.lower()!r} for {holder.text!r}")
        return reading.entity

    def _owner(self, span: Span, event: Event, *, speaks: bool) -> Entity | None:
        """ "its fighters": whom "its" means, where the rest is a noun for members of a body."""
        words = split_words(span.text)
        if len(words) < 2 or words[0].key not in OWNERS:
            return None
        if any(w.key not in word_set("members") and w.key not in word_set("skip") for w in words[1:]):
            return None
        first = Span(start=span.start, end=span.start + words[0].end, text=span.text[: words[0].end])
        reading = read_in(first.text, self.cast.setting)
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
        found = found or self._same_worded(span, words) or self._named_later(span, words)
        if found is None or found.entity is None:
            return None
        return msgspec.structs.replace(found.entity, rule=f"{span.text.lower()!r} for {found.text!r}")

    def _office_holder(self, span: Span, words: list[Word]) -> Seen | None:
        """The person before the span who bears the title: "the general", "the US president", "the head of the URU"."""
        keys = [w.key for w in words]
        cut = next((i for i, w in enumerate(words) if i and w.key in word_set("grammar", "links")), len(words))
        title = next((t for n in range(min(4, cut), 0, -1) if (t := " ".join(keys[cut - n : cut])) in titles()), None)
        if title is None:
            return None
        nations = set(nations_of(words, self.cast.setting.actors))
        known = self.cast.setting.actors.find(words)
        bodies = {h.actors[0].name for h in known if not h.actors[0].id.startswith("state:")}
        found: list[Seen] = []
        for seen in self.cast.before(span):
            entity = seen.entity
            if seen.reading.kind != "person" or entity is None or not self._bears(seen.reading, title, keys):
                continue
            if (bodies and entity.organisation not in bodies) or (
                nations and not bodies and entity.country not in nations
            ):
                continue
            found.append(seen)
        if not found:
            return None
        near = {s.entity.id for s in found if s.entity and self.cast.distance(s.start, span.start) <= 2}
        return found[0] if len(near) <= 1 else None

    def _bears(self, reading: Reading, title: str, keys: list[str]) -> bool:
        """Whether a person has the title: as the report says, or as the head of a state whom the table knows."""
        if reading.title and title_head(reading.title) == title_head(title):
            return True
        known = self.cast.setting.actors.by_id.get(reading.entity.id) if reading.entity else None
        heads = known is not None and (known.of or "").startswith(("state:", "government:"))
        of_state = not any(key in word_set("grammar", "stateless") for key in keys)  # not "the opposition leader"
        return heads and of_state and title in ("president", "leader")

    def _same_noun(self, span: Span, words: list[Word]) -> Seen | None:
        """An earlier mention with a longer name around the same noun: "the Front", "the ministry"."""
        last = words[-1].key
        if len(words) > 2 or last in people_words():
            return None
        for seen in self.cast.before(span):
            entity = seen.entity
            if entity is None or seen.reading.generic or seen.reading.kind not in ("group", "name"):
                continue
            named = fold(entity.name).split()
            if last in named and len(named) > 1 and (last in fold(seen.text).split() or words[-1].capital):
                return seen
        return None

    def _named_later(self, span: Span, words: list[Word]) -> Seen | None:
        """The one body that the report names in full only behind "the Directorate", as headlines do."""
        if len(words) != 1 or not words[0].capital or words[0].key in titles():
            return None
        found = {
            seen.entity.id: seen
            for seen in self.cast.seen
            if seen.start > span.end
            and seen.entity
            and seen.reading.kind == "group"
            and not seen.reading.generic
            and words[0].key in fold(seen.entity.name).split()[1:]
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def _same_worded(self, span: Span, words: list[Word]) -> Seen | None:
        """An earlier mention without a name that says more: "the source" for "a military source"."""
        last = words[-1].key
        if len(words) > 1:
            return None
        for seen in self.cast.before(span):
            if (seen.entity is None or seen.reading.generic) and _says_more(seen, last):
                return seen._replace(reading=seen.reading._replace(entity=_as_worded(seen)))
        return None

    def _of_type(self, span: Span, words: list[Word], reading: Reading, *, speaks: bool) -> Seen | None:
        """
        The actor before the span whose type fits the description: the nearest, the oftenest named.

        "a monitor" and "Monitor" (in a headline) mean the one monitor that the report names at all.
        """
        words = _core_of(words)
        keys = [" ".join(w.key for w in words[-n:]) for n in range(min(3, len(words)), 0, -1)]
        types = next((description_types()[k] for k in keys if k in description_types()), ())
        if types == ("monitor",) or (speaks and "monitor" in types and not reading.definite):
            monitors = {s.entity.id: s for s in self.cast.seen if s.entity and s.entity.type == "monitor"}
            return next(iter(monitors.values())) if len(monitors) == 1 else None
        if not reading.definite or not types:
            return None
        known = [h.actors[0] for h in self.cast.setting.actors.find(words)]
        named = {a.id for a in known if not a.id.startswith("state:") and a.type != "international"}
        fitting: dict[str, tuple[float, Seen]] = {}
        for seen in self.cast.before(span):
            entity = seen.entity
            if entity is None or seen.reading.generic or seen.reading.kind not in BODIES or _is_generic(entity):
                continue
            unknown = entity.type is None and seen.acts and "armed-group" in types
            if (entity.type not in types and not unknown) or (named and entity.id not in named):
                continue
            if len(types) >= SEVERAL and len(words) == 1 and words[0].capital and not self._has_noun(entity, words[0]):
                continue  # "the Movement" is short for some movement's name
            distance = self.cast.distance(seen.start, span.start)
            score = (
                -0.5 * min(distance, 6) + 0.2 * min(self.cast.frequency[entity.id], 8) + 1.5 * (speaks and seen.speaks)
            )
            score += 0.7 * (entity.type == types[0] and len(types) < SEVERAL) + 0.2 * seen.acts
            if entity.id not in fitting or score > fitting[entity.id][0]:
                fitting[entity.id] = (score, seen)
        return _clear_best(list(fitting.values()))

    def _has_noun(self, entity: Entity, noun: Word) -> bool:
        """Whether a name of the actor has the noun."""
        actor = self.cast.setting.actors.by_id.get(entity.id)
        return any(noun.key in fold(name).split() for name in (entity.name, *(actor.aliases if actor else ())))

    def _pronoun(self, span: Span, event: Event, reading: Reading, *, speaks: bool) -> Entity | None:
        kind = reading.pronoun
        if kind == "relative":
            return self._relative(span)
        if kind == "speakers" or (kind == "speaker" and not speaks):
            return self._speaker(event, kind) if not speaks else None
        kind = "person" if kind in ("speaker", None) else kind
        best: dict[str, tuple[float, Seen]] = {}
        partners = {
            e.id for m in event.roles if m.span != span and (e := self.cast.read(m.span.start, m.span.end).entity)
        }
        for seen in self._antecedents(span, kind, reading):
            key = _meant(seen).id
            score = self._salience(seen, span, speaks=speaks) - WEIGHTS["same_event"] * (key in partners and not speaks)
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
        seen = next(self.cast.before(span), None)
        if seen is None or self.cast.text[seen.end : span.start].strip(" ,") or seen.reading.kind == "place":
            return None
        entity = _meant(seen)
        return msgspec.structs.replace(entity, rule=f"{span.text.lower()!r} for {seen.text!r}")

    def _antecedents(self, span: Span, kind: str, reading: Reading) -> Iterator[Seen]:
        for seen in self.cast.before(span):
            if self.cast.distance(seen.start, span.start) > (PERSON_REACH if kind == "person" else PRONOUN_REACH):
                return
            if _fits(seen.reading, kind, reading, seen.text):
                yield seen

    def _salience(self, seen: Seen, span: Span, *, speaks: bool) -> float:
        """How much a mention stands out where the pronoun is read: near, acting, speaking, named, often named."""
        score = -WEIGHTS["distance"] * self.cast.distance(seen.start, span.start)
        score += WEIGHTS["acts"] * seen.acts + WEIGHTS["speaks_to_source" if speaks else "speaks"] * seen.speaks
        score += WEIGHTS["first"] * (self.cast.sentence_start(seen.start) + 25 > seen.start)
        score += WEIGHTS["person"] * (seen.reading.kind == "person") + WEIGHTS["body"] * (seen.reading.kind in BODIES)
        score -= WEIGHTS["owned"] * (seen.text.split(" ")[0].lower() in OWNERS)
        score += WEIGHTS["pronoun"] * (fold(seen.text) == fold(span.text))
        if seen.entity:
            score += WEIGHTS["often"] * min(self.cast.frequency[seen.entity.id], 8)
        return score

    def _speaker(self, event: Event, kind: str) -> Entity | None:
        """Who says "I" or "we" inside a statement: the source, or the body that he speaks for."""
        who = event.sources[-1].who if event.sources else None
        if who is None or PRONOUN_KINDS.get(fold(who.text)) in ("speaker", "speakers"):
            return None
        entity = self._resolve(who, event, speaks=True)
        if entity is None:
            return None
        if (kind == "speaker") == (entity.type == "person"):
            return msgspec.structs.replace(self._as_state(entity), rule="the speaker")
        if kind == "speaker" or entity.organisation is None:
            return None
        actors = self.cast.setting.actors.match(split_words(entity.organisation))
        if len(actors) == 1:
            return self._as_state(entity_of(actors[0], "the speaker's organisation", self.cast.setting))
        return Entity(
            id=f"name:{fold(entity.organisation)}", name=entity.organisation, rule="the speaker's organisation"
        )

    def _as_state(self, entity: Entity) -> Entity:
        """ "we" of a minister is the country: the state for one of its offices."""
        if entity.type != "government" or entity.country is None:
            return entity
        return state_of(entity.country, entity.rule or "", self.cast.setting)


def _core_of(words: list[Word]) -> list[Word]:
    """`words` up to the first link, unless these are members: "the founding of a caliphate" is no caliphate."""
    cut = next((i for i, w in enumerate(words) if i and w.key in word_set("grammar", "links")), len(words))
    return words if words[cut - 1].key in word_set("members") else words[:cut]


def _names_an_office(words: list[Word]) -> bool:
    """Whether it is about one holder of an office, behind or before whose it is: "the Turkish leader"."""
    cut = next((i for i, w in enumerate(words) if i and w.key in word_set("grammar", "links")), len(words))
    return words[cut - 1].key in titles() and not words[-1].key.endswith("s")


def _is_owned(text: str) -> bool:
    """Whether a phrase begins with "its", "their" and the like."""
    words = split_words(text)
    return bool(words) and words[0].key in OWNERS


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
    cut = next((i for i, w in enumerate(words) if i and w.key in word_set("grammar", "links")), len(words))
    return cut > 0 and (
        words[cut - 1].key in word_set("human") or words[cut - 1].key in _title_heads() or reading.kind == "people"
    )


@functools.cache
def _title_heads() -> frozenset[str]:
    return frozenset(t.split()[-1] for t in titles())


def _says_more(seen: Seen, noun: str) -> bool:
    """Whether a mention has more words around the noun: "a military source" for "the source"."""
    words = [w for w in split_words(seen.text) if w.key not in ("the", "a", "an")]
    cut = next((i for i, w in enumerate(words) if i and w.key in word_set("grammar", "links")), len(words))
    return len(words) > 1 and cut > 0 and words[cut - 1].key == noun


def _clear_best(scored: list[tuple[float, Seen]]) -> Seen | None:
    """The best candidate, where it is better than the next by `MARGIN`."""
    ranked = sorted(scored, key=lambda pair: (-pair[0], -pair[1].start))
    if not ranked or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < MARGIN):
        return None
    return ranked[0][1]


def _as_worded(seen: Seen) -> Entity:
    """An antecedent without a name ("a military source") as the report words it."""
    words = split_words(seen.text)
    start = words[1].start if len(words) > 1 and words[0].key in DETERMINERS else 0
    name = seen.text[start:]
    return Entity(id=f"name:{fold(name)}", name=name, rule="as worded")
