"""
Word pieces ↔ characters: cut a report into word pieces with their offsets, and these into windows for the encoder.

A window is `[CLS] (title [SEP]) context core context [SEP]`. Each piece is in the core of exactly one window; the
context on both sides is read again so that a claim at the edge still sees its speaker and its place.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tokenizers

from asreported.records import Report, Span

Ints = npt.NDArray[np.int64]

# Typographic variants become the plain character, one for one, so that offsets hold and a report reads the same
# with straight and with curly quotes.
PLAIN = str.maketrans(
    dict.fromkeys("“”„‟«»", '"')
    | dict.fromkeys("‘’‚‛`´", "'")
    | dict.fromkeys("–—‑−", "-")
    | {"\u00a0": " ", "\u202f": " "}
)
CLS, SEP = 101, 102


@dataclasses.dataclass(frozen=True)
class Pieces:
    """
    The word pieces of a report, flat.

    Shapes: all arrays (n_pieces,). Units: `starts`, `ends` in code points of report.text; `sentences` is the number of
    the sentence that a piece stands in.
    """

    ids: Ints
    starts: Ints
    ends: Ints
    sentences: Ints

    def __len__(self) -> int:
        return len(self.ids)


@dataclasses.dataclass(frozen=True)
class WindowSizes:
    """How windows are cut, in word pieces."""

    longest: int = 320
    before: int = 64
    after: int = 24
    title: int = 24
    first_core: int | None = None
    """Training shortens the first core at random, so that sentences meet different contexts."""


@dataclasses.dataclass(frozen=True)
class Window:
    """Pieces `first:last` of a report as the encoder sees them; `core_first:core_last` are decided here."""

    first: int
    last: int
    core_first: int
    core_last: int
    prefix: Ints
    """What stands before the pieces: [CLS], and the title with [SEP] where the window does not hold it."""

    def ids(self, pieces: Pieces) -> Ints:
        """The encoder's input. Shapes: (len(prefix) + last - first + 1,)."""
        return np.concatenate([self.prefix, pieces.ids[self.first : self.last], [SEP]]).astype(np.int64)


def load_tokenizer(path: Path) -> Any:
    """The tokenizer of the file, without truncation and padding."""
    tokenizer = tokenizers.Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def cut_pieces(report: Report, sentences: Sequence[Span], tokenizer: Any) -> Pieces:
    """The word pieces of all `sentences`, each with its offsets in `report.text`."""
    texts = [s.text.translate(PLAIN).encode("utf-8", "replace").decode() for s in sentences]
    ids: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    numbers: list[int] = []
    for number, text in enumerate(texts):
        at = sentences[number].start
        for word in text.split(" "):
            for id_, start, end in cut_word(tokenizer, word):
                ids.append(id_)
                starts.append(at + start)
                ends.append(at + end)
                numbers.append(number)
            at += len(word) + 1
    return Pieces(*(np.array(x, dtype=np.int64) for x in (ids, starts, ends, numbers)))


def cut_word(tokenizer: Any, word: str) -> tuple[tuple[int, int, int], ...]:
    """
    The pieces of what stands between two spaces, as (id, start, end) in it.

    No piece of this kind of tokenizer reaches over a space or depends on what is beyond one, so that a word is cut
    once and remembered: most words of a report were met before.
    """
    return _remembered(tokenizer, word) if len(word) <= LONGEST_REMEMBERED else _cut(tokenizer, word)


LONGEST_REMEMBERED = 40


def _cut(tokenizer: Any, word: str) -> tuple[tuple[int, int, int], ...]:
    encoding = tokenizer.encode(word, add_special_tokens=False)
    return tuple((id_, *offsets) for id_, offsets in zip(encoding.ids, encoding.offsets, strict=True))


_remembered = functools.lru_cache(maxsize=16_384)(_cut)


def cut_windows(pieces: Pieces, title_pieces: int, sizes: WindowSizes) -> Iterator[Window]:
    """
    Windows whose cores cover all pieces, in order; a core ends with a sentence unless the sentence is too long.

    `title_pieces` is the number of pieces of the title (0 without one): later windows begin with it.
    """
    title = pieces.ids[: min(title_pieces, sizes.title)]
    at = 0
    while at < len(pieces):
        first = max(0, at - sizes.before)
        prefix = np.array([CLS] if first == 0 or not len(title) else [CLS, *title, SEP], dtype=np.int64)
        room = sizes.longest - len(prefix) - 1 - (at - first) - sizes.after
        if at == 0 and sizes.first_core is not None:
            room = min(room, sizes.first_core)
        core_last = _last_sentence_end(pieces, at, at + room)
        last = min(len(pieces), core_last + sizes.after)
        yield Window(first, last, at, core_last, prefix)
        at = core_last


def _last_sentence_end(pieces: Pieces, at: int, limit: int) -> int:
    """The last sentence end in `at:limit`, or `limit` where a single sentence is longer."""
    if limit >= len(pieces):
        return len(pieces)
    cut = limit
    while cut > at and pieces.sentences[cut] == pieces.sentences[cut - 1]:
        cut -= 1
    return cut if cut > at else limit
