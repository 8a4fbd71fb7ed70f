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

import re
from collections.abc import Sequence
from typing import NamedTuple

from asreported.records import Entity

from .actor_tables import (
    Actor,
    Hit,
    actor_index,
    adjectives,
    branch_words,
    capitals,
    demonyms,
    description_types,
    given_names,
    offices,
    people_words,
    peoples,
    sexes,
    states,
    titles,
    word_set,
)
from .names import PARTICLES, Word, fold, join_keys, singular_keys, split_words

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
LINKS = frozenset(
    (
        "of",
        "from",
        "in",
        "with",
        "at",
        "for",
        "by",
        "on",
        "near",
        "inside",
        "within",
        "including",
        "who",
        "whom",
        "which",
        "that",
        "to",
        "belonging",
        "loyal",
        "linked",
        "affiliated",
        "allied",
        "against",
        "around",
        "outside",
        "across",
        "as",
        "after",
        "along",
        "under",
        "trying",
        "fighting",
        "working",
        "involved",
        "among",
        "between",
        "holed",
        "during",
    )
)
MEMBER_LINKS = frozenset(
    (
        "of",
        "from",
        "in",
        "with",
        "for",
        "inside",
        "within",
        "belonging",
        "loyal",
        "linked",
        "affiliated",
        "allied",
        "fighting",
        "working",
        "at",
    )
)
JOINERS = frozenset(("and", "or", "as"))
# "US-backed", "al-Qaida-linked": who backs is a claim of its own and never who is meant.
BACKED_RE = re.compile(
    r"[\w.’']{1,40}(?:[-‑][\w.’']{1,40}){0,3}[-‑](?:backed|led|armed|allied|linked|affiliated|sponsored|supported|funded|controlled|held|dominated|trained|aligned|inspired|based|run|brokered|occupied|besieged)\b"
)
AFTER_NAME_RE = re.compile(r"[,;:(\[]| - | – | — ")
NOUN_TYPES = {
    "militia": "militia", "police": "police", "ministry": "government", "cartel": "cartel", "gang": "cartel", "news": "media", "radio": "media",
    "tv": "media", "television": "media", "times": "media", "newspaper": "media", "government": "government", "battalion": None, "lashkar": "militia",
    "observatory": "monitor", "charity": "ngo", "society": "ngo", "party": "party", "vigilantes": "militia", "parliament": "government", "court": "government",
}  # fmt: skip


FORCES = frozenset(
    ("forces", "army", "air-force", "navy", "special-forces", "security-forces", "border-guards", "police")
)
FORMER = frozenset(("former", "ex", "retired", "onetime"))
STATE_NOUNS = frozenset(("government", "regime", "authorities", "junta", "state", "administration"))
OF_THE_STATE = frozenset(
    (
        "army",
        "police",
        "security-forces",
        "government",
        "border-guards",
        "defence-ministry",
        "foreign-ministry",
        "interior-ministry",
        "health-ministry",
    )
)
STATELESS = frozenset(
    (
        "rebel",
        "insurgent",
        "separatist",
        "opposition",
        "jihadist",
        "islamist",
        "terrorist",
        "militant",
        "extremist",
        "paramilitary",
        "coalition",
        "enemy",
        "allied",
        "foreign",
        "alliance",
        "terror",
        "unified",
        "private",
        "local",
        "rival",
        "own",
    )
)


class Reading(NamedTuple):
    """
    What a phrase means by itself.

    `kind` is person, group, people, state, name (capitals that no table knows), description, pronoun or unknown.
    `generic` marks an entity that a nearer mention would make more exact ("the rebels", "police").
    """

    entity: Entity | None
    kind: str
    plural: bool = False
    sex: str | None = None
    definite: bool = False
    generic: bool = False
    title: str | None = None


