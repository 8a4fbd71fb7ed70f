"""
The command `asreported find`. Arguments in, text out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from .cli_output import FAILED, guard, say
from .ledger.asking import parse_day, parse_point, parse_range

if TYPE_CHECKING:
    from .ledger.query import Query

T = TypeVar("T")
FOUND, NOTHING = 0, 1
FORMATS = ("cards", "table", "jsonl", "ids")
ORDERS = ("newest", "oldest", "relevance")
MOST_SHOWN = 1_000_000_000
"""A greater number is beyond what a database counts to, and beyond what a ledger holds."""

FIND_HELP = """Find claims in the ledger, by words and by what they say.

WORDS must all occur, in any form ("struck" finds "strikes" only if the stem is the same), in the
sentence, the title, the publisher, or the names of who and where:
  hospital strike          both words
  '"chemical attack"'      the words one after the other
  'air*'                   a word that begins so
  'hospital -field'        not with this word (-- -field where it stands alone)

Every option narrows: a claim must fulfil all that are given. Where one is given several times
(kind, status, actor, place, source, source type, publisher, review, incident) any of its values
does; kinds, statuses, source types, reviews and incidents may also be separated by commas. A comma
in a name is a part of it: --place "Mosul, Iraq" is the Mosul that lies in Iraq.

A period is overlapped by what a claim says of its days; a claim without a day counts by the day of
its report, unless --dated-only. --near leaves out claims known only to a province, country or
region, and says how many. Figures are intervals: "at least 12" overlaps 100.., "up to 10" does not.

formats:
  cards   what a claim says, according to whom, and its sentence with the words marked (the default)
  table   one line a claim
  jsonl   one line of JSON a claim: docs/find.md says which keys
  ids     the keys alone, for `asreported ledger decide` and others

examples:
  asreported find --ledger claims hospital --kind airstrike
  asreported find --ledger claims --actor Daesh --place Mosul --since 2016-10 --until 2017-05-01
  asreported find --ledger claims --near 36.34,43.12 --radius 30 --number 100.. --unit people
  asreported find --ledger claims --source "John Dorrian" --status denied,planned --format table
  asreported find --ledger claims --place Aleppo --facets --limit 0

