"""
Broken files of every format (malformed.py): each gives a report or a named reason, soon, and in memory that is there.

A tenth of the files is read unless ASREPORTED_FULL is set.
"""

import json
import os
import subprocess
import sys

import malformed
import pytest
from malformed import make_seeds, mutants

from asreported.ingest import ingest_bytes
from asreported.records import Report

FILES = 20_000 if os.environ.get("ASREPORTED_FULL") else 2_000
MOST_SECONDS = 10.0
MOST_MEMORY = 1_000_000_000

SEEDS = make_seeds()


@pytest.mark.parametrize("name", [name for name in SEEDS if name != "unnamed"])
def test_whole_file_is_read(name):
    results = list(ingest_bytes(SEEDS[name], name=name))
    assert any(isinstance(result, Report) and "Tal Sabr" in result.text for result in results), results


def test_mutants_are_the_same_every_time():
    assert list(mutants(40, 60)) == list(mutants(40, 60))
    changed = [raw != SEEDS[name] for _, name, raw in mutants(0, 200)]
    assert sum(changed) > 180


def test_every_broken_file_gives_reports_or_reasons():
    """In a program of its own, so that the memory is that of the processes that it starts."""
    run = [sys.executable, malformed.__file__, "0", str(FILES)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(run, capture_output=True, text=True, check=True, env=environment)
    told = json.loads(done.stdout)
    print(done.stdout)
    assert done.stderr == ""
    assert told["failures"] == []
    assert told["slowest"][0][0] < MOST_SECONDS
    assert told["peak"] < MOST_MEMORY
    assert {"report", "damaged", "truncated", "bad-json", "empty"} <= set(told["outcomes"])
