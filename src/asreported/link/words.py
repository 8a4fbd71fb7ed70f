"""
The words of a text as weighted terms, by which two texts are compared.

A term weighs the more the rarer it is in news of conflict (inverse document frequency), so that names and numbers
tell more than "killed". The frequencies are a fixed table (data/link_frequencies.tsv): how much alike two reports are
must not depend on what else lies in a ledger. Terms are kept as 32-bit hashes of their folded spelling. Source:
Spärck Jones (1972), "A statistical interpretation of term specificity".
"""

from __future__ import annotations

import functools
import importlib.resources
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable

WORD_RE = re.compile(r"[^\W_]+(?:[.,]\d+)*")
ENDINGS = ("ings", "ing", "ed", "es", "s")
SHORTEST = 3
"""An ending is cut only where so many letters stay: "was" is no plural."""

Terms = tuple[tuple[int, float], ...]
"""Hashes of terms with their weights, of length 1 as a vector, in the order of the hashes."""


@functools.lru_cache(1 << 16)
def stem(word: str) -> str:
    """
    `word` without case, accents and the commonest endings.

        >>> stem("Raids"), stem("raided"), stem("Málaga"), stem("1,000")
        ('raid', 'raid', 'malaga', '1000')
    """
    folded = unicodedata.normalize("NFKD", word.casefold())
    folded = "".join(c for c in folded if not unicodedata.combining(c)).replace(",", "")
    for ending in ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= SHORTEST:
            return folded[: -len(ending)]
    return folded


def stems(text: str) -> list[str]:
    """The stems of the words of `text`, in their order."""
    return [stem(word) for word in WORD_RE.findall(text)]


def weigh(texts: Iterable[str], most: int) -> Terms:
    """The `most` weightiest terms of `texts` together."""
    counts = Counter(term for text in texts for term in stems(text))
    weights = {term: (1 + math.log(n)) * rarity(term) for term, n in counts.items()}
    best = sorted(((w, term) for term, w in weights.items() if w > 0), key=lambda x: (-x[0], x[1]))[:most]
    length = math.sqrt(sum(w * w for w, _ in best)) or 1.0
    return tuple(sorted((zlib.crc32(term.encode()), round(w / length, 4)) for w, term in best))


def rarity(term: str) -> float:
    """How much a term tells: the logarithm of one in how many reports has it; most where the table lacks it."""
    table, unknown = _frequencies()
    return table.get(term, unknown)


@functools.cache
def _frequencies() -> tuple[dict[str, float], float]:
    text = importlib.resources.files("asreported").joinpath("data", "link_frequencies.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    reports = max(int(n) for _, n in rows)
    table = {term: math.log(reports / int(n)) for term, n in rows}
    return table, math.log(reports / 2)
