"""
The command `asreported export`. Arguments in, files out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cli_find import add_filters, first_day, make_query
from .cli_output import FAILED, guard, say
from .ledger.places import chosen

if TYPE_CHECKING:
    from .exports.about import About
    from .exports.formats import Format
    from .exports.source import LedgerSource

Heard = Callable[[int], None]
DONE, NOTHING = 0, 1

EXPORT_HELP = """Write the claims of a ledger in the format of another tool.

FORMAT is one of
  csv, jsonl, json     flat rows, or whole records            over claims, incidents, figures
  xlsx                 a workbook for Excel or LibreOffice    over claims, incidents, figures
  parquet, arrow       typed tables for pandas, R, DuckDB     over claims, incidents, figures
  geojson              points with their precision            over claims, incidents
  hxl                  CSV with HXL hashtags                  over claims, incidents
  acled                ACLED-like CSV, one row an event       incidents
  ucdp                 UCDP-GED-like CSV, one row an event    incidents
  plover               PLOVER 2.0 JSON lines, an event each   incidents
  ftm                  FollowTheMoney entities for Aleph      incidents
  webanno              W3C Web Annotations (JSON-LD)          claims
  prov                 PROV-JSON: how each claim came to be   claims
  conll, brat, docbin  annotated text for model builders      reports
  decisions            what people decided, as training data  claims
  pack                 evidence pack (ZIP), see below         claims

An evidence pack holds claims, quotations, the reports' texts, their original bytes, decisions, a
manifest of hashes and an HTML index.

WORDS and filters are those of `asreported find`. Every row carries according to whom, the status and
the quotation; the state of review is always a column (--review accepted,corrected narrows to it).
Beside FILE stands FILE.about.json: the data dictionary, what the format cannot hold, every id that
was left out and why, and what a later `--since` compares with. docs/export.md tells each format.

examples:
  asreported export csv -o claims.csv
  asreported export acled --place Mosul --since 2016-10 --until 2017-07 -o mosul.csv
  asreported export xlsx --over figures --kind killing -o killed.xlsx
  asreported export acled --place Mosul --since 2016-10 --until 2017-07 --since mosul.csv \
      -o mosul-changes.csv                    # only what is new or changed in it
  asreported export pack --incident i3f2a90c1d2e4 -o incident.zip
  asreported export acled --dictionary

