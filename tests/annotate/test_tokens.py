"""Word pieces and windows: offsets are exact, every piece is decided in exactly one window."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.annotate.engine import load_engine
from asreported.annotate.sentences import split_sentences
from asreported.annotate.tokens import CLS, PLAIN, SEP, Pieces, WindowSizes, cut_pieces, cut_windows
from asreported.records import make_report


def pieces_of(body: str, title: str = "") -> tuple[Pieces, str]:
    report = make_report(id="a", title=title, body=body)
    return cut_pieces(report, split_sentences(report), load_engine().tokenizer), report.text


def test_pieces_stand_where_they_say() -> None:
    pieces, text = pieces_of("Al-Bāb fell, “finally”.")
    words = [text[s:e] for s, e in zip(pieces.starts, pieces.ends, strict=True)]
    assert "".join(words) == "Al-Bāb" + "fell" + ",“finally”."


def test_curly_and_straight_quotes_are_the_same_pieces() -> None:
    assert np.array_equal(pieces_of("“It’s over – gone”")[0].ids, pieces_of('"It\'s over - gone"')[0].ids)


@given(st.text())
def test_offsets_stay_inside_the_text(body: str) -> None:
    pieces, text = pieces_of(body)
    assert np.all(pieces.starts >= 0) and np.all(pieces.ends <= len(text)) and np.all(pieces.starts <= pieces.ends)
    assert np.all(np.diff(pieces.starts) >= 0)


SPACED = st.text(alphabet="aZé ß.,-'1\u0301\u0308\u200b\u00a0\t\x1c中한가😀“ ") | st.text()


@given(st.lists(SPACED | st.just("word" * 30), max_size=6))
def test_words_cut_alone_are_those_of_the_whole_sentence(words: list[str]) -> None:
    report = make_report(id="a", title="", body=" ".join(words))
    tokenizer = load_engine().tokenizer
    for sentence in split_sentences(report):
        pieces = cut_pieces(report, [sentence], tokenizer)
        whole = tokenizer.encode(sentence.text.translate(PLAIN), add_special_tokens=False)
        assert pieces.ids.tolist() == whole.ids
        assert [(s - sentence.start, e - sentence.start) for s, e in zip(pieces.starts, pieces.ends, strict=True)] == (
            whole.offsets
        )


@given(st.lists(st.integers(1, 90), max_size=30), st.integers(0, 40), st.integers(100, 320))
def test_each_piece_is_in_one_core_and_windows_fit(lengths: list[int], title: int, longest: int) -> None:
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    ids = np.arange(1000, 1000 + len(sentences))
    pieces = Pieces(ids, ids, ids + 1, sentences)
    sizes = WindowSizes(longest=longest, before=20, after=8)
    windows = list(cut_windows(pieces, min(title, len(ids)), sizes))
    covered = [p for w in windows for p in range(w.core_first, w.core_last)]
    assert covered == list(range(len(ids)))
    for window in windows:
        given_ids = window.ids(pieces)
        assert len(given_ids) <= longest
        assert given_ids[0] == CLS and given_ids[-1] == SEP


@pytest.mark.parametrize("length", [10, 400])
def test_a_core_ends_with_a_sentence_unless_it_is_too_long(length: int) -> None:
    sentences = np.repeat(np.arange(40), length)
    pieces = Pieces(sentences, sentences, sentences, sentences)
    for window in cut_windows(pieces, 0, WindowSizes()):
        at = window.core_last
        assert length > 200 or at == len(pieces) or sentences[at] != sentences[at - 1]
