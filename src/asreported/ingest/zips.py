"""
Zip files of strangers, opened and unpacked within limits: DOCX, WACZ and whatever else is a zip inside.

What a zip says of itself is not believed: the number of its members is counted before `zipfile` makes a list of them,
and a member is unpacked piece by piece until what really comes out passes a limit. Names of members are keys, never
paths. A zip in a zip is bytes like any other.
"""

from __future__ import annotations

import dataclasses
import io
import struct
import zipfile
import zlib
from typing import BinaryIO

from ..errors import AsreportedError
from ..records import Refusal
from .limits import Limits

END, END64, LOCATOR64, ENTRY = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02"
END_SIZE, LOCATOR_SIZE = 22, 20
LONGEST_COMMENT = 65_535
ENTRY_BYTES = 512
"""Bytes of the directory for each member that is allowed: 46 and its name, with room for extra fields."""
CHUNK = 1 << 16
FREE = 1_000_000
"""Bytes that may come out at any ratio: little text that repeats itself packs very well and harms nobody."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What DOCX and WACZ are packed with. LZMA would take the memory that the file asks for."""


class TooLarge(AsreportedError):
    """Raised where what is unpacked passes a limit; the message says which, for a refusal `too-large`."""


@dataclasses.dataclass
class Spent:
    """How many bytes were unpacked from one archive so far: its members share the limit."""

    unpacked: int = 0


def open_zip(stream: BinaryIO, *, origin: str, limits: Limits) -> zipfile.ZipFile | Refusal:
    """
    The zip in `stream`, which must be seekable, or why it is not opened: damaged, encrypted or with too many members.

        >>> open_zip(io.BytesIO(b"PK"), origin="a.docx", limits=Limits()).reason
        'damaged'
    """
    try:
        members = count_members(stream, limits)
    except (OSError, struct.error, ValueError) as err:
        return refuse_damaged(origin, str(err))
    if members > limits.members:
        return _refuse_members(origin, limits)
    try:
        archive = zipfile.ZipFile(stream)
    # Besides BadZipFile, zipfile lets struct, Unicode and other errors of broken directories out.
    except Exception as err:
        return refuse_damaged(origin, str(err))
    entries = archive.infolist()
    if len(entries) > limits.members:
        return _refuse_members(origin, limits)
    if any(entry.flag_bits & 1 for entry in entries):
        message = "It is encrypted; expected one that opens without a password. Save it without a password."
        return Refusal(origin=origin, reason="encrypted", message=message)
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limits: Limits, spent: Spent) -> bytes:
    """
    The bytes of one member, at most what is left of `limits.unpacked` and `limits.ratio` for each packed byte.

    Raises: TooLarge; KeyError where there is no such member; zipfile.BadZipFile where it is damaged.
    """
    entry = archive.getinfo(name)
    if entry.compress_type not in METHODS or entry.flag_bits & 1:
        raise zipfile.BadZipFile(f"{name[:80]!r} is packed in a way that is not read")
    most = min(limits.unpacked - spent.unpacked, max(FREE, limits.ratio * entry.compress_size))
    pieces: list[bytes] = []
    size = 0
    try:
        with archive.open(entry) as member:
            while piece := member.read(CHUNK):
                size += len(piece)
                if size > most:
                    break
                pieces.append(piece)
    # What damaged members raise is not one kind of error either.
    except (zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error) as err:
        raise zipfile.BadZipFile(f"{name[:80]!r}: {err}") from err
    finally:
        spent.unpacked += size
    if size > most:
        ratio = most < limits.unpacked - (spent.unpacked - size)
        limit = f"{limits.ratio} times its size" if ratio else f"{limits.unpacked:,} bytes"
        raise TooLarge(f"It unpacks to more than {limit}, which no report needs")
    return b"".join(pieces)


def count_members(stream: BinaryIO, limits: Limits) -> int:
    """
    How many members the directory of a zip has, by its length as well as by the count that it states.

    Raises: ValueError where there is no directory.
    """
    size = stream.seek(0, io.SEEK_END)
    start = max(0, size - LONGEST_COMMENT - END_SIZE)
    stream.seek(start)
    tail = stream.read(LONGEST_COMMENT + END_SIZE)
    at = tail.rfind(END, 0, len(tail) - END_SIZE + len(END))
    if at < 0:
        raise ValueError("it has no directory at its end")
    short: tuple[int, int, int] = (*struct.unpack("<HL", tail[at + 10 : at + 16]), start + at)
    stated, length, position = _end64(stream, start + at - LOCATOR_SIZE) or short
    # zipfile reads until the directory's length is used up and does not look at the count.
    if length > limits.members * ENTRY_BYTES:
        return max(stated, length // ENTRY_BYTES)
    stream.seek(max(0, position - length))
    return max(stated, stream.read(length).count(ENTRY))


def _end64(stream: BinaryIO, at: int) -> tuple[int, int, int] | None:
    """The count, length and end of the directory of a large zip, where there is a locator of one at `at`."""
    if at < 0:
        return None
    stream.seek(at)
    locator = stream.read(LOCATOR_SIZE)
    if not locator.startswith(LOCATOR64):
        return None
    position = at - 56  # where zipfile looks, whatever the locator says
    if position < 0:
        return None
    stream.seek(position)
    end = stream.read(56)
    if not end.startswith(END64):
        return None
    stated, length = struct.unpack("<QQ", end[32:48])
    return stated, length, position


def refuse_damaged(origin: str, problem: str) -> Refusal:
    """The refusal of a zip that cannot be opened."""
    detail = f" ({problem.strip('. ')[:100]})" if problem else ""
    message = f"It is not a whole zip file{detail}, which this kind of document is. Get it again, or save it as text."
    return Refusal(origin=origin, reason="damaged", message=message)


def _refuse_members(origin: str, limits: Limits) -> Refusal:
    message = f"It holds more than {limits.members:,} files, which no report needs; it was not unpacked. Split it."
    return Refusal(origin=origin, reason="too-large", message=message)
