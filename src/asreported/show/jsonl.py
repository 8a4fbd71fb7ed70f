"""A reading as one line of JSON, exactly as docs/output.md says: the records are the contract, field by field."""

from __future__ import annotations

import json

import msgspec

from ..records import Reading


def encode_reading(reading: Reading) -> str:
    """
    One line of JSON with its line feed.

    A lone surrogate, which UTF-8 cannot hold, is written as JSON's own escape and so survives.
    """
    content = {"report": reading.report, "claims": reading.claims}
    try:
        return msgspec.json.encode(content).decode("utf-8") + "\n"
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(content), separators=(",", ":")) + "\n"
