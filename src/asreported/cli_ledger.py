"""
The commands `asreported ledger …`: what is kept, whether it holds, backups, decisions. Arguments in, text out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .cli_add import FAILED, INTERRUPTED, add_reading, run_reread, say
from .cli_link import add_link_command, run_link
from .ledger.places import add_where, chosen

if TYPE_CHECKING:
    from .ledger.changes import Change
    from .ledger.decisions import Decision
    from .ledger.store import Ledger
    from .records import Claim

LEDGER_HELP = """Look after the ledger, in which `asreported add` keeps reports and claims.

commands:
  info       what is kept, and where
  verify     hold everything against its hashes
  backup     copy the ledger to another folder, while others go on writing
  decide     accept, reject, correct a claim, or take that back
  history    what was decided on a claim
  reread     read again what an older model or version read
  link       find which claims tell of the same incident; `add` does it too
  changes    what reading again changed
  dump       all facts as lines of JSON, to compare or to carry over
  load       put a whole dump into an empty ledger
  rebuild    make all that is derived again from the facts

docs/ledger.md says what is kept and what that does not promise.

examples:
  asreported ledger verify
  asreported ledger backup /media/disk/ledger
  asreported ledger decide 5e0c:91ab accept --by "A. Reader" --why "seen in the video"
"""

VERIFY_HELP = """Hold everything that is kept against its hashes: originals, texts, readings and their quotes,
the chain of decisions; and what is derived against the facts.

It finds what was damaged, lost or changed. It cannot find that somebody wrote the whole ledger
anew: for that, keep what --head prints somewhere else.

exit codes:
  0  all holds
  1  something does not, and is listed with what to do
  2  the ledger cannot be opened
"""

DECIDE_HELP = """Add a decision to the ledger. Decisions are never changed or removed: undo adds another one.

CLAIM is the key of a claim as `asreported find` shows it, REPORT:CLAIM, or its beginning; with
--with it, and KEY, may be an incident too.
ACTION is accept, reject, unsure, correct (with --value), comment, undo, or same or different
(with --with) for two claims or incidents.

examples:
  asreported ledger decide 5e0c:91ab accept --by "A. Reader"
  asreported ledger decide 5e0c:91ab correct --by "A. Reader" --value '{"status": "denied"}'
  asreported ledger decide 5e0c:91ab same --with 77aa:03fe --by "A. Reader"
  asreported ledger decide 5e0c:91ab undo --by "A. Reader" --why "wrong video"
