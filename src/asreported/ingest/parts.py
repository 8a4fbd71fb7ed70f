"""
What is being parsed at the moment, told before it is: so that the one document of an archive that never ends is known,
and is passed over when the archive is read again (parsing.py).

Every parser of a whole document begins with `begin`. Outside the process that parses nobody listens.
"""

from __future__ import annotations

from collections.abc import Callable

from ..records import Refusal

Listener = Callable[[str], Refusal | None]

_listener: Listener | None = None


def listen(listener: Listener | None) -> None:
    """Have `listener` told of each document; None ends that."""
    global _listener
    _listener = listener


def begin(origin: str) -> Refusal | None:
    """Tell that the document `origin` is about to be parsed; a refusal is what is known of it already: return that."""
    return _listener(origin) if _listener else None
