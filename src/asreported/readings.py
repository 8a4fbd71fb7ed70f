"""
`Readings`, what `asreported.read` returns: readings in the order of the inputs, and the inputs refused.

A sequence like any other, which also shows itself in a notebook and becomes JSON lines, a page or a table of pandas.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, overload

from .records import Claim, Reading, Refusal
from .show.jsonl import encode_reading
from .show.rows import COLUMNS, claim_row

if TYPE_CHECKING:
    import pandas as pd

NOTEBOOK_REPORTS = 20
"""How many reports a notebook shows: a page of hundreds would be kept in the notebook's file."""

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
