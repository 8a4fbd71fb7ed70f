"""Small files that unpack, expand or nest without end. Each is made here in a moment; none holds anything."""

import gzip
import io
import struct
import zipfile
import zlib

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = "<!DOCTYPE rss [<!ENTITY a0 'ha ha ha ha '>" + "".join(
    f"<!ENTITY a{n + 1} '{f'&a{n};' * 10}'>" for n in range(9)
)
LAUGHS += "]>"
BLOWN = f"<!DOCTYPE rss [<!ENTITY a '{'ha ' * 40_000}'>]>"


def deflated(megabytes, letter=b" "):
    """A raw deflate stream of so many equal letters: one piece that is repeated, packed about 1000:1."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(letter * 1_000_000) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * megabytes + b"\x03\x00"


def gzipped(megabytes, before=b""):
    """A gzip member that begins with `before`."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + start + deflated(megabytes) + b"\0" * 8


def zip_of(**members):
    """A zip; a value of bytes is stored as it is, text is packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            packing = zipfile.ZIP_STORED if isinstance(content, bytes) else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name), content, packing)
    return stream.getvalue()


def docx_of(document):
    return zip_of(**{"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document})


def word(body, doctype=""):
    return f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'


def rss(doctype, text):
    return (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>Sample</title>'
        f"<item><title>Raid</title><description>{text}</description></item></channel></rss>"
    ).encode()


def overlapping(name, megabytes, times):
    """A zip whose directory lists one packed member over and over."""
    packed, encoded = deflated(megabytes), name.encode()
    size = megabytes * 1_000_000
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, 0, len(packed), size, len(encoded), 0)
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, 0, len(packed), size, len(encoded), *[0] * 6)
    return _closed(local + encoded + packed, entry + encoded, times)


def crowded(name, times):
    """A zip of very many empty members."""
    encoded = name.encode()
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, len(encoded), 0)
    entry = struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(encoded), *[0] * 6)
    return _closed(local + encoded, entry + encoded, times)


def _closed(content, entry, times, stated=None):
    count = min(times, 65_535) if stated is None else stated
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(entry) * times, len(content), 0)
    return content + entry * times + end


def matryoshka(depth):
    raw = deflated(100)
    for _ in range(depth):
        raw = zip_of(inner=raw)
    return raw


def pdf_of(*objects, trailer=b""):
    """A PDF of numbered objects, the first of which is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>"
)


def stream_of(raw, head):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(raw), raw)


def pdf_packed(megabytes):
    """A page whose content unpacks without end."""
    packed = b"\x78\x9c" + deflated(megabytes)
    return pdf_of(CATALOGUE, PAGES, PAGE, stream_of(packed, b"/Filter/FlateDecode"), FONT, b"null")


def pdf_packed_twice(megabytes):
    packed = zlib.compress(zlib.compress(b"\x78\x9c" + deflated(megabytes)))
    filters = b"/Filter[/FlateDecode/FlateDecode/FlateDecode]"
    return pdf_of(CATALOGUE, PAGES, PAGE, stream_of(packed, filters), FONT, b"null")


def pdf_many_streams(count, megabytes):
    """A page of many contents, each below any limit."""
    packed = stream_of(b"\x78\x9c" + deflated(megabytes), b"/Filter/FlateDecode")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents[" + b"4 0 R " * count + b"]>>"
    return pdf_of(CATALOGUE, PAGES, page, packed, FONT, b"null")


def pdf_many_pages(count, megabytes):
    """Many pages with one content."""
    packed = stream_of(b"\x78\x9c" + deflated(megabytes), b"/Filter/FlateDecode")
    pages = b"<</Type/Pages/Kids[" + b"3 0 R " * count + b"]/Count %d>>" % count
    return pdf_of(CATALOGUE, pages, PAGE, packed, FONT, b"null")


def pdf_recursive():
    """A form that draws itself, twice."""
    form = stream_of(
        b"/X Do /X Do BT /F 9 Tf (Dead) Tj ET", b"/Type/XObject/Subtype/Form/Resources<</XObject<</X 6 0 R>>>>"
    )
    return pdf_of(CATALOGUE, PAGES, PAGE, stream_of(b"/X Do", b""), FONT, form)


