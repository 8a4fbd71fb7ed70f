"""
Where a report came from: a file, or a part of one, written `PATH:N`.

`N` counts from 1 and is followed by the number of a part of that part: `mail.mbox:7.2` is the second attachment of the
seventh message.
"""

from __future__ import annotations

import re
from pathlib import Path

PART_RE = re.compile(r"(.+):(\d+(?:\.\d+)*)", re.DOTALL)


def split_origin(origin: str) -> tuple[str, str]:
    """
    The file of `origin` and the part of it, which is empty where the report is the whole file.

    A file whose own name ends like that is whole: what is there decides.

        >>> split_origin("day/mail.mbox:7.2"), split_origin("day/raid.txt"), split_origin("-:3")
        (('day/mail.mbox', '7.2'), ('day/raid.txt', ''), ('-', '3'))
    """
    found = PART_RE.fullmatch(origin)
    if not found:
        return origin, ""
    try:
        if Path(origin).is_file():
            return origin, ""
    except (OSError, ValueError):  # no name that a file can have
        pass
    return found[1], found[2]


def depth_of(origin: str) -> int:
    """
    How many containers a part is in: 0 for a whole file.

        >>> depth_of("a.eml"), depth_of("a.mbox:7"), depth_of("a.mbox:7.2")
        (0, 1, 2)
    """
    found = PART_RE.fullmatch(origin)
    return found[2].count(".") + 1 if found else 0
