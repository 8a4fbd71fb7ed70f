"""
Who is named behind words that only introduce him: the part of a noun phrase that is to be read instead.

    "a sergeant, call sign Heron"                       the name by which he goes
    "a group of men believed to belong to the URU"      the body that is suspected
    "a recent report by the Upper River Union"          who wrote it
    "the smaller guerrilla group, the URU"              the name behind the comma

It is asked where a phrase as a whole names no one. The words are a table in data/offices.toml, `introducing`.
"""

from __future__ import annotations

import calendar
import functools
from collections.abc import Sequence

from .actor_tables import description_types, people_words, titles, word_set
from .names import Word, fold, join_keys
from .phrase import DETERMINERS, Phrase, changes_nothing


def introduced_part(phrase: Phrase) -> str | None:
    """
    The text in `phrase` that says who is meant; None where no words of ours introduce one.

        >>> from .actor_tables import actor_index
        >>> from .names import split_words
        >>> from .setting import Setting
        >>> text = "a recent report by the Upper River Union"
        >>> introduced_part(Phrase(text, split_words(text), Setting(actor_index())))
        'the Upper River Union'
    """
    for first in (_behind_calling(phrase), _behind_suspicion(phrase), _author(phrase), _behind_comma(phrase)):
        # "Isis and the group known as X" are two.
        if first is not None and not any(w.key in ("and", "or") for w in phrase.words[:first]):
            return phrase.text[phrase.words[first].start :].rstrip(" \"'”’")
    return None


def _behind_calling(phrase: Phrase) -> int | None:
    """Where the name begins behind "known as", "call sign"."""
    end = _end_of(phrase.words, word_set("introducing", "calling"))
    if end is None or phrase.text[: phrase.words[end - 1].start].endswith(("-", "‑")):
        return None  # "so-called"
    return _first_name(phrase.words, end)


def _behind_suspicion(phrase: Phrase) -> int | None:
    words = phrase.words
    end = _end_of(words, word_set("introducing", "suspecting"))
    while end is not None and end < len(words) and words[end].key in ("of", "from", "to", "members", "part"):
        end += 1
    return _first_name(words, end)


def _author(phrase: Phrase) -> int | None:
    """Who wrote a report or made a statement; words before it that name someone else leave it open."""
    words = phrase.words
    for i, word in enumerate(words[:-2]):
        if word.capital and i and not changes_nothing(word) and word.key not in _months():
            return None
        if word.key not in word_set("introducing", "documents"):
            continue
        by = i + 2 if words[i + 1].key in word_set("introducing", "issued") else i + 1
        if by + 1 < len(words) and words[by].key in ("by", "from", "of"):
            return by + 1
    return None


def _behind_comma(phrase: Phrase) -> int | None:
    """The name behind the one comma of a phrase that before it has only a description."""
    words = phrase.words
    commas = [i for i in range(1, len(words)) if "," in phrase.text[words[i - 1].end : words[i].start]]
    if len(commas) != 1:
        return None
    before, name = words[: commas[0]], words[commas[0] :]
    if phrase.core < commas[0] and phrase.core_words()[-1].key in people_words():
        return None  # "a cousin of the founder, Kurt Ash"
    if any(w.key in ("and", "or") for w in name) or any(
        w.capital and i and not changes_nothing(w) for i, w in enumerate(before)
    ):
        return None
    return _first_name(words, commas[0], keep=True) if _is_description(before) else None


def _is_description(words: Sequence[Word]) -> bool:
    """Whether words end in a noun for a person or a body: an army base and a town have names of their own."""
    last = words[-1].key
    return (
        last in word_set("human")
        or last in word_set("members")
        or last in people_words()
        or any(join_keys(words[-n:]) in titles() or join_keys(words[-n:]) in description_types() for n in (1, 2, 3))
    )


@functools.cache
def _months() -> frozenset[str]:
    return frozenset(fold(name) for name in calendar.month_name[1:])


def _end_of(words: Sequence[Word], sought: frozenset[str]) -> int | None:
    """Where the last of the `sought` words ends in `words`."""
    lasts = _last_words(sought)
    for end in range(len(words) - 1, 0, -1):
        if words[end - 1].key in lasts and any(
            join_keys(words[end - n : end]) in sought for n in (1, 2, 3) if n <= end
        ):
            return end
    return None


@functools.lru_cache(maxsize=8)
def _last_words(sought: frozenset[str]) -> frozenset[str]:
    return frozenset(text.split()[-1] for text in sought)


def _first_name(words: Sequence[Word], first: int | None, *, keep: bool = False) -> int | None:
    """`first` where a name begins there, behind its article; `keep` leaves that in."""
    if first is None or first >= len(words):
        return None
    name = first + 1 if words[first].key in DETERMINERS and first + 1 < len(words) else first
    if not words[name].capital:
        return None
    return first if keep else name
