"""
The commands `asreported add` and `asreported ledger reread`. Arguments in, text out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .cli_link import link_shown, tell_linked
from .ledger.places import add_where, chosen

if TYPE_CHECKING:
    from .ingest.streams import Mark
    from .ledger.adding import Outcome, Read
    from .ledger.originals import Original
    from .ledger.store import Ledger
    from .records import Reading, Refusal, Report
    from .show.imported import ReportFile

FAILED = 2
INTERRUPTED = 130

ADD_HELP = """Read reports and keep them and their claims in the ledger, which is made where there is none.

PATH is a file or a folder, or "-" for standard input. The bytes are kept as they came. Reports
that the ledger knows, read last by the same model and version, are not read again, so a run
that was stopped goes on where it was when it is run again. Refused inputs are named on standard
error, one a line: name: reason: message.

Read are text, HTML, JSONL, PDF, DOCX, mail (EML, mbox), feeds (RSS, Atom), web archives (WARC,
WACZ), tables (CSV, TSV) and Zotero's references (RIS, CSL-JSON): docs/import.md. At the end stands
a line a file: what was taken, what is a duplicate of what, what was refused.

examples:
  asreported add reports/
  asreported add archive.warc.gz --report imported.csv
  asreported add day.csv --columns text=Body,published=Date:dmy
  asreported add archive.jsonl --workers 4 --ledger syria
  asreported add new/ --ledger postgresql://me@host/claims
  asreported add reports/ --dry-run

exit codes:
  0    all inputs are in the ledger
  1    some inputs were refused, the others are in the ledger
  2    nothing could be read, the ledger cannot be used, or the command was not understood
  130  stopped by Ctrl-C; what was read until then is kept
