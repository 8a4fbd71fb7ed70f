"""
The bytes of a WARC: unpacked from gzip within limits, followed from record to record, and searched behind a damage.

Units: places are bytes of the file, of the gzip member where it is packed. Nothing here knows what a record says.
"""

from __future__ import annotations

import io
import re
import zlib
from typing import Any, Protocol

from .limits import Limits

CHUNK = 1 << 18
LONGEST_HEADER = 1 << 15
"""Bytes of a record's header, as in fastwarc."""
END_MARK = b"\r\n\r\n"
VERSION = b"WARC/"
VERSION_RE = re.compile(rb"WARC/[01]\.\d{1,2}[ \t]{0,9}\r\n")
START_RE = re.compile(rb"WARC/[01]\.\d{1,2}\r\n[A-Za-z-]{1,40}:")
LONGEST_START = 64
GZIP = b"\x1f\x8b\x08"
GZIP_HEAD = 1024
"""Bytes of a gzip member that show whether a record begins in it."""
SMALL = 1_000_000
"""Unpacked bytes up to which no ratio of packing is held to be a bomb."""
MOST_TRIES = 100_000
"""Gzip signatures that are tried in search of the next record: with more of them, somebody put them there."""


class Readable(Protocol):
    """What an archive is read from."""

    def read(self, size: int, /) -> bytes: ...


