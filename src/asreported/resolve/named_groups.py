"""
Groups named in a noun phrase: by an alias and a noun for members ("Isil fighters", "members of the YPG"), by a ruler
and his forces, or by the name of a body that no table knows.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from .actor_lookup import Actor, Hit
from .actor_tables import branch_words, description_types, offices, people_words, titles, word_set
from .groups import compose, read_by_noun
from .names import Word, join_keys, split_words
from .phrase import DETERMINERS, Phrase, Reading, actor_reading, changes_nothing
from .proper_names import JOINERS, read_plain_name


def read_by_alias(phrase: Phrase) -> Reading | None:
    """One actor of the table in the core, with nothing beside it but words that leave it who it is."""
    hits = [h for h in phrase.hits if h.first < phrase.core]
    bodies = [h for h in hits if not _is_state(h)]
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
    named = before[-1:] if before and _describes(before[-1]) else before
    states = {i for h in hits if _is_state(h) for i in range(h.first, h.last)}
    named = [w for i, w in enumerate(core[: len(before)]) if w in named and i not in states]  # "the US DEA"
    if len(bodies) > 1 and _in_brackets(phrase, bodies[-1]):
        named = []  # the letters in brackets say that the name before them, a little otherwise, is the actor's
    if any(w.capital and not changes_nothing(w) for w in named) and not _only_sentence_capital(named):
        return None  # "Banner of Dawn" is not the newspaper: the alias is part of a longer name.
    if any(w.key in word_set("grammar", "former") for w in before):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    return _with_tail(phrase, actor, tail, hit.rule)


def _with_tail(phrase: Phrase, actor: Actor, tail: Sequence[Word], rule: str) -> Reading:
    """An actor and the nouns behind it: "Isis fighters" are Isis, "Isis positions" are not."""
    noun = [w for w in tail if w.key not in word_set("skip", "governing")] if len(tail) > 1 else tail
    branch = branch_words().get(join_keys(tail)) or branch_words().get(join_keys(noun))
    if branch and actor.country and actor.id.startswith("government:") and offices().branches[branch].armed:
        return compose(phrase, branch, actor.country)
    if tail and not _are_members(tail) and not _is_its_unit(phrase, tail):
        return Reading(None, "unknown", phrase.plural, definite=phrase.definite)
    return actor_reading(actor, rule if not tail else f"{rule} and {tail[-1].key!r}", phrase)


def _in_brackets(phrase: Phrase, hit: Hit) -> bool:
    return phrase.text[: phrase.words[hit.first].start].rstrip().endswith(("(", "["))


def _describes(word: Word) -> bool:
    """Whether a noun right before an alias tells what it is: "the Catholic charity Oxfam"."""
    return not word.capital and word.key in description_types()


def _is_its_unit(phrase: Phrase, tail: Sequence[Word]) -> bool:
    """Whether what is owned is a numbered part: "the FARC's 57th Front"."""
    at = phrase.words.index(tail[0])
    owner = phrase.words[at - 1].text.replace("’", "'")
    return (
        len(tail) == 2 and _is_numbered(tail[0]) and tail[1].key in word_set("members", "units") and "'" in owner[-2:]
    )


def _is_numbered(word: Word) -> bool:
    return word.text[0].isdigit()


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
        return compose(phrase, branch, actor.country)
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
    hits = _whose(phrase)
    bodies = [h for h in hits if h.actors[0].type != "person" and not _is_state(h)]
    named = core[-1].capital and core[-1].start > 0 and core[-1].key not in titles()
    if (unit or (named and not _is_branch_of_state(phrase, hits))) and not bodies:
        return None  # "the Popular Column of the Cordillera" is a name, "the 4th Brigade of the army" is the army
    if hits and _goes_on(phrase, hits[0]):
        return _part_of_others(phrase, core, rest)
    gap = _without_unit(_gap_before(phrase, hits[0])) if hits else []
    if not hits or any(w.capital and not changes_nothing(w) and w.key not in titles() for w in gap):
        left = any(w.key in word_set("grammar", "former") for w in core)
        others = _part_of_others(phrase, core, rest) if link in ("of", "belonging", "from") and not left else None
        return others if others is None or link != "from" or others.kind == "group" else None
    if link not in word_set("grammar", "member_links") or len({h.actors[0].id for h in hits}) > 1:
        return None
    actor = hits[0].actors[0]
    if _is_state(hits[0]) and (forces := _forces_of_state(phrase)):
        return forces
    if actor.type == "person" or _is_state(hits[0]):
        return _of_state(phrase, actor, core[-1:]) if link in ("of", "loyal") else None
    if all(changes_nothing(w) or w.key in ("to", "for", "with", "in", "ranks") or w.text.isdigit() for w in gap):
        return actor_reading(actor, f"{core[-1].key!r} {link} {hits[0].rule}", phrase)
    return None


def _goes_on(phrase: Phrase, hit: Hit) -> bool:
    """Whether one word of a longer name is an alias: "the Dawn Falcons" are no newspaper."""
    if hit.last - hit.first > 1 or hit.last >= len(phrase.words) or phrase.breaks_before(hit.last) or _is_state(hit):
        return False
    after, owner = phrase.words[hit.last], phrase.words[hit.last - 1].text.replace("’", "'")
    known = any(h.first == hit.last for h in phrase.hits) or changes_nothing(after) or after.key in branch_words()
    return after.capital and not known and "'" not in owner and hit.actors[0].type != "person"


def _forces_of_state(phrase: Phrase) -> Reading | None:
    """Whose member one of a state's forces is: "a member of the UK armed forces"."""
    inner = phrase.text[phrase.words[phrase.core + 1].start :]
    whole = Phrase(inner, split_words(inner), phrase.setting)
    reading = read_by_alias(whole) or read_by_noun(whole)
    return reading if reading and _is_armed_state(reading) else None


