"""
Take a place mention apart: "a market in the town of Saraqib, Idlib province" → names, nouns, possession.

Names are runs of capitalised words, with the small words that belong to them ("Tell al-Zeitun", "Valle del Norte").
A mention is read left to right; what the parts mean is decided in `places`, with the gazetteer. Words are those
of data/places_words.toml.
"""

from __future__ import annotations

import functools
import re

import msgspec

from asreported.codebook import load_table
from asreported.records import Record

from .gazetteer import country_words, state_codes

LONGEST_MENTION = 300
WORD = re.compile(r"[^\W_](?:[\w.]*[^\W_])?(?:['’‘ʿʾ`-][^\W_][\w.]*)*|[,;()&/]")
ARTICLE = re.compile(
    r"(?:al|el|ad|an|ar|as|ash|at|az|ed|en|es|ez|as|es|d|l|bin|ibn|abu|umm?|bani)[-'’ ]", re.IGNORECASE
)
INNER = frozenset("al el ad an ar as ash at az ed ez de del la las los du des da do dos bin ibn abu e sur le".split())  # noqa: SIM905
SINGLE_ARTICLE = frozenset("al el ad ar ash az ez".split())  # noqa: SIM905
COMPASS_WORD = re.compile(r"(?:north|south|east|west|[ -]|ern|central|greater|rural|upper|lower)+")
MODIFIER = re.compile(
    r"-(?:held|controlled|backed|led|run|occupied|administered|dominated|besieged|allied|majority|populated|ruled)$"
)


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """data/places_words.toml."""

    settlement: frozenset[str]
    quarter: frozenset[str]
    adm1: frozenset[str]
    adm2: frozenset[str]
    country: frozenset[str]
    area: frozenset[str]
    site: frozenset[str]
    common_site: frozenset[str]
    not_places: frozenset[str]
    openers: frozenset[str]
    of_heads: frozenset[str]
    numbered: frozenset[str]
    called_after: frozenset[str]
    terrain: frozenset[str]


class Name(Record, frozen=True, kw_only=True):
    """
    A run of words that may name a place.

    `noun` is the common noun that goes with it ("city of X", "X province"), `before` the words in front of it within
    the mention, lower case, `lead` those since the name before it, `owns` whether what follows belongs to it
    ("Aleppo's", "Syrias Idlib").
    """

    text: str
    start: int
    end: int
    noun: str | None = None
    before: str = ""
    lead: str = ""
    after: str = ""
    owns: bool = False
    demonym: str | None = None
    """ISO code, where the name is a demonym."""


class Phrase(Record, frozen=True, kw_only=True):
    """A mention taken apart: its names in order, and the common noun that heads it where it has one."""

    text: str
    names: tuple[Name, ...]
    head: str | None


@functools.cache
def words() -> Words:
    """The table of words, loaded once."""
    return load_table("places_words.toml", Words)


def parse_phrase(text: str, start: int = 0) -> Phrase:
    """
    The names and the head noun of a place mention that begins at `start` of the report.

        >>> [n.text for n in parse_phrase("the town of Saraqib in Idlib province").names]
        ['Saraqib', 'Idlib']
        >>> [(n.text, n.noun) for n in parse_phrase("Aleppo's Marjeh district").names]
        [('Aleppo', None), ('Marjeh', 'district')]
        >>> parse_phrase("a hospital in the city").head
        'hospital'
    """
    phrase = _parsed_at_zero(text[:LONGEST_MENTION])
    if not start:
        return phrase
    return msgspec.structs.replace(phrase, names=tuple(shifted(name, start) for name in phrase.names))


def shifted(name: Name, by: int) -> Name:
    """The same name so many characters further on."""
    return msgspec.structs.replace(name, start=name.start + by, end=name.end + by)


@functools.lru_cache(maxsize=2048)  # a report has its mentions again and again
def _parsed_at_zero(text: str) -> Phrase:
    text = COUNTRY_PAIR.sub(_parted, text)
    tokens = list(WORD.finditer(text))
    runs = _runs([t[0] for t in tokens])
    names = []
    for n, (first, last) in enumerate(runs):
        begin, end = tokens[first].start(), tokens[last].end()
        raw, owns = _without_possessive(text[begin:end])
        low = raw.lower()
        if level_of(low) or low in words().not_places or COMPASS_WORD.fullmatch(low):  # "District of X", "Northwest of"
            continue
        before = text[:begin].lower().strip()
        lead = text[tokens[runs[n - 1][1]].end() if n else 0 : begin].lower().strip()
        after = text[end : tokens[runs[n + 1][0]].start() if n + 1 < len(runs) else None].lower().strip()
        names.append(
            Name(
                text=raw,
                start=begin,
                end=begin + len(raw),
                noun=_noun(before, after),
                before=before,
                lead=lead,
                after=after,
                owns=owns,
                demonym=_demonym(raw),
            )
        )
    return Phrase(text=text, names=tuple(names), head=_head(text.lower()))


COUNTRY_PAIR = re.compile(r"(?<![\w-])([A-Z][A-Za-z]+)[-–]([A-Z][A-Za-z]+)(?![\w-])")


def _parted(pair: re.Match[str]) -> str:
    """ "Iraq-Syria" with a comma, so that it is two names; of the same length, so that positions hold."""
    return f"{pair[1]},{pair[2]}" if pair[1] in country_words() and pair[2] in country_words() else pair[0]