def read_phrase(text: str, *, country: str | None = None, countries: frozenset[str] = frozenset()) -> Reading:
    """
    Who `text` means, for a report that tells mostly of `country` and names `countries`.

        >>> read_phrase("suspected Isil fighters").entity.name
        'Islamic State'
        >>> read_phrase("Iraqi security forces").entity.id
        'security-forces:iq'
        >>> read_phrase("Col John Dorrian").entity.name
        'John Dorrian'
        >>> read_phrase("Russian and Syrian jets").entity is None
        True
    """
    words = split_words(_without_backers(text))
    if not words:
        return Reading(None, "unknown")
    pronoun = PRONOUN_KINDS.get(join_keys(words))
    if pronoun and not (words[0].text.isupper() and words[0].key in ("us", "who")):
        sex = "f" if words[0].key.startswith(("she", "her")) else "m" if words[0].key.startswith(("he", "hi")) else None
        return Reading(
            None, "pronoun", plural=pronoun in ("group", "speakers"), sex=sex if pronoun == "person" else None
        )
    phrase = Phrase(text, words, country, countries)
    if phrase.several():
        return Reading(None, "unknown", plural=True)
    for reader in (_whole, _titled_person, _by_alias, _part_of, _by_noun, _plain_name):
        reading = reader(phrase)
        if reading is not None:
            return reading
    return Reading(None, "unknown", plural=phrase.plural, definite=phrase.definite)


def _without_backers(text: str) -> str:
    """`text` with "US-backed" blanked out, but not where it begins an actor's own name ("US-led coalition")."""
    if "-" not in text and "‑" not in text:
        return text
    words = split_words(text)
    names = [(words[h.first].start, words[h.last - 1].end) for h in actor_index().find(words)]

    def blank(match: re.Match[str]) -> str:
        inside = any(start <= match.start() and match.end() < end for start, end in names)
        return match.group() if inside else " " * len(match.group())

    return BACKED_RE.sub(blank, text)


class Phrase:
    """A noun phrase taken apart: its core before the first link word, and what follows."""

    def __init__(self, text: str, words: list[Word], country: str | None, countries: frozenset[str]) -> None:
        self.text = text
        self.words = words
        self.country = country
        self.countries = countries
        self.definite = words[0].key in DEFINITE
        self.hits = [h for h in (self._meant(h) for h in actor_index().find(words)) if h]
        self.core = self._core_end()
        self.plural = words[self.core - 1].key.endswith("s") or words[self.core - 1].key in (
            "people",
            "men",
            "women",
            "children",
            "police",
        )

    def _meant(self, hit: Hit) -> Hit | None:
        """The hit with the one actor that is meant; None where the country leaves several or none."""
        actors = hit.actors
        if len(actors) > 1:
            near = tuple(a for a in actors if a.country == self.country) or tuple(
                a for a in actors if a.country in self.countries
            )
            actors = near if len(near) == 1 else actors
        if len({a.id for a in actors}) > 1:
            return None
        return Hit(hit.first, hit.last, actors[:1])

    def _core_end(self) -> int:
        inside = {i for h in self.hits for i in range(h.first, h.last)}
        for i, word in enumerate(self.words):
            if i and i not in inside and (word.key in LINKS or self._breaks_before(i)):
                return i
        return len(self.words)

    def _breaks_before(self, i: int) -> bool:
        gap = self.text[self.words[i - 1].end : self.words[i].start]
        return bool(AFTER_NAME_RE.search(gap)) or "—" in gap

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


# ---- the readings, surest first ----------------------------------------------------------


def _whole(phrase: Phrase) -> Reading | None:
    """The whole phrase is an alias, a country, a capital that stands for its government."""
    words = [w for w in phrase.words if not _in_brackets(phrase.text, w)] or phrase.words
    for part in (words, words[1:] if words[0].key in DETERMINERS else []):
        actors = actor_index().match(part) if part else ()
        hit = phrase._meant(Hit(0, len(part), actors)) if actors else None
        if hit:
            return _actor_reading(hit.actors[0], "alias", phrase)
        capital = capitals().get(join_keys(part)) if part and part[0].capital else None
        if capital:
            return Reading(entity_of(states()[capital], "capital for its government"), "state")
    return None


def _in_brackets(text: str, word: Word) -> bool:
    return text[: word.start].rstrip().endswith("(") and text[word.end :].lstrip().startswith(")")


