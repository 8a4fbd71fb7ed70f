"""
Who read a report: the model's version and the software's, and what of the user's it looked names up in.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
import tomllib
from pathlib import Path


def reader_name(gazetteer: Path | None = None, actors: Path | None = None) -> str:
    """
    Such as `model 3.5fe1c0, asreported 0.1.0`: a report is read again where this is another.

    An imported gazetteer and a table of own actors are named by the first digits of their hash, as they change claims.
    """
    parts = [f"model {_model_version()}", f"asreported {importlib.metadata.version('asreported')}"]
    parts += [f"gazetteer {_digest(gazetteer)}"] if gazetteer else []
    parts += [f"actors {_digest(actors)}"] if actors else []
    return ", ".join(parts)


@functools.cache
def _model_version() -> str:
    """The model's version, and the first digits of the hash of its projection, as which the vectors were made."""
    # Read here and not by the engine, whose import takes the better part of a second.
    folder = importlib.resources.files("asreported").joinpath("data", "model")
    version = tomllib.loads(folder.joinpath("model.toml").read_text("utf-8"))["version"]
    return f"{version}.{hashlib.sha256(folder.joinpath('vectors.npz').read_bytes()).hexdigest()[:6]}"


def _digest(path: Path) -> str:
    """Raises: OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:12]
