"""
The command `asreported desk`. Arguments in; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from .cli_output import guard, say
from .ledger.places import add_where, chosen

if TYPE_CHECKING:
    from .desk.state import Desk

PORT = 8724

DESK_HELP = """Open the review desk: a local web page over the ledger, to read, decide and look.

It listens on this machine alone, and nothing that it shows asks any other machine for anything.
The address that is printed carries a key, new with every start; give it to nobody who is not to
decide. What is decided on the page is kept in the ledger at once. Ctrl-C ends it.

A ledger is made where there is none, so that reports can be dropped on the page.

examples:
  asreported desk
  asreported desk --ledger syria --as "A. Reader"
  asreported desk --samples                 # to look around: the sample reports, in a ledger of their own

exit codes:
  0    it was ended
  2    the ledger cannot be used, the port is taken, or the command was not understood
"""


def add_desk(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "desk", prog="asreported desk", usage="asreported desk [options]", description=DESK_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add_where(parser)
    parser.add_argument("--port", type=_port, default=PORT, metavar="N", help=f"default: {PORT}; 0 takes a free one")
    parser.add_argument(
        "--as",
        dest="who",
        metavar="NAME",
        help="who decides (default: your name on this machine; each browser may name another)",
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--samples", action="store_true", help="add the sample reports first, to a ledger that is thrown away"
    )
    parser.set_defaults(error=parser.error)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def run_desk(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C, and return the exit code."""
    name = (args.who or _user()).strip()
    if not name or not name.isprintable() or len(name) > 80:
        args.error("--as takes a name of at most 80 characters")
    if args.samples and args.ledger:
        args.error("--samples uses a ledger of its own; leave out --ledger")
    return guard(lambda: _samples(args, name) if args.samples else _serve(chosen(args), args, name))


def _samples(args: argparse.Namespace, name: str) -> int:
    import tempfile
    from pathlib import Path

    from .ingest import read_inputs
    from .ledger.adding import add_inputs
    from .ledger.linking import link_new
    from .ledger.readers import reader_name
    from .ledger.store import open_ledger
    from .pipeline import read_reports, sample_paths

    with tempfile.TemporaryDirectory(prefix="asreported-") as folder:
        where = Path(folder) / "ledger"
        say("reading the sample reports")
        with open_ledger(where, create=True) as ledger:
            inputs = read_inputs(sample_paths())
            for _ in add_inputs(ledger, inputs, lambda items: read_reports(items, vectors=True), reader=reader_name()):
                pass
            link_new(ledger)
        return _serve(str(where), args, name)


def _serve(where: str, args: argparse.Namespace, name: str) -> int:
    from .desk.serve import serve
    from .ledger.opening import is_ledger
    from .ledger.store import open_ledger

    if not is_ledger(where):
        with open_ledger(where, create=True) as made:
            say(f"made a new ledger: {made.database.name}")

    def ready(desk: Desk) -> None:
        print(f"The desk over {desk.name} is open; Ctrl-C ends it:\n{desk.access.address}", flush=True)
        if not args.no_browser and sys.stdout.isatty():
            import webbrowser

            webbrowser.open(desk.access.address)

    serve(where, port=args.port, who=name, ready=ready)
    return 0


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        return "reviewer"
