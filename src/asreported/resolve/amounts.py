"""
Find the amounts in a list of tokens: numerals, vague figures and the ranges that they open.

What looks like an amount and counts nothing is told apart here: ages, days and times, numbers that name a thing
("Resolution 2254"), shares ("one in five", "30 %"), ratios and multiples of another figure ("three times as many").
"""

from __future__ import annotations

from typing import NamedTuple

from .bounds import Amount
from .counted import unit_after
from .figure_tables import Number, match_phrase, tables
from .numerals import MONTHS, NAMED, SCALES, Token, read_numeral


def read_amount(tokens: list[Token], i: int, between: bool = False) -> Amount | None:
    """
    The amount that begins at token `i`: a numeral, a vague figure, or "several hundred".

    `between` is True after that word, where `and` parts the ends of a range.
    """
    rows = tables()
    if found := match_phrase(rows.multipliers, tokens, i):
        row, end = found
        at = end + 1 if end < len(tokens) and tokens[end].text == "of" else end
        scale = SCALES.get(tokens[at].text.removesuffix("s")) if at < len(tokens) else None
        if scale:
            low, high = row.low * scale, (row.high or row.low) * scale
            return Amount(int(low), int(high), at + 1, "number" if low == high else "vague", scale)
        if row.alone:
            return Amount(row.low, row.high, end, "number" if row.low == row.high else "vague")
    vague = match_phrase(rows.vague, tokens, i)
    numeral = read_numeral(tokens, i, joined_by_and=not between)
    if numeral and not (vague and vague[1] > numeral.end):  # "two-digit" is not two
        if numeral.end < len(tokens) and tokens[numeral.end].text in ("pairs", "couples"):
            return Amount(2 * numeral.value, 2 * numeral.value, numeral.end + 1, "number")
        return Amount(numeral.value, numeral.value, numeral.end, "number", numeral.scale)
    if vague:
        row, end = vague
        if tokens[i].text == "another" and _goes_on(tokens, i + 1, between):
            return None
        return Amount(row.low, row.high, end, "number" if row.low == row.high else "vague")
    return None


def _goes_on(tokens: list[Token], start: int, between: bool) -> bool:
    """Whether "another" is not one by itself: "another 250"; but "another of the two" is."""
    for at in range(start, min(start + 3, len(tokens))):
        if tokens[at].text in ("another", "of"):
            return False
        if read_amount(tokens, at, between):
            return True
    return False


# ---- numbers that count nothing ----------------------------------------------------------


def counts_nothing(tokens: list[Token], start: int, end: int) -> bool:
    """Whether the number at `start` is an age, a day, a time of day or part of a name."""
    return (
        _is_age(tokens, start, end)
        or _is_day(tokens, start, end)
        or _is_time_of_day(tokens, start, end)
        or _is_name(tokens, start)
    )


def _is_age(tokens: list[Token], start: int, end: int) -> bool:
    """Whether the number is an age: "a 12-year-old boy", "aged 12"."""
    after = [token.text for token in tokens[end : end + 5] if token.text != "-"]
    if after[:1] in (["year"], ["years"], ["month"], ["months"]) and after[1:2] in (["old"], ["olds"], ["of"]):
        return after[1] != "of" or after[2:3] == ["age"]
    i = start - 1
    while i > 0 and (tokens[i].kind == "number" or tokens[i].text in AGE_JOINTS):
        i -= 1
    return i >= 0 and tokens[i].text in ("aged", "age", "ages")


AGE_JOINTS = frozenset({",", "and", "or", "to", "-", "between"})  # "aged 4, 6 and 8"