"""


def add_ledger(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command and its own commands to the parser."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = commands.add_parser("ledger", prog="asreported ledger", usage="asreported ledger COMMAND ...",
                                 description=LEDGER_HELP, formatter_class=raw)  # fmt: skip
    parser.set_defaults(show_help=parser.print_help)
    own = parser.add_subparsers(dest="ledger_command", metavar="COMMAND", help=argparse.SUPPRESS)

    def command(name: str, arguments: str, description: str) -> argparse.ArgumentParser:
        usage = f"asreported ledger {name} {arguments}".replace("  ", " ")
        made = own.add_parser(name, usage=usage, description=description, formatter_class=raw)
        if name != "reread":
            add_where(made)
        return made

    command("info", "[options]", "Say what is kept, and where.")
    verify = command("verify", "[options]", VERIFY_HELP)
    verify.add_argument("--head", action="store_true", help="print the number and hash of the last decision, no more")
    verify.add_argument("--quiet", action="store_true", help="print nothing but what was found")
    backup = command(
        "backup", "DEST [options]", "Copy the ledger to the folder DEST, or bring an earlier backup up to date."
    )
    backup.add_argument("dest", metavar="DEST", type=Path, help="a new folder, or that of an earlier backup")
    decide = command("decide", "CLAIM ACTION --by NAME [options]", DECIDE_HELP)
    decide.add_argument("claim", metavar="CLAIM", help="key of a claim, or its beginning")
    decide.add_argument(
        "action", metavar="ACTION", help="accept, reject, unsure, correct, comment, undo, opinion, same, different"
    )
    decide.add_argument("--by", metavar="NAME", required=True, help="who decides")
    decide.add_argument("--why", metavar="TEXT", default="", help="the reason")
    decide.add_argument(
        "--value", metavar="JSON", help="of correct: the fields and their new values; of undo: its number"
    )
    decide.add_argument(
        "--with", metavar="KEY", dest="other", help="of same and different: the other claim or incident"
    )
    decide.add_argument("--expected", metavar="N", type=int, help="refuse where there are not N decisions yet")
    history = command("history", "CLAIM [options]", "Show what was decided on a claim, first to last.")
    history.add_argument("claim", metavar="CLAIM", help="key of a claim, or its beginning")
    history.add_argument(
        "--with", metavar="KEY", dest="other", help="decisions on the pair with this claim or incident"
    )
    history.add_argument("--json", action="store_true", help="one line of JSON a decision, hashes too")
    add_reading(command("reread", "[options]", "Read again the reports that another model or version read last."))
    add_link_command(own)
    changes = command("changes", "[options]", "Show what reading again changed: claims added, gone and told otherwise.")
    changes.add_argument(
        "--since", metavar="READER", help="against this reader's (`ledger info` names them), not the last"
    )
    changes.add_argument("--json", action="store_true", help="one line of JSON a report, with whole claims")
    dumped = command(
        "dump", "[options]", "Write all facts as lines of JSON; without --whole no times, numbers or bytes."
    )
    dumped.add_argument("--whole", action="store_true", help="with times and the bytes of originals, to be loaded")
    dumped.add_argument("-o", "--output", metavar="FILE", type=Path, help="write to FILE (default: standard output)")
    load = command("load", "DUMP [options]", "Put a whole dump into a new ledger.")
    load.add_argument("dump", metavar="DUMP", type=Path, help="what `ledger dump --whole` wrote")
    command("rebuild", "[options]", "Make all that is derived again from the facts; claims keep their numbers.")


def run_ledger(args: argparse.Namespace) -> int:
    """Run one of the ledger's commands, and return the exit code."""
    from .errors import AsreportedError

    if args.ledger_command is None:
        args.show_help(sys.stderr)
        return FAILED
    if args.ledger_command == "reread":
        return run_reread(args)
    if args.ledger_command == "link":
        return run_link(args)
    try:
        from .ledger.store import open_ledger

        with open_ledger(chosen(args), create=args.ledger_command == "load") as ledger:
            return COMMANDS[args.ledger_command](ledger, args)
    except KeyboardInterrupt:
        say("stopped; the ledger is as it was before, or as it was to be")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except (AsreportedError, OSError) as err:
        say(str(err))
        return FAILED


# ---- each command ------------------------------------------------------------------------


def _info(ledger: Ledger, args: argparse.Namespace) -> int:
    from .ledger.info import count, tell
    from .show.words import safe_line

    print("\n".join(map(safe_line, tell(count(ledger)))))
    return 0


def _verify(ledger: Ledger, args: argparse.Namespace) -> int:
    from .ledger.verify import verify
    from .show.words import safe_line

    if args.head:
        number, head = ledger.log_head()
        print(f"{number} {head}")
        return 0
    problems = notes = 0
    watched = sys.stderr.isatty() and not args.quiet
    for finding in verify(ledger, (lambda name: say(f"checking {name}")) if watched else lambda name: None):
        print(("note: " if finding.note else "") + safe_line(str(finding)), flush=True)
        notes += finding.note
        problems += not finding.note
    if not args.quiet:
        number, head = ledger.log_head()
        print(
            f"{problems:,} problem{'s' * (problems != 1)} found"
            if problems
            else "all that is kept is as it was written"
        )
        print(f"decisions: {number:,}; head of their chain: {head}")
    return 1 if problems else 0


