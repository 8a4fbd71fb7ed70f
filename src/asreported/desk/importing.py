"""
The page on which files are dropped, and the addresses that it sends them to.

What is dropped comes one file a request. How a file is read and kept is in importer.py.
"""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..ingest.kinds import KINDS
from .importer import Importer
from .pages import BadRequest, answer, desk_of, render, render_part

UPLOAD = "/api/imports"
MOST_FILE_BYTES = 64_000_000
MOST_FIELDS = 4


def page(request: Request) -> Response:
    """The page: where to drop files, and what became of those that were."""
    return render(request, "import.html", view="import", most=MOST_FILE_BYTES, kinds=tuple(KINDS), **_shown(request))


def taken(request: Request) -> Response:
    """What became of the files, for the page to renew that part."""
    return render_part("imported.html", request, **_shown(request))


def _shown(request: Request) -> dict[str, Any]:
    desk = desk_of(request)
    with desk.ledgers.reading() as ledger:
        reports = ledger.database.one("SELECT 1 FROM reports LIMIT 1")
    return {"files": desk.importer.files(), "linking": desk.importer.linking, "is_empty": reports is None}


async def upload(request: Request) -> Response:
    """Take one file, sent as the field `file`; `name` is what it is called where that is more than its last part."""
    form = await request.form(max_files=1, max_fields=MOST_FIELDS)
    file, given = form.get("file"), form.get("name")
    try:
        if not isinstance(file, UploadFile):
            raise BadRequest("a file is expected as the field 'file' of a form")
        name = given if isinstance(given, str) and given else file.filename or ""
        # Starlette keeps what comes in a file without a name, which is gone when the form is closed.
        report = await run_in_threadpool(desk_of(request).importer.take, name, file.file)
    finally:
        await form.close()
    return _told(request, report)


def samples(request: Request) -> Response:
    """Take the sample reports."""
    return _told(request, {"files": desk_of(request).importer.take_samples()})


def _told(request: Request, value: object) -> Response:
    """JSON; a form of a page without script is led back to it."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/import", status_code=303)
    return answer(value, 201)


def listed(request: Request) -> Response:
    """What became of the files of this start of the desk, and how far linking is."""
    importer = desk_of(request).importer
    return answer({"files": importer.files(), "linking": importer.linking})


def linking(request: Request) -> Response:
    """How far the linking of what came is."""
    return answer(desk_of(request).importer.linking)


ROUTES = [
    Route("/import", page),
    Route("/import/taken", taken),
    Route(UPLOAD, upload, methods=["POST"]),
    Route(UPLOAD, listed),
    Route(f"{UPLOAD}/samples", samples, methods=["POST"]),
    Route(f"{UPLOAD}/linking", linking),
]

__all__ = ["MOST_FILE_BYTES", "ROUTES", "UPLOAD", "Importer"]
