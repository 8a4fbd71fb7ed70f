"""
The tables behind actors and sources, as indexes: actors, countries, titles, nouns, given names.

All are read once and never change. What a user's own table adds is an index of its own (own_actors.py).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import msgspec

from asreported.codebook import load_table
from asreported.errors import TableError

from .actor_lookup import Actor, ActorIndex, check_actor
from .gazetteer import countries
from .names import fold


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
    introducing: dict[str, tuple[str, ...]]
    name_types: dict[str, str]


class _FirstNames(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    female: tuple[str, ...]
    male: tuple[str, ...]
    either: tuple[str, ...]


@functools.cache
def _actors() -> _Actors:
    return load_table("actors.toml", _Actors)


def actor_types() -> tuple[str, ...]:
    return _actors().types


@functools.cache
def actor_rows() -> tuple[Actor, ...]:
    """All rows of data/actors.toml; their types and cross-references are checked."""
    table = _actors()
    ids = {a.id for a in table.actor}
    known = ids | {f"state:{iso2.lower()}" for iso2 in countries()}
    for actor in table.actor:
        wrong = check_actor(actor, table.types, known)
        if wrong:
            raise TableError(f"actors.toml {actor.id!r}: {wrong}")
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