def _titled_person(phrase: Phrase) -> Reading | None:
    """A title and then a name to the end: "Turkish foreign minister Mevlüt Çavuşoğlu", "Maj Gen Kurt Ash"."""
    words = phrase.words
    if (
        phrase.core < len(words)
        and phrase.words[phrase.core].key == "of"
        and words[phrase.core - 1].key in word_set("members")
    ):
        return None  # "the forces of President X" are forces
    end = next(
        (
            i
            for i in range(1, len(words))
            if phrase._breaks_before(i)
            and not _in_brackets(phrase.text, words[i])
            and words[i - 1].capital
            and "," in phrase.text[words[i - 1].end : words[i].start]
        ),
        len(words),
    )
    # "the interior minister, Yusuf Dirir": the name stands behind the comma.
    for first, last in ((0, end), (0, len(words))):
        found = _title_and_name(words[first:last])
        if found:
            name, title, group = found
            return _person_reading(phrase, name, title, group)
    name = _name_behind_office(phrase)
    if name:
        return _person_reading(phrase, *name)
    name_words = phrase.bare()
    if phrase.words[0].key not in DETERMINERS and _looks_like_person(name_words) and not _named_otherwise(phrase):
        return _person_reading(phrase, name_words, None, None)
    return None


def _name_behind_office(phrase: Phrase) -> tuple[Sequence[Word], str, str] | None:
    """The name behind a title and what it is the title of: "vice-president of the Syrian Coalition Kurt Ash"."""
    words = phrase.words
    first = next((i for i, w in enumerate(words) if w.key in titles() and i + 1 < len(words)), None)
    if first is None:
        return None
    last = len(words)
    while last > first + 1 and words[last - 1].capital and words[last - 1].key not in word_set("organisation_nouns"):
        inside = any(h.first < last <= h.last and h.actors[0].type != "person" for h in phrase.hits)
        if inside or words[last - 1].key in demonyms() or phrase._breaks_before(last - 1):
            break
        last -= 1
    name = words[last:]
    given = next((i for i, w in enumerate(name) if w.key in given_names()), 0)
    name, last = name[given:], last + given
    if words[last - 1].key in DETERMINERS:
        return None  # "the director for the Middle East"
    if not 2 <= len(name) <= 4 or last <= first + 1 or not _is_name(name):
        return None
    return name, words[first].key, titles()[words[first].key]


def _title_and_name(words: Sequence[Word]) -> tuple[Sequence[Word], str, str] | None:
    """The name at the end of `words`, the last title before it, and whom that title belongs to."""
    best = None
    i = 0
    while i < len(words) - 1:
        step = 1
        for n in range(min(6, len(words) - 1 - i), 0, -1):
            key = join_keys(words[i : i + n])
            group = titles().get(key)
            if group and _is_name(words[i + n :]):
                best, step = (words[i + n :], key, group), n
                break
        i += step
        if best and i >= len(words) - len(best[0]) and len(best[0]) == 1:
            break
    return best


def _is_name(words: Sequence[Word]) -> bool:
    if not 0 < len(words) <= 6 or not words[-1].capital or not (words[0].capital or words[0].key in PARTICLES):
        return False
    if any(w.key in word_set("organisation_nouns") or w.text.isdigit() or w.key in demonyms() for w in words):
        return False
    return all(w.capital or w.key in PARTICLES for w in words)


def _looks_like_person(words: Sequence[Word]) -> bool:
    return (
        2 <= len(words) <= 5
        and words[0].key in given_names()
        and _is_name(words)
        and words[0].text != words[0].text.upper()
    )


def _named_otherwise(phrase: Phrase) -> bool:
    return any(h.actors[0].type != "person" for h in phrase.hits)


def _person_reading(phrase: Phrase, name: Sequence[Word], title: str | None, group: str | None) -> Reading:
    text = phrase.text[name[0].start : name[-1].end]
    text = re.sub(r"['’]s?$", "", text)
    known = actor_index().match(name)
    if len(known) == 1 and known[0].type == "person":
        return _actor_reading(known[0], "alias of a person", phrase, title)
    before = [h for h in phrase.hits if phrase.words[h.last - 1].end <= name[0].start and h.actors[0].type != "person"]
    nation = next(
        (demonyms()[w.key][0] for w in phrase.words if w.end <= name[0].start and w.key in demonyms() and w.capital),
        None,
    )
    organisation = before[-1].actors[0] if before else None
    country = (organisation.country if organisation else None) or nation
    if organisation is None and nation and group in ("official", "military", "police"):
        organisation = states()[nation]
    sex = next((sexes()[k] for k in ([fold(w) for w in (title or "").split()] + [name[0].key]) if k in sexes()), None)
    entity = Entity(
        id=f"name:{join_keys(name)}",
        name=text,
        type="person",
        country=country,
        organisation=organisation.name if organisation else None,
        rule=f"title {title!r} and name" if title else "given name and name",
    )
    return Reading(entity, "person", sex=sex, title=title)


