"""
Claims against MUC-4's role fillers: `python benchmarks/muc4.py DOCS KEYS [--errors]`.

DOCS holds one article a line (docid, text, …), KEYS the templates between lines of %%%; both may be gzipped. All
templates of an article are merged, and so are fillers that share a string. Measured by CEAF-REE: each filler is an
entity, the set of strings that the key allows for it; an entity that we give is right where its string is one of these,
one to one. As in the figures of GTT that we compare with, a victim is who is named (`hum_tgt_name`), and what the key
calls optional is asked for like the rest. Human counts descriptions of people too ("PEASANTS"); it is printed, but no
part of the JSON.

The articles are telegrams in capitals, and capitals are how the resolvers know a name; `recase` gives words that our
own corpus has in small letters back theirs. The claims know no template: `fillers` says which of what they tell is a
victim, a weapon, an organisation that did it. The last line is one JSON object with the F1 of Victim, Weapon, PerpOrg.
Sources: MUC-4 (1992); GTT and CEAF-REE are Du, Rush and Cardie (2021), with their normalisation of strings.
"""

from __future__ import annotations

import argparse
import collections
import functools
import gzip
import json
import re
import string
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from asreported.pipeline import read_reports
from asreported.records import Claim, Reading, Report, Role, make_report
from asreported.resolve.actor_lookup import Actor
from asreported.resolve.actor_tables import actor_index, given_names, titles
from asreported.resolve.names import fold, join_keys, split_words

ROLES = {
    "Victim": ("hum_tgt_name",),
    "Weapon": ("incident_instrument_id",),
    "PerpOrg": ("perp_organization_id",),
    "Human": ("hum_tgt_name", "hum_tgt_description"),
}
"""What is measured, and the slots of the key that ask for it."""
FIGURES = ("Victim", "Weapon", "PerpOrg")
Strings = frozenset[str]
"""An entity: the strings that name it, normalised."""


# ---- articles and keys -------------------------------------------------------------------


def read_documents(path: Path) -> list[Report]:
    """The articles, recased; line breaks inside a paragraph become spaces."""
    return [
        make_report(id=doc["docid"], title="", body=re.sub(r"(?<!\n)\n(?!\s*\n)", " ", recase(doc["text"])))
        for doc in map(json.loads, _read(path).splitlines())
    ]


def read_keys(path: Path) -> dict[str, dict[str, list[Strings]]]:
    """The entities of each article by role; an article that only has an empty template ("*") has none."""
    keys: dict[str, dict[str, list[Strings]]] = collections.defaultdict(lambda: {role: [] for role in ROLES})
    for part in filter(str.strip, _read(path).split("%%%")):
        slots = json.loads(part)
        article = next(value for name, value in slots if name == "message_id")
        for name, value in slots:
            for role in (role for role, names in ROLES.items() if name in names and value):
                keys[article][role].append(strings_of(value))
    return {article: {role: merge(found) for role, found in roles.items()} for article, roles in keys.items()}


def strings_of(value: dict[str, Any]) -> Strings:
    """
    The strings of a filler: simple ones, or both sides of a colon clause, which describes ("MAYOR") someone named.

        >>> sorted(strings_of({"type": "colon_clause", "strings_lhs": ["MAYOR", None], "strings_rhs": ["J. DOE"]}))
        ['j doe', 'mayor']
    """
    found = (s for part in ("strings", "strings_lhs", "strings_rhs") for s in value.get(part) or ())
    return frozenset(normalise(s) for s in found if s) - {""}


def merge(entities: Iterable[Strings]) -> list[Strings]:
    """
    Entities that share a string are one.

        >>> [sorted(e) for e in merge([frozenset("ab"), frozenset("c"), frozenset("bd")])]
        [['c'], ['a', 'b', 'd']]
    """
    merged: list[Strings] = []
    for strings in filter(None, entities):
        same = [e for e in merged if e & strings]
        merged = [e for e in merged if e not in same]
        merged.append(strings.union(*same))
    return merged


