"""The plain texts of an evidence pack: quotations in their context, and what it is and is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ..records import Kept
from ..show.found import card_rows
from ..show.words import safe_line, safe_markup

AROUND = 240
"""Characters of context before and after a quotation."""
CSV_MORE = {
    "lat": "latitude of the place",
    "lon": "longitude of the place",
    "before": "what stands before the quotation",
    "after": "what stands after it",
    "text_file": "the file with the text of the report",
    "text_sha256": "its SHA-256",
}


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """
    What stands before and after a quotation, verbatim, in whole words.

        >>> around("Two men died. Three fled. Nobody came.", 14, 25)
        ('Two men died. ', ' Nobody came.')
    """
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before, after = text[first:start], text[end:last]
    if first and (cut := before.find(" ")) != -1:
        before = before[cut + 1 :]
    if last < len(text) and (cut := after.rfind(" ")) != -1:
        after = after[:cut]
    return before, after


def quotation_lines(values: Mapping[str, Any]) -> Iterator[str]:
    """A claim of quotations.txt; controls are shown as characters that are seen."""
    kept = msgspec.convert(values["kept"], Kept)
    claim = kept.claim
    yield safe_line(f"{claim.kind}, {claim.status}")
    for label, value in card_rows(kept):
        yield safe_line(f"  {label + ':':14} {value}")
    if values["reviewed_by"]:
        yield safe_line(f"  reviewed:      by {values['reviewed_by']} at {values['reviewed_at']}")
    yield safe_line(f"  key:           {values['key']}")
    yield safe_line(
        f"  quotation:     {values['text_file']}, characters {claim.evidence.start} to {claim.evidence.end}"
    )
    yield ""
    yield safe_markup(f"{values['before']}»{values['quotation']}«{values['after']}")


README = """\
EVIDENCE PACK
{claims} of {reports}, made by asreported.

What it is
  What reports say, according to whom, in which words. Whether it is true is not judged here.
  A program read the reports and makes mistakes: `review` says whether a person looked at a
  claim, and what they decided.

What is in it
  index.html        to read and print; it needs nothing but this folder
  claims.csv        one line a claim, for spreadsheets (a text that begins like a formula has an
                    apostrophe before it)
  claims.jsonl      one claim a line with every field, what stands around its quotation, and what
                    it was before people corrected it
  quotations.txt    each quotation between » and «, with what stands around it
  decisions.jsonl   every decision of a person on these claims: who, what, why, when, its hash
  reports.jsonl     one report a line: title, publisher, day, address, who read it, its files
  reports/          the text of each report, in which the offsets of claims count (Unicode code
                    points, from 0)
  originals/        the bytes that the reports were taken from, as they were kept, named by
                    their SHA-256; there are none where no ledger kept them
  manifest.sha256   the SHA-256 of every file
  manifest.json     the same with sizes, when and by which version the pack was made, and the
                    head of the decision log

How to check it
  sha256sum -c manifest.sha256        (on a Mac: shasum -a 256 -c manifest.sha256)
  The name of an original begins with its SHA-256. The text of a report has the SHA-256
  `text_sha256` of its claims. A quotation is what stands at `evidence.start` to
  `evidence.end` of the text.

What the hashes tell, and what they do not
  They tell whether a file of this pack was changed since it was made, as long as you have the
  SHA-256 of manifest.sha256, or of the whole ZIP, from elsewhere: who writes the whole pack
  anew also writes its hashes anew. The decision log is tamper-evident against a recorded head
  hash: keep that of manifest.json where nobody who decides can change it. The pack holds the
  decisions on its own claims only, so that the chain of the whole log cannot be followed in it.

What it is not
  It helps you keep the records that the Berkeley Protocol asks for; it does not make evidence
  admissible. It does not show that a report was published as it says, that its publisher or
  its sources exist, or that what they say happened. Times of decisions are those of the
  computers on which they were made.

Care
  Originals are the bytes of others and may be hostile. They end in .txt or .bin so that a
  double click does not run or render them. To open one, copy it, take the ending off the copy,
  and open it on a computer that you can spare. An original may hold more reports than this
  pack tells of. Names and addresses in reports may put people at risk: think of them before
  you pass the pack on.
"""


def readme(claims: int, reports: int) -> str:
    """What the pack is and is not."""
    number = f"{claims:,} {'claim' if claims == 1 else 'claims'}"
    return README.format(claims=number, reports=f"{reports:,} {'report' if reports == 1 else 'reports'}")
