"""How much colour and width a stream has: a terminal all of it, a pipe or a file none; NO_COLOR is heeded."""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn, TextIO

from rich.console import Console

from .table import PIPED_WIDTH


class QuietConsole(Console):
    """A console that leaves a broken pipe to its caller, instead of ending the program with code 1."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def open_console(out: TextIO) -> Console:
    """
    A console for `out`. With NO_COLOR set, not even bold or underlined.

    FORCE_COLOR, which rich heeds, is meant for standard output, not for a file that is being written.
    """
    plain: dict[str, Any] = {"color_system": None} if os.environ.get("NO_COLOR") else {}
    if out is not sys.stdout:
        plain["force_terminal"] = False
    return QuietConsole(file=out, highlight=False, markup=False, emoji=False, **plain)


def table_width(console: Console) -> int:
    """The width of the terminal; of a pipe, COLUMNS or enough for every column."""
    if console.is_terminal or os.environ.get("COLUMNS", "").isdecimal():
        return console.width
    return PIPED_WIDTH
