"""
PDF to a `Report`: the text layer in the order of the file, by pypdf, made into paragraphs.

A PDF knows neither paragraphs nor titles. Lines are joined by where they stand (pdf_paragraphs.py); what runs along
the top and foot of pages is left out and footnotes are put at the end (pdf_lines.py). The document's title is taken
only where it stands on the first page: it is often that of the template or of an older file. Its dates are those of
the file, not of publication, and are not read. Scans are refused: guessing at their letters is the task of other tools.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from ..records import Refusal, Report, make_report
from .checks import checked, refuse_empty, refuse_large
from .decode import replace_surrogates
from .limits import DEFAULT, Limits
from .paragraphs import part_paragraphs
from .pdf_lines import Line, part_footnotes, part_running
from .pdf_pages import MOST_FORMS, Text, is_limit, listed, read_pages, refuse_bomb, refuse_damaged
from .pdf_paragraphs import Paragraph, join_paragraphs

MOST_PAGES = 5000
LONGEST_STREAM = 16_000_000
"""Bytes to which a stream may unpack: at some 5 million a second pypdf would look at more for longer than there is."""
UNREADABLE_RE = re.compile("[\ufffd\ue000-\uf8ff]")
MOST_UNREADABLE = 0.3
"""Share of letters without a meaning above which a text layer is none."""
OCR = "Run OCR on it (for example `ocrmypdf IN OUT`) and read that."


def read_pdf(raw: bytes, *, id: str, origin: str, limits: Limits = DEFAULT) -> Report | Refusal:
    """
    A report from the bytes of a PDF, or why there is none: encrypted, damaged, too large, or without a text layer.

        >>> read_pdf(b"%PDF-1.7 and no more", id="a", origin="a.pdf").reason
        'damaged'
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # what it logs about broken files is said by our notes
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # A parser of other people's meets any bytes here: whatever it raises, the file is damaged, and the run goes on.
        try:
            text = _read(raw, origin, limits)
        except MemoryError:
            return refuse_bomb(origin)
        except Exception as err:
            if is_limit(err):
                return refuse_bomb(origin)
            return refuse_damaged(origin, str(err) if _is_whole(raw) else "it ends before its end mark")
    return text if isinstance(text, Refusal) else _report(text, raw, id, origin, limits)


def _read(raw: bytes, origin: str, limits: Limits) -> Text | Refusal:
    import pypdf

    caps: dict[str, Any] = {
        f"{name}_maximum_output_length": min(LONGEST_STREAM, limits.unpacked)
        for name in ("zlib", "lzw", "run_length", "array_based_stream", "brotli")
    }
    caps["xform_maximum_invocations_per_extraction"] = MOST_FORMS
    with pypdf.apply_configuration(jbig2dec_binary=None, disable_legacy_handling=True, **caps):
        # Without the mark nothing would be read, though all but the last line may be there.
        reader = pypdf.PdfReader(io.BytesIO(raw if _is_whole(raw) else raw + b"\n%%EOF\n"))
        if reader.is_encrypted and not _opens(reader):
            message = "It is encrypted; expected one that opens without a password. Save it without one and read that."
            return Refusal(origin=origin, reason="encrypted", message=message)
        pages = len(reader.pages)
        if pages > MOST_PAGES:
            return refuse_large(origin, MOST_PAGES, "pages", "document")
        return read_pages(reader, pages, origin, limits)


def _opens(reader: Any) -> bool:
    """Whether the empty password opens the document: many are only barred from being changed."""
    try:
        return bool(reader.decrypt(""))
    except Exception:  # an unknown method, or one for which a library is missing
        return False


# ---- the report --------------------------------------------------------------------------


def _report(text: Text, raw: bytes, id: str, origin: str, limits: Limits) -> Report | Refusal:
    import pypdf

    shown = "".join(line.text for line in text.lines)
    if not shown:
        return _refuse_scan(text, origin)
    if len(UNREADABLE_RE.findall(shown)) > MOST_UNREADABLE * len(shown):
        message = f"The letters of its text layer have no meaning (its fonts do not say which they are). {OCR}"
        return Refusal(origin=origin, reason="no-text", message=message)
    parted = part_running(text.lines, text.pages)
    body, footnotes = part_footnotes(parted.body)
    title, paragraphs = _take_title(text.title, join_paragraphs(body), parted.running)
    content, mended = replace_surrogates(part_paragraphs(p.text for p in (*paragraphs, *join_paragraphs(footnotes))))
    if not content.strip():
        return refuse_empty(origin)
    report = make_report(
        id=id,
        title=title,
        body=content,
        origin=origin,
        extractor=f"pypdf {pypdf.__version__}",
        notes=(*_notes(text, raw, parted.running, len(footnotes)), *mended),
    )
    return checked(report, limits)


def _notes(text: Text, raw: bytes, running: Sequence[Line], footnotes: int) -> list[str]:
    notes = []
    if text.broken:
        notes.append(f"damaged or too large, and left out: {listed(text.broken)}")
    if text.empty:
        notes.append(f"without text (pictures, or empty): {listed(text.empty)}")
    if not _is_whole(raw):
        notes.append("the file ends before its end mark: pages may be missing")
    if running:
        examples = list(dict.fromkeys(line.text[:60] for line in running))[:3]
        notes.append(f"{len(running)} running headers and footers left out: {', '.join(map(repr, examples))}")
    if footnotes:
        notes.append("footnotes were put at the end")
    return [*notes, *text.notes]


def _refuse_scan(text: Text, origin: str) -> Refusal:
    pages = "1 page" if text.pages == 1 else f"{text.pages} pages"
    if not text.pages:
        return refuse_damaged(origin, "none of its pages can be read")
    message = f"It has {pages} and no text layer (a scan?). {OCR}"
    return Refusal(origin=origin, reason="no-text", message=message)


def _is_whole(raw: bytes) -> bool:
    return b"%%EOF" in raw[-2048:]


# ---- title -------------------------------------------------------------------------------


def _take_title(
    title: str, paragraphs: Sequence[Paragraph], running: Iterable[Line]
) -> tuple[str, Sequence[Paragraph]]:
    """`title` and the paragraphs without it; no title where it is not what whole paragraphs of the first page say."""
    wanted = _squashed(title)
    first = [paragraph for paragraph in paragraphs if paragraph.page == 0]
    for start in range(len(first) if wanted else 0):
        seen = ""
        for end in range(start, min(start + 4, len(first))):
            seen += _squashed(first[end].text)
            if seen == wanted:
                return title, [*paragraphs[:start], *paragraphs[end + 1 :]]
    if wanted and any(_squashed(line.text) == wanted for line in running if line.page == 0):
        return title, paragraphs
    return "", paragraphs


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
