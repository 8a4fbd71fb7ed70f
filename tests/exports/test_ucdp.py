"""Rows like UCDP GED's: worked out by hand, and of random claims against the columns' types and sums."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pytest
from made_events import ACTORS, MadeSource, expand, left_out, load_cases, made_export, made_source, told_in
from random_claims import RandomSource

from asreported.exports.event_tables import country_rows
from asreported.exports.event_told import OURS
from asreported.exports.source import ReadingsSource
from asreported.exports.told import Told
from asreported.exports.ucdp import ABOVE_UCDP, priogrid_cell
from asreported.exports.ucdp_columns import CANNOT, COLUMNS, UCDP
from asreported.records import Role, Span

HEADER = (
    "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,dyad_dset_id,dyad_new_id,"
    "dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,number_of_sources,source_article,source_office,"
    "source_date,source_headline,source_original,where_prec,where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,"
    "priogrid_gid,country,country_id,region,event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,"
    "deaths_unknown,best,high,low,gwnoa,gwnob"
)
REGIONS = {"Africa", "Americas", "Asia", "Europe", "Middle East"}
CASES = load_cases("ucdp.toml")


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_rows_worked_out_by_hand(case: dict[str, Any]) -> None:
    rows, about = made_export("ucdp", made_source(expand(case)), **case.get("options", {}))
    assert [{name: row[name] for name in want} for row, want in zip(rows, case["rows"], strict=False)] == case["rows"]
    assert len(rows) == len(case["rows"])
    for row in rows:
        check_row(row)
    reasons = left_out(about)
    assert set(reasons) == set(case.get("left_out", {}))
    for key, why in case.get("left_out", {}).items():
        assert reasons[key].startswith(why)


def test_a_whole_row() -> None:
    claims = [
        {
            "kind": "attack",
            "who": ["is"],
            "whom": ["army"],
            "by": ["an officer"],
            "quotation": "They attacked the army, an officer said.",
        },
        {"kind": "killing", "whom": ["army"], "n": [["12", 12, 12]], "quotation": "Twelve soldiers were killed."},
    ]
    (row,), _ = made_export("ucdp", made_source(claims))
    assert int(row.pop("id")) > ABOVE_UCDP
    assert {name: value for name, value in row.items() if value} == {
        "relid": "AR-IRQ-i1",
        "year": "2017",
        "type_of_violence": "1",
        "side_a": "Government of Iraq",
        "side_b": "Islamic State",
        "number_of_sources": "1",
        "source_article": 'The Made-Up Courier, 2017-04-28, "A made-up report"',
        "source_office": "The Made-Up Courier",
        "source_date": "2017-04-28",
        "source_headline": "A made-up report",
        "source_original": "an officer; The Made-Up Courier",
        "where_prec": "1",
        "where_coordinates": "Mosul",
        "adm_1": "Nineveh",
        "latitude": "36.335",
        "longitude": "43.1189",
        "geom_wkt": "POINT (43.1189 36.335)",
        "priogrid_gid": "181887",
        "country": "Iraq",
        "country_id": "645",
        "region": "Middle East",
        "event_clarity": "1",
        "date_prec": "1",
        "date_start": "2017-03-17",
        "date_end": "2017-03-17",
        "deaths_a": "12",
        "deaths_b": "0",
        "deaths_civilians": "0",
        "deaths_unknown": "0",
        "best": "12",
        "high": "12",
        "low": "12",
        "gwnoa": "645",
        "ar_killed_low": "12",
        "ar_killed_high": "12",
        "ar_status": "actual",
        "ar_sources": "The Made-Up Courier quoting an officer | The Made-Up Courier",
        "ar_evidence": "Twelve soldiers were killed.",
        "ar_evidence_start": "0",
        "ar_evidence_end": "28",
        "ar_report_id": "r1",
        "ar_n_sources": "2",
        "ar_review": "unreviewed",
        "ar_claims": "c1 | c2",
    }


def test_the_49_columns_are_ucdps_and_ours_follow() -> None:
    assert ",".join(UCDP) == HEADER
    assert len(UCDP) == 49
    assert list(COLUMNS) == [*UCDP, *OURS]
    assert all(CANNOT.values())


def test_countries_have_one_number_each() -> None:
    numbers = [row.gw for row in country_rows().values() if row.gw]
    assert len(numbers) == len(set(numbers)) > 190
    assert {row.ucdp_region for row in country_rows().values()} == {*REGIONS, None}


@pytest.mark.parametrize(
    ("lat", "lon", "cell"), [(-90, -180, 1), (-90, 179.9, 720), (-89.5, -180, 721), (90, 180, 259_200), (0, 0, 129_961)]
)
def test_cells_are_counted_from_the_south_west(lat: float, lon: float, cell: int) -> None:
    assert priogrid_cell(lat, lon) == cell


def test_random_claims_are_read_back(random_source: RandomSource) -> None:
    deadly = MadeSource([_kill(one) for one in random_source.told()])
    rows, about = made_export("ucdp", deadly, possible=True)
    assert len(rows) > 500
    assert len({row["id"] for row in rows}) == len({row["relid"] for row in rows}) == len(rows)
    for row in rows:
        check_row(row)
    check_nothing_lost(deadly, rows, left_out(about))


def test_random_claims_as_they_are_lose_nothing(few_random: RandomSource) -> None:
    rows, about = made_export("ucdp", few_random)
    check_nothing_lost(few_random, rows, left_out(about))


def _kill(told: Told) -> Told:
    """Random claims tell of hardly any death: here each is an incident of its own with sides and dead."""
    claim = told.kept.claim
    sides = ("army", "civilians", "nusra", "is")
    who = Role(role="actor", start=0, end=0, text="", entity=ACTORS[sides[len(claim.figures) % 3 - 1]])
    whom = Role(role="target", start=0, end=0, text="", entity=ACTORS[sides[claim.evidence.start % 4]])
    figures = tuple(msgspec.structs.replace(figure, unit="people", of="target") for figure in claim.figures)
    claim = msgspec.structs.replace(
        claim,
        kind="killing",
        trigger=Span(start=0, end=6, text="killed"),
        roles=(who, whom, *claim.roles),
        figures=figures,
    )
    return msgspec.structs.replace(told, kept=msgspec.structs.replace(told.kept, claim=claim, incident=told.key[-16:]))


def check_row(row: dict[str, str]) -> None:
    assert list(row) == list(COLUMNS)
    assert ABOVE_UCDP < int(row["id"]) < 2**53
    assert row["type_of_violence"] in ("1", "2", "3")
    assert row["side_a"]
    assert row["side_b"] == "civilians" or (row["side_b"] and row["type_of_violence"] != "3")
    assert row["type_of_violence"] != "1" or row["gwnoa"] or "Government" not in row["side_b"]
    assert row["where_prec"] in "1234567"
    assert row["date_prec"] in "12345"
    assert row["event_clarity"] in ("1", "2")
    assert row["region"] in {*REGIONS, ""}
    first, last = dt.date.fromisoformat(row["date_start"]), dt.date.fromisoformat(row["date_end"])
    assert first <= last
    assert row["year"] == str(first.year)
    low, best = int(row["low"]), int(row["best"])
    assert low <= best
    assert row["high"] == "" or best <= int(row["high"])
    assert row["high"] != "0"
    parts = [int(row[name]) for name in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")]
    assert sum(parts) == best
    assert min(parts) >= 0
    assert int(row["number_of_sources"]) >= 1
    if row["latitude"]:
        assert row["geom_wkt"] == f"POINT ({row['longitude']} {row['latitude']})"
        assert 1 <= int(row["priogrid_gid"]) <= 259_200
    assert row["ar_status"] in ("actual", "possible", "actual; possible")
    assert "rejected" not in row["ar_review"]
    assert row["ar_sources"]
    assert row["ar_evidence"]


def check_nothing_lost(source: ReadingsSource, rows: list[dict[str, Any]], reasons: dict[str, str]) -> None:
    told, everything = set(told_in(rows)), {one.key for one in source.told()}
    assert told | set(reasons) == everything
    assert not told & set(reasons)


def test_the_samples_give_the_one_event_whose_sides_are_told(sample_source: ReadingsSource) -> None:
    rows, about = made_export("ucdp", sample_source)
    for row in rows:
        check_row(row)
    check_nothing_lost(sample_source, rows, left_out(about))
    found = [(row["side_a"], row["side_b"], row["low"], row["best"], row["high"]) for row in rows]
    assert found == [("Government of Syria", "civilians", "30", "30", "86")]