"""


def add_add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "add", prog="asreported add", usage="asreported add PATH... [options]", description=ADD_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("paths", nargs="+", metavar="PATH", help='file or folder; "-" for standard input')
    parser.add_argument("--dry-run", action="store_true", help="say what would be added, and change nothing")
    parser.add_argument(
        "--report", metavar="FILE", help="write what became of each report to FILE: .csv, or .jsonl for JSON lines"
    )
    add_columns(parser)
    add_reading(parser)


def add_reading(parser: argparse.ArgumentParser) -> None:
    """The options of commands that read into a ledger."""
    add_where(parser)
    add_reading_options(parser)


def add_columns(parser: argparse.ArgumentParser) -> None:
    """The option that says which columns of a table are what."""
    parser.add_argument(
        "--columns", metavar="MAP", type=_columns, default=None,
        help="of CSV files which column is what, as in text=Body,published=Date:dmy,title=Headline",
    )  # fmt: skip


def _columns(text: str) -> dict[str, str]:
    """
    A mapping of columns.

        >>> _columns("text=Body, published=Date of issue:dmy")
        {'text': 'Body', 'published': 'Date of issue:dmy'}
    """
    known = ("id", "title", "text", "published", "publisher", "url")
    columns: dict[str, str] = {}
    for pair in text.split(","):
        key, equals, column = pair.partition("=")
        if not equals or key.strip() not in known or not column.strip():
            raise argparse.ArgumentTypeError(f"{pair!r} is not KEY=COLUMN with KEY one of {', '.join(known)}")
        columns[key.strip()] = column.strip()
    return columns


def add_reading_options(parser: argparse.ArgumentParser) -> None:
    """The options of commands that read reports, into a ledger or not."""
    parser.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes to read with (default: 1)")
    parser.add_argument(
        "--gazetteer", metavar="FILE", default="user",
        help='an imported gazetteer to look places up in too; "none" for none (default: the one in the data folder)',
    )  # fmt: skip
    parser.add_argument("--actors", metavar="FILE", help="a table of your own actors, .csv or .toml (docs/actors.md)")
    parser.add_argument("--quiet", action="store_true", help="no progress and no summary; refusals are still named")


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number


def run_add(args: argparse.Namespace) -> int:
    """Add the given paths to the ledger, and return the exit code."""
    return _run(args, lambda tally: _foresee(args, tally) if args.dry_run else _add(args, tally))


def run_reread(args: argparse.Namespace) -> int:
    """Read again what another model or version read, and return the exit code."""
    return _run(args, lambda tally: _reread(args, tally))


def _run(args: argparse.Namespace, work: Callable[[Tally], None]) -> int:
    from .errors import AsreportedError
    from .show.words import safe_line

    tally = Tally()
    try:
        with _report_file(getattr(args, "report", None)) as tally.file:
            work(tally)
    except KeyboardInterrupt:
        say(f"stopped: {tally} so far, which is kept; run the command again to go on")
        return INTERRUPTED
    except (AsreportedError, OSError) as err:
        say(f"{err}" + (f" ({tally} until then, which is kept)" if tally.counts else ""))
        return FAILED
    if not args.quiet:
        for line in tally.report.lines(MOST_FILES):
            print(safe_line(line))
        print(("would be added: " if getattr(args, "dry_run", False) else "") + str(tally), flush=True)
    return tally.exit_code


def _add(args: argparse.Namespace, tally: Tally) -> None:
    from .ingest import read_inputs
    from .ledger.adding import STDIN, add_inputs
    from .ledger.opening import is_ledger
    from .ledger.store import open_ledger

    where = chosen(args)
    is_new = not is_ledger(where)
    with open_ledger(where, create=True) as ledger:
        if is_new and not args.quiet:
            say(f"made a new ledger: {ledger.database.name}")
        read, reader = _choose_reader(args)
        with _kept_stdin(ledger, args.paths) as (stdin, original):
            opened: dict[str, Mark] = {}
            inputs = read_inputs(args.paths, stdin=stdin, columns=args.columns, opened=opened)
            kept = {STDIN: original} if original else None
            outcomes = add_inputs(ledger, inputs, read, reader=reader, kept=kept, opened=opened)
            tally.count(_watched(outcomes, args, args.paths), ledger)
        _link(ledger, args)


def _foresee(args: argparse.Namespace, tally: Tally) -> None:
    from .ingest import read_inputs
    from .ledger.adding import foresee
    from .ledger.opening import is_ledger
    from .ledger.store import open_ledger

    where = chosen(args)
    _, reader = _choose_reader(args)
    with contextlib.ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(where)) if is_ledger(where) else None
        outcomes = foresee(ledger, read_inputs(args.paths, columns=args.columns), reader)
        tally.count(_watched(outcomes, args, args.paths), ledger)


def _reread(args: argparse.Namespace, tally: Tally) -> None:
    from .ledger.adding import reread
    from .ledger.store import open_ledger

    with open_ledger(chosen(args)) as ledger:
        read, reader = _choose_reader(args)
        tally.count(_watched(reread(ledger, read, reader=reader), args, []))
        _link(ledger, args)


def _link(ledger: Ledger, args: argparse.Namespace) -> None:
    """Link what was added now, or by an earlier run that was stopped before it could."""
    linked = link_shown(ledger, quiet=args.quiet)
    if linked.reports and not args.quiet:
        say(tell_linked(linked))


def _choose_reader(args: argparse.Namespace) -> tuple[Read, str]:
    """The flow that reads reports, and what it is called."""
    from .ledger.readers import reader_name
    from .pipeline import choose_gazetteer, read_reports

    imported = choose_gazetteer(None if args.gazetteer == "none" else args.gazetteer)
    actors = Path(args.actors) if args.actors else None

    def read(inputs: Iterable[Report | Refusal]) -> Iterator[Reading | Refusal]:
        return read_reports(inputs, workers=args.workers, imported=imported, actors=actors, vectors=True)

    return read, reader_name(imported, actors)


@contextlib.contextmanager
def _kept_stdin(ledger: Ledger, paths: list[str]) -> Iterator[tuple[BinaryIO | None, Original | None]]:
    """Standard input, kept whole before it is read; nothing where it is not asked for."""
    if "-" not in paths:
        yield None, None
        return
    with contextlib.nullcontext() if ledger.database.dialect == "sqlite" else ledger.database.write():
        original = ledger.originals.keep(sys.stdin.buffer)
    with ledger.originals.open(original.sha256) as stream:
        yield stream, original


# ---- what is told ------------------------------------------------------------------------


@contextlib.contextmanager
def _report_file(name: str | None) -> Iterator[ReportFile | None]:
    """
    Where what became of each report is written to; what was told until an end is kept.

    Raises: OSError; AsreportedError, where there is a file that is no such report: it may be one of the inputs.
    """
    if name is None:
        yield None
        return
    from .errors import AsreportedError
    from .show.imported import ReportFile, may_write

    path = Path(name)
    if not may_write(path):
        raise AsreportedError(f"{name!r} exists and is no report of an import, so it is not overwritten: name another")
    with path.open("wb") as out:
        yield ReportFile(out, jsonl=path.suffix.lower() in (".jsonl", ".ndjson"))


MOST_FILES = 30
"""Files that are told one by one in the terminal."""


class Tally:
    """Counts what became of the inputs, and names what was refused on standard error as it comes."""

    def __init__(self) -> None:
        from .show.imported import ImportReport

        self.counts: Counter[str] = Counter()
        self.claims = 0
        self.report = ImportReport()
        self.file: ReportFile | None = None

    def count(self, outcomes: Iterable[Outcome], ledger: Ledger | None = None) -> None:
        """Each of `outcomes`; with the ledger that they are kept in each file is told of, too."""
        from .ledger.imported import item_of
        from .records import Refusal
        from .show.words import safe_line

        for outcome in outcomes:
            result = outcome.result
            if ledger is not None:
                item = item_of(ledger, outcome)
                self.report.add(item)
                if self.file is not None:
                    self.file.add(item)
            if isinstance(result, Refusal):
                self.counts["refused"] += 1
                line = f"{safe_line(result.origin)}: {safe_line(result.reason)}: {safe_line(result.message)}"
                print(line, file=sys.stderr, flush=True)
            else:
                self.counts[result.outcome] += 1
                self.claims += result.claims

    @property
    def exit_code(self) -> int:
        if not self.counts["refused"]:
            return 0
        return FAILED if self.counts.total() == self.counts["refused"] else 1

    def __str__(self) -> str:
        """
        One line, as in `12 new, 3 known, 2 copies of others, 0 read again, 1 refused; 57 new claims`.

            >>> tally = Tally()
            >>> tally.counts.update(new=1, copy=1)
            >>> str(tally)
            '1 new, 0 known, 1 copy of another, 0 read again, 0 refused; 0 new claims'
        """
        counts = self.counts
        copies = f"{counts['copy']:,} " + ("copy of another" if counts["copy"] == 1 else "copies of others")
        told = f"{counts['new']:,} new, {counts['known']:,} known, {copies}, {counts['reread']:,} read again"
        claims = f"{self.claims:,} new claim" + ("" if self.claims == 1 else "s")
        return f"{told}, {counts['refused']:,} refused; {claims}"


def _watched(outcomes: Iterator[Outcome], args: argparse.Namespace, paths: list[str]) -> Iterator[Outcome]:
    """`outcomes` unchanged, with a bar on standard error while they come, where somebody sits before it."""
    if args.quiet or not sys.stderr.isatty():
        return outcomes
    return _with_bar(outcomes, paths)


def _with_bar(outcomes: Iterator[Outcome], paths: list[str]) -> Iterator[Outcome]:
    """The share is one of files done, by their bytes; of JSON lines nobody knows how many there are."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from .show.progress import Position, file_sizes

    sizes = file_sizes(paths)
    position, done = Position(sizes), 0
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rate]}"),
               TimeRemainingColumn(compact=True))  # fmt: skip
    console = Console(file=sys.stderr, highlight=False, markup=False)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("adding", total=sum(sizes.values()) or None, rate="")
        for outcome in outcomes:
            done += 1
            seconds = bar.tasks[0].elapsed or 0
            rate = f"{done:,} reports" + (f", {done / seconds:.1f} a second" if seconds > 1 else "")
            bar.update(task, completed=position.step(outcome.origin, outcome.size), rate=rate)
            yield outcome


def say(text: str) -> None:
    """One line on standard error."""
    from .show.words import safe_line

    print(f"asreported: {safe_line(text)}", file=sys.stderr, flush=True)
