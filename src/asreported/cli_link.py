"""
The command `asreported ledger link`, and the linking with which `asreported add` ends. Arguments in, text out.
"""

from __future__ import annotations

import argparse
import sys
import time
from typing import TYPE_CHECKING

from .ledger.places import add_where, chosen

if TYPE_CHECKING:
    from .ledger.linking import Linked
    from .ledger.store import Ledger

FAILED = 2
INTERRUPTED = 130
EVERY = 0.5  # seconds between two lines of progress

LINK_HELP = """Find which claims of different reports tell of the same incident.

`asreported add` does this at its end; what people decided with `ledger decide` takes effect here
or with the next add. A run that was stopped goes on where it was when it is run again.
docs/linking.md says how incidents come about and what that does not promise.

examples:
  asreported ledger link
  asreported ledger link --again
"""


def add_link_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `link` to the commands of `asreported ledger`."""
    parser = commands.add_parser(
        "link", usage="asreported ledger link [options]", description=LINK_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add_where(parser)
    parser.add_argument("--again", action="store_true", help="link everything anew, not only what is new")
    parser.add_argument("--quiet", action="store_true", help="no progress and no summary")


def run_link(args: argparse.Namespace) -> int:
    """Run `ledger link`, and return the exit code."""
    from .errors import AsreportedError
    from .show.words import safe_line

    try:
        from .ledger.store import open_ledger

        with open_ledger(chosen(args)) as ledger:
            linked = link_shown(ledger, quiet=args.quiet, again=args.again)
    except KeyboardInterrupt:
        print("asreported: stopped; run the command again to go on", file=sys.stderr)
        return INTERRUPTED
    except (AsreportedError, OSError) as err:
        print(f"asreported: {safe_line(str(err))}", file=sys.stderr)
        return FAILED
    if not args.quiet:
        print(tell_linked(linked))
    return 0


def link_shown(ledger: Ledger, *, quiet: bool, again: bool = False) -> Linked:
    """
    Link what is new in the ledger, its progress on standard error where somebody sits before it.

    Raises: LedgerError, ModelError.
    """
    from .ledger.linking import link_new

    shown = _Progress() if sys.stderr.isatty() and not quiet else None
    try:
        return link_new(ledger, progress=shown, again=again)
    finally:
        if shown:
            shown.clear()


def tell_linked(linked: Linked) -> str:
    """One line: `12 reports linked: 57 claims are in another incident than before, 40 incidents looked at (0.8 s)`."""
    reports = f"{linked.reports:,} report{'s' * (linked.reports != 1)}"
    claims = f"{linked.changed:,} claim{'s are' if linked.changed != 1 else ' is'}"
    incidents = f"{linked.incidents:,} incident{'s' * (linked.incidents != 1)}"
    return f"{reports} linked: {claims} in another incident than before, {incidents} looked at ({linked.seconds:.1f} s)"


class _Progress:
    """One line that is written over."""

    def __init__(self) -> None:
        self.last = 0.0
        self.width = 0

    def __call__(self, what: str, done: int, whole: int) -> None:
        if time.monotonic() - self.last < EVERY:
            return
        self.last = time.monotonic()
        of = "reports" if what == "comparing" else "accounts"
        line = f"{what}: {done:,} of {whole:,} {of}"
        print(f"\r{line:{self.width}}", end="", file=sys.stderr, flush=True)
        self.width = len(line)

    def clear(self) -> None:
        if self.width:
            print(f"\r{'':{self.width}}\r", end="", file=sys.stderr, flush=True)
