"""
Files that are dropped on the desk: read by a process beside it, kept in the ledger, linked when no more come.

Bytes that come in have no name on the disk before the ledger keeps them, under their hash; the name that a file had
with the person is text, cleaned, which the ledger keeps as where a report came from. So no name leads anywhere.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..errors import AsreportedError, LedgerError, WorkerError
from ..ingest import ingest_bytes
from ..ledger.adding import add_inputs, is_read
from ..ledger.imported import Item, item_of
from ..ledger.originals import Original
from ..ledger.readers import reader_name
from ..ledger.rows import report_key
from ..ledger.store import Ledger
from ..pipeline import choose_gazetteer, sample_paths
from ..records import Reading, Refusal, Report
from .imported import FileReport, Linking, Progress, add_item
from .reading_process import ReadingProcess

if TYPE_CHECKING:
    from .state import Ledgers

BATCH = 5
"""Reports kept one after the other while others wait to write."""
QUIET = 2.0
"""Seconds without a file after which what came is linked."""
MOST_FILES = 2_000
"""Reports on files that are kept for this start of the desk; the oldest go."""
LONGEST_NAME = 240
SAMPLES = "samples"


class Importer:
    """One for each desk. Files are taken one at a time, in the order in which they come."""

    def __init__(self, ledgers: Ledgers, *, quiet: float = QUIET) -> None:
        self._ledgers = ledgers
        self._process = ReadingProcess(ledgers.where)
        self._files: collections.deque[Progress] = collections.deque(maxlen=MOST_FILES)
        self._numbers = itertools.count(1)
        self._one = threading.Lock()
        self._lock = threading.Lock()
        self._active = 0
        self._quiet = quiet
        self._timer: threading.Timer | None = None
        self._linking = Linking(state="none")
        self._closed = self._again = False

    # ---- what is asked -------------------------------------------------------------------

    def take(self, name: str, stream: BinaryIO) -> FileReport:
        """Read one file and keep its reports; what is refused is told, never raised. Raises: LedgerError."""
        progress = self._enter(name)
        try:
            with self._one:
                progress.state = "reading"
                self._read(progress, stream)
        except WorkerError as err:
            add_item(progress, Item.refused(progress.name, "unread", str(err)))
        except BaseException:
            self._leave(progress, "failed")
            raise
        self._leave(progress, "done")
        return progress.report()

    def take_samples(self) -> list[FileReport]:
        """The sample reports that come with asreported."""
        taken = []
        for path in sample_paths():
            with path.open("rb") as stream:
                taken.append(self.take(f"{SAMPLES}/{path.name}", stream))
        return taken

    def files(self) -> list[FileReport]:
        """What became of the files of this start of the desk, the last one first."""
        with self._lock:
            return [progress.report() for progress in reversed(self._files)]

    @property
    def linking(self) -> Linking:
        return self._linking

    def link_soon(self) -> Linking:
        """Link in the background what was decided or added since, once no file is being read. Raises: LedgerError."""
        if self._closed:
            raise LedgerError("the desk is ending; link again when it runs")
        with self._lock:
            if self._linking.state == "running":
                self._again = True  # what was decided a moment ago may not be in what is being linked
            else:
                self._linking = Linking(state="waiting")
                if not self._active:
                    self._link_in(0)
            return self._linking

    def close(self) -> None:
        """Ends the process; files that wait are refused."""
        self._closed = True
        with self._lock:
            if self._timer:
                self._timer.cancel()
        self._process.close()

    # ---- one file ------------------------------------------------------------------------

    def _enter(self, name: str) -> Progress:
        if self._closed:
            raise LedgerError("the desk is ending; give the file again when it runs")
        progress = Progress(number=next(self._numbers), name=clean_name(name))
        with self._lock:
            self._active += 1
            if self._timer:
                self._timer.cancel()
            self._files.append(progress)
        return progress

    def _leave(self, progress: Progress, state: str) -> None:
        progress.state = state
        with self._lock:
            self._active -= 1
            if progress.changed:
                self._linking = Linking(state="waiting")
            if not self._active and not self._closed and self._linking.state == "waiting":
                self._link_in(self._quiet)

    def _read(self, progress: Progress, stream: BinaryIO) -> None:
        name = progress.name
        raw = stream.read()
        progress.size = len(raw)
        imported = choose_gazetteer("user")
        keeper = _Keeper(self._ledgers, self._process, name, raw, imported)
        inputs = ingest_bytes(raw, name=name)
        while batch := list(itertools.islice(inputs, BATCH)):
            for item in keeper.keep(batch):
                add_item(progress, item)

    # ---- linking -------------------------------------------------------------------------

    def _link_in(self, seconds: float) -> None:
        """Start linking after `seconds`, unless a file comes before; the lock is held."""
        if self._timer:
            self._timer.cancel()
        self._timer = threading.Timer(seconds, self._link)
        self._timer.daemon = True
        self._timer.start()

    def _link(self) -> None:
        with self._lock:
            if self._active or self._closed:
                return
            self._linking = Linking(state="running")
            self._again = False
        try:
            linked = self._process.link(self._hear)
        except AsreportedError as err:
            if not self._closed:
                self._linking = Linking(state="failed", message=str(err))
            return
        with self._lock:  # interrupted by a file, whose end starts it again
            self._linking = Linking(state="done", linked=linked) if linked else Linking(state="waiting")
            again = (linked is None or self._again) and not self._active and not self._closed
        if again:
            self._link()

    def _hear(self, what: str, done: int, whole: int) -> None:
        self._linking = Linking(state="running", what=what, done=done, whole=whole)


class _Keeper:
    """Reads the reports of one file and keeps them; its bytes are kept with the first of them."""

    def __init__(self, ledgers: Ledgers, process: ReadingProcess, name: str, raw: bytes, imported: Path | None) -> None:
        self.ledgers = ledgers
        self.process = process
        self.name = name
        self.raw = raw
        self.imported = imported
        self.reader = reader_name(imported)
        self.original: Original | None = None

    def keep(self, batch: Sequence[Report | Refusal]) -> list[Item]:
        """What became of each of `batch`. They are read first, so that nobody who wants to write waits for that."""
        reports = [item for item in batch if isinstance(item, Report)]
        readings = {report_key(report): self._read(report) for report in self._unknown(reports)}

        def made(items: Iterable[Report | Refusal]) -> Iterator[Reading | Refusal]:
            for item in items:
                yield item if isinstance(item, Refusal) else readings.get(report_key(item)) or self._read(item)

        with self.ledgers.writing() as ledger:
            if reports and self.original is None:
                self.original = self._keep_bytes(ledger)
            kept = {self.name: self.original} if self.original else {}
            outcomes = list(add_inputs(ledger, batch, made, reader=self.reader, kept=kept))
            return [item_of(ledger, outcome) for outcome in outcomes]

    def _unknown(self, reports: Sequence[Report]) -> list[Report]:
        with self.ledgers.reading() as ledger:
            found = {report_key(report): report for report in reports}
            return [report for key, report in found.items() if not is_read(ledger.database, key, self.reader)]

    def _read(self, report: Report) -> Reading | Refusal:
        try:
            return self.process.read(report, self.imported)
        except WorkerError as err:
            return Refusal(origin=report.origin or self.name, reason="unread", message=str(err))

    def _keep_bytes(self, ledger: Ledger) -> Original:
        with contextlib.nullcontext() if ledger.database.dialect == "sqlite" else ledger.database.write():
            return ledger.originals.keep(self.raw)


def clean_name(name: str) -> str:
    """
    The name of a file as it is shown and kept: one line, no way up or out, not longer than a name can be.

        >>> clean_name("../../etc/passwd"), clean_name("C:\\\\raids\\\\may.txt"), clean_name("a\\0b.txt")
        ('etc/passwd', 'raids/may.txt', 'a�b.txt')

    Of a name that is too long the end stays, which says what the file is.
    """
    visible = "".join("�" if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") else char for char in name)
    parts = [part.strip() for part in visible.replace("\\", "/").split("/")]
    if parts and len(parts[0]) == 2 and parts[0][1] == ":":
        parts = parts[1:]
    cleaned = "/".join(part for part in parts if part and part.strip("."))
    return cleaned[-LONGEST_NAME:].lstrip("/") or "report"
