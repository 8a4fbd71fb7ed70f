"""The links that are published say what the corpus card says of them."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus"


def groups() -> list[dict]:
    with gzip.open(CORPUS / "links.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_a_claim_is_in_one_incident_of_a_report_of_the_group() -> None:
    for group in groups():
        members = [tuple(member) for incident in group["incidents"] for member in incident["members"]]
        assert max(Counter(members).values()) == 1
        assert {report for report, _ in members} <= set(group["reports"])


def test_the_card_counts_right() -> None:
    incidents = [incident for group in groups() for incident in group["incidents"]]
    several = sum(len({report for report, _ in incident["members"]}) > 1 for incident in incidents)
    claims = sum(len(incident["members"]) for incident in incidents)
    card = " ".join((CORPUS / "README.md").read_text("utf-8").split())
    assert f"{len(incidents):,} incidents with {claims:,} claims, {several} of them told by several reports" in card


def test_names_are_unique_within_a_group() -> None:
    for group in groups():
        names = [incident["incident"] for incident in group["incidents"]]
        assert len(names) == len(set(names))
