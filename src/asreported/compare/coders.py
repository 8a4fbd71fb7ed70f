"""
How far people who decided on the same claims agree: what each took a claim to say, compared attribute by attribute.

An accepted claim says what the model read; a corrected one that with the corrections on top; a rejected one says
nothing, so it only counts for whether there is a claim at all; one that somebody was unsure of counts for nothing but
the table of reviews. Sets are compared as sets, and a space at the end of a span is none of its words: neither the
order of roles, figures and sources nor stray white space makes a difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..ledger.decisions import apply_corrections
from ..records import Claim, Record, Role, Source
from ..resolve.names import fold
from .chains import is_unnamed
from .reliability import (
    Measure,
    Overlap,
    Pair,
    Resampling,
    Unit,
    measure_agreement,
    measure_alpha,
    measure_f1,
    measure_kappa,
)

ATTRIBUTES = ("is_claim", "kind", "status", "actor", "target", "place", "days", "figures", "source")
"""What is compared. `is_claim` is whether it is one at all."""
IS_CLAIM = {"accepted": "yes", "corrected": "yes", "rejected": "no"}
NONE = "none"
PLACE_ROLES = ("place", "origin", "destination")


class Words(Record, frozen=True, kw_only=True, order=True):
    """A span that plays a part, without white space around it."""

    part: str
    """`trigger` or a role."""
    start: int
    end: int


class Coding(Record, frozen=True, kw_only=True):
    """What one person made of a claim."""

    coder: str
    review: str
    values: dict[str, str]
    """Attribute → value; those that the review leaves without one are missing."""
    spans: tuple[Words, ...] = ()


class Coded(Record, frozen=True, kw_only=True):
    """A claim that several people decided on, each without seeing what the others did."""

    key: str
    report: str
    kind: str
    """As it was read, so that no decision moves a claim out of a selection by kind."""
    first: Coding | None
    """The first decision; None where it was undone."""
    others: tuple[Coding, ...]


class Attribute(Record, frozen=True, kw_only=True):
    """How far coders agree on one attribute."""

    name: str
    claims: int
    """With two values at least."""
    reports: int
    pairs: int
    agreement: Measure
    kappa: Measure
    alpha: Measure


class Spans(Record, frozen=True, kw_only=True):
    """How far the words that coders marked are the same: at both ends (`exact`), or sharing a character (`overlap`)."""

    name: str
    claims: int
    spans: int
    exact: Measure
    overlap: Measure


class Confusion(Record, frozen=True, kw_only=True):
    """How often the first coder gave `labels[row]` where the second gave `labels[column]`."""

    name: str
    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class Agreement(Record, frozen=True, kw_only=True):
    """All that is to be told of how far coders agree."""

    claims: int
    reports: int
    coders: tuple[tuple[str, int], ...]
    """Each with how many of the claims."""
    attributes: tuple[Attribute, ...]
    spans: tuple[Spans, ...]
    confusions: tuple[Confusion, ...]


# ---- what somebody made of a claim ---------------------------------------------------------


def code(coder: str, review: str, claim: Claim, corrections: Mapping[str, Any]) -> Coding:
    """
    What `coder` made of `claim`, which is as the model read it.

    Raises: LedgerError where the corrections do not fit.
    """
    values = {"is_claim": IS_CLAIM[review]} if review in IS_CLAIM else {}
    if values.get("is_claim") != "yes":
        return Coding(coder=coder, review=review, values=values)
    meant = apply_corrections(claim, dict(corrections))
    return Coding(coder=coder, review=review, values=values | values_of(meant), spans=spans_of(meant))


def values_of(claim: Claim) -> dict[str, str]:
    """For each attribute what `claim` says, such that the same is said by the same string."""
    when, where = claim.when, claim.where
    place = NONE if where is None else str(where.gazetteer_id or _folded(where.name))
    figures = (f"{_number(f.low)}..{_number(f.high)} {f.unit} of {f.of}" for f in claim.figures)
    return {
        "kind": claim.kind,
        "status": claim.status,
        "actor": _set(_filler(role) for role in claim.roles if role.role == "actor"),
        "target": _set(_filler(role) for role in claim.roles if role.role == "target"),
        "place": place,
        "days": NONE if when is None else f"{when.start}..{when.end}",
        "figures": _set(figures),
        "source": _set(map(_source, claim.sources)) if claim.sources else "the publisher",
    }


def spans_of(claim: Claim) -> tuple[Words, ...]:
    """The words of the trigger and of the roles, each once, without white space around them."""
    found = {_words("trigger", claim.trigger.start, claim.trigger.text)}
    found |= {_words(role.role, role.start, role.text) for role in claim.roles}
    return tuple(sorted(found))


def _words(part: str, start: int, text: str) -> Words:
    start += len(text) - len(text.lstrip())
    return Words(part=part, start=start, end=start + len(text.strip()))


def _filler(role: Role) -> str:
    return role.entity.id if role.entity else f"words:{_folded(role.text)}"


def _source(source: Source) -> str:
    return "?" if is_unnamed(source) else _folded(source.name or source.text or "")


def _folded(text: str) -> str:
    return " ".join(fold(text).split())


def _number(value: float | None) -> str:
    return "" if value is None else repr(float(value))


def _set(values: Iterable[str]) -> str:
    return " + ".join(sorted(set(values))) or NONE


def differences(a: Coding, b: Coding) -> tuple[str, ...]:
    """
    The attributes on which two codings of a claim differ, `words` for their spans, `review` for the review.

    A correction that changes neither an attribute nor the words is no disagreement with one who accepts.
    """
    differing = [name for name in ATTRIBUTES[1:] if a.values.get(name) != b.values.get(name)]
    if a.values.get("is_claim") != b.values.get("is_claim"):
        return ("review",)
    words = ["words"] if a.spans != b.spans else []
    reviews = ["review"] if a.review != b.review and (differing or words) else []
    return (*reviews, *differing, *words)


# ---- how far all agree -------------------------------------------------------------------


def measure(coded: Sequence[Coded], between: tuple[str, str] | None = None) -> Agreement:
    """
    How far the codings of `coded` agree, of the two coders `between` alone where they are given.

    Pairs (per cent, κ, F1, tables) are the first decision and each other one, or those of the two coders; α takes all
    codings of a claim together.
    """
    chosen = [c for c in (_choose(one, between) for one in coded) if len(c.others) + (c.first is not None) > 1]
    reports = {report: number for number, report in enumerate(sorted({one.report for one in chosen}))}
    resampling = Resampling(max(1, len(reports)))
    numbered = [(reports[one.report], one) for one in sorted(chosen, key=lambda one: one.key)]
    coders = Counter(coding.coder for one in chosen for coding in _codings(one))
    return Agreement(
        claims=len(chosen),
        reports=len(reports),
        coders=tuple(sorted(coders.items(), key=lambda item: (-item[1], item[0]))),
        attributes=tuple(_attribute(name, numbered, resampling) for name in ATTRIBUTES),
        spans=tuple(_spans(name, numbered, resampling) for name in ("trigger", "roles")),
        confusions=(
            _confusion("review", ((a.review, b.review) for one in chosen for a, b in _pairs(one))),
            _confusion("kind", _both(chosen, "kind")),
        ),
    )


def _choose(one: Coded, between: tuple[str, str] | None) -> Coded:
    """Of two coders the one named first takes the place of the first decision, whoever of them decided first."""
    if between is None:
        return one
    by = {coding.coder: coding for coding in _codings(one)}
    others = tuple(by[name] for name in between[1:] if name in by)
    return Coded(key=one.key, report=one.report, kind=one.kind, first=by.get(between[0]), others=others)


def _codings(one: Coded) -> tuple[Coding, ...]:
    return (*((one.first,) if one.first else ()), *one.others)


def _pairs(one: Coded) -> list[tuple[Coding, Coding]]:
    return [(one.first, other) for other in one.others] if one.first else []


def _both(chosen: Iterable[Coded], name: str) -> Iterable[tuple[str, str]]:
    for one in chosen:
        for a, b in _pairs(one):
            if name in a.values and name in b.values:
                yield a.values[name], b.values[name]


def _attribute(name: str, numbered: Sequence[tuple[int, Coded]], resampling: Resampling) -> Attribute:
    pairs = [Pair(report, a, b) for report, one in numbered for a, b in _both((one,), name)]
    units = [
        Unit(report, values)
        for report, one in numbered
        if len(values := tuple(c.values[name] for c in _codings(one) if name in c.values)) > 1
    ]
    return Attribute(
        name=name,
        claims=len(units),
        reports=len({unit.report for unit in units}),
        pairs=len(pairs),
        agreement=measure_agreement(pairs, resampling),
        kappa=measure_kappa(pairs, resampling),
        alpha=measure_alpha(units, resampling),
    )


def _spans(name: str, numbered: Sequence[tuple[int, Coded]], resampling: Resampling) -> Spans:
    exact, overlap, claims = [], [], set()
    for report, one in numbered:
        for a, b in _pairs(one):
            if a.values.get("is_claim") == b.values.get("is_claim") == "yes":
                left, right = _part(a.spans, name), _part(b.spans, name)
                exact.append(Overlap(report, len(set(left) & set(right)), len(left), len(right)))
                overlap.append(Overlap(report, match_overlapping(left, right), len(left), len(right)))
                claims.add(one.key)
    return Spans(
        name=name,
        claims=len(claims),
        spans=sum(one.first + one.second for one in exact),
        exact=measure_f1(exact, resampling),
        overlap=measure_f1(overlap, resampling),
    )


def _part(spans: Iterable[Words], name: str) -> list[Words]:
    return [span for span in spans if (span.part == "trigger") == (name == "trigger")]


def match_overlapping(left: Sequence[Words], right: Sequence[Words]) -> int:
    """
    How many spans of both sides can be matched one to one such that each two play one part and share a character.

    The most that is possible, found by augmenting paths, so that the order of the spans does not matter.
    """
    partner: dict[Words, Words] = {}

    def place(span: Words, tried: set[Words]) -> bool:
        for other in right:
            if other in tried or other.part != span.part or min(span.end, other.end) <= max(span.start, other.start):
                continue
            tried.add(other)
            if other not in partner or place(partner[other], tried):
                partner[other] = span
                return True
        return False

    return sum(place(span, set()) for span in left)


def _confusion(name: str, pairs: Iterable[tuple[str, str]]) -> Confusion:
    counts = Counter(pairs)
    labels = tuple(sorted({label for pair in counts for label in pair}))
    return Confusion(
        name=name, labels=labels, counts=tuple(tuple(counts[row, column] for column in labels) for row in labels)
    )
