"""A report under the title that its container knows: a reference, a page list, a feed."""

from __future__ import annotations

import re

import msgspec

from ..records import Report, make_report


def with_title(report: Report, title: str) -> Report:
    """
    `report` under another title; a first paragraph that says the same is not kept twice.

        >>> report = make_report(id="a", title="", body="RAID ON MARKET\\n\\nTwelve died.")
        >>> with_title(report, "Raid on market").text
        'Raid on market\\n\\nTwelve died.'
    """
    title = " ".join(title.split())
    if not title or title == report.title:
        return report
    body = report.text[len(report.title) :].strip()
    first, _, rest = body.partition("\n\n")
    if rest and _letters(first) == _letters(title):
        body = rest
    made = make_report(id=report.id, title=title, body=body)
    return msgspec.structs.replace(report, title=made.title, text=made.text, sha256=made.sha256)


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