def _by_alias(phrase: Phrase) -> Reading | None:
    """One actor of the table in the core, with nothing beside it but words that leave it who it is."""
    hits = [h for h in phrase.hits if h.first < phrase.core]
    others = [h for h in hits if not h.actors[0].id.startswith("state:")]
    if len({h.actors[0].id for h in others}) > 1 or (not others and len({h.actors[0].id for h in hits}) != 1):
        return Reading(None, "unknown", phrase.plural) if others else None
    hit = (others or hits)[0]
    actor, core = hit.actors[0], phrase.core_words()
    before, tail = (
        core[: hit.first],
        [w for w in core[hit.last :] if not any(h.first <= core.index(w) < h.last for h in others)],
    )
    if any(w.key in JOINERS for w in core if not hit.first <= core.index(w) < hit.last):
        return Reading(None, "unknown", plural=True)
    if actor.id.startswith("state:") or actor.type == "person":
        return _of_state(phrase, actor, tail)
    if any(w.capital and not _changes_nothing(w) for w in before) and not _only_sentence_capital(before):
        return None  # "Banner of Dawn" is not the newspaper: the alias is part of a longer name.
    if any(w.key in FORMER for w in before):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    if tail and actor.id.startswith("government:") and branch_words().get(join_keys(tail)) in FORCES and actor.country:
        return _composed(phrase, branch_words()[join_keys(tail)], actor.country)
    if tail and not _are_members(tail):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    return _actor_reading(actor, "alias" if not tail else f"alias and {tail[-1].key!r}", phrase)


def _changes_nothing(word: Word) -> bool:
    key = word.key
    return (
        key in DETERMINERS
        or key in word_set("skip")
        or key in demonyms()
        or key in word_set("members")
        or key in description_types()
        or key in ("kurdish", "islamist", "shia", "sunni", "arab")
    )


def _only_sentence_capital(words: Sequence[Word]) -> bool:
    return len(words) == 1 and words[0].start == 0 and not words[0].text.isupper()


def _are_members(tail: Sequence[Word]) -> bool:
    return join_keys(tail) in word_set("members") or all(
        w.key in word_set("members") or w.key in word_set("skip") for w in tail
    )


def _of_state(phrase: Phrase, actor: Actor, tail: Sequence[Word]) -> Reading | None:
    """ "Syria army", "Assad's forces": a country or its ruler, and a noun for its forces."""
    key = join_keys(tail)
    branch = branch_words().get(key) or (branch_words().get(join_keys(tail[-2:])) if len(tail) > 1 else None)
    if not tail:
        return _actor_reading(actor, "alias", phrase)
    if branch and actor.country and (actor.type != "person" or (actor.of or "").startswith(("government:", "state:"))):
        return _composed(phrase, branch, actor.country)
    if actor.type == "person" and actor.of and _are_members(tail):
        owner = actor_index().by_id.get(actor.of)
        return _actor_reading(owner, f"whom {actor.name} leads", phrase) if owner else None
    return None


