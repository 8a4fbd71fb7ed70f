"""ingest/references.py: attached files under what the list says of them; nothing outside its folder is opened."""

import json
import os
import random
import sys
from pathlib import Path

import pytest

from asreported.errors import REFUSALS
from asreported.ingest.attachments import Attachment, read_attachment
from asreported.ingest.limits import Limits
from asreported.ingest.reference_lists import parse_ris
from asreported.ingest.references import read_csl, read_ris
from asreported.records import Refusal, Report

FIRST = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor said."
SECOND = "“We hold nine of them,” he told reporters in Ariva, and added that two shops had burned down."
SECRET = "The secret of the house is that nobody was killed in Tal Sabr on Tuesday."
URL = "https://sample.example/raid"
PAGE = f"""<html><head><title>The raid</title><meta property="og:site_name" content="Site">
<meta property="article:published_time" content="2017-04-29"></head>
<body><article><p>{FIRST}</p><p>{SECOND}</p></article></body></html>"""


def ris(*fields: str, end: str = "ER  - \r\n\r\n") -> str:
    return "\r\n".join(["TY  - NEWS", *fields, end])


def read(text: str | bytes, folder: Path | None = None, **options) -> list[Report | Refusal]:
    raw = text.encode() if isinstance(text, str) else text
    return list(read_ris(raw, name="list", origin="in/list.ris", folder=folder, **options))


def one(text: str | bytes, folder: Path | None = None) -> Report:
    (report,) = read(text, folder)
    assert isinstance(report, Report), report
    return report


def csl(*items: object) -> list[Report | Refusal]:
    return list(read_csl(json.dumps(items).encode(), name="list", origin="in/list.json"))


@pytest.fixture
def zotero(tmp_path: Path) -> Path:
    """A folder as Zotero exports it, beside a file that is nobody's business."""
    (tmp_path / "secret.txt").write_text(SECRET)
    folder = tmp_path / "list"
    (folder / "files/12").mkdir(parents=True)
    (folder / "files/12/raid.html").write_text(PAGE)
    (folder / "files/12/two words.txt").write_text(f"{FIRST}\n\n{SECOND}")
    (folder / "files/12/picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "files/12/broken.html").write_text("<html><body></body></html>")
    return folder


# ---- RIS ---------------------------------------------------------------------------------


def test_an_attached_page_is_read_under_what_the_reference_says(zotero):
    fields = ["ID  - smith2017", "TI  - Raid on market", "T2  - The Sample", "DA  - 2017/04/28/", f"UR  - {URL}"]
    report = one(ris(*fields, "AB  - In short.", "L1  - files/12/raid.html"), zotero)
    assert report.text == f"Raid on market\n\n{FIRST}\n\n{SECOND}"
    assert (report.id, report.publisher, report.published, report.url) == ("smith2017", "The Sample", "2017-04-28", URL)
    assert report.origin == str(zotero / "files/12/raid.html")
    assert report.extractor is not None and report.extractor.startswith("trafilatura")
    assert report.notes == ("published 2017-04-28 by the reference, 2017-04-29 by the file",)


def test_what_the_reference_leaves_open_is_taken_from_the_file(zotero):
    report = one(ris("L2  - files/12/raid.html"), zotero)
    assert (report.id, report.title) == ("list:1", "The raid")
    assert (report.publisher, report.published, report.notes) == ("Site", "2017-04-29", ())


def test_a_headline_in_the_file_is_not_kept_twice(zotero):
    (zotero / "a.txt").write_text(f"RAID ON MARKET!\n\n{FIRST}")
    assert one(ris("TI  - Raid on market", "L1  - a.txt"), zotero).text == f"Raid on market\n\n{FIRST}"


@pytest.mark.parametrize("name", ["files/12/two%20words.txt", "files\\12\\two words.txt", "./files//12/two words.txt"])
def test_names_of_files_as_programs_write_them(zotero, name):
    assert one(ris(f"L1  - {name}"), zotero).text == f"{FIRST}\n\n{SECOND}"


def test_the_first_file_that_can_be_read_is_taken_pages_before_others(zotero):
    files = [
        "L1  - files/12/two words.txt",
        "L1  - gone.html",
        "L1  - files/12/broken.html",
        "L4  - files/12/raid.html",
    ]
    assert one(ris(*files), zotero).origin == str(zotero / "files/12/two words.txt")
    assert one(ris(*files[:1], "L1  - files/12/raid.html"), zotero).origin == str(zotero / "files/12/raid.html")


def test_without_a_file_the_abstract_is_read_and_said_to_be_one(zotero):
    report = one(ris("TI  - Raid", f"N2  - {FIRST}", f"UR  - {URL}", "L1  - gone.pdf"), zotero)
    assert report.text == f"Raid\n\n{FIRST}"
    assert report.origin == "in/list.ris:1"
    assert report.notes[0] == f"only the abstract; the text is at {URL}"
    assert (
        report.notes[1] == "the attached file 'gone.pdf' was not read: there is no such file in the folder of the list"
    )


def test_notes_are_nobodys_report(zotero):
    (refusal,) = read(ris("TI  - Raid", f"N1  - {FIRST}", "L1  - files/12/picture.png", f"UR  - {URL}"), zotero)
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.origin) == ("no-text", "in/list.ris:1")
    assert all(part in refusal.message for part in ("'Raid'", "picture.png", "notes", URL, "Export Files"))


