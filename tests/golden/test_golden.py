"""What the program makes of the samples: as recorded, and near to what a person annotated."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

import score
from asreported.ingest import read_inputs
from asreported.pipeline import read_reports, sample_paths
from asreported.records import Reading
from gold import read_gold
from golden import claim_line

GOLDEN = Path(__file__).parent
FLOORS = json.loads((GOLDEN.parents[1] / "benchmarks" / "floors.json").read_text("utf-8"))["samples"]
SAME = 0.9
"""int8 rounds differently on processors of another family, so that a few claims may differ from the record."""


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    items = list(read_reports(read_inputs(sample_paths())))
    return {item.report.id: item for item in items if isinstance(item, Reading)}


def test_the_samples_are_read_as_recorded(readings: dict[str, Reading]) -> None:
    same = total = 0
    for name, reading in readings.items():
        recorded = (GOLDEN / name / "claims.txt").read_text("utf-8").splitlines()
        found = [claim_line(claim) for claim in reading.claims]
        same += len(set(recorded) & set(found))
        total += max(len(recorded), len(found))
    assert same >= SAME * total, "the readings changed: run `python tools/golden.py` and read the diff"


def test_scores_on_the_samples_hold(readings: dict[str, Reading]) -> None:
    total = score.Count()
    for gold in read_gold(GOLDEN):
        claims = json.loads(msgspec.json.encode(readings[gold.report.id]))["claims"]
        score.score_report([score.from_gold(c) for c in gold.claims], [score.from_pred(c) for c in claims], total)
    summary = score.summary(total)
    for key, floor in FLOORS.items():
        value = summary[key]
        reached = value.get("F1", value.get("matched")) if isinstance(value, dict) else value
        assert reached >= floor, f"{key} fell to {reached:.3f}, the floor is {floor}"
