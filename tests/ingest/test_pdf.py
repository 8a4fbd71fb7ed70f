"""ingest/pdf.py: the body is what a person would type, and whatever is no readable PDF is refused with what to do."""

import io
import re
import time
import zlib

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    ListFlowable,
    ListItem,
    PageTemplate,
    Paragraph,
    SimpleDocTemplate,
    Table,
)

from asreported.annotate.engine import load_engine
from asreported.ingest.limits import Limits
from asreported.ingest.pdf import read_pdf
from asreported.ingest.pdf_lines import Fragment, read_lines
from asreported.pipeline import read_report
from asreported.records import Refusal, Report, make_report
from asreported.resolve.gazetteer import load_gazetteer

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning:reportlab")

TITLE = "Raid on the market of Tal Sabr"
PARAGRAPHS = [
    "Twelve people were killed and at least 30 wounded on Tuesday, 2 May 2017, when gunmen of the Free Valley Front "
    "stormed the market of Tal Sabr, the governor of Ariva province, Omar Haddad, told reporters. He said that the "
    "attackers had come from the hills in the north and had left after two hours.",
    "The Observatory for Ariva, which relies on a network of activists, put the toll at 19, among them four children. "
    "Residents said that the Franco-German hospital had run out of beds, and that the evacuation of the wounded went "
    "on until Wednesday morning. Non-governmental organisations sent forty-five doctors.",
    "A spokesman for the Front denied that its fighters had been in the town. “We were 60 kilometres away,” he said. "
    "The army said that it had shelled positions of the Front near Deir Salim and that thirty-two fighters had been "
    "killed. The figures could not be checked.",
    "Humanitarian workers reported on 3 May that 1,400 people had been displaced from the neighbouring municipality, "
    "according to the International Committee for Ariva. The committee called on all sides to protect civilians.",
]
SYLLABLES = """\
gov|er|nor re|port|ers at|tack|ers Ob|ser|va|tory net|work ac|tiv|ists Res|i|dents Franco-|German hos|pi|tal fig|ures
evac|u|a|tion Wednes|day Non-|gov|ern|men|tal or|gan|i|sa|tions forty-|five spokes|man fight|ers kilo|me|tres chil|dren
po|si|tions thirty-|two Hu|man|i|tar|ian work|ers re|ported dis|placed neigh|bour|ing mu|nic|i|pal|i|ty ci|vil|ians
ac|cord|ing In|ter|na|tion|al Com|mit|tee com|mit|tee
"""
BREAKS = {word.replace("|", ""): word.split("|") for word in SYLLABLES.split()}
"""Where a typesetter may break these words."""


def set_lines(text: str, width: float, font: str, size: float) -> list[str]:
    """`text` broken greedily at `width`, words by hyphens, as a typesetter does."""
    lines, line = [], ""
    for word in text.split():
        candidate = f"{line} {word}".strip()
        if stringWidth(candidate, font, size) <= width:
            line = candidate
            continue
        bare = re.sub(r"[.,”“;]", "", word)
        pieces = BREAKS.get(bare, [bare])
        for k in range(len(pieces) - 1, 0, -1):
            head = "".join(pieces[:k])
            start = word.index(head) + len(head)
            shown = word[:start] if head.endswith("-") else word[:start] + "-"
            if stringWidth(f"{line} {shown}", font, size) <= width:
                lines.append(f"{line} {shown}")
                line = word[start:]
                break
        else:
            lines.append(line)
            line = word
    return [*lines, line]


