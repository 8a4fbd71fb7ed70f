"""
Lists of URLs: lines of text, a column of a table, the entries of a feed.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from ..errors import AsreportedError
from .urls import RefusedError, parse_url

STDIN = "-"
LARGEST = 5_000_000
"""Of a list, in bytes."""
COLUMN = "url"
COMMENT_RE = re.compile(r"(?:^|\s)#.*")
FEED_RE = re.compile(rb"<(?:[A-Za-z][\w.-]{0,40}:)?(?:rss|feed|RDF)[\s>]")
HEAD = 4096
MOST_LINKS = 200
"""Of the entries of feeds, in one run."""


class ListError(AsreportedError):
    """Raised where a list of URLs cannot be read; nothing is fetched."""


def read_list(path: str) -> list[str]:
    """
    The URLs of the file `path`, `-` for standard input.

    Raises: ListError.
    """
    name = "standard input" if path == STDIN else repr(path)
    try:
        raw = sys.stdin.buffer.read(LARGEST + 1) if path == STDIN else _read(Path(path))
        if len(raw) > LARGEST:
            raise ListError(f"{name} has more than {LARGEST:,} bytes: split it")
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        raise ListError(f"{name} is not UTF-8 text: save it as UTF-8, one URL a line") from err
    except OSError as err:
        raise ListError(f"{name} could not be read: {err.strerror}") from err
    urls = list(parse_list(text))
    if not urls:
        raise ListError(f"{name} holds no URL: one a line is expected, or a table with a column named {COLUMN!r}")
    return urls


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def parse_list(text: str) -> Iterator[str]:
    """
    URLs of lines, or of the column `url` of a table with commas, semicolons or tabs.

        >>> list(parse_list("# mine\\nhttps://a.org/#x  # why\\n\\nhttps://b.org/"))
        ['https://a.org/#x', 'https://b.org/']
        >>> list(parse_list('title;URL\\n"a; b";https://a.org/'))
        ['https://a.org/']
    """
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#")), len(lines))
    first = lines[start] if start < len(lines) else ""
    for delimiter in "\t;,":
        names = [name.strip(' \t"').lower() for name in first.split(delimiter)]
        if COLUMN in names:
            rows = "".join(text.splitlines(keepends=True)[start:])
            table = csv.reader(io.StringIO(rows, newline=""), delimiter=delimiter)
            next(table)
            yield from _column(table, names.index(COLUMN))
            return
    yield from (url for line in lines if (url := COMMENT_RE.sub("", line).strip()))


def _column(table: Iterable[list[str]], index: int) -> Iterator[str]:
    try:
        yield from (row[index].strip() for row in table if len(row) > index and row[index].strip())
    except csv.Error as err:
        raise ListError(f"the table cannot be read ({err})") from err


def only_once(urls: Iterable[str], seen: set[str]) -> Iterator[str]:
    """`urls` without those that ask for the same page as one of `seen`, to which they are added."""
    for url in urls:
        try:
            key = parse_url(url).url
        except RefusedError:
            key = url
        if key not in seen:
            seen.add(key)
            yield url


def is_feed(content: bytes) -> bool:
    """Whether `content` begins as RSS or Atom does."""
    return FEED_RE.search(content[:HEAD]) is not None


def feed_links(content: bytes, url: str) -> list[str]:
    """
    The links of the entries of an RSS or Atom feed that was fetched from `url`, in their order.

    Links alone are wanted, so libxml2 takes them from a tree in which it expands no entity and loads nothing. A feed
    larger than `LARGEST`, or one that declares entities of its own, has none.
    """
    from lxml import etree

    if len(content) > LARGEST or b"<!ENTITY" in content:
        return []
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    entries = root.iter("{*}item", "{*}entry") if root is not None else ()
    return [_join(url, link) for entry in entries if (link := _entry_link(entry))]


def _entry_link(entry: Any) -> str:
    """RSS writes the link as text, Atom as an attribute of the link that is the page itself (`alternate`)."""
    for link in entry.iterchildren("{*}link"):
        address = link.get("href")
        if address is None:
            address = link.text
        elif link.get("rel", "alternate") != "alternate":
            continue
        if address and address.strip():
            return str(address.strip())
    return ""


def _join(url: str, link: str) -> str:
    try:
        return urljoin(url, link)
    except ValueError:  # refused by name when its turn comes
        return link
