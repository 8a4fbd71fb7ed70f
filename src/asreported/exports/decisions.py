"""
What people decided on claims as training data: the evidence with its spans as people left them, and the answer.

`answer` is what Prodigy calls it: accept, reject, or ignore where the person was unsure. A corrected claim is accepted
as corrected, and stands as it was read beside that, so that a model can learn from the difference. Who decided is told
too (`decided_by`), and is a person's name: leave it out of what is given on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from ..ledger.decisions import CORRECTABLE, REVIEWS, fold, opinions
from .formats import Context, Format, Row, default_attest
from .source import Source
from .texts import parts_of

ANSWERS = {"accepted": "accept", "corrected": "accept", "rejected": "reject", "unsure": "ignore"}
COLUMNS = {
    "key": "the claim, REPORT:CLAIM",
    "text": "the evidence as people left it, verbatim",
    "spans": "trigger, roles, sources and cues in it, as people left them: start and end within text, label",
    "elsewhere": "those outside of it: start and end within the report's text, label, words",
    "answer": "accept, reject or ignore (unsure)",
    "review": "accepted, corrected, rejected or unsure",
    "by_hand": "whether a person added the claim, which the model had missed",
    "kind": "the kind as people left it",
    "status": "the status as people left it",
    "as_read": "the claim as it was read, as docs/output.md says",
    "corrected": "the claim with what people corrected, null where they did not",
    "corrections": "the fields that people corrected",
    "decided_by": "who decided last",
    "decided_at": "when, UTC",
    "why": "what that person wrote",
    "opinions": "what others made of it who did not see the decision (review, corrections)",
    "according_to": "the whole chain from the publisher inwards",
    "quotation": "the evidence as people left it",
    "report_sha256": "of the report's text",
    "reader": "the model and version that read it",
}


def decision_rows(source: Source, context: Context) -> Iterator[Row]:
    """A row a claim that somebody decided on."""
    for told in source.told():
        kept, claim = told.kept, told.claim
        if kept.review not in ANSWERS:
            context.losses.leave_out(told.key, "nobody decided on the claim")
            continue
        history = source.decisions(told.key)
        standing = set(fold(history).standing)
        last = next((d for d in reversed(history) if d.n in standing and d.action in REVIEWS), None)
        as_read = source.as_read(told.key)
        text, start = claim.evidence.text, claim.evidence.start
        corrections = [name for name in CORRECTABLE if getattr(as_read, name) != getattr(claim, name)]
        made = source.made(told.report.key)
        inside, elsewhere = [], []
        for part in parts_of(claim):
            if claim.evidence.start <= part.start and part.end <= claim.evidence.end:
                inside.append({"start": part.start - start, "end": part.end - start, "label": part.label})
            else:
                words = source.text(told.report.key)[part.start : part.end]
                elsewhere.append({"start": part.start, "end": part.end, "label": part.label, "text": words})
        values: dict[str, Any] = {
            "key": told.key,
            "text": text,
            "spans": inside,
            "elsewhere": elsewhere,
            "answer": ANSWERS[kept.review],
            "review": kept.review,
            "by_hand": claim.id in made.by_hand,
            "kind": claim.kind,
            "status": claim.status,
            "as_read": msgspec.to_builtins(as_read),
            "corrected": msgspec.to_builtins(claim) if corrections else None,
            "corrections": corrections,
            "decided_by": last.who if last else told.reviewed_by,
            "decided_at": last.decided_at if last else told.reviewed_at,
            "why": last.why if last else "",
            "opinions": [{"review": one.review, "corrections": sorted(one.corrections)} for one in opinions(history)],
            "according_to": told.according_to,
            "quotation": told.quotation,
            "report_sha256": told.report.text_sha256,
            "reader": made.reader,
        }
        yield Row(told.key, values)


def write_lines(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """One JSON object a line."""
    for _, values in rows:
        try:
            line = msgspec.json.encode(values)
        except UnicodeEncodeError:  # a lone surrogate, which JSON can write as an escape
            line = json.dumps(msgspec.to_builtins(values)).encode()
        out.write(line + b"\n")


FORMAT = Format(
    name="decisions",
    title="Decisions as training data (JSON lines)",
    schema="asreported-decisions 1",
    suffix=".jsonl",
    media_type="application/x-ndjson",
    columns={"claims": COLUMNS},
    cannot={
        "which claims tell of the same incident": "decisions on pairs are in `asreported ledger dump`",
        "what people undid": "only what stands is told; the ledger keeps all of it",
    },
    rows=decision_rows,
    write=write_lines,
    attest=default_attest,
    origin="spans and answer as Prodigy has them",
)
