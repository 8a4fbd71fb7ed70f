"""
Files that a list of references names: read only where they lie beneath the folder of the list.

The list may be a stranger's. An absolute path, an address, a step upwards or a link that leads out of the folder is not
followed, however it is spelt; what is no plain file is not opened.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

LONGEST_NAME = 1000
CONTROLS_RE = re.compile(r"[\x00-\x1f\x7f]")
DEVICE_RE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
"""Names that are devices on Windows, in any folder and with any extension."""


class Attachment(NamedTuple):
    """A file beneath the folder: its path as it is named there, and its bytes, one more than the limit at most."""

    path: Path
    raw: bytes


def read_attachment(name: str, folder: Path, *, most: int) -> Attachment | str:
    """
    The file `name` beneath `folder`, or why it is not read; `most` counts bytes.

        >>> read_attachment("../secret.txt", Path("."), most=100)
        'it does not lie in the folder of the list'
    """
    found = _read(name.strip(), folder, most)
    # Some programs write addresses, in which a space is %20; all rules hold for what that stands for, too.
    if isinstance(found, str) and "%" in name:
        decoded = _read(unquote(name.strip()), folder, most)
        return decoded if isinstance(decoded, Attachment) else found
    return found


def _read(name: str, folder: Path, most: int) -> Attachment | str:
    parts = _parts(name)
    if parts is None:
        return "it does not lie in the folder of the list"
    path = folder.joinpath(*parts)
    try:
        root, real = folder.resolve(strict=True), path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # not there, links in a circle, a name that no file can have
        return "there is no such file in the folder of the list"
    if not real.is_relative_to(root):
        return "it does not lie in the folder of the list"
    try:
        # A pipe would never end, and a folder has no bytes.
        if not real.is_file():
            return "it is no file"
        with real.open("rb") as stream:
            return Attachment(path, stream.read(most + 1))
    except OSError as err:
        return f"it could not be opened ({err.strerror or err})"


def _parts(name: str) -> list[str] | None:
    """The steps of a relative path that goes only downwards; None for any other name."""
    if not name or len(name) > LONGEST_NAME or CONTROLS_RE.search(name):
        return None
    name = name.replace("\\", "/")
    first = name.split("/", 1)[0]
    # "file:…", "http:…", "C:…"; on Windows a colon also names a stream within a file.
    if not first or ":" in (name if os.name == "nt" else first):
        return None
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if not parts or any(not part.strip(" .") or DEVICE_RE.fullmatch(part.strip(" .")) for part in parts):
        return None
    return parts
