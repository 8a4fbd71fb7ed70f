"""The units of an export that can be flat rows, each with its columns, their types and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from . import claim_rows, figure_rows, incident_rows
from .formats import Context, Row
from .source import Source
from .tables import Unit
from .told import Attested

FLAT: Mapping[str, Unit] = {
    "claims": claim_rows.UNIT,
    "incidents": incident_rows.UNIT,
    "figures": figure_rows.UNIT,
}
COLUMNS: Mapping[str, Mapping[str, str]] = {name: unit.columns for name, unit in FLAT.items()}
"""For each unit its data dictionary."""


def flat_rows(source: Source, context: Context) -> Iterator[Row]:
    """The flat rows of the unit that is asked for."""
    return FLAT[context.over].rows(source, context)


def attest_flat(values: Mapping[str, Any]) -> Attested:
    """Of a flat row of any unit, or of a claim as a record."""
    if isinstance(values.get("claim"), dict):
        return claim_rows.attest_whole(values)
    if "evidence" in values:
        return claim_rows.attest(values)
    unit = FLAT["incidents" if "claim_kinds" in values else "figures"]
    return unit.attest(values)
