"""
What `link_claims.py` learns from: annotated reports whose incidents are linked, and reports of shootings, each with the
encoder's states of its claims.
"""

from __future__ import annotations

import gzip
import json
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from asreported.annotate.engine import load_engine
from asreported.annotate.vectors import read_states
from asreported.link.accounts import Context, context_of
from asreported.records import Claim, Reading, Span
from asreported.resolve.gazetteer import load_gazetteer

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from gold import read_gold
from gold_claims import reading_of


class Item(NamedTuple):
    """One report: its claims, the encoder's states of each (N, 2 D), and the incident of each."""

    context: Context
    claims: tuple[Claim, ...]
    states: Any
    labels: list[str]
    group: str | None
    """The name of the group of links, within which labels hold over reports; None: labels hold within the report."""


class StateCache:
    """The encoder's states of the claims of each report, by the report's hash and the spans."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.engine = load_engine()
        self.known: dict[str, Any] = {}
        if path is not None and path.exists():
            with np.load(path) as arrays:
                self.known = {key: arrays[key] for key in arrays.files}

    def states(self, reading: Reading, spans: Sequence[tuple[Span, Span]]) -> Any:
        """Shapes: (N, 2 D), float16."""
        marks = ",".join(f"{t.start}-{t.end}-{s.start}-{s.end}" for t, s in spans)
        key = f"{reading.report.sha256[:24]}{zlib.crc32(marks.encode()):08x}"
        if key not in self.known:
            states = read_states(reading.report, self.engine)
            rows = [np.concatenate([states.mean(t), states.mean(s)]) for t, s in spans]
            self.known[key] = np.array(rows, np.float16).reshape(len(spans), -1)
        return self.known[key]

    def save(self) -> None:
        if self.path is not None:
            np.savez(self.path, **self.known)


def load_reports(gold: Path, links: Path, cache: StateCache) -> Iterator[Item]:
    """The annotated reports; those that the links know have labels that hold over their group."""
    groups: dict[str, str] = {}
    linked: dict[tuple[str, int], str] = {}
    with gzip.open(links, "rt", encoding="utf-8") as lines:
        for group in map(json.loads, lines):
            groups.update(dict.fromkeys(group["reports"], group["name"]))
            for incident in group["incidents"]:
                linked.update(dict.fromkeys(map(tuple, incident["members"]), f"{group['name']}/{incident['incident']}"))
    gazetteer = load_gazetteer()
    for report in read_gold(gold):
        if len(report.claims) == 0:
            continue
        reading, group_name = reading_of(report, gazetteer), groups.get(report.report.id)
        own = [c["incident"] for c in report.claims]
        labels = [
            (linked.get((report.report.id, n)) if group_name else own[n]) or f"alone {n}" for n in range(len(own))
        ]
        labels = [x if "/" in x else f"{report.report.id} {x}" for x in labels]
        spans = [(e.trigger, e.sentence) for e in report.annotation.events]
        yield Item(make_context(reading), reading.claims, cache.states(reading, spans), labels, group_name)


def load_shootings(docs: Path, readings: Path, cache: StateCache) -> Iterator[Item]:
    """Reports of shootings; `labels` of all claims is the incident that the report is about."""
    incidents = {d["doc_id"]: d["incident_id"] for d in map(json.loads, docs.read_text("utf-8").splitlines())}
    decoder = msgspec.json.Decoder(Reading)
    for line in readings.read_bytes().splitlines():
        reading = decoder.decode(line)
        if reading.claims and reading.report.id in incidents:
            spans = [(c.trigger, c.evidence) for c in reading.claims]
            label = f"shooting/{incidents[reading.report.id]}"
            states = cache.states(reading, spans)
            yield Item(make_context(reading), reading.claims, states, [label] * len(reading.claims), "shootings")


def make_context(reading: Reading) -> Context:
    report = reading.report
    return context_of(report.id, report.id, report.published, report.publisher, report.title, report.text)


def is_held(item: Item) -> bool:
    return zlib.crc32(item.labels[0].encode()) % 6 == 0
