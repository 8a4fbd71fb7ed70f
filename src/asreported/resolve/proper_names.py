"""
Proper names in a noun phrase: aliases that are the whole of it, persons with and without title, unknown names.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from asreported.records import Entity

from .actor_lookup import Hit
from .actor_tables import (
    capitals,
    demonyms,
    description_types,
    given_names,
    offices,
    people_words,
    peoples,
    sexes,
    title_lengths,
    titles,
    word_set,
)
from .names import PARTICLES, Word, fold, join_keys
from .phrase import DETERMINERS, Phrase, Reading, actor_reading, changes_nothing, state_of

JOINERS = frozenset(("and", "or", "as"))
# With a space behind it "as" is no article but a word: "known as Abu X".
ARTICLE_RE = re.compile(r"\b(?:(?:[Aa]l|[Ee]l|A[drsz]|Ash)[-‑ ]|(?:[Aa][dnrstz]|[Aa]sh)[-‑])$")


def read_whole(phrase: Phrase) -> Reading | None:
    """The whole phrase is an alias, a country, a capital that stands for its government."""
    words = phrase.words
    if "(" in phrase.text:
        words = [w for w in words if not _in_brackets(phrase.text, w)] or words
    for part in (words, words[1:] if words[0].key in DETERMINERS else []):
        actors = phrase.setting.actors.match(part) if part else ()
        hit = phrase.setting.meant(Hit(0, len(part), actors)) if actors else None
        if hit:
            return actor_reading(hit.actors[0], hit.rule, phrase)
        capital = capitals().get(join_keys(part)) if part and part[0].capital else None
        if capital:
            return Reading(state_of(capital, "capital for its government", phrase.setting), "state")
    return None


def _in_brackets(text: str, word: Word) -> bool:
    return text[: word.start].rstrip().endswith("(") and text[word.end :].lstrip().startswith(")")


def read_titled_person(phrase: Phrase) -> Reading | None:
    """A title and then a name to the end: "Turkish foreign minister Mevlüt Çavuşoğlu", "Maj Gen Kurt Ash"."""
    words, core = phrase.words, phrase.core
    if _ends_in_known_person(phrase):
        return actor_reading(phrase.hits[-1].actors[0], "alias of a person", phrase, words[core - 1].key)
    if core < len(words) and words[core].key == "of" and not _is_title(words[:core]):
        # "the forces of President X" are forces, "opponents of President X" not he; "the leader of Isis, X" is.
        found = _name_behind_office(phrase) if words[core - 1].key in titles() else None
        return person_reading(phrase, *found) if found and phrase.breaks_before(words.index(found[0][0])) else None
    # "the interior minister, Yusuf Dirir": the name may stand behind the comma.
    for last in dict.fromkeys((_first_comma(phrase), len(words))):
        found = _title_and_name(words[:last], phrase.text)
        if found and not _is_body(phrase, found[0]):
            return person_reading(phrase, *found)
    found = _name_behind_office(phrase)
    if found:
        return person_reading(phrase, *found)
    named = _name_behind_noun(phrase)
    if named and not _is_body(phrase, named[1:]):
        return person_reading(phrase, named[1:], named[0].key, None)
    name = phrase.bare()
    known = any(h.actors[0].type != "person" for h in phrase.hits)
    if words[0].key not in DETERMINERS and _looks_like_person(name, phrase.text) and not known:
        return person_reading(phrase, name, None, None)
    return None


def _ends_in_known_person(phrase: Phrase) -> bool:
    """Whether a person of the table is named behind an office and whose it is: "the head of Isis Kurt Ash"."""
    hits, words = phrase.hits, phrase.words
    if len(hits) < 2 or hits[-1].last < len(words) or hits[-1].first <= phrase.core:
        return False
    office = words[phrase.core - 1].key in titles() and words[hits[-1].first - 1].key not in word_set(
        "grammar", "links"
    )
    return office and hits[-1].actors[0].type == "person"


def _is_title(words: Sequence[Word]) -> bool:
    """Whether words end in a title of one who may be named behind it: "the governor" (of Aq, Kurt Ash)."""
    if words[-1].key in word_set("members"):
        return False
    return any(join_keys(words[-n:]) in titles() for n in range(1, min(4, len(words)) + 1))


def _is_body(phrase: Phrase, name: Sequence[Word]) -> bool:
    """Whether a name behind a title is no person's: "the militant PKK"."""
    known = phrase.setting.actors.match(name)
    return bool(known) and all(a.type != "person" for a in known)


def _first_comma(phrase: Phrase) -> int:
    """The number of words before the first comma behind a capitalised one; of all where there is none."""
    words = phrase.words
    for i in range(1, len(words)):
        if words[i - 1].capital and "," in phrase.text[words[i - 1].end : words[i].start]:
            return i
    return len(words)


