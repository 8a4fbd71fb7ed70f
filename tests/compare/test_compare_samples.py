"""The sample reports side by side: their figures come together in the series that they belong to."""

import functools
import os
from pathlib import Path

import msgspec
import pytest

import asreported
from asreported.compare.agreement import find_agreement
from asreported.compare.series import find_series
from asreported.pipeline import sample_paths
from asreported.records import Kept, ReportHead

SHARED = os.environ.get("ASREPORTED_SHARED")


def keep(readings):
    return [
        Kept(
            key=f"{reading.report.id}:{claim.id}",
            report=ReportHead(
                key=reading.report.id,
                id=reading.report.id,
                title=reading.report.title,
                publisher=reading.report.publisher,
                published=reading.report.published,
                url=None,
                text_sha256=reading.report.sha256,
                chain=reading.report.id,
            ),
            claim=claim,
        )
        for reading in readings
        for claim in reading.claims
    ]


@functools.cache
def samples():
    return keep(asreported.read(*sample_paths()))


def find(kepts, title):
    return next(series for series in find_series(kepts) if series.title == title)


@pytest.mark.skipif(not SHARED, reason="needs the seed report")
def test_the_strength_of_islamic_state_in_mosul_is_one_series_over_all_reports():
    seed = keep(asreported.read(*sorted((Path(str(SHARED)) / "seed").glob("*.txt"))))
    series = find([*samples(), *seed], "strength: Islamic State, in Mosul, Nineveh, Iraq")
    told = {(point.words, point.low, point.high, point.counts) for point in series.points}
    assert {
        ("3,000 to 5,000", 3000, 5000, True),
        ("up to 8,000", 0, 8000, True),
        ("an estimated 8,000", 7200, 8800, True),
        ("up to 1,000", 0, 1000, True),
    } <= told
    words = [point.words for point in series.points]
    assert words.index("an estimated 8,000") < words.index("up to 1,000")
    steps = [(step.kind, step.direction) for step in find_agreement(series).steps]
    assert ("change", "down") in steps


def test_militants_whom_nobody_names_are_marked():
    (raqqa,) = [s for s in find_series(samples()) if s.title == "strength: Islamic State, in Raqqa, Syria"]
    marked = {point.words: bool(point.notes) for point in raqqa.points}
    assert marked == {"about 100": False, "200 to 300": True}


def test_events_that_are_linked_to_no_incident_are_not_compared():
    series = find(samples(), "killed: people, in Khan Sheikhoun, Idlib, Syria, of single events")
    assert find_agreement(series).label == "not compared"


def test_the_rival_counts_of_an_incident_are_contested():
    linked = [msgspec.structs.replace(k, incident="K") for k in samples() if k.report.id.startswith("08")]
    agreement = find_agreement(find(linked, "killed: people, incident K"))
    assert agreement.label == "contested"
    assert [(step.before.words, step.after.words, step.direction) for step in agreement.steps] == [("58", "86", "up")]


def test_what_the_un_fears_counts_for_nothing():
    displaced = find(samples(), "displaced: people, in Mosul, Nineveh, Iraq, of single events")
    feared = [point for point in displaced.points if point.words == "as many as one million"]
    assert [point.counts for point in feared] == [False]
    assert "another 2,500" in {aside.words for aside in displaced.asides}
