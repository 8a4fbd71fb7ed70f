"""
What PGP puts into plain text: the marks and the signature of a signed message, keys, encrypted messages.

A signature speaks of the bytes that were signed, which the ledger keeps; it is not checked here.
Source: RFC 9580, sections 6 and 7 (ASCII armor, cleartext signatures).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

BEGIN_RE = re.compile(r"-----BEGIN PGP (SIGNED MESSAGE|SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----\s*")
HASH_RE = re.compile(r"(?:Hash|NotDashEscaped): ?.*")


class Unarmored(NamedTuple):
    """Lines without what PGP put there, and what that was."""

    lines: list[str]
    notes: tuple[str, ...] = ()
    encrypted: bool = False


def part_armor(lines: Sequence[str]) -> Unarmored:
    """
    `lines` without marks, signatures, keys and encrypted messages; a block that does not end stays as it is.

        >>> signed = "-----BEGIN PGP SIGNED MESSAGE-----\\nHash: SHA512\\n\\nTwelve died.\\n- - two of them later"
        >>> signature = "-----BEGIN PGP SIGNATURE-----\\n\\niQIz\\n-----END PGP SIGNATURE-----"
        >>> part_armor(f"{signed}\\n{signature}".split("\\n")).lines
        ['Twelve died.', '- two of them later']
    """
    if not any(map(BEGIN_RE.fullmatch, lines)):
        return Unarmored(list(lines))
    left: list[str] = []
    notes: list[str] = []
    signed = encrypted = False
    i = 0
    while i < len(lines):
        found = BEGIN_RE.fullmatch(lines[i])
        if found is None:
            left.append(lines[i].removeprefix("- ") if signed else lines[i])
            i += 1
        elif found[1] == "SIGNED MESSAGE":
            signed = True
            i = _behind_head(lines, i + 1)
        elif end := _end(lines, i, found[1]):
            signed = signed and found[1] != "SIGNATURE"
            encrypted = encrypted or found[1] == "MESSAGE"
            notes.append(NOTES[found[1]])
            i = end
        else:
            left.append(lines[i])
            i += 1
    return Unarmored(left, tuple(dict.fromkeys(notes)), encrypted)


NOTES = {
    "SIGNATURE": "a PGP signature, which was not checked, was left out",
    "MESSAGE": "an encrypted part was left out",
    "PUBLIC KEY BLOCK": "a PGP key was left out",
}


def _behind_head(lines: Sequence[str], i: int) -> int:
    """Where the signed text starts whose head starts at `i`: behind its fields and the empty line."""
    while i < len(lines) and HASH_RE.fullmatch(lines[i]):
        i += 1
    return i + 1 if i < len(lines) and not lines[i].strip() else i


def _end(lines: Sequence[str], start: int, kind: str) -> int:
    """Behind which line the block ends that starts at `start`; 0 where it does not."""
    mark = f"-----END PGP {kind}-----"
    return next((i + 1 for i in range(start + 1, len(lines)) if lines[i].rstrip() == mark), 0)
