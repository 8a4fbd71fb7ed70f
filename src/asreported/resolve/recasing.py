"""
Give text in one case the case that news writes: "SYRIAN REBELS LEFT AL-BAB" → "Syrian rebels left al-Bab".

Names of our tables (actors, countries, places, given names, months) are written as these write them, longest first;
words that data/letter_case.toml lists are small; what neither knows is taken for a name, as most such words are. A
sentence begins with a capital. The result has the length of the text: a letter whose other case is longer stays.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from asreported.codebook import load_table

from .actor_tables import actor_rows, given_names, offices, peoples, word_set
from .date_words import MONTHS, WEEKDAYS
from .gazetteer import OWN_TABLES, country_words, load_gazetteer, read_tsv
from .names import JOINED_ARTICLES, acronyms, fold_word

WORD_RE = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])|[^\W\d_]+")
ENDS_RE = re.compile(r"(?:[.!?][\"”’')\]]{0,3}\s|\n)[\s\"“‘'(\[]{0,9}$")
"""What stands between the last word of a sentence and the first of the next."""
NAME_GAP_RE = re.compile(r"[ \u00a0]|[-‑.'’‘ʼ`&]{1,2} ?")
"""What stands between two words of one name."""
MONTHS_TOO = frozenset(("may", "march"))
"""Words that are months only where they stand as months do."""
APOSTROPHES = frozenset("'’‘ʼ`´")
VOWELS = frozenset("aeiouy")
LONGEST_ACRONYM = 5
"""Letters of an unknown word without vowels that is read as an acronym."""
SUFFIXES = ("s", "es", "ed", "d", "ing", "ly")
BIG_TOWN = 30_000
"""People of a town that is known by a name that has an ordinary word in it ("Port Sudan")."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """data/letter_case.toml."""

    ordinary: str
    endings: frozenset[str]
    particles: frozenset[str]
    us_after: frozenset[str]
    after_us: frozenset[str]
    month_after: frozenset[str]
    word_endings: tuple[str, ...]


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    key: str


def recase(text: str, *, forms: Mapping[str, str] | None = None) -> str:
    """
    `text` in usual case, of the same length; `forms` are words as the same report writes them elsewhere, by key.

        >>> recase("COL JOHN DORRIAN TOLD US THAT US TROOPS IN IRAQ'S NORTH BACK THE PKK.")
        "Col John Dorrian told us that US troops in Iraq's north back the PKK."
    """
    tokens = [_Token(*m.span(), m[0], fold_word(m[0])) for m in WORD_RE.finditer(text)]
    gaps = [text[a.end : b.start] for a, b in itertools.pairwise(tokens)]
    cased = _names(tokens, gaps) | _explained(text, tokens)
    pieces, position = [], 0
    for i, token in enumerate(tokens):
        before = gaps[i - 1] if i else "\n"
        form = cased.get(i) or (forms or {}).get(token.key) or _form(tokens, gaps, cased, i)
        if ENDS_RE.search(before):
            form = _capitalised(form)
        cased[i] = form
        pieces += [text[position : token.start], _fitted(form, token.text)]
        position = token.end
    return "".join([*pieces, text[position:]])


def _fitted(form: str, text: str) -> str:
    """The letters of `text` in the case of `form`, which may be spelled otherwise ("UK", "U.K."; "Leon", "León")."""
    if len(form) != len(text):
        form = text.upper() if form.isupper() else _capitalised(text.lower())
    if len(form) != len(text):  # a letter whose other case is two: "ß"
        return text
    letters = (t.upper() if f.isupper() else t.lower() for f, t in zip(form, text, strict=True))
    return "".join(c if len(c) == 1 else t for c, t in zip(letters, text, strict=True))


def usual_forms(text: str) -> dict[str, str]:
    """
    How a text in mixed case writes its words, by key: small where it does so anywhere, else as it stands.

        >>> usual_forms("Shells fell on the Dune Quarter. The shells hit Asra.")["asra"]
        'Asra'
    """
    forms: dict[str, str] = {}
    for match in WORD_RE.finditer(text):
        key = fold_word(match[0])
        if match[0].islower() or key not in forms:
            forms[key] = match[0]
    return forms


# ---- names ---------------------------------------------------------------------------------


def _names(tokens: Sequence[_Token], gaps: Sequence[str]) -> dict[int, str]:
    """The words of known names, by their places among the tokens, as the tables write them."""
    found: dict[int, str] = {}
    i = 0
    while i < len(tokens):
        form = _known(tokens, gaps, i) or _big_place(tokens, gaps, i)
        found.update(enumerate(form, start=i))
        i += len(form) or 1
    return found


def _known(tokens: Sequence[_Token], gaps: Sequence[str], i: int) -> tuple[str, ...]:
    """The longest name of our tables that begins at a token; () where there is none."""
    # By two words, since thousands of names begin with "al" or "the".
    pair = (tokens[i].key, tokens[i + 1].key) if i + 1 < len(tokens) else (tokens[i].key,)
    for keys, form in (*_by_first_words().get(pair, ()), *_by_first_words().get(pair[:1], ())):
        last = i + len(keys)
        if last > len(tokens) or tokens[last - 1].key != keys[-1]:  # most names end here: "the" begins a hundred
            continue
        same = all(tokens[i + n].key == key for n, key in enumerate(keys))
        if same and all(NAME_GAP_RE.fullmatch(gap) for gap in gaps[i : last - 1]):
            return form
    return ()


def _big_place(tokens: Sequence[_Token], gaps: Sequence[str], i: int) -> tuple[str, ...]:
    """A well-known place of two or three words, some of which are words else ("PORT SUDAN")."""
    for size in (3, 2):
        words = tokens[i : i + size]
        if len(words) < size or words[0].key == "the" or any(gap not in (" ", "-") for gap in gaps[i : i + size - 1]):
            continue
        ordinary = [_is_ordinary(w.key) for w in words]
        if any(ordinary) and not all(ordinary) and _is_big_place(" ".join(w.text for w in words)):
            return tuple((_by_itself(w.key) or _capitalised(w.text.lower())) for w in words)
    return ()


def _by_itself(key: str) -> str | None:
    """The one word that is a known name, as the tables write it."""
    return next((form[0] for keys, form in _by_first_words().get((key,), ()) if keys == (key,)), None)


@functools.lru_cache(maxsize=4096)
def _is_big_place(name: str) -> bool:
    found = load_gazetteer().look_up(name)
    return any(m.fit == 1 and (m.place.own or m.place.population >= BIG_TOWN) for m in found)


def _explained(text: str, tokens: Sequence[_Token]) -> dict[int, str]:
    """Acronyms that the report explains, wherever they stand, and the words that they stand for."""
    found: dict[int, str] = {}
    meant = acronyms(text.upper() if len(text.upper()) == len(text) else text)
    keys = {fold_word(a) for a in meant}
    for i, token in enumerate(tokens if meant else ()):
        if token.key in keys:
            found[i] = token.text.upper()
        elif any(start <= token.start < end for start, end in meant.values()) and not _is_link(token.key):
            found[i] = _capitalised(token.text.lower())
    return found


@functools.cache
def _by_first_words() -> Mapping[tuple[str, ...], tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]:
    """Known names by the keys of their first two words, the longest first: the keys of their words, and the words."""
    found: dict[tuple[str, ...], dict[tuple[str, ...], tuple[str, ...]]] = {}
    for name in _known_names():
        words = tuple(WORD_RE.findall(name))
        keys = tuple(map(fold_word, words))
        if len(keys) > 1 or (keys and len(keys[0]) > 1 and keys[0] not in MONTHS_TOO and not _is_ordinary(keys[0])):
            found.setdefault(keys[:2], {}).setdefault(keys, words)
    for name in (*MONTHS, *WEEKDAYS):
        if name not in MONTHS_TOO:
            found[(name,)] = {(name,): (name.capitalize(),), **found.get((name,), {})}
    return {first: tuple(sorted(names.items(), key=lambda n: (-len(n[0]), n[0]))) for first, names in found.items()}


def _known_names() -> Iterator[str]:
    yield from country_words()
    for actor in actor_rows():
        yield from (actor.name, *actor.aliases)
    for table in ("places_admin1.tsv", *OWN_TABLES):
        for row in read_tsv(table):
            yield from (row["name"], *row["aliases"].split(","))
    yield from offices().capitals
    for names in peoples().values():
        yield from names
    yield from (name.capitalize() for name in given_names())


# ---- single words --------------------------------------------------------------------------


def _form(tokens: Sequence[_Token], gaps: Sequence[str], cased: Mapping[int, str], i: int) -> str:
    """A word that is in no known name, as it and the words beside it tell."""
    key, text = tokens[i].key, tokens[i].text
    low, gap = text.lower(), gaps[i - 1] if i else ""
    if "." in text:
        return text.upper()
    if gap in APOSTROPHES and low in _table().endings:
        return low
    if len(low) == 1:
        return low if low == "a" else text.upper()
    if key in ("us", "is", "who"):
        return text.upper() if _is_acronym(tokens, gaps, i) else low
    if key in MONTHS_TOO:
        return _capitalised(low) if _is_month(tokens, gaps, i) else low
    named = bool(NAME_GAP_RE.fullmatch(gap)) and cased[i - 1][:1].isupper()
    joined = key in JOINED_ARTICLES and gaps[i : i + 1] in (["-"], ["‑"])
    if joined or (named and key in _table().particles) or _is_ordinary(key):
        return low
    acronym = not VOWELS.intersection(key) and len(key) <= LONGEST_ACRONYM
    return text.upper() if acronym else _capitalised(low)


def _is_acronym(tokens: Sequence[_Token], gaps: Sequence[str], i: int) -> bool:
    """
    Whether "US", "IS" or "WHO" is a name: "told us" is not, "US troops", "IS fighters" and "the WHO" are.
    """
    before = tokens[i - 1].key if i and gaps[i - 1] == " " else ""
    after = tokens[i + 1].key if i + 1 < len(tokens) and gaps[i] == " " else ""
    if tokens[i].key == "who":
        return before == "the"
    if tokens[i].key == "is":
        return after in word_set("members")
    noun = after and not _is_link(after) and after not in _table().after_us
    return before not in _table().us_after or bool(noun) or gaps[i : i + 1] == ["-"]


def _is_month(tokens: Sequence[_Token], gaps: Sequence[str], i: int) -> bool:
    """Whether "MAY" or "MARCH" stands where a month does: beside a figure, or behind "in", "since", "late"."""
    before = gaps[i - 1] if i else ""
    after = gaps[i] if i < len(gaps) else ""
    if re.search(r"\d $", before) or re.match(r" \d", after):
        return True
    return before == " " and tokens[i - 1].key in _table().month_after


@functools.lru_cache(maxsize=8192)
def _is_ordinary(key: str) -> bool:
    """
    Whether news writes a word small, by data/letter_case.toml.

        >>> _is_ordinary("shelled"), _is_ordinary("aleppo")
        (True, False)
    """
    if key in _ordinary():
        return True
    if len(key) > 6 and key.endswith(_table().word_endings):
        return True
    stems = [key[: -len(s)] for s in SUFFIXES if key.endswith(s) and len(key) - len(s) > 3]
    return any(form in _ordinary() for stem in stems for form in (stem, stem + "e"))


@functools.cache
def _ordinary() -> frozenset[str]:
    return frozenset(_table().ordinary.split())


def _is_link(key: str) -> bool:
    return key in word_set("grammar", "links")


def _capitalised(word: str) -> str:
    """The word with its first letter as a capital, the rest as it is."""
    return word[:1].upper() + word[1:]


@functools.cache
def _table() -> _Table:
    return load_table("letter_case.toml", _Table)
