"""
What stands beside an export: what it is, its data dictionary, what it could not express and why, and a digest of each
row, by which a later export tells what changed since.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from ..ledger.query import Query
from ..records import Record
from .told import ExportError

SUFFIX = ".about.json"
SCHEMA = "asreported-about 1"
DIGITS = 16
"""Of a row's digest: enough that two versions of one row never meet by chance."""


class LeftOut(Record, frozen=True, kw_only=True):
    """Why something is not in the export, and what."""

    why: str
    count: int
    ids: tuple[str, ...]


class Changes(Record, frozen=True, kw_only=True):
    """What is different from an earlier export of the same format: the rows of this one are those added and changed."""

    since: str
    """When the earlier one was made."""
    since_sha256: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    """In the earlier one and no longer: delete them there."""
    unlike: tuple[str, ...] = ()
    """What differs from the earlier one beside the claims, in words: rows may be new, changed or removed by that."""


class About(Record, frozen=True, kw_only=True):
    """The about file of an export."""

    about: str = SCHEMA
    format: str
    title: str
    schema: str
    origin: str
    """The specification that the layout follows."""
    made_at: str
    made_by: str
    source: str
    filter: dict[str, Any]
    """What the claims were narrowed to, without what was not asked for."""
    over: str
    options: dict[str, Any]
    rows: int
    columns: dict[str, str]
    """The data dictionary."""
    cannot_hold: dict[str, str]
    """What the format cannot hold of what is exported, and why."""
    left_out: tuple[LeftOut, ...]
    changes: Changes | None = None
    sha256: str
    """Of the exported file."""
    digests: dict[str, str]
    """Of every row that there is now, also of those that did not change and are not in the file."""


def digest(values: Mapping[str, Any]) -> str:
    """
    Of a row's values, whatever the order of their keys.

        >>> digest({"a": 1, "b": None}) == digest({"b": None, "a": 1})
        True
    """
    try:
        text = msgspec.json.encode(values, order="sorted")
    except UnicodeEncodeError:  # a lone surrogate
        text = json.dumps(msgspec.to_builtins(values), sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(text).hexdigest()[:DIGITS]


def describe(query: Query) -> dict[str, Any]:
    """
    What a query asks for, without what it does not.

        >>> describe(Query(kinds=("killing",), order="oldest"))
        {'kinds': ['killing']}
    """
    plain, empty = msgspec.to_builtins(query), msgspec.to_builtins(Query())
    left = ("order", "limit", "offset", "facets")
    asked = {name: value for name, value in plain.items() if name not in left and value != empty[name]}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}


def tell_unlike(earlier: About, now: About) -> tuple[str, ...]:
    """What differs between two exports of one format beside their claims, in words."""
    return tuple(
        f"the earlier export {what} {_shown(before)}, this one {_shown(after)}"
        for what, before, after in (
            ("is of", earlier.source, now.source),
            ("asked for", earlier.filter, now.filter),
            ("had the options", earlier.options, now.options),
            ("was made by", earlier.made_by, now.made_by),
        )
        if before != after
    )


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else "nothing"
    return str(value)


def about_path(export: Path) -> Path:
    """Where the about file of the export `export` lies."""
    return export.with_name(export.name + SUFFIX)


def read_about(path: Path) -> About:
    """
    The about file `path`, or that of the export `path`. Raises: ExportError where it is none.
    """
    beside = path if path.name.endswith(SUFFIX) else about_path(path)
    try:
        return msgspec.json.decode(beside.read_bytes(), type=About)
    except OSError as err:
        raise ExportError(
            f"{beside.name!r} could not be read ({err.strerror}); it is written beside each export"
        ) from err
    except (msgspec.DecodeError, UnicodeDecodeError) as err:
        raise ExportError(f"{beside.name!r} is no about file of an export ({err})") from err


def encode_about(about: About) -> bytes:
    """Indented, for people to read."""
    text = json.dumps(msgspec.to_builtins(about), indent=1, ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace") + b"\n"
