"""
Actors by id and by their names, with what a date changes: who bore a name, what became of him, what he was.

An alias may belong to several actors; setting.py decides who is meant, since it knows the report.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from asreported.errors import TableError

from .names import Word, find_words, join_keys, singular_keys

MIXED_RE = re.compile(r"^[A-Z][a-z]{1,2}[A-Z]$")
DATE_RE = re.compile(r"(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


class Actor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"since": "from"}):
    """A row of data/actors.toml, whose head says what the columns mean."""

    id: str
    name: str
    type: str
    country: str | None = None
    aliases: tuple[str, ...] = ()
    of: str | None = None
    since: int | str | None = None
    until: int | str | None = None
    formerly: str | None = None
    later: tuple[tuple[str, str], ...] = ()
    """From which day on it was of another type, and of which: ("2021-08-15", "government")."""
    origin: str | None = None

    def has_begun(self, published: str | None) -> bool:
        """Whether a report of that date can know the name."""
        return not published or self.since is None or _first_day(self.since) <= _last_day(published)

    def has_ended(self, published: str | None) -> bool:
        """Whether the name was given up before that date."""
        return bool(published) and self.until is not None and _last_day(self.until) < _first_day(published or "")

    def type_at(self, published: str | None) -> str:
        """
        What it is in a report of that date; without a date, what it is at first.

            >>> taliban = Actor(id="t", name="T", type="rebel-group", later=(("2021-08-15", "government"),))
            >>> taliban.type_at("2020"), taliban.type_at("2021-09"), taliban.type_at(None)
            ('rebel-group', 'government', 'rebel-group')
        """
        if not published or not self.later:
            return self.type
        reached = [type_ for day, type_ in self.later if _first_day(day) <= _first_day(published)]
        return reached[-1] if reached else self.type


class Alias(NamedTuple):
    """One reading of a key: `exact` where the alias is read in capitals only, `lower` where it may start small."""

    actor: Actor
    exact: bool
    lower: bool
    mixed: str | None
    """The spelling of an alias like "LeT", which is read in no other."""
    own: bool
    """Whether it is of a user's table, and goes before ours."""


class Hit(NamedTuple):
    """Words `first` to `last` (exclusive) that are an alias, with the actors that it can mean."""

    first: int
    last: int
    actors: tuple[Actor, ...]
    rule: str = "alias"


