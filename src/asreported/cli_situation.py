"""
The command `asreported situation`. Arguments in, text out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING, TextIO

from .cli_output import add_output, choose_output, day, guard, say, write_output

if TYPE_CHECKING:
    from .compare.situation import Situation
    from .ledger.store import Ledger
    from .situations import Choice

LATELY_DAYS, STALE_DAYS, NEARBY_KM = 30, 90, 100.0

SITUATION_HELP = """Show what is reported to hold at a place, or of an actor, on a day.

Who holds what, sieges, strengths, advances, attacks, killings and abuses, tolls, aid, agreements,
and what is reported nearby: each with its interval, its age on that day, its status, according to
whom, and the sentence. Only what was published on or before that day is shown. Nothing is added up.
docs/situation.md says how it is decided what still holds.

examples:
  asreported situation --place Mosul --on 2017-04-28
  asreported situation --place "Hama, Syria" --on 2016-09-01 --nearby 50 --ledger claims
  asreported situation --actor islamic-state --on 2017-04-28 -o situation.html

exit codes:
  0    something is reported
  1    nothing is reported of it by that day
  2    the place or actor is unknown, the ledger cannot be read, or the command was not understood
"""


def add_situation(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    from .ledger.places import add_where

    parser = commands.add_parser(
        "situation", prog="asreported situation",
        usage="asreported situation (--place NAME | --actor NAME) --on DATE [options]",
        description=SITUATION_HELP, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--place", metavar="NAME", help='a name, "Hama, Syria", or the id of a gazetteer')
    asked.add_argument("--actor", metavar="NAME", help="an id such as islamic-state, or a name")
    parser.add_argument("--on", metavar="DATE", type=day, required=True, help="the day, YYYY-MM-DD")
    add_where(parser)
    parser.add_argument("--nearby", metavar="KM", type=_km, default=NEARBY_KM, help="how far nearby is (default: 100)")
    parser.add_argument(
        "--since", metavar="DATE", type=day, help=f"first day of events shown (default: {LATELY_DAYS} days before)"
    )
    parser.add_argument(
        "--stale", metavar="DAYS", type=_days, default=STALE_DAYS,
        help=f"mark what nobody has reported for so long (default: {STALE_DAYS})",
    )  # fmt: skip
    parser.add_argument("--undated", action="store_true", help="count reports that may have been published later too")
    parser.add_argument("--all", action="store_true", help="every item, also of the whole province and country")
    parser.add_argument(
        "--gazetteer", metavar="FILE", default="user",
        help='an imported gazetteer to look the place up in too; "none" for none (default: the one in the data folder)',
    )  # fmt: skip
    add_output(parser)
    parser.set_defaults(error=parser.error)


def run_situation(args: argparse.Namespace) -> int:
    """Show the situation, and return the exit code."""
    output, format = choose_output(args)
    since = args.since or _before(args.on, LATELY_DAYS)
    if since > args.on:
        args.error(f"--since {since} is after --on {args.on}")

    def show() -> int:
        from .ledger.places import chosen
        from .ledger.store import open_ledger
        from .situations import read_situation

        with open_ledger(chosen(args)) as ledger:
            choice = _choose(ledger, args)
            told = read_situation(
                ledger, choice, args.on, since=since, stale_days=args.stale, nearby_km=args.nearby,
                undated=args.undated, whole=args.all,
            )  # fmt: skip
            _say_choice(choice, args)
            if told.is_empty:
                _say_nothing(ledger, told)
        write_output(lambda out: _show(told, format, out, whole=args.all), output)
        return 1 if told.is_empty else 0

    return guard(show)


def _choose(ledger: Ledger, args: argparse.Namespace) -> Choice:
    from .situations import choose_actor, choose_place

    if args.actor is not None:
        return choose_actor(ledger, args.actor)
    from .pipeline import choose_gazetteer
    from .resolve.gazetteer import load_gazetteer

    imported = choose_gazetteer(None if args.gazetteer == "none" else args.gazetteer)
    return choose_place(ledger, args.place, load_gazetteer(imported))


def _say_choice(choice: Choice, args: argparse.Namespace) -> None:
    """Which of several of that name was taken, and how to ask for another."""
    from .situations import name_of

    called = args.place or args.actor
    if not choice.others and called not in (choice.asked.name, _id(choice)):
        say(f"took {name_of(choice.asked)}")
    if choice.others:
        option = "--place" if hasattr(choice.asked, "level") else "--actor"
        others = "; ".join(f"{name} ({_claims(claims)}): {option} {id!r}" for name, id, claims in choice.others[:5])
        say(f"took {name_of(choice.asked)} ({_claims(choice.claims)}); also so called: {others}")


def _claims(number: int) -> str:
    from .show.situation_words import count
    from .situations import MOST_COUNTED

    return count(number, "claim") + (" or more" if number >= MOST_COUNTED else "")


def _id(choice: Choice) -> str:
    from .situations import id_of

    return id_of(choice.asked)


def _say_nothing(ledger: Ledger, told: Situation) -> None:
    """What there is instead: later reports, or the nearest place that is reported of."""
    from .situations import find_nearest

    name = (told.place or told.actor).name  # type: ignore[union-attr]  # one of them was asked for
    left = told.left_out
    later = f"; reported later: {_claims(left.later)}" if left.later else ""
    undated = f"; in reports that may be later: {_claims(left.undated)} (--undated counts them)" if left.undated else ""
    say(f"nothing is reported of {name} by {told.on}{later}{undated}")
    nearest = find_nearest(ledger, told.place) if told.place and not told.nearby.items else None
    if nearest is not None:
        say(f"the nearest place that is reported of, on whatever day: {nearest[0]}, {nearest[1]:.0f} km away")


def _show(told: Situation, format: str, out: TextIO, *, whole: bool) -> None:
    if format == "json":
        from .show.situation_json import encode_situation

        out.write(encode_situation(told))
    elif format == "html":
        from .show.situation_page import render_situation

        out.write(render_situation(told))
    else:
        from .show.situation import print_situation
        from .show.terminal import open_console

        print_situation(told, open_console(out), whole=whole)


def _before(day: dt.date, days: int) -> dt.date:
    return dt.date.fromordinal(max(1, day.toordinal() - days))


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days")
    return int(text)


def _km(text: str) -> float:
    try:
        km = float(text)
    except ValueError:
        km = -1.0
    if not 0 <= km <= 2000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a distance of 0 to 2000 km")
    return km
