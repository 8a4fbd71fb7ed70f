"""
What a format is: its rows, how they are written, its data dictionary, and what it cannot hold.

`FORMATS` names them all; each stands in a module of its own, which is loaded when it is wanted.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, BinaryIO, NamedTuple

from .source import Source
from .told import Attested, ExportError, Group

UNITS = ("claims", "incidents", "figures", "reports")


class Options(NamedTuple):
    """What may be chosen of a format; each uses those that concern it."""

    possible: bool = False
    """Event formats: take in what is only possible, too."""
    vague_numbers: bool = False
    """ACLED-like: "several", "dozens" and "hundreds" as ACLED's codebook counts them, where no number is told."""


class Row(NamedTuple):
    """One thing that is exported: its id, which later exports keep, and its values, which JSON can hold."""

    id: str
    values: dict[str, Any]


class Losses:
    """What an export leaves out: every id, with the reason."""

    def __init__(self) -> None:
        self.left_out: dict[str, list[str]] = {}

    def leave_out(self, id: str, why: str) -> None:
        """`why` is a sentence without what is special to `id`: reasons are counted. Twice running counts once."""
        ids = self.left_out.setdefault(why, [])
        if not ids or ids[-1] != id:
            ids.append(id)


class Context(NamedTuple):
    """What a format is asked for: over which unit, with which options, and where it tells what it leaves out."""

    over: str
    options: Options
    losses: Losses
    columns: Mapping[str, str]
    """The data dictionary of the unit."""
    source: Source
    filter: Mapping[str, Any] = MappingProxyType({})
    """What the claims were narrowed to, for formats that tell it."""


EARLIER = "a claim that only an earlier reading of its report had is of no incident"


def groups_of(source: Source, losses: Losses) -> Iterator[Group]:
    """The incidents; of the claims that are asked for, those that are of none of them are told to `losses`."""
    grouped: set[str] = set()
    for group in source.groups():
        grouped.update(told.key for told in group.told)
        yield group
    for told in source.told():
        if told.key not in grouped:
            losses.leave_out(told.key, EARLIER)


class Format(NamedTuple):
    """One way out. `rows` makes rows of a source, `write` writes them to a binary stream as they come."""

    name: str
    title: str
    """For people, as in `ACLED-like CSV`."""
    schema: str
    """Name and number of the layout, as in `asreported-acled 1`: the number grows when a column changes its meaning."""
    suffix: str
    """With its dot, as in `.geojson`."""
    media_type: str
    columns: Mapping[str, Mapping[str, str]]
    """The data dictionary: for each unit that it can be over (the first is the default) column or key → meaning."""
    cannot: Mapping[str, str]
    """What it cannot hold of what is exported → why, or where that stands instead."""
    rows: Callable[[Source, Context], Iterator[Row]]
    write: Callable[[Iterator[Row], BinaryIO, Context], None]
    attest: Callable[[Mapping[str, Any]], Attested]
    """According to whom, status and quotation, out of the values of a row."""
    origin: str = ""
    """The specification that the layout follows."""
    extra: str | None = None
    """The optional dependency of ours (`asreported[xlsx]`) without which it cannot be written."""


FORMATS: dict[str, str] = {
    "csv": "plain",
    "jsonl": "plain",
    "json": "plain",
    "xlsx": "xlsx",
    "parquet": "arrow",
    "arrow": "arrow",
    "geojson": "geojson",
    "hxl": "hxl",
    "acled": "acled",
    "ucdp": "ucdp",
    "plover": "plover",
    "ftm": "ftm",
    "webanno": "webanno",
    "prov": "prov",
    "conll": "conll",
    "brat": "brat",
    "docbin": "docbin",
    "decisions": "decisions",
    "pack": "pack",
}
"""Format → the module that has it, as `FORMAT`, or as `FORMATS` where it has several."""


def load_format(name: str) -> Format:
    """
    The format that is called so. Raises: ExportError where there is none.

        >>> load_format("exel")
        Traceback (most recent call last):
        asreported.exports.told.ExportError: there is no format 'exel'; expected one of csv, jsonl, ...
    """
    if name not in FORMATS:
        raise ExportError(f"there is no format {name!r}; expected one of {', '.join(FORMATS)}")
    module = importlib.import_module(f".{FORMATS[name]}", __package__)
    found: Format = module.FORMATS[name] if hasattr(module, "FORMATS") else module.FORMAT
    return found


def default_attest(values: Mapping[str, Any]) -> Attested:
    """For rows with the keys `according_to`, `status` and `quotation`."""
    return Attested(*(str(values.get(name) or "") for name in Attested._fields))
