"""
Average networks of one training into one: `python train/average.py 5.pt=0.5 4.pt=0.25 3.pt=0.25 --out network.pt`.

Networks that went on from one another lie in one basin; their average reads no worse than the best of them and less
by chance. The held reports are those of the first one. Source: model soups (Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor


def average(weights: list[dict[str, Tensor]], shares: list[float]) -> dict[str, Tensor]:
    """The weighted mean of each parameter. Raises: ValueError where the shares do not add up to 1."""
    if abs(sum(shares) - 1) > 1e-6:
        raise ValueError(f"shares add up to {sum(shares)}, not to 1")
    return {
        name: sum(share * w[name].float() for share, w in zip(shares, weights, strict=True)).to(first.dtype)
        for name, first in weights[0].items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("networks", nargs="+", metavar="NETWORK=SHARE", help="what train.py wrote, and its share")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    paths, shares = zip(*(argument.rsplit("=", 1) for argument in args.networks), strict=True)
    saved = [torch.load(path, weights_only=True) for path in paths]
    weights = average([s["weights"] for s in saved], [float(share) for share in shares])
    torch.save({**saved[0], "weights": weights}, args.out)


if __name__ == "__main__":
    main()
