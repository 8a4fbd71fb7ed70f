"""The ZIP of an evidence pack, the hash of each of its files, and the manifests that tell them."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib.metadata
import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, cast

from .jsons import encode
from .source import Source

MADE_IN = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP can hold: a pack does not depend on when it was made."""
MODE = 0o100644
CHUNK = 1 << 20
ZIP64_FROM = 1 << 30
"""Bytes of a file from which on its lengths take the longer fields of ZIP64, with room for what deflating adds."""
SUMS, MANIFEST = "manifest.sha256", "manifest.json"
SCHEMA = "asreported-pack 1"


class Packed(NamedTuple):
    path: str
    bytes: int
    sha256: str


class Archive:
    """A ZIP that is written file by file to a stream, which need not be seekable, and remembers what it holds."""

    def __init__(self, out: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(out, "w", compression=zipfile.ZIP_DEFLATED)
        self.packed: dict[str, Packed] = {}

    @contextlib.contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """A file whose length is known only at its end; it passes through the disk, so that the ZIP can say it."""
        with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as spool:
            yield cast(BinaryIO, spool)
            size = spool.tell()
            spool.seek(0)
            self.copy(path, cast(BinaryIO, spool), size)

    def copy(self, path: str, source: BinaryIO, size: int) -> Packed:
        """All bytes of `source`, about `size` of them, as the file `path`."""
        info = zipfile.ZipInfo(path, MADE_IN)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = 3  # Unix, on whatever system
        info.external_attr = MODE << 16
        info.file_size = size
        digest, length = hashlib.sha256(), 0
        with self._zip.open(info, "w", force_zip64=size > ZIP64_FROM) as part:
            while piece := source.read(CHUNK):
                digest.update(piece)
                length += len(piece)
                part.write(piece)
        self.packed[path] = Packed(path, length, digest.hexdigest())
        return self.packed[path]

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, err: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._zip.close()
        else:
            # Its end is not written: what was cut off must not look whole.
            self._zip.fp = None


def write_manifests(archive: Archive, source: Source, *, claims: int, reports: int, filter: Mapping[str, Any]) -> None:
    """
    manifest.sha256 over all files before it, as `sha256sum -c` reads it, and manifest.json, which says when, too.

    manifest.json stands in no other file, so that it alone differs between two packs of the same content.
    """
    packed = sorted(archive.packed.values())
    with archive.open(SUMS) as part:
        part.writelines(f"{one.sha256}  {one.path}\n".encode() for one in packed)
    content = {
        "pack": SCHEMA,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "made_by": f"asreported {importlib.metadata.version('asreported')}",
        "source": source.name,
        "filter": dict(filter),
        "claims": claims,
        "reports": reports,
        "decision_log": log_head(source),
        "sha256_of_manifest.sha256": archive.packed[SUMS].sha256,
    }
    with archive.open(MANIFEST) as part:
        part.write(json.dumps(content, indent=1, ensure_ascii=True).encode()[:-2])
        part.write(b',\n "files": [')
        for number, one in enumerate(packed):
            part.write((b",\n  " if number else b"\n  ") + encode(one._asdict()))
        part.write(b"\n ]\n}\n")


def log_head(source: Source) -> dict[str, int | str] | None:
    """How many decisions the ledger has and the hash of the last; None for readings that are in none."""
    ledger = getattr(source, "ledger", None)
    if ledger is None:
        return None
    number, sha256 = ledger.log_head()
    return {"decisions": number, "head_sha256": sha256}