def _part_of(phrase: Phrase) -> Reading | None:
    """ "members of the YPG", "British jihadists in Isil", "gunmen of the Mountain Eagles"."""
    core = phrase.core_words()
    if phrase.core >= len(phrase.words) or not core or not _ends_in(core, word_set("members")):
        return None
    rest = phrase.words[phrase.core + 1 :]
    if phrase._breaks_before(phrase.core) or not rest:
        return None
    if core[-1].capital and core[-1].start > 0:
        return None  # "the Popular Column of the Cordillera" is a name
    link = phrase.words[phrase.core].key
    hits = [h for h in phrase.hits if h.first > phrase.core]
    hits = [h for h in hits if h.actors[0].type == "person"] or hits
    if hits and link in MEMBER_LINKS and len({h.actors[0].id for h in hits}) == 1:
        gap = phrase.words[phrase.core + 1 : hits[0].first]
        actor = hits[0].actors[0]
        if actor.type == "person" or actor.id.startswith("state:"):
            return _of_state(phrase, actor, core[-1:]) if link == "of" or "loyal" in link else None
        if all(_changes_nothing(w) or w.key in ("to", "for", "with", "ranks") for w in gap):
            return _actor_reading(actor, f"{core[-1].key!r} {link} alias", phrase)
    if link != "of" or hits:
        return None
    while rest and not rest[0].capital and (rest[0].key in DETERMINERS or rest[0].key in word_set("skip")):
        rest = rest[1:]
    if not rest or not any(w.capital for w in rest[:2]):
        return None
    inner = phrase.text[rest[0].start :]
    reading = _plain_name(Phrase(inner, split_words(inner), phrase.country, phrase.countries))
    named = reading is not None and (reading.kind == "group" or core[-1].key not in people_words())
    return reading if named else None


def _ends_in(words: Sequence[Word], keys: frozenset[str]) -> bool:
    return words[-1].key in keys or (len(words) > 1 and join_keys(words[-2:]) in keys)


def _by_noun(phrase: Phrase) -> Reading | None:
    """A noun for forces, sides or people at the end of the core, with or without a demonym before it."""
    core = phrase.bare()
    if any(w.key in ("and", "or") for w in core[:-1]):
        return _same_people(phrase, core)
    if any(w.key in FORMER for w in core):
        return None
    nations = {demonyms()[w.key][0] for w in core if w.key in demonyms() and w.capital}
    nations |= {c for h in phrase.hits if h.last <= phrase.core and (c := h.actors[0].country)}
    nation = next(iter(nations)) if len(nations) == 1 else None
    for n in range(min(4, len(core)), 0, -1):
        key, before = join_keys(core[-n:]), core[:-n]
        if _hides_a_name(before):
            continue
        if key in branch_words():
            return _branch_reading(phrase, branch_words()[key], before, nation, ambiguous=len(nations) > 1)
        if key in people_words():
            return _people_reading(phrase, people_words()[key], nation)
    return _bare_people(phrase, core, nation) or _by_description(phrase)


def _bare_people(phrase: Phrase, core: Sequence[Word], nation: str | None) -> Reading | None:
    """A demonym alone: "the Iraqis" are people, "Iraqi" (in "Iraqi gains") is the state, "Kurds" have none."""
    last = core[-1]
    if not last.capital or _hides_a_name(core[:-1]):
        return None
    if last.key in peoples():
        adjective, plural = peoples()[last.key]
        entity = Entity(id=f"people:{fold(plural)}", name=plural, country=nation, rule="name of a people")
        return Reading(entity, "people", plural=True, definite=phrase.definite)
    if len(core) > 1 or last.key not in demonyms():
        return None
    iso2, demonym = demonyms()[last.key]
    if not last.key.endswith("s") or last.key == fold(demonym):
        return Reading(entity_of(states()[iso2], "demonym"), "state")
    entity = Entity(id=f"people:{iso2.lower()}", name=f"{demonym}s", country=iso2, rule="demonym in the plural")
    return Reading(entity, "people", plural=True, definite=phrase.definite)


def _hides_a_name(words: Sequence[Word]) -> bool:
    return any(
        w.capital
        and w.start > 0
        and not _changes_nothing(w)
        and w.key not in branch_words()
        and w.key not in people_words()
        for w in words
    )


def _same_people(phrase: Phrase, core: Sequence[Word]) -> Reading | None:
    """ "women and children": both nouns name people; "rebels and residents" are no one actor."""
    keys = {people_words().get(w.key) for w in core if w.key not in ("and", "or") and w.key not in word_set("skip")}
    if len(keys) == 1 and (key := keys.pop()):
        return _people_reading(phrase, key, None)
    return Reading(None, "unknown", plural=True)


