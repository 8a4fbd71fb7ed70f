"""
The parts of a mail: what is its text, what is attached. Parsed by the standard library, so that no message raises.

Headers are cut at a length that no honest one has, because the standard parser takes quadratic time over some, and only
those that are asked for are decoded.
"""

from __future__ import annotations

import email
import email.header
import email.message
import email.policy
import email.utils
from collections.abc import Iterator
from typing import Any, NamedTuple

from .decode import decode, replace_surrogates

Message = email.message.Message

LONGEST_HEADER = 8000
LONGEST_VALUE = 1000
"""Characters of a subject or a name: what is longer is cut."""
FOR_PROGRAMS = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rfc822-headers", "text/csv", "text/rtf"}
    | {"text/css", "text/xml", "text/x-amp-html"}
)
"""Kinds of text that are no prose: invitations, cards, the headers of a mail that came back."""
DEEPEST = 60
"""Multiparts in multiparts whose text is still looked for."""


class _Patient(email.policy.Compat32):
    """The policy that keeps headers as they stand, cut where they are too long: the other parses each at every look."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        lines, size = [], 0
        for line in sourcelines:
            lines.append(line[: LONGEST_HEADER - size])
            size += len(lines[-1])
            if size >= LONGEST_HEADER:
                break
        return super().header_source_parse(lines) if ":" in lines[0] else ("X-Cut", "")


POLICY = _Patient()


class Body(NamedTuple):
    """A part that is text of the mail: its kind, `plain` or `html`, its text, and how its lines end."""

    kind: str
    text: str
    flowed: bool = False
    delsp: bool = False
    notes: tuple[str, ...] = ()


class Parts(NamedTuple):
    """What a mail holds: its texts, what is attached, and whether some of it is encrypted."""

    bodies: list[Body]
    attached: list[Message]
    encrypted: list[Message]


def parse_mail(raw: bytes) -> Message | None:
    """The message in `raw`; None where its parts are nested too deeply to be told apart."""
    try:
        return email.message_from_bytes(raw, policy=POLICY)
    except Exception:  # RecursionError, and what the standard parser lets out
        return None


def part_mail(message: Message, most: int) -> Parts | None:
    """The parts of `message`, in their order; None where they are more than `most`."""
    if sum(1 for _ in zip(message.walk(), range(most + 1), strict=False)) > most:
        return None
    parts = Parts([], [], [])
    _sort(message, parts, 0)
    return parts


def _sort(part: Message, parts: Parts, depth: int) -> None:
    kind = content_type(part)
    children = _children(part)
    if kind == "multipart/encrypted" or (
        kind.endswith("pkcs7-mime") and "signed" not in str(_parameter(part, "smime-type"))
    ):
        parts.encrypted.append(part)
    elif kind.startswith("multipart/") and children and depth < DEEPEST:
        for child in _chosen(kind, children):
            _sort(child, parts, depth + 1)
    elif not kind.startswith(("text/", "multipart/")) or kind in FOR_PROGRAMS or _is_attachment(part):
        parts.attached.append(part)
    else:
        parts.bodies.append(_body(part, "html" if kind == "text/html" else "plain"))


def _chosen(kind: str, children: list[Message]) -> list[Message]:
    """The children of a multipart that count: of alternatives the plainest one that says enough."""
    if kind == "multipart/alternative":
        sizes = [
            (child, _letters(child)) for child in children if content_type(child).startswith(("text/", "multipart/"))
        ]
        plain = next((pair for pair in sizes if content_type(pair[0]) == "text/plain"), None)
        rich = next((pair for pair in sizes if content_type(pair[0]) != "text/plain"), None)
        # "Your program cannot show this message" is no text of it.
        if plain and (rich is None or content_type(rich[0]) != "text/html" or 20 * plain[1] > rich[1]):
            return [plain[0]]
        return [rich[0]] if rich else children[:1]
    if kind == "multipart/signed":
        return children[:1]
    if kind == "multipart/related":
        # The pictures and styles of a page; what has a name of its own is attached.
        return children[:1] + [child for child in children[1:] if file_name(child) and not child.get("Content-ID")]
    return children


def _children(part: Message) -> list[Message]:
    payload = part.get_payload() if part.is_multipart() else None
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _letters(part: Message) -> int:
    return 1000 if part.is_multipart() else len(content(part).strip())


def _is_attachment(part: Message) -> bool:
    return _disposition(part) == "attachment" or bool(file_name(part))


def _body(part: Message, kind: str) -> Body:
    charset, form, delsp = (_parameter(part, name) or "" for name in ("charset", "format", "delsp"))
    text, notes = decode(content(part), declared=charset or None)
    return Body(kind, text, form.lower() == "flowed", delsp.lower() == "yes", notes)


# ---- what a part states ------------------------------------------------------------------


def content(part: Message) -> bytes:
    """The bytes of a part that is not a multipart, its transfer encoding undone."""
    try:
        payload = part.get_payload(decode=True)
    except Exception:  # the standard library decodes once in between, by whatever charset is stated
        del part["Content-Type"]
        payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def content_type(part: Message) -> str:
    """The content type that a part states, else the one that it has by default."""
    try:
        return str(part.get_content_type())
    except Exception:
        return "text/plain"


def file_name(part: Message) -> str:
    """The name that a part states for its file, on one line; empty where it states none."""
    try:
        name = part.get_filename() or ""
    except Exception:
        name = ""
    # RFC 2047 forbids encoded words here; programs write them all the same.
    name = " ".join(replace_surrogates(_words(name))[0].split())
    return "".join(c for c in name if c.isprintable())[:100]


def _disposition(part: Message) -> str:
    try:
        return str(part.get_content_disposition() or "")
    except Exception:
        return ""


def _parameter(part: Message, name: str) -> str | None:
    """A parameter of the content type; None where it is not stated."""
    try:
        value = part.get_param(name)
    except Exception:
        return None
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        value = value[2]
    return str(value)[:100] if value is not None else None


def header(message: Message, name: str) -> str:
    """A header in plain letters, on one line; empty where there is none."""
    return " ".join(_words(_raw_header(message, name)).split())[:LONGEST_VALUE].strip()


def sender(message: Message) -> str:
    """The name of whom a mail is from, else the address."""
    raw = " ".join(_raw_header(message, "From").split())
    try:
        name, address = email.utils.parseaddr(raw)
    except Exception:
        return ""
    shown = " ".join(_words(name).split()).strip("'\" ")
    return (shown or address or "")[:LONGEST_VALUE]


def stated_day(message: Message) -> str:
    """The date that a mail states, its day as written: in the form of RFC 5322 as `YYYY-MM-DD`, else as it stands."""
    raw = header(message, "Date")
    try:
        found = email.utils.parsedate_tz(raw)
    except Exception:
        found = None
    return f"{found[0]:04}-{found[1]:02}-{found[2]:02}" if found else raw


def has_headers(message: Message) -> bool:
    """Whether this is a mail at all."""
    known = {"from", "date", "subject", "message-id", "received", "to", "mime-version", "content-type", "return-path"}
    return any(name.lower() in known for name in message.keys())  # noqa: SIM118 (a message is no mapping)


def _raw_header(message: Message, name: str) -> str:
    """The first header of that name as it stands in the file, bytes that are not ASCII decoded by their look."""
    for key, value in _raw_items(message):
        if key.lower() == name.lower():
            return decode(str(value).encode("utf-8", "surrogateescape")).text
    return ""


def _raw_items(message: Message) -> Iterator[tuple[str, Any]]:
    yield from message.raw_items()


def _words(text: str) -> str:
    """`text` with its encoded words (RFC 2047) decoded."""
    if "=?" not in text:
        return text
    try:
        pieces = email.header.decode_header(text)
    except Exception:  # broken base64, and worse
        return text
    shown = [
        piece if isinstance(piece, str) else decode(piece, declared=charset).text if charset else _as_text(piece)
        for piece, charset in pieces
    ]
    return replace_surrogates("".join(shown))[0]


def _as_text(piece: bytes) -> str:
    """What stands between encoded words: the standard library gives it as escaped bytes."""
    return piece.decode("raw-unicode-escape", "replace")