class ActorIndex:
    """
    Actors by id and by the keys of their names; `find` reads a text from left to right, longest alias first.

    Rows of `own` (a user's) replace those of the same id, and an alias that they have is theirs alone.
    """

    def __init__(self, actors: Iterable[Actor], own: Iterable[Actor] = ()) -> None:
        self.by_id: dict[str, Actor] = {}
        self.successors: dict[str, list[Actor]] = {}
        self._aliases: dict[str, list[Alias]] = {}
        self._lengths: dict[str, dict[str, tuple[int, ...]]] = {}
        """How many words the aliases have that begin with a word, the longest first, by their second word, if any."""
        own = tuple(own)
        replaced = {actor.id for actor in own}
        for actor in own:
            self._add(actor, own=True)
        for actor in actors:
            if actor.id not in replaced:
                self._add(actor, own=False)

    def _add(self, actor: Actor, *, own: bool) -> None:
        self.by_id.setdefault(actor.id, actor)
        if actor.formerly:
            self.successors.setdefault(actor.formerly, []).append(actor)
        for text in (actor.name, *actor.aliases):
            words = list(find_words(text))
            if not words:
                raise TableError(f"actors.toml {actor.id!r}: alias {text!r} has no word; correct the table")
            mixed = text if len(words) == 1 and MIXED_RE.search(text) else None
            entry = Alias(actor, exact=text.isupper(), lower=not words[0].capital, mixed=mixed, own=own)
            bucket = self._aliases.setdefault(join_keys(words), [])
            if entry not in bucket:
                bucket.append(entry)
            keys = [w.key for w in words[:2]]
            self._note_length(keys, len(words))
            if len(words) < 3 and len(keys[-1]) > 1:
                # the possessive of the last word, as `singular_keys` takes it off
                self._note_length([*keys[:-1], keys[-1] + "s"], len(words))

    def _note_length(self, keys: list[str], length: int) -> None:
        """Notes that an alias of `length` words begins with `keys`: most words of a text begin none."""
        by_second = self._lengths.setdefault(keys[0], {})
        second = keys[1] if len(keys) > 1 else ""
        known = by_second.get(second, ())
        if length not in known:
            by_second[second] = tuple(sorted((*known, length), reverse=True))

    def find(self, words: Sequence[Word]) -> list[Hit]:
        """
        The aliases in `words` that do not overlap.

            >>> from .names import split_words
            >>> index = ActorIndex([Actor(id="lake", name="Lake Guard", type="militia", aliases=("LG",))])
            >>> [h.actors[0].id for h in index.find(split_words("the LG and the Lake Guard's men"))]
            ['lake', 'lake']
        """
        hits, i = [], 0
        while i < len(words):
            hit = self._longest_at(words, i) if words[i].key in self._lengths else None
            if hit:
                hits.append(hit)
            i = hit.last if hit else i + 1
        return hits

    def _longest_at(self, words: Sequence[Word], i: int) -> Hit | None:
        by_second = self._lengths[words[i].key]
        second = words[i + 1].key if i + 1 < len(words) else ""
        for n in (*(by_second.get(second, ()) if second else ()), *by_second.get("", ())):
            actors = self.match(words[i : i + n]) if i + n <= len(words) else ()
            if actors:
                return Hit(i, i + n, actors)
        return None

    def match(self, words: Sequence[Word]) -> tuple[Actor, ...]:
        """The actors whose alias is exactly `words`; the last word may be a possessive."""
        if not words:
            return ()
        name = join_keys(words)
        owner = words[-1].text[-2:] in ("'s", "’s") and len(words[-1].key) > 2  # "the UN's"
        for key in (name, name[:-1]) if owner or len(singular_keys(words[-1].key)) > 1 else (name,):
            entries = [e for e in self._aliases.get(key, ()) if _fits(e, words)]
            if entries:
                actors = [e.actor for e in entries if e.own] or [e.actor for e in entries]
                return tuple({a.id: a for a in actors}.values()) if len(actors) > 1 else (actors[0],)
        return ()

    def lineage(self, id: str) -> tuple[Actor, ...]:
        """
        The actor of that id and those that it was before, the newest first: one actor under its names.

            >>> old = Actor(id="lake-guard", name="Lake Guard", type="militia")
            >>> new = Actor(id="lake-army", name="Lake Army", type="militia", formerly="lake-guard")
            >>> [actor.name for actor in ActorIndex([old, new]).lineage("lake-army")]
            ['Lake Army', 'Lake Guard']
        """
        found: list[Actor] = []
        actor = self.by_id.get(id)
        while actor is not None and actor not in found:
            found.append(actor)
            actor = self.by_id.get(actor.formerly) if actor.formerly else None
        return tuple(found)

    def current(self, actor: Actor, published: str | None) -> Actor:
        """
        `actor`, or under a name that was given up before `published` the one that it then was.

        Of a name that several took over nothing is followed: who is meant would be a guess.
        """
        seen = {actor.id}
        while actor.has_ended(published):
            heirs = [a for a in self.successors.get(actor.id, ()) if a.has_begun(published) and a.id not in seen]
            if len(heirs) != 1:
                return actor
            actor = heirs[0]
            seen.add(actor.id)
        return actor


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


# Dates of three grains are compared as texts: what is unsaid is filled up to the first or the last day.


@functools.lru_cache(maxsize=1024)
def _first_day(date: int | str) -> str:
    return f"{date}{'-01-01'[len(str(date)) - 4 :]}"


@functools.lru_cache(maxsize=1024)
def _last_day(date: int | str) -> str:
    return f"{date}{'-12-31'[len(str(date)) - 4 :]}"


def check_actor(actor: Actor, types: Sequence[str], known: Iterable[str]) -> str | None:
    """
    What is wrong with a row, in words that say what to do; None where nothing is. `known` are all ids.

        >>> check_actor(Actor(id="a", name="A", type="gang"), ["militia", "cartel"], [])
        "type 'gang' is not one of militia, cartel; write one of these"
    """
    if actor.type not in types:
        return f"type {actor.type!r} is not one of {', '.join(types)}; write one of these"
    for name, id in (("formerly", actor.formerly), ("of", actor.of)):
        if id and id not in known:
            return f"{name} {id!r} is no id; add that actor or correct it"
    for date in (actor.since, actor.until, *(day for day, _ in actor.later)):
        if date is not None and not DATE_RE.fullmatch(str(date)):
            return f"date {str(date)!r} is not YYYY, YYYY-MM or YYYY-MM-DD; correct it"
    if actor.since is not None and actor.until is not None and _last_day(actor.until) < _first_day(actor.since):
        return f"until {str(actor.until)!r} is before from {str(actor.since)!r}; correct one of them"
    wrong = next((type_ for _, type_ in actor.later if type_ not in types), None)
    return f"later type {wrong!r} is not one of {', '.join(types)}; write one of these" if wrong else None
