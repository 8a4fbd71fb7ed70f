"""
Where asreported keeps what the user gave it for good: an imported gazetteer. Nothing else is written there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = "asreported"


def data_folder() -> Path:
    """
    The user's data folder of asreported, which may not exist yet.

    `$ASREPORTED_DATA` if it is set, else the platform's: `%LOCALAPPDATA%` on Windows, `~/Library/Application Support`
    on a Mac, else `$XDG_DATA_HOME` or `~/.local/share`. Source: XDG Base Directory Specification 0.8, which also has
    relative paths in its variables ignored.
    """
    if chosen := os.environ.get("ASREPORTED_DATA"):
        return Path(chosen).absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / APP
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / APP
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (shared if shared.is_absolute() else Path.home() / ".local" / "share") / APP


def user_gazetteer() -> Path:
    """Where the user's imported gazetteer lies, whether there is one or not."""
    return data_folder() / "gazetteer.sqlite"
