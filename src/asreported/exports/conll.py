"""
CoNLL-U Plus: a block a claim, the tokens of its evidence with a BIO column for each part of a claim.

A block a claim and not a sentence, because claims share sentences, and a column a part, because parts overlap ("3,000
militants" is an actor, "3,000" its figure). Source: CoNLL-U Plus format, universaldependencies.org/ext-format.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from ..codebook import ROLES
from .formats import Context, Format, Row
from .texts import COLUMNS, attest_text, text_rows, tokenize

LABELS = ("trigger", *ROLES, "source", "cue")
HEAD = "# global.columns = ID FORM ASREPORTED:START ASREPORTED:END " + " ".join(
    f"ASREPORTED:{label.upper()}" for label in LABELS
)


def write_conll(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """A comment `# newdoc id` opens each report."""
    out.write(f"{HEAD}\n".encode())
    for _, values in rows:
        first = True
        for claim in values["claims"]:
            for line in _block(values, claim, new=first):
                out.write(line.encode("utf-8", "backslashreplace") + b"\n")
            first = False


def _block(values: Mapping[str, Any], claim: Mapping[str, Any], *, new: bool) -> Iterator[str]:
    text, (start, end) = values["text"], claim["evidence"]
    inside = [part for part in claim["parts"] if start <= part["start"] and part["end"] <= end]
    if new:
        yield f"# newdoc id = {_line(values['report'])}"
    yield f"# sent_id = {_line(claim['key'])}"
    yield f"# text = {_line(text[start:end])}"
    for name in ("kind", "status", "according_to", "review", "reviewed_by"):
        if claim[name]:
            yield f"# {name} = {_line(claim[name])}"
    for part in claim["parts"]:
        if part not in inside:
            words = _line(text[part["start"] : part["end"]])
            yield f"# elsewhere = {part['label']} {part['start']}:{part['end']} {words}"
    edges = [edge - start for part in inside for edge in (part["start"], part["end"])]
    tags = {label: _spans(inside, label) for label in LABELS}
    for number, (a, b) in enumerate(tokenize(text[start:end], edges), 1):
        cells = [_tag(tags[label], start + a) for label in LABELS]
        yield "\t".join([str(number), text[start + a : start + b], str(start + a), str(start + b), *cells])
    yield ""


def _spans(parts: list[Mapping[str, Any]], label: str) -> list[tuple[int, int]]:
    """Those of one label without those that begin within another."""
    spans: list[tuple[int, int]] = []
    for part in sorted((p for p in parts if p["label"] == label), key=lambda p: (p["start"], -p["end"])):
        if not spans or part["start"] >= spans[-1][1]:
            spans.append((part["start"], part["end"]))
    return spans


def _tag(spans: list[tuple[int, int]], at: int) -> str:
    return next((("B" if at == start else "I") for start, end in spans if start <= at < end), "O")


def _line(text: str) -> str:
    return " ".join(str(text).split())


FORMAT = Format(
    name="conll",
    title="CoNLL-U Plus",
    schema="asreported-conll 1",
    suffix=".conllup",
    media_type="text/plain",
    columns={"reports": COLUMNS},
    cannot={
        "resolved values (places, days, intervals, actors)": "tokens have labels; csv, jsonl and parquet hold them",
        "parts outside of the evidence": "they stand in comments, `# elsewhere = label start:end words`",
        "of two overlapping fillers of one role the inner one": "a column has one label; brat and docbin hold both",
        "white space": "tokens have offsets into the text, which jsonl holds",
    },
    rows=text_rows,
    write=write_conll,
    attest=attest_text,
    origin="CoNLL-U Plus (Universal Dependencies)",
)
