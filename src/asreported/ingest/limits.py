"""How large an input may be. Beyond these sizes something is wrong with the input, or it is not one report."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """
    Units: `text` counts characters of one report, `page` bytes of one HTML page, `file` bytes of any other file, or of
    one line where a line is a report.
    """

    text: int = 5_000_000
    page: int = 5_000_000
    file: int = 20_000_000


DEFAULT = Limits()
