"""
`Readings`, what `asreported.read` returns: readings in the order of the inputs, and the inputs refused.

A sequence like any other, which also shows itself in a notebook and becomes JSON lines, a page or a table of pandas.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

import msgspec

from .records import Claim, Reading, Refusal

if TYPE_CHECKING:
    import pandas as pd

NOTEBOOK_REPORTS = 20
"""How many reports a notebook shows: a page of hundreds would be kept in the notebook's file."""

COLUMNS = {
    "report_id": "id of the report",
    "title": "title of the report",
    "publisher": "who published it",
    "published": "when, as exactly as is known: YYYY, YYYY-MM or YYYY-MM-DD",
    "url": "address of the report",
    "claim_id": "id of the claim",
    "kind": "one of the 28 kinds of the codebook",
    "status": "actual, planned, possible, attempted, denied or generic",
    "trigger": "the word that names the event",
    "actor": "words of all actors, joined by ' | '",
    "actor_name": "whom these words refer to, likewise; the words where nobody is known",
    "target": "words of all targets",
    "target_name": "whom these words refer to",
    "place": "words for where it happens",
    "origin": "words for where the movement starts",
    "destination": "words for where the movement leads",
    "time": "words for when",
    "figure": "words of all figures",
    "means": "words for the weapon, vehicle or method",
    "source": "words for each source, outermost first, joined by ' > '; '?' is anonymous; none: the publisher",
    "source_name": "the name of each source, likewise",
    "source_type": "the type of the innermost source",
    "cue": "words that mark the saying, for each source",
    "stance": "the stance of the innermost cue",
    "figure_low": "lower bound of the first figure",
    "figure_high": "upper bound of the first figure",
    "figure_unit": "what the first figure counts in",
    "figure_of": "the role that the first figure counts",
    "when_start": "first day on which the claim is said to hold",
    "when_end": "last such day",
    "when_basis": "explicit, context or publication",
    "where_name": "name of the place",
    "where_admin1": "its province or state",
    "where_country": "its country, ISO 3166-1 alpha-2",
    "lat": "latitude of the place",
    "lon": "longitude of the place",
    "where_precision": "exact, part, near, adm2, adm1, country, region, border, line or sea",
    "gazetteer_id": "GeoNames id of the place",
    "incident": "label shared by the claims of one incident within the report",
    "confidence": "how sure the model is",
    "evidence": "the sentence or sentences, verbatim",
    "start": "where the evidence starts in the text of the report, in code points",
    "end": "where it ends",
    "trigger_start": "where the trigger starts",
    "trigger_end": "where it ends",
}
"""The columns of `Readings.to_pandas`, and what each holds."""

_DTYPES = {
    "figure_low": "Float64",
    "figure_high": "Float64",
    "when_start": "datetime64[s]",
    "when_end": "datetime64[s]",
    "lat": "Float64",
    "lon": "Float64",
    "gazetteer_id": "Int64",
    "confidence": "float64",
    "start": "int64",
    "end": "int64",
    "trigger_start": "int64",
    "trigger_end": "int64",
}


