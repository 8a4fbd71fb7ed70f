"""Attributions, from the scores of an engine that a test writes."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.annotate.attribution import CONTENT, CUE, SOURCE, find_statements
from asreported.annotate.tokens import WindowSizes
from asreported.records import make_report

LETTERS = {"S": SOURCE, "Q": CUE, "C": CONTENT}


class Encoding:
    def __init__(self, words: Iterable[tuple[int, int]], first: int) -> None:
        self.offsets = list(words)
        self.ids = list(range(first, first + len(self.offsets)))


class Words:
    """A tokenizer whose pieces are words, numbered from 1000 on as they are met: no word of a text comes twice."""

    def __init__(self) -> None:
        self.number = 1000

    def encode(self, text: str, add_special_tokens: bool = False) -> Encoding:
        places, at = [], 0
        for word in text.split():
            at = text.index(word, at)
            places.append((at, at + len(word)))
            at += len(word)
        encoding = Encoding(places, self.number)
        self.number += len(places)
        return encoding


class Written:
    """An engine that tags each word as its mark says: S source, Q cue, C content, small letters for further words."""

    def __init__(self, marks: str, longest: int = 320) -> None:
        self.marks = marks
        self.tokenizer: Any = Words()
        self.sizes = WindowSizes(longest=longest, before=4, after=4, title=0)

    def attribute(self, ids: np.ndarray) -> np.ndarray:
        scores = np.zeros((len(ids), 3, 3), dtype=np.float32)
        scores[:, :, 0] = 4
        for row, piece in zip(scores, ids, strict=True):
            mark = self.marks[piece - 1000] if 0 <= piece - 1000 < len(self.marks) else "-"
            if mark.upper() in LETTERS:
                row[LETTERS[mark.upper()], 1 if mark.isupper() else 2] = 8
        return scores


def read(text: str, marks: str, **sizes: int) -> list[tuple[str, str | None, tuple[str, ...]]]:
    report = make_report(id="a", title="", body=text)
    found = find_statements(report, Written(marks.replace(" ", ""), **sizes))
    assert all(report.text[s.start : s.end] == s.text for one in found for s in (one.cue, *one.content))
    return [(s.cue.text, s.source and s.source.text, tuple(c.text for c in s.content)) for s in found]


def test_a_statement_has_its_source_cue_and_content() -> None:
    assert read("The mayor said the bridge was gone.", "Ss Q Cccc") == [
        ("said", "The mayor", ("the bridge was gone.",))
    ]


def test_sources_and_contents_go_to_the_nearest_cue() -> None:
    found = read("Osk said it fell. Relan denied this held.", "S Q Cc S Q Cc")
    assert found == [("said", "Osk", ("it fell.",)), ("denied", "Relan", ("this held.",))]


def test_a_cue_without_a_source_is_nobody_in_particular() -> None:
    assert read("The bridge was reportedly gone.", "Cc - Q C") == [("reportedly", None, ("The bridge", "gone."))]


def test_a_source_of_another_sentence_is_not_taken() -> None:
    assert read("Osk waited. It said nothing fell.", "S - - Q Cc") == [("said", None, ("nothing fell.",))]


def test_what_no_cue_marks_is_no_statement() -> None:
    assert read("Osk waited for rain.", "S - Cc") == []


@pytest.mark.parametrize("longest", [12, 16, 24])
def test_a_content_across_windows_is_one(longest: int) -> None:
    words = [f"word{i}" for i in range(30)]
    text = "Osk said " + " ".join(words) + "."
    assert read(text, "SQC" + "c" * 29, longest=longest) == [("said", "Osk", (" ".join(words) + ".",))]


@given(st.text(max_size=60), st.text(alphabet="SsQqCc-", max_size=30))
def test_any_text_is_read(text: str, marks: str) -> None:
    read(text, marks)
