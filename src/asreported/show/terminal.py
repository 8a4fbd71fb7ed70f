"""How much colour and width a stream has: a terminal all of it, a pipe or a file none; NO_COLOR is heeded."""

from __future__ import annotations

import os
from typing import NoReturn, TextIO

from rich.console import Console

from .table import PIPED_WIDTH


class QuietConsole(Console):
    """A console that leaves a broken pipe to its caller, instead of ending the program with code 1."""

    def on_broken_pipe(self) -> NoReturn:
        raise BrokenPipeError


def open_console(out: TextIO) -> Console:
    """A console for `out`; with NO_COLOR set, not even bold or underlined."""
    if os.environ.get("NO_COLOR"):
        return QuietConsole(file=out, color_system=None, highlight=False, markup=False, emoji=False)
    return QuietConsole(file=out, highlight=False, markup=False, emoji=False)


def table_width(console: Console) -> int:
    """The width of the terminal; of a pipe, COLUMNS or enough for every column."""
    if console.is_terminal or os.environ.get("COLUMNS", "").isdecimal():
        return console.width
    return PIPED_WIDTH
