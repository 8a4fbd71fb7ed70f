"""ingest/docx.py: everything that a reader of the document sees, once and in order, and nothing that was deleted."""

import io
import socket
import time
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest.docx import read_docx
from asreported.ingest.limits import Limits
from asreported.records import Refusal, Report

TITLE = "Raid on the market of Tal Sabr"
FIRST = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor said."
SECOND = "The Free Valley Front denied that its fighters had been in the town."


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_paragraphs(*xml: str, title: str = "") -> bytes:
    """A document whose body holds `xml`, paragraphs or what stands beside them."""
    document = docx.Document()
    if title:
        document.add_paragraph(title, style="Title")
    end = document.element.body.sectPr
    for part in xml:
        end.addprevious(parse_xml(part.replace(">", f" {nsdecls('w', 'r', 'wp', 'a', 'm')}>", 1)))
    return saved(document)


def p(text: str, inner: str = "") -> str:
    return f"<w:p><w:r><w:t xml:space='preserve'>{text}</w:t></w:r>{inner}</w:p>"


def changed(raw: bytes, change) -> bytes:
    """The package with each member as `change(name, content)` gives it; None leaves it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def read(raw: bytes) -> Report:
    report = read_docx(raw, id="raid", origin="raid.docx")
    assert isinstance(report, Report), report
    return report


def texts(*xml: str) -> list[str]:
    return read(with_paragraphs(*xml)).text.split("\n\n")


def simple() -> bytes:
    document = docx.Document()
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph(FIRST)
    document.add_paragraph("What is known", style="Heading 1")
    table = document.add_table(rows=2, cols=3)
    for row, values in zip(table.rows, [("Place", "Killed", "Wounded"), ("Tal Sabr", "12", "30")], strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    document.add_paragraph("Nine traders", style="List Bullet")
    document.add_paragraph(SECOND)
    return saved(document)


def test_paragraphs_tables_and_lists_come_in_their_order():
    report = read(simple())
    assert report.title == TITLE
    assert report.text.split("\n\n") == [
        TITLE,
        FIRST,
        "What is known",
        "Place | Killed | Wounded\nTal Sabr | 12 | 30",
        "Nine traders",
        SECOND,
    ]
    assert (report.id, report.origin, report.published, report.publisher) == ("raid", "raid.docx", None, None)
    assert report.extractor == f"python-docx {docx.__version__}"
    assert report.notes == ()


def test_title_is_only_what_has_that_style():
    document = docx.Document()
    document.core_properties.title = "Template"
    document.add_paragraph(TITLE, style="Heading 1")
    document.add_paragraph(FIRST)
    report = read(saved(document))
    assert (report.title, report.text) == ("", f"{TITLE}\n\n{FIRST}")


def test_tracked_changes_are_read_as_accepted_and_told():
    run = "<w:r><w:t xml:space='preserve'>{}</w:t></w:r>"
    raw = with_paragraphs(
        p(
            "The army killed ",
            "<w:del w:id='1' w:author='a'><w:r><w:delText>9</w:delText></w:r></w:del>"
            f"<w:ins w:id='2' w:author='a'>{run.format('12')}</w:ins>{run.format(' fighters')}"
            f"<w:moveFrom w:id='3' w:author='a'>{run.format(' at dawn')}</w:moveFrom>{run.format(' in Tal Sabr.')}",
        ),
        f"<w:p><w:pPr><w:rPr><w:del w:id='4' w:author='a'/></w:rPr></w:pPr>{run.format('Nobody ')}</w:p>",
        p("returned."),
    )
    report = read(raw)
    assert report.text == "The army killed 12 fighters in Tal Sabr.\n\nNobody returned."
    assert report.notes == ("tracked changes: 1 insertions read, 3 deletions left out",)


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<w:hyperlink r:id='rId99'><w:r><w:t>killed</w:t></w:r></w:hyperlink>", "Twelve were killed"),
        ("<w:sdt><w:sdtContent><w:r><w:t>killed</w:t></w:r></w:sdtContent></w:sdt>", "Twelve were killed"),
        ("<w:smartTag><w:r><w:t>killed</w:t></w:r></w:smartTag>", "Twelve were killed"),
        ("<w:fldSimple w:instr='DATE'><w:r><w:t>killed</w:t></w:r></w:fldSimple>", "Twelve were killed"),
        ("<w:r><w:instrText>HYPERLINK x</w:instrText></w:r><w:r><w:t>killed</w:t></w:r>", "Twelve were killed"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>not </w:t></w:r><w:r><w:t>killed</w:t></w:r>", "Twelve were killed"),
        (
            "<w:r><w:tab/><w:t>killed by non</w:t><w:noBreakHyphen/><w:t>combatants</w:t></w:r>",
            "Twelve were killed by non-combatants",
        ),
        ("<w:r><w:br w:type='page'/><w:t>killed</w:t></w:r>", "Twelve were killed"),
        ("<w:r><w:t>evac\xaduated, ﬁve killed</w:t></w:r>", "Twelve were evacuated, five killed"),
        ("<m:oMath><m:r><m:t>killed</m:t></m:r></m:oMath>", "Twelve were killed"),
    ],
    ids=[
        "link",
        "control",
        "smart tag",
        "field",
        "field code",
        "hidden",
        "tab",
        "page break",
        "soft hyphen",
        "formula",
    ],
)
def test_all_that_is_seen_in_a_paragraph_is_read(inner, text):
    assert texts(p("Twelve were ", inner)) == [text]


def test_line_breaks_part_lines_and_join_broken_ones():
    lines = [
        "Twelve people were killed on Tuesday when gunmen stormed the market of",
        "Tal Sabr, the governor of Ariva said. He blamed the Front.",
        "Omar Haddad",
        "Governor of Ariva",
    ]
    run = "<w:br/>".join(f"<w:t>{line}</w:t>" for line in lines)
    assert texts(f"<w:p><w:r>{run}</w:r></w:p>") == [f"{lines[0]} {lines[1]}", lines[2], lines[3]]


def test_text_boxes_are_read_once():
    box = f"<w:txbxContent>{p('Nine fled.')}</w:txbxContent>"
    drawing = (
        "<w:r><mc:AlternateContent xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        f"<mc:Choice Requires='wps'><w:drawing><wp:inline>{box}</wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert texts(p("Twelve were killed.", drawing), p("It was Tuesday.")) == [
        "Twelve were killed.",
        "Nine fled.",
        "It was Tuesday.",
    ]


def test_content_controls_around_paragraphs_and_layout_tables_hide_nothing():
    cell = f"<w:tc>{p('Twelve were killed.')}{p('Nine fled.')}</w:tc><w:tc><w:p/></w:tc>"
    control = f"<w:sdt><w:sdtContent>{p('It was Tuesday.')}</w:sdtContent></w:sdt>"
    assert texts(f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>", control) == [
        "Twelve were killed.",
        "Nine fled.",
        "It was Tuesday.",
    ]


def test_footnotes_come_at_the_end_and_comments_are_told():
    raw = with_paragraphs(p("Twelve were killed.", "<w:r><w:footnoteReference w:id='2'/></w:r>"), p("Nine fled."))
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:type='separator' w:id='0'>{p('-----')}</w:footnote>"
        f"<w:footnote w:id='2'>{p('Interview in Ariva, 4 May.')}</w:footnote></w:footnotes>"
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    def change(name: str, content: bytes) -> bytes:
        if name == "word/_rels/document.xml.rels":
            relations = f"<Relationship Id='rId70' Type='{kind}/footnotes' Target='footnotes.xml'/>"
            return content.replace(b"</Relationships>", relations.encode() + b"</Relationships>")
        return content

    out = io.BytesIO(changed(raw, change))
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("word/footnotes.xml", notes)
    report = read(out.getvalue())
    assert report.text.split("\n\n") == ["Twelve were killed.", "Nine fled.", "Interview in Ariva, 4 May."]
    assert report.notes == ("footnotes were put at the end",)
    document = docx.Document()
    document.add_comment(document.add_paragraph(FIRST).runs, text="Really?", author="a", initials="a")
    assert read(saved(document)).notes == ("comments were left out",)


# ---- refusals ----------------------------------------------------------------------------


def refusal(raw: bytes, **options) -> Refusal:
    result = read_docx(raw, id="a", origin="a.docx", **options)
    assert isinstance(result, Refusal), result
    assert result.origin == "a.docx"
    return result


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.mark.parametrize(
    ("raw", "reason", "says"),
    [
        (OLD, "binary", "save it as a Word document (.docx)"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "encrypted", "without a password"),
        (b"PK\x03\x04 junk", "damaged", ""),
        (b"", "damaged", ""),
        (simple()[:-300], "damaged", ""),
        (changed(simple(), lambda name, content: content if "document" not in name else None), "damaged", ".docx"),
        (
            changed(simple(), lambda name, content: content[:-100] if "document.xml" in name else content),
            "damaged",
            ".docx",
        ),
        (changed(simple(), lambda name, content: None if "Content" in name else content), "damaged", "another kind"),
        (saved(docx.Document()), "empty", ""),
    ],
    ids=["old", "encrypted", "junk", "nothing", "cut", "no document", "broken document", "other zip", "no text"],
)
def test_what_is_no_readable_document_is_refused(raw, reason, says):
    result = refusal(raw)
    assert result.reason == reason
    assert says in result.message


def test_document_with_macros_is_refused_with_the_way_out():
    wml = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    raw = changed(
        simple(), lambda _, text: text.replace(wml, b"application/vnd.ms-word.document.macroEnabled.main+xml")
    )
    result = refusal(raw)
    assert result.reason == "binary"
    assert "macros" in result.message


LAUGHS = "<!DOCTYPE w [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + i)} '{f'&{chr(97 + i)};' * 10}'>" for i in range(10)
)


@pytest.mark.parametrize(
    "doctype", [LAUGHS + "]>", "<!DOCTYPE w [<!ENTITY k SYSTEM 'file:///etc/hostname'>]>"], ids=["laughs", "file"]
)
@pytest.mark.parametrize("member", ["word/document.xml", "[Content_Types].xml", "_rels/.rels", "word/styles.xml"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16"])
def test_document_types_are_refused_unparsed(doctype, member, charset):
    def change(name: str, content: bytes) -> bytes:
        if name != member:
            return content
        rest = content.decode().partition("?>")[2].replace("Twelve", "&k;")
        return f"<?xml version='1.0' encoding='{charset}'?>{doctype}{rest}".encode(charset)

    started = time.process_time()
    result = refusal(changed(simple(), change))
    assert (result.reason, "document type" in result.message) == ("damaged", True)
    assert time.process_time() - started < 2


def test_bombs_are_refused():
    bomb = changed(simple(), lambda name, text: text + b" " * 60_000_000 if name == "word/styles.xml" else text)
    assert len(bomb) < 200_000
    assert refusal(bomb).reason == "too-large"
    many = io.BytesIO(simple())
    with zipfile.ZipFile(many, "a") as package:
        for i in range(60):
            package.writestr(f"word/{i}.xml", b"")
    assert refusal(many.getvalue(), limits=Limits(members=50)).reason == "too-large"
    deep = with_paragraphs("<w:tbl><w:tr><w:tc>" * 80 + p("Nine fled.") + "</w:tc></w:tr></w:tbl>" * 80)
    assert read(deep).text == "Nine fled."


def test_nothing_outside_is_looked_up_and_pictures_are_not_unpacked(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    outside = (
        f"<Relationship Id='rId71' Type='{kind}/attachedTemplate' Target='http://example.org/t' TargetMode='External'/>"
    )
    inside = f"<Relationship Id='rId72' Type='{kind}/image' Target='media/a.png'/>"

    def change(name: str, content: bytes) -> bytes:
        if name == "word/_rels/document.xml.rels":
            return content.replace(b"</Relationships>", (outside + inside).encode() + b"</Relationships>")
        if name == "[Content_Types].xml":
            return content.replace(b"</Types>", b"<Default Extension='png' ContentType='image/png'/></Types>")
        return content

    out = io.BytesIO(changed(simple(), change))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/media/a.png", bytes(90_000_000))
    assert read(out.getvalue()).text == read(simple()).text


# ---- any bytes ---------------------------------------------------------------------------

STORED = io.BytesIO()
with zipfile.ZipFile(io.BytesIO(simple())) as _old, zipfile.ZipFile(STORED, "w", zipfile.ZIP_STORED) as _new:
    for _name in _old.namelist():
        if "theme" not in _name and "docProps" not in _name:
            _new.writestr(_name, _old.read(_name))
SEEDS = [simple(), STORED.getvalue()]


def check(raw: bytes) -> None:
    result = read_docx(raw, id="a", origin="a.docx")
    assert isinstance(result, Report | Refusal)
    if isinstance(result, Report):
        result.text.encode("utf-8")


@settings(max_examples=60)
@given(st.sampled_from(SEEDS), st.floats(0, 1))
def test_any_cut_is_a_report_or_refused(seed, share):
    check(seed[: int(share * len(seed))])


@settings(max_examples=120)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=4))
def test_any_flipped_bits_are_a_report_or_refused(seed, flips):
    raw = bytearray(seed)
    for share, mask in flips:
        raw[int(share * len(raw))] ^= mask
    check(bytes(raw))


OPEN = [f"<w:{name}>" for name in ("p", "r", "tbl", "tr", "tc", "sdt", "ins", "del")]
PARTS = [
    *OPEN,
    *(tag.replace("<", "</") for tag in OPEN),
    "<w:t>Nine died.</w:t>",
    "<w:br/>",
    "<w:pPr><w:pStyle/></w:pPr>",
    "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>",
    "<!-- c -->",
    "<?pi?>",
]


WHOLE = [
    f"<w:p>{inner}</w:p>"
    for inner in ("", "<w:r><w:t>Nine died.</w:t></w:r>", "<w:r><w:br/><w:t/></w:r>", "<!-- c -->")
] + ["<w:tbl><w:tr><w:tc/></w:tr></w:tbl>", "<w:tbl/>", "<w:tbl><w:tr/></w:tbl>"]


@settings(max_examples=80)
@given(st.lists(st.sampled_from(PARTS) | st.sampled_from(WHOLE), max_size=12))
def test_any_body_is_a_report_or_refused(parts):
    check(
        changed(BARE, lambda name, content: BODY % "".join(parts).encode() if name == "word/document.xml" else content)
    )


BODY = f"<w:document {nsdecls('w')}><w:body>%s</w:body></w:document>".encode()
BARE = changed(simple(), lambda name, content: None if "theme" in name or "docProps" in name else content)
