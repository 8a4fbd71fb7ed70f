"""
brat stand-off: for each report its text and an annotation file, in a ZIP with the configuration that brat wants.

Each claim is an event; a source is an argument of it; status and review are attributes; according to whom, the
quotation and the figures' intervals are notes. Source: brat standoff format, brat.nlplab.org/standoff.html.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from ..codebook import ROLES, STATUSES, kinds
from ..ledger.decisions import REVIEWS
from ..show.words import tell_interval
from .formats import Context, Format, Row
from .texts import COLUMNS, attest_text, text_rows

EPOCH = (1980, 1, 1, 0, 0, 0)
LABELS = {"trigger": "Trigger", **{role: role.capitalize() for role in ROLES}, "source": "Source", "cue": "Cue"}


def write_brat(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """`REPORT.txt` and `REPORT.ann`; the names are keys of ours, whatever the report is called."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "annotation.conf", _configuration())
        for report, values in rows:
            _add(archive, f"{report}.txt", values["text"])
            _add(archive, f"{report}.ann", "".join(f"{line}\n" for line in annotation(values)))


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(member, text.encode("utf-8", "replace"))  # one for one: offsets hold


def annotation(values: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the annotation file of one report."""
    numbers: dict[tuple[str, int, int], int] = {}
    for event, claim in enumerate(values["claims"], 1):
        bound, kind = [], claim["kind"]
        for part in claim["parts"]:
            label = _kind(kind) if part["label"] == "trigger" else LABELS[part["label"]]
            key = (label, part["start"], part["end"])
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                yield f"T{numbers[key]}\t{_text_bound(values['text'], *key)}"
            bound.append((part["label"], numbers[key]))
        trigger = next(number for label, number in bound if label == "trigger")
        yield f"E{event}\t{' '.join([f'{_kind(kind)}:T{trigger}', *_arguments(bound)])}"
        yield f"A{2 * event - 1}\tStatus E{event} {claim['status']}"
        yield f"A{2 * event}\tReview E{event} {claim['review']}"
        yield f"#{event}\tAnnotatorNotes E{event}\t{_note(claim)}"


def _arguments(bound: list[tuple[str, int]]) -> Iterator[str]:
    """Roles of one name are numbered from the second on, as brat has it."""
    counts: dict[str, int] = {}
    for label, number in bound:
        if label != "trigger":
            counts[label] = counts.get(label, 0) + 1
            yield f"{LABELS[label]}{counts[label] if counts[label] > 1 else ''}:T{number}"


def _text_bound(text: str, label: str, start: int, end: int) -> str:
    """brat wants no line break within an annotation: one that goes over some is in fragments."""
    pieces, at = [], start
    for line in text[start:end].split("\n"):
        stripped = line.strip("\r")
        if stripped:
            shift = line.index(stripped)
            pieces.append((at + shift, at + shift + len(stripped)))
        at += len(line) + 1
    offsets = ";".join(f"{a} {b}" for a, b in pieces)
    return f"{label} {offsets}\t{' '.join(text[a:b] for a, b in pieces)}"


def _kind(kind: str) -> str:
    """
    As brat can have it in a type.

        >>> _kind("chemical-attack")
        'Chemical_attack'
    """
    return kind.replace("-", "_").capitalize()


def _note(claim: Mapping[str, Any]) -> str:
    figures = "; ".join(f"{tell_interval(f['low'], f['high'])} {f['unit']}" for f in claim["figures"])
    told = {
        "claim": claim["key"],
        "according to": claim["according_to"],
        "figures": figures,
        "quotation": claim["quotation"],
    }
    return " | ".join(f"{name}: {' '.join(str(value).split())}" for name, value in told.items() if value)


def _configuration() -> str:
    reviews = ("unreviewed", *REVIEWS.values())
    roles = ", ".join(f"{LABELS[label]}*:{LABELS[label]}" for label in (*ROLES, "source", "cue"))
    return "\n".join(
        [
            "[entities]",
            *(LABELS[label] for label in (*ROLES, "source", "cue")),
            "[relations]",
            "[events]",
            *(f"{_kind(kind.key)}\t{roles}" for kind in kinds()),
            "[attributes]",
            f"Status\tArg:<EVENT>, Value:{'|'.join(STATUSES)}",
            f"Review\tArg:<EVENT>, Value:{'|'.join(reviews)}",
            "",
        ]
    )


FORMAT = Format(
    name="brat",
    title="brat stand-off (ZIP)",
    schema="asreported-brat 1",
    suffix=".zip",
    media_type="application/zip",
    columns={"reports": COLUMNS},
    cannot={
        "resolved values (places, days, actors)": "brat has text and labels; csv, jsonl and parquet hold them",
        "line breaks within a span": "the span is in fragments, one a line",
    },
    rows=text_rows,
    write=write_brat,
    attest=attest_text,
    origin="brat standoff format",
)
