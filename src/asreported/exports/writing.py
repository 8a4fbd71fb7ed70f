"""
An export made: rows of a source, each attested, written to a file that appears only when it is whole.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib.metadata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import msgspec

from ..ledger.query import Query
from ..ledger.store import Ledger
from ..records import Reading
from ..show.output import open_bytes
from .about import About, Changes, LeftOut, about_path, describe, digest, encode_about, read_about, tell_unlike
from .formats import Context, Format, Losses, Options, Row, load_format
from .source import Source, as_source
from .told import ExportError, check_attested


def export(
    format: str,
    claims: Source | Ledger | Iterable[Reading],
    path: str | Path,
    *,
    query: Query | None = None,
    over: str | None = None,
    options: Options = Options(),  # noqa: B008 - it cannot be changed
    since: str | Path | None = None,
    filter: Mapping[str, Any] | None = None,
    heard: Callable[[int], None] = lambda rows: None,
) -> About:
    """
    Write claims to the file `path` in `format`, and beside it the about file.

    `claims` are those of a ledger, narrowed by `query`, or of readings; `over` is what a row is: claims, incidents or
    figures, as the format has it.

    With `since`, an earlier export of the same format and unit or its about file, only the rows that are new or changed
    are written, and what was removed stands in the about file. `filter` is told there as what was asked for, without it
    the query; `heard` is told how many rows were looked at. What is no plain file (a pipe) has no about file beside it.
    Raises: ExportError, LedgerError, OSError.
    """
    found, source, path = load_format(format), as_source(claims, query), Path(path)
    earlier = read_about(Path(since)) if since else None
    with contextlib.ExitStack() as files:  # both files appear, or neither
        beside = files.enter_context(open_bytes(about_path(path))) if has_about(path) else None
        out = files.enter_context(open_bytes(path))
        about = write_export(
            found, source, out, over=over, options=options, earlier=earlier, filter=filter, heard=heard
        )
        if beside:
            beside.write(encode_about(about))
    return about


def has_about(path: Path) -> bool:
    """Whether an about file is written beside an export to `path`: not beside a pipe or a device."""
    return path.is_file() or not path.exists()


def write_export(
    format: Format,
    source: Source,
    out: BinaryIO,
    *,
    over: str | None = None,
    options: Options = Options(),  # noqa: B008 - it cannot be changed
    earlier: About | None = None,
    filter: Mapping[str, Any] | None = None,
    heard: Callable[[int], None] = lambda rows: None,
) -> About:
    """As `export`, to a stream, which need not be seekable; returns what the about file says."""
    unit = over or next(iter(format.columns))
    if unit not in format.columns:
        raise ExportError(f"{format.title} is over {' or '.join(format.columns)}, not over {unit}")
    if earlier and (earlier.format, earlier.schema, earlier.over) != (format.name, format.schema, unit):
        raise ExportError(f"the earlier export is {earlier.schema} over {earlier.over}: changes need the same")
    if filter is None and (query := getattr(source, "query", None)) is not None:
        filter = describe(query)
    context = Context(unit, options, Losses(), format.columns[unit], source, dict(filter or {}))
    told = _Rows(format, earlier, heard)
    hashed = _Hashed(out)
    try:
        format.write(told.pass_on(format.rows(source, context)), cast(BinaryIO, hashed), context)
    except ModuleNotFoundError as err:
        if format.extra is None:
            raise
        raise ExportError(f"{format.title} needs {err.name}: pip install 'asreported[{format.extra}]'") from err
    made = About(
        format=format.name,
        title=format.title,
        schema=format.schema,
        origin=format.origin,
        made_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        made_by=f"asreported {importlib.metadata.version('asreported')}",
        source=source.name,
        filter=dict(filter or {}),
        over=unit,
        options={name: value for name, value in options._asdict().items() if value},
        rows=told.written,
        columns=dict(format.columns[unit]),
        cannot_hold=dict(format.cannot),
        left_out=tuple(
            LeftOut(why=why, count=len(ids), ids=tuple(ids)) for why, ids in sorted(context.losses.left_out.items())
        ),
        changes=told.changes(),
        sha256=hashed.digest.hexdigest(),
        digests=told.digests,
    )
    if earlier is None or made.changes is None:
        return made
    changes = msgspec.structs.replace(made.changes, unlike=tell_unlike(earlier, made))
    return msgspec.structs.replace(made, changes=changes)


class _Rows:
    """Checks and counts rows on their way, and holds back what did not change."""

    def __init__(self, format: Format, earlier: About | None, heard: Callable[[int], None]) -> None:
        self.format = format
        self.earlier = earlier
        self.heard = heard
        self.digests: dict[str, str] = {}
        self.written = 0
        self.added: list[str] = []
        self.changed: list[str] = []

    def pass_on(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            check_attested(row.id, self.format.attest(row.values))
            if row.id in self.digests:
                raise ExportError(f"two rows are called {row.id!r}; this is a fault of asreported, please report it")
            self.digests[row.id] = now = digest(row.values)
            self.heard(len(self.digests))
            if self.earlier:
                before = self.earlier.digests.get(row.id)
                if before == now:
                    continue
                (self.changed if before else self.added).append(row.id)
            self.written += 1
            yield row

    def changes(self) -> Changes | None:
        if self.earlier is None:
            return None
        return Changes(
            since=self.earlier.made_at,
            since_sha256=self.earlier.sha256,
            added=tuple(self.added),
            changed=tuple(self.changed),
            removed=tuple(sorted(self.earlier.digests.keys() - self.digests.keys())),
        )


class _Hashed:
    """A stream that remembers the hash of what is written to it; it cannot be sought in."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._at = 0
        self.digest = hashlib.sha256()
        self.closed = False

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.digest.update(view)
        self._out.write(view)
        self._at += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        with contextlib.suppress(AttributeError):
            self._out.flush()

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True
