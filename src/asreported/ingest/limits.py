"""How large an input may be. Beyond these sizes something is wrong with the input, or it is not one report."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """
    Units: `text` counts characters of one report, `page` bytes of one HTML page, `file` bytes of any other file, or of
    one line, message or entry where a file holds many. `unpacked` counts the bytes that a compressed document or a
    part of an archive unpacks to, `ratio` those bytes for each packed one, `members` the files in a zip. `seconds` is
    how long one document may be computed on, or three times that on the clock.
    """

    text: int = 5_000_000
    page: int = 5_000_000
    file: int = 20_000_000
    unpacked: int = 50_000_000
    ratio: int = 200
    members: int = 10_000
    seconds: float = 10.0


DEFAULT = Limits()
