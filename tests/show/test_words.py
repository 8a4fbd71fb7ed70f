import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_reports import arabic_reading, bridge_reading, hostile_reading

from asreported.records import Change, Figure, Related
from asreported.show.words import claim_rows, safe_line, safe_markup, tell_interval, tell_links, tell_where

READING = bridge_reading()


def rows(number: int) -> list[tuple[str, str | None, str | None]]:
    claim = READING.claims[number - 1]
    return [(row.label, row.words, row.value) for row in claim_rows(claim, READING.report.publisher)]


def test_each_value_stands_beside_its_own_words():
    assert rows(1) == [
        ("who", "Front fighters", "Northern Front"),
        ("where", "Kelmar", "Kelmar, North, Ardania"),
        ("when", "on Tuesday", "2017-02-28"),
        ("how many", "up to 1,000", "up to 1,000 people"),
        ("according to", "Col Abel Tarn", "Abel Tarn"),
    ]


def test_rows_know_where_their_words_stand():
    text = READING.report.text
    for claim in READING.claims:
        for row in claim_rows(claim, None):
            assert row.start is None or text[row.start : row.end] == row.words


def test_a_value_read_from_other_words_than_the_roles_has_its_own_row():
    assert ("where", "the Kelmar bridge", None) in rows(6)
    assert ("where", "Kelmar", "Kelmar, North, Ardania") in rows(6)


def test_without_a_source_the_publisher_speaks():
    assert rows(2)[-1] == ("according to", None, "The Made-Up Courier")


def test_a_chain_of_sources_is_told_outermost_first():
    assert [words for label, words, _ in rows(6) if label == "according to"] == ["State radio", "a witness"]


def test_an_anonymous_source_is_named_as_such_with_its_cue():
    row = claim_rows(READING.claims[6], "x")[-1]
    assert row.value == "someone unnamed"
    assert "“It has been claimed”" in row.notes


def test_what_is_carried_says_so():
    row = claim_rows(READING.claims[6], "x")[0]
    assert row.words == "the Front"
    assert "from an earlier sentence" in row.notes


def test_words_without_a_value_say_so():
    row = next(row for row in claim_rows(arabic_reading().claims[0], None) if row.part == "place")
    assert row.value is None
    assert row.notes == ("no value is read from these words",)


def test_a_role_that_the_codebook_lacks_is_still_told():
    claim = hostile_reading("odd").claims[0]
    assert "odd" in {row.part for row in claim_rows(claim, None)}


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [(None, 30, "up to 30"), (1.5, 2.5, "1.5 to 2.5"), (0, 0, "0"), (41, None, "at least 41")],
)
def test_intervals(low, high, told):
    assert tell_interval(low, high) == told


LINKED = Figure(start=0, end=1, text="7", low=7, high=7, of="target", unit="people", rule="number")
THIRTY = Related(figure=0, start=4, end=6, text="30")


@pytest.mark.parametrize(
    ("links", "told"),
    [
        ({}, []),
        ({"part_of": THIRTY}, ["of “30”"]),
        ({"change": Change(kind="to", direction="up", relative_to=THIRTY)}, ["up from “30”"]),
        ({"change": Change(kind="to", direction=None, relative_to=THIRTY)}, ["changed from “30”"]),
        ({"change": Change(kind="to", direction="down", relative_to=None)}, ["down"]),
        ({"change": Change(kind="from", direction="up", relative_to=THIRTY)}, ["before, later “30”"]),
        ({"change": Change(kind="by", direction="down", relative_to=None)}, ["fewer than before"]),
        ({"change": Change(kind="additional", direction=None, relative_to=None)}, ["in addition to others"]),
        ({"change": Change(kind="total", direction=None, relative_to=THIRTY)}, ["a total, with “30”"]),
        ({"part_of": THIRTY, "rate": "day"}, ["of “30”", "per day"]),
        ({"rate": "each"}, ["each"]),
    ],
)
def test_links_of_figures_are_told(links, told):
    assert tell_links(msgspec.structs.replace(LINKED, **links)) == told


def test_a_card_tells_of_what_a_figure_is_part():
    claim = READING.claims[0]
    linked = msgspec.structs.replace(claim.figures[0], part_of=THIRTY)
    rows = claim_rows(msgspec.structs.replace(claim, figures=(linked,)), None)
    row = next(row for row in rows if row.part == "figure")
    assert row.notes == ("counts who", "“up to”", "of “30”")


def test_a_country_is_not_told_twice():
    where = msgspec.structs.replace(READING.claims[0].where, name="Ardania", admin1=None)
    assert tell_where(where) == "Ardania"


@given(st.text(st.characters(codec=None)))
def test_safe_text_keeps_its_length_and_can_be_encoded(text):
    for safe in (safe_line(text), safe_markup(text)):
        assert len(safe) == len(text)
        safe.encode("utf-8")


@given(st.text(st.sampled_from("\x00\x07\x1b\x7f\x9b\r\n\t\v\u202a\u202e\u2066\u2069\u200f\u061c\u2028\udc80ab")))
def test_a_line_holds_no_control_and_turns_no_text_round(text):
    assert set(safe_line(text)) <= {*"ab \ufffd", *map(chr, range(0x2400, 0x2422))}


def test_markup_keeps_direction_marks_but_no_overrides():
    assert safe_markup("\u200f\u2067a\u2069\u202eb\n") == "\u200f\u2067a\u2069\ufffdb\n"
