"""What `asreported.read` returns, and that its JSON is the contract of docs/output.md key by key."""

import datetime as dt
import json
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_reports import arabic_reading, bridge_reading, empty_reading, hostile_reading

from asreported.readings import Readings
from asreported.records import Reading, Refusal
from asreported.show.jsonl import encode_reading
from asreported.show.rows import COLUMNS

REFUSAL = Refusal(origin="photo.bin", reason="binary", message="The input is not text.")
READINGS = Readings([bridge_reading(), arabic_reading(), empty_reading()], [REFUSAL])

CONTRACT = {
    "report": "id title publisher published language url sha256 text",
    "claim": "id kind status trigger evidence roles figures sources when where incident confidence",
    "role": "role start end text carried entity",
    "figure": "start end text low high of unit rule part_of change rate currency",
    "source": "start end text name anonymous carried type stance cue",
    "when": "start end text span basis rule",
    "where": "name admin1 country country_name lat lon gazetteer_id alternates candidates precision text span rule",
    "candidate": "name country id score",
}


def lines(readings: Readings) -> list[dict]:
    return [json.loads(line) for line in readings.to_jsonl().splitlines()]


def has_keys(value: dict, part: str) -> bool:
    return set(CONTRACT[part].split()) <= set(value)


# ---- a sequence --------------------------------------------------------------------------


def test_it_is_a_sequence_of_readings():
    assert len(READINGS) == 3
    assert READINGS[0].report.id == "bridge"
    assert READINGS[-1].report.id == "empty"
    assert [reading.report.id for reading in READINGS] == ["bridge", "council", "empty"]
    with pytest.raises(IndexError):
        READINGS[3]


def test_a_slice_is_of_the_same_kind_and_keeps_the_refusals():
    assert READINGS[1:] == Readings([arabic_reading(), empty_reading()], [REFUSAL])


def test_it_is_compared_by_content():
    assert Readings([bridge_reading()]) == Readings([bridge_reading()])
    assert Readings([bridge_reading()]) != Readings([bridge_reading()], [REFUSAL])
    assert len({Readings([bridge_reading()]), Readings([bridge_reading()])}) == 1


def test_a_stream_is_parted_into_readings_and_refusals():
    assert Readings.collect([bridge_reading(), REFUSAL, arabic_reading(), empty_reading()]) == READINGS


def test_repr_is_short():
    assert repr(READINGS) == "<Readings: 3 reports, 8 claims, 1 refused>"
    assert len(READINGS.claims) == 8


# ---- JSON --------------------------------------------------------------------------------


def test_the_keys_are_those_of_the_contract():
    line = lines(READINGS)[0]
    assert set(line) == {"report", "claims"}
    assert has_keys(line["report"], "report")
    for claim in line["claims"]:
        assert has_keys(claim, "claim")
        assert set(claim["trigger"]) == set(claim["evidence"]) == {"start", "end", "text"}
        assert all(has_keys(role, "role") for role in claim["roles"])
        assert all(has_keys(figure, "figure") for figure in claim["figures"])
        assert all(has_keys(source, "source") for source in claim["sources"])
    first = line["claims"][0]
    assert has_keys(first["when"], "when")
    assert has_keys(first["where"], "where")
    assert has_keys(first["where"]["candidates"][0], "candidate")
    assert {"id", "name"} <= set(first["roles"][0]["entity"])


def test_the_values_are_those_of_the_contract():
    first, second, *_, last = lines(READINGS)[0]["claims"]
    assert (first["when"]["start"], first["when"]["end"]) == ("2017-02-28", "2017-02-28")
    assert set(first["when"]["span"]) == set(first["where"]["span"]) == {"start", "end"}
    assert first["where"]["alternates"] == ["Kalmar al-Jadida"]
    assert first["figures"][0]["low"] == 0
    assert first["sources"][0]["cue"]["text"] == "said"
    assert (second["when"], second["where"], second["sources"], second["figures"][0]["high"]) == (None, None, [], None)
    anonymous = last["sources"][0]
    assert anonymous["anonymous"] is True
    assert [anonymous[key] for key in ("start", "end", "text", "name")] == [None] * 4


def test_a_source_without_a_cue_has_null():
    reading = bridge_reading()
    claim = reading.claims[0]
    source = msgspec.structs.replace(claim.sources[0], cue=None)
    bare = msgspec.structs.replace(claim, sources=(source,))
    assert (
        lines(Readings([msgspec.structs.replace(reading, claims=(bare,))]))[0]["claims"][0]["sources"][0]["cue"] is None
    )


def test_every_text_is_quoted_from_the_report():
    def check(value, text):
        if isinstance(value, list):
            for item in value:
                check(item, text)
        elif isinstance(value, dict):
            if isinstance(value.get("start"), int) and "text" in value:
                assert text[value["start"] : value["end"]] == value["text"]
            for item in value.values():
                check(item, text)

    for line in lines(READINGS):
        check(line["claims"], line["report"]["text"])


def test_a_line_is_one_line_and_reads_back_to_the_same_record():
    for reading in READINGS:
        line = encode_reading(reading)
        assert line.count("\n") == 1
        assert line.endswith("\n")
        assert msgspec.json.decode(line, type=Reading) == reading


def test_the_same_readings_give_the_same_bytes():
    again = Readings([bridge_reading(), arabic_reading(), empty_reading()])
    assert again.to_jsonl() == READINGS.to_jsonl()


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(codec=None), max_size=20))
def test_any_text_survives_even_lone_surrogates(text):
    reading = hostile_reading(text)
    line = encode_reading(reading)
    line.encode("utf-8")
    assert json.loads(line)["report"]["text"] == reading.report.text
    assert len(line.split("\n")) == 2


# ---- pandas ------------------------------------------------------------------------------


def test_one_row_a_claim_with_the_documented_columns():
    frame = READINGS.to_pandas()
    assert list(frame.columns) == list(COLUMNS)
    assert len(frame) == 8
    first = frame.iloc[0]
    assert (first["kind"], first["actor"], first["actor_name"]) == ("strength", "Front fighters", "Northern Front")
    assert (first["source"], first["cue"], first["source_type"]) == ("Col Abel Tarn", "said", "military")
    assert str(first["when_start"].date()) == "2017-02-28"
    assert (first["figure_low"], first["figure_high"]) == (0, 1000)
    assert first["evidence"] == READINGS[0].report.text[first["start"] : first["end"]]


def test_what_is_not_known_is_missing_not_zero():
    second = READINGS.to_pandas().iloc[1]
    assert second[["figure_high", "when_start", "where_name", "lat", "source", "incident"]].isna().all()
    assert second["figure_low"] == 12


def test_a_chain_and_an_anonymous_source_are_told_apart():
    frame = READINGS.to_pandas()
    assert frame["source"][5] == "State radio > a witness"
    assert frame["source"][6] == "?"


def test_columns_have_the_same_types_with_and_without_claims():
    empty = Readings([empty_reading()]).to_pandas()
    assert len(empty) == 0
    assert empty.dtypes.equals(READINGS.to_pandas().dtypes)


def test_years_far_from_ours_fit():
    reading = bridge_reading()
    when = msgspec.structs.replace(reading.claims[0].when, start=None, end=dt.date(1066, 10, 14))
    claim = msgspec.structs.replace(reading.claims[0], when=when)
    frame = Readings([msgspec.structs.replace(reading, claims=(claim,))]).to_pandas()
    assert str(frame["when_end"][0].date()) == "1066-10-14"


def test_without_pandas_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'asreported\[pandas\]'"):
        READINGS.to_pandas()
