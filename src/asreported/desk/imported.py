"""
What became of files that were given to the desk: the records that the page and the API tell it by.
"""

from __future__ import annotations

import dataclasses

from ..ledger.imported import OUTCOMES, Item
from ..ledger.linking import Linked
from ..records import Record

MOST_ITEMS = 300
"""Reports of one file that are told one by one; of JSON lines there may be any number."""


class FileReport(Record, frozen=True, kw_only=True):
    """What became of one file."""

    number: int
    name: str
    size: int
    state: str
    """`waiting`, `reading`, `done`, or `failed` where the ledger could not be written."""
    counts: dict[str, int]
    """Outcome → how many reports had it."""
    claims: int
    items: tuple[Item, ...]
    left_off: int = 0
    """How many more there are than `items`, in which those that were refused come first."""


class Linking(Record, frozen=True, kw_only=True):
    """How far the linking of what came is."""

    state: str
    """`none`, `waiting`, `running`, `done` or `failed`."""
    what: str = ""
    done: int = 0
    whole: int = 0
    linked: Linked | None = None
    message: str = ""


@dataclasses.dataclass
class Progress:
    """A file while it is read."""

    number: int
    name: str
    size: int = 0
    state: str = "waiting"
    counts: dict[str, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    claims: int = 0
    refused: list[Item] = dataclasses.field(default_factory=list)
    others: list[Item] = dataclasses.field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether the ledger has something to link that it had not before."""
        return any(self.counts[name] for name in ("new", "copy", "reread"))

    def report(self) -> FileReport:
        items = (*self.refused, *self.others)
        return FileReport(
            number=self.number,
            name=self.name,
            size=self.size,
            state=self.state,
            counts=dict(self.counts),
            claims=self.claims,
            items=items,
            left_off=sum(self.counts.values()) - len(items),
        )


def add_item(progress: Progress, item: Item) -> None:
    """Count `item`, and keep it to be told while there are not too many."""
    progress.counts[item.outcome] += 1
    progress.claims += item.claims
    kept = progress.refused if item.outcome == "refused" else progress.others
    if len(kept) < MOST_ITEMS:
        kept.append(item)
