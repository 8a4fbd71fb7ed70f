from hypothesis import given
from hypothesis import strategies as st
from made_reports import bridge_reading

from asreported.show.marks import Mark, claim_marks, cut_pieces

MARKS = st.lists(
    st.tuples(st.integers(-5, 40), st.integers(-5, 40)).map(lambda at: Mark(min(at), max(at), "actor", 1)), max_size=12
)


@given(MARKS, st.integers(0, 20), st.integers(0, 20))
def test_pieces_join_to_the_whole_and_carry_exactly_the_marks_that_cover_them(marks, start, length):
    end = start + length
    pieces = list(cut_pieces(start, end, marks))
    covered = [i for piece in pieces for i in range(piece.start, piece.end)]
    assert covered == list(range(start, end))
    for piece in pieces:
        for i in range(piece.start, piece.end):
            assert sorted(piece.marks) == sorted(mark for mark in marks if mark.start <= i < mark.end)


def test_marks_quote_every_part_of_a_claim():
    reading = bridge_reading()
    words = {(mark.part, reading.report.text[mark.start : mark.end]) for mark in claim_marks(reading.claims[0])}
    assert words == {
        ("trigger", "remain"),
        ("actor", "Front fighters"),
        ("place", "Kelmar"),
        ("figure", "up to 1,000"),
        ("time", "on Tuesday"),
        ("source", "Col Abel Tarn"),
        ("cue", "said"),
    }


def test_a_figure_that_is_also_a_role_is_marked_once():
    marks = claim_marks(bridge_reading().claims[2])
    assert [mark.part for mark in marks] == ["trigger", "target", "figure"]
