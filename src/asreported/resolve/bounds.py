"""
The bounds of an amount under the words that bound or blur it: "at least", "nearly", "about".

Each row of data/qualifiers.toml names one of the effects below. No effect that blurs leaves an amount exact: 10 % of a
small number is less than one, so there the interval is widened to the next whole number ("about 3" is 2 to 4).
"""

from __future__ import annotations

from typing import NamedTuple

from .figure_tables import Number, Qualifier


class Amount(NamedTuple):
    """Tokens that say how many, `end` exclusive. `scale` is that of a numeral: "seven or eight million" shares it."""

    low: Number
    high: Number | None
    end: int
    rule: str
    scale: int = 1


def apply_effect(effect: str, amount: Amount) -> tuple[Number | None, Number | None]:
    """
    The bounds of `amount` under a qualifier's `effect`; a vague amount is not loosened further.

        >>> apply_effect("nearly", Amount(50, 50, 1, "number")), apply_effect("about", Amount(300, 300, 1, "number"))
        ((45, 49), (270, 330))
        >>> apply_effect("nearly", Amount(12, 12, 1, "number")), apply_effect("about", Amount(3, 3, 1, "number"))
        ((10, 11), (2, 4))
    """
    low, high = amount.low, amount.high
    match effect:
        case "at-least":
            return low, None
        case "more-than":
            return (low + 1 if isinstance(low, int) else low), None
        case "up-to":
            return 0, high
        case "fewer-than":
            return 0, (high - 1 if isinstance(high, int) and high > 1 else high)
    if amount.rule == "vague" or high is None:
        return low, high
    match effect:
        case "about":
            return _apart(_tenth_less(low), _tenth_more(high), up=True)
        case "nearly":
            below = max(0, high - 1) if isinstance(high, int) else high
            return _apart(min(_tenth_less(low), below), below)
        case "barely":
            return _apart(_tenth_less(low), high)
        case "odd":
            return low, high + _open_places(high) - 1
    raise ValueError(f"qualifiers.toml: effect {effect!r} is not one of those at its head; correct the row")


def _apart(low: Number, high: Number, *, up: bool = False) -> tuple[Number, Number]:
    """The interval with one whole number more below, and with `up` above, where its ends are the same."""
    if low != high:
        return low, high
    return max(0, low - 1), (high + 1 if up or low < 1 else high)


def _tenth_less(n: Number) -> Number:
    """Whole numbers inside the interval only: 90 % of 15 is 14."""
    return -(-9 * n // 10) if isinstance(n, int) else round(0.9 * n, 6)


def _tenth_more(n: Number) -> Number:
    return 11 * n // 10 if isinstance(n, int) else round(1.1 * n, 6)


def _open_places(n: Number) -> int:
    """10 for "thirty-odd", 100 for "three hundred-odd"."""
    places = 10
    while isinstance(n, int) and n and n % (places * 10) == 0:
        places *= 10
    return places


def strongest(seen: list[Qualifier]) -> Qualifier | None:
    """The last that bounds, else the last: in "perhaps no more than 500" the bound counts."""
    bounds = [row for row in seen if row.effect != "about"]
    return bounds[-1] if bounds else seen[-1] if seen else None
