"""PLOVER events: worked out by hand, and of random claims against the manual's lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from made_events import expand, left_out, load_cases, made_export, made_source, told_in
from random_claims import RandomSource

from asreported.exports.event_tables import event_types
from asreported.exports.plover_columns import CANNOT, COLUMNS
from asreported.exports.source import ReadingsSource

MODES = {
    "AGREE": "",
    "CONSULT": "visit third-party multilateral phone",
    "SUPPORT": "",
    "CONCEDE": "",
    "COOPERATE": "",
    "AID": "",
    "RETREAT": "withdraw release disarm ceasefire access resign",
    "REQUEST": "assist change yield meet",
    "ACCUSE": "disapprove investigate allege",
    "REJECT": "assist change yield meet",
    "THREATEN": "restrict arrest relations expel territory violence",
    "PROTEST": "demo riot strike hunger boycott obstruct vandalize",
    "SANCTION": "convict expel withdraw discontinue",
    "MOBILIZE": "troops weapons police militia",
    "COERCE": "seize restrict censor curfew martial-law arrest deport withhold misinformation cyber",
    "ASSAULT": "abduct beat torture sexual targeted destroy primitive firearms explosives suicide-attack aerial drone "
    "heavy-weapons crowd-control unconventional",
}
"""The manual's 16 types; written out here so that the table of the package is held against it."""
AUXILIARY = {"planned": "future", "generic": "hypothetical", "denied": "negation"}
CONTEXTS = {
    "military",
    "territory",
    "cbrn",
    "human_rights",
    "repression",
    "human_security",
    "migration",
    "diplomatic",
    "legal",
    "terrorism",
}
SECTORS = [
    "COP",
    "GOV",
    "JUD",
    "LEG",
    "MIL",
    "PRM",
    "PTY",
    "REB",
    "SPY",
    "UAF",
    "UNK",
    "AGR",
    "BUS",
    "CRM",
    "CVL",
    "EDU",
    "ELI",
    "JRN",
    "LAB",
    "MED",
    "REF",
    "OPP",
    "PRE",
    "REL",
    "SOC",
]
ENTITY = {"code", "sector", "entity_text", "identifier_id", "identifier_text"}
LOCATION = {
    "extracted_place",
    "resolved_place",
    "geonameid",
    "lat",
    "lon",
    "city",
    "district",
    "province",
    "country",
    "country_code",
    "resolution",
}
CASES = load_cases("plover.toml")


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_events_worked_out_by_hand(case: dict[str, Any]) -> None:
    rows, about = made_export("plover", made_source(expand(case)), **case.get("options", {}))
    got = [{name: look(row, name) for name in want} for row, want in zip(rows, case["rows"], strict=False)]
    assert got == case["rows"]
    assert len(rows) == len(case["rows"])
    for row in rows:
        check_event(row)
    reasons = left_out(about)
    assert set(reasons) == set(case.get("left_out", {}))
    for key, why in case.get("left_out", {}).items():
        assert reasons[key].startswith(why)


def look(row: dict[str, Any], name: str) -> Any:
    """`none` where there is none; an object without what is null in it."""
    found: Any = row
    for part in name.split("."):
        found = found.get(part, "none") if isinstance(found, dict) else "none"
    return {key: value for key, value in found.items() if value is not None} if isinstance(found, dict) else found


