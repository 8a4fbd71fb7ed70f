"""Values as JSON of exports: UTF-8, days as ISO strings, what UTF-8 cannot hold as JSON's own escapes."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def encode(value: Any) -> bytes:
    r"""
    `value` on one line, without a line feed.

        >>> encode({"a": "é", "b": "\ud800"})
        b'{"a":"\\u00e9","b":"\\ud800"}'
    """
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(msgspec.to_builtins(value), separators=(",", ":")).encode()
