"""
Broken files: whole ones of every format that is read, made here, then cut, flipped, repeated and spliced with others.

`python tests/ingest/malformed.py FROM TO` reads the mutants of these numbers and tells what became of them.
"""

import gzip
import io
import json
import random
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage

from bombs import docx_of, warc_record, word, zip_of

BODY = (
    "At least 12 people were killed on Tuesday when gunmen of the Ariva Front stormed the market of Tal Sabr, "
    "the mayor said. Police spoke of nine dead. The front denied the attack."
)
SECOND = "Two days later soldiers burned houses in Wadi Karm, a monitor reported, and dozens fled to the hills."
HEADLINE = "Raid on market of Tal Sabr"
CHARSETS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859-15", "mac_roman")
PAGE = (
    f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{HEADLINE}</title>'
    '<meta property="article:published_time" content="2017-05-02T10:00:00Z">'
    '<script type="application/ld+json">{"datePublished": "2017-05-02"}</script></head>'
    f"<body><nav><a href='/'>Home</a></nav><article><h1>{HEADLINE}</h1><p>{BODY}</p><p>{SECOND}</p>"
    "<table><tr><td>12</td><td>Tal Sabr</td></tr></table></article></body></html>"
)
RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Ariva News</title>'
    f"<item><title>{HEADLINE}</title><guid>g1</guid><link>https://example.org/1</link>"
    f"<pubDate>Tue, 02 May 2017 10:00:00 GMT</pubDate><description><![CDATA[<p>{BODY}</p>]]></description></item>"
    f"<item><title>Houses burned</title><description>{SECOND}</description></item></channel></rss>"
)
ATOM = (
    '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Ariva News</title><id>urn:a</id>'
    f'<entry><title>{HEADLINE}</title><id>urn:a:1</id><published>2017-05-02T10:00:00Z</published><content type="xhtml">'
    f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{BODY}</p></div></content></entry></feed>'
)
LINES = "\n".join(
    json.dumps({"id": f"r{number}", "title": HEADLINE, "published": "2017-05-02", "text": text})
    for number, text in enumerate((BODY, SECOND))
)
ROWS = (
    ("id", "title", "date", "text"),
    ("1", HEADLINE, "2017-05-02", BODY),
    ("2", "Fire at the Café", "2017-05-04", SECOND),
)
RIS = (
    f"TY  - NEWS\r\nID  - k1\r\nTI  - {HEADLINE}\r\nPB  - Ariva News\r\nDA  - 2017/05/02/\r\nAB  - {BODY}\r\nER  - \r\n"
    f"\r\nTY  - RPRT\r\nTI  - Houses burned\r\nN2  - {SECOND}\r\nL1  - files/1/a.pdf\r\nER  - \r\n"
)
CSL = json.dumps(
    [
        {
            "id": "k1",
            "type": "article-newspaper",
            "title": HEADLINE,
            "abstract": BODY,
            "issued": {"date-parts": [[2017, 5, 2]]},
        },
        {"id": "k2", "type": "report", "title": "Houses burned", "abstract": SECOND},
    ]
)


def make_table(delimiter: str) -> str:
    return "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in ROWS)


def make_pdf(compressed: bool) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    stream = io.BytesIO()
    style = getSampleStyleSheet()
    document = SimpleDocTemplate(stream, pagesize=A4, title=HEADLINE, invariant=1, pageCompression=int(compressed))
    document.build(
        [Paragraph(HEADLINE, style["Title"]), Paragraph(BODY, style["Normal"]), Paragraph(SECOND, style["Normal"])]
    )
    return stream.getvalue()


def make_mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Ada Karam <ada@example.org>", "desk@example.org"
    message["Subject"], message["Date"] = HEADLINE, "Tue, 02 May 2017 10:00:00 +0000"
    message["Message-ID"] = "<m1@example.org>"
    message.set_content(BODY)
    message.add_alternative(f"<html><body><p>{BODY}</p></body></html>", subtype="html")
    message.add_attachment(PAGE.encode(), maintype="text", subtype="html", filename="raid.html")
    message.add_attachment(make_pdf(True), maintype="application", subtype="pdf", filename="raid.pdf")
    message.set_boundary("outer")
    message.get_payload()[0].set_boundary("inner")
    return message


def make_mbox() -> bytes:
    plain = (
        f"From ada@example.org Tue May  2 10:00:00 2017\nFrom: Ada <ada@example.org>\nSubject: Houses\n\n{SECOND}\n\n"
    )
    return plain.encode() + b"From ada@example.org Tue May  2 11:00:00 2017\n" + bytes(make_mail()) + b"\n"


def make_docx() -> bytes:
    paragraphs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in (HEADLINE, BODY, SECOND))
    return docx_of(word(paragraphs + "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>12</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"))


