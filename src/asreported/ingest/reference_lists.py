"""
RIS and CSL-JSON: what a list says of each text. Dates are as exact as the list states them.

RIS is read by our own few lines: rispy silently leaves out a reference that lacks its last line, and all but the first
of several files.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from .blocks import block_text
from .decode import replace_surrogates
from .paragraphs import part_paragraphs, unwrap
from .published import parse_published, read_published

TAG_RE = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|\s*)")
LOOSE_TAG_RE = re.compile(r"\s{0,3}(TY|ER|T[I12]|AB|AU|N[12]|DA|PY|Y1|UR|ID|JF|JO|KW|L[1-4]|PB) ?-(?: (.*)|\s*)")
"""Tags with a space too few; only those that no line of an abstract will begin with, as one may with "AK - 47"."""
FILES = ("L2", "L1", "L3", "FN", "LK")
"""Tags that name files: full text, PDF, others; what they name may also be an address."""
CONTAINERS = ("T2", "JF", "JO", "JA", "BT")
OWN_PUBLISHERS = frozenset({"RPRT", "GOVDOC", "BOOK", "EBOOK", "EDBOOK", "MAP", "COMP", "STAND", "THES"})
"""Kinds of reference whose second title is a series, not the publication that a text appeared in."""

LONGEST_WRAPPED = 100_000
"""Characters of an abstract whose lines are joined; a longer one is none, and would take long."""

RIS_DATE_RE = re.compile(r"(\d{4})/(\d{0,2})(?:/(\d{0,2})(?:/.*)?)?")
WEB_RE = re.compile(r"https?://\S+", re.IGNORECASE)


class Reference(NamedTuple):
    """What a list says of a text. `files` are names of attached files as they are written there."""

    id: str
    title: str
    publisher: str
    published: str | None
    url: str
    abstract: str
    files: tuple[str, ...] = ()
    has_notes: bool = False
    notes: tuple[str, ...] = ()


class Broken(NamedTuple):
    """What cannot be read in a list; after the last nothing more can, because the list `is_cut` or damaged."""

    problem: str
    is_last: bool = True
    is_cut: bool = False


def _abstract(text: str) -> str:
    if "</" in text:
        return block_text(re.sub(r"<(/?)jats:", r"<\1", text))
    return part_paragraphs(unwrap(text) if len(text) <= LONGEST_WRAPPED else text.split("\n"))


# ---- RIS ---------------------------------------------------------------------------------


def parse_ris(text: str, *, name: str, notes: tuple[str, ...] = ()) -> Iterator[Reference]:
    """
    The references of a RIS file; one without an id of its own has `name` and its number.

        >>> [r.title for r in parse_ris("TY  - NEWS\\nTI  - Raid\\nTY  - NEWS\\nTI  - Fire", name="list")]
        ['Raid', 'Fire']
    """
    for number, (fields, is_whole) in enumerate(_records(text), start=1):
        cut = () if is_whole else ("the reference ends without an ER line, and may be cut",)
        yield _of_ris(fields, id=f"{name}:{number}", notes=(*notes, *cut))


def _records(text: str) -> Iterator[tuple[list[tuple[str, str]], bool]]:
    """The tags and values of each reference, and whether it ends as it should; a value may go on over lines."""
    fields: list[tuple[str, list[str]]] | None = None
    for line in io.StringIO(text.removeprefix("\ufeff")):
        line = line.removesuffix("\n")
        found = TAG_RE.fullmatch(line) or LOOSE_TAG_RE.fullmatch(line)
        if found and found[1] in ("TY", "ER"):
            if fields is not None:
                yield _joined(fields), True
            fields = [("TY", [found[2] or ""])] if found[1] == "TY" else None
        elif fields is not None and found:
            fields.append((found[1], [found[2] or ""]))
        elif fields is not None:
            fields[-1][1].append(line)
    if fields is not None:
        yield _joined(fields), False


def _joined(fields: list[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(tag, "\n".join(lines).strip()) for tag, lines in fields]


def _of_ris(fields: list[tuple[str, str]], *, id: str, notes: tuple[str, ...]) -> Reference:
    values: dict[str, list[str]] = {}
    for tag, value in fields:
        if value:
            values.setdefault(tag, []).append(value)

    def first(*tags: str) -> str:
        return next((" ".join(values[tag][0].split()) for tag in tags if tag in values), "")

    named = [value for tag in FILES for value in values.get(tag, ())]
    links = [*values.get("UR", ()), *named]
    published, date_notes = _ris_date([first("DA"), first("Y1"), first("PY")])
    return Reference(
        id=first("ID") or id,
        title=first("TI", "T1", "CT"),
        publisher=first(*(("PB",) if first("TY") in OWN_PUBLISHERS else (*CONTAINERS, "PB"))),
        published=published,
        url=next((found[0] for link in links if (found := WEB_RE.match(link))), ""),
        abstract=_abstract(next((values[tag][0] for tag in ("AB", "N2") if tag in values), "")),
        files=tuple(dict.fromkeys(value for value in named if not WEB_RE.match(value))),
        has_notes="N1" in values,
        notes=(*date_notes, *notes),
    )


def _ris_date(stated: list[str]) -> tuple[str | None, tuple[str, ...]]:
    """The first of the dates that can be read; one without a year ("Apr 28") has that of the last."""
    for value in filter(None, stated):
        if found := RIS_DATE_RE.fullmatch(value):
            given = [part for part in found.groups() if part is not None and part.strip("0")]
            published = parse_published("-".join(f"{part:0>2}" for part in given))
        else:
            published = parse_published(value) or parse_published(f"{value} {stated[-1]}")
        if published:
            return published, ()
    return read_published(next(filter(None, stated), None))


# ---- CSL-JSON ----------------------------------------------------------------------------


def parse_csl(text: str, *, name: str, notes: tuple[str, ...] = ()) -> Iterator[Reference | Broken]:
    """
    The references of a CSL-JSON array (or of objects one after another), and what of it cannot be read.

        >>> [r.title for r in parse_csl('[{"id": 7, "title": "Raid"}]', name="list")]
        ['Raid']
    """
    for number, item in enumerate(_items(text), start=1):
        if isinstance(item, dict):
            yield _of_csl(item, id=f"{name}:{number}", notes=notes)
        else:
            yield item if isinstance(item, Broken) else Broken("no object", is_last=False)


def _items(text: str) -> Iterator[Any]:
    """The values of a JSON array one after another, so that those before an error are read."""
    decoder = json.JSONDecoder()
    text = text.strip().removeprefix("\ufeff")
    position = 1 if text.startswith("[") else 0
    while (position := _skip(text, position)) < len(text) and text[position] != "]":
        try:
            item, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as err:
            yield Broken(err.msg, is_cut=err.pos >= len(text) - 1 or "Unterminated" in err.msg)
            return
        except (ValueError, RecursionError):  # a number of thousands of digits; brackets in brackets
            yield Broken("a number too long, or nested too deeply")
            return
        yield item
    if text.startswith("[") and position >= len(text):
        yield Broken("it ends before its end", is_cut=True)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def _of_csl(item: dict[str, Any], *, id: str, notes: tuple[str, ...]) -> Reference:
    def string(*keys: str) -> str:
        value = next((item[key] for key in keys if item.get(key) not in (None, "")), "")
        value = value[0] if isinstance(value, list) and value else value
        return replace_surrogates(str(value))[0].strip() if isinstance(value, str | int) else ""

    published, date_notes = _csl_date(item.get("issued"))
    found = WEB_RE.match(string("URL"))
    return Reference(
        id=string("citation-key", "id") or id,
        title=_title(string("title")),
        publisher=string("container-title", "publisher"),
        published=published,
        url=found[0] if found else "",
        abstract=_abstract(string("abstract")),
        has_notes=bool(string("note", "annote")),
        notes=(*date_notes, *notes),
    )


def _title(text: str) -> str:
    """A title without the markup that CSL-JSON allows in it."""
    return " ".join((block_text(text) if "<" in text or "&" in text else text).split())


def _csl_date(issued: Any) -> tuple[str | None, tuple[str, ...]]:
    """The day, month or year that `issued` gives; what is about that time, or lasts, is no date of publication."""
    if not isinstance(issued, dict):
        return read_published(issued if isinstance(issued, str) else None)
    if issued.get("circa"):
        return None, ("the date of publication is only approximate and was left out",)
    parts = issued.get("date-parts")
    if not (isinstance(parts, list) and parts and isinstance(parts[0], list)):
        stated = issued.get("raw") or issued.get("literal")
        return read_published(stated if isinstance(stated, str) else None)
    if len(parts) > 1 and parts[1] != parts[0]:
        return None, ("the reference gives a time from one date to another, not a date, which was left out",)
    return read_published("-".join(f"{part!s:0>2}" for part in parts[0][:3] if part not in (None, "", 0)))
