"""ingest/inputs.py: files, folders, standard input, in their order; every refusal has a reason and says what to do."""

import io
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.errors import REFUSALS
from asreported.ingest import Limits, ingest_bytes, read_inputs
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
    (folder / "c/report.pdf").write_bytes(b"%PDF-1.7")
    (folder / "two.docx").write_bytes(b"PK\x03\x04")
    *reports, refusal = read_inputs([folder])
    assert all(isinstance(report, Report) for report in reports)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "left-out"
    assert "1 .docx, 1 .pdf" in refusal.message


@pytest.mark.parametrize("names", [[], ["a.pdf", "b.pdf", "c.png"]], ids=["empty", "others only"])
def test_folder_without_reports_is_refused(tmp_path, names):
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    (refusal,) = read_inputs([tmp_path])
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "no-reports"
    assert ("2 .pdf, 1 .png" if names else "It is empty") in refusal.message


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
    with pytest.raises(ValueError, match="kind 'pdf'"):
        next(ingest_bytes(b"", name="a", kind="pdf"))


@pytest.mark.parametrize(
    ("raw", "reason", "says"),
    [
        (b"", "empty", "no text"),
        (b" \r\n\t", "empty", "no text"),
        (b"\xef\xbb\xbf", "empty", "no text"),
        (b"%PDF-1.7\nabc", "binary", "pdftotext"),
        (b"PK\x03\x04abc", "binary", "office document"),
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
    assert refusal.reason == "binary"


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
