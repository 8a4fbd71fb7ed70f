"""
Plain text to a `Report`, with what a head states: ` date 2017-04-28 TITLE`, `Key: value` lines, or YAML front matter.

Without a head the whole text is the body and there is no title: a first line is never guessed to be one, and a date
in a file name is not the date of publication.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from ..records import Refusal, Report, make_report
from .checks import checked
from .decode import replace_surrogates
from .limits import DEFAULT, Limits
from .published import read_published

KEYS = {
    "id": "id",
    "published": "published",
    "date": "published",
    "publisher": "publisher",
    "title": "title",
    "url": "url",
}
"""Keys of a head, in any case, and the field of the report that each fills."""

LONGEST_HEAD = 100
"""Lines of a front matter, at most."""

DATE_LINE_RE = re.compile(r"[ \t]*date[ \t]+(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[ \t]+(\S[^\n]*))?(?:\n|\Z)")
KEY_LINE_RE = re.compile(r"([A-Za-z][A-Za-z_-]*)[ \t]*:(?:[ \t]+(.*)|[ \t]*)")


class Head(NamedTuple):
    """What the head states, the text after it, and notes on what could not be used."""

    fields: dict[str, str]
    body: str
    notes: tuple[str, ...] = ()


def read_text(
    text: str,
    *,
    id: str = "text",
    title: str = "",
    published: str | dt.date | None = None,
    publisher: str | None = None,
    url: str | None = None,
    origin: str | None = None,
    limits: Limits = DEFAULT,
) -> Report | Refusal:
    """
    A report from text and metadata that a program has in hand; the text is kept, but for outer white space.

    No head is looked for, so that offsets into `text` hold. Lone surrogates are replaced one for one, and noted.

        >>> report = read_text("Twelve people died.", title="Raid", published="28 April 2017")
        >>> report.text, report.published
        ('Raid\\n\\nTwelve people died.', '2017-04-28')
    """
    stated, notes = read_published(published.isoformat()[:10] if isinstance(published, dt.date) else published)
    title, title_notes = replace_surrogates(title)
    body, body_notes = replace_surrogates(text)
    report = make_report(
        id=id,
        title=title,
        body=body,
        publisher=publisher,
        published=stated,
        url=url,
        origin=origin,
        extractor="text",
        notes=(*notes, *title_notes, *body_notes),
    )
    return checked(report, limits)


def read_text_file(text: str, *, id: str, origin: str, notes: tuple[str, ...], limits: Limits) -> Report | Refusal:
    """A report from the decoded text of a file, its head read."""
    head = read_head(text)
    published, date_notes = read_published(head.fields.get("published"))
    title, title_notes = replace_surrogates(head.fields.get("title", ""))
    body, body_notes = replace_surrogates(head.body)
    report = make_report(
        id=head.fields.get("id") or id,
        title=title,
        body=body,
        publisher=head.fields.get("publisher"),
        published=published,
        url=head.fields.get("url"),
        origin=origin,
        extractor="text",
        notes=(*notes, *head.notes, *date_notes, *title_notes, *body_notes),
    )
    return checked(report, limits)


def read_head(text: str) -> Head:
    """
    The head of `text` and what follows it; no fields and the whole text where there is no head.

        >>> read_head(" date 2017-04-28 Raid on market\\n\\nTwelve died.").fields
        {'published': '2017-04-28', 'title': 'Raid on market'}
        >>> read_head("Publisher: The Sample\\nDate: 2017\\n\\nTwelve died.").fields
        {'publisher': 'The Sample', 'published': '2017'}
        >>> read_head("Witness: they came at night.\\n\\nTwelve died.").fields
        {}
    """
    start = text.lstrip("\n\ufeff")
    return _date_line(start) or _front_matter(start) or _key_lines(start) or Head({}, text)


def _date_line(text: str) -> Head | None:
    found = DATE_LINE_RE.match(text)
    if not found:
        return None
    body = text[found.end() :]
    # "date 2017 …" may open a sentence; a whole day after a bare "date" does not.
    if len(found[1]) < 10 and body.strip() and not body.startswith("\n"):
        return None
    return Head({"published": found[1], "title": (found[2] or "").strip()}, body)


def _key_lines(text: str) -> Head | None:
    """`Key: value` lines up to a blank line: a head only if every key is known and none is given twice."""
    fields: dict[str, str] = {}
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        line = text[position : end if end >= 0 else len(text)]
        if not line.strip():
            return Head(fields, text[position:]) if fields else None
        found = KEY_LINE_RE.fullmatch(line.strip()) if len(line) < 2000 else None
        key = KEYS.get(found[1].lower()) if found else None
        if found is None or key is None or key in fields:
            return None
        fields[key] = (found[2] or "").strip()
        position = end + 1 if end >= 0 else len(text)
    return None


def _front_matter(text: str) -> Head | None:
    """YAML front matter, of which only simple `key: value` lines are read; without a known key it is body."""
    lines = text.split("\n", LONGEST_HEAD + 1)[: LONGEST_HEAD + 1]
    if lines[0].rstrip() != "---":
        return None
    end = next((i for i, line in enumerate(lines[1:], start=1) if line.rstrip() in ("---", "...")), None)
    if end is None:
        return None
    fields: dict[str, str] = {}
    notes: list[str] = []
    for line in lines[1:end]:
        found = KEY_LINE_RE.fullmatch(line.rstrip())
        key = KEYS.get(found[1].lower()) if found else None
        if not found or not key or key in fields:
            continue
        value = _scalar(found[2] or "")
        if value is None:
            notes.append(f"front matter: {found[1]!r} is not a simple value and was left out; write it on one line")
        else:
            fields[key] = value
    if not fields:
        return None
    return Head(fields, "\n".join(text.split("\n")[end + 1 :]), tuple(notes))


def _scalar(value: str) -> str | None:
    """A simple YAML value without its quotes; None for lists, maps and blocks."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        inner = value[1:-1]
        return inner.replace("''", "'") if value[0] == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")
    value = re.split(r"(?:^|\s)#", value, maxsplit=1)[0].strip()
    return None if value[:1] in ("[", "{", "|", ">", "&", "*", "!") else "" if value in ("null", "~") else value