exit codes:
  0    rows were written, or with --since FILE nothing changed
  1    there was nothing to write: FILE has no row
  2    it could not be exported, or the command was not understood
  130  stopped by Ctrl-C; an earlier file is as it was"""


def add_export(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    export = commands.add_parser(
        "export", prog="asreported export", usage="asreported export FORMAT [WORDS...] -o FILE [options]",
        description=EXPORT_HELP, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    export.add_argument("format", metavar="FORMAT", help="see above")
    export.add_argument("words", nargs="*", default=[], metavar="WORDS", help="words that must occur")
    export.add_argument(
        "-o", "--output", metavar="FILE", help="write to FILE, which appears when it is whole; - is standard output"
    )
    export.add_argument("--over", choices=("claims", "incidents", "figures"), help="what a row is (default: the first)")
    add_filters(export, since=False)
    export.add_argument(
        "--since", metavar="DATE|FILE", type=_since, action="append",
        help="first day, as in find; or an earlier export: only what is new or changed since; both may be given",
    )  # fmt: skip
    export.add_argument("--possible", action="store_true", help="event formats: also what is only possible")
    export.add_argument(
        "--acled-vague-numbers", action="store_true",
        help='acled: "several", "dozens", "hundreds" as ACLED counts them where no number is told',
    )  # fmt: skip
    export.add_argument("--dictionary", action="store_true", help="print the data dictionary of FORMAT and end")
    export.add_argument("--quiet", action="store_true", help="no progress and no summary")
    export.set_defaults(error=export.error, order="oldest", limit=0, offset=0, facets=False)


def run_export(args: argparse.Namespace) -> int:
    """Run `export`, and return the exit code."""
    from .exports.formats import FORMATS

    if args.format not in FORMATS:
        args.error(f"FORMAT {args.format!r} is not one of {', '.join(FORMATS)}")
    if args.dictionary:
        return guard(lambda: _print_dictionary(args.format))
    args.since, earlier = _sort_since(args)
    query = make_query(args)
    output = None if args.output in (None, "-") else Path(args.output)
    if output and output.is_dir():
        args.error(f"{args.output!r} is a folder: name a file in it")
    if earlier and output and output.exists() and output.samefile(earlier):
        args.error(f"{args.output!r} is the earlier export: write the changes to another file")
    return guard(lambda: _export(args, query, output, earlier))


def _export(args: argparse.Namespace, query: Any, output: Path | None, earlier: Path | None) -> int:
    import msgspec

    from .exports import LedgerSource, Options, export, load_format, read_about, write_export
    from .exports.about import describe
    from .ledger.store import open_ledger
    from .ledger.within import exact_places

    format = load_format(args.format)
    if output is None and sys.stdout.isatty() and not format.media_type.startswith(TEXTUAL):
        say(f"{format.title} is no text: give -o FILE, such as -o claims{format.suffix}")
        return FAILED
    options = Options(possible=args.possible, vague_numbers=args.acled_vague_numbers)
    with open_ledger(chosen(args)) as ledger:
        places, notes = exact_places(ledger.database, query.places)
        source = LedgerSource(ledger, msgspec.structs.replace(query, places=places))
        asked: dict[str, Any] = {"over": args.over, "options": options, "filter": describe(query)}
        with _watched(args, output) as heard:
            if output:
                about = export(args.format, source, output, since=earlier, heard=heard, **asked)
            else:
                before = read_about(earlier) if earlier else None
                about = write_export(format, source, sys.stdout.buffer, earlier=before, heard=heard, **asked)
                sys.stdout.flush()
        if not args.quiet:
            for line in [*notes, *tell_about(about, output)]:
                say(line)
        return DONE if about.rows or (about.changes and about.digests) else _tell_nothing(source)


TEXTUAL = ("text/", "application/json", "application/x-ndjson", "application/geo+json", "application/ld+json")


def tell_about(about: About, output: Path | None) -> list[str]:
    """What was written and what was left out, for people."""
    rows = f"{about.rows:,} row{'' if about.rows == 1 else 's'}"
    beside = f", told in {output.name + '.about.json'!r}" if output and output.is_file() else ""
    where = f"; written to {str(output)!r}{beside}" if output else ""
    lines = [f"{about.title}: {rows} over {about.over}{where}"]
    if changes := about.changes:
        lines.append(
            f"since {changes.since}: {len(changes.added):,} added, {len(changes.changed):,} changed, "
            f"{len(changes.removed):,} removed"
        )
        lines += [f"note: {unlike}" for unlike in changes.unlike]
    for left in sorted(about.left_out, key=lambda left: -left.count):
        lines.append(f"left out: {left.count:,} {left.why}")
    return lines


def _tell_nothing(source: LedgerSource) -> int:
    if not source.numbers:
        say("no claim matches; `asreported find` with the same filters says which of them keeps claims out")
    return NOTHING


def _print_dictionary(name: str) -> int:
    from .exports.formats import load_format
    from .show.words import safe_line

    for line in dictionary(load_format(name)):
        print(safe_line(line))
    return DONE


def dictionary(format: Format) -> list[str]:
    """The data dictionary of a format as lines for people."""
    lines = [f"{format.title} ({format.schema})" + (f", after {format.origin}" if format.origin else "")]
    for unit, columns in format.columns.items():
        width = min(30, max(map(len, columns), default=0))
        lines += ["", f"over {unit}:", *(f"  {name:{width}}  {meaning}" for name, meaning in columns.items())]
    if format.cannot:
        lines += ["", "cannot hold:", *(f"  {what}: {why}" for what, why in format.cannot.items())]
    return lines


def _watched(args: argparse.Namespace, output: Path | None) -> contextlib.AbstractContextManager[Heard]:
    """A line with the number of rows on standard error, where somebody sits before it."""
    if args.quiet or not sys.stderr.isatty() or (output is None and sys.stdout.isatty()):
        return contextlib.nullcontext(lambda rows: None)
    return _counting()


@contextlib.contextmanager
def _counting() -> Iterator[Heard]:
    from rich.console import Console

    console = Console(file=sys.stderr, highlight=False, markup=False)
    with console.status("exporting") as status:

        def heard(rows: int) -> None:
            if rows % 500 == 0:
                status.update(f"exporting: {rows:,} rows")

        yield heard


def _sort_since(args: argparse.Namespace) -> tuple[Any, Path | None]:
    """The first day and the earlier export, each None where it is not given; of either only one makes sense."""
    given = args.since or []
    files = [one for one in given if isinstance(one, Path)]
    days = [one for one in given if not isinstance(one, Path)]
    if len(files) > 1 or len(days) > 1:
        args.error("--since takes one day and one earlier export at most")
    return (days[0] if days else None), (files[0] if files else None)


def _since(text: str) -> Any:
    """A day, or the file of an earlier export."""
    path = Path(text)
    try:
        return first_day(text)
    except argparse.ArgumentTypeError as err:
        if path.is_file():
            return path
        raise argparse.ArgumentTypeError(f"{text!r} is neither a day nor the file of an earlier export") from err