class Readings(Sequence[Reading]):
    """
    Readings in order, and `refusals`, the inputs that could not be read.

        >>> readings = Readings([], [Refusal(origin="a.txt", reason="empty", message="The input holds no text.")])
        >>> readings
        <Readings: 0 reports, 0 claims, 1 refused>
        >>> readings[:5].refusals[0].reason
        'empty'

    A slice keeps all refusals.
    """

    def __init__(self, readings: Iterable[Reading], refusals: Iterable[Refusal] = ()) -> None:
        self._readings = tuple(readings)
        self.refusals = tuple(refusals)

    @classmethod
    def collect(cls, items: Iterable[Reading | Refusal]) -> Readings:
        """The readings and refusals of a stream, each in its order."""
        readings: list[Reading] = []
        refusals: list[Refusal] = []
        for item in items:
            if isinstance(item, Reading):
                readings.append(item)
            else:
                refusals.append(item)
        return cls(readings, refusals)

    @overload
    def __getitem__(self, index: int) -> Reading: ...
    @overload
    def __getitem__(self, index: slice) -> Readings: ...
    def __getitem__(self, index: int | slice) -> Reading | Readings:
        if isinstance(index, slice):
            return Readings(self._readings[index], self.refusals)
        return self._readings[index]

    def __len__(self) -> int:
        return len(self._readings)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Readings):
            return NotImplemented
        return self._readings == other._readings and self.refusals == other.refusals

    def __hash__(self) -> int:
        return hash((self._readings, self.refusals))

    def __repr__(self) -> str:
        from .show.words import tell_status

        return f"<Readings: {tell_status(len(self), len(self.claims), len(self.refusals))}>"

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, report by report."""
        return tuple(claim for reading in self._readings for claim in reading.claims)

    def to_jsonl(self) -> str:
        """One line of JSON a report, as docs/output.md says; refusals are left out."""
        return "".join(encode_reading(reading) for reading in self._readings)

    def to_html(self) -> str:
        """One self-contained HTML page: no network, no file beside it."""
        from .show.page import render_page

        return render_page(self._readings, self.refusals)

    def _repr_html_(self) -> str:
        from .show.notebook import render_frame

        return render_frame(self._readings, self.refusals, most=NOTEBOOK_REPORTS)

    def to_pandas(self) -> pd.DataFrame:
        """
        A data frame with one row a claim and the columns of `COLUMNS`, whatever was found.

        Raises: ModuleNotFoundError, saying what to install, where pandas is missing.
        """
        try:
            import pandas as pd
        except ModuleNotFoundError as err:
            raise ModuleNotFoundError("to_pandas needs pandas: pip install 'asreported[pandas]'") from err
        rows = [claim_row(reading, claim) for reading in self._readings for claim in reading.claims]
        columns = {name: pd.Series([row[name] for row in rows], dtype=_DTYPES.get(name, "object")) for name in COLUMNS}
        return pd.DataFrame(columns)


def encode_reading(reading: Reading) -> str:
    """
    One line of JSON with its line feed.

    A lone surrogate, which UTF-8 cannot hold, is written as JSON's own escape and so survives.
    """
    try:
        return msgspec.json.encode(reading).decode("utf-8") + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(reading), separators=(",", ":")) + "\n"


def claim_row(reading: Reading, claim: Claim) -> dict[str, Any]:
    """The row of `claim`: the keys of `COLUMNS` in their order."""
    report, when, where = reading.report, claim.when, claim.where
    figure = claim.figures[0] if claim.figures else None
    innermost = claim.sources[-1] if claim.sources else None
    row = {
        "report_id": report.id,
        "title": report.title,
        "publisher": report.publisher,
        "published": report.published,
        "url": report.url,
        "claim_id": claim.id,
        "kind": claim.kind,
        "status": claim.status,
        "trigger": claim.trigger.text,
        **{role: _join(_fillers(claim, role)) for role in ("actor", "target", "place", "origin", "destination")},
        **{role: _join(_fillers(claim, role)) for role in ("time", "figure", "means")},
        "actor_name": _join(_names(claim, "actor")),
        "target_name": _join(_names(claim, "target")),
        "source": _join((s.text or "?" for s in claim.sources), " > "),
        "source_name": _join((s.name or s.text or "?" for s in claim.sources), " > "),
        "source_type": innermost and innermost.type,
        "cue": _join((s.cue.text if s.cue else "" for s in claim.sources), " > "),
        "stance": innermost and innermost.stance,
        "figure_low": figure and figure.low,
        "figure_high": figure and figure.high,
        "figure_unit": figure and figure.unit,
        "figure_of": figure and figure.of,
        "when_start": when and when.start,
        "when_end": when and when.end,
        "when_basis": when and when.basis,
        "where_name": where and where.name,
        "where_admin1": where and where.admin1,
        "where_country": where and where.country,
        "lat": where and where.lat,
        "lon": where and where.lon,
        "where_precision": where and where.precision,
        "gazetteer_id": where and where.gazetteer_id,
        "incident": claim.incident,
        "confidence": claim.confidence,
        "evidence": claim.evidence.text,
        "start": claim.evidence.start,
        "end": claim.evidence.end,
        "trigger_start": claim.trigger.start,
        "trigger_end": claim.trigger.end,
    }
    return {name: row[name] for name in COLUMNS}


def _fillers(claim: Claim, role: str) -> Iterator[str]:
    return (filler.text for filler in claim.roles if filler.role == role)


def _names(claim: Claim, role: str) -> Iterator[str]:
    return (filler.entity.name if filler.entity else filler.text for filler in claim.roles if filler.role == role)


def _join(texts: Iterable[str], by: str = " | ") -> str | None:
    return by.join(texts) or None
