"""
Lines to paragraphs: text that was broken to fit a page or a screen becomes one line a paragraph.

A line break ends a sentence for everything that reads a report, so a break that only the width of the page made must
go, and one that the writer made must stay. Whether a broken word keeps its hyphen is told by how the document writes
it elsewhere, then by data/hyphens.toml.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ..codebook import load_table

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {code: None for code in (*range(9), *range(14, 32), *range(127, 160), 0x200B, 0xFEFF) if code not in (0x85,)}
)
"""What stands for two letters, and what stands for none."""

SOFT_HYPHEN = "\xad"
HYPHENS = "-\u2010" + SOFT_HYPHEN
WORD_RE = re.compile(r"\w[\w'’\-\u2010]*")
BROKEN_RE = re.compile(r"(\w[\w'’\-\u2010]*)[-\u2010]\Z")
"""A word that a hyphen ends, at the end of a line; a dash stands alone or behind another mark."""
TIGHT_RE = re.compile(r"(?:\w[—/]|\d–)\Z")
"""Line ends behind which no space belongs."""
END_RE = re.compile(r"[.!?…:;][\"'”’»)\]]*\Z")
INITIALS_RE = re.compile(r"(?:[A-Z]\.)+")
BULLETS = "•▪◦●‣∙·\uf0b7"
ITEM_RE = re.compile(rf"(?:[{BULLETS}*–—-]|\(?(?:\d{{1,3}}|[a-z]|[ivx]{{1,4}})[.)])\s+\S")

LEAST_WIDTH = 50
"""Characters: text that is broken to fit a screen is at least as wide; shorter lines are a list."""
MOST_WIDTH = 100
TALLEST_WIDTH_SHARE = 0.95
SLACK = 6
"""Characters by which a line may fall short of the width although the next word would have fit."""


class Hyphens(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/hyphens.toml: words before, behind and around a hyphen that stays, and numbers."""

    before: frozenset[str]
    behind: frozenset[str]
    whole: frozenset[str]
    ones: frozenset[str]
    counted: frozenset[str]
    tens: frozenset[str]


