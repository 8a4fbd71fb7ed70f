"""ACLED-like rows: worked out by hand, and of 10,000 random claims against the codebook's lists."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from made_events import expand, left_out, load_cases, made_export, made_source, told_in
from random_claims import RandomSource

from asreported.exports.acled import FORMAT
from asreported.exports.acled_columns import ACLED, CANNOT, COLUMNS
from asreported.exports.event_tables import country_rows, sub_events
from asreported.exports.event_told import OURS
from asreported.exports.source import ReadingsSource
from asreported.exports.writing import export

HEADER = (
    "event_id_cnty,event_date,year,time_precision,disorder_type,event_type,sub_event_type,actor1,assoc_actor_1,inter1,actor2,"
    "assoc_actor_2,inter2,interaction,civilian_targeting,iso,region,country,admin1,admin2,admin3,location,latitude,longitude,"
    "geo_precision,source,source_scale,notes,fatalities,tags,timestamp"
)
EVENT_TYPES = {
    "Battles": ["Government regains territory", "Non-state actor overtakes territory", "Armed clash"],
    "Protests": ["Excessive force against protesters", "Protest with intervention", "Peaceful protest"],
    "Riots": ["Violent demonstration", "Mob violence"],
    "Explosions/Remote violence": [
        "Chemical weapon",
        "Air/drone strike",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Remote explosive/landmine/IED",
        "Grenade",
    ],
    "Violence against civilians": ["Sexual violence", "Attack", "Abduction/forced disappearance"],
    "Strategic developments": [
        "Agreement",
        "Arrests",
        "Change to group/activity",
        "Disrupted weapons use",
        "Headquarters or base established",
        "Looting/property destruction",
        "Non-violent transfer of territory",
        "Other",
    ],
}
"""As in the codebook; written out here so that the table of the package is held against it."""
INTERS = [
    "State forces",
    "Rebel group",
    "Political militia",
    "Identity militia",
    "Rioters",
    "Protesters",
    "Civilians",
    "External/Other forces",
]
REGIONS = {
    "Western Africa",
    "Middle Africa",
    "Eastern Africa",
    "Southern Africa",
    "Northern Africa",
    "South Asia",
    "Southeast Asia",
    "Middle East",
    "Europe",
    "Caucasus and Central Asia",
    "Central America",
    "South America",
    "Caribbean",
    "East Asia",
    "North America",
    "Oceania",
    "Antarctica",
}
CASES = load_cases("acled.toml")


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_rows_worked_out_by_hand(case: dict[str, Any]) -> None:
    claims = [
        claim | ({"report": f"r{n}"} if claim.get("report") == "" else {}) for n, claim in enumerate(expand(case))
    ]
    rows, about = made_export("acled", made_source(claims), **case.get("options", {}))
    assert [{name: row[name] for name in want} for row, want in zip(rows, case["rows"], strict=False)] == case["rows"]
    assert len(rows) == len(case["rows"])
    reasons = left_out(about)
    assert set(reasons) == set(case.get("left_out", {}))
    for key, why in case.get("left_out", {}).items():
        assert reasons[key].startswith(why)


def test_a_whole_row() -> None:
    claims = [
        {
            "kind": "shelling",
            "who": ["army"],
            "whom": ["is"],
            "by": ["an officer"],
            "quotation": "The army shelled them, an officer said.",
        },
        {
            "kind": "killing",
            "whom": ["is"],
            "n": [["at least 12", 12, "?", "at least"]],
            "quotation": "At least 12 were killed.",
        },
    ]
    (row,), _ = made_export("acled", made_source(claims))
    assert row == {
        "event_id_cnty": "AR-IRQ-i1",
        "event_date": "2017-03-17",
        "year": "2017",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Shelling/artillery/missile attack",
        "actor1": "Military Forces of Iraq",
        "assoc_actor_1": "",
        "inter1": "State forces",
        "actor2": "Islamic State",
        "assoc_actor_2": "",
        "inter2": "Rebel group",
        "interaction": "State forces-Rebel group",
        "civilian_targeting": "",
        "iso": "368",
        "region": "Middle East",
        "country": "Iraq",
        "admin1": "Nineveh",
        "admin2": "",
        "admin3": "",
        "location": "Mosul",
        "latitude": "36.335",
        "longitude": "43.1189",
        "geo_precision": "1",
        "source": "The Made-Up Courier",
        "source_scale": "",
        "notes": "Shelling/artillery/missile attack in Mosul, Nineveh, Iraq, as reported by 1 report. "
        "Killed as reported: 12 or more.",
        "fatalities": "12",
        "tags": "",
        "timestamp": "",
        "ar_killed_low": "12",
        "ar_killed_high": "",
        "ar_qualifier": "at least",
        "ar_status": "actual",
        "ar_sources": "The Made-Up Courier quoting an officer | The Made-Up Courier",
        "ar_evidence": "At least 12 were killed.",
        "ar_evidence_start": "0",
        "ar_evidence_end": "24",
        "ar_report_id": "r1",
        "ar_n_sources": "2",
        "ar_conflict": "",
        "ar_review": "unreviewed",
        "ar_reviewed_by": "",
        "ar_reviewed_at": "",
        "ar_claims": "c1 | c2",
    }


def test_the_31_columns_are_acleds_and_ours_follow() -> None:
    assert ",".join(ACLED) == HEADER
    assert len(ACLED) == 31
    assert list(COLUMNS) == [*ACLED, *OURS]
    assert all(CANNOT.values())


def test_the_table_of_types_is_the_codebooks() -> None:
    order = [(event, sub) for event, subs in EVENT_TYPES.items() for sub in subs]
    assert [(event, sub) for sub, (_, event, _) in sub_events().items()] == order


def test_every_country_lies_in_one_of_the_17_regions() -> None:
    assert {row.acled_region for row in country_rows().values()} == REGIONS


@pytest.mark.parametrize("options", [{}, {"possible": True, "vague_numbers": True}], ids=["as it is", "all options"])
def test_random_claims_are_read_back_within_the_codebooks_lists(
    random_source: RandomSource, options: dict[str, bool]
) -> None:
    rows, about = made_export("acled", random_source, **options)
    assert len(rows) > 200
    assert len({row["event_id_cnty"] for row in rows}) == len(rows)
    for row in rows:
        check_row(row)
    check_nothing_lost(random_source, rows, left_out(about))


def check_row(row: dict[str, str]) -> None:
    assert list(row) == list(COLUMNS)
    assert row["event_id_cnty"].startswith("AR-")
    assert str(dt.date.fromisoformat(row["event_date"]).year) == row["year"]
    assert row["time_precision"] in ("1", "2", "3")
    assert row["geo_precision"] in ("1", "2", "3")
    assert row["sub_event_type"] in EVENT_TYPES[row["event_type"]]
    assert row["disorder_type"] == sub_events()[row["sub_event_type"]][2]
    assert row["inter1"] in INTERS
    assert row["inter2"] in ("", *INTERS)
    assert bool(row["actor2"]) == bool(row["inter2"])
    both = sorted((row["inter1"], row["inter2"]), key=lambda text: INTERS.index(text) if text else 99)
    if set(both) == {"Civilians", "External/Other forces"}:
        both.reverse()
    assert row["interaction"] == ("-".join(both) if row["inter2"] else f"{row['inter1']} only")
    assert row["civilian_targeting"] in ("", "Civilians targeted")
    assert row["region"] in REGIONS
    assert row["iso"].isdigit() or row["country"] == "Kosovo"
    assert abs(float(row["latitude"])) <= 90
    assert abs(float(row["longitude"])) <= 180
    assert len(row["latitude"].partition(".")[2]) <= 4
    assert row["fatalities"].isdigit()
    assert row["ar_killed_high"] == "" or float(row["ar_killed_low"]) <= float(row["ar_killed_high"])
    assert not {"denied", "planned", "generic"} & set(row["ar_status"].split("; "))
    assert "rejected" not in row["ar_review"]
    assert int(row["ar_evidence_end"]) > int(row["ar_evidence_start"])
    assert row["ar_sources"]
    assert row["ar_evidence"]
    assert row["actor2"].startswith("Civilians (") or row["event_type"] != "Violence against civilians"


def check_nothing_lost(source: ReadingsSource, rows: list[dict[str, Any]], reasons: dict[str, str]) -> None:
    """Every claim is in a row or left out, none both, and left out once."""
    told, everything = set(told_in(rows)), {one.key for one in source.told()}
    assert told | set(reasons) == everything
    assert not told & set(reasons)


def test_the_samples_give_rows(sample_source: ReadingsSource) -> None:
    rows, about = made_export("acled", sample_source)
    for row in rows:
        check_row(row)
    check_nothing_lost(sample_source, rows, left_out(about))
    khan = [row for row in rows if row["location"] == "Khan Sheikhoun" and row["event_date"] == "2017-04-04"]
    assert [(row["sub_event_type"], row["fatalities"], row["ar_killed_high"]) for row in khan] == [
        ("Chemical weapon", "30", "86")
    ]


def test_ids_stay_when_a_report_is_added() -> None:
    first = [{"kind": "bombing", "who": ["is"], "report": "r1", "published": "2017-03-18"}]
    later = [*first, {"kind": "killing", "n": [["4", 4, 4]], "report": "r0", "published": "2017-03-20"}]
    ids = [[row["event_id_cnty"] for row in made_export("acled", made_source(claims))[0]] for claims in (first, later)]
    assert ids == [["AR-IRQ-i1"], ["AR-IRQ-i1"]]


def test_changes_since_an_earlier_export_are_those_of_rows(tmp_path: Path) -> None:
    claims = [{"kind": "bombing", "incident": "i1"}, {"kind": "shelling", "incident": "i2"}]
    export("acled", made_source(claims), tmp_path / "a.csv")
    claims.append({"kind": "killing", "incident": "i2", "n": [["4", 4, 4]]})  # type: ignore[dict-item]
    about = export("acled", made_source(claims), tmp_path / "b.csv", since=tmp_path / "a.csv")
    assert about.changes is not None
    assert (about.changes.added, about.changes.changed, about.changes.removed) == ((), ("AR-IRQ-i2",), ())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "b.csv").read_text("utf-8-sig"))))
    assert [(row["event_id_cnty"], row["fatalities"]) for row in rows] == [("AR-IRQ-i2", "4")]


def test_the_format_says_what_it_cannot_hold() -> None:
    assert {"attribution", "upper bounds", "several days"} <= set(FORMAT.cannot)
