import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import arabic_reading, bridge_reading, hostile_reading
from rich.cells import cell_len

from asreported.show.table import COLUMNS, fit_columns, head_line, table_lines


def test_one_line_a_claim_under_the_head():
    reading = bridge_reading()
    lines = [line.plain for line in table_lines(reading, 160)]
    assert len(lines) == len(reading.claims)
    assert lines[0].split("  ")[0].strip() == "bridge"
    at = head_line(160).plain.index("when")
    assert lines[0][at:].startswith("2017-02-28")


def test_columns_stand_below_one_another_whatever_the_script():
    width = 160
    starts = [head_line(width).plain.index(column.head) for column, _ in fit_columns(width)]
    for reading in (bridge_reading(), arabic_reading()):
        for line in table_lines(reading, width):
            assert all(start == 0 or line.plain[start - 2 : start] in ("  ", "") for start in starts)


@pytest.mark.parametrize("width", [10, 30, 50, 80, 120, 300])
def test_no_line_is_wider_than_asked_and_the_kind_always_stays(width):
    columns = fit_columns(width)
    assert "kind" in {column.head for column, _ in columns}
    assert sum(size + 2 for _, size in columns) - 2 <= max(width, 15)
    for line in table_lines(bridge_reading(), width):
        assert cell_len(line.plain) <= max(width, 15)


def test_wide_enough_shows_every_column():
    assert len(fit_columns(160)) == len(COLUMNS)


def test_a_text_that_does_not_fit_says_so():
    assert "…" in next(iter(table_lines(bridge_reading(), 60))).plain


def test_sources_are_told_as_a_chain():
    lines = [line.plain for line in table_lines(bridge_reading(), 400)]
    assert "State radio quoting a witness" in lines[5]
    assert "someone unnamed" in lines[6]
    assert "The Made-Up Courier" in lines[1]


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec=None), max_size=20), st.integers(1, 200))
def test_no_text_breaks_a_line(text, width):
    for line in table_lines(hostile_reading(text), width):
        assert len(line.plain.splitlines()) <= 1
        assert "\x1b" not in line.plain
        line.plain.encode("utf-8")


def test_an_actor_who_is_named_twice_stands_once():
    reading = bridge_reading()
    claim = reading.claims[0]
    twice = msgspec.structs.replace(claim, roles=(*claim.roles, *claim.roles))
    shown = [next(table_lines(msgspec.structs.replace(reading, claims=(one,)), 300)).plain for one in (claim, twice)]
    assert shown[0] == shown[1]
