"""
Files read one ahead: while somebody works on the reports of one, the next is parsed by the process beside us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from ..records import Refusal, Report


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
    pool = ThreadPoolExecutor(1, thread_name_prefix="asreported ahead")  # no thread before there is something to do
    pending: Future[list[Report | Refusal]] | None = None
    try:
        for task in tasks:
            # There is one thread, so this one begins when the one before it has ended.
            following = pool.submit(_all, task) if task.ahead else None
            if pending is not None:
                yield from pending.result()
            pending = following
            if following is None:
                yield from task.read()
        if pending is not None:
            yield from pending.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _all(task: Task) -> list[Report | Refusal]:
    return list(task.read())
