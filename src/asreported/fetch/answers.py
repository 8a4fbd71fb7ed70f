"""
What a server sends, read as it comes, capped, and kept byte by byte.
"""

from __future__ import annotations

import datetime as dt
import zlib
from http import HTTPStatus

import h11

from ..records import Record
from .urls import Address, FailedError, Target

REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Caps(Record, frozen=True, kw_only=True):
    """Units: `seconds` for a URL with all its redirects; `size` and `head` in bytes, of a body and of header fields."""

    seconds: float = 30.0
    size: int = 20_000_000
    head: int = 65_536
    redirects: int = 5


class Exchange(Record, frozen=True, kw_only=True):
    """
    One request and its answer.

    `request`, `head` (status line and fields, with the empty line) and `body` are the bytes that went over the wire,
    `body` still chunked and packed if it came so; `content` is the body unpacked. `date` is in UTC.
    """

    url: str
    host: str
    address: str
    date: dt.datetime
    request: bytes
    head: bytes
    body: bytes
    status: int
    reason: str
    type: str
    location: str | None
    content: bytes

    @property
    def is_page(self) -> bool:
        """Whether the server gave what was asked for."""
        return 200 <= self.status < 300


class Answer:
    """What a server sends, read by h11 as it comes, and kept as it came."""

    def __init__(self, parser: h11.Connection, caps: Caps) -> None:
        self._parser, self._caps = parser, caps
        self._received = bytearray()
        self._begin = self._middle = self._end = 0
        self._response: h11.Response | None = None
        self._content: Unpacker | None = None
        self.is_whole = False

    def feed(self, data: bytes) -> None:
        """Raises: FailedError, h11.RemoteProtocolError."""
        if not data and not self._received:
            raise FailedError("the server closed the connection without an answer")
        self._received += data
        self._parser.receive_data(data)
        while not self.is_whole:
            event = self._parser.next_event()
            if event is h11.NEED_DATA:
                break
            self._note(event)
        if self._response is None:
            self._check_head(len(self._received))
        elif len(self._received) - self._middle > self._caps.size:
            raise too_large(self._caps.size)

    def _check_head(self, size: int) -> None:
        """Of all that comes before a body; h11 looks at a single answer that is not whole yet."""
        if size > self._caps.head:
            raise FailedError(f"header fields of more than {self._caps.head:,} bytes")

    def _note(self, event: object) -> None:
        if isinstance(event, h11.InformationalResponse):  # "100 Continue" and the like come before the answer
            self._begin = self._middle = self._position()
        elif isinstance(event, h11.Response):
            self._response, self._middle = event, self._position()
            self._check_head(self._middle)
            declared = _field(event, b"content-length")
            if declared.isdecimal() and int(declared) > self._caps.size:
                raise too_large(self._caps.size)
            self._content = Unpacker(_field(event, b"content-encoding"), self._caps.size)
        elif isinstance(event, h11.Data) and self._content:
            self._content.feed(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage):
            self._end, self.is_whole = self._position(), True
        else:
            raise FailedError("the server's answer is no page")

    def _position(self) -> int:
        """How much of what was received the parser has read."""
        return len(self._received) - len(self._parser.trailing_data[0])

    def exchange(self, target: Target, address: Address, date: dt.datetime, request: bytes) -> Exchange:
        if self._response is None or self._content is None:
            raise FailedError("the server's answer is no page")
        status = self._response.status_code
        location = _field(self._response, b"location") if status in REDIRECTS else ""
        return Exchange(
            url=target.url, host=target.host, address=str(address), date=date, request=request,
            head=bytes(self._received[self._begin : self._middle]),
            body=bytes(self._received[self._middle : self._end]),
            status=status,
            reason=self._response.reason.decode("latin-1") or _usual_reason(status),
            type=_field(self._response, b"content-type").partition(";")[0].strip().lower(),
            location=location or None,
            content=self._content.finish(),
        )  # fmt: skip


class Unpacker:
    """
    The bytes of a body, unpacked as they come, up to `most` bytes of them.

    Raises: FailedError, where there are more, where they are packed in a way that was not asked for, or are damaged.
    """

    def __init__(self, encoding: str, most: int) -> None:
        names = [name for part in encoding.split(",") if (name := part.strip().lower()) not in ("", "identity")]
        if names not in ([], ["gzip"], ["x-gzip"]):
            raise FailedError(f"packed as {encoding[:40]!r}, which was not asked for")
        self._gzip = zlib.decompressobj(31) if names else None  # 31: with the header and trailer of gzip
        self._most = most
        self._content = bytearray()

    def feed(self, data: bytes) -> None:
        if self._gzip is None:
            self._add(data)
            return
        while data:
            try:
                # One byte more than may come, so that more than that is noticed and not unpacked.
                self._add(self._gzip.decompress(data, self._most + 1 - len(self._content)))
            except zlib.error as err:
                raise FailedError(f"packed as gzip and damaged ({err})") from err
            data = self._gzip.unconsumed_tail
            if self._gzip.eof and self._gzip.unused_data:  # gzip files may follow one another
                data, self._gzip = self._gzip.unused_data, zlib.decompressobj(31)

    def finish(self) -> bytes:
        """All of it."""
        if self._gzip is not None and not self._gzip.eof and self._content:
            raise FailedError("packed as gzip and cut off")
        return bytes(self._content)

    def _add(self, data: bytes) -> None:
        self._content += data
        if len(self._content) > self._most:
            raise too_large(self._most)


def too_large(most: int) -> FailedError:
    return FailedError(f"more than {most:,} bytes")


def _field(response: h11.Response, name: bytes) -> str:
    """A header field; joined where it comes more than once, and "" where it does not come."""
    values = b", ".join(value for key, value in response.headers if key == name)
    try:
        return values.decode("utf-8")
    except UnicodeDecodeError:
        return values.decode("latin-1")


def _usual_reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
