"""
Gold claims → windows with tags: the examples that the network is trained on.

Reports are cut by the same code that cuts them when the program runs. What a window does not hold whole (a sentence
cut at its edge, a speaker further back) is left out of the loss, not taught as absent.
"""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import torch
from torch import Tensor

from asreported.annotate import decode, labels
from asreported.annotate.events import pair_buckets
from asreported.annotate.sentences import split_sentences
from asreported.annotate.tokens import Pieces, Window, WindowSizes, cut_pieces, cut_windows
from asreported.records import Annotation, make_report
from model import ATTRIBUTION_LAYERS

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from gold import GoldReport, read_gold

IGNORED = -100


@dataclasses.dataclass
class Trigger:
    """One gold claim in pieces of its report: spans are (first, last), last exclusive."""

    kind: int
    status: int
    voice: int
    pieces: tuple[int, int]
    sentence: int
    spans: list[tuple[int, int, int]]
    """(layer, first, last)"""


@dataclasses.dataclass
class Example:
    """A gold report, ready to be cut into windows."""

    gold: GoldReport
    pieces: Pieces
    title_pieces: int
    triggers: list[Trigger]
    teaches: str = "claims"
    """What is annotated in full: claims, toponyms or attributions."""
    toponyms: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    attributions: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    """(layer, first, last)"""


def read_examples(folders: list[Path], tokenizer: Any) -> list[Example]:
    """All gold reports under `folders`."""
    return [make_example(gold, tokenizer) for folder in folders for gold in read_gold(folder)]


def make_example(gold: GoldReport, tokenizer: Any) -> Example:
    """The report in pieces, with its gold claims as tags."""
    report = gold.report
    sentences = split_sentences(report)
    pieces = cut_pieces(report, sentences, tokenizer)
    title_pieces = int((pieces.ends <= len(report.title)).sum()) if report.title else 0
    triggers = []
    for event in gold.annotation.events:
        span = piece_range(pieces, event.trigger.start, event.trigger.end)
        if span is None:
            continue
        spans = [(m.role, m.span) for m in event.roles]
        inner = event.sources[-1] if event.sources else None
        if inner is not None:
            spans += [(name, s) for name, s in (("who", inner.who), ("cue", inner.cue)) if s is not None]
        for outer in event.sources[:-1]:
            spans += [(name, s) for name, s in (("outer-who", outer.who), ("outer-cue", outer.cue)) if s is not None]
        ranges = [(labels.LAYERS.index(name), piece_range(pieces, s.start, s.end)) for name, s in spans]
        voice = "publisher" if inner is None else "anonymous" if inner.anonymous else "named"
        triggers.append(
            Trigger(
                kind=labels.KINDS.index(event.kind),
                status=labels.STATUSES.index(event.status),
                voice=labels.VOICES.index(voice),
                pieces=span,
                sentence=int(pieces.sentences[span[0]]),
                spans=[(layer, *r) for layer, r in ranges if r is not None],
            )
        )
    return Example(gold, pieces, title_pieces, triggers)


def read_toponyms(path: Path, tokenizer: Any) -> list[Example]:
    """
    The articles of a geoparsing corpus (LGL, TR-News: XML with character offsets) with their toponyms and no claims.

    A toponym whose offsets do not fit its phrase is left out, with its article's sentence still taught as it stands.
    """
    examples = []
    for article in ElementTree.parse(path).getroot().iter("article"):
        text = article.findtext("text") or ""
        report = make_report(id=f"{path.stem}-{article.get('docid')}", title="", body=text)
        lead = len(text) - len(text.lstrip())
        pieces = cut_pieces(report, split_sentences(report), tokenizer)
        found = []
        for toponym in article.iter("toponym"):
            start, end = int(toponym.findtext("start") or 0) - lead, int(toponym.findtext("end") or 0) - lead
            span = piece_range(pieces, start, end)
            if span is not None and report.text[start:end] == (toponym.findtext("phrase") or "").strip():
                found.append(span)
        empty = GoldReport(report=report, annotation=Annotation(sentences=(), toponyms=(), events=()), claims=[])
        examples.append(Example(empty, pieces, 0, [], teaches="toponyms", toponyms=found))
    return examples


