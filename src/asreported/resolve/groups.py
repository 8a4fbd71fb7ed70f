"""
Groups and people in a noun phrase: by an alias and a noun for members, a demonym and a noun, a noun alone.

The nouns are tables in data/offices.toml; what they make together is decided here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from asreported.records import Entity

from .actor_lookup import Actor, Hit
from .actor_tables import (
    adjectives,
    branch_words,
    capitals,
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
    bodies = [h for h in hits if not h.actors[0].id.startswith("state:")]
    others = _without_owners(phrase, bodies)
    if len({h.actors[0].id for h in others}) > 1 or (not others and len({h.actors[0].id for h in hits}) != 1):
        return Reading(None, "unknown", phrase.plural) if others else None
    hit = (others or hits)[0]
    actor, core = hit.actors[0], phrase.core_words()
    again = {i for h in bodies for i in range(h.first, h.last)}  # "Syrian Democratic Forces (SDF)"
    before = core[: hit.first] if hit is hits[0] or hit is bodies[0] else []
    tail = [w for i, w in enumerate(core) if i >= hit.last and i not in again]
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
    noun = [w for w in tail if w.key not in word_set("skip", "governing")] if len(tail) > 1 else tail
    branch = branch_words().get(join_keys(tail)) or branch_words().get(join_keys(noun))
    if branch and actor.country and actor.id.startswith("government:") and offices().branches[branch].armed:
        return _composed(phrase, branch, actor.country)
    if tail and not _are_members(tail):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    return actor_reading(actor, rule if not tail else f"{rule} and {tail[-1].key!r}", phrase)


def _only_sentence_capital(words: Sequence[Word]) -> bool:
    return len(words) == 1 and words[0].start == 0 and not words[0].text.isupper()


def _are_members(tail: Sequence[Word]) -> bool:
    """Whether nouns behind an alias are its people: "fighters", "more belligerent factions", not "rival factions"."""
    if join_keys(tail) in word_set("members"):
        return True
    return tail[-1].key in word_set("members") | word_set("skip") and not any(
        w.key in word_set("members", "not_theirs") or (w.capital and not changes_nothing(w)) for w in tail
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
    unit = core[-1].key in word_set("members", "units")
    if not rest or phrase.breaks_before(phrase.core) or not (unit or _ends_in(core, word_set("members"))):
        return None
    link = phrase.words[phrase.core].key
    hits = _without_owners(phrase, [h for h in phrase.hits if h.first > phrase.core])
    hits = [h for h in hits if h.actors[0].type == "person"] or hits
    bodies = [h for h in hits if h.actors[0].type != "person" and not h.actors[0].id.startswith("state:")]
    named = core[-1].capital and core[-1].start > 0 and core[-1].key not in titles()
    if (unit or named) and not bodies:
        return None  # "the Popular Column of the Cordillera" is a name, "the 4th Brigade of the army" is the army
    hits = bodies if len({h.actors[0].id for h in bodies}) == 1 else hits
    gap = phrase.words[phrase.core + 1 : hits[0].first] if hits else []
    if not hits or any(w.capital and not changes_nothing(w) and w.key not in titles() for w in gap):
        return _part_of_others(phrase, core, rest) if link in ("of", "belonging") else None
    if link not in word_set("grammar", "member_links") or len({h.actors[0].id for h in hits}) > 1:
        return None
    actor = hits[0].actors[0]
    if actor.type == "person" or actor.id.startswith("state:"):
        return _of_state(phrase, actor, core[-1:]) if link in ("of", "loyal") else None
    if all(changes_nothing(w) or w.key in ("to", "for", "with", "ranks") or w.text.isdigit() for w in gap):
        return actor_reading(actor, f"{core[-1].key!r} {link} {hits[0].rule}", phrase)
    return None


def _without_owners(phrase: Phrase, hits: list[Hit]) -> list[Hit]:
    """
    Of two aliases the one that is meant: "al-Qaeda's affiliate the Nusra Front" is the latter, "the ELN's Central
    Command" the former, unless the whole and its part are of one country ("the Syrian army's Republican Guard").
    """
    if len({h.actors[0].id for h in hits}) != 2 or hits[0].actors[0].id == hits[-1].actors[0].id:
        return hits
    first = next(a for a, b in itertools.pairwise(hits) if a.actors[0].id != b.actors[0].id)
    second = hits[hits.index(first) + 1]
    between = phrase.words[first.last : second.first]
    if any(w.key in word_set("members", "offshoots") for w in between):
        return [second]
    gap = phrase.text[phrase.words[first.last - 1].end : phrase.words[second.first].start]
    if "(" in gap:
        return [first]  # brackets say once more who it is
    owner = phrase.words[first.last - 1].text.replace("’", "'")
    if between or gap.strip(" )"):
        return hits
    nation = first.actors[0].country
    if nation and nation == second.actors[0].country:
        return [second]
    return [first] if owner.endswith(("'s", "s'")) else hits


def _part_of_others(phrase: Phrase, core: Sequence[Word], rest: Sequence[Word]) -> Reading | None:
    """Members of a body that no table knows, or of a kind ("Mexican gangs"); "residents of Aq Chashma" are none."""
    while rest and not rest[0].capital and (rest[0].key in DETERMINERS | {"to"} or rest[0].key in word_set("skip")):
        rest = rest[1:]
    if not rest or not any(w.capital for w in rest[:2]):
        return None
    inner = phrase.text[rest[0].start :]
    whole = Phrase(inner, split_words(inner), phrase.setting)
    reading = read_plain_name(whole)
    named = reading is not None and (reading.kind == "group" or core[-1].key not in people_words())
    if named:
        return reading
    kind = read_by_noun(whole) if core[-1].key not in people_words() else None
    return kind if kind and kind.entity and kind.kind == "group" else None


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
    if not nations:
        nations = _by_capital(core)
    nation = next(iter(nations)) if len(nations) == 1 else None
    by_capital = bool(nation) and not any(w.key in demonyms() for w in core) and not phrase.hits
    core = _without_officers(core)
    for n in range(min(4, len(core)), 0, -1):
        key, before = join_keys(core[-n:]), core[:-n]
        if _hides_a_name(before) and not by_capital:
            continue
        if key in branch_words():
            return _branch_reading(phrase, branch_words()[key], before, nation, ambiguous=len(nations) > 1)
        if key in people_words():
            people = next((peoples()[w.key][0] for w in before if w.key in peoples() and w.capital), None)
            return _people_reading(phrase, people_words()[key], nation, people)
    if nation and not core[-1].capital and core[-1].key in word_set("members", "units"):
        return _composed(phrase, "forces", nation)  # "the Kenyan battalion"
    return _bare_people(phrase, core, nation) or _by_description(phrase)


def _by_capital(core: Sequence[Word]) -> set[str]:
    """The country whose capital stands for it before forces or a government: "Tehran's forces", "the Kiev army"."""
    if branch_words().get(core[-1].key) not in ("forces", "army", "air-force", "navy", "government"):
        return set()
    keys = {k for i, w in enumerate(core[:-1]) if w.capital for k in (w.key, w.key[:-1], join_keys(core[i : i + 2]))}
    return {capitals()[k] for k in keys if k in capitals()}


def _without_officers(core: list[Word]) -> list[Word]:
    """ "air force officials" are the air force, "government officials" a noun of their own."""
    last = branch_words().get(core[-1].key)
    if len(core) < 2 or core[-1].key not in word_set("members") or last not in (None, "forces", "government"):
        return core
    for n in range(min(3, len(core) - 1), 0, -1):
        key = join_keys(core[-1 - n : -1])
        if key in word_set("members", "services"):
            return core[:-1]
    return core


def _bare_people(phrase: Phrase, core: Sequence[Word], nation: str | None) -> Reading | None:
    """A demonym alone: "the Iraqis" are people, "Iraqi" (in "Iraqi gains") is the state, "Kurds" have none."""
    last = core[-1]
    if not last.capital or _hides_a_name(core[:-1]):
        return None
    if last.key in peoples():
        _, plural = peoples()[last.key]
        entity = Entity(id=f"people:{fold(plural)}", name=plural, country=nation, rule="name of a people")
        return Reading(entity, "people", plural=True, definite=phrase.definite)
    if last.key not in demonyms():
        return None
    iso2, demonym = demonyms()[last.key]
    several = last.key.endswith("s") and last.key != fold(demonym)
    if len(core) > 1 and not (several and all(not w.capital or changes_nothing(w) for w in core[:-1])):
        return None
    if not several:
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


def _people_reading(phrase: Phrase, key: str, nation: str | None, people: str | None = None) -> Reading:
    kind = None if key in ("people", "suspects", "prisoners", "relatives") else "civilians"
    sex = next((sexes()[w.key] for w in reversed(phrase.core_words()) if w.key in sexes()), None)
    noun = key.replace("-", " ")
    whose = fold(people) if people else nation.lower() if nation else None
    adjective = people or (adjectives()[nation] if nation else None)
    entity = Entity(
        id=f"{key}:{whose}" if whose else key,
        name=f"{adjective} {noun}" if adjective else noun,
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