def make_warc(packed: bool) -> bytes:
    pages = [b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode()]
    pages.append(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
        + gzip.compress(PAGE.encode(), mtime=0)
    )
    pages.append(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>gone")
    return b"".join(warc_record(page, packed=packed) for page in pages)


def make_wacz() -> bytes:
    members = {
        "archive/data.warc.gz": make_warc(True),
        "pages/pages.jsonl": '{"format": "json-pages-1.0"}\n{"url": "http://example.org/", "title": "Raid"}',
        "datapackage.json": '{"profile": "data-package", "wacz_version": "1.1.1", "resources": []}',
    }
    return zip_of(**members)


def make_seeds() -> dict[str, bytes]:
    """Whole files by their names."""
    seeds = {
        "page.html": PAGE.encode(),
        "wide.html": PAGE.encode("utf-16"),
        "plain.pdf": make_pdf(False),
        "packed.pdf": make_pdf(True),
        "a.docx": make_docx(),
        "a.warc": make_warc(False),
        "a.warc.gz": make_warc(True),
        "a.wacz": make_wacz(),
        "a.rss": RSS.encode(),
        "a.atom": ATOM.encode(),
        "a.xml": RSS.encode(),
        "a.jsonl": LINES.encode(),
        "a.eml": bytes(make_mail()),
        "a.mbox": make_mbox(),
        "a.ris": RIS.encode(),
        "a.json": CSL.encode(),
        "a.txt": f" date 2017-05-02 {HEADLINE}\n\n{BODY}\n\n{SECOND}\n".encode(),
        "a.tsv": make_table("\t").encode(),
        "unnamed": zip_of(**{"word/document.xml": "x", "raid.txt": BODY}),
    }
    return seeds | {f"{charset}.csv": make_table(",").encode(charset) for charset in CHARSETS}


def mutants(first: int, last: int) -> Iterator[tuple[int, str, bytes]]:
    """The broken files of the numbers from `first` up to `last`, each with its name: the same ones every time."""
    seeds = make_seeds()
    names = sorted(seeds)
    for number in range(first, last):
        chance = random.Random(number)
        name = names[number % len(names)]  # every format as often
        yield number, name, _broken(seeds[name], seeds[chance.choice(names)], chance)


def _broken(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        raw = chance.choice((_cut, _cut, _flip, _flip, _flip, _splice, _splice, _repeat, _extreme))(raw, other, chance)
    return raw


def _cut(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """Ends early, begins late, or lacks a middle."""
    start, end = sorted(chance.randrange(len(raw) + 1) for _ in range(2))
    return chance.choice((raw[:end], raw[start:], raw[:start] + raw[end:]))


def _flip(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """One bit to a few hundred, all over or in one place."""
    flipped = bytearray(raw)
    around, width = chance.randrange(len(raw) + 1), chance.choice((16, 256, len(raw) + 1))
    for _ in range(chance.choice((1, 2, 8, 64, 400))):
        place = (
            min(len(raw) - 1, around // 2 + chance.randrange(width))
            if width < len(raw)
            else chance.randrange(len(raw) + 1)
        )
        if 0 <= place < len(flipped):
            flipped[place] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _splice(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """A piece of another file in the midst of this one, or the end of the one behind the beginning of the other."""
    at, start, end = chance.randrange(len(raw) + 1), *sorted(chance.randrange(len(other) + 1) for _ in range(2))
    return chance.choice((raw[:at] + other[start:], raw[:at] + other[start:end] + raw[at:], other[:end] + raw[at:]))


def _repeat(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + chance.choice((1, 10, 100, 1000)))
    return raw[:start] + raw[start:end] * chance.choice((2, 10, 1000)) + raw[end:]


def _extreme(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    """Numbers that are too large, NULs, and marks that mean something to the formats."""
    at = chance.randrange(len(raw) + 1)
    odd = chance.choice(
        (
            b"\0" * 9,
            b"\xff" * 9,
            b"99999999999",
            b"-1",
            b"<![CDATA[",
            b"<!--",
            b'"',
            b"\r\n\r\n",
            b"--",
            b"%",
            b"\xed\xa0\x80",
        )
    )
    return raw[:at] + odd + raw[at + chance.choice((0, len(odd))) :]


class Tally:
    """What became of the mutants."""

    def __init__(self) -> None:
        self.outcomes: dict[str, int] = {}
        self.slowest: list[tuple[float, int, str]] = []
        self.failures: list[str] = []

    def read(self, first: int, last: int) -> None:
        """Read the mutants from `first` to `last`; what should not have been is told in `failures`."""
        from asreported.ingest import ingest_bytes

        for number, name, raw in mutants(first, last):
            try:
                results = list(self._timed(ingest_bytes(raw, name=name), number, name))
            except Exception as err:
                self.failures.append(f"{number} {name}: raised {type(err).__name__}: {err}")
            else:
                self._count(f"{number} {name}", results)

    def _timed(self, results: Iterator[object], number: int, name: str) -> Iterator[object]:
        """`results`, and in `slowest` the longest times that one of them took, or the end after the last."""
        longest, start = 0.0, time.monotonic()
        for result in results:
            longest = max(longest, time.monotonic() - start)
            yield result
            start = time.monotonic()
        longest = max(longest, time.monotonic() - start)
        self.slowest = sorted([*self.slowest, (longest, number, name)], reverse=True)[:5]

    def _count(self, which: str, results: list[object]) -> None:
        from asreported.errors import REFUSALS
        from asreported.records import Refusal

        if not results:
            self.failures.append(f"{which}: nothing came of it")
        for result in results:
            outcome = result.reason if isinstance(result, Refusal) else "report"
            self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
            if outcome in ("crashed", "too-slow") or (
                isinstance(result, Refusal)
                and (outcome not in REFUSALS or len(result.message) < 20 or not result.origin)
            ):
                self.failures.append(f"{which}: {result}")
            elif outcome == "report" and not result.text.strip():
                self.failures.append(f"{which}: an empty report")


def peak_memory() -> int:
    """The most bytes that any process that parsed ever held; 0 where nobody counts."""
    from asreported.ingest import parser_process

    if not sys.platform.startswith("linux"):
        return 0
    import resource

    parser_process.close_processes()  # they count when they have ended
    return 1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


if __name__ == "__main__":
    tally = Tally()
    tally.read(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps({**vars(tally), "peak": peak_memory()}, indent=1))
