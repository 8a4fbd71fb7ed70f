"""
The decoded lines of a stream, which may be of any length: one at a time, without those that are too long.

UTF-16 and UTF-32 are told by the beginning. All other charsets are read line by line, by the rules of decode.py: a
table put together from several may well hold more than one.
"""

from __future__ import annotations

import codecs
import io
import itertools
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from .decode import BOMS, decode, utf16_without_bom

CHUNK = 1 << 20


class Line(NamedTuple):
    r"""A line with its `\n`, and how it was decoded; no text where it is longer than the limit."""

    text: str | None
    notes: tuple[str, ...] = ()


def read_lines(stream: BinaryIO, limit: int) -> Iterator[Line]:
    r"""
    The lines of `stream`, each with its line end as `\n`, the last one too; `limit` counts bytes.

        >>> [line.text for line in read_lines(io.BytesIO(b"They fled.\r\nNobody returned."), limit=100)]
        ['They fled.\n', 'Nobody returned.\n']
    """
    head = stream.read(CHUNK)
    wide = next((charset for bom, charset in BOMS if charset != "utf-8" and head.startswith(bom)), None)
    chunks = itertools.chain([head], iter(lambda: stream.read(CHUNK), b""))
    if wide or utf16_without_bom(head):
        charset = wide or utf16_without_bom(head) or "utf-16-le"
        yield from _wide_lines(chunks, charset, limit, declared=wide is not None)
        return
    for line in _byte_lines(chunks, limit):
        if line is None:
            yield Line(None)
            continue
        # What most lines are needs no look at its charset.
        plain = line.isascii() and b"\0" not in line
        text, notes = (_unix(line.decode("ascii")), ()) if plain else decode(line)
        yield Line(text if text.endswith("\n") else f"{text}\n", notes)


def _unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _wide_lines(chunks: Iterator[bytes], charset: str, limit: int, *, declared: bool) -> Iterator[Line]:
    notes = () if declared else (f"read as {charset}, which it does not declare",)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(charset)("replace"), translate=True)
    texts = itertools.chain((decoder.decode(chunk) for chunk in chunks), [None])
    rest, too_long, first = "", False, True
    for text in texts:
        *lines, rest = (rest + (decoder.decode(b"", final=True) if text is None else text)).split("\n")
        if text is None and (rest or too_long):
            lines.append(rest)
        for line in lines:
            line = line.removeprefix("\ufeff") if first else line
            first = False
            yield Line(None) if too_long or 2 * len(line) > limit else Line(f"{line}\n", notes)
            too_long = False
        if 2 * len(rest) > limit:
            rest, too_long = "", True


def _byte_lines(chunks: Iterator[bytes], limit: int) -> Iterator[bytes | None]:
    r"""Lines that end in `\n`, `\r\n` or `\r`; None for one that is longer than the limit."""
    rest, too_long = b"", False
    for chunk in chunks:
        # What ends in \r may go on with \n, and what ends in neither goes on.
        *lines, rest = [*(rest + chunk).splitlines(keepends=True), b""]
        if lines and not lines[-1].endswith(b"\n"):
            rest = lines.pop()
        for line in lines:
            yield None if too_long or len(line) > limit else line
            too_long = False
        if len(rest) > limit:
            rest, too_long = b"", True
    if rest or too_long:
        yield None if too_long else rest
