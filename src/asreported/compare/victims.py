"""
Who was killed, told without a number: "X was shot dead", "a man", "the 19-year-old", "a mother and her son".

A noun phrase in the singular is one person, as the codebook has it ("a bare 'a man' needs no figure"); a phrase in
the plural without a number tells none, and neither does an actor as a whole ("the Iraqi army"). What stands beside a
name only to describe it ("the 16-year-old, Richard Hallman") is the same person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..records import Claim, Figure, Role
from ..resolve.actor_tables import actor_index
from ..resolve.names import fold, split_words
from .tables import tables

AGE = re.compile(r"[- ]?(?:years?|months?)[- ]old\b", re.IGNORECASE)
FRAGMENT = re.compile(r"(?:[-–’']|(?:years?|months?)[- ]old\b|old\b)", re.IGNORECASE)
"""How a filler begins that was cut out of "13-year-old boy"."""
JOINED = re.compile(r"\s*,?\s+and\s+|\s*&\s*")
BESIDE = re.compile(r"[\s,(:–-]*(?:identified as|named|known as)?[\s,]*")
AFTER_AGE = re.compile(r"\s*(?:[,.;:)]|$|(?:dead|dies|shot|killed|is|was|in|after)\b)")


def is_deadly(claim: Claim) -> bool:
    """
    Whether the trigger says that somebody died: "killed", "fatally shot"; "shot" alone leaves it open.

    A figure that changes a toll ("raised it to 86") is one of the dead whatever the trigger.
    """
    text, killed = fold(claim.trigger.text), tables().killed
    if any(word.startswith(killed.deadly) for word in text.split()) or any(p in text for p in killed.phrases):
        return True
    return any(figure.change and figure.change.kind in ("from", "to", "total") for figure in claim.figures)


def is_of_oneself(claim: Claim) -> bool:
    """Whether it tells of one who killed or shot himself: a perpetrator's death, which tolls include or not."""
    words = tables().killed.oneself
    targets = [role.text for role in claim.roles if role.role == "target"]
    return any(word in words for text in (claim.trigger.text, *targets) for word in fold(text).split()[-3:])


def is_age(claim: Claim, figure: Figure) -> bool:
    """
    Whether the number is somebody's age, read as a count: "5-year-old boy", "Marlon Eason, 10, was shot".
    """
    text, offset = claim.evidence.text, claim.evidence.start
    before, after = text[: max(0, figure.start - offset)], text[figure.end - offset :]
    if AGE.match(after):
        return True
    alone = figure.text.isdecimal() and len(figure.text) < 4
    return alone and before.rstrip().endswith((",", "(")) and AFTER_AGE.match(after) is not None


def count_told(claim: Claim) -> int:
    """How many people the targets of `claim` name one by one; 0 where the phrases tell no number."""
    return sum(number for _, number in _people(claim))


def names_told(claim: Claim) -> frozenset[str]:
    """The folded names of the persons among the targets."""
    people = (role.entity for role, _ in _people(claim) if role.entity and role.entity.type == "person")
    return frozenset(fold(entity.name) for entity in people)


def count_persons(names: Sequence[str]) -> int:
    """
    How many persons the names are at least: names that share a word may be one person's.

        >>> count_persons(["richard hallman", "hallman", "marlon eason"])
        2
    """
    kept: list[set[str]] = []
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        words = set(name.split())
        if not any(words & other for other in kept):
            kept.append(words)
    return len(kept)


def _people(claim: Claim) -> list[tuple[Role, int]]:
    """The targets that are told one by one, each with its number, descriptions beside a name left out."""
    found: list[tuple[Role, int]] = []
    before: Role | None = None
    targets = {(r.start, r.end): r for r in claim.roles if r.role == "target" and not FRAGMENT.match(r.text.strip())}
    for _, role in sorted(targets.items()):
        number = count_victims(role)
        if not number:
            before = None
            continue
        if before is None or not _is_same(claim, before, role):
            found.append((role, number))
        elif _is_name(role.text):  # the name says more than the description
            found[-1] = (role, found[-1][1])
        before = role
    return found


def _is_same(claim: Claim, one: Role, other: Role) -> bool:
    if one.carried or other.carried:
        return one.carried and other.carried and fold(one.text) == fold(other.text)
    offset = claim.evidence.start
    between = claim.evidence.text[one.end - offset : other.start - offset]
    described = _is_name(one.text) != _is_name(other.text)
    return not between.strip() or (described and BESIDE.fullmatch(between) is not None)


def _is_name(text: str) -> bool:
    first = text.strip().split(" ")[0]
    return first[:1].isupper() and fold(first) not in tables().killed.determiners and not AGE.search(text)


def count_victims(role: Role) -> int | None:
    """How many people a target is, where its words tell it."""
    if is_collective(role):
        return None
    several = role.entity and role.entity.id.startswith("people:") and role.text.endswith("s")  # no name: "Russians"
    return None if several else count_phrase(role.text)


def is_collective(role: Role) -> bool:
    """Whether the role is an actor as a whole: that the "Iraqi army" was hit does not say how many died."""
    if role.entity is None or role.entity.type in ("person", "civilians", None):
        return False
    words = fold(role.text).removeprefix("the ")
    return words == fold(role.entity.name) or bool(actor_index().match(split_words(role.text)))


def count_phrase(text: str) -> int | None:
    """
    How many people a noun phrase without a number means, None where it does not say.

        >>> count_phrase("a man"), count_phrase("the 19-year-old"), count_phrase("Eddie Holmes"), count_phrase("he")
        (1, 1, 1, 1)
        >>> count_phrase("the father and daughter"), count_phrase("an elderly couple")
        (2, 2)
        >>> count_phrase("the victims"), count_phrase("the family of a 17-year-old"), count_phrase("14-year-old boys")
        (None, None, None)
    """
    parts = [part for part in JOINED.split(re.sub(r"^both\s+", "", text.strip(), flags=re.IGNORECASE)) if part.strip()]
    numbers = [_count_one(part) for part in parts]
    return sum(number or 0 for number in numbers) if numbers and all(numbers) else None


def _count_one(text: str) -> int | None:
    killed = tables().killed
    text = text.strip(" \t\n\"'“”’.,;:()-–").split(",")[0]
    words = text.split()
    if len(words) == 1 and fold(words[0]) in killed.pronouns:
        return 1
    while words and fold(words[0]) in killed.determiners:
        words = words[1:]
    cut = next((n for n, word in enumerate(words) if n and word.lower() in killed.links), len(words))
    head = words[:cut]
    if not head or head[-1].isdecimal() or fold(head[0]) in killed.several:
        return None
    last = head[-1].removesuffix("'s").removesuffix("’s")
    key = fold(last)
    if key in killed.couples:
        return killed.couples[key]
    if key in killed.several:
        return None
    return None if key.endswith("s") and not key.endswith("ss") and not last[0].isupper() else 1