def _is_day(tokens: list[Token], start: int, end: int) -> bool:
    """Whether the number is a day or a year: "12 March", "March 12, 2016", "the 12 and 13 March"."""
    if tokens[start].kind != "number" or end != start + 1:
        return False
    before = [token.text for token in tokens[max(0, start - 3) : start]]
    after = [token.text for token in tokens[end : end + 4]]
    if after[:1] and after[0] in MONTHS:
        # "12 may have died": a verb
        return after[0] != "may" or after[1:2] not in (["have"], ["be"], ["not"], ["well"], ["still"])
    if after[1:3] and after[0] in ("-", "and", "to", "or") and tokens[end + 1].kind == "number":
        return after[2:3] != [] and after[2] in MONTHS
    if before[-1:] and before[-1] in MONTHS:
        return before[-1] != "may" or len(tokens[start].text) < 3
    year = len(tokens[start].text) == 4 and tokens[start].text[:2] in ("19", "20")
    if year and before[-1:] == [","] and len(before) == 3 and before[0] in MONTHS:
        return True
    return year and before[-1:] != [] and before[-1] in ("in", "since", "of", "late", "early", "until", "during", "by")


def _is_time_of_day(tokens: list[Token], start: int, end: int) -> bool:
    after = [token.text for token in tokens[end : end + 2]]
    if after[:1] == [":"] and tokens[end].glued and len(after) == 2 and tokens[end + 1].kind == "number":
        return True
    if start > 1 and tokens[start - 1].text == ":" and tokens[start].glued and tokens[start - 2].kind == "number":
        return True
    return after[:1] in (["am"], ["pm"], ["gmt"], ["utc"]) or (after == ["o", "'"] or after == ["o", "’"])


def _is_name(tokens: list[Token], start: int) -> bool:
    """Whether the number belongs to the word before it: "Resolution 2254", "Unit 61", "Highway 4"."""
    return start > 0 and tokens[start].kind == "number" and tokens[start - 1].text in NAMED


# ---- ranges ------------------------------------------------------------------------------


def read_range(tokens: list[Token], first: Amount, between: bool) -> Amount:
    """The range from `first` to a second amount that a connector ties to it, else `first`."""
    i = first.end
    if [token.text for token in tokens[i : i + 2]] == ["of", "them"]:
        i += 2
    if listed := _alternatives(tokens, first):
        return listed
    found = _connector(tokens, i, between)
    if found is None:
        return first
    dash, i = tokens[found.end - 1].text == "-", _past_noise(tokens, found.end)
    if qualified := match_phrase(tables().before, tokens, i):
        i = qualified[1]
    second = read_amount(tokens, i, between) if i < len(tokens) else None
    if second is None or (found.past_noun and second.end < len(tokens) and tokens[second.end].kind == "word"):
        return first
    return _joined(first, second, dash)


class _Joint(NamedTuple):
    """Where the words that join two ends stop, and whether a noun stands before them: "two men, perhaps three"."""

    end: int
    past_noun: bool


def _connector(tokens: list[Token], i: int, between: bool) -> _Joint | None:
    for at in range(i, min(i + 3, len(tokens))):
        start = _past_noise(tokens, at)
        found = match_phrase(tables().connectors, tokens, start)
        if found and (found[0].needs != "between" or between) and (at == i or found[0].hedge):
            return _Joint(found[1], at > i)
        if tokens[at].kind != "word" or tokens[at].text in tables().stops:
            return None
    return None


def _joined(first: Amount, second: Amount, dash: bool) -> Amount:
    low, first_high = first.low, first.high
    # "seven or eight million", "5-10,000": the first end shares the scale of the second.
    scale = second.scale
    if dash and scale == 1 and second.low >= 1000 and second.low % 1000 == 0 and low < 1000:
        scale = 1000
    if first.scale == 1 and scale > 1 and first_high is not None and first_high * scale <= second.low:
        low, first_high = low * scale, first_high * scale
    second_low, second_high = second.low, second.high
    # "a hundred or two": the second end shares the scale of the first.
    if low == first.scale > 1 and second.scale == 1 and second_high is not None and 1 < second_high < 4:
        second_low, second_high = second_low * first.scale, second_high * first.scale
    if first_high is None or second_high is None or not (low <= second_low and first_high <= second_high):
        return first
    rule = "range" if first.rule == second.rule == "number" else "vague"
    return Amount(low, second_high, second.end, rule, second.scale)


