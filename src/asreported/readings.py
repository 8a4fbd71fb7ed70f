"""
`Readings`, what `asreported.read` returns: readings in the order of the inputs, and the inputs refused.

A sequence like any other, which also shows itself in a notebook and becomes JSON lines, a page, a table of pandas,
Polars or Arrow, or a file of another tool's format.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from .records import Claim, Reading, Refusal
from .show.cells import well_formed
from .show.jsonl import encode_reading
from .show.rows import COLUMNS, claim_row

if TYPE_CHECKING:
    import os

    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from .exports.about import About

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
_OTHERS = {
    "object": ("String", "string"),
    "Float64": ("Float64", "float64"),
    "float64": ("Float64", "float64"),
    "Int64": ("Int64", "int64"),
    "int64": ("Int64", "int64"),
    "datetime64[s]": ("Date", "date32"),
}
"""Types of pandas → those of Polars and of Arrow."""


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
        rows = self._rows()
        columns = {name: pd.Series([row[name] for row in rows], dtype=_DTYPES.get(name, "object")) for name in COLUMNS}
        return pd.DataFrame(columns)

    def to_polars(self) -> pl.DataFrame:
        """
        The same as a data frame of Polars; days are days, and text that UTF-8 cannot hold becomes `�`.

        Raises: ModuleNotFoundError, saying what to install, where Polars is missing.
        """
        try:
            import polars as pl
        except ModuleNotFoundError as err:
            raise ModuleNotFoundError("to_polars needs Polars: pip install 'asreported[polars]'") from err
        columns = self._columns()
        schema = {name: getattr(pl, _OTHERS[_DTYPES.get(name, "object")][0]) for name in COLUMNS}
        return pl.DataFrame({name: pl.Series(columns[name], dtype=dtype) for name, dtype in schema.items()})

    def to_arrow(self) -> pa.Table:
        """
        The same as a table of Arrow, whose fields carry their meaning as metadata.

        Raises: ModuleNotFoundError, saying what to install, where pyarrow is missing.
        """
        try:
            import pyarrow as pa
        except ModuleNotFoundError as err:
            raise ModuleNotFoundError("to_arrow needs pyarrow: pip install 'asreported[parquet]'") from err
        types = {name: getattr(pa, _OTHERS[_DTYPES.get(name, "object")][1])() for name in COLUMNS}
        fields = [pa.field(name, types[name], metadata={"description": COLUMNS[name]}) for name in COLUMNS]
        return pa.table(self._columns(), schema=pa.schema(fields))

    def export(self, format: str, path: str | os.PathLike[str], over: str | None = None, **options: bool) -> About:
        """
        Write the claims to the file `path` in one of the formats of `asreported export`, and beside it what it is.

        `over` is claims, incidents or figures, as the format allows; `options` are those of `exports.Options`. Returns
        the content of the about file: the data dictionary, and what was left out and why.
        Raises: ExportError, OSError; TypeError, where there is no such option.
        """
        from .exports import Options, ReadingsSource, export

        return export(format, ReadingsSource(self), Path(path), over=over, options=Options(**options))

    def _rows(self) -> list[dict[str, Any]]:
        return [claim_row(reading, claim) for reading in self._readings for claim in reading.claims]

    def _columns(self) -> dict[str, list[Any]]:
        """The values of each column, numbers as floating-point and text well-formed, as strict tables want them."""
        rows = self._rows()
        return {name: [_strict(row[name], _DTYPES.get(name, "object")) for row in rows] for name in COLUMNS}


def _strict(value: Any, dtype: str) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    return float(value) if value is not None and dtype in ("Float64", "float64") else value
