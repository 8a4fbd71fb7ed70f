"""
Readings in a notebook: the page in a frame of its own.

The frame keeps the notebook's styles out of the page and the page's out of the notebook, and its sandbox lets the
page run its own script but reach nothing of the notebook. It follows the light or dark scheme by itself and paints
its own background, so it is legible in JupyterLab, VS Code and Colab. Where a notebook strips frames (one that is not
trusted) the line above it remains.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from ..records import Reading, Refusal
from .page import render_page
from .words import tell_status


def render_frame(readings: Sequence[Reading], refusals: Sequence[Refusal], *, most: int) -> str:
    """The page of the first `most` readings as an `<iframe>`, below a line that counts all of them."""
    status = tell_status(len(readings), sum(len(reading.claims) for reading in readings), len(refusals))
    if len(readings) > most:
        status += f"; the first {most} are shown, to_html() gives all"
    page = html.escape(render_page(readings[:most], refusals[:most]), quote=True)
    return (
        f"<p>{html.escape(status)}</p>\n"
        '<iframe title="Reports and their claims" sandbox="allow-scripts allow-popups" width="100%" height="640" '
        f'loading="lazy" srcdoc="{page}"></iframe>\n'
    )
