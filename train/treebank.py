"""Universal Dependencies (CoNLL-U) → examples that teach which word each word depends on."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asreported.annotate.sentences import split_sentences
from asreported.annotate.tokens import cut_pieces
from asreported.records import make_report
from data import Example, piece_range, without_claims
from model import RELATIONS

LONGEST = 40
"""Sentences of one document that are read together."""


def read_treebank(path: Path, tokenizer: Any) -> list[Example]:
    """The documents of a treebank (gzipped), with the head and relation of each word's first piece."""
    examples = []
    for number, sentences in enumerate(_documents(path)):
        body, words = "", []
        for text, rows in sentences:
            words.append((len(body), text, rows))
            body += text + "\n\n"
        report = make_report(id=f"{path.stem}-{number}", title="", body=body.rstrip())
        pieces = cut_pieces(report, split_sentences(report), tokenizer)
        arcs = []
        for offset, text, rows in words:
            firsts = _first_pieces(pieces, offset, text, rows)
            for word, (_, head, relation) in enumerate(rows):
                child, parent = firsts[word], firsts[head - 1] if head else firsts[word]
                if child is not None and parent is not None and relation in RELATIONS:
                    arcs.append((child, parent, RELATIONS.index(relation)))
        examples.append(Example(without_claims(report), pieces, 0, [], teaches="dependencies", arcs=arcs))
    return examples


def _first_pieces(pieces: Any, offset: int, text: str, rows: list[tuple[str, int, str]]) -> list[int | None]:
    """The first piece of each word; None where the text does not hold the word as it is written."""
    at, found = 0, []
    for form, _, _ in rows:
        place = text.find(form, at)
        if place < 0:
            found.append(None)
            continue
        span = piece_range(pieces, offset + place, offset + place + len(form))
        found.append(span[0] if span else None)
        at = place + len(form)
    return found


def _documents(path: Path) -> Iterator[list[tuple[str, list[tuple[str, int, str]]]]]:
    """Runs of sentences of one document: each its text and its words as (form, number of the head, relation)."""
    document: list[tuple[str, list[tuple[str, int, str]]]] = []
    text, rows = "", []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            if line.startswith("# newdoc") or len(document) == LONGEST:
                if document:
                    yield document
                document = []
            if line.startswith("# text = "):
                text = line.removeprefix("# text = ").strip()
            elif line.strip() and not line.startswith("#"):
                cells = line.split("\t")
                if cells[0].isdigit():
                    rows.append((cells[1], int(cells[6]), cells[7].split(":")[0]))
            elif not line.strip() and rows:
                document.append((text, rows))
                text, rows = "", []
    if document:
        yield document
