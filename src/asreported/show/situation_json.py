"""A situation as JSON: the records of compare/situation.py, field by field, indented to be read."""

from __future__ import annotations

import json

import msgspec

from ..compare.situation import Situation


def encode_situation(told: Situation) -> str:
    """One JSON object with its line feed."""
    return encode_indented(told)


def encode_indented(whole: object) -> str:
    """
    Records as JSON with a line feed behind.

    A lone surrogate, which UTF-8 cannot hold, is written as JSON's own escape and so survives.
    """
    try:
        return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode("utf-8") + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(whole), indent=1) + "\n"