def typeset(
    *, columns: int = 1, indent: float = 0, gap: float = 7, rows: int = 12, title: str = TITLE, width: float = 0
) -> bytes:
    """Justified text with broken words, a header, a footer and page numbers, over as many pages as it takes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(title)
    size, leading, font = 12, 15, "Times-Roman"
    width = width or (440 if columns == 1 else 205)
    page = 0

    def start_page() -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 812, "Ariva Monitor")
        canvas.drawRightString(512, 812, "Weekly bulletin no. 17")
        canvas.drawCentredString(300, 28, f"– {page + 1} –")

    def spots():
        nonlocal page
        while True:
            start_page()
            for column in range(columns):
                yield 72 + column * 230, 710 if page == 0 else 760
            canvas.showPage()
            page += 1

    places = spots()
    x, y = next(places)
    canvas.setFont("Times-Bold", 18)
    canvas.drawString(72, 740, TITLE)
    row = 0
    for paragraph in PARAGRAPHS:
        lines = set_lines(paragraph, width - indent, font, size)
        for i, line in enumerate(lines):
            if row == rows:
                x, y = next(places)
                row = 0
            row += 1
            text = canvas.beginText(x + (indent if i == 0 else 0), y)
            text.setFont(font, size)
            spare = width - indent - stringWidth(line, font, size)
            text.setWordSpace(spare / line.count(" ") if i < len(lines) - 1 and " " in line else 0)
            text.textOut(line)
            canvas.drawText(text)
            y -= leading
        y -= gap
    canvas.save()
    return out.getvalue()


def read(raw: bytes, **options) -> Report:
    report = read_pdf(raw, id="raid", origin="raid.pdf", **options)
    assert isinstance(report, Report), report
    return report


def drawn(
    *pages: list[tuple[float, float, str]], title: str = "", font: str = "Times-Roman", size: float = 11
) -> bytes:
    """A PDF with strings at places."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    if title:
        canvas.setTitle(title)
    for page in pages:
        canvas.setFont(font, size)
        for x, y, text in page:
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


# ---- reading -----------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize(("indent", "gap"), [(0, 7), (14, 0)], ids=["gaps", "indents"])
@pytest.mark.parametrize("rows", [7, 10, 11, 12])
def test_body_is_what_a_person_would_type(columns, indent, gap, rows):
    report = read(typeset(columns=columns, indent=indent, gap=gap, rows=rows))
    assert report.title == TITLE
    assert report.text.split("\n\n")[1:] == PARAGRAPHS
    assert (report.id, report.origin, report.published, report.publisher) == ("raid", "raid.pdf", None, None)
    assert report.extractor == f"pypdf {pypdf.__version__}"


WIDTHS = [*range(117, 450, 37), 205]


@pytest.mark.parametrize("columns", [1, 2])
def test_without_gaps_and_indents_paragraphs_still_end_with_sentences(columns):
    for width in WIDTHS if columns == 1 else WIDTHS[:3]:
        title, *texts = read(typeset(columns=columns, gap=0, width=width)).text.split("\n\n")
        assert (title, " ".join(texts)) == (TITLE, " ".join(PARAGRAPHS))
        assert all(text.endswith(".") for text in texts)


def test_words_really_are_broken_over_lines_columns_and_pages():
    broken = set()
    for width in WIDTHS:
        pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(typeset(width=width))).pages]
        assert len(pages) > 1
        broken.update(re.findall(r"[\w-]+-\n\w+", "".join(pages)))
    assert len(broken) > 20
    assert broken >= {"Franco-\nGerman", "thirty-\ntwo", "Non-\ngovernmental"}


def test_what_runs_along_the_pages_is_told():
    report = read(typeset())
    assert report.notes == (
        "6 running headers and footers left out: 'Ariva Monitor', 'Weekly bulletin no. 17', '– 1 –'",
    )


def test_claims_are_those_of_the_plain_text():
    plain = make_report(id="raid", title=TITLE, body="\n\n".join(PARAGRAPHS), published="2017-05-03")
    engine, gazetteer = load_engine(), load_gazetteer()
    expected = read_report(plain, engine, gazetteer).claims
    assert len(expected) > 5
    for columns in (1, 2):
        found = read(typeset(columns=columns))
        report = make_report(id="raid", title=found.title, body=found.text[len(TITLE) :], published="2017-05-03")
        assert read_report(report, engine, gazetteer).claims == expected


def test_flowed_document_with_headings_and_lists():
    styles = getSampleStyleSheet()
    body = ParagraphStyle("body", parent=styles["BodyText"], alignment=4, fontSize=10.5, leading=13, spaceAfter=6)
    items = [
        "Nine of the dead were traders from the villages around Deir Salim, the mayor of the town said on Friday",
        "One",
    ]
    story = [
        Paragraph(TITLE, styles["Title"]),
        Paragraph("What happened", styles["Heading2"]),
        *(Paragraph(text, body) for text in PARAGRAPHS),
        ListFlowable([ListItem(Paragraph(item, body)) for item in items], bulletType="bullet"),
    ]
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, title=TITLE)
    document.addPageTemplates([PageTemplate(frames=[Frame(72, 60, 260, 720)])])
    document.build(story)
    texts = read(out.getvalue()).text.split("\n\n")
    assert texts == [TITLE, "What happened", *PARAGRAPHS, *items]