class Stop(Exception):
    """Raised where a record does not go on: `reason` is that of a `Refusal`, `why` for people."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason, self.why = reason, why


class Source:
    """
    The bytes of an archive, unpacked, seen through a window that `fill` lengthens and `take` and `skip` shorten.

    One `fill` never crosses the end of a gzip member, so that `at` names the member in which a record begins.
    """

    def __init__(self, stream: Readable, limits: Limits) -> None:
        self.stream, self.limits = stream, limits
        self.window = bytearray()
        self.packed = stream.read(CHUNK)
        """Bytes of the file that are read but not yet unpacked."""
        self.end = len(self.packed)
        """Bytes of the file that are read."""
        self.gzipped = _is_gzip(self.packed)
        self.fault: str | None = None
        """Why it does not go on: `truncated`, `damaged` or `too-large`."""
        self.member: Any = None
        """The unpacker of the gzip member that is being read."""
        self.member_at = self.unpacked = 0

    @property
    def at(self) -> int:
        """Where in the file the window begins: its byte, or that of the gzip member it comes from."""
        return self.member_at if self.gzipped else self.end - len(self.packed) - len(self.window)

    # ---- records ----

    def begin(self) -> bool:
        """Whether there is a record, or something in its place; line ends before it are passed over."""
        while True:
            del self.window[: len(self.window) - len(self.window.lstrip(b"\r\n"))]
            if self.window:
                return True
            if not self.fill():
                return self.fault is not None

    def header(self) -> bytes:
        """The header of the record that begins here, with its empty line."""
        while True:
            start = bytes(self.window[: len(VERSION)])
            if not VERSION.startswith(start):
                raise Stop("damaged", "the bytes are no record")
            end = self.window.find(END_MARK, 0, LONGEST_HEADER)
            if end >= 0:
                if not VERSION_RE.match(self.window):
                    raise Stop("damaged", "the bytes are no record")
                return self.take(end + len(END_MARK))
            if len(self.window) >= LONGEST_HEADER:
                raise Stop("damaged", f"the header of a record is longer than {LONGEST_HEADER:,} bytes")
            if not self.fill():
                raise self._stop()

    def take(self, size: int) -> bytes:
        while len(self.window) < size:
            if not self.fill():
                raise self._stop()
        taken = bytes(self.window[:size])
        del self.window[:size]
        return taken

    def skip(self, size: int) -> None:
        while size > len(self.window):
            size -= len(self.window)
            self.window.clear()
            if not self.fill():
                raise self._stop()
        del self.window[:size]

    def ends_record(self) -> bool:
        """
        Whether the file is not cut behind the block just taken; passes over the end mark.

        A gzip member is unpacked to its end, where its checksum stands: a record with a wrong one is not to be read.
        """
        while len(self.window) < len(END_MARK) and self._fill_from_member():
            pass
        marked = self.window.startswith(END_MARK)
        if marked:
            del self.window[: len(END_MARK)]
        while not self.window and self._fill_from_member():
            pass
        if self.fault == "damaged":
            raise self._stop()
        if self.gzipped:  # some writers leave the mark out; in a whole member that is no cut
            return self.fault != "truncated"
        return marked or bool(self.window.strip(b"\r\n"))

    def find_next(self) -> bool:
        """Moves the window to the next start of a record behind its first byte; whether there is one."""
        del self.window[:1]
        while True:
            if found := START_RE.search(self.window):
                del self.window[: found.start()]
                return True
            del self.window[:-LONGEST_START]
            if not self.fill():
                break
        self.window.clear()
        return self.fault in ("damaged", "too-large") and self._find_member()

    def _stop(self) -> Stop:
        if self.fault == "damaged":
            return Stop("damaged", "the compressed data are damaged")
        if self.fault == "too-large":
            return Stop("too-large", f"the data unpack to more than {self.limits.ratio} times their size")
        return Stop("truncated", "the file ends")

    # ---- bytes ----

    def fill(self) -> bool:
        """Some more bytes into the window; False where there are none."""
        while not self.fault:
            chunk = self._unpack() if self.gzipped else self._read()
            if chunk:
                self.window += chunk
                return True
            if not self.packed and self.member is None:
                return False
        return False

    def _fill_from_member(self) -> bool:
        """As `fill`, but only as far as the end of the gzip member."""
        return (not self.gzipped or self.member is not None) and self.fill()

    def _read(self) -> bytes:
        if not self.packed:
            self.packed = self.stream.read(CHUNK)
            self.end += len(self.packed)
        raw, self.packed = self.packed, b""
        return raw

    def _unpack(self) -> bytes:
        """What one more chunk unpacks to: nothing where a member ends, with a fault, and at the end of the file."""
        packed = self._read()
        if self.member is None:
            if not packed:
                return b""
            self.member_at, self.unpacked = self.end - len(packed), 0
            self.member = zlib.decompressobj(wbits=31)
        try:
            chunk: bytes = self.member.decompress(packed, CHUNK)
        except zlib.error:
            self.packed, self.fault = packed, "damaged"
            return b""
        finished = self.member.eof
        if not (packed or chunk or finished):
            self.fault = "truncated"
            return b""
        self.packed = self.member.unused_data if finished else self.member.unconsumed_tail
        self.unpacked += len(chunk)
        if self.unpacked > max(SMALL, self.limits.ratio * (self.end - len(self.packed) - self.member_at)):
            self.fault = "too-large"
            return b""
        if finished:
            self.member = None
        return chunk

    def _find_member(self) -> bool:
        """Moves the window to the next gzip member in which a record begins, behind the one with the fault."""
        start = 1 if self.end - len(self.packed) == self.member_at else 0
        self.member = self.fault = None
        for _ in range(MOST_TRIES):
            while (found := self.packed.find(GZIP, start)) < 0 or len(self.packed) - found < GZIP_HEAD:
                keep = found if found >= 0 else max(len(self.packed) - len(GZIP) + 1, start)
                more = self.stream.read(CHUNK)
                self.end += len(more)
                self.packed, start = self.packed[keep:] + more, 0
                if not more:
                    break
            found = self.packed.find(GZIP, start)
            if found < 0:
                break
            if _begins_record(self.packed[found : found + GZIP_HEAD]):
                self.packed = self.packed[found:]
                return self.fill()
            start = found + 1
        self.packed, self.stream = b"", io.BytesIO()
        return False


def _is_gzip(head: bytes) -> bool:
    """Whether a file that begins so is packed; where its very first bytes are damaged, gzip shows itself further on."""
    start = head[: len(GZIP)]
    if GZIP.startswith(start):
        return bool(start)
    return not VERSION.startswith(start) and GZIP in head


def _begins_record(packed: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, len(VERSION)) == VERSION
    except zlib.error:
        return False
