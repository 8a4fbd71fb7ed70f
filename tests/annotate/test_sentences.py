"""Sentences: news traps must not break a sentence, and no break may lose text."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.annotate.sentences import split_sentences
from asreported.records import make_report


def split(body: str, title: str = "") -> list[str]:
    return [s.text for s in split_sentences(make_report(id="a", title=title, body=body))]


@pytest.mark.parametrize(
    "sentence",
    [
        "Lt. Gen. Abdul Karim met Col. Haddad near St. Elias on Sunday.",
        "The convoy left at 6 a.m. local time and reached Dr. Salim's clinic.",
        "Resolution No. 2254 was cited by the U.N. envoy on Monday.",
        "About 3.5 million people, incl. children, need help.",
        "Mr. Osman said the toll was 12.5 percent higher.",
    ],
)
def test_short_forms_do_not_end_a_sentence(sentence: str) -> None:
    assert split(sentence) == [sentence]


def test_two_sentences_are_two() -> None:
    assert split("Troops took the bridge. Rebels fled north.") == ["Troops took the bridge.", "Rebels fled north."]


def test_the_title_is_a_sentence_of_its_own() -> None:
    assert split("Shells fell.", "Siege of Ard goes on")[0] == "Siege of Ard goes on"


def test_a_line_break_ends_a_sentence() -> None:
    assert split("no full stop\nnext line") == ["no full stop", "next line"]


@given(st.text())
def test_sentences_are_verbatim_ordered_and_lose_only_white_space(body: str) -> None:
    report = make_report(id="a", title="", body=body)
    sentences = split_sentences(report)
    assert all(report.text[s.start : s.end] == s.text for s in sentences)
    assert all(a.end <= b.start for a, b in itertools.pairwise(sentences))
    assert sum(len("".join(s.text.split())) for s in sentences) == len("".join(report.text.split()))


def test_a_long_line_without_stops_is_cut_where_sentences_open() -> None:
    parts = [
        "Gunmen of an armed group attacked the market of Larga on Sunday morning and killed five traders and a guard",
        "The police said that two of them were later arrested near the river by soldiers of the second brigade",
        "They had come from the hills in the north where the army searched for their camp in The Old Quarry",
    ]
    report = make_report(id="a", title="", body=" ".join(parts))
    assert [s.text for s in split_sentences(report)] == parts


def test_a_short_line_without_stops_is_one() -> None:
    body = "The police said The river rose"
    assert [s.text for s in split_sentences(make_report(id="a", title="", body=body))] == [body]