def test_sentence_goes_on_over_a_column_although_a_short_form_ends_it():
    left = [
        "The bomb had been placed in the house, said U.S. Air Force Brig.",
        "Gen. Omar Haddad, who is an officer in the service of the U.S.",
    ]
    right = ["Air Force. Four people died.", "Nine fled from the houses beside it."]
    spots = [(72, 120, left[0]), (72, 106, left[1]), (330, 700, right[0]), (330, 670, right[1])]
    assert read(drawn(spots)).text == f"{left[0]} {left[1]} {right[0]}\n\n{right[1]}"


def test_marks_of_footnotes_do_not_change_figures_and_footnotes_break_no_sentence():
    def footed(canvas: Canvas, mark: str, text: str, y: float) -> None:
        canvas.setFont("Times-Roman", 11)
        canvas.drawString(72, y, text)
        canvas.setFont("Times-Roman", 7)
        canvas.drawString(72 + stringWidth(text, "Times-Roman", 11), y + 4, mark)

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Times-Roman", 11)
    canvas.drawString(72, 774, "The committee said that on Tuesday, in the market of Tal Sabr, gunmen had killed about")
    footed(canvas, "1", "30", 760)
    canvas.drawString(72, 100, "1 Interview with a member of the committee, Ariva, 4 May 2017.")
    canvas.showPage()
    canvas.setFont("Times-Roman", 11)
    canvas.drawString(72, 774, "people and wounded nine. The army holds 14 km")
    footed(canvas, "2", "The army holds 14 km", 740)
    canvas.showPage()
    canvas.save()
    report = read(out.getvalue())
    sentence = (
        "The committee said that on Tuesday, in the market of Tal Sabr, gunmen had killed about 30 people and wounded"
    )
    assert report.text.startswith(sentence)
    assert "The army holds 14 km²" in report.text
    assert report.text.endswith("1 Interview with a member of the committee, Ariva, 4 May 2017.")
    assert "footnotes were put at the end" in report.notes
    assert "1 mark of footnotes left out" in report.notes


@pytest.mark.parametrize(
    ("before", "mark", "size", "text", "marks"),
    [
        ("killed 30", "1", 8, "killed 30 people", 1),
        ("killed 30", "1,2", 8, "killed 30 people", 1),
        ("holds 14 km", "2", 8, "holds 14 km² people", 0),
        ("the 21", "st", 8, "the 21st people", 0),
        ("killed in ", "2017", 8, "killed in 2017 people", 0),
        ("killed 3", "0", 11, "killed 30 people", 0),
    ],
)
def test_raised_number_in_a_line_is_no_part_of_a_figure(before, mark, size, text, marks):
    pieces = [(before, 700, 11), (mark, 704 if size < 11 and "20" not in mark else 700, size), (" people\n", 700, 11)]
    found = read_lines(0, [Fragment(piece, 72, y, points, 0, False) for piece, y, points in pieces])
    assert ([line.text for line in found.lines], found.marks) == ([text], marks)


def test_words_at_an_angle_are_left_out_with_a_note():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setFont("Times-Roman", 11)
    canvas.drawString(72, 700, "Twelve people were killed when gunmen stormed")
    canvas.saveState()
    canvas.rotate(45)
    canvas.drawString(400, 300, "DRAFT")
    canvas.restoreState()
    canvas.drawString(72, 686, "the market of Tal Sabr.")
    canvas.save()
    report = read(out.getvalue())
    assert report.text == "Twelve people were killed when gunmen stormed the market of Tal Sabr."
    assert report.notes == ("words set at an angle to the rest were left out: page 1",)


def test_page_on_its_side_is_read_upright():
    fragments = [
        Fragment("Twelve people were\n", 100, 50, 10, 90, False),
        Fragment("killed.\n", 112, 50, 10, 90, False),
    ]
    lines = read_lines(0, fragments).lines
    assert [line.text for line in lines] == ["Twelve people were", "killed."]
    assert lines[0].x == lines[1].x
    assert lines[0].y - lines[1].y == pytest.approx(12)


def test_lines_that_count_days_are_not_taken_for_headers():
    pages = [
        [(72, 800, f"Toll of 2{n} May: {9 - n} killed"), (72, 700, f"The army shelled village {n}.")] for n in (1, 5, 7)
    ]
    text = read(drawn(*pages)).text
    assert all(f"Toll of 2{n} May" in text for n in (1, 5, 7))