def _branch_reading(
    phrase: Phrase, branch: str, before: Sequence[Word], nation: str | None, *, ambiguous: bool
) -> Reading | None:
    if ambiguous:
        return Reading(None, "unknown", plural=True)
    row = offices().branches[branch]
    governing = any(w.key in word_set("skip", "governing") for w in before)
    if governing and row.type in ("armed-group", "militia"):
        branch, row = "forces", offices().branches["forces"]
    people = next((peoples()[w.key][0] for w in before if w.key in peoples() and w.capital), None)
    if people:
        return _of_people(phrase, branch, people, nation)
    if nation:
        return _composed(phrase, branch, nation)
    last = phrase.bare()[-1].key
    if last in titles() and row.type == "government":
        return Reading(None, "description", plural=phrase.plural, definite=phrase.definite)
    if row.type not in ("state-forces", "police", "government"):
        entity = Entity(id=branch, name=row.noun, type=row.type, rule="noun")
        return Reading(entity, "group", plural=phrase.plural, definite=phrase.definite, generic=True)
    if not _is_the_states(phrase, branch, before, governing=governing):
        kind = "description" if phrase.definite else "unknown"
        return Reading(None, kind, plural=phrase.plural, definite=phrase.definite)
    if phrase.country:
        return _composed(phrase, branch, phrase.country, generic=True)
    entity = Entity(id=branch, name=row.noun, type=row.type, rule="noun")
    return Reading(entity, "group", plural=phrase.plural, definite=phrase.definite, generic=True)


def _is_the_states(phrase: Phrase, branch: str, before: Sequence[Word], *, governing: bool) -> bool:
    """
    Whether the noun alone means the state where the report is.

    "jets" and "troops" may be anyone's; "the army", "police", "government troops" are the state's, unless another
    word says whose ("the rebel army", "the provincial government") or it is any one ("a government").
    """
    known = word_set("skip") | word_set("skip", "governing") | DETERMINERS
    if any(w.key in STATELESS or w.key not in known for w in before):
        return False
    if governing:
        return True
    if branch == "government" and phrase.bare()[-1].key not in STATE_NOUNS:
        return False
    return branch in OF_THE_STATE and not (phrase.words[0].key in ("a", "an") and len(phrase.core_words()) == 2)


def _of_people(phrase: Phrase, branch: str, adjective: str, nation: str | None) -> Reading:
    """ "Kurdish forces": no state's, so neither its type nor its armed forces."""
    row = offices().branches[branch]
    noun = "forces" if branch == "forces" else row.noun
    kind = {"state-forces": "armed-group", "government": None}.get(row.type, row.type)
    entity = Entity(
        id=f"{branch}:{fold(adjective)}", name=f"{adjective} {noun}", type=kind, rule=f"people and {noun!r}"
    )
    return Reading(entity, "group", plural=phrase.plural, definite=phrase.definite)


def _composed(phrase: Phrase, branch: str, iso2: str, *, generic: bool = False) -> Reading:
    """An actor of the table where it has the composed id ("forces:us"), else one made by rule."""
    row = offices().branches[branch]
    known = actor_index().by_id.get(f"{branch}:{iso2.lower()}")
    rule = f"{row.noun} of the country that the report tells of" if generic else f"demonym and {row.noun!r}"
    if known:
        return _actor_reading(known, rule, phrase, generic=generic)
    name = f"{adjectives()[iso2]} {row.noun}"
    entity = Entity(id=f"{branch}:{iso2.lower()}", name=name, type=row.type, country=iso2, rule=rule)
    return Reading(entity, "group", plural=phrase.plural, definite=phrase.definite, generic=generic)


def _people_reading(phrase: Phrase, key: str, nation: str | None) -> Reading:
    kind = None if key in ("people", "suspects", "prisoners", "relatives") else "civilians"
    sex = next((sexes()[w.key] for w in reversed(phrase.core_words()) if w.key in sexes()), None)
    noun = key.replace("-", " ")
    entity = Entity(
        id=f"{key}:{nation.lower()}" if nation else key,
        name=f"{adjectives()[nation]} {noun}" if nation else noun,
        type=kind,
        country=nation,
        rule="noun for people",
    )
    return Reading(entity, "people", plural=phrase.plural, sex=sex, definite=phrase.definite, generic=True)


