"""ingest/inputs.py: files, folders, standard input, in their order; every refusal has a reason and says what to do."""

import gzip
import io
import os
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.errors import REFUSALS
from asreported.ingest import Limits, ingest_bytes, parser_process, read_inputs, split_origin
from asreported.ingest.documents import READERS
from asreported.ingest.kinds import KINDS, kind_of, kind_of_file
from asreported.records import Refusal, Report

SENTENCE = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr."
PAGE = f"<!DOCTYPE html><html><body><article><p>{SENTENCE}</p></article></body></html>"
LINE = f'{{"id": "x", "text": "{SENTENCE}"}}'


@pytest.fixture
def folder(tmp_path):
    files = {
        "b.txt": SENTENCE,
        "a.HTML": PAGE,
        "c/d.jsonl": LINE,
        "c/e.text": SENTENCE,
        "c/meta.json": "{}",
        ".hidden.txt": SENTENCE,
        ".git/f.txt": SENTENCE,
        "notes.cfg": "x",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def test_folder_is_read_in_the_order_of_names(folder):
    results = list(read_inputs([folder]))
    assert [result.id for result in results] == ["a", "b", "x", "e"]
    assert [result.origin for result in results] == [
        str(folder / "a.HTML"),
        str(folder / "b.txt"),
        str(folder / "c/d.jsonl") + ":1",
        str(folder / "c/e.text"),
    ]


def test_documents_that_are_not_read_are_named_once(folder):
    (folder / "c/report.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "two.xlsx").write_bytes(b"PK\x03\x04")
    *reports, refusal = read_inputs([folder])
    assert all(isinstance(report, Report) for report in reports)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "left-out"
    assert "1 .doc, 1 .xlsx" in refusal.message


@pytest.mark.parametrize("names", [[], ["a.doc", "b.doc", "c.png"]], ids=["empty", "others only"])
def test_folder_without_reports_is_refused(tmp_path, names):
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    (refusal,) = read_inputs([tmp_path])
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "no-reports"
    assert ("2 .doc, 1 .png" if names else "It is empty") in refusal.message


def test_folder_that_links_to_itself_ends(folder):
    (folder / "c/loop").symlink_to(folder, target_is_directory=True)
    assert len(list(read_inputs([folder]))) == 4


def test_inputs_keep_their_order_and_a_missing_one_stops_nothing(folder):
    results = list(read_inputs([folder / "b.txt", "no such.txt", "https://example.org/a", str(folder / "c/e.text")]))
    assert [getattr(result, "reason", "read") for result in results] == ["read", "not-found", "not-found", "read"]
    assert "Save the page" in results[2].message


@pytest.mark.parametrize("path", ["x" * 5000, "a\0b"], ids=["too long", "NUL"])
def test_impossible_paths_are_refused(path):
    (refusal,) = read_inputs([path])
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "not-found"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_refused(folder):
    (folder / "b.txt").chmod(0)
    (refusal,) = read_inputs([folder / "b.txt"])
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "unreadable"


def test_reading_is_lazy(folder):
    results = read_inputs([folder / "b.txt", folder / "c/e.text"])
    assert isinstance(next(results), Report)
    (folder / "c/e.text").unlink()
    assert next(results).reason == "not-found"


def test_id_given_before_is_noted(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "day.txt").write_text(SENTENCE, "utf-8")
    first, second = read_inputs([tmp_path])
    assert (first.id, second.id) == ("day", "day")
    assert first.notes == ()
    assert second.notes == (f"the id 'day' is also that of {tmp_path / 'one' / 'day.txt'}",)


@pytest.mark.parametrize("raw", [SENTENCE, PAGE, LINE, f"<p>{SENTENCE}</p>", "\ufeff" + PAGE, "\ufeff" + LINE])
@pytest.mark.parametrize("wrap", [bytes, io.BytesIO, lambda raw: io.BufferedReader(io.BytesIO(raw))])
def test_kind_of_standard_input_is_told_by_its_content(raw, wrap):
    (report,) = read_inputs(["-"], stdin=wrap(raw.encode()))
    assert isinstance(report, Report)
    assert report.text == SENTENCE
    assert report.id in ("stdin", "x")


def test_page_named_as_text_is_read_as_a_page():
    (report,) = ingest_bytes(PAGE.encode(), name="saved.txt")
    assert isinstance(report, Report)
    assert report.text == SENTENCE


def test_kind_given_wins():
    (report,) = ingest_bytes(PAGE.encode(), name="saved.html", kind="text")
    assert isinstance(report, Report)
    assert report.text == PAGE
    with pytest.raises(ValueError, match="kind 'xlsx'"):
        next(ingest_bytes(b"", name="a", kind="xlsx"))


@pytest.mark.parametrize(
    ("raw", "reason", "says"),
    [
        (b"", "empty", "no text"),
        (b" \r\n\t", "empty", "no text"),
        (b"\xef\xbb\xbf", "empty", "no text"),
        (b"%PDF-1.7\nabc", "damaged", "PDF"),
        (b"PK\x03\x04abc", "damaged", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "binary", "plain text"),
        (b"{\\rtf1 Twelve died.}", "binary", "Rich Text"),
        (b"\x1f\x8b\x08abc", "binary", "gunzip"),
        (b"Twelve died.\0\0 More.", "binary", "not text"),
        (b"\x01\x02\x03\x04 abc", "binary", "not text"),
        (b"Twelve died. " * 100, "too-large", "1,000 bytes"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html", "a"])
def test_what_is_no_report_is_refused_with_reason_and_remedy(raw, reason, says, name):
    (refusal,) = ingest_bytes(raw, name=name, limits=Limits(file=1000, page=1000))
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.origin) == (reason, name)
    assert says in refusal.message


def test_pdf_named_as_jsonl_is_refused_once():
    (refusal,) = ingest_bytes(b"%PDF-1.7\n\n" + b"abc\n" * 100, name="a.jsonl")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "damaged"


RSS = f'<?xml version="1.0"?><rss version="2.0"><channel><item><guid>g1</guid><description>{SENTENCE}</description>'
RSS += "</item></channel></rss>"
MAIL = f"Received: by here\r\nFrom: Ada <ada@example.org>\r\nSubject: Raid\r\n\r\n{SENTENCE}\r\n"
MBOX = f"From ada@example.org Tue May  2 10:00:00 2017\nFrom: Ada <ada@example.org>\nSubject: Raid\n\n{SENTENCE}\n"
CSL = f'[{{"id": "k1", "type": "article-newspaper", "title": "Raid", "abstract": "{SENTENCE}"}}]'
RIS = f"TY  - NEWS\nTI  - Raid\nAB  - {SENTENCE}\nER  - \n"


@pytest.mark.parametrize(
    ("raw", "suffix", "kind"),
    [
        (b"%PDF-1.7", ".txt", "pdf"),
        (b"PK\x03\x04...", ".docx", "docx"),
        (b"PK\x03\x04...", ".wacz", "wacz"),
        (b"PK\x03\x04...", ".txt", "zip"),
        (b"\xd0\xcf\x11\xe0", ".docx", "docx"),
        (b"WARC/1.0\r\n", "", "warc"),
        (gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo"), ".gz", "warc"),
        (gzip.compress(SENTENCE.encode()), ".gz", "text"),
        (RSS.encode(), ".xml", "feed"),
        (RSS.encode("utf-16"), ".xml", "feed"),
        (b"<!-- made by us --><!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", "", "feed"),
        (b'<rdf:RDF xmlns="http://purl.org/rss/1.0/">', ".rdf", "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", ".atom", "feed"),
        (b"<?xml version='1.0'?><kml>", ".xml", "other"),
        (b"<?xml version='1.0'?><kml>", "", "other"),
        (b"<?xml version='1.0'?><html>", ".xml", "html"),
        (b"<?xml version='1.0'?><rssfeeds>", ".xml", "other"),
        (PAGE.encode(), ".pdf", "html"),
        (PAGE.encode(), ".txt", "html"),
        (CSL.encode(), ".json", "csl"),
        (CSL.encode(), "", "csl"),
        (b'[{"type": "x", "text": "y"}]', ".json", "jsonl"),
        (LINE.encode(), ".json", "jsonl"),
        (RIS.encode(), "", "ris"),
        (MBOX.encode(), "", "mbox"),
        (b"From the hills they came in 2017\nand went.", "", "text"),
        (MAIL.encode(), "", "mail"),
        (f"Publisher: Us\nDate: 2017\n\n{SENTENCE}".encode(), "", "text"),
        (b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n", "", "other"),
        (b"From: x\r\nMIME-Version: 1.0\r\n", ".mhtml", "other"),
        (b"a,b\n1,2\n", ".csv", "csv"),
        (b"a\tb\n1\t2\n", ".tsv", "tsv"),
        (b"a,b\n1,2\n", "", "text"),
        (MAIL.encode(), ".txt", "mail"),
        (MBOX.encode(), ".txt", "mbox"),
        (RIS.encode(), ".txt", "ris"),
        (RSS.encode(), ".txt", "feed"),
        (LINE.encode(), ".txt", "text"),
        (b"From: the ministry\nDate: 2017-05-02\n\nTwelve died.", ".txt", "text"),
    ],
)
def test_kind_is_told_by_content_then_by_name(raw, suffix, kind):
    assert kind_of_file(raw, suffix) == kind


@pytest.mark.parametrize("head", [b"<" * 4096, b"<!--" * 1024, b"<!doctype [" * 372, b"a:\n " * 1024, b'[{"' * 1365])
def test_no_beginning_of_a_file_is_slow_to_tell(head):
    start = time.perf_counter()
    for suffix in ("", ".xml", ".json"):
        kind_of_file(head, suffix)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("stated", "raw", "kind"),
    [
        ("text/html; charset=x", b"<p>a", "html"),
        ("TEXT/PLAIN", b"a", "text"),
        ("text/plain", PAGE.encode(), "html"),
        ("image/png", b"%PDF-1.4", "pdf"),
        ("application/zip", b"PK\x03\x04 word/document.xml", "docx"),
        ("application/zip", b"PK\x03\x04 xl/workbook.xml", None),
        ("text/xml", RSS.encode(), "feed"),
        (None, MAIL.encode(), "mail"),
        ("application/octet-stream", b"\x01\x02", None),
        ("image/png", b"\x89PNG", None),
        ("message/rfc822", MAIL.encode(), "mail"),
    ],
)
def test_kind_of_a_part_is_told_by_its_content_type_and_its_content(stated, raw, kind):
    assert kind_of(stated, raw) == kind


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.xml", b"<?xml version='1.0'?><kml><name>Tal Sabr</name></kml>"), ("a", b"<?xml version='1'?><a/>")],
)
def test_xml_that_is_no_feed_is_refused(name, raw):
    (refusal,) = ingest_bytes(raw, name=name)
    assert (refusal.reason, refusal.origin) == ("left-out", name)


def test_in_a_folder_only_feeds_and_references_are_read_of_xml_and_json(tmp_path):
    (tmp_path / "a.txt").write_text(SENTENCE)
    (tmp_path / "b.xml").write_text("<?xml version='1.0'?><settings/>")
    (tmp_path / "c.json").write_text('{"a": 1}')
    (tmp_path / "d.xml").write_text(RSS)
    report, entry, refusal = read_inputs([tmp_path])
    assert isinstance(report, Report)
    assert isinstance(entry, Report)
    assert entry.origin == f"{tmp_path / 'd.xml'}:1"
    assert refusal.reason == "left-out"
    assert "1 .xml" in refusal.message


def test_file_that_a_list_of_references_names_is_read_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "raid.html").write_text(PAGE)
    (tmp_path / "a" / "other.html").write_text(PAGE)
    (tmp_path / "list.ris").write_text("TY  - NEWS\nTI  - Raid\nDA  - 2017/05/02/\nL1  - a/raid.html\nER  - \n")
    results = list(read_inputs([tmp_path]))
    assert [result.origin for result in results] == [str(tmp_path / "a/raid.html"), str(tmp_path / "a/other.html")]
    assert [result.published for result in results] == ["2017-05-02", None]
    uploaded = list(ingest_bytes((tmp_path / "list.ris").read_bytes(), name=str(tmp_path / "list.ris")))
    assert all(isinstance(result, Refusal) or SENTENCE not in result.text for result in uploaded)  # no folder, no files


def test_libraries_may_be_loaded_in_the_midst_of_a_document():
    """Page and language of an attachment are found out by libraries that a mailbox does not need."""
    parser_process.close_processes()
    french = "<p>Douze personnes ont été tuées mardi dans un attentat sur le marché, a dit le maire du village.</p>" * 3
    head = "From ada@example.org Tue May  2 10:00:00 2017\nSubject: Raid\nContent-Type: text/html; charset=utf-8\n\n"
    (refusal,) = ingest_bytes(f"{head}<html><body><article>{french}</article></body></html>\n".encode(), name="a.mbox")
    assert refusal.reason == "not-english"


def test_every_kind_that_is_named_has_a_reader():
    assert {*KINDS.values()} - {"text", "jsonl"} <= set(READERS)


def test_columns_are_passed_on_and_make_a_table_of_standard_input():
    raw = f"Story,When\n{SENTENCE},2017-05-02\n".encode()
    columns = {"text": "Story", "published": "When"}
    for results in (
        ingest_bytes(raw, name="a.csv", columns=columns),
        read_inputs(["-"], stdin=raw, columns=columns),
    ):
        (report,) = results
        assert isinstance(report, Report)
        assert (report.text, report.published) == (SENTENCE, "2017-05-02")
    (report,) = ingest_bytes(SENTENCE.encode(), name="a.txt", columns=columns)
    assert report.text == SENTENCE


def test_origin_is_split_into_file_and_part(tmp_path):
    path = tmp_path / "odd:7"
    path.write_text(SENTENCE)
    (report,) = read_inputs([path])
    assert split_origin(report.origin) == (str(path), "")
    assert split_origin(f"{path}:3.1") == (str(path), "3.1")
    assert split_origin("x" * 5000 + ":1")[1] == "1"
    assert split_origin("a\0:1") == ("a\0", "1")
    assert split_origin("C:\\day.jsonl:12") == ("C:\\day.jsonl", "12")
    assert split_origin("12:") == ("12:", "")


def test_files_are_read_one_ahead_at_most(tmp_path):
    for name in "abcd":
        (tmp_path / f"{name}.html").write_text(PAGE)
    results = read_inputs([tmp_path / f"{name}.html" for name in "abcd"])
    assert next(results).id == "a"
    (tmp_path / "d.html").unlink()
    assert [getattr(result, "reason", "read") for result in results] == ["read", "read", "not-found"]


@settings(deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(["a.txt", "a.html", "a.jsonl", "a", "", "-", ".txt", "a/b.c.ndjson"]),
    st.sampled_from([None, "text", "html", "jsonl"]),
)
def test_any_bytes_are_reports_or_refused(raw, name, kind):
    results = list(ingest_bytes(raw, name=name, kind=kind))
    assert results
    for result in results:
        if isinstance(result, Report):
            assert result.text.encode("utf-8").strip()
            assert result.id
        else:
            assert result.reason in REFUSALS
            assert result.message.endswith(".")
    assert results == list(ingest_bytes(raw, name=name, kind=kind))


def test_english_text_loads_neither_extractor_nor_classifier():
    """A cold report must be quick: trafilatura, py3langid and charset_normalizer take a second to load together."""
    text = (
        "The governor said that twelve people were killed by gunmen with rifles from the hills, and that they fled. "
        * 3
    )
    code = (
        "import sys; from asreported.ingest import ingest_bytes; "
        f"list(ingest_bytes({text!r}.encode(), name='a.txt')); "
        "print(sorted({'trafilatura', 'py3langid', 'charset_normalizer', 'ftfy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_in_a_folder_mailboxes_without_extension_are_read_and_other_such_files_are_not(tmp_path):
    (tmp_path / "Inbox").write_text(MBOX)
    (tmp_path / "README").write_text(SENTENCE)
    (tmp_path / "archive").write_bytes(b"PK\x03\x04")
    assert [result.origin for result in read_inputs([tmp_path])] == [f"{tmp_path / 'Inbox'}:1"]


def test_kinds_that_are_not_read_are_told_apart_from_feeds(tmp_path):
    for name in ("a.txt", "map.xml", "1.emlx"):
        (tmp_path / name).write_text(f"<kml>{SENTENCE}</kml>")
    *_, refusal = read_inputs([tmp_path])
    assert refusal.reason == "left-out"
    assert "1 .emlx, 1 .xml that is no feed;" in refusal.message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_pipes_and_devices_are_refused_and_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "a.txt").write_text(SENTENCE)
    for path in (tmp_path / "pipe.txt", os.devnull):
        (refusal,) = read_inputs([path])
        assert (refusal.reason, refusal.origin) == ("unreadable", str(path))
        assert "standard input" in refusal.message
    assert [result.id for result in read_inputs([tmp_path])] == ["a"]


SLOW = """
import time
from asreported.ingest.ahead import Task, read_ahead
results = read_ahead([Task(lambda: [1], True), Task(lambda: time.sleep(60) or [2], True), Task(lambda: [3], True)])
print(next(results))
"""


def test_end_of_the_program_waits_for_no_document():
    start = time.monotonic()
    done = subprocess.run([sys.executable, "-c", SLOW], capture_output=True, timeout=50, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"1\n", b"")
    assert time.monotonic() - start < 20


PARSING = """
import os, threading, time
from asreported.ingest import parser_process
process = parser_process.take_process()
threading.Thread(target=lambda: process.answer(60), daemon=True).start()
print(process.pid)
"""


@pytest.mark.skipif(os.name == "nt", reason="processes are asked after another way")
def test_end_of_the_program_ends_the_process_that_parses():
    done = subprocess.run([sys.executable, "-c", PARSING], capture_output=True, text=True, timeout=50, check=False)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
