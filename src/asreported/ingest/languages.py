"""
Whether a text is English, with room for doubt: only what is clearly another language is refused.

Most reports are known by their function words, which is quick; the classifier (py3langid, which takes half a second to
load) is asked about the rest: texts full of names, very short ones, and other languages.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from .confine import trusted

SAMPLE = 20_000
"""Characters that are looked at."""
FEWEST_LETTERS = 40
"""Fewer letters tell nothing."""

FUNCTION_WORDS = frozenset(
    {"the", "of", "and", "to", "were", "said", "that", "by", "with", "from", "have", "been", "which", "their", "they"}
)
"""Common in English and, all but a few, not words of the other languages that news comes in."""
ENOUGH_WORDS, ENOUGH_SHARE = 3, 0.12  # three different ones: "to" and "by" are Polish too, "of" is Dutch

CLEARLY_OTHER, CLEARLY_NOT_ENGLISH = 0.5, 0.01
"""
Measured on some 1,800 English reports: whole, none has English below 0.2; of random stretches of 60 characters only
lists of names fall below 0.01, and one of them passes 0.5 for another language. Other languages leave English 0.01
at most.
"""

WORD_RE = re.compile(r"[^\W\d_]+")


def other_language(text: str) -> str | None:
    """
    The code of the language that `text` is in where it is clearly not English, else None.

        >>> other_language("Douze personnes ont été tuées mardi dans un attentat à la bombe.")
        'fr'
        >>> other_language("TWELVE KILLED IN IDLIB, SAYS MONITOR") is None
        True
    """
    # The classifier learned from running text: capitals throughout look foreign to it.
    sample = text[:SAMPLE].lower()
    if not has_letters(sample) or _reads_as_english(sample):
        return None
    ranking: list[tuple[str, float]] = _identifier().rank(sample)
    best, score = ranking[0]
    english = dict(ranking)["en"]
    return best if best != "en" and score >= CLEARLY_OTHER and english < CLEARLY_NOT_ENGLISH else None


def has_letters(text: str) -> bool:
    """Whether there are letters enough to judge a language by."""
    letters = 0
    for word in WORD_RE.finditer(text[:SAMPLE]):
        letters += len(word[0])
        if letters >= FEWEST_LETTERS:
            return True
    return False


def _reads_as_english(sample: str) -> bool:
    words = WORD_RE.findall(sample)
    known = [word for word in words if word in FUNCTION_WORDS]
    return len(set(known)) >= ENOUGH_WORDS and len(known) >= ENOUGH_SHARE * len(words)


@functools.cache
def _identifier() -> Any:
    with trusted():
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


NAMES = {
    "ar": "Arabic",
    "de": "German",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "nl": "Dutch",
    "pcm": "Nigerian Pidgin",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "zh": "Chinese",
    "zxx": "no language",
}
"""Names for people; other languages are named by their code."""
