"""Where the rows come from: a ledger, narrowed or not, and readings; the same claims give the same rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from made_flat import rows_of
from random_claims import RandomSource, random_readings

from asreported.exports import LedgerSource, Options, ReadingsSource, load_format, read_about
from asreported.exports.flat import COLUMNS
from asreported.exports.formats import EARLIER, Context, Losses
from asreported.exports.source import Source
from asreported.ledger import Item, Ledger, Query, open_ledger
from asreported.readings import Readings
from asreported.records import Reading


@pytest.fixture(scope="module")
def readings() -> tuple[Reading, ...]:
    return tuple(random_readings(120, seed=5))


@pytest.fixture
def ledger(tmp_path: Path, readings: tuple[Reading, ...]) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger", create=True) as opened:
        opened.add_many([Item(reading, reading.report.text.encode()) for reading in readings], reader="made up")
        yield opened


def by_id(source: Source, name: str, over: str) -> dict[str, dict[str, Any]]:
    return {row.id: row.values for row in rows_of(name, source, over)}


@pytest.mark.parametrize("name", ["csv", "jsonl", "parquet", "hxl"])
def test_a_ledger_and_readings_give_the_same_rows(ledger: Ledger, readings: tuple[Reading, ...], name: str) -> None:
    for over in load_format(name).columns:
        kept, read = by_id(LedgerSource(ledger), name, over), by_id(ReadingsSource(readings), name, over)
        assert kept == read
        assert kept


def link(ledger: Ledger, incidents: Mapping[str, list[str]]) -> None:
    """Link claims by hand, as linking would."""
    with ledger.database.write():
        for incident, keys in incidents.items():
            for key in keys:
                ledger.database.execute(
                    "UPDATE claims SET incident = ? WHERE n = ?", (incident, ledger.fetcher.number(key))
                )


def test_a_group_has_the_claims_that_the_filter_left_out(ledger: Ledger) -> None:
    told = list(LedgerSource(ledger).told())
    kinds = sorted({one.claim.kind for one in told})
    one, other = (next(t for t in told if t.claim.kind == kind) for kind in kinds[:2])
    link(ledger, {"i1": [one.key, other.key], "i2": [next(t.key for t in told if t.claim.kind == kinds[2])]})
    source = LedgerSource(ledger, Query(kinds=(kinds[0],)))
    groups = {group.id: [t.key for t in group.told] for group in source.groups()}
    assert sorted(groups["i1"]) == sorted([one.key, other.key])
    assert "i2" not in groups
    found = {t.key for t in source.told()}
    assert all(found & set(keys) for keys in groups.values())
    assert found <= {key for keys in groups.values() for key in keys}
    assert set(by_id(source, "csv", "incidents")) == set(groups)


def test_unlinked_claims_are_of_one_incident_where_their_report_says_so(ledger: Ledger) -> None:
    groups = {group.id: group.told for group in LedgerSource(ledger).groups()}
    for id, told in groups.items():
        report, _, label = id.partition(":")
        assert {one.report.key for one in told} == {report}
        assert {one.claim.incident for one in told} == {label} or [one.claim.id for one in told] == [label]
    assert sorted(one.key for told in groups.values() for one in told) == sorted(
        told.key for told in LedgerSource(ledger).told()
    )


def test_of_unlinked_claims_the_whole_incident_is_there_and_no_other(ledger: Ledger) -> None:
    everything = {group.id: {one.key for one in group.told} for group in LedgerSource(ledger).groups()}
    kind = next(one.claim.kind for one in LedgerSource(ledger).told() if one.claim.incident)
    source = LedgerSource(ledger, Query(kinds=(kind,)))
    found = {one.key for one in source.told()}
    groups = {group.id: {one.key for one in group.told} for group in source.groups()}
    assert groups == {id: keys for id, keys in everything.items() if keys & found}
    assert 0 < len(groups) < len(everything)


def test_a_claim_of_an_earlier_reading_is_in_no_incident_and_told(ledger: Ledger) -> None:
    key = next(LedgerSource(ledger).told()).key
    with ledger.database.write():
        ledger.database.execute("UPDATE claims SET current = 0 WHERE n = ?", (ledger.fetcher.number(key),))
    format, context = load_format("csv"), None
    source = LedgerSource(ledger, Query(earlier=True))
    context = Context("incidents", Options(), Losses(), {}, source)
    rows = list(format.rows(source, context))
    assert key not in {one for row in rows for one in row.values["keys"]}
    assert context.losses.left_out == {EARLIER: [key]}


@pytest.mark.parametrize("name", ["acled", "ucdp", "plover"])
def test_event_formats_tell_of_claims_of_earlier_readings_too(ledger: Ledger, name: str) -> None:
    key = next(LedgerSource(ledger).told()).key
    with ledger.database.write():
        ledger.database.execute("UPDATE claims SET current = 0 WHERE n = ?", (ledger.fetcher.number(key),))
    format, source = load_format(name), LedgerSource(ledger, Query(earlier=True, order="oldest"))
    context = Context("incidents", Options(), Losses(), format.columns["incidents"], source)
    for row in format.rows(source, context):
        assert key not in str(row.values)
    assert key in context.losses.left_out[EARLIER]


def test_states_of_review_narrow_within_an_incident(ledger: Ledger) -> None:
    one, other, third = [told.key for told in LedgerSource(ledger).told()][:3]
    link(ledger, {"i1": [one, other], "i2": [third]})
    ledger.decide(one, "accept", who="A. Reader")
    ledger.decide(third, "reject", who="A. Reader")
    groups = list(LedgerSource(ledger, Query(reviews=("accepted", "corrected"))).groups())
    assert [(group.id, [told.key for told in group.told]) for group in groups] == [("i1", [one])]


def test_who_decided_stands_in_rows_of_every_unit(ledger: Ledger) -> None:
    comparison = next(iter(LedgerSource(ledger).comparisons()))
    key = comparison.series.points[0].key
    ledger.decide(key, "reject", who="Zoë")
    ledger.decide(key, "comment", who="B", why="so")
    source = LedgerSource(ledger)
    claim = by_id(source, "csv", "claims")[key]
    assert (claim["review"], claim["reviewed_by"]) == ("rejected", "Zoë")
    figure = next(row for row in by_id(source, "csv", "figures").values() if row["key"] == key)
    assert (figure["review"], figure["reviewed_by"], figure["counts"]) == ("rejected", "Zoë", False)
    incident = next(row for row in by_id(source, "csv", "incidents").values() if key in row["keys"])
    place = incident["keys"].index(key)
    assert (incident["review"][place], incident["reviewed_by"][place]) == ("rejected", "Zoë")
    assert claim["reviewed_at"] == figure["reviewed_at"] == incident["reviewed_at"][place] != None  # noqa: E711
    ledger.decide(key, "undo", who="Zoë", value=ledger.history(key)[0].n)
    assert by_id(LedgerSource(ledger), "csv", "claims")[key]["reviewed_by"] is None


def test_every_figure_is_a_row_or_told_to_be_none(few_random: RandomSource) -> None:
    format = load_format("csv")
    context = Context("figures", Options(), Losses(), COLUMNS["figures"], few_random)
    rows = list(format.rows(few_random, context))
    told = {id for ids in context.losses.left_out.values() for id in ids}
    points = {(row.values["report_key"], row.values["position"], row.values["words"]) for row in rows}
    for one in few_random.told():
        for figure in one.claim.figures:
            point = (one.report.key, figure.start, figure.text) in points
            assert point or f"{one.key} “{figure.text}”" in told


# ---- from Python -------------------------------------------------------------------------


def test_readings_export_themselves(tmp_path: Path, readings: tuple[Reading, ...]) -> None:
    about = Readings(readings).export("csv", str(tmp_path / "x.csv"), over="incidents", possible=True)
    assert about == read_about(tmp_path / "x.csv")
    assert (about.over, about.options) == ("incidents", {"possible": True})
    assert Readings([]).export("jsonl", tmp_path / "y.jsonl").rows == 0
    with pytest.raises(TypeError):
        Readings(readings).export("csv", tmp_path / "z.csv", nonsense=True)
    assert not (tmp_path / "z.csv").exists()