def lower_words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text.lower())


def singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _runs(tokens: list[str]) -> list[tuple[int, int]]:
    """Index of first and last token of every run of name words; demonyms and possessives end a run."""
    runs: list[tuple[int, int]] = []
    first: int | None = None
    last = 0
    for n, token in enumerate(tokens):
        follows = first is not None and last == n - 1
        if _is_name(tokens, n) or (follows and token.isdigit() and len(token) < 5):
            if _stands_alone(token) and not _begins_a_name(tokens, n):
                if first is not None:
                    runs.append((first, last))
                runs.append((n, n))
                first = None
                continue
            if not (first is not None and _joined(tokens, last, n)):
                if first is not None:
                    runs.append((first, last))
                first = n
            last = n
            if token.endswith(("'s", "’s", "s'", "s’")):
                runs.append((first, n))
                first = None
    if first is not None:
        runs.append((first, last))
    return runs


def _is_name(tokens: list[str], n: int) -> bool:
    token = tokens[n]
    low = token.lower()
    if MODIFIER.search(low):
        return False
    if low == "american" and n and tokens[n - 1].lower() in ("central", "south", "latin"):
        return False  # of no one country
    base = low.removesuffix("'s").removesuffix("’s")
    opens = n == 0 or not token[0].isupper() or len(tokens) == 1
    if base in words().not_places or (opens and low in words().openers):
        return token.isupper() and 1 < len(token) < 6 and token in country_words()
    if low in ("the", "a", "an", "in", "near", "of", "and", "on", "from", "to"):
        return False
    if low in words().numbered and n + 1 < len(tokens) and tokens[n + 1].isdigit():
        return True
    if token[0].isupper():
        return True
    if ARTICLE.match(token) and len(token) > 4 and token[:1].islower() and "-" in token[:4]:
        rest = token.split("-", 1)[1]
        return rest[:1].isupper() or (n > 0 and tokens[n - 1][0].isupper())
    return low in SINGLE_ARTICLE and n + 1 < len(tokens) and tokens[n + 1][0].isupper()


def _joined(tokens: list[str], last: int, n: int) -> bool:
    """Whether the words between `last` and `n` are small words of a name ("Valle del Norte")."""
    between = [t.lower() for t in tokens[last + 1 : n]]
    if between and between[0] == "of" and tokens[last].lower() in words().of_heads:
        return all(t in ("of", "the") for t in between)
    return all(t in INNER for t in between) and len(between) < 3


def _stands_alone(token: str) -> bool:
    """Whether a word ends the name before it: a people's name, or a country's in one word."""
    return _demonym(token) is not None


def _begins_a_name(tokens: list[str], n: int) -> bool:
    """Whether a people's name begins that of a country or state: "Czech Republic", "British Columbia"."""
    pair = " ".join(tokens[n : n + 2])
    return (pair in country_words() and not country_words()[pair][1]) or pair in state_codes()


def _demonym(token: str) -> str | None:
    found = country_words().get(token)
    return found[0] if found and found[1] else None


def _without_possessive(text: str) -> tuple[str, bool]:
    for ending in ("'s", "’s"):
        if text.endswith(ending):
            return text[:-2], True
    if text.endswith(("s'", "s’")):
        return text[:-1], True
    return text, False


_OF = re.compile(r"([^\W\d_]+(?:[ -][^\W\d_]+)?) (?:of|called|named)(?: the)?(?: [^\W\d_]+ly)?$")


def _noun(before: str, after: str) -> str | None:
    """The noun that says what the name is: after it ("X province", "X refugee camp") or before it ("province of X")."""
    following = re.match(r"(?:[^\W\d_]+[ -]?){1,4}", after)
    tokens = lower_words(following[0]) if following else []
    for size in (3, 2, 1):
        for skip in range(0, max(0, min(len(tokens) - size + 1, 3 if size == 1 else 1))):
            noun = " ".join(tokens[skip : skip + size])
            if any(t in ("in", "of", "and", "on", "near", "at", "by", "to") for t in tokens[: skip + size]):
                continue
            if level_of(noun):
                return noun
    of = _OF.search(before[-80:])
    if of:
        for noun in (of[1], of[1].split()[-1]):
            if level_of(noun):
                return noun
    return None


@functools.lru_cache(maxsize=4096)
def level_of(noun: str) -> str | None:
    """
    Which list of data/places_words.toml holds the noun, plural or not.

        >>> level_of("provinces"), level_of("refugee camp"), level_of("soldier")
        ('adm1', 'site', None)
    """
    for form in (noun, singular(noun)):
        for level in ("adm1", "settlement", "quarter", "adm2", "country", "site", "common_site", "area"):
            if form in getattr(words(), level):
                return level
    return None


def _head(text: str) -> str | None:
    """The last noun we know before the first preposition, else the last of all: what an unnamed mention is."""
    start = re.split(
        r"\b(?:in|of|on|near|from|at|by|to|between|across|inside|around|close|along|outside)\b", text, maxsplit=1
    )
    for part in (start[0], text):
        tokens = lower_words(part)
        for n in range(len(tokens), 0, -1):
            for size in (2, 1):
                noun = " ".join(tokens[max(0, n - size) : n])
                if level_of(noun):
                    return noun
    return None
