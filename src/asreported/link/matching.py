"""
The chance that two accounts tell of one incident: two small networks over the features of a pair and the vectors of
both.

One compares the claims of a report with each other, the other accounts of different reports. Both were trained by
train/link_claims.py; data/link_model.npz holds their weights, and docs/measured.md says what they reach. An
account without a vector (its claims came without the encoder) is compared by its features alone.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.resources
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from ..records import VECTOR_BYTES
from .accounts import Account
from .pairs import Floats, Indices, compare

AT_ONCE = 20_000
LEAST = 0.05
"""A chance below this counts as none."""


class Network(NamedTuple):
    """
    A multilayer perceptron with ReLU between its layers and a sigmoid at its end.

    It computes in double precision, so that what the order of adding leaves lies far below the digits that are kept.
    Shapes: centre, scale (F,); layers of (in, out), (out,).
    """

    centre: Floats
    scale: Floats
    layers: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...]

    def chance(self, features: Floats, vectors: Floats, a: Indices, b: Indices) -> Floats:
        """Shapes: features (P, F), vectors (N, 96), a, b (P,) → (P,)."""
        parts: list[NDArray[Any]] = [np.zeros(0)]
        for k in range(0, len(a), AT_ONCE):
            one, other = vectors[a[k : k + AT_ONCE]], vectors[b[k : k + AT_ONCE]]
            known = np.clip((features[k : k + AT_ONCE] - self.centre) / self.scale, -4, 4)
            x = np.concatenate([known, np.abs(one - other), one * other], axis=1).astype(np.float64)
            for n, (weights, offsets) in enumerate(self.layers):
                x = x @ weights + offsets
                if n + 1 < len(self.layers):
                    x = np.maximum(x, 0)
            parts.append(1 / (1 + np.exp(-x[:, 0])))
        chances: Floats = np.concatenate(parts).astype(np.float32)
        return chances


class Matcher(NamedTuple):
    version: str
    """The first digits of the SHA-256 of its file: another one links everything anew."""
    within: Network
    across: Network
    within_threshold: float
    across_threshold: float


def match(network: Network, accounts: Sequence[Account], a: Indices, b: Indices) -> Floats:
    """The chance of each pair `accounts[a[k]]`, `accounts[b[k]]` by `network`. Shapes: a, b (P,) → (P,)."""
    return network.chance(compare(accounts, a, b), vectors_of(accounts), a, b)


def vectors_of(accounts: Sequence[Account]) -> Floats:
    """Shapes: (N, 96), between -1 and 1; zeros for an account without."""
    rows = [np.frombuffer(x.vector, np.int8) if x.vector else np.zeros(VECTOR_BYTES, np.int8) for x in accounts]
    stacked: NDArray[np.int8] = np.stack(rows) if rows else np.zeros((0, VECTOR_BYTES), np.int8)
    return stacked.astype(np.float32) / np.float32(127)


@functools.cache
def load_matcher() -> Matcher:
    """
    The matcher that comes with the package; loaded once.

    Raises: ModelError where its file is missing or broken.
    """
    try:
        raw = importlib.resources.files("asreported").joinpath("data", "link_model.npz").read_bytes()
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            return Matcher(
                version=hashlib.sha256(raw).hexdigest()[:12],
                within=_network(arrays, "within"),
                across=_network(arrays, "across"),
                within_threshold=float(arrays["within_threshold"]),
                across_threshold=float(arrays["across_threshold"]),
            )
    except (OSError, ValueError, KeyError) as err:
        raise ModelError(f"link_model.npz: {err}; the model is incomplete, install asreported again") from err


def _network(arrays: np.lib.npyio.NpzFile, name: str) -> Network:
    depth = sum(key.startswith(f"{name}_weights_") for key in arrays.files)
    layers = tuple(
        (arrays[f"{name}_weights_{n}"].astype(np.float64), arrays[f"{name}_offsets_{n}"].astype(np.float64))
        for n in range(depth)
    )
    return Network(arrays[f"{name}_centre"].astype(np.float32), arrays[f"{name}_scale"].astype(np.float32), layers)
