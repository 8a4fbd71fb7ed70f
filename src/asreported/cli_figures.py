"""
The commands `asreported figures` and `asreported incident`. Arguments in, text out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, TextIO

from .cli_output import add_output, choose_output, day, guard, write_output
from .ledger.places import add_where, chosen

if TYPE_CHECKING:
    from .compare.incidents import Incident
    from .comparisons import Figures

FIGURES_HELP = """Lay the figures of many reports side by side: one series for each question.

How many were killed, injured, displaced in an incident; how many fighters a group has at a place.
Each figure with its interval, its words, when it holds, its status and according to whom; then how
far independent sources agree, and by which rule. Denied, planned and possible figures are shown and
count for nothing. No mean is taken. docs/compare.md says what is compared with what.

examples:
  asreported figures --place Mosul
  asreported figures --actor islamic-state --kind strength
  asreported figures --place Aleppo --kind killing --since 2016-07-01 -o aleppo.html

exit codes:
  0    figures were found
  1    there are none
  2    the ledger cannot be read, or the command was not understood
"""

INCIDENT_HELP = """Show what is told of one incident: report by report, its figures, what contradicts.

ID is an incident of the ledger, or a claim of it (REPORT:CLAIM), or the beginning of either if
only one begins so; `asreported find` shows both.

examples:
  asreported incident i2b265246c2de
  asreported incident i2b26 -o incident.html

exit codes:
  0    it was found
  2    there is no such incident, the ledger cannot be read, or the command was not understood
"""


def add_figures(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds both commands to the parser."""
    figures = commands.add_parser(
        "figures", prog="asreported figures", usage="asreported figures [options]",
        description=FIGURES_HELP, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    figures.add_argument(
        "--place",
        metavar="NAME",
        action="append",
        default=[],
        help='at this place, as in "Mosul" or "Mosul, Iraq"; may be repeated',
    )
    figures.add_argument("--actor", metavar="NAME", help="that count this actor, or of claims that name it")
    figures.add_argument("--kind", metavar="KIND", action="append", default=[], help="of this kind of claim")
    figures.add_argument("--incident", metavar="ID", action="append", default=[], help="of this incident")
    figures.add_argument("--since", metavar="DATE", type=day, help="first day, YYYY-MM-DD")
    figures.add_argument("--until", metavar="DATE", type=day, help="last day")
    figures.add_argument("--unit", metavar="UNIT", help="people, households, buildings, vehicles …")
    incident = commands.add_parser(
        "incident", prog="asreported incident", usage="asreported incident ID [options]",
        description=INCIDENT_HELP, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    incident.add_argument("id", metavar="ID", help="the incident, or a claim of it, or the beginning of either")
    for command in (figures, incident):
        add_where(command)
        add_output(command)
        command.set_defaults(error=command.error)


def run_figures(args: argparse.Namespace) -> int:
    """Run `figures`, and return the exit code."""
    from .codebook import kinds

    output, format = choose_output(args)
    known = [kind.key for kind in kinds()]
    if wrong := [kind for kind in args.kind if kind not in known]:
        args.error(f"{wrong[0]!r} is no kind of claim: {', '.join(known)}")
    if args.since and args.until and args.since > args.until:
        args.error(f"--since {args.since} is after --until {args.until}")

    def show() -> int:
        from .comparisons import read_figures
        from .ledger.query import Query
        from .ledger.store import open_ledger

        query = Query(
            kinds=tuple(args.kind),
            places=tuple(args.place),
            incidents=tuple(args.incident),
            since=args.since,
            until=args.until,
            unit=args.unit,
        )
        with open_ledger(chosen(args)) as ledger:
            figures = read_figures(ledger, query, args.actor)
        write_output(lambda out: _show_figures(figures, format, out), output)
        return 0 if figures.comparisons else 1

    return guard(show)


def run_incident(args: argparse.Namespace) -> int:
    """Run `incident`, and return the exit code."""
    output, format = choose_output(args)

    def show() -> int:
        from .comparisons import read_incident
        from .ledger.store import open_ledger

        with open_ledger(chosen(args)) as ledger:
            incident = read_incident(ledger, args.id)
        write_output(lambda out: _show_incident(incident, format, out), output)
        return 0

    return guard(show)


# ---- output --------------------------------------------------------------------------------


def _show_figures(figures: Figures, format: str, out: TextIO) -> None:
    if format == "json":
        from .show.series_json import encode_figures

        out.write(encode_figures(figures.comparisons, notes=figures.notes))
    elif format == "html":
        from .show.series_page import render_figures

        out.write(render_figures(figures.comparisons, notes=figures.notes))
    else:
        from .show.series import print_comparisons
        from .show.terminal import open_console

        print_comparisons(figures.comparisons, open_console(out), notes=figures.notes)


def _show_incident(incident: Incident, format: str, out: TextIO) -> None:
    if format == "json":
        from .show.series_json import encode_incident

        out.write(encode_incident(incident))
    elif format == "html":
        from .show.series_page import render_incident

        out.write(render_incident(incident))
    else:
        from .show.series import print_incident
        from .show.terminal import open_console

        print_incident(incident, open_console(out))
