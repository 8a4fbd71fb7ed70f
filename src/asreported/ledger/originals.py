"""
The bytes of every input as they came, kept once under their SHA-256 and never changed.

In a folder they are files `originals/ab/abcdef…`, written to a temporary name, flushed to the disk and then renamed: a
file of that name is whole. In PostgreSQL they are pieces in the table `original_parts`. A file is there before any row
speaks of it; a process that is killed in between leaves a file without a row, which the next `add` of it takes up.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..errors import LedgerError
from .database import Database

CHUNK = 1 << 20
PART = 8 << 20
FOLDER = "originals"
UNFINISHED = ".part"
AT_ONCE = 8
"""Files flushed to the disk at the same time."""


class Original(NamedTuple):
    """What names the kept bytes: their hash, and how many they are."""

    sha256: str
    bytes: int


class Originals:
    """The originals of one ledger."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.folder = Path(str(database.where)) / FOLDER if database.dialect == "sqlite" else None
        self._waiting: dict[str, Path] | None = None

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """
        A block whose originals are flushed to the disk together at its end, which many small ones are much faster by.

        Raises: LedgerError where they could not be; none of them is there then.
        """
        self._waiting = {}
        try:
            yield
            if self._waiting:
                self._put_in_place(self._waiting)
        except OSError as err:
            raise self._unwritten(err) from err
        finally:
            for part in self._waiting.values():
                part.unlink(missing_ok=True)
            self._waiting = None

    def keep(self, source: bytes | BinaryIO) -> Original:
        """
        Keep all bytes of `source`, read piece by piece; the same bytes again add nothing.

        With PostgreSQL within `database.write()`. Raises: LedgerError where they could not be written.
        """
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        if self.folder is None:
            return self._keep_parts(stream)
        if isinstance(source, bytes) and self._path(sha := hashlib.sha256(source).hexdigest()).is_file():
            return Original(sha, len(source))
        try:
            return self._keep_file(stream)
        except OSError as err:
            raise self._unwritten(err) from err

    def _unwritten(self, err: OSError) -> LedgerError:
        what = f"{self.folder}: the original could not be written ({err.strerror or err})"
        return LedgerError(f"{what}; free some space or check the disk, and run the command again")

    def _keep_file(self, stream: BinaryIO) -> Original:
        assert self.folder is not None
        self.folder.mkdir(mode=0o700, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=UNFINISHED)  # mode 0600
        part = Path(name)
        try:
            digest, size = hashlib.sha256(), 0
            with os.fdopen(handle, "wb") as out:
                while piece := stream.read(CHUNK):
                    digest.update(piece)
                    size += len(piece)
                    out.write(piece)
            original = Original(digest.hexdigest(), size)
            if self._path(original.sha256).is_file():
                return original
            if self._waiting is None:
                self._put_in_place({original.sha256: part})
            elif original.sha256 not in self._waiting:
                self._waiting[original.sha256] = part
                part = self.folder / "none"
            return original
        finally:
            part.unlink(missing_ok=True)

    def _put_in_place(self, parts: dict[str, Path]) -> None:
        """Flush the files, then give them their names, then flush the names."""
        assert self.folder is not None
        folders = {self._path(sha).parent for sha in parts}
        # A disk writes many files at once about as fast as one.
        with concurrent.futures.ThreadPoolExecutor(min(AT_ONCE, len(parts))) as pool:
            list(pool.map(sync_file, parts.values()))
            if missing := [folder for folder in folders if not folder.is_dir()]:
                for folder in missing:
                    folder.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self.folder)
            for sha, part in parts.items():
                part.replace(self._path(sha))
            list(pool.map(sync_folder, folders))

    def _keep_parts(self, stream: BinaryIO) -> Original:
        """The pieces go in under a passing name, since the hash is known only at their end."""
        name = f"unfinished {os.urandom(8).hex()}"
        digest, size = hashlib.sha256(), 0
        for number, piece in enumerate(iter(lambda: stream.read(PART), b"")):
            digest.update(piece)
            size += len(piece)
            self.database.execute("INSERT INTO original_parts VALUES (?, ?, ?)", (name, number, piece))
        sha = digest.hexdigest()
        if self.database.one("SELECT 1 FROM original_parts WHERE sha256 = ? LIMIT 1", (sha,)):
            self.database.execute("DELETE FROM original_parts WHERE sha256 = ?", (name,))
        else:
            self.database.execute("UPDATE original_parts SET sha256 = ? WHERE sha256 = ?", (sha, name))
        return Original(sha, size)

    def has(self, sha256: str) -> bool:
        if self.folder is None:
            return self.database.one("SELECT 1 FROM originals WHERE sha256 = ?", (sha256,)) is not None
        return self._path(sha256).is_file()

    def pieces(self, sha256: str) -> Iterator[bytes]:
        """
        The bytes of an original, piece by piece. Raises: LedgerError where they are missing or cannot be read.
        """
        if self.folder is None:
            numbers = self.database.rows("SELECT part FROM original_parts WHERE sha256 = ? ORDER BY part", (sha256,))
            for (number,) in numbers:
                sql = "SELECT content FROM original_parts WHERE sha256 = ? AND part = ?"
                yield bytes((self.database.one(sql, (sha256, number)) or (b"",))[0])
            return
        try:
            with self._path(sha256).open("rb") as stream:
                while piece := stream.read(CHUNK):
                    yield piece
        except OSError as err:
            raise LedgerError(f"{self._path(sha256)}: {err.strerror or err}; restore it from a backup") from err

    def open(self, sha256: str) -> BinaryIO:
        """A stream of the bytes, from their start; with PostgreSQL spooled to a passing file where they are many."""
        if self.folder is not None:
            return self._path(sha256).open("rb")
        spool = tempfile.SpooledTemporaryFile(max_size=PART)  # noqa: SIM115
        for piece in self.pieces(sha256):
            spool.write(piece)
        spool.seek(0)
        return spool  # type: ignore[return-value]

    def files(self) -> Iterator[Path]:
        """Every file of the folder, finished or not."""
        if self.folder is not None and self.folder.is_dir():
            for folder, _, names in os.walk(self.folder):
                yield from (Path(folder, name) for name in sorted(names))

    def path(self, sha256: str) -> Path | None:
        """Where the file lies; None with PostgreSQL."""
        return None if self.folder is None else self._path(sha256)

    def _path(self, sha256: str) -> Path:
        assert self.folder is not None
        return self.folder / sha256[:2] / sha256


def sync_file(path: Path) -> None:
    """Flush the bytes of a file to the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(path: Path) -> None:
    """Flush the names in a folder to the disk; where folders cannot be opened (Windows) there is nothing to do."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
