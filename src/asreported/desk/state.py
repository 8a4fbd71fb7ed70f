"""
What one running desk holds: its ledger, opened as often as threads use it at once, and what it keeps beside it.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..ledger.store import Ledger, open_ledger
from .guard import Access
from .memory import Memory, memory_file

if TYPE_CHECKING:
    from .importing import Importer

AT_ONCE = 4
"""Open ledgers at most: each has a cache of its own, and two cores do no more at once."""
CACHE_KIB = 48 << 10
"""Of the file that each keeps in memory; they are several, and the machine may be small."""


class Ledgers:
    """Open ledgers on one place, each used by one thread at a time; one thread writes at a time."""

    def __init__(self, where: str | Path, *, most: int = AT_ONCE) -> None:
        self.where = where
        self._free: queue.LifoQueue[Ledger | None] = queue.LifoQueue()
        for _ in range(most):
            self._free.put(None)
        self._most = most
        self._write = threading.Lock()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Ledger]:
        """A ledger of this thread's own until the block ends."""
        ledger = self._free.get()
        try:
            ledger = ledger or self._open()
            yield ledger
        finally:
            self._free.put(ledger)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Ledger]:
        """
        The same while no other thread of the desk writes.

        SQLite would let them wait too, but by asking again and again, the last one the longest.
        """
        with self._write, self.reading() as ledger:
            yield ledger

    def _open(self) -> Ledger:
        ledger = open_ledger(self.where)
        if ledger.database.dialect == "sqlite":
            ledger.database.execute(f"PRAGMA cache_size = -{CACHE_KIB:d}")
        return ledger

    def close(self) -> None:
        """Close those that nobody uses."""
        with contextlib.suppress(queue.Empty):
            while True:
                if ledger := self._free.get_nowait():
                    ledger.close()


class Desk:
    """The state that the views share."""

    def __init__(self, where: str | Path, access: Access, *, who: str) -> None:
        """`where` is a ledger that exists; `who` decides where a browser has named nobody. Raises: LedgerError."""
        self.ledgers = Ledgers(where)
        self.access = access
        self.who = who
        with self.ledgers.reading() as ledger:
            self.name = ledger.database.name
            self.memory = Memory(memory_file(ledger))
        self._importer: Importer | None = None
        self._lock = threading.Lock()

    @property
    def importer(self) -> Importer:
        """What reads files that are dropped on the desk; made when it is first needed, for it loads the model."""
        from .importing import Importer

        with self._lock:
            if self._importer is None:
                self._importer = Importer(self.ledgers)
            return self._importer

    def close(self) -> None:
        if self._importer is not None:
            self._importer.close()
        self.ledgers.close()
