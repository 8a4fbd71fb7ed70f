"""
JSONL to `Report`s, one object a line: `id`, `published`, `publisher`, `title`, `url`, `text`; other keys are ignored.

The text stays as it is but for outer white space, so that offsets that others hold keep their meaning: no line ends,
letters or NULs are changed. Only lone surrogates (`"\\ud800"`), which UTF-8 cannot hold, are replaced, one for one.
A broken line is refused by its number and the rest goes on. Lines are read one at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..records import Refusal, Report, make_report
from .checks import checked, refuse_empty, refuse_large
from .decode import replace_surrogates
from .limits import DEFAULT, Limits
from .published import read_published

CHUNK = 1 << 20
EXPECTED = 'expected one object a line, such as {"id": "a1", "published": "2017-04-28", "text": "…"}'


def read_jsonl(stream: BinaryIO, *, name: str, origin: str, limits: Limits = DEFAULT) -> Iterator[Report | Refusal]:
    r"""
    The report of each line, or why it is refused; empty lines are passed over.

        >>> import io
        >>> lines = io.BytesIO(b'{"text": "Twelve died."}\n{"text": 12}\n')
        >>> first, second = read_jsonl(lines, name="day", origin="day.jsonl")
        >>> first.id, first.text, second.origin, second.reason
        ('day:1', 'Twelve died.', 'day.jsonl:2', 'bad-json')
    """
    number = reports = 0
    while line := stream.readline(limits.file + 1):
        number += 1
        where = f"{origin}:{number}"
        if len(line) > limits.file:
            reports += 1
            yield refuse_large(where, limits.file, "bytes", "line")
            _skip_line(stream, line)
            continue
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if not line.strip():
            continue
        reports += 1
        result = _read_line(line, id=f"{name}:{number}", origin=where, limits=limits)
        yield result
        if isinstance(result, Refusal) and number == 1 and _spans_lines(line):
            return
    if not reports:
        yield refuse_empty(origin)


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(CHUNK)


def _spans_lines(line: bytes) -> bool:
    """Whether the file is JSON over several lines, or UTF-16: then every line would be refused for the same reason."""
    return line.strip() in (b"{", b"[", b"[{") or line.startswith((b"\xff\xfe", b"\xfe\xff"))


def _read_line(line: bytes, *, id: str, origin: str, limits: Limits) -> Report | Refusal:
    try:
        fields = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return _bad(origin, "The line is not UTF-8", "Save the file as UTF-8 (`iconv -t UTF-8`)")
    except (ValueError, RecursionError) as err:
        problem = str(err)[:80] if isinstance(err, ValueError) else "nested too deeply"
        fix = "Write each object on one line (`jq -c . FILE`)" if _spans_lines(line) else "Correct the line"
        return _bad(origin, f"The line is not JSON ({problem})", fix)
    if not isinstance(fields, dict):
        return _bad(
            origin,
            "The line is not a JSON object",
            "Write each report as one object a line (`jq -c '.[]' FILE` for a list)",
        )
    if not isinstance(fields.get("text"), str):
        has = ", ".join(repr(str(key)[:20]) for key in list(fields)[:8]) or "none"
        return _bad(
            origin, f'The object has no string "text" (its keys: {has})', 'Put the body of the report under "text"'
        )
    return _report(fields, id=id, origin=origin, limits=limits)


def _bad(origin: str, problem: str, fix: str) -> Refusal:
    return Refusal(origin=origin, reason="bad-json", message=f"{problem}; {EXPECTED}. {fix}.")


def _report(fields: dict[str, Any], *, id: str, origin: str, limits: Limits) -> Report | Refusal:
    notes: list[str] = []

    def string(key: str) -> str:
        value = fields.get(key)
        if value is None or isinstance(value, bool | list | dict):
            if value is not None:
                notes.append(f"{key!r} is not a string and was left out")
            return ""
        mended, surrogates = replace_surrogates(value if isinstance(value, str) else str(value))
        notes.extend(surrogates)
        return mended

    published, date_notes = read_published(string("published"))
    report = make_report(
        id=string("id").strip() or id,
        title=string("title"),
        body=string("text"),
        publisher=string("publisher").strip(),
        published=published,
        url=string("url").strip(),
        origin=origin,
        extractor="jsonl",
        notes=(*date_notes, *notes),
    )
    return checked(report, limits)