def _name_behind_office(phrase: Phrase) -> tuple[Sequence[Word], str, str] | None:
    """The name behind a title and what it is the title of: "vice-president of the Syrian Coalition Kurt Ash"."""
    words = phrase.words
    first = next((i for i, w in enumerate(words) if w.key in titles() and i + 1 < len(words)), None)
    if first is None:
        return None
    last = len(words)
    while last > first + 1 and words[last - 1].capital and words[last - 1].key not in word_set("organisation_nouns"):
        inside = any(h.first < last <= h.last and h.actors[0].type != "person" for h in phrase.hits)
        comma = "," in phrase.text[words[last - 2].end : words[last - 1].start]
        if inside or words[last - 1].key in demonyms() or (phrase.breaks_before(last - 1) and not comma):
            break
        last -= 1
        if comma:
            break
    name = words[last:]
    given = next((i for i, w in enumerate(name) if w.key in given_names()), 0)
    name, last = name[given:], last + given
    while len(name) > 2 and name[0].key in titles():
        name, last = name[1:], last + 1  # "the deputy minister of trade, Gen Kurt Ash"
    if words[last - 1].key in DETERMINERS or words[last - 1].key in word_set("grammar", "links") - {"as"}:
        return None  # "the director for the Middle East", "its ambassador in The Hague"
    if not 2 <= len(name) <= 4 or last <= first + 1 or not _is_name(name, phrase.text):
        return None
    return name, words[first].key, titles()[words[first].key]


def _name_behind_noun(phrase: Phrase) -> Sequence[Word] | None:
    """A noun for one person that is no title, and the name behind it: "the poet Kurt Ash", "her young son Kurt"."""
    words = phrase.core_words()
    first = next((i for i in range(len(words) - 1, 0, -1) if _is_noun_for_one(words, i)), 0)
    before, name = words[: first + 1], words[first + 1 :]
    if not first or len(words) < len(phrase.words) or not _is_name(name, phrase.text):
        return None
    described = all(not w.capital or w.start == 0 or changes_nothing(w) for w in before)
    return words[first:] if described and not any(h.last > first + 1 and _is_state(h) for h in phrase.hits) else None


def _is_noun_for_one(words: Sequence[Word], i: int) -> bool:
    """Whether a word is a noun for one person, or ends an age ("22-year-old")."""
    key = words[i].key
    if words[i].capital:
        return False
    aged = key == "old" and words[i - 1].key == "year"
    return aged or key in word_set("human") or people_words().get(key) == "relatives"


def _is_state(hit: Hit) -> bool:
    return hit.actors[0].id.startswith("state:")


def _title_and_name(words: Sequence[Word], text: str) -> tuple[Sequence[Word], str, str] | None:
    """The name at the end of `words`, the last title before it, and whom that title belongs to."""
    best = None
    i = 0
    while i < len(words) - 1:
        step = 1
        for n in title_lengths().get(words[i].key, ()):
            if n > min(6, len(words) - 1 - i):
                continue
            key = join_keys(words[i : i + n])
            group = titles().get(key)
            if group and _is_name(words[i + n :], text):
                best, step = (words[i + n :], key, group), n
                break
        i += step
        if best and i >= len(words) - len(best[0]) and len(best[0]) == 1:
            break
    return best


def _is_name(words: Sequence[Word], text: str) -> bool:
    if not 0 < len(words) <= 6 or not (words[0].capital or words[0].key in PARTICLES):
        return False
    unfit = _in_no_name()
    if join_keys(words) in titles():
        return False  # "the Justice Minister" is no Minister with the title of a justice
    return (words[-1].capital or _is_joined(words[-1], text)) and all(
        (w.capital or w.key in PARTICLES or _is_joined(w, text)) and w.key not in unfit and not w.text.isdigit()
        for w in words
    )


def _is_joined(word: Word, text: str) -> bool:
    """Whether a word goes on behind a hyphen: "moon" in "Ki-moon"."""
    return word.start > 1 and text[word.start - 1] in "-‑" and text[word.start - 2].isalpha()


@functools.cache
def _in_no_name() -> frozenset[str]:
    """Words that no person's name has: nouns of organisations, demonyms."""
    return word_set("organisation_nouns").union(demonyms())


def _looks_like_person(words: Sequence[Word], text: str) -> bool:
    return (
        2 <= len(words) <= 5
        and words[0].key in given_names()
        and _is_name(words, text)
        and words[0].text != words[0].text.upper()
    )


