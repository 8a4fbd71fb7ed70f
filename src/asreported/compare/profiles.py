"""
What claims say of an actor, and what a source says: counts of kinds, of who blames whom, of verbs of saying.

Everything is a count of claims, of which several may tell of one thing; nothing is weighed. Blame is counted over
asserted claims of fighting and harm: who is named as the one who did it, and according to whom.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from ..codebook import kinds
from ..records import Kept, Record
from ..resolve.names import fold
from .chains import UNNAMED, Voices, innermost, is_unnamed, name_source

BLAMED = ("fighting", "harm")
"""Families of kinds that somebody is blamed for."""


class Count(Record, frozen=True, kw_only=True):
    """A value, what it is called, and of how many claims it is."""

    value: str
    label: str
    claims: int


class Party(Record, frozen=True, kw_only=True):
    """What an actor is said to do, or what is said to be done to him."""

    kinds: tuple[Count, ...]
    kepts: tuple[Kept, ...]
    """Those that are said to be actual before others, each in the order given."""


def find_party(kepts: Sequence[Kept], ids: Collection[str], role: str) -> Party:
    """The claims in which one of the actors `ids` plays `role`: "actor" or "target"."""
    found = [kept for kept in kepts if plays(kept, ids, role)]
    ordered = sorted(found, key=lambda kept: kept.claim.status != "actual" or kept.review == "rejected")
    return Party(kinds=count_kinds(found), kepts=tuple(ordered))


def plays(kept: Kept, ids: Collection[str], role: str) -> bool:
    """Whether one of the actors plays the role in the claim."""
    return any(one.role == role and one.entity and one.entity.id in ids for one in kept.claim.roles)


def count_kinds(kepts: Iterable[Kept]) -> tuple[Count, ...]:
    """Of which kinds they are, the most frequent first."""
    return _ranked((kept.claim.kind, kept.claim.kind) for kept in kepts)


def count_statuses(kepts: Iterable[Kept]) -> tuple[Count, ...]:
    """Whether they are said to be actual, possible, denied and so on."""
    return _ranked((kept.claim.status, kept.claim.status) for kept in kepts)


def count_voices(kepts: Sequence[Kept]) -> tuple[Count, ...]:
    """According to whom, by independent voices; the value is what `speaker` gives of a claim of each."""
    voices = Voices(kepts)
    keys = [(voices.of(kept), speaker(kept)) for kept in kepts]
    first: dict[str, str] = {}
    for voice, value in keys:
        first.setdefault(voice.key, value)
    return _ranked((first[voice.key], voice.name) for voice, _ in keys)


def speaker(kept: Kept) -> str:
    """
    Who says it at first hand, as pages name him: `source:NAME`, `publisher:NAME`, or nothing where no name is known.
    """
    source = innermost(kept.claim.sources)
    if source is None or is_unnamed(source):
        return f"publisher:{kept.report.publisher}" if kept.report.publisher else ""
    return f"source:{source.name or source.text}"


def count_blamed(kepts: Iterable[Kept]) -> tuple[Count, ...]:
    """Whom asserted claims of fighting and harm name as having done it; the value is the id of the actor."""
    return _ranked(
        (id, name)
        for kept in kepts
        if is_blame(kept)
        for id, name in {r.entity.id: r.entity.name for r in kept.claim.roles if r.role == "actor" and r.entity}.items()
    )


def is_blame(kept: Kept) -> bool:
    """Whether it is an asserted claim of fighting or harm that names who did it, and was not rejected in review."""
    families = {kind.key: kind.family for kind in kinds()}
    asserted = kept.claim.status == "actual" and kept.review != "rejected"
    named = any(role.role == "actor" and role.entity for role in kept.claim.roles)
    return families.get(kept.claim.kind) in BLAMED and asserted and named


def count_stances(kepts: Iterable[Kept]) -> tuple[Count, ...]:
    """How the innermost sources are made to say it: the stance of the words of saying."""
    told = (innermost(kept.claim.sources) for kept in kepts)
    return _ranked((source.stance, source.stance) for source in told if source and source.stance)


def count_cues(kepts: Iterable[Kept]) -> tuple[Count, ...]:
    """The words of saying themselves: "said", "claimed"."""
    told = (innermost(kept.claim.sources) for kept in kepts)
    return _ranked((cue, cue) for source in told if source and source.cue and (cue := source.cue.text.lower()))


def count_quoted(kepts: Iterable[Kept]) -> tuple[Count, ...]:
    """Whom reports quote at first hand, by name or words; what the publisher says itself is not counted."""
    told = (innermost(kept.claim.sources) for kept in kepts)
    names = [UNNAMED if is_unnamed(source) else name_source(source) for source in told if source]
    return _ranked(("source:?" if name == UNNAMED else f"source:{fold(name)}", name) for name in names)


def _ranked(pairs: Iterable[tuple[str, str]]) -> tuple[Count, ...]:
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for value, label in pairs:
        counts[value] += 1
        labels.setdefault(value, label)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Count(value=value, label=labels[value], claims=number) for value, number in ranked)
