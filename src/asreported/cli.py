"""
The command line: `asreported read` and `asreported demo`; the others are in cli_*.py. Arguments in, text out.

Only the standard library is imported at the top, so that `--help` answers at once; what reads and what shows is
imported by the command that needs it. (argparse, not typer: typer with rich takes most of a second on a busy
machine before it has printed a word.)
"""

from __future__ import annotations

import argparse
import contextlib
import os
import stat
import sys
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from .cli_add import add_add, add_columns, add_reading_options, run_add
from .cli_desk import add_desk, run_desk
from .cli_export import add_export, run_export
from .cli_fetch import add_fetch, run_fetch
from .cli_figures import add_figures, run_figures, run_incident
from .cli_find import add_find, run_find
from .cli_gazetteer import add_gazetteer, run_gazetteer
from .cli_ledger import add_ledger, run_ledger
from .cli_mcp import add_mcp, run_mcp
from .cli_situation import add_situation, run_situation

if TYPE_CHECKING:
    from .records import Reading, Refusal

DESCRIPTION = """Read reports of conflict and show their claims: who did what to whom, where, when,
how many, according to whom."""

FORMATS_HELP = """formats:
  cards   one card a claim, each value beside its own words (the default)
  table   one line a claim
  jsonl   one line of JSON a report, as docs/output.md says
  html    one page that holds everything and needs no network
"""

EXIT_CODES = """exit codes:
  0    all inputs were read
  1    some inputs were refused, the others were read
  2    nothing could be read, or the command was not understood
  130  stopped by Ctrl-C
"""

READ_HELP = f"""Read reports and show their claims, in the order of the inputs.

PATH is a file or a folder, or "-" for standard input: text, HTML, JSONL, PDF, DOCX, mail,
feeds, web archives, tables, Zotero's references (docs/import.md). Refused inputs are
named on standard error, one a line: name: reason: message.

{FORMATS_HELP}
examples:
  asreported read report.txt
  asreported read reports/ --format table
  asreported read reports/ -o claims.html
  asreported read archive.jsonl --workers 4 -o claims.jsonl
  cat report.txt | asreported read - --format jsonl | jq '.claims[].kind'

{EXIT_CODES}"""

DEMO_HELP = f"""Read the sample reports that come with asreported, to see what it does.

Without options: the cards of the first report and a table over all.

{FORMATS_HELP}
examples:
  asreported demo
  asreported demo -o demo.html

{EXIT_CODES}"""

MAIN_HELP = f"""commands:
  read PATH...   read reports and show their claims
  demo           read the sample reports
  add PATH...    read reports and keep them and their claims in a ledger
  fetch URL...   fetch pages from the Web into a WARC file, which add reads
  find WORDS...  search the claims of a ledger
  figures        lay side by side what the reports of a ledger count
  incident ID    what all reports say of one incident
  situation      what is reported to hold at a place, or of an actor, on a day
  desk           open the review desk: a local web page over a ledger
  export FORMAT  write claims for other tools: CSV, Excel, ACLED, UCDP, GeoJSON, Aleph
  mcp            answer another program or an assistant on this machine
  ledger         look after a ledger: info, verify, backup, decide, changes, ...
  gazetteer      import all of GeoNames, to look places up in

examples:
  asreported demo
  asreported read reports/ -o claims.html
  asreported add reports/
  asreported find hospital --kind airstrike --place Aleppo
  asreported situation --place Mosul --on 2017-04-28
  asreported desk
  asreported read --help

{EXIT_CODES}"""

FORMATS = ("cards", "table", "jsonl", "html")
FAILED = 2
INTERRUPTED = 130


