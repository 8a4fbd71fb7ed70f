"""What files of an evidence pack are called: by keys and hashes, never by what a report or a path says."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath, PureWindowsPath

from .source import Capture

_PLAIN_RE = re.compile(r"[0-9a-zA-Z]{1,64}")
TYPES = {
    ".txt": ".txt", ".html": ".html.txt", ".htm": ".html.txt", ".xhtml": ".html.txt", ".xml": ".xml.txt",
    ".json": ".json.txt", ".jsonl": ".jsonl.txt", ".ndjson": ".jsonl.txt", ".csv": ".csv.txt", ".tsv": ".tsv.txt",
    ".ris": ".ris.txt", ".rss": ".xml.txt", ".atom": ".xml.txt", ".eml": ".eml.txt", ".mbox": ".mbox.txt",
    ".pdf": ".pdf.bin", ".docx": ".docx.bin", ".warc": ".warc.bin", ".gz": ".gz.bin", ".wacz": ".wacz.bin",
}  # fmt: skip
"""
Suffix of a file → that of its copy in the pack, which ends so that a double click shows text or nothing: no browser
renders it, and no program runs what it holds.
"""
OTHER = ".bin"


def file_name(capture: Capture) -> str | None:
    """The name of the file that a report was taken from, without the folders, which concern nobody else."""
    origin = capture.origin or ""
    if capture.locator:
        origin = origin.removesuffix(f":{capture.locator}")
    return PureWindowsPath(PurePosixPath(origin).name).name or None


def text_path(key: str) -> str:
    """Where the text of the report `key` lies in the pack."""
    return f"reports/{_plain(key)}.txt"


def original_path(capture: Capture) -> str:
    """Where the bytes of an original lie in the pack."""
    suffix = PurePosixPath((file_name(capture) or "").lower()).suffix
    return f"originals/{_plain(capture.original.sha256)}{TYPES.get(suffix, OTHER)}"


def _plain(key: str) -> str:
    """
    `key` where it can be a file's name everywhere, else the SHA-256 of it.

        >>> _plain("0a1b"), len(_plain("../../etc/passwd"))
        ('0a1b', 64)
    """
    return key if _PLAIN_RE.fullmatch(key) else hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
