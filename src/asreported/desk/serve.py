"""
The desk served: one process, on the loopback, until it is stopped with Ctrl-C.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ..errors import LedgerError
from .app import build_app
from .guard import Access
from .state import Desk

LOOPBACK = "127.0.0.1"


def serve(where: str | Path, *, port: int, who: str, ready: Callable[[Desk], None]) -> None:
    """
    Serve the ledger `where` until the process is interrupted; `ready` is called when the desk can be visited.

    `port` 0 takes a free one. Raises: LedgerError where the ledger cannot be opened or the port is taken.
    """
    listening = listen(port)
    access = Access(listening.getsockname()[1])
    desk = Desk(where, access, who=who)
    # No access log: addresses hold what a person searches for.
    config = uvicorn.Config(
        build_app(desk),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=3,
    )
    ready(desk)
    with listening:
        uvicorn.Server(config).run(sockets=[listening])


def listen(port: int) -> socket.socket:
    """A socket that listens on the loopback; port 0 is a free one. Raises: LedgerError where the port is taken."""
    # The protocol is named: asyncio sends at once (TCP_NODELAY) only on sockets that say that they are TCP; else each
    # answer of two writes waits 40 ms for an acknowledgement.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((LOOPBACK, port))
        made.listen(128)
    except OSError as err:
        made.close()
        if err.errno == errno.EADDRINUSE:
            raise LedgerError(f"port {port} is in use, perhaps by another desk; give another one with --port") from err
        raise
    return made
