"""
The package of a WACZ: which WARCs are in it, whether they are what it states, and the titles of its pages.

A WARC may be larger than what zips.py unpacks of a document: it is streamed, and each payload in it has its own limit.
Source: WACZ 1.1.1 (webrecorder), Frictionless Data Package.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any, BinaryIO, NamedTuple

from ..records import Refusal
from .decode import replace_surrogates
from .limits import Limits
from .zips import FREE, METHODS, Spent, TooLarge, open_zip, read_member

WARC_RE = re.compile(r"archive/(?:[^/]+/)*[^/]+\.warc(?:\.gz)?")
PACKAGE = "datapackage.json"
PAGES_RE = re.compile(r"pages/[^/]+\.jsonl")
LONGEST_TITLE = 1000
CHUNK = 1 << 16


class Problem(NamedTuple):
    """What is wrong with a WARC of a package, as in a `Refusal`."""

    reason: str
    message: str


class Package:
    """An opened WACZ; `titles` are those of its pages, by address."""

    def __init__(self, archive: zipfile.ZipFile, origin: str, limits: Limits) -> None:
        self.archive, self.origin, self.limits = archive, origin, limits
        spent = Spent()
        self.hashes = _hashes(self._text(PACKAGE, spent))
        self.titles: dict[str, str] = {}
        for name in sorted(set(archive.namelist())):
            if PAGES_RE.fullmatch(name):
                self.titles.update(_titles(self._text(name, spent)))

    def members(self) -> Iterator[Member]:
        """The WARCs, each to be read before the next is asked for."""
        for name in sorted(name for name in set(self.archive.namelist()) if WARC_RE.fullmatch(name)):
            yield Member(self.archive, name, self.hashes.get(name), self.limits)

    def missing(self) -> Iterator[Refusal]:
        """What the package lists but does not hold."""
        names = set(self.archive.namelist())
        for name in sorted(name for name in self.hashes if WARC_RE.fullmatch(name) and name not in names):
            message = (
                f"{name[:200]}: {PACKAGE} lists it; expected it in the zip, but it is not there. Get the file again."
            )
            yield Refusal(origin=self.origin, reason="damaged", message=message)

    def _text(self, name: str, spent: Spent) -> str:
        """A member that helps to read the others: without it, or with a broken one, they are read all the same."""
        try:
            return read_member(self.archive, name, self.limits, spent).decode("utf-8", "replace")
        except (KeyError, TooLarge, zipfile.BadZipFile):
            return ""


def open_package(stream: BinaryIO, *, origin: str, limits: Limits) -> Package | Refusal:
    """The WACZ in `stream`, which must be seekable, or why it is not opened."""
    archive = open_zip(stream, origin=origin, limits=limits)
    if isinstance(archive, Refusal):
        return archive
    if not any(WARC_RE.fullmatch(name) for name in archive.namelist()):
        message = (
            "The package holds no web archive; expected archive/NAME.warc.gz in it. Read the WARC files themselves."
        )
        return Refusal(origin=origin, reason="left-out", message=message)
    return Package(archive, origin, limits)


class Member:
    """
    One WARC of a package, as a stream that never raises: where it is damaged, or unpacks to too much, it ends.

    `finish` says what was wrong, once the WARC has been read.
    """

    def __init__(self, archive: zipfile.ZipFile, name: str, stated: str | None, limits: Limits) -> None:
        self.name = name[:200]
        self.entry = archive.getinfo(name)
        self.stated, self.limits = stated, limits
        self.problem: Problem | None = None
        self._archive = archive
        self._stream: IO[bytes] | None = None
        self._hash = hashlib.sha256()
        self._size = 0

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        if self.problem:
            return b""
        try:
            piece = self._opened().read(self._wanted(size))
        # What damaged members raise is not one kind of error.
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, struct.error) as err:
            why = str(err).strip(". ")[:100]
            self.problem = Problem("damaged", f"It is damaged in the zip ({why}); expected a whole file. Get it again.")
            return b""
        self._size += len(piece)
        if self._size > max(FREE, self.limits.ratio * self.entry.compress_size):
            problem = f"It unpacks to more than {self.limits.ratio} times its size, which no archive of pages does"
            self.problem = Problem("too-large", f"{problem}. What came before was read.")
            return b""
        self._hash.update(piece)
        return piece

    def finish(self) -> Problem | None:
        """What is wrong with the WARC, which is read to its end for that."""
        while self.read(CHUNK):
            pass
        if self.problem or self.stated is None or self.stated == self._hash.hexdigest():
            return self.problem
        problem = f"Its SHA-256 is {self._hash.hexdigest()[:12]}…; expected {self.stated[:12]}…, as {PACKAGE} states"
        return Problem("damaged", f"{problem}. It was changed after it was packed; its pages were read all the same.")

    def _wanted(self, size: int) -> int:
        """
        `size`, so that the last byte is read by itself: with a wrong checksum zipfile keeps back what is read last.
        """
        left = self.entry.file_size - self._size
        return min(size, max(left - 1, 1)) if left > 0 else size

    def _opened(self) -> IO[bytes]:
        if self._stream is None:
            if self.entry.compress_type not in METHODS:
                raise zipfile.BadZipFile("packed in a way that is not read")
            self._stream = self._archive.open(self.entry)
        return self._stream


def _hashes(package: str) -> dict[str, str]:
    """The SHA-256 that a datapackage.json states for each path, in lower case; none where it is not understood."""
    stated = _json(package)
    resources = stated.get("resources") if isinstance(stated, dict) else None
    hashes = {}
    for resource in resources if isinstance(resources, list) else ():
        path, value = (resource.get("path"), resource.get("hash")) if isinstance(resource, dict) else (None, None)
        if isinstance(path, str) and isinstance(value, str) and value.lower().startswith("sha256:"):
            hashes[path] = value[len("sha256:") :].strip().lower()
    return hashes


def _titles(pages: str) -> Mapping[str, str]:
    """The title of each page of a list of pages, by address; lines that are not understood are passed over."""
    titles = {}
    for line in pages.split("\n"):
        page = _json(line)
        url, title = (page.get("url"), page.get("title")) if isinstance(page, dict) else (None, None)
        if isinstance(url, str) and isinstance(title, str) and len(title) <= LONGEST_TITLE:
            titles[url] = " ".join(replace_surrogates(title)[0].split())
    return titles


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