# ---- title and date ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        (TITLE, TITLE),
        (TITLE.upper(), TITLE.upper()),
        ("Microsoft Word - raid.doc", ""),
        ("raid_final.docx", ""),
        ("untitled", ""),
        ("Template of the Ariva Monitor", ""),
        ("the", ""),
        ("x" * 2000, ""),
        ("", ""),
    ],
)
def test_title_is_stated_and_stands_on_the_first_page(stated, title):
    report = read(typeset(title=stated))
    assert report.title == title
    assert report.text.replace("\n", " ").upper().count(TITLE.upper()) == 1


def test_date_of_the_file_is_not_the_day_of_publication():
    raw = typeset()
    assert b"/CreationDate" in raw
    assert read(raw).published is None


# ---- refusals ----------------------------------------------------------------------------


def refusal(raw: bytes, **options) -> Refusal:
    result = read_pdf(raw, id="a", origin="a.pdf", **options)
    assert isinstance(result, Refusal), result
    assert result.origin == "a.pdf"
    return result


def test_scan_is_refused_with_the_way_out():
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for _ in range(12):
        canvas.rect(50, 50, 400, 700, fill=1)
        canvas.showPage()
    canvas.save()
    result = refusal(out.getvalue())
    assert result.reason == "no-text"
    assert result.message == (
        "It has 12 pages and no text layer (a scan?). Run OCR on it (for example `ocrmypdf IN OUT`) and read that."
    )


def test_pages_without_text_are_named():
    report = read(drawn([(72, 700, "Twelve people were killed in Tal Sabr.")], [], [(72, 700, "Nine fled.")], []))
    assert "without text (pictures, or empty): pages 2, 4" in report.notes


def encrypted(password: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(typeset()))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_encrypted_file_is_read_where_the_empty_password_opens_it(algorithm):
    assert read(encrypted("", algorithm)).text == read(typeset()).text
    result = refusal(encrypted("secret", algorithm))
    assert result.reason == "encrypted"
    assert "without a password" in result.message


@pytest.mark.parametrize("raw", [b"%PDF-1.7\n", b"%PDF-1.4 junk " * 100, b"", b"Twelve died.", typeset()[:600]])
def test_damaged_file_is_refused(raw):
    result = refusal(raw)
    assert result.reason == "damaged"
    assert "Get it again" in result.message


