"""
asreported in a spaCy pipeline: `nlp.add_pipe("asreported")` puts the claims of each Doc on it.

    nlp = spacy.blank("en")
    nlp.add_pipe("asreported")
    doc = nlp.make_doc("Gunmen killed at least 12 people in Mosul on Tuesday, police said.")
    doc._.published = "2017-04-28"
    doc = nlp(doc)
    for claim in doc._.claims:
        print(claim.kind, claim.sources, claim.evidence.text)

`doc.spans["claims"]` has a span for each trigger, labelled by its kind, whose id is that of its claim, and
`doc.spans["evidence"]` the sentences. Offsets of claims are those of `doc.text`; a span is the tokens that hold it, as
the pipeline's tokenizer cut them. Set `doc._.published`, without which "on Tuesday" stays open, before the pipe runs,
and `doc._.publisher` where it is known. What was refused (another language, no text) stands in
`doc._.refused`. All of it survives `Doc.to_bytes` and `DocBin(store_user_data=True)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from .annotate.engine import load_engine
from .ingest import read_text
from .pipeline import choose_gazetteer, read_report
from .records import Claim, Refusal, Span
from .resolve.gazetteer import load_gazetteer
from .resolve.own_actors import load_own_actors

USER_DATA = "asreported"
"""The key of `Doc.user_data` under which claims and refusals are kept, as JSON can hold them."""


def add_extensions() -> None:
    """Make `doc._.claims`, `.refused`, `.published` and `.publisher` known; done once is done."""
    for name, getter in (("claims", claims_of), ("refused", refused_of)):
        if not Doc.has_extension(name):
            Doc.set_extension(name, getter=getter)
    for name in ("published", "publisher"):
        if not Doc.has_extension(name):  # another component may have it: then its value is taken
            Doc.set_extension(name, default=None)


def claims_of(doc: Doc) -> tuple[Claim, ...]:
    """The claims that the component found in the Doc, in the order of their triggers."""
    return msgspec.convert(doc.user_data.get(USER_DATA, {}).get("claims", []), tuple[Claim, ...])


def refused_of(doc: Doc) -> str | None:
    """Why the Doc was not read, None where it was."""
    refused: str | None = doc.user_data.get(USER_DATA, {}).get("refused")
    return refused


@Language.factory("asreported", default_config={"gazetteer": "user", "actors": None})
def make_component(nlp: Language, name: str, gazetteer: str | None, actors: str | None) -> Reader:
    """
    `gazetteer` is as in `asreported.read`: "user", a file, or None; `actors` a table of your own. Raises: ModelError.
    """
    return Reader(gazetteer, actors)


class Reader:
    """Reads a Doc as one report; the model is loaded with the first."""

    def __init__(self, gazetteer: str | None = "user", actors: str | None = None) -> None:
        add_extensions()
        self._gazetteer = load_gazetteer(choose_gazetteer(gazetteer))
        self._actors = load_own_actors(Path(actors)) if actors else None
        self._engine = load_engine()

    def __call__(self, doc: Doc) -> Doc:
        text = _without_surrogates(doc.text)
        report = read_text(text, published=doc._.published, publisher=doc._.publisher)
        if isinstance(report, Refusal):
            doc.user_data[USER_DATA] = {"claims": [], "refused": f"{report.reason}: {report.message}"}
            doc.spans["claims"], doc.spans["evidence"] = _group(doc, "claims", []), _group(doc, "evidence", [])
            return doc
        shift = len(text) - len(text.lstrip())  # a report's text has no outer white space
        claims = [
            _shifted(claim, shift) for claim in read_report(report, self._engine, self._gazetteer, self._actors).claims
        ]
        doc.user_data[USER_DATA] = {"claims": msgspec.to_builtins(claims), "refused": None}
        doc.spans["claims"] = _group(doc, "claims", [(c.trigger, c.kind, c.id) for c in claims])
        doc.spans["evidence"] = _group(doc, "evidence", [(c.evidence, c.status, c.id) for c in claims])
        return doc


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _group(doc: Doc, name: str, places: Sequence[tuple[Span, str, str]]) -> SpanGroup:
    spans = [
        doc.char_span(span.start, span.end, label=label, span_id=id, alignment_mode="expand")
        for span, label, id in places
    ]
    return SpanGroup(doc, name=name, spans=[span for span in spans if span is not None])


def _shifted(claim: Claim, by: int) -> Claim:
    """`claim` with all its offsets moved, its id and values kept."""
    if not by:
        return claim
    moved: Claim = msgspec.convert(_move(msgspec.to_builtins(claim), by), Claim)
    return moved


def _move(value: Any, by: int) -> Any:
    if isinstance(value, list):
        return [_move(item, by) for item in value]
    if isinstance(value, dict):
        return {
            key: item + by if key in ("start", "end") and isinstance(item, int) else _move(item, by)
            for key, item in value.items()
        }
    return value
