"""
Lists of references to `Report`s: RIS, as Zotero exports it with files beside it, and CSL-JSON.

A reference is not a report; its attached file is, under the title, date, publisher and address that the reference
gives. Where there is none the abstract is read, and said to be only that. Notes are not read: they are the words of
whoever collected the references.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from ..records import Refusal, Report, make_report
from .attachments import Attachment, read_attachment
from .checks import checked, refuse_empty, refuse_large
from .decode import decode
from .kinds import HEAD, kind_of_file, suffix_of
from .limits import DEFAULT, Limits
from .reference_lists import Broken, Reference, parse_csl, parse_ris
from .retitle import with_title

READABLE = ("html", "text", "docx", "mail", "pdf")
"""Kinds of attached files that are read, the best first: a page keeps the paragraphs that a PDF blurs."""
BY_SUFFIX = {".html": 0, ".htm": 0, ".txt": 1, ".docx": 2, ".eml": 3, ".pdf": 4}
MOST_FILES = 10
"""Files of one reference that are tried."""


def read_ris(
    raw: bytes, *, name: str, origin: str, limits: Limits = DEFAULT, folder: Path | None = None
) -> Iterator[Report | Refusal]:
    r"""
    The report of each reference of a RIS file, or why it is refused; `folder` is where its attached files lie.

        >>> ris = b"TY  - NEWS\nTI  - Raid\nT2  - The Sample\nDA  - 2017/04//\nAB  - Twelve died.\nER  - \n"
        >>> [(r.text, r.publisher, r.published, r.notes) for r in read_ris(ris, name="list", origin="list.ris")]
        [('Raid\n\nTwelve died.', 'The Sample', '2017-04', ('only the abstract',))]
    """
    if len(raw) > limits.file:
        yield refuse_large(origin, limits.file, "bytes", "list of references")
        return
    text, notes = decode(raw)
    number = 0
    for number, reference in enumerate(parse_ris(text, name=name, notes=notes), start=1):
        yield _read_reference(reference, origin=f"{origin}:{number}", limits=limits, folder=folder)
    if not number:
        yield _refuse_list(origin, "holds no reference", "RIS, in which each begins with a line `TY  - …`")


def read_csl(
    raw: bytes, *, name: str, origin: str, limits: Limits = DEFAULT, folder: Path | None = None
) -> Iterator[Report | Refusal]:
    """
    The report of each reference of a CSL-JSON file, or why it is refused. The format names no files: only abstracts.

        >>> [r.id for r in read_csl(b'[{"id": "a1", "abstract": "Twelve died."}]', name="list", origin="list.json")]
        ['a1']
    """
    if len(raw) > limits.file:
        yield refuse_large(origin, limits.file, "bytes", "list of references")
        return
    text, notes = decode(raw)
    number = 0
    for number, reference in enumerate(parse_csl(text, name=name, notes=notes), start=1):
        where = f"{origin}:{number}"
        if isinstance(reference, Broken):
            yield _refuse_broken(reference, where)
        else:
            yield _read_reference(reference, origin=where, limits=limits, folder=None)
    if not number:
        yield refuse_empty(origin)


def _refuse_broken(broken: Broken, origin: str) -> Refusal:
    if not broken.is_last:
        return _refuse_list(origin, "holds no reference here", "CSL-JSON, an array of objects")
    message = f"The list cannot be read as JSON from here on ({broken.problem}); expected an array of references"
    reason = "truncated" if broken.is_cut else "damaged"
    return Refusal(origin=origin, reason=reason, message=f"{message}. Export it anew and read that.")


def _refuse_list(origin: str, problem: str, expected: str) -> Refusal:
    message = f"The list {problem}; expected {expected}. Export it anew from the program that keeps it."
    return Refusal(origin=origin, reason="damaged", message=message)


# ---- a reference to a report -------------------------------------------------------------


def _read_reference(reference: Reference, *, origin: str, limits: Limits, folder: Path | None) -> Report | Refusal:
    problems: list[str] = []
    if folder is not None:
        for file in sorted(reference.files, key=_rank)[:MOST_FILES]:
            found = _read_file(file, reference, limits, folder)
            if isinstance(found, Report):
                return found
            problems.append(f"the attached file {file[:80]!r} was not read: {found}")
    elif reference.files:
        problems.append("files are read only where the list is itself a file")
    if not reference.abstract:
        return _refuse_without_text(reference, problems, origin)
    where = f"; the text is at {reference.url}" if reference.url else ""
    report = make_report(
        id=reference.id,
        title=reference.title,
        body=reference.abstract,
        publisher=reference.publisher,
        published=reference.published,
        url=reference.url,
        origin=origin,
        extractor="references",
        notes=(f"only the abstract{where}", *problems, *reference.notes),
    )
    return checked(report, limits)


def _rank(name: str) -> int:
    return BY_SUFFIX.get(PurePosixPath(name.replace("\\", "/")).suffix.lower(), len(BY_SUFFIX))


def _read_file(name: str, reference: Reference, limits: Limits, folder: Path) -> Report | str:
    """The report in an attached file under what the reference says of it, or why there is none."""
    from .documents import read_document

    attachment = read_attachment(name, folder, most=limits.file)
    if not isinstance(attachment, Attachment):
        return attachment
    path, raw = attachment
    kind = kind_of_file(raw[:HEAD], suffix_of(path.name))
    if kind not in READABLE or (kind == "text" and path.suffix.lower() not in (".txt", ".text")):
        return "it is of a kind that is not read"
    result = next(iter(read_document(raw, kind, id=reference.id, origin=str(path), limits=limits)), None)
    if not isinstance(result, Report):
        return result.message if result else "it holds no report"
    notes = (*result.notes, *reference.notes)
    if reference.published and result.published and result.published != reference.published:
        notes = (*notes, f"published {reference.published} by the reference, {result.published} by the file")
    return msgspec.structs.replace(
        with_title(result, reference.title),
        id=reference.id,
        publisher=reference.publisher or result.publisher,
        published=reference.published or result.published,
        url=reference.url or result.url,
        notes=notes,
    )


def _refuse_without_text(reference: Reference, problems: list[str], origin: str) -> Refusal:
    has = [*problems, *(["its notes are not the publisher's words"] if reference.has_notes else [])]
    where = f"; the text is at {reference.url}" if reference.url else ""
    why = f" ({'; '.join(has)[:600]})" if has else ""
    problem = f"The reference {reference.title[:60]!r} comes without its text{why}{where}"
    expected = "expected an attached file or an abstract"
    fix = "Export the list as RIS with its files (in Zotero: Export Files), and read it where it lies beside them"
    return Refusal(origin=origin, reason="no-text", message=f"{problem}; {expected}. {fix}.")