def test_a_whole_event() -> None:
    claims = [
        {
            "kind": "shelling",
            "who": ["army"],
            "whom": ["is"],
            "by": ["an officer"],
            "url": "https://example.org/a",
            "quotation": "The army shelled them, an officer said.",
        },
    ]
    (row,), _ = made_export("plover", made_source(claims))
    assert row == {
        "id": "AR-IRQ-i1-ASSAULT",
        "date": "2017-03-17",
        "actor": [
            {
                "code": "IRQ",
                "sector": "MIL",
                "entity_text": "Iraqi army",
                "identifier_id": "army:iq",
                "identifier_text": "Iraqi army",
            }
        ],
        "recipient": [
            {
                "code": "IMG",
                "sector": "REB",
                "entity_text": "Islamic State",
                "identifier_id": "islamic-state",
                "identifier_text": "Islamic State",
            }
        ],
        "event": ["ASSAULT"],
        "has_event": True,
        "event_loc": {
            "extracted_place": "Mosul",
            "resolved_place": "Mosul",
            "geonameid": 99072,
            "lat": 36.335,
            "lon": 43.1189,
            "city": "Mosul",
            "province": "Nineveh",
            "country": "Iraq",
            "country_code": "IRQ",
            "resolution": 4,
        },
        "event_text": ["did"],
        "quad_code": 4,
        "event_scale": -9.5,
        "mode": ["heavy-weapons"],
        "context": ["military"],
        "link": "https://example.org/a",
        "text_info": [{"sequence": 1, "start": 0, "end": 39}],
        "cite_info": {
            "corpus": "asreported",
            "citation": "r1",
            "url": "https://example.org/a",
            "title": "A made-up report",
            "publication": "The Made-Up Courier",
            "codebook": "PLOVER 2.0 (manual, draft)",
        },
        "coder": "asreported",
        "asreported": {
            "status": "actual",
            "according_to": "The Made-Up Courier quoting an officer",
            "quotation": "The army shelled them, an officer said.",
            "evidence_start": 0,
            "evidence_end": 39,
            "report_id": "r1",
            "n_sources": 1,
            "review": "unreviewed",
            "claims": ["c1"],
            "cameo": ["194"],
        },
    }


def test_the_table_of_types_is_the_manuals() -> None:
    table = event_types().plover
    assert {name: " ".join(row.modes) for name, row in table.items()} == MODES
    assert {name for name, row in table.items() if row.recipient} == {"COOPERATE", "AID", "SANCTION"}
    quads = {1: "AGREE CONSULT SUPPORT CONCEDE", 2: "COOPERATE AID RETREAT", 3: "REQUEST ACCUSE REJECT THREATEN"}
    assert all(table[name].quad == quad for quad, names in quads.items() for name in names.split())
    assert table["ACCUSE"].score is None
    assert all(CANNOT.values())


def test_random_claims_are_read_back_within_the_manuals_lists(random_source: RandomSource) -> None:
    rows, about = made_export("plover", random_source, possible=True)
    assert len(rows) > 1000
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        check_event(row)
    check_nothing_lost(random_source, rows, left_out(about))


def check_event(row: dict[str, Any]) -> None:
    assert set(row) <= set(COLUMNS)
    first = dt.date.fromisoformat(row["date"])
    assert "enddate" not in row or dt.date.fromisoformat(row["enddate"]) > first
    (name,) = row["event"]
    statuses = row["asreported"]["status"].split("; ")
    auxiliary = {AUXILIARY[status] for status in statuses if status in AUXILIARY}
    assert len(auxiliary) <= 1
    assert not auxiliary or len(statuses) == 1
    modes = row.get("mode", [])
    assert set(modes) - auxiliary <= set(MODES[name].split())
    assert auxiliary <= set(modes)
    assert not auxiliary or not {"size", "event_scale"} & set(row)
    assert row["quad_code"] in (1, 2, 3, 4)
    assert set(row.get("context", ())) <= CONTEXTS
    assert row["actor"]
    for entity in (*row["actor"], *row.get("recipient", ())):
        assert set(entity) <= ENTITY
        assert entity.get("sector", "UNK") in SECTORS
        assert entity.get("sector") or entity.get("code")
    assert "recipient" in row or not event_types().plover[name].recipient
    assert set(row.get("event_loc", {})) <= LOCATION
    size = row.get("size", {})
    for what in ("dead", "injured", "arrested"):
        assert size.get(f"{what}_high") is None or size[f"{what}_low"] <= size[f"{what}_high"]
        assert size.get(what) == size.get(f"{what}_low")
    ours = row["asreported"]
    assert ours["according_to"]
    assert ours["quotation"]
    assert ours["claims"]
    assert "rejected" not in ours["review"]
    assert len(row["text_info"]) == len(ours["claims"])


def check_nothing_lost(source: ReadingsSource, rows: list[dict[str, Any]], reasons: dict[str, str]) -> None:
    told, everything = set(told_in(rows)), {one.key for one in source.told()}
    assert told | set(reasons) == everything
    assert not told & set(reasons)


def test_the_samples_give_events(sample_source: ReadingsSource) -> None:
    rows, about = made_export("plover", sample_source)
    for row in rows:
        check_event(row)
    check_nothing_lost(sample_source, rows, left_out(about))
    denied = [row for row in rows if "negation" in row.get("mode", ())]
    assert all("size" not in row for row in denied)