def main(argv: list[str] | None = None) -> int:
    """Run the command in `argv` and return its exit code; wrong usage raises SystemExit(2), as argparse does."""
    for stream in (sys.stdout, sys.stderr):
        # UTF-8 whatever the locale: a report from Mosul must not break on a machine set to ASCII.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    parser = build_parser()
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help(sys.stderr)
        return FAILED
    return COMMANDS[args.command](args)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="asreported", usage="asreported [-h] [--version] COMMAND ...", description=DESCRIPTION, epilog=MAIN_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--version", action=_ShowVersion, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", help=argparse.SUPPRESS)
    read = commands.add_parser(
        "read", prog="asreported read", usage="asreported read PATH... [options]", description=READ_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    read.add_argument("paths", nargs="+", metavar="PATH", help='file or folder; "-" for standard input')
    demo = commands.add_parser(
        "demo", prog="asreported demo", usage="asreported demo [options]", description=DEMO_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    for add in (
        add_add, add_fetch, add_find, add_figures, add_situation, add_desk, add_export, add_mcp, add_ledger,
        add_gazetteer,
    ):  # fmt: skip
        add(commands)
    for command in (read, demo):
        command.add_argument("--format", choices=FORMATS, help="default: by the suffix of FILE, else cards")
        command.add_argument(
            "-o", "--output", metavar="FILE", help="write to FILE, which appears when it is whole; - is standard output"
        )
        command.set_defaults(error=command.error)
    add_columns(read)
    add_reading_options(read)
    return parser


class _ShowVersion(argparse.Action):
    """Looks the version up when asked: importlib.metadata is slow to import."""

    def __init__(self, option_strings: list[str], dest: str, help: str | None = None) -> None:
        super().__init__(option_strings, dest=argparse.SUPPRESS, default=argparse.SUPPRESS, nargs=0, help=help)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        import importlib.metadata

        print(f"asreported {importlib.metadata.version('asreported')}")
        parser.exit()


# ---- commands ----------------------------------------------------------------------------


def run_read(args: argparse.Namespace) -> int:
    """Read the given paths and write what they say."""
    format, output = _choose_output(args)
    actors = Path(args.actors) if args.actors else None
    tally = Tally()

    def items() -> Generator[Reading | Refusal]:
        from .ingest import read_inputs
        from .pipeline import choose_gazetteer, read_reports

        imported = choose_gazetteer(None if args.gazetteer == "none" else args.gazetteer)
        found = read_reports(
            read_inputs(args.paths, columns=args.columns), workers=args.workers, imported=imported, actors=actors
        )
        if not args.quiet and _shows_progress(output):
            from .show.progress import track

            found = track(found, args.paths, sys.stderr)
        return tally.count(found)

    return _write(items, format, output, tally, summary=not args.quiet)


def run_demo(args: argparse.Namespace) -> int:
    """Read the sample reports and show them."""
    format, output = _choose_output(args)
    tally = Tally()

    def items() -> Generator[Reading | Refusal]:
        from .ingest import read_inputs
        from .pipeline import read_reports, sample_paths

        return tally.count(read_reports(read_inputs(sample_paths())))

    if args.format is None and output is None:
        format = "demo"
    return _write(items, format, output, tally, summary=True)


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "read": run_read,
    "demo": run_demo,
    "add": run_add,
    "fetch": run_fetch,
    "find": run_find,
    "figures": run_figures,
    "incident": run_incident,
    "situation": run_situation,
    "desk": run_desk,
    "export": run_export,
    "mcp": run_mcp,
    "ledger": run_ledger,
    "gazetteer": run_gazetteer,
}


class Tally:
    """Counts what was read, and names what was refused on standard error as it comes."""

    def __init__(self) -> None:
        self.reports = self.claims = self.refused = 0

    def count(self, items: Iterable[Reading | Refusal]) -> Generator[Reading | Refusal]:
        from .records import Reading
        from .show.words import safe_line

        for item in items:
            if isinstance(item, Reading):
                self.reports += 1
                self.claims += len(item.claims)
            else:
                self.refused += 1
                line = f"{safe_line(item.origin)}: {safe_line(item.reason)}: {safe_line(item.message)}"
                print(line, file=sys.stderr, flush=True)
            yield item

    @property
    def exit_code(self) -> int:
        if not self.reports:
            return FAILED
        return 1 if self.refused else 0

    def __str__(self) -> str:
        from .show.words import tell_status

        return tell_status(self.reports, self.claims, self.refused)


# ---- output ------------------------------------------------------------------------------


def _choose_output(args: argparse.Namespace) -> tuple[str, Path | None]:
    """The format and the file, or None for standard output; ends the program where they make no sense."""
    if args.output in (None, "-"):
        return args.format or "cards", None
    from .show.output import SUFFIXES, find_clash

    output = Path(args.output)
    if output.is_dir():
        _misused(args, f"{args.output!r} is a folder: name a file in it")
    format = args.format or SUFFIXES.get(output.suffix.lower())
    if format is None:
        _misused(args, f"no format is known for {output.suffix or output.name!r}: give --format ({', '.join(FORMATS)})")
    clash = find_clash(output, [Path(path) for path in getattr(args, "paths", []) if path != "-"])
    if clash is not None:
        _misused(args, f"{args.output!r} is one of the inputs ({str(clash)!r}): write to another place")
    return format, output


def _misused(args: argparse.Namespace, message: str) -> NoReturn:
    args.error(message)
    raise SystemExit(FAILED)  # not reached: the line above ends the program, which its type does not say


def _write(
    read: Callable[[], Generator[Reading | Refusal]], format: str, output: Path | None, tally: Tally, *, summary: bool
) -> int:
    """Write what `read` yields, and turn what can go wrong into a line on standard error and an exit code."""
    from .errors import AsreportedError
    from .show.output import open_output, write_items

    kept = f"; {str(output)!r} was not written" if output else ""
    try:
        with open_output(output) if output else contextlib.nullcontext(sys.stdout) as out:
            with contextlib.closing(read()) as items:
                write_items(items, out, format)
            if output and not tally.reports:
                raise _NothingRead
    except KeyboardInterrupt:
        _say(f"stopped: {tally} so far{kept}")
        return INTERRUPTED
    except BrokenPipeError:
        _leave_pipe()
        return 1 if tally.refused else 0
    except _NothingRead:
        _say(f"nothing was read{kept}")
        return FAILED
    except (AsreportedError, OSError) as err:
        _say(f"{err}{kept}")
        return FAILED
    if summary and _is_watched():
        _say(f"{tally}" + (f"; written to {str(output)!r}" if output else ""))
    return tally.exit_code


class _NothingRead(Exception):
    """Keeps a run that read nothing from replacing an earlier file."""


def _say(text: str) -> None:
    from .show.words import safe_line

    print(f"asreported: {safe_line(text)}", file=sys.stderr, flush=True)


def _leave_pipe() -> None:
    """Nobody reads on: give Python something to flush into at its end, or it complains then."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_watched() -> bool:
    """Whether someone sits at a terminal that no other program writes to at the same time."""
    return sys.stderr.isatty() and not _stdout_is(stat.S_ISFIFO)


def _shows_progress(output: Path | None) -> bool:
    """A bar would cut through cards on the same terminal, so it needs the output to go elsewhere."""
    return sys.stderr.isatty() and (output is not None or _stdout_is(stat.S_ISREG))


def _stdout_is(kind: Callable[[int], bool]) -> bool:
    try:
        return kind(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):  # a stream of no file, as in tests
        return False


if __name__ == "__main__":
    sys.exit(main())
