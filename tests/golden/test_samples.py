"""The sample reports and their gold claims stay together: same text, verbatim spans, known kinds, a reference each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from asreported import codebook
from asreported.records import Report, make_report

GOLDEN = Path(__file__).parent
SAMPLES = Path(codebook.__file__).parent / "data" / "samples"
IDS = sorted(path.stem for path in SAMPLES.glob("*.txt"))


def read_sample(sample_id: str) -> Report:
    head, _, body = (SAMPLES / f"{sample_id}.txt").read_text("utf-8").partition("\n\n")
    keys = dict(line.split(": ", 1) for line in head.splitlines())
    return make_report(body=body, **keys)


def read_golden(sample_id: str) -> dict[str, Any]:
    gold: dict[str, Any] = json.loads((GOLDEN / sample_id / f"{sample_id}.gold.json").read_text("utf-8"))
    return gold


def test_every_sample_has_gold_and_every_gold_a_sample() -> None:
    assert IDS, "no samples"
    assert sorted(path.name for path in GOLDEN.iterdir() if path.is_dir() and path.name[0].isdigit()) == IDS


@pytest.mark.parametrize("sample_id", IDS)
def test_gold_was_annotated_on_the_text_of_the_sample(sample_id: str) -> None:
    report, gold = read_sample(sample_id), read_golden(sample_id)
    assert report.text == gold["full"]
    assert (report.id, report.published, report.publisher, report.title) == tuple(
        gold[key] for key in ("id", "published", "publisher", "title")
    )


@pytest.mark.parametrize("sample_id", IDS)
def test_gold_is_verbatim_and_speaks_the_codebook(sample_id: str) -> None:
    gold = read_golden(sample_id)
    kinds = {kind.key for kind in codebook.kinds()}
    for claim in gold["claims"]:
        assert claim["kind"] in kinds
        assert claim["status"] in codebook.STATUSES
        for mention in [claim["trigger"], *claim["roles"], *(s for s in claim["sources"] if s["span"])]:
            start, end = mention["span"]
            assert gold["full"][start:end] == mention["text"]


@pytest.mark.parametrize("sample_id", IDS)
def test_annotation_as_written_gives_the_gold(sample_id: str) -> None:
    """Kind, trigger and status line by line: a gold file that was not made again after an edit fails."""
    lines = (GOLDEN / sample_id / f"{sample_id}.jsonl").read_text("utf-8").splitlines()
    written = [(a["k"], a["t"].partition("#")[0], a["st"]) for a in map(json.loads, lines)]
    gold = [(c["kind"], c["trigger"]["text"], c["status"]) for c in read_golden(sample_id)["claims"]]
    assert written == gold


@pytest.mark.parametrize("sample_id", IDS)
def test_sample_is_marked_as_a_sample_and_has_its_references(sample_id: str) -> None:
    readme = (SAMPLES / "README.md").read_text("utf-8")
    assert "Sample" in (read_sample(sample_id).publisher or "")
    assert f"| {sample_id} |" in readme
    assert f"\n**{sample_id[:2]}** " in readme
