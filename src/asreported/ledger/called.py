"""
How sources are written: a search knows them by a folded key, a reader wants the name as a report gives it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .codec import escape
from .facets import SPEAKERS
from .index import source_key

if TYPE_CHECKING:
    from .store import Ledger


def call_sources(ledger: Ledger, keys: Iterable[str]) -> dict[str, str]:
    """Key of a source → its name as the newest claim that quotes it has it; the key itself where none does."""
    called = dict(SPEAKERS)
    by = " INDEXED BY claims_source" if ledger.database.dialect == "sqlite" else ""
    sql = f"SELECT n FROM claims{by} WHERE source = ? ORDER BY found_day DESC LIMIT 1"
    wanted = {key: ledger.database.one(sql, (escape(key),)) for key in keys if key not in called}
    found = {key: row[0] for key, row in wanted.items() if row}
    for key, kept in zip(found, ledger.kept(list(found.values())), strict=True):
        named = (s.name or s.text for s in reversed(kept.claim.sources) if source_key(s) == key)
        called[key] = next((name for name in named if name), key)
    return {key: called.get(key, key) for key in keys}
