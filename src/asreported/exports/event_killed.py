"""
The killed of an event: the range over its reports, ACLED's one number, UCDP's three.

The range is that of compare/tolls.py over the reports that tell of deaths; a report that tells of wounds only tells no
number of dead here. ACLED takes the lowest number that any report tells. Words ("dozens") are no number to it, but by
option what its codebook counts them as, where no report tells a number. A total over several events of one incident is
divided over those without a number of their own, the remainder to the first.

UCDP's best estimate is what a person accepted or corrected, else the lower bound that most independent voices tell, of
several the lowest. It is never a mean.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from ..compare.chains import Voices
from ..compare.questions import is_tally
from ..compare.scenes import find_days
from ..compare.tolls import Bound, range_of_killed, report_toll
from ..compare.victims import count_victims, is_age, is_collective, is_deadly, is_of_oneself
from ..records import Claim, Figure, Kept
from .event_scenes import HARM
from .event_tables import vague_count
from .events import Event, as_actual
from .told import Told

Number = int | float
PLURAL = 3
"""ACLED's number for several dead of whom no number is told, the smaller of its two."""


class Killed(NamedTuple):
    """The range over the reports; both None where no report tells of deaths, `high` None where it is open."""

    low: Bound
    high: Bound
    told: bool


def killed_range(kepts: Iterable[Kept], *, tallies: bool = False) -> Killed:
    """
    What the claims of one event tell of its killed; deaths without any number are 0 or more.

    With `tallies` the dead of a longer period count, too, where nothing but such is told.
    """
    kepts = as_actual(list(kepts))
    harm = [_without_victims(kept) for kept in _of_deaths(kepts, tallies=tallies)]
    if not harm:
        return Killed(None, None, told=False)
    low, high = range_of_killed(harm)
    if (low, high) == (0, 0) and any(_tells_deaths(kept) and not counting_figures(kept.claim) for kept in harm):
        return Killed(0, None, told=True)
    if (low, high) == (0, 0) and any(_tells_deaths(kept) and is_tally(find_days(kept)) for kept in kepts):
        return Killed(None, None, told=False)  # shots and wounds beside the dead of a longer period are no "0 killed"
    return Killed(low, high, told=low is not None)


# ---- ACLED: one number -----------------------------------------------------------------------


def fatalities(event: Event, *, vague_numbers: bool) -> int:
    """ACLED's `fatalities`: the lowest number told, and this event's part of the totals that it shares."""
    own = _lowest(event.kepts, vague_numbers)
    if own or not event.totals:
        return own
    others = [_lowest([one.kept for one in told], vague_numbers) for told in event.siblings]
    rest = max(0, _lowest([one.kept for one in event.totals], vague_numbers) - sum(others))
    without = [told[0].key for told, number in zip(event.siblings, others, strict=True) if not number]
    return divide(rest, len(without))[without.index(event.told[0].key)]


