"""
Groups and people in a noun phrase: by an alias and a noun for members, a demonym and a noun, a noun alone.

The nouns are tables in data/offices.toml; what they make together is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from asreported.records import Entity

from .actor_lookup import Actor
from .actor_tables import (
    adjectives,
    branch_words,
    demonyms,
    description_types,
    offices,
    people_words,
    peoples,
    sexes,
    titles,
    word_set,
)
from .names import Word, fold, join_keys, split_words
from .phrase import DETERMINERS, Phrase, Reading, actor_reading, changes_nothing, state_of
from .proper_names import read_plain_name

JOINERS = frozenset(("and", "or", "as"))


def read_by_alias(phrase: Phrase) -> Reading | None:
    """One actor of the table in the core, with nothing beside it but words that leave it who it is."""
    hits = [h for h in phrase.hits if h.first < phrase.core]
    others = [h for h in hits if not h.actors[0].id.startswith("state:")]
    if len({h.actors[0].id for h in others}) > 1 or (not others and len({h.actors[0].id for h in hits}) != 1):
        return Reading(None, "unknown", phrase.plural) if others else None
    hit = (others or hits)[0]
    actor, core = hit.actors[0], phrase.core_words()
    again = {i for h in others for i in range(h.first, h.last)}  # "Syrian Democratic Forces (SDF)"
    before, tail = core[: hit.first], [w for i, w in enumerate(core) if i >= hit.last and i not in again]
    if any(w.key in JOINERS for w in (*before, *tail)):
        return Reading(None, "unknown", plural=True)
    if actor.id.startswith("state:") or actor.type == "person":
        return _of_state(phrase, actor, tail)
    if any(w.capital and not changes_nothing(w) for w in before) and not _only_sentence_capital(before):
        return None  # "Banner of Dawn" is not the newspaper: the alias is part of a longer name.
    if any(w.key in word_set("grammar", "former") for w in before):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    return _with_tail(phrase, actor, tail, hit.rule)


def _with_tail(phrase: Phrase, actor: Actor, tail: Sequence[Word], rule: str) -> Reading:
    """An actor and the nouns behind it: "Isis fighters" are Isis, "Isis positions" are not."""
    branch = branch_words().get(join_keys(tail))
    if branch and actor.country and actor.id.startswith("government:") and offices().branches[branch].armed:
        return _composed(phrase, branch, actor.country)
    if tail and not _are_members(tail):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    return actor_reading(actor, rule if not tail else f"{rule} and {tail[-1].key!r}", phrase)


def _only_sentence_capital(words: Sequence[Word]) -> bool:
    return len(words) == 1 and words[0].start == 0 and not words[0].text.isupper()


def _are_members(tail: Sequence[Word]) -> bool:
    return join_keys(tail) in word_set("members") or all(
        w.key in word_set("members") or w.key in word_set("skip") for w in tail
    )


def _of_state(phrase: Phrase, actor: Actor, tail: Sequence[Word]) -> Reading | None:
    """A country or its ruler, and a noun for its forces: "Syria army", "Assad's forces"."""
    key = join_keys(tail)
    branch = branch_words().get(key) or (branch_words().get(join_keys(tail[-2:])) if len(tail) > 1 else None)
    if not tail:
        return actor_reading(actor, "alias", phrase)
    if branch and actor.country and (actor.type != "person" or (actor.of or "").startswith(("government:", "state:"))):
        return _composed(phrase, branch, actor.country)
    if actor.type == "person" and actor.of and _are_members(tail):
        owner = phrase.setting.actors.by_id.get(actor.of)
        return actor_reading(owner, f"whom {actor.name} leads", phrase) if owner else None
    return None


def read_part_of(phrase: Phrase) -> Reading | None:
    """A noun for members, and of whom: "members of the YPG", "jihadists in Isil", "gunmen of the Mountain Eagles"."""
    core, rest = phrase.core_words(), phrase.words[phrase.core + 1 :]
    if not rest or not _ends_in(core, word_set("members")) or phrase.breaks_before(phrase.core):
        return None
    if core[-1].capital and core[-1].start > 0:
        return None  # "the Popular Column of the Cordillera" is a name
    link = phrase.words[phrase.core].key
    hits = [h for h in phrase.hits if h.first > phrase.core]
    hits = [h for h in hits if h.actors[0].type == "person"] or hits
    if not hits:
        return _part_of_named(phrase, core, rest) if link == "of" else None
    if link not in word_set("grammar", "member_links") or len({h.actors[0].id for h in hits}) > 1:
        return None
    actor = hits[0].actors[0]
    if actor.type == "person" or actor.id.startswith("state:"):
        return _of_state(phrase, actor, core[-1:]) if link in ("of", "loyal") else None
    gap = phrase.words[phrase.core + 1 : hits[0].first]
    if all(changes_nothing(w) or w.key in ("to", "for", "with", "ranks") for w in gap):
        return actor_reading(actor, f"{core[-1].key!r} {link} {hits[0].rule}", phrase)
    return None


def _part_of_named(phrase: Phrase, core: Sequence[Word], rest: Sequence[Word]) -> Reading | None:
    """Members of a body that no table knows; "residents of Aq Chashma" are none."""
    while rest and not rest[0].capital and (rest[0].key in DETERMINERS or rest[0].key in word_set("skip")):
        rest = rest[1:]
    if not rest or not any(w.capital for w in rest[:2]):
        return None
    inner = phrase.text[rest[0].start :]
    reading = read_plain_name(Phrase(inner, split_words(inner), phrase.setting))
    named = reading is not None and (reading.kind == "group" or core[-1].key not in people_words())
    return reading if named else None


def _ends_in(words: Sequence[Word], keys: frozenset[str]) -> bool:
    return words[-1].key in keys or (len(words) > 1 and join_keys(words[-2:]) in keys)


def read_by_noun(phrase: Phrase) -> Reading | None:
    """A noun for forces, sides or people at the end of the core, with or without a demonym before it."""
    core = phrase.bare()
    rest = phrase.words[phrase.core :]
    if core[-1].capital and core[-1].start > 0 and rest and rest[0].key == "of":
        return None  # "the Sons of the Reef" is a name
    if any(w.key in ("and", "or") for w in core[:-1]):
        return _same_people(phrase, core)
    if any(w.key in word_set("grammar", "former") for w in core):
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
        _, plural = peoples()[last.key]
        entity = Entity(id=f"people:{fold(plural)}", name=plural, country=nation, rule="name of a people")
        return Reading(entity, "people", plural=True, definite=phrase.definite)
    if len(core) > 1 or last.key not in demonyms():
        return None
    iso2, demonym = demonyms()[last.key]
    if not last.key.endswith("s") or last.key == fold(demonym):
        return Reading(state_of(iso2, "demonym", phrase.setting), "state")
    entity = Entity(id=f"people:{iso2.lower()}", name=f"{demonym}s", country=iso2, rule="demonym in the plural")
    return Reading(entity, "people", plural=True, definite=phrase.definite)


def _hides_a_name(words: Sequence[Word]) -> bool:
    return any(
        w.capital
        and w.start > 0
        and not changes_nothing(w)
        and w.key not in branch_words()
        and w.key not in people_words()
        for w in words
    )


def _same_people(phrase: Phrase, core: Sequence[Word]) -> Reading | None:
    """Two nouns that both name people ("women and children"); "rebels and residents" are no one actor."""
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
        return _by_noun_alone(phrase, branch)
    if not _is_the_states(phrase, branch, before, governing=governing):
        kind = "description" if phrase.definite else "unknown"
        return Reading(None, kind, plural=phrase.plural, definite=phrase.definite)
    if phrase.setting.country:
        return _composed(phrase, branch, phrase.setting.country, generic=True)
    return _by_noun_alone(phrase, branch)


def _by_noun_alone(phrase: Phrase, branch: str) -> Reading:
    row = offices().branches[branch]
    entity = Entity(id=branch, name=row.noun, type=row.type, rule="noun")
    return Reading(entity, "group", plural=phrase.plural, definite=phrase.definite, generic=True)


def _is_the_states(phrase: Phrase, branch: str, before: Sequence[Word], *, governing: bool) -> bool:
    """
    Whether the noun alone means the state where the report is.

    "jets" and "troops" may be anyone's; "the army", "police", "government troops" are the state's, unless another
    word says whose ("the rebel army", "the provincial government") or it is any one ("a government").
    """
    known = word_set("skip") | word_set("skip", "governing") | DETERMINERS
    if any(w.key in word_set("grammar", "stateless") or w.key not in known for w in before):
        return False
    if governing:
        return True
    if branch == "government" and phrase.bare()[-1].key not in word_set("grammar", "state_nouns"):
        return False
    return offices().branches[branch].of_the_state and not (
        phrase.words[0].key in ("a", "an") and len(phrase.core_words()) == 2
    )


def _of_people(phrase: Phrase, branch: str, adjective: str, nation: str | None) -> Reading:
    """Forces of a people ("Kurdish forces"): no state's, so neither its type nor its armed forces."""
    row = offices().branches[branch]
    noun = {"forces": "forces", "government": "authorities"}.get(branch, row.noun)
    kind = {"state-forces": "armed-group", "government": None}.get(row.type, row.type)
    entity = Entity(
        id=f"{branch}:{fold(adjective)}",
        name=f"{adjective} {noun}",
        type=kind,
        country=nation,
        rule=f"people and {noun!r}",
    )
    return Reading(entity, "group", plural=phrase.plural, definite=phrase.definite)


def _composed(phrase: Phrase, branch: str, iso2: str, *, generic: bool = False) -> Reading:
    """An actor of the table where it has the composed id ("forces:us"), else one made by rule."""
    row = offices().branches[branch]
    known = phrase.setting.actors.by_id.get(f"{branch}:{iso2.lower()}")
    if known and known.has_ended(phrase.setting.published):
        known = None  # today's army of that country is not the one that the table names
    rule = f"{row.noun} of the country that the report tells of" if generic else f"demonym and {row.noun!r}"
    if known:
        return actor_reading(known, rule, phrase, generic=generic)
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
