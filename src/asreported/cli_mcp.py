"""
The command `asreported mcp`. Arguments in, messages in and out; nothing heavy at the top.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .cli_output import guard
from .ledger.places import add_where, chosen

MCP_HELP = """Answer questions of another program on this machine, over standard input and output.

It speaks the Model Context Protocol (stdio), so that an assistant can be given asreported as a tool,
and plain JSON-RPC 2.0, one message a line, with a method a tool: read, find, situation, figures,
incident. It only looks: nothing is added, decided or written, and nothing listens on a port. Files
are read below the folders given with --allow alone. What a program does with the answers is up to
it: an assistant that runs elsewhere sends them there.

examples:
  asreported mcp --ledger claims
  asreported mcp --ledger claims --allow reports/
  echo '{"jsonrpc": "2.0", "id": 1, "method": "find", "params": {"place": ["Mosul"]}}' | asreported mcp

In the settings of an assistant:
  {"mcpServers": {"asreported": {"command": "asreported", "args": ["mcp", "--ledger", "claims"]}}}

exit codes:
  0    standard input ended
  130  stopped by Ctrl-C"""


def add_mcp(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the command to the parser."""
    mcp = commands.add_parser(
        "mcp", prog="asreported mcp", usage="asreported mcp [options]", description=MCP_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    add_where(mcp)
    mcp.add_argument(
        "--allow", metavar="FOLDER", action="append", default=[], help="read files below this folder when asked to"
    )
    mcp.set_defaults(error=mcp.error)


def run_mcp(args: argparse.Namespace) -> int:
    """Answer until standard input ends, and return the exit code."""
    folders = tuple(Path(folder) for folder in args.allow)
    if wrong := [folder for folder in folders if not folder.is_dir()]:
        args.error(f"--allow {str(wrong[0])!r} is not a folder")

    def run() -> int:
        from .stdio.protocol import Server
        from .stdio.tools import Place, make_tools

        server = Server(make_tools(Place(chosen(args), folders)))
        server.serve(sys.stdin.buffer, sys.stdout.buffer)
        return 0

    return guard(run)
