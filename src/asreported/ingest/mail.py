"""
Mail to `Report`s: one message (EML) with what is attached to it, or a mailbox (mbox), message by message.

The subject is the title, the date that the mail states the day of publication, the sender the publisher. Only what the
sender wrote is read (mail_text.py). Attachments and messages inside a message are reports of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

import msgspec

from ..records import Refusal, Report, make_report
from .checks import checked, refuse_empty, refuse_large
from .decode import replace_surrogates
from .documents import read_document
from .kinds import KINDS, UNSAID, kind_of, suffix_of
from .limits import DEFAULT, Limits
from .mail_parts import (
    Message,
    Parts,
    content,
    content_type,
    file_name,
    has_headers,
    header,
    parse_mail,
    part_mail,
    sender,
    stated_day,
)
from .mail_text import Written, read_markup, read_plain
from .origins import depth_of
from .parts import begin
from .published import read_published

DEEPEST = 2
"""Parts in which a mail is opened, as in documents.py."""
READABLE = frozenset({"text", "html", "pdf", "docx", "mail"})
FROM_RE = re.compile(rb"From \S.{0,200}\d\d:\d\d.{0,40}\d{4}")
"""What parts the messages of a mailbox; a line of text may start with "From" too."""
ESCAPED_RE = re.compile(rb">+From ")
ID_RE = re.compile(r"[!-~]{1,250}")
LINE = 1 << 16


def read_mail(raw: bytes, *, id: str, origin: str, limits: Limits = DEFAULT) -> Iterator[Report | Refusal]:
    """
    The report of one message, then those of what is attached to it, with the origins `PATH:1`, `PATH:2` and so on.

        >>> raw = b"From: A <a@b.example>\\nSubject: Raid\\nDate: Tue, 4 Apr 2017 23:15:00 +0300\\n\\nTwelve died."
        >>> [(r.title, r.published, r.publisher, r.text) for r in read_mail(raw, id="a", origin="a.eml")]
        [('Raid', '2017-04-04', 'A', 'Raid\\n\\nTwelve died.')]
    """
    message = parse_mail(raw)
    if message is None:
        yield _refuse_nested(origin)
    elif not has_headers(message):
        message_text = (
            "It has none of the headers of a mail (From, Date, Subject). If it is text, name it .txt and read that."
        )
        yield Refusal(origin=origin, reason="damaged", message=message_text)
    else:
        yield from _read_message(message, id, origin, limits)


def read_mbox(stream: BinaryIO, *, name: str, origin: str, limits: Limits = DEFAULT) -> Iterator[Report | Refusal]:
    """
    The reports of a mailbox, message by message as it is read; message 7 and what it holds have the origins `PATH:7`,
    `PATH:7.1` and so on. A message above the limit of a file is refused, and the rest goes on.
    """
    count = 0
    for count, raw in enumerate(split_mbox(stream, limits.file), start=1):
        part = f"{origin}:{count}"
        if raw is None:
            yield refuse_large(part, limits.file, "bytes", "message")
        elif refusal := begin(part):
            yield refusal
        else:
            yield from read_mail(raw, id=f"{name}:{count}", origin=part, limits=limits)
    if not count:
        message = (
            "It holds no line that starts a message (`From NAME DATE`); expected a mailbox. One message is named .eml."
        )
        yield Refusal(origin=origin, reason="damaged", message=message)


def split_mbox(stream: BinaryIO, most: int) -> Iterator[bytes | None]:
    """
    The messages of a mailbox, `>From` unescaped; None for one of more than `most` bytes, of which no more is kept.

        >>> import io
        >>> box = b"From a Tue Apr  4 09:15:00 2017\\nSubject: A\\n\\n>From here.\\nFrom b Tue Apr  4 09:16:00 2017\\n"
        >>> list(split_mbox(io.BytesIO(box), 1000))
        [b'Subject: A\\n\\nFrom here.\\n', b'']
    """
    pieces: list[bytes] | None = None
    size, at_start, is_first = 0, True, True
    while line := stream.readline(LINE):
        if at_start and (FROM_RE.match(line) or (is_first and line.startswith(b"From "))):
            if pieces is not None:
                yield b"".join(pieces) if size <= most else None
            pieces, size = [], 0
        elif pieces is not None:
            size += len(line)
            if size <= most:
                pieces.append(line[1:] if at_start and ESCAPED_RE.match(line) else line)
            else:
                pieces.clear()
        is_first = is_first and not line.strip()
        at_start = line.endswith(b"\n")
    if pieces is not None:
        yield b"".join(pieces) if size <= most else None


# ---- one message -------------------------------------------------------------------------


class _Attachment(NamedTuple):
    number: int
    part: Message
    kind: str | None
    name: str


def _read_message(message: Message, id: str, origin: str, limits: Limits) -> Iterator[Report | Refusal]:
    """The report of `message`, unless all it does is carry others, and those of what is attached."""
    try:
        parts = part_mail(message, limits.members)
        if parts is None:
            yield refuse_large(origin, limits.members, "parts", "mail")
            return
        attachments = [_attachment(number, part) for number, part in enumerate(parts.attached, start=1)]
        stated = header(message, "Message-ID").strip("<> ")
        id = stated if ID_RE.fullmatch(stated) else id
        title = header(message, "Subject")
        own = _own_report(message, parts, attachments, id=id, title=title, origin=origin, limits=limits)
    except RecursionError:
        yield _refuse_nested(origin)
        return
    if own is not None:
        yield own
    for attachment in attachments:
        if attachment.kind in READABLE:
            yield from _read_attachment(attachment, id, origin, limits)


def _own_report(
    message: Message,
    parts: Parts,
    attachments: list[_Attachment],
    *,
    id: str,
    title: str,
    origin: str,
    limits: Limits,
) -> Report | Refusal | None:
    written = [_written(parts, i, origin, limits) for i in range(len(parts.bodies))]
    body = "\n\n".join(part.text for part in written if part.text)
    if not body.strip():
        return _refuse_without_text(parts, attachments, origin, encrypted=any(part.encrypted for part in written))
    published, date_notes = read_published(stated_day(message))
    unread = [attachment.name for attachment in attachments if attachment.kind not in READABLE]
    notes = [
        *(note for part in parts.bodies for note in part.notes),
        *(note for part in written for note in part.notes),
    ]
    if unread:
        notes.append(f"attached and not read: {_listed(unread)}")
    if parts.encrypted:
        notes.append("an encrypted part was left out")
    if _is_cut(message):
        notes.append("the message ends before its end mark: something may be missing")
    body, body_notes = replace_surrogates(body)
    extractors = dict.fromkeys(part.extractor for part in written if part.extractor)
    report = make_report(
        id=id,
        title=title,
        body=body,
        publisher=sender(message),
        published=published,
        url=_archived_at(message),
        origin=origin,
        extractor=", ".join(["mail", *extractors]),
        notes=tuple(dict.fromkeys((*date_notes, *notes, *body_notes))),
    )
    return checked(report, limits)


def _written(parts: Parts, i: int, origin: str, limits: Limits) -> Written:
    body = parts.bodies[i]
    if body.kind == "html":
        return read_markup(body.text, origin=origin, limits=limits)
    return read_plain(body.text, flowed=body.flowed, delsp=body.delsp)


def _refuse_without_text(
    parts: Parts, attachments: list[_Attachment], origin: str, *, encrypted: bool
) -> Refusal | None:
    """Why a mail without text is no report; None where what it carries is read."""
    if parts.encrypted or encrypted:
        message = "The mail is encrypted; expected one that is not. Open it in your mail program and save its text."
        return Refusal(origin=origin, reason="encrypted", message=message)
    if any(attachment.kind in READABLE for attachment in attachments):
        return None
    if not attachments:
        return refuse_empty(origin)
    held = _listed([attachment.name for attachment in attachments])
    message = f"The mail has no text of its own, only {held}. Save what is attached in a form that is read."
    return Refusal(origin=origin, reason="empty", message=message)


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:8]))
    return f"{shown} and {len(names) - 8} more" if len(names) > 8 else shown


def _is_cut(message: Message) -> bool:
    return any(type(defect).__name__ == "CloseBoundaryNotFoundDefect" for defect in message.defects)


def _archived_at(message: Message) -> str | None:
    """Where the mail is archived on the web, as it says itself (RFC 5064)."""
    address = header(message, "Archived-At").strip("<> ")
    return address if re.fullmatch(r"https?://[^\s<>]+", address) else None


def _refuse_nested(origin: str) -> Refusal:
    message = "Its parts are nested too deeply or broken. Open it in your mail program, save its text and read that."
    return Refusal(origin=origin, reason="damaged", message=message)


# ---- what is attached --------------------------------------------------------------------


def _attachment(number: int, part: Message) -> _Attachment:
    stated, name = content_type(part), file_name(part)
    if stated == "message/rfc822":
        return _Attachment(number, part, "mail", name or "a message")
    named = KINDS.get(suffix_of(name))
    kind = kind_of(stated, content(part))
    if kind is None and stated in UNSAID and named in ("text", "mail", "html"):
        kind = named
    return _Attachment(number, part, kind, name or stated[:60])


def _read_attachment(attachment: _Attachment, id: str, origin: str, limits: Limits) -> Iterator[Report | Refusal]:
    number, part, kind, name = attachment
    inner_id, inner_origin = f"{id}:{number}", f"{origin}{'.' if depth_of(origin) else ':'}{number}"
    inner = part.get_payload()
    results: Iterator[Report | Refusal]
    if isinstance(inner, list):
        first = inner[0] if inner and isinstance(inner[0], Message) else None
        if first is None or depth_of(inner_origin) > DEEPEST:
            results = iter([_refuse_nested(inner_origin)])
        else:
            results = _read_message(first, inner_id, inner_origin, limits)
    else:
        results = read_document(content(part), kind or "text", id=inner_id, origin=inner_origin, limits=limits)
    for result in results:
        if isinstance(result, Refusal):
            yield result
        else:
            note = f"attached to the mail {id!r} as {name!r}"
            yield msgspec.structs.replace(result, notes=(*result.notes, note))
