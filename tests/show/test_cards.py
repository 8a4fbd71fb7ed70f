import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import arabic_reading, bridge_reading, empty_reading, hostile_reading
from rich.cells import cell_len
from rich.console import Console

from asreported.show.cards import PART_STYLES, family_style, marked_evidence, print_cards
from asreported.show.terminal import open_console

READINGS = [bridge_reading(), arabic_reading(), empty_reading()]
ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08\u202egnirts\u2066"


def show(reading, width=100, terminal=False):
    out = io.StringIO()
    colours = "standard" if terminal else None
    console = Console(file=out, width=width, force_terminal=terminal, color_system=colours, legacy_windows=False)
    print_cards(reading, console)
    return out.getvalue()


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_card_tells_who_where_when_how_many_and_according_to_whom():
    shown = show(READINGS[0])
    for line in [
        " 1  strength · actual · “remain” · confidence 93%",
        "who           “Front fighters” → Northern Front",
        "where         “Kelmar” → Kelmar, North, Ardania",
        "when          “on Tuesday” → 2017-02-28",
        "how many      “up to 1,000” → up to 1,000 people",
        "according to  “Col Abel Tarn” → Abel Tarn (“said”; military; neutral)",
        " 7  talks · possible · “talks” · confidence 41%",
    ]:
        assert line in shown


def test_piped_cards_are_plain_and_their_sentences_unbroken():
    shown = show(READINGS[0], width=40)
    assert "\x1b" not in shown
    for claim in READINGS[0].claims:
        assert claim.evidence.text in shown
    assert all(line == line.rstrip() for line in shown.splitlines())


@pytest.mark.parametrize("width", [24, 40, 59, 60, 80, 200])
@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: reading.report.id)
def test_no_line_is_wider_than_the_terminal(reading, width):
    lines = plain(show(reading, width, terminal=True)).splitlines()
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("width", [30, 100])
def test_nothing_is_lost_in_a_narrow_terminal(width):
    words = plain(show(READINGS[0], width, terminal=True)).split()
    assert words.count("“Kelmar”") == 2
    assert "2017-02-28" in words


def test_the_words_of_the_sentence_are_marked_each_in_its_style():
    reading = READINGS[0]
    marked = marked_evidence(reading.claims[0], reading.report.text)
    assert marked.plain == reading.claims[0].evidence.text
    styles = {marked.plain[span.start : span.end]: span.style for span in marked.spans}
    assert styles["remain"] == PART_STYLES["trigger"]
    assert styles["Front fighters"] == PART_STYLES["actor"]
    assert styles["Col Abel Tarn"] == PART_STYLES["source"]
    assert styles["said"] == PART_STYLES["cue"]


def test_overlapping_parts_add_up():
    claim = READINGS[0].claims[5]
    spans = marked_evidence(claim, READINGS[0].report.text).spans
    assert f"{PART_STYLES['target']} {PART_STYLES['place']}" in {span.style for span in spans}


def test_what_a_report_holds_cannot_drive_the_terminal():
    shown = show(hostile_reading(ESCAPES), terminal=True)
    left = plain(shown)
    assert not set(left) & {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e", "\u2066"} - {"\n"}
    assert "␛[2J" in left


def test_square_brackets_are_no_markup():
    assert "[bold red]x[/]" in show(hostile_reading("[bold red]x[/]"), terminal=True)


def test_a_kind_that_the_codebook_lacks_has_a_style_of_its_own():
    assert family_style("shelling") != family_style("killing")
    assert family_style("dancing") == "bold"


def test_no_color_leaves_not_even_bold(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = io.StringIO()
    print_cards(READINGS[0], open_console(out))
    assert "\x1b" not in out.getvalue()
    assert "strength" in out.getvalue()


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec=None), max_size=30), st.integers(1, 120), st.booleans())
def test_no_text_breaks_a_card(text, width, terminal):
    show(hostile_reading(text), width, terminal).encode("utf-8")
