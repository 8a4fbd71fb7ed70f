"""
The network: a MiniLM-L6 encoder, tags for triggers and toponyms on its states, and one pair head that looks at the
text from a trigger and tags what it reaches for.

Letters in shape comments: B windows, L pieces, D encoder width (384), N triggers of all windows, P pair width,
S pieces of a trigger's sentence.
Source: the encoder is BERT (Devlin et al. 2019) in the size of MiniLM (Wang et al. 2020).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from asreported.annotate import labels

ATTRIBUTION_LAYERS = ("source", "cue", "content")
"""What PolNeAR marks of an attribution."""
RELATIONS = (
    *("acl", "advcl", "advmod", "amod", "appos", "aux", "case", "cc", "ccomp", "clf", "compound", "conj", "cop"),
    *("csubj", "dep", "det", "discourse", "dislocated", "expl", "fixed", "flat", "goeswith", "iobj", "list", "mark"),
    *(
        "nmod",
        "nsubj",
        "nummod",
        "obj",
        "obl",
        "orphan",
        "parataxis",
        "punct",
        "reparandum",
        "root",
        "vocative",
        "xcomp",
    ),
)
"""Of Universal Dependencies, without subtypes; learned beside the claims, not exported."""


@dataclasses.dataclass(frozen=True)
class Shape:
    """Sizes of the network; the encoder's are those of the checkpoint it starts from."""

    vocabulary: int = 30522
    positions: int = 512
    width: int = 384
    layers: int = 6
    heads: int = 12
    inner: int = 1536
    pair_width: int = 192
    near_layers: int = 2
    near_heads: int = 4
    near_inner: int = 384
    dropout: float = 0.1


