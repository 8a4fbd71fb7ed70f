"""ingest/decode.py: charsets, wrong declarations, mended letters and what must stay as it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asreported.ingest import ingest_bytes
from asreported.ingest.decode import declared_charset, decode, mend, replace_surrogates

QUOTED = "“It fell,” said Zoë Núñez – and nobody’s house stood.\n"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_quotes_and_accents_survive_every_charset(charset):
    assert decode(QUOTED.encode(charset)).text == QUOTED


def test_what_is_valid_utf8_is_utf8_whatever_is_declared():
    text, notes = decode(QUOTED.encode(), declared="iso-8859-1")
    assert text == QUOTED
    assert notes == ("read as utf-8, not iso-8859-1 as declared",)


def test_declared_charset_is_used_as_browsers_do():
    assert decode(QUOTED.encode("cp1252"), declared="iso-8859-1") == (QUOTED, ())
    assert decode("Город взят".encode("cp1251"), declared="windows-1251") == ("Город взят", ())


@pytest.mark.parametrize("declared", ["no-such", "base64", "punycode", "utf-7", "unicode_escape", "rot13", "\x00"])
def test_codecs_that_are_no_charsets_of_the_web_are_not_used(declared):
    assert decode(b"A+ACI- \\u0041 plain", declared=declared).text == "A+ACI- \\u0041 plain"


def test_undeclared_cyrillic_is_told_by_its_look():
    text = "Командование сообщило, что бои за город продолжались всю ночь и утром. " * 4
    assert decode(text.encode("cp1251")).text == text


def test_damaged_utf8_stays_utf8_and_says_so():
    raw = (QUOTED * 5).encode() + b"\xe2\x80"
    text, notes = decode(raw)
    assert text.startswith(QUOTED)
    assert "damaged" in notes[0]


def test_line_ends_become_newlines():
    assert decode(b"a\r\nb\rc\n").text == "a\nb\nc\n"


def test_mojibake_is_mended_and_noted():
    text, notes = decode("It â€œfellâ€\x9d at dawn, said ZoÃ«.".encode())
    assert text == "It “fell” at dawn, said Zoë."
    assert notes == ("letters that had been decoded wrongly before were mended",)


@pytest.mark.parametrize(
    "text", [QUOTED, "naïve café", "Ángel, Ñandú, Übung", "“A” ‘b’ — …", "ﬁre", "½ of 3 m² &amp; <b>"]
)
def test_what_is_right_is_left_alone(text):
    assert mend(text) == text
    assert decode(text.encode()) == (text, ())


def test_charset_is_found_where_pages_declare_it():
    assert declared_charset(b'<meta charset="utf-8">') == "utf-8"
    assert declared_charset(b'<?xml version="1.0" encoding="ISO-8859-1"?>') == "ISO-8859-1"
    assert declared_charset(b"<p>charset = ?</p>") is None


def test_lone_surrogates_are_replaced_one_for_one():
    assert replace_surrogates("a\ud800\udfffb") == ("a\ufffd\ufffdb", ("2 lone surrogates replaced",))


@settings(deadline=None)
@given(st.binary(max_size=400), st.none() | st.text(max_size=12))
def test_any_bytes_decode_to_text_that_can_be_written(raw, declared):
    text = decode(raw, declared=declared).text
    replace_surrogates(text)[0].encode("utf-8")
    assert "\r" not in text


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_utf8_keeps_every_character(text):
    decoded = decode(("Plain start. " + text).encode(), declared="utf-8")
    if not decoded.notes:
        assert decoded.text == ("Plain start. " + text).replace("\r\n", "\n").replace("\r", "\n")


def test_notes_reach_the_report():
    (report,) = ingest_bytes((QUOTED * 3).encode("cp1252"), name="a.txt")
    assert report.notes == ("read as cp1252: not UTF-8, and no charset is declared",)
