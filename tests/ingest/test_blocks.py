"""ingest/blocks.py: HTML that is wholly the report, to paragraphs; nothing that is not shown."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest.blocks import block_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Twelve died.", "Twelve died."),
        ("Twelve\n  <b>died</b>\xa0&amp; <i>fled</i>.", "Twelve died & fled."),
        ("<p>A</p>B<p>C", "A\n\nB\n\nC"),
        ("<div>A<div>B</div>C</div>", "A\n\nB\n\nC"),
        ("A<br>B<br/><br>C<br><br><br>", "A\nB\n\nC"),
        ("<ul><li>A<li>B</ul>", "A\n\nB"),
        ("<table><tr><th>A</th><td>B</td></tr><tr><td>C</td><td></td></tr></table>", "A | B\n\nC"),
        ("<html><head><title>T</title><style>x</style></head><body>A</body></html>", "A"),
        ("A<script>x</script> B<noscript>y</noscript>", "A B"),
        ("A <span style='DISPLAY : none'>x<b>y</b></span><span hidden>z</span>B", "A B"),
        ("A<!-- x -->B<?php y ?>C", "ABC"),
        ("A\x00\ud800B", "A B"),
        ("5 < 6 & 7", "5 < 6 & 7"),
        ("", ""),
        ("<p> &nbsp; </p>", ""),
    ],
)
def test_blocks(html, text):
    assert block_text(html) == text


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<table><tr><td>", "<p hidden>"])
def test_depth_costs_nothing_and_loses_nothing(tag):
    start = time.monotonic()
    assert block_text(f"<p>First.</p>{tag * 50_000}Last.") == ("First." if "hidden" in tag else "First.\n\nLast.")
    assert time.monotonic() - start < 5


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/pbrdivtscrh &;#x0='\"!-\n\ud800\x00é", max_size=60))
def test_any_text_gives_paragraphs(html):
    text = block_text(html)
    assert text == text.strip()
    assert "\n\n\n" not in text
    assert "\x00" not in text
