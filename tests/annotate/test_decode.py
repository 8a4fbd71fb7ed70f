"""Decoding, from scores that a test writes by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asreported.annotate import labels
from asreported.annotate.decode import best_span, find_spans, find_triggers, trim_words, widen
from asreported.records import make_report


def chances(*inside: str) -> np.ndarray:
    """One row a letter: b begins, i goes on, o is outside."""
    rows = {"b": (0.05, 0.9, 0.05), "i": (0.1, 0.2, 0.7), "o": (0.9, 0.05, 0.05)}
    return np.array([rows[x] for x in "".join(inside)], dtype=np.float32)


def test_spans_are_read_from_their_tags() -> None:
    assert [(a, b) for a, b, _ in find_spans(chances("obiobb"), 0, 6, 0.5)] == [(1, 3), (4, 5), (5, 6)]


def test_a_span_that_begins_without_its_first_tag_is_still_one() -> None:
    assert [(a, b) for a, b, _ in find_spans(chances("oiio"), 0, 4, 0.5)] == [(1, 3)]


def test_nothing_outside_the_given_range_is_found() -> None:
    assert find_spans(chances("boob"), 1, 3, 0.5) == []
    assert best_span(chances("boob"), 1, 3, 0.5) is None
    assert best_span(chances("b"), 1, 1, 0.5) is None


def trigger_scores(kinds: dict[int, str], length: int) -> np.ndarray:
    scores = np.zeros((length, labels.TRIGGER_TAGS), dtype=np.float32)
    scores[:, 0] = 8
    for at, kind in kinds.items():
        scores[at, 1 + 2 * labels.KINDS.index(kind)] = 16
    return scores


def test_a_trigger_has_the_kind_of_its_first_piece() -> None:
    found = find_triggers(trigger_scores({2: "killing", 4: "clash"}, 7), 1, 6, 0.5, 1.0)
    assert [(t.first, t.last, labels.KINDS[t.kind]) for t in found] == [(2, 3, "killing"), (4, 5, "clash")]


def test_a_trigger_outside_the_core_is_left_to_the_other_window() -> None:
    assert find_triggers(trigger_scores({2: "killing"}, 7), 3, 6, 0.5, 1.0) == []


def test_joining_words_are_no_part_of_a_filler() -> None:
    report = make_report(id="a", title="", body="of Mosul where a number of men hid by Monday")

    def trimmed(text: str, role: str) -> str:
        start = report.text.index(text)
        return trim_words(report, report.span(start, start + len(text)), role).text

    assert trimmed("of Mosul where", "place") == "Mosul"
    assert trimmed("a number of", "figure") == "a number of"
    assert trimmed("by Monday", "time") == "by Monday"
    assert trimmed("of", "place") == "of"


@given(st.text(min_size=1), st.data())
def test_widened_spans_are_verbatim_and_not_empty(body: str, data: st.DataObject) -> None:
    report = make_report(id="a", title="", body=body)
    if not report.text:
        return
    start = data.draw(st.integers(0, len(report.text) - 1))
    end = data.draw(st.integers(start + 1, len(report.text)))
    span = widen(report, start, end)
    assert span.text == report.text[span.start : span.end] != ""
