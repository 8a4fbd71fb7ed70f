"""ingest/paragraphs.py: which line breaks and hyphens were made by the width of the page, and which by the writer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asreported.ingest.paragraphs import count_words, join_lines, mend_letters, unwrap, wrap_width

MAIL = """\
Dear colleagues,

Twelve people were killed on Tuesday when gunmen stormed the market of
Tal Sabr, the governor of Ariva said. He blamed the Free Valley Front, a
group that is said to be led by a former colonel of the army.
The Front denied it.

Killed: 12
Wounded: 30

- Nine of the dead were traders from the villages around Deir Salim and
  two were guards of the market.
- One was a child.
"""


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["the evacu-", "ation began"], "the evacuation began"),
        (["the evacu\xad", "ation began"], "the evacuation began"),
        (["the evacu\u2010", "ation began"], "the evacuation began"),
        (["a Franco-", "German post"], "a Franco-German post"),
        (["the al-", "Zahra district"], "the al-Zahra district"),
        (["with-", "in the at-", "tack"], "within the attack"),
        (["a long-", "range rocket"], "a long-range rocket"),
        (["thirty-", "two fighters"], "thirty-two fighters"),
        (["a 35-", "year-old man"], "a 35-year-old man"),
        (["a 35-year-", "old man"], "a 35-year-old man"),
        (["an Iran-", "backed group"], "an Iran-backed group"),
        (["nine were kil-", "led; it fai-", "led"], "nine were killed; it failed"),
        (["two-", "thirds of a three-", "day march"], "two-thirds of a three-day march"),
        (["six-", "teen of nine-", "ty ten-", "ts in Nine-", "veh"], "sixteen of ninety tents in Nineveh"),
        (["a rebel-", "led attack"], "a rebel-led attack"),
        (["a Kurdish-", "led force"], "a Kurdish-led force"),
        (["the UN-", "brokered truce"], "the UN-brokered truce"),
        (["non-", "governmental groups"], "non-governmental groups"),
        (["He fled -", "she did not"], "He fled - she did not"),
        (["pages 14–", "15 of it"], "pages 14–15 of it"),
        (["and/", "or"], "and/or"),
        (["  two ", "", " words\xa0here"], "two words here"),
        ([], ""),
    ],
)
def test_a_word_broken_at_a_line_end_is_made_whole(lines, joined):
    assert join_lines(lines, {}) == joined


def test_the_document_decides_how_a_word_is_written():
    words = count_words(["The cease-fire held. A mine-field. Anti-government troops.", "a minefield, a minefield"])
    assert join_lines(["the cease-", "fire"], words) == "the cease-fire"
    assert join_lines(["the mine-", "field"], words) == "the minefield"
    assert (
        join_lines(["the anti-govern-", "ment group"], count_words(["the government"])) == "the anti-government group"
    )


def test_pieces_of_broken_words_do_not_count_as_words():
    assert count_words(["the evacu-", "ation of the Franco-", "German post"]) == {"the": 2, "of": 1, "post": 1}


def test_a_hyphen_stays_where_the_format_breaks_no_words():
    assert join_lines(["long-", "range rockets"], {}, hyphenated=False) == "long-range rockets"
    assert join_lines(["evacu-", "ation"], {"evacuation": 1}, hyphenated=False) == "evacuation"


def test_ligatures_are_taken_apart_and_what_shows_nothing_is_removed():
    assert mend_letters("ﬁve oﬀicers, the ﬂag, eﬃcient") == "five officers, the flag, efficient"
    assert mend_letters("co\xadlonel\x00\u200b\ufeff") == "colonel"
    assert mend_letters("evacu\xad\nation") == "evacu\xad\nation"


def test_hard_wrapped_text_becomes_one_line_a_paragraph():
    assert unwrap(MAIL) == [
        "Dear colleagues,",
        "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor of Ariva said. "
        "He blamed the Free Valley Front, a group that is said to be led by a former colonel of the army.",
        "The Front denied it.",
        "Killed: 12",
        "Wounded: 30",
        "- Nine of the dead were traders from the villages around Deir Salim and two were guards of the market.",
        "- One was a child.",
    ]


def test_lines_that_are_paragraphs_stay_apart():
    lines = [
        "Twelve people were killed on Tuesday when gunmen stormed the market of Tal Sabr, the governor of Ariva said "
        "on the radio, and thirty more were wounded.",
        "The Front denied it.",
        "Nine people fled.",
    ]
    assert unwrap("\n".join(lines)) == lines
    short = ["Omar Haddad, governor of Ariva", "Tel. 12345 and after hours 6", "Tal Sabr in the province Ariva"]
    assert unwrap("\n".join(short)) == short
    assert wrap_width(short) == 0


@given(st.text(alphabet="ab -\n\xadA.•12ﬁ\t", max_size=300))
def test_any_text_becomes_paragraphs_of_one_line(text):
    for paragraph in unwrap(text):
        assert "\n" not in paragraph
        assert paragraph == paragraph.strip()


@given(st.text(alphabet="abc \n.", max_size=300))
def test_no_letter_is_lost(text):
    assert "".join("".join(unwrap(text)).split()) == "".join(text.split())
