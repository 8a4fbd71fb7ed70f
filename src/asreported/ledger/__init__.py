"""Claims kept: the ledger, in a folder with SQLite or in PostgreSQL. Start reading at store.py."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .database import Database
    from .decisions import Decision, State, pair_target
    from .keeping import Added
    from .originals import Original
    from .query import Found, Query
    from .store import Item, Ledger, open_ledger

__all__ = [
    "Added",
    "Database",
    "Decision",
    "Found",
    "Item",
    "Ledger",
    "Original",
    "Query",
    "State",
    "open_ledger",
    "pair_target",
]

_HOMES = {
    "Added": "keeping",
    "Database": "database",
    "Decision": "decisions",
    "Found": "query",
    "Item": "store",
    "Ledger": "store",
    "Original": "originals",
    "Query": "query",
    "State": "decisions",
    "open_ledger": "store",
    "pair_target": "decisions",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