def _by_description(phrase: Phrase) -> Reading | None:
    core = phrase.bare()
    if _hides_a_name(core):
        return None
    if any(join_keys(core[-n:]) in description_types() for n in range(1, min(3, len(core)) + 1)):
        return Reading(None, "description", plural=phrase.plural, definite=phrase.definite)
    return None


def _plain_name(phrase: Phrase) -> Reading | None:
    """Capitals that no table knows: the name itself, an organisation where a noun says so."""
    words = phrase.bare()
    while len(words) > 1 and words[0].key in word_set("skip") and not words[0].capital:
        words = words[1:]
    joint = next((i for i, w in enumerate(words) if w.key in JOINERS), len(words))
    words = words[:joint] or words
    organisation = next((w.key for w in reversed(words) if w.key in word_set("organisation_nouns")), None)
    if join_keys(words) in titles():
        return Reading(None, "description", definite=True)  # "Admiral" for one named before
    end = _name_end(phrase, words[-1])
    if len(words) == 1 and phrase.definite and organisation and end == words[-1].end:
        return Reading(None, "description", definite=True)  # "the Front": some front named before
    # A capital that only begins the sentence makes no name of a description ("Suicide bomber").
    named = [w for w in words if w.capital and w.key not in word_set("organisation_nouns", "nobody")]
    if not organisation:
        named = [w for w in named if w.key not in demonyms() and w.key not in peoples() and not _in_state(phrase, w)]
    if not named or (named == [words[0]] and words[0].start == 0 and len(words) > 1 and not organisation):
        return None
    if not (words[0].capital or words[-1].capital) or (len(named) < len(words) - 1 and not organisation):
        return None
    text = re.sub(r"['’]s?$", "", phrase.text[words[0].start : end])
    entity = Entity(
        id=f"name:{fold(text)}", name=text, type=NOUN_TYPES.get(organisation or ""), rule="named in the report"
    )
    return Reading(entity, "group" if organisation else "name", definite=phrase.definite)


def _in_state(phrase: Phrase, word: Word) -> bool:
    spans = [
        (phrase.words[h.first], phrase.words[h.last - 1]) for h in phrase.hits if h.actors[0].id.startswith("state:")
    ]
    return any(first.start <= word.start < last.end for first, last in spans)


def _name_end(phrase: Phrase, last: Word) -> int:
    """The end of a name that goes on behind "of": "Front of the White Well"; of any other, the end of `last`."""
    end = last.end
    rest = [w for w in phrase.words if w.start >= last.end]
    if not rest or rest[0].key != "of" or not last.capital:
        return end
    for word in rest:
        if word.capital:
            end = word.end
        elif word.key not in ("of", "the", "and"):
            break
    return end


def _actor_reading(
    actor: Actor, rule: str, phrase: Phrase, title: str | None = None, *, generic: bool = False
) -> Reading:
    kind = "person" if actor.type == "person" else "state" if actor.id.startswith("state:") else "group"
    sex = (
        next((sexes()[w.key] for w in split_words(actor.name)[:1] if w.key in sexes()), None)
        if kind == "person"
        else None
    )
    # A name's own plural says nothing ("Human Rights"); that of a noun for members does ("Isis fighters").
    plural = kind == "group" and phrase.plural and rule != "alias"
    return Reading(
        entity_of(actor, rule), kind, plural=plural, sex=sex, definite=phrase.definite, generic=generic, title=title
    )


def entity_of(actor: Actor, rule: str) -> Entity:
    """`actor` as the entity that a claim carries."""
    owner = actor_index().by_id.get(actor.of) if actor.of else None
    return Entity(
        id=actor.id,
        name=actor.name,
        type=actor.type,
        country=actor.country,
        organisation=owner.name if owner else None,
        rule=rule,
    )


def nations_of(words: Sequence[Word]) -> list[str]:
    """The countries that `words` name, by name or demonym, each as often as it stands there."""
    named = [h.actors[0].country for h in actor_index().find(words)]
    adjectival = [demonyms()[k][0] for w in words if w.capital for k in singular_keys(w.key)[:1] if k in demonyms()]
    return [iso2 for iso2 in (*named, *adjectival) if iso2]