def _is_armed_state(reading: Reading) -> bool:
    entity = reading.entity
    return entity is not None and entity.country is not None and entity.type in ("state-forces", "police")


def _is_branch_of_state(phrase: Phrase, hits: Sequence[Hit]) -> bool:
    """Whether it is a state's office or force in capitals: "the Government of Iraq"."""
    core = phrase.bare()
    whole = len(hits) == 1 and hits[0].last == len(phrase.words) and _is_state(hits[0])
    return whole and len(core) == 1 and core[0].key in branch_words()


def _whose(phrase: Phrase) -> list[Hit]:
    """Whose members a phrase tells of: the body behind the link, else the ruler ("forces of President X") or state."""
    hits = [h for h in phrase.hits if h.first > phrase.core]
    bodies = _without_owners(phrase, [h for h in hits if h.actors[0].type != "person" and not _is_state(h)])
    return [h for h in hits if h.actors[0].type == "person"] or bodies or hits


def _gap_before(phrase: Phrase, hit: Hit) -> list[Word]:
    """The words between the link and a hit that are no other name."""
    named = {i for h in phrase.hits for i in range(h.first, h.last)}
    return [w for i, w in enumerate(phrase.words[: hit.first]) if i > phrase.core and i not in named]


def _without_unit(gap: list[Word]) -> list[Word]:
    """The words before a body without its numbered part: "the 57th Front of the FARC"."""
    for i in range(len(gap) - 2):
        if _is_numbered(gap[i]) and gap[i + 1].key in word_set("members", "units") and gap[i + 2].key == "of":
            return gap[:i] + gap[i + 3 :]
    return gap


def _is_state(hit: Hit) -> bool:
    return hit.actors[0].id.startswith("state:")


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
    described = any(join_keys(between[-n:]) in description_types() for n in (1, 2, 3))
    if described or any(w.key in word_set("members", "offshoots") for w in between):
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
    forces = read_by_noun(whole)
    if forces and _is_armed_state(forces) and not forces.generic:
        return forces  # "members of the Iraqi armed forces"
    reading = read_plain_name(whole)
    named = reading is not None and (reading.kind == "group" or core[-1].key not in people_words())
    if named:
        return reading
    kind = read_by_noun(whole) if core[-1].key not in people_words() else None
    return kind if kind and kind.entity and kind.kind == "group" else None


def _ends_in(words: Sequence[Word], keys: frozenset[str]) -> bool:
    return words[-1].key in keys or (len(words) > 1 and join_keys(words[-2:]) in keys)