def test_files_are_left_alone_where_no_folder_is_given(zotero, monkeypatch):
    monkeypatch.chdir(zotero)
    (refusal,) = read(ris("L1  - files/12/raid.html"))
    assert isinstance(refusal, Refusal) and refusal.reason == "no-text"


@pytest.mark.parametrize(
    ("fields", "published"),
    [
        (["DA  - 2017/04/28/"], "2017-04-28"),
        (["DA  - 2017/04/28/Friday", "PY  - 2016"], "2017-04-28"),
        (["DA  - 2017/4/"], "2017-04"),
        (["DA  - 2017///"], "2017"),
        (["PY  - 2017/00/00/"], "2017"),
        (["Y1  - 2017/04/28"], "2017-04-28"),
        (["DA  - Apr 28", "PY  - 2017"], "2017-04-28"),
        (["DA  - spring", "PY  - 2017"], "2017"),
        (["DA  - 28 April 2017"], "2017-04-28"),
        (["DA  - 04/05/2017"], None),
        (["DA  - 2017/13/01/"], None),
        (["DA  - n.d."], None),
        (["Y2  - 2017/04/28/"], None),
    ],
)
def test_dates_of_ris(fields, published):
    report = one(ris(f"AB  - {FIRST}", *fields))
    assert report.published == published
    assert any("not understood" in note for note in report.notes) == (published is None and "Y2" not in fields[0])


@pytest.mark.parametrize(
    ("fields", "publisher"),
    [
        (["TY  - NEWS", "T2  - The Sample", "PB  - Sample Group"], "The Sample"),
        (["TY  - JOUR", "JO  - J. Sample", "JF  - Journal of Samples"], "Journal of Samples"),
        (["TY  - RPRT", "T2  - A series", "PB  - Sample Watch"], "Sample Watch"),
        (["TY  - RPRT", "T2  - A series"], None),
        (["TY  - ELEC", "PB  - Sample Watch"], "Sample Watch"),
    ],
)
def test_publishers_of_ris(fields, publisher):
    assert one("\n".join([*fields, f"AB  - {FIRST}", "ER  - "])).publisher == publisher


