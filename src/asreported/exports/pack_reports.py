"""The reports of an evidence pack: their texts, which must be what their hash says, and their bytes as kept."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from ..ledger.codec import text_bytes
from ..ledger.rows import text_sha256
from .pack_files import file_name, original_path, text_path
from .pack_manifest import Archive
from .source import Capture, Made, Source
from .told import ExportError

VERIFY = "`asreported ledger verify` says what is damaged; restore it from a backup"


class PackedReport:
    """A report of the pack: its head as JSON has it, who read it, and where its bytes lie."""

    def __init__(self, head: dict[str, Any]) -> None:
        self.head = head
        self.made = Made("", None)
        self.characters = 0
        """Of the text."""
        self.originals: list[dict[str, Any]] = []

    def values(self) -> dict[str, Any]:
        """The line of reports.jsonl."""
        made = {"read_by": self.made.reader, "read_at": self.made.read_at}
        return {**self.head, "text_file": text_path(self.head["key"]), **made, "originals": self.originals}


def pack_text(archive: Archive, report: PackedReport, source: Source) -> None:
    """The text that offsets count in. Raises: ExportError where it is not that which the claims were read from."""
    text = source.text(report.head["key"])
    if text_sha256(text) != report.head["text_sha256"]:
        raise ExportError(f"the text of report {report.head['key']} is not what its hash says; {VERIFY}")
    report.characters = len(text)
    content = text_bytes(text)
    archive.copy(text_path(report.head["key"]), io.BytesIO(content), len(content))


def pack_originals(archive: Archive, reports: Iterable[PackedReport], source: Source) -> None:
    """The bytes of all reports, each once. Raises: ExportError, LedgerError where they are missing or damaged."""
    paths: dict[str, str] = {}
    for report in reports:
        for capture in source.captures(report.head["key"]):
            sha256 = capture.original.sha256
            if sha256 not in paths:
                paths[sha256] = original_path(capture)
                _pack_original(archive, paths[sha256], capture, source)
            report.originals.append(
                {
                    "path": paths[sha256],
                    "sha256": sha256,
                    "bytes": capture.original.bytes,
                    "file": file_name(capture),
                    "locator": capture.locator or None,
                    "extractor": capture.extractor,
                }
            )


def _pack_original(archive: Archive, path: str, capture: Capture, source: Source) -> None:
    sha256 = capture.original.sha256
    try:
        stream = source.open(sha256)
    except (OSError, KeyError) as err:
        raise ExportError(f"original {sha256} is missing; {VERIFY}") from err
    with stream:
        packed = archive.copy(path, stream, capture.original.bytes)
    if (packed.sha256, packed.bytes) != (sha256, capture.original.bytes):
        raise ExportError(f"the bytes of original {sha256} were changed; {VERIFY}")
