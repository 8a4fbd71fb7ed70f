"""Decoding, from scores that a test writes by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asreported.annotate import labels
from asreported.annotate.decode import (
    Thresholds,
    Trigger,
    best_span,
    decode_roles,
    find_spans,
    find_triggers,
    make_view,
    softmax,
    trim_words,
    widen,
)
from asreported.annotate.tokens import CLS, Pieces, Window
from asreported.codebook import ROLES
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


@given(st.integers(0, 2**32 - 1), st.floats(0.0, 0.9))
def test_every_trigger_above_the_threshold_is_found_with_its_chance(seed: int, threshold: float) -> None:
    random = np.random.default_rng(seed)
    scores = random.normal(0, 2, (40, labels.TRIGGER_TAGS)).astype(np.float32)
    scores[:, 0] += random.choice([0, 4, 8, 12], 40)
    found = find_triggers(scores, 1, 39, threshold, 1.0)
    begin = softmax(scores)[:, 1::2].sum(1)
    covered = {at for t in found for at in range(t.first, t.last)}
    assert {int(at) for at in np.flatnonzero(begin[1:39] > threshold) + 1} <= covered
    assert all(begin[t.first] > threshold for t in found)
    assert all(abs(t.score - softmax(scores[t.first])[1 + 2 * t.kind]) < 1e-6 for t in found)


def roles_of(trigger: int, **reached: str) -> list[tuple[str, str, bool]]:
    """What the word `trigger` of two sentences reaches for: a mark for each word, as `chances` reads them."""
    report = make_report(id="a", title="", body="Rebels of Ard waited. They shot men")
    starts = np.array([0, 7, 10, 14, 22, 27, 32])
    ends = np.array([6, 9, 13, 21, 26, 31, 35])
    pieces = Pieces(starts, starts, ends, np.array([0, 0, 0, 0, 1, 1, 1]))
    view = make_view(report, pieces, Window(0, 7, 0, 7, np.array([CLS])))
    tags = np.stack([chances("o" + reached.get(role, "ooooooo") + "o") for role in ROLES], 1)
    (found,) = decode_roles(view, [Trigger(trigger + 1, trigger + 2, 0, 1.0)], tags[None], Thresholds())
    return [(m.role, m.span.text, m.carried) for m in found]


def test_a_filler_of_the_same_sentence_is_preferred() -> None:
    assert roles_of(5, actor="boooboo", target="oooooob") == [("actor", "They", False), ("target", "men", False)]


def test_an_earlier_filler_is_carried_where_the_sentence_has_none() -> None:
    assert roles_of(5, actor="biioooo") == [("actor", "Rebels of Ard", True)]
    assert roles_of(5, place="obioooo") == [("place", "Ard", True)]


def test_a_later_filler_and_a_role_that_is_never_carried_are_not_taken() -> None:
    assert roles_of(3, actor="oooobii") == []
    assert roles_of(5, means="biioooo") == []


def test_an_abbreviation_with_stops_is_not_cut() -> None:
    report = make_report(id="a", title="", body="The U.S. Army left. So did B.")
    at = report.text.index("S. Army")
    assert widen(report, at, at + 7).text == "U.S. Army"
    assert widen(report, at - 2, at - 1).text == "U.S"
    assert widen(report, len(report.text) - 2, len(report.text) - 1).text == "B"


def test_joining_words_are_no_part_of_a_filler() -> None:
    report = make_report(id="a", title="", body="of Mosul where a number of men hid by Monday, said the WHO")

    def trimmed(text: str, role: str) -> str:
        start = report.text.index(text)
        return trim_words(report, report.span(start, start + len(text)), role).text

    assert trimmed("of Mosul where", "place") == "Mosul"
    assert trimmed("a number of", "figure") == "a number of"
    assert trimmed("by Monday", "time") == "by Monday"
    assert trimmed("of", "place") == "of"
    assert trimmed("the WHO", "who") == "the WHO"


def test_a_filler_does_not_begin_within_a_word() -> None:
    report = make_report(id="a", title="", body="Rebel-held districts, anti-Isis forces, US-backed")

    def trimmed(text: str) -> str:
        start = report.text.index(text)
        return trim_words(report, report.span(start, start + len(text)), "target").text

    assert trimmed("held districts") == "Rebel-held districts"
    assert trimmed("Isis forces") == "Isis forces"
    assert trimmed("US") == "US"


@given(st.text(min_size=1), st.data())
def test_widened_spans_are_verbatim_and_not_empty(body: str, data: st.DataObject) -> None:
    report = make_report(id="a", title="", body=body)
    if not report.text:
        return
    start = data.draw(st.integers(0, len(report.text) - 1))
    end = data.draw(st.integers(start + 1, len(report.text)))
    span = widen(report, start, end)
    assert span.text == report.text[span.start : span.end] != ""
