"""
Gold claims → windows with tags: the examples that the network is trained on.

Reports are cut by the same code that cuts them when the program runs. What a window does not hold whole (a sentence
cut at its edge, a speaker further back) is left out of the loss, not taught as absent.
"""

from __future__ import annotations

import dataclasses
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from asreported import codebook
from asreported.annotate import decode, labels
from asreported.annotate.events import near_pieces, pair_buckets
from asreported.annotate.sentences import split_sentences
from asreported.annotate.tokens import Pieces, Window, WindowSizes, cut_pieces, cut_windows
from asreported.records import Annotation, Report
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
class Statement:
    """One attribution of PolNeAR: the pieces of its content, source and cue, as (first, last exclusive)."""

    content: list[tuple[int, int]]
    who: tuple[int, int] | None
    cue: tuple[int, int] | None
    says: bool
    """Whether the cue is one that claims know: PolNeAR also marks what somebody likes or wants."""


@dataclasses.dataclass
class Example:
    """A gold report, ready to be cut into windows."""

    gold: GoldReport
    pieces: Pieces
    title_pieces: int
    triggers: list[Trigger]
    teaches: str = "claims"
    """What is annotated in full: claims, toponyms, attributions or dependencies."""
    toponyms: list[tuple[int, int]] = dataclasses.field(default_factory=list)
    attributions: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    """(layer, first, last)"""
    statements: list[Statement] = dataclasses.field(default_factory=list)
    arcs: list[tuple[int, int, int]] = dataclasses.field(default_factory=list)
    """(first piece of a word, of its head, relation); a root is its own head."""


def read_examples(folders: list[Path], tokenizer: Any) -> list[Example]:
    """All gold reports under `folders`; of two annotations of one report the last one stays."""
    golds = {gold.report.id: gold for folder in folders for gold in read_gold(folder)}
    return [make_example(gold, tokenizer) for gold in golds.values()]


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


def without_claims(report: Report) -> GoldReport:
    """A report of another corpus: nobody annotated claims in it."""
    return GoldReport(report=report, annotation=Annotation(sentences=(), toponyms=(), events=()), claims=[])


def piece_range(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """The pieces that overlap the characters `start:end`, as (first, last exclusive)."""
    first = int(np.searchsorted(pieces.ends, start, side="right"))
    last = int(np.searchsorted(pieces.starts, end, side="left"))
    return (first, last) if last > first else None


@dataclasses.dataclass
class Item:
    """One window as arrays, before it is padded into a batch."""

    ids: np.ndarray
    tags: dict[str, np.ndarray]
    """By what they teach: claims (L,), toponyms (L,), attributions (L, 3), dependencies (L, 2), head and relation."""
    triggers: list[dict[str, Any]]


WIDTHS = {"claims": (), "toponyms": (), "attributions": (len(ATTRIBUTION_LAYERS),), "dependencies": (2,)}


def cut_items(example: Example, sizes: WindowSizes, rng: random.Random) -> Iterator[Item]:
    """The windows of a report as training items."""
    for window in cut_windows(example.pieces, example.title_pieces, sizes):
        yield make_item(example, window, rng)


def make_item(example: Example, window: Window, rng: random.Random) -> Item:
    """The tags of one window; pieces of sentences that the window cuts are ignored."""
    pieces = example.pieces
    ids = window.ids(pieces)
    shift = len(window.prefix) - window.first
    whole = whole_sentences(pieces, window)
    inside = slice(window.first + shift, window.last + shift)
    tags = {k: np.full((len(ids), *width), IGNORED, dtype=np.int64) for k, width in WIDTHS.items()}
    if example.teaches != "dependencies":
        outside = np.where(whole, 0, IGNORED)
        taught = tags[example.teaches]
        taught[inside] = outside if taught.ndim == 1 else outside[:, None]
    for first, last in example.toponyms:
        if window.first <= first and last <= window.last and whole[first - window.first]:
            tags["toponyms"][first + shift : last + shift] = 2
            tags["toponyms"][first + shift] = 1
    for layer, first, last in example.attributions:
        begins = first >= window.first
        first, last = max(first, window.first), min(last, window.last)
        if first < last:
            part = tags["attributions"][first + shift : last + shift, layer]
            part[part >= 0] = 2
            if begins and part[0] >= 0:
                part[0] = 1
    for child, head, relation in example.arcs:
        if window.first <= min(child, head) and max(child, head) < window.last:
            tags["dependencies"][child + shift] = head + shift, relation
    numbers = np.full(len(ids), -1, dtype=np.int64)
    numbers[inside] = pieces.sentences[window.first : window.last]
    items = []
    for trigger in example.triggers or _statement_pieces(example, window, whole, rng):
        first, last = trigger.pieces
        if first < window.first or last > window.last or not whole[first - window.first]:
            continue
        if trigger.kind < len(labels.KINDS):
            tags["claims"][first + shift : last + shift] = 2 + 2 * trigger.kind
            tags["claims"][first + shift] = 1 + 2 * trigger.kind
        items.append(_pair_item(trigger, window, shift, len(ids), numbers))
    return Item(ids, tags, items)


PIECES_A_WINDOW = 6
"""Pieces of a PolNeAR window from which its sources are looked for, as from a trigger."""


def _statement_pieces(example: Example, window: Window, whole: np.ndarray, rng: random.Random) -> list[Trigger]:
    """
    Pieces of an attribution corpus as if they were triggers: who says what stands there?

    Teaches sources and cues by far more attributions than the claims have. What only a cue of wanting or liking covers
    is left out, and so are sources and cues themselves.
    """
    if not example.statements:
        return []
    found = []
    for at in sorted(rng.sample(range(window.first, window.last), min(PIECES_A_WINDOW, window.last - window.first))):
        over = [s for s in example.statements if any(a <= at < b for a, b in s.content)]
        named = [s for s in example.statements if any(r and r[0] <= at < r[1] for r in (s.who, s.cue))]
        if not whole[at - window.first] or named or not all(s.says for s in over):
            continue
        # The longest content is the outermost.
        chain = sorted(over, key=lambda s: -sum(b - a for a, b in s.content))[-2:]
        spans = []
        if chain:
            spans += [(name, r) for name, r in (("who", chain[-1].who), ("cue", chain[-1].cue)) if r is not None]
        if len(chain) > 1:
            outer = (("outer-who", chain[0].who), ("outer-cue", chain[0].cue))
            spans += [(name, r) for name, r in outer if r is not None]
        voice = "publisher" if not chain else "anonymous" if chain[-1].who is None else "named"
        found.append(
            Trigger(
                kind=len(labels.KINDS),
                status=IGNORED,
                voice=labels.VOICES.index(voice),
                pieces=(at, at + 1),
                sentence=int(example.pieces.sentences[at]),
                spans=[(labels.LAYERS.index(name), *r) for name, r in spans],
            )
        )
    return found


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
    if trigger.kind == len(labels.KINDS):  # a statement: nothing is known of its roles
        tags[:, : len(codebook.ROLES)] = IGNORED
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
        "near": near_pieces(numbers, [found])[0],
    }


