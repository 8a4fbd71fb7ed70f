"""
The head of a page that needs nothing but itself: no network, no file beside it.

A page forbids itself everything (`default-src 'none'`) but its own style sheet and script, which it names by their
SHA-256: what a report smuggles in could not run even if it came through unescaped.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.resources

from .reader import esc

BASES = {"page.css": ("marks.css",)}
"""Style sheets that stand before another one."""


@functools.cache
def page_asset(name: str) -> str:
    """The text of a style sheet or script of this folder, with what it builds on."""
    return "".join(map(_read, (*BASES.get(name, ()), name)))


def _read(name: str) -> str:
    return importlib.resources.files("asreported").joinpath("show", name).read_text("utf-8")


def page_head(name: str, style: str, script: str | None = None) -> str:
    """From the doctype to the end of the head; `style` and `script` are the files that the page may hold."""
    allowed = [f"default-src 'none'; style-src '{_hash(style)}'", "base-uri 'none'", "form-action 'none'"]
    if script is not None:
        allowed.insert(1, f"script-src '{_hash(script)}'")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(allowed)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{esc(name)} – as reported</title>\n<style>{page_asset(style)}</style>\n</head>\n"
    )


def _hash(name: str) -> str:
    digest = hashlib.sha256(page_asset(name).encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