def _backup(ledger: Ledger, args: argparse.Namespace) -> int:
    from .ledger.backup import back_up

    result = back_up(ledger, args.dest)
    print(f"backed up to {args.dest}: {result.copied:,} originals copied, {result.there:,} there already")
    print(f"check it with: asreported ledger verify --ledger {args.dest}")
    return 0


def _decide(ledger: Ledger, args: argparse.Namespace) -> int:
    import msgspec

    from .errors import LedgerError

    value = None
    if args.value is not None:
        try:
            value = msgspec.json.decode(args.value)
        except msgspec.DecodeError as err:
            raise LedgerError(
                f'--value is not JSON ({err}); quote it for the shell, as in \'{{"status": "denied"}}\''
            ) from err
    target = _target(ledger, args)
    made = ledger.decide(target, args.action, value=value, who=args.by, why=args.why, expected=args.expected)
    state = ledger.state(target)
    print(f"decision {made.n} on {target}: {made.action}; it is now {state.pair or state.review}")
    return 0


def _target(ledger: Ledger, args: argparse.Namespace) -> str:
    from .ledger.decisions import pair_target

    if args.other is None:
        return ledger.fetcher.find_key(args.claim)
    return pair_target(ledger.find_key(args.claim), ledger.find_key(args.other))


def _history(ledger: Ledger, args: argparse.Namespace) -> int:
    import msgspec

    from .show.words import safe_line

    history = ledger.history(_target(ledger, args))
    for decision in history:
        print(msgspec.json.encode(decision).decode() if args.json else safe_line(_tell_decision(decision)))
    if not history and not args.json:
        print("nothing was decided")
    return 0


def _tell_decision(decision: Decision) -> str:
    from .ledger.codec import canonical

    value = "" if decision.value is None else f" {canonical(decision.value)}"
    return f"{decision.n}  {decision.decided_at}  {decision.who}: {decision.action}{value}" + (
        f" ({decision.why})" if decision.why else ""
    )


def _changes(ledger: Ledger, args: argparse.Namespace) -> int:
    import msgspec

    from .ledger.changes import list_changes
    from .show.words import safe_line

    for change in list_changes(ledger, args.since):
        if args.json:
            print(msgspec.json.encode(change).decode())
        else:
            print("\n".join(safe_line(line) for line in _tell_change(change)))
    return 0


def _tell_change(change: Change) -> list[str]:
    def words(claim: Claim) -> str:
        return f"{claim.kind} ({claim.status}) “{claim.trigger.text}” {claim.trigger.start}-{claim.trigger.end}"

    lines = [f"{change.report} {change.title}: {change.old_reader} → {change.new_reader}"]
    lines += [f"  + {words(claim)}" for claim in change.added]
    lines += [f"  - {words(claim)}" for claim in change.gone]
    lines += [f"  ~ {words(pair.new)}: {', '.join(pair.fields)}" for pair in change.altered]
    return lines


def _dump(ledger: Ledger, args: argparse.Namespace) -> int:
    from .ledger.dump import dump
    from .show.output import open_output

    if args.output is None:
        sys.stdout.writelines(dump(ledger, whole=args.whole))
        return 0
    with open_output(args.output) as out:
        out.writelines(dump(ledger, whole=args.whole))
    return 0


def _load(ledger: Ledger, args: argparse.Namespace) -> int:
    from .ledger.dump import load

    with args.dump.open("rb") as lines:
        count = load(ledger, lines)
    print(f"loaded {count:,} lines into {ledger.database.name}")
    return 0


def _rebuild(ledger: Ledger, args: argparse.Namespace) -> int:
    from .ledger.rebuild import rebuild

    print(f"made again: the rows of {rebuild(ledger.database):,} claims")
    print("the next `asreported ledger link` or `asreported add` compares all reports again")
    return 0


COMMANDS: dict[str, Callable[[Ledger, argparse.Namespace], int]] = {
    "info": _info,
    "verify": _verify,
    "backup": _backup,
    "decide": _decide,
    "history": _history,
    "changes": _changes,
    "dump": _dump,
    "load": _load,
    "rebuild": _rebuild,
}
