"""
Where the user's ledger is, and how commands are told of another one.
"""

from __future__ import annotations

import argparse
import os

from ..folders import data_folder

VARIABLE = "ASREPORTED_LEDGER"
WHERE_HELP = f"folder of the ledger, or postgresql://… (default: ${VARIABLE}, else `ledger` in the data folder)"


def default_where() -> str:
    """`$ASREPORTED_LEDGER` if it is set, else the folder `ledger` in the user's data folder."""
    return os.environ.get(VARIABLE) or str(data_folder() / "ledger")


def add_where(command: argparse.ArgumentParser) -> None:
    """The option `--ledger` of a command; its value is always set."""
    command.add_argument("--ledger", metavar="WHERE", default=None, help=WHERE_HELP)


def chosen(args: argparse.Namespace) -> str:
    """The ledger that a command's arguments mean: a folder or a URL."""
    where: str | None = args.ledger
    return where or default_where()
