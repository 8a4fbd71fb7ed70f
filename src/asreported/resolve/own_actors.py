"""
A user's own table of actors, in CSV or TOML: what docs/actors.md says about its columns is checked here.

Its rows are added to ours. One with an id of ours replaces that row, and an alias that it has is its alone.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from asreported.errors import TableError

from .actor_lookup import Actor, ActorIndex, check_actor
from .actor_tables import actor_rows, actor_types, states
from .names import find_words

COLUMNS = ("id", "name", "type", "country", "aliases", "of", "from", "until", "formerly")
ID_RE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(:[a-z0-9]+(-[a-z0-9]+)*)?")


def load_own_actors(path: Path) -> ActorIndex:
    """
    Our actors and those of the table `path`, which go before ours.

    Raises: TableError, naming the file, the row and what to do; OSError where the file cannot be read.
    """
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise TableError(f"{path}: byte {err.start} is not UTF-8; save the file as UTF-8") from err
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".toml"):
        raise TableError(f"{path}: a table of actors is .csv or .toml, not {suffix or path.name!r}; rename it")
    rows = [(where, _actor(where, cells)) for where, cells in _read(path, text, suffix)]
    ours = [*actor_rows(), *states().values()]
    known = {a.id for a in ours} | {a.id for _, a in rows}
    seen: set[str] = set()
    for where, actor in rows:
        wrong = _check(actor, known, seen)
        if wrong:
            raise TableError(f"{where}: {wrong}")
        seen.add(actor.id)
    index = ActorIndex(ours, own=[a for _, a in rows])
    for where, actor in rows:
        if index.lineage(actor.id)[-1].formerly:
            raise TableError(f"{where}: formerly {actor.formerly!r} leads back to {actor.id!r}; break the circle")
    return index


def _read(path: Path, text: str, suffix: str) -> Iterator[tuple[str, dict[str, Any]]]:
    return _read_toml(path, text) if suffix == ".toml" else _read_csv(path, text)


def _read_toml(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise TableError(f"{path}: {err}; correct the line") from err
    rows = table.get("actor")
    if set(table) != {"actor"} or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TableError(f"{path}: expected [[actor]] tables and nothing else; see docs/actors.md")
    for i, row in enumerate(rows, 1):
        yield f"{path} actor {i}", row


def _read_csv(path: Path, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows by the names of the header; commas, semicolons and tabs are understood, as spreadsheets write them."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            where = f"{path} row {reader.line_num}"
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if header is None:
                header = _header(where, cells)
                continue
            if len(cells) > len(header) and any(cells[len(header) :]):
                raise TableError(f"{where}: {len(cells)} cells for {len(header)} columns; quote cells that hold commas")
            row: dict[str, Any] = {name: cell for name, cell in zip(header, cells, strict=False) if cell}
            if "aliases" in row:
                row["aliases"] = [alias.strip() for alias in row["aliases"].split("|") if alias.strip()]
            yield where, row
    except csv.Error as err:
        raise TableError(f"{path} row {reader.line_num}: {err}; correct the quotes") from err
    if header is None:
        raise TableError(f"{path}: the table is empty; write the columns {', '.join(COLUMNS)} in the first row")


def _header(where: str, cells: list[str]) -> list[str]:
    names = [cell.lower() for cell in cells]
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise TableError(f"{where}: column {unknown[0]!r} is not one of {', '.join(COLUMNS)}; rename or remove it")
    missing = [name for name in ("id", "name", "type") if name not in names]
    if missing:
        raise TableError(f"{where}: column {missing[0]!r} is missing; the first row names the columns")
    double = next((name for name in names if names.count(name) > 1), None)
    if double:
        raise TableError(f"{where}: column {double!r} stands twice; remove one")
    return names


def _actor(where: str, cells: dict[str, Any]) -> Actor:
    missing = [name for name in ("id", "name", "type") if not cells.get(name)]
    if missing:
        raise TableError(f"{where}: {missing[0]} is empty; every actor has an id, a name and a type")
    try:
        return msgspec.convert(cells, Actor)
    except msgspec.ValidationError as err:
        raise TableError(f"{where}: {err}; correct the row") from err


def _check(actor: Actor, known: set[str], seen: set[str]) -> str | None:
    if not ID_RE.fullmatch(actor.id):
        return f"id {actor.id!r} is not lower-case words joined by hyphens, as in 'lake-guard'; rename it"
    if actor.id in seen:
        return f"id {actor.id!r} stands twice; remove one of the rows"
    if actor.country is not None and actor.country not in states():
        return f"country {actor.country!r} is not an ISO 3166-1 code of two capitals, as 'SY'; correct it"
    blank = next((text for text in (actor.name, *actor.aliases) if not any(find_words(text))), None)
    if blank is not None:
        return f"alias {blank!r} has no word; remove it"
    return check_actor(actor, actor_types(), known)
