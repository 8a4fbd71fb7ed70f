"""
Write a trained network as the model folder of the package.

    python train/export_onnx.py --network network.pt --minilm FOLDER --out src/asreported/data/model

The encoder is quantised to int8 (dynamic, per channel, 7 bits of range so that processors without VNNI do not
saturate); the pair head, a tenth of it, stays in fp32.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional as F

from asreported.annotate import labels
from asreported.annotate.decode import Thresholds
from asreported.annotate.tokens import WindowSizes
from model import Network


class EncoderGraph(nn.Module):
    """One window: ids (1, L) → states, trigger scores, toponym scores."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        states = self.network.encoder(ids)
        return states, self.network.triggers(states), self.network.toponyms(states)


class PairGraph(nn.Module):
    """
    All triggers of one window: states (L, D) and N triggers → chances of tags, scores of status and voice.

    Computes what PairHead does, with fewer passes over (N, L, P): one table for both distances, one product for all
    that is read off a pair.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        head = self.head = network.pairs
        width = head.distances.embedding_dim
        table = (head.distances.weight[:, None] + head.sentences.weight[None]).reshape(-1, width)
        self.table = nn.Parameter(table.detach())
        parts = (head.tags, head.status_piece, head.voice_piece)
        self.sizes = [part.out_features for part in parts]
        self.weight = nn.Parameter(torch.cat([part.weight for part in parts]).T.detach().contiguous())
        self.bias = nn.Parameter(torch.cat([part.bias for part in parts]).detach())

    def forward(
        self, states: Tensor, first: Tensor, last: Tensor, kinds: Tensor, distances: Tensor, sentences: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        head = self.head
        trigger = head.trigger(torch.cat([states[first], states[last]], -1)) + head.kinds(kinds)
        trigger = F.gelu(head.norm(trigger))  # (N, D)
        x = self.table[distances * labels.SENTENCE_BUCKETS + sentences]  # (N, L, P)
        x = x + head.piece(states) + head.anchor(trigger)[:, None]
        x = F.relu(x + head.piece_gate(states) * head.anchor_gate(trigger)[:, None])
        tags, status, voice = (x @ self.weight + self.bias).split(self.sizes, -1)
        tags = tags.reshape(*x.shape[:2], len(labels.LAYERS), 3).softmax(-1)
        return tags, head.status(trigger) + status.max(1).values, head.voice(trigger) + voice.max(1).values


def load_network(path: Path) -> Network:
    """The network that train.py wrote."""
    network = Network()
    network.load_state_dict(torch.load(path, weights_only=True)["weights"])
    return network.eval()


def export(network: Network, out: Path, *, quantize: bool = True) -> None:
    """Write encoder.onnx and pairs.onnx into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(1000, 20000, (1, 64))
    states = torch.randn(64, network.shape.width)
    pairs = (
        torch.tensor([3, 9]),
        torch.tensor([3, 10]),
        torch.tensor([0, 5]),
        torch.zeros(2, 64).long(),
        torch.zeros(2, 64).long(),
    )
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "encoder.onnx"
        _write(EncoderGraph(network), (ids,), full, ["ids"], ["states", "triggers", "toponyms"], {"ids": {1: "pieces"}})
        if quantize:
            quantize_dynamic(
                full,
                out / "encoder.onnx",
                per_channel=True,
                reduce_range=True,
                weight_type=QuantType.QInt8,
                op_types_to_quantize=["MatMul", "Gather"],
            )
        else:
            shutil.copy(full, out / "encoder.onnx")
    axes = {"states": {0: "pieces"}, **{k: {0: "triggers"} for k in ("first", "last", "kinds")}}
    axes |= {k: {0: "triggers", 1: "pieces"} for k in ("distances", "sentences")}
    names = ["states", "first", "last", "kinds", "distances", "sentences"]
    _write(PairGraph(network), (states, *pairs), out / "pairs.onnx", names, ["tags", "status", "voice"], axes)


def _write(
    graph: nn.Module,
    inputs: tuple[Tensor, ...],
    path: Path,
    names: list[str],
    outputs: list[str],
    axes: dict[str, dict[int, str]],
) -> None:
    torch.onnx.export(
        graph.eval(),
        inputs,
        path,
        input_names=names,
        output_names=outputs,
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    onnx.checker.check_model(onnx.load(path))


def write_card(path: Path, version: str, thresholds: Thresholds, temperature: float) -> None:
    """Write model.toml."""
    lines = [f'version = "{version}"', f"temperature = {temperature:.3f}", "", "[thresholds]"]
    lines += [f"{k} = {getattr(thresholds, k)}" for k in Thresholds.__dataclass_fields__]
    sizes = WindowSizes()
    lines += ["", "[windows]"]
    lines += [f"{k} = {getattr(sizes, k)}" for k in ("longest", "before", "after", "title")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", type=Path, required=True)
    parser.add_argument("--minilm", type=Path, required=True, help="folder with tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fp32", action="store_true", help="no quantisation, to compare")
    parser.add_argument("--version", default="0")
    args = parser.parse_args()
    export(load_network(args.network), args.out, quantize=not args.fp32)
    shutil.copy(args.minilm / "tokenizer.json", args.out / "tokenizer.json")
    write_card(args.out / "model.toml", args.version, Thresholds(), 1.0)


if __name__ == "__main__":
    main()
