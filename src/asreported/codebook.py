"""
The vocabulary of claims: kinds, roles, statuses, as data/codebook.toml holds them.

The codebook itself is docs/codebook.md; the table here is what the program needs of it.
"""

from __future__ import annotations

import functools
import importlib.resources
import tomllib
from typing import TypeVar

import msgspec

from .errors import TableError

T = TypeVar("T")

ROLES = ("actor", "target", "place", "origin", "destination", "time", "figure", "means")
STATUSES = ("actual", "planned", "possible", "attempted", "denied", "generic")
CARRIED_ROLES = ("actor", "target", "place", "time")
"""Roles whose filler may stand in an earlier sentence."""


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of claim: its key, what counts, and the family that pages colour it by."""

    key: str
    counts: str
    family: str
    examples: tuple[str, ...]


class _Codebook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    kind: tuple[Kind, ...]


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """
    All kinds in the order of the codebook, which is also the order of the model's outputs.

        >>> len(kinds()), kinds()[0].key
        (28, 'clash')
    """
    return load_table("codebook.toml", _Codebook).kind


def load_table(name: str, type_: type[T]) -> T:
    """
    The table data/`name`, checked against `type_`.

    Raises: TableError, naming the file and the place in it that does not fit.
    """
    text = importlib.resources.files("asreported").joinpath("data", name).read_text("utf-8")
    try:
        return msgspec.convert(tomllib.loads(text), type_)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as err:
        raise TableError(f"{name}: {err}; correct the table") from err
