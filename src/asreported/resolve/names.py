"""
Names as they are compared: words with their places and keys, folding, initials, personal names.

Two spellings are one name where their keys agree: without case, accents, apostrophes, hyphens and the Arabic
article. What the folding leaves apart ("Jaish", "Jaysh") is for the aliases of data/actors.toml to join.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

# An acronym with full stops is one word, and so is a word with its apostrophe ("People's", "Da'esh").
WORD_RE = re.compile(r"(?:[A-Z]\.){2,}[A-Z]?|\w+(?:['’‘ʼ`´]\w+)*")
ACRONYM_RE = re.compile(r"\(([A-Z][\w&/.-]{1,11})\)")
EXPLAINED_RE = re.compile(r"\b([A-Z]{2,12}) \(([A-Z][^()\n]{3,100})\)")
JOINED_ARTICLES = frozenset(("al", "el", "ash", "as", "ad", "an", "ar", "at", "az", "ul", "ud", "ur"))
PARTICLES = frozenset(
    (
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "abu",
        "abd",
        "de",
        "del",
        "della",
        "der",
        "den",
        "van",
        "von",
        "da",
        "dos",
        "la",
        "le",
        "ould",
        "alias",
    )
)
KEPT = 120
"""Characters of the longest text whose words are kept: phrases and names come again and again, whole reports do not."""
UNDECOMPOSED = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


class Word(NamedTuple):
    """A word of a text: its place, its letters, the key by which it is compared, whether it begins with a capital."""

    start: int
    end: int
    text: str
    key: str
    capital: bool


def fold(text: str) -> str:
    """
    The key of `text`: its words, folded, with one space between.

        >>> fold("Jabhat al-Nusra"), fold("Da’esh"), fold("the U.S.")
        ('jabhat nusra', 'daesh', 'the us')
    """
    return _kept_key(text) if len(text) <= KEPT else join_keys(find_words(text))


@functools.lru_cache(maxsize=4096)
def _kept_key(text: str) -> str:
    return join_keys(find_words(text))


def split_words(text: str, offset: int = 0) -> list[Word]:
    """
    The words of `text`, the Arabic article left out; places count from `offset`.

        >>> [w.text for w in split_words("Ahrar al-Sham's men")]
        ['Ahrar', "Sham's", 'men']
    """
    return list(_kept_words(text) if not offset and len(text) <= KEPT else find_words(text, offset))


@functools.lru_cache(maxsize=4096)
def _kept_words(text: str) -> tuple[Word, ...]:
    return tuple(find_words(text))


def find_words(text: str, offset: int = 0) -> Iterator[Word]:
    """`split_words` one by one, nothing kept: for texts that are read once."""
    new = tuple.__new__  # half the time of Word(…), which is made for every word of every report
    for match in WORD_RE.finditer(text):
        word = match[0]
        key = fold_word(word)
        end = match.end()
        if not key or key == "al" or (key in JOINED_ARTICLES and text[end : end + 1] in ("-", "‑", "–")):
            continue
        yield new(Word, (offset + match.start(), offset + end, word, key, word[0].isupper()))


@functools.lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    # Decomposed twice: capitals among the mathematical letters have no small ones until they are plain.
    plain = unicodedata.normalize("NFKD", word).lower().translate(UNDECOMPOSED)
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in decomposed if c.isalnum() and not unicodedata.combining(c))


def singular_keys(key: str) -> tuple[str, ...]:
    """
    `key`, and what it is if its last letter marks a possessive ("Assads" in text that lost its apostrophes).

        >>> singular_keys("assads"), singular_keys("isis")
        (('assads', 'assad'), ('isis', 'isi'))
    """
    return (key, key[:-1]) if len(key) > 3 and key.endswith("s") else (key,)


def join_keys(words: Iterable[Word]) -> str:
    return " ".join(w.key for w in words)


def acronyms(text: str) -> dict[str, tuple[int, int]]:
    """
    Acronyms that the text defines in brackets, with the place of what they stand for.

    Brackets may also hold what the letters before them stand for. The first definition counts. Small words may be
    passed over, initials not: brackets that hold something else ("(Paris)") define nothing.

        >>> text = "The Upper River Union (URU) and (Paris) and the Board of Relief (BOR)"
        >>> {a: text[s:e] for a, (s, e) in acronyms(text).items()}
        {'URU': 'Upper River Union', 'BOR': 'Board of Relief'}
    """
    found: dict[str, tuple[int, int]] = {}
    for match in ACRONYM_RE.finditer(text):
        letters = "".join(c for c in match.group(1) if c.isalpha())
        # Words of a window from its own start, so that a text that repeats itself is split once.
        window = max(0, match.start() - KEPT)
        before = split_words(text[window : match.start()]) if match.group(1) not in found else []
        if not before or text[window + before[-1].end : match.start()].strip(" \n\t\"”’'»"):
            continue
        for first in range(len(before) - 1, max(-1, len(before) - 12), -1):
            if before[first].capital and _spells(before[first:], letters):
                found[match.group(1)] = window + before[first].start, window + before[-1].end
                break
    for match in EXPLAINED_RE.finditer(text):
        words = split_words(match.group(2), match.start(2))
        if match.group(1) not in found and words and words[0].capital and _spells(words, match.group(1)):
            found[match.group(1)] = words[0].start, words[-1].end
    return found


def _spells(words: Sequence[Word], letters: str) -> bool:
    """Whether the initials of `words` are `letters`, words in lower case counted or not."""
    capitals = "".join(w.text[0] for w in words if w.capital)
    every = "".join(w.text[0] for w in words)
    # Letters of the name in its own language often stand in another order: "Plains Resistance (RP)".
    swapped = len(letters) == len(capitals) and sorted(letters.upper()) == sorted(capitals.upper())
    return len(letters) > 1 and (swapped or letters.upper() in (capitals.upper(), every.upper()))


def same_person(name: str, other: str) -> bool:
    """
    Whether two names can be one person's: the shorter one's words all stand in the longer one.

        >>> same_person("Dorrian", "John Dorrian"), same_person("Mary Dorrian", "John Dorrian")
        (True, False)
        >>> same_person("J. Dorrian", "John Dorrian")
        True
    """
    short, long = sorted((fold(name).split(), fold(other).split()), key=len)
    if not short or not (set(short) & set(long)):
        return False
    return all(w in long or (len(w) == 1 and any(x.startswith(w) for x in long)) for w in short)