def person_reading(phrase: Phrase, name: Sequence[Word], title: str | None, group: str | None) -> Reading:
    text = phrase.text[_name_start(phrase, name[0]) : name[-1].end]
    text = re.sub(r"['’]s?$", "", text)
    known = phrase.setting.actors.match(name)
    if len(known) == 1 and known[0].type == "person":
        return actor_reading(known[0], "alias of a person", phrase, title)
    before = [h for h in phrase.hits if phrase.words[h.last - 1].end <= name[0].start and h.actors[0].type != "person"]
    nation = next(
        (demonyms()[w.key][0] for w in phrase.words if w.end <= name[0].start and w.key in demonyms() and w.capital),
        None,
    )
    organisation = before[-1].actors[0] if before else None
    country = (organisation.country if organisation else None) or nation
    if organisation is None and nation and group in ("official", "military", "police"):
        organisation = phrase.setting.actors.by_id[f"state:{nation.lower()}"]
    sex = next((sexes()[k] for k in ([fold(w) for w in (title or "").split()] + [name[0].key]) if k in sexes()), None)
    entity = Entity(
        id=f"name:{fold(text)}",
        name=text,
        type="person",
        country=country,
        organisation=organisation.name if organisation else None,
        rule=f"title {title!r} and name" if title else "given name and name",
    )
    return Reading(entity, "person", sex=sex, title=title)


def read_plain_name(phrase: Phrase) -> Reading | None:
    """Capitals that no table knows: the name itself, an organisation where a noun says so."""
    words = phrase.bare()
    while len(words) > 1 and words[0].key in word_set("skip") and not words[0].capital:
        words = words[1:]
    words = _behind_description(words)
    while len(words) > 1 and _is_member_noun(words[-1]) and _is_name_alone(words[:-1]):
        words = words[:-1]
    joint = next((i for i, w in enumerate(words) if w.key in JOINERS), len(words))
    words = words[:joint] or words
    organisation = next((w.key for w in reversed(words) if w.key in word_set("organisation_nouns")), None)
    if len(phrase.setting.actors.match(words)) > 1:
        return Reading(None, "unknown")  # an alias of several actors, and the country leaves it open
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
    text = re.sub(r"['’]s?$|(?<=\w) [\[(][^\])]*$", "", phrase.text[_name_start(phrase, words[0]) : end])
    entity = Entity(
        id=f"name:{fold(text)}",
        name=text,
        type=offices().name_types.get(organisation or ""),
        rule="named in the report",
    )
    return Reading(entity, "group" if organisation else "name", definite=phrase.definite)


def _behind_description(words: list[Word]) -> list[Word]:
    """The name behind nouns that only say what it is: "the rights group Vigilance", "the agency Mountain Post"."""
    first = next((i for i, w in enumerate(words) if w.capital), 0)
    name = words[first:]
    if not 0 < first <= 3 or not all(w.capital for w in name) or words[first - 1].key not in description_types():
        return words
    alone = len(name) == 1 and name[0].key in word_set("organisation_nouns")
    return words if alone else name


def _is_member_noun(word: Word) -> bool:
    return not word.capital and word.key in word_set("members") and word.key not in word_set("organisation_nouns")


def _is_name_alone(words: Sequence[Word]) -> bool:
    """Whether words before a noun for members are a name by themselves: "SOG", "National Guard", not "Swift"."""
    if len(words) > 1 and words[-1].text.replace("’", "'").endswith("'s") and words[0].capital and words[-1].capital:
        return all(w.capital or len(w.key) < 3 for w in words)  # "the Lashkar-i Nur's fighters"
    return all(w.capital for w in words) and (len(words) > 1 or (len(words[0].text) > 1 and words[0].text.isupper()))


def _name_start(phrase: Phrase, first: Word) -> int:
    """Where a name begins, with the article that its key leaves out: "Al-Bayan"."""
    article = ARTICLE_RE.search(phrase.text, 0, first.start)
    return article.start() if article else first.start


def _in_state(phrase: Phrase, word: Word) -> bool:
    spans = [
        (phrase.words[h.first], phrase.words[h.last - 1]) for h in phrase.hits if h.actors[0].id.startswith("state:")
    ]
    return any(first.start <= word.start < last.end for first, last in spans)


def _name_end(phrase: Phrase, last: Word) -> int:
    """
    The end of a name that goes on behind "of" ("Front of the White Well"), "for" and "on" ("Centre for Peace").

    Of any other it is the end of `last`.
    """
    end = last.end
    at = next((i for i, w in enumerate(phrase.words) if w.start >= last.end), len(phrase.words))
    rest = phrase.words[at:]
    goes_on = rest[:1] and (rest[0].key == "of" or (rest[0].key in ("for", "on") and _is_of_purpose(last, rest)))
    if not goes_on or not last.capital:
        return end
    for i, word in enumerate(rest):
        if phrase.breaks_before(at + i):
            break  # "Front of the White Well (FWW)"
        if word.capital:
            end = word.end
        elif word.key not in ("of", "for", "on", "the", "and"):
            break
    return end


def _is_of_purpose(last: Word, rest: Sequence[Word]) -> bool:
    """Whether "for" or "on" stands inside a name: "Institute for Peace", not "the Union for two years"."""
    return last.key in word_set("organisation_nouns") and len(rest) > 1 and rest[1].capital
