"""
Values to what a database keeps, and back: texts and claims as compressed bytes, hashes, strings of any characters.

Canonical JSON is what hashes are taken of: keys in the order of the records or sorted, no white space, UTF-8.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from typing import Any

import msgspec

from ..records import Claim

LEVEL = 4
"""Of zlib: 6 is a twentieth smaller and takes half as long again."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def text_bytes(text: str) -> bytes:
    """UTF-8; a lone surrogate, which a program may have put in, is kept as it is."""
    return text.encode("utf-8", "surrogatepass")


def pack(content: bytes) -> bytes:
    """
    `content` compressed, with a check sum of the compressed bytes behind it.

    zlib's own is of the content alone, and does not see a bit that changed between the last block and the sum.
    """
    compressed = zlib.compress(content, LEVEL)
    return compressed + zlib.crc32(compressed).to_bytes(4, "big")


def unpack(content: bytes) -> bytes:
    r"""
    What was packed; what was compressed alone is taken too.

        >>> unpack(pack(b"Twelve died.")), unpack(zlib.compress(b"Twelve died."))
        (b'Twelve died.', b'Twelve died.')

    Raises: zlib.error.
    """
    stream = zlib.decompressobj()
    unpacked = stream.decompress(content)
    check = stream.unused_data
    if not stream.eof or (check and zlib.crc32(content[: -len(check)]).to_bytes(4, "big") != check):
        raise zlib.error("the bytes are not what was packed")
    return unpacked


def unpack_text(content: bytes) -> str:
    """Raises: zlib.error, UnicodeDecodeError."""
    return unpack(content).decode("utf-8", "surrogatepass")


def encode_claims(claims: tuple[Claim, ...]) -> bytes:
    """The claims as JSON, field by field as docs/output.md says."""
    try:
        return msgspec.json.encode(claims)
    except UnicodeEncodeError:  # a lone surrogate: JSON's own escape can hold it
        return json.dumps(msgspec.to_builtins(claims), separators=(",", ":")).encode()


def decode_claims(content: bytes) -> tuple[Claim, ...]:
    """Raises: msgspec.ValidationError, msgspec.DecodeError, ValueError."""
    try:
        return _claims.decode(content)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(content), tuple[Claim, ...])


def split_claims(content: bytes) -> tuple[msgspec.Raw, ...]:
    """The claims of a reading, each still to be decoded. Raises: msgspec.DecodeError, ValueError."""
    try:
        return _split.decode(content)
    except msgspec.DecodeError:  # a lone surrogate in JSON's own escape, see `encode_claims`
        return tuple(msgspec.Raw(json.dumps(claim).encode()) for claim in json.loads(content))


def decode_claim(content: msgspec.Raw) -> Claim:
    """Raises: msgspec.ValidationError, msgspec.DecodeError, ValueError."""
    try:
        return _claim.decode(content)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(bytes(content)), Claim)


_claims = msgspec.json.Decoder(tuple[Claim, ...])
_split = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
_claim = msgspec.json.Decoder(Claim)


def canonical(value: Any) -> str:
    """
    `value` as JSON of one form: keys sorted, ASCII, no white space.

        >>> canonical({"b": [1, None], "a": "é"})
        '{"a":"\\\\u00e9","b":[1,null]}'
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


# PostgreSQL takes no NUL in a string and neither database takes a lone surrogate. JSONL may bring either in a title, so
# each is written behind U+FDD0, a code point that Unicode promises never to give a meaning.
_MARK = "\ufdd0"
_HARD_RE = re.compile("[\0\ud800-\udfff\ufdd0]")
_ESCAPED_RE = re.compile("\ufdd0([0-9a-f]{4})")


def escape(text: str) -> str:
    r"""
    `text` as both databases can hold it; almost always itself.

        >>> unescape(escape("a\0b")) == "a\0b", escape("plain")
        (True, 'plain')
    """
    if _HARD_RE.search(text) is None:
        return text
    return _HARD_RE.sub(lambda found: f"{_MARK}{ord(found[0]):04x}", text)


def unescape(text: str) -> str:
    return _ESCAPED_RE.sub(lambda found: chr(int(found[1], 16)), text) if _MARK in text else text


def escape_some(text: str | None) -> str | None:
    return None if text is None else escape(text)


def unescape_some(text: str | None) -> str | None:
    return None if text is None else unescape(text)
