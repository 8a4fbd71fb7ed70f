"""
Files read one ahead: while somebody works on the reports of one, the next is parsed by the process beside us.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from typing import NamedTuple

from ..records import Refusal, Report

Results = list[Report | Refusal]


class Task(NamedTuple):
    """Something to read; `ahead` is whether that may begin early: it is one document, and parsed elsewhere."""

    read: Callable[[], Iterable[Report | Refusal]]
    ahead: bool = False


def read_ahead(tasks: Iterable[Task]) -> Iterator[Report | Refusal]:
    """
    The results of `tasks`, in their order.

        >>> list(read_ahead([Task(lambda: [1], ahead=True), Task(lambda: [2], ahead=True), Task(lambda: [3])]))
        [1, 2, 3]
    """
    pending: Future[Results] | None = None
    following: Future[Results] | None = None
    try:
        for task in tasks:
            following = _begin(task, pending) if task.ahead else None
            if pending is not None:
                yield from pending.result()
            pending = following
            if following is None:
                yield from task.read()
        if pending is not None:
            yield from pending.result()
    finally:
        if following is not None:
            following.cancel()


def _begin(task: Task, before: Future[Results] | None) -> Future[Results]:
    """Read `task` in a thread of its own once `before` is read: no two files are parsed at once."""
    future: Future[Results] = Future()

    def read() -> None:
        if before is not None:
            wait([before])
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(list(task.read()))
        except BaseException as err:  # told to whoever waits for it
            future.set_exception(err)

    # Whoever stops the program does not wait for the document that is being parsed: the threads of an executor are
    # waited for, daemons are not.
    threading.Thread(target=read, name="asreported ahead", daemon=True).start()
    return future