def normalise(text: str) -> str:
    """
    Lower case, no punctuation, no articles.

        >>> normalise("THE FOUR  EXPLOSIVE-CHARGES")
        'four explosivecharges'
    """
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


# ---- capitals ----------------------------------------------------------------------------

CORPUS = Path(__file__).parents[1] / "corpus" / "open"
WORD_RE = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
OPENS_RE = re.compile(r"(?:\A|[.!?][\"')]*(?:  |\n)|\n\s*\n)[\s\"'(]*\Z")
"""What stands before the first word of a sentence; telegrams put two blanks behind a full stop."""
ENDING_RE = re.compile(
    r"...(?:ed|ings?|[ts]ions?|ly|ity|ities|ments?|ness|[ai]ble|ives?|ous|isms?|ists?|[ae]nces?|ies|[eo]rs|ships?|ful|less"
    r"|ical|i[sz]ed?|i[sz]es)$"
)
"""How English words end, and names of people, places and groups seldom do."""
LINKS = frozenset(("de", "del", "la", "las", "los", "y", "da", "do", "von", "van"))
"""Small words inside a person's name."""


@functools.cache
def vocabulary() -> frozenset[str]:
    """The words that the open corpus has in small letters."""
    texts = (path.read_text("utf-8") for path in sorted(CORPUS.glob("*/*.txt")))
    return frozenset(m.group() for text in texts for m in WORD_RE.finditer(text) if m.group().islower())


def recase(text: str) -> str:
    """
    A text in capitals as a newspaper would print it; a text with small letters as it is.

        >>> recase("THE FMLN GUERRILLAS AND SHINING PATH FLED.  MAYOR ANA ROMERO'S SON WAS WOUNDED.")
        "The FMLN guerrillas and Shining Path fled.  Mayor Ana Romero's son was wounded."
    """
    if sum(map(str.islower, text)) * 20 > sum(map(str.isupper, text)):
        return text
    aliases = _aliases(text)

    def spell(match: re.Match[str]) -> str:
        word, before = match.group(), text[max(0, match.start() - 12) : match.start()]
        if not word.isupper():
            return word
        alias = aliases.get(match.start(), "")
        if len(alias) == len(word):  # "U.S." is one word there and two here
            return alias
        if len(word) == 1 and word != "A":
            return word
        small = _is_word(word.lower()) and not OPENS_RE.search(before)
        return word.lower() if small else word.capitalize()

    return WORD_RE.sub(spell, text)


def _aliases(text: str) -> dict[int, str]:
    """The words of `text` that are aliases of known actors, as the table spells them: "FMLN", "Shining Path"."""
    words = split_words(text)
    spelled = {}
    for hit in actor_index().find(words):
        found = words[hit.first : hit.last]
        if len(found) == 1 and (_is_word(found[0].text.lower()) or found[0].key in given_names()):
            continue  # "WHO", "ANA"
        names = (split_words(n) for actor in hit.actors for n in (actor.name, *actor.aliases))
        alias = next((name for name in names if join_keys(name) == join_keys(found)), [])
        for word, known in zip(found, alias, strict=False):  # no alias: a possessive
            spelled[word.start] = _like(word.text, known.text)
    return spelled


def _like(word: str, model: str) -> str:
    return word.lower() if model.islower() else word.upper() if model.isupper() else word.capitalize()


@functools.cache
def _is_word(low: str) -> bool:
    """Whether `low` is an English word rather than a name, by the corpus or by its ending."""
    known = vocabulary()
    if low in known or low.removesuffix("'s") in known or low in titles():
        return True
    if low in given_names():
        return False
    return low.removesuffix("s") in known or low.removesuffix("es") in known or bool(ENDING_RE.search(low))


# ---- claims as fillers -------------------------------------------------------------------