def test_file_that_ends_early_says_so():
    raw = typeset()
    report = read(raw[: raw.rindex(b"%%EOF")])
    assert report.text == read(raw).text
    assert any("ends before its end mark" in note for note in report.notes)
    assert "it ends before its end mark" in refusal(raw[: len(raw) // 2]).message


def test_letters_without_a_meaning_are_no_text_layer():
    unmapped = (
        b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Glyphs /Encoding << /Differences [65 /x1 /x2] >> "
    )
    unmapped += b"/ToUnicode 6 0 R >> >> >>"
    codes = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <E041> endbfrange"
    words = b"BT /F 11 Tf 72 700 Td (ABCDEFGH IJKL MNOPQ RST) Tj ET"
    result = refusal(assembled(CATALOG, PAGES, PAGE, stream(words), unmapped, stream(codes)))
    assert result.reason == "no-text"
    assert "have no meaning" in result.message


def test_text_above_its_limit_is_refused():
    result = refusal(typeset(), limits=Limits(text=500))
    assert result.reason == "too-large"
    assert "500 characters" in result.message


def test_other_language_is_refused():
    french = "Douze personnes ont été tuées mardi dans un attentat sur le marché du village, a dit le maire."
    result = refusal(drawn([(72, 700 - 14 * n, french) for n in range(6)]))
    assert result.reason == "not-english"


# ---- hostile -----------------------------------------------------------------------------


def assembled(*objects: bytes) -> bytes:
    """A PDF of `objects`, numbered from 1; the first is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def stream(content: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), extra, content)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources 5 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONT = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >> >> /XObject << /X 6 0 R >> >>"
WORDS = b"BT /F 11 Tf 72 700 Td (Twelve people were killed in Tal Sabr.) Tj ET "
FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 5 0 R"
BOMB = zlib.compress(b" " * 120_000_000, 9)

HOSTILE = {
    "page tree in a circle": assembled(CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"),
    "a million pages stated": assembled(CATALOG, b"<< /Type /Pages /Kids [] /Count 1000000 >>"),
    "form that draws itself": assembled(
        CATALOG, PAGES, PAGE, stream(WORDS + b"/X Do"), FONT, stream(WORDS + b"/X Do " * 50, FORM)
    ),
    "bomb": assembled(CATALOG, PAGES, PAGE, stream(BOMB, b"/Filter /FlateDecode"), FONT),
    "bomb in a bomb": assembled(
        CATALOG, PAGES, PAGE, stream(zlib.compress(BOMB), b"/Filter [/FlateDecode /FlateDecode]"), FONT
    ),
    "deep arrays": assembled(CATALOG, PAGES, PAGE, stream(b"[" * 100_000), FONT),
    "deep dictionaries": assembled(CATALOG, b"<< /Kids " * 20_000),
    "no numbers": assembled(CATALOG, PAGES, PAGE, stream(b"BT /F 1e400 Tf 9e999 0 0 -9e999 nan 1 Tm (a) Tj ET"), FONT),
    "length that lies": assembled(CATALOG, PAGES, PAGE, b"<< /Length 999999999 >>\nstream\nBT\nendstream", FONT),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_file_is_refused_or_read_quickly(raw, capfd):
    started = time.process_time()
    result = read_pdf(raw, id="a", origin="a.pdf")
    assert isinstance(result, Report | Refusal)
    assert time.process_time() - started < 6
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["bomb", "bomb in a bomb"])
def test_bombs_are_too_large(name):
    result = refusal(HOSTILE[name])
    assert result.reason == "too-large"
    assert "pdftotext" in result.message


def test_page_that_draws_more_than_is_read_says_so():
    form = stream(b"BT /F 11 Tf 72 600 Td (Nine fled.) Tj ET", FORM)
    report = read(assembled(CATALOG, PAGES, PAGE, stream(WORDS + b"/X Do " * 600), FONT, form))
    assert report.text.startswith("Twelve people were killed in Tal Sabr.")
    assert "more than 500 drawings, of which text may be missing: page 1" in report.notes


SEEDS = [typeset(), typeset(columns=2), HOSTILE["form that draws itself"]]


def check(raw: bytes) -> None:
    result = read_pdf(raw, id="a", origin="a.pdf")
    assert isinstance(result, Report | Refusal)
    if isinstance(result, Report):
        result.text.encode("utf-8")
        assert result.text.strip() == result.text


@settings(max_examples=60)
@given(st.sampled_from(SEEDS), st.floats(0, 1))
def test_any_cut_is_a_report_or_refused(seed, share):
    check(seed[: int(share * len(seed))])


@settings(max_examples=120)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=6))
def test_any_flipped_bits_are_a_report_or_refused(seed, flips):
    raw = bytearray(seed)
    for share, mask in flips:
        raw[int(share * len(raw))] ^= mask
    check(bytes(raw))


# ---- tables ------------------------------------------------------------------------------


def test_rows_of_a_table_are_lines_of_their_own():
    out = io.BytesIO()
    style = getSampleStyleSheet()["BodyText"]
    table = Table([["Date", "Place", "Killed"], ["31 October", "Okonde", "5"], ["1 November", "Lower River", "12"]])
    SimpleDocTemplate(out, pagesize=A4).build(
        [Paragraph(PARAGRAPHS[0], style), table, Paragraph("The figures come from the hospital.", style)]
    )
    assert read(out.getvalue()).text.split("\n\n") == [
        PARAGRAPHS[0],
        "Date | Place | Killed",
        "31 October | Okonde | 5",
        "1 November | Lower River | 12",
        "The figures come from the hospital.",
    ]


def test_paragraphs_of_one_and_two_full_lines_are_told_apart_by_the_gaps():
    first = "Twelve people were killed on Tuesday when gunmen stormed the market"
    second = "of Tal Sabr, and the army said that it had fired on the fighters."
    alone = "The governor of Ariva said that nobody else had been in the town."
    out = io.BytesIO()
    canvas, y = Canvas(out, pagesize=A4), 760
    for paragraph in ((first, second), (alone,), (first, second), (alone,), (alone,), (first, second), (alone,)):
        for line in paragraph:
            canvas.drawString(72, y, line)
            y -= 14
        y -= 6
    canvas.save()
    whole = f"{first} {second}"
    assert read(out.getvalue()).text.split("\n\n") == [whole, alone, whole, alone, alone, whole, alone]
