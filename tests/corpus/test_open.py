"""Every report of the open corpus is marked as fiction, and its annotation stands in its text."""

import json
from pathlib import Path
from typing import Any

import pytest

from asreported.codebook import ROLES, STATUSES, kinds

OPEN = Path(__file__).parents[2] / "corpus" / "open"
KINDS = {kind.key for kind in kinds()}
GOLD = sorted(OPEN.rglob("*.gold.json"))


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_ids_are_unique_and_every_report_has_its_four_files() -> None:
    assert len({path.name for path in GOLD}) == len(GOLD) > 500
    for path in GOLD:
        for suffix in (".txt", ".json", ".jsonl"):
            assert path.with_name(path.name.replace(".gold.json", suffix)).is_file(), path


@pytest.mark.parametrize("folder", sorted(p.name for p in OPEN.iterdir() if p.is_dir()))
def test_the_reports_are_fiction_and_the_claims_verbatim(folder: str) -> None:
    for path in sorted((OPEN / folder).glob("*.gold.json")):
        gold, report = load(path), load(path.with_name(path.name.replace(".gold.json", ".json")))
        assert report["fictional"] is True, path
        assert gold["full"] == report["full"], path
        for claim in gold["claims"]:
            assert claim["kind"] in KINDS and claim["status"] in STATUSES, (path, claim)
            fillers = [claim["trigger"], *claim["roles"], *(s for s in claim["sources"] if s["span"])]
            for filler in fillers:
                start, end = filler["span"]
                assert gold["full"][start:end] == filler["text"], (path, filler)
            assert all(role["role"] in ROLES for role in claim["roles"]), path
