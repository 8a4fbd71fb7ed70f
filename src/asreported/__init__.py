"""
asreported reads reports of conflict and returns their claims.

    import asreported

    readings = asreported.read("reports/")
    readings.to_pandas()
    asreported.export("xlsx", readings, "claims.xlsx")

    with asreported.open_ledger("claims") as ledger:
        found = ledger.claims(asreported.Query(kinds=("airstrike",), places=("Mosul",)))
        asreported.export("acled", ledger, "mosul.csv", query=asreported.Query(places=("Mosul",)))

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .exports import export
    from .ledger.query import Query
    from .ledger.store import Ledger, open_ledger
    from .pipeline import read, read_string
    from .readings import Readings
    from .records import Claim, Kept, Reading, Refusal, Report

__all__ = [
    "Claim",
    "Kept",
    "Ledger",
    "Query",
    "Reading",
    "Readings",
    "Refusal",
    "Report",
    "export",
    "open_ledger",
    "read",
    "read_string",
]

_HOMES = {
    "export": "exports",
    "Query": "ledger.query",
    "Ledger": "ledger.store",
    "open_ledger": "ledger.store",
    "Kept": "records",
    "read": "pipeline",
    "read_string": "pipeline",
    "Readings": "readings",
    "Claim": "records",
    "Reading": "records",
    "Refusal": "records",
    "Report": "records",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
