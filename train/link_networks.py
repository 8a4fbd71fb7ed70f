"""
The networks of linking, and how they are learnt: the projection of the encoder's states, and the chance of a pair.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from asreported.link.matching import Network

HALF = 48
"""Numbers of a claim's vector for its trigger, and as many for its sentence."""
AVERAGED = 3


class Projector(nn.Module):
    def __init__(self, states: torch.Tensor) -> None:
        super().__init__()
        width = states.shape[1] // 2
        self.centre, self.scale = states.mean(0), states.std(0) + 1e-3
        self.trigger, self.sentence = nn.Linear(width, HALF), nn.Linear(width, HALF)

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        x = (states - self.centre) / self.scale  # (N, 2 D)
        width = x.shape[1] // 2
        return torch.tanh(torch.cat([self.trigger(x[:, :width]), self.sentence(x[:, width:])], 1))  # (N, 96)


class PairNet(nn.Module):
    def __init__(self, features: torch.Tensor) -> None:
        super().__init__()
        self.centre, self.scale = features.mean(0), features.std(0) + 1e-3
        width = features.shape[1] + 4 * HALF
        self.layers = nn.Sequential(
            nn.Linear(width, 96), nn.ReLU(), nn.Dropout(0.2), nn.Linear(96, 32), nn.ReLU(), nn.Linear(32, 1)
        )

    def forward(self, features: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        known = ((features - self.centre) / self.scale).clamp(-4, 4)
        return self.layers(torch.cat([known, (one - other).abs(), one * other], 1)).squeeze(-1)


class Pairs(NamedTuple):
    """Pairs of rows of `states` or `vectors` with their features, how right they are, and how much they weigh."""

    items: Any
    a: Any
    b: Any
    features: Any
    right: Any
    weight: Any


def train(
    pairs: Pairs, modules: list[nn.Module], forward: Any, epochs: int, batch: int = 2048, rate: float = 2e-3
) -> None:
    parameters = [p for m in modules for p in m.parameters()]
    optimiser = torch.optim.AdamW(parameters, rate, weight_decay=0.02)
    steps = epochs * (len(pairs.a) // batch + 1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps)
    for epoch in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(pairs.a)).split(batch):
            optimiser.zero_grad()
            loss = nn.functional.binary_cross_entropy_with_logits(
                forward(rows), pairs.right[rows], weight=pairs.weight[rows]
            )
            loss.backward()
            optimiser.step()
            schedule.step()
            total += float(loss.detach()) * len(rows)
        say(f"  epoch {epoch + 1}: loss {total / len(pairs.a):.4f}")
    for module in modules:
        module.eval()


def project(projector: Projector, states: Any) -> tuple[bytes, ...]:
    with torch.no_grad():
        vectors = projector(torch.tensor(np.asarray(states, np.float32))).numpy()
    return tuple(row.tobytes() for row in np.round(vectors * 127).astype(np.int8))


def learn_network(pairs: Pairs, epochs: int) -> Network:
    """
    Three networks whose logits are averaged, as one: what each learns by chance weighs a third.

    A pair is left without vectors one time in ten, so that claims that have none can be compared too.
    """
    nets = []
    for _ in range(AVERAGED):
        net = PairNet(pairs.features)
        nets.append(net)

        def forward(rows: torch.Tensor, net: PairNet = net) -> torch.Tensor:
            known = (torch.rand(len(rows), 1) > 0.1).float()
            return net(pairs.features[rows], pairs.items[pairs.a[rows]] * known, pairs.items[pairs.b[rows]] * known)

        train(pairs, [net], forward, epochs)
    return average(nets)


def average(nets: list[PairNet]) -> Network:
    """One network whose logit is the mean of those of `nets`: their layers side by side."""
    layers = [[m for m in net.layers if isinstance(m, nn.Linear)] for net in nets]
    first, second, last = zip(*layers, strict=True)
    weights = [
        torch.cat([m.weight for m in first]),  # (n 96, F)
        torch.block_diag(*(m.weight for m in second)),  # (n 32, n 96)
        torch.cat([m.weight for m in last], 1) / len(nets),  # (1, n 32)
    ]
    offsets = [
        torch.cat([m.bias for m in first]),
        torch.cat([m.bias for m in second]),
        torch.stack([m.bias for m in last]).mean(0),
    ]
    return Network(
        nets[0].centre.numpy(),
        nets[0].scale.numpy(),
        tuple((w.detach().numpy().T.copy(), b.detach().numpy()) for w, b in zip(weights, offsets, strict=True)),
    )


def say(text: str) -> None:
    print(text, flush=True)
