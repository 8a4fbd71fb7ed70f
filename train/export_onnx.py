"""
Write a trained network as the model folder of the package.

    python train/export_onnx.py --network network.pt --minilm FOLDER --out src/asreported/data/model

Both graphs are quantised to int8 (dynamic, per channel, 7 bits of range so that processors without VNNI do not
saturate). A window's triggers go through the pair head together, and nothing else does: the same report gives the same
scores in any company.
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
    """One window: ids (1, L) → states, scores of triggers, toponyms and attributions."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        states = self.network.encoder(ids)
        heads = (self.network.triggers, self.network.toponyms, self.network.attributions)
        return states, *(head(states) for head in heads)


class PairGraph(nn.Module):
    """
    All triggers of one window: states (L, D) and N triggers → chances of tags, scores of status and voice.

    Computes what PairHead does, with fewer passes over (N, L, P): one table for both distances, one product for all
    that is read off a pair. Padding of `near` is sent to the last piece, which is [SEP] and in no span.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        head = self.head = network.pairs
        width = head.distances.embedding_dim
        table = (head.distances.weight[:, None] + head.sentences.weight[None]).reshape(-1, width)
        self.table = nn.Parameter(table.detach())
        self.far = _side_by_side(head.tags, head.voice_piece)
        self.close = _side_by_side(head.near_tags, head.status_near, head.voice_near)

    def forward(
        self,
        states: Tensor,
        first: Tensor,
        last: Tensor,
        kinds: Tensor,
        distances: Tensor,
        sentences: Tensor,
        near: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        head = self.head
        trigger = head.trigger(torch.cat([states[first], states[last]], -1)) + head.kinds(kinds)
        trigger = F.gelu(head.norm(trigger))  # (N, D)
        x = self.table[distances * labels.SENTENCE_BUCKETS + sentences]  # (N, L, P)
        x = x + head.piece(states) + head.anchor(trigger)[:, None]
        x = x + head.piece_gate(states) * head.anchor_gate(trigger)[:, None]
        N, L, P = x.shape
        place = torch.where(near < 0, L - 1, near)  # (N, S)
        y = x.reshape(-1, P)[place + torch.arange(N)[:, None] * L]  # (N, S, P)
        low = torch.where(near < 0, -1e4, 0.0)
        for layer in head.near:
            y = layer(y, low[:, None, None])
        sizes = [labels.LAYER_TAGS, len(labels.STATUSES), len(labels.VOICES)]
        near_tags, status, near_voice = self.close(F.gelu(head.norm_near(y))).split(sizes, -1)
        tags, voice = self.far(F.relu(x)).split([sizes[0], sizes[2]], -1)
        tags = tags.scatter(1, place[:, :, None].expand(-1, -1, sizes[0]), near_tags)
        tags = tags.reshape(N, L, len(labels.LAYERS), 3).softmax(-1)
        status = head.status(trigger) + (status + low[:, :, None]).max(1).values
        voice = head.voice(trigger) + voice.max(1).values + (near_voice + low[:, :, None]).max(1).values
        return tags, status, voice


def _side_by_side(*parts: nn.Linear) -> nn.Linear:
    """Several layers over the same input as one."""
    joined = nn.Linear(parts[0].in_features, sum(part.out_features for part in parts))
    with torch.no_grad():
        joined.weight.copy_(torch.cat([part.weight for part in parts]))
        joined.bias.copy_(torch.cat([part.bias for part in parts]))
    return joined


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
        torch.tensor([[2, 3, 4], [8, 9, -1]]),
    )
    axes = {"states": {0: "pieces"}, **{k: {0: "triggers"} for k in ("first", "last", "kinds")}}
    axes |= {k: {0: "triggers", 1: "pieces"} for k in ("distances", "sentences")} | {"near": {0: "triggers", 1: "near"}}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        names = ["states", "triggers", "toponyms", "attributions"]
        _write(EncoderGraph(network), (ids,), folder / "encoder.onnx", ["ids"], names, {"ids": {1: "pieces"}})
        names = ["states", "first", "last", "kinds", "distances", "sentences", "near"]
        _write(PairGraph(network), (states, *pairs), folder / "pairs.onnx", names, ["tags", "status", "voice"], axes)
        for name in ("encoder.onnx", "pairs.onnx"):
            if quantize:
                quantize_dynamic(
                    folder / name,
                    out / name,
                    per_channel=True,
                    reduce_range=True,
                    weight_type=QuantType.QInt8,
                    op_types_to_quantize=["MatMul", "Gather"],
                )
            else:
                shutil.copy(folder / name, out / name)


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
