"""Corpora that teach beside the claims: toponyms (LGL, TR-News) and attributions (PolNeAR)."""

from __future__ import annotations

import collections
import gzip
import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from asreported.annotate.sentences import split_sentences
from asreported.annotate.tokens import cut_pieces
from asreported.records import make_report
from data import Example, Statement, piece_range, without_claims
from model import ATTRIBUTION_LAYERS

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from attribution import is_held_out


def read_toponyms(path: Path, tokenizer: Any) -> list[Example]:
    """
    The articles of a geoparsing corpus (LGL, TR-News: XML with character offsets) with their toponyms and no claims.

    A toponym whose offsets do not fit its phrase is left out, with its article's sentence still taught as it stands.
    """
    examples = []
    for article in ElementTree.parse(path).getroot().iter("article"):
        text = article.findtext("text") or ""
        report = make_report(id=f"{path.stem}-{article.get('docid')}", title="", body=text)
        lead = len(text) - len(text.lstrip())
        pieces = cut_pieces(report, split_sentences(report), tokenizer)
        found = []
        for toponym in article.iter("toponym"):
            start, end = int(toponym.findtext("start") or 0) - lead, int(toponym.findtext("end") or 0) - lead
            span = piece_range(pieces, start, end)
            if span is not None and report.text[start:end] == (toponym.findtext("phrase") or "").strip():
                found.append(span)
        examples.append(Example(without_claims(report), pieces, 0, [], teaches="toponyms", toponyms=found))
    return examples


def read_attributions(path: Path, tokenizer: Any, cues: frozenset[str]) -> list[Example]:
    """
    The articles of an attribution corpus (PolNeAR: gzipped JSON lines) with the spans of source, cue and content.

    Of several annotators the first one is taken. A content that holds another one is tagged up to where that begins.
    `cues` are words that mark a saying in the claims.
    """
    examples = []
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            doc = json.loads(line)
            if is_held_out(str(doc["id"])):
                continue
            lead = len(doc["text"]) - len(doc["text"].lstrip())
            report = make_report(id=str(doc["id"]), title="", body=doc["text"])
            pieces = cut_pieces(report, split_sentences(report), tokenizer)
            spans, statements = [], []
            for attribution in doc["annotations"][0]["attributions"]:
                found: dict[str, list[tuple[int, int]]] = {}
                for layer, name in enumerate(ATTRIBUTION_LAYERS):
                    parts = [s for part in attribution.get(name, []) for s in part["spans"]]
                    ranges = [piece_range(pieces, start - lead, end - lead) for start, end in parts]
                    found[name] = [r for r in ranges if r is not None]
                    spans += [(layer, *r) for r in found[name]]
                words = " ".join(part["text"] for part in attribution.get("cue", [])).lower().split()
                who, cue = (found[name][0] if found[name] else None for name in ("source", "cue"))
                statements.append(Statement(found["content"], who, cue, not cues.isdisjoint(words)))
            # Longer spans first, so that what is nested in them is written over them.
            spans.sort(key=lambda s: s[1] - s[2])
            examples.append(
                Example(
                    without_claims(report),
                    pieces,
                    0,
                    [],
                    teaches="attributions",
                    attributions=spans,
                    statements=statements,
                )
            )
    return examples


SEEN_AS_CUE = 4
"""A word that so many claims have in their cues marks a saying."""
NO_CUES = frozenset(
    ("the", "a", "to", "of", "in", "on", "by", "that", "is", "are", "was", "were", "has", "have", "been")
)


def cue_words(examples: list[Example]) -> frozenset[str]:
    """Words by which the claims of `examples` are attributed."""
    count = collections.Counter(
        word
        for example in examples
        for event in example.gold.annotation.events
        for source in event.sources
        if source.cue is not None
        for word in source.cue.text.lower().split()
    )
    return frozenset(word for word, n in count.items() if n >= SEEN_AS_CUE) - NO_CUES
