"""
The records of a WARC, one at a time, and where the file is cut or damaged.

WARC libraries end in silence where a file is cut, and give up at the first damaged byte. Here the frame of every record
(gzip member, header, Content-Length, end mark) is followed by our own code, so that a cut is told with its byte and
reading goes on behind a damage; fastwarc parses the headers. WARC/1.0 and 1.1, bare or in gzip (a member a record, as
the standard asks, or one for the whole file), are read; zstd is not. A file that was cut exactly between two records
cannot be told from a whole one.

Source: ISO 28500 (WARC 1.1), with its annex on gzip.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from .limits import Limits
from .warc_source import Readable, Source, Stop

if TYPE_CHECKING:
    from fastwarc.warc import HeaderMap

HEAD = 1 << 16
"""Bytes that are kept of a block above its limit: enough to tell what it holds."""


class Record(NamedTuple):
    """A record: `block` is what follows the header, only its first bytes where `length` is above the limit."""

    number: int
    header: HeaderMap
    block: bytes
    length: int


class Fault(NamedTuple):
    """A stretch of the file that gives no record; `reason` is that of a `Refusal`."""

    number: int
    reason: str
    message: str


def read_records(
    stream: Readable, *, limit: Callable[[HeaderMap], int], limits: Limits, first: int = 1
) -> Iterator[Record | Fault]:
    """
    The records of `stream`, numbered from `first` in the order of the file, and its faults.

    `limit(header)` says how many bytes of a record's block are wanted. A damaged stretch, however long, counts as one
    record. Behind a `truncated` fault there is nothing more.
    """
    source = Source(stream, limits)
    number = first - 1
    while source.begin():
        number += 1
        at = source.at
        try:
            record = _read_record(source, number, limit)
            whole = source.ends_record()
        except Stop as stop:
            if stop.reason == "truncated":
                yield _truncated(number, at, source.end, "in the middle of")
                return
            yield _passed_over(source, number, at, stop)
            continue
        yield record
        if not whole:
            yield _truncated(number, at, source.end, "behind the content, but before the end, of")
            return


def _read_record(source: Source, number: int, limit: Callable[[HeaderMap], int]) -> Record:
    header = _parsed(source.header())
    stated = (header.get("Content-Length") or "").strip()
    if not re.fullmatch(r"[0-9]{1,15}", stated):
        raise Stop("damaged", "a record states no length")
    length, wanted = int(stated), limit(header)
    block = source.take(length if length <= wanted else min(wanted, HEAD))
    source.skip(length - len(block))
    return Record(number, header, block, length)


def _parsed(header: bytes) -> HeaderMap:
    from fastwarc.warc import HeaderMap

    fields = HeaderMap()
    try:
        fields.parse(io.BytesIO(header))
    except OSError as err:
        raise Stop("damaged", f"the header of a record is broken ({err})") from err
    return fields


def _truncated(number: int, at: int, end: int, where: str) -> Fault:
    problem = f"The archive ends at byte {end:,}, {where} its record {number}, which begins at byte {at:,}"
    return Fault(number, "truncated", f"{problem}; expected a whole record. What came before was read. Get it again.")


def _passed_over(source: Source, number: int, at: int, stop: Stop) -> Fault:
    """The fault of a record that cannot be read, once the next one has been looked for."""
    goes_on = source.find_next()
    rest = f"Reading went on at byte {source.at:,}" if goes_on else "No record was found behind it"
    return Fault(number, stop.reason, f"At byte {at:,} {stop.why}; expected a WARC record. {rest}.")