def divide(number: int, parts: int) -> list[int]:
    """
    A total over several rows, the remainder to the first.

        >>> divide(32, 3)
        [12, 10, 10]
    """
    return [number // parts + (number % parts if part == 0 else 0) for part in range(parts)]


def _lowest(kepts: Sequence[Kept], vague_numbers: bool) -> int:
    harm = _of_deaths(kepts)
    numbers = [_without_words(kept) for kept in harm]
    if any(_has_number(kept) for kept in numbers):
        return int(range_of_killed(_numbered(numbers))[0] or 0)
    if not vague_numbers:
        return 0
    counts = [number for kept in harm if (number := _count_words(kept.claim)) is not None]
    return min(counts, default=0)


def _without_words(kept: Kept) -> Kept:
    """`kept` whose figures in words tell no number."""
    if not any(vague_count(figure) for figure in kept.claim.figures):
        return kept
    figures = tuple(figure for figure in kept.claim.figures if not vague_count(figure))
    targets = tuple(role for role in kept.claim.roles if role.role != "target")  # "dozens of people" name nobody
    return msgspec.structs.replace(kept, claim=msgspec.structs.replace(kept.claim, figures=figures, roles=targets))


def _without_victims(kept: Kept) -> Kept:
    """`kept` without its targets where a word without a number counts them: "mass civilian casualties" names nobody."""
    claim = kept.claim
    vague = any(f.unit == "people" and f.low is None and f.high is None and vague_count(f) for f in claim.figures)
    if not vague or counting_figures(claim):
        return kept
    roles = tuple(role for role in claim.roles if role.role != "target")
    return msgspec.structs.replace(kept, claim=msgspec.structs.replace(claim, roles=roles))


def _has_number(kept: Kept) -> bool:
    return _tells_deaths(kept) and report_toll([kept]) is not None


def _numbered(kepts: Sequence[Kept]) -> list[Kept]:
    """The claims of those reports that tell a number."""
    reports = {kept.report.key for kept in kepts if _has_number(kept)}
    return [kept for kept in kepts if kept.report.key in reports]


def _count_words(claim: Claim) -> int | None:
    """ACLED's number for the words of a killing; None where they do not say that several died."""
    if claim.kind != "killing" or not is_deadly(claim):
        return None
    counts = [count for figure in claim.figures if (count := vague_count(figure)) is not None]
    if counts:
        return min(counts)
    targets = [role for role in claim.roles if role.role == "target" and not is_collective(role)]
    return PLURAL if targets and not any(count_victims(role) for role in targets) else None


# ---- UCDP: three numbers ---------------------------------------------------------------------


class Estimate(NamedTuple):
    """UCDP's numbers; `high` None is open. `of` are the claims that `best` is of, `why` how it was chosen."""

    low: int
    best: int
    high: int | None
    of: tuple[Kept, ...]
    why: str


BY_PERSON = "a person accepted or corrected the claim"
BY_VOICES = "the lower bound that most independent voices tell"


def estimate(told: Sequence[Told]) -> Estimate | None:
    """UCDP's `low`, `best` and `high` of one event; None where no death is told."""
    kepts = as_actual([one.kept for one in told])
    killed = killed_range(kepts, tallies=True)
    if not killed.told or killed.high == 0:
        return None
    low = int(killed.low or 0)
    high = None if killed.high is None else max(low, int(killed.high))
    harm = [_without_victims(kept) for kept in _of_deaths(kepts, tallies=True) if kept.claim.kind == "killing"]
    best, of, why = _decided(told, harm) or _most_supported(harm) or (low, tuple(harm), BY_VOICES)
    return Estimate(low, max(low, min(best, high) if high is not None else best), high, of, why)


def _decided(told: Sequence[Told], harm: Sequence[Kept]) -> tuple[int, tuple[Kept, ...], str] | None:
    """The number of the report on whose claims a person decided last."""
    decided = {one.key: one.reviewed_at or "" for one in told if one.kept.review in ("accepted", "corrected")}
    reports: dict[str, list[Kept]] = defaultdict(list)
    for kept in harm:
        if kept.key in decided:
            reports[kept.report.key].append(kept)
    tolls = [
        (max(decided[kept.key] for kept in kepts), key, toll[0], kepts)
        for key, kepts in reports.items()
        if (toll := report_toll(kepts)) is not None
    ]
    if not tolls:
        return None
    _, _, number, kepts = max(tolls, key=lambda found: found[:2])
    return int(number), tuple(kepts), BY_PERSON


def _most_supported(harm: Sequence[Kept]) -> tuple[int, tuple[Kept, ...], str] | None:
    """Each independent voice counts once, by the last number that it tells, also within one report ("rose to 86")."""
    voices = Voices(harm)
    told: dict[str, dict[tuple[str, str], list[Kept]]] = defaultdict(lambda: defaultdict(list))
    for kept in harm:
        told[voices.of(kept).key][kept.report.published or "", kept.report.key].append(kept)
    last: dict[str, tuple[int, list[Kept]]] = {}
    for voice, reports in told.items():
        for _, some in sorted(reports.items()):
            kepts = [kept for kept in some if _is_latest(kept)] or some
            if (toll := report_toll(kepts)) is not None:
                last[voice] = int(toll[0]), kepts
    if not last:
        return None
    support = Counter(number for number, _ in last.values())
    best = min(support, key=lambda number: (-support[number], number))
    return best, tuple(kept for number, kepts in last.values() if number == best for kept in kepts), BY_VOICES


# ---- which claims and figures count ----------------------------------------------------------


def _is_latest(kept: Kept) -> bool:
    return any(figure.change and figure.change.kind in ("to", "total") for figure in counting_figures(kept.claim))


def _of_deaths(kepts: Iterable[Kept], *, tallies: bool = False) -> list[Kept]:
    """
    The claims of those reports that tell of deaths, as far as they are of harm.

    Tallies of long periods are left out; with `tallies` they are taken, as if of one event, where nothing of a shorter
    time is told but wounds.
    """
    kepts = as_actual(list(kepts))
    killings = [kept for kept in kepts if kept.claim.kind == "killing" and not is_tally(find_days(kept))]
    if tallies and not killings and all(kept.claim.kind in HARM or is_tally(find_days(kept)) for kept in kepts):
        return [_undated(kept) for kept in kepts if kept.claim.kind == "killing"]
    reports = {kept.report.key for kept in killings}
    injuries = [kept for kept in kepts if kept.claim.kind == "injury" and kept.report.key in reports]
    return killings + injuries


def _undated(kept: Kept) -> Kept:
    return msgspec.structs.replace(kept, claim=msgspec.structs.replace(kept.claim, when=None))


def _tells_deaths(kept: Kept) -> bool:
    return kept.claim.kind == "killing" and is_deadly(kept.claim) and not is_of_oneself(kept.claim)


def counting_figures(claim: Claim) -> list[Figure]:
    """The figures of a killing that tell a number of its dead, parts of a whole too."""
    return [
        figure
        for figure in claim.figures
        if claim.kind == "killing"
        and figure.unit == "people"
        and figure.of in ("target", None)
        and not figure.rate
        and figure.low is not None
        and not is_age(claim, figure)
    ]


def counting_people(kepts: Sequence[Kept], kind: str) -> tuple[int, int | None] | None:
    """
    The lowest and highest number of people that the claims of a kind count as their targets; None where none does.

    Parts, rates and changes are no totals; an open upper bound is None.
    """
    figures = [
        figure
        for kept in kepts
        if kept.claim.kind == kind
        for figure in kept.claim.figures
        if figure.unit == "people" and figure.of in ("target", None) and not figure.rate and figure.part_of is None
        if not (figure.change and figure.change.kind in ("by", "additional"))
        if (figure.low is not None or figure.high is not None) and not is_age(kept.claim, figure)
    ]
    if not figures:
        return None
    highs = [figure.high for figure in figures]
    top = None if None in highs else max(int(high) for high in highs if high is not None)
    return min(int(figure.low or 0) for figure in figures), top
