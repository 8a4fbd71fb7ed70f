"""
What the desk remembers for each person beside the ledger: filters that were saved, where they were last.

It is no evidence and no decision, so it lies in a small file of its own, which may be lost without harm: `desk.json` in
the ledger's folder, or for PostgreSQL in the data folder, one for each ledger.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path

import msgspec

from ..folders import data_folder
from ..ledger.store import Ledger
from .guard import is_own_path

MOST_SAVED = 100
"""Saved filters of a person at most."""
MOST_PLACES = 500
"""Last places in reports, of as many reports."""


class Remembered(msgspec.Struct):
    """What is kept for one person. Filters are query strings."""

    last: dict[str, str] = msgspec.field(default_factory=dict)
    """View → the filter that was last used in it."""
    saved: dict[str, str] = msgspec.field(default_factory=dict)
    """Name that the person gave → view and filter, as an address on the desk: `/queue?kind=killing`."""
    places: dict[str, str] = msgspec.field(default_factory=dict)
    """Report → the claim that was last selected in it."""


class Memory:
    """The file, read once and written whole with each change."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._people = self._read()

    def of(self, who: str) -> Remembered:
        """A copy of what is kept for `who`."""
        with self._lock:
            return msgspec.convert(msgspec.to_builtins(self._people.get(who, Remembered())), Remembered)

    def keep_last(self, who: str, view: str, filter: str) -> None:
        self._change(who, lambda kept: kept.last.__setitem__(view, filter))

    def keep_place(self, who: str, report: str, claim: str) -> None:
        def change(kept: Remembered) -> None:
            kept.places.pop(report, None)
            kept.places[report] = claim
            while len(kept.places) > MOST_PLACES:
                kept.places.pop(next(iter(kept.places)))

        self._change(who, change)

    def save(self, who: str, name: str, address: str) -> None:
        """Raises: ValueError where there are too many, or the address is none of the desk's."""
        if not is_own_path(address):
            raise ValueError("only an address on this desk can be saved")
        if len(self.of(who).saved) >= MOST_SAVED:
            raise ValueError(f"{MOST_SAVED} filters are saved already; remove one first")
        self._change(who, lambda kept: kept.saved.__setitem__(name[:80], address[:2000]))

    def forget(self, who: str, name: str) -> None:
        self._change(who, lambda kept: kept.saved.pop(name, None))

    def _change(self, who: str, change) -> None:  # type: ignore[no-untyped-def]
        with self._lock:
            before = msgspec.json.encode(self._people.get(who))
            kept = self._people.setdefault(who, Remembered())
            change(kept)
            if msgspec.json.encode(kept) != before:
                self._write()

    def _read(self) -> dict[str, Remembered]:
        try:
            return msgspec.json.decode(self.file.read_bytes(), type=dict[str, Remembered])
        except (OSError, msgspec.DecodeError):  # none yet, or damaged: nothing that matters is lost
            return {}

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        passing = self.file.with_name(f"{self.file.name}.new")
        handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(msgspec.json.format(msgspec.json.encode(self._people), indent=1))
        passing.replace(self.file)


def memory_file(ledger: Ledger) -> Path:
    """Where what is remembered beside `ledger` lies."""
    if ledger.database.dialect == "sqlite":
        return Path(str(ledger.database.where)) / "desk.json"
    row = ledger.database.one("SELECT value FROM meta WHERE key = 'ledger_id'") or ("ledger",)
    return data_folder() / f"desk-{row[0]}.json"
