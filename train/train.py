"""
Train the network on gold claims: `python train/train.py --gold FOLDER … --minilm FOLDER --out network.pt`.

Seeded. Every report whose number (from the hash of its id) falls in the held part stays out of training: thresholds and
calibration are chosen on these.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import random
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from asreported.annotate.tokens import load_tokenizer
from corpora import cue_words, read_attributions, read_toponyms
from data import IGNORED, Example, GoldReport, epoch_batches, read_examples, read_gold
from evaluate import evaluate, line
from model import Network, Shape, load_encoder
from treebank import read_treebank


def is_held(report_id: str, one_in: int) -> bool:
    """Whether a report is kept back from training."""
    return int(hashlib.sha256(report_id.encode()).hexdigest(), 16) % one_in == 0


def losses(network: Network, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    """The losses of one batch, each per positive label, so that their scales are alike."""
    states = network.encoder(batch["ids"], batch["real"])
    states = network.dropout(states)
    out = {}
    for name, head in (("claims", network.triggers), ("toponyms", network.toponyms)):
        if (batch[name] >= 0).any():
            out[name] = per_positive(head(states), batch[name])
    if (batch["attributions"] >= 0).any():
        spans = batch["attributions"]
        out["attributions"] = per_positive(network.attributions(states).view(*spans.shape, 3), spans)
    if (batch["dependencies"] >= 0).any():
        heads, relations = batch["dependencies"].unbind(-1)
        arcs, names = network.dependencies(states, heads)
        arcs = arcs.masked_fill(~batch["real"][:, None], -1e4)
        out["arcs"] = F.cross_entropy(arcs.flatten(0, 1).float(), heads.flatten(), ignore_index=IGNORED)
        out["relations"] = F.cross_entropy(names.flatten(0, 1).float(), relations.flatten(), ignore_index=IGNORED)
    if len(batch["window"]):
        keys = ("window", "first", "last", "kind", "distances", "sentences", "near")
        layers, status, voice = network.pairs(states, *(batch[k] for k in keys))
        loss = F.cross_entropy(
            layers.flatten(0, 2).float(), batch["tags"].flatten(), ignore_index=IGNORED, reduction="sum"
        )
        out["layers"] = loss / (10 * len(batch["window"]))
        if (batch["status"] >= 0).any():
            out["status"] = F.cross_entropy(status.float(), batch["status"], ignore_index=IGNORED)
        out["voice"] = F.cross_entropy(voice.float(), batch["voice"])
    return out


def per_positive(scores: Tensor, tags: Tensor) -> Tensor:
    """The summed loss over the number of labels that are not 'outside'. Shapes: (…, T), (…)."""
    loss = F.cross_entropy(scores.flatten(0, -2).float(), tags.flatten(), ignore_index=IGNORED, reduction="sum")
    return loss / (tags > 0).sum().clamp(min=8)


WEIGHTS = {"claims": 1.0, "toponyms": 0.3, "attributions": 0.5, "arcs": 0.3, "relations": 0.2} | {
    "layers": 1.0,
    "status": 0.5,
    "voice": 0.8,
}


def draw(
    examples: list[Example], others: dict[str, list[Example]], shares: dict[str, float], rng: random.Random
) -> list[Example]:
    """What one epoch trains on: all claims, and a share of each other corpus."""
    return examples + [e for name, pool in others.items() for e in rng.sample(pool, round(shares[name] * len(pool)))]


def train(
    network: Network, examples: list[Example], args: argparse.Namespace, report: dict[str, list[GoldReport]]
) -> None:
    """Train for `args.epochs` epochs; what is written after each are the weights averaged over the last steps (EMA)."""
    rng = random.Random(args.seed)
    # Words that the claims never show keep their meaning beside those they do.
    network.encoder.words.weight.requires_grad_(False)
    encoder = [p for n, p in network.named_parameters() if n.startswith("encoder.") and p.requires_grad]
    heads = [p for n, p in network.named_parameters() if not n.startswith("encoder.")]
    optimizer = torch.optim.AdamW(
        [{"params": encoder, "lr": args.encoder_rate}, {"params": heads, "lr": args.head_rate}], weight_decay=0.01
    )
    others = {
        "toponyms": [e for path in args.toponyms for e in read_toponyms(path, args.tokenizer)],
        "attributions": [
            e for path in args.attributions for e in read_attributions(path, args.tokenizer, cue_words(examples))
        ],
        "dependencies": [e for path in args.treebanks for e in read_treebank(path, args.tokenizer)],
    }
    shares = {
        "toponyms": args.toponym_share,
        "attributions": args.attribution_share,
        "dependencies": args.treebank_share,
    }
    once = random.Random(0)
    total = args.epochs * len(list(epoch_batches(draw(examples, others, shares, once), args.pieces, once)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min(1.0, (s + 1) / (0.06 * total)) * max(0.02, 1 - s / total)
    )
    average = copy.deepcopy(network)
    step = 0
    for epoch in range(args.epochs):
        network.train()
        began, sums, seen = time.time(), {}, 0
        for batch in epoch_batches(draw(examples, others, shares, rng), args.pieces, rng):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not args.fp32):
                parts = losses(network, batch)
            loss = sum(WEIGHTS[k] * v for k, v in parts.items())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            step += 1
            decay = min(args.ema, (1 + step) / (10 + step))
            with torch.no_grad():
                torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), 1 - decay)
            seen += batch["ids"].numel()
            for k, v in parts.items():
                sums.setdefault(k, []).append(v.item())
        spent = time.time() - began
        means = "  ".join(f"{k} {np.mean(v):.3f}" for k, v in sums.items())
        print(f"epoch {epoch + 1}: {spent:.0f} s, {seen / spent:.0f} pieces/s, {means}", flush=True)
        save(average, args, report["held"])
        if (epoch + 1) % args.report_every == 0 or epoch + 1 == args.epochs:
            for name, golds in report.items():
                print(f"    {name}: {line(evaluate(average, args.tokenizer, golds))}", flush=True)


def save(network: Network, args: argparse.Namespace, held: list[GoldReport]) -> None:
    """Write the network with the settings it was trained with and the reports it has not seen."""
    settings = {k: str(v) for k, v in vars(args).items() if k != "tokenizer"}
    torch.save({"weights": network.state_dict(), "settings": settings, "held": [g.report.id for g in held]}, args.out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, nargs="+", required=True, help="folders with *.gold.json to train on")
    parser.add_argument(
        "--toponyms", type=Path, nargs="*", default=[], help="geoparsing corpora (XML), for the toponym tags"
    )
    parser.add_argument("--toponym-share", type=float, default=0.08, help="of these articles, seen in an epoch")
    parser.add_argument("--attributions", type=Path, nargs="*", default=[], help="attribution corpora (PolNeAR, gzip)")
    parser.add_argument("--attribution-share", type=float, default=0.12, help="of these articles, seen in an epoch")
    parser.add_argument("--treebanks", type=Path, nargs="*", default=[], help="CoNLL-U, gzipped")
    parser.add_argument("--treebank-share", type=float, default=0.25, help="of these documents, seen in an epoch")
    parser.add_argument("--start", type=Path, help="a network to go on from, instead of MiniLM alone")
    parser.add_argument("--minilm", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--pieces", type=int, default=3072, help="word pieces a batch")
    parser.add_argument("--encoder-rate", type=float, default=2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--ema", type=float, default=0.996)
    parser.add_argument("--held", type=int, default=14, help="one report in so many is kept back")
    parser.add_argument("--dev", type=Path, help="folder with gold reports to report on, never trained on")
    parser.add_argument("--report-every", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--near-layers", type=int, default=Shape.near_layers, help="of the pair head, for ablations")
    parser.add_argument("--fp32", action="store_true", help="no bfloat16")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.tokenizer = load_tokenizer(args.minilm / "tokenizer.json")
    examples = read_examples(args.gold, args.tokenizer)
    held = [e for e in examples if is_held(e.gold.report.id, args.held)]
    kept = [e for e in examples if not is_held(e.gold.report.id, args.held)]
    claims = sum(len(e.triggers) for e in kept)
    print(f"{len(kept)} reports, {claims} claims, {sum(len(e.pieces) for e in kept)} pieces; {len(held)} held back")
    network = Network(Shape(near_layers=args.near_layers))
    load_encoder(network.encoder, args.minilm / "model.safetensors")
    if args.start:
        network.load_state_dict(torch.load(args.start, weights_only=True)["weights"])
    report = {"held": [e.gold for e in held]}
    if args.dev:
        report["dev"] = list(read_gold(args.dev))
    train(network, kept, args, report)


if __name__ == "__main__":
    main()
