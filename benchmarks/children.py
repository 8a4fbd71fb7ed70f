"""
Processes to be killed, which tell through a pipe what they have done.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import signal
import time
from collections.abc import Callable

FORK = multiprocessing.get_context("fork")


class Child:
    """A forked process that runs `work(tell)` and tells its lines through a pipe; only whole lines count."""

    def __init__(self, work: Callable[[Callable[[str], None]], None]) -> None:
        self.reading, writing = os.pipe()

        def tell(line: str) -> None:
            os.write(writing, f"{line}\n".encode())

        def run() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            work(tell)

        self.process = FORK.Process(target=run)
        self.process.start()
        os.close(writing)
        self.rest = b""
        self.lines: list[str] = []

    def drain(self, until: float) -> None:
        """Read what is told, until the time `until` or the end of the process."""
        while (left := until - time.monotonic()) > 0:
            if select.select([self.reading], [], [], left)[0] and not self._read():
                return

    def kill(self) -> None:
        """End the process as a loss of power would, and read what it told before."""
        self.send(signal.SIGKILL)
        self.finish()

    def send(self, number: signal.Signals) -> None:
        os.kill(self.process.pid or 0, number)

    def finish(self) -> int:
        while self._read():
            pass
        os.close(self.reading)
        self.process.join()
        return self.process.exitcode or 0

    def _read(self) -> bool:
        content = os.read(self.reading, 1 << 16)
        *lines, self.rest = (self.rest + content).split(b"\n")
        self.lines += [line.decode() for line in lines]
        return bool(content)
