"""
Word documents (DOCX) to a `Report`: paragraphs and rows of tables in their order, footnotes at the end.

python-docx opens the package and knows the styles; the text is gathered here, because its own leaves out what stands in
content controls, tracked insertions and text boxes. Tracked changes are read as accepted, hidden text is left out.
Nothing outside the file is looked up, and pictures are not even unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ..records import Refusal, Report, make_report
from .checks import checked, refuse_empty
from .decode import replace_surrogates
from .limits import DEFAULT, Limits
from .paragraphs import mend_letters, part_paragraphs, unwrap
from .zips import Spent, TooLarge, open_zip, read_member

OLD = b"\xd0\xcf\x11\xe0"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
DOCUMENT_TYPES = tuple(
    word.encode(charset) for word in ("<!DOCTYPE", "<!ENTITY") for charset in ("utf-8", "utf-16-le", "utf-16-be")
)
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACROS = b"vnd.ms-word.document.macroEnabled"
SAVE = "Open it in a word processor, save it as a Word document (.docx) and read that."
LONGEST_TITLE = 1000
MOST_XML = 25_000_000
"""Bytes of XML in one document: as a tree they take about ten times as much memory."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
LEFT_OUT = frozenset(
    f"{W}{name}" for name in ("del", "moveFrom", "pPr", "instrText", "delText", "rt", "tblPr", "trPr", "tcPr", "sdtPr")
) | {FALLBACK}
"""Elements of which nothing is text of the report: what was deleted or moved away, codes, settings, a second copy."""
BLOCKS = frozenset({f"{W}p", f"{W}tbl"})
MARKS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
SPACES_RE = re.compile(r"[^\S\n]+")
WRITTEN = frozenset({f"{W}t", MATH_TEXT})


class Block(NamedTuple):
    """A paragraph or a table as text, and the style of a paragraph."""

    text: str
    style: str


def read_docx(raw: bytes, *, id: str, origin: str, limits: Limits = DEFAULT) -> Report | Refusal:
    """
    A report from the bytes of a DOCX, or why there is none: old, with macros, encrypted, damaged or too large.

        >>> read_docx(b"PK\\x03\\x04 and no more", id="a", origin="a.docx").reason
        'damaged'
    """
    if refusal := _refuse_old(raw, origin):
        return refusal
    package = _safe_package(raw, origin, limits)
    if isinstance(package, Refusal):
        return package
    import docx

    # A parser of other people's meets any bytes here: whatever it raises, the file is damaged, and the run goes on.
    try:
        document = docx.Document(package)
        styles = _styles(document)
        blocks = list(_blocks(document.element.body, styles))
        footnotes = _footnotes(document, styles)
        notes = _notes(document, len(footnotes))
    except Exception as err:
        return _refuse_damaged(origin, str(err))
    title = next((block.text for block in blocks if block.style == "title"), "")
    if title:
        blocks.remove(next(block for block in blocks if block.style == "title"))
    title, title_notes = replace_surrogates(" ".join(title.split())[:LONGEST_TITLE])
    body, body_notes = replace_surrogates(part_paragraphs([*(block.text for block in blocks), *footnotes]))
    if not body:
        return refuse_empty(origin)
    report = make_report(
        id=id,
        title=title,
        body=body,
        origin=origin,
        extractor=f"python-docx {docx.__version__}",
        notes=(*notes, *title_notes, *body_notes),
    )
    return checked(report, limits)


# ---- the package -------------------------------------------------------------------------


def _refuse_old(raw: bytes, origin: str) -> Refusal | None:
    if not raw.startswith(OLD):
        return None
    if ENCRYPTED in raw:
        message = "It is encrypted; expected one that opens without a password. Save it without one and read that."
        return Refusal(origin=origin, reason="encrypted", message=message)
    message = f"This is an old office document (.doc); expected a .docx. {SAVE}"
    return Refusal(origin=origin, reason="binary", message=message)


def _safe_package(raw: bytes, origin: str, limits: Limits) -> io.BytesIO | Refusal:
    """
    The package, its XML unpacked within limits and everything else emptied, so that python-docx unpacks nothing.

    The format forbids document type declarations, with which XML can be made to grow or to name other files.
    """
    archive = open_zip(io.BytesIO(raw), origin=origin, limits=limits)
    if isinstance(archive, Refusal):
        return archive
    names = list(dict.fromkeys(archive.namelist()))
    if "[Content_Types].xml" not in names:
        return _refuse_damaged(origin, "it is a zip of another kind")
    package, spent = io.BytesIO(), Spent()
    limits = limits._replace(unpacked=min(limits.unpacked, MOST_XML))
    try:
        with zipfile.ZipFile(package, "w") as safe:
            for name in names:
                content = read_member(archive, name, limits, spent) if name.endswith((".xml", ".rels")) else b""
                if any(mark in content for mark in DOCUMENT_TYPES):
                    return _refuse_damaged(origin, "it declares a document type")
                if name == "[Content_Types].xml" and MACROS in content:
                    message = f"This Word document holds macros (.docm); expected a .docx. {SAVE}"
                    return Refusal(origin=origin, reason="binary", message=message)
                safe.writestr(zipfile.ZipInfo(name), content)
    except TooLarge as err:
        return Refusal(origin=origin, reason="too-large", message=f"{err}. Save its text and read that.")
    except (zipfile.BadZipFile, KeyError, ValueError, UnicodeError) as err:
        return _refuse_damaged(origin, str(err))
    package.seek(0)
    return package


