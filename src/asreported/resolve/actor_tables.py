"""
The tables behind actors and sources, as indexes: actors, countries, titles, nouns, given names.

All are read once and never change. An alias may belong to several actors; who is meant is for the reader to
decide, who knows the report.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from asreported.codebook import load_table
from asreported.errors import TableError

from .gazetteer import countries
from .names import Word, find_words, fold, join_keys, singular_keys

MIXED_RE = re.compile(r"^[A-Z][a-z]{1,2}[A-Z]$")


class Actor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """A row of data/actors.toml, whose head says what the columns mean."""

    id: str
    name: str
    type: str
    country: str | None = None
    aliases: tuple[str, ...] = ()
    of: str | None = None
    since: int | None = None
    until: int | None = None
    formerly: str | None = None
    origin: str | None = None


class _Actors(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    types: tuple[str, ...]
    actor: tuple[Actor, ...]


class Branch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a demonym and one of `words` make together: "Iraqi" + "jets" = the Iraqi air force."""

    noun: str
    type: str
    words: tuple[str, ...]
    armed: bool = False
    """Whether it is part of a state's forces, so that "government troops" are these and not the government."""
    of_the_state: bool = False
    """Whether the noun alone means the state where the report is ("the army"), as "jets" does not."""


class Description(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Words that point back to an actor of one of `types`."""

    words: tuple[str, ...]
    types: tuple[str, ...]


class _Offices(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    titles: dict[str, tuple[str, ...]]
    branches: dict[str, Branch]
    people: dict[str, tuple[str, ...]]
    members: dict[str, tuple[str, ...]]
    skip: dict[str, tuple[str, ...]]
    descriptions: dict[str, Description]
    organisation_nouns: dict[str, tuple[str, ...]]
    capitals: dict[str, str]
    peoples: dict[str, tuple[str, str]]
    human: dict[str, tuple[str, ...]]
    title_forms: dict[str, str]
    grammar: dict[str, tuple[str, ...]]
    name_types: dict[str, str]


class _FirstNames(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    female: tuple[str, ...]
    male: tuple[str, ...]
    either: tuple[str, ...]


class Alias(NamedTuple):
    """One reading of a key: `exact` where the alias is read in capitals only, `lower` where it may start small."""

    actor: Actor
    exact: bool
    lower: bool
    mixed: str | None
    """The spelling of an alias like "LeT", which is read in no other."""


class Hit(NamedTuple):
    """Words `first` to `last` (exclusive) that are an alias, with the actors that it can mean."""

    first: int
    last: int
    actors: tuple[Actor, ...]


class ActorIndex:
    """Actors by id and by the keys of their names; `find` reads a text from left to right, longest alias first."""

    def __init__(self, actors: Iterable[Actor]) -> None:
        self.by_id: dict[str, Actor] = {}
        self._aliases: dict[str, list[Alias]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        for actor in actors:
            self._add(actor)

    def _add(self, actor: Actor) -> None:
        self.by_id.setdefault(actor.id, actor)
        for text in (actor.name, *actor.aliases):
            words = list(find_words(text))
            if not words:
                raise TableError(f"actors.toml {actor.id!r}: alias {text!r} has no word; correct the table")
            mixed = text if len(words) == 1 and MIXED_RE.search(text) else None
            entry = Alias(actor, exact=text.isupper(), lower=not words[0].capital, mixed=mixed)
            bucket = self._aliases.setdefault(join_keys(words), [])
            if entry not in bucket:
                bucket.append(entry)
            self._note_length(words[0].key, len(words))
            if len(words) == 1 and len(words[0].key) > 2:
                self._note_length(words[0].key + "s", 1)  # its possessive, as `singular_keys` takes it off

    def _note_length(self, first: str, length: int) -> None:
        """Notes that an alias of `length` words begins with `first`: most words of a text begin none."""
        known = self._lengths.get(first, ())
        if length not in known:
            self._lengths[first] = tuple(sorted((*known, length), reverse=True))

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """
        The aliases in `words` that do not overlap.

            >>> [h.actors[0].name for h in actor_index().find(list(find_words("Isil fighters and the YPG")))]
            ['Islamic State', "People's Protection Units"]
        """
        hits, i = [], 0
        while i < len(words):
            hit = self._longest_at(words, i)
            if hit:
                hits.append(hit)
            i = hit.last if hit else i + 1
        return hits

    def _longest_at(self, words: Sequence[Word], i: int) -> Hit | None:
        for n in self._lengths.get(words[i].key, ()):
            actors = self.match(words[i : i + n]) if i + n <= len(words) else ()
            if actors:
                return Hit(i, i + n, actors)
        return None

    def match(self, words: Sequence[Word]) -> tuple[Actor, ...]:
        """The actors whose alias is exactly `words`; the last word may be a possessive."""
        if not words:
            return ()
        name = join_keys(words)
        for key in (name, name[:-1]) if len(singular_keys(words[-1].key)) > 1 else (name,):
            actors = [e.actor for e in self._aliases.get(key, ()) if _fits(e, words)]
            if actors:
                return tuple(dict.fromkeys(actors)) if len(actors) > 1 else (actors[0],)
        return ()


def _fits(alias: Alias, words: Sequence[Word]) -> bool:
    if alias.mixed:
        return words[0].text.startswith(alias.mixed)
    if alias.exact:
        # "IS" and "US" in capitals only, since "is" and "us" are words.
        return all(_in_capitals(w.text) for w in words)
    return alias.lower or words[0].capital


def _in_capitals(word: str) -> bool:
    """Whether `word` stands in capitals, its possessive s aside."""
    return word == word.upper() or (len(word) > 3 and word[-1] == "s" and word[:-1].rstrip("'’").isupper())


@functools.cache
def actor_rows() -> tuple[Actor, ...]:
    """All rows of data/actors.toml; their types and cross-references are checked."""
    table = load_table("actors.toml", _Actors)
    ids = {a.id for a in table.actor}
    for actor in table.actor:
        if actor.type not in table.types:
            raise TableError(f"actors.toml {actor.id!r}: type {actor.type!r} is not among `types`; correct one of them")
        if actor.formerly and actor.formerly not in ids:
            raise TableError(f"actors.toml {actor.id!r}: formerly {actor.formerly!r} is no id; add that actor")
        if actor.of and actor.of not in ids and not actor.of.startswith("state:"):
            raise TableError(f"actors.toml {actor.id!r}: of {actor.of!r} is no id; add that actor")
    return table.actor


@functools.cache
def states() -> Mapping[str, Actor]:
    """Every country as the actor that news means by its name, by ISO 3166-1 alpha-2."""
    found = {}
    for row in countries().values():
        # "the US" is "US" behind an article, which phrases leave out.
        aliases = tuple(a for a in row.aliases if not a.startswith("the "))
        key = f"state:{row.iso2.lower()}"
        found[row.iso2] = Actor(id=key, name=row.name, type="government", country=row.iso2, aliases=aliases)
    return found


@functools.cache
def actor_index() -> ActorIndex:
    """The actors of data/actors.toml, then countries: of one alias both are kept, and the reader decides."""
    return ActorIndex([*actor_rows(), *states().values()])


@functools.cache
def demonyms() -> Mapping[str, tuple[str, str]]:
    """Country and demonym by the demonym's key, singular and plural: "syrians" is ("SY", "Syrian")."""
    found: dict[str, tuple[str, str]] = {}
    for country in countries().values():
        for word in country.demonyms:
            for form in (word, word + "s"):
                found.setdefault(fold(form), (country.iso2, word))
    return found


@functools.cache
def adjectives() -> Mapping[str, str]:
    """The first demonym of each country, to compose names with ("Iraqi" in "Iraqi army")."""
    return {c.iso2: c.demonyms[0] if c.demonyms else c.name for c in countries().values()}


@functools.cache
def peoples() -> Mapping[str, tuple[str, str]]:
    """Adjective and plural of a people without a state, by any of its forms: "kurds" is ("Kurdish", "Kurds")."""
    found: dict[str, tuple[str, str]] = {}
    for form, names in offices().peoples.items():
        for text in (form, form + "s", *names):
            found.setdefault(fold(text), names)
    return found


@functools.cache
def capitals() -> Mapping[str, str]:
    return {fold(name): iso2 for name, iso2 in offices().capitals.items()}


@functools.cache
def offices() -> _Offices:
    return load_table("offices.toml", _Offices)


@functools.cache
def titles() -> Mapping[str, str]:
    """Whom a title belongs to (military, police, official ...), by the title's key."""
    return {
        fold(t): group for group, words in offices().titles.items() if group not in ("male", "female") for t in words
    }


@functools.cache
def title_lengths() -> Mapping[str, tuple[int, ...]]:
    """How many words the titles have that begin with a key, the longest first."""
    found: dict[str, set[int]] = {}
    for title in titles():
        words = title.split(" ")
        found.setdefault(words[0], set()).add(len(words))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


def title_head(title: str) -> str:
    """
    The office that a title names, by its last word: two titles of one office have the same head.

        >>> title_head("maj gen"), title_head("general"), title_head("defense secretary")
        ('general', 'general', 'secretary')
    """
    last = title.split()[-1] if title else ""
    return offices().title_forms.get(last, last)


@functools.cache
def branch_words() -> Mapping[str, str]:
    """The branch that a noun names, by the noun's key; of nouns in two branches the first counts."""
    found: dict[str, str] = {}
    for key, branch in offices().branches.items():
        for word in branch.words:
            found.setdefault(fold(word), key)
    return found


@functools.cache
def people_words() -> Mapping[str, str]:
    return {fold(w): key for key, words in offices().people.items() for w in words}


@functools.cache
def word_set(table: str, key: str = "words") -> frozenset[str]:
    """The words of a list in data/offices.toml, folded: `members`, `skip`, `organisation_nouns`, `human`."""
    lists: dict[str, tuple[str, ...]] = getattr(offices(), table)
    return frozenset(fold(w) for w in lists[key])


@functools.cache
def description_types() -> Mapping[str, tuple[str, ...]]:
    """Types of actor that a description can point back to, by its key."""
    found: dict[str, tuple[str, ...]] = {}
    for description in offices().descriptions.values():
        for word in description.words:
            found[fold(word)] = tuple(dict.fromkeys((*found.get(fold(word), ()), *description.types)))
    return found


@functools.cache
def sexes() -> Mapping[str, str]:
    """`f` or `m` of titles and given names, by their key; names that both bear are left out."""
    names = load_table("first_names.toml", _FirstNames)
    either = {fold(n) for n in names.either}
    rows = [("f", (*names.female, *offices().titles["female"])), ("m", (*names.male, *offices().titles["male"]))]
    return {fold(n): sex for sex, words in rows for n in words if fold(n) not in either}


@functools.cache
def given_names() -> frozenset[str]:
    names = load_table("first_names.toml", _FirstNames)
    return frozenset(fold(n) for n in (*names.female, *names.male, *names.either))