def read_fall(tokens: list[Token], first: Amount) -> Amount | None:
    """The second number of "from 12 to 9", which is no range: what has become of the first."""
    if first.end + 1 >= len(tokens) or tokens[first.end].text != "to":
        return None
    second = read_amount(tokens, first.end + 1)
    fallen = second is not None and second.high is not None and second.high < first.low
    return second._replace(rule="to") if second and fallen else None


def _alternatives(tokens: list[Token], first: Amount) -> Amount | None:
    """ "thirty, forty", "eight, eighty or none": numbers after commas that are other guesses, not other figures."""
    values: list[Number] = [first.low]
    i = first.end
    while i + 1 < len(tokens) and tokens[i].text in (",", "or"):
        last = tokens[i].text == "or"
        amount = read_amount(tokens, i + 1)
        zero = match_phrase(tables().zero, tokens, i + 1)
        if amount is None and not (last and zero):
            return None
        values.append(amount.low if amount else 0)
        i = amount.end if amount else i + 2
        if last:
            return Amount(min(values), max(values), i, "range") if len(values) > 2 else None
    guess = len(values) == 2 and values[0] < values[1] <= 2 * values[0]
    as_said = guess and (all(n % 5 == 0 for n in values) or values[1] == values[0] + 1)
    followed = i < len(tokens) and tokens[i].text in (",", "and", ";", "of")
    return Amount(values[0], values[1], i, "range") if as_said and not followed else None


def _past_noise(tokens: list[Token], i: int) -> int:
    """Past a comma, quotation marks and currencies: "$750 to $950"."""
    while i < len(tokens) and (tokens[i].text in NOISE or tables().units.get(tokens[i].text) == "money"):
        i += 1
    return i


NOISE = frozenset(",\"'“”‘’")


# ---- shares and multiples ----------------------------------------------------------------


def is_percent(tokens: list[Token], i: int) -> bool:
    words = [token.text for token in tokens[i : i + 2]]
    return words[:1] in (["%"], ["percent"], ["pct"], ["percentage"]) or words == ["per", "cent"]


def is_share(tokens: list[Token], amount: Amount) -> bool:
    """Whether the amount is the upper half of a fraction: "two thirds", "1/3", "one in five", "one man in four"."""
    at = amount.end + 1 if amount.end < len(tokens) and tokens[amount.end].text in ("-", "/") else amount.end
    if at < len(tokens) and (tokens[at].text in tables().fractions or tokens[at - 1].text == "/"):
        return True
    if amount.high is None or amount.high >= 10:
        return False
    joint = next((i for i in (amount.end, amount.end + 1) if i < len(tokens) and tokens[i].text == "in"), None)
    if joint is None or joint + 1 >= len(tokens):
        return False
    whole = read_numeral(tokens, joint + 1)
    if whole is None or not amount.high < whole.value <= 100:
        return False
    if joint > amount.end:  # "one man in two attacks" is no share
        return whole.end >= len(tokens) or tokens[whole.end].kind != "word"
    return unit_after(tokens, whole.end) != "time"


def is_ratio(tokens: list[Token], amount: Amount) -> bool:
    """ "three to one", "three-to-one": how many for each, not how many."""
    words = [token.text for token in tokens[amount.end : amount.end + 4] if token.text != "-"]
    return words[:2] == ["to", "one"] and amount.low > 1


def is_comparison(tokens: list[Token], i: int) -> bool:
    """Whether the amount multiplies another that is not stated here: "three times as many", "double that"."""
    times = i < len(tokens) and tokens[i].text in ("times", "fold")
    at = i + 1 if times else i
    word = tokens[at].text if at < len(tokens) else ""
    multiple = times or tokens[i - 1].text in MULTIPLES
    return word == "that" or (multiple and word in COMPARING)


MULTIPLES = frozenset({"twice", "double", "triple"})
COMPARING = frozenset({"as", "higher", "larger", "bigger", "greater", "the", "what"})
