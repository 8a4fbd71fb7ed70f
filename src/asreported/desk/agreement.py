"""
How far coders agree: over the claims that one person decided on and others gave an opinion on without seeing that.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..codebook import kinds
from ..compare.coders import ATTRIBUTES, Agreement, Coded, Coding, Confusion, measure
from ..compare.reliability import FEW, LEVEL, RESAMPLES, SEED, Measure
from ..ledger.asking import parse_day
from ..records import Record
from .codings import Double, log_of
from .filters import FilterError
from .pages import LONGEST_NAME, NO_STORE, answer, desk_of, markup, render

TABLES = ("measures", "review", "kind", "values")
NAMES = {
    "is_claim": "is it a claim",
    "kind": "kind",
    "status": "status",
    "actor": "who",
    "target": "whom",
    "place": "where",
    "days": "when",
    "figures": "how many",
    "source": "according to",
    "trigger": "trigger",
    "roles": "words of the roles",
}
MEANT = {
    "is_claim": "accepted or corrected, against rejected",
    "kind": "one of the 28 kinds",
    "status": "as told: actual, planned, denied …",
    "actor": "the same set of who did it",
    "target": "the same set of whom it was done to",
    "place": "the same place of the gazetteer",
    "days": "the same first and last day",
    "figures": "the same bounds and units",
    "source": "the same set of who is quoted",
    "trigger": "the word that names the event",
    "roles": "who, whom, where, when, how many",
}


class Chosen(Record, frozen=True, kw_only=True):
    """Which codings are compared, as it stands in the address."""

    kind: str = ""
    a: str = ""
    b: str = ""
    since: str = ""
    until: str = ""

    @property
    def pair(self) -> tuple[str, str] | None:
        return (self.a, self.b) if self.a and self.b else None

    @property
    def given(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in msgspec.structs.asdict(self).items() if value]


def _read(request: Request) -> Chosen:
    given = {name: value.strip() for name, value in request.query_params.items() if value.strip()}
    kind, a, b = given.get("kind", ""), given.get("a", ""), given.get("b", "")
    if kind and kind not in {known.key for known in kinds()}:
        raise FilterError(f"kind {kind[:40]!r} is not in the codebook")
    if max(len(a), len(b)) > LONGEST_NAME:
        raise FilterError(f"a coder's name has at most {LONGEST_NAME} characters")
    if a and a == b:
        raise FilterError("choose two different coders")
    try:
        since, until = (str(parse_day(given[name], last=name == "until")) if name in given else "" for name in DAYS)
    except ValueError as err:
        raise FilterError(str(err)) from err
    return Chosen(kind=kind, a=a, b=b, since=since, until=until)


DAYS = ("since", "until")


class Found(Record, frozen=True, kw_only=True):
    """What there is to show."""

    agreement: Agreement
    coders: tuple[str, ...]
    """All who can be chosen."""
    unsettled: int
    """Claims of the choice on which people differ, and nobody settled it."""


def find(request: Request, chosen: Chosen) -> tuple[Found, list[Coded]]:
    desk = desk_of(request)
    log = log_of(desk)
    with desk.ledgers.reading() as ledger:
        doubles = log.doubles(ledger)
    picked = [one for one in doubles if chosen.kind in ("", one.coded.kind)]
    coded = [_within(one, chosen) for one in picked]
    agreement = log.measured(chosen, lambda: measure(coded, chosen.pair))
    coders = {coding.coder for one in doubles for coding in _codings(one.coded)}
    unsettled = sum(one.differs and one.case.outcome is None for one in picked)
    return Found(agreement=agreement, coders=tuple(sorted(coders)), unsettled=unsettled), coded


def _within(double: Double, chosen: Chosen) -> Coded:
    """The claim with those opinions that were given in the period."""
    days = {one.who: one.decided_at[:10] for one in double.case.opinions}
    others = tuple(
        one
        for one in double.coded.others
        if (not chosen.since or days[one.coder] >= chosen.since)
        and (not chosen.until or days[one.coder] <= chosen.until)
    )
    return msgspec.structs.replace(double.coded, others=others)


def _codings(one: Coded) -> tuple[Coding, ...]:
    return (*((one.first,) if one.first else ()), *one.others)


# ---- views -------------------------------------------------------------------------------


def agreement_page(request: Request) -> Response:
    """GET /agreement"""
    chosen = _read(request)
    found, _ = find(request, chosen)
    return render(
        request,
        "agreement.html",
        view="second",
        chosen=chosen,
        found=found,
        few=FEW,
        level=LEVEL,
        resamples=RESAMPLES,
        names=NAMES,
        meant=MEANT,
        bar=bar,
        split_confusion=split_confusion,
        tell_measure=tell_measure,
    )


def agreement_json(request: Request) -> Response:
    """GET /api/agreement"""
    chosen = _read(request)
    found, _ = find(request, chosen)
    how = {"level": LEVEL, "resamples": RESAMPLES, "of": "reports", "seed": SEED}
    return answer({"chosen": chosen, "interval": how, "agreement": found.agreement, "unsettled": found.unsettled})


def agreement_csv(request: Request) -> Response:
    """GET /agreement.csv: the measures; with `of` a table of confusions, or what each coder made of each claim."""
    of = request.query_params.get("of", "measures")
    if of not in TABLES:
        raise FilterError(f"of {of[:40]!r} is not one of {', '.join(TABLES)}")
    found, coded = find(request, _read(request))
    rows = {"measures": _measure_rows(found.agreement), "values": _value_rows(coded)}.get(of)
    out = io.StringIO()
    csv.writer(out).writerows([_plain(cell) for cell in row] for row in rows or _confusion_rows(found.agreement, of))
    name = "agreement.csv" if of == "measures" else f"agreement-{of}.csv"
    headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue().encode("utf-8", "replace"), media_type="text/csv; charset=utf-8", headers=headers)


def _plain(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula, whatever a coder is called."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


def _measure_rows(agreement: Agreement) -> Iterator[Sequence[object]]:
    measures = ("agreement", "kappa", "alpha", "exact_f1", "overlap_f1")
    columns = [f"{name}{part}" for name in measures for part in ("", "_low", "_high", "_note")]
    yield ["attribute", "claims", "reports", "pairs", *columns]
    for one in agreement.attributes:
        cells = [cell for found in (one.agreement, one.kappa, one.alpha) for cell in _cells(found)]
        yield [one.name, one.claims, one.reports, one.pairs, *cells, *[""] * 8]
    for span in agreement.spans:
        cells = [cell for found in (span.exact, span.overlap) for cell in _cells(found)]
        yield [f"words of {span.name}", span.claims, "", "", *[""] * 12, *cells]


def _cells(found: Measure) -> list[object]:
    return [
        *("" if value is None else round(value, 6) for value in (found.value, found.low, found.high)),
        found.why or "",
    ]


def _confusion_rows(agreement: Agreement, name: str) -> Iterator[Sequence[object]]:
    table = next(one for one in agreement.confusions if one.name == name)
    yield ["first", "second", "claims"]
    for row, counts in zip(table.labels, table.counts, strict=True):
        yield from ([row, column, count] for column, count in zip(table.labels, counts, strict=True) if count)


def _value_rows(coded: Iterable[Coded]) -> Iterator[Sequence[object]]:
    """What every coder made of every claim, one row each: what any program for such statistics can count anew."""
    yield ["claim", "report", "coder", "first", "review", *ATTRIBUTES]
    for one in coded:
        for coding in _codings(one) if one.others else ():
            values = [coding.values.get(name, "") for name in ATTRIBUTES]
            yield [one.key, one.report, coding.coder, int(coding is one.first), coding.review, *values]


# ---- for the template --------------------------------------------------------------------


def tell_measure(found: Measure, percent: bool = False) -> str:
    """
    A measure with its interval.

        >>> tell_measure(Measure(value=0.5, low=0.25, high=0.75)), tell_measure(Measure(value=0.5), percent=True)
        ('0.50 (0.25 to 0.75)', '50 %')
    """
    if found.value is None:
        return NOT_DEFINED
    shown = f"{found.value:.0%}".replace("%", " %") if percent else f"{found.value:.2f}"
    if found.low is None or found.high is None:
        return shown
    interval = (
        f"{found.low:.0%} to {found.high:.0%}".replace("%", " %") if percent else f"{found.low:.2f} to {found.high:.2f}"
    )
    return f"{shown} ({interval})"


NOT_DEFINED = "not defined"


def split_confusion(table: Confusion) -> tuple[Confusion, list[tuple[str, int]]]:
    """The table of those labels alone that are taken for others or others for them; the rest with their counts."""
    size = range(len(table.labels))
    confused = [n for n in size if any(m != n and (table.counts[n][m] or table.counts[m][n]) for m in size)]
    counts = tuple(tuple(table.counts[row][column] for column in confused) for row in confused)
    alike = [(table.labels[n], table.counts[n][n]) for n in size if n not in confused]
    return Confusion(name=table.name, labels=tuple(table.labels[n] for n in confused), counts=counts), alike


def bar(found: Measure) -> object:
    """The measure on a line from 0 to 1 with its interval, as SVG; what lies below 0 is drawn at 0."""
    if found.value is None:
        return ""
    low, high = (found.low, found.high) if found.low is not None and found.high is not None else (found.value,) * 2
    at, left, right = (min(1.0, max(0.0, value)) * 100 for value in (found.value, low, high))
    return markup(
        '<svg class="range-line" viewBox="-2 0 104 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="base" x="0" y="4" width="100" height="4"/>'
        f'<rect class="range" x="{left:.1f}" y="2" width="{right - left:.1f}" height="8"/>'
        f'<rect class="value" x="{at - 1:.1f}" y="0" width="2" height="12"/></svg>'
    )


ROUTES = [
    Route("/agreement", agreement_page),
    Route("/agreement.csv", agreement_csv),
    Route("/api/agreement", agreement_json),
]