def test_paragraphs_of_an_abstract_are_kept_and_its_lines_joined():
    wrapped = f"{FIRST[:60]}\n{FIRST[60:]}"
    assert one(ris(f"AB  - {wrapped}\n\nAK - 47 rifles were used.")).text.endswith("\n\nAK - 47 rifles were used.")
    assert one(ris(f"AB  - <jats:p>{FIRST}</jats:p><jats:p>{SECOND}</jats:p>")).text == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_charsets_and_line_ends(charset, ends):
    text = f"TY  - NEWS\nTI  - Zoë’s raid\nXX  - unknown\nAB  - {FIRST}\nER  - \n".replace("\n", ends)
    assert one(text.encode(charset)).text == f"Zoë’s raid\n\n{FIRST}"


def test_references_without_their_last_line_are_read():
    first, second, third = read(
        ris("TI  - A", f"AB  - {FIRST}", end="")
        + ris("TI  - B", f"AB  - {FIRST}")
        + ris("TI  - C", f"AB  - {FIRST}", end="")
    )
    assert [r.title for r in (first, second, third) if isinstance(r, Report)] == ["A", "B", "C"]
    assert isinstance(third, Report) and isinstance(second, Report)
    assert third.notes[-1] == "the reference ends without an ER line, and may be cut"
    assert second.notes == ("only the abstract",)


@pytest.mark.parametrize("raw", [b"", b"Twelve died.", b"@article{a, title={b}}", b"ER  - \n"])
def test_what_is_no_ris(raw):
    (refusal,) = read(raw)
    assert isinstance(refusal, Refusal) and refusal.reason == "damaged"


def test_limits(zotero):
    (refusal,) = read(ris(f"AB  - {FIRST}"), limits=Limits(file=50))
    assert isinstance(refusal, Refusal) and refusal.reason == "too-large"
    (zotero / "long.txt").write_text(FIRST * 20)
    (refusal,) = read(ris("L1  - long.txt"), zotero, limits=Limits(file=1000))
    assert isinstance(refusal, Refusal) and "too large" in refusal.message


# ---- CSL-JSON ----------------------------------------------------------------------------


def test_csl():
    first, second = csl(
        {
            "id": "http://zotero.example/items/1",
            "citation-key": "smith2017",
            "type": "article-newspaper",
            "title": "Raid on <i>market</i> &amp; shops",
            "container-title": "The Sample",
            "publisher": "Sample Group",
            "issued": {"date-parts": [["2017", 4, 28]]},
            "URL": URL,
            "abstract": FIRST,
        },
        {"id": 7, "title": "Report", "publisher": "Sample Watch", "note": FIRST},
    )
    assert isinstance(first, Report) and isinstance(second, Refusal)
    assert first.text == f"Raid on market & shops\n\n{FIRST}"
    assert (first.id, first.publisher, first.published, first.url) == ("smith2017", "The Sample", "2017-04-28", URL)
    assert (first.origin, first.notes) == ("in/list.json:1", (f"only the abstract; the text is at {URL}",))
    assert (second.reason, second.origin) == ("no-text", "in/list.json:2")


@pytest.mark.parametrize(
    ("issued", "published", "noted"),
    [
        ({"date-parts": [[2017, 4]]}, "2017-04", False),
        ({"date-parts": [[2017]], "season": 2}, "2017", False),
        ({"date-parts": [[2017, 4, 28], [2017, 4, 28]]}, "2017-04-28", False),
        ({"date-parts": [[2017, 4, 1], [2017, 4, 30]]}, None, True),
        ({"date-parts": [[2017]], "circa": True}, None, True),
        ({"date-parts": [[2017, 13]]}, None, True),
        ({"date-parts": [[]]}, None, False),
        ({"date-parts": [[{}, []]]}, None, True),
        ({"raw": "28 April 2017"}, "2017-04-28", False),
        ({"literal": "spring 2017"}, None, True),
        ("2017-04-28", "2017-04-28", False),
        ({}, None, False),
        (7, None, False),
    ],
)
def test_dates_of_csl(issued, published, noted):
    (report,) = csl({"abstract": FIRST, "issued": issued})
    assert isinstance(report, Report)
    assert report.published == published
    assert len(report.notes) == 1 + noted


