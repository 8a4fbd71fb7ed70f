"""
What the commands over a ledger share: where their answer goes and in which format, days, and how they end.

Nothing heavy at the top, so that `--help` stays fast.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

FAILED = 2
INTERRUPTED = 130
FORMATS = ("text", "json", "html")
SUFFIXES = {".json": "json", ".html": "html", ".htm": "html", ".txt": "text"}
"""The format that the end of a file's name asks for."""


def add_output(command: argparse.ArgumentParser) -> None:
    """Adds the options that `choose_output` reads."""
    command.add_argument("--format", choices=FORMATS, help="default: by the suffix of FILE, else text")
    command.add_argument("-o", "--output", metavar="FILE", help="write to FILE; - is standard output")


def choose_output(args: argparse.Namespace) -> tuple[Path | None, str]:
    """The file, None for standard output, and the format; ends the program where none is known."""
    if args.output in (None, "-"):
        return None, args.format or "text"
    output = Path(args.output)
    format = args.format or SUFFIXES.get(output.suffix.lower())
    if output.is_dir():
        args.error(f"{args.output!r} is a folder: name a file in it")
    if format is None:
        args.error(f"no format is known for {output.suffix or output.name!r}: give --format ({', '.join(FORMATS)})")
    return output, str(format)


def write_output(show: Callable[[TextIO], None], output: Path | None) -> None:
    """Let `show` write to the file, which appears only when it is whole, or to standard output."""
    from .show.output import open_output

    with open_output(output) if output else contextlib.nullcontext(sys.stdout) as out:
        show(out)
        out.flush()


def guard(run: Callable[[], int]) -> int:
    """The exit code of `run`; what can go wrong becomes a line on standard error and an exit code."""
    from .errors import AsreportedError

    try:
        return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on: give Python something to flush into at its end, or it complains then.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (AsreportedError, OSError) as err:
        say(str(err))
        return FAILED


def day(text: str) -> dt.date:
    """A day as an argument."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as err:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write YYYY-MM-DD") from err


def say(text: str) -> None:
    """A line on standard error, made safe to show."""
    from .show.words import safe_line

    print(f"asreported: {safe_line(text)}", file=sys.stderr, flush=True)
