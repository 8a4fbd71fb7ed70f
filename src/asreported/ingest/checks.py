"""
What is refused before or after reading, with a message that says what was expected and what to do next.
"""

from __future__ import annotations

import msgspec

from ..records import Refusal, Report
from .decode import BOMS, utf16_without_bom
from .languages import NAMES, has_letters, other_language
from .limits import Limits

SAMPLE = 20_000
CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\v\x1b\x1a"))
MOST_CONTROLS = 0.02

READ = "plain text, HTML, PDF, DOCX, mail, feeds, tables, web archives and JSONL"
PLAIN = f"asreported reads {READ}"

MAGIC = (
    (
        b"PK\x03\x04",
        f"This is a zip or an office document; {PLAIN}. Unpack it, or save the document as DOCX (a "
        "table as CSV), and read that.",
    ),
    (b"\xd0\xcf\x11\xe0", f"This is an old office document; {PLAIN}. Save it as DOCX or plain text and read that."),
    (b"{\\rtf", f"This is Rich Text; {PLAIN}. Save it as plain text and read that."),
    (b"\x1f\x8b", f"This is gzip-compressed; {PLAIN}. Unpack it (`gunzip FILE`) and read that."),
    (b"BZh", f"This is bzip2-compressed; {PLAIN}. Unpack it (`bunzip2 FILE`) and read that."),
    (b"\xfd7zXZ\x00", f"This is xz-compressed; {PLAIN}. Unpack it (`unxz FILE`) and read that."),
    (b"\x28\xb5\x2f\xfd", f"This is zstd-compressed; {PLAIN}. Unpack it (`unzstd FILE`) and read that."),
    (b"7z\xbc\xaf", f"This is a 7z archive; {PLAIN}. Unpack it and read what is inside."),
    (b"Rar!", f"This is a RAR archive; {PLAIN}. Unpack it and read what is inside."),
    (b"\x89PNG", f"This is a picture; {PLAIN}. Type out or recognise its text and read that."),
    (b"\xff\xd8\xff", f"This is a picture; {PLAIN}. Type out or recognise its text and read that."),
    (b"GIF8", f"This is a picture; {PLAIN}. Type out or recognise its text and read that."),
    (b"%PDF-", "This is a PDF; expected what its name or its content type says. Name it FILE.pdf and read that."),
    (b"WARC/", "This is a web archive; expected what its name says. Name it FILE.warc and read that."),
    (b"SQLite format 3", f"This is a database; {PLAIN}. Export its reports as JSONL and read that."),
)


def refuse_by_magic(raw: bytes, origin: str) -> Refusal | None:
    """The refusal of files of a known kind that is not read, told by their first bytes."""
    start = raw[:64].lstrip(b" \t\r\n")
    for magic, message in MAGIC:
        if start.startswith(magic):
            return Refusal(origin=origin, reason="binary", message=message)
    return None


def refuse_binary(raw: bytes, origin: str) -> Refusal | None:
    """The refusal of bytes that are no text: known by their first bytes, by NULs or by many control characters."""
    if refusal := refuse_by_magic(raw, origin):
        return refusal
    if any(raw.startswith(bom) for bom, _ in BOMS) or utf16_without_bom(raw):
        return None
    sample = raw[:SAMPLE]
    controls = len(sample) - len(sample.translate(None, CONTROLS))
    if b"\0" not in sample and controls <= MOST_CONTROLS * len(sample):
        return None
    message = f"The bytes are not text; {PLAIN}. Save the report in one of these and read that."
    return Refusal(origin=origin, reason="binary", message=message)


def refuse_empty(origin: str) -> Refusal:
    """The refusal of an input without text."""
    message = "There is no text; expected a report of at least one sentence. Check that the file was saved completely."
    return Refusal(origin=origin, reason="empty", message=message)


def refuse_kind(origin: str) -> Refusal:
    """The refusal of a document of a kind that is not read, XML other than a feed for one."""
    message = f"It is of a kind that is not read; {PLAIN}. Save it as one of these and read that."
    return Refusal(origin=origin, reason="left-out", message=message)


def refuse_large(origin: str, limit: int, unit: str, of: str) -> Refusal:
    """The refusal of an input above a limit: `unit` of `of`, such as bytes of a file."""
    fix = "Split it into reports (one a file, or one a line of JSONL)."
    message = f"It is too large; expected at most {limit:,} {unit} in one {of}. {fix}"
    return Refusal(origin=origin, reason="too-large", message=message)


def checked(report: Report, limits: Limits) -> Report | Refusal:
    """`report` if it can be read, its language filled in where there is text enough to tell; else why not."""
    origin = report.origin or report.id
    body = report.text[len(report.title) :] if report.title else report.text
    if not body.strip():
        return refuse_empty(origin)
    if len(report.text) > limits.text:
        return refuse_large(origin, limits.text, "characters", "report")
    language = other_language(report.text)
    if language:
        name = NAMES.get(language, f"the language {language!r}")
        message = f"The text seems to be in {name}; asreported reads English only. Read an English translation instead."
        return Refusal(origin=origin, reason="not-english", message=message)
    return msgspec.structs.replace(report, language="en") if has_letters(report.text) else report
