"""
spaCy's DocBin: a Doc a report, its claims as span groups, and each claim whole in the user data.

Tokens are ours (texts.py), so that every span is exactly what the claim has. `Doc.spans` holds `trigger` (labelled by
kind), each role, `source`, `cue` and `evidence`; the id of a span is the key of its claim.
Source: spaCy 3, `spacy.tokens.DocBin`, `SpanGroup`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from .conll import LABELS
from .formats import Context, Format, Row
from .texts import COLUMNS, attest_text, text_rows, tokenize

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

USER_DATA = "asreported"
"""Under which key `Doc.user_data` has the report's head and the claims."""


def write_docbin(rows: Iterator[Row], out: BinaryIO, context: Context) -> None:
    """All documents are in memory until the end: DocBin is written whole."""
    import spacy
    from spacy.tokens import DocBin

    nlp, docs = spacy.blank("en"), DocBin(store_user_data=True)
    for _, values in rows:
        docs.add(make_doc(nlp, values))
    out.write(docs.to_bytes())


def make_doc(nlp: Language, values: Mapping[str, Any]) -> Doc:
    """The Doc of one row."""
    from spacy.tokens import Doc, SpanGroup
    from spacy.util import get_words_and_spaces

    text = values["text"].encode("utf-8", "replace").decode()  # a lone surrogate has no UTF-8; one for one
    edges = {edge for claim in values["claims"] for part in claim["parts"] for edge in (part["start"], part["end"])}
    edges |= {edge for claim in values["claims"] for edge in claim["evidence"]}
    words = [text[start:end] for start, end in tokenize(text, edges)]
    words, spaces = get_words_and_spaces(words, text)
    doc = Doc(nlp.vocab, words=words, spaces=spaces)
    for label in (*LABELS, "evidence"):
        doc.spans[label] = SpanGroup(doc, name=label, spans=list(_spans(doc, values["claims"], label)))
    doc.user_data[USER_DATA] = {name: value for name, value in values.items() if name != "text"}
    return doc


def _spans(doc: Doc, claims: list[Mapping[str, Any]], label: str) -> Iterator[Any]:
    for claim in claims:
        places = [(p["start"], p["end"]) for p in claim["parts"] if p["label"] == label]
        for start, end in [tuple(claim["evidence"])] if label == "evidence" else places:
            name = claim["kind"] if label == "trigger" else label
            # White space at the edge of a span is a token of spaCy's own or none: then the next larger one stands.
            span = doc.char_span(start, end, label=name, span_id=claim["key"], alignment_mode="expand")
            if span is not None:
                yield span


FORMAT = Format(
    name="docbin",
    title="spaCy DocBin",
    schema="asreported-docbin 1",
    suffix=".spacy",
    media_type="application/octet-stream",
    columns={"reports": COLUMNS},
    cannot={"resolved values (places, days, actors)": "spans have labels; csv, jsonl and parquet hold the values"},
    rows=text_rows,
    write=write_docbin,
    attest=attest_text,
    origin="spaCy 3 DocBin",
    extra="spacy",
)