def test_csl_of_wrong_types():
    results = csl(
        {"title": {"a": 1}, "abstract": FIRST, "id": [], "URL": 3}, "text", 7, [[]], {"abstract": FIRST + "\ud800"}
    )
    assert [r.reason if isinstance(r, Refusal) else r.text for r in results] == [
        FIRST, "damaged", "damaged", "damaged", FIRST + "\ufffd"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("", "truncated"),
        (',{"abstract": "Twelve', "truncated"),
        (",{bad}]", "damaged"),
        ("," + "[" * 100_000, "damaged"),
    ],
)
def test_cut_and_broken_json_gives_what_came_before(tail, reason):
    raw = f'[{{"abstract": "{FIRST}"}}{tail}'.encode()
    first, refusal = read_csl(raw, name="list", origin="in/list.json")
    assert isinstance(first, Report) and isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.origin) == (reason, "in/list.json:2")
    assert [r.reason for r in read_csl(b"[]", name="list", origin="x") if isinstance(r, Refusal)] == ["empty"]


# ---- paths -------------------------------------------------------------------------------

OUTSIDE = """
../secret.txt
../../secret.txt
files/../../secret.txt
files/12/../../../secret.txt
./../secret.txt
.././secret.txt
..\\secret.txt
files\\..\\..\\secret.txt
files/..\\../secret.txt
..//secret.txt
...//../secret.txt
.. /secret.txt
 ../secret.txt
%2e%2e/secret.txt
%2E%2E%2Fsecret.txt
..%2fsecret.txt
%2e%2e%5csecret.txt
files/%2e%2e/%2e%2e/secret.txt
%252e%252e/secret.txt
{root}/secret.txt
/{root}/secret.txt
//{root}/secret.txt
%2F{root}/secret.txt
\\{root}\\secret.txt
file://{root}/secret.txt
file:///{root}/secret.txt
file:{root}/secret.txt
FILE://localhost{root}/secret.txt
file:../secret.txt
file%3A//{root}/secret.txt
http://127.0.0.1:9/secret.txt
https://127.0.0.1:9/secret.txt
ftp://127.0.0.1/secret.txt
internal-pdf://../secret.txt
jar:file:{root}/secret.txt!/a
data:text/plain,secret
attachments:../secret.txt
C:\\secret.txt
C:/secret.txt
c:secret.txt
\\\\server\\share\\secret.txt
//server/share/secret.txt
\\\\?\\C:\\secret.txt
~/secret.txt
$HOME/secret.txt
/dev/stdin
/dev/zero
/proc/self/environ
/etc/passwd
NUL
nul.txt
files/CON
COM1.txt
files/lpt1.pdf
link.txt
link folder/secret.txt
linked/link.txt
circle
circle/secret.txt
dangling.txt
pipe.txt
files
files/12
.
..
/
files/12/raid.html/../../../../secret.txt
secret.txt
"""

opened: list[str] | None = None


def _note_opened(event: str, arguments: tuple) -> None:
    if opened is not None and event == "open":
        opened.append(os.fsdecode(arguments[0]) if isinstance(arguments[0], str | bytes) else str(arguments[0]))


sys.addaudithook(_note_opened)


@pytest.fixture
def watched(zotero: Path):
    """The folder, with ways out of it, and a list of all that is opened."""
    global opened
    root = zotero.parent
    (zotero / "link.txt").symlink_to(root / "secret.txt")
    (zotero / "link folder").symlink_to(root)
    (zotero / "linked").mkdir()
    (zotero / "linked/link.txt").symlink_to("../../secret.txt")
    (zotero / "circle").symlink_to("circle")
    (zotero / "dangling.txt").symlink_to(root / "gone.txt")
    os.mkfifo(zotero / "pipe.txt")
    opened = []
    yield zotero
    opened = None


