"""
The commands of the ledger with a stand-in for the model, run as a program so that signals and exit codes are real.

Inputs are read by ingest; a report with the word "shelled" has one claim. Each report read is noted in the file
$READ_LOG; one that holds "sleep" makes the reader wait, to be interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from asreported.cli_add import add_add, run_add
from asreported.cli_ledger import add_ledger, run_ledger
from asreported.records import Claim, Reading, Refusal, Report


def read_reports(inputs: Iterable[Report | Refusal], **options: Any) -> Iterator[Reading | Refusal]:
    for item in inputs:
        if isinstance(item, Refusal):
            yield item
            continue
        if "sleep" in item.text:
            time.sleep(60)
        with Path(os.environ.get("READ_LOG", os.devnull)).open("a", encoding="utf-8") as log:
            log.write(f"{item.origin}\n")
        yield Reading(report=item, claims=_claims(item))


def _claims(report: Report) -> tuple[Claim, ...]:
    word = os.environ.get("WORD", "shelled")
    at = report.text.find(word)
    if at < 0:
        return ()
    return (
        Claim(
            id=f"{word}-{at}",
            kind="shelling",
            status="actual",
            trigger=report.span(at, at + len(word)),
            evidence=report.span(0, len(report.text)),
            roles=(),
            figures=(),
            sources=(),
            when=None,
            where=None,
            incident=None,
            confidence=0.5,
        ),
    )


def stand_in() -> types.ModuleType:
    """In the place of the pipeline, whose import takes a second and whose model takes more."""
    module: Any = types.ModuleType("asreported.pipeline")
    module.read_reports = read_reports
    module.choose_gazetteer = lambda name: Path(name) if name and name != "user" else None
    return module


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="asreported")
    commands = parser.add_subparsers(dest="command", required=True)
    add_add(commands)
    add_ledger(commands)
    args = parser.parse_args(argv)
    return run_add(args) if args.command == "add" else run_ledger(args)


if __name__ == "__main__":
    sys.modules["asreported.pipeline"] = stand_in()
    sys.exit(main())