class Abbreviations(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """data/abbreviations.toml: short forms whose full stop ends no sentence."""

    before_name: frozenset[str]
    before_number: frozenset[str]
    inside: frozenset[str]


@functools.cache
def _abbreviations() -> frozenset[str]:
    table = load_table("abbreviations.toml", Abbreviations)
    return table.before_name | table.before_number | table.inside


@functools.cache
def _hyphens() -> Hyphens:
    return load_table("hyphens.toml", Hyphens)


def mend_letters(text: str) -> str:
    """
    `text` with ligatures taken apart and without characters that show nothing; soft hyphens stay at line ends only.

        >>> mend_letters("ﬁre in the oﬃce of the co\\xadlonel")
        'fire in the office of the colonel'
    """
    text = text.translate(LIGATURES)
    return re.sub(f"{SOFT_HYPHEN}(?![ \\t]*(?:\\n|\\Z))", "", text) if SOFT_HYPHEN in text else text


def count_words(lines: Iterable[str]) -> Counter[str]:
    """
    How often each word stands in `lines`, in lower case, without those that a line end breaks.

        >>> sorted(count_words(["The evacu-", "ation began. The anti-war march"]))
        ['anti-war', 'began', 'march', 'the']
    """
    words: Counter[str] = Counter()
    broken = False
    for line in lines:
        found = WORD_RE.findall(line.lower())
        start = 1 if broken else 0
        broken = line.rstrip()[-1:] in HYPHENS and bool(line.strip())
        words.update(word.strip("-'’\u2010") for word in found[start : len(found) - 1 if broken else None])
    return words


def join_lines(lines: Sequence[str], words: Mapping[str, int], *, hyphenated: bool = True) -> str:
    """
    `lines` as one, their white space made single; `words` tells how the document writes what a line end broke.

    With `hyphenated` the format breaks words at line ends; without it every hyphen there is the writer's.

        >>> join_lines(["The evacu-", "ation of the Franco-", "German post"], {})
        'The evacuation of the Franco-German post'
        >>> join_lines(["Thirty-", "two long-", "range rockets"], {}, hyphenated=False)
        'Thirty-two long-range rockets'
    """
    joined: list[str] = []
    for line in (" ".join(line.split()) for line in lines):
        if not line:
            continue
        if not joined:
            joined.append(line)
        elif joined[-1].endswith(SOFT_HYPHEN):
            joined[-1] = joined[-1].rstrip(SOFT_HYPHEN)
            joined.append(line)
        elif (broken := BROKEN_RE.search(joined[-1])) and (rest := WORD_RE.match(line)):
            if not _keeps_hyphen(broken[1], rest[0], words, hyphenated):
                joined[-1] = joined[-1][:-1]
            joined.append(line)
        else:
            joined += [line] if TIGHT_RE.search(joined[-1]) else [" ", line]
    return "".join(joined).replace(SOFT_HYPHEN, "").strip()


def _keeps_hyphen(left: str, right: str, words: Mapping[str, int], hyphenated: bool) -> bool:
    """Whether the hyphen between `left`, at a line end, and `right` belongs to the word."""
    before, behind = left.lower().rsplit("-", 1)[-1], right.lower().split("-", 1)[0]
    # What stands elsewhere may be the whole word or its last part ("anti-govern-/ment", "government").
    as_one = max(words.get(left.lower() + right.lower(), 0), words.get(before + behind, 0))
    with_hyphen = max(words.get(f"{left}-{right}".lower(), 0), words.get(f"{before}-{behind}", 0))
    if as_one or with_hyphen:
        return with_hyphen > as_one
    if not hyphenated or not right[0].islower() or len(before) == 1 or any(c.isdigit() for c in left):
        return True
    table = _hyphens()
    if left.isupper() or before in table.before | table.tens or f"{before}-{behind}" in table.whole:
        return True
    if before in table.ones:
        return behind in table.counted
    # "kil-/led" and "fai-/led" are broken between syllables, "Kurdish-/led" and "army-/led" are not.
    return behind in table.behind and before[-1] != behind[0] and (left[0].isupper() or len(before) > 3)


def ends_sentence(line: str) -> bool:
    """
    Whether `line` ends as sentences or openings of lists do, and not in a short form such as "Brig." or "U.S.".

        >>> ends_sentence("He fled."), ends_sentence("said Brig."), ends_sentence("in the U.S.")
        (True, False, False)
    """
    line = line.rstrip()
    if not END_RE.search(line):
        return False
    word = line.rsplit(maxsplit=1)[-1].lstrip("\"'“‘([")
    return not (INITIALS_RE.fullmatch(word) or word.casefold() in _abbreviations())


def starts_item(line: str) -> bool:
    """Whether `line` starts as the items of lists do."""
    return ITEM_RE.match(line.lstrip()) is not None


# ---- text without geometry ---------------------------------------------------------------


def unwrap(text: str, *, hyphenated: bool = False) -> list[str]:
    """
    The paragraphs of text that may be broken at a width; blank lines, list marks and short lines part them.

        >>> line = "Twelve people were killed on Tuesday when gunmen stormed"
        >>> unwrap(f"Dear all,\\n{line}\\nthe market of Tal Sabr.\\n\\nThe governor said so.")[1:]
        ['Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr.', 'The governor said so.']
    """
    lines = text.expandtabs(8).split("\n")
    width, words = wrap_width(lines), count_words(lines)
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            paragraphs.append([])
        elif paragraphs[-1] and not _is_wrapped(paragraphs[-1], line, width):
            paragraphs.append([line])
        else:
            paragraphs[-1].append(line)
    return [join_lines(paragraph, words, hyphenated=hyphenated) for paragraph in paragraphs if paragraph]


def wrap_width(lines: Sequence[str]) -> int:
    """The width at which `lines` seem to be broken; 0 where they do not."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.count(" ") > 2 and len(line) <= MOST_WIDTH)
    if not lengths:
        return 0
    width = lengths[int(TALLEST_WIDTH_SHARE * len(lengths))]
    return width if width >= LEAST_WIDTH else 0


def _is_wrapped(paragraph: list[str], line: str, width: int) -> bool:
    """Whether the break before `line` is one of the width, not of the writer."""
    before = paragraph[-1].rstrip()
    if starts_item(line) or not width or len(before) > MOST_WIDTH:
        return False
    first = line.split(maxsplit=1)[0]
    indent = len(line) - len(line.lstrip()) - (len(before) - len(before.lstrip()))
    if indent >= 2 and not (len(paragraph) == 1 and starts_item(paragraph[0])):
        return False
    if len(before) + 1 + len(first) > width - (0 if ends_sentence(before) else SLACK):
        return True
    return len(before) >= 0.6 * width and not ends_sentence(before) and first[0].islower()


def part_paragraphs(paragraphs: Iterable[str]) -> str:
    """A body of `paragraphs`, those without text left out."""
    return "\n\n".join(itertools.filterfalse(str.isspace, filter(None, paragraphs)))
