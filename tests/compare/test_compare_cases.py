"""The cases of tests/cases/compare, worked out by hand: series, agreement, contradictions, killed, chains."""

import json
from pathlib import Path

import pytest
from told import tell_all

from asreported.compare.agreement import find_agreement
from asreported.compare.chains import count_chains
from asreported.compare.contradictions import find_contradictions
from asreported.compare.series import find_series
from asreported.compare.tolls import range_of_killed

CASES = Path(__file__).parent.parent / "cases" / "compare"


def cases(name):
    return [pytest.param(case, id=case["label"]) for case in json.loads((CASES / f"{name}.json").read_text("utf-8"))]


@pytest.mark.parametrize("case", cases("series"))
def test_series_hold_what_was_worked_out(case):
    found = {
        f"{s.question.measure} | {s.question.whose} | {s.question.incident or s.question.place}": s
        for s in find_series(tell_all(case["claims"]))
    }
    assert sorted(found) == sorted(case["expected"])
    for name, expected in case["expected"].items():
        series = found[name]
        assert [[p.low, p.high, p.counts] for p in series.points] == expected["points"]
        assert [aside.words for aside in series.asides] == expected.get("asides", [])
        assert len(series.denials) == expected.get("denials", 0)
        if "parts" in expected:
            assert [p.part for p in series.points] == expected["parts"]
        assert [len(p.notes) for p in series.points] == expected.get("notes", [len(p.notes) for p in series.points])


@pytest.mark.parametrize("case", cases("agreement"))
def test_agreement_is_what_was_worked_out(case):
    (series,) = find_series(tell_all(case["claims"]))
    agreement, expected = find_agreement(series), case["expected"]
    assert agreement.label == expected["label"]
    assert (agreement.reports, agreement.chains) == (expected["reports"], expected["chains"])
    assert [agreement.low, agreement.high] == expected["range"]
    assert [[step.kind, step.direction] for step in agreement.steps] == expected.get("steps", [])
    assert len(agreement.excluding) == expected.get("excluding", 0)


@pytest.mark.parametrize("case", cases("contradictions"))
def test_contradictions_are_those_worked_out(case):
    found = find_contradictions(tell_all(case["claims"]))
    assert [[one.kind, len(one.statements)] for one in found] == case["expected"]
    assert all(statement.quotation for one in found for statement in one.statements)


@pytest.mark.parametrize("case", cases("killed"))
def test_range_of_killed_is_what_was_worked_out(case):
    assert list(range_of_killed(tell_all(case["claims"]))) == case["expected"]


@pytest.mark.parametrize("case", cases("chains"))
def test_chains_are_counted_as_worked_out(case):
    assert count_chains(tell_all(case["claims"])) == case["expected"]
