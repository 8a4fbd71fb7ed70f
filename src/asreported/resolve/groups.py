"""
Groups and people in a noun phrase that no alias names: by a demonym and a noun, or a noun alone.

The nouns are tables in data/offices.toml; what they make together is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence

from asreported.records import Entity

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
from .names import Word, fold, join_keys
from .phrase import DETERMINERS, Phrase, Reading, actor_reading, changes_nothing, state_of


def read_by_noun(phrase: Phrase) -> Reading | None:
    """A noun for forces, sides or people at the end of the core, with or without a demonym before it."""
    core = phrase.bare()
    rest = phrase.words[phrase.core :]
    office = _office_of_state(phrase, core)
    if office:
        return office
    if core[-1].capital and core[-1].start > 0 and rest and rest[0].key == "of":
        return None  # "the Sons of the Reef" is a name
    if any(w.key in ("and", "or") for w in core[:-1]):
        return _same_people(phrase, core)
    if any(w.key in word_set("grammar", "former") for w in core):
        return None
    nations = {demonyms()[w.key][0] for w in core if w.key in demonyms() and w.capital}
    nations |= {c for h in phrase.hits if h.last <= phrase.core and (c := h.actors[0].country)}
    if not nations:
        nations = _by_capital(core) or _by_seat(core, rest)
    nation = next(iter(nations)) if len(nations) == 1 else None
    by_capital = bool(nation) and not any(w.key in demonyms() for w in core) and not phrase.hits
    core = _without_community(_without_officers(core))
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
        return compose(phrase, "forces", nation)  # "the Kenyan battalion"
    return _bare_people(phrase, core, nation) or _by_description(phrase)


def _office_of_state(phrase: Phrase, core: Sequence[Word]) -> Reading | None:
    """An office with "of" in its name, and whose it is: "the Iraqi Ministry of Defence", "Ministry of X of Iraq"."""
    first = next((i for i, w in enumerate(core) if core[i + 1 : i + 2] and core[i + 1].key == "of"), None)
    branch = branch_words().get(join_keys(core[first:])) if first is not None else None
    states = {c for h in phrase.hits if h.actors[0].id.startswith("state:") and (c := h.actors[0].country)}
    states |= {demonyms()[w.key][0] for w in core[:first] if w.key in demonyms() and w.capital}
    rest = phrase.words[phrase.core :]
    if branch is None or len(states) != 1 or (rest and rest[0].key not in ("of", "in")):
        return None
    return compose(phrase, branch, states.pop())


def _by_capital(core: Sequence[Word]) -> set[str]:
    """The country whose capital stands for it before forces or a government: "Tehran's forces", "the Kiev army"."""
    if branch_words().get(core[-1].key) not in ("forces", "army", "air-force", "navy", "government"):
        return set()
    keys = {k for i, w in enumerate(core[:-1]) if w.capital for k in (w.key, w.key[:-1], join_keys(core[i : i + 2]))}
    return {capitals()[k] for k in keys if k in capitals()}


def _by_seat(core: Sequence[Word], rest: Sequence[Word]) -> set[str]:
    """The country in whose capital a government sits: "the government in Juba"."""
    if len(rest) < 2 or rest[0].key != "in" or branch_words().get(core[-1].key) != "government":
        return set()
    found = capitals().get(join_keys(rest[1:3])) or capitals().get(rest[1].key)
    return {found} if found and core[-1].key in word_set("grammar", "state_nouns") else set()


def _without_officers(core: list[Word]) -> list[Word]:
    """ "air force officials" are the air force, "government officials" a noun of their own."""
    last = branch_words().get(core[-1].key)
    if len(core) < 2 or core[-1].key not in word_set("members", "ranks") or last not in (None, "forces", "government"):
        return core
    for n in range(min(3, len(core) - 1), 0, -1):
        key = join_keys(core[-1 - n : -1])
        if key in word_set("members", "services"):
            return core[:-1]
    return core


def _without_community(core: list[Word]) -> list[Word]:
    """ "the Kurdish community" and its members are Kurds."""
    end = len(core)
    while end > 1 and not core[end - 1].capital and core[end - 1].key in word_set("human", "community"):
        end -= 1
    return core[:end] if end < len(core) and core[end - 1].capital and core[end - 1].key in peoples() else core


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
    led = phrase.bare()[-1].key in titles() and any(w.key in word_set("grammar", "stateless") for w in before)
    if nation and not (led and row.type == "government"):
        return compose(phrase, branch, nation)
    last = phrase.bare()[-1].key
    if last in titles() and row.type == "government":
        return Reading(None, "description", plural=phrase.plural, definite=phrase.definite)
    if row.type not in ("state-forces", "police", "government"):
        return _by_noun_alone(phrase, branch)
    if not _is_the_states(phrase, branch, before, governing=governing):
        kind = "description" if phrase.definite else "unknown"
        return Reading(None, kind, plural=phrase.plural, definite=phrase.definite)
    if phrase.setting.country:
        return compose(phrase, branch, phrase.setting.country, generic=True)
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


def compose(phrase: Phrase, branch: str, iso2: str, *, generic: bool = False) -> Reading:
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