class LockedDropout(nn.Module):
    """
    Dropout of whole features: one mask for all pieces of a window.

    On a CPU, drawing a mask for each piece takes as long as the rest of a training step.
    Source: variational dropout (Gal and Ghahramani 2016).
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        mask = torch.rand(x.shape[0], 1, x.shape[-1], dtype=torch.float32) >= self.rate
        return x * (mask.to(x.dtype) / (1 - self.rate))


class Layer(nn.Module):
    """One transformer layer, norm after each half as in BERT."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query, self.key, self.value, self.out = (nn.Linear(shape.width, shape.width) for _ in range(4))
        self.norm_attention = nn.LayerNorm(shape.width, eps=1e-12)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.norm_inner = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = LockedDropout(shape.dropout)

    def forward(self, x: Tensor, bias: Tensor | None) -> Tensor:
        B, L, D = x.shape
        split = lambda y: y.view(B, L, self.heads, D // self.heads).transpose(1, 2)  # noqa: E731  (B, H, L, D/H)
        q, k, v = split(self.query(x)), split(self.key(x)), split(self.value(x))
        scores = q @ k.transpose(-1, -2) * (D // self.heads) ** -0.5  # (B, H, L, L)
        if bias is not None:
            scores = scores + bias
        y = scores.softmax(-1) @ v
        x = self.norm_attention(x + self.dropout(self.out(y.transpose(1, 2).reshape(B, L, D))))
        return self.norm_inner(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Word pieces → states."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.words = nn.Embedding(shape.vocabulary, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.norm = nn.LayerNorm(shape.width, eps=1e-12)
        self.dropout = LockedDropout(shape.dropout)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))

    def forward(self, ids: Tensor, real: Tensor | None = None) -> Tensor:
        """
        States of the pieces `ids`. Shapes: ids, real (B, L) → (B, L, D); `real` is False on padding, None without any.
        """
        x = self.words(ids) + self.positions(torch.arange(ids.shape[1], device=ids.device))
        x = self.dropout(self.norm(x))
        bias = None if real is None else torch.where(real, 0.0, -1e4)[:, None, None, :].to(x.dtype)
        for layer in self.layers:
            x = layer(x, bias)
        return x


class NearLayer(nn.Module):
    """One transformer layer over the pieces around each trigger, norm before each half."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.pair_width
        self.heads = shape.near_heads
        self.norm_attention = nn.LayerNorm(width)
        self.mixed = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_inner = nn.LayerNorm(width)
        self.up = nn.Linear(width, shape.near_inner)
        self.down = nn.Linear(shape.near_inner, width)
        self.dropout = LockedDropout(shape.dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Shapes: x (N, S, P), bias (N, 1, 1, S), very low on padding → (N, S, P)."""
        N, S, P = x.shape
        q, k, v = self.mixed(self.norm_attention(x)).view(N, S, 3, self.heads, P // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) * (P // self.heads) ** -0.5 + bias  # (N, H, S, S)
        y = (scores.softmax(-1) @ v).transpose(1, 2).reshape(N, S, P)
        x = x + self.dropout(self.out(y))
        return x + self.dropout(self.down(F.gelu(self.up(self.norm_inner(x)))))


class PairHead(nn.Module):
    """
    From each trigger, tags of every piece on every layer (roles, sources, cues), and its status and voice.

    Far pieces are looked at one by one. Those of the trigger's own sentence, where all fillers stand but the carried
    ones, also look at each other: what one of them is depends on what the others are.
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.pair_width
        self.kinds = nn.Embedding(len(labels.KINDS) + 1, shape.width)
        """Of the triggers; the last is for pieces of a statement that are no trigger (PolNeAR)."""
        self.trigger = nn.Linear(2 * shape.width, shape.width)
        self.norm = nn.LayerNorm(shape.width)
        self.piece = nn.Linear(shape.width, width)
        self.anchor = nn.Linear(shape.width, width)
        self.piece_gate = nn.Linear(shape.width, width)
        self.anchor_gate = nn.Linear(shape.width, width)
        self.distances = nn.Embedding(labels.DISTANCE_BUCKETS, width)
        self.sentences = nn.Embedding(labels.SENTENCE_BUCKETS, width)
        self.near = nn.ModuleList(NearLayer(shape) for _ in range(shape.near_layers))
        self.norm_near = nn.LayerNorm(width)
        self.tags = nn.Linear(width, labels.LAYER_TAGS)
        self.near_tags = nn.Linear(width, labels.LAYER_TAGS)
        self.status = nn.Linear(shape.width, len(labels.STATUSES))
        self.status_near = nn.Linear(width, len(labels.STATUSES))
        self.voice = nn.Linear(shape.width, len(labels.VOICES))
        self.voice_piece = nn.Linear(width, len(labels.VOICES))
        self.voice_near = nn.Linear(width, len(labels.VOICES))
        with torch.no_grad():  # most pieces are outside of most layers: begin there
            self.tags.bias.view(-1, 3)[:, 0] = 5.0
            self.near_tags.bias.view(-1, 3)[:, 0] = 4.0
        self.dropout = LockedDropout(shape.dropout)

    def forward(
        self,
        states: Tensor,
        window: Tensor,
        first: Tensor,
        last: Tensor,
        kinds: Tensor,
        distances: Tensor,
        sentences: Tensor,
        near: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """
        Scores of N triggers.

        Shapes: states (B, L, D); window, first, last, kinds (N,), each trigger's window, pieces and kind; distances,
        sentences (N, L) buckets of piece − trigger; near (N, S) the pieces of its sentence, -1 for padding → tags
        (N, L, layers, 3), status (N, 6), voice (N, 3).
        """
        trigger = self.trigger(torch.cat([states[window, first], states[window, last]], -1)) + self.kinds(kinds)
        trigger = self.dropout(F.gelu(self.norm(trigger))[:, None])[:, 0]  # (N, D)
        x = self.piece(states)[window] + self.anchor(trigger)[:, None]  # (N, L, P)
        x = x + self.piece_gate(states)[window] * self.anchor_gate(trigger)[:, None]
        x = x + self.distances(distances) + self.sentences(sentences)
        rows = torch.arange(len(near), device=near.device)[:, None]
        y = x[rows, near.clamp(min=0)]  # (N, S, P)
        bias = torch.where(near >= 0, 0.0, -1e4)[:, None, None].to(y.dtype)
        for layer in self.near:
            y = layer(y, bias)
        y = self.dropout(F.gelu(self.norm_near(y)))
        x = self.dropout(F.relu(x))
        tags = self.tags(x)
        real = near >= 0
        tags = tags.index_put((rows.expand_as(near)[real], near[real]), self.near_tags(y)[real].to(tags.dtype))
        low = bias[:, 0, 0, :, None]
        status = self.status(trigger) + (self.status_near(y) + low).max(1).values
        voice = self.voice(trigger) + self.voice_piece(x).max(1).values + (self.voice_near(y) + low).max(1).values
        return tags.view(*x.shape[:2], len(labels.LAYERS), 3), status, voice


class DependencyHead(nn.Module):
    """Each word's head and relation (biaffine: Dozat and Manning 2017)."""

    def __init__(self, shape: Shape, width: int = 128) -> None:
        super().__init__()
        self.child = nn.Linear(shape.width, width)
        self.parent = nn.Linear(shape.width, width)
        self.arc = nn.Linear(width, width)
        self.relation_child = nn.Linear(shape.width, width)
        self.relation_parent = nn.Linear(shape.width, width)
        self.relation = nn.Linear(width, len(RELATIONS))

    def forward(self, states: Tensor, heads: Tensor) -> tuple[Tensor, Tensor]:
        """Shapes: states (B, L, D), heads (B, L) pieces → scores of heads (B, L, L), of relations (B, L, 37)."""
        arcs = self.arc(F.gelu(self.child(states))) @ F.gelu(self.parent(states)).transpose(1, 2)
        rows = torch.arange(len(heads), device=heads.device)[:, None]
        pairs = self.relation_child(states) + self.relation_parent(states)[rows, heads.clamp(min=0)]
        return arcs, self.relation(F.gelu(pairs))


class Network(nn.Module):
    """Encoder and heads together, for training; they are exported as two graphs."""

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape or Shape()
        self.encoder = Encoder(self.shape)
        self.dropout = LockedDropout(self.shape.dropout)
        self.triggers = nn.Linear(self.shape.width, labels.TRIGGER_TAGS)
        self.toponyms = nn.Linear(self.shape.width, 3)
        self.attributions = nn.Linear(self.shape.width, 3 * len(ATTRIBUTION_LAYERS))
        self.dependencies = DependencyHead(self.shape)
        self.pairs = PairHead(self.shape)
        with torch.no_grad():
            self.triggers.bias[0] = 4.0
            self.toponyms.bias[0] = 2.0
            self.attributions.bias.view(-1, 3)[:, 0] = 2.0


def load_encoder(encoder: Encoder, checkpoint: Path) -> None:
    """
    Fill `encoder` from a BERT checkpoint (`model.safetensors`); the constant token type is added to the positions.

    Raises: KeyError where the file is none of BERT.
    """
    source = load_file(checkpoint)
    source = {k.removeprefix("bert."): v for k, v in source.items()}
    target = {
        "words.weight": source["embeddings.word_embeddings.weight"],
        "positions.weight": source["embeddings.position_embeddings.weight"]
        + source["embeddings.token_type_embeddings.weight"][0],
        "norm.weight": source["embeddings.LayerNorm.weight"],
        "norm.bias": source["embeddings.LayerNorm.bias"],
    }
    names = {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "out": "attention.output.dense",
        "norm_attention": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "norm_inner": "output.LayerNorm",
    }
    for number in range(len(encoder.layers)):
        for ours, theirs in names.items():
            for part in ("weight", "bias"):
                target[f"layers.{number}.{ours}.{part}"] = source[f"encoder.layer.{number}.{theirs}.{part}"]
    encoder.load_state_dict(target)