def read_attributions(path: Path, tokenizer: Any) -> list[Example]:
    """
    The articles of an attribution corpus (PolNeAR: gzipped JSON lines) with the spans of source, cue and content.

    Of several annotators the first one is taken. A content that holds another one is tagged up to where that begins.
    """
    examples = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            doc = json.loads(line)
            lead = len(doc["text"]) - len(doc["text"].lstrip())
            report = make_report(id=str(doc["id"]), title="", body=doc["text"])
            pieces = cut_pieces(report, split_sentences(report), tokenizer)
            spans = []
            for attribution in doc["annotations"][0]["attributions"]:
                for layer, name in enumerate(ATTRIBUTION_LAYERS):
                    for start, end in (s for part in attribution.get(name, []) for s in part["spans"]):
                        found = piece_range(pieces, start - lead, end - lead)
                        if found is not None:
                            spans.append((layer, *found))
            # Longer spans first, so that what is nested in them is written over them.
            spans.sort(key=lambda s: s[1] - s[2])
            empty = GoldReport(report=report, annotation=Annotation(sentences=(), toponyms=(), events=()), claims=[])
            examples.append(Example(empty, pieces, 0, [], teaches="attributions", attributions=spans))
    return examples


def piece_range(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """The pieces that overlap the characters `start:end`, as (first, last exclusive)."""
    first = int(np.searchsorted(pieces.ends, start, side="right"))
    last = int(np.searchsorted(pieces.starts, end, side="left"))
    return (first, last) if last > first else None


@dataclasses.dataclass
class Item:
    """One window as arrays, before it is padded into a batch."""

    ids: np.ndarray
    trigger_tags: np.ndarray
    toponym_tags: np.ndarray
    attribution_tags: np.ndarray
    """Shapes: (L, 3); the other tags (L,)."""
    triggers: list[dict[str, Any]]


def cut_items(example: Example, sizes: WindowSizes) -> Iterator[Item]:
    """The windows of a report as training items."""
    for window in cut_windows(example.pieces, example.title_pieces, sizes):
        yield make_item(example, window)


def make_item(example: Example, window: Window) -> Item:
    """The tags of one window; pieces of sentences that the window cuts are ignored."""
    pieces = example.pieces
    ids = window.ids(pieces)
    shift = len(window.prefix) - window.first
    whole = whole_sentences(pieces, window)
    inside = slice(window.first + shift, window.last + shift)
    outside = np.where(whole, 0, IGNORED)
    tags, toponyms = np.full((2, len(ids)), IGNORED, dtype=np.int64)
    attributions = np.full((len(ids), len(ATTRIBUTION_LAYERS)), IGNORED, dtype=np.int64)
    taught = {"claims": tags, "toponyms": toponyms, "attributions": attributions}[example.teaches]
    taught[inside] = outside if taught.ndim == 1 else outside[:, None]
    for first, last in example.toponyms:
        if window.first <= first and last <= window.last and whole[first - window.first]:
            toponyms[first + shift : last + shift] = 2
            toponyms[first + shift] = 1
    for layer, first, last in example.attributions:
        begins = first >= window.first
        first, last = max(first, window.first), min(last, window.last)
        if first < last:
            part = attributions[first + shift : last + shift, layer]
            part[part >= 0] = 2
            if begins and part[0] >= 0:
                part[0] = 1
    numbers = np.full(len(ids), -1, dtype=np.int64)
    numbers[inside] = pieces.sentences[window.first : window.last]
    items = []
    for trigger in example.triggers:
        first, last = trigger.pieces
        if first < window.first or last > window.last or not whole[first - window.first]:
            continue
        tags[first + shift : last + shift] = 2 + 2 * trigger.kind
        tags[first + shift] = 1 + 2 * trigger.kind
        items.append(_pair_item(trigger, window, shift, len(ids), numbers))
    return Item(ids, tags, toponyms, attributions, items)


def whole_sentences(pieces: Pieces, window: Window) -> np.ndarray:
    """Which pieces of the window stand in sentences that it holds from end to end. Shapes: (last - first,)."""
    numbers = pieces.sentences[window.first : window.last]
    whole = np.ones(len(numbers), dtype=bool)
    if window.first > 0 and pieces.sentences[window.first - 1] == numbers[0]:
        whole &= numbers != numbers[0]
    if window.last < len(pieces) and pieces.sentences[window.last] == numbers[-1]:
        whole &= numbers != numbers[-1]
    if not whole.any():  # a sentence longer than the window
        whole[:] = True
    return whole


def _pair_item(trigger: Trigger, window: Window, shift: int, length: int, numbers: np.ndarray) -> dict[str, Any]:
    tags = np.zeros((length, len(labels.LAYERS)), dtype=np.int64)
    tags[numbers < 0] = IGNORED
    first, last = trigger.pieces
    for layer, a, b in trigger.spans:
        a, b = max(a, window.first), min(b, window.last)
        if a < b:
            tags[a + shift : b + shift, layer] = 2
            tags[a + shift, layer] = 1
    found = decode.Trigger(first + shift, last + shift, trigger.kind, 1.0)
    distances, sentences = pair_buckets(numbers, [found])
    return {
        "first": first + shift,
        "last": last + shift - 1,
        "kind": trigger.kind,
        "status": trigger.status,
        "voice": trigger.voice,
        "tags": tags,
        "distances": distances[0],
        "sentences": sentences[0],
    }


def collate(items: list[Item]) -> dict[str, Tensor]:
    """Items → one padded batch. Shapes: ids, *_tags (B, L); per trigger N rows, `window` says of which window."""
    longest = max(len(i.ids) for i in items)
    batch: dict[str, Any] = {}

    def padded(arrays: list[np.ndarray], value: int) -> Tensor:
        out = np.full((len(arrays), longest, *arrays[0].shape[1:]), value, dtype=np.int64)
        for row, array in zip(out, arrays, strict=True):
            row[: len(array)] = array
        return torch.from_numpy(out)

    batch["ids"] = padded([i.ids for i in items], 0)
    batch["real"] = torch.tensor([[p < len(i.ids) for p in range(longest)] for i in items])
    batch["trigger_tags"] = padded([i.trigger_tags for i in items], IGNORED)
    batch["toponym_tags"] = padded([i.toponym_tags for i in items], IGNORED)
    batch["attribution_tags"] = padded([i.attribution_tags for i in items], IGNORED)
    rows = [(number, t) for number, item in enumerate(items) for t in item.triggers]
    batch["window"] = torch.tensor([number for number, _ in rows], dtype=torch.long)
    for key in ("first", "last", "kind", "status", "voice"):
        batch[key] = torch.tensor([t[key] for _, t in rows], dtype=torch.long)
    if rows:
        batch["tags"] = padded([t["tags"] for _, t in rows], IGNORED)
        batch["distances"] = padded([t["distances"] for _, t in rows], 0)
        batch["sentences"] = padded([t["sentences"] for _, t in rows], 0)
    return batch


def epoch_batches(examples: list[Example], pieces_a_batch: int, rng: random.Random) -> Iterator[dict[str, Tensor]]:
    """One epoch: every report in windows of random sizes, shuffled, in batches of about `pieces_a_batch` pieces."""
    items = []
    for example in examples:
        sizes = WindowSizes(
            longest=rng.randint(160, 320),
            before=rng.choice([16, 32, 64]),
            after=rng.choice([0, 12, 24]),
            first_core=rng.randint(40, 300),
        )
        items += list(cut_items(example, sizes))
    rng.shuffle(items)
    chunk = 64
    batches = []
    for start in range(0, len(items), chunk):
        part = sorted(items[start : start + chunk], key=lambda i: len(i.ids))
        batch: list[Item] = []
        for item in part:
            if batch and (len(batch) + 1) * len(item.ids) > pieces_a_batch:
                batches.append(batch)
                batch = []
            batch.append(item)
        batches.append(batch)
    rng.shuffle(batches)
    for batch in batches:
        yield collate(batch)
