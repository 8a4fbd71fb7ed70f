"""What the tests of all formats export: the sample reports as they are read, and claims made up at random."""

from __future__ import annotations

import os

import pytest
from random_claims import RandomSource

from asreported.exports.source import ReadingsSource
from asreported.ingest import read_inputs
from asreported.pipeline import read_reports, sample_paths
from asreported.records import Reading

FULL = os.environ.get("ASREPORTED_FULL") == "1"


@pytest.fixture(scope="session")
def sample_readings() -> tuple[Reading, ...]:
    """The sample reports, read once for all tests."""
    items = read_reports(read_inputs(sample_paths()))
    return tuple(item for item in items if isinstance(item, Reading))


@pytest.fixture(scope="session")
def sample_source(sample_readings: tuple[Reading, ...]) -> ReadingsSource:
    return ReadingsSource(sample_readings)


# Made anew for each module: so many objects kept to the end would slow the garbage collector for all tests behind.
@pytest.fixture(scope="module")
def random_source() -> RandomSource:
    """10,000 claims, not to be changed."""
    return RandomSource(10_000)


@pytest.fixture(scope="module")
def few_random() -> RandomSource:
    """Fewer of them, for what is slow to read back; all with ASREPORTED_FULL=1."""
    return RandomSource(10_000 if FULL else 2_000)
