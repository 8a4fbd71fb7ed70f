"""
What was fetched, kept as WARC (ISO 28500): the bytes of every request and answer, redirects too, with address and time.

One file a run, made new and readable by its owner alone. Each record is a gzip member of its own and is written when
it is whole: what stands in the file after Ctrl-C, a full disk or a lost machine can be read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ..errors import AsreportedError
from .answers import Exchange

SUFFIX = ".warc.gz"
VERSION = "1.1"


class ArchiveError(AsreportedError):
    """Raised where the file for what is fetched cannot be made; nothing is fetched."""


class Archive:
    """A WARC file that is being written. A file in which no answer was kept is removed when it is closed."""

    def __init__(self, path: Path, agent: str) -> None:
        """
        Make the file `path`.

        Raises: ArchiveError, where it is there already; OSError.
        """
        self.path, self.kept = path, 0
        try:
            # O_EXCL follows no link either: a link that somebody left there leads to no other file.
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        except FileExistsError as err:
            raise ArchiveError(f"{str(path)!r} exists and is not overwritten: name another file with -o") from err
        self._size = 0
        self._buffer = io.BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=True, warc_version=VERSION)
        info = {"software": agent, "format": f"WARC File Format {VERSION}", "robots": "ignore"}
        record = self._writer.create_warcinfo_record(path.name, info)
        self._info = record.rec_headers.get_header("WARC-Record-ID")
        self._writer.write_record(record)
        self._flush()

    def keep(self, exchange: Exchange) -> None:
        """Write the answer, and the request that it answers."""
        fields = {
            "WARC-Date": exchange.date.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "WARC-IP-Address": exchange.address,
            "WARC-Warcinfo-ID": self._info,
        }
        answer = self._record("response", exchange.url, exchange.head, exchange.body, fields)
        request = self._record("request", exchange.url, exchange.request, b"", fields)
        self._writer.write_request_response_pair(request, answer)
        self._flush()
        self.kept += 1

    def _record(self, kind: str, url: str, head: bytes, body: bytes, fields: Mapping[str, str]) -> Any:
        return self._writer.create_warc_record(
            url, kind, io.BytesIO(body), len(body), http_headers=AsReceived(head), warc_headers_dict=dict(fields)
        )

    def _flush(self) -> None:
        """Add the buffer to the file: all of it, or nothing."""
        data = memoryview(self._buffer.getvalue())
        self._buffer.seek(0)
        self._buffer.truncate()
        done = 0
        try:
            while done < len(data):
                done += os.write(self._file, data[done:])
        except BaseException:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(data)

    def close(self) -> None:
        """Close the file; remove it if no answer is in it."""
        with contextlib.suppress(OSError):
            os.fsync(self._file)
        os.close(self._file)
        if not self.kept:
            self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


class AsReceived(StatusAndHeaders):  # type: ignore[misc]
    """Status line and fields byte by byte, which warcio would otherwise put together anew from what it parsed."""

    def __init__(self, raw: bytes) -> None:
        super().__init__("as received", [])
        self.raw = raw

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        self.headers_buff = self.raw


def open_archive(path: Path | None, agent: str, *, now: dt.datetime) -> Archive:
    """The archive `path`, or a new one in the current folder that is named after the time, in UTC."""
    if path is not None:
        return Archive(path, agent)
    stem = f"fetched-{now.astimezone(dt.UTC):%Y%m%d-%H%M%S}"
    for number in range(2, 100):
        with contextlib.suppress(ArchiveError):
            return Archive(Path(f"{stem}{SUFFIX}"), agent)
        stem = f"{stem[:23]}-{number}"
    raise ArchiveError(f"{stem}{SUFFIX} and 98 others exist: name a file with -o")