def collate(items: list[Item]) -> dict[str, Tensor]:
    """Items → one padded batch. Shapes: ids, tags (B, L, …); per trigger N rows, `window` says of which window."""
    batch: dict[str, Any] = {"ids": _padded([i.ids for i in items], 0)}
    longest = batch["ids"].shape[1]
    batch["real"] = torch.tensor([[p < len(i.ids) for p in range(longest)] for i in items])
    for name in WIDTHS:
        batch[name] = _padded([i.tags[name] for i in items], IGNORED)
    rows = [(number, t) for number, item in enumerate(items) for t in item.triggers]
    batch["window"] = torch.tensor([number for number, _ in rows], dtype=torch.long)
    for key in ("first", "last", "kind", "status", "voice"):
        batch[key] = torch.tensor([t[key] for _, t in rows], dtype=torch.long)
    if rows:
        batch["tags"] = _padded([t["tags"] for _, t in rows], IGNORED, longest)
        batch["distances"] = _padded([t["distances"] for _, t in rows], 0, longest)
        batch["sentences"] = _padded([t["sentences"] for _, t in rows], 0, longest)
        batch["near"] = _padded([t["near"] for _, t in rows], -1)
    return batch


def _padded(arrays: list[np.ndarray], value: int, longest: int = 0) -> Tensor:
    longest = longest or max(map(len, arrays))
    out = np.full((len(arrays), longest, *arrays[0].shape[1:]), value, dtype=np.int64)
    for row, array in zip(out, arrays, strict=True):
        row[: len(array)] = array
    return torch.from_numpy(out)


def without_stops(example: Example, rng: random.Random) -> Example:
    """
    The report as somebody typed it who leaves out the full stops; sentences then run into each other half of the time.

    The other half stays split, as a line break would split it.
    """
    pieces = example.pieces
    ends = np.append(pieces.sentences[1:] != pieces.sentences[:-1], True)
    kept = ~((pieces.ids == STOP) & ends)
    place = np.concatenate([[0], np.cumsum(kept)])  # old → new number of a piece
    numbers = pieces.sentences
    if rng.random() < 0.5:
        first = numbers[0] if not example.title_pieces else numbers[min(example.title_pieces, len(numbers) - 1)]
        numbers = np.where(numbers < first, numbers, first)
    moved = lambda span: (int(place[span[0]]), int(place[span[1]]))  # noqa: E731
    triggers = [
        dataclasses.replace(t, pieces=moved(t.pieces), spans=[(layer, *moved(s)) for layer, *s in t.spans])
        for t in example.triggers
    ]
    return dataclasses.replace(
        example,
        pieces=Pieces(pieces.ids[kept], pieces.starts[kept], pieces.ends[kept], numbers[kept]),
        title_pieces=int(place[example.title_pieces]),
        triggers=triggers,
    )


STOP = 1012
"""The full stop among MiniLM's word pieces."""
STOPLESS = 0.06
"""Of the annotated reports, seen without full stops in an epoch."""


def epoch_batches(examples: list[Example], pieces_a_batch: int, rng: random.Random) -> Iterator[dict[str, Tensor]]:
    """One epoch: every report in windows of random sizes, shuffled, in batches of about `pieces_a_batch` pieces."""
    items = []
    for example in examples:
        if example.triggers and rng.random() < STOPLESS:
            example = without_stops(example, rng)
        sizes = WindowSizes(
            longest=rng.randint(160, 320),
            before=rng.choice([16, 32, 64]),
            after=rng.choice([0, 12, 24]),
            first_core=rng.randint(40, 300),
        )
        items += list(cut_items(example, sizes, rng))
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