HARM = frozenset(("attack", "bombing", "shelling", "airstrike", "chemical-attack", "killing", "injury", "abduction"))
HARMS = {
    "Victim": HARM | {"abuse"},
    "Human": HARM | {"abuse"},
    "Weapon": HARM | {"destruction", "clash"},
    "PerpOrg": HARM - {"airstrike"} | {"destruction"},
}
"""The kinds of claims that give a filler; for PerpOrg also who claims responsibility."""
UNTOLD = frozenset(("generic", "denied"))
PERSONAL = frozenset(("killing", "injury", "abduction", "abuse"))
"""What is done to people: a name that nothing explains is a person's there, elsewhere it may be a building's."""
FIGHTERS = frozenset(
    ("state-forces", "police", "rebel-group", "jihadist-group", "militia", "cartel", "armed-group", "mercenaries")
)
ORGANISED = FIGHTERS | {"party", "coalition"}
FIGHTERS_RE = re.compile(
    r"\b(?:soldiers?|troops?|guerr?illas?|terrorists?|rebels?|subversives?|extremists?|army|battalions?|brigades?|patrols?"
    r"|fighters?|militants?|insurgents?|commandos?)\b",
    re.IGNORECASE,
)
TITLES = frozenset(titles()) | {"msgr", "soldier", "citizen"}
BODY_RE = re.compile(r"(?:army|armed forces|air force|military|navy|national guard|battalion)$", re.IGNORECASE)
"""What a state's body is called without its name."""
COUNT_RE = re.compile(
    r"^(?:(?:about|at least|some|around|approximately|more than|over|nearly|almost|up to|an? (?:estimated|number of"
    r"|group of)|other|several|many|few|various|\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|(?:dozens?|hundreds?) of|another|its|his|her|their|the|a|an|of|both|all)\s+)+",
    re.IGNORECASE,
)
WEAPON_RE = re.compile(
    r"\b(?:(?:car|truck|vehicle|petrol|fire)[ -]?bombs?|bombs?|dynamite(?: (?:charges?|sticks?))?|(?:hand )?grenades?"
    r"|explosives?(?: (?:devices?|charges?))?|(?:sub)?machine-?guns?|(?:automatic |assault )?(?:rifles?|weapons)"
    r"|mortars?|rockets?|bazookas?|molotov cocktails?|firearms|pistols?|revolvers?|shotguns?|machetes?|mines?"
    r"|kni(?:fe|ves)|booby traps?|ak-47s?|m-16s?|rpg-?\d*s?|tnt)(?![\w-])",
    re.IGNORECASE,
)
"""Nouns of weapons, with what says which."""


def fillers(claims: Iterable[Claim], text: str) -> dict[str, list[str]]:
    """The strings that the claims of one article give for each role, one for each entity."""
    found: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for claim in claims:
        if claim.status in UNTOLD or is_combat(claim):
            continue
        for role, key, name in (*_people(claim), *_weapons(claim), *_organisations(claim, text)):
            if (claim.kind in HARMS[role] or (role == "PerpOrg" and _takes_blame(claim))) and normalise(name):
                found[role].setdefault(key, normalise(name))
    return {role: fullest(strings.values()) for role, strings in found.items()}


def _takes_blame(claim: Claim) -> bool:
    return claim.kind == "declaration" and "responsib" in claim.evidence.text.lower()


def is_combat(claim: Claim) -> bool:
    """Whether all whom it is done to are fighters: MUC-4 leaves fighting between armed sides out."""
    targets = [r for r in claim.roles if r.role == "target"]
    return bool(targets) and all(_is_fighter(r) for r in targets)


def _is_fighter(role: Role) -> bool:
    return person(role) is None and bool(
        (role.entity and role.entity.type in FIGHTERS - {"police"}) or FIGHTERS_RE.search(role.text)
    )


def fullest(names: Iterable[str]) -> list[str]:
    """Names without those whose words are all in a longer one: "oqueli" beside "hector oqueli"."""
    kept = list(dict.fromkeys(names))
    return [n for n in kept if not any(set(n.split()) < set(other.split()) for other in kept)]


def _people(claim: Claim) -> Iterator[tuple[str, str, str]]:
    for target in (r for r in claim.roles if r.role == "target"):
        name = person(target, claim.kind in PERSONAL)
        if name and claim.status != "planned":
            yield "Victim", name, name
        if name or not _is_fighter(target):
            text = name or COUNT_RE.sub("", target.text)
            yield "Human", text, text


