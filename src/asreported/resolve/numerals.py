"""
Read English numerals, in digits and words: `1,200`, `1.2 million`, `two hundred and twelve`, `half a dozen`.

A numeral is read from a list of tokens, so that what stands around it ("up to", "of the 40") can be judged by
figures.py with the same tokens. Digits that cannot be one number ("2,5") are no numeral: nothing is guessed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ..codebook import load_table

LIMIT = 10**15
"""Larger numbers are not counts of anything that we read; they are left out, and 64-bit readers stay safe."""

SPACE = " \u00a0\u2009\u202f"
TOKEN_RE = re.compile(
    rf"(?P<number>[0-9]{{1,3}}(?:[{SPACE}][0-9]{{3}})+(?![0-9,.])|[0-9](?:[0-9]|[.,](?=[0-9]))*)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<mark>[^\s\w]|_|\d)"
)
GROUPED_RE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")  # the second is Indian: 2,50,000
PLAIN_RE = re.compile(r"[0-9]+")
DECIMAL_RE = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*\.[0-9]+")
VULGAR_FRACTIONS = {"¼": Decimal("0.25"), "½": Decimal("0.5"), "¾": Decimal("0.75")}
DASHES = frozenset("-‐‑‒–—−")


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    small: tuple[str, ...]
    tens: tuple[str, ...]
    names: tuple[str, ...]
    money: tuple[str, ...]
    named: tuple[str, ...]
    months: tuple[str, ...]
    scales: dict[str, int]
    short_scales: dict[str, int]


_TABLE = load_table("numerals.toml", _Words)
SMALL = {word: value for value, word in enumerate(_TABLE.small)}
TENS = {word: 10 * tens for tens, word in enumerate(_TABLE.tens, start=2)}
SCALES, SHORT_SCALES = _TABLE.scales, _TABLE.short_scales
NAMED, MONTHS = frozenset(_TABLE.named), frozenset(_TABLE.months)


class Token(NamedTuple):
    """
    A word, number or mark, in lower case, dashes as `-`; `glued` to the one before where no space parts them.

    `start` and `end` are its place in the text that was cut up.
    """

    text: str
    kind: str
    glued: bool
    start: int = 0
    end: int = 0


class Numeral(NamedTuple):
    """The value read, the index of the token after it, and the largest scale word in it (1 if none)."""

    value: int | float
    end: int
    scale: int


def tokenize(text: str) -> list[Token]:
    """
    The tokens of `text`.

        >>> [token.text for token in tokenize("Up to $1.2m–2m")]
        ['up', 'to', '$', '1.2', 'm', '-', '2', 'm']
    """
    tokens: list[Token] = []
    last = -1
    new = tuple.__new__  # half the time of Token(…), and cutting up is most of what a figure costs
    for match in TOKEN_RE.finditer(text):
        word, (start, end) = match[0], match.span()
        shown = "-" if word in DASHES else word.lower()
        tokens.append(new(Token, (shown, match.lastgroup or "", start == last, start, end)))
        last = end
    return tokens


def read_numeral(tokens: list[Token], start: int, *, joined_by_and: bool = True) -> Numeral | None:
    """
    The numeral that begins at token `start`, or None.

    `joined_by_and` is False inside "between … and …", where `and` parts two numbers instead of joining one.

        >>> read_numeral(tokenize("two hundred and twelve men"), 0)
        Numeral(value=212, end=4, scale=100)
        >>> read_numeral(tokenize("2,5"), 0) is None
        True
    """
    token = tokens[start]
    found = _digits(tokens, start) if token.kind == "number" else _words(tokens, start, joined_by_and)
    if found is None or abs(found[0]) >= LIMIT:
        return None
    value, end, scale = found
    return Numeral(int(value) if value == int(value) else float(value), end, scale)


def digits_value(text: str) -> Decimal | None:
    """
    The value of digits with separators; None where they are not one number of English use.

        >>> digits_value("12,500"), digits_value("2,50,000"), digits_value("1.500")
        (Decimal('12500'), Decimal('250000'), None)
    """
    text = re.sub(rf"[{SPACE}]", "", text)
    if len(text) > 20:
        return None
    if PLAIN_RE.fullmatch(text) or GROUPED_RE.fullmatch(text):
        return Decimal(text.replace(",", ""))
    # Three decimals are either exact to the thousandth, which no report is, or a group in the European manner.
    if DECIMAL_RE.fullmatch(text) and len(text.rpartition(".")[2]) != 3:
        return Decimal(text.replace(",", ""))
    return None


_Found = tuple[Decimal, int, int]


def _digits(tokens: list[Token], start: int) -> _Found | None:
    if _is_in_a_name(tokens, start):
        return None
    value = digits_value(tokens[start].text)
    if value is None:
        return None
    after = tokens[start + 1] if start + 1 < len(tokens) else None
    if after and after.glued and after.text in VULGAR_FRACTIONS:
        return _scaled(tokens, value + VULGAR_FRACTIONS[after.text], start + 2)
    return _scaled(tokens, value, start + 1)


def _is_in_a_name(tokens: list[Token], start: int) -> bool:
    """Whether the digits belong to a name ("AK-47", "MH17") or an ordinal ("12th"): letters are glued to them."""
    after = tokens[start + 1 : start + 3]
    if after and after[0].glued and after[0].text in ("st", "nd", "rd", "th"):
        return True
    if len(after) == 2 and after[0].kind == "word" and after[0].glued and after[1].kind == "number" and after[1].glued:
        return True  # "9K33": no thousands
    if start == 0 or not tokens[start].glued:
        return False
    before = tokens[start - 1]
    if before.kind == "word":
        return before.text not in _TABLE.money
    letters = tokens[start - 2] if start > 1 and before.text == "-" and before.glued else None
    # In "1.2m-1.5m" the letter belongs to a number, and no name is meant.
    of_number = letters is not None and start > 2 and letters.glued and tokens[start - 3].kind == "number"
    return letters is not None and letters.text in _TABLE.names and not of_number


def _scaled(tokens: list[Token], value: Decimal, end: int) -> _Found:
    """`value` times the scale words that follow it ("1.2 million", "12-million", "2 lakh crore")."""
    largest = 1
    for _ in range(2):
        at = end + 1 if end < len(tokens) and tokens[end].text == "-" else end
        scale = _scale(tokens[at]) if at < len(tokens) else None
        if not scale:
            break
        value, end, largest = value * scale, at + 1, max(largest, scale)
    return value, end, largest


def _scale(token: Token) -> int | None:
    if token.text in SHORT_SCALES and (token.glued or len(token.text) > 1):
        return SHORT_SCALES[token.text]
    return SCALES.get(token.text)


def _words(tokens: list[Token], start: int, joined_by_and: bool) -> _Found | None:
    """A numeral in words. `total` holds what a scale has closed, `current` what still grows."""
    total, current, largest, i = Decimal(0), Decimal(0), 1, start
    if tokens[i].text in SCALES and (tokens[i].text == "score" or (i and tokens[i - 1].kind == "number")):
        return None  # "the score"; in "1,2 million" the digits are not read, so the million is not either
    if tokens[i].text in ("a", "an") and i + 1 < len(tokens) and tokens[i + 1].text in SCALES:
        current, i = Decimal(1), i + 1
    elif tokens[i].text not in SMALL and tokens[i].text not in TENS and tokens[i].text not in SCALES:
        return None
    while i < len(tokens):
        at = _skip_joint(tokens, i, start, joined_by_and)
        word = tokens[at].text if at < len(tokens) else ""
        small = SMALL.get(word)
        if word in TENS and current % 100 == 0:
            current += TENS[word]
        elif small is not None and _takes_small(current, small) and (small or at == start):
            current += small
        elif word in SCALES:
            scale = SCALES[word]
            largest = max(largest, scale)
            if scale <= 100:
                current = max(current, Decimal(1)) * scale
            else:
                total, current = total + max(current, Decimal(1)) * scale, Decimal(0)
        elif half := _and_a_half(tokens, i):
            # "a dozen and a half", "a million and a half": half of the scale that was said last.
            value, at = Decimal(SCALES.get(tokens[i - 1].text, 1)) / 2, half - 1
            total, current = (total + value, current) if value > 50 else (total, current + value)
        else:
            break
        if total + current >= LIMIT:
            return None
        i = at + 1
    return total + current, i, largest


def _takes_small(current: Decimal, small: int) -> bool:
    """Whether a word below twenty may follow: "two hundred | twelve", "forty | one"; not "twelve | one"."""
    return current % 100 == 0 or (1 <= small <= 9 and current % 10 == 0 and current % 100 >= 20)


def _skip_joint(tokens: list[Token], i: int, start: int, joined_by_and: bool) -> int:
    """The token after a joint inside a numeral: the hyphen of "forty-one", the `and` of "two hundred and twelve"."""
    if i == start or i + 1 >= len(tokens):
        return i
    before, joint, after = tokens[i - 1].text, tokens[i].text, tokens[i + 1].text
    if joint == "-" and ((before in TENS and 1 <= SMALL.get(after, 0) <= 9) or after in SCALES):
        return i + 1
    hundreds = before in SCALES and before not in ("dozen", "score") and (after in SMALL or after in TENS)
    return i + 1 if joint == "and" and joined_by_and and hundreds else i


def _and_a_half(tokens: list[Token], start: int) -> int | None:
    """The index after "and a half" or "-and-a-half" at token `start`; not after "and a half-track"."""
    i = start
    words: list[str] = []
    while i < len(tokens) and len(words) < 3:
        if tokens[i].text != "-":
            words.append(tokens[i].text)
        i += 1
    if words != ["and", "a", "half"] or (tokens[start].text == "-" and not tokens[start].glued):
        return None
    joined = i < len(tokens) and tokens[i].text == "-" and tokens[i].glued
    return i + 1 if joined and tokens[start].text == "-" else None if joined else i
