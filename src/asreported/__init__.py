"""
asreported reads reports of conflict and returns their claims.

    import asreported

    readings = asreported.read("reports/")
    readings.to_pandas()

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .pipeline import read, read_string
    from .readings import Readings
    from .records import Claim, Reading, Refusal, Report

__all__ = ["Claim", "Reading", "Readings", "Refusal", "Report", "read", "read_string"]

_HOMES = {
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