def person(role: Role, unexplained: bool = True) -> str | None:
    """The name of the person in a role, as full as the report gives it; `unexplained` ones too."""
    entity = role.entity
    if entity and entity.type == "person":
        return bare_name(entity.name) or None
    if entity is None or entity.type or not entity.id.startswith("name:") or not unexplained:
        return None
    name = bare_name(entity.name)
    return name if " " in name else None


def bare_name(text: str) -> str:
    """
    The name at the end of `text`, without titles; empty where it ends in small letters.

        >>> bare_name("bodyguard Capt Juan de la Cruz"), bare_name("Jesuit priests")
        ('Juan de la Cruz', '')
    """
    words = text.split()
    first = len(words)
    while first and (words[first - 1][0].isupper() or (first < len(words) and words[first - 1] in LINKS)):
        first -= 1
    while first < len(words) - 1 and (words[first] in LINKS or fold(words[first]) in TITLES):
        first += 1
    return " ".join(words[first:])


def _weapons(claim: Claim) -> Iterator[tuple[str, str, str]]:
    means = [r.text for r in claim.roles if r.role == "means"]
    for text in means or [claim.trigger.text]:
        for match in WEAPON_RE.finditer(text):
            yield "Weapon", match.group(), match.group()


def _organisations(claim: Claim, text: str) -> Iterator[tuple[str, str, str]]:
    for actor in (r for r in claim.roles if r.role == "actor"):
        row = actor_index().by_id.get(actor.entity.id) if actor.entity else None
        body = COUNT_RE.sub("", actor.text.rpartition(" of ")[2])
        if row and row.type in ORGANISED and not row.id.startswith("state:"):
            yield "PerpOrg", row.id, spelling(row, actor.text, text)
        elif BODY_RE.search(body):
            yield "PerpOrg", body, body


def spelling(row: Actor, *texts: str) -> str:
    """What the report calls an actor: its alias in the first of `texts` that has one, without "rebels"."""
    names = [n for n in (row.name, *row.aliases) if not FIGHTERS_RE.match(n.split()[-1]) or row.type == "state-forces"]
    for text in texts:
        here = [n for n in names if re.search(rf"\b{re.escape(n)}\b", text, re.IGNORECASE)]
        if here:
            return max(here, key=len)
    return row.name


# ---- measuring ---------------------------------------------------------------------------


def align(gold: Iterable[Strings], found: Iterable[str]) -> int:
    """How many of the strings found stand for an entity of the key, one to one; entities of the key share no string."""
    left, right = list(gold), 0
    for text in found:
        hit = next((entity for entity in left if text in entity), None)
        if hit is not None:
            left.remove(hit)
            right += 1
    return right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs", type=Path)
    parser.add_argument("keys", type=Path)
    parser.add_argument("--errors", action="store_true", help="print what each article asks for and what was given")
    args = parser.parse_args()
    reports, keys = read_documents(args.docs), read_keys(args.keys)
    total = {role: [0, 0, 0] for role in ROLES}
    empty: dict[str, list[Strings]] = {role: [] for role in ROLES}
    for report, reading in zip(reports, read_reports(reports), strict=True):
        assert isinstance(reading, Reading)
        found, gold = fillers(reading.claims, report.text), keys.get(report.id, empty)
        for role in ROLES:
            counts = align(gold[role], found[role]), len(gold[role]), len(found[role])
            total[role] = [a + b for a, b in zip(total[role], counts, strict=True)]
            if args.errors and (gold[role] or found[role]):
                print(report.id, role, [sorted(entity) for entity in gold[role]], "|", found[role])
    scores = {}
    for role, (right, asked, given) in total.items():
        precision, recall = right / max(1, given), right / max(1, asked)
        scores[role] = round(2 * right / max(1, asked + given), 4)
        print(f"{role:8s} P {precision:.3f}  R {recall:.3f}  F1 {scores[role]:.3f}  ({asked} asked for, {given} given)")
    print(json.dumps({role: scores[role] for role in FIGURES}))


def _read(path: Path) -> str:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return file.read()


if __name__ == "__main__":
    main()