def _refuse_damaged(origin: str, problem: str) -> Refusal:
    detail = f" ({' '.join(problem.split()).strip('. ')[:100]})" if problem.strip() else ""
    message = f"It cannot be read as a Word document{detail}; expected a whole .docx. {SAVE}"
    return Refusal(origin=origin, reason="damaged", message=message)


# ---- text --------------------------------------------------------------------------------


def _blocks(container: Any, styles: Mapping[str, str]) -> Iterator[Block]:
    """The paragraphs and tables in `container`, a paragraph whose end was deleted joined with the next."""
    carried = ""
    for element in _within(container, BLOCKS):
        if element.tag == f"{W}tbl":
            yield from _table(element, styles)
            continue
        text = carried + _text(element)
        carried = ""
        if element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            carried = text
            continue
        yield Block("\n\n".join(unwrap(text)), _style(element, styles))
        for box in _within(element, frozenset({f"{W}txbxContent"})):
            yield from _blocks(box, styles)
    if carried:
        yield Block("\n\n".join(unwrap(carried)), "")


def _within(container: Any, tags: frozenset[str]) -> Iterator[Any]:
    """The outermost elements of `tags` in `container`, in their order, but not in what is left out."""
    for child in container.iterchildren(tag="{*}*"):
        if child.tag in tags:
            yield child
        elif child.tag not in LEFT_OUT:
            yield from _within(child, tags)


def _text(element: Any) -> str:
    """The text of a paragraph without its text boxes; a line break is kept."""
    pieces: list[str] = []
    _gather(element, pieces)
    return SPACES_RE.sub(" ", mend_letters("".join(pieces)))


def _gather(element: Any, pieces: list[str]) -> None:
    for child in element.iterchildren(tag="{*}*"):
        if child.tag in WRITTEN:
            pieces.append(child.text or "")
        elif child.tag in MARKS:
            pieces.append(" " if child.get(f"{W}type") in ("page", "column") else MARKS[child.tag])
        elif child.tag in LEFT_OUT or child.tag == f"{W}txbxContent" or (child.tag == f"{W}r" and _is_hidden(child)):
            continue
        else:
            _gather(child, pieces)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false", "off")


def _table(table: Any, styles: Mapping[str, str]) -> Iterator[Block]:
    """A line for each row; where one cell only has text, as in layouts, its paragraphs stand for themselves."""
    rows: list[str] = []
    for row in _within(table, frozenset({f"{W}tr"})):
        if row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells = [list(_blocks(cell, styles)) for cell in _within(row, frozenset({f"{W}tc"}))]
        filled = [[block for block in cell if block.text] for cell in cells]
        filled = [cell for cell in filled if cell]
        if len(filled) == 1:
            yield from [Block("\n".join(rows), "")] * bool(rows) + filled[0]
            rows = []
        elif filled:
            rows.append(" | ".join(" ".join(" ".join(block.text for block in cell).split()) for cell in filled))
    if rows:
        yield Block("\n".join(rows), "")


def _styles(document: Any) -> dict[str, str]:
    """The name of each style in lower case, by the key that paragraphs give."""
    named = {}
    for style in document.styles.element.iterchildren(f"{W}style"):
        name = style.find(f"{W}name")
        if name is not None:
            named[style.get(f"{W}styleId", "")] = str(name.get(f"{W}val", "")).lower()
    return named


def _style(paragraph: Any, styles: Mapping[str, str]) -> str:
    """The name of a paragraph's style; empty where it has none of its own."""
    stated = paragraph.find(f"{W}pPr/{W}pStyle")
    key = "" if stated is None else str(stated.get(f"{W}val", ""))
    return styles.get(key, key.lower())


# ---- beside the text ---------------------------------------------------------------------


def _footnotes(document: Any, styles: Mapping[str, str]) -> list[str]:
    """The texts of footnotes and endnotes."""
    from docx.oxml.parser import parse_xml

    texts = []
    for kind in ("footnote", "endnote"):
        for relation in document.part.rels.values():
            if relation.is_external or not relation.reltype.endswith(f"/{kind}s"):
                continue
            for note in parse_xml(relation.target_part.blob).iterchildren(f"{W}{kind}"):
                if note.get(f"{W}type", "normal") == "normal":
                    texts += [block.text for block in _blocks(note, styles)]
    return [text for text in texts if text]


def _notes(document: Any, footnotes: int) -> list[str]:
    notes = []
    body = document.element.body
    inserted = sum(1 for _ in body.iter(f"{W}ins", f"{W}moveTo"))
    deleted = sum(1 for _ in body.iter(f"{W}del", f"{W}moveFrom"))
    if inserted or deleted:
        notes.append(f"tracked changes: {inserted} insertions read, {deleted} deletions left out")
    if footnotes:
        notes.append("footnotes were put at the end")
    if any(relation.reltype.endswith("/comments") for relation in document.part.rels.values()):
        notes.append("comments were left out")
    if next(body.iter(f"{W}altChunk"), None) is not None:
        notes.append("documents embedded in this one were left out")
    if any(_is_hidden(run) for run in body.iter(f"{W}r")):
        notes.append("hidden text was left out")
    return notes