exit codes:
  0    claims were found
  1    none were found
  2    the ledger could not be searched, or the command was not understood
  130  stopped by Ctrl-C"""


def add_find(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    find = commands.add_parser(
        "find", prog="asreported find", usage="asreported find [WORDS...] [options]", description=FIND_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    find.add_argument("words", nargs="*", metavar="WORDS", help="words that must occur")
    add_filters(find)
    find.add_argument("--order", choices=ORDERS, default="newest", help="default: newest")
    find.add_argument("--limit", metavar="N", type=_whole, default=20, help="claims to show (default: 20)")
    find.add_argument("--offset", metavar="N", type=_whole, default=0, help="claims to pass over (default: 0)")
    find.add_argument("--format", choices=FORMATS, default="cards", help="default: cards")
    find.add_argument("--facets", action="store_true", help="also count what was found by kind, actor, place, …")
    find.set_defaults(error=find.error)


def add_filters(command: argparse.ArgumentParser, *, since: bool = True) -> None:
    """The options that narrow claims, which `make_query` reads; without `since` the command has one of its own."""
    from .ledger.places import add_where

    add_where(command)
    for name, metavar, help in (
        ("kind", "KIND", "as in airstrike,killing"),
        ("status", "STATUS", "actual, planned, possible, attempted, denied or generic"),
        ("actor", "NAME", "who does it or to whom: an id or any usual name"),
        ("place", "NAME", 'place, province or country, by name ("Mosul", "Mosul, Iraq") or GeoNames id'),
        ("source-type", "TYPE", "who is quoted: military, official, witness, …"),
        ("publisher", "NAME", "who published the report, by name"),
        ("review", "STATE", "unreviewed, accepted, corrected, rejected or unsure"),
        ("incident", "ID", "the incident that the claim was linked to"),
    ):
        command.add_argument(f"--{name}", metavar=metavar, action="append", default=[], help=help)
    command.add_argument(
        "--source", metavar="NAME", action="append", default=[],
        help='who is quoted, by name; "?" is anyone unnamed, "" the publisher itself',
    )  # fmt: skip
    command.add_argument(
        "--near", metavar="LAT,LON", type=_point, help="around this point (--near=-1.2,36.8 for a minus)"
    )
    command.add_argument("--radius", metavar="KM", type=float, help="how far (default: 25)")
    command.add_argument(
        "--coarse", action="store_true", help="with --near: also what is known to a province or country"
    )
    if since:
        command.add_argument("--since", metavar="DATE", type=first_day, help="first day: YYYY, YYYY-MM or YYYY-MM-DD")
    command.add_argument("--until", metavar="DATE", type=_last_day, help="last day")
    command.add_argument("--dated-only", action="store_true", help="no claims without a day of their own")
    command.add_argument(
        "--number", metavar="RANGE", type=_range, help="a figure that overlaps 100.. or 10..50 or ..30"
    )
    command.add_argument("--unit", metavar="UNIT", help="what the figure counts: people, vehicles, buildings, …")
    command.add_argument("--earlier", action="store_true", help="also claims that only an earlier reading had")


def run_find(args: argparse.Namespace) -> int:
    """Run `find`, and return the exit code."""
    query = make_query(args)
    return guard(lambda: _find(args, query))


def make_query(args: argparse.Namespace) -> Query:
    """What the arguments ask for; ends the program where they make no sense."""
    from .codebook import STATUSES, kinds
    from .ledger.query import FACETS, Query

    many = {name: _split(getattr(args, name)) for name in ("kind", "status", "source_type", "review", "incident")}
    _check(args, "kind", many["kind"], [kind.key for kind in kinds()])
    _check(args, "status", many["status"], STATUSES)
    _check(args, "review", many["review"], ("unreviewed", "accepted", "corrected", "rejected", "unsure"))
    if args.near is None and (args.radius is not None or args.coarse):
        args.error("--radius and --coarse need --near LAT,LON")
    low, high = args.number or (None, None)
    try:
        return Query(
            words=" ".join(args.words) or None,
            kinds=many["kind"],
            statuses=many["status"],
            actors=_names(args.actor),
            places=_names(args.place),
            sources=tuple(args.source),
            source_types=many["source_type"],
            publishers=_names(args.publisher),
            reviews=many["review"],
            incidents=many["incident"],
            near=(*args.near, 25.0 if args.radius is None else args.radius) if args.near else None,
            coarse=args.coarse,
            since=args.since,
            until=args.until,
            dated_only=args.dated_only,
            low=low,
            high=high,
            unit=args.unit,
            earlier=args.earlier,
            order=args.order,
            limit=args.limit,
            offset=args.offset,
            facets=FACETS if args.facets else (),
        )
    except ValueError as err:
        args.error(str(err))
    raise SystemExit(FAILED)  # not reached: the line above ends the program, which its type does not say


def _find(args: argparse.Namespace, query: Query) -> int:
    import msgspec

    from .ledger.places import chosen
    from .ledger.store import open_ledger
    from .ledger.within import exact_places
    from .show.found import print_found, tell_found, tell_nothing
    from .show.terminal import open_console

    with open_ledger(chosen(args)) as ledger:
        places, notes = exact_places(ledger.database, query.places)
        query = msgspec.structs.replace(query, places=places)
        found = ledger.claims(query)
        found = msgspec.structs.replace(found, notes=(*notes, *found.notes))
        if not found.total:
            from .ledger.find import count_without

            empty = ledger.database.one("SELECT 1 FROM claims LIMIT 1") is None
            for line in tell_nothing(found, count_without(ledger, query), empty=empty):
                say(line)
            return NOTHING
    print_found(found, query, open_console(sys.stdout), args.format)
    if args.format in ("jsonl", "ids"):
        for line in tell_found(found, query):
            say(line)
    return FOUND


# ---- arguments ---------------------------------------------------------------------------


def _check(args: argparse.Namespace, name: str, values: tuple[str, ...], known: tuple[str, ...] | list[str]) -> None:
    wrong = [value for value in values if value not in known]
    if wrong:
        args.error(f"--{name} {wrong[0]!r} is not one of {', '.join(known)}")


def _split(values: list[str]) -> tuple[str, ...]:
    """
    Values separated by commas or given one by one.

        >>> _split(["a,b", "c d"])
        ('a', 'b', 'c d')
    """
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _names(values: list[str]) -> tuple[str, ...]:
    """
    Names, whose commas are their own.

        >>> _names(["Mosul, Iraq", " "])
        ('Mosul, Iraq',)
    """
    return tuple(value.strip() for value in values if value.strip())


def first_day(text: str) -> dt.date:
    return _argument(parse_day, text)


def _last_day(text: str) -> dt.date:
    return _argument(functools.partial(parse_day, last=True), text)


def _point(text: str) -> tuple[float, float]:
    return _argument(parse_point, text)


def _range(text: str) -> tuple[float | None, float | None]:
    return _argument(parse_range, text)


def _argument(parse: Callable[[str], T], text: str) -> T:
    try:
        return parse(text)
    except ValueError as err:
        raise argparse.ArgumentTypeError(str(err)) from err


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    if len(text) > 20 or int(text) > MOST_SHOWN:
        raise argparse.ArgumentTypeError(f"{text} is more than {MOST_SHOWN:,}")
    return int(text)
