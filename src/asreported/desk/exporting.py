"""
What a filter finds as a file in any format of asreported.exports, not only the page that is shown.

An export is written to a file without a name in the ledger's folder while the browser fetches what is there already:
so its length does not matter, and a slow browser keeps no ledger from others.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from ..exports import FORMATS, LedgerSource, Options, load_format, write_export
from ..exports.about import About, describe, encode_about
from ..exports.formats import Format
from ..exports.told import ExportError
from .filters import FilterError, read_filter, understood
from .pages import desk_of, render
from .state import Desk

PIECE = 1 << 18
AT_ONCE = threading.Semaphore(2)
"""Exports that are written at a time, so that other views always find a ledger."""
BUSY = "two exports are being written; fetch this one when one of them has come"


class _Asked(NamedTuple):
    """What an address asks for."""

    format: Format
    over: str
    options: Options
    params: dict[str, str]


def export(request: Request) -> Response:
    """What the filter finds in the `format` that is asked for."""
    asked = _read(request)
    make = _maker(request, asked)
    suffix = asked.format.suffix
    name = f"asreported-{asked.over}-{dt.date.today().isoformat()}{suffix}"
    growing = _Growing(desk_of(request), make)
    pieces = growing.pieces()
    first = next(pieces, b"")  # what fails at once is told on a page, not by a broken file
    return _Attachment(_joined(first, pieces), name, asked.format.media_type, then=growing.close)


def about(request: Request) -> Response:
    """What the same export holds and leaves out, and why: its about file."""
    asked = _read(request)
    make = _maker(request, asked)
    if not AT_ONCE.acquire(blocking=False):
        raise ExportError(BUSY)
    try:
        told = make(cast(BinaryIO, _Nowhere()))
    finally:
        AT_ONCE.release()
    name = f"asreported-{asked.over}-{dt.date.today().isoformat()}{asked.format.suffix}.about.json"
    return _Attachment(iter([encode_about(told)]), name, "application/json")


def choices(request: Request) -> Response:
    """The page on which a format is chosen."""
    filter = read_filter(request.query_params)
    formats = [load_format(name) for name in FORMATS]
    return render(request, "export.html", view="export", filter=filter, string=filter.string(), formats=formats)


def _read(request: Request) -> _Asked:
    params = dict(request.query_params)
    name = params.get("format", "csv")
    if name not in FORMATS:
        raise FilterError(f"format {name!r} is not one of {', '.join(FORMATS)}")
    format = load_format(name)
    over = params.get("over") or next(iter(format.columns))
    if over not in format.columns:
        raise FilterError(f"{format.title} is over {' or '.join(format.columns)}, not over {over}")
    return _Asked(format, over, Options(possible=params.get("possible") == "1"), params)


def _maker(request: Request, asked: _Asked) -> Callable[[BinaryIO], About]:
    filter = read_filter(request.query_params)
    ledgers = desk_of(request).ledgers

    def make(out: BinaryIO) -> About:
        with ledgers.reading() as ledger:
            query, _ = understood(ledger, filter.query)
            source = LedgerSource(ledger, query)
            told = describe(filter.query)
            return write_export(asked.format, source, out, over=asked.over, options=asked.options, filter=told)

    return make


class _Attachment(StreamingResponse):
    """A file for the browser to keep. `then` is called when it was sent, or when nobody wants it any more."""

    def __init__(
        self, content: Iterator[bytes], name: str, media_type: str, *, then: Callable[[], None] = lambda: None
    ) -> None:
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        super().__init__(content, media_type=media_type, headers=headers)
        self._then = then

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._then()


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


class _Abandoned(Exception):
    """Ends the writing when nobody fetches any more."""


class _Growing:
    """A file that one thread writes while another reads what is there."""

    def __init__(self, desk: Desk, make: Callable[[BinaryIO], About]) -> None:
        if not AT_ONCE.acquire(blocking=False):
            raise ExportError(BUSY)
        self._make = make
        self._file = tempfile.TemporaryFile(dir=_folder(desk))  # noqa: SIM115 - closed when it was fetched
        self._written = 0
        self._done = self._abandoned = False
        self._error: BaseException | None = None
        self._change = threading.Condition()
        threading.Thread(target=self._write, name="asreported export", daemon=True).start()

    def write(self, data: Any) -> int:
        """Called by the thread that writes."""
        with self._change:
            if self._abandoned:
                raise _Abandoned
            self._file.seek(self._written)
            self._file.write(data)
            self._written += memoryview(data).nbytes
            self._change.notify()
        return memoryview(data).nbytes

    def flush(self) -> None:
        """Nothing waits here."""

    def _write(self) -> None:
        error: BaseException | None = None
        try:
            self._make(cast(BinaryIO, self))  # of a stream it has what write_export asks for
        except _Abandoned:
            pass
        except BaseException as err:
            error = err
        finally:
            AT_ONCE.release()
            with self._change:
                self._done, self._error = True, error
                self._change.notify()

    def pieces(self) -> Iterator[bytes]:
        """What was written, as it comes. Raises: what writing it raised, so that no half file seems whole."""
        at = 0
        try:
            while True:
                with self._change:
                    while not self._done and not self._abandoned and self._written == at:
                        self._change.wait()
                    if self._error:
                        raise self._error
                    if self._abandoned:
                        return
                    self._file.seek(at)
                    piece = self._file.read(min(PIECE, self._written - at))
                    ended = self._done and not piece
                if ended:
                    return
                at += len(piece)
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """End the writing, if it goes on, and let the file go."""
        with self._change:
            self._abandoned = True
            self._file.close()
            self._change.notify_all()


def _folder(desk: Desk) -> Path | None:
    """Beside the ledger, where the user keeps such material anyway; None is the system's own folder."""
    where = Path(str(desk.ledgers.where))
    return where if where.is_dir() else None


class _Nowhere:
    """What is written here is gone."""

    def write(self, data: Any) -> int:
        return memoryview(data).nbytes

    def flush(self) -> None:
        pass


ROUTES = [Route("/export", export), Route("/export/about", about), Route("/export/formats", choices)]