def pdf_laughs(depth=30):
    """Forms that each draw the next one ten times."""
    forms = []
    for number in range(depth):
        head = b"/Type/XObject/Subtype/Form/Resources<</XObject<</X %d 0 R>>>>" % (7 + number)
        forms.append(stream_of(b"/X Do " * 10, head))
    forms.append(stream_of(b"BT /F 9 Tf (Dead) Tj ET", b"/Type/XObject/Subtype/Form/Resources<</Font<</F 5 0 R>>>>"))
    return pdf_of(CATALOGUE, PAGES, PAGE, stream_of(b"/X Do", b""), FONT, *forms)


def pdf_looped_tree():
    return pdf_of(CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")


def pdf_nested_arrays():
    return pdf_of(CATALOGUE, PAGES, PAGE, stream_of(b"[" * 200_000, b""), FONT, b"[" * 200_000)


def warc_record(body, kind=b"response", packed=False):
    head = (
        b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: 2017-05-02T10:00:00Z\r\n"
        b"WARC-Target-URI: http://example.org/\r\nContent-Type: application/http;msgtype=response\r\n"
        b"Content-Length: %d\r\n\r\n" % (kind, len(body))
    )
    record = head + body + b"\r\n\r\n"
    return gzip.compress(record, mtime=0) if packed else record


HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

BOMBS = {
    "zip of one member listed 120 times, 42 KB to 5 GB": ("a.docx", lambda: overlapping("word/document.xml", 42, 120)),
    "the same without a name": ("a", lambda: overlapping("word/document.xml", 42, 120)),
    "docx of 2 GB": ("a.docx", lambda: overlapping("word/document.xml", 2000, 1)),
    "zip in zip": ("a.zip", lambda: matryoshka(6)),
    "zip in zip as docx": ("a.docx", lambda: matryoshka(6)),
    "docx in docx": ("a.docx", lambda: docx_of(docx_of(docx_of(word(""))))),
    "docx of very many files": ("a.docx", lambda: crowded("word/document.xml", 300_000)),
    "wacz of a million files": ("a.wacz", lambda: crowded("archive/data.warc", 1_000_000)),
    "wacz whose directory lies": ("a.wacz", lambda: _closed(b"", b"PK\1\2" + b"\0" * 42, 1_000_000, stated=1)),
    "wacz with a member of 2 GB": ("a.wacz", lambda: overlapping("datapackage.json", 2000, 1)),
    "feed of entities": ("a.xml", lambda: rss(LAUGHS, "&a9;")),
    "feed of one entity again and again": ("a.rss", lambda: rss(BLOWN, "&a;" * 100_000)),
    "feed of attributes": ("a.rss", lambda: rss("", "x").replace(b"<item>", b"<item " + b"a='1' " * 100_000 + b">")),
    "feed of many entries": ("a.rss", lambda: rss("", "x").replace(b"</item>", b"</item>" + b"<item/>" * 20_000)),
    "deep feed": ("a.rss", lambda: rss("", "<b>" * 100_000 + "</b>" * 100_000)),
    "docx of entities": ("a.docx", lambda: docx_of(word("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", LAUGHS))),
    "docx of one entity again and again": (
        "a.docx",
        lambda: docx_of(word("<w:p>" + "&a;" * 100_000 + "</w:p>", BLOWN)),
    ),
    "deep docx": ("a.docx", lambda: docx_of(word("<w:p>" * 100_000 + "</w:p>" * 100_000))),
    "docx of nested tables": (
        "a.docx",
        lambda: docx_of(word("<w:tbl><w:tr><w:tc>" * 3_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 3_000)),
    ),
    "gzip as text": ("a.txt", lambda: gzipped(1000)),
    "gzipped WARC": (
        "a.warc.gz",
        lambda: gzipped(2000, warc_record(b"").replace(b"Length: 0", b"Length: 2000000000").rstrip() + b"\r\n\r\n"),
    ),
    "gzipped WARC of one endless header": ("a.warc.gz", lambda: gzipped(1000, b"WARC/1.0\r\nX: ")),
    "WARC record packed by HTTP": (
        "a.warc",
        lambda: warc_record(HTTP + b"Content-Encoding: gzip\r\n\r\n" + gzipped(1000)),
    ),
    "WARC record of many pieces": (
        "a.warc",
        lambda: warc_record(HTTP + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1_000_000),
    ),
    "deep page": ("a.html", lambda: b"<html><body>" + b"<div>" * 100_000 + b"Dead"),
    "deep page of other elements": ("a.html", lambda: b"<html><body>" + b"<b><i><p><table><tr><td>" * 20_000 + b"Dead"),
    "page of attributes": ("a.html", lambda: b"<html><body><p " + b"a1='x' " * 300_000 + b">Dead"),
    "page of entities": ("a.html", lambda: b"<html><body><p>" + b"&amp;&#65;&nosuch;" * 200_000),
    "line of 50 MB as text": ("a.txt", lambda: b"dead " * 10_000_000),
    "line of 50 MB as JSONL": ("a.jsonl", lambda: b'{"text": "' + b"dead " * 10_000_000),
    "line of 50 MB as a table": ("a.csv", lambda: b"text\n" + b"dead " * 10_000_000),
    "open quotation of 50 MB as a table": ("a.csv", lambda: b'text,date\n"' + (b"dead " * 100 + b"\n") * 100_000),
    "table of a million columns": ("a.csv", lambda: b"text," * 1_000_000 + b"\n" + b"dead," * 1_000_000),
    "line of 50 MB as a mailbox": (
        "a.mbox",
        lambda: b"From a@b Tue May  2 10:00:00 2017\nSubject: x\n\n" + b"dead " * 10_000_000,
    ),
    "header of 50 MB in a mailbox": (
        "a.mbox",
        lambda: b"From a@b Tue May  2 10:00:00 2017\nSubject: " + b"dead " * 10_000_000,
    ),
    "line of 50 MB in a WARC": ("a.warc", lambda: b"WARC/1.0\r\nWARC-Type: " + b"dead " * 10_000_000),
    "line of 18 MB as references": ("a.ris", lambda: b"TY  - NEWS\nAB  - " + b"dead " * 3_600_000),
    "deep references": ("a.json", lambda: b'[{"type": "book", "title": "x", "a": ' + b"[" * 1_000_000),
    "mail of parts in parts": (
        "a.eml",
        lambda: b"".join(
            b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000)
        ),
    ),
    "mail of very many parts": (
        "a.eml",
        lambda: b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 200_000,
    ),
    "mail in mail": (
        "a.eml",
        lambda: b"MIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * 20_000 + b"Subject: x\n\nDead",
    ),
    "mail of header lines": ("a.eml", lambda: b"MIME-Version: 1.0\n" + b"To: a@example.org\n" * 300_000 + b"\nDead"),
    "mail of a folded header": (
        "a.eml",
        lambda: b"MIME-Version: 1.0\nSubject: a\n" + b" =?utf-8?q?a?=\n" * 50_000 + b"\nDead",
    ),
    "mail of addresses": ("a.eml", lambda: b"MIME-Version: 1.0\nFrom: " + b"(" * 100_000 + b"\n\nDead"),
    "packed PDF": ("a.pdf", lambda: pdf_packed(2000)),
    "PDF packed thrice": ("a.pdf", lambda: pdf_packed_twice(2000)),
    "PDF of many packed streams": ("a.pdf", lambda: pdf_many_streams(1000, 40)),
    "PDF of many pages with one packed stream": ("a.pdf", lambda: pdf_many_pages(3000, 10)),
    "PDF that draws itself": ("a.pdf", pdf_recursive),
    "PDF of forms in forms": ("a.pdf", pdf_laughs),
    "PDF whose pages are in a loop": ("a.pdf", pdf_looped_tree),
    "PDF of arrays in arrays": ("a.pdf", pdf_nested_arrays),
}
"""What it is: the name of the file, and what makes its bytes."""

SLOW = frozenset(
    {
        "docx of nested tables",
        "feed of many entries",
        "deep feed",
        "page of attributes",
        "page of entities",
        "deep page of other elements",
        "WARC record of many pieces",
        "open quotation of 50 MB as a table",
        "table of a million columns",
        "mail of very many parts",
        "mail of header lines",
        "PDF of many pages with one packed stream",
    }
)
"""Those that take a second or more without breaking a limit."""
