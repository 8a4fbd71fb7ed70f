"""
A noun phrase taken apart, and what can be read from it: the parts that the readers of names and of nouns share.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from asreported.records import Entity

from .actor_lookup import Actor, ActorIndex, Hit
from .actor_tables import branch_words, demonyms, description_types, peoples, sexes, word_set
from .names import Word, join_keys, split_words
from .setting import Setting

PRONOUNS = {
    "person": ("he", "him", "his", "himself", "she", "her", "hers", "herself"),
    "thing": ("it", "its", "itself"),
    "group": ("they", "them", "their", "theirs", "themselves", "those", "these", "both", "all"),
    "relative": ("who", "whom", "whose", "which"),
    "speaker": ("i", "me", "my", "mine", "myself"),
    "speakers": ("we", "us", "our", "ours", "ourselves"),
}
PRONOUN_KINDS = {word: kind for kind, words in PRONOUNS.items() for word in words}
DETERMINERS = frozenset(("the", "a", "an", "this", "that", "these", "those", "its", "their", "his", "her", "our", "my"))
DEFINITE = frozenset(("the", "this", "these", "that"))
OWNERS = frozenset(("its", "their", "our", "his", "her"))
AFTER_NAME_RE = re.compile(r"[,;:(\[]| - | – | — ")


class Reading(NamedTuple):
    """
    What a phrase means by itself.

    `kind` is person, group, people, state, name (capitals that no table knows), description, pronoun or unknown.
    `generic` marks an entity that a nearer mention would make more exact ("the rebels", "police"). `pronoun` is a
    pronoun's key of PRONOUNS: the words around it may have been left out ("Turkish-backed they").
    """

    entity: Entity | None
    kind: str
    plural: bool = False
    sex: str | None = None
    definite: bool = False
    generic: bool = False
    title: str | None = None
    pronoun: str | None = None


class Phrase:
    """A noun phrase taken apart: its core before the first link word, and what follows."""

    def __init__(self, text: str, words: list[Word], setting: Setting) -> None:
        self.text = text
        self.words = words
        self.setting = setting
        self.definite = words[0].key in DEFINITE
        self.hits = [h for h in map(setting.meant, setting.actors.find(words)) if h]
        self.core = self._core_end()
        self.plural = words[self.core - 1].key.endswith("s") or words[self.core - 1].key in (
            "people",
            "men",
            "women",
            "children",
            "police",
        )

    def _core_end(self) -> int:
        inside = {i for h in self.hits for i in range(h.first, h.last)}
        inside.update(_inside_offices(self.words))
        links = word_set("grammar", "links")
        for i, word in enumerate(self.words):
            if i and i not in inside and (word.key in links or self.breaks_before(i)):
                return i
        return len(self.words)

    def breaks_before(self, i: int) -> bool:
        gap = self.text[self.words[i - 1].end : self.words[i].start]
        return gap != " " and (bool(AFTER_NAME_RE.search(gap)) or "—" in gap)

    def several(self) -> bool:
        """Whether it is a list behind a comma: "American, French and British ships"."""
        rest = self.words[self.core :]
        if not rest or "," not in self.text[self.words[self.core - 1].end : rest[0].start]:
            return False
        return rest[0].capital and any(w.key == "and" for w in rest)

    def core_words(self) -> list[Word]:
        return self.words[: self.core]

    def bare(self) -> list[Word]:
        """The core without its determiner."""
        core = self.core_words()
        return core[1:] if len(core) > 1 and core[0].key in DETERMINERS else core


def _inside_offices(words: Sequence[Word]) -> set[int]:
    """Which words stand in an office with "of" in its name: "Ministry of Defence"."""
    known = _lengths_with_of()
    return {
        j
        for i, word in enumerate(words)
        for n in known.get(word.key, ())
        if join_keys(words[i : i + n]) in branch_words()
        for j in range(i, i + n)
    }


@functools.cache
def _lengths_with_of() -> dict[str, tuple[int, ...]]:
    """How many words the offices have that begin with a word and have "of" behind it."""
    found: dict[str, set[int]] = {}
    for key in branch_words():
        if key.split()[1:2] == ["of"]:
            found.setdefault(key.split()[0], set()).add(len(key.split()))
    return {first: tuple(lengths) for first, lengths in found.items()}


def changes_nothing(word: Word) -> bool:
    return word.key in _changing_nothing()


@functools.cache
def _changing_nothing() -> frozenset[str]:
    return DETERMINERS.union(word_set("skip"), demonyms(), word_set("members"), description_types(), peoples())


def actor_reading(
    actor: Actor, rule: str, phrase: Phrase, title: str | None = None, *, generic: bool = False
) -> Reading:
    kind = "person" if actor.type == "person" else "state" if actor.id.startswith("state:") else "group"
    sex = (
        next((sexes()[w.key] for w in split_words(actor.name)[:1] if w.key in sexes()), None)
        if kind == "person"
        else None
    )
    # A name's own plural says nothing ("Human Rights"); that of a noun for members does ("Isis fighters").
    plural = kind == "group" and phrase.plural and rule not in ("alias", "former name")
    return Reading(
        entity_of(actor, rule, phrase.setting),
        kind,
        plural=plural,
        sex=sex,
        definite=phrase.definite,
        generic=generic,
        title=title,
    )


def entity_of(actor: Actor, rule: str, setting: Setting) -> Entity:
    """`actor` as the entity that a claim carries."""
    owner = setting.actors.by_id.get(actor.of) if actor.of else None
    return Entity(
        id=actor.id,
        name=actor.name,
        type=actor.type_at(setting.published),
        country=actor.country,
        organisation=owner.name if owner else None,
        rule=rule,
    )


def state_of(iso2: str, rule: str, setting: Setting) -> Entity:
    """The country `iso2` as the entity that acts."""
    return entity_of(setting.actors.by_id[f"state:{iso2.lower()}"], rule, setting)


def nations_of(words: Sequence[Word], actors: ActorIndex, hits: Iterable[Hit] | None = None) -> list[str]:
    """
    The countries that `words` name, by name or demonym, each as often as it stands there.

    `hits` are the aliases in `words`, where they have been looked for already.
    """
    found = actors.find(words) if hits is None else hits
    # Letters that two actors share name a country only where both are of it: "AFP" tells of no Philippines.
    named = [h.actors[0].country for h in found if len(h.actors) == 1 or len({a.country for a in h.actors}) == 1]
    known = demonyms()
    adjectival = [known[w.key][0] for w in words if w.capital and w.key in known]
    return [iso2 for iso2 in (*named, *adjectival) if iso2]
