"""
Read one noun phrase: who is meant, as far as the words alone tell.

    "Isil fighters"                     the actor of the table, by alias and a noun for its members
    "members of the YPG"                the same, the other way round
    "Iraqi security forces"             composed of a demonym and a noun of data/offices.toml
    "Col John Dorrian"                  a person: title and name
    "residents of Raqqa"                people, by their noun
    "the Lake Wardens militia"          a name that no table knows: itself
    "the militants", "they"             points back: for cast.py to resolve

Two actors in one phrase ("Russian and Syrian jets") are no one actor: nothing is resolved.
"""

from __future__ import annotations

import functools
import re

import msgspec

from .actor_lookup import ActorIndex, Hit
from .actor_tables import actor_index, offices, people_words, sexes, titles, word_set
from .groups import read_by_noun
from .introduced import introduced_part
from .named_groups import read_by_alias, read_part_of
from .names import Word, join_keys, split_words
from .phrase import PRONOUN_KINDS, Phrase, Reading
from .proper_names import read_plain_name, read_titled_person, read_whole
from .setting import Setting

# "US-backed", "al-Qaida-linked": who backs is a claim of its own and never who is meant.
BACKED = (
    r"[\w.’']{1,40}(?:[-‑–][\w.’']{1,40}){0,3}[-‑–](?:backed|led|armed|allied|linked|affiliated|sponsored|supported|funded"
    r"|controlled|held|dominated|trained|aligned|inspired|based|run|brokered|occupied|besieged)\b"
)
BACKED_RE = re.compile(rf"{BACKED}(?:,? (?:and|but|or) {BACKED})*", re.IGNORECASE)
# "current and former officials": the joint is between adjectives, and who they are is the same.
CURRENT_RE = re.compile(r"\b(?:current|present|serving|active) (?:and|or) (?:former|retired)\b", re.IGNORECASE)
LONGEST = 300
"""Characters of the longest text that is read: what is longer is no noun phrase."""


def read_phrase(
    text: str,
    *,
    country: str | None = None,
    countries: frozenset[str] = frozenset(),
    published: str | None = None,
    actors: ActorIndex | None = None,
) -> Reading:
    """
    Who `text` means, for a report of `published` that tells mostly of `country` and names `countries`.

        >>> read_phrase("suspected Isil fighters").entity.name
        'Islamic State'
        >>> read_phrase("Iraqi security forces").entity.id
        'security-forces:iq'
        >>> read_phrase("Col John Dorrian").entity.name
        'John Dorrian'
        >>> read_phrase("Russian and Syrian jets").entity is None
        True
    """
    return read_in(text, Setting(actors or actor_index(), country, countries, published))


def read_in(text: str, setting: Setting) -> Reading:
    """`read_phrase` where the setting is known already."""
    return _read(text, setting) if len(text) <= LONGEST else Reading(None, "unknown")


@functools.lru_cache(maxsize=2048)
def _read(text: str, setting: Setting) -> Reading:
    text = CURRENT_RE.sub(lambda match: " " * len(match.group()), text) if " former" in text else text
    words = split_words(_without_backers(text, setting))
    if not words:
        return Reading(None, "unknown")
    pronoun = PRONOUN_KINDS.get(join_keys(words))
    if pronoun and not (words[0].text.isupper() and words[0].key in ("us", "who")):
        sex = "f" if words[0].key.startswith(("she", "her")) else "m" if words[0].key.startswith(("he", "hi")) else None
        return Reading(
            None,
            "pronoun",
            plural=pronoun in ("group", "speakers"),
            sex=sex if pronoun == "person" else None,
            pronoun=pronoun,
        )
    phrase = Phrase(text, words, setting)
    if phrase.several():
        return Reading(None, "unknown", plural=True)
    for reader in (read_whole, read_titled_person, read_by_alias, read_part_of, read_by_noun):
        reading = reader(phrase)
        if reading is not None:
            break
    if reading is not None and reading.entity:
        # "the Kurdish forces, the YPG", "men of the group called X": the name says more than the noun.
        composed = reading.kind == "group" and reading.entity.id.split(":")[0] in offices().branches
        vague = reading.generic or (composed and reading.entity.id not in setting.actors.by_id)
        vague = vague and any(w.capital for w in words[2:])
        return (_read_introduced(phrase) if vague else None) or reading
    unknown = Reading(None, "unknown", plural=phrase.plural, definite=phrase.definite)
    return _read_introduced(phrase) or reading or read_plain_name(phrase) or unknown


def _read_introduced(phrase: Phrase) -> Reading | None:
    """What a phrase names behind a description, where that is a person or a body."""
    inner = introduced_part(phrase)
    if inner is None or len(inner) >= len(phrase.text):
        return None
    reading = _read(inner, phrase.setting)
    if reading.kind == "name" and reading.entity and any(_is_one_person(w.key) for w in phrase.core_words()):
        person = msgspec.structs.replace(reading.entity, type="person")  # "an officer who calls himself X"
        sex = next((sexes()[w.key] for w in phrase.core_words() if w.key in sexes()), None)
        reading = reading._replace(entity=person, kind="person", sex=sex)
    return reading if reading.entity and not reading.generic and reading.kind in ("person", "group", "name") else None


def _is_one_person(key: str) -> bool:
    return key in word_set("human") or key in titles() or key in sexes() or people_words().get(key) == "relatives"


def _without_backers(text: str, setting: Setting) -> str:
    """`text` with "US-backed" blanked out, but not where it begins an actor's own name ("US-led coalition")."""
    if not any(mark in text for mark in "-‑–"):
        return text
    words = split_words(text)
    hits = setting.actors.find(words)
    names = [(words[h.first].start, words[h.last - 1].end) for h in hits]
    for hit in hits:
        # Rebels against a ruler are of his country; who fights a body is not told by its name.
        if _is_opposed(words, hit) and (len(hits) > 1 or hit.actors[0].type != "person"):
            start, end = words[hit.first - 1].start, words[hit.last - 1].end
            text = text[:start] + " " * (end - start) + text[end:]

    def blank(match: re.Match[str]) -> str:
        inside = any(start <= match.start() and match.end() < end for start, end in names)
        return match.group() if inside else " " * len(match.group())

    return BACKED_RE.sub(blank, text)


def _is_opposed(words: list[Word], hit: Hit) -> bool:
    """Whether an alias only says whom others fight: "the anti-Isis coalition"."""
    if not hit.first or hit.last == len(words):
        return False
    before = words[hit.first - 1]
    return before.key in ("anti", "counter") and before.end + 1 == words[hit.first].start
