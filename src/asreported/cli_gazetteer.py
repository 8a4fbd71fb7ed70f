"""
The commands `asreported gazetteer import`, `info` and `remove`. Arguments in, text out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .resolve.gazetteer_import import Result
    from .resolve.imported import Info

FAILED = 2
INTERRUPTED = 130
EVERY = 0.5  # seconds between two lines of progress

GAZETTEER_HELP = """Look places up in all of GeoNames, beside those that come with asreported.

commands:
  import DUMP...   make a gazetteer of your own from files of geonames.org
  info             what is imported: file, places, countries, date, credit
  remove           remove it; places are read as without it again

`asreported read` uses it when it is there. docs/gazetteer.md says what to download.

examples:
  asreported gazetteer import IQ.zip SY.zip
  asreported gazetteer import allCountries.zip --countries IQ,SY,TR
  asreported gazetteer info"""

IMPORT_HELP = """Make a gazetteer of your own from dumps of GeoNames; it replaces the one imported before.

DUMP is allCountries.zip, IQ.zip or IQ.txt from https://download.geonames.org/export/dump/
(GeoNames, CC BY 4.0). Lines that do not fit are counted and left out. An import that fails
or is stopped leaves what was imported before.

examples:
  asreported gazetteer import IQ.zip SY.zip
  asreported gazetteer import allCountries.zip --countries SD,TD --alternate-names alternateNamesV2.zip
  asreported gazetteer import YE.txt --admin-codes admin1CodesASCII.txt admin2Codes.txt"""

DEFAULT_FILE = "(default: gazetteer.sqlite in the data folder, $ASREPORTED_DATA if that is set)"


def add_gazetteer(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command and its own commands to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = commands.add_parser("gazetteer", prog="asreported gazetteer", usage="asreported gazetteer COMMAND ...",
                                 description=GAZETTEER_HELP, formatter_class=raw)  # fmt: skip
    parser.set_defaults(show_help=parser.print_help)
    own = parser.add_subparsers(dest="gazetteer_command", metavar="COMMAND", help=argparse.SUPPRESS)
    load = own.add_parser("import", usage="asreported gazetteer import DUMP... [options]", description=IMPORT_HELP,
                          formatter_class=raw)  # fmt: skip
    load.add_argument("dumps", nargs="+", metavar="DUMP", type=Path, help="dump of places, .zip or .txt")
    load.add_argument("--alternate-names", metavar="FILE", type=Path, help="alternateNamesV2.zip: more names of places")
    load.add_argument("--countries", metavar="CODES", type=_codes, default=frozenset(), help="only these, as in IQ,SY")
    load.add_argument("--admin-codes", metavar="FILE", nargs="+", type=Path, default=[],
                      help="admin1CodesASCII.txt, admin2Codes.txt: names of provinces and districts")  # fmt: skip
    load.add_argument("--out", metavar="FILE", type=Path, help=f"write to FILE, for `read --gazetteer` {DEFAULT_FILE}")
    load.add_argument("--quiet", action="store_true", help="no progress; what was left out is still named")
    for name, help in (("info", "Say what is imported."), ("remove", "Remove the imported gazetteer.")):
        command = own.add_parser(name, usage=f"asreported gazetteer {name} [options]", description=help)
        command.add_argument("--file", metavar="FILE", type=Path, help=f"the imported gazetteer {DEFAULT_FILE}")


def run_gazetteer(args: argparse.Namespace) -> int:
    """Run `gazetteer import`, `info` or `remove`, and return the exit code."""
    from .errors import AsreportedError

    commands = {"import": _import, "info": _info, "remove": _remove}
    if args.gazetteer_command is None:
        args.show_help(sys.stderr)
        return FAILED
    try:
        return commands[args.gazetteer_command](args)
    except KeyboardInterrupt:
        _say("stopped; what was imported before is unchanged")
        return INTERRUPTED
    except (AsreportedError, OSError) as err:
        _say(str(err))
        return FAILED


def _codes(text: str) -> frozenset[str]:
    return frozenset(code.strip().upper() for code in text.split(",") if code.strip())


def _import(args: argparse.Namespace) -> int:
    from .folders import user_gazetteer
    from .resolve.gazetteer_import import import_geonames

    target = args.out or user_gazetteer()
    result = import_geonames(
        args.dumps,
        target,
        alternates=args.alternate_names,
        codes=args.admin_codes,
        within=args.countries,
        tell=(lambda name, done, whole: None) if args.quiet else Progress(),
    )
    for line in _left_out(result):
        _say(line)
    print(f"imported to {target}")
    print("\n".join(_lines(result.info)))
    return 0


def _info(args: argparse.Namespace) -> int:
    from .folders import user_gazetteer
    from .resolve.imported import Imported

    path = args.file or user_gazetteer()
    if not path.is_file():
        print(f"no gazetteer is imported: there is no {path}; `asreported gazetteer import` makes one")
        return 0
    info = Imported(path).info
    print(f"file: {path} ({path.stat().st_size / 1e6:,.1f} MB)")
    print("\n".join(_lines(info)))
    return 0


def _remove(args: argparse.Namespace) -> int:
    from .folders import user_gazetteer
    from .resolve.gazetteer_import import remove_gazetteer

    path = args.file or user_gazetteer()
    print(f"removed {path}" if remove_gazetteer(path) else f"nothing to remove: there is no {path}")
    return 0


def _lines(info: Info) -> list[str]:
    """What an imported gazetteer holds, for people."""
    most = sorted(info.countries.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{code} {number:,}" for code, number in most[:12])
    more = f", and {len(most) - 12} more" if len(most) > 12 else ""
    return [
        f"places: {info.places:,} new; {info.known:,} that asreported has, with {info.names_added:,} names added",
        f"countries: {len(most)} ({named}{more})",
        f"imported: {info.imported} from {', '.join(info.files)}" + (f" of {info.newest}" if info.newest else ""),
        f"credit: {info.credit}",
    ]


def _left_out(result: Result) -> list[str]:
    lines = []
    if result.faults:
        lines = [f"{result.faults:,} lines did not fit and were left out, such as", *result.first_faults]
    if result.duplicates:
        lines.append(f"{result.duplicates:,} places came again, and counted once")
    return lines


class Progress:
    """Says on standard error how far an import is: over and over in one line on a terminal, else once for each file."""

    def __init__(self) -> None:
        self.name, self.done, self.said = "", "", 0.0
        self.watched = sys.stderr.isatty()

    def __call__(self, name: str, done: int, whole: int) -> None:
        share = f"{done / whole:.0%}" if whole else ""
        if done >= whole:
            if self.done != name:
                self._line(f"{name} {share or '100%'}", "\n")
            self.done = name
        elif self.watched and (name != self.name or time.monotonic() - self.said > EVERY):
            self.name, self.said = name, time.monotonic()
            self._line(f"{name} {share}", "")

    def _line(self, text: str, end: str) -> None:
        from .show.words import safe_line

        print(("\r" if self.watched else "") + f"asreported: {safe_line(text)}", end=end, file=sys.stderr, flush=True)


def _say(text: str) -> None:
    from .show.words import safe_line

    print(f"asreported: {safe_line(text)}", file=sys.stderr, flush=True)