def hostile_names(root: Path) -> list[str]:
    names = [line.replace("{root}", str(root)) for line in OUTSIDE.strip("\n").split("\n")]
    return [*names, "secret.txt\0.html", "\0../secret.txt", "../secret.txt\n", "a" * 5000, "a/" * 2000, "a" * 300, ""]


@pytest.mark.parametrize(
    "name",
    [
        "/a.txt",
        "\\a.txt",
        "C:\\a.txt",
        "c:a.txt",
        "file:a.txt",
        "../a.txt",
        "a/../b.txt",
        "a/.. /b",
        "NUL",
        "a/con.txt",
    ],
)
def test_names_that_would_lead_out_of_the_folder_on_some_system_are_refused_on_all(name, tmp_path):
    assert read_attachment(name, tmp_path, most=10) == "it does not lie in the folder of the list"


def test_there_are_names_enough():
    assert len(hostile_names(Path("/x"))) >= 70


@pytest.mark.skipif(os.name == "nt", reason="makes pipes and links")
def test_nothing_outside_the_folder_is_opened(watched):
    for name in hostile_names(watched.parent):
        assert isinstance(read_attachment(name, watched, most=1000), str), name
        for tag in ("L1", "L2", "LK"):
            results = read(ris("TI  - Raid", f"{tag}  - {name}"), watched)
            assert all(isinstance(result, Refusal) for result in results), name
    assert opened is not None
    assert [path for path in opened if "secret" in path or path.startswith(("/dev", "/etc", "/proc"))] == []
    # The watch itself works.
    assert isinstance(read_attachment("files/12/raid.html", watched, most=10), Attachment)
    assert opened[-1].endswith("files/12/raid.html")


@pytest.mark.skipif(os.name == "nt", reason="makes links")
def test_links_that_stay_in_the_folder_are_followed_and_so_is_a_folder_that_is_one(zotero):
    (zotero / "inner.txt").symlink_to("files/12/two words.txt")
    (zotero.parent / "export").symlink_to(zotero)
    assert one(ris("L1  - inner.txt"), zotero.parent / "export").text == f"{FIRST}\n\n{SECOND}"


def test_a_reference_with_a_thousand_files_is_not_a_thousand_tries(zotero, monkeypatch):
    tried = []
    monkeypatch.setattr(
        "asreported.ingest.references.read_attachment", lambda name, folder, *, most: tried.append(name) or "no"
    )
    read(ris(*(f"L1  - {number}.pdf" for number in range(1000))), zotero)
    assert len(tried) <= 10


# ---- any input ---------------------------------------------------------------------------


def test_cut_and_flipped_lists_give_reports_or_named_refusals(zotero):
    fields = ["TI  - Raid", "DA  - 2017/04/28/", f"AB  - {FIRST}\n{SECOND}", "L1  - files/12/raid.html", f"UR  - {URL}"]
    text = ris(*fields) + ris("ID  - b", f"N2  - {FIRST}")
    listed = json.dumps([{"id": 1, "abstract": FIRST, "issued": {"date-parts": [[2017, 4, 28]]}, "title": "é"}] * 2)
    seeds = [(read_ris, text.encode()), (read_ris, text.encode("utf-16")), (read_csl, listed.encode())]
    chance = random.Random(7)
    for _ in range(300):
        reader, seed = chance.choice(seeds)
        raw = bytearray(seed)
        if chance.random() < 0.4:
            del raw[chance.randrange(len(raw)) :]
        for _ in range(chance.choice([0, 1, 3, 20])):
            if raw:
                raw[chance.randrange(len(raw))] ^= 1 << chance.randrange(8)
        for result in reader(bytes(raw), name="list", origin="list", folder=zotero):
            assert isinstance(result, Report) or result.reason in REFUSALS


def test_long_lists_are_quick():
    assert sum(1 for _ in parse_ris("TY  - NEWS\nAB  - They fled.\n" * 20_000, name="list")) == 20_000
    assert sum(1 for _ in parse_ris("TY  - NEWS\nAB  - \n" + "They fled\n" * 100_000, name="list")) == 1
