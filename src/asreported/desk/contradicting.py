"""
Contradictions as a page lists them: figures of one question that all exclude one another stand together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from ..compare.contradictions import Contradiction, Statement


def join_pairs(contradictions: Iterable[Contradiction]) -> list[Contradiction]:
    """
    `contradictions` with the pairs of figures of one question joined where no two of them have a number in common.

    61 against 160, 61 against 240 and 160 against 240 are one list of three, from the lowest on.
    """
    groups: dict[tuple[str, str], list[Contradiction]] = defaultdict(list)
    for one in contradictions:
        groups[one.kind, one.about].append(one)
    joined: list[Contradiction] = []
    for (kind, _), group in groups.items():
        statements = {(s.key, s.says): s for one in group for s in one.statements}
        number = len(statements)
        if kind == "figures" and number > 2 and len(group) == number * (number - 1) // 2:
            ordered = tuple(sorted(statements.values(), key=_bounds))
            joined.append(msgspec.structs.replace(group[0], statements=ordered))
        else:
            joined += group
    return joined


def _bounds(statement: Statement) -> tuple[float, float, str]:
    high = float("inf") if statement.high is None else statement.high
    return statement.low or 0, high, statement.key
