"""ingest/jsonl.py: one report a line, its text unchanged; a broken line is refused and the rest goes on."""

import io
import json
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest import Limits, ingest_bytes, read_inputs
from asreported.records import Refusal, Report, make_report

SENTENCE = "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr."


def read(*lines: object, raw: bytes | None = None, **options) -> list[Report | Refusal]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(ingest_bytes(text.encode() if raw is None else raw, name="folder/day.jsonl", **options))


def test_fields_are_those_of_the_contract():
    (report,) = read(
        {
            "id": "a1",
            "published": "2017-04",
            "publisher": "The Sample",
            "title": " Raid ",
            "text": SENTENCE + "\n",
            "x": 1,
        }
    )
    assert isinstance(report, Report)
    assert (report.id, report.published, report.publisher, report.title) == ("a1", "2017-04", "The Sample", "Raid")
    assert report.text == "Raid\n\n" + SENTENCE
    assert (report.origin, report.extractor, report.language) == ("folder/day.jsonl:1", "jsonl", "en")


@pytest.mark.parametrize("empty", ["", None])
def test_empty_fields_are_unknown(empty):
    (report,) = read({"id": empty, "published": empty, "publisher": empty, "title": empty, "text": SENTENCE})
    assert isinstance(report, Report)
    assert (report.id, report.published, report.publisher, report.title) == ("day:1", None, None, "")
    assert report.notes == ()


def test_text_is_not_mended():
    text = "It â€œfellâ€\x9d at dawn,\r\nsaid ZoÃ«.\u0000 " + SENTENCE
    (report,) = read({"text": text})
    assert isinstance(report, Report)
    assert report.text == text


def test_number_as_id_is_kept_and_other_types_are_left_out():
    (report,) = read({"id": 7, "publisher": ["The Sample"], "text": SENTENCE})
    assert isinstance(report, Report)
    assert report.id == "7"
    assert report.publisher is None
    assert report.notes == ("'publisher' is not a string and was left out",)


def test_lone_surrogate_is_replaced_in_place():
    (report,) = read(raw=b'{"text": "' + SENTENCE.encode() + b'\\ud83d \\ud83d\\ude00"}')
    assert isinstance(report, Report)
    assert report.text == SENTENCE + "\ufffd \U0001f600"
    assert report.notes == ("1 lone surrogate replaced",)


BROKEN = [
    "{",
    "[]",
    "12",
    '"text"',
    "{}",
    '{"text": null}',
    '{"text": 12}',
    '{"text": "a"',
    "\x00",
    '{"a":' * 100_000,
    '{"a":' + "9" * 9999,
]


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_broken_line_is_refused_by_number_and_the_rest_goes_on(line):
    first, refusal, last = read({"text": SENTENCE}, line, {"text": SENTENCE})
    assert isinstance(first, Report)
    assert isinstance(last, Report)
    assert isinstance(refusal, Refusal)
    assert (refusal.origin, refusal.reason) == ("folder/day.jsonl:2", "bad-json")
    assert "expected one object a line" in refusal.message
    assert last.id == "day:3"


def test_line_that_is_not_utf8_is_refused():
    refusal, report = read(raw=b'{"text": "caf\xe9"}\n{"text": "Twelve died."}')
    assert isinstance(refusal, Refusal)
    assert "UTF-8" in refusal.message
    assert isinstance(report, Report)


def test_empty_lines_are_passed_over_and_counted():
    refusal, report = read("", "x", "   ", {"text": SENTENCE})
    assert (refusal.origin, report.origin) == ("folder/day.jsonl:2", "folder/day.jsonl:4")


def test_json_over_several_lines_is_refused_once():
    (refusal,) = read(raw=json.dumps({"text": SENTENCE, "id": "a"}, indent=1).encode())
    assert isinstance(refusal, Refusal)
    assert "one line" in refusal.message


def test_file_without_a_line_is_refused():
    (refusal,) = read(raw=b"\n\n")
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "empty"


def test_byte_order_mark_is_no_part_of_the_first_line():
    (report,) = read(raw=b"\xef\xbb\xbf" + json.dumps({"text": SENTENCE}).encode())
    assert isinstance(report, Report)


def test_line_above_the_limit_is_refused_and_the_next_is_read():
    refusal, report = read({"text": "a" * 500}, {"text": SENTENCE}, limits=Limits(file=400))
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "too-large"
    assert isinstance(report, Report)


class Endless(io.RawIOBase):
    """A line of 50 MB that is made up while it is read."""

    left = 50_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        size = min(len(buffer), self.left)
        buffer[:size] = b'{"' + b"a" * (size - 2) if size > 2 else b"a" * size
        self.left -= size
        return size


def test_line_of_50_megabytes_is_refused_quickly_with_little_memory():
    tracemalloc.start()
    start = time.process_time()
    (refusal,) = read_inputs(["-"], stdin=io.BufferedReader(Endless(), 1 << 16))
    took, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "too-large"
    assert took < 5
    assert peak < 60_000_000


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_text_and_title_are_kept_but_for_outer_white_space(text, title):
    (result,) = read({"text": text, "title": title})
    if isinstance(result, Report):
        assert result == make_report(
            id="day:1", title=title, body=text, language=result.language, origin="folder/day.jsonl:1", extractor="jsonl"
        )


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_reports_or_refused(raw):
    for result in read(raw=raw):
        if isinstance(result, Report):
            result.text.encode("utf-8")
